//! The file of keys, looked at without any key.

use super::header::Header;
use super::slot::{Content, Slot};
use super::slots::{Numbers, Piece, for_each, keys_beside, whole_slots};
use super::{VaultError, of_another, unlocked, zeroed};
use crate::disk::Disk;
use crate::model::Id;
use crate::store::house::LocalKeyFile;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A file of keys that was looked at, or that there is none.
pub(crate) struct CheckedKeys {
    file: Option<LocalKeyFile>,
    /// What is wrong with keys, by their numbers.
    damaged: BTreeMap<u64, String>,
}

impl CheckedKeys {
    /// Checks that the header can be read, and finds the keys that do not have their checksum:
    /// whose they are the rows of persons say. A key that was not written to its end is none, as
    /// for whoever opens the file. A store without wallets has no such file.
    pub(crate) fn find(disk: &Arc<dyn Disk>, store: [u8; 16]) -> Result<Self, VaultError> {
        let mut damaged = BTreeMap::new();
        let Some(file) = LocalKeyFile::find(disk)? else { return Ok(Self { file: None, damaged }) };
        Header::find(&unlocked::head_of(&file)?, &store)?;
        for_each(&file, whole_slots(&file)?, |number, content| match content {
            Err(VaultError::Corrupt(what)) => {
                damaged.insert(number, what);
                Ok(())
            }
            content => content.map(drop),
        })?;
        Ok(Self { file: Some(file), damaged })
    }

    /// Checks that the key of this number is whole, or was destroyed, is not another person's, and
    /// was ever given out. Zeros say of nobody that the key was destroyed.
    pub(crate) fn has_place(&mut self, number: u64, person: Id) -> Result<(), VaultError> {
        let file = self.file.as_ref().ok_or_else(|| VaultError::corrupt("is missing"))?;
        let whose = |what| VaultError::Corrupt(format!("{what}; person {person} needs it"));
        if let Some(what) = self.damaged.remove(&number) {
            return Err(whose(what));
        }
        match Piece::slot(file, number).and_then(|at| at.content(number)) {
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
        match Piece::slot(file, number).and_then(|at| at.content(number)) {
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
        self.file.as_ref().map_or(Ok(Numbers::NONE), |file| Numbers::none_of(file))
    }

    /// The keys that none of these numbers names, and whose they say they are.
    pub(crate) fn beside(&self, known: &Numbers) -> Result<Vec<(u64, Id)>, VaultError> {
        let Some(file) = &self.file else { return Ok(Vec::new()) };
        keys_beside(file, known, whole_slots(file)?)
    }

    /// What is wrong with keys that nobody was found to have.
    pub(crate) fn nobodys(self) -> impl Iterator<Item = String> {
        self.damaged.into_values()
    }
}
