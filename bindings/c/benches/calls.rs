//! What the C ABI costs: the same batches through it and through Rust, in one run, turn by turn.
//!
//!     cargo bench -p escrowdb-c
//!
//! Prints throughput at batches of 8,192 transfers, durable, as a ratio to Rust's, and what a call
//! with a single operation takes longer, in nanoseconds. Medians over turns that alternate, so that a
//! machine that is busy with other things disturbs both alike.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]
#![allow(clippy::float_arithmetic, reason = "ratios are for people")]

use escrow::{
    Account, AccountFlags, Amount, ClockSource, Durability, Id, Operation, Options, Outcome, Store,
};
use std::ffi::{CString, c_char, c_int, c_void};
use std::path::Path;
use std::process::Command;
use std::ptr::{null, null_mut};
use std::time::Instant;

const BATCH: usize = 8_192;
const BATCH_TURNS: usize = 201;
const SINGLE_TURNS: usize = 20_001;
const ACCOUNTS: u64 = 10_000;

unsafe extern "C" {
    fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}

type Open = unsafe extern "C" fn(
    *const c_char,
    usize,
    *const [u64; 6],
    *mut *mut c_void,
    *mut c_void,
) -> u32;
type Create =
    unsafe extern "C" fn(*mut c_void, *const c_void, usize, *mut Outcome, *mut c_void) -> u32;
type Submit = unsafe extern "C" fn(
    *mut c_void,
    *const Operation,
    usize,
    *const c_void,
    usize,
    *mut Outcome,
    *mut c_void,
) -> u32;
type Version = extern "C" fn() -> u32;

/// A store behind the C ABI, as a program finds it at run time.
struct Foreign {
    submit: Submit,
    version: Version,
    store: *mut c_void,
}

impl Foreign {
    fn open(library: *mut c_void, path: &Path, durability: u64) -> Self {
        let symbol = |name: &str| {
            let name = CString::new(name).unwrap();
            // SAFETY: the library is loaded and the name ends with a zero.
            let found = unsafe { dlsym(library, name.as_ptr()) };
            assert!(!found.is_null(), "{name:?} is not there");
            found
        };
        // SAFETY: the types are those of the header.
        let (open, ledgers, accounts, submit, version) = unsafe {
            (
                std::mem::transmute::<*mut c_void, Open>(symbol("escrow_store_open")),
                std::mem::transmute::<*mut c_void, Create>(symbol("escrow_store_create_ledgers")),
                std::mem::transmute::<*mut c_void, Create>(symbol("escrow_store_create_accounts")),
                std::mem::transmute::<*mut c_void, Submit>(symbol("escrow_store_submit")),
                std::mem::transmute::<*mut c_void, Version>(symbol("escrow_version_number")),
            )
        };
        let bytes = path.as_os_str().as_encoded_bytes();
        let mut store = null_mut();
        // struct_size and mode, durability and clock, cache, segment, preallocation, index.
        let options = [48_u64, durability | 1 << 32, 0, 0, 0, 0];
        let outcome: Outcome = bytemuck::Zeroable::zeroed();
        let mut outcomes = vec![outcome; ACCOUNTS as usize];
        let (ledger, books) = books();
        // SAFETY: as the header says.
        unsafe {
            assert_eq!(
                open(
                    bytes.as_ptr().cast(),
                    bytes.len(),
                    &raw const options,
                    &raw mut store,
                    null_mut()
                ),
                0
            );
            let room = outcomes.as_mut_ptr();
            assert_eq!(ledgers(store, (&raw const ledger).cast(), 1, room, null_mut()), 0);
            assert_eq!(accounts(store, books.as_ptr().cast(), books.len(), room, null_mut()), 0);
        }
        Self { submit, version, store }
    }

    fn submit(&self, operations: &[Operation], outcomes: &mut [Outcome]) {
        let count = operations.len();
        // SAFETY: the arrays have `count` elements each.
        let status = unsafe {
            let (operations, outcomes) = (operations.as_ptr(), outcomes.as_mut_ptr());
            (self.submit)(self.store, operations, count, null(), 0, outcomes, null_mut())
        };
        assert_eq!(status, 0);
    }
}

fn books() -> (escrow::Ledger, Vec<Account>) {
    let ledger = escrow::money::iso_ledger(1, "USD").unwrap();
    let account = |id| Account::new(Id::from_u128(id), 1, 1, AccountFlags::NONE);
    (ledger, (1..=u128::from(ACCOUNTS)).map(account).collect())
}

fn open_native(path: &Path, durability: Durability) -> Store {
    let options = Options::new().clock(ClockSource::Manual).durability(durability);
    let store = Store::open(path, options).unwrap();
    let (ledger, accounts) = books();
    store.create_ledgers(&[ledger]).unwrap();
    store.create_accounts(&accounts).unwrap();
    store
}

/// Transfers between accounts all over the store, with rising ids.
fn batch(next: &mut u64, count: usize) -> Vec<Operation> {
    let mut transfers = Vec::with_capacity(count);
    for _ in 0..count {
        *next += 1;
        let spread = next.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let (from, to) = (1 + spread % ACCOUNTS, 1 + (spread + 7) % ACCOUNTS);
        let id = |number: u64| Id::from_u128(number.into());
        transfers.push(Operation::transfer(id(*next), id(from), id(to), 1, Amount::from(1_u32)));
    }
    transfers
}

/// Nanoseconds that each side takes, turn by turn. Who goes first changes.
fn compare(native: &Store, foreign: &Foreign, size: usize, turns: usize) -> Vec<(f64, f64)> {
    let mut outcomes = vec![bytemuck::Zeroable::zeroed(); size];
    let mut next = 1_000_000;
    let mut times = Vec::with_capacity(turns);
    for turn in 0..turns {
        let operations = batch(&mut next, size);
        let all_applied = |outcomes: &[Outcome]| {
            assert!(outcomes.iter().all(|outcome| outcome.status.is_applied()));
        };
        // Outcomes are looked at and given back in the time of both.
        let native_time = || {
            let start = Instant::now();
            all_applied(&native.submit(&operations).unwrap());
            start.elapsed().as_nanos() as f64
        };
        let mut foreign_time = || {
            let start = Instant::now();
            foreign.submit(&operations, &mut outcomes);
            all_applied(&outcomes);
            start.elapsed().as_nanos() as f64
        };
        times.push(if turn % 2 == 0 {
            let native = native_time();
            (native, foreign_time())
        } else {
            let foreign = foreign_time();
            (native_time(), foreign)
        });
    }
    times
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let built = Command::new(env!("CARGO"))
        .args(["build", "-q", "--release", "-p", "escrowdb-c"])
        .current_dir(&root)
        .status();
    assert!(built.unwrap().success());
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
    let path = target.join("release/libescrowdb.so").into_os_string().into_encoded_bytes();
    let path = CString::new(path).unwrap();
    // SAFETY: the path ends with a zero; 2 is RTLD_NOW.
    let library = unsafe { dlopen(path.as_ptr(), 2) };
    assert!(!library.is_null(), "{path:?} cannot be loaded");

    let folder = tempfile::tempdir_in(&target).unwrap();
    for (name, durability, number) in
        [("durable", Durability::Durable, 0), ("process", Durability::Process, 1)]
    {
        let native = open_native(&folder.path().join(format!("{name}-rust")), durability);
        let foreign = Foreign::open(library, &folder.path().join(format!("{name}-c")), number);
        let times = compare(&native, &foreign, BATCH, BATCH_TURNS);
        let native = median(times.iter().map(|time| time.0));
        let foreign = median(times.iter().map(|time| time.1));
        let ratio = native / foreign;
        println!(
            "batches of {BATCH}, {name}: C at {ratio:.3} of Rust's throughput \
             ({:.0} and {:.0} operations/s)",
            BATCH as f64 / foreign * 1e9,
            BATCH as f64 / native * 1e9,
        );
    }
    let native = open_native(&folder.path().join("single-rust"), Durability::Process);
    let foreign = Foreign::open(library, &folder.path().join("single-c"), 1);
    let times = compare(&native, &foreign, 1, SINGLE_TURNS);
    println!(
        "single operations, process: {:.0} ns through C, {:.0} ns through Rust; median difference {:.0} ns",
        median(times.iter().map(|time| time.1)),
        median(times.iter().map(|time| time.0)),
        median(times.iter().map(|(native, foreign)| foreign - native)),
    );
    let start = Instant::now();
    for _ in 0..1_000_000 {
        std::hint::black_box((foreign.version)());
    }
    println!("a call that does nothing: {:.1} ns", start.elapsed().as_nanos() as f64 / 1e6);
}
