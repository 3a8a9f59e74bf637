//! Wallets: payments with authorisation, small payments, password checks, log-ins; with nobody else
//! in the store, and with many.
//!
//! The customers are made by `population`, which writes the rows that a registration leaves, with one
//! password hash for all. So are the authorisations that the payments use up, one for each
//! customer, as an hour of hashing would come before each second of paying: what the hash costs is
//! measured by itself. Everything that is measured goes through the public API.

use crate::calls::{in_threads, threads_in_words};
use crate::measure::{Figures, Measured, Seen, folder_bytes};
use crate::population::{Inhabitant, Population};
use escrowdb::wallet::Policy;
use escrowdb::wallet::policy::{Currency, Limits, SecondFactor, SmallPayments};
use escrowdb::{
    Account, AccountFlags, Amount, Id, MasterKey, Operation, Options, Payment, Store,
    WalletOptions, Wallets, money,
};
use serde::Serialize;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// By which these rows are asked for.
pub(crate) const NAME: &str = "wallets";

const LEDGER: u32 = 1;
const BANK: Id = Id::from_u128(1);
const SHOP: Id = Id::from_u128(2);
const LOGIN: &str = "a rather long login phrase";
const PAYMENT: &str = "491827";
const PRICE: u32 = 100;
/// Payments of one customer that the rows ask for, and room.
const POCKET: u32 = 1_000 * PRICE;

/// How much is measured.
pub(crate) struct Sizes {
    /// Payments of one thread, of 64 threads, and of each size of batch.
    alone: u64,
    by_threads: u64,
    by_batches: u64,
    batches: [usize; 2],
    /// Small payments.
    small: u64,
    /// How long passwords are checked.
    aside: Duration,
    /// Other customers in the store: one set of rows for each.
    others: BTreeSet<u64>,
    /// Where stores with many are kept for the next run; `None` to make them anew.
    kept: Option<PathBuf>,
}

impl Sizes {
    pub(crate) fn new(quick: bool, others: &[u64], kept: Option<&Path>) -> Self {
        let (of, few) = if quick { (100, 1_000) } else { (1, 1_000_000) };
        let chosen = if others.is_empty() { vec![few] } else { others.to_vec() };
        Self {
            alone: 10_000 / of,
            by_threads: 64_000 / of,
            by_batches: 65_536 / of,
            batches: if quick { [32, 128] } else { [1_024, 4_096] },
            small: 10_000 / of,
            aside: if quick { Duration::from_millis(1) } else { Duration::from_secs(4) },
            others: std::iter::once(0).chain(chosen).collect(),
            kept: kept.map(Path::to_path_buf),
        }
    }
}

/// What was measured in one store.
#[derive(Serialize)]
pub(crate) struct Town {
    /// Wallets beside those that pay.
    pub(crate) others: u64,
    /// To make them, if this run did.
    seconds_to_populate: Option<f64>,
    /// All files of the store, for each of the others.
    disk_bytes_each: f64,
    pub(crate) lines: Vec<Line>,
}

/// One row.
#[derive(Serialize)]
pub(crate) struct Line {
    pub(crate) what: String,
    pub(crate) operations: u64,
    pub(crate) per_second: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

impl Line {
    fn of(what: impl Into<String>, operations: u64, seen: Seen) -> Self {
        let Figures { operations, per_second, latency, .. } = Figures::of(operations, seen);
        let (p50, p99, max) = (latency.p50, latency.p99, latency.max);
        Self { what: what.into(), operations, per_second, p50, p99, max }
    }
}

/// Measures all of it in a folder on the disk to be measured.
pub(crate) fn measure(sizes: &Sizes, folder: &Path) -> Measured<Vec<Town>> {
    sizes.others.iter().map(|&others| measure_one(sizes, others, folder)).collect()
}

fn measure_one(sizes: &Sizes, others: u64, folder: &Path) -> Measured<Town> {
    let folder = sizes.kept.as_deref().filter(|_| others > 0).unwrap_or(folder);
    let path = folder.join(format!("wallets-{others}"));
    let seconds_to_populate = if path.exists() { None } else { Some(populate(&path, others)?) };
    let disk_bytes_each = folder_bytes(&path) as f64 / others.max(1) as f64;
    let (store, wallets) = open(&path)?;
    let lines = lines(&store, &wallets, sizes, others)?;
    let balanced = store.snapshot()?.trial_balance(LEDGER)?.is_balanced();
    if !balanced {
        return Err("the books do not balance".into());
    }
    Ok(Town { others, seconds_to_populate, disk_bytes_each, lines })
}

/// Small payments need no password; else nothing is limited.
fn policy() -> Policy {
    let small = SmallPayments {
        per_payment: Amount::from(10 * PRICE),
        in_a_row_sum: Amount::from(u32::MAX),
        in_a_row: u32::MAX,
        waive_second_factor: false,
    };
    let currency = Currency {
        code: "USD".into(),
        scale: 2,
        tiers: vec![Limits::default()],
        cooldown: Limits::default(),
        small_payments: Some(small),
        second_factor: SecondFactor::default(),
    };
    Policy { currencies: vec![currency], ..Policy::none() }
}

fn open(path: &Path) -> Measured<(Store, Wallets)> {
    let store = Store::open(path, Options::new())?;
    let wallets = of(&store)?;
    Ok((store, wallets))
}

/// The wallets of a store, under a policy that limits nothing.
pub(crate) fn of(store: &Store) -> Measured<Wallets> {
    Ok(store.wallets(WalletOptions::new(MasterKey::from_bytes([7; 32]), policy()))?)
}

/// A store with a bank, a shop, and customers of the numbers below `others`; gives the seconds that
/// they took. It has its name only once all of them are there.
fn populate(path: &Path, others: u64) -> Measured<f64> {
    let part = path.with_extension("part");
    let _ = std::fs::remove_dir_all(&part);
    let (store, wallets) = open(&part)?;
    store.create_ledgers(&[money::iso_ledger(LEDGER, "USD")?])?;
    let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let bank = Account::new(BANK, LEDGER, 100, AccountFlags::EXTERNAL);
    store.create_accounts(&[bank, Account::new(SHOP, LEDGER, 300, limited)])?;
    let start = Instant::now();
    let told = |done: u64| {
        if done.is_multiple_of(51_200) {
            eprintln!("wallets: {done} of {others} others, {:.0} s", start.elapsed().as_secs_f64());
        }
    };
    population(None).settle(&wallets, 0..others, &told)?;
    let seconds = start.elapsed().as_secs_f64();
    drop(wallets);
    store.close()?;
    std::fs::rename(&part, path)?;
    Ok(seconds)
}

fn population(authorised: Option<(Id, Amount)>) -> Population {
    Population { ledger: LEDGER, login: LOGIN, payment: PAYMENT, authorised }
}

/// Customers of this run, each with money and one authorisation, handed out to the rows.
struct Payers {
    next: u64,
}

impl Payers {
    /// Numbers that no earlier run has used: others count from zero, payers from the time.
    fn arrive(store: &Store, wallets: &Wallets, count: u64) -> Measured<Self> {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let first = seconds * 1_000_000;
        let authorised = Some((SHOP, Amount::from(PRICE)));
        population(authorised).settle(wallets, first..first + count, &|_| ())?;
        let numbers: Vec<_> = (first..first + count).collect();
        for numbers in numbers.chunks(8_192) {
            let pocket = |&number: &u64| {
                let account = Inhabitant(number).account();
                Operation::transfer(Id::new(), BANK, account, LEDGER, Amount::from(POCKET))
            };
            let paid = store.submit(&numbers.iter().map(pocket).collect::<Vec<_>>())?;
            if !paid.iter().all(escrowdb::Outcome::is_done) {
                return Err("a customer got no money".into());
            }
        }
        store.checkpoint()?;
        Ok(Self { next: first })
    }

    fn take(&mut self, count: u64) -> Range<u64> {
        let first = self.next;
        self.next += count;
        first..self.next
    }
}

fn payment(number: u64, is_authorised: bool) -> Payment {
    let one = Inhabitant(number);
    let amount = Amount::from(PRICE);
    let operation = Operation::hold(Id::new(), one.account(), SHOP, LEDGER, amount);
    let authorisation = is_authorised.then(|| one.authorisation());
    Payment { wallet: one.wallet(), order: one.order(), authorisation, operation }
}

fn lines(store: &Store, wallets: &Wallets, sizes: &Sizes, others: u64) -> Measured<Vec<Line>> {
    let count = sizes.alone + sizes.by_threads + 2 * sizes.by_batches;
    let mut payers = Payers::arrive(store, wallets, count)?;
    let all = payers.next..payers.next + count;
    let mut lines = vec![
        pay(wallets, payers.take(sizes.alone), 1)?,
        pay(wallets, payers.take(sizes.by_threads), 64)?,
    ];
    for batch in sizes.batches {
        lines.push(pay_many(wallets, payers.take(sizes.by_batches), batch)?);
    }
    lines.push(pay_small(wallets, &all, sizes.small)?);
    if others == 0 {
        for threads in [1, 2] {
            lines.push(check(sizes.aside, threads, "payment passwords checked", |number| {
                let wallet = Inhabitant(all.start + number).wallet();
                Ok(wallets.check_payment_password(wallet, PAYMENT)?.map_err(|e| e.to_string())?)
            })?);
        }
        for threads in [1, 2] {
            lines.push(check(sizes.aside, threads, "log-ins", |number| {
                let email = Inhabitant(all.start + number).email();
                Ok(wallets.log_in(&email, LOGIN)?.map(drop).map_err(|e| e.to_string())?)
            })?);
        }
    }
    Ok(lines)
}

/// One payment with authorisation a call.
fn pay(wallets: &Wallets, numbers: Range<u64>, threads: u64) -> Measured<Line> {
    let count = numbers.end - numbers.start;
    let seen = in_threads(numbers, threads, |number| {
        wallets.pay(&payment(number, true))?.map_err(|refusal| refusal.to_string())?;
        Ok(())
    })?;
    let threads = threads_in_words(threads);
    Ok(Line::of(format!("payments with authorisation, one a call, {threads}"), count, seen))
}

/// Payments with authorisation in batches, one batch after the other.
fn pay_many(wallets: &Wallets, numbers: Range<u64>, batch: usize) -> Measured<Line> {
    let count = numbers.end - numbers.start;
    let payments: Vec<_> = numbers.map(|number| payment(number, true)).collect();
    let mut seen = Seen::default();
    let start = Instant::now();
    for payments in payments.chunks(batch) {
        let began = Instant::now();
        for paid in wallets.pay_many(payments)? {
            paid.map_err(|refusal| refusal.to_string())?;
        }
        seen.latencies.push(began.elapsed());
    }
    seen.elapsed = start.elapsed();
    Ok(Line::of(format!("payments with authorisation, batches of {batch}"), count, seen))
}

/// Asks what a small payment needs, which is nothing, and makes it; each time another customer.
fn pay_small(wallets: &Wallets, numbers: &Range<u64>, count: u64) -> Measured<Line> {
    let all = numbers.end - numbers.start;
    let mut seen = Seen::default();
    let start = Instant::now();
    for step in 0..count {
        // A stride that has no divisor in common with the sizes: far apart, and all different.
        let payment = payment(numbers.start + step * 7_919 % all, false);
        let began = Instant::now();
        let needs = wallets.needs(&payment.purchase())?;
        needs.map_err(|refusal| refusal.to_string())?;
        wallets.pay(&payment)?.map_err(|refusal| refusal.to_string())?;
        seen.latencies.push(began.elapsed());
    }
    seen.elapsed = start.elapsed();
    Ok(Line::of("small payments without password, one a call, 1 thread", count, seen))
}

/// Has passwords checked for so long, each of another customer.
fn check(
    aside: Duration,
    threads: usize,
    what: &str,
    check_one: impl Fn(u64) -> Measured<()> + Sync,
) -> Measured<Line> {
    let (next, start) = (AtomicU64::new(0), Instant::now());
    let check_all = || -> Measured<Vec<Duration>> {
        let mut latencies = Vec::new();
        while latencies.is_empty() || start.elapsed() < aside {
            let began = Instant::now();
            check_one(next.fetch_add(1, Ordering::Relaxed))?;
            latencies.push(began.elapsed());
        }
        Ok(latencies)
    };
    let all: Vec<Measured<Vec<Duration>>> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(check_all)).collect();
        let ended = |thread: std::thread::ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|_| Err("a customer has panicked".into()))
        };
        running.into_iter().map(ended).collect()
    });
    let mut seen = Seen { elapsed: start.elapsed(), ..Seen::default() };
    for latencies in all {
        seen.latencies.extend(latencies?);
    }
    let count = seen.latencies.len() as u64;
    let threads = threads_in_words(threads as u64);
    Ok(Line::of(format!("{what}, {threads}"), count, seen))
}
