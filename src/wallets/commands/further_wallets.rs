//! Further wallets of a person, each in a ledger of its own.

use super::Wallets;
use super::submission::opened_before;
use super::transaction::ReadTransaction;
use crate::model::Id;
use crate::store::Result;
use crate::wallets::rules::birth_date;
use crate::wallets::rules::further_wallet::Further;
use crate::wallets::rules::registration;
use crate::wallets::rules::rows::{AccountRow, WalletRow};
use crate::wallets::rules::{
    Actor, AuditEntry, Command, Decision, LetterKind, NewWallet, Refusal, WalletStatus, WriteSet,
};

impl Wallets {
    /// Opens a further wallet for a person who has one, in another ledger, for the customer whom
    /// the host has authenticated. Nothing is registered anew: the person, the login, the consents
    /// and the profile are those that there are. The wallet begins in tier 0, with a payment
    /// password and cards of its own, and with the lower limits that hold in the person's other
    /// wallets, if any. The customer is told by every channel. Sent again, it answers as before.
    ///
    /// Refused: `id_must_be_valid`; `person_not_found`; `person_must_be_active` before the
    /// registration is submitted; `wallet_must_be_active` while another wallet of the person is
    /// frozen, or if all are closed; `consent_must_be_given` for a consent that the policy asks for
    /// by now; `wallet_exists_in_ledger` if the person has or had one there; `wallet_exists`;
    /// `account_must_fit`; `exchange_rate_is_missing` if the policy counts all wallets of a person
    /// and has no rate for this currency, or that of another one; `birth_date_must_be_given` and
    /// `person_is_underage` by a policy with a minimum age; `refused_by_ledger`.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn open_wallet(&self, person: Id, new: &NewWallet) -> Result<Result<(), Refusal>> {
        let bad = |id: Id| id.is_zero() || id.is_max();
        if bad(new.wallet) || bad(new.account) {
            return Ok(Err(WalletStatus::ID_MUST_BE_VALID.into()));
        }
        // Judged before the account is opened, which no chain can hold; and again with the rows.
        let found = self.judge_further_wallet(&mut self.read()?, person, new)?;
        if found.answer.is_err() || found.changes.is_empty() {
            return Ok(found.answer);
        }
        if let Err(refusal) = self.open_account(new)? {
            return Ok(Err(refusal));
        }
        self.transact(person, |reading| self.judge_further_wallet(reading, person, new))
    }

    fn judge_further_wallet(
        &self,
        reading: &mut ReadTransaction,
        of: Id,
        new: &NewWallet,
    ) -> Result<Decision<()>> {
        let now = reading.now();
        let wallet = reading.get::<WalletRow>(&new.wallet)?;
        if let Some(again) = opened_before(reading, of, wallet.as_ref(), new)? {
            return Ok(again.map(|()| Decision::done(WriteSet::default(), ())).into());
        }
        let (person, key) = match self.person(reading, of)? {
            Ok(found) => found,
            Err(refusal) => return Ok(refusal.into()),
        };
        let mut others = Vec::with_capacity(person.wallets.len());
        for id in &person.wallets {
            others.extend(reading.get::<WalletRow>(id)?);
        }
        let account = reading.get::<AccountRow>(&new.account)?;
        let found = Further { person: &person, others: &others, wallet, account };
        let policy = &self.identity().registration;
        if let Err(refusal) = found.check(new, policy) {
            return Ok(refusal.into());
        }
        if let Err(refusal) = self.check_rates(reading, new.ledger, &others)? {
            return Ok(refusal.into());
        }
        let profile = self.profile_of(of, &person, &key)?;
        let born = profile.as_ref().map_or("", |profile| &profile.birth_date);
        if let Err(refusal) = birth_date::check_age(born, policy.minimum_age, now) {
            return Ok(refusal.into());
        }
        let cooldown_until = found.cooldown_until();
        let entry = AuditEntry::new(of, Command::OPEN_WALLET, &Actor::Customer, now);
        let mut changes = WriteSet::of(entry.about(new.wallet));
        self.tell(&mut changes, (of, &person, &key), LetterKind::WALLET_OPENED, new.wallet, now)?;
        registration::open(&mut changes, (of, person), (new, policy), cooldown_until, now);
        Ok(Decision::done(changes, ()))
    }
}
