//! The file of keys: reopened, rotated, destroyed, damaged, interrupted.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod several;

use super::*;
use crate::disk::{Disk, MemoryDisk, OpenMode};
use crate::store::house::{KEYS_FILE, KEYS_HEAD_BYTES, LocalKeyFile, StoreError, Succession};

const STORE: [u8; 16] = [5; 16];

fn master(byte: u8) -> MasterKey {
    MasterKey::from_bytes([byte; 32])
}

fn id(number: u128) -> Id {
    Id::from_u128(number)
}

/// The file as the host opens it.
fn local(disk: &MemoryDisk) -> Result<LocalKeyFile, VaultError> {
    Ok(LocalKeyFile::open(Arc::new(disk.clone()), Succession::First)?)
}

fn checked(disk: &MemoryDisk) -> CheckedKeys {
    CheckedKeys::find(&(Arc::new(disk.clone()) as Arc<dyn Disk>), STORE).unwrap()
}

fn opened(disk: &MemoryDisk, master: &MasterKey, must_exist: bool) -> Result<Vault, VaultError> {
    Vault::open(Arc::new(local(disk)?), STORE, master, must_exist)
}

fn open(disk: &MemoryDisk, byte: u8) -> Result<Vault, VaultError> {
    opened(disk, &master(byte), false)
}

fn key_of(vault: &Vault, number: u64, person: u128) -> Option<[u8; 32]> {
    vault.key(number, id(person)).unwrap().map(|key| *key.expose())
}

fn bytes_of(disk: &MemoryDisk) -> Vec<u8> {
    let file = disk.open(KEYS_FILE, OpenMode::Existing).unwrap();
    let mut bytes = vec![0; file.len().unwrap() as usize];
    file.read_at(0, &mut bytes).unwrap();
    bytes
}

fn overwrite(disk: &MemoryDisk, bytes: &[u8]) {
    let file = disk.open(KEYS_FILE, OpenMode::Existing).unwrap();
    file.set_len(0).unwrap();
    file.write_at(0, bytes).unwrap();
}

#[test]
fn keys_are_found_again_and_are_nowhere_in_clear() {
    let disk = MemoryDisk::new();
    let vault = open(&disk, 1).unwrap();
    let made: Vec<_> = (0..5).map(|n| vault.create(id(10 + n)).unwrap()).collect();
    drop(vault);
    let vault = open(&disk, 1).unwrap();
    let bytes = bytes_of(&disk);
    for (place, (number, key)) in made.iter().enumerate() {
        assert_eq!(*number, place as u64);
        assert_eq!(key_of(&vault, *number, 10 + place as u128).as_ref(), Some(key.expose()));
        assert!(!bytes.windows(32).any(|window| window == key.expose()));
    }
    assert!(!bytes.windows(32).any(|window| window == [1; 32]), "the master key is not there");
    assert!(matches!(vault.key(0, id(11)), Err(VaultError::Corrupt(_))), "another's key");
    assert!(matches!(vault.key(5, id(11)), Err(VaultError::Corrupt(_))), "no such key");
}

/// Zeros are nobody's.
fn rotate(vault: &Vault) -> Result<u64, VaultError> {
    vault.rotate(|_| Ok(()))
}

/// Zeros in the place of a key: what older versions left of one that was destroyed, and what a bad
/// sector or a careless copy leaves of one that was not. Who was erased is not looked for; of
/// anybody else they are damage, and a key that was destroyed says so itself.
#[test]
fn zeros_are_no_destroyed_key() {
    let disk = MemoryDisk::new();
    let vault = open(&disk, 1).unwrap();
    for person in 1..=3 {
        vault.create(id(person)).unwrap();
    }
    vault.destroy(1, id(2)).unwrap();
    let place = |number: u64| slot_offset(number).unwrap() as usize;
    let mut bytes = bytes_of(&disk);
    let left = &bytes[place(1)..place(2)];
    assert_eq!(left[SLOT_BYTES as usize - 4..], crc32fast::hash(&left[..124]).to_le_bytes());
    let mut expected = [0; 124];
    expected[0] = 2;
    expected[8..24].copy_from_slice(&id(2).to_bytes());
    assert_eq!(left[..124], expected, "nothing of the key");
    bytes[place(0)..place(1)].fill(0);
    overwrite(&disk, &bytes);
    let has_place = |number, person| {
        let checked = checked(&disk).has_place(number, id(person));
        checked.map_err(|error| error.to_string())
    };
    let fault = format!("file KEYS: key 0 is overwritten with zeros; person {} needs it", id(1));
    assert_eq!(has_place(0, 1), Err(fault));
    assert_eq!(has_place(1, 2), Ok(()));
    assert_eq!(has_place(2, 3), Ok(()));
    let whose = format!("file KEYS: key 1 is of another person; person {} needs it", id(3));
    assert_eq!(has_place(1, 3), Err(whose));
    assert_eq!((key_of(&vault, 0, 1), key_of(&vault, 1, 2)), (None, None));
    // A rotation asks about zeros alone, and keeps the former key if they are somebody's.
    let mut asked = Vec::new();
    let failed = vault.rotate(|zeros| {
        asked.extend_from_slice(zeros);
        Err(zeroed(0))
    });
    assert!(failed.is_err());
    assert_eq!(asked, [0]);
    assert!(vault.read_head().unwrap().ring.rotates_to().is_some());
    assert_eq!(rotate(&vault).unwrap(), 0);
    assert!(key_of(&vault, 2, 3).is_some());
    // Destroyed once more, the zeros of an older version say so too.
    vault.destroy(0, id(1)).unwrap();
    assert_eq!(has_place(0, 1), Ok(()));
}

#[test]
fn a_destroyed_key_is_gone_and_its_number_is_not_used_again() {
    let disk = MemoryDisk::new();
    let vault = open(&disk, 1).unwrap();
    vault.create(id(1)).unwrap();
    vault.create(id(2)).unwrap();
    vault.destroy(1, id(2)).unwrap();
    vault.destroy(1, id(2)).unwrap();
    vault.destroy(0, id(9)).unwrap();
    drop(vault);
    let vault = open(&disk, 1).unwrap();
    assert!(key_of(&vault, 0, 1).is_some(), "the other one is still there");
    assert_eq!(key_of(&vault, 1, 2), None);
    assert_eq!(vault.create(id(3)).unwrap().0, 2);
}

#[test]
fn the_master_key_is_changed_without_a_gap() {
    let disk = MemoryDisk::new();
    let vault = open(&disk, 1).unwrap();
    let (number, key) = vault.create(id(1)).unwrap();
    assert!(matches!(open(&disk, 2), Err(VaultError::WrongMasterKey)));
    vault.change_masters(vault.add_master(&master(2)).unwrap()).unwrap();
    for byte in [1, 2] {
        assert_eq!(key_of(&open(&disk, byte).unwrap(), number, 1).as_ref(), Some(key.expose()));
    }
    let vault = open(&disk, 2).unwrap();
    vault.change_masters(vault.keep_master(&master(2)).unwrap()).unwrap();
    assert!(matches!(open(&disk, 1), Err(VaultError::WrongMasterKey)));
    assert_eq!(key_of(&open(&disk, 2).unwrap(), number, 1).as_ref(), Some(key.expose()));
}

#[test]
fn a_rotation_that_fails_at_any_write_loses_nothing_and_goes_on() {
    for calls in 1..40 {
        let disk = MemoryDisk::new();
        let vault = open(&disk, 1).unwrap();
        let made: Vec<_> = (0..4).map(|n| vault.create(id(n + 1)).unwrap()).collect();
        vault.destroy(2, id(3)).unwrap();
        // Half of the write that fails is on the disk. A key is a part of one sector, which is
        // written whole or not at all: a torn key is taken back.
        let before = bytes_of(&disk);
        disk.fail_after(calls, std::io::ErrorKind::Other);
        let failed = rotate(&vault).is_err();
        disk.heal();
        if failed {
            let limps_on = vault.key(0, id(1));
            assert!(matches!(limps_on, Err(VaultError::Store(StoreError::Poisoned(_)))));
        }
        drop(vault);
        let mut after = bytes_of(&disk);
        for number in 0..4 {
            let slot = slot_offset(number).unwrap() as usize..;
            let slot = slot.start..slot.start + SLOT_BYTES as usize;
            if Slot::from_bytes(after[slot.clone()].try_into().unwrap(), number).is_err() {
                after[slot.clone()].copy_from_slice(&before[slot]);
            }
        }
        overwrite(&disk, &after);
        let vault = open(&disk, 1).unwrap();
        rotate(&vault).unwrap();
        for (place, (number, key)) in made.iter().enumerate() {
            let expected = (place != 2).then_some(key.expose());
            assert_eq!(key_of(&vault, *number, place as u128 + 1).as_ref(), expected);
        }
        if !failed {
            return;
        }
    }
    panic!("the rotation never ended");
}

/// Symptom: after a full disk neither a rotation nor a verification came to an end any more. Cause:
/// a write that was cut short left a part of a key, and the next key was put behind it. Now that
/// part is cut off when the file is opened.
#[test]
fn a_key_that_was_cut_short_is_no_key() {
    let whole = MemoryDisk::new();
    let vault = open(&whole, 1).unwrap();
    let first = vault.create(id(1)).unwrap().1;
    vault.create(id(2)).unwrap();
    drop(vault);
    let bytes = bytes_of(&whole);
    for missing in [1, 4, 64, 127] {
        let disk = whole.duplicate();
        overwrite(&disk, &bytes[..bytes.len() - missing]);
        drop(checked(&disk));
        let vault = open(&disk, 1).unwrap();
        assert_eq!(bytes_of(&disk).len(), bytes.len() - SLOT_BYTES as usize, "{missing}");
        let (number, third) = vault.create(id(3)).unwrap();
        assert_eq!(number, 1);
        assert_eq!(rotate(&vault).unwrap(), 2);
        drop(vault);
        drop(checked(&disk));
        let vault = open(&disk, 1).unwrap();
        assert_eq!(key_of(&vault, 0, 1).as_ref(), Some(first.expose()), "{missing}");
        assert_eq!(key_of(&vault, 1, 3).as_ref(), Some(third.expose()), "{missing}");
    }
}

/// A key whose second half is missing among others, or with all its bytes at the end, was given to
/// somebody.
#[test]
fn half_a_key_that_has_its_place_is_named() {
    for torn in [0, 1] {
        let disk = MemoryDisk::new();
        let vault = open(&disk, 1).unwrap();
        vault.create(id(1)).unwrap();
        vault.create(id(2)).unwrap();
        drop(vault);
        let mut bytes = bytes_of(&disk);
        let end = slot_offset(torn + 1).unwrap() as usize;
        bytes[end - 64..end].fill(0);
        overwrite(&disk, &bytes);
        let expected = format!("file KEYS: key {torn} does not match its checksum");
        let vault = open(&disk, 1).unwrap();
        let whose = checked(&disk).has_place(torn, id(1)).unwrap_err();
        assert_eq!(whose.to_string(), format!("{expected}; person {} needs it", id(1)));
        let nobodys: Vec<_> = checked(&disk).nobodys().collect();
        assert_eq!(nobodys, [expected.as_str()]);
        let rotated = rotate(&vault).map(drop);
        for result in [rotated, vault.key(torn, id(1)).map(drop)] {
            assert_eq!(result.unwrap_err().to_string(), expected);
        }
        assert_eq!(bytes_of(&disk).len(), bytes.len());
    }
}

#[test]
fn index_keys_have_a_present_and_a_former_one() {
    let disk = MemoryDisk::new();
    let vault = open(&disk, 1).unwrap();
    let first = vault.index_keys().unwrap().current;
    vault.begin_index_rotation().unwrap();
    vault.begin_index_rotation().unwrap();
    drop(vault);
    let vault = open(&disk, 1).unwrap();
    let keys = vault.index_keys().unwrap();
    assert_eq!(keys.current.generation, 2);
    assert!(keys.previous.is_some_and(|former| former.key == first.key));
    vault.end_index_rotation(first.generation).unwrap();
    assert!(open(&disk, 1).unwrap().index_keys().unwrap().previous.is_none());
}

#[test]
fn every_damaged_byte_is_found_or_repaired() {
    let disk = MemoryDisk::new();
    let vault = open(&disk, 1).unwrap();
    let keys: Vec<_> = (0..3).map(|n| vault.create(id(n + 1)).unwrap().1).collect();
    drop(vault);
    let good = bytes_of(&disk);
    for place in (0..good.len()).step_by(7) {
        let mut bad = good.clone();
        bad[place] ^= 0x40;
        overwrite(&disk, &bad);
        let vault = open(&disk, 1).unwrap();
        for (number, key) in (0_u64..).zip(&keys) {
            match vault.key(number, id(u128::from(number) + 1)) {
                Ok(found) => assert_eq!(found.unwrap().expose(), key.expose()),
                Err(error) => assert!(error.to_string().contains(&format!("key {number}"))),
            }
        }
        if place < KEYS_HEAD_BYTES as usize {
            assert_eq!(bytes_of(&disk), good, "the header is repaired");
        }
    }
    let mut bad = good.clone();
    bad[100] ^= 1;
    bad[4_196] ^= 1;
    overwrite(&disk, &bad);
    let error = open(&disk, 1).unwrap_err().to_string();
    assert_eq!(error, "file KEYS: the header does not match its checksum");
}

#[test]
fn a_creation_that_fails_at_any_write_is_begun_again() {
    for calls in 1..10 {
        let disk = MemoryDisk::new();
        disk.fail_after(calls, std::io::ErrorKind::Other);
        let failed = open(&disk, 1).is_err();
        disk.heal();
        let vault = open(&disk, 1).unwrap();
        vault.create(id(1)).unwrap();
        if !failed {
            return;
        }
    }
    panic!("the creation never ended");
}

#[test]
fn a_file_that_must_be_there_is_not_made_anew() {
    let disk = MemoryDisk::new();
    let reopen = || opened(&disk, &master(1), true).map(drop).map_err(|e| e.to_string());
    assert_eq!(reopen(), Err("file KEYS: is missing".into()));
    drop(open(&disk, 1).unwrap());
    assert_eq!(reopen(), Ok(()));
    overwrite(&disk, &[0; 4_000]);
    assert_eq!(reopen(), Err("file KEYS: ends within the header".into()));
}

/// A wrapper as a key service would be: it adds what it likes.
#[derive(Debug)]
struct Service(u8);

impl KeyWrapper for Service {
    fn wrap(&self, key: &[u8]) -> std::io::Result<Vec<u8>> {
        Ok([&[self.0; 60][..], key].concat().iter().map(|byte| byte ^ 0x5a).collect())
    }

    fn unwrap(&self, wrapped: &[u8]) -> std::io::Result<zeroize::Zeroizing<Vec<u8>>> {
        let clear: Vec<u8> = wrapped.iter().map(|byte| byte ^ 0x5a).collect();
        if clear[..60] != [self.0; 60] {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        Ok(clear[60..].to_vec().into())
    }
}

#[test]
fn a_host_can_wrap_by_its_own_means() {
    let disk = MemoryDisk::new();
    let wrapper = |byte| MasterKey::from_wrapper(Arc::new(Service(byte)));
    let vault = opened(&disk, &wrapper(1), false).unwrap();
    let (number, key) = vault.create(id(1)).unwrap();
    let wrong = opened(&disk, &wrapper(2), false);
    assert!(matches!(wrong, Err(VaultError::WrongMasterKey)));
    let vault = opened(&disk, &wrapper(1), false).unwrap();
    assert_eq!(key_of(&vault, number, 1).as_ref(), Some(key.expose()));
    assert_eq!(format!("{:?}", master(3)), "MasterKey(..)");
}
