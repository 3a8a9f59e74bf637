//! A key whose row is not put yet, while somebody else opens the wallets.

use super::*;
use crate::model::Timestamp;
use crate::wallets::keys::Vault;

const WEEK_AND_DAY: u64 = 8 * 86_400;

fn policy() -> Policy {
    let mut policy = Policy::default();
    policy.identity.credentials.hash = HashCost::LEAST;
    policy
}

fn open_on(disk: &MemoryDisk) -> Store {
    let options = Options::new().clock(ClockSource::Manual);
    Store::open_on(Arc::new(disk.clone()), options).expect("a store")
}

fn options() -> WalletOptions {
    WalletOptions::new(MasterKey::from_bytes([1; 32]), policy())
}

/// Opening destroys keys that no row names of persons who were erased, as an older file brings them
/// back. One of them may be registering again, by another process that has made the key and not yet
/// put the row.
#[test]
fn a_key_that_another_process_has_just_made_is_not_destroyed() {
    run(|| {
        let (disk, anna) = (MemoryDisk::new(), id(1));
        let store = open_on(&disk);
        let wallets = store.wallets(options()).expect("wallets");
        let done = "a registration";
        wallets.begin_registration(anna, "anna@example.com", true).expect(done).expect(done);
        let later = Timestamp::from_seconds(WEEK_AND_DAY).expect("a time");
        store.advance(later).expect("a clock");
        assert_eq!(wallets.upkeep().expect("upkeep").registrations, 1);
        drop((wallets, store));

        let store = open_on(&disk);
        let file = store.key_file().expect("the file of keys");
        let master = MasterKey::from_bytes([1; 32]);
        let other = Vault::open(file, store.id(), &master, false).expect("another process");
        let (number, _) = other.create(anna).expect("a key");
        assert_eq!(other.unaligned().expect("a file"), Some(1), "it was there before");
        let wallets = store.wallets(options()).expect("wallets");
        assert!(other.key(number, anna).expect("a file").is_some());
        assert_eq!(other.unaligned().expect("a file"), None, "once");
        drop(wallets);
    });
}
