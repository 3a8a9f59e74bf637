//! Changing an e-mail address or a telephone number: a letter to the new one, its confirmation, a
//! notice to the old one, and a cool-down in which the change can be stopped from there.
//!
//! ```text
//! begun ──confirm──▶ cooling down ──time──▶ ended: it stands
//!   └──time, stop──▶ ended      └──stop──▶ ended: as before
//! ```
//!
//! An address has one owner. The one that was replaced stays its owner's until the cool-down is
//! over, so that nobody takes it before the change stands.

use super::WalletStatus;
use super::WriteSet;
use super::contact::{Email, check_phone};
use super::policy::{CodePolicy, ContactChanges};
use super::refusal::{Refusal, refuse_if};
use super::rows::{
    Agenda, AgendaKey, AgendaList, Channel, ContactChangeKey, ContactChangeRow, ContactChangeState,
};
use super::secrets::Sealed;
use super::throttle::Daily;
use crate::model::{Id, Timestamp};
use subtle::ConstantTimeEq;

/// How long a change that is over is remembered, so that letters are counted.
const REMEMBERED_SECONDS: u32 = 24 * 60 * 60;

/// Where a customer is to be reached.
pub(crate) enum Contact {
    Email(Email),
    Phone(String),
}

impl Contact {
    /// An address or a number by which a channel can reach somebody.
    pub(crate) fn new(channel: Channel, text: &str) -> Result<Self, Refusal> {
        match channel {
            Channel::EMAIL => Email::new(text).map(Self::Email),
            Channel::PHONE => {
                check_phone(text)?;
                Ok(Self::Phone(text.to_owned()))
            }
            _ => Err(Refusal::of(WalletStatus::TEXT_MUST_BE_VALID)),
        }
    }

    pub(crate) const fn channel(&self) -> Channel {
        match self {
            Self::Email(_) => Channel::EMAIL,
            Self::Phone(_) => Channel::PHONE,
        }
    }

    /// As letters are addressed.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Email(email) => &email.letters_to,
            Self::Phone(number) => number,
        }
    }
}

/// The change of an address or number, for the host's page of it and for support. It tells nothing
/// of the addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ContactChange {
    /// Whose.
    pub person: Id,
    /// By which channel.
    pub channel: Channel,
    /// Where it is.
    pub state: ContactChangeState,
    /// The correction that it is part of; zero if the customer wanted it.
    pub case: Id,
    /// When the letter was sent.
    pub begun_at: Timestamp,
    /// When the link or code ends, or the cool-down.
    pub until: Timestamp,
}

impl ContactChangeRow {
    /// A change that a letter with this secret has begun.
    pub(crate) fn begin(
        (new, secret): (Sealed, [u8; 32]),
        (case, is_decoy): (Id, bool),
        letters: Daily,
        (now, due): (Timestamp, Timestamp),
        tries_left: u32,
    ) -> Self {
        Self {
            state: ContactChangeState::BEGUN.number(),
            is_decoy,
            case,
            new,
            former: None,
            former_index: None,
            secret,
            tries_left,
            stop_token: [0; 32],
            letters: letters.and_now(now),
            begun_at: now,
            due,
        }
    }

    pub(crate) fn state(&self) -> ContactChangeState {
        ContactChangeState::from_number(self.state)
    }

    /// Whether the new one is in force, and can still be taken back.
    pub(crate) fn is_cooling_down(&self, now: Timestamp) -> bool {
        self.state() == ContactChangeState::COOLING_DOWN && now < self.due
    }

    /// What the host sees of it; `None` once it is over.
    pub(crate) fn view(&self, key: ContactChangeKey, now: Timestamp) -> Option<ContactChange> {
        let is_over = self.state() == ContactChangeState::ENDED || now >= self.due;
        (!is_over).then(|| ContactChange {
            person: key.person,
            channel: key.channel,
            state: self.state(),
            case: self.case,
            begun_at: self.begun_at,
            until: self.due,
        })
    }

    /// Where it stands on the agenda.
    pub(crate) fn agenda_key(&self, key: ContactChangeKey) -> AgendaKey {
        let list = match key.channel {
            Channel::PHONE => AgendaList::PHONE_CHANGES,
            _ => AgendaList::EMAIL_CHANGES,
        };
        AgendaKey { list, due: self.due, about: key.person }
    }

    /// The same after it is over: of the addresses nothing is left.
    pub(crate) fn ended(self, now: Timestamp) -> Self {
        Self {
            state: ContactChangeState::ENDED.number(),
            is_decoy: false,
            new: Sealed::NOTHING,
            former: None,
            former_index: None,
            secret: [0; 32],
            stop_token: [0; 32],
            due: now.plus_seconds(REMEMBERED_SECONDS),
            ..self
        }
    }
}

/// Whether a letter to a new address or number may be sent now; what was counted before.
pub(crate) fn may_begin(
    present: Option<&ContactChangeRow>,
    now: Timestamp,
    policy: &ContactChanges,
) -> Result<Daily, Refusal> {
    let Some(row) = present else { return Ok(Daily::default()) };
    if row.is_cooling_down(now) {
        return Err(Refusal::until(WalletStatus::CHANGE_IS_UNDER_WAY, row.due));
    }
    row.letters.check(now, policy.resend_after_seconds, policy.letters_per_day)?;
    Ok(row.letters)
}

/// The change that the link with this token confirms. The answer does not tell why there is none.
pub(crate) fn confirmed_by_link(
    row: Option<ContactChangeRow>,
    token: &[u8; 32],
    now: Timestamp,
) -> Result<ContactChangeRow, Refusal> {
    let row = row.ok_or(WalletStatus::TOKEN_MUST_BE_VALID)?;
    let is_latest = bool::from(row.secret.ct_eq(token));
    let waits = row.state() == ContactChangeState::BEGUN && now < row.due;
    refuse_if(!is_latest || !waits || row.is_decoy, WalletStatus::TOKEN_MUST_BE_VALID)?;
    Ok(row)
}

/// The change after a code was typed, whose keyed hash is `typed`, and whether it was right. A code
/// that cannot be tried any more leaves it as it was.
pub(crate) fn judge_code(
    row: ContactChangeRow,
    typed: Option<[u8; 32]>,
    now: Timestamp,
) -> (ContactChangeRow, bool) {
    let waits = row.state() == ContactChangeState::BEGUN && now < row.due && row.tries_left > 0;
    if !waits {
        return (row, false);
    }
    let is_right = typed.is_some_and(|typed| bool::from(row.secret.ct_eq(&typed)));
    let tries_left = row.tries_left.saturating_sub(1);
    (ContactChangeRow { tries_left, ..row }, is_right)
}

/// The change after the new one was confirmed: what it replaced, the hash of the token by which it
/// is stopped, and until when.
pub(crate) fn in_force(
    row: ContactChangeRow,
    former: Sealed,
    stop_token: [u8; 32],
    due: Timestamp,
) -> ContactChangeRow {
    ContactChangeRow {
        state: ContactChangeState::COOLING_DOWN.number(),
        former: Some(former),
        secret: [0; 32],
        stop_token,
        due,
        ..row
    }
}

/// Writes a change in the place of the one before it, and moves it on the agenda.
pub(crate) fn replace(
    changes: &mut WriteSet,
    key: ContactChangeKey,
    former: Option<&ContactChangeRow>,
    row: &ContactChangeRow,
) {
    if let Some(former) = former {
        changes.delete::<Agenda>(&former.agenda_key(key));
    }
    changes.put(&key, row);
    changes.put(&row.agenda_key(key), &Agenda::of(key.person));
}

/// Until when a code is good, and how often it may be tried.
pub(crate) fn code_limits(now: Timestamp, policy: &CodePolicy) -> (Timestamp, u32) {
    (now.plus_seconds(policy.lifetime_seconds), policy.tries)
}
