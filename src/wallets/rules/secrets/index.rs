//! Blind indexes: finding a row by a value that nobody can read from the index.

use super::SecretBytes;
use crate::model::named_values;
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;

named_values! {
    /// What is indexed. Numbers are never changed or used again.
    IndexKind(u8) {
        /// An e-mail address.
        ADDRESS = 1, "address";
        /// Kind, country and number of an identity document.
        DOCUMENT = 2, "document";
        /// A requester of letters, by the host's name.
        REQUESTER = 3, "requester";
    }
}

/// The keyed hash of a value, and which key made it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct BlindIndex {
    pub(crate) generation: u32,
    kind: u8,
    hash: [u8; 32],
}

impl fmt::Debug for BlindIndex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "blind index of generation {}", self.generation)
    }
}

impl BlindIndex {
    /// The form by which rows are found: generation, kind and hash.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        [&self.generation.to_be_bytes()[..], &[self.kind], &self.hash].concat()
    }

    /// What [`BlindIndex::to_bytes`] gave.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (generation, rest) = bytes.split_at_checked(4)?;
        let (&kind, hash) = rest.split_first()?;
        let generation = u32::from_be_bytes(generation.try_into().ok()?);
        Some(Self { generation, kind, hash: hash.try_into().ok()? })
    }
}

/// A key of blind indexes.
#[derive(Clone, Debug)]
pub(crate) struct IndexKey {
    pub(crate) generation: u32,
    pub(crate) key: SecretBytes<32>,
}

impl IndexKey {
    /// The index of a value that was brought into its normal form.
    pub(crate) fn of(&self, kind: IndexKind, value: &str) -> BlindIndex {
        let mut hasher = blake3::Hasher::new_keyed(self.key.expose());
        hasher.update(&[kind.number()]).update(value.as_bytes());
        let hash = *hasher.finalize().as_bytes();
        BlindIndex { generation: self.generation, kind: kind.number(), hash }
    }
}

/// The present key, and the one before it while values are still indexed by that.
#[derive(Clone, Debug)]
pub(crate) struct IndexKeys {
    pub(crate) current: IndexKey,
    pub(crate) previous: Option<IndexKey>,
}

impl IndexKeys {
    /// All places where the value may be found, the present one first.
    pub(crate) fn places(&self, kind: IndexKind, value: &str) -> Vec<BlindIndex> {
        let keys = std::iter::once(&self.current).chain(&self.previous);
        keys.map(|key| key.of(kind, value)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_depends_on_key_kind_and_value() {
        let key = |byte| IndexKey { generation: 1, key: SecretBytes::new([byte; 32]) };
        let index = key(1).of(IndexKind::ADDRESS, "a@b.c");
        assert_eq!(index, key(1).of(IndexKind::ADDRESS, "a@b.c"));
        assert_ne!(index, key(2).of(IndexKind::ADDRESS, "a@b.c"));
        assert_ne!(index, key(1).of(IndexKind::DOCUMENT, "a@b.c"));
        assert_ne!(index, key(1).of(IndexKind::ADDRESS, "a@b.d"));
        assert_eq!(BlindIndex::from_bytes(&index.to_bytes()), Some(index));
    }
}
