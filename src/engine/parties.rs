//! Whom an operation concerns: what its guards and what carries it out are given.

use super::record_cache::Slot;
use super::set::{Inconsistent, WorkingSet};
use crate::model::{Account, Hold};

/// The records that an operation concerns, by role.
#[derive(Clone, Copy, Default)]
pub(super) struct Parties {
    /// Who is debited: the payer; for operations on an account, that account.
    pub(super) debit: Option<Slot<Account>>,
    /// Who is credited: the payee or another receiver.
    pub(super) credit: Option<Slot<Account>>,
    /// Who receives the commission, or gives it back.
    pub(super) fee: Option<Slot<Account>>,
    pub(super) hold: Option<Slot<Hold>>,
}

impl Parties {
    pub(super) fn debit(&self) -> Result<Slot<Account>, Inconsistent> {
        self.debit.ok_or(Inconsistent("an operation without a debit account"))
    }

    pub(super) fn credit(&self) -> Result<Slot<Account>, Inconsistent> {
        self.credit.ok_or(Inconsistent("an operation without a credit account"))
    }

    pub(super) fn hold(&self) -> Result<Slot<Hold>, Inconsistent> {
        self.hold.ok_or(Inconsistent("an operation without a hold"))
    }

    /// Debit and credit account, for guards of kinds that have both.
    pub(super) fn accounts<'set>(&self, set: &'set WorkingSet) -> (&'set Account, &'set Account) {
        let credit = self.credit.expect("`parties` of this kind finds a credit account");
        (self.debit_record(set), set.accounts.get(credit))
    }

    /// The debit account, for guards of kinds that have one.
    pub(super) fn debit_record<'set>(&self, set: &'set WorkingSet) -> &'set Account {
        set.accounts.get(self.debit.expect("`parties` of this kind finds a debit account"))
    }

    /// The hold, for guards of kinds that have one.
    pub(super) fn hold_record<'set>(&self, set: &'set WorkingSet) -> &'set Hold {
        set.holds.get(self.hold.expect("`parties` of this kind finds a hold"))
    }
}
