//! `put` and `delete`: the host's own documents, in the same chains as the money.

use super::changes::Stored;
use super::check::refuse_if;
use super::set::WorkingSet;
use crate::model::{Document, Kind, Operation, OperationFlags as Flags, Status, Timestamp};

pub(super) fn judge(
    set: &WorkingSet,
    operation: &Operation,
    document: &Document,
) -> Result<(), Status> {
    let version = version(set, document);
    let expected = operation.flags.contains(Flags::IF_VERSION);
    let mismatch = expected && operation.expected_version != version;
    refuse_if(mismatch, Status::VERSION_MUST_MATCH)?;
    let missing = operation.kind == Kind::DELETE && version == 0;
    refuse_if(missing, Status::DOCUMENT_NOT_FOUND)
}

/// The version of the document that stands there now; 0 for none.
pub(super) fn version(set: &WorkingSet, document: &Document) -> u64 {
    let slot = set.documents.find(&document.key);
    let stored = slot.and_then(|slot| set.documents.get(slot).as_ref());
    stored.map_or(0, |stored| stored.version)
}

pub(super) fn carry_out(set: &mut WorkingSet, kind: Kind, at: Timestamp, document: &Document) {
    let stored = (kind == Kind::PUT)
        .then(|| Stored { version: at.nanoseconds(), value: (&*document.value).into() });
    match set.documents.find(&document.key) {
        Some(slot) => *set.documents.edit(slot) = stored,
        None => drop(set.documents.create(document.key.clone(), stored)),
    }
}
