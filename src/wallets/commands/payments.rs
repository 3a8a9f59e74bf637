//! Paying from a wallet, putting money in, taking it out.
//!
//! Authorise by password, then pay: using the authorisation up, counting the payment and the hold
//! or transfer are one chain. The hold is one like any other then: it is shipped, released,
//! refunded and disputed by the ordinary operations of the store.

use super::Wallets;
use super::counted::promised;
use super::transaction::ReadTransaction;
use crate::model::Timestamp;
use crate::model::{AccountFlags, Amount, Id, Kind, Operation, OperationFlags, Outcome, Status};
use crate::store::{Error, Result};
use crate::wallets::rules::audit::{Actor, AuditEntry, Command};
use crate::wallets::rules::limits::{Counters, Rules};
use crate::wallets::rules::payment::{
    Payer, Purchase, SpendingKey, SpendingRow, check_operation, tier_at,
};
use crate::wallets::rules::payment::{PaymentRow, Source};
use crate::wallets::rules::policy::WalletOperation;
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::rows::{
    AccountRow, CredentialKey, CredentialRow, WalletRow, WalletState,
};
use crate::wallets::rules::{Decision, Refusal, WalletStatus, WriteSet};

/// Payments of one call of [`Wallets::pay_many`].
const PAYMENTS_MAX: usize = 4_096;

/// A payment from a wallet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Payment {
    /// The wallet that pays.
    pub wallet: Id,
    /// The host's order that is paid.
    pub order: Id,
    /// The authorisation. `None` for a small payment, which the policy exempts.
    pub authorisation: Option<Id>,
    /// A hold or a transfer from the wallet's account, without flags. Its id makes the payment
    /// idempotent; fee, deadline, code and user data are up to the host.
    pub operation: Operation,
}

impl Payment {
    /// What an authorisation for it is bound to.
    #[must_use]
    pub fn purchase(&self) -> Purchase {
        let Operation { credit_account: payee, amount, ledger, .. } = self.operation;
        Purchase { wallet: self.wallet, order: self.order, payee, amount, ledger }
    }
}

/// What a wallet paid so far, as it counts against its own limits, and where it stands: refunded or
/// not, unless the policy says that refunds give back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Spending {
    /// The tier that the wallet is in now.
    pub tier: u8,
    /// What was paid today, in minor units.
    pub day: u128,
    /// What was paid this month.
    pub month: u128,
    /// What was paid this year.
    pub year: u128,
    /// What was ever paid.
    pub lifetime: u128,
    /// Authorisations that wait to be used.
    pub authorisations: usize,
}

/// What stands in the way of one payment of many, where a single one would have failed.
pub(super) fn refusal_for(error: &Error) -> WalletStatus {
    match error {
        Error::Contended => WalletStatus::CONTENDED,
        Error::LimitExceeded(_) => WalletStatus::TOO_MANY,
        _ => WalletStatus::DATA_IS_DAMAGED,
    }
}

impl Wallets {
    /// Pays: uses the authorisation up, counts the payment and places the hold or transfer, all or
    /// nothing. A payment that was made, sent again with the same operation for the same wallet and
    /// order, is answered [`Status::EXISTS`], and nothing is charged. If the ledger refuses, for
    /// want of money, say, the operation's id is used up but the authorisation is not: another
    /// attempt takes a new id.
    ///
    /// Refused: `authorisation_not_found`, `authorisation_has_expired`, `authorisation_must_match`
    /// if it is for anything else; `needs_tier`, or the limit that no tier lifts;
    /// `second_factor_is_needed`; `payment_password_is_needed` without an authorisation;
    /// `payee_must_not_be_a_wallet`, unless the policy lets wallets pay each other
    /// ([`Payments::to_wallets`](crate::wallet::policy::Payments::to_wallets)), and then
    /// `payee_cannot_receive` if the limits of that wallet do not allow the top-up that it is;
    /// `refused_by_ledger`, as [`Store::submit`](crate::Store::submit) answers, also for what is
    /// archived. An operation that exists is no payment of another order,
    /// `authorisation_must_match`, nor of another wallet, `exists_with_different_debit_account`,
    /// nor one at all if no payment made it, `exists`: both by the ledger. For a small payment,
    /// which needs no authorisation, also `credential_is_locked` while the payment password is, and
    /// `payment_password_must_be_set` if there is none yet.
    ///
    /// A payment that is refunded, by a deadline, the shop or staff, goes on counting against every
    /// limit of its periods, against the number of payments and for the lifetime; what comes back
    /// counts no longer in its day, month and year if the policy says so
    /// ([`Payments::refunds_give_back`](crate::wallet::policy::Payments::refunds_give_back)). Where
    /// it counts all wallets of a person
    /// ([`over_all_wallets`](crate::wallet::Policy::over_all_wallets)), also
    /// `exchange_rate_is_missing`.
    ///
    /// # Errors
    /// As [`Store::submit`](crate::Store::submit); [`Error::Contended`].
    pub fn pay(&self, payment: &Payment) -> Result<Result<Outcome, Refusal>> {
        let done = self.transact_with_outcomes(payment.wallet, |reading| {
            self.judge_payment(reading, payment)
        })?;
        self.paid(done.map(|done| done.outcomes), payment)
    }

    /// Makes many payments together, from any number of wallets, with a few syncs for all of them.
    /// Each succeeds or fails by itself, and is answered as by [`Wallets::pay`]. Where that would
    /// give an error, the answer is `contended` if others changed the same wallet again and again,
    /// and `data_is_damaged` if its rows cannot be read; the other payments are made all the same.
    ///
    /// # Errors [`Error::LimitExceeded`] above 4,096 payments; as [`Wallets::pay`] if the store
    /// fails, or if a later version wrote the rows of one. Send all of them again then: none is
    /// paid twice.
    pub fn pay_many(&self, payments: &[Payment]) -> Result<Vec<Result<Outcome, Refusal>>> {
        if payments.len() > PAYMENTS_MAX {
            let what = format!("{} payments are above the limit of {PAYMENTS_MAX}", payments.len());
            return Err(Error::LimitExceeded(what));
        }
        let locks: Vec<_> = payments.iter().map(|payment| self.locks_of(payment)).collect();
        let done = self.transact_many(&locks, |place, reading| {
            self.judge_payment(reading, &payments[place])
        })?;
        let pairs = done.into_iter().zip(payments);
        let answers = pairs.map(|(done, payment)| match done {
            Ok(done) => self.paid(done.map(|done| done.outcomes), payment),
            Err(error) => Ok(Err(Refusal::of(refusal_for(&error)))),
        });
        answers.collect()
    }

    /// The wallets that a payment changes. Where wallets can pay each other, those who pay the same
    /// one go one after the other.
    fn locks_of(&self, payment: &Payment) -> [Id; 2] {
        let payee = match self.policy().payments.to_wallets {
            true => payment.operation.credit_account,
            false => payment.wallet,
        };
        [payment.wallet, payee]
    }

    /// The outcome of the ledger; for a payment that was made before, its outcome is looked up
    /// again.
    fn paid(
        &self,
        done: Result<Vec<Outcome>, Refusal>,
        payment: &Payment,
    ) -> Result<Result<Outcome, Refusal>> {
        let outcomes = match done {
            Err(refusal) => return Ok(Err(refusal)),
            Ok(outcomes) if outcomes.is_empty() => {
                self.shared.store.submit(&[payment.operation])?
            }
            Ok(outcomes) => outcomes,
        };
        let last = outcomes.last().copied().unwrap_or_else(|| Outcome::of(Status::APPLIED));
        Ok(if last.is_done() { Ok(last) } else { Err(Refusal::by_outcome(&last)) })
    }

    pub(super) fn judge_payment(
        &self,
        reading: &mut ReadTransaction,
        payment: &Payment,
    ) -> Result<Decision<()>> {
        let made = match repetition(reading, Command::PAY, payment)? {
            Ok(Repetition::Same) => return Ok(Decision::done(WriteSet::default(), ())),
            Ok(Repetition::New(made)) => made,
            Err(refusal) => return Ok(refusal.into()),
        };
        let purchase = payment.purchase();
        let wallet = match self.spender(reading, &purchase)? {
            Ok(wallet) => wallet,
            Err(refusal) => return Ok(refusal.into()),
        };
        if let Err(refusal) = check_operation(&payment.operation, wallet.account, &purchase) {
            return Ok(refusal.into());
        }
        if let Err(refusal) = self.check_payee(reading, &payment.operation)? {
            return Ok(refusal.into());
        }
        // With the wallet itself as the order it would be a redemption: see `redeem`.
        if payment.order == payment.wallet {
            return Ok(Refusal::of(WalletStatus::AUTHORISATION_MUST_MATCH).into());
        }
        let used = match payment.authorisation {
            Some(id) => Some((id, self.times_set(reading, payment.wallet)?)),
            None => None,
        };
        let spent = self.spend(reading, &wallet, &purchase, Source::Wallet, used)?;
        let received = match spent {
            Ok(_) => self.receive(reading, &payment.operation)?,
            Err(refusal) => Err(refusal),
        };
        Ok(spent
            .and_then(|mut changes| {
                let received = received?;
                changes.rows.extend(received.rows);
                changes.audit.extend(received.audit);
                changes.operation(payment.operation);
                changes.put(&payment.operation.id, &made);
                let actor = Actor::Customer;
                let entry = AuditEntry::new(payment.wallet, Command::PAY, &actor, reading.now());
                changes.audit.push(entry.about(payment.operation.id));
                Ok(Decision::done(changes, ()))
            })
            .into())
    }

    /// What a payment to this payee changes there; [`Wallets::check_payee`] let it pass. A wallet
    /// is topped up by it, if the policy lets wallets pay each other: within the limits of its
    /// tier, and its own trail tells of it. The payer is not told which of its limits stands in the
    /// way.
    fn receive(
        &self,
        reading: &mut ReadTransaction,
        operation: &Operation,
    ) -> Result<Result<WriteSet, Refusal>> {
        let mut changes = WriteSet::default();
        if !self.policy().payments.to_wallets {
            return Ok(Ok(changes));
        }
        let payee = reading.peek::<AccountRow>(&operation.credit_account)?;
        let Some(AccountRow { wallet }) = payee else { return Ok(Ok(changes)) };
        let cannot = || Ok(Err(Refusal::of(WalletStatus::PAYEE_CANNOT_RECEIVE)));
        let Some(row) = reading.get::<WalletRow>(&wallet)? else { return cannot() };
        let is_active = row.state == WalletState::Active;
        let coming = (WalletOperation::TopUp, operation.amount);
        if !is_active || self.make_room(reading, &mut changes, (wallet, &row), coming)?.is_err() {
            return cannot();
        }
        let entry = AuditEntry::new(wallet, Command::RECEIVE, &Actor::System, reading.now());
        let amount = reading.money(operation.ledger, operation.amount)?;
        let detail = format!("{amount} from account {}", operation.debit_account);
        changes.audit.push(entry.about(operation.id).detail(detail));
        Ok(Ok(changes))
    }

    /// Refuses an operation that pays a wallet, or pays one its fee, where the policy does not let
    /// wallets pay each other.
    pub(super) fn check_payee(
        &self,
        reading: &ReadTransaction,
        operation: &Operation,
    ) -> Result<Result<(), Refusal>> {
        let is_wallet = |account: Id| -> Result<bool> {
            Ok(!account.is_zero() && reading.peek::<AccountRow>(&account)?.is_some())
        };
        let may_be_paid = self.policy().payments.to_wallets;
        let is_refused = is_wallet(operation.fee_account)?
            || !may_be_paid && is_wallet(operation.credit_account)?;
        Ok(refuse_if(is_refused, WalletStatus::PAYEE_MUST_NOT_BE_A_WALLET))
    }

    /// Refuses a purchase whose payee cannot be paid, as paying would, so that no password is asked
    /// for, and no card charged, in vain.
    pub(super) fn check_receiver(
        &self,
        reading: &ReadTransaction,
        purchase: &Purchase,
        payer: Id,
    ) -> Result<Result<(), Refusal>> {
        if let Some(AccountRow { wallet }) = reading.peek::<AccountRow>(&purchase.payee)? {
            let is_redemption = purchase.order == purchase.wallet;
            if is_redemption || !self.policy().payments.to_wallets {
                return Ok(Err(Refusal::of(WalletStatus::PAYEE_MUST_NOT_BE_A_WALLET)));
            }
            let row = reading.peek::<WalletRow>(&wallet)?;
            if row.is_none_or(|row| row.state != WalletState::Active) {
                return Ok(Err(Refusal::of(WalletStatus::PAYEE_CANNOT_RECEIVE)));
            }
        }
        let status = match reading.snapshot().account(purchase.payee)? {
            _ if purchase.payee.is_zero() => Status::CREDIT_ACCOUNT_MUST_NOT_BE_ZERO,
            _ if purchase.payee == payer => Status::ACCOUNTS_MUST_BE_DIFFERENT,
            None => Status::CREDIT_ACCOUNT_NOT_FOUND,
            Some(payee) if payee.ledger != purchase.ledger => {
                Status::ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER
            }
            Some(payee) if payee.has(AccountFlags::FROZEN) => Status::CREDIT_ACCOUNT_FROZEN,
            Some(payee) if payee.has(AccountFlags::CLOSED) => Status::CREDIT_ACCOUNT_CLOSED,
            Some(_) => Status::APPLIED,
        };
        let is_refused = status != Status::APPLIED;
        Ok(if is_refused { Err(Refusal::by_ledger(status)) } else { Ok(()) })
    }

    /// Whether so much more may come into a wallet by an operation that its tier must allow. What
    /// waits in escrow counts, on its way out or in. Two commands that put money in are judged one
    /// after the other: both rely on the row of what it spent, which is put back.
    pub(super) fn make_room(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        wallet: (Id, &WalletRow),
        coming: (WalletOperation, Amount),
    ) -> Result<Result<(), Refusal>> {
        let ((id, row), (operation, amount)) = (wallet, coming);
        let promised = self.promised(reading, changes, (id, row))?;
        let after = promised.and_then(|promised| promised.checked_add(amount));
        let payer = Payer { wallet: row, now: reading.now() };
        self.with_rules(reading, &payer, row.ledger, |rules| {
            let intent = payer.intent(operation, amount);
            payer.may_hold(rules, after.unwrap_or(Amount::MAX), &intent)
        })
    }

    /// As much of a refund as may come into a wallet: see [`Wallets::make_room`].
    pub(super) fn room_for_refund(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        wallet: (Id, &WalletRow),
        amount: Amount,
    ) -> Result<Amount> {
        let promised = self.promised(reading, changes, wallet)?.unwrap_or(Amount::MAX);
        let payer = Payer { wallet: wallet.1, now: reading.now() };
        let room = self.with_rules(reading, &payer, wallet.1.ledger, |rules| {
            Ok(rules.room(promised, &payer.intent(WalletOperation::RefundToWallet, amount)))
        })?;
        Ok(room.unwrap_or(Amount::ZERO))
    }

    /// What lies in a wallet, or is to come out of escrow; `None` above all amounts. The command
    /// relies on it: see [`Wallets::make_room`].
    fn promised(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        (id, row): (Id, &WalletRow),
    ) -> Result<Option<Amount>> {
        let key = SpendingKey { wallet: id, ledger: row.ledger };
        let spending = self.counted_of(reading, &key, row.account)?;
        changes.put(&key, &spending);
        promised(reading, row.account)
    }

    /// The wallet of a purchase. What a payment adds, nobody looks for who changes the wallet: what
    /// is in escrow, the account knows.
    pub(super) fn spender(
        &self,
        reading: &mut ReadTransaction,
        purchase: &Purchase,
    ) -> Result<Result<WalletRow, Refusal>> {
        let wallet = reading.get_alone::<WalletRow>(&purchase.wallet)?;
        Ok(wallet.ok_or(Refusal::of(WalletStatus::WALLET_NOT_FOUND)))
    }

    /// The changes that count a purchase, and use its authorisation up.
    pub(super) fn spend(
        &self,
        reading: &mut ReadTransaction,
        wallet: &WalletRow,
        purchase: &Purchase,
        source: Source,
        used: Option<(Id, u32)>,
    ) -> Result<Result<WriteSet, Refusal>> {
        let key = SpendingKey { wallet: purchase.wallet, ledger: purchase.ledger };
        let mut spending = self.counted_of(reading, &key, wallet.account)?;
        let payer = Payer { wallet, now: reading.now() };
        let judged = self.with_rules(reading, &payer, purchase.ledger, |rules| {
            spending.pay(&payer, rules, purchase, source, used)
        })?;
        let judged = match judged {
            Ok(()) if used.is_none() => self.without_password(reading, purchase.wallet)?,
            judged => judged,
        };
        Ok(judged.map(|()| {
            let mut changes = WriteSet::default();
            changes.put(&key, &spending);
            changes
        }))
    }

    /// Whether a small payment may do without the payment password. Not while the password is
    /// locked, for then somebody who does not know it has the wallet in hand; and not where none
    /// was ever set, unless the policy says so. The command relies on it.
    pub(super) fn without_password(
        &self,
        reading: &mut ReadTransaction,
        wallet: Id,
    ) -> Result<Result<(), Refusal>> {
        let now = reading.now();
        Ok(match reading.get::<CredentialRow>(&CredentialKey::payment(wallet))? {
            Some(credential) => credential.check(self.device, now),
            None => {
                let is_needed = !self.policy().payments.small_before_password;
                refuse_if(is_needed, WalletStatus::PAYMENT_PASSWORD_MUST_BE_SET)
            }
        })
    }

    /// Judges by the limits of a ledger.
    pub(super) fn with_rules<A>(
        &self,
        reading: &mut ReadTransaction,
        payer: &Payer<'_>,
        ledger: u32,
        judge: impl FnOnce(&Rules<'_>) -> Result<A, Refusal>,
    ) -> Result<Result<A, Refusal>> {
        if ledger != payer.wallet.ledger {
            return Ok(Err(Refusal::of(WalletStatus::WALLET_HAS_ANOTHER_LEDGER)));
        }
        let Some(ledger) = reading.snapshot().ledger(ledger)? else {
            return Ok(Err(Refusal::by_ledger(Status::LEDGER_NOT_FOUND)));
        };
        let rules = Rules::of(self.policy(), &ledger).map_err(|excess| payer.refusal(excess));
        let elsewhere = self.elsewhere(reading, payer.wallet, &ledger)?;
        Ok(rules.and_then(|rules| judge(&rules.beside(elsewhere?))))
    }

    /// Whether the tier that a wallet is in allows something. One that a newer policy does not have
    /// any more counts as its highest.
    pub(super) fn allows(
        &self,
        wallet: &WalletRow,
        operation: WalletOperation,
        now: Timestamp,
    ) -> bool {
        let tiers = &self.policy().tiers;
        let tier = tiers.get(usize::from(tier_at(wallet, now))).or(tiers.last());
        tier.is_some_and(|tier| tier.operations.contains(&operation))
    }

    /// How many times the payment password was set.
    ///
    /// Not guarded by itself, or each guess at the password would have a payment judged again:
    /// whoever sets it writes the wallet, or puts it back, and every payment relies on that.
    pub(super) fn times_set(&self, reading: &ReadTransaction, wallet: Id) -> Result<u32> {
        let credential = reading.peek::<CredentialRow>(&CredentialKey::payment(wallet))?;
        Ok(credential.map_or(0, |credential| credential.times_set))
    }

    /// Puts money into a wallet: a transfer to its account from an external one, without flags. The
    /// balance after it must be within the limits of its tier. Sent again, it is answered
    /// [`Status::EXISTS`]; a transfer that topped up another wallet is refused by the ledger with
    /// `exists_with_different_credit_account`, and one that was no top-up with `exists`.
    ///
    /// Money that comes in by other operations of the store is not limited.
    ///
    /// Also for a top-up by bound card: the host charges the card and reports the money here, from
    /// the account that card money comes from. [`Wallets::begin_card_payment`] is only for orders,
    /// takes the payment password and counts as a payment. A top-up takes no authorisation, is not
    /// counted as a payment, and cannot be given back to its card by
    /// [`Wallets::refund_card_payment`].
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn top_up(&self, wallet: Id, operation: Operation) -> Result<Result<Outcome, Refusal>> {
        let payment = Payment { wallet, order: Id::ZERO, authorisation: None, operation };
        let done =
            self.transact_with_outcomes(wallet, |reading| self.judge_top_up(reading, &payment))?;
        self.paid(done.map(|done| done.outcomes), &payment)
    }

    fn judge_top_up(
        &self,
        reading: &mut ReadTransaction,
        payment: &Payment,
    ) -> Result<Decision<()>> {
        let Payment { wallet: id, operation, .. } = *payment;
        let made = match repetition(reading, Command::TOP_UP, payment)? {
            Ok(Repetition::Same) => return Ok(Decision::done(WriteSet::default(), ())),
            Ok(Repetition::New(made)) => made,
            Err(refusal) => return Ok(refusal.into()),
        };
        let Some(wallet) = reading.get::<WalletRow>(&id)? else {
            return Ok(Refusal::of(WalletStatus::WALLET_NOT_FOUND).into());
        };
        let source = reading.snapshot().account(operation.debit_account)?;
        let is_external = source.is_some_and(|account| account.has(AccountFlags::EXTERNAL));
        let is_plain = operation.kind == Kind::TRANSFER
            && operation.flags == OperationFlags::NONE
            && operation.credit_account == wallet.account
            && is_external;
        if !is_plain {
            return Ok(Refusal::of(WalletStatus::PAYMENT_MUST_BE_PLAIN).into());
        }
        if let Err(refusal) = (Payer { wallet: &wallet, now: reading.now() }).check_active() {
            return Ok(refusal.into());
        }
        let mut changes = WriteSet::default();
        let coming = (WalletOperation::TopUp, operation.amount);
        let judged = self.make_room(reading, &mut changes, (id, &wallet), coming)?;
        Ok(judged
            .map(|()| {
                let entry = AuditEntry::new(id, Command::TOP_UP, &Actor::Customer, reading.now());
                changes.audit.push(entry.about(operation.id));
                changes.operation(operation);
                changes.put(&operation.id, &made);
                Decision::done(changes, ())
            })
            .into())
    }

    /// Takes money out of a wallet, where the policy allows it ([`Redemption`]): a transfer from
    /// its account to one that the host pays out from. It is authorised like a payment whose order
    /// is the wallet itself: an authorisation for an order is refused with
    /// `authorisation_must_match`, and so is one for a redemption by [`Wallets::pay`]. The account
    /// must be neither external nor another wallet's: wallet money leaves through the host's books.
    ///
    /// [`Redemption`]: crate::wallet::policy::Redemption
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn redeem(&self, payment: &Payment) -> Result<Result<Outcome, Refusal>> {
        if !self.policy().redemption.allowed {
            return Ok(Err(Refusal::of(WalletStatus::REDEMPTION_IS_OFF)));
        }
        let done = self.transact_with_outcomes(payment.wallet, |reading| {
            self.judge_redemption(reading, payment)
        })?;
        self.paid(done.map(|done| done.outcomes), payment)
    }

    fn judge_redemption(
        &self,
        reading: &mut ReadTransaction,
        payment: &Payment,
    ) -> Result<Decision<()>> {
        let made = match repetition(reading, Command::REDEEM, payment)? {
            Ok(Repetition::Same) => return Ok(Decision::done(WriteSet::default(), ())),
            Ok(Repetition::New(made)) => made,
            Err(refusal) => return Ok(refusal.into()),
        };
        let purchase = payment.purchase();
        let wallet = match self.spender(reading, &purchase)? {
            Ok(wallet) => wallet,
            Err(refusal) => return Ok(refusal.into()),
        };
        if !self.allows(&wallet, WalletOperation::Redeem, reading.now()) {
            return Ok(Refusal::of(WalletStatus::OPERATION_IS_NOT_ALLOWED).into());
        }
        let Some(authorisation) = payment.authorisation else {
            return Ok(Refusal::of(WalletStatus::PAYMENT_PASSWORD_IS_NEEDED).into());
        };
        let is_transfer = payment.operation.kind == Kind::TRANSFER;
        let to_wallet = reading.peek::<AccountRow>(&payment.operation.credit_account)?.is_some();
        let checked = refuse_if(!is_transfer, WalletStatus::PAYMENT_MUST_BE_PLAIN)
            .and_then(|()| check_operation(&payment.operation, wallet.account, &purchase))
            .and_then(|()| {
                let for_order = payment.order != payment.wallet;
                refuse_if(for_order, WalletStatus::AUTHORISATION_MUST_MATCH)?;
                refuse_if(to_wallet, WalletStatus::PAYEE_MUST_NOT_BE_A_WALLET)
            });
        if let Err(refusal) = checked {
            return Ok(refusal.into());
        }
        let used = Some((authorisation, self.times_set(reading, payment.wallet)?));
        let spent = self.spend(reading, &wallet, &purchase, Source::Wallet, used)?;
        Ok(spent
            .map(|mut changes| {
                changes.operation(payment.operation);
                changes.put(&payment.operation.id, &made);
                let actor = Actor::Customer;
                let entry = AuditEntry::new(payment.wallet, Command::REDEEM, &actor, reading.now());
                changes.audit.push(entry.about(payment.operation.id));
                Decision::done(changes, ())
            })
            .into())
    }

    /// What a wallet has paid, and the tier that it is in; `None` if there is no such wallet.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Io`].
    pub fn spending(&self, wallet: Id) -> Result<Option<Spending>> {
        let reading = self.read()?;
        let Some(row) = reading.peek::<WalletRow>(&wallet)? else { return Ok(None) };
        let key = SpendingKey { wallet, ledger: row.ledger };
        let spending = reading.peek::<SpendingRow>(&key)?.unwrap_or_default();
        let spending = self.without_refunds(&reading, (wallet, row.account), spending)?;
        let now = reading.now();
        let counters: &Counters = &spending.counters;
        let [day, month, year, lifetime] = counters.spent(self.policy(), now);
        let (tier, authorisations) = (tier_at(&row, now), spending.waiting(now));
        Ok(Some(Spending { tier, day, month, year, lifetime, authorisations }))
    }
}

/// Whether a command was carried out before.
pub(super) enum Repetition {
    /// It was, just the same: the ledger compares its operation with the first, and changes
    /// nothing.
    Same,
    /// It was not; what remembers it once it is.
    New(PaymentRow),
}

/// Compares a command with what was done under the id of its operation. An operation that did not
/// come from this wallet, by this command, is not this payment: its order is not paid.
pub(super) fn repetition(
    reading: &mut ReadTransaction,
    command: Command,
    payment: &Payment,
) -> Result<Result<Repetition, Refusal>> {
    let (id, wallet, order) = (payment.operation.id, payment.wallet, payment.order);
    let wanted = PaymentRow { command: command.number(), wallet, order };
    if let Some(made) = reading.get::<PaymentRow>(&id)? {
        return Ok(made.check_repeated(&wanted).map(|()| Repetition::Same));
    }
    let Some(refusal) = is_taken(reading, id)? else {
        return Ok(Ok(Repetition::New(wanted)));
    };
    // An older version wrote the trail alone, which does not tell the order.
    for entry in reading.scan::<AuditEntry>(&wallet.to_bytes(), None) {
        let (_, entry) = entry?;
        if entry.command == command && entry.about == id {
            return Ok(Ok(Repetition::Same));
        }
    }
    Ok(Err(refusal))
}

/// The refusal of an id that the ledger knows: that of an operation that was carried out, or that
/// lies in an archived part of the journal.
pub(super) fn is_taken(reading: &ReadTransaction, id: Id) -> Result<Option<Refusal>> {
    let status = match reading.snapshot().operation(id) {
        Ok(Some(found)) if found.status == Status::APPLIED => Status::EXISTS,
        Ok(_) => return Ok(None),
        Err(Error::Archived { .. }) => Status::ORIGINAL_IS_ARCHIVED,
        Err(error) => return Err(error),
    };
    Ok(Some(Refusal::by_ledger(status)))
}
