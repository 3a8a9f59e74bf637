//! Wrapping all keys by a new key-encryption key, while others are given out.

use super::slot::Content;
use super::slots::{Piece, SLOTS_AT_A_TIME, whole_slots};
use super::unlocked::Unlocked;
use super::{Vault, VaultError};
use std::sync::Arc;

/// What a rotation came across.
#[derive(Default)]
struct Found {
    /// Keys that were wrapped anew.
    rewrapped: u64,
    /// What is wrong with the first damaged key.
    damaged: Option<VaultError>,
    /// The numbers of keys in whose place zeros stand.
    zeros: Vec<u64>,
}

impl Found {
    fn add(&mut self, piece: Self) {
        self.rewrapped = self.rewrapped.saturating_add(piece.rewrapped);
        self.damaged = self.damaged.take().or(piece.damaged);
        self.zeros.extend(piece.zeros);
    }
}

impl Vault {
    /// Wraps all keys by a new key-encryption key, one by one, while others are given out. Goes on
    /// where a rotation was interrupted, or is under way in another process. Gives how many were
    /// wrapped anew here.
    ///
    /// A damaged key keeps no other from being wrapped. It is an error at the end, and the former
    /// key is kept, so that the rotation is done once the damaged one is mended or destroyed. So it
    /// is where zeros stand in the place of a key, if `check` fails as one of these numbers is
    /// somebody's.
    pub(crate) fn rotate<E: From<VaultError>>(
        &self,
        check: impl FnOnce(&[u64]) -> Result<(), E>,
    ) -> Result<u64, E> {
        self.change_head(|_, ring| ring.begin_rotation())?;
        // From now on nobody wraps by the former key: the keys that it wraps are there already.
        let Some(new) = self.read_head()?.ring.rotates_to() else { return Ok(0) };
        let last = whole_slots(&*self.file)?;
        let (mut found, mut next) = (Found::default(), 0);
        while next < last {
            let Some(by) = self.rotating_to(new)? else { return Ok(found.rewrapped) };
            let end = last.min(next.saturating_add(SLOTS_AT_A_TIME));
            let mut piece = Piece::read(&*self.file, next..end)?;
            let rewrapped = self.rewrap(&by, &mut piece)?;
            if self.exchange(&by, piece.exchange())? {
                found.add(rewrapped);
                next = end;
            }
        }
        if let Some(error) = found.damaged {
            return Err(error.into());
        }
        if !found.zeros.is_empty() {
            check(&found.zeros)?;
        }
        self.change_head(|_, ring| Ok(ring.end_rotation(new)))?;
        Ok(found.rewrapped)
    }

    /// The ring, while all keys are being wrapped by its key of this generation; `None` if another
    /// process has come to the end of that.
    fn rotating_to(&self, generation: u32) -> Result<Option<Arc<Unlocked>>, VaultError> {
        let unlocked = self.unlocked()?;
        let is_under_way = unlocked.ring.rotates_to() == Some(generation);
        Ok(is_under_way.then_some(unlocked))
    }

    /// Wraps keys anew unless they are already. Those are written again as they are: their sync may
    /// have failed, and the key that opens what is on the disk then must not be forgotten.
    fn rewrap(&self, by: &Unlocked, piece: &mut Piece) -> Result<Found, VaultError> {
        let mut found = Found::default();
        for number in piece.numbers() {
            let rewrapped = piece.content(number).and_then(|content| {
                let slot = match content {
                    Content::Key(slot) if !by.ring.is_current(&slot) => slot,
                    Content::Zeros => {
                        found.zeros.push(number);
                        return Ok(());
                    }
                    Content::Key(_) | Content::Destroyed(_) => return Ok(()),
                };
                let key = by.ring.unwrap(&self.store, number, &slot)?;
                let slot = by.ring.wrap(&self.store, slot.person, number, &key)?;
                piece.put(number, &slot.to_bytes());
                found.rewrapped = found.rewrapped.saturating_add(1);
                Ok(())
            });
            match rewrapped {
                Err(error @ VaultError::Corrupt(_)) => drop(found.damaged.get_or_insert(error)),
                rewrapped => rewrapped?,
            }
        }
        Ok(found)
    }
}
