//! Payments by card, and the suspense account, so that no money is lost.
//!
//! ```text
//! begun ─▶ charging ──charged──▶ paid       money: external ─▶ purchase account ─▶ hold for the
//!              └──────failed───▶ failed            payee, and the same way back, or to the wallet
//!
//! charged when it is failed, paid already, or cannot be booked: external ─▶ suspense, an item that
//! staff resolve: to the wallet, back to the card, or to the order after all
//! ```
//!
//! Payments that older versions began pass through the wallet's own account instead.
//!
//! The payment has the id of its hold. A report of the processor has the processor's reference; the
//! same reference twice is one report, and it belongs to one payment for ever. Reported for another
//! payment, or with another amount, it is refused by name, and the trail keeps it.
//!
//! An order is paid once: while it is paid, and not given back, no money in suspense pays it. If
//! money in suspense paid it while a card was being charged for it, the money of the card goes to
//! suspense.
//!
//! A payment out of suspense is a card payment of its own, which goes back to its card the way it
//! came: purchase account, suspense, external account.

use super::WalletStatus;
use super::chargeback::Contested;
use super::limits::Counted;
use super::payment::Purchase;
use super::purchase_account::purchase_account;
use super::refusal::{Refusal, refuse_if};
use super::rows::{Row, RowKey, RowTable, Space, Step};
use super::suspense::SuspenseReason;
use crate::model::{Account, AccountFlags, Amount, Id, Operation, Status, Timestamp, named_values};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Refunds of one card payment.
pub const REFUNDS_MAX: usize = 64;

named_values! {
    /// Where a card payment is. Numbers and names are never changed or used again.
    CardPaymentState(u8) {
        /// The host charges the card.
        CHARGING = 1, "charging";
        /// The money came, and lies in escrow or with the payee.
        PAID = 2, "paid";
        /// The card was not charged.
        FAILED = 3, "failed";
        /// The money came and could not be booked: see the suspense item.
        IN_SUSPENSE = 4, "in_suspense";
    }
}

/// A payment by card.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct CardPaymentRow {
    pub(crate) wallet: Id,
    pub(crate) card: Id,
    pub(crate) order: Id,
    pub(crate) payee: Id,
    pub(crate) amount: u128,
    pub(crate) ledger: u32,
    pub(crate) state: u8,
    /// The hold or transfer that pays the payee, as the record that it is.
    pub(crate) operation: Vec<u8>,
    /// The transfer that brought the money in; zero before.
    pub(crate) charge: Id,
    /// The operations that gave money back to the customer, each with the reversal that took it to
    /// the card.
    pub(crate) refunds: Vec<RefundRow>,
    pub(crate) begun_at: Timestamp,
    pub(crate) changed_at: Timestamp,
    /// What was counted against the limits when it began.
    pub(crate) counted: Counted,
    /// The transfer that brought the money from suspense into the wallet; zero if it never lay
    /// there.
    pub(crate) pass: Id,
    /// The operation that paid its order out of suspense; zero for none, or where this is the
    /// payment.
    pub(crate) paid_by: Id,
    /// The refunds whose amounts the host gave; the others were of all that was left.
    pub(crate) with_amount: Vec<Id>,
    /// The person who pays; zero in rows of an older version.
    pub(crate) buyer: Id,
    /// What 3-D Secure said; 0 of a bound card, which takes the payment password.
    pub(crate) authentication: u8,
    /// What was refunded to the wallet, and went from there to the card after all.
    pub(crate) from_wallet: u128,
    /// What its cardholder contests at the bank.
    pub(crate) contested: Contested,
    /// What of it came back and was taken out of what its wallet paid.
    pub(crate) given_back: u128,
}

/// A refund of a card payment, or the part of it that went one of the two ways.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct RefundRow {
    pub(crate) refund: Id,
    pub(crate) amount: u128,
    /// The reversal that took it to the card; zero where it stays in the wallet.
    pub(crate) reversal: Id,
}

impl Row for CardPaymentRow {
    const TABLE: RowTable = RowTable::new(Space::CardPayment).after(&[
        Step::Appended(&[0]),
        Step::Appended(&[0; 16]),
        Step::Appended(&[0; 16]),
        Step::Appended(&[0]),
        Step::Appended(&[0; 18]),
        Step::Appended(&Contested::NONE),
        Step::Appended(&[0]),
    ]);
    /// The hold that pays.
    type Key = Id;
}

/// A report of the processor that a card was charged.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct ChargeRow {
    pub(crate) transfer: Id,
    /// Why it lies in suspense; 0 if it paid the order.
    pub(crate) suspense: u8,
    /// How much was charged; 0 in rows of an older version.
    pub(crate) amount: u128,
}

/// Payment and the hash of the processor's reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ChargeKey {
    pub(crate) payment: Id,
    pub(crate) reference: [u8; 32],
}

impl Row for ChargeRow {
    const TABLE: RowTable = RowTable::new(Space::Charge).after(&[Step::Appended(&[0])]);
    type Key = ChargeKey;
}

/// Which payment a reference of the processor belongs to, for ever.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct ReferenceRow {
    pub(crate) payment: Id,
}

/// The hash of the processor's reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ReferenceKey(pub(crate) [u8; 32]);

impl Row for ReferenceRow {
    const TABLE: RowTable = RowTable::new(Space::ChargeReference);
    type Key = ReferenceKey;
}

impl RowKey for ReferenceKey {
    fn bytes(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl RowKey for ChargeKey {
    fn bytes(&self) -> Vec<u8> {
        [&self.payment.to_bytes()[..], &self.reference].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (payment, reference) = bytes.split_at_checked(16)?;
        Some(Self { payment: Id::from_row_key(payment)?, reference: reference.try_into().ok()? })
    }
}

/// Refuses accounts that the money of a card must not come from, or lie in. So no report, however
/// wrong, books money where a customer could spend it, or where there is no record that it came in.
pub(crate) fn check_accounts(
    external: Option<&Account>,
    suspense: Option<&Account>,
    ledger: u32,
) -> Result<(), Refusal> {
    check_external(external, ledger)?;
    // Accounts of wallets are spend-only, all of them.
    let keeps = |account: &Account| {
        let is_wallets = account.has(AccountFlags::SPEND_ONLY);
        is_usable(account, ledger) && !is_wallets && !account.has(AccountFlags::EXTERNAL)
    };
    refuse_if(!suspense.is_some_and(keeps), WalletStatus::SUSPENSE_ACCOUNT_MUST_FIT)
}

/// Refuses an account by which the money of cards neither comes nor goes.
pub(crate) fn check_external(external: Option<&Account>, ledger: u32) -> Result<(), Refusal> {
    let fits = |one: &Account| is_usable(one, ledger) && one.has(AccountFlags::EXTERNAL);
    refuse_if(!external.is_some_and(fits), WalletStatus::EXTERNAL_ACCOUNT_MUST_FIT)
}

fn is_usable(account: &Account, ledger: u32) -> bool {
    let is_stopped = account.has(AccountFlags::FROZEN) || account.has(AccountFlags::CLOSED);
    account.ledger == ledger && !is_stopped
}

impl CardPaymentRow {
    /// A payment whose card is being charged. What is counted for it is set later.
    pub(crate) fn begin(
        (buyer, purchase): (Id, &Purchase),
        card: Id,
        operation: &Operation,
        now: Timestamp,
    ) -> Self {
        Self {
            wallet: purchase.wallet,
            card,
            order: purchase.order,
            payee: purchase.payee,
            amount: purchase.amount.minor_units(),
            ledger: purchase.ledger,
            state: CardPaymentState::CHARGING.number(),
            operation: bytemuck::bytes_of(operation).to_vec(),
            charge: Id::ZERO,
            refunds: Vec::new(),
            begun_at: now,
            changed_at: now,
            counted: Counted::Nothing,
            pass: Id::ZERO,
            paid_by: Id::ZERO,
            with_amount: Vec::new(),
            buyer,
            authentication: 0,
            from_wallet: 0,
            contested: Contested::default(),
            given_back: 0,
        }
    }

    /// The same, paid by money that lay in suspense: `operation` is the operation that paid,
    /// `charge` the one that brought the money in, and `pass` the one that took it to the purchase
    /// account of `buyer`. It can be refunded like any other.
    pub(crate) fn out_of_suspense(
        self,
        (buyer, operation): (Id, &Operation),
        charge: Id,
        pass: Id,
        now: Timestamp,
    ) -> Self {
        Self {
            payee: operation.credit_account,
            amount: operation.amount.minor_units(),
            state: CardPaymentState::PAID.number(),
            operation: bytemuck::bytes_of(operation).to_vec(),
            charge,
            refunds: Vec::new(),
            changed_at: now,
            pass,
            paid_by: Id::ZERO,
            with_amount: Vec::new(),
            buyer,
            from_wallet: 0,
            contested: Contested::default(),
            given_back: 0,
            ..self
        }
    }

    /// Whether `operation` pays what this payment was to pay, in every respect: payee, fee, the
    /// terms of the deal, code, user data, value date. Only the id differs, and the amount is what
    /// came; the account that the money passes through is nobody's choice. So one member of staff
    /// alone cannot send the money elsewhere, or sooner, or have it stand for something else.
    pub(crate) fn pays_as_meant(&self, operation: &Operation) -> bool {
        let Operation { id, amount, debit_account, .. } = *operation;
        let is_meant = |meant| Operation { id, amount, debit_account, ..meant } == *operation;
        self.operation().is_some_and(is_meant)
    }

    /// Where the money of the refund with this id went, if there is one. A refund that is not
    /// exactly the same is refused, naming the field that differs; an `amount` of zero is all that
    /// was left.
    pub(crate) fn known_refund(
        &self,
        id: Id,
        amount: Amount,
        is_return: bool,
    ) -> Result<Option<Shares>, Refusal> {
        let mut shares = Shares::default();
        for part in self.refunds.iter().filter(|known| known.refund == id) {
            if (part.refund == part.reversal) != is_return {
                return Err(Refusal::by_ledger(Status::EXISTS_WITH_DIFFERENT_KIND));
            }
            let share = Amount::new(part.amount).unwrap_or(Amount::MAX);
            match part.reversal.is_zero() {
                true => shares.to_wallet = share,
                false => shares.to_card = share,
            }
        }
        if shares == Shares::default() {
            return Ok(None);
        }
        let is_same = match amount.is_zero() {
            true => !is_return && !self.with_amount.contains(&id),
            false => shares.whole() == amount.minor_units(),
        };
        if !is_same {
            return Err(Refusal::by_ledger(Status::EXISTS_WITH_DIFFERENT_AMOUNT));
        }
        Ok(Some(shares))
    }

    /// What paid the order of this payment, whose own id is `payment`; `None` if nothing did.
    pub(crate) fn paid(&self, payment: Id) -> Option<Id> {
        match self.paid_by.is_zero() {
            false => Some(self.paid_by),
            true => (self.state() == CardPaymentState::PAID).then_some(payment),
        }
    }

    pub(crate) fn state(&self) -> CardPaymentState {
        CardPaymentState::from_number(self.state)
    }

    pub(crate) fn amount(&self) -> Amount {
        Amount::new(self.amount).unwrap_or(Amount::MAX)
    }

    /// The operation that pays the payee; `None` if the row is damaged.
    pub(crate) fn operation(&self) -> Option<Operation> {
        Operation::from_row(&self.operation)
    }

    /// The account that its money passes through: the buyer's purchase account, or the wallet's
    /// own, if an older version began it. Zero if the row is damaged.
    pub(crate) fn through(&self) -> Id {
        self.operation().map_or(Id::ZERO, |operation| operation.debit_account)
    }

    /// In whose trail it stands: the wallet that pays, or the buyer who has none.
    pub(crate) fn subject(&self) -> Id {
        if self.wallet.is_zero() { self.buyer } else { self.wallet }
    }

    /// What lies in the purchase account for its buyer, in minor units, when so much came back.
    pub(crate) fn owed(&self, came_back: Amount) -> u128 {
        match self.has_purchase_account() {
            true => self.kept(came_back).saturating_sub(self.given_back()),
            false => 0,
        }
    }

    /// What came back and no chargeback took, in minor units.
    pub(crate) fn kept(&self, came_back: Amount) -> u128 {
        came_back.minor_units().saturating_sub(self.contested.covered)
    }

    /// What neither the customer has back nor a chargeback may take or took, in minor units.
    pub(crate) fn left(&self) -> u128 {
        let gone = self.given_back().saturating_add(self.contested.sum);
        self.amount.saturating_sub(gone)
    }

    /// Whether what is refunded comes back into the purchase account.
    pub(crate) fn has_purchase_account(&self) -> bool {
        !self.buyer.is_zero() && self.through() == purchase_account(self.buyer, self.ledger)
    }

    /// Whether this is the same payment as one that is begun now, by the same kind of card.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let terms = |row: &Self| (row.wallet, row.order, row.payee, row.amount, row.ledger);
        let is_bound = |row: &Self| row.authentication == 0;
        let operation = |row: &Self| {
            let debit_account = Id::ZERO;
            row.operation().map(|operation| Operation { debit_account, ..operation })
        };
        terms(self) == terms(other)
            && is_bound(self) == is_bound(other)
            && operation(self) == operation(other)
    }

    /// Whether the host may be told once more to charge the card of this payment, which is begun
    /// again as `again`.
    pub(crate) fn may_go_on(&self, again: &Self) -> Result<(), Refusal> {
        refuse_if(!self.is_same(again), WalletStatus::CARD_PAYMENT_EXISTS)?;
        let is_charging = self.state() == CardPaymentState::CHARGING;
        refuse_if(!is_charging, WalletStatus::CARD_PAYMENT_MUST_BE_AT_THIS_STEP)?;
        refuse_if(!self.paid_by.is_zero(), WalletStatus::ORDER_IS_PAID)
    }

    /// Why a charge of this amount cannot pay the order; `None` if it can.
    pub(crate) fn obstacle(&self, amount: Amount) -> Option<SuspenseReason> {
        match self.state() {
            // Money in suspense paid its order while the card was being charged.
            CardPaymentState::CHARGING if !self.paid_by.is_zero() => Some(SuspenseReason::TWICE),
            CardPaymentState::CHARGING if amount == self.amount() => None,
            CardPaymentState::CHARGING => Some(SuspenseReason::ANOTHER_AMOUNT),
            CardPaymentState::FAILED => Some(SuspenseReason::LATE),
            _ => Some(SuspenseReason::TWICE),
        }
    }

    /// The payment after it was charged.
    pub(crate) fn charged(
        mut self,
        transfer: Id,
        suspense: Option<SuspenseReason>,
        now: Timestamp,
    ) -> Self {
        match (suspense, self.state()) {
            (None, _) => {
                (self.state, self.charge) = (CardPaymentState::PAID.number(), transfer);
            }
            // It will not pay the order any more: another charge would be one too many.
            (Some(_), CardPaymentState::CHARGING) => {
                self.state = CardPaymentState::IN_SUSPENSE.number();
            }
            (Some(_), _) => {}
        }
        self.changed_at = now;
        self
    }

    /// The payment after the card was not charged.
    pub(crate) fn failed(mut self, now: Timestamp) -> Result<Self, Refusal> {
        let is_charging = self.state() == CardPaymentState::CHARGING;
        refuse_if(!is_charging, WalletStatus::CARD_PAYMENT_MUST_BE_AT_THIS_STEP)?;
        (self.state, self.changed_at) = (CardPaymentState::FAILED.number(), now);
        Ok(self)
    }

    /// The payment with one more refund, whose reversal is `reversal` if any of it goes to the
    /// card. All refunds together, and what chargebacks took, are at most what was paid.
    pub(crate) fn refunded(
        mut self,
        (refund, reversal): (Id, Id),
        shares: Shares,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let is_paid = self.state() == CardPaymentState::PAID;
        refuse_if(!is_paid, WalletStatus::CARD_PAYMENT_MUST_BE_AT_THIS_STEP)?;
        refuse_if(self.contested.open > 0, WalletStatus::CHARGEBACK_IS_OPEN)?;
        let ways = [(shares.to_wallet, Id::ZERO), (shares.to_card, reversal)].into_iter();
        let parts = ways
            .filter(|(amount, _)| !amount.is_zero())
            .map(|(amount, reversal)| RefundRow { refund, amount: amount.minor_units(), reversal });
        self.refunds.extend(parts);
        refuse_if(self.refunds.len() > REFUNDS_MAX, WalletStatus::TOO_MANY)?;
        // What older payments had in the wallet could be topped up in escrow.
        let gone = self.given_back().saturating_add(self.contested.sum);
        let is_more = self.has_purchase_account() && gone > self.amount;
        refuse_if(is_more, WalletStatus::EXCEEDS_CARD_PAYMENT)?;
        self.changed_at = now;
        Ok(self)
    }

    /// What went back to the card so far, in minor units.
    pub(crate) fn returned(&self) -> u128 {
        let to_card = self.refunds.iter().filter(|refund| !refund.reversal.is_zero());
        to_card.fold(0, |sum, refund| sum.saturating_add(refund.amount))
    }

    /// What was refunded to the wallet and did not go to the card after all, in minor units.
    pub(crate) fn in_wallet(&self) -> u128 {
        let to_wallet = self.refunds.iter().filter(|refund| refund.reversal.is_zero());
        let sum = to_wallet.fold(0u128, |sum, refund| sum.saturating_add(refund.amount));
        sum.saturating_sub(self.from_wallet)
    }

    /// What the customer has back, by either way, in minor units.
    pub(crate) fn given_back(&self) -> u128 {
        self.returned().saturating_add(self.in_wallet())
    }
}

/// The two ways of a refund.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Shares {
    pub(crate) to_wallet: Amount,
    pub(crate) to_card: Amount,
}

impl Shares {
    /// All of it, in minor units.
    pub(crate) fn whole(self) -> u128 {
        self.to_wallet.minor_units().saturating_add(self.to_card.minor_units())
    }
}

/// A refund to a card, which the processor is to carry out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct CardRefundRow {
    pub(crate) payment: Id,
    pub(crate) amount: u128,
    pub(crate) ledger: u32,
    pub(crate) since: Timestamp,
    /// When the host said that it was carried out; none before.
    pub(crate) done_at: Timestamp,
    /// The transfer that brought it back when the processor could not carry it out; zero before.
    pub(crate) failed_by: Id,
}

impl Row for CardRefundRow {
    const TABLE: RowTable = RowTable::new(Space::CardRefund).after(&[Step::Appended(&[0; 16])]);
    /// The reversal that took the money to the card.
    type Key = Id;
}
