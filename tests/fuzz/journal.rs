//! Target: the files of a small journal, changed at will. What a scan or a reader gives is what was
//! written, or an error in one line.

use crate::edits;
use crate::input::Input;
use escrowdb::disk::{Disk, MemoryDisk};
use escrowdb::journal::{
    BlockBuilder, BlockRef, ChainHead, JOURNAL_FOLDER, JournalReader, LocalJournal, Options,
    Position, Start, StoreId, scan,
};
use std::sync::{Arc, OnceLock};

const STORE: StoreId = [7; 16];
const OPTIONS: Options = Options { segment_bytes: 2_048, preallocate_bytes: 512 };
const BLOCKS: u64 = 12;

struct Sample {
    disk: MemoryDisk,
    names: Vec<String>,
    positions: Vec<Position>,
    /// The heads after the blocks: they say everything about them.
    heads: Vec<ChainHead>,
}

fn write(journal: &mut LocalJournal, timestamp: u64, records: u64) -> (Position, ChainHead) {
    let (mut builder, mut head) = (BlockBuilder::new(STORE), journal.head());
    for record in 0..records {
        let body = vec![record as u8; 1 + record as usize * 3 % 50];
        let time = timestamp + record * 100;
        builder.push(time, |buffer| buffer.extend_from_slice(&body)).expect("times rise");
    }
    let block = builder.seal(&mut head).expect("the block is small");
    let hint = journal.append(&block).expect("a disk in memory").hint;
    (Position { segment: journal.end().segment, offset: hint }, head)
}

fn sample() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let disk = MemoryDisk::new();
        let shared: Arc<dyn Disk> = Arc::new(disk.clone());
        let mut journal = LocalJournal::create(shared, STORE, OPTIONS).expect("a journal");
        let written =
            (0..BLOCKS).map(|block| write(&mut journal, 1 + block * 1_000_000, 1 + block * 5));
        let (positions, heads) = written.unzip();
        let names = disk.list(JOURNAL_FOLDER).expect("the segments");
        let names = names.iter().map(|name| format!("{JOURNAL_FOLDER}/{name}")).collect();
        Sample { disk, names, positions, heads }
    })
}

/// The target.
pub(crate) fn journal(bytes: &[u8]) {
    let (sample, mut input) = (sample(), Input(bytes));
    let disk = sample.disk.duplicate();
    edits::apply(&disk, &sample.names, &mut input);
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let known = usize::from(input.byte()) % sample.heads.len();
    let after = Start::After {
        end: Position { offset: input.offset() as u64, ..sample.positions[known] },
        head: sample.heads[known],
    };
    for start in [Start::Beginning, Start::Oldest, after] {
        let tail = match scan(Arc::clone(&shared), STORE, start) {
            Ok(mut blocks) => {
                for block in &mut blocks {
                    let Ok(block) = block.inspect_err(check_error) else { break };
                    let header = block.header();
                    let original = sample.heads[header.number as usize - 1];
                    assert_eq!(header.hash, original.hash, "not what was written");
                    block.records().count();
                }
                blocks.finish()
            }
            Err(error) => Err(error),
        };
        let Ok(tail) = tail.inspect_err(check_error) else { continue };
        // On a disk of its own, for it writes over what the scan has taken for torn.
        let again: Arc<dyn Disk> = Arc::new(disk.duplicate());
        if let Ok(mut journal) = LocalJournal::resume(again, STORE, OPTIONS, tail) {
            write(&mut journal, 1 + BLOCKS * 1_000_000, 3);
        }
    }
    let reader = JournalReader::new(shared, STORE);
    let mut body = Vec::new();
    for position in &sample.positions {
        let near = Position { offset: position.offset ^ u64::from(input.byte()), ..*position };
        drop(reader.block(near).inspect_err(check_error));
        let time = 1 + input.offset() as u64;
        let near = BlockRef { number: 1 + u64::from(input.byte()) % BLOCKS, hint: near.offset };
        drop(reader.find(1 + time % BLOCKS, near).inspect_err(check_error));
        drop(reader.record(near, time, &mut body).inspect_err(check_error));
    }
}

fn check_error(error: &escrowdb::journal::JournalError) {
    assert!(!error.to_string().contains('\n'));
}
