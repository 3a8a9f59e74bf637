//! Where the money of a chargeback comes from: a payment by card, or money in suspense.

use super::Wallets;
use super::card_refunds::came_back;
use super::passed_on_refunds::LOOK_SECONDS;
use super::transaction::ReadTransaction;
use crate::model::{Amount, Hold, Id, Operation, OperationFlags};
use crate::store::{Error, Result};
use crate::wallets::rules::audit::{Actor, AuditEntry, Command};
use crate::wallets::rules::card_payment::CardPaymentRow;
use crate::wallets::rules::chargeback::{
    ChargebackRow, Contested, Flow, can_bear, is_loss_account, units,
};
use crate::wallets::rules::rows::{Agenda, AgendaKey, AgendaList};
use crate::wallets::rules::suspense::SuspenseRow;
use crate::wallets::rules::{CardPaymentState, Refusal, WalletStatus, WriteSet};

/// What is contested.
pub(super) enum Money {
    /// A payment that was made.
    Paid(Id, CardPaymentRow),
    /// An item in suspense, open or resolved.
    Suspended(Id, SuspenseRow),
}

impl Money {
    /// What a report names: a payment that is paid, an item in suspense, or the payment that the
    /// item paid.
    pub(super) fn contested(
        reading: &mut ReadTransaction,
        payment: Id,
    ) -> Result<Result<Self, Refusal>> {
        Ok(match Self::contested_by(reading, payment)? {
            Some(Self::Paid(_, row)) if row.state() != CardPaymentState::PAID => {
                Err(Refusal::of(WalletStatus::CHARGE_MUST_BE_REPORTED))
            }
            Some(Self::Suspended(item, row)) if !row.resolved_by.is_zero() => {
                let paid = row.resolved_by;
                Ok(match reading.get::<CardPaymentRow>(&paid)? {
                    Some(row) => Self::Paid(paid, row),
                    None => Self::Suspended(item, row),
                })
            }
            Some(money) => Ok(money),
            None => Err(Refusal::of(WalletStatus::CARD_PAYMENT_NOT_FOUND)),
        })
    }

    /// The payment or item with this id.
    pub(super) fn contested_by(reading: &mut ReadTransaction, id: Id) -> Result<Option<Self>> {
        if let Some(row) = reading.get::<CardPaymentRow>(&id)? {
            return Ok(Some(Self::Paid(id, row)));
        }
        Ok(reading.get::<SuspenseRow>(&id)?.map(|row| Self::Suspended(id, row)))
    }

    pub(super) fn id(&self) -> Id {
        match self {
            Self::Paid(id, _) | Self::Suspended(id, _) => *id,
        }
    }

    pub(super) fn ledger(&self) -> u32 {
        match self {
            Self::Paid(_, row) => row.ledger,
            Self::Suspended(_, row) => row.ledger,
        }
    }

    /// In whose trail it stands.
    pub(super) fn subject(&self) -> Id {
        match self {
            Self::Paid(_, row) => row.subject(),
            Self::Suspended(_, row) => row.wallet,
        }
    }

    /// What a chargeback can take of it, in minor units.
    pub(super) fn left(&self) -> u128 {
        match self {
            Self::Paid(_, row) => row.left(),
            Self::Suspended(_, row) if row.resolved_by.is_zero() => row.left(),
            Self::Suspended(..) => 0,
        }
    }

    pub(super) fn contest(&self) -> &Contested {
        match self {
            Self::Paid(_, row) => &row.contested,
            Self::Suspended(_, row) => &row.contested,
        }
    }

    pub(super) fn contest_mut(&mut self) -> &mut Contested {
        match self {
            Self::Paid(_, row) => &mut row.contested,
            Self::Suspended(_, row) => &mut row.contested,
        }
    }

    pub(super) fn put(&self, changes: &mut WriteSet) {
        match self {
            Self::Paid(id, row) => changes.put(id, row),
            Self::Suspended(id, row) => changes.put(id, row),
        }
    }

    /// Stops the clock of its hold, unless somebody did.
    pub(super) fn stop(&mut self, reading: &ReadTransaction, changes: &mut WriteSet) -> Result<()> {
        let Self::Paid(id, row) = self else { return Ok(()) };
        if let Some(hold) = open_hold(reading, *id)?
            && !hold.is_disputed()
        {
            changes.operation(Operation::dispute(Id::new(), *id));
            row.contested.is_stopped = true;
        }
        Ok(())
    }

    /// Gives what a decided chargeback took: to the loss account that bore it, or by the external
    /// account. What is not taken goes on, if nothing of it is contested any more.
    pub(super) fn settle(
        &mut self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        row: &mut ChargebackRow,
    ) -> Result<()> {
        let covered = match self {
            Self::Paid(id, paid) => settle_payment(reading, changes, (*id, paid), row)?,
            Self::Suspended(id, item) => settle_item(reading, changes, (*id, item), row)?,
        };
        if row.fronted == 0 {
            row.due = row.due.saturating_sub(covered);
        }
        Ok(())
    }
}

/// Takes what the payment bears out of what is owed to the buyer and out of escrow; gives how much.
fn settle_payment(
    reading: &ReadTransaction,
    changes: &mut WriteSet,
    (payment, paid): (Id, &mut CardPaymentRow),
    row: &ChargebackRow,
) -> Result<u128> {
    let borne = row.borne();
    // Of what was archived it is not known any more: then nothing is owed.
    let back = came_back(reading, payment)?.unwrap_or(Amount::ZERO);
    let owed = paid.owed(back).min(borne);
    let hold = open_hold(reading, payment)?;
    let held = hold.as_ref().map_or(0, |hold| hold.held.minor_units());
    let out_of_hold = held.min(borne.saturating_sub(owed));
    let covered = owed.saturating_add(out_of_hold);
    if let Some(hold) = hold.as_ref().filter(|_| out_of_hold > 0) {
        let refund = Operation::refund(Id::new(), payment, units(out_of_hold));
        let flags = match hold.is_disputed() {
            true => OperationFlags::ARBITRATED,
            false => OperationFlags::NONE,
        };
        changes.operation(refund.with_flags(flags));
    }
    if covered > 0 {
        let amount = units(covered);
        match row.fronted > 0 {
            true => changes.operation(row.to_loss(paid.through(), amount)),
            false => {
                // Back the way that it came.
                if !paid.pass.is_zero() {
                    changes.operation(Operation::reverse(Id::new(), paid.pass, amount));
                }
                changes.operation(Operation::reverse(Id::new(), paid.charge, amount));
            }
        }
    }
    paid.contested.decide(row.of_payment, borne, covered);
    paid.changed_at = reading.now();
    if paid.contested.open > 0 {
        return Ok(covered);
    }
    let goes_on = hold.filter(|hold| hold.held.minor_units() > out_of_hold);
    match goes_on {
        Some(hold) if paid.contested.is_stopped && hold.is_disputed() => {
            changes.operation(Operation::withdraw_dispute(Id::new(), payment));
        }
        Some(_) => (),
        // What a deadline had refunded before waits to be passed on.
        None => {
            let key =
                AgendaKey { list: AgendaList::CARD_HOLDS, due: row.changed_at, about: payment };
            changes.put(&key, &Agenda::of(paid.subject()));
        }
    }
    paid.contested.is_stopped = false;
    Ok(covered)
}

/// The same of money in suspense.
fn settle_item(
    reading: &mut ReadTransaction,
    changes: &mut WriteSet,
    (id, item): (Id, &mut SuspenseRow),
    row: &ChargebackRow,
) -> Result<u128> {
    let borne = row.borne();
    let operation = match row.fronted > 0 {
        true => row.to_loss(item.account, units(borne)),
        false => Operation::reverse(Id::new(), id, units(borne)),
    };
    item.contested.decide(row.of_payment, borne, borne);
    if borne == 0 {
        return Ok(0);
    }
    changes.operation(operation);
    if item.left() == 0 {
        item.resolved_by = operation.id;
        let key = AgendaKey { list: AgendaList::SUSPENSE, due: item.came_at, about: id };
        reading.get::<Agenda>(&key)?;
        changes.delete::<Agenda>(&key);
    }
    Ok(borne)
}

/// The hold of a payment, if there is one that no deadline has come for.
fn open_hold(reading: &ReadTransaction, payment: Id) -> Result<Option<Hold>> {
    let now = reading.now();
    let is_over = |hold: &Hold| !hold.deadline.is_none() && hold.deadline <= now;
    Ok(reading.snapshot().hold(payment)?.filter(|hold| hold.is_open() && !is_over(hold)))
}

impl ChargebackRow {
    /// What a decision moves between the loss account and the external one.
    pub(super) fn move_money(&self, changes: &mut WriteSet, flow: Flow) {
        let ways = [(flow.out, self.loss, self.external), (flow.back, self.external, self.loss)];
        for (amount, from, to) in ways {
            if amount > 0 {
                let moved = Operation::transfer(Id::new(), from, to, self.ledger, units(amount));
                changes.operation(Operation { user_data_128: self.money, ..moved });
            }
        }
    }

    /// Takes what the payment bears to the loss account that has borne it until now.
    fn to_loss(&self, from: Id, amount: Amount) -> Operation {
        let moved = Operation::transfer(Id::new(), from, self.loss, self.ledger, amount);
        Operation { user_data_128: self.money, ..moved }
    }
}

impl Wallets {
    /// Refuses loss accounts that do not exist, or are none.
    pub(super) fn check_loss_accounts(&self) -> Result<()> {
        let reading = self.read()?;
        for (&ledger, &id) in &self.shared.loss_accounts {
            let account = reading.snapshot().account(id)?;
            if !account.is_some_and(|account| is_loss_account(&account, ledger)) {
                let what = format!(
                    "account {id} cannot bear losses of ledger {ledger}: it must exist there, and \
                     be neither external nor spend_only nor managed"
                );
                return Err(Error::InvalidArgument(what));
            }
        }
        Ok(())
    }

    /// Gives what came back of a payment to the loss account that bears chargebacks of it, before
    /// the customer gets any; gives what is left of it. Without a loss account it stays there.
    pub(super) fn repay_loss(
        &self,
        reading: &ReadTransaction,
        changes: &mut WriteSet,
        (payment, mut row): (Id, CardPaymentRow),
        owed: Amount,
    ) -> Result<(CardPaymentRow, Amount)> {
        let repaid = units(row.contested.uncovered().min(owed.minor_units()));
        if repaid.is_zero() {
            return Ok((row, owed));
        }
        let (ledger, now) = (row.ledger, reading.now());
        match self.loss_account(reading, ledger, Amount::ZERO)? {
            Some(loss) => {
                let moved = Operation::transfer(Id::new(), row.through(), loss, ledger, repaid);
                changes.operation(Operation { user_data_128: payment, ..moved });
                let covered = row.contested.covered.saturating_add(repaid.minor_units());
                row.contested.covered = covered;
                let command = Command::BOOK_CHARGEBACK;
                let entry = AuditEntry::new(row.subject(), command, &Actor::System, now);
                let detail = format!("{} to account {loss}", reading.money(ledger, repaid)?);
                changes.audit.push(entry.about(payment).detail(detail));
                changes.put(&payment, &row);
            }
            None => {
                let due = now.plus_seconds(LOOK_SECONDS);
                let key = AgendaKey { list: AgendaList::CARD_HOLDS, due, about: payment };
                changes.put(&key, &Agenda::of(row.subject()));
            }
        }
        Ok((row, owed.checked_sub(repaid).unwrap_or(Amount::ZERO)))
    }

    /// The loss account of a ledger, if one was named and can bear so much now.
    pub(super) fn loss_account(
        &self,
        reading: &ReadTransaction,
        ledger: u32,
        amount: Amount,
    ) -> Result<Option<Id>> {
        let Some(id) = self.shared.loss_accounts.get(&ledger) else { return Ok(None) };
        let account = reading.snapshot().account(*id)?;
        let fits = |one: &_| is_loss_account(one, ledger) && can_bear(one, amount);
        Ok(account.filter(fits).map(|one| one.id))
    }
}
