//! What a host has in one chain with a command of a house.
#![allow(unreachable_pub, reason = "a house gives it to its hosts, and is not always built")]

use crate::model::{DocumentKey, Operation, OperationFlags, Status};

/// Operations of the host that stand in one chain with a command: all of it is done, or nothing.
/// They come after what the command does itself, and are judged as by
/// [`Store::submit_with_data`](crate::Store::submit_with_data).
#[derive(Clone, Copy, Debug, Default)]
pub struct Alongside<'call> {
    /// Transfers, holds and documents. They need no flag `linked`.
    pub operations: &'call [Operation],
    /// The side buffer with their documents.
    pub data: &'call [u8],
}

impl Alongside<'_> {
    /// Nothing.
    pub const NONE: Self = Self { operations: &[], data: &[] };

    pub(crate) fn owned(self) -> (Vec<Operation>, Vec<u8>) {
        (self.operations.to_vec(), self.data.to_vec())
    }

    /// Refuses what a host may not do, or what would break the chain. Not everything: the rest is
    /// the ledger's.
    pub(crate) fn check(&self) -> Result<(), Status> {
        let last = self.operations.last();
        if last.is_some_and(|last| last.flags.contains(OperationFlags::LINKED)) {
            return Err(Status::LINKED_EVENT_CHAIN_OPEN);
        }
        for operation in self.operations {
            // The other members are of today.
            if operation.flags.contains(OperationFlags::IMPORTED) {
                return Err(Status::IMPORTED_NOT_EXPECTED);
            }
            if operation.kind.is_about_document() {
                let key = self.key(operation).ok_or(Status::DATA_OUT_OF_BOUNDS)?;
                if key.is_some_and(|key| key.is_reserved()) {
                    return Err(Status::SPACE_IS_RESERVED);
                }
            }
        }
        Ok(())
    }

    /// The key of an operation's document, if it lies within the side buffer; the inner `None` for
    /// one that is not valid, which the ledger refuses.
    fn key(&self, operation: &Operation) -> Option<Option<DocumentKey>> {
        let rest = self.data.get(usize::try_from(operation.data_offset).ok()?..)?;
        let (space, rest) = rest.split_at_checked(operation.space_length.into())?;
        let (key, rest) = rest.split_at_checked(operation.key_length.into())?;
        rest.get(..usize::try_from(operation.value_length).ok()?)?;
        Some(DocumentKey::new(space, key).ok())
    }
}
