//! What a vault has read of the head of the file, and how it is changed.

use super::header::Header;
use super::ring::KeyRing;
use super::{Vault, VaultError};
use crate::store::house::{Exchange, KEYS_HEAD_BYTES, KeyFile};
use std::sync::{Arc, PoisonError};

/// The header and the ring that it seals, as of one moment.
#[derive(Debug)]
pub(super) struct Unlocked {
    /// That of the file, before it was read: what has changed meanwhile is read anew.
    generation: u64,
    head: Arc<Vec<u8>>,
    pub(super) header: Header,
    pub(super) ring: KeyRing,
}

impl Unlocked {
    /// The bytes that it was read from.
    pub(super) fn head(&self) -> Arc<Vec<u8>> {
        Arc::clone(&self.head)
    }

    /// That the head is still the one that this was read from.
    fn is_current(&self) -> Exchange {
        Exchange { offset: 0, expected: self.head.to_vec(), new: Vec::new() }
    }
}

/// The head of the file; less where it ends.
pub(super) fn head_of(file: &dyn KeyFile) -> Result<Vec<u8>, VaultError> {
    Ok(file.read(0, KEYS_HEAD_BYTES as usize)?)
}

/// Reads the header. Its copies are alike then: were it one that was not written to its end, nobody
/// could say that it is durable, and nothing may rely on it.
pub(super) fn read(file: &dyn KeyFile, store: &[u8; 16]) -> Result<(Vec<u8>, Header), VaultError> {
    loop {
        let head = head_of(file)?;
        let (header, mending) = Header::find(&head, store)?;
        if mending.is_empty() {
            return Ok((head, header));
        }
        // Whoever was faster has mended it, or written the next one.
        file.exchange(&mending)?;
    }
}

impl Vault {
    /// The head as it is, unless it is known.
    pub(super) fn unlocked(&self) -> Result<Arc<Unlocked>, VaultError> {
        let generation = self.file.generation()?;
        let mut known = self.unlocked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(unlocked) = known.as_ref().filter(|known| known.generation == generation) {
            return Ok(Arc::clone(unlocked));
        }
        Ok(Arc::clone(known.insert(Arc::new(self.read_head()?))))
    }

    /// The head as it is, whatever is known of it.
    pub(super) fn read_head(&self) -> Result<Unlocked, VaultError> {
        // Before it is read, so that it is at worst read once more.
        let generation = self.file.generation()?;
        let (head, header) = read(&*self.file, &self.store)?;
        let ring = KeyRing::open(&self.root, &self.store, &header.ring)?;
        Ok(Unlocked { generation, head: Arc::new(head), header, ring })
    }

    /// The head is read anew when it is needed next.
    pub(super) fn forget(&self) {
        *self.unlocked.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Exchanges what is wrapped by this ring, if it is still the one of the file. If not, it is
    /// forgotten.
    pub(super) fn exchange(
        &self,
        wrapped_by: &Unlocked,
        change: Exchange,
    ) -> Result<bool, VaultError> {
        let is_exchanged = self.file.exchange(&[wrapped_by.is_current(), change])?;
        if !is_exchanged {
            self.forget();
        }
        Ok(is_exchanged)
    }

    /// Changes the header as it is now, which `change` is asked for until nobody was faster; it
    /// says whether there is something to change. Durable on return.
    pub(super) fn change_head(
        &self,
        change: impl Fn(&mut Header, &mut KeyRing) -> Result<bool, VaultError>,
    ) -> Result<(), VaultError> {
        loop {
            let Unlocked { head, mut header, mut ring, .. } = self.read_head()?;
            if !change(&mut header, &mut ring)? {
                return Ok(());
            }
            header.ring = ring.seal(&self.root, &self.store)?;
            let is_exchanged = self.file.exchange(&header.following(&head)?)?;
            // A guest is told of its new number with the next snapshot only.
            self.forget();
            if is_exchanged {
                return Ok(());
            }
        }
    }
}
