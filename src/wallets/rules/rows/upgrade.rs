//! What was brought up to date in a store that an older version wrote.

use super::{Row, RowKey, RowTable, Space};
use crate::model::{Timestamp, named_values};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;

named_values! {
    /// What an older version did not write. Numbers are never changed or used again.
    Upgrade(u8) {
        /// Which payment each reference of the processor belongs to.
        CHARGE_REFERENCES = 1, "charge_references";
    }
}

/// That it is there now, and need not be looked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct UpgradeRow {
    pub(crate) at: Timestamp,
}

impl Row for UpgradeRow {
    const TABLE: RowTable = RowTable::new(Space::Upgrade);
    type Key = Upgrade;
}

impl RowKey for Upgrade {
    fn bytes(&self) -> Vec<u8> {
        vec![self.number()]
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let [number] = bytes.try_into().ok()?;
        Some(Self::from_number(number))
    }
}
