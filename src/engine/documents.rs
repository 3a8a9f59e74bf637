//! `put` and `delete`: the host's own documents, in the same chains as the money.

use super::changes::Stored;
use super::check::refuse_if;
use super::set::WorkingSet;
use crate::model::{Document, Operation, OperationFlags as Flags, Status, Timestamp};

pub(super) fn judge_put(
    set: &WorkingSet,
    operation: &Operation,
    document: &Document,
) -> Result<(), Status> {
    version_matches(operation, set.version(&document.key))
}

pub(super) fn judge_delete(
    set: &WorkingSet,
    operation: &Operation,
    document: &Document,
) -> Result<(), Status> {
    let version = set.version(&document.key);
    version_matches(operation, version)?;
    refuse_if(version == 0, Status::DOCUMENT_NOT_FOUND)
}

fn version_matches(operation: &Operation, version: u64) -> Result<(), Status> {
    let expected = operation.flags.contains(Flags::IF_VERSION);
    let mismatch = expected && operation.expected_version != version;
    refuse_if(mismatch, Status::VERSION_MUST_MATCH)
}

pub(super) fn put(set: &mut WorkingSet, at: Timestamp, document: &Document) {
    let stored = Stored { version: at.nanoseconds(), value: (&*document.value).into() };
    set.replace_document(&document.key, Some(stored));
}

pub(super) fn delete(set: &mut WorkingSet, document: &Document) {
    set.replace_document(&document.key, None);
}
