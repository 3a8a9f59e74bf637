//! What a batch needs in memory before it is judged.
//!
//! `apply` takes what is not in the working set for something that does not exist. So whoever calls
//! it first asks here what is missing, round by round: holds name accounts, and decisions that are
//! to be reversed name both.

use super::asked::Key;
use super::record_cache::{FETCHED_AT_ONCE, Hint};
use super::reverse;
use super::set::WorkingSet;
use super::{Batch, Stored};
use crate::model::{
    About, Account, Amount, Decision, DocumentKey, Event, Hold, Id, KnownKind, Operation, Record,
    Timestamp,
};

/// Keys that are not in memory; some of them may not exist at all. May name a key twice.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Footprint {
    pub(crate) accounts: Vec<Id>,
    pub(crate) holds: Vec<Id>,
    /// Operation ids that may have been used before.
    pub(crate) operations: Vec<Id>,
    pub(crate) documents: Vec<DocumentKey>,
}

impl Footprint {
    pub(crate) fn is_empty(&self) -> bool {
        self.accounts.is_empty()
            && self.holds.is_empty()
            && self.operations.is_empty()
            && self.documents.is_empty()
    }

    /// Adds what a batch needs, and lets the set remember where it has what is there.
    pub(crate) fn add_batch(&mut self, set: &mut WorkingSet, batch: &Batch<'_>) {
        // What an earlier batch asked for is not this one's.
        set.asked.clear();
        let mut hints = std::mem::take(&mut set.hints);
        hints.clear();
        for some in batch.operations.chunks(FETCHED_AT_ONCE) {
            if set.accounts.is_worth_fetching() {
                set.accounts.fetch(accounts_of(some.iter()));
            }
            hints.extend(some.iter().map(|operation| self.add_operation(set, batch, operation)));
        }
        set.hints = hints;
    }

    /// Adds what an operation needs. Tells where what is there already was found: see
    /// [`WorkingSet::hints`].
    fn add_operation(
        &mut self,
        set: &WorkingSet,
        batch: &Batch<'_>,
        operation: &Operation,
    ) -> [Hint; 2] {
        self.add_id(set, operation.id);
        if operation.kind.is_about_document() || batch.is_expectation(operation) {
            self.add_document(set, batch, operation);
        }
        self.add_parties(set, operation)
    }

    /// Adds what carrying out an operation needs.
    fn add_parties(&mut self, set: &WorkingSet, operation: &Operation) -> [Hint; 2] {
        // The outcome shows accounts that it names, even where the kind must not name any.
        let debit = self.add_account(set, operation.debit_account);
        let credit = self.add_account(set, operation.credit_account);
        match KnownKind::of(operation.kind).map(|kind| kind.traits().about) {
            Some(About::Accounts) => return [debit, credit],
            Some(About::NewHold) => {
                self.add_account(set, operation.fee_account);
                return [debit, credit];
            }
            Some(About::Hold) => return [self.add_hold(set, operation.target), Hint::NONE],
            Some(About::Original) => self.add_id(set, operation.target),
            Some(About::Account) => drop(self.add_account(set, operation.target)),
            Some(About::Document) | None => (),
        }
        [Hint::NONE; 2]
    }

    fn add_document(&mut self, set: &WorkingSet, batch: &Batch<'_>, operation: &Operation) {
        if let Some((space, key, _)) = batch.document_parts(operation)
            && let Ok(key) = DocumentKey::new(space, key)
        {
            set.asked.add(Key::Document(&key));
            if set.documents.find(&key).is_none() {
                self.documents.push(key);
            }
        }
    }

    /// Adds what carrying out a decision of a journal needs.
    pub(crate) fn add_decision(&mut self, set: &WorkingSet, decision: &Decision) {
        // Its id was new, or it would not have been decided on.
        if decision.status.is_applied() {
            self.add_parties(set, &decision.operation);
        }
    }

    /// Adds what the holds need that are due at or before `time`, up to `limit` of them.
    pub(crate) fn add_due(&mut self, set: &WorkingSet, time: Timestamp, limit: usize) {
        for (_, hold) in set.deadlines.due(time).take(limit) {
            self.add_hold(set, hold);
        }
    }

    /// Adds the accounts of new ones to be opened, which may exist.
    pub(crate) fn add_new_accounts(&mut self, set: &WorkingSet, accounts: &[Account]) {
        for account in accounts {
            self.add_account(set, account.id);
        }
    }

    fn add_account(&mut self, set: &WorkingSet, id: Id) -> Hint {
        set.asked.add(Key::Account(id));
        if id.is_zero() {
            return Hint::NONE;
        }
        set.accounts.find(&id).map_or_else(
            || {
                self.accounts.push(id);
                Hint::NONE
            },
            Hint::from,
        )
    }

    fn add_hold(&mut self, set: &WorkingSet, id: Id) -> Hint {
        set.asked.add(Key::Hold(id));
        match set.holds.find(&id) {
            Some(slot) => {
                self.add_accounts_of(set, set.holds.get(slot));
                return slot.into();
            }
            // The id of a hold is that of an operation: one that was never used opens it in this
            // very batch, or it is not there.
            None if !id.is_zero() && !set.recent.is_new_for_sure(id) => self.holds.push(id),
            None => (),
        }
        Hint::NONE
    }

    /// Adds the accounts of a hold.
    pub(crate) fn add_accounts_of(&mut self, set: &WorkingSet, hold: &Hold) {
        self.add_account(set, hold.payer);
        self.add_account(set, hold.payee);
        self.add_account(set, hold.fee_account);
    }

    /// Adds the decision on an id, and what that names: a reversal needs it, and what a repeat
    /// shows.
    fn add_id(&mut self, set: &WorkingSet, id: Id) {
        set.asked.add(Key::Operation(id));
        if id.is_zero() || set.recent.is_new_for_sure(id) {
            return;
        }
        // A member of the same batch is not there yet, but then its records are in its footprint.
        match set.recent.find(id).or_else(|| set.originals.get(&id)) {
            Some(Event { record: Record::Operation(decision), .. }) => {
                self.add_named_by(set, decision);
            }
            Some(_) => (),
            None if set.archived.contains_key(&id) => self.add_archived(set, id),
            None => self.operations.push(id),
        }
    }

    /// Adds what an archived decision names, as far as it can be known: a hold, if it opened one.
    pub(crate) fn add_archived(&mut self, set: &WorkingSet, id: Id) {
        self.add_hold(set, id);
    }

    /// Adds what a decision names that is repeated or reversed.
    pub(crate) fn add_named_by(&mut self, set: &WorkingSet, decision: &Decision) {
        let (accounts, hold) = reverse::named_by(decision);
        for account in accounts {
            self.add_account(set, account);
        }
        if let Some(hold) = hold {
            self.add_hold(set, hold);
        }
    }
}

/// The accounts that operations move money between.
fn accounts_of<'o>(
    operations: impl Iterator<Item = &'o Operation>,
) -> impl Iterator<Item = &'o Id> {
    operations.flat_map(|operation| [&operation.debit_account, &operation.credit_account])
}

impl WorkingSet {
    /// Has the processor fetch what is looked at first to judge these operations, each of a batch
    /// of its own and at most [`FETCHED_AT_ONCE`] of them: what another thread has just written,
    /// and what other threads have driven out of its cache since the last block.
    pub(crate) fn fetch<'o>(&self, operations: impl Iterator<Item = &'o Operation> + Clone) {
        // One of each line that an operation lies in.
        let read = |operation: &Operation| {
            u128::from(operation.user_data_64)
                ^ operation.amount.minor_units()
                ^ u128::from(operation.value_length)
        };
        let lines = operations.clone().map(read).fold(0, |all, one| all ^ one);
        let ids = operations.clone().filter(|one| self.recent.is_new_for_sure(one.id)).count();
        std::hint::black_box((lines, ids));
        self.accounts.fetch(accounts_of(operations));
    }
}

/// Records as the durable state has them, on their way into the working set.
impl WorkingSet {
    pub(crate) fn load_account(&mut self, account: Account) {
        if self.accounts.find(&account.id).is_none() {
            self.accounts.load(account.id, account);
        }
    }

    pub(crate) fn load_hold(&mut self, hold: Hold) {
        if self.holds.find(&hold.id).is_none() {
            self.holds.load(hold.id, hold);
        }
    }

    pub(crate) fn load_document(&mut self, key: DocumentKey, stored: Stored) {
        if self.documents.find(&key).is_none() {
            self.documents.load(key, Some(stored));
        }
    }

    /// Loads the decision on an id that was used before, and what was reversed of it so far.
    pub(crate) fn load_original(&mut self, id: Id, original: Event, reversed: Amount) {
        let timestamp = original.timestamp;
        if !reversed.is_zero() && self.reversals.find(&timestamp).is_none() {
            self.reversals.load(timestamp, reversed);
        }
        self.originals.insert(id, original);
    }

    /// Remembers when the archived decision on an id was made.
    pub(crate) fn load_archived(&mut self, id: Id, timestamp: Timestamp) {
        self.archived.insert(id, timestamp);
    }

    /// Where the window of deadlines ends, and how many more to load; `None` if it knows all.
    pub(crate) fn deadlines_wanted(&self) -> Option<((Timestamp, Id), usize)> {
        self.deadlines.horizon().map(|horizon| (horizon, self.deadlines.capacity()))
    }

    /// Loads deadlines of open holds, in order from the end of the window on.
    pub(crate) fn load_deadlines(&mut self, found: Vec<(Timestamp, Id)>, is_all: bool) {
        self.deadlines.load(found.into_iter(), is_all);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Origin;
    use crate::model::Kind;

    /// The outcome of an operation that names accounts which its kind does not have showed their
    /// balances if they happened to be in memory, and zeros otherwise.
    #[test]
    fn accounts_that_a_malformed_operation_names_are_loaded() {
        let account = Id::from_u128(7);
        for kind in Kind::ALL.iter().copied().chain([Kind::from_number(99)]) {
            let ship = Operation::ship(Id::from_u128(1), Id::ZERO);
            for operation in [
                Operation { kind, debit_account: account, ..ship },
                Operation { kind, credit_account: account, ..ship },
            ] {
                let mut set = WorkingSet::new(Timestamp::NONE, Vec::new(), Id::ZERO);
                let mut footprint = Footprint::default();
                footprint.add_batch(&mut set, &Batch::new(&[operation], &[], Origin::Host));
                assert_eq!(footprint.accounts, [account], "{kind}");
            }
        }
    }
}
