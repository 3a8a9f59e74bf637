//! The header of the file, twice.

use super::VaultError;
use super::master::MasterKey;
use super::ring::{KeyRing, RootKey};
use crate::disk::DiskFile;
use serde::{Deserialize, Serialize};

/// Bytes of both copies.
pub(super) const HEADER_BYTES: u64 = 2 * COPY_BYTES as u64;

const COPY_BYTES: usize = 4_096;
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
        Self { number: 0, store, wraps, ring }
    }

    /// Reads the better copy, and repairs the other.
    pub(super) fn read(file: &dyn DiskFile, store: &[u8; 16]) -> Result<Self, VaultError> {
        let (header, copies) = Self::find(file, store)?;
        for (copy, found) in (0_u64..).zip(&copies) {
            if found.as_ref() != Some(&header) {
                write_copy(file, copy, &header.to_bytes()?)?;
            }
        }
        Ok(header)
    }

    /// The better copy, and both as they are.
    pub(super) fn find(
        file: &dyn DiskFile,
        store: &[u8; 16],
    ) -> Result<(Self, [Option<Self>; 2]), VaultError> {
        let copies = [read_copy(file, 0), read_copy(file, 1)];
        let (header, copies) = match copies {
            [Err(error), Err(_)] => return Err(error),
            copies => {
                let copies = copies.map(Result::ok);
                let better = copies.iter().flatten().max_by_key(|copy| copy.number).cloned();
                (better.ok_or_else(|| VaultError::corrupt("has no header"))?, copies)
            }
        };
        if header.store != *store {
            return Err(VaultError::corrupt("is of another store"));
        }
        Ok((header, copies))
    }

    /// Writes both copies, one after the other, with the next number.
    pub(super) fn write(&mut self, file: &dyn DiskFile) -> Result<(), VaultError> {
        self.number = self.number.saturating_add(1);
        let bytes = self.to_bytes()?;
        write_copy(file, 0, &bytes)?;
        write_copy(file, 1, &bytes)
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

/// Whether all there is of the file is what an interrupted creation leaves: zeros, or a part of the
/// header that was never finished. Nothing was answered then.
pub(super) fn is_unfinished(file: &dyn DiskFile) -> Result<bool, VaultError> {
    Ok(read_copy(file, 0).is_err() && file.len()? <= COPY_BYTES as u64)
}

fn read_copy(file: &dyn DiskFile, copy: u64) -> Result<Header, VaultError> {
    let mut bytes = vec![0; COPY_BYTES];
    let offset = copy * COPY_BYTES as u64;
    if file.len()? < offset + COPY_BYTES as u64 {
        return Err(VaultError::corrupt("ends within the header"));
    }
    file.read_at(offset, &mut bytes)?;
    Header::from_bytes(&bytes)
}

fn write_copy(file: &dyn DiskFile, copy: u64, bytes: &[u8]) -> Result<(), VaultError> {
    file.write_at(copy * COPY_BYTES as u64, bytes)?;
    Ok(file.sync()?)
}
