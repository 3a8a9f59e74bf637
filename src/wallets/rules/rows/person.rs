//! Persons: the identity of each customer, sealed under a key of their own.

use super::{Row, RowKey, RowTable, Space, Step};
use crate::model::{Id, Timestamp};
use crate::wallets::rules::secrets::{BlindIndex, Sealed};
use serde::{Deserialize, Serialize};

/// A person. The key of what is sealed lies in another file, and is destroyed to erase the person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct PersonRow {
    pub(crate) state: PersonState,
    /// Where the person's key lies.
    pub(crate) slot: u64,
    pub(crate) created_at: Timestamp,
    /// The e-mail address as it was given.
    pub(crate) address: Option<Sealed>,
    pub(crate) address_index: BlindIndex,
    /// A profile.
    pub(crate) profile: Option<Sealed>,
    pub(crate) document_index: Option<BlindIndex>,
    pub(crate) consents: Vec<Consent>,
    pub(crate) wallets: Vec<Id>,
    pub(crate) legal_hold: bool,
    /// The data must be kept until then.
    pub(crate) retain_until: Timestamp,
    /// Notes that support left.
    pub(crate) notes: u32,
    /// What one member of staff wants and another one must want too.
    pub(crate) proposed: Option<Proposal>,
    /// Until when the policy demanded that the data be kept when the last wallet was closed,
    /// whatever staff have set since.
    pub(crate) term: Timestamp,
}

/// What a member of staff wants to have done with a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Proposal {
    /// The number of the command.
    pub(crate) command: u16,
    /// What it sets: a time in nanoseconds, or 0.
    pub(crate) value: u64,
    pub(crate) by: String,
    pub(crate) at: Timestamp,
}

impl Row for PersonRow {
    const TABLE: RowTable = RowTable::new(Space::Person).after(&[Step::Appended(&[0; 2])]);
    type Key = Id;
    const STANDS_FOR_OTHERS: bool = true;
}

/// How far a person has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum PersonState {
    /// The registration is not submitted yet.
    Registering,
    /// Has a wallet.
    Active,
    /// The key is being destroyed.
    Erasing,
    /// The key is destroyed.
    Erased,
}

impl PersonState {
    /// As documents say it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Registering => "registering",
            Self::Active => "active",
            Self::Erasing => "erasing",
            Self::Erased => "erased",
        }
    }
}

/// What a customer agreed to, or no longer does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Consent {
    pub(crate) kind: String,
    pub(crate) version: String,
    pub(crate) is_given: bool,
    pub(crate) at: Timestamp,
}

impl Consent {
    /// Its version, and whether it is given.
    pub(crate) fn words(&self) -> String {
        let word = if self.is_given { "given" } else { "withdrawn" };
        format!("{} {word}", self.version)
    }
}

/// A note of support, sealed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct NoteRow {
    pub(crate) text: Sealed,
    pub(crate) author: String,
    pub(crate) at: Timestamp,
}

impl Row for NoteRow {
    const TABLE: RowTable = RowTable::new(Space::Note);
    type Key = NoteKey;
}

/// Notes on one person in the order in which they were written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NoteKey {
    pub(crate) person: Id,
    pub(crate) note: Id,
}

impl RowKey for NoteKey {
    fn bytes(&self) -> Vec<u8> {
        [self.person.to_bytes(), self.note.to_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (person, note) = bytes.split_at_checked(16)?;
        Some(Self { person: Id::from_row_key(person)?, note: Id::from_row_key(note)? })
    }
}
