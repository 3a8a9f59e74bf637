//! Evidence: documents whose scans the host keeps.

use super::text::escrow_text;
use crate::arguments::{Plain, output};
use crate::boundary::{call, on};
use crate::opaque::escrow_rows;
use crate::status::{Failure, Result, escrow_error, escrow_status};
use escrow::wallet::policy::EvidenceKind;
use escrow::{CaseEvidence, StoredEvidence, Timestamp};
use zeroize::Zeroize;

/// Pieces of evidence of one case.
pub const ESCROW_EVIDENCE_MAX: u32 = 16;

/// A piece of evidence: the host keeps the scan.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_evidence {
    /// Where the host finds it: 1 to 255 bytes, for a recovery up to 500. Sealed; empty when the
    /// person was erased.
    pub reference: escrow_text,
    /// When the document itself ends; 0 for never.
    pub expires_at: Timestamp,
    /// Of evidence of a recovery that is read: when it was added. Otherwise zero.
    pub added_at: Timestamp,
    /// The hash of the scan, so that nobody changes it later unnoticed.
    pub hash: [u8; 32],
    /// What it is: `ESCROW_EVIDENCE_KIND_*`.
    pub kind: u32,
    /// Must be zero.
    pub reserved: u32,
}

// SAFETY: numbers and a pointer, without padding.
unsafe impl Plain for escrow_evidence {}

/// Evidence of the caller's, which is wiped.
pub(crate) struct Given(pub(crate) Vec<CaseEvidence>);

impl Drop for Given {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(|evidence| evidence.reference.zeroize());
    }
}

/// Evidence of ours, which is wiped.
pub(crate) struct KeptEvidence {
    evidence: CaseEvidence,
    added_at: Timestamp,
}

impl Drop for KeptEvidence {
    fn drop(&mut self) {
        self.evidence.reference.zeroize();
    }
}

impl From<CaseEvidence> for KeptEvidence {
    fn from(evidence: CaseEvidence) -> Self {
        Self { evidence, added_at: Timestamp::NONE }
    }
}

impl From<StoredEvidence> for KeptEvidence {
    fn from(stored: StoredEvidence) -> Self {
        let StoredEvidence { kind, hash, reference, expires_at, added_at, .. } = stored;
        Self { evidence: CaseEvidence { kind, hash, reference, expires_at }, added_at }
    }
}

impl KeptEvidence {
    pub(crate) fn show(&self) -> escrow_evidence {
        escrow_evidence {
            reference: escrow_text::of(&self.evidence.reference),
            expires_at: self.evidence.expires_at,
            added_at: self.added_at,
            hash: self.evidence.hash,
            kind: self.evidence.kind.number().into(),
            reserved: 0,
        }
    }
}

/// The caller's evidence.
///
/// # Safety
/// The texts are the caller's, as the header says.
pub(crate) unsafe fn given(evidence: &[escrow_evidence]) -> Result<Given> {
    let mut given = Given(Vec::with_capacity(evidence.len()));
    for one in evidence {
        if one.reserved != 0 || !one.added_at.is_none() {
            return Err(Failure::invalid("evidence: added_at and reserved must be zero"));
        }
        let unknown = |_| Failure::invalid("evidence: kind is not one of ESCROW_EVIDENCE_KIND_*");
        let kind = u16::try_from(one.kind).map(EvidenceKind::from_number).map_err(unknown)?;
        // SAFETY: the caller's promise is the same.
        let reference = unsafe { one.reference.read("reference") }?.to_owned();
        let (hash, expires_at) = (one.hash, one.expires_at);
        given.0.push(CaseEvidence { kind, hash, reference, expires_at });
    }
    Ok(given)
}

/// Reads a piece of evidence of a recovery.
///
/// Ownership: `evidence` is the caller's record.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_evidence_at(
    rows: *mut escrow_rows,
    index: usize,
    evidence: *mut escrow_evidence,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(rows, error), |this| {
        let evidence = output(evidence, "evidence")?;
        evidence.set(this.row::<KeptEvidence>(index)?.show());
    })
}
