//! Tampering: a deliberate change, with all checksums repaired, is found by the hash chain, or by a
//! head that was noted elsewhere.

use crate::world::*;
use escrowdb::disk::{Disk, LocalDisk};
use escrowdb::journal::{BlockBuilder, ChainHead, JournalReader, Position, Start, StoreId, scan};
use escrowdb::*;
use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// A closed store with a block for each of some payments, and its head.
fn sample() -> (TempDir, Head) {
    let journal = journal::Options { segment_bytes: 4_000, preallocate_bytes: 512 };
    let world = World::new(manual().journal(journal), 1);
    for units in 1..=40 {
        world.pay_in(WALLET, units);
    }
    let head = world.store.head().unwrap();
    let World { store, directory, .. } = world;
    drop(store);
    (directory, head)
}

fn faults(path: &Path, head: Head) -> [Option<String>; 2] {
    let plain = verify(path, |_, _| ()).unwrap().fault;
    let with_head = verify_with(path, &VerifyOptions::new().expect(head), |_, _| ()).unwrap().fault;
    [plain, with_head]
}

fn store_id(path: &Path) -> StoreId {
    let text = fs::read_to_string(path.join("FORMAT")).unwrap();
    let id = text.lines().nth(1).unwrap().strip_prefix("store ").unwrap().to_owned();
    u128::from_str_radix(&id, 16).unwrap().to_be_bytes()
}

/// One block as it stands in the journal.
struct Found {
    position: Position,
    before: ChainHead,
    records: Vec<(u64, Vec<u8>)>,
}

fn blocks(path: &Path) -> Vec<Found> {
    let disk: Arc<dyn Disk> = Arc::new(LocalDisk::new(path.to_path_buf()));
    let mut scan = scan(disk, store_id(path), Start::Beginning).unwrap();
    let mut found = Vec::new();
    loop {
        let before = scan.head();
        let Some(block) = scan.next() else { return found };
        let block = block.unwrap();
        let records = block.records().map(|(time, body)| (time, body.to_vec())).collect();
        found.push(Found { position: block.position(), before, records });
    }
}

fn write(path: &Path, position: Position, bytes: &[u8]) {
    let name = format!("journal/{:020}.seg", position.segment);
    let file = fs::File::options().write(true).open(path.join(name)).unwrap();
    file.write_all_at(bytes, position.offset).unwrap();
}

/// Raises the amount of a payment, and seals its block anew with every checksum and its hash: a
/// block that is in order by itself. Gives the chain's head after it.
fn forge(path: &Path, block: &Found, onto: ChainHead) -> ChainHead {
    let mut builder = BlockBuilder::new(store_id(path));
    for (time, body) in &block.records {
        let mut body = body.clone();
        // The first two blocks are the ledger's and the accounts'.
        let units = (onto.number - 1) as u8;
        let amount = body.iter().rposition(|&byte| byte == units).unwrap();
        body[amount] += 40;
        builder.push(*time, |bytes| bytes.extend_from_slice(&body)).unwrap();
    }
    let mut head = onto;
    let sealed = builder.seal(&mut head).unwrap();
    write(path, block.position, sealed.bytes());
    head
}

#[test]
fn a_block_that_was_sealed_anew_breaks_the_chain() {
    let (directory, head) = sample();
    let path = directory.path().join("store");
    let blocks = blocks(&path);
    let victim = &blocks[20];
    forge(&path, victim, victim.before);
    for fault in faults(&path, head) {
        let fault = fault.unwrap();
        assert!(
            fault.contains(", block 22: the block does not continue the hash chain"),
            "{fault}"
        );
    }
}

/// Anyone who can write every file can make a new store that is consistent in itself. A head that
/// was noted elsewhere is what shows it.
#[test]
fn a_history_that_was_forged_to_its_end_is_found_by_the_head() {
    let (directory, head) = sample();
    let path = directory.path().join("store");
    let blocks = blocks(&path);
    let mut onto = blocks[39].before;
    for (number, block) in blocks.iter().enumerate().skip(39) {
        // A segment's header names the block before it: within one there is none to be forged.
        assert_eq!(block.position.segment, blocks[39].position.segment, "{number}");
        onto = forge(&path, block, onto);
    }
    fs::remove_file(path.join("state.redb")).unwrap();
    let [plain, with_head] = faults(&path, head);
    assert_eq!(plain, None);
    let fault = with_head.unwrap();
    assert!(
        fault.contains("is not the one of the expected head: the history was changed"),
        "{fault}"
    );
}

/// A last block that rots behind the checkpoint looks like one that was never finished.
#[test]
fn the_last_block_is_missed_by_the_head() {
    let (directory, head) = sample();
    let path = directory.path().join("store");
    let blocks = blocks(&path);
    let last = blocks.last().unwrap();
    write(&path, Position { offset: last.position.offset + 170, ..last.position }, b"rot");
    let [plain, with_head] = faults(&path, head);
    assert_eq!(plain, None);
    let (last, expected) = (head.block - 1, head.block);
    let words = format!("the journal ends with block {last}, but block {expected} was there");
    assert_eq!(with_head, Some(words));
}

#[test]
fn a_store_that_went_on_has_its_earlier_head() {
    let (directory, head) = sample();
    let path = directory.path().join("store");
    assert_eq!(faults(&path, head), [None, None]);
    let store = Store::open(&path, manual()).unwrap();
    let pay = Operation::transfer(id(77), id(BANK), id(WALLET), LEDGER, amount(1));
    store.submit(&[pay]).unwrap();
    store.close().unwrap();
    assert_eq!(faults(&path, head), [None, None]);
    // By its text, without the time; and not by another's.
    let text: Head = head.to_string().parse().unwrap();
    assert_eq!(faults(&path, text), [None, None]);
    let other = Head::new(head.block, [7; 32]);
    assert!(faults(&path, other)[1].is_some());
    let (other, _) = sample();
    assert!(faults(&other.path().join("store"), head)[1].is_some());
}

/// Rows of the state that no balance depends on: where blocks lie.
#[test]
fn the_reader_and_the_chain_agree() {
    let (directory, head) = sample();
    let path = directory.path().join("store");
    let disk: Arc<dyn Disk> = Arc::new(LocalDisk::new(path.clone()));
    let reader = JournalReader::new(disk, store_id(&path));
    let first = reader.first().unwrap().unwrap();
    assert_eq!((first.segment, reader.header(first).unwrap().number), (1, 1));
    assert_eq!(blocks(&path).len() as u64, head.block);
}
