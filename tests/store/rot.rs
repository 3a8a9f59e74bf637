//! Rot in a store that is not small, with people in it and its beginning in an archive: bytes of
//! each file are flipped, and `verify` finds them, or they have no effect.
//!
//! `ROT_OPERATIONS=1000000` makes a really large store of it, `ROT_PLACES=100` looks at more
//! places.

use crate::world::*;
use escrowdb::wallet::Policy;
use escrowdb::wallet::policy::HashCost;
use escrowdb::*;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

const OPERATIONS: u128 = 6_000;
/// Places in the state; in each other file it is a fifth of them.
const PLACES: u128 = 30;
const PEOPLE: u128 = 20;
const WALLETS: u128 = 200;
const BATCH: u128 = 500;

fn variable(name: &str, default: u128) -> u128 {
    env::var(name).map_or(default, |value| value.parse().unwrap())
}

/// The store in `store`, its older half in `archive`. Gives the head.
fn fill(folder: &Path) -> Head {
    let operations = variable("ROT_OPERATIONS", OPERATIONS);
    // About ten segments.
    let journal = journal::Options {
        segment_bytes: 5 * operations as u64,
        preallocate_bytes: operations as u64,
    };
    let store = Store::open(folder.join("store"), manual().journal(journal)).unwrap();
    settle_in(&store, WALLETS);
    let mut policy = Policy::default();
    policy.identity.credentials.hash = HashCost::LEAST;
    policy.identity.credentials.security_answers.needed = 0;
    let wallets =
        store.wallets(WalletOptions::new(MasterKey::from_bytes([1; 32]), policy)).unwrap();
    for person in 0..PEOPLE {
        let email = format!("{person}@example.com");
        wallets.begin_registration(id(9_000 + person), &email, true).unwrap().unwrap();
    }
    let mut half = Timestamp::NONE;
    for first in (0..operations).step_by(BATCH as usize) {
        let operation = |number: u128| {
            let wallet = WALLET + number % WALLETS;
            let new = id(1_000_000 + number);
            match number % 3 {
                0 => Operation::transfer(new, id(BANK), id(wallet), LEDGER, amount(50)),
                1 => Operation::hold(new, id(wallet), id(BANK), LEDGER, amount(1)),
                _ => Operation::release_rest(new, id(1_000_000 + number - 1)),
            }
        };
        let batch: Vec<_> = (first..first + BATCH).map(operation).collect();
        let last = store.submit(&batch).unwrap()[BATCH as usize - 1].timestamp;
        if first < operations / 2 {
            half = half.max(last);
        }
    }
    let report = store.archive(folder.join("archive"), &ArchiveOptions::before(half)).unwrap();
    assert!(report.segments > 1, "{report:?}");
    let head = store.head().unwrap();
    drop(wallets);
    store.close().unwrap();
    head
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for inside in ["store", "store/journal", "archive", "archive/journal"] {
        let entries = fs::read_dir(folder.join(inside)).unwrap().map(|entry| entry.unwrap().path());
        files.extend(entries.filter(|path| path.is_file() && !path.ends_with("LOCK")));
    }
    files.sort();
    files
}

#[test]
fn verify_finds_what_rots_in_a_large_store_and_its_archive() {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path();
    let head = fill(folder);
    let options = VerifyOptions::new().expect(head).archive(folder.join("archive"));
    let check = || verify_with(folder.join("store"), &options, |_, _| ());
    let whole = check().unwrap();
    assert_eq!((whole.fault.as_ref(), whole.blocks), (None, head.block));
    let files = files(folder);
    let is_there = |name: &str| files.iter().any(|path| path.ends_with(name));
    assert!(["FORMAT", "KEYS", "store/ARCHIVE", "archive/ARCHIVE"].iter().all(|n| is_there(n)));
    let (mut named, mut harmless) = (0, 0);
    for path in &files {
        let bytes = fs::read(path).unwrap();
        let length = bytes.len() as u128;
        let is_state = path.ends_with("state.redb");
        let places = variable("ROT_PLACES", PLACES) / if is_state { 1 } else { 5 };
        for place in 0..places {
            // Not the same place within all pages.
            let at = ((place * 2 + 1) * length / (2 * places) + place * 37) % length;
            let (at, mut rotten) = (at as usize, bytes.clone());
            rotten[at] ^= [0xff, 1 << (at % 8)][place as usize % 2];
            fs::write(path, rotten).unwrap();
            let what = format!("{}, byte {at} of {length}", path.display());
            match check().unwrap_or_else(|error| panic!("{what}: {error}")) {
                VerifyReport { fault: Some(fault), .. } => {
                    assert!(!fault.contains('\n') && !fault.is_empty(), "{what}: {fault}");
                    named += 1;
                }
                report => {
                    assert_eq!(report, whole, "{what}");
                    harmless += 1;
                }
            }
            fs::write(path, &bytes).unwrap();
        }
    }
    assert_eq!(check().unwrap(), whole);
    println!("{} files: {named} named, {harmless} without effect", files.len());
    assert!(named > files.len(), "{named} named, {harmless} without effect");
}
