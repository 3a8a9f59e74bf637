//! Chains and idempotency, in the model.

use super::record::{self, Batch, Content};
use super::{Model, Refusal, refuse};
use crate::system::Judged;
use escrowdb::{Moved, Operation, OperationFlags, Outcome, Status, Timestamp};

impl Model {
    pub(super) fn chain(&mut self, members: &[Operation], batch: Batch) -> Vec<Outcome> {
        let last = members.len() - 1;
        if members[last].flags.contains(OperationFlags::LINKED) {
            return broken(members, last, Outcome::of(Status::LINKED_EVENT_CHAIN_OPEN));
        }
        self.settle_before(members, batch);
        if members.iter().all(|member| self.check_alone(member, batch) == Err(Status::EXISTS)) {
            let repeats = members.iter();
            return repeats.map(|member| self.outcome(member.id, Status::EXISTS)).collect();
        }
        let before = self.clone();
        let mut outcomes = Vec::new();
        for (position, member) in members.iter().enumerate() {
            match self.carry_out(member, batch) {
                Ok(()) => outcomes.push(self.outcome(member.id, Status::APPLIED)),
                Err(mut refusal) => {
                    *self = before;
                    // What it repeats is undone: it stands twice in this very chain.
                    let repeats = (200..300).contains(&refusal.status.number());
                    if repeats && !self.operations.contains_key(&member.id) {
                        refusal.status = Status::LINKED_EVENT_REPEATS_ID;
                    }
                    return broken(members, position, self.refused(member, refusal, &members[0]));
                }
            }
        }
        outcomes
    }

    fn settle_before(&mut self, members: &[Operation], batch: Batch) {
        let first = &members[0];
        if !first.flags.contains(OperationFlags::IMPORTED) {
            let others = members.len() as u64 - 1;
            self.settle(|model| model.now() + others);
        } else if self.check_alone(first, batch).is_ok() {
            self.settle_before_import(first.timestamp);
        }
    }

    /// The guards that leave no trace: the record and its repeats.
    pub(super) fn check_alone(&self, operation: &Operation, batch: Batch) -> Result<(), Status> {
        record::check_operation(operation, batch)?;
        let Some(first) = self.operations.get(&operation.id) else {
            return Ok(());
        };
        if !first.status.is_applied() {
            return Err(Status::ID_ALREADY_FAILED);
        }
        let content =
            Content::of(operation, batch.data).filter(|_| operation.kind.is_about_document());
        differences(operation, &first.operation)?;
        if let (Some(content), Some(first)) = (content, self.contents.get(&operation.id)) {
            refuse(&[
                (
                    (&content.space, &content.key) != (&first.space, &first.key),
                    Status::EXISTS_WITH_DIFFERENT_KEY,
                ),
                (content.value != first.value, Status::EXISTS_WITH_DIFFERENT_VALUE),
            ])?;
        }
        Err(Status::EXISTS)
    }

    /// The outcome of the one member that broke its chain, with what it leaves behind.
    fn refused(&mut self, operation: &Operation, refusal: Refusal, first: &Operation) -> Outcome {
        let began = first;
        let status = refusal.status;
        let mut outcome = Outcome { version: refusal.version, ..Outcome::of(status) };
        let first = self.operations.get(&operation.id).copied();
        match (status, first) {
            (Status::EXISTS, Some(_)) => return self.outcome(operation.id, status),
            (Status::ID_ALREADY_FAILED, Some(first)) => {
                (outcome.first_status, outcome.timestamp) = (first.status, first.timestamp);
            }
            _ => {}
        }
        if status.uses_up_id() {
            outcome.timestamp = self.use_up(operation, status, began.timestamp);
        }
        outcome
    }

    /// Writes a refusal down, at a time before which nothing is due any more.
    fn use_up(&mut self, operation: &Operation, status: Status, began: Timestamp) -> Timestamp {
        let imported = operation.flags.contains(OperationFlags::IMPORTED);
        // As everything due by the time of the chain's first member is settled, it is written down
        // then.
        let at_own_time = imported && self.is_importable(began);
        if at_own_time {
            self.settle(|_| began.nanoseconds());
        }
        if at_own_time && began > self.last() {
            self.last = began.nanoseconds();
        } else {
            self.settle(Self::now);
            self.last = self.now();
        }
        self.remember(operation, status, Moved::default());
        self.last()
    }

    pub(super) fn remember(&mut self, operation: &Operation, status: Status, moved: Moved) {
        let timestamp = self.last();
        let operation = Operation { timestamp, data_offset: 0, ..*operation };
        self.operations.insert(operation.id, Judged { operation, status, timestamp, moved });
    }
}

/// The outcomes of a chain that one member breaks.
fn broken(members: &[Operation], culprit: usize, outcome: Outcome) -> Vec<Outcome> {
    let mut outcomes = vec![Outcome::of(Status::LINKED_EVENT_FAILED); members.len()];
    outcomes[culprit] = outcome;
    outcomes
}

/// In what a well-formed operation differs from the one that was carried out under its id.
fn differences(operation: &Operation, first: &Operation) -> Result<(), Status> {
    let imported = operation.flags.contains(OperationFlags::IMPORTED);
    refuse(&[
        (operation.kind != first.kind, Status::EXISTS_WITH_DIFFERENT_KIND),
        (operation.flags != first.flags, Status::EXISTS_WITH_DIFFERENT_FLAGS),
        (
            operation.debit_account != first.debit_account,
            Status::EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT,
        ),
        (
            operation.credit_account != first.credit_account,
            Status::EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT,
        ),
        (operation.target != first.target, Status::EXISTS_WITH_DIFFERENT_TARGET),
        (operation.amount != first.amount, Status::EXISTS_WITH_DIFFERENT_AMOUNT),
        (operation.fee_account != first.fee_account, Status::EXISTS_WITH_DIFFERENT_FEE_ACCOUNT),
        (operation.fee_ppm != first.fee_ppm, Status::EXISTS_WITH_DIFFERENT_FEE_RATE),
        (
            operation.user_data_128 != first.user_data_128,
            Status::EXISTS_WITH_DIFFERENT_USER_DATA_128,
        ),
        (operation.user_data_64 != first.user_data_64, Status::EXISTS_WITH_DIFFERENT_USER_DATA_64),
        (
            imported && operation.timestamp != first.timestamp,
            Status::EXISTS_WITH_DIFFERENT_TIMESTAMP,
        ),
        (operation.timeout_seconds != first.timeout_seconds, Status::EXISTS_WITH_DIFFERENT_TIMEOUT),
        (operation.at_deadline != first.at_deadline, Status::EXISTS_WITH_DIFFERENT_AT_DEADLINE),
        (operation.ledger != first.ledger, Status::EXISTS_WITH_DIFFERENT_LEDGER),
        (operation.code != first.code, Status::EXISTS_WITH_DIFFERENT_CODE),
        (
            operation.expected_version != first.expected_version,
            Status::EXISTS_WITH_DIFFERENT_EXPECTED_VERSION,
        ),
        (operation.value_date != first.value_date, Status::EXISTS_WITH_DIFFERENT_VALUE_DATE),
        (operation.fee_fixed != first.fee_fixed, Status::EXISTS_WITH_DIFFERENT_FIXED_FEE),
    ])
}
