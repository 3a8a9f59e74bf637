//! The guards from existence on, and what each kind does, in the model.

use super::money::{credits_of, debits_of};
use super::record::{Batch, Content};
use super::{Model, Refusal, refuse};
use crate::system::DocumentName;
use escrowdb::{Account, AccountFlags, Id, Kind, Moved, Operation, OperationFlags, Status};

pub(super) const FROZEN: AccountFlags = AccountFlags::FROZEN;
pub(super) const CLOSED: AccountFlags = AccountFlags::CLOSED;

impl Model {
    /// Carries out an operation, or says why not; the caller undoes what was begun.
    pub(super) fn carry_out(&mut self, operation: &Operation, batch: Batch) -> Result<(), Refusal> {
        self.check_alone(operation, batch)?;
        self.check_existence(operation)?;
        let imported = operation.flags.contains(OperationFlags::IMPORTED);
        let time = if imported { operation.timestamp.nanoseconds() } else { self.now() };
        refuse(&self.import_laws(imported, operation.timestamp))?;
        refuse(&[(self.due(time).is_some(), Status::CHAIN_MUST_NOT_SPAN_A_DEADLINE)])?;
        self.last = time;
        let moved = match operation.kind {
            Kind::TRANSFER => self.transfer(operation)?,
            Kind::HOLD => self.hold(operation)?,
            Kind::SHIP | Kind::DELIVER => self.ship_or_deliver(operation)?,
            Kind::EXTEND => self.extend(operation)?,
            Kind::RELEASE => self.release(operation)?,
            Kind::REFUND => self.refund(operation)?,
            Kind::TOP_UP => self.top_up(operation)?,
            Kind::DISPUTE | Kind::WITHDRAW_DISPUTE => self.dispute_or_withdraw(operation)?,
            Kind::REVERSE => self.reverse(operation)?,
            Kind::DIVIDE => self.divide(operation)?,
            Kind::PUT | Kind::DELETE => self.put_or_delete(operation, batch)?,
            _ => self.set_account_flag(operation)?,
        };
        self.remember(operation, Status::APPLIED, moved);
        Ok(())
    }

    fn check_existence(&self, operation: &Operation) -> Result<(), Status> {
        let account = |id: Id| self.accounts.get(&id);
        let missing = |id: Id| !id.is_zero() && !self.accounts.contains_key(&id);
        let debit = account(operation.debit_account);
        let credit = account(operation.credit_account);
        let fee = account(operation.fee_account);
        let target = operation.target;
        if matches!(operation.kind, Kind::TRANSFER | Kind::HOLD) {
            let ledgers = || [debit, credit, fee].into_iter().flatten().map(|found| found.ledger);
            return refuse(&[
                (!self.ledgers.contains_key(&operation.ledger), Status::LEDGER_NOT_FOUND),
                (missing(operation.debit_account), Status::DEBIT_ACCOUNT_NOT_FOUND),
                (missing(operation.credit_account), Status::CREDIT_ACCOUNT_NOT_FOUND),
                (missing(operation.fee_account), Status::FEE_ACCOUNT_NOT_FOUND),
                (ledgers().min() != ledgers().max(), Status::ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER),
                (
                    ledgers().any(|ledger| ledger != operation.ledger),
                    Status::OPERATION_MUST_HAVE_THE_LEDGER_OF_ITS_ACCOUNTS,
                ),
                (
                    fee.is_some_and(|fee| fee.has(AccountFlags::CREDITS_MUST_NOT_EXCEED_DEBITS)),
                    Status::FEE_ACCOUNT_MUST_NOT_LIMIT_CREDITS,
                ),
                (
                    // So that the host comes to no hold of theirs.
                    [debit, credit, fee].iter().flatten().any(|it| it.has(AccountFlags::MANAGED)),
                    Status::ACCOUNT_IS_MANAGED,
                ),
            ]);
        }
        if operation.kind.is_about_hold() {
            let hold = self.holds.get(&target);
            let ledger = hold.map(|hold| hold.ledger);
            return refuse(&[
                (missing(operation.credit_account), Status::CREDIT_ACCOUNT_NOT_FOUND),
                (hold.is_none(), Status::HOLD_NOT_FOUND),
                (
                    credit.is_some_and(|credit| Some(credit.ledger) != ledger),
                    Status::ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER,
                ),
                (
                    hold.is_some_and(|hold| hold.payer == operation.credit_account),
                    Status::RECEIVER_MUST_NOT_BE_PAYER,
                ),
                (
                    credit.is_some_and(|credit| credit.has(AccountFlags::MANAGED)),
                    Status::ACCOUNT_IS_MANAGED,
                ),
            ]);
        }
        if operation.kind == Kind::REVERSE {
            let first = self.operations.get(&target).ok_or(Status::OPERATION_NOT_FOUND)?;
            let kinds = [Kind::TRANSFER, Kind::RELEASE, Kind::HOLD, Kind::DIVIDE];
            let reversible = first.status.is_applied() && kinds.contains(&first.operation.kind);
            return refuse(&[(!reversible, Status::OPERATION_MUST_BE_REVERSIBLE)]);
        }
        refuse(&[(operation.kind.is_about_account() && missing(target), Status::ACCOUNT_NOT_FOUND)])
    }

    fn transfer(&mut self, operation: &Operation) -> Result<Moved, Status> {
        let debit = self.accounts[&operation.debit_account];
        let credit = self.accounts[&operation.credit_account];
        let mut moved = operation.amount;
        let on_debit = operation.flags.contains(OperationFlags::BALANCING_DEBIT);
        let on_credit = operation.flags.contains(OperationFlags::BALANCING_CREDIT);
        if on_debit {
            moved = moved.min(debit.balances.available());
        }
        if on_credit {
            moved = moved.min(credit.balances.available_debit());
        }
        refuse(&standing(&debit, &credit))?;
        refuse(&[
            (
                on_debit && !debit.has(AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS),
                Status::BALANCING_DEBIT_NEEDS_LIMIT,
            ),
            (
                on_credit && !credit.has(AccountFlags::CREDITS_MUST_NOT_EXCEED_DEBITS),
                Status::BALANCING_CREDIT_NEEDS_LIMIT,
            ),
        ])?;
        refuse(&[(
            debit.has(AccountFlags::SPEND_ONLY) && credit.has(AccountFlags::EXTERNAL),
            Status::SPEND_ONLY_MONEY_MUST_NOT_LEAVE,
        )])?;
        let units = moved.minor_units();
        refuse(&self.posted_overflows(&debit, &credit, units))?;
        refuse(&exceeded_limits(&debit, &credit, units))?;
        self.post_debit(debit.id, 0, units);
        self.post_credit(credit.id, 0, units);
        Ok(Moved { amount: moved, ..Moved::default() })
    }

    fn set_account_flag(&mut self, operation: &Operation) -> Result<Moved, Status> {
        let mut account = self.accounts[&operation.target];
        let (frozen, closed) = (account.has(FROZEN), account.has(CLOSED));
        let kind = operation.kind;
        refuse(&[
            (kind == Kind::FREEZE && frozen, Status::ACCOUNT_ALREADY_FROZEN),
            (kind == Kind::UNFREEZE && !frozen, Status::ACCOUNT_IS_NOT_FROZEN),
            (kind == Kind::CLOSE && closed, Status::ACCOUNT_ALREADY_CLOSED),
            (kind == Kind::REOPEN && !closed, Status::ACCOUNT_IS_NOT_CLOSED),
            (kind == Kind::CLOSE && account.open_holds > 0, Status::ACCOUNT_HAS_OPEN_HOLDS),
        ])?;
        account.flags = match kind {
            Kind::FREEZE => account.flags | FROZEN,
            Kind::UNFREEZE => account.flags.without(FROZEN),
            Kind::CLOSE => account.flags | CLOSED,
            _ => account.flags.without(CLOSED),
        };
        self.accounts.insert(account.id, account);
        Ok(Moved::default())
    }

    fn put_or_delete(&mut self, operation: &Operation, batch: Batch) -> Result<Moved, Refusal> {
        let content = Content::of(operation, batch.data).ok_or(Status::DATA_OUT_OF_BOUNDS)?;
        let name = content.name();
        let version = self.version(&name);
        let guarded = operation.flags.contains(OperationFlags::IF_VERSION);
        let put = operation.kind == Kind::PUT;
        refuse(&[
            (guarded && version != operation.expected_version, Status::VERSION_MUST_MATCH),
            (!put && version == 0, Status::DOCUMENT_NOT_FOUND),
        ])
        .map_err(|status| Refusal { status, version })?;
        if put {
            self.documents.insert(name, (self.last, content.value.clone()));
        } else {
            self.documents.remove(&name);
        }
        self.contents.insert(operation.id, content);
        Ok(Moved::default())
    }
}

impl Content {
    pub(super) fn name(&self) -> DocumentName {
        (String::from_utf8_lossy(&self.space).into_owned(), self.key.clone())
    }
}

/// Both accounts do business.
pub(super) fn standing(debit: &Account, credit: &Account) -> [(bool, Status); 4] {
    [
        (debit.has(FROZEN), Status::DEBIT_ACCOUNT_FROZEN),
        (debit.has(CLOSED), Status::DEBIT_ACCOUNT_CLOSED),
        (credit.has(FROZEN), Status::CREDIT_ACCOUNT_FROZEN),
        (credit.has(CLOSED), Status::CREDIT_ACCOUNT_CLOSED),
    ]
}

/// The limits of two accounts, if a sum more went from one to the other.
pub(super) fn exceeded_limits(
    debit: &Account,
    credit: &Account,
    units: u128,
) -> [(bool, Status); 2] {
    let debits = debits_of(&debit.balances) + units;
    let credits = credits_of(&credit.balances) + units;
    [
        (
            debit.has(AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS)
                && debits > debit.balances.credits_posted.minor_units(),
            Status::EXCEEDS_CREDITS,
        ),
        (
            credit.has(AccountFlags::CREDITS_MUST_NOT_EXCEED_DEBITS)
                && credits > credit.balances.debits_posted.minor_units(),
            Status::EXCEEDS_DEBITS,
        ),
    ]
}
