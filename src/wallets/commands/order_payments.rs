//! Whole orders: one authorisation for all parts, and what comes from the wallet paid in one chain,
//! together with the host's own documents and transfers.

use super::Wallets;
use super::card_payments::ChargeInstruction;
use super::payments::{Payment, Repetition, repetition};
use super::transaction::ReadTransaction;
use crate::model::{AccountFlags, Amount, Id, Kind, Operation, Outcome, Status, Timestamp};
use crate::store::Result;
use crate::store::house::Alongside;
use crate::wallets::rules::audit::{Actor, AuditEntry, Command};
use crate::wallets::rules::cards::CardsRow;
use crate::wallets::rules::order_terms::{OrderAuthorisation, bit};
use crate::wallets::rules::payment::{
    Payer, PaymentRow, Purchase, Source, SpendingKey, check_operation,
};
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::rows::{AccountRow, WalletRow};
use crate::wallets::rules::{
    Decision, Needs, OrderPart, OrderTerms, Refusal, WalletStatus, WriteSet,
};

/// A payment of those parts of an order that come from the wallet.
#[derive(Clone, Copy, Debug)]
pub struct OrderPayment<'call> {
    /// The terms, as they were authorised.
    pub terms: &'call OrderTerms,
    /// The authorisation. `None` for a small payment, which the policy exempts.
    pub authorisation: Option<Id>,
    /// A hold or a transfer for each part that comes from the wallet, in their order, each as in
    /// [`Payment::operation`]. Their ids make the payment idempotent.
    pub operations: &'call [Operation],
    /// What else is done in the same chain: all of it, or nothing.
    pub alongside: Alongside<'call>,
}

/// What a chain of an order came to: its outcomes, those of the parts first.
type Paid = Result<Result<Vec<Outcome>, Refusal>>;

impl Wallets {
    /// What paying an order would need now, beside the customer's order, or what would stand in the
    /// way: as [`Wallets::needs`], for the sum of what comes from the wallet. Cards need the
    /// password.
    ///
    /// # Errors
    /// As [`Wallets::needs`].
    pub fn needs_for_order(&self, terms: &OrderTerms) -> Result<Result<Needs, Refusal>> {
        let reading = &mut self.read()?;
        let wallet = match self.buyer(reading, terms)? {
            Ok(wallet) => wallet,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let key = SpendingKey { wallet: terms.wallet, ledger: terms.ledger };
        let spending = self.counted_of(reading, &key, wallet.account)?;
        let payer = Payer { wallet: &wallet, now: reading.now() };
        let needs = self.with_rules(reading, &payer, terms.ledger, |rules| {
            payer.check_active()?;
            spending.needs_for_order(&payer, rules, terms)
        })?;
        let without = self.without_password(reading, terms.wallet)?;
        Ok(needs.map(|needs| if without.is_err() { needs.max(Needs::Password) } else { needs }))
    }

    /// Authorises a whole order: the customer gave the payment password for just these terms, the
    /// buyer, the ledger, each payee and amount, each source and amount. It is good for each part
    /// once, for the time that the policy sets, and until the password changes; for any other terms
    /// it is void. Returns when it ends. The trail knows the terms by [`OrderTerms::hash`].
    ///
    /// What comes from the wallet is paid by [`Wallets::pay_order`], in one chain; each part that
    /// comes from a card by [`Wallets::begin_order_card_payment`].
    ///
    /// Refused: as [`Wallets::authorise`]; `order_must_be_valid`, `too_many` parts,
    /// `payee_must_not_be_a_wallet`; for a card `card_not_found`, `card_must_be_active`,
    /// `card_has_expired`.
    ///
    /// # Errors
    /// As [`Wallets::authorise`].
    pub fn authorise_order(
        &self,
        authorisation: Id,
        terms: &OrderTerms,
        password: &str,
        second_factor: bool,
    ) -> Result<Result<Timestamp, Refusal>> {
        self.authorise_by_password(terms.wallet, password, |reading, times_set| {
            self.order_authorised(reading, (authorisation, terms), (times_set, second_factor))
        })
    }

    fn order_authorised(
        &self,
        reading: &mut ReadTransaction,
        (id, terms): (Id, &OrderTerms),
        (times_set, has_second_factor): (u32, bool),
    ) -> Result<Result<(WriteSet, Timestamp), Refusal>> {
        let now = reading.now();
        let wallet = match self.buyer(reading, terms)? {
            Ok(wallet) => wallet,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let cards = reading.peek::<CardsRow>(&terms.wallet)?.unwrap_or_default();
        let used = terms.parts.iter().filter_map(|part| part.card);
        if let Some(refusal) = used.map(|card| cards.active(card, now)).find_map(Result::err) {
            return Ok(Err(refusal));
        }
        let expires_at = now.plus_seconds(self.policy().payments.authorisation_seconds);
        let hash = terms.hash();
        let new = OrderAuthorisation {
            id,
            terms: hash,
            used: 0,
            times_set,
            has_second_factor,
            expires_at,
        };
        let key = SpendingKey { wallet: terms.wallet, ledger: terms.ledger };
        let mut spending = self.counted_of(reading, &key, wallet.account)?;
        let payer = Payer { wallet: &wallet, now };
        let judged = self.with_rules(reading, &payer, terms.ledger, |rules| {
            spending.authorise_order(&payer, rules, terms, new)
        })?;
        Ok(judged.map(|()| {
            let (command, actor) = (Command::AUTHORISE_PAYMENT, Actor::Customer);
            let detail = format!(
                "order {}: {} parts, terms {}",
                terms.order,
                terms.parts.len(),
                base16ct::lower::encode_string(&hash)
            );
            let entry = AuditEntry::new(terms.wallet, command, &actor, now).about(id);
            let mut changes = WriteSet::of(entry.detail(detail));
            changes.put(&key, &spending);
            (changes, expires_at)
        }))
    }

    /// Pays all parts of an order that come from the wallet, and does what the host has alongside,
    /// in one chain: all of it is done, or nothing. The parts are one payment for the limits, of
    /// their sum. Answers an outcome for each operation, those of the parts first. Sent again with
    /// the same operations, each is answered [`Status::EXISTS`](crate::Status::EXISTS), and nothing
    /// is charged or done.
    ///
    /// With one part and something alongside, it is how a payment from the wallet stands in one
    /// chain with the host's own documents and transfers.
    ///
    /// Refused: as [`Wallets::pay`]; `authorisation_must_match` if the authorisation is for other
    /// terms, or the operations are not one for each part from the wallet;
    /// `payment_must_be_plain` if something alongside is neither a transfer, a hold nor a document;
    /// `payee_must_not_be_a_wallet`, whatever the policy says; `order_must_be_valid`. What the
    /// ledger refuses of the operations alongside is `refused_by_ledger` too, with what it said:
    /// `version_must_match`, say.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn pay_order(&self, payment: &OrderPayment<'_>) -> Paid {
        let done = self.transact_with_outcomes(payment.terms.wallet, |reading| {
            self.judge_order(reading, payment)
        })?;
        let outcomes = match done {
            Err(refusal) => return Ok(Err(refusal)),
            Ok(done) if done.outcomes.is_empty() => {
                let operations = payment.operations.to_vec();
                self.shared.chains.repeat(operations, payment.alongside.owned())?
            }
            Ok(done) => done.outcomes,
        };
        if outcomes.iter().all(Outcome::is_done) {
            return Ok(Ok(outcomes));
        }
        // Sent again with something else alongside: the chain falls by its first member.
        let culprit = outcomes.iter().find(|outcome| !is_fallen(outcome)).copied();
        Ok(Err(Refusal::by_outcome(&culprit.unwrap_or_else(|| Outcome::of(Status::EXISTS)))))
    }

    fn judge_order(
        &self,
        reading: &mut ReadTransaction,
        payment: &OrderPayment<'_>,
    ) -> Result<Decision<()>> {
        let mut changes = match self.judge_parts(reading, payment)? {
            Ok(None) => return Ok(Decision::done(WriteSet::default(), ())),
            Ok(Some(changes)) => changes,
            Err(refusal) => return Ok(refusal.into()),
        };
        for operation in payment.operations {
            if let Err(refusal) = check_managed(reading, operation)? {
                return Ok(refusal.into());
            }
        }
        changes.operations = payment.operations.to_vec();
        changes.alongside = payment.alongside.owned();
        Ok(Decision::done(changes, ()))
    }

    /// What counts the parts that come from the wallet, and remembers their payment; `None` if they
    /// were paid before. The operations that pay them are not among it.
    pub(super) fn judge_parts(
        &self,
        reading: &mut ReadTransaction,
        payment: &OrderPayment<'_>,
    ) -> Result<Result<Option<WriteSet>, Refusal>> {
        let OrderPayment { terms, authorisation, operations, alongside } = *payment;
        let parts: Vec<_> = terms.parts.iter().filter(|part| part.card.is_none()).collect();
        if parts.is_empty() || parts.len() != operations.len() {
            return Ok(Err(Refusal::of(WalletStatus::AUTHORISATION_MUST_MATCH)));
        }
        let mut made = Vec::with_capacity(operations.len());
        for operation in operations {
            match repetition(reading, Command::PAY, &payment_of(terms, *operation))? {
                Ok(Repetition::New(row)) => made.push(row),
                Ok(Repetition::Same) => (),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        if made.is_empty() {
            return Ok(Ok(None));
        }
        let wallet = match self.buyer(reading, terms)? {
            Ok(wallet) => wallet,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let alongside = check_alongside(reading, &alongside)?;
        let checked = refuse_if(made.len() < parts.len(), WalletStatus::AUTHORISATION_MUST_MATCH)
            .and(alongside)
            .and_then(|()| check_parts(terms, &parts, operations, wallet.account));
        if let Err(refusal) = checked {
            return Ok(Err(refusal));
        }
        for operation in operations {
            // A fee account that is a wallet's.
            if let Err(refusal) = self.check_payee(reading, operation)? {
                return Ok(Err(refusal));
            }
        }
        let amount = match terms.wallet_sum() {
            Ok(amount) => amount,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let paid = (Source::Wallet, terms.wallet_parts(), amount);
        let spent = self.spend_order(reading, (&wallet, terms), paid, authorisation)?;
        Ok(spent.map(|changes| Some(remembered(changes, reading.now(), payment, &made))))
    }

    /// Begins the payment of one part of an order that comes from a card: as
    /// [`Wallets::begin_card_payment`], by the authorisation of the order. `part` is the place of
    /// the part in the terms, and `operation` its hold or transfer.
    ///
    /// Refused: as [`Wallets::begin_card_payment`]; `authorisation_must_match` if the authorisation
    /// is for other terms, or the part does not come from a card; `payment_password_is_needed`
    /// without an authorisation.
    ///
    /// # Errors
    /// As [`Wallets::begin_card_payment`].
    pub fn begin_order_card_payment(
        &self,
        terms: &OrderTerms,
        authorisation: Id,
        part: usize,
        operation: Operation,
    ) -> Result<Result<ChargeInstruction, Refusal>> {
        let found = terms.parts.get(part).copied();
        let Some(OrderPart { card: Some(card), amount, payee }) = found else {
            return Ok(Err(Refusal::of(WalletStatus::AUTHORISATION_MUST_MATCH)));
        };
        let checked = terms.check().and_then(|()| {
            let is_part = operation.amount == amount && operation.credit_account == payee;
            refuse_if(!is_part, WalletStatus::AUTHORISATION_MUST_MATCH)
        });
        if let Err(refusal) = checked {
            return Ok(Err(refusal));
        }
        let payment = payment_of(terms, operation);
        let wallet = self.read()?.peek::<WalletRow>(&terms.wallet)?;
        let through = (wallet.map_or(Id::ZERO, |row| row.person), terms.ledger);
        self.transact_from_purchase_account(terms.wallet, through, |reading| {
            self.judge_card_payment_by(reading, &payment, card, |reading, wallet, card| {
                let paid = (Source::Card(card), bit(part), amount);
                self.spend_order(reading, (wallet, terms), paid, Some(authorisation))
            })
        })
    }

    /// The wallet of an order whose terms can be paid, and whose payees can be.
    fn buyer(
        &self,
        reading: &mut ReadTransaction,
        terms: &OrderTerms,
    ) -> Result<Result<WalletRow, Refusal>> {
        if let Err(refusal) = terms.check() {
            return Ok(Err(refusal));
        }
        let Some(wallet) = reading.get::<WalletRow>(&terms.wallet)? else {
            return Ok(Err(Refusal::of(WalletStatus::WALLET_NOT_FOUND)));
        };
        for part in &terms.parts {
            if reading.peek::<AccountRow>(&part.payee)?.is_some() {
                return Ok(Err(Refusal::of(WalletStatus::PAYEE_MUST_NOT_BE_A_WALLET)));
            }
            let purchase = purchase_of(terms, part);
            if let Err(refusal) = self.check_receiver(reading, &purchase, wallet.account)? {
                return Ok(Err(refusal));
            }
        }
        Ok(Ok(wallet))
    }

    /// The changes that count parts of an order, and use its authorisation up for them.
    fn spend_order(
        &self,
        reading: &mut ReadTransaction,
        (wallet, terms): (&WalletRow, &OrderTerms),
        paid: (Source, u32, Amount),
        authorisation: Option<Id>,
    ) -> Result<Result<WriteSet, Refusal>> {
        let used = match authorisation {
            Some(id) => Some((id, self.times_set(reading, terms.wallet)?)),
            None => None,
        };
        let key = SpendingKey { wallet: terms.wallet, ledger: terms.ledger };
        let mut spending = self.counted_of(reading, &key, wallet.account)?;
        let payer = Payer { wallet, now: reading.now() };
        let judged = self.with_rules(reading, &payer, terms.ledger, |rules| {
            spending.pay_order(&payer, rules, terms, paid, used)
        })?;
        let judged = match judged {
            Ok(()) if used.is_none() => self.without_password(reading, terms.wallet)?,
            judged => judged,
        };
        Ok(judged.map(|()| {
            let mut changes = WriteSet::default();
            changes.put(&key, &spending);
            changes
        }))
    }
}

/// Refuses what the host may not do by itself. The chain is the library's, which has more rights,
/// so that only what names all its accounts may stand alongside: they are there, and none is
/// managed.
fn check_alongside(
    reading: &ReadTransaction,
    alongside: &Alongside<'_>,
) -> Result<Result<(), Refusal>> {
    if let Err(status) = alongside.check() {
        return Ok(Err(Refusal::by_ledger(status)));
    }
    for operation in alongside.operations {
        if operation.kind.is_about_document() {
            continue;
        }
        if !matches!(operation.kind, Kind::TRANSFER | Kind::HOLD) {
            return Ok(Err(Refusal::of(WalletStatus::PAYMENT_MUST_BE_PLAIN)));
        }
        let (debit, credit) = (operation.debit_account, operation.credit_account);
        for (account, missing) in [
            (debit, Status::DEBIT_ACCOUNT_NOT_FOUND),
            (credit, Status::CREDIT_ACCOUNT_NOT_FOUND),
            (operation.fee_account, Status::FEE_ACCOUNT_NOT_FOUND),
        ] {
            if account.is_zero() {
                continue;
            }
            let status = match reading.snapshot().account(account)? {
                None => missing,
                Some(account) if account.has(AccountFlags::MANAGED) => Status::ACCOUNT_IS_MANAGED,
                Some(_) => continue,
            };
            return Ok(Err(Refusal::by_ledger(status)));
        }
    }
    Ok(Ok(()))
}

/// Refuses a payment to an account whose money the library alone moves, or of its fee: the host
/// asks for it.
fn check_managed(reading: &ReadTransaction, operation: &Operation) -> Result<Result<(), Refusal>> {
    for account in [operation.credit_account, operation.fee_account] {
        let found = reading.snapshot().account(account)?;
        if found.is_some_and(|account| account.has(AccountFlags::MANAGED)) {
            return Ok(Err(Refusal::by_ledger(Status::ACCOUNT_IS_MANAGED)));
        }
    }
    Ok(Ok(()))
}

/// The changes that remember the payment of the parts, after those that count them.
fn remembered(
    mut changes: WriteSet,
    now: Timestamp,
    payment: &OrderPayment<'_>,
    made: &[PaymentRow],
) -> WriteSet {
    for (operation, made) in payment.operations.iter().zip(made) {
        changes.put(&operation.id, made);
        let wallet = payment.terms.wallet;
        let entry = AuditEntry::new(wallet, Command::PAY, &Actor::Customer, now);
        changes.audit.push(entry.about(operation.id));
    }
    changes
}

/// Whether the operations are just those of the parts.
fn check_parts(
    terms: &OrderTerms,
    parts: &[&OrderPart],
    operations: &[Operation],
    account: Id,
) -> Result<(), Refusal> {
    for (part, operation) in parts.iter().zip(operations) {
        check_operation(operation, account, &purchase_of(terms, part))?;
    }
    Ok(())
}

fn purchase_of(terms: &OrderTerms, part: &OrderPart) -> Purchase {
    let OrderTerms { wallet, order, ledger, .. } = *terms;
    Purchase { wallet, order, payee: part.payee, amount: part.amount, ledger }
}

fn payment_of(terms: &OrderTerms, operation: Operation) -> Payment {
    Payment { wallet: terms.wallet, order: terms.order, authorisation: None, operation }
}

/// A member of a chain that another one made fall.
fn is_fallen(outcome: &Outcome) -> bool {
    outcome.status == Status::LINKED_EVENT_FAILED
}
