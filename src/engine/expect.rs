//! `expect`: the library's guard on the version of a document that it has only read.
//!
//! A member of a chain that holds or breaks it, and nothing else: it has no id, takes no time, uses
//! nothing up, and is not written down whatever becomes of it. So a journal knows nothing of it,
//! and it is no kind to anybody but the library: the host's is refused as one that nobody knows.
//!
//! A chain that is sent again, by a guest whose host has ended, is answered `exists` whatever its
//! documents are by now: what was carried out is not judged again.

use super::check::refuse_if;
use super::set::WorkingSet;
use super::{Batch, Origin, check};
use crate::model::{DocumentKey, Operation, OperationFlags as Flags, Outcome, Status};
use bytemuck::Zeroable;

impl Batch<'_> {
    /// Whether the operation is a guard of the library's.
    pub(super) fn is_expectation(&self, operation: &Operation) -> bool {
        operation.is_expectation() && self.origin == Origin::Library
    }
}

/// Applied if the document has the version, which the outcome tells in any case.
pub(super) fn judge(set: &WorkingSet, batch: &Batch<'_>, operation: &Operation) -> Outcome {
    let key = match well_formed(batch, operation) {
        Ok(key) => key,
        Err(status) => return Outcome::of(status),
    };
    let version = set.version(&key);
    let holds = version == operation.expected_version;
    let status = if holds { Status::APPLIED } else { Status::VERSION_MUST_MATCH };
    Outcome { version, ..Outcome::of(status) }
}

/// The document that it is about. A guest may have sent anything.
fn well_formed(batch: &Batch<'_>, operation: &Operation) -> Result<DocumentKey, Status> {
    let used = Operation {
        kind: operation.kind,
        flags: operation.flags,
        expected_version: operation.expected_version,
        data_offset: operation.data_offset,
        space_length: operation.space_length,
        key_length: operation.key_length,
        ..Operation::zeroed()
    };
    refuse_if(!Flags::LINKED.contains(operation.flags), Status::FLAG_NOT_ALLOWED_FOR_KIND)?;
    refuse_if(*operation != used, Status::UNUSED_FIELD_MUST_BE_ZERO)?;
    Ok(check::document(batch, operation)?.key)
}
