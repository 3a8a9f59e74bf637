//! One person's key in the file.

use super::VaultError;
use crate::model::Id;

/// Bytes of one key in the file: four fit a sector.
pub(super) const SLOT_BYTES: u64 = 128;

/// Nonce, key and tag.
const SEALED_BYTES: usize = 24 + 32 + 16;
const IN_USE: u8 = 1;
const GENERATION_AT: usize = 4;
const PERSON_AT: usize = 8;
const SEALED_AT: usize = 24;
const CRC_AT: usize = SLOT_BYTES as usize - 4;

const _: () = assert!(SEALED_AT + SEALED_BYTES <= CRC_AT && 512 % SLOT_BYTES == 0);

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
        let crc = crc32fast::hash(&bytes[..CRC_AT]);
        bytes[CRC_AT..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// The key in these bytes; `None` if it was destroyed.
    pub(super) fn from_bytes(
        bytes: &[u8; SLOT_BYTES as usize],
        number: u64,
    ) -> Result<Option<Self>, VaultError> {
        if bytes.iter().all(|&byte| byte == 0) {
            return Ok(None);
        }
        let crc = crc32fast::hash(&bytes[..CRC_AT]).to_le_bytes();
        if bytes[CRC_AT..] != crc || bytes[0] != IN_USE {
            let what = format!("key {number} does not match its checksum");
            return Err(VaultError::corrupt(what));
        }
        let (mut generation, mut person, mut sealed) = ([0; 4], [0; 16], [0; SEALED_BYTES]);
        generation.copy_from_slice(&bytes[GENERATION_AT..PERSON_AT]);
        person.copy_from_slice(&bytes[PERSON_AT..SEALED_AT]);
        sealed.copy_from_slice(&bytes[SEALED_AT..SEALED_AT + SEALED_BYTES]);
        let generation = u32::from_le_bytes(generation);
        Ok(Some(Self { generation, person: Id::from_bytes(person), sealed }))
    }
}
