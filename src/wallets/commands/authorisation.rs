//! Authorising a payment by the payment password.

use super::Wallets;
use super::transaction::ReadTransaction;
use crate::model::{Id, Timestamp};
use crate::store::Result;
use crate::wallets::rules::audit::{Actor, AuditEntry, Command};
use crate::wallets::rules::cards::CardsRow;
use crate::wallets::rules::payment::{Authorisation, Needs, Payer, Purchase, Source, SpendingKey};
use crate::wallets::rules::{Decision, Refusal, WriteSet};

/// What a command came to: its answer, or the refusal.
type Judged<A> = Result<Result<A, Refusal>>;

/// What the customer confirms.
#[derive(Clone, Copy, Debug)]
struct Request<'call> {
    authorisation: Id,
    purchase: &'call Purchase,
    /// Zero for the money in the wallet.
    card: Id,
    second_factor: bool,
}

impl Wallets {
    /// What a payment from the wallet's money would need now, or the limit that it would break.
    /// With it the shop asks for no password in vain, and for a second factor in time. A payee that
    /// cannot be paid is refused as by [`Wallets::authorise`].
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt), [`Error::Io`](crate::Error::Io).
    pub fn needs(&self, purchase: &Purchase) -> Result<Result<Needs, Refusal>> {
        let mut reading = self.read()?;
        let wallet = match self.spender(&mut reading, purchase)? {
            Ok(wallet) => wallet,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let key = SpendingKey { wallet: purchase.wallet, ledger: purchase.ledger };
        let spending = self.counted_of(&mut reading, &key, wallet.account)?;
        let payer = Payer { wallet: &wallet, now: reading.now() };
        let needs = self.with_rules(&mut reading, &payer, purchase.ledger, |rules| {
            payer.check_active()?;
            spending.needs(&payer, rules, Source::Wallet, purchase.amount)
        })?;
        let receiver = self.check_receiver(&reading, purchase, wallet.account)?;
        let needs = needs.and_then(|needs| receiver.map(|()| needs));
        Ok(match needs {
            // What pays without it is refused while it is locked, or not made yet: ask for it.
            Ok(Needs::Nothing)
                if self.without_password(&mut reading, purchase.wallet)?.is_err() =>
            {
                Ok(Needs::Password)
            }
            needs => needs,
        })
    }

    /// Authorises one payment from the money in the wallet: the customer gave the payment password
    /// for exactly this order, payee, amount and ledger. The authorisation is good for one payment,
    /// for the time that the policy sets (five minutes by default), and until the password changes.
    /// Returns when it ends.
    ///
    /// `second_factor` is what the host attests: that it checked one. Failed passwords are counted
    /// before the answer is given, and lock the password after a few. An order whose id is the
    /// wallet's stands for a redemption: [`Wallets::redeem`] takes it, [`Wallets::pay`] does not.
    ///
    /// Refused at once for a payee that could not be paid: `refused_by_ledger` with what the ledger
    /// would say of an account that is not there, of another ledger, frozen or closed;
    /// `payee_must_not_be_a_wallet`; `payee_cannot_receive` for a wallet that is not active.
    ///
    /// # Errors
    /// As [`Store::submit`](crate::Store::submit); [`Error::Contended`](crate::Error::Contended).
    pub fn authorise(
        &self,
        authorisation: Id,
        purchase: &Purchase,
        password: &str,
        second_factor: bool,
    ) -> Result<Result<Timestamp, Refusal>> {
        let request = Request { authorisation, purchase, card: Id::ZERO, second_factor };
        self.confirm(&request, password)
    }

    /// As [`Wallets::authorise`], for a payment with a bound card: see
    /// [`Wallets::begin_card_payment`].
    ///
    /// # Errors
    /// As [`Wallets::authorise`].
    pub fn authorise_card(
        &self,
        authorisation: Id,
        purchase: &Purchase,
        card: Id,
        password: &str,
        second_factor: bool,
    ) -> Result<Result<Timestamp, Refusal>> {
        let reading = self.read()?;
        let cards = reading.peek::<CardsRow>(&purchase.wallet)?.unwrap_or_default();
        let card = match cards.active(card, reading.now()) {
            Ok(found) => found.id,
            Err(refusal) => return Ok(Err(refusal)),
        };
        drop(reading);
        self.confirm(&Request { authorisation, purchase, card, second_factor }, password)
    }

    /// The password is judged, and whatever it came to is remembered with the answer.
    fn confirm(&self, request: &Request<'_>, password: &str) -> Result<Result<Timestamp, Refusal>> {
        self.authorise_by_password(request.purchase.wallet, password, |reading, times_set| {
            self.authorised(reading, request, times_set)
        })
    }

    /// Judges the payment password, and if it is right what it is given for. `authorised` is told
    /// how many times the password had been set; it gives the changes and the answer, such as when
    /// the authorisation ends.
    pub(super) fn authorise_by_password<A>(
        &self,
        wallet: Id,
        password: &str,
        authorised: impl Fn(&mut ReadTransaction, u32) -> Judged<(WriteSet, A)>,
    ) -> Judged<A> {
        let attempt = self.try_payment_password(wallet, password)?;
        self.transact(wallet, |reading| {
            let mut changes = WriteSet::default();
            let judged = self.judge_payment_password(reading, &mut changes, wallet, &attempt)?;
            if let Err(refusal) = judged {
                return Ok(Decision::refused(changes, refusal));
            }
            Ok(match authorised(reading, attempt.times_set)? {
                Ok((more, answer)) => {
                    changes.rows.extend(more.rows);
                    changes.operations.extend(more.operations);
                    changes.audit.extend(more.audit);
                    Decision::done(changes, answer)
                }
                Err(refusal) => Decision::refused(changes, refusal),
            })
        })
    }

    /// The changes that remember an authorisation, and when it ends. The password was right.
    fn authorised(
        &self,
        reading: &mut ReadTransaction,
        request: &Request<'_>,
        times_set: u32,
    ) -> Result<Result<(WriteSet, Timestamp), Refusal>> {
        let (purchase, now) = (request.purchase, reading.now());
        let wallet = match self.spender(reading, purchase)? {
            Ok(wallet) => wallet,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let expires_at = now.plus_seconds(self.policy().payments.authorisation_seconds);
        let new = Authorisation {
            id: request.authorisation,
            order: purchase.order,
            payee: purchase.payee,
            amount: purchase.amount.minor_units(),
            card: request.card,
            times_set,
            has_second_factor: request.second_factor,
            expires_at,
        };
        let key = SpendingKey { wallet: purchase.wallet, ledger: purchase.ledger };
        let mut spending = self.counted_of(reading, &key, wallet.account)?;
        let payer = Payer { wallet: &wallet, now };
        let judged = self.with_rules(reading, &payer, purchase.ledger, |rules| {
            spending.authorise(&payer, rules, purchase, new)
        })?;
        let receiver = self.check_receiver(reading, purchase, wallet.account)?;
        Ok(judged.and(receiver).map(|()| {
            let (command, actor) = (Command::AUTHORISE_PAYMENT, Actor::Customer);
            let entry = AuditEntry::new(purchase.wallet, command, &actor, now);
            let mut changes = WriteSet::of(entry.about(request.authorisation));
            changes.put(&key, &spending);
            (changes, expires_at)
        }))
    }
}
