//! Scans that were shown as evidence, so that a scan that is shown for a second person is noticed.

use super::{Row, RowKey, RowTable, Space};
use crate::model::Id;
use serde::{Deserialize, Serialize};

/// That somebody showed a scan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct ScanRow {
    /// The case in which it was shown last.
    pub(crate) case: Id,
}

/// The hash of the scan, then whose it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ScanKey {
    pub(crate) hash: [u8; 32],
    pub(crate) person: Id,
}

impl Row for ScanRow {
    const TABLE: RowTable = RowTable::new(Space::Scan);
    type Key = ScanKey;
}

impl RowKey for ScanKey {
    fn bytes(&self) -> Vec<u8> {
        [&self.hash[..], &self.person.to_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (hash, person) = bytes.split_at_checked(32)?;
        Some(Self { hash: hash.try_into().ok()?, person: Id::from_row_key(person)? })
    }
}

/// The same, found by its person, so that erasing a person forgets it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct ScanOfRow {}

/// Whose scan it was, then its hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ScanOfKey(pub(crate) ScanKey);

impl Row for ScanOfRow {
    const TABLE: RowTable = RowTable::new(Space::ScanOf);
    type Key = ScanOfKey;
}

impl RowKey for ScanOfKey {
    fn bytes(&self) -> Vec<u8> {
        [&self.0.person.to_bytes()[..], &self.0.hash].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (person, hash) = bytes.split_at_checked(16)?;
        let person = Id::from_row_key(person)?;
        Some(Self(ScanKey { hash: hash.try_into().ok()?, person }))
    }
}
