//! Credentials: passwords, security answers and short codes, each with its counter of failures.

use super::{Row, RowKey, RowTable, Space, Step};
use crate::model::{Id, Timestamp, named_values};
use crate::wallets::rules::Refusal;
use crate::wallets::rules::device::Device;
use crate::wallets::rules::secrets::Sealed;
use crate::wallets::rules::throttle::{Daily, Throttle};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A password: its hash, sealed under the person's key, and its failures.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct CredentialRow {
    pub(crate) person: Id,
    /// The hash as a PHC string.
    pub(crate) hash: Sealed,
    /// Rises with each new password, so that no attempt is judged by a former one.
    pub(crate) times_set: u32,
    /// Failures from unknown devices; of login passwords they are counted by address instead.
    pub(crate) throttle: Throttle,
    pub(crate) set_at: Timestamp,
    /// The hash of the token of the last link to set a new one; zeros for none. A new link, and a
    /// new password, end it.
    pub(crate) reset_token: [u8; 32],
    /// Failures from devices that the host knows.
    pub(crate) known_throttle: Throttle,
}

impl Row for CredentialRow {
    const TABLE: RowTable = RowTable::new(Space::Credential).after(&[Step::Appended(&[0; 3])]);
    type Key = CredentialKey;
}

impl CredentialRow {
    /// A password that was just set, for so many times: no failures, no link.
    pub(crate) fn new(person: Id, hash: Sealed, times_set: u32, now: Timestamp) -> Self {
        let (throttle, known_throttle) = (Throttle::default(), Throttle::default());
        let (set_at, reset_token) = (now, [0; 32]);
        Self { person, hash, times_set, throttle, set_at, reset_token, known_throttle }
    }

    /// The failures from such devices.
    pub(crate) fn throttle(&mut self, device: Device) -> &mut Throttle {
        match device {
            Device::Unknown => &mut self.throttle,
            Device::Known => &mut self.known_throttle,
        }
    }

    /// Whether the password may be tried from such a device now.
    pub(crate) fn check(&self, device: Device, now: Timestamp) -> Result<(), Refusal> {
        match device {
            Device::Unknown => self.throttle.check(now),
            Device::Known => self.known_throttle.check(now),
        }
    }
}

named_values! {
    /// What a password is for. Numbers are never changed or used again.
    CredentialKind(u8) {
        /// To log in; of a person.
        LOGIN = 1, "login";
        /// To confirm payments; of a wallet.
        PAYMENT = 2, "payment";
    }
}

/// Whose password, and what for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct CredentialKey {
    /// The person or the wallet.
    pub(crate) owner: Id,
    pub(crate) kind: CredentialKind,
}

impl CredentialKey {
    pub(crate) const fn login(person: Id) -> Self {
        Self { owner: person, kind: CredentialKind::LOGIN }
    }

    pub(crate) const fn payment(wallet: Id) -> Self {
        Self { owner: wallet, kind: CredentialKind::PAYMENT }
    }
}

impl RowKey for CredentialKey {
    fn bytes(&self) -> Vec<u8> {
        [&self.owner.to_bytes()[..], &[self.kind.number()]].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, owner) = bytes.split_last()?;
        Some(Self { owner: Id::from_row_key(owner)?, kind: CredentialKind::from_number(*kind) })
    }
}

/// A person's security answers.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct AnswersRow {
    pub(crate) answers: Vec<AnswerRow>,
    /// The question that was answered wrongly: no other is asked until it is answered.
    pub(crate) failed_question: Option<u16>,
    pub(crate) throttle: Throttle,
}

/// One question, by the host's number for it, and the hash of its answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct AnswerRow {
    pub(crate) question: u16,
    pub(crate) hash: Sealed,
}

impl Row for AnswersRow {
    const TABLE: RowTable = RowTable::new(Space::Answers);
    type Key = Id;
}

/// A short code that was sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct CodeRow {
    /// Keyed with the person's key: eight digits would be found from a plain hash.
    pub(crate) mac: [u8; 32],
    pub(crate) tries_left: u32,
    pub(crate) expires_at: Timestamp,
    pub(crate) sent: Daily,
}

impl Row for CodeRow {
    const TABLE: RowTable = RowTable::new(Space::Code);
    type Key = CodeKey;
}

/// Whose code, and what it is for, by the host's number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct CodeKey {
    pub(crate) person: Id,
    pub(crate) purpose: u16,
}

impl RowKey for CodeKey {
    fn bytes(&self) -> Vec<u8> {
        [&self.person.to_bytes()[..], &self.purpose.to_be_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (person, purpose) = bytes.split_at_checked(16)?;
        let purpose = u16::from_be_bytes(purpose.try_into().ok()?);
        Some(Self { person: Id::from_row_key(person)?, purpose })
    }
}
