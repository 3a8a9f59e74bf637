//! Keys side by side in the file: reading and exchanging them.

use super::VaultError;
use super::slot::{Content, SLOT_BYTES, Slot};
use crate::model::Id;
use crate::store::house::{Exchange, KEYS_HEAD_BYTES, KeyFile};
use std::ops::Range;

/// Slots that are read at a time, and that are wrapped anew between two syncs.
pub(super) const SLOTS_AT_A_TIME: u64 = 512;

/// Keys that stand side by side, as they were read, and as they are to be.
pub(super) struct Piece {
    first: u64,
    found: Vec<u8>,
    new: Vec<u8>,
}

impl Piece {
    /// Reads the keys of these numbers, as far as there are any.
    pub(super) fn read(file: &dyn KeyFile, numbers: Range<u64>) -> Result<Self, VaultError> {
        let first = numbers.start;
        let bytes = numbers.end.saturating_sub(first).saturating_mul(SLOT_BYTES);
        let length = usize::try_from(bytes).unwrap_or(usize::MAX);
        let mut found = file.read(slot_offset(first)?, length)?;
        found.truncate(found.len() - found.len() % SLOT_BYTES as usize);
        let new = found.clone();
        Ok(Self { first, found, new })
    }

    /// The one key of this number.
    pub(super) fn slot(file: &dyn KeyFile, number: u64) -> Result<Self, VaultError> {
        Self::read(file, number..number.saturating_add(1))
    }

    pub(super) fn numbers(&self) -> Range<u64> {
        self.first..self.first.saturating_add(self.found.len() as u64 / SLOT_BYTES)
    }

    /// What was read.
    pub(super) fn content(&self, number: u64) -> Result<Content, VaultError> {
        let place = self.place(number);
        let bytes = place.and_then(|place| self.found.get(place)?.try_into().ok());
        let beyond = || VaultError::corrupt(format!("key {number} is beyond the end of the file"));
        Slot::from_bytes(bytes.ok_or_else(beyond)?, number)
    }

    /// Puts another one in the place of one that was read.
    pub(super) fn put(&mut self, number: u64, bytes: &[u8; SLOT_BYTES as usize]) {
        if let Some(place) = self.place(number).and_then(|place| self.new.get_mut(place)) {
            place.copy_from_slice(bytes);
        }
    }

    /// Writes all of it, also what stays as it is: the sync that was to make that durable may have
    /// failed.
    pub(super) fn exchange(self) -> Exchange {
        let offset = KEYS_HEAD_BYTES.saturating_add(self.first.saturating_mul(SLOT_BYTES));
        Exchange { offset, expected: self.found, new: self.new }
    }

    fn place(&self, number: u64) -> Option<Range<usize>> {
        let begin = number.checked_sub(self.first)?.checked_mul(SLOT_BYTES)?;
        let begin = usize::try_from(begin).ok()?;
        Some(begin..begin.checked_add(SLOT_BYTES as usize)?)
    }
}

/// Numbers of keys that a file has room for: one bit each, as there are as many as persons.
pub(crate) struct Numbers(Vec<u64>);

impl Numbers {
    pub(super) const NONE: Self = Self(Vec::new());

    pub(super) fn none_of(file: &dyn KeyFile) -> Result<Self, VaultError> {
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

/// How many keys the file has room for, without one that it ends in the midst of.
pub(super) fn whole_slots(file: &dyn KeyFile) -> Result<u64, VaultError> {
    Ok(slots_within(file.len()?))
}

/// The same of a file of this length.
pub(super) fn slots_within(length: u64) -> u64 {
    length.saturating_sub(KEYS_HEAD_BYTES) / SLOT_BYTES
}

/// What stands in each place before this number, one after the other.
pub(super) fn for_each(
    file: &dyn KeyFile,
    end: u64,
    mut look: impl FnMut(u64, Result<Content, VaultError>) -> Result<(), VaultError>,
) -> Result<(), VaultError> {
    let mut next = 0_u64;
    while next < end {
        let piece = Piece::read(file, next..end.min(next.saturating_add(SLOTS_AT_A_TIME)))?;
        for number in piece.numbers() {
            look(number, piece.content(number))?;
        }
        if piece.numbers().is_empty() {
            return Ok(());
        }
        next = piece.numbers().end;
    }
    Ok(())
}

/// The keys before this number that none of the known ones names, and whose they say they are.
pub(super) fn keys_beside(
    file: &dyn KeyFile,
    known: &Numbers,
    end: u64,
) -> Result<Vec<(u64, Id)>, VaultError> {
    let mut found = Vec::new();
    for_each(file, end, |number, content| {
        match content {
            Ok(Content::Key(slot)) if !known.contains(number) => found.push((number, slot.person)),
            Ok(_) | Err(VaultError::Corrupt(_)) => (),
            Err(error) => return Err(error),
        }
        Ok(())
    })?;
    Ok(found)
}

pub(super) fn slot_offset(number: u64) -> Result<u64, VaultError> {
    let offset = number.checked_mul(SLOT_BYTES).and_then(|at| at.checked_add(KEYS_HEAD_BYTES));
    offset.ok_or_else(|| VaultError::corrupt(format!("key {number} cannot be")))
}
