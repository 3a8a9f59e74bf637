//! The suspense account: money of cards that could not be booked, until staff decide where it
//! belongs.

use super::Wallets;
use super::card_payments::damaged;
use super::open_card_refunds::instruct;
use super::paid_orders::paying;
use super::passed_on_refunds::watch;
use super::transaction::ReadTransaction;
use crate::model::{Amount, Id, Operation, Timestamp};
use crate::store::{Error, Result};
use crate::wallets::rules::audit::{Actor, AuditEntry, Command, is_name_of, is_same_person};
use crate::wallets::rules::card_payment::CardPaymentRow;
use crate::wallets::rules::closing::PROPOSAL_SECONDS;
use crate::wallets::rules::limits::Counted;
use crate::wallets::rules::payment::{Purchase, SpendingKey, SpendingRow};
use crate::wallets::rules::policy::WalletOperation;
use crate::wallets::rules::purchase_account::{from_purchase_account, purchase_account};
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::rows::{Agenda, AgendaKey, AgendaList, RowKey, WalletRow};
use crate::wallets::rules::suspense::SuspenseRow;
use crate::wallets::rules::{
    Decision, LetterKind, Refusal, SuspenseReason, WalletStatus, WriteSet,
};

/// Money in suspense.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct SuspenseItem {
    /// The transfer that brought it in.
    pub id: Id,
    /// The payment that it was charged for.
    pub payment: Id,
    /// The wallet whose card it came from.
    pub wallet: Id,
    /// The order that the payment was for.
    pub order: Id,
    /// The account that the payment was to pay.
    pub payee: Id,
    /// How much came, less what chargebacks took; if they took all of it, how much came.
    pub amount: Amount,
    /// How much the payment was to be.
    pub expected: Amount,
    /// Of which ledger.
    pub ledger: u32,
    /// Why it lies there.
    pub reason: SuspenseReason,
    /// Whether the order is paid, by this payment or another of the wallet, and was not given back.
    /// If so, no money in suspense pays it.
    pub order_is_paid: bool,
    /// When it came.
    pub came_at: Timestamp,
    /// The operation that resolved it; zero while it is open.
    pub resolved_by: Id,
}

/// Where money in suspense belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Resolution {
    /// Into the wallet, by a transfer of this id.
    ToWallet(Id),
    /// Back to the card, by a reversal of this id: the host has the processor refund it.
    BackToCard(Id),
    /// To the order: through the buyer's purchase account, and from there by this hold or transfer,
    /// of the whole amount and without flags: see [`Wallets::order_from_suspense`]. As in the
    /// payment, it may name the wallet's account, or none, in its place. If anything else
    /// differs from the payment (payee, fee, kind, deadline and what happens then, code, user data,
    /// value date), another member of staff must order the same. An order that is paid is not paid
    /// again. The operation's id becomes that of a card payment, which can be refunded to its card
    /// like any other.
    ToOrder(Operation),
}

impl Resolution {
    fn id(&self) -> Id {
        match self {
            Self::ToWallet(id) | Self::BackToCard(id) => *id,
            Self::ToOrder(operation) => operation.id,
        }
    }

    /// What the item remembers, to tell a repetition from another resolution.
    fn record(&self) -> Vec<u8> {
        match self {
            Self::ToWallet(_) => vec![1],
            Self::BackToCard(_) => vec![2],
            Self::ToOrder(operation) => bytemuck::bytes_of(operation).to_vec(),
        }
    }

    /// Where the money goes, in words.
    fn goal(&self, wallet: &WalletRow) -> String {
        match self {
            Self::ToWallet(_) => format!("account {}", wallet.account),
            Self::BackToCard(_) => "its card".into(),
            Self::ToOrder(operation) => format!("account {}", operation.credit_account),
        }
    }
}

impl Wallets {
    /// Moves money in suspense to where it belongs; its owner is told. An order that it pays counts
    /// as a payment, and no limit stops that. If a card is being charged for the same order
    /// meanwhile, its money goes to suspense. Money for the wallet must be within its limits;
    /// otherwise send it back to the card. Sent again with the same operation, it changes nothing.
    ///
    /// Refused: `suspense_item_not_found`, `suspense_item_is_resolved`, `actor_must_be_named`,
    /// `reason_must_be_given`, `authorisation_must_match` if the order is paid another amount or
    /// from another account; `order_is_paid` if the order is paid, by this payment or another of
    /// the wallet, and was not given back in full: no number of staff pays it twice;
    /// `resolution_needs_a_second_person` if it pays another payee or on other terms than the
    /// payment was to. That is remembered for a week: when another member of staff orders exactly
    /// the same, it is done. The same member of staff is answered as before, and a name that only
    /// looks like another one is refused with `reviewer_must_be_another`;
    /// `payee_must_not_be_a_wallet`; `needs_tier` and `exceeds_balance_limit` for the wallet;
    /// `card_payment_exists` if the operation's id is that of another card payment;
    /// `chargeback_is_open` while its cardholder contests it; `refused_by_ledger`.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn resolve_suspense(
        &self,
        item: Id,
        resolution: &Resolution,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let (pass, reading) = (Id::new(), self.read()?);
        let row = reading.peek::<SuspenseRow>(&item)?;
        let wallet = row.as_ref().map_or(Id::ZERO, |row| row.wallet);
        let owner = reading.peek::<WalletRow>(&wallet)?;
        drop(reading);
        let to_order = matches!(resolution, Resolution::ToOrder(_));
        let buyer = owner.filter(|_| to_order).map_or(Id::ZERO, |owner| owner.person);
        let through = (buyer, row.map_or(0, |row| row.ledger));
        let judged = self.transact_from_purchase_account(item, through, |reading| {
            self.judge_resolution(reading, (item, pass), resolution, actor)
        })?;
        self.attempted((wallet, Command::RESOLVE_SUSPENSE, item), actor, judged)
    }

    fn judge_resolution(
        &self,
        reading: &mut ReadTransaction,
        ids: (Id, Id),
        resolution: &Resolution,
        actor: &Actor,
    ) -> Result<Decision<()>> {
        let (item, pass) = ids;
        if let Err(refusal) = self.admit_staff(reading, Command::RESOLVE_SUSPENSE, actor)? {
            return Ok(refusal.into());
        }
        let Some(row) = reading.get::<SuspenseRow>(&item)? else {
            return Ok(Refusal::of(WalletStatus::SUSPENSE_ITEM_NOT_FOUND).into());
        };
        if !row.resolved_by.is_zero() {
            let is_elsewhere =
                !row.resolved_to.is_empty() && row.resolved_to != resolution.record();
            let is_another = row.resolved_by != resolution.id() || is_elsewhere;
            return Ok(refuse_if(is_another, WalletStatus::SUSPENSE_ITEM_IS_RESOLVED)
                .map(|()| Decision::done(WriteSet::default(), ()))
                .into());
        }
        if row.contested.open > 0 {
            return Ok(Refusal::of(WalletStatus::CHARGEBACK_IS_OPEN).into());
        }
        let Some(wallet) = reading.get::<WalletRow>(&row.wallet)? else {
            return Ok(Refusal::of(WalletStatus::WALLET_NOT_FOUND).into());
        };
        let now = reading.now();
        let amount = row.whole();
        let mut changes = WriteSet::default();
        let judged = match *resolution {
            Resolution::ToWallet(id) => {
                let coming = (WalletOperation::RefundToWallet, amount);
                changes.operation(row.to(id, wallet.account));
                self.make_room(reading, &mut changes, (row.wallet, &wallet), coming)?
            }
            Resolution::BackToCard(id) => {
                changes.operation(Operation::reverse(id, item, amount));
                instruct(&mut changes, id, (row.payment, amount, row.ledger), now);
                Ok(())
            }
            Resolution::ToOrder(operation) => {
                let by = (actor, &wallet);
                match self.to_order(reading, &mut changes, (item, pass), &row, &operation, by)? {
                    Ok(Agreed::Yes) => Ok(()),
                    Ok(Agreed::Proposed(proposed)) => return Ok(*proposed),
                    Err(refusal) => Err(refusal),
                }
            }
        };
        if let Err(refusal) = judged {
            return Ok(refusal.into());
        }
        let (money, from) = (reading.money(row.ledger, amount)?, row.account);
        let detail = format!("{money} from account {from} to {}", resolution.goal(&wallet));
        let entry = AuditEntry::new(row.wallet, Command::RESOLVE_SUSPENSE, actor, now);
        changes.audit.push(entry.about(item).detail(detail));
        let told = (LetterKind::SUSPENSE_RESOLVED, item);
        self.tell_with_or_without_key(reading, &mut changes, wallet.person, told)?;
        let resolved = SuspenseRow {
            resolved_by: resolution.id(),
            proposed: Vec::new(),
            proposed_by: String::new(),
            proposed_at: Timestamp::NONE,
            resolved_to: resolution.record(),
            ..row.clone()
        };
        changes.put(&item, &resolved);
        let place = AgendaKey { list: AgendaList::SUSPENSE, due: row.came_at, about: item };
        reading.get::<Agenda>(&place)?;
        changes.delete::<Agenda>(&place);
        Ok(Decision::done(changes, ()))
    }

    /// The changes by which money in suspense pays an order: as its payment was to, or as two
    /// members of staff want.
    fn to_order(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        ids: (Id, Id),
        row: &SuspenseRow,
        operation: &Operation,
        by: (&Actor, &WalletRow),
    ) -> Result<Result<Agreed, Refusal>> {
        let ((item, pass), (actor, wallet), now) = (ids, by, reading.now());
        let (payee, amount, ledger) = (operation.credit_account, operation.amount, row.ledger);
        let whole = row.whole();
        let (order, of) = (row.payment, row.wallet);
        let purchase = Purchase { wallet: of, order, payee, amount: whole, ledger };
        let through = purchase_account(wallet.person, ledger);
        let operation = match from_purchase_account(operation, wallet.account, through) {
            Ok(operation) => operation,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let operation = &operation;
        if let Err(refusal) = self.check_terms(reading, operation, &purchase)? {
            return Ok(Err(refusal));
        }
        let Some(payment) = reading.get::<CardPaymentRow>(&row.payment)? else {
            return Ok(Err(Refusal::of(WalletStatus::CARD_PAYMENT_NOT_FOUND)));
        };
        if operation.id != row.payment && reading.get::<CardPaymentRow>(&operation.id)?.is_some() {
            return Ok(Err(Refusal::of(WalletStatus::CARD_PAYMENT_EXISTS)));
        }
        let paying = paying(reading, row, &payment)?;
        if paying.is_paid {
            return Ok(Err(Refusal::of(WalletStatus::ORDER_IS_PAID)));
        }
        if !payment.pays_as_meant(operation) {
            let staff = actor.staff_name().unwrap_or_default();
            let wanted = bytemuck::bytes_of(operation);
            let is_fresh = now < row.proposed_at.plus_seconds(PROPOSAL_SECONDS);
            if row.proposed != wanted || !is_fresh {
                let money = reading.money(ledger, amount)?;
                let (from, to) = (row.account, operation.credit_account);
                let detail = format!("{money} from account {from} to account {to}");
                let command = Command::PROPOSE_RESOLUTION;
                let entry = AuditEntry::new(of, command, actor, now).about(item).detail(detail);
                let mut changes = WriteSet::of(entry);
                let proposed = SuspenseRow {
                    proposed: wanted.to_vec(),
                    proposed_by: staff.to_owned(),
                    proposed_at: now,
                    ..row.clone()
                };
                changes.put(&item, &proposed);
                let refusal = WalletStatus::RESOLUTION_NEEDS_A_SECOND_PERSON;
                let decision = Decision::refused(changes, refusal);
                return Ok(Ok(Agreed::Proposed(Box::new(decision))));
            }
            if is_name_of(staff, &row.proposed_by) {
                return Ok(Err(Refusal::of(WalletStatus::RESOLUTION_NEEDS_A_SECOND_PERSON)));
            }
            if is_same_person(staff, &row.proposed_by) {
                return Ok(Err(Refusal::of(WalletStatus::REVIEWER_MUST_BE_ANOTHER)));
            }
        }
        let key = SpendingKey { wallet: of, ledger };
        let mut spending = reading.get::<SpendingRow>(&key)?.unwrap_or_default();
        let counted = spending.counters.counts_card(self.policy(), now);
        if counted != Counted::Nothing {
            spending.counters = spending.counters.with(self.policy(), amount, now);
        }
        changes.put(&key, &spending);
        if operation.id != row.payment {
            let paid_by = operation.id;
            changes.put(&row.payment, &CardPaymentRow { paid_by, ..payment.clone() });
        }
        // What a card is charged for it from now on is one payment too many.
        for other in paying.charging {
            if let Some(begun) = reading.get::<CardPaymentRow>(&other)? {
                changes.put(&other, &CardPaymentRow { paid_by: operation.id, ..begun });
            }
        }
        let paid = payment.out_of_suspense((wallet.person, operation), item, pass, now);
        let paid = CardPaymentRow { counted, ..paid };
        changes.put(&operation.id, &paid);
        watch(changes, (operation.id, &paid), operation, now);
        changes.operation(row.to(pass, through));
        changes.operation(*operation);
        Ok(Ok(Agreed::Yes))
    }

    /// Money in suspense that waits for staff, oldest first: the items after `after`, at most
    /// `limit`.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Io`].
    pub fn open_suspense(
        &self,
        after: Option<&SuspenseItem>,
        limit: usize,
    ) -> Result<Vec<SuspenseItem>> {
        let reading = self.read()?;
        let list = AgendaList::SUSPENSE;
        let after = after.map(|item| AgendaKey { list, due: item.came_at, about: item.id }.bytes());
        let mut found = Vec::new();
        for row in reading.scan::<Agenda>(&[list.number()], after.as_deref()).take(limit) {
            let id = row?.0.about;
            if let Some(row) = reading.peek::<SuspenseRow>(&id)? {
                found.push(row.item(id, &reading)?);
            }
        }
        Ok(found)
    }

    /// Money in suspense, open or resolved; `None` if there is no such item.
    ///
    /// # Errors
    /// As [`Wallets::open_suspense`].
    pub fn suspense_item(&self, item: Id) -> Result<Option<SuspenseItem>> {
        let reading = self.read()?;
        reading.peek::<SuspenseRow>(&item)?.map(|row| row.item(item, &reading)).transpose()
    }

    /// The operation with this id by which money in suspense pays its order as the payment was to,
    /// for [`Resolution::ToOrder`]: of the whole amount, with the payee, fee, kind, deadline, code
    /// and user data of the payment. `None` if there is no such item.
    ///
    /// # Errors
    /// As [`Wallets::open_suspense`].
    pub fn order_from_suspense(&self, item: Id, operation: Id) -> Result<Option<Operation>> {
        let reading = self.read()?;
        let Some(row) = reading.peek::<SuspenseRow>(&item)? else { return Ok(None) };
        let payment = row.payment_row(&reading)?;
        let meant = payment.operation().ok_or_else(|| damaged(row.payment))?;
        Ok(Some(Operation { id: operation, amount: row.whole(), ..meant }))
    }
}

/// Whether staff agree on a payment out of suspense.
enum Agreed {
    Yes,
    /// One of them wants it; that is remembered.
    Proposed(Box<Decision<()>>),
}

impl SuspenseRow {
    /// The operation that takes the money to an account of its owner.
    fn to(&self, id: Id, account: Id) -> Operation {
        Operation::transfer(id, self.account, account, self.ledger, self.whole())
    }

    fn payment_row(&self, reading: &ReadTransaction) -> Result<CardPaymentRow> {
        let found = reading.peek::<CardPaymentRow>(&self.payment)?;
        found.ok_or_else(|| Error::Corrupt(format!("card payment {} is gone", self.payment)))
    }

    fn item(&self, id: Id, reading: &ReadTransaction) -> Result<SuspenseItem> {
        let payment = self.payment_row(reading)?;
        let came = Amount::new(self.amount).unwrap_or(Amount::MAX);
        Ok(SuspenseItem {
            id,
            payment: self.payment,
            wallet: self.wallet,
            order: payment.order,
            payee: payment.payee,
            amount: if self.left() == 0 { came } else { self.whole() },
            expected: payment.amount(),
            ledger: self.ledger,
            reason: SuspenseReason::from_number(self.reason),
            order_is_paid: paying(reading, self, &payment)?.is_paid,
            came_at: self.came_at,
            resolved_by: self.resolved_by,
        })
    }
}
