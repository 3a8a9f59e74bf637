//! The master key: what the host keeps, and all keys hang from.

use super::ring::RootKey;
use super::{VaultError, random};
use crate::model::Id;
use crate::wallets::rules::secrets::{Field, Place, SecretBytes, open_raw, seal_raw};
use std::fmt;
use std::io;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Bytes that a wrapped key may have.
const WRAPPED_BYTES_MAX: usize = 512;

/// What wraps the store's root key. The host keeps it; whoever loses it has lost all personal data.
#[derive(Clone)]
pub struct MasterKey(Kind);

#[derive(Clone)]
enum Kind {
    Bytes(SecretBytes<32>),
    Wrapper(Arc<dyn KeyWrapper>),
}

/// A host's own way to wrap a key, by a key service or a hardware module. Called when the wallets
/// of a store are opened and when keys are changed, never in between.
///
/// Both functions may use the store, in this thread and others, and even close it: no lock is held
/// meanwhile. Its wallets cannot be opened by them, which is
/// [`Error::InvalidArgument`](crate::Error::InvalidArgument) as long as they are being opened.
pub trait KeyWrapper: Send + Sync {
    /// Wraps 32 bytes into at most 512. They are unwrapped again at once: what does not give the
    /// same bytes is not used.
    ///
    /// # Errors
    /// Whatever stands in the way; the text must not hold the key.
    fn wrap(&self, key: &[u8]) -> io::Result<Vec<u8>>;

    /// Gives the 32 bytes that were wrapped.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if it was wrapped by another key; whatever else stands in the
    /// way. The text must not hold the key.
    fn unwrap(&self, wrapped: &[u8]) -> io::Result<Zeroizing<Vec<u8>>>;
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MasterKey(..)")
    }
}

impl MasterKey {
    /// A master key of 32 random bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Kind::Bytes(SecretBytes::new(bytes)))
    }

    /// A master key that the host keeps elsewhere.
    #[must_use]
    pub fn from_wrapper(wrapper: Arc<dyn KeyWrapper>) -> Self {
        Self(Kind::Wrapper(wrapper))
    }

    /// The wrapped root key. It was unwrapped again: a key service that cannot do that would be
    /// found at the next opening, when all personal data is lost.
    pub(super) fn wrap(&self, store: &[u8; 16], root: &RootKey) -> Result<Vec<u8>, VaultError> {
        let wrapped = match &self.0 {
            Kind::Bytes(key) => seal_raw(key.expose(), &place(store), &random()?, root.expose()),
            Kind::Wrapper(wrapper) => wrapper.wrap(root.expose()).map_err(VaultError::Wrapper)?,
        };
        if wrapped.len() > WRAPPED_BYTES_MAX {
            let what = format!("a wrapped key has at most {WRAPPED_BYTES_MAX} bytes");
            return Err(VaultError::Wrapper(io::Error::other(what)));
        }
        match self.unwraps(store, &wrapped, root) {
            Err(VaultError::WrongMasterKey) => {
                let what = "it does not unwrap what it wrapped";
                Err(VaultError::Wrapper(io::Error::other(what)))
            }
            unwrapped => unwrapped.map(|()| wrapped),
        }
    }

    /// Checks that this is the root key, wrapped by this master key.
    pub(super) fn unwraps(
        &self,
        store: &[u8; 16],
        wrapped: &[u8],
        root: &RootKey,
    ) -> Result<(), VaultError> {
        let is_root = self.unwrap(store, wrapped)?.expose() == root.expose();
        if is_root { Ok(()) } else { Err(VaultError::WrongMasterKey) }
    }

    pub(super) fn unwrap(&self, store: &[u8; 16], wrapped: &[u8]) -> Result<RootKey, VaultError> {
        let clear = match &self.0 {
            Kind::Bytes(key) => open_raw(key.expose(), &place(store), wrapped)
                .map_err(|_| VaultError::WrongMasterKey)?,
            Kind::Wrapper(wrapper) => wrapper.unwrap(wrapped).map_err(|error| {
                let wrong = error.kind() == io::ErrorKind::InvalidData;
                if wrong { VaultError::WrongMasterKey } else { VaultError::Wrapper(error) }
            })?,
        };
        let bytes = clear.as_slice().try_into().map_err(|_| VaultError::WrongMasterKey)?;
        Ok(RootKey::from_bytes(bytes))
    }
}

fn place(store: &[u8; 16]) -> Place {
    Place { store: *store, person: Id::ZERO, record: Id::ZERO, field: Field::ROOT_KEY }
}
