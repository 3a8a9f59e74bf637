//! The key store of a house: a file of keys that the store opens and copies, and knows nothing else
//! of.

use super::super::{Result, Store};
use super::key_file::{KeyFile, LocalKeyFile};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// Where a host has the file of keys, from its first use on.
#[derive(Debug, Default)]
pub(in super::super) struct KeyStoreSlot {
    file: Mutex<Option<Arc<LocalKeyFile>>>,
}

/// Whether a key store is open through a handle of the store.
#[derive(Debug, Default)]
pub(in super::super) struct KeysOfHandle {
    open: Mutex<Weak<()>>,
    /// Somebody is opening it.
    is_opening: AtomicBool,
}

impl KeyStoreSlot {
    fn lock(&self) -> MutexGuard<'_, Option<Arc<LocalKeyFile>>> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something while no key is made or destroyed, nor the file opened.
    pub(in super::super) fn paused(&self, mut work: impl FnMut() -> Result<()>) -> Result<()> {
        match &*self.lock() {
            Some(file) => file.paused(&mut work),
            None => work(),
        }
    }

    /// No key is made or destroyed any more.
    pub(in super::super) fn close(&self) {
        if let Some(file) = &*self.lock() {
            file.close();
        }
    }

    /// The file of keys, which is opened if it was not yet.
    pub(in super::super) fn get(
        &self,
        open: impl FnOnce() -> Result<LocalKeyFile>,
    ) -> Result<Arc<LocalKeyFile>> {
        let mut file = self.lock();
        if let Some(file) = &*file {
            return Ok(Arc::clone(file));
        }
        Ok(Arc::clone(file.insert(Arc::new(open()?))))
    }

    /// The [generation](KeyFile::generation) of the file; 0 if it was not opened yet.
    pub(in super::super) fn generation(&self) -> Result<u64> {
        self.lock().as_ref().map_or(Ok(0), |file| file.generation())
    }
}

impl KeysOfHandle {
    fn open(&self) -> MutexGuard<'_, Weak<()>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
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

/// That a key store is open through this handle of the store, until it is dropped.
#[derive(Clone, Debug)]
pub(crate) struct OpenKeys {
    _open: Arc<()>,
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
    /// It is open now.
    pub(crate) fn opened(&self) -> OpenKeys {
        let open = Arc::new(());
        *self.store.inner.keys.open() = Arc::downgrade(&open);
        OpenKeys { _open: open }
    }
}

impl Drop for OpeningKeys<'_> {
    fn drop(&mut self) {
        self.store.inner.keys.is_opening.store(false, Ordering::Release);
    }
}

impl Store {
    /// Begins to open the key store. No lock is held: the host may be asked for what takes its
    /// time.
    pub(crate) fn open_keys(&self) -> std::result::Result<OpeningKeys<'_>, KeysInUse> {
        if self.inner.keys.is_opening.swap(true, Ordering::AcqRel) {
            return Err(KeysInUse::Opening);
        }
        let opening = OpeningKeys { store: self };
        let is_open = self.inner.keys.open().strong_count() > 0;
        if is_open { Err(KeysInUse::Open) } else { Ok(opening) }
    }
}
