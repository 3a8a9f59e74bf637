//! The keys of persons, in a file of their own.
//!
//! What a store knows of a person is sealed in the journal, which lives for ever; the key to it
//! lies here, so that destroying the key makes all of it unreadable, in backups of the journal too.
//!
//! Guaranteed: a key that was given out by [`Vault::create`] is durable; one that was destroyed is
//! overwritten and synced; either of the header's two copies opens the file alone; a damaged byte
//! is found by a checksum and named. Keys are in the file wrapped only: see `format.md`.
//!
//! It does not know what the keys seal, and when they may be destroyed.
#![doc = include_str!("format.md")]

mod error;
mod header;
mod master;
mod master_change;
mod ring;
mod slot;

#[cfg(test)]
mod tests;

pub(crate) use error::VaultError;
pub(crate) use header::VERSION as SUPPORTED_VERSION;
pub use master::{KeyWrapper, MasterKey};
pub(crate) use master_change::MasterChange;

use crate::disk::{Disk, DiskFile, OpenMode};
use crate::model::Id;
use crate::store::house::KEYS_FILE;
use crate::wallets::rules::secrets::{DataKey, IndexKeys};
use header::Header;
use ring::{KeyRing, RootKey};
use slot::{Content, SLOT_BYTES, Slot};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Under this name it is written once more while nobody has a key.
const NEW_FILE: &str = "KEYS.new";
/// It is copied in pieces of this size.
const PIECE_BYTES: usize = 1 << 20;
/// Slots that are wrapped anew between two syncs.
const SLOTS_PER_SYNC: u64 = 512;

/// The open file of keys.
#[derive(Debug)]
pub(crate) struct Vault {
    file: Arc<dyn DiskFile>,
    store: [u8; 16],
    inner: Mutex<Inner>,
}

/// A file of keys that was looked at without any key, or that there is none.
pub(crate) struct CheckedKeys {
    file: Option<Arc<dyn DiskFile>>,
    /// What is wrong with keys, by their numbers.
    damaged: BTreeMap<u64, String>,
}

impl CheckedKeys {
    /// Checks that the key of this number is whole, or was destroyed, is not another person's, and
    /// was ever given out. Zeros say of nobody that the key was destroyed.
    pub(crate) fn has_place(&mut self, number: u64, person: Id) -> Result<(), VaultError> {
        let file = self.file.as_ref().ok_or_else(|| VaultError::corrupt("is missing"))?;
        let whose = |what| VaultError::Corrupt(format!("{what}; person {person} needs it"));
        if let Some(what) = self.damaged.remove(&number) {
            return Err(whose(what));
        }
        match read_slot(&**file, number) {
            Ok(Content::Key(Slot { person: found, .. }) | Content::Destroyed(found))
                if found != person =>
            {
                Err(whose(of_another(number).to_string()))
            }
            Ok(Content::Zeros) => Err(whose(zeroed(number).to_string())),
            Err(VaultError::Corrupt(what)) => Err(whose(what)),
            read => read.map(drop),
        }
    }

    /// Checks that the key of a person who was erased is not there again: an older copy of the file
    /// may have brought it back.
    pub(crate) fn is_gone(&self, number: u64, person: Id) -> Result<(), VaultError> {
        let Some(file) = &self.file else { return Ok(()) };
        match read_slot(&**file, number) {
            Ok(Content::Key(slot)) if slot.person == person => {
                let what = format!("key {number} is there again; person {person} was erased");
                Err(VaultError::corrupt(what))
            }
            // Beyond the end, or damaged: neither is a key that can be used.
            Ok(_) | Err(VaultError::Corrupt(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// No numbers of keys of this file yet.
    pub(crate) fn no_numbers(&self) -> Result<Numbers, VaultError> {
        self.file.as_ref().map_or(Ok(Numbers(Vec::new())), |file| Numbers::none_of(&**file))
    }

    /// The keys that none of these numbers names, and whose they say they are.
    pub(crate) fn beside(&self, known: &Numbers) -> Result<Vec<(u64, Id)>, VaultError> {
        self.file.as_ref().map_or(Ok(Vec::new()), |file| keys_beside(&**file, known))
    }

    /// What is wrong with keys that nobody was found to have.
    pub(crate) fn nobodys(self) -> impl Iterator<Item = String> {
        self.damaged.into_values()
    }
}

/// Numbers of keys that a file has room for: one bit each, as there are as many as persons.
pub(crate) struct Numbers(Vec<u64>);

impl Numbers {
    fn none_of(file: &dyn DiskFile) -> Result<Self, VaultError> {
        Ok(Self(vec![0; whole_slots(file)?.div_ceil(64) as usize]))
    }

    /// Adds a number; one beyond the end of the file is nobody's.
    pub(crate) fn insert(&mut self, number: u64) {
        if let Some(word) = self.0.get_mut((number / 64) as usize) {
            *word |= 1 << (number % 64);
        }
    }

    fn contains(&self, number: u64) -> bool {
        let word = self.0.get((number / 64) as usize);
        word.is_some_and(|word| word & (1 << (number % 64)) != 0)
    }
}

/// What a rotation did with one key.
enum Rewrapped {
    Anew,
    Not,
    /// Zeros stand in its place.
    Zeros,
}

#[derive(Debug)]
struct Inner {
    header: Header,
    root: RootKey,
    ring: KeyRing,
    /// The number of the next key.
    next_slot: u64,
    /// A write or sync failed: what is on the disk is not known.
    failed: bool,
}

/// What opens a file of keys, or will be in one that is made. To come by it is all that the host's
/// own functions are asked for, and nothing is written for it: they may take their time and use the
/// store.
pub(crate) struct Unlocked {
    header: Header,
    root: RootKey,
    ring: KeyRing,
    is_new: bool,
    must_exist: bool,
}

impl Unlocked {
    /// Reads the file, or makes up what a new one holds if there is none and none must be there.
    pub(crate) fn read(
        disk: &dyn Disk,
        store: &[u8; 16],
        master: &MasterKey,
        must_exist: bool,
    ) -> Result<Self, VaultError> {
        let file = match disk.open(KEYS_FILE, OpenMode::Existing) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if must_exist {
                    return Err(VaultError::corrupt("is missing"));
                }
                return Self::make(store, master);
            }
            file => file?,
        };
        // What an interrupted creation left gave no key out, and is made anew.
        if !must_exist && header::is_unfinished(&*file)? {
            return Self::make(store, master);
        }
        let header = Header::read(&*file, store)?;
        let (root, ring) = header.unlock(store, master)?;
        Ok(Self { header, root, ring, is_new: false, must_exist })
    }

    fn make(store: &[u8; 16], master: &MasterKey) -> Result<Self, VaultError> {
        let (root, ring) = (RootKey::new()?, KeyRing::new()?);
        let wraps = vec![master.wrap(store, &root)?];
        let header = Header::new(*store, wraps, ring.seal(&root, store)?);
        Ok(Self { header, root, ring, is_new: true, must_exist: false })
    }
}

impl Vault {
    /// Opens the file that was read, or makes it. Nobody may have changed it since.
    pub(crate) fn open(
        disk: &dyn Disk,
        store: [u8; 16],
        unlocked: Unlocked,
    ) -> Result<Self, VaultError> {
        let Unlocked { mut header, root, ring, is_new, must_exist } = unlocked;
        let file = if is_new {
            let file = disk.open(KEYS_FILE, OpenMode::OpenOrCreate)?;
            header.write(&*file)?;
            disk.sync_folder("")?;
            file
        } else {
            let file = disk.open(KEYS_FILE, OpenMode::Existing)?;
            cut_torn_end(&*file)?;
            if must_exist { file } else { rename_anew(disk, &*file)? }
        };
        let next_slot = if is_new { 0 } else { whole_slots(&*file)? };
        let inner = Inner { header, root, ring, next_slot, failed: false };
        Ok(Self { file, store, inner: Mutex::new(inner) })
    }

    /// Checks, without any key, that the header can be read, and finds the keys that do not have
    /// their checksum: whose they are the rows of persons say. A key that was not written to its
    /// end is none, as for whoever opens the file. A store without wallets has no such file.
    pub(crate) fn check(disk: &dyn Disk, store: [u8; 16]) -> Result<CheckedKeys, VaultError> {
        if !disk.exists(KEYS_FILE)? {
            return Ok(CheckedKeys { file: None, damaged: BTreeMap::new() });
        }
        let file = disk.open(KEYS_FILE, OpenMode::ReadOnly)?;
        Header::find(&*file, &store)?;
        let mut damaged = BTreeMap::new();
        for number in 0..whole_slots(&*file)? {
            match read_slot(&*file, number) {
                Err(VaultError::Corrupt(what)) => {
                    damaged.insert(number, what);
                }
                Err(error) => return Err(error),
                Ok(_) => (),
            }
        }
        Ok(CheckedKeys { file: Some(file), damaged })
    }

    /// Makes a key for a person; gives the number that it is found by. Durable on return.
    pub(crate) fn create(&self, person: Id) -> Result<(u64, DataKey), VaultError> {
        let mut inner = self.lock()?;
        let number = inner.next_slot;
        let key = DataKey::new(random()?);
        let slot = inner.ring.wrap(&self.store, person, number, &key)?;
        inner.next_slot = number.saturating_add(1);
        self.write_slot(&mut inner, number, &slot.to_bytes())?;
        self.sync(&mut inner)?;
        Ok((number, key))
    }

    /// The same for many persons, with one sync.
    #[cfg(feature = "bench-internals")]
    pub(crate) fn create_many(&self, persons: &[Id]) -> Result<Vec<(u64, DataKey)>, VaultError> {
        let mut inner = self.lock()?;
        let mut made = Vec::with_capacity(persons.len());
        for &person in persons {
            let (number, key) = (inner.next_slot, DataKey::new(random()?));
            let slot = inner.ring.wrap(&self.store, person, number, &key)?;
            inner.next_slot = number.saturating_add(1);
            self.write_slot(&mut inner, number, &slot.to_bytes())?;
            made.push((number, key));
        }
        self.sync(&mut inner)?;
        Ok(made)
    }

    /// The key of this number, which must be that person's; `None` if it was destroyed, or
    /// overwritten with zeros.
    pub(crate) fn key(&self, number: u64, person: Id) -> Result<Option<DataKey>, VaultError> {
        let inner = self.lock()?;
        match self.read_slot(number)? {
            Content::Key(slot) if slot.person == person => {
                inner.ring.unwrap(&self.store, number, &slot).map(Some)
            }
            Content::Destroyed(found) if found == person => Ok(None),
            Content::Zeros => Ok(None),
            Content::Key(_) | Content::Destroyed(_) => Err(of_another(number)),
        }
    }

    /// Destroys the key of this number if it is that person's. Durable on return; doing it again
    /// changes nothing.
    pub(crate) fn destroy(&self, number: u64, person: Id) -> Result<(), VaultError> {
        let mut inner = self.lock()?;
        // Beyond the end there is nothing to destroy, and what stood there before is not to look as
        // if it had been.
        if number >= whole_slots(&*self.file)? {
            return Ok(());
        }
        match self.read_slot(number) {
            Ok(Content::Key(Slot { person: found, .. }) | Content::Destroyed(found))
                if found != person =>
            {
                return Ok(());
            }
            // Rot in a key that is to be destroyed is overwritten with it. So is one that looks
            // destroyed: the sync that was to make it so may have failed, and another one would not
            // write it any more.
            Ok(_) | Err(VaultError::Corrupt(_)) => {
                self.write_slot(&mut inner, number, &Slot::destroyed(person))?;
            }
            Err(error) => return Err(error),
        }
        self.sync(&mut inner)
    }

    /// Brings a file that an older copy was put in the place of in line with what is known of
    /// persons: numbers below `end` are not given again, and the keys of who was erased are
    /// destroyed. Durable on return.
    pub(crate) fn align(&self, end: u64, erased: &[(u64, Id)]) -> Result<(), VaultError> {
        let mut inner = self.lock()?;
        let was_end = inner.next_slot;
        let mut changes = was_end < end;
        if changes {
            let grown = self.file.set_len(slot_offset(end)?);
            inner.failed |= grown.is_err();
            grown?;
            inner.next_slot = end;
        }
        for &(number, person) in erased {
            let is_left = match self.read_slot(number) {
                Ok(Content::Key(slot)) => slot.person == person,
                Ok(Content::Zeros) => number >= was_end,
                // Neither is a key that can be used.
                Ok(Content::Destroyed(_)) | Err(VaultError::Corrupt(_)) => false,
                Err(error) => return Err(error),
            };
            if is_left {
                self.write_slot(&mut inner, number, &Slot::destroyed(person))?;
                changes = true;
            }
        }
        if changes { self.sync(&mut inner) } else { Ok(()) }
    }

    /// No numbers of keys of this file yet.
    pub(crate) fn no_numbers(&self) -> Result<Numbers, VaultError> {
        Numbers::none_of(&*self.file)
    }

    /// The keys that none of these numbers names, and whose they say they are.
    pub(crate) fn beside(&self, known: &Numbers) -> Result<Vec<(u64, Id)>, VaultError> {
        let _no_change_meanwhile = self.lock()?;
        keys_beside(&*self.file, known)
    }

    /// While the guard is kept, nothing of the file changes.
    pub(crate) fn pause(&self) -> Result<impl Drop + '_, VaultError> {
        self.lock()
    }

    /// The keys of blind indexes.
    pub(crate) fn index_keys(&self) -> Result<IndexKeys, VaultError> {
        Ok(self.lock()?.ring.index_keys())
    }

    /// Wraps all keys by a new key-encryption key, one by one, while others are given out. Goes on
    /// where a rotation was interrupted. Gives how many were wrapped anew.
    ///
    /// A damaged key keeps no other from being wrapped. It is an error at the end, and the former
    /// key is kept, so that the rotation is done once the damaged one is mended or destroyed. So it
    /// is where zeros stand in the place of a key, if `check` fails as one of these numbers is
    /// somebody's.
    pub(crate) fn rotate<E: From<VaultError>>(
        &self,
        check: impl FnOnce(&[u64]) -> Result<(), E>,
    ) -> Result<u64, E> {
        let (last, goes_on) = {
            let mut inner = self.lock()?;
            let begins = inner.ring.begin_rotation()?;
            if begins {
                self.write_header(&mut inner)?;
            }
            (inner.next_slot, !begins)
        };
        let (mut rewrapped, mut number, mut damaged) = (0_u64, 0, None);
        let mut zeros = Vec::new();
        while number < last {
            let end = last.min(number.saturating_add(SLOTS_PER_SYNC));
            let mut inner = self.lock()?;
            for number in number..end {
                match self.rewrap(&mut inner, number, goes_on) {
                    Err(error @ VaultError::Corrupt(_)) => drop(damaged.get_or_insert(error)),
                    Ok(Rewrapped::Zeros) => zeros.push(number),
                    Ok(Rewrapped::Anew) => rewrapped = rewrapped.saturating_add(1),
                    Ok(Rewrapped::Not) => (),
                    Err(error) => return Err(error.into()),
                }
            }
            self.sync(&mut inner)?;
            number = end;
        }
        if let Some(error) = damaged {
            return Err(error.into());
        }
        if !zeros.is_empty() {
            check(&zeros)?;
        }
        let mut inner = self.lock()?;
        inner.ring.end_rotation();
        self.write_header(&mut inner)?;
        Ok(rewrapped)
    }

    /// Wraps a key anew unless it is already. If it is, and the rotation was interrupted, it is
    /// written again as it is: its sync may have failed, and the key that opens what is on the disk
    /// then must not be forgotten.
    fn rewrap(
        &self,
        inner: &mut Inner,
        number: u64,
        goes_on: bool,
    ) -> Result<Rewrapped, VaultError> {
        let slot = match self.read_slot(number)? {
            Content::Key(slot) => slot,
            Content::Destroyed(_) => return Ok(Rewrapped::Not),
            Content::Zeros => return Ok(Rewrapped::Zeros),
        };
        if inner.ring.is_current(&slot) {
            if goes_on {
                self.write_slot(inner, number, &slot.to_bytes())?;
            }
            return Ok(Rewrapped::Not);
        }
        let key = inner.ring.unwrap(&self.store, number, &slot)?;
        let slot = inner.ring.wrap(&self.store, slot.person, number, &key)?;
        self.write_slot(inner, number, &slot.to_bytes())?;
        Ok(Rewrapped::Anew)
    }

    /// Begins to index by a new key; values that were indexed by the present one are still found.
    /// Changes nothing if two are in use already.
    pub(crate) fn begin_index_rotation(&self) -> Result<(), VaultError> {
        let mut inner = self.lock()?;
        if inner.ring.begin_index_rotation()? {
            self.write_header(&mut inner)?;
        }
        Ok(())
    }

    /// Forgets the former key of blind indexes.
    pub(crate) fn end_index_rotation(&self) -> Result<(), VaultError> {
        let mut inner = self.lock()?;
        inner.ring.end_index_rotation();
        self.write_header(&mut inner)
    }

    fn lock(&self) -> Result<MutexGuard<'_, Inner>, VaultError> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.failed { Err(VaultError::Failed) } else { Ok(inner) }
    }

    fn read_slot(&self, number: u64) -> Result<Content, VaultError> {
        read_slot(&*self.file, number)
    }

    fn write_slot(&self, inner: &mut Inner, number: u64, bytes: &[u8]) -> Result<(), VaultError> {
        let written = self.file.write_at(slot_offset(number)?, bytes);
        inner.failed |= written.is_err();
        Ok(written?)
    }

    fn sync(&self, inner: &mut Inner) -> Result<(), VaultError> {
        let synced = self.file.sync();
        inner.failed |= synced.is_err();
        Ok(synced?)
    }

    fn write_header(&self, inner: &mut Inner) -> Result<(), VaultError> {
        inner.header.ring = inner.ring.seal(&inner.root, &self.store)?;
        let written = inner.header.write(&*self.file);
        inner.failed |= written.is_err();
        written
    }
}

/// Writes the file once more and gives it its name again, in which nobody has a key yet. Its name
/// may not be durable: the sync of the folder may have failed or never have been made, and another
/// one would not find out. A folder that has changed is written with all its names.
fn rename_anew(disk: &dyn Disk, file: &dyn DiskFile) -> Result<Arc<dyn DiskFile>, VaultError> {
    if disk.exists(NEW_FILE)? {
        disk.remove(NEW_FILE)?;
    }
    let new = disk.open(NEW_FILE, OpenMode::CreateNew)?;
    let (length, mut offset) = (file.len()?, 0);
    let mut piece = vec![0; PIECE_BYTES.min(length as usize)];
    while offset < length {
        let bytes = length.saturating_sub(offset).min(PIECE_BYTES as u64);
        let piece = &mut piece[..bytes as usize];
        file.read_at(offset, piece)?;
        new.write_at(offset, piece)?;
        offset = offset.saturating_add(bytes);
    }
    new.sync()?;
    disk.rename(NEW_FILE, KEYS_FILE)?;
    disk.sync_folder("")?;
    // By the name that it has from now on.
    Ok(disk.open(KEYS_FILE, OpenMode::Existing)?)
}

/// Removes a key at the end that was not written to its end: nobody was given it. Left there, it
/// would be a damaged key among others as soon as the next one stands behind it.
fn cut_torn_end(file: &dyn DiskFile) -> Result<(), VaultError> {
    let end = whole_slots(file)?.saturating_mul(SLOT_BYTES).saturating_add(header::HEADER_BYTES);
    if file.len()? > end {
        file.set_len(end)?;
        file.sync()?;
    }
    Ok(())
}

/// How many keys the file has room for, without one that it ends in the midst of.
fn whole_slots(file: &dyn DiskFile) -> Result<u64, VaultError> {
    Ok(file.len()?.saturating_sub(header::HEADER_BYTES) / SLOT_BYTES)
}

fn keys_beside(file: &dyn DiskFile, known: &Numbers) -> Result<Vec<(u64, Id)>, VaultError> {
    let mut found = Vec::new();
    for number in (0..whole_slots(file)?).filter(|&number| !known.contains(number)) {
        match read_slot(file, number) {
            Ok(Content::Key(slot)) => found.push((number, slot.person)),
            Ok(Content::Destroyed(_) | Content::Zeros) | Err(VaultError::Corrupt(_)) => (),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn read_slot(file: &dyn DiskFile, number: u64) -> Result<Content, VaultError> {
    let mut bytes = [0; SLOT_BYTES as usize];
    let offset = slot_offset(number)?;
    if file.len()? < offset.saturating_add(SLOT_BYTES) {
        return Err(VaultError::corrupt(format!("key {number} is beyond the end of the file")));
    }
    file.read_at(offset, &mut bytes)?;
    Slot::from_bytes(&bytes, number)
}

/// What is said of a key that is somebody's.
pub(crate) fn zeroed(number: u64) -> VaultError {
    VaultError::corrupt(format!("key {number} is overwritten with zeros"))
}

fn of_another(number: u64) -> VaultError {
    VaultError::corrupt(format!("key {number} is of another person"))
}

fn slot_offset(number: u64) -> Result<u64, VaultError> {
    let offset = number.checked_mul(SLOT_BYTES).and_then(|at| at.checked_add(header::HEADER_BYTES));
    offset.ok_or_else(|| VaultError::corrupt(format!("key {number} cannot be")))
}

/// Random bytes of the operating system.
fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| std::io::Error::other(format!("no random bytes: {error}")))?;
    Ok(bytes)
}
