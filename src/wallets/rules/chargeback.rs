//! Chargebacks: a cardholder contests a payment at the bank, and the processor takes the money.
//!
//! ```text
//! notified ─▶ taken ─▶ represented ─▶ won | lost | partly        each step but the first and the
//!                                                                last can be left out
//!
//! taken     money: loss account ─▶ external; nothing else moves, the hold is only disputed
//! won       money: external ─▶ loss account; the hold goes on
//! lost      money: hold, or what is owed to the buyer ─▶ loss account; the rest stays there
//! ```
//!
//! The processor takes the money whether anybody likes it or not, so no report is refused for want
//! of money. What a payment has left, after refunds to wallet and card and other chargebacks, is
//! the most that it bears; all above that is the loss account's. Without a loss account the money
//! is due: the chargeback says how much left and is in no account's books.
//!
//! Money in suspense is contested like a payment: it stays until that is decided.

use super::WalletStatus;
use super::contact::{check_name, check_text};
use super::refusal::{Refusal, refuse_if};
use super::rows::{Row, RowKey, RowTable, Space};
use super::text_guard::holds_card_number;
use crate::model::{Account, AccountFlags, Amount, Id, Timestamp, named_values};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Chargebacks of one payment.
pub const CHARGEBACKS_MAX: usize = 64;

/// Bytes of a reason code.
const REASON_BYTES_MAX: usize = 32;
/// Bytes of a processor's reference, and of the name of evidence.
const REFERENCE_BYTES_MAX: usize = 255;

named_values! {
    /// Where a chargeback is. Numbers and names are never changed or used again.
    ChargebackState(u8) {
        /// The processor told of it; the money is still here.
        NOTIFIED = 1, "notified";
        /// The processor took the money.
        TAKEN = 2, "taken";
        /// It was answered with evidence.
        REPRESENTED = 3, "represented";
        /// Decided: the money stays, or came back.
        WON = 4, "won";
        /// Decided: all of it is gone.
        LOST = 5, "lost";
        /// Decided: a part of it is gone.
        PARTLY = 6, "partly";
    }
}

impl ChargebackState {
    /// Whether it is over.
    #[must_use]
    pub fn is_decided(self) -> bool {
        matches!(self, Self::WON | Self::LOST | Self::PARTLY)
    }
}

/// What is contested of a payment, or of money in suspense.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Contested {
    /// What open chargebacks may take of it and decided ones took, in minor units.
    pub(crate) sum: u128,
    /// What of that came out of escrow, or out of what was owed to the buyer. Others bear the rest.
    pub(crate) covered: u128,
    /// How many are open.
    pub(crate) open: u32,
    /// Whether they stopped the clock of the hold, which nobody else had.
    pub(crate) is_stopped: bool,
    /// All of them, oldest first.
    pub(crate) chargebacks: Vec<Id>,
}

impl Contested {
    /// That nothing is, as it stands in rows.
    pub(crate) const NONE: [u8; 5] = [0; 5];

    /// One more, which takes so much of it.
    pub(crate) fn open(&mut self, chargeback: Id, amount: u128) -> Result<(), Refusal> {
        refuse_if(self.chargebacks.len() >= CHARGEBACKS_MAX, WalletStatus::TOO_MANY)?;
        self.chargebacks.push(chargeback);
        (self.sum, self.open) = (self.sum.saturating_add(amount), self.open.saturating_add(1));
        Ok(())
    }

    /// One is decided, which might have taken `reserved` and took `taken`, of which `covered` came
    /// out of escrow.
    pub(crate) fn decide(&mut self, reserved: u128, taken: u128, covered: u128) {
        self.sum = self.sum.saturating_sub(reserved.saturating_sub(taken));
        self.covered = self.covered.saturating_add(covered);
        self.open = self.open.saturating_sub(1);
    }

    /// What decided chargebacks took and the loss account bears; nothing while one is open.
    pub(crate) fn uncovered(&self) -> u128 {
        match self.open {
            0 => self.sum.saturating_sub(self.covered),
            _ => 0,
        }
    }
}

/// A chargeback.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct ChargebackRow {
    /// The payment, or the item in suspense, as it was reported.
    pub(crate) payment: Id,
    /// The payment, or the item in suspense, whose money it is.
    pub(crate) money: Id,
    /// In whose trail it stands.
    pub(crate) subject: Id,
    pub(crate) reference: String,
    pub(crate) reason: String,
    /// The host's name for what it was answered with; empty before.
    pub(crate) evidence: String,
    pub(crate) amount: u128,
    /// What of the amount the payment had left.
    pub(crate) of_payment: u128,
    /// What of the amount is gone for good; 0 before it is decided.
    pub(crate) lost: u128,
    pub(crate) ledger: u32,
    pub(crate) external: Id,
    pub(crate) state: u8,
    /// Until when it must be answered; none if the processor did not say.
    pub(crate) answer_by: Timestamp,
    pub(crate) notified_at: Timestamp,
    pub(crate) changed_at: Timestamp,
    /// When the processor took the money; none before.
    pub(crate) taken_at: Timestamp,
    /// What left by the external account out of the loss account, and did not come back.
    pub(crate) fronted: u128,
    /// That loss account; zero for none.
    pub(crate) loss: Id,
    /// What the processor took and is in no account's books.
    pub(crate) due: u128,
}

impl Row for ChargebackRow {
    const TABLE: RowTable = RowTable::new(Space::Chargeback);
    /// The host's id of it.
    type Key = Id;
}

/// Which chargeback a reference of the processor belongs to, for ever.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct ChargebackReferenceRow {
    pub(crate) chargeback: Id,
}

/// The hash of the processor's reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ChargebackReferenceKey(pub(crate) [u8; 32]);

impl ChargebackReferenceKey {
    pub(crate) fn of(reference: &str) -> Self {
        Self(*blake3::hash(reference.as_bytes()).as_bytes())
    }
}

impl Row for ChargebackReferenceRow {
    const TABLE: RowTable = RowTable::new(Space::ChargebackReference);
    type Key = ChargebackReferenceKey;
}

impl RowKey for ChargebackReferenceKey {
    fn bytes(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

/// What a decision moves between loss account and external account, in minor units.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Flow {
    /// Out of the loss account.
    pub(crate) out: u128,
    /// Back into it.
    pub(crate) back: u128,
}

impl ChargebackRow {
    pub(crate) fn state(&self) -> ChargebackState {
        ChargebackState::from_number(self.state)
    }

    /// Whether the processor has the money, be it in the books or due.
    pub(crate) fn is_taken(&self) -> bool {
        !self.taken_at.is_none()
    }

    /// Where it stands among those that are listed: by when it must be answered.
    pub(crate) fn listed_at(&self) -> Timestamp {
        if self.answer_by.is_none() { self.notified_at } else { self.answer_by }
    }

    /// Whether it is listed: it is open, or what it took is due.
    pub(crate) fn is_listed(&self) -> bool {
        !self.state().is_decided() || self.due > 0
    }

    /// The same, taken by the processor out of this loss account, if there is one.
    pub(crate) fn take(&mut self, loss: Option<Id>, now: Timestamp) -> Result<Flow, Refusal> {
        refuse_if(self.state().is_decided(), WalletStatus::CHARGEBACK_IS_DECIDED)?;
        if self.state() == ChargebackState::NOTIFIED {
            self.state = ChargebackState::TAKEN.number();
        }
        (self.taken_at, self.changed_at) = (now, now);
        self.due = self.amount;
        Ok(self.book(loss))
    }

    /// The same, answered with evidence.
    pub(crate) fn represent(&mut self, evidence: &str, now: Timestamp) -> Result<(), Refusal> {
        check_evidence(evidence)?;
        refuse_if(self.state().is_decided(), WalletStatus::CHARGEBACK_IS_DECIDED)?;
        self.state = ChargebackState::REPRESENTED.number();
        evidence.clone_into(&mut self.evidence);
        self.changed_at = now;
        Ok(())
    }

    /// The same, decided: so much is gone for good. What the processor had taken beyond that comes
    /// back; what it had not taken yet leaves now.
    pub(crate) fn decide(
        &mut self,
        lost: u128,
        loss: Option<Id>,
        now: Timestamp,
    ) -> Result<Flow, Refusal> {
        refuse_if(self.state().is_decided(), WalletStatus::CHARGEBACK_IS_DECIDED)?;
        refuse_if(lost > self.amount, WalletStatus::EXCEEDS_CHARGEBACK)?;
        self.state = match lost {
            0 => ChargebackState::WON,
            _ if lost == self.amount => ChargebackState::LOST,
            _ => ChargebackState::PARTLY,
        }
        .number();
        (self.lost, self.changed_at) = (lost, now);
        if self.fronted > 0 {
            let back = self.fronted.saturating_sub(lost);
            self.fronted = lost;
            return Ok(Flow { out: 0, back });
        }
        self.due = lost;
        Ok(self.book(loss))
    }

    /// Books what is due as the loss account's, if there is one.
    pub(crate) fn book(&mut self, loss: Option<Id>) -> Flow {
        let Some(loss) = loss.filter(|_| self.due > 0) else { return Flow::default() };
        let out = self.due;
        (self.fronted, self.loss, self.due) = (self.fronted.saturating_add(out), loss, 0);
        Flow { out, back: 0 }
    }

    /// What of it the payment bears, in minor units, once it is decided.
    pub(crate) fn borne(&self) -> u128 {
        self.lost.min(self.of_payment)
    }

    /// Its amount.
    pub(crate) fn amount(&self) -> Amount {
        units(self.amount)
    }
}

/// An amount that stands in a row.
pub(crate) fn units(minor_units: u128) -> Amount {
    Amount::new(minor_units).unwrap_or(Amount::MAX)
}

/// Refuses a name of evidence that cannot be kept.
pub(crate) fn check_evidence(evidence: &str) -> Result<(), Refusal> {
    check_text(evidence, REFERENCE_BYTES_MAX)
}

/// Refuses a report that no processor makes.
pub(crate) fn check_notice(
    id: Id,
    (reference, reason): (&str, &str),
    amount: Amount,
) -> Result<(), Refusal> {
    let is_id = !id.is_zero() && id != Id::MAX;
    refuse_if(!is_id, WalletStatus::ID_MUST_BE_VALID)?;
    check_text(reference, REFERENCE_BYTES_MAX)?;
    // What looks like the number of a card is called that, also where it is too long.
    let holds = holds_card_number(reason);
    refuse_if(holds, WalletStatus::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER)?;
    check_name(reason, REASON_BYTES_MAX)?;
    let is_amount = amount.is_valid() && !amount.is_zero();
    refuse_if(!is_amount, WalletStatus::AMOUNT_MUST_BE_VALID)
}

/// Whether an account can bear losses: of the ledger, neither external nor a wallet's nor managed.
pub(crate) fn is_loss_account(account: &Account, ledger: u32) -> bool {
    let others = [AccountFlags::EXTERNAL, AccountFlags::SPEND_ONLY, AccountFlags::MANAGED];
    account.ledger == ledger && !others.into_iter().any(|flag| account.has(flag))
}

/// Whether so much can leave this loss account now.
pub(crate) fn can_bear(account: &Account, amount: Amount) -> bool {
    let is_stopped = account.has(AccountFlags::FROZEN) || account.has(AccountFlags::CLOSED);
    let is_limited = account.has(AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS);
    !is_stopped && (!is_limited || account.balances.available() >= amount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use WalletStatus as W;

    fn row() -> ChargebackRow {
        ChargebackRow {
            payment: Id::from_u128(1),
            money: Id::from_u128(1),
            subject: Id::from_u128(2),
            reference: "cb_1".into(),
            reason: "10.4".into(),
            evidence: String::new(),
            amount: 100,
            of_payment: 60,
            lost: 0,
            ledger: 1,
            external: Id::from_u128(3),
            state: ChargebackState::NOTIFIED.number(),
            answer_by: Timestamp::NONE,
            notified_at: Timestamp::from_nanoseconds(4),
            changed_at: Timestamp::from_nanoseconds(4),
            taken_at: Timestamp::NONE,
            fronted: 0,
            loss: Id::ZERO,
            due: 0,
        }
    }

    /// What left by the external account, less what came back, is what is lost, or due: whether or
    /// not it was taken first, and whether or not a loss account was there then or later.
    #[test]
    fn what_left_is_what_is_lost() {
        let (loss, now) = (Id::from_u128(9), Timestamp::from_nanoseconds(7));
        let accounts = [None, Some(loss)];
        for lost in [0, 1, 99, 100] {
            for is_taken in [false, true] {
                for (first, second) in accounts.iter().flat_map(|a| accounts.map(|b| (*a, b))) {
                    let mut row = row();
                    let mut left = 0;
                    if is_taken {
                        left += row.take(first, now).expect("taken").out;
                        assert_eq!(left + row.due, 100);
                    }
                    let Flow { out, back } = row.decide(lost, second, now).expect("decided");
                    left = left + out - back;
                    assert_eq!((left + row.due, left), (lost, row.fronted));
                    assert_eq!(row.due > 0, row.is_listed(), "what is due is seen");
                    left += row.book(Some(loss)).out;
                    assert_eq!((left, row.due), (lost, 0));
                    assert_eq!(row.borne(), lost.min(60));
                    assert_eq!(row.decide(lost, None, now), Err(W::CHARGEBACK_IS_DECIDED.into()));
                    assert_eq!(row.take(None, now), Err(W::CHARGEBACK_IS_DECIDED.into()));
                }
            }
        }
        assert_eq!(row().decide(101, None, now), Err(W::EXCEEDS_CHARGEBACK.into()));
    }

    #[test]
    fn a_payment_has_only_so_many() {
        let mut contested = Contested::default();
        for number in 0..CHARGEBACKS_MAX {
            assert_eq!(contested.open(Id::from_u128(number as u128), 1), Ok(()));
        }
        assert_eq!(contested.open(Id::MAX, 1), Err(W::TOO_MANY.into()));
        assert_eq!(contested.uncovered(), 0, "they are open");
    }

    #[test]
    fn a_loss_account_can_pay_outside() {
        let good = Account::new(Id::from_u128(1), 1, 600, AccountFlags::NONE);
        assert!(is_loss_account(&good, 1) && !is_loss_account(&good, 2));
        for flag in [AccountFlags::EXTERNAL, AccountFlags::SPEND_ONLY, AccountFlags::MANAGED] {
            assert!(!is_loss_account(&Account::new(good.id, 1, 600, flag), 1));
        }
        let one = Amount::from(1u32);
        assert!(can_bear(&good, one));
        for flag in [
            AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS,
            AccountFlags::FROZEN,
            AccountFlags::CLOSED,
        ] {
            assert!(!can_bear(&Account::new(good.id, 1, 600, flag), one));
        }
    }
}
