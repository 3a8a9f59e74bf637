//! Rows that were changed behind the back of the state, while all that redb and its pages have for
//! a checksum is right.

use super::super::checkpoint::begin;
use super::super::file::File;
use super::{Name, OPTIONS, STORE};
use crate::disk::Disk;
use redb::ReadableTable;

/// Lets `change` see and change the values, as they stand in the file with their checksums, of all
/// rows of a table; rows of which it says no are removed. Gives how many rows there were.
pub(crate) fn rows(
    disk: &dyn Disk,
    table: &str,
    mut change: impl FnMut(&mut Vec<u8>) -> bool,
) -> usize {
    let file = File::open(disk, &STORE, OPTIONS).expect("the file opens");
    let transaction = begin(&file).expect("a transaction");
    let name = Name::ALL.into_iter().find(|name| name.text() == table).expect("a table");
    let mut table = transaction.open_table(name.definition()).expect("it is there");
    let mut rows = Vec::new();
    for row in table.iter().expect("rows") {
        let (key, value) = row.expect("a row");
        rows.push((key.value().to_vec(), value.value().to_vec()));
    }
    let count = rows.len();
    for (key, mut value) in rows {
        if change(&mut value) {
            table.insert(&key[..], &value[..]).expect("it is written");
        } else {
            table.remove(&key[..]).expect("it is removed");
        }
    }
    drop(table);
    transaction.commit().expect("it is durable");
    count
}
