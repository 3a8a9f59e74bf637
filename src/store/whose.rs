//! Whose money an operation moved that names no more than its target.
//!
//! Guarantees what a statement promises of every line: parties, ledger, code and user data, also of
//! releases, refunds, deadlines and reversals, whose records in the journal say only which hold or
//! operation they are about. What is archived is left out. Writes nothing.

use super::local_snapshot::LocalSnapshot;
use super::{Error, Result};
use crate::model::{About, Hold, Id, KnownKind, Operation, Reversible};

/// Fills in what an operation leaves to its target.
pub(super) fn complete(snapshot: &LocalSnapshot, operation: &mut Operation) -> Result<()> {
    let target = operation.target;
    match KnownKind::of(operation.kind).map(|kind| kind.traits().about) {
        Some(About::Hold) => {
            if let Some(hold) = snapshot.hold(target)? {
                let (payer, payee) = (hold.payer, or(operation.credit_account, hold.payee));
                Terms::of(&hold).put(operation, (payer, payee));
            }
        }
        Some(About::Original) => {
            if let Some(hold) = snapshot.hold(target)? {
                Terms::of(&hold).put(operation, (hold.payee, hold.payer));
            } else if let Some(first) = original(snapshot, target)? {
                complete_reversal(snapshot, operation, &first)?;
            }
        }
        Some(About::Accounts | About::NewHold | About::Account | About::Document) | None => (),
    }
    Ok(())
}

/// Fills in the reversal of `first`: its parties the other way round.
fn complete_reversal(
    snapshot: &LocalSnapshot,
    reversal: &mut Operation,
    first: &Operation,
) -> Result<()> {
    match Reversible::of(first.kind) {
        Reversible::Transfer => {
            Terms::of_transfer(first).put(reversal, (first.credit_account, first.debit_account));
        }
        Reversible::Release => {
            if let Some(hold) = snapshot.hold(first.target)? {
                let receiver = or(first.credit_account, hold.payee);
                Terms::of(&hold).put(reversal, (receiver, hold.payer));
            }
        }
        // A hold that can be found by its id says it itself.
        Reversible::Hold | Reversible::Never => (),
    }
    Ok(())
}

/// The operation of an id; `None` if there is none, or if it is archived.
fn original(snapshot: &LocalSnapshot, id: Id) -> Result<Option<Operation>> {
    match snapshot.operation(id) {
        Ok(found) => Ok(found.map(|found| found.operation)),
        Err(Error::Archived { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn or(given: Id, otherwise: Id) -> Id {
    if given.is_zero() { otherwise } else { given }
}

/// What a transfer or a hold says beside its parties.
struct Terms {
    ledger: u32,
    code: u16,
    user_data_128: Id,
    user_data_64: u64,
}

impl Terms {
    const fn of(hold: &Hold) -> Self {
        let Hold { ledger, code, user_data_128, user_data_64, .. } = *hold;
        Self { ledger, code, user_data_128, user_data_64 }
    }

    const fn of_transfer(transfer: &Operation) -> Self {
        let Operation { ledger, code, user_data_128, user_data_64, .. } = *transfer;
        Self { ledger, code, user_data_128, user_data_64 }
    }

    fn put(self, operation: &mut Operation, (debit, credit): (Id, Id)) {
        (operation.debit_account, operation.credit_account) = (debit, credit);
        (operation.ledger, operation.code) = (self.ledger, self.code);
        operation.user_data_128 = or(operation.user_data_128, self.user_data_128);
        if operation.user_data_64 == 0 {
            operation.user_data_64 = self.user_data_64;
        }
    }
}
