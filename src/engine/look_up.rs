//! How the rules find records: by keys that the footprint has asked for.
//!
//! What is not found then does not exist.

use super::asked::Key;
use super::record_cache::{Hint, Slot};
use super::set::WorkingSet;
use crate::model::{Account, DocumentKey, Event, Hold, Id, Timestamp};

impl WorkingSet {
    #[track_caller]
    pub(super) fn account(&self, id: Id) -> Option<Slot<Account>> {
        self.account_near(id, Hint::NONE)
    }

    /// As [`WorkingSet::account`], and quicker if it is where `hint` says.
    #[track_caller]
    pub(super) fn account_near(&self, id: Id, hint: Hint) -> Option<Slot<Account>> {
        self.asked.expect(Key::Account(id));
        self.accounts.find_near(&id, hint)
    }

    #[track_caller]
    pub(super) fn hold(&self, id: Id) -> Option<Slot<Hold>> {
        self.hold_near(id, Hint::NONE)
    }

    /// As [`WorkingSet::hold`], and quicker if it is where `hint` says.
    #[track_caller]
    pub(super) fn hold_near(&self, id: Id, hint: Hint) -> Option<Slot<Hold>> {
        self.asked.expect(Key::Hold(id));
        self.holds.find_near(&id, hint)
    }

    /// A hold that nobody has asked for, if it happens to be in memory.
    pub(super) fn hold_in_memory(&self, id: Id) -> Option<Slot<Hold>> {
        self.holds.find(&id)
    }

    /// The hold that an operation of this id opened earlier: it comes with the decision on it.
    #[track_caller]
    pub(super) fn hold_opened_by(&self, id: Id) -> Option<Slot<Hold>> {
        self.asked.expect(Key::Operation(id));
        self.holds.find(&id)
    }

    /// The version of a document; 0 if there is none.
    #[track_caller]
    pub(super) fn version(&self, key: &DocumentKey) -> u64 {
        self.asked.expect(Key::Document(key));
        let stored = self.documents.find(key).and_then(|slot| self.documents.get(slot).as_ref());
        stored.map_or(0, |stored| stored.version)
    }

    /// What was decided on this id before, unless that is archived.
    #[track_caller]
    pub(super) fn decision_on(&self, id: Id) -> Option<&Event> {
        self.asked.expect(Key::Operation(id));
        if self.recent.is_new_for_sure(id) {
            return None;
        }
        self.recent.find(id).or_else(|| self.originals.get(&id))
    }

    /// When this id was used before, if the decision on it is archived.
    #[track_caller]
    pub(super) fn archived_at(&self, id: Id) -> Option<Timestamp> {
        self.asked.expect(Key::Operation(id));
        self.archived.get(&id).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Batch, Clock, Footprint, Origin, Outcomes, apply};
    use crate::model::{AccountFlags, Amount, Ledger, LedgerCode, Operation, Status};
    use std::panic::{AssertUnwindSafe, catch_unwind};

    fn id(number: u128) -> Id {
        Id::from_u128(number)
    }

    /// Five accounts of a ledger, and all that happened, in memory: that a key was forgotten would
    /// not be seen.
    fn set() -> WorkingSet {
        let ledger = Ledger::new(1, LedgerCode::new("USD").expect("a code"), 2);
        let mut set = WorkingSet::new(Timestamp::from_nanoseconds(1), vec![ledger], id(9));
        set.load_deadlines(Vec::new(), true);
        for number in 1..=5 {
            set.load_account(Account::new(id(number), 1, 1, AccountFlags::NONE));
        }
        set
    }

    /// Judges `judged` where the footprint is that of `asked`. Gives what it panicked with.
    fn judge(
        set: &mut WorkingSet,
        asked: (&Operation, &[u8]),
        judged: (&Operation, &[u8]),
    ) -> Result<Status, String> {
        let batch =
            |(operation, data)| Batch::new(std::slice::from_ref(operation), data, Origin::Host);
        Footprint::default().add_batch(set, &batch(asked));
        let clock = Clock { now: Timestamp::from_nanoseconds(2), is_manual: true };
        let mut outcomes = Outcomes::with_capacity(1);
        let judge = || apply(set, &batch(judged), clock, &mut outcomes, &mut 0);
        match catch_unwind(AssertUnwindSafe(judge)) {
            Ok(done) => done.map_err(|error| error.to_string())?,
            Err(panic) => return Err(*panic.downcast::<String>().expect("a message")),
        };
        Ok(outcomes.into_own()[0].status)
    }

    #[test]
    fn a_reversal_asks_for_all_that_its_original_named() {
        let (sum, set) = (Amount::from(7_u32), &mut set());
        let hold =
            Operation { fee_account: id(3), ..Operation::hold(id(11), id(1), id(2), 1, sum) };
        let split = Operation { credit_account: id(4), ..Operation::release(id(13), id(11), sum) };
        for operation in [
            Operation::transfer(id(10), id(1), id(2), 1, sum),
            Operation { amount: Amount::from(14_u32), ..hold },
            Operation::release(id(12), id(11), sum),
            split,
            Operation::reverse(id(20), id(10), sum),
            Operation::reverse(id(21), id(12), sum),
            Operation::reverse(id(22), id(13), sum),
        ] {
            let it = (&operation, &[][..]);
            assert_eq!(judge(set, it, it), Ok(Status::APPLIED), "{}", operation.id);
        }
        let of_hold = Operation::reverse(id(23), id(11), sum);
        let it = (&of_hold, &[][..]);
        assert_eq!(judge(set, it, it), Ok(Status::EXCEEDS_REVERSIBLE));
        set.load_archived(id(8), Timestamp::from_nanoseconds(1));
        let of_archived = Operation::reverse(id(24), id(8), sum);
        let it = (&of_archived, &[][..]);
        assert_eq!(judge(set, it, it), Ok(Status::OPERATION_IS_ARCHIVED));
    }

    #[test]
    fn a_repeat_asks_for_all_that_its_original_named() {
        let set = &mut set();
        let hold = Operation::hold(id(10), id(1), id(2), 1, Amount::from(7_u32));
        let it = (&hold, &[][..]);
        assert_eq!(judge(set, it, it), Ok(Status::APPLIED));
        // Its outcome shows the payer of the hold all the same.
        let repeat = Operation { debit_account: Id::ZERO, ..hold };
        let it = (&repeat, &[][..]);
        assert_eq!(judge(set, it, it), Ok(Status::DEBIT_ACCOUNT_MUST_NOT_BE_ZERO));
    }

    #[test]
    fn a_key_that_the_footprint_forgot_is_found_out() {
        let transfer = |it, debit, credit| {
            Operation::transfer(id(it), id(debit), id(credit), 1, Amount::from(7_u32))
        };
        let hold = |fee_account| Operation {
            fee_account: id(fee_account),
            ..Operation::hold(id(10), id(1), id(2), 1, Amount::from(7_u32))
        };
        let ship = |hold| Operation::ship(id(10), id(hold));
        let reverse = |target| Operation::reverse(id(10), id(target), Amount::from(7_u32));
        let freeze = |account| Operation::freeze(id(10), id(account));
        let put = Operation::put(id(10), 1, 1, 0);
        let none: &[u8] = &[];
        for (asked, judged, forgotten) in [
            ((transfer(10, 1, 2), none), (transfer(10, 3, 2), none), "Account"),
            ((transfer(10, 1, 2), none), (transfer(10, 1, 3), none), "Account"),
            ((transfer(10, 1, 2), none), (transfer(11, 1, 2), none), "Operation"),
            ((hold(3), none), (hold(4), none), "Account"),
            ((ship(8), none), (ship(9), none), "Hold"),
            ((reverse(8), none), (reverse(9), none), "Operation"),
            ((freeze(1), none), (freeze(2), none), "Account"),
            ((put, b"sk"), (put, b"sl"), "Document"),
        ] {
            let kind = judged.0.kind;
            let (asked, judged) = ((&asked.0, asked.1), (&judged.0, judged.1));
            assert!(judge(&mut set(), judged, judged).is_ok(), "{kind}");
            let error = judge(&mut set(), asked, judged).expect_err("a panic");
            let found = error.starts_with(forgotten) && error.ends_with("is in no footprint");
            assert!(found, "{kind}: {error}");
        }
    }
}
