//! Target: the folder of a small store, changed at will, and records that nobody decided in blocks
//! that are in order. Whatever is opened, read, written and verified ends well or with an error in
//! one line.

use crate::edits;
use crate::input::Input;
use escrowdb::disk::{Disk, MemoryDisk};
use escrowdb::journal::{self, BlockBuilder, LocalJournal, Start, StoreId, scan};
use escrowdb::*;
use std::sync::{Arc, OnceLock};

const JOURNAL: journal::Options = journal::Options { segment_bytes: 4_096, preallocate_bytes: 512 };
/// Records that one input forges, at most.
const FORGED_MAX: usize = 8;

struct Sample {
    disk: MemoryDisk,
    names: Vec<String>,
    store_id: StoreId,
    /// The bodies of all records of the journal.
    bodies: Vec<Vec<u8>>,
}

fn id(number: u128) -> Id {
    Id::from_u128(number)
}

fn units(units: u32) -> Amount {
    Amount::from(units)
}

fn options() -> Options {
    Options::new().clock(ClockSource::Manual).cache_bytes(0).index_user_data(true).journal(JOURNAL)
}

fn open(disk: &MemoryDisk) -> Result<Store> {
    Store::open_on(Arc::new(disk.clone()), options())
}

/// Something of every kind, half of it in a checkpoint.
fn write(store: &Store) -> Result<()> {
    store.create_ledgers(&[Ledger::new(1, LedgerCode::new("USD").expect("a code"), 2)])?;
    let wallet = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlags::HISTORY;
    let account = |number, flags| Account::new(id(number), 1, 1, flags);
    let accounts = [account(1, AccountFlags::EXTERNAL), account(2, wallet), account(3, wallet)];
    store.create_accounts(&accounts)?;
    let hold = |number| Operation::hold(id(number), id(2), id(3), 1, units(20));
    let put = Operation::put(id(30), 6, 1, 3);
    store.submit(&[
        Operation::transfer(id(10), id(1), id(2), 1, units(500)),
        hold(11).with_deadline(5, AtDeadline::RELEASE),
        hold(12).with_deadline(50, AtDeadline::REFUND),
        Operation { user_data_128: id(9), ..hold(13) },
        Operation::ship(id(14), id(12)),
        Operation::dispute(id(15), id(13)),
    ])?;
    store.checkpoint()?;
    store.submit_with_data(&[put], b"ordersaxyz")?;
    store.acknowledge("mail", Timestamp::NONE)?;
    store.advance(Timestamp::from_nanoseconds(10 * Timestamp::SECOND))?;
    store.submit(&[
        Operation::release(id(16), id(12), units(5)),
        Operation::freeze(id(17), id(3)),
        Operation::reverse(id(18), id(10), units(3)),
        Operation::transfer(id(19), id(2), id(3), 1, units(1_000_000)),
        Operation::unfreeze(id(20), id(3)),
    ])?;
    Ok(())
}

fn sample() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let disk = MemoryDisk::new();
        let store = open(&disk).expect("a store");
        write(&store).expect("a disk in memory");
        drop(store);
        let mut names: Vec<String> = vec!["FORMAT".into(), "state.redb".into()];
        let segments = disk.list("journal").expect("the segments");
        names.extend(segments.iter().map(|name| format!("journal/{name}")));
        let format = String::from_utf8(edits::contents(&disk, "FORMAT")).expect("text");
        let digits = format.split_whitespace().nth(3).expect("the id of the store");
        let store_id = u128::from_str_radix(digits, 16).expect("an id").to_be_bytes();
        let shared: Arc<dyn Disk> = Arc::new(disk.clone());
        let blocks = scan(shared, store_id, Start::Beginning).expect("a journal");
        let bodies = blocks
            .flat_map(|block| {
                let block = block.expect("a block");
                let bodies = block.records().map(|record| record.1.to_vec());
                bodies.collect::<Vec<_>>()
            })
            .collect();
        Sample { disk, names, store_id, bodies }
    })
}

/// Appends a block of records that are like those that were decided, but are not.
fn forge(sample: &Sample, disk: &MemoryDisk, input: &mut Input<'_>) -> Option<()> {
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let tail = scan(Arc::clone(&shared), sample.store_id, Start::Beginning).ok()?.finish().ok()?;
    let mut journal = LocalJournal::resume(shared, sample.store_id, JOURNAL, tail).ok()?;
    let (mut head, mut builder) = (journal.head(), BlockBuilder::new(sample.store_id));
    let mut time = head.timestamp;
    for _ in 0..FORGED_MAX {
        let edits = input.byte();
        if edits == 0 {
            break;
        }
        time += 1 + input.offset() as u64;
        let mut body = sample.bodies[usize::from(input.byte()) % sample.bodies.len()].clone();
        for _ in 1..edits % 8 {
            let at = usize::from(input.byte()) % body.len();
            body[at] = input.byte();
        }
        builder.push(time, |buffer| buffer.extend_from_slice(&body)).ok()?;
    }
    let block = builder.seal(&mut head).ok()?;
    journal.append(&block).ok().map(drop)
}

/// The target.
pub(crate) fn store(bytes: &[u8]) {
    let (sample, mut input) = (sample(), Input(bytes));
    let disk = sample.disk.duplicate();
    let modes = input.byte();
    if modes & 1 != 0 {
        forge(sample, &disk, &mut input);
    }
    edits::apply(&disk, &sample.names, &mut input);
    if modes & 0x0e == 0x0e {
        check_files(sample, &disk);
    }
    let used = open(&disk).and_then(|store| {
        read(&store.snapshot()?)?;
        let pay = Operation::transfer(id(40), id(2), id(3), 1, units(1));
        store.submit(&[pay, Operation::release_rest(id(41), id(12))])?;
        store.advance(Timestamp::from_nanoseconds(100 * Timestamp::SECOND))?;
        store.checkpoint()?;
        read(&store.snapshot()?)
    });
    drop(used.inspect_err(check_error));
}

fn check_error(error: &Error) {
    let text = error.to_string();
    assert!(!text.is_empty() && !text.contains('\n'), "{text}");
}

/// Asks for everything.
fn read(snapshot: &Snapshot) -> Result<()> {
    for ledger in snapshot.ledgers()? {
        snapshot.trial_balance(ledger.number)?;
    }
    for account in snapshot.all_accounts(None) {
        let account = account?;
        for line in snapshot.statement(account.id, &StatementQuery::default())? {
            line?;
        }
        snapshot.balances_at(account.id, snapshot.timestamp())?;
        let of_account = HoldQuery { account: Some(account.id), ..HoldQuery::default() };
        for hold in snapshot.open_holds(&of_account)? {
            hold?;
        }
    }
    for hold in snapshot.all_holds(None) {
        snapshot.operation(hold?.id)?;
    }
    for event in snapshot.events(Timestamp::NONE) {
        event?;
    }
    for record in snapshot.operations_by_user_data(id(9))? {
        record?;
    }
    snapshot.document("orders", b"a")?;
    snapshot.consumers().map(drop)
}

/// The same files in a folder: verified as a whole.
fn check_files(sample: &Sample, disk: &MemoryDisk) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("journal")).expect("a folder");
    for name in sample.names.iter().filter(|name| disk.exists(name).unwrap_or(false)) {
        std::fs::write(folder.path().join(name), edits::contents(disk, name)).expect("room");
    }
    match verify(folder.path(), |_, _| ()) {
        Ok(report) => assert!(report.fault.is_none_or(|fault| !fault.contains('\n'))),
        Err(error) => check_error(&error),
    }
}
