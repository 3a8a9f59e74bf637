//! Changing keys while everything goes on.

use crate::world::*;
use WalletStatus as W;
use escrowdb::disk::{Disk, OpenMode};
use escrowdb::wallet::*;
use escrowdb::*;
use std::io;
use std::sync::Arc;
use zeroize::Zeroizing;

fn open(world: World, key: MasterKey) -> Result<(Store, Wallets)> {
    let World { store, wallets, disk } = world;
    drop((store, wallets));
    let store = Store::open_on(Arc::new(disk), store_options())?;
    let wallets = store.wallets(WalletOptions::new(key, policy()))?;
    Ok((store, wallets))
}

#[test]
fn the_master_key_is_changed_in_two_steps() {
    let world = World::new();
    world.anna();
    world.wallets.add_master_key(&master(2), &staff("eve")).unwrap().unwrap();
    let World { store, wallets, disk } = world;
    drop((store, wallets));
    let reopen = |byte| {
        let options = WalletOptions::new(master(byte), policy());
        World::on(disk.clone(), options)
    };
    for byte in [1, 2] {
        assert_eq!(reopen(byte).wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
    }
    reopen(2).wallets.keep_master_key(&master(2), &Actor::System).unwrap().unwrap();
    let world = reopen(2);
    assert_eq!(world.wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
    assert_eq!(world.trail(AuditEntry::STORE), [Command::ADD_MASTER_KEY, Command::KEEP_MASTER_KEY]);
    let refused = open(world, master(1)).map(drop);
    assert!(matches!(refused, Err(Error::WrongMasterKey)), "{refused:?}");
}

/// Which master keys open the store, of these.
fn opened_by(disk: &disk::MemoryDisk, keys: &[MasterKey]) -> Vec<bool> {
    let opens = |key: &MasterKey| {
        let store = Store::open_on(Arc::new(disk.clone()), store_options()).unwrap();
        match store.wallets(WalletOptions::new(key.clone(), policy())) {
            Ok(wallets) => wallets.log_in(EMAIL, LOGIN).unwrap() == Ok(person(1)),
            Err(Error::WrongMasterKey) => false,
            Err(error) => panic!("{error}"),
        }
    };
    keys.iter().map(opens).collect()
}

/// A clerk told the store, in one call, to keep a key that nobody had ever added: at the next
/// opening the shop's own key was the wrong one, and the personal data of all customers was the
/// clerk's. And adding a third key shut out the second one, which was in use. A key is kept that
/// opens the store, and the third one waits.
#[test]
fn nobody_is_shut_out_by_a_key_that_was_not_added() {
    let world = World::new();
    world.anna();
    let (wallets, eve) = (&world.wallets, staff("eve"));
    for actor in [&eve, &Actor::System] {
        let refused = wallets.keep_master_key(&master(9), actor);
        assert!(matches!(refused, Err(Error::WrongMasterKey)), "{refused:?}");
    }
    assert!(world.trail(AuditEntry::STORE).is_empty(), "it was not done");
    wallets.add_master_key(&master(2), &eve).unwrap().unwrap();
    let third = wallets.add_master_key(&master(3), &eve).unwrap_err().to_string();
    let expected = "two master keys open the store already: decide for one of them first";
    assert!(third.ends_with(expected), "{third}");
    // Asking again, to be sure, changes nothing.
    for key in [1, 2] {
        wallets.add_master_key(&master(key), &eve).unwrap().unwrap();
    }
    let refused = wallets.keep_master_key(&master(3), &eve);
    assert!(matches!(refused, Err(Error::WrongMasterKey)), "{refused:?}");
    let World { store, wallets, disk } = world;
    drop((store, wallets));
    let keys = [1, 2, 3, 9].map(master);
    assert_eq!(opened_by(&disk, &keys), [true, true, false, false]);
    let world = World::on(disk.clone(), WalletOptions::new(master(2), policy()));
    world.wallets.keep_master_key(&master(2), &eve).unwrap().unwrap();
    world.wallets.add_master_key(&master(3), &eve).unwrap().unwrap();
    drop(world);
    assert_eq!(opened_by(&disk, &keys), [false, true, true, false]);
}

/// A key service that wraps, and then gives nothing or something else.
struct Forgetful(io::Result<Vec<u8>>);

impl KeyWrapper for Forgetful {
    fn wrap(&self, _: &[u8]) -> io::Result<Vec<u8>> {
        Ok(b"wrapped".to_vec())
    }

    fn unwrap(&self, _: &[u8]) -> io::Result<Zeroizing<Vec<u8>>> {
        match &self.0 {
            Ok(bytes) => Ok(Zeroizing::new(bytes.clone())),
            Err(error) => Err(error.kind().into()),
        }
    }
}

/// A key service was set up wrongly, and wrapped what it could not unwrap. The shop opened,
/// customers registered, and after the first restart nobody could read anything of them. What is
/// wrapped is unwrapped again before it is used.
#[test]
fn a_key_service_that_does_not_unwrap_is_refused_at_once() {
    let answers = [
        || Ok(vec![7; 32]),
        || Ok(Vec::new()),
        || Err(io::ErrorKind::InvalidData.into()),
        || Err(io::ErrorKind::TimedOut.into()),
    ];
    for answer in answers {
        let service = || MasterKey::from_wrapper(Arc::new(Forgetful(answer())));
        let disk = disk::MemoryDisk::new();
        let store = Store::open_on(Arc::new(disk.clone()), store_options()).unwrap();
        let opened = store.wallets(WalletOptions::new(service(), policy())).map(drop);
        assert!(matches!(opened, Err(Error::Io(_))), "{opened:?}");
        assert!(!disk.exists("KEYS").unwrap());
        drop(store);
        let world = World::on(disk.clone(), WalletOptions::new(master(1), policy()));
        world.anna();
        let added = world.wallets.add_master_key(&service(), &staff("eve"));
        assert!(matches!(added, Err(Error::Io(_))), "{added:?}");
        let kept = world.wallets.keep_master_key(&service(), &staff("eve"));
        assert!(matches!(kept, Err(Error::WrongMasterKey | Error::Io(_))), "{kept:?}");
        assert!(world.trail(AuditEntry::STORE).is_empty());
        drop(world);
        assert_eq!(opened_by(&disk, &[master(1)]), [true]);
    }
}

#[test]
fn the_wallets_of_a_store_are_open_once() {
    let world = World::new();
    let again = world.store.wallets(WalletOptions::new(master(1), policy()));
    assert!(matches!(again, Err(Error::InvalidArgument(_))));
    let mut bad = policy();
    bad.identity.credentials.hash.passes = 1;
    drop(world.wallets);
    let refused = world.store.wallets(WalletOptions::new(master(1), bad)).unwrap_err();
    assert!(refused.to_string().contains("passes"), "{refused}");
    world.store.wallets(WalletOptions::new(master(1), policy())).unwrap();
}

#[test]
fn a_lost_file_of_keys_is_not_made_anew() {
    let world = World::new();
    world.anna();
    world.disk.remove("KEYS").unwrap();
    let error = open(world, master(1)).map(drop).unwrap_err();
    assert_eq!(error.to_string(), "the store is corrupt: file KEYS: is missing");
}

#[test]
fn key_encryption_keys_are_rotated_under_load() {
    let world = World::new();
    world.anna();
    let (wallets, world) = (&world.wallets, &world);
    std::thread::scope(|scope| {
        let rotate = || wallets.rotate_key_encryption_key(&Actor::System).unwrap().unwrap();
        let rotation = scope.spawn(move || (0..3).map(|_| rotate()).max());
        for number in 10..20 {
            world.register(number, &format!("{number}@example.com"));
        }
        assert!(rotation.join().unwrap() >= Some(1));
    });
    assert_eq!(wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
    assert_eq!(wallets.rotate_key_encryption_key(&Actor::System).unwrap(), Ok(11));
    assert_eq!(world.trail(AuditEntry::STORE), [Command::ROTATE_KEY_ENCRYPTION_KEY; 4]);
}

/// What was indexed by the former key is found while it is moved, and after it was forgotten.
#[test]
fn blind_indexes_are_rotated_without_a_gap() {
    let world = World::new();
    world.anna();
    world.register(2, "second@example.com");
    world.wallets.begin_registration(person(3), "third@example.com", true).unwrap().unwrap();
    let wallets = &world.wallets;
    let eve = staff("eve");
    wallets.begin_index_rotation(&eve).unwrap().unwrap();
    assert!(
        wallets.end_index_rotation(&eve).is_err(),
        "somebody is still indexed by the former key"
    );
    assert_eq!(wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
    let tries = |number, document| {
        let of = person(number);
        world.confirm(number, &format!("{number}@example.com"));
        wallets.set_profile(of, &profile(document)).unwrap().unwrap();
        wallets.set_login_password(of, LOGIN, false).unwrap().unwrap();
        wallets.set_consent(of, "terms", "1", true).unwrap().unwrap();
        status(wallets.submit_registration(of, &new_wallet(number)))
    };
    assert_eq!(tries(4, 1), W::PERSON_EXISTS);
    let mut after = None;
    loop {
        after = wallets.reindex(after, 2, &eve).unwrap().unwrap();
        if after.is_none() {
            break;
        }
    }
    wallets.end_index_rotation(&eve).unwrap().unwrap();
    let trail = world.trail(AuditEntry::STORE);
    assert_eq!(trail, [Command::BEGIN_INDEX_ROTATION, Command::END_INDEX_ROTATION]);
    for number in [1, 2, 3] {
        let moved =
            world.trail(person(number)).iter().filter(|one| **one == Command::REINDEX).count();
        assert_eq!(moved, 1, "person {number}");
    }
    assert!(!world.trail(person(4)).contains(&Command::REINDEX), "indexed by the new key at once");
    assert_eq!(wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
    assert_eq!(wallets.log_in("second@example.com", LOGIN).unwrap(), Ok(person(2)));
    assert_eq!(tries(15, 2), W::PERSON_EXISTS);
    world.wait(MINUTE);
    wallets.resend_confirmation(person(3)).unwrap().unwrap();
    let token = world.secret(LetterKind::CONFIRM_ADDRESS);
    assert_eq!(wallets.confirm_address(&token).unwrap(), Ok(person(3)));
    let world = world.reopen();
    world.wallets.begin_registration(person(5), EMAIL, true).unwrap().unwrap();
    assert_eq!(world.letters().last().unwrap().kind, LetterKind::ADDRESS_IS_KNOWN);
}

#[test]
fn a_backup_has_the_keys_that_its_rows_need() {
    let world = World::new();
    world.anna();
    let backup = disk::MemoryDisk::new();
    world.store.backup_to(Arc::new(backup.clone())).unwrap();
    let restored = World::on(backup, WalletOptions::new(master(1), policy()));
    assert_eq!(restored.wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
    let checked = restored.wallets.check_payment_password(wallet(1), PAYMENT).unwrap();
    assert_eq!(checked, Ok(()));
}

/// One person's key in another's place, and one key's bytes changed, are found.
#[test]
fn keys_that_were_moved_or_changed_are_found() {
    let world = World::new();
    world.anna();
    world.register(2, "second@example.com");
    let slot = |number: u64| 8_192 + number * 128;
    let keys = world.disk.open("KEYS", OpenMode::Existing).unwrap();
    let (mut first, mut second) = ([0; 128], [0; 128]);
    keys.read_at(slot(0), &mut first).unwrap();
    keys.read_at(slot(1), &mut second).unwrap();
    keys.write_at(slot(0), &second).unwrap();
    let error = world.wallets.log_in(EMAIL, LOGIN).unwrap_err().to_string();
    let whose = format!("key 0 is of another person; person {} needs it", person(1));
    assert_eq!(error, format!("the store is corrupt: file KEYS: {whose}"));
    // With the checksum of its new place, but sealed for another one.
    let mut forged = second;
    forged[8..24].copy_from_slice(&first[8..24]);
    let crc = crc32fast::hash(&forged[..124]);
    forged[124..].copy_from_slice(&crc.to_le_bytes());
    keys.write_at(slot(0), &forged).unwrap();
    let error = world.wallets.log_in(EMAIL, LOGIN).unwrap_err().to_string();
    let whose = format!("key 0 does not open; person {} needs it", person(1));
    assert_eq!(error, format!("the store is corrupt: file KEYS: {whose}"));
    first[30] ^= 1;
    keys.write_at(slot(0), &first).unwrap();
    let error = world.wallets.log_in(EMAIL, LOGIN).unwrap_err().to_string();
    let whose = format!("key 0 does not match its checksum; person {} needs it", person(1));
    assert_eq!(error, format!("the store is corrupt: file KEYS: {whose}"));
}

/// An actor who changes keys must be named before anything changes; customers cannot change them.
#[test]
fn keys_are_changed_by_somebody() {
    let world = World::new();
    world.anna();
    let wallets = &world.wallets;
    for (actor, expected) in [
        (Actor::Customer, W::ACTOR_MUST_BE_NAMED),
        (Actor::staff("", "the yearly change"), W::ACTOR_MUST_BE_NAMED),
        (Actor::staff("eve", ""), W::REASON_MUST_BE_GIVEN),
    ] {
        assert_eq!(status(wallets.add_master_key(&master(2), &actor)), expected);
        assert_eq!(status(wallets.keep_master_key(&master(2), &actor)), expected);
        assert_eq!(status(wallets.rotate_key_encryption_key(&actor)), expected);
        assert_eq!(status(wallets.begin_index_rotation(&actor)), expected);
        assert_eq!(status(wallets.reindex(None, 10, &actor)), expected);
        assert_eq!(status(wallets.end_index_rotation(&actor)), expected);
    }
    assert!(world.trail(AuditEntry::STORE).is_empty());
    let eve = Actor::staff("eve", "the yearly change");
    wallets.rotate_key_encryption_key(&eve).unwrap().unwrap();
    let (_, entry) = wallets.audit_trail(AuditEntry::STORE, None, 100).unwrap().pop().unwrap();
    assert_eq!((entry.actor, entry.about), (eve, Id::ZERO));
    assert!(entry.at <= world.now() && !entry.at.is_none());
    let world = world.reopen();
    assert_eq!(world.trail(AuditEntry::STORE), [Command::ROTATE_KEY_ENCRYPTION_KEY]);
    world.verify();
}
