//! Bound cards: references to cards that a processor keeps.
//!
//! After a card payment the host proposes to bind the card. The customer confirms, which takes a
//! payment password; from then on a payment by this card needs only that password. A card has a
//! token of the processor, a brand, four digits and a month: there is no field for its number or
//! its security code, and a text that looks like a card number is refused.
//!
//! The reference of a card is sealed under the person's key; its state is not.

use super::refusal::{Refusal, refuse_if};
use super::rows::{Contents, ContentsKind, Row, RowTable, Space, Step};
use super::secrets::Sealed;
use super::{WalletStatus, text_guard};
use crate::model::{Id, Timestamp, named_values};
use bytemuck::{Pod, Zeroable};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Cards of one wallet, including those that were removed and are not forgotten yet.
pub const CARDS_MAX: usize = 16;
/// Cards of one wallet that staff hold.
const HELD_MAX: usize = 64;
/// Bytes of a processor's token, and of a fingerprint.
const TOKEN_BYTES_MAX: usize = 255;
/// Bytes of a brand.
const BRAND_BYTES_MAX: usize = 32;

named_values! {
    /// What a bound card is good for. Numbers and names are never changed or used again.
    CardState(u8) {
        /// The customer has not confirmed it yet.
        PROPOSED = 1, "proposed";
        /// It can be paid with.
        ACTIVE = 2, "active";
        /// It cannot be paid with until somebody resumes it.
        SUSPENDED = 3, "suspended";
        /// Its month is over.
        EXPIRED = 4, "expired";
        /// It was removed, and its token forgotten.
        REMOVED = 5, "removed";
    }
}

/// What the host knows of a card that is to be bound.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardReference {
    /// The processor's token: what the host charges.
    pub token: String,
    /// Visa, UnionPay, …
    pub brand: String,
    /// The last four digits, for the customer to recognise it.
    pub last_four: String,
    /// The year to the end of which month it is valid.
    pub expiry_year: u16,
    /// That month, 1 to 12.
    pub expiry_month: u8,
    /// The processor's fingerprint: the same for the same card.
    pub fingerprint: String,
}

impl fmt::Debug for CardReference {
    /// Without the token: whoever has it can charge the card.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CardReference({} ..{})", self.brand, self.last_four)
    }
}

impl CardReference {
    /// Refuses what cannot be a reference, or looks as if it held more than one.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let texts = [&self.token, &self.brand, &self.last_four, &self.fingerprint];
        // Nor in two halves: its last four digits have a field of their own.
        let joined = format!("{}{}", self.brand, self.last_four);
        let mut all = texts.into_iter().chain([&joined]);
        let number = all.any(|text| text_guard::holds_card_number(text));
        refuse_if(number, WalletStatus::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER)?;
        let fits = |text: &str, most| (1..=most).contains(&text.len());
        let plain = texts.iter().all(|text| !text.chars().any(char::is_control));
        let is_good = plain
            && fits(&self.token, TOKEN_BYTES_MAX)
            && fits(&self.fingerprint, TOKEN_BYTES_MAX)
            && fits(&self.brand, BRAND_BYTES_MAX)
            && self.last_four.len() == 4
            && self.last_four.bytes().all(|byte| byte.is_ascii_digit());
        refuse_if(!is_good, WalletStatus::CARD_MUST_BE_VALID)?;
        refuse_if(self.valid_until().is_none(), WalletStatus::CARD_MUST_BE_VALID)
    }

    /// The first moment, in UTC, at which the card is no longer valid.
    pub(crate) fn valid_until(&self) -> Option<Timestamp> {
        let year =
            i16::try_from(self.expiry_year).ok().filter(|year| (2000..2300).contains(year))?;
        let month = i8::try_from(self.expiry_month).ok()?;
        let last_day = Date::new(year, month, 1).ok()?.last_of_month();
        let end = last_day.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok()?;
        let seconds = u64::try_from(end.timestamp().as_second()).ok()?;
        Timestamp::from_seconds(seconds)
    }
}

/// In JSON, which begins with a brace.
impl Contents for CardReference {
    const KIND: ContentsKind = ContentsKind::Card;

    fn encode(&self) -> Option<Vec<u8>> {
        serde_json::to_vec(self).ok()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

/// The cards of a wallet.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct CardsRow {
    pub(crate) cards: Vec<CardRow>,
    /// Which one is paid with unless another is named; zero for none.
    pub(crate) default: Id,
    /// The fingerprints of cards that staff suspended: even if they are removed and bound again,
    /// they stay suspended.
    pub(crate) held: Vec<[u8; 32]>,
}

impl Row for CardsRow {
    const TABLE: RowTable = RowTable::new(Space::Cards).after(&[Step::Appended(&[0])]);
    /// The wallet.
    type Key = Id;
}

/// A card.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct CardRow {
    pub(crate) id: Id,
    pub(crate) state: u8,
    /// A [`CardReference`]; `None` once it is removed.
    pub(crate) reference: Option<Sealed>,
    /// Of the fingerprint, keyed with the person's key.
    pub(crate) fingerprint: [u8; 32],
    pub(crate) valid_until: Timestamp,
    pub(crate) changed_at: Timestamp,
}

impl CardRow {
    /// The state at a time: a card expires at the end of its month by itself.
    pub(crate) fn state_at(&self, now: Timestamp) -> CardState {
        let state = CardState::from_number(self.state);
        let is_over = now >= self.valid_until && state != CardState::REMOVED;
        if is_over { CardState::EXPIRED } else { state }
    }
}

impl CardsRow {
    /// Adds a card that is proposed; the same card once. The oldest removed one makes room.
    pub(crate) fn propose(&mut self, card: CardRow, now: Timestamp) -> Result<(), Refusal> {
        refuse_if(card.id.is_zero() || card.id.is_max(), WalletStatus::ID_MUST_BE_VALID)?;
        refuse_if(now >= card.valid_until, WalletStatus::CARD_HAS_EXPIRED)?;
        let is_known = |one: &CardRow| {
            let in_use = !matches!(one.state_at(now), CardState::REMOVED | CardState::EXPIRED);
            one.id == card.id || in_use && one.fingerprint == card.fingerprint
        };
        refuse_if(self.cards.iter().any(is_known), WalletStatus::CARD_EXISTS)?;
        if self.cards.len() >= CARDS_MAX {
            let gone = |one: &CardRow| CardState::from_number(one.state) == CardState::REMOVED;
            let place = self.cards.iter().position(gone).ok_or(WalletStatus::TOO_MANY)?;
            self.cards.remove(place);
        }
        self.cards.push(card);
        Ok(())
    }

    /// The customer confirms a proposed card; the first one becomes the default. One that staff
    /// hold is suspended at once.
    pub(crate) fn confirm(&mut self, card: Id, now: Timestamp) -> Result<(), Refusal> {
        if self.is_held(card)? {
            return self.moved(card, &[CardState::PROPOSED], CardState::SUSPENDED, now);
        }
        self.moved(card, &[CardState::PROPOSED], CardState::ACTIVE, now)?;
        if self.default.is_zero() {
            self.default = card;
        }
        Ok(())
    }

    /// No payments with a card for now.
    pub(crate) fn suspend(&mut self, card: Id, now: Timestamp) -> Result<(), Refusal> {
        self.moved(card, &[CardState::ACTIVE], CardState::SUSPENDED, now)?;
        self.forget_default(card);
        Ok(())
    }

    /// Payments again; not with a card that staff hold.
    pub(crate) fn resume(&mut self, card: Id, now: Timestamp) -> Result<(), Refusal> {
        refuse_if(self.is_held(card)?, WalletStatus::CARD_IS_HELD_BY_STAFF)?;
        self.moved(card, &[CardState::SUSPENDED], CardState::ACTIVE, now)
    }

    /// Staff suspend a card, whatever its state: until staff resume it, nobody pays with it, even
    /// if it is removed and bound again.
    pub(crate) fn hold(&mut self, card: Id, now: Timestamp) -> Result<(), Refusal> {
        refuse_if(self.is_held(card)?, WalletStatus::CARD_MUST_BE_AT_THIS_STATE)?;
        refuse_if(self.held.len() >= HELD_MAX, WalletStatus::TOO_MANY)?;
        let found = self.find_mut(card)?;
        let fingerprint = found.fingerprint;
        if found.state_at(now) == CardState::ACTIVE {
            (found.state, found.changed_at) = (CardState::SUSPENDED.number(), now);
        }
        self.held.push(fingerprint);
        self.forget_default(card);
        Ok(())
    }

    /// Staff resume a card.
    pub(crate) fn release(&mut self, card: Id, now: Timestamp) -> Result<(), Refusal> {
        let fingerprint = self.find_mut(card)?.fingerprint;
        let was_held = self.is_held(card)?;
        self.held.retain(|held| *held != fingerprint);
        let resumed = self.resume(card, now);
        // One that is not confirmed yet, or was removed, is held no more; that is all.
        if was_held { Ok(()) } else { resumed }
    }

    fn is_held(&mut self, card: Id) -> Result<bool, Refusal> {
        let fingerprint = self.find_mut(card)?.fingerprint;
        Ok(self.held.contains(&fingerprint))
    }

    /// Forgets a card's reference.
    pub(crate) fn remove(&mut self, card: Id, now: Timestamp) -> Result<(), Refusal> {
        let states =
            [CardState::PROPOSED, CardState::ACTIVE, CardState::SUSPENDED, CardState::EXPIRED];
        self.moved(card, &states, CardState::REMOVED, now)?;
        self.find_mut(card)?.reference = None;
        self.forget_default(card);
        Ok(())
    }

    /// Makes an active card the default.
    pub(crate) fn set_default(&mut self, card: Id, now: Timestamp) -> Result<(), Refusal> {
        self.active(card, now)?;
        self.default = card;
        Ok(())
    }

    /// The card to be paid with; zero names the default.
    pub(crate) fn active(&self, card: Id, now: Timestamp) -> Result<&CardRow, Refusal> {
        let card = if card.is_zero() { self.default } else { card };
        let found = self.cards.iter().find(|one| one.id == card);
        let found = found.ok_or(WalletStatus::CARD_NOT_FOUND)?;
        let state = found.state_at(now);
        refuse_if(state == CardState::EXPIRED, WalletStatus::CARD_HAS_EXPIRED)?;
        refuse_if(state != CardState::ACTIVE, WalletStatus::CARD_MUST_BE_ACTIVE)?;
        Ok(found)
    }

    fn moved(
        &mut self,
        card: Id,
        from: &[CardState],
        to: CardState,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let found = self.find_mut(card)?;
        let state = found.state_at(now);
        let is_over = state == CardState::EXPIRED && !from.contains(&state);
        refuse_if(is_over, WalletStatus::CARD_HAS_EXPIRED)?;
        refuse_if(!from.contains(&state), WalletStatus::CARD_MUST_BE_AT_THIS_STATE)?;
        (found.state, found.changed_at) = (to.number(), now);
        Ok(())
    }

    fn find_mut(&mut self, card: Id) -> Result<&mut CardRow, Refusal> {
        let found = self.cards.iter_mut().find(|one| one.id == card);
        Ok(found.ok_or(WalletStatus::CARD_NOT_FOUND)?)
    }

    fn forget_default(&mut self, card: Id) {
        if self.default == card {
            self.default = Id::ZERO;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CardState as S;
    use WalletStatus as W;

    fn reference() -> CardReference {
        CardReference {
            token: "tok_8f2c".into(),
            brand: "Visa".into(),
            last_four: "1111".into(),
            expiry_year: 2027,
            expiry_month: 2,
            fingerprint: "fp-1".into(),
        }
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_seconds(seconds).expect("a time")
    }

    /// 2027-03-01 00:00:00 UTC.
    const END: u64 = 1_803_859_200;

    #[test]
    fn a_reference_is_a_reference() {
        assert_eq!(reference().check(), Ok(()));
        assert_eq!(reference().valid_until(), Some(at(END)));
        type Fault = (fn(&mut CardReference), WalletStatus);
        let faults: [Fault; 13] = [
            (|r| r.brand = "Visa 4111 1111 1111".into(), W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER),
            (|r| r.token = "4111 1111 1111 1111".into(), W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER),
            (|r| r.brand = "5500005555555559".into(), W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER),
            (|r| r.fingerprint = "4111111111111111".into(), W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER),
            (|r| r.last_four = "4111111111111111".into(), W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER),
            (|r| r.last_four = "111".into(), W::CARD_MUST_BE_VALID),
            (|r| r.last_four = "11a1".into(), W::CARD_MUST_BE_VALID),
            (|r| r.token.clear(), W::CARD_MUST_BE_VALID),
            (|r| r.token = "t".repeat(256), W::CARD_MUST_BE_VALID),
            (|r| r.brand = "a\nb".into(), W::CARD_MUST_BE_VALID),
            (|r| r.expiry_month = 13, W::CARD_MUST_BE_VALID),
            (|r| r.expiry_month = 0, W::CARD_MUST_BE_VALID),
            (|r| r.expiry_year = 27, W::CARD_MUST_BE_VALID),
        ];
        for (fault, status) in faults {
            let mut wrong = reference();
            fault(&mut wrong);
            let found = wrong.check().map_err(|refusal| refusal.status);
            assert_eq!(found, Err(status), "{wrong:?}");
        }
        assert!(!format!("{:?}", reference()).contains("8f2c"), "the token is not printed");
    }

    fn card(id: u128, fingerprint: u8) -> CardRow {
        CardRow {
            id: Id::from_u128(id),
            state: S::PROPOSED.number(),
            reference: None,
            fingerprint: [fingerprint; 32],
            valid_until: at(END),
            changed_at: at(1),
        }
    }

    type Step = fn(&mut CardsRow, Id, Timestamp) -> Result<(), Refusal>;

    #[test]
    fn every_step_from_every_state() {
        let steps: [Step; 5] = [
            CardsRow::confirm,
            CardsRow::suspend,
            CardsRow::resume,
            CardsRow::remove,
            |row, card, now| row.active(card, now).map(drop),
        ];
        let (wrong, inactive) = (Err(W::CARD_MUST_BE_AT_THIS_STATE), Err(W::CARD_MUST_BE_ACTIVE));
        let over = Err(W::CARD_HAS_EXPIRED);
        // (state, confirm, suspend, resume, remove, pay)
        for (state, now, expected) in [
            (S::PROPOSED, 1, [Ok(S::ACTIVE), wrong, wrong, Ok(S::REMOVED), inactive]),
            (S::ACTIVE, 1, [wrong, Ok(S::SUSPENDED), wrong, Ok(S::REMOVED), Ok(S::ACTIVE)]),
            (S::SUSPENDED, 1, [wrong, wrong, Ok(S::ACTIVE), Ok(S::REMOVED), inactive]),
            (S::REMOVED, 1, [wrong, wrong, wrong, wrong, inactive]),
            (S::ACTIVE, END, [over, over, over, Ok(S::REMOVED), over]),
            (S::REMOVED, END, [wrong, wrong, wrong, wrong, inactive]),
        ] {
            let found = steps.map(|step| {
                let state = state.number();
                let mut row = CardsRow {
                    cards: vec![CardRow { state, ..card(1, 1) }],
                    ..CardsRow::default()
                };
                step(&mut row, Id::from_u128(1), at(now)).map_err(|refusal| refusal.status)?;
                Ok(CardState::from_number(row.cards[0].state))
            });
            assert_eq!(found, expected, "from {state} at {now}");
        }
    }

    #[test]
    fn one_card_once_and_the_first_is_the_default() {
        let (mut row, now) = (CardsRow::default(), at(1));
        let status = |judged: Result<(), Refusal>| judged.map_err(|refusal| refusal.status);
        row.propose(card(1, 1), now).expect("proposed");
        assert_eq!(status(row.propose(card(1, 2), now)), Err(W::CARD_EXISTS), "the id");
        assert_eq!(status(row.propose(card(2, 1), now)), Err(W::CARD_EXISTS), "the card");
        assert_eq!(status(row.propose(card(2, 2), at(END))), Err(W::CARD_HAS_EXPIRED));
        assert_eq!(status(row.set_default(Id::from_u128(1), now)), Err(W::CARD_MUST_BE_ACTIVE));
        row.propose(card(2, 2), now).expect("proposed");
        for id in [1, 2] {
            row.confirm(Id::from_u128(id), now).expect("confirmed");
        }
        assert_eq!(row.default, Id::from_u128(1));
        row.set_default(Id::from_u128(2), now).expect("default");
        row.remove(Id::from_u128(2), now).expect("removed");
        assert_eq!(row.default, Id::ZERO);
        assert_eq!(status(row.active(Id::ZERO, now).map(drop)), Err(W::CARD_NOT_FOUND));
        row.propose(card(3, 2), now).expect("a removed card can come back");
        for id in 4..=16 {
            row.propose(card(id, u8::try_from(id).expect("small")), now).expect("room");
        }
        row.propose(card(17, 17), now).expect("the removed one makes room");
        assert_eq!(status(row.propose(card(18, 18), now)), Err(W::TOO_MANY));
    }
}
