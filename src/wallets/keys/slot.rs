//! One person's key in the file.

use super::VaultError;
use crate::model::Id;
use crate::store::house::KEY_BYTES;

/// Bytes of one key in the file: four fit a sector.
pub(super) const SLOT_BYTES: u64 = KEY_BYTES;

/// Nonce, key and tag.
const SEALED_BYTES: usize = 24 + 32 + 16;
const IN_USE: u8 = 1;
const DESTROYED: u8 = 2;
const GENERATION_AT: usize = 4;
const PERSON_AT: usize = 8;
const SEALED_AT: usize = 24;
const CRC_AT: usize = SLOT_BYTES as usize - 4;

const _: () = assert!(SEALED_AT + SEALED_BYTES <= CRC_AT && 512 % SLOT_BYTES == 0);

/// What stands in the place of a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Content {
    Key(Slot),
    /// The key of this person was destroyed.
    Destroyed(Id),
    /// Zeros: an older version destroyed a key so. In the place of anybody's who was not erased it
    /// is damage.
    Zeros,
}

/// A wrapped key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Slot {
    /// Of the key-encryption key.
    pub(super) generation: u32,
    pub(super) person: Id,
    pub(super) sealed: [u8; SEALED_BYTES],
}

impl Slot {
    pub(super) fn to_bytes(&self) -> [u8; SLOT_BYTES as usize] {
        let mut bytes = [0; SLOT_BYTES as usize];
        bytes[0] = IN_USE;
        bytes[GENERATION_AT..PERSON_AT].copy_from_slice(&self.generation.to_le_bytes());
        bytes[PERSON_AT..SEALED_AT].copy_from_slice(&self.person.to_bytes());
        bytes[SEALED_AT..SEALED_AT + SEALED_BYTES].copy_from_slice(&self.sealed);
        with_checksum(bytes)
    }

    /// What is left in the place of a person's key that was destroyed: whose it was, and nothing of
    /// it.
    pub(super) fn destroyed(person: Id) -> [u8; SLOT_BYTES as usize] {
        let mut bytes = [0; SLOT_BYTES as usize];
        bytes[0] = DESTROYED;
        bytes[PERSON_AT..SEALED_AT].copy_from_slice(&person.to_bytes());
        with_checksum(bytes)
    }

    /// What stands in these bytes.
    pub(super) fn from_bytes(
        bytes: &[u8; SLOT_BYTES as usize],
        number: u64,
    ) -> Result<Content, VaultError> {
        if bytes.iter().all(|&byte| byte == 0) {
            return Ok(Content::Zeros);
        }
        let crc = crc32fast::hash(&bytes[..CRC_AT]).to_le_bytes();
        if bytes[CRC_AT..] != crc || !matches!(bytes[0], IN_USE | DESTROYED) {
            let what = format!("key {number} does not match its checksum");
            return Err(VaultError::corrupt(what));
        }
        let (mut generation, mut person, mut sealed) = ([0; 4], [0; 16], [0; SEALED_BYTES]);
        generation.copy_from_slice(&bytes[GENERATION_AT..PERSON_AT]);
        person.copy_from_slice(&bytes[PERSON_AT..SEALED_AT]);
        sealed.copy_from_slice(&bytes[SEALED_AT..SEALED_AT + SEALED_BYTES]);
        let (generation, person) = (u32::from_le_bytes(generation), Id::from_bytes(person));
        Ok(match bytes[0] {
            IN_USE => Content::Key(Self { generation, person, sealed }),
            _ => Content::Destroyed(person),
        })
    }
}

fn with_checksum(mut bytes: [u8; SLOT_BYTES as usize]) -> [u8; SLOT_BYTES as usize] {
    let crc = crc32fast::hash(&bytes[..CRC_AT]);
    bytes[CRC_AT..].copy_from_slice(&crc.to_le_bytes());
    bytes
}
