//! Paying by a card that is not bound: the customer types it in at the processor, who keeps it. The
//! first payment of most customers. Nobody asks for a payment password, which many have not made
//! yet: the host attests what 3-D Secure said. Afterwards the card can be bound, see `cards`.

use super::Wallets;
use super::payments::is_taken;
use super::transaction::ReadTransaction;
use crate::model::{Id, Operation};
use crate::store::Result;
use crate::wallets::rules::audit::{Actor, AuditEntry, Command, from_to};
use crate::wallets::rules::card_payment::CardPaymentRow;
use crate::wallets::rules::payment::{Payer, Purchase, SpendingKey};
use crate::wallets::rules::purchase_account::{from_purchase_account, purchase_account};
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::rows::WalletRow;
use crate::wallets::rules::{
    CardAuthentication, CardPaymentState, Decision, Refusal, WalletStatus, WriteSet,
};

/// A payment by a card that is not bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewCardPayment {
    /// The wallet of the customer who pays, which need not have a payment password.
    pub wallet: Id,
    /// The host's order that is paid.
    pub order: Id,
    /// What 3-D Secure said of the card, by the host's word.
    pub authentication: CardAuthentication,
    /// A hold or a transfer without flags. It debits the wallet's account or none: in its place
    /// stands the buyer's purchase account. Its id makes the payment idempotent; fee, deadline,
    /// code and user data are up to the host.
    pub operation: Operation,
}

impl NewCardPayment {
    fn purchase(&self) -> Purchase {
        let Operation { credit_account: payee, amount, ledger, .. } = self.operation;
        Purchase { wallet: self.wallet, order: self.order, payee, amount, ledger }
    }
}

impl Wallets {
    /// Begins a payment by a card that is not bound: counts it against the limits of the wallet's
    /// tier, after which the host has the processor charge the card, with the operation's id as its
    /// idempotency key. No money moves until [`Wallets::card_charged`]. From there on it is a
    /// payment by card like any other: [`Wallets::card_payment_failed`],
    /// [`Wallets::refund_card_payment`]. Sent again while the card is being charged, it changes
    /// nothing, if the wallet may still pay.
    ///
    /// Refused: `card_authentication_must_succeed` if 3-D Secure failed; `second_factor_is_needed`
    /// where the policy wants one and the cardholder was not authenticated; `needs_tier`, or the
    /// limit that no tier lifts; `wallet_must_be_active`, `amount_must_be_valid`,
    /// `payment_must_be_plain`, `authorisation_must_match` if the operation debits another account;
    /// `card_payment_exists`, `card_payment_must_be_at_this_step` if it was charged or has failed,
    /// `order_is_paid` if money in suspense has paid its order since it began;
    /// `payee_must_not_be_a_wallet`, also of a purchase account; `refused_by_ledger` for a payee
    /// that cannot be paid.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn begin_new_card_payment(&self, payment: &NewCardPayment) -> Result<Result<(), Refusal>> {
        let wallet = self.read()?.peek::<WalletRow>(&payment.wallet)?;
        let buyer = wallet.map_or(Id::ZERO, |row| row.person);
        let through = (buyer, payment.operation.ledger);
        self.transact_from_purchase_account(payment.wallet, through, |reading| {
            self.judge_new_card_payment(reading, payment)
        })
    }

    fn judge_new_card_payment(
        &self,
        reading: &mut ReadTransaction,
        payment: &NewCardPayment,
    ) -> Result<Decision<()>> {
        let (id, purchase, now) = (payment.operation.id, payment.purchase(), reading.now());
        // Who closes a wallet looks for cards that are being charged.
        let Some(wallet) = reading.get::<WalletRow>(&payment.wallet)? else {
            return Ok(Refusal::of(WalletStatus::WALLET_NOT_FOUND).into());
        };
        let through = purchase_account(wallet.person, purchase.ledger);
        let operation = from_purchase_account(&payment.operation, wallet.account, through);
        let operation = match operation {
            Ok(operation) => operation,
            Err(refusal) => return Ok(refusal.into()),
        };
        let row = CardPaymentRow::begin((wallet.person, &purchase), Id::ZERO, &operation, now);
        let row = CardPaymentRow { authentication: payment.authentication.number(), ..row };
        if let Some(known) = reading.get::<CardPaymentRow>(&id)? {
            let again = known.may_go_on(&row);
            let again = again.and_then(|()| Payer { wallet: &wallet, now }.check_active());
            return Ok(again.map(|()| Decision::done(WriteSet::default(), ())).into());
        }
        // Its money would lie in suspense: no hold can be placed by an id that is taken.
        if let Some(refusal) = is_taken(reading, id)? {
            return Ok(refusal.into());
        }
        let is_amount = purchase.amount.is_valid() && !purchase.amount.is_zero();
        let is_elsewhere = wallet.ledger != purchase.ledger;
        let checked = refuse_if(!is_amount, WalletStatus::AMOUNT_MUST_BE_VALID)
            .and(refuse_if(is_elsewhere, WalletStatus::WALLET_HAS_ANOTHER_LEDGER))
            .and(self.check_card_payment(reading, &operation, &purchase)?);
        if let Err(refusal) = checked {
            return Ok(refusal.into());
        }
        let key = SpendingKey { wallet: payment.wallet, ledger: purchase.ledger };
        let mut spending = self.counted_of(reading, &key, wallet.account)?;
        let counted = spending.counters.counts_card(self.policy(), now);
        let payer = Payer { wallet: &wallet, now };
        let judged = self.with_rules(reading, &payer, purchase.ledger, |rules| {
            let (amount, said) = (purchase.amount, payment.authentication);
            spending.pay_by_new_card(&payer, rules, amount, said)
        })?;
        if let Err(refusal) = judged {
            return Ok(refusal.into());
        }
        let (command, actor) = (Command::BEGIN_NEW_CARD_PAYMENT, Actor::Customer);
        let entry = AuditEntry::new(payment.wallet, command, &actor, now);
        let state = from_to("card payment", "none", CardPaymentState::CHARGING);
        let money = reading.money(purchase.ledger, purchase.amount)?;
        let detail = format!("{state}; {money}, 3-D Secure {}", payment.authentication);
        let mut changes = WriteSet::of(entry.about(id).detail(detail));
        changes.put(&key, &spending);
        changes.put(&id, &CardPaymentRow { counted, ..row });
        Ok(Decision::done(changes, ()))
    }
}
