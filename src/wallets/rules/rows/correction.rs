//! Corrections of what is known of a person, which staff decide by evidence.

use super::{EvidenceRow, Row, RowTable, Space};
use crate::model::{Id, Timestamp, named_values};
use crate::wallets::rules::secrets::Sealed;
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A correction.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct CorrectionRow {
    pub(crate) person: Id,
    pub(crate) state: u8,
    pub(crate) opened_by: String,
    /// The member of staff who decided it; empty before.
    pub(crate) reviewer: String,
    /// What it changes, a bit each, so that it can be listed without the person's key.
    pub(crate) fields: u16,
    /// A `Correction`.
    pub(crate) body: Sealed,
    pub(crate) evidence: Vec<EvidenceRow>,
    pub(crate) opened_at: Timestamp,
    pub(crate) changed_at: Timestamp,
}

impl Row for CorrectionRow {
    const TABLE: RowTable = RowTable::new(Space::Correction);
    type Key = Id;
}

named_values! {
    /// Where a correction is. Numbers and names are never changed or used again.
    CorrectionState(u8) {
        /// Opened by staff; evidence is awaited.
        OPENED = 1, "opened";
        /// Evidence is there.
        SUBMITTED = 2, "submitted";
        /// Approved: the profile is changed; a new address or number is to be confirmed.
        APPROVED = 3, "approved";
        /// Refused, or given up.
        REFUSED = 4, "refused";
    }
}
