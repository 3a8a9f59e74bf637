//! A door for measuring: many wallets at once, as if each had been registered.
//!
//! Not an API: it is there with the feature `parts` only. For each customer it writes what a finished
//! registration leaves: a key in the file of keys, the rows of person, address, document, both
//! passwords, wallet and account, the trail, and the account in the ledger. Not what passes: letters,
//! tokens, entries of the agenda. All have the same passwords, hashed once, as a hash costs more than
//! all else of it; each has it sealed under a key of their own.

use super::Wallets;
use super::persons::PersonKey;
use crate::model::{Account, AccountFlags as Flags, Id, Timestamp};
use crate::store::{Error, Result};
use crate::wallets::rules::payment::{Authorisation, SpendingKey, SpendingRow};
use crate::wallets::rules::rows::{
    AccountRow, AddressRow, Consent, CredentialKey, CredentialRow, DocumentRow, PersonRow,
    PersonState, WalletRow,
};
use crate::wallets::rules::secrets::{Field, IndexKind, PasswordText};
use crate::wallets::rules::{
    Actor, AuditEntry, Changes, Command, Decision, DocumentKind, Profile, WalletState,
};
use std::fmt;

/// Customers of one batch: their rows fit into one.
const AT_A_TIME: u64 = 512;

/// What a registration leaves in a trail.
const TRAIL: [Command; 6] = [
    Command::BEGIN_REGISTRATION,
    Command::CONFIRM_ADDRESS,
    Command::SET_PROFILE,
    Command::SET_LOGIN_PASSWORD,
    Command::SET_CONSENT,
    Command::SUBMIT_REGISTRATION,
];

/// Customers by their numbers. The ids of all of one number follow from it.
#[derive(Clone)]
#[doc(hidden)]
pub struct Population {
    /// The ledger of their accounts.
    pub ledger: u32,
    /// Their password to log in.
    pub login: String,
    /// Their payment password.
    pub payment: String,
    /// Whom each has authorised one payment to, and how much; `None` for no payment.
    pub authorised: Option<(Id, crate::model::Amount)>,
}

impl fmt::Debug for Population {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Population").finish_non_exhaustive()
    }
}

/// Who is who, by number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[doc(hidden)]
pub struct Inhabitant(pub u64);

#[doc(hidden)]
impl Inhabitant {
    fn id(self, kind: u128) -> Id {
        Id::from_u128(kind << 64 | u128::from(self.0))
    }

    #[must_use]
    pub fn person(self) -> Id {
        self.id(1)
    }

    #[must_use]
    pub fn wallet(self) -> Id {
        self.id(2)
    }

    #[must_use]
    pub fn account(self) -> Id {
        self.id(3)
    }

    #[must_use]
    pub fn order(self) -> Id {
        self.id(4)
    }

    #[must_use]
    pub fn authorisation(self) -> Id {
        self.id(5)
    }

    #[must_use]
    pub fn email(self) -> String {
        // In letters: one number in ten could be that of a card, which no text may hold.
        let letters =
            self.0.to_string().into_bytes().into_iter().map(|digit| char::from(digit + 49));
        format!("{}@example.com", letters.collect::<String>())
    }
}

/// What all of a population share.
struct Shared<'p> {
    population: &'p Population,
    login_hash: String,
    payment_hash: String,
}

impl Wallets {
    /// Makes the customers of these numbers, of which none may exist.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    #[doc(hidden)]
    pub fn populate(
        &self,
        population: &Population,
        numbers: std::ops::Range<u64>,
        progress: &dyn Fn(u64),
    ) -> Result<()> {
        let hash = |text: &str| self.shared.hashing.hash(&PasswordText::new(text));
        let (login_hash, payment_hash) = (hash(&population.login)?, hash(&population.payment)?);
        let shared = Shared {
            population,
            login_hash: login_hash.as_str().to_owned(),
            payment_hash: payment_hash.as_str().to_owned(),
        };
        let mut from = numbers.start;
        while from < numbers.end {
            let to = numbers.end.min(from.saturating_add(AT_A_TIME));
            let some: Vec<_> = (from..to).map(Inhabitant).collect();
            self.settle(&shared, &some)?;
            progress(to);
            from = to;
        }
        Ok(())
    }

    fn settle(&self, shared: &Shared<'_>, some: &[Inhabitant]) -> Result<()> {
        let flags = Flags::SPEND_ONLY | Flags::DEBITS_MUST_NOT_EXCEED_CREDITS | Flags::HISTORY;
        let ledger = shared.population.ledger;
        let account = |one: &Inhabitant| Account {
            user_data_128: one.wallet(),
            ..Account::new(one.account(), ledger, 200, flags)
        };
        let accounts: Vec<_> = some.iter().map(account).collect();
        self.shared.store.create_accounts(&accounts)?;
        let persons: Vec<_> = some.iter().map(|one| one.person()).collect();
        let keys = self.create_person_keys(&persons)?;
        let lanes: Vec<_> = persons.iter().map(|&person| [person; 2]).collect();
        let done = self.transact_many(&lanes, |place, reading| {
            let (slot, key) = &keys[place];
            let changes = self.inhabit(shared, some[place], (*slot, key), reading.now())?;
            Ok(Decision::done(changes, ()))
        })?;
        let taken = |_| Error::InvalidArgument("a customer of this number exists".into());
        done.into_iter().try_for_each(|one| one?.map(drop).map_err(taken))
    }

    fn inhabit(
        &self,
        shared: &Shared<'_>,
        one: Inhabitant,
        (slot, key): (u64, &PersonKey),
        now: Timestamp,
    ) -> Result<Changes> {
        let (person, wallet) = (one.person(), one.wallet());
        let mut changes = Changes::default();
        let address = self.places(IndexKind::ADDRESS, &one.email())?[0];
        let profile = profile(one.0);
        let document = self.places(IndexKind::DOCUMENT, &profile.document())?[0];
        let clear = postcard::to_allocvec(&profile)
            .map_err(|_| Error::Corrupt("a profile cannot be written".into()))?;
        let (kind, version) = ("terms".to_owned(), "1".to_owned());
        let row = PersonRow {
            state: PersonState::Active,
            slot,
            created_at: now,
            address: Some(key.seal(person, Field::ADDRESS, one.email().as_bytes())?),
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
            (CredentialKey::login(person), person, Field::LOGIN_HASH, &shared.login_hash),
            (CredentialKey::payment(wallet), wallet, Field::PAYMENT_HASH, &shared.payment_hash),
        ] {
            let hash = key.seal(owner, field, hash.as_bytes())?;
            let row = CredentialRow::new(person, hash, 1, now);
            changes.put(&at, &row);
        }
        let ledger = shared.population.ledger;
        let row = WalletRow {
            person,
            account: one.account(),
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
        changes.put(&one.account(), &AccountRow { wallet });
        if let Some(row) = authorised(shared.population, one, now) {
            changes.put(&SpendingKey { wallet, ledger }, &row);
        }
        let entry = |subject, command| AuditEntry::new(subject, command, &Actor::Customer, now);
        changes.audit.extend(TRAIL.map(|command| entry(person, command)));
        changes.audit.push(entry(wallet, Command::CREATE_PAYMENT_PASSWORD));
        Ok(changes)
    }
}

/// One authorisation that waits, for a day.
fn authorised(population: &Population, one: Inhabitant, now: Timestamp) -> Option<SpendingRow> {
    let (payee, amount) = population.authorised?;
    let waiting = Authorisation {
        id: one.authorisation(),
        order: one.order(),
        payee,
        amount: amount.minor_units(),
        card: Id::ZERO,
        times_set: 1,
        has_second_factor: false,
        expires_at: now.plus_seconds(24 * 60 * 60),
    };
    Some(SpendingRow { authorisations: vec![waiting], ..SpendingRow::default() })
}

fn profile(number: u64) -> Profile {
    Profile {
        name: "Anna Ivanova".into(),
        citizenship: "RU".into(),
        document_kind: DocumentKind::Passport,
        document_country: "RU".into(),
        document_number: format!("45 09 {number}"),
        postal_address: "Lenina 1\nMoscow".into(),
        phone: "+7 900 000 00 00".into(),
    }
}
