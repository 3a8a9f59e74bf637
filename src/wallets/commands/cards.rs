//! Binding cards: proposing, confirming, suspending, removing, choosing the default.

use super::Wallets;
use super::persons::PersonKey;
use super::transaction::ReadTransaction;
use crate::model::{Id, Timestamp};
use crate::store::{Error, Result};
use crate::wallets::rules::audit::{Actor, AuditEntry, Command, from_to};
use crate::wallets::rules::cards::{CardRow, CardsRow};
use crate::wallets::rules::refusal::refuse_if;
use crate::wallets::rules::rows::{Contents, PersonRow, WalletRow, WalletState};
use crate::wallets::rules::secrets::{Field, Sealed};
use crate::wallets::rules::{
    CardReference, CardState, Decision, LetterKind, Refusal, WalletStatus, WriteSet,
};

/// A card that is bound to a wallet, or was.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct BoundCard {
    /// Its id.
    pub id: Id,
    /// Whether it can be paid with.
    pub state: CardState,
    /// Whether it is paid with unless another is named.
    pub is_default: bool,
    /// What the host knows of it; `None` once it is removed, or the person was erased, and while
    /// the person's key is damaged.
    pub reference: Option<CardReference>,
    /// The first moment at which it is no longer valid.
    pub valid_until: Timestamp,
}

impl Wallets {
    /// Proposes to bind a card, after a payment with it. The customer has it confirmed by
    /// [`Wallets::confirm_card`]. The same card is bound to a wallet once.
    ///
    /// # Errors
    /// As [`Store::submit`](crate::Store::submit); [`Error::Contended`].
    pub fn propose_card(
        &self,
        wallet: Id,
        card: Id,
        reference: &CardReference,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        self.on_cards(wallet, card, (Command::PROPOSE_CARD, actor), |reading, cards, person| {
            if let Err(refusal) = reference.check() {
                return Ok(Err(refusal));
            }
            let Some(key) = self.key_of(reading, person)? else {
                return Ok(Err(Refusal::of(WalletStatus::PERSON_NOT_FOUND)));
            };
            let clear = reference.to_clear();
            let unread = |why| Error::unread_contents::<CardReference>(format!("card {card}"), why);
            let clear = clear.map_err(unread)?;
            let row = CardRow {
                id: card,
                state: CardState::PROPOSED.number(),
                reference: Some(key.seal(card, Field::CARD, &clear)?),
                fingerprint: key.mac(
                    wallet,
                    Field::CARD_FINGERPRINT,
                    reference.fingerprint.as_bytes(),
                ),
                valid_until: reference.valid_until().unwrap_or(Timestamp::NONE),
                changed_at: reading.now(),
            };
            Ok(cards.propose(row, reading.now()))
        })
    }

    /// The customer confirms a proposed card. Refused with `payment_password_must_be_set` if there
    /// is none yet: create it, and confirm again.
    ///
    /// # Errors
    /// As [`Wallets::propose_card`].
    pub fn confirm_card(&self, wallet: Id, card: Id) -> Result<Result<(), Refusal>> {
        let by = (Command::CONFIRM_CARD, &Actor::Customer);
        self.on_cards(wallet, card, by, |reading, cards, _| {
            let has_password = self.times_set(reading, wallet)? > 0;
            Ok(refuse_if(!has_password, WalletStatus::PAYMENT_PASSWORD_MUST_BE_SET)
                .and_then(|()| cards.confirm(card, reading.now())))
        })
    }

    /// Stops payments with a card for now. Only staff can resume a card that staff suspended; it
    /// stays suspended even if it is removed and bound again.
    ///
    /// # Errors
    /// As [`Wallets::propose_card`].
    pub fn suspend_card(&self, wallet: Id, card: Id, actor: &Actor) -> Result<Result<(), Refusal>> {
        self.on_cards(wallet, card, (Command::SUSPEND_CARD, actor), |reading, cards, _| {
            Ok(match actor.staff_name() {
                Some(_) => cards.hold(card, reading.now()),
                None => cards.suspend(card, reading.now()),
            })
        })
    }

    /// Allows payments with a suspended card again. Refused: `card_is_held_by_staff` for others if
    /// staff suspended it.
    ///
    /// # Errors
    /// As [`Wallets::propose_card`].
    pub fn resume_card(&self, wallet: Id, card: Id, actor: &Actor) -> Result<Result<(), Refusal>> {
        self.on_cards(wallet, card, (Command::RESUME_CARD, actor), |reading, cards, _| {
            Ok(match actor.staff_name() {
                Some(_) => cards.release(card, reading.now()),
                None => cards.resume(card, reading.now()),
            })
        })
    }

    /// Removes a card: its token is forgotten by the present state of the store.
    ///
    /// # Errors
    /// As [`Wallets::propose_card`].
    pub fn remove_card(&self, wallet: Id, card: Id, actor: &Actor) -> Result<Result<(), Refusal>> {
        self.on_cards(wallet, card, (Command::REMOVE_CARD, actor), |reading, cards, _| {
            Ok(cards.remove(card, reading.now()))
        })
    }

    /// Makes an active card the one that is paid with unless another is named.
    ///
    /// # Errors
    /// As [`Wallets::propose_card`].
    pub fn set_default_card(&self, wallet: Id, card: Id) -> Result<Result<(), Refusal>> {
        let by = (Command::SET_DEFAULT_CARD, &Actor::Customer);
        self.on_cards(wallet, card, by, |reading, cards, _| {
            Ok(cards.set_default(card, reading.now()))
        })
    }

    /// The cards of a wallet, in the order in which they were proposed.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Io`].
    pub fn cards(&self, wallet: Id) -> Result<Vec<BoundCard>> {
        let reading = self.read()?;
        let Some(row) = reading.peek::<WalletRow>(&wallet)? else { return Ok(Vec::new()) };
        let key = match reading.peek::<PersonRow>(&row.person)? {
            Some(person) => self.key_if_whole(row.person, &person)?,
            None => None,
        };
        let cards = reading.peek::<CardsRow>(&wallet)?.unwrap_or_default();
        let bound = cards.cards.iter().map(|card| {
            Ok(BoundCard {
                id: card.id,
                state: card.state_at(reading.now()),
                is_default: card.id == cards.default,
                reference: open_reference(key.as_ref(), card.id, card.reference.as_ref())?,
                valid_until: card.valid_until,
            })
        });
        bound.collect()
    }

    /// The key of a person; `None` if it no longer exists.
    pub(super) fn key_of(
        &self,
        reading: &ReadTransaction,
        person: Id,
    ) -> Result<Option<PersonKey>> {
        match reading.peek::<PersonRow>(&person)? {
            Some(row) => self.person_key(person, &row),
            None => Ok(None),
        }
    }

    fn on_cards(
        &self,
        wallet: Id,
        card: Id,
        by: (Command, &Actor),
        step: impl Fn(&ReadTransaction, &mut CardsRow, Id) -> Result<Result<(), Refusal>>,
    ) -> Result<Result<(), Refusal>> {
        let (command, actor) = by;
        let done = self.transact(wallet, |reading| {
            if let Err(refusal) = self.admit(reading, command, actor)? {
                return Ok(refusal.into());
            }
            let Some(row) = reading.get::<WalletRow>(&wallet)? else {
                return Ok(Refusal::of(WalletStatus::WALLET_NOT_FOUND).into());
            };
            let mut cards = reading.get::<CardsRow>(&wallet)?.unwrap_or_default();
            let before = words(&cards, card, reading.now());
            let is_closed = row.state == WalletState::Closed;
            let judged = match refuse_if(is_closed, WalletStatus::WALLET_MUST_BE_ACTIVE) {
                Ok(()) => step(reading, &mut cards, row.person)?,
                Err(refusal) => Err(refusal),
            };
            if let Err(refusal) = judged {
                return Ok(refusal.into());
            }
            let entry = AuditEntry::new(wallet, command, actor, reading.now());
            let after = words(&cards, card, reading.now());
            let mut details = Vec::from([from_to("card", before.0, after.0)]);
            if before.1 != after.1 {
                details.push(from_to("default card", before.1, after.1));
            }
            let mut changes = WriteSet::of(entry.about(card).detail(details.join("; ")));
            changes.put(&wallet, &cards);
            if command == Command::CONFIRM_CARD {
                let told = (LetterKind::CARD_BOUND, card);
                self.tell_with_or_without_key(reading, &mut changes, row.person, told)?;
            }
            Ok(Decision::done(changes, ()))
        })?;
        self.attempted((wallet, command, card), actor, done)
    }
}

/// The state of a card, and which one is the default, as the trail says them.
fn words(cards: &CardsRow, card: Id, now: Timestamp) -> (&'static str, String) {
    let found = cards.cards.iter().find(|one| one.id == card);
    let state = found.map_or("none", |card| card.state_at(now).name());
    let default = if cards.default.is_zero() { "none".into() } else { cards.default.to_string() };
    (state, default)
}

/// What is sealed of a card.
pub(super) fn open_reference(
    key: Option<&PersonKey>,
    card: Id,
    sealed: Option<&Sealed>,
) -> Result<Option<CardReference>> {
    let (Some(key), Some(sealed)) = (key, sealed) else { return Ok(None) };
    let reference = CardReference::from_clear(&key.open(card, Field::CARD, sealed)?);
    let unread = |why| Error::unread_contents::<CardReference>(format!("card {card}"), why);
    reference.map(Some).map_err(unread)
}
