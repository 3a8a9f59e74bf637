//! Recovery cases, and evidence.

use super::{Row, RowTable, Space, Step};
use crate::model::{Id, Timestamp, named_values};
use crate::wallets::rules::policy::EvidenceKind;
use crate::wallets::rules::secrets::Sealed;
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The recovery of a wallet's payment password.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct RecoveryRow {
    pub(crate) wallet: Id,
    pub(crate) person: Id,
    /// Where the case is; in review also while it awaits a second approval.
    pub(crate) state: u8,
    pub(crate) opened_by: String,
    pub(crate) reviewer: String,
    pub(crate) evidence: Vec<EvidenceRow>,
    /// The hash of the token of the link that was sent; zeros for none.
    pub(crate) token: [u8; 32],
    pub(crate) opened_at: Timestamp,
    pub(crate) changed_at: Timestamp,
    /// The member of staff who approved it first, where another one must too; empty for none.
    pub(crate) first_approver: String,
}

impl Row for RecoveryRow {
    const TABLE: RowTable = RowTable::new(Space::Recovery).after(&[Step::Appended(&[0])]);
    type Key = Id;
}

/// A document that the host keeps: what it is, its hash, and where the host finds it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct EvidenceRow {
    /// The number of an [`EvidenceKind`].
    pub(crate) kind: u16,
    pub(crate) hash: [u8; 32],
    /// The host's reference.
    pub(crate) reference: Sealed,
    /// When the document itself ends; [`Timestamp::NONE`] for never.
    pub(crate) expires_at: Timestamp,
    pub(crate) added_at: Timestamp,
}

impl EvidenceRow {
    pub(crate) fn kind(&self) -> EvidenceKind {
        EvidenceKind::from_number(self.kind)
    }

    /// The record that the reference is sealed in: one for each scan of a case, so that no
    /// reference stands beside the hash of another scan.
    pub(crate) fn record(case: Id, kind: EvidenceKind, hash: &[u8; 32]) -> Id {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&case.to_bytes()).update(&kind.number().to_be_bytes()).update(hash);
        let mut record = [0; 16];
        hasher.finalize_xof().fill(&mut record);
        Id::from_bytes(record)
    }
}

named_values! {
    /// Where a recovery case is. Numbers and names are never changed or used again.
    RecoveryState(u8) {
        /// Opened by support; evidence is awaited.
        OPENED = 1, "opened";
        /// Evidence is there.
        SUBMITTED = 2, "submitted";
        /// A member of staff reviews it.
        IN_REVIEW = 3, "in_review";
        /// Approved: the link was sent.
        APPROVED = 4, "approved";
        /// Refused.
        REFUSED = 5, "refused";
        /// The new password is set.
        DONE = 6, "done";
        /// Stopped: by the customer, or because the password was changed by a customer who knew it.
        STOPPED = 7, "stopped";
        /// One member of staff has approved it, and another one must too.
        AWAITS_SECOND = 8, "awaits_second";
    }
}
