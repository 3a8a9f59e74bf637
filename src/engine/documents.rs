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
    version_matches(operation, version(set, document))
}

pub(super) fn judge_delete(
    set: &WorkingSet,
    operation: &Operation,
    document: &Document,
) -> Result<(), Status> {
    let version = version(set, document);
    version_matches(operation, version)?;
    refuse_if(version == 0, Status::DOCUMENT_NOT_FOUND)
}

fn version_matches(operation: &Operation, version: u64) -> Result<(), Status> {
    let expected = operation.flags.contains(Flags::IF_VERSION);
    let mismatch = expected && operation.expected_version != version;
    refuse_if(mismatch, Status::VERSION_MUST_MATCH)
}

/// The version of the document that stands there now; 0 for none.
pub(super) fn version(set: &WorkingSet, document: &Document) -> u64 {
    let slot = set.documents.find(&document.key);
    let stored = slot.and_then(|slot| set.documents.get(slot).as_ref());
    stored.map_or(0, |stored| stored.version)
}

pub(super) fn put(set: &mut WorkingSet, at: Timestamp, document: &Document) {
    let stored = Stored { version: at.nanoseconds(), value: (&*document.value).into() };
    replace(set, document, Some(stored));
}

pub(super) fn delete(set: &mut WorkingSet, document: &Document) {
    replace(set, document, None);
}

fn replace(set: &mut WorkingSet, document: &Document, stored: Option<Stored>) {
    match set.documents.find(&document.key) {
        Some(slot) => *set.documents.edit(slot) = stored,
        None => drop(set.documents.create(document.key.clone(), stored)),
    }
}
