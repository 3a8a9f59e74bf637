//! The parts, each alone: what one operation costs in the rules, in its encoding, in the journal;
//! what a read costs; what amounts cost as text.
//!
//! ```sh
//! cargo bench --manifest-path benches/Cargo.toml            # all of them
//! cargo bench --manifest-path benches/Cargo.toml -- journal # one group
//! ```
//!
//! The store that is read lies in the temporary directory; `ESCROWDB_BENCH_TRANSFERS` says how many
//! transfers it holds (100,000 unless told).

#[path = "../../src/cli/bench/measure/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the command uses what this program does not")]
mod measure;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use escrowdb::bench_internals::{Judged, Rules};
use escrowdb::disk::{Disk, LocalDisk, MemoryDisk};
use escrowdb::journal::{self, BlockBuilder, ChainHead, LocalJournal, SealedBlock};
use escrowdb::{Account, AccountFlags, Amount, Id, Options, StatementQuery, money};
use measure::{Generator, Workload};
use std::cell::RefCell;
use std::hint::black_box;
use std::sync::Arc;

/// Operations in a block.
const BATCH: u64 = 8_192;
const STORE: [u8; 16] = [7; 16];

fn workload(holds: bool) -> Workload {
    Workload { holds, ..Workload::transfers(0) }
}

/// Rules over the accounts of a workload.
fn rules(workload: &Workload) -> Rules {
    let usd = money::iso_ledger(measure::workload::LEDGER, "USD").expect("a currency");
    let account = |number| Account::new(number, 1, 1, AccountFlags::HISTORY);
    let accounts = (1..=u128::from(workload.accounts)).map(Id::from_u128);
    let fees = Id::from_u128(u64::MAX.into());
    let accounts: Vec<_> = accounts.chain([fees]).map(account).collect();
    Rules::new(&[usd], &accounts)
}

fn judged(workload: &Workload) -> Judged {
    let batch = Generator::new(workload).batch(BATCH);
    rules(workload).apply(&batch).expect("a block").1
}

fn encoded(judged: &Judged) -> Vec<u8> {
    let mut bytes = Vec::new();
    judged.encode(|_, encode| encode(&mut bytes));
    bytes
}

fn sealed(judged: &Judged, builder: &mut BlockBuilder, head: &mut ChainHead) -> SealedBlock {
    judged.encode(|timestamp, encode| {
        // A later block of the same records is as much work as the first.
        let later = timestamp + head.timestamp;
        builder.push(later, encode).expect("a record that fits");
    });
    builder.seal(head).expect("a block that follows")
}

/// Judging and carrying out, per operation.
fn apply(criterion: &mut Criterion) {
    /// Blocks after which the rules begin anew, lest the holds of all of them stay in memory.
    const BLOCKS: u64 = 64;
    let mut group = criterion.benchmark_group("apply");
    group.throughput(Throughput::Elements(BATCH));
    for (name, holds) in [("transfers", false), ("holds and releases", true)] {
        let workload = workload(holds);
        let mut generator = Generator::new(&workload);
        let rules = RefCell::new(rules(&workload));
        let mut blocks = 0;
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || {
                    blocks += 1;
                    if blocks % BLOCKS == 0 {
                        rules.replace(self::rules(&workload));
                    }
                    generator.batch(BATCH)
                },
                |batch| {
                    let mut rules = rules.borrow_mut();
                    let (outcomes, judged) = rules.apply(&batch).expect("a block");
                    rules.forget(judged);
                    let refused = outcomes.iter().find(|outcome| !outcome.is_done());
                    assert!(refused.is_none(), "{refused:?}");
                    outcomes
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

/// The bytes of a record, per operation.
fn encode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("encode");
    group.throughput(Throughput::Elements(BATCH));
    for (name, holds) in [("transfers", false), ("holds and releases", true)] {
        let judged = judged(&workload(holds));
        group.bench_function(name, |bencher| bencher.iter(|| encoded(black_box(&judged))));
    }
    group.finish();
}

/// Framing, checksums and the hash of a block per operation; and appending it.
fn journal(criterion: &mut Criterion) {
    let judged = judged(&workload(false));
    let mut group = criterion.benchmark_group("journal");
    group.throughput(Throughput::Elements(BATCH));
    group.bench_function("seal", |bencher| {
        let mut builder = BlockBuilder::new(STORE);
        let mut head = ChainHead::origin(&STORE);
        bencher.iter(|| {
            let block = sealed(&judged, &mut builder, &mut head);
            builder.recycle(block);
        });
    });
    let folder = tempfile::tempdir().expect("a folder");
    let disk: Arc<dyn Disk> = Arc::new(LocalDisk::new(folder.path().to_path_buf()));
    append(&mut group, "append to memory", Arc::new(MemoryDisk::new()), &judged);
    append(&mut group, "append durably", disk, &judged);
    group.finish();
}

fn append(
    group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>,
    name: &str,
    disk: Arc<dyn Disk>,
    judged: &Judged,
) {
    let options = journal::Options::default();
    let mut journal = LocalJournal::create(disk, STORE, options).expect("a journal");
    let mut builder = BlockBuilder::new(STORE);
    let mut head = journal.head();
    group.sample_size(20);
    group.bench_function(name, |bencher| {
        bencher.iter_batched(
            || sealed(judged, &mut builder, &mut head),
            |block| journal.append(&block).expect("an append"),
            BatchSize::PerIteration,
        );
    });
}

/// Reading from a snapshot of a store.
fn read(criterion: &mut Criterion) {
    let transfers = std::env::var("ESCROWDB_BENCH_TRANSFERS").ok();
    let transfers = transfers.and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let workload = Workload::transfers(transfers);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store");
    let run = measure::run(&path, Options::new(), &workload, &|_| ());
    let (store, _) = run.expect("a store");
    let snapshot = store.snapshot().expect("a snapshot");
    let mut generator = Generator::new(&workload);
    let mut group = criterion.benchmark_group("snapshot");
    group.bench_function("account", |bencher| {
        bencher.iter_batched(
            || generator.account(),
            |id| snapshot.account(id).expect("a look-up"),
            BatchSize::SmallInput,
        );
    });
    let newest = StatementQuery { newest_first: true, limit: 100, ..StatementQuery::default() };
    group.bench_function("last 100 lines of a statement", |bencher| {
        bencher.iter_batched(
            || generator.account(),
            |id| snapshot.statement(id, &newest).expect("a statement").count(),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

/// Amounts as text.
fn text(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("amount");
    for (name, words) in [("small", "12.34"), ("large", "123456789012345678.90")] {
        let amount: Amount = money::parse(words, 2).expect("an amount");
        group.bench_function(format!("parse, {name}"), |bencher| {
            bencher.iter(|| money::parse(black_box(words), 2));
        });
        group.bench_function(format!("format, {name}"), |bencher| {
            bencher.iter(|| money::format(black_box(amount), 2).to_string());
        });
    }
    group.finish();
}

criterion_group!(parts, apply, encode, journal, read, text);
criterion_main!(parts);
