//! The key store of a house: a file of keys that the store opens and copies, and knows nothing else
//! of.

use super::super::{Result, Store};
use crate::disk::Disk;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// The file of keys in the store's folder.
pub(crate) const KEYS_FILE: &str = "KEYS";

/// Keys that a house keeps in [`KEYS_FILE`], while they are open.
pub(crate) trait KeyStore: Send + Sync {
    /// Does something while no key is made or destroyed.
    fn paused(&self, work: &mut dyn FnMut() -> Result<()>) -> Result<()>;
}

/// Where the store remembers the key store that is open.
#[derive(Default)]
pub(in super::super) struct KeyStoreSlot {
    open: Mutex<Option<Weak<dyn KeyStore>>>,
    /// Somebody is opening it.
    is_opening: AtomicBool,
}

impl KeyStoreSlot {
    fn lock(&self) -> MutexGuard<'_, Option<Weak<dyn KeyStore>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something while no key is made or destroyed, nor the key store opened.
    pub(in super::super) fn paused(&self, mut work: impl FnMut() -> Result<()>) -> Result<()> {
        let open = self.lock();
        match open.as_ref().and_then(Weak::upgrade) {
            Some(keys) => keys.paused(&mut work),
            None => work(),
        }
    }
}

/// Why a key store cannot be opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum KeysInUse {
    /// Somebody is opening it.
    Opening,
    /// It is open.
    Open,
}

/// That a store's key store is being opened, until it is dropped.
pub(crate) struct OpeningKeys<'s> {
    store: &'s Store,
}

impl fmt::Debug for OpeningKeys<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OpeningKeys(..)")
    }
}

impl OpeningKeys<'_> {
    /// The disk that its file lies on.
    pub(crate) fn disk(&self) -> &dyn Disk {
        &*self.store.inner.host.seam
    }

    /// Opens it: a backup that is being made has its file as it was, or as it will be.
    ///
    /// # Errors
    /// Those of `open`; if the store takes no more work.
    pub(crate) fn open<K: KeyStore + 'static>(
        &self,
        open: impl FnOnce(&dyn Disk) -> Result<Arc<K>>,
    ) -> Result<Arc<K>> {
        let mut slot = self.store.inner.host.keys.lock();
        self.store.inner.host.committer.check_open()?;
        let keys = open(self.disk())?;
        let weak: Weak<K> = Arc::downgrade(&keys);
        *slot = Some(weak);
        Ok(keys)
    }
}

impl Drop for OpeningKeys<'_> {
    fn drop(&mut self) {
        self.store.inner.host.keys.is_opening.store(false, Ordering::Release);
    }
}

impl Store {
    /// Begins to open the key store. No lock is held: the host may be asked for what takes its
    /// time.
    pub(crate) fn open_keys(&self) -> std::result::Result<OpeningKeys<'_>, KeysInUse> {
        if self.inner.host.keys.is_opening.swap(true, Ordering::AcqRel) {
            return Err(KeysInUse::Opening);
        }
        let opening = OpeningKeys { store: self };
        let is_open =
            self.inner.host.keys.lock().as_ref().is_some_and(|keys| keys.strong_count() > 0);
        if is_open { Err(KeysInUse::Open) } else { Ok(opening) }
    }
}
