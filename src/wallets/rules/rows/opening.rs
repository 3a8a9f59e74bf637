//! What the wallets of a store were last opened with.

use super::{Row, RowKey, RowTable, Space};
use crate::model::Timestamp;
use crate::wallets::rules::policy::PolicyHash;
use crate::wallets::rules::secrets::PepperCheck;
use serde::{Deserialize, Serialize};

/// The hash of the policy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct PolicyRow {
    pub(crate) hash: PolicyHash,
    /// Since when this policy is in force.
    pub(crate) since: Timestamp,
}

/// The value by which the pepper is recognised, or that there was none.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct PepperRow {
    pub(crate) check: PepperCheck,
}

impl Row for PepperRow {
    const TABLE: RowTable = RowTable::new(Space::Pepper);
    type Key = TheOne;
}

/// There is one such row in a store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct TheOne;

impl Row for PolicyRow {
    const TABLE: RowTable = RowTable::new(Space::Policy);
    type Key = TheOne;
}

impl RowKey for TheOne {
    fn bytes(&self) -> Vec<u8> {
        vec![0]
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        (bytes == [0]).then_some(Self)
    }
}
