//! The header of the file, twice.

use super::VaultError;
use super::master::MasterKey;
use super::ring::{KeyRing, RootKey};
use crate::store::house::{Exchange, KEYS_HEAD_BYTES};
use serde::{Deserialize, Serialize};

/// Each of the two copies has half of the head.
const COPY_BYTES: usize = 4_096;

const _: () = assert!(2 * COPY_BYTES as u64 == KEYS_HEAD_BYTES);

const MAGIC: &[u8; 8] = b"ESCRKEYS";
/// The format that this version reads and writes.
pub(crate) const VERSION: u32 = 1;
/// Magic, version and length of the body.
const PREFIX_BYTES: usize = 16;
const CRC_AT: usize = COPY_BYTES - 4;

/// What the header says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Header {
    /// Rises with each writing.
    number: u64,
    store: [u8; 16],
    /// The root key, wrapped by one master key, or by two while it is being changed.
    pub(super) wraps: Vec<Vec<u8>>,
    /// The sealed key ring.
    pub(super) ring: Vec<u8>,
}

impl Header {
    pub(super) fn new(store: [u8; 16], wraps: Vec<Vec<u8>>, ring: Vec<u8>) -> Self {
        Self { number: 1, store, wraps, ring }
    }

    /// The better copy of the two that stand in the head of the file, and what makes both alike:
    /// nothing, if they are.
    pub(super) fn find(head: &[u8], store: &[u8; 16]) -> Result<(Self, Vec<Exchange>), VaultError> {
        let (header, better) = Self::better(head)?;
        if header.store != *store {
            return Err(VaultError::corrupt("is of another store"));
        }
        let copies = [copy_of(head, 0), copy_of(head, 1)];
        if copies[0] == copies[1] {
            return Ok((header, Vec::new()));
        }
        let worse = 1 - better;
        let kept = Exchange {
            offset: offset_of(better),
            expected: copies[better].to_vec(),
            new: Vec::new(),
        };
        let mended = Exchange {
            offset: offset_of(worse),
            expected: copies[worse].to_vec(),
            new: copies[better].to_vec(),
        };
        Ok((header, vec![kept, mended]))
    }

    /// The copy with the higher number, and which one it is.
    fn better(head: &[u8]) -> Result<(Self, usize), VaultError> {
        match [Self::from_bytes(copy_of(head, 0)), Self::from_bytes(copy_of(head, 1))] {
            [Ok(first), Ok(second)] if second.number > first.number => Ok((second, 1)),
            [Ok(first), _] => Ok((first, 0)),
            [Err(_), Ok(second)] => Ok((second, 1)),
            [Err(error), Err(_)] => Err(error),
        }
    }

    /// Writes both copies, one after the other, with the next number, if the head is still this
    /// one. Its copies are alike: were only the first one whole, a torn write would leave none.
    pub(super) fn following(&mut self, head: &[u8]) -> Result<Vec<Exchange>, VaultError> {
        self.number = self.number.saturating_add(1);
        self.copies(head)
    }

    /// Writes both copies to a head that has these bytes, or fewer.
    pub(super) fn copies(&self, head: &[u8]) -> Result<Vec<Exchange>, VaultError> {
        let new = self.to_bytes()?;
        let copy = |copy| Exchange {
            offset: offset_of(copy),
            expected: copy_of(head, copy).to_vec(),
            new: new.clone(),
        };
        Ok(vec![copy(0), copy(1)])
    }

    /// The root key and what it seals, if this master key opens it. Bytes that a host's function
    /// gives for what it did not wrap are not the root key.
    pub(super) fn unlock(
        &self,
        store: &[u8; 16],
        master: &MasterKey,
    ) -> Result<(RootKey, KeyRing), VaultError> {
        let mut failure = VaultError::WrongMasterKey;
        for wrapped in &self.wraps {
            match master.unwrap(store, wrapped) {
                Ok(root) => {
                    if let Ok(ring) = KeyRing::open(&root, store, &self.ring) {
                        return Ok((root, ring));
                    }
                }
                Err(VaultError::WrongMasterKey) => (),
                Err(other) => failure = other,
            }
        }
        Err(failure)
    }

    fn to_bytes(&self) -> Result<Vec<u8>, VaultError> {
        let body = postcard::to_allocvec(self)
            .map_err(|_| VaultError::corrupt("the header cannot be written"))?;
        let mut bytes = Vec::with_capacity(COPY_BYTES);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&(body.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&body);
        if bytes.len() > CRC_AT {
            return Err(VaultError::corrupt("the header is too long"));
        }
        bytes.resize(CRC_AT, 0);
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
        Ok(bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, VaultError> {
        if bytes.len() < COPY_BYTES {
            return Err(VaultError::corrupt("ends within the header"));
        }
        let number = |at: usize| {
            let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
            four.map_or(0, u32::from_le_bytes)
        };
        if bytes.get(..8) != Some(MAGIC) {
            return Err(VaultError::corrupt("is not a file of keys"));
        }
        if crc32fast::hash(&bytes[..CRC_AT]) != number(CRC_AT) {
            return Err(VaultError::corrupt("the header does not match its checksum"));
        }
        if number(8) != VERSION {
            return Err(VaultError::NewerFormat(number(8)));
        }
        let body = bytes[PREFIX_BYTES..CRC_AT].get(..number(12) as usize);
        let header = body.and_then(|body| postcard::from_bytes(body).ok());
        header.ok_or_else(|| VaultError::corrupt("the header cannot be read"))
    }
}

/// Whether all there is of the file is what an interrupted creation leaves: nothing, zeros, or a
/// part of the header that was never finished. Nothing was answered then.
pub(super) fn is_unfinished(head: &[u8]) -> bool {
    head.len() <= COPY_BYTES && Header::from_bytes(head).is_err()
}

fn copy_of(head: &[u8], copy: usize) -> &[u8] {
    let rest = head.get(copy * COPY_BYTES..).unwrap_or_default();
    &rest[..rest.len().min(COPY_BYTES)]
}

const fn offset_of(copy: usize) -> u64 {
    (copy * COPY_BYTES) as u64
}
