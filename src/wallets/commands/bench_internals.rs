//! A door for measuring: what finished registrations leave, written for many customers at once.
//!
//! Not an API: it is there with the feature `bench-internals` only, which the benchmarks switch on,
//! and changes as the rows do. Written are a key in the file of keys, the rows of person, address,
//! document, both passwords, wallet and account, the trail, and the account in the ledger; not what
//! passes: letters, tokens, entries of the agenda. A hash costs more than all else of a
//! registration: it is computed once for all, and sealed for each under a key of their own.

use super::Wallets;
use super::persons::PersonKey;
use crate::model::{Account, AccountFlags as Flags, Amount, Id, Timestamp};
use crate::store::{Error, Result};
use crate::wallets::rules::payment::{Authorisation, SpendingKey, SpendingRow};
use crate::wallets::rules::rows::{
    AccountRow, AddressRow, Consent, Contents, CredentialKey, CredentialRow, DocumentRow,
    PersonRow, PersonState, WalletRow,
};
use crate::wallets::rules::secrets::{Field, IndexKind, PasswordText};
use crate::wallets::rules::{Actor, AuditEntry, Command, Decision, Profile, WalletState, WriteSet};
use std::fmt;

/// What a registration leaves in a trail.
const TRAIL: [Command; 6] = [
    Command::BEGIN_REGISTRATION,
    Command::CONFIRM_ADDRESS,
    Command::SET_PROFILE,
    Command::SET_LOGIN_PASSWORD,
    Command::SET_CONSENT,
    Command::SUBMIT_REGISTRATION,
];

/// A customer as if registered.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Registered {
    pub person: Id,
    pub wallet: Id,
    pub account: Id,
    pub email: String,
    pub profile: Profile,
    /// A payment that waits, authorised for a day; `None` for none.
    pub authorised: Option<Waiting>,
}

/// A payment that is authorised from the money in the wallet.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    pub authorisation: Id,
    pub order: Id,
    pub payee: Id,
    pub amount: Amount,
}

/// Hashes of the passwords that customers share.
#[doc(hidden)]
pub struct SharedPasswords {
    login: String,
    payment: String,
}

impl fmt::Debug for SharedPasswords {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SharedPasswords").finish_non_exhaustive()
    }
}

impl Wallets {
    /// Hashes the passwords that customers will have.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    #[doc(hidden)]
    pub fn shared_passwords(&self, login: &str, payment: &str) -> Result<SharedPasswords> {
        let hash = |text: &str| {
            let hash = self.shared.hashing.hash(&PasswordText::new(text))?;
            Ok::<_, Error>(hash.as_str().to_owned())
        };
        Ok(SharedPasswords { login: hash(login)?, payment: hash(payment)? })
    }

    /// Writes customers, none of whom may exist yet, as many as fit into one batch: some hundreds.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    #[doc(hidden)]
    pub fn put_registered(
        &self,
        ledger: u32,
        passwords: &SharedPasswords,
        customers: &[Registered],
    ) -> Result<()> {
        let flags = Flags::SPEND_ONLY | Flags::DEBITS_MUST_NOT_EXCEED_CREDITS | Flags::HISTORY;
        let account = |one: &Registered| Account {
            user_data_128: one.wallet,
            ..Account::new(one.account, ledger, 200, flags)
        };
        let accounts: Vec<_> = customers.iter().map(account).collect();
        self.shared.store.create_accounts(&accounts)?;
        let persons: Vec<_> = customers.iter().map(|one| one.person).collect();
        let keys = self.create_person_keys(&persons)?;
        let locks: Vec<_> = persons.iter().map(|&person| [person; 2]).collect();
        let done = self.transact_many(&locks, |place, reading| {
            let (slot, key) = &keys[place];
            let (one, now) = (&customers[place], reading.now());
            let changes = self.rows_of((one, ledger), passwords, (*slot, key), now)?;
            Ok(Decision::done(changes, ()))
        })?;
        let taken = |_| Error::InvalidArgument("a customer of this id exists".into());
        done.into_iter().try_for_each(|one| one?.map(drop).map_err(taken))
    }

    fn rows_of(
        &self,
        (one, ledger): (&Registered, u32),
        passwords: &SharedPasswords,
        (slot, key): (u64, &PersonKey),
        now: Timestamp,
    ) -> Result<WriteSet> {
        let Registered { person, wallet, account, email, profile, authorised } = one;
        let (person, wallet) = (*person, *wallet);
        let mut changes = WriteSet::default();
        let address = self.places(IndexKind::ADDRESS, email)?[0];
        let document = self.places(IndexKind::DOCUMENT, &profile.document())?[0];
        let clear = profile.to_clear();
        let clear = clear.map_err(|why| Error::unread_contents::<Profile>("a person", why))?;
        let (kind, version) = ("terms".to_owned(), "1".to_owned());
        let row = PersonRow {
            state: PersonState::Active,
            slot,
            created_at: now,
            address: Some(key.seal(person, Field::ADDRESS, email.as_bytes())?),
            address_index: address,
            profile: Some(key.seal(person, Field::PROFILE, &clear)?),
            document_index: Some(document),
            consents: vec![Consent { kind, version, is_given: true, at: now }],
            wallets: vec![wallet],
            legal_hold: false,
            retain_until: Timestamp::NONE,
            notes: 0,
            proposed: None,
            term: Timestamp::NONE,
        };
        changes.put(&person, &row);
        changes.put(&address, &AddressRow { owner: person, ..AddressRow::default() });
        changes.put(&document, &DocumentRow { owner: person });
        for (at, owner, field, hash) in [
            (CredentialKey::login(person), person, Field::LOGIN_HASH, &passwords.login),
            (CredentialKey::payment(wallet), wallet, Field::PAYMENT_HASH, &passwords.payment),
        ] {
            let hash = key.seal(owner, field, hash.as_bytes())?;
            let row = CredentialRow::new(person, hash, 1, now);
            changes.put(&at, &row);
        }
        let row = WalletRow {
            person,
            account: *account,
            ledger,
            state: WalletState::Active,
            tier: 0,
            tier_until: Timestamp::NONE,
            created_at: now,
            refunds_to_wallet: false,
            cooldown_until: Timestamp::NONE,
            recovery: Id::ZERO,
        };
        changes.put(&wallet, &row);
        changes.put(account, &AccountRow { wallet });
        if let Some(waiting) = authorised {
            changes.put(&SpendingKey { wallet, ledger }, &spending(waiting, now));
        }
        let entry = |subject, command| AuditEntry::new(subject, command, &Actor::Customer, now);
        changes.audit.extend(TRAIL.map(|command| entry(person, command)));
        changes.audit.push(entry(wallet, Command::CREATE_PAYMENT_PASSWORD));
        Ok(changes)
    }
}

fn spending(waiting: &Waiting, now: Timestamp) -> SpendingRow {
    let authorisation = Authorisation {
        id: waiting.authorisation,
        order: waiting.order,
        payee: waiting.payee,
        amount: waiting.amount.minor_units(),
        card: Id::ZERO,
        times_set: 1,
        has_second_factor: false,
        expires_at: now.plus_seconds(24 * 60 * 60),
    };
    SpendingRow { authorisations: vec![authorisation], ..SpendingRow::default() }
}
