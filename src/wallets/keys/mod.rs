//! The keys of persons, in a file of their own.
//!
//! What a store knows of a person is sealed in the journal, which lives for ever; the key to it
//! lies here, so that destroying the key makes all of it unreadable, in backups of the journal too.
//!
//! Guaranteed: a key that was given out by [`Vault::create`] is durable; one that was destroyed is
//! overwritten and synced; either of the header's two copies opens the file alone; a damaged byte
//! is found by a checksum and named. Keys are in the file wrapped only: see `format.md`.
//!
//! Several vaults may be open on one file, in as many processes. Each has read the ring for itself,
//! and none writes: what one changes is compared and exchanged by the one process that has the file
//! ([`KeyFile`]), with the head of the file compared too where a key is wrapped. So no key is
//! wrapped by a key-encryption key that another one has forgotten, none that was destroyed comes
//! back, and no number is given twice.
//!
//! It does not know what the keys seal, and when they may be destroyed.
#![doc = include_str!("format.md")]

mod checked;
mod error;
mod header;
mod master;
mod master_change;
mod ring;
mod rotation;
mod slot;
mod slots;
#[cfg(test)]
mod tests;
mod unlocked;

pub(crate) use checked::CheckedKeys;
pub(crate) use error::VaultError;
pub(crate) use header::VERSION as SUPPORTED_VERSION;
pub use master::{KeyWrapper, MasterKey};
pub(crate) use master_change::MasterChange;
pub(crate) use slots::Numbers;

use crate::model::Id;
use crate::store::house::{Exchange, KeyFile};
use crate::wallets::rules::secrets::{DataKey, IndexKeys};
use header::Header;
use ring::{KeyRing, RootKey};
use slot::{Content, SLOT_BYTES, Slot};
use slots::{Piece, keys_beside, slot_offset, whole_slots};
use std::sync::{Arc, Mutex, PoisonError};
use unlocked::Unlocked;

/// The open file of keys.
#[derive(Debug)]
pub(crate) struct Vault {
    file: Arc<dyn KeyFile>,
    store: [u8; 16],
    /// It never changes.
    root: RootKey,
    /// What was last read of the head of the file; `None` if it is to be read anew.
    unlocked: Mutex<Option<Arc<Unlocked>>>,
    /// Held by who makes a key: a thread of this process would find its place taken by another one.
    making: Mutex<()>,
}

impl Vault {
    /// Opens the file; makes it if there is none, and none must be there. The functions of the
    /// host's that wrap keys are called without a lock.
    pub(crate) fn open(
        file: Arc<dyn KeyFile>,
        store: [u8; 16],
        master: &MasterKey,
        must_exist: bool,
    ) -> Result<Self, VaultError> {
        let root = loop {
            let head = unlocked::head_of(&*file)?;
            if must_exist && head.is_empty() {
                return Err(VaultError::corrupt("is missing"));
            }
            // What an interrupted creation left gave no key out, and is made anew.
            if must_exist || !header::is_unfinished(&head) {
                let (_, header) = unlocked::read(&*file, &store)?;
                break header.unlock(&store, master)?.0;
            }
            let (root, ring) = (RootKey::new()?, KeyRing::new()?);
            let wraps = vec![master.wrap(&store, &root)?];
            let header = Header::new(store, wraps, ring.seal(&root, &store)?);
            if file.exchange(&header.copies(&head)?)? {
                break root;
            }
        };
        Ok(Self { file, store, root, unlocked: Mutex::default(), making: Mutex::default() })
    }

    /// Makes a key for a person; gives the number that it is found by. Durable on return.
    pub(crate) fn create(&self, person: Id) -> Result<(u64, DataKey), VaultError> {
        let mut made = self.create_side_by_side(&[person])?;
        made.pop().ok_or_else(|| VaultError::corrupt("no key was made"))
    }

    /// The same for many persons, with one sync.
    #[cfg(feature = "bench-internals")]
    pub(crate) fn create_many(&self, persons: &[Id]) -> Result<Vec<(u64, DataKey)>, VaultError> {
        self.create_side_by_side(persons)
    }

    fn create_side_by_side(&self, persons: &[Id]) -> Result<Vec<(u64, DataKey)>, VaultError> {
        let _one_after_the_other = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut unlocked, mut first) = (self.unlocked()?, whole_slots(&*self.file)?);
        loop {
            let (mut made, mut new) = (Vec::with_capacity(persons.len()), Vec::new());
            for (&person, number) in persons.iter().zip(first..) {
                let key = DataKey::new(random()?);
                let slot = unlocked.ring.wrap(&self.store, person, number, &key)?;
                new.extend_from_slice(&slot.to_bytes());
                made.push((number, key));
            }
            let mut place = Exchange { offset: slot_offset(first)?, expected: Vec::new(), new };
            if self.exchange(&unlocked, place.clone())? {
                return Ok(made);
            }
            // Written already, if the answer was lost with the host that was asked first: that it
            // is durable, nobody has said.
            place.expected.clone_from(&place.new);
            unlocked = self.unlocked()?;
            if self.exchange(&unlocked, place)? {
                return Ok(made);
            }
            first = whole_slots(&*self.file)?;
        }
    }

    /// The key of this number, which must be that person's; `None` if it was destroyed, or
    /// overwritten with zeros.
    pub(crate) fn key(&self, number: u64, person: Id) -> Result<Option<DataKey>, VaultError> {
        let mut tried = None;
        loop {
            let content = Piece::slot(&*self.file, number)?.content(number)?;
            let slot = match content {
                Content::Key(slot) if slot.person == person => slot,
                Content::Destroyed(found) if found == person => return Ok(None),
                Content::Zeros => return Ok(None),
                Content::Key(_) | Content::Destroyed(_) => return Err(of_another(number)),
            };
            let unlocked = self.unlocked()?;
            match unlocked.ring.unwrap(&self.store, number, &slot) {
                Ok(key) => return Ok(Some(key)),
                // Another process may have rotated between the two readings, or so lately that this
                // one was not told.
                Err(error) if tried.as_ref() == Some(&(slot.clone(), unlocked.head())) => {
                    return Err(error);
                }
                Err(_) => {
                    self.forget();
                    tried = Some((slot, unlocked.head()));
                }
            }
        }
    }

    /// Destroys the key of this number if it is that person's. Durable on return; doing it again
    /// changes nothing.
    pub(crate) fn destroy(&self, number: u64, person: Id) -> Result<(), VaultError> {
        loop {
            // Beyond the end there is nothing to destroy, and what stood there before is not to
            // look as if it had been.
            if number >= whole_slots(&*self.file)? {
                return Ok(());
            }
            let mut slot = Piece::slot(&*self.file, number)?;
            match slot.content(number) {
                Ok(Content::Key(Slot { person: found, .. }) | Content::Destroyed(found))
                    if found != person =>
                {
                    return Ok(());
                }
                // Rot in a key that is to be destroyed is overwritten with it. So is one that looks
                // destroyed: the sync that was to make it so may have failed, and another one would
                // not write it any more.
                Ok(_) | Err(VaultError::Corrupt(_)) => slot.put(number, &Slot::destroyed(person)),
                Err(error) => return Err(error),
            }
            if self.file.exchange(&[slot.exchange()])? {
                return Ok(());
            }
        }
    }

    /// How many keys there were when the file was opened, if what is there is to be brought in line
    /// with what is known of persons: those may be of an older copy. `None` if it is done.
    pub(crate) fn unaligned(&self) -> Result<Option<u64>, VaultError> {
        Ok(self.file.unaligned()?.map(slots::slots_within))
    }

    /// Brings a file that an older copy was put in the place of in line with what is known of
    /// persons: numbers below `end` are not given again, and the keys of who was erased are
    /// destroyed. Durable on return; then nobody else need do it.
    ///
    /// Others may be at work: a number that a person has was given before, and so lies within the
    /// file unless it is an older one; and a key that is destroyed here must be that of whoever was
    /// erased.
    pub(crate) fn align(&self, end: u64, erased: &[(u64, Id)]) -> Result<(), VaultError> {
        let was_end = self.lengthen(end)?;
        for &(number, person) in erased {
            let is_left = match Piece::slot(&*self.file, number).and_then(|at| at.content(number)) {
                Ok(Content::Key(slot)) => slot.person == person,
                Ok(Content::Zeros) => number >= was_end,
                // Neither is a key that can be used.
                Ok(Content::Destroyed(_)) | Err(VaultError::Corrupt(_)) => false,
                Err(error) => return Err(error),
            };
            if is_left {
                self.destroy(number, person)?;
            }
        }
        Ok(self.file.set_aligned()?)
    }

    /// Makes room for so many keys; gives how many there was room for.
    fn lengthen(&self, end: u64) -> Result<u64, VaultError> {
        loop {
            let was_end = whole_slots(&*self.file)?;
            if was_end >= end {
                return Ok(was_end);
            }
            // What lies before it are zeros then.
            let last = Exchange {
                offset: slot_offset(end.saturating_sub(1))?,
                expected: Vec::new(),
                new: vec![0; SLOT_BYTES as usize],
            };
            if self.file.exchange(&[last])? {
                return Ok(was_end);
            }
        }
    }

    /// No numbers of keys of this file yet.
    pub(crate) fn no_numbers(&self) -> Result<Numbers, VaultError> {
        Numbers::none_of(&*self.file)
    }

    /// The keys before this number that none of the known ones names, and whose they say they are.
    pub(crate) fn beside(&self, known: &Numbers, end: u64) -> Result<Vec<(u64, Id)>, VaultError> {
        keys_beside(&*self.file, known, end)
    }

    /// The keys of blind indexes.
    pub(crate) fn index_keys(&self) -> Result<IndexKeys, VaultError> {
        Ok(self.unlocked()?.ring.index_keys())
    }

    /// Begins to index by a new key; values that were indexed by the present one are still found.
    /// Changes nothing if two are in use already.
    pub(crate) fn begin_index_rotation(&self) -> Result<(), VaultError> {
        self.change_head(|_, ring| ring.begin_index_rotation())
    }

    /// Forgets the former key of blind indexes, if it is the one of this generation: another one is
    /// that of a rotation that somebody began since.
    pub(crate) fn end_index_rotation(&self, generation: u32) -> Result<(), VaultError> {
        self.change_head(|_, ring| Ok(ring.end_index_rotation(generation)))
    }
}

/// What is said of a key that is somebody's.
pub(crate) fn zeroed(number: u64) -> VaultError {
    VaultError::corrupt(format!("key {number} is overwritten with zeros"))
}

fn of_another(number: u64) -> VaultError {
    VaultError::corrupt(format!("key {number} is of another person"))
}

/// Random bytes of the operating system.
fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| std::io::Error::other(format!("no random bytes: {error}")))?;
    Ok(bytes)
}
