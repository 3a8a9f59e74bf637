//! The outbox: letters wait in rows until the host has taken them and says what became of them.

use super::policy::Outbox;
use super::refusal::{Refusal, refuse_if};
use super::rows::{Agenda, Channel, LetterKey, LetterKind, LetterRow, LetterState};
use super::{WalletStatus, WriteSet};
use crate::model::{Id, Timestamp};
use std::fmt;
use zeroize::Zeroize;

/// Which letter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LetterId {
    /// The person it goes to.
    pub person: Id,
    /// Which of their letters.
    pub letter: Id,
}

impl From<LetterKey> for LetterId {
    fn from(key: LetterKey) -> Self {
        Self { person: key.person, letter: key.letter }
    }
}

impl From<LetterId> for LetterKey {
    fn from(id: LetterId) -> Self {
        Self { person: id.person, letter: id.letter }
    }
}

/// A letter for the host to send. Does not print its address and its secret.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Letter {
    /// To say later what became of it.
    pub id: LetterId,
    /// What it says.
    pub kind: LetterKind,
    /// How it is sent.
    pub channel: Channel,
    /// The wallet or case that it is about; zero for none.
    pub about: Id,
    /// The e-mail address or telephone number.
    pub address: String,
    /// The token of its link, or its code; empty for none. The host puts it into the letter, and
    /// nowhere else.
    pub secret: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// How often it was handed over, with this time.
    pub attempts: u32,
}

impl Drop for Letter {
    fn drop(&mut self) {
        self.address.zeroize();
        self.secret.zeroize();
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Letter")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("channel", &self.channel)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// What support sees of a letter.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct LetterStatus {
    /// Which letter.
    pub id: LetterId,
    /// What it says.
    pub kind: LetterKind,
    /// How it is sent.
    pub channel: Channel,
    /// Where it is.
    pub state: LetterState,
    /// When it was written.
    pub created_at: Timestamp,
    /// How often it was handed over.
    pub attempts: u32,
    /// When it is handed over (again), or forgotten.
    pub due: Timestamp,
}

impl LetterRow {
    /// What support sees of it.
    pub(crate) fn status(&self, key: LetterKey) -> LetterStatus {
        LetterStatus {
            id: key.into(),
            kind: LetterKind::from_number(self.kind),
            channel: Channel::from_number(self.channel),
            state: self.state(),
            created_at: self.created_at,
            attempts: self.attempts,
            due: self.due,
        }
    }
}

/// What became of a letter that was handed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum LetterFate {
    /// It was sent, and the host will hear no more, or knows that it arrived.
    Delivered,
    /// It came back: the address does not exist, or refuses.
    Bounced,
    /// It could not be sent now: to be given again.
    Failed,
}

/// Puts a letter into the outbox.
pub(crate) fn enqueue(changes: &mut WriteSet, key: &LetterKey, letter: &LetterRow) {
    changes.put(key, letter);
    changes.put(&letter.agenda_key(key.letter), &Agenda::of(key.person));
}

/// Writes a letter that changed, and moves it on the agenda.
fn replace(changes: &mut WriteSet, key: &LetterKey, former: &LetterRow, letter: &LetterRow) {
    changes.delete::<Agenda>(&former.agenda_key(key.letter));
    enqueue(changes, key, letter);
}

/// Hands a letter over: `true`; or gives it up after too many times.
pub(crate) fn hand_over(
    changes: &mut WriteSet,
    key: &LetterKey,
    former: &LetterRow,
    now: Timestamp,
    policy: &Outbox,
) -> bool {
    if former.attempts >= policy.attempts_max {
        settle(changes, key, former, LetterState::BOUNCED, now, policy);
        return false;
    }
    let letter = LetterRow {
        state: LetterState::HANDED_OVER.number(),
        attempts: former.attempts.saturating_add(1),
        due: now.plus_seconds(policy.lease_seconds),
        ..former.clone()
    };
    replace(changes, key, former, &letter);
    true
}

/// Ends a letter: it is remembered for a while.
pub(crate) fn settle(
    changes: &mut WriteSet,
    key: &LetterKey,
    former: &LetterRow,
    state: LetterState,
    now: Timestamp,
    policy: &Outbox,
) {
    let due = now.plus_seconds(policy.keep_seconds);
    let letter = LetterRow { state: state.number(), due, ..former.clone() };
    replace(changes, key, former, &letter);
}

/// Has a letter that cannot be opened wait as long as a lease for the key to be mended. Of one that
/// was handed over the host may still say what became of it.
pub(crate) fn postpone(
    changes: &mut WriteSet,
    key: &LetterKey,
    former: &LetterRow,
    now: Timestamp,
    policy: &Outbox,
) {
    let due = now.plus_seconds(policy.lease_seconds);
    let state = match former.state() {
        LetterState::QUEUED => LetterState::AWAITS_KEY.number(),
        _ => former.state,
    };
    replace(changes, key, former, &LetterRow { state, due, ..former.clone() });
}

/// Has a letter wait again, due at once, as if it had never been handed over: for the host, or for
/// a key.
pub(crate) fn retry(
    changes: &mut WriteSet,
    key: &LetterKey,
    former: &LetterRow,
    state: LetterState,
    now: Timestamp,
) {
    let state = state.number();
    replace(changes, key, former, &LetterRow { state, attempts: 0, due: now, ..former.clone() });
}

/// What became of a letter that was handed over, and so what it is then.
pub(crate) fn report(
    changes: &mut WriteSet,
    key: &LetterKey,
    former: &LetterRow,
    fate: LetterFate,
    now: Timestamp,
    policy: &Outbox,
) -> Result<LetterState, Refusal> {
    // A letter may come back long after it was sent.
    let state = former.state();
    let late = fate == LetterFate::Bounced && state == LetterState::DELIVERED;
    let handed_over = state == LetterState::HANDED_OVER || late;
    refuse_if(!handed_over, WalletStatus::LETTER_MUST_BE_HANDED_OVER)?;
    match fate {
        LetterFate::Delivered => {
            settle(changes, key, former, LetterState::DELIVERED, now, policy);
            Ok(LetterState::DELIVERED)
        }
        LetterFate::Bounced => {
            settle(changes, key, former, LetterState::BOUNCED, now, policy);
            Ok(LetterState::BOUNCED)
        }
        LetterFate::Failed => {
            // It waits as long as a lease: whoever failed to send it is not asked at once again.
            let due = now.plus_seconds(policy.lease_seconds);
            let state = LetterState::QUEUED.number();
            replace(changes, key, former, &LetterRow { state, due, ..former.clone() });
            Ok(LetterState::QUEUED)
        }
    }
}
