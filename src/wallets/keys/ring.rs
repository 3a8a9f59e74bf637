//! The key ring: key-encryption keys and keys of blind indexes, by generation.

use super::slot::Slot;
use super::{VaultError, random};
use crate::model::Id;
use crate::wallets::rules::secrets::{
    DataKey, Field, IndexKey, IndexKeys, Place, SecretBytes, open_raw, seal_raw,
};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// What the master key wraps, and what seals the ring.
#[derive(Clone, Debug)]
pub(super) struct RootKey(SecretBytes<32>);

impl RootKey {
    pub(super) fn new() -> Result<Self, VaultError> {
        Ok(Self::from_bytes(random()?))
    }

    pub(super) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(SecretBytes::new(bytes))
    }

    pub(super) const fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }
}

/// A key and its generation, as it stands in the sealed ring.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct StoredKey {
    generation: u32,
    key: [u8; 32],
}

impl StoredKey {
    fn new(generation: u32) -> Result<Self, VaultError> {
        Ok(Self { generation, key: random()? })
    }

    fn following(&self) -> Result<Self, VaultError> {
        Self::new(self.generation.saturating_add(1))
    }
}

/// The present keys, and the ones before while they are being replaced.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct KeyRing {
    wrapping: StoredKey,
    former_wrapping: Option<StoredKey>,
    index: StoredKey,
    former_index: Option<StoredKey>,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("KeyRing(..)")
    }
}

impl KeyRing {
    pub(super) fn new() -> Result<Self, VaultError> {
        Ok(Self {
            wrapping: StoredKey::new(1)?,
            former_wrapping: None,
            index: StoredKey::new(1)?,
            former_index: None,
        })
    }

    pub(super) fn open(
        root: &RootKey,
        store: &[u8; 16],
        sealed: &[u8],
    ) -> Result<Self, VaultError> {
        let clear = open_raw(root.expose(), &ring_place(store), sealed)?;
        postcard::from_bytes(&clear).map_err(|_| VaultError::corrupt("the ring cannot be read"))
    }

    pub(super) fn seal(&self, root: &RootKey, store: &[u8; 16]) -> Result<Vec<u8>, VaultError> {
        let clear = postcard::to_allocvec(self).map(Zeroizing::new);
        let clear = clear.map_err(|_| VaultError::corrupt("the ring cannot be written"))?;
        Ok(seal_raw(root.expose(), &ring_place(store), &random()?, &clear))
    }

    /// Wraps a person's key by the present key-encryption key.
    pub(super) fn wrap(
        &self,
        store: &[u8; 16],
        person: Id,
        number: u64,
        key: &DataKey,
    ) -> Result<Slot, VaultError> {
        let place = key_place(store, person, number);
        let sealed = seal_raw(&self.wrapping.key, &place, &random()?, key.expose());
        let sealed = sealed.try_into().map_err(|_| VaultError::corrupt("a key has no room"))?;
        Ok(Slot { generation: self.wrapping.generation, person, sealed })
    }

    pub(super) fn unwrap(
        &self,
        store: &[u8; 16],
        number: u64,
        slot: &Slot,
    ) -> Result<DataKey, VaultError> {
        let keys = std::iter::once(&self.wrapping).chain(&self.former_wrapping);
        let found = keys.into_iter().find(|key| key.generation == slot.generation);
        let unknown = || {
            let generation = slot.generation;
            VaultError::corrupt(format!("key {number} is of the unknown generation {generation}"))
        };
        let wrapping = found.ok_or_else(unknown)?;
        let place = key_place(store, slot.person, number);
        let damaged = |_| VaultError::corrupt(format!("key {number} does not open"));
        let clear = open_raw(&wrapping.key, &place, &slot.sealed).map_err(damaged)?;
        let bytes = clear.as_slice().try_into();
        bytes.map(DataKey::new).map_err(|_| VaultError::corrupt(format!("key {number} is short")))
    }

    pub(super) fn is_current(&self, slot: &Slot) -> bool {
        slot.generation == self.wrapping.generation
    }

    /// Makes a new key-encryption key unless a rotation is under way; says whether it did.
    pub(super) fn begin_rotation(&mut self) -> Result<bool, VaultError> {
        if self.former_wrapping.is_some() {
            return Ok(false);
        }
        let new = self.wrapping.following()?;
        self.former_wrapping = Some(std::mem::replace(&mut self.wrapping, new));
        Ok(true)
    }

    /// The generation of the key-encryption key that all keys are being wrapped by; `None` if they
    /// are.
    pub(super) fn rotates_to(&self) -> Option<u32> {
        self.former_wrapping.as_ref().map(|_| self.wrapping.generation)
    }

    /// Forgets the former key if the rotation to this generation is under way; says whether it was.
    pub(super) fn end_rotation(&mut self, generation: u32) -> bool {
        let ends = self.rotates_to() == Some(generation);
        if ends {
            self.former_wrapping = None;
        }
        ends
    }

    pub(super) fn begin_index_rotation(&mut self) -> Result<bool, VaultError> {
        if self.former_index.is_some() {
            return Ok(false);
        }
        let new = self.index.following()?;
        self.former_index = Some(std::mem::replace(&mut self.index, new));
        Ok(true)
    }

    /// Forgets the former key of indexes if it is of this generation; says whether it was.
    pub(super) fn end_index_rotation(&mut self, generation: u32) -> bool {
        let ends = self.former_index.as_ref().is_some_and(|key| key.generation == generation);
        if ends {
            self.former_index = None;
        }
        ends
    }

    pub(super) fn index_keys(&self) -> IndexKeys {
        let key = |stored: &StoredKey| IndexKey {
            generation: stored.generation,
            key: SecretBytes::new(stored.key),
        };
        IndexKeys { current: key(&self.index), previous: self.former_index.as_ref().map(key) }
    }
}

fn ring_place(store: &[u8; 16]) -> Place {
    Place { store: *store, person: Id::ZERO, record: Id::ZERO, field: Field::KEY_RING }
}

fn key_place(store: &[u8; 16], person: Id, number: u64) -> Place {
    let record = Id::from_u128(number.into());
    Place { store: *store, person, record, field: Field::DATA_KEY }
}
