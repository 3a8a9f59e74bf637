//! One hash over a whole state, to compare two of them.
//!
//! Guarantees the same hash for the same contents, however they are spread over deltas, pages and
//! rows, and however often they were checkpointed. Left out is what does not follow from the
//! events alone: where blocks lie in the journal, and what the file says about itself.

use super::codec::{KeyBytes, ValueBytes};
use super::delta::{
    Accounts, Attention, Consumers, Deadlines, Documents, Holds, HoldsByAccount, Ledgers,
    OpenHolds, Reversals, UserData,
};
use super::entries::Line;
use super::error::StateError;
use super::lines::Direction;
use super::table::{Name, Table};
use super::view::View;
use crate::model::Side;
use std::ops::Bound;

/// The hash of all rows of all tables, in the order of keys.
pub(crate) fn state_hash(view: &View) -> Result<[u8; 32], StateError> {
    let mut rows = Rows::default();
    rows.table::<Ledgers>(view)?;
    rows.table::<Accounts>(view)?;
    rows.table::<Holds>(view)?;
    rows.table::<Reversals>(view)?;
    rows.table::<Documents>(view)?;
    rows.table::<Consumers>(view)?;
    rows.table::<Deadlines>(view)?;
    rows.table::<OpenHolds>(view)?;
    rows.table::<HoldsByAccount>(view)?;
    rows.table::<Attention>(view)?;
    rows.table::<UserData>(view)?;
    for row in view.operations() {
        let (id, time) = row?;
        rows.row(Name::Operations, &(id, time).to_vec(), &[]);
    }
    for account in view.accounts(None) {
        let id = account?.id;
        for line in view.entries(id, .., Direction::Ascending)? {
            let line = line?;
            let key = (id, line.timestamp).to_vec();
            rows.row(Name::Entries, &key, &line_bytes(&line));
        }
    }
    Ok(*rows.hasher.finalize().as_bytes())
}

/// What was hashed so far.
#[derive(Default)]
struct Rows {
    hasher: blake3::Hasher,
    body: Vec<u8>,
    row: Vec<u8>,
}

impl Rows {
    fn table<T: Table>(&mut self, view: &View) -> Result<(), StateError> {
        for row in view.rows::<T>(Bound::Unbounded, Bound::Unbounded) {
            let (key, value) = row?;
            let mut body = std::mem::take(&mut self.body);
            body.clear();
            value.put(&mut body);
            self.row(T::NAME, &key.to_vec(), &body);
            self.body = body;
        }
        Ok(())
    }

    /// Hashes one row: lengths keep the end of one part from being the start of the next.
    fn row(&mut self, name: Name, key: &[u8], body: &[u8]) {
        self.row.clear();
        for part in [name.text().as_bytes(), key, body] {
            let length = part.len() as u64;
            self.row.extend_from_slice(&length.to_le_bytes());
            self.row.extend_from_slice(part);
        }
        self.hasher.update(&self.row);
    }
}

fn line_bytes(line: &Line) -> Vec<u8> {
    let mut bytes = vec![u8::from(line.side == Side::Credit)];
    bytes.extend_from_slice(&line.pending.to_le_bytes());
    bytes.extend_from_slice(&line.posted.to_le_bytes());
    bytes.extend_from_slice(bytemuck::bytes_of(&line.balances_after));
    bytes
}
