//! Rows: what the library remembers of wallets, as documents in spaces of its own.
//!
//! A row is a version byte and a struct in `postcard` form, found by a key whose bytes order as the
//! key does. `rows.md` lists them.

mod address;
mod agenda;
mod contact_change;
mod contents;
mod correction;
mod credential;
mod letter;
mod listed;
mod opening;
mod person;
mod recovery;
mod registration;
mod scan;
mod space;
mod token;
mod upgrade;
mod versions;
mod wallet;

pub(crate) use address::{AddressRow, DocumentRow, RequesterRow};
pub(crate) use agenda::{Agenda, AgendaKey, AgendaList};
pub use contact_change::ContactChangeState;
pub(crate) use contact_change::{ContactChangeKey, ContactChangeRow};
pub(crate) use contents::{Contents, ContentsKind};
pub(crate) use correction::CorrectionRow;
pub use correction::CorrectionState;
pub(crate) use credential::{
    AnswerRow, AnswersRow, CodeKey, CodeRow, CredentialKey, CredentialRow,
};
pub use letter::{Channel, LetterKind, LetterState};
pub(crate) use letter::{LetterBody, LetterKey, LetterRow};
pub(crate) use opening::{PepperRow, PolicyRow, TheOne};
pub(crate) use person::{Consent, NoteKey, NoteRow, PersonRow, PersonState, Proposal};
pub use recovery::RecoveryState;
pub(crate) use recovery::{EvidenceRow, RecoveryRow};
pub(crate) use registration::RegistrationRow;
pub(crate) use scan::{ScanKey, ScanOfKey, ScanOfRow, ScanRow};
pub(crate) use space::{Space, table_of};
pub(crate) use token::{TokenKey, TokenPurpose, TokenRow};
pub(crate) use upgrade::{Upgrade, UpgradeRow};
pub(crate) use versions::{Step, Unread, Versions};
pub use wallet::WalletState;
pub(crate) use wallet::{AccountRow, WalletRow};

use crate::model::{DocumentKey, Id, Timestamp};
use crate::wallets::rules::secrets::BlindIndex;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where the rows of a type lie, and how they are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowTable {
    /// The space of documents; it begins with a control character, and the host has no access.
    pub(crate) space: &'static str,
    /// How rows of this type were ever written. The first byte of each row is its version.
    versions: Versions,
    /// What a row is filled up to with zeros, so that its size says nothing of it; 0 for not at
    /// all.
    padded_to: usize,
}

impl RowTable {
    pub(crate) const fn new(space: Space) -> Self {
        Self { space: space.name(), versions: Versions::FIRST, padded_to: 0 }
    }

    /// A table of another house, in a space of its own.
    #[cfg(feature = "orders")]
    pub(crate) const fn in_space(space: &'static str) -> Self {
        Self { space, versions: Versions::FIRST, padded_to: 0 }
    }

    /// A table whose struct is no longer the first one: by one version for each step.
    #[must_use]
    pub(crate) const fn after(self, steps: &'static [Step]) -> Self {
        Self { versions: Versions::after(steps), ..self }
    }

    /// A table all of whose rows have this many bytes, the largest as the smallest.
    #[must_use]
    pub(crate) const fn padded(self, padded_to: usize) -> Self {
        assert!(self.versions.keep_padding(), "zeros stand behind older rows");
        Self { padded_to, ..self }
    }

    /// The version that is written.
    pub(crate) const fn version(&self) -> u8 {
        self.versions.current()
    }

    /// Whether these are valid trailing bytes for a row of this many bytes. A row of an older
    /// version may have been padded to fewer.
    fn is_padding(&self, left: &[u8], row_bytes: usize, is_older: bool) -> bool {
        let is_padded = match is_older {
            true => row_bytes <= self.padded_to,
            false => row_bytes == self.padded_to,
        };
        left.is_empty() || (is_padded && left.iter().all(|&byte| byte == 0))
    }
}

/// A type of row.
pub(crate) trait Row: Serialize + DeserializeOwned {
    /// Where rows of this type lie.
    const TABLE: RowTable;
    /// What they are found by.
    type Key: RowKey;
    /// Whether commands that rely on one come one after the other, although it does not change: it
    /// stands for rows that some add, and others look for all of, as erasing a person does.
    const STANDS_FOR_OTHERS: bool = false;

    /// The stored form.
    fn to_bytes(&self) -> Result<Vec<u8>, RowError> {
        let mut bytes = vec![Self::TABLE.version()];
        let encoded = postcard::to_allocvec(self);
        let unwritten = |_| RowError::damaged(Self::TABLE.space, "cannot be written");
        bytes.extend(encoded.map_err(unwritten)?);
        bytes.resize(bytes.len().max(Self::TABLE.padded_to), 0);
        Ok(bytes)
    }

    /// The row of its stored form, whichever version wrote it.
    fn from_bytes(bytes: &[u8]) -> Result<Self, RowError> {
        let table = Self::TABLE;
        let error = |what| RowError::damaged(table.space, what);
        let Some((&version, rest)) = bytes.split_first() else { return Err(error("is empty")) };
        let raised = table.versions.raise(version, rest);
        let raised = raised.map_err(|why| RowError { space: table.space, why })?;
        let whole = raised.as_deref().map_or(rest, Vec::as_slice);
        let (row, left) = postcard::take_from_bytes(whole).map_err(|_| error("cannot be read"))?;
        let is_whole = table.is_padding(left, bytes.len(), version < table.version());
        if is_whole { Ok(row) } else { Err(error("is too long")) }
    }
}

/// A key whose bytes order as it does.
pub(crate) trait RowKey: Sized {
    /// The stored form: 1 to 511 bytes.
    fn bytes(&self) -> Vec<u8>;

    /// The key of its stored form.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

impl RowKey for BlindIndex {
    fn bytes(&self) -> Vec<u8> {
        self.to_bytes()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::from_bytes(bytes)
    }
}

impl RowKey for Id {
    fn bytes(&self) -> Vec<u8> {
        self.to_bytes().to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::from_row_key(bytes)
    }
}

impl Id {
    /// The id of a key's 16 bytes.
    pub(crate) fn from_row_key(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::from_bytes)
    }
}

/// A row that cannot be read or written: rot, tampering, or a later version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RowError {
    pub(crate) space: &'static str,
    pub(crate) why: Unread,
}

impl RowError {
    /// What is wrong with a row, in words.
    pub(crate) const fn damaged(space: &'static str, what: &'static str) -> Self {
        Self { space, why: Unread::Damaged(what) }
    }
}

/// Where the row of this key lies.
pub(crate) fn row_key<R: Row>(key: &R::Key) -> Result<DocumentKey, RowError> {
    let space = R::TABLE.space;
    DocumentKey::new(space.as_bytes(), &key.bytes())
        .map_err(|_| RowError::damaged(space, "has no valid key"))
}

// Ids and times stand in rows as the numbers that they are, and in text as they are printed.

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        self.to_bytes().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return <[u8; 16]>::deserialize(deserializer).map(Self::from_bytes);
        }
        let text = String::deserialize(deserializer)?;
        let radix = if text.len() == 32 { 16 } else { 10 };
        let number = u128::from_str_radix(&text, radix);
        number.map(Self::from_u128).map_err(|_| serde::de::Error::custom("is no id"))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.nanoseconds().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(Self::from_nanoseconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wallets::rules::audit::{Actor, AuditEntry, AuditKey, Command};

    #[test]
    fn a_row_is_read_as_written_and_rot_is_found() {
        let (subject, at) = (Id::from_u128(7), Timestamp::from_nanoseconds(9));
        let row = AuditEntry::new(subject, Command::NOTE, &Actor::staff("eve", "why"), at);
        let bytes = row.to_bytes().expect("a row");
        assert_eq!(AuditEntry::from_bytes(&bytes), Ok(row));
        let longer = [&*bytes, &[0]].concat();
        let no_version = [&[0], &bytes[1..]].concat();
        for (bytes, what) in [
            (&bytes[..bytes.len() - 1], "cannot be read"),
            (&longer, "is too long"),
            (&no_version, "has no version"),
            (&[], "is empty"),
        ] {
            let error = AuditEntry::from_bytes(bytes).expect_err("a damaged row");
            assert_eq!(error.why, Unread::Damaged(what));
        }
    }

    /// Symptom: a store that a later version had written was called corrupt, which is nothing that
    /// an update mends. Cause: a version that is not known was an error like any other.
    #[test]
    fn a_row_of_a_later_version_is_told_from_a_damaged_one() {
        let known = PersonRow::TABLE.version();
        let bytes = [&[known + 1][..], &[0; 200]].concat();
        let error = PersonRow::from_bytes(&bytes).expect_err("a row of tomorrow");
        assert_eq!(error.why, Unread::Newer { found: known + 1, known });
    }

    /// The row of an address has the same size whatever is known of it, so that the size of what is
    /// written does not reveal whether it belongs to somebody.
    #[test]
    fn all_addresses_are_of_one_size() {
        use crate::wallets::rules::throttle::{Daily, Throttle};
        let (owner, last) = (Id::MAX, Timestamp::MAX);
        let letters = Daily { began_at: last, count: u32::MAX, last_at: last };
        let login = Throttle { failures: u32::MAX, locked_until: last, is_hard_locked: true };
        let full = AddressRow {
            owner,
            letters,
            login,
            forget_at: last,
            known_login: login,
            resets: letters,
            known_resets: letters,
            login_failed_at: last,
            known_login_failed_at: last,
        };
        for row in [full, AddressRow::default()] {
            let bytes = row.to_bytes().expect("a row");
            assert_eq!(bytes.len(), AddressRow::TABLE.padded_to);
            assert_eq!(AddressRow::from_bytes(&bytes), Ok(row.clone()));
            // Older versions knew no times of failures, and padded to fewer bytes or not at all; of
            // what is more or less, none is one.
            let none = Timestamp::NONE;
            let older = AddressRow { login_failed_at: none, known_login_failed_at: none, ..row };
            let encoded = postcard::to_allocvec(&older).expect("a row");
            let (encoded, former) =
                (&encoded[..encoded.len() - 2], AddressRow::TABLE.version() - 1);
            let mut padded = [&[former], encoded].concat();
            padded.resize(AddressRow::TABLE.padded_to - 20, 0);
            for bytes in [[&[former - 1], encoded].concat(), padded] {
                assert_eq!(AddressRow::from_bytes(&bytes), Ok(older.clone()));
            }
            let longer = [&*bytes, &[0]].concat();
            assert!(AddressRow::from_bytes(&longer).is_err());
        }
        let mut bytes = AddressRow::default().to_bytes().expect("a row");
        *bytes.last_mut().expect("a byte") = 1;
        assert!(AddressRow::from_bytes(&bytes).is_err());
    }

    #[test]
    fn keys_are_read_as_written() {
        let key = AuditKey { subject: Id::from_u128(1), entry: Id::from_u128(2) };
        assert_eq!(AuditKey::from_bytes(&key.bytes()), Some(key));
        assert_eq!(AuditKey::from_bytes(&[0; 31]), None);
    }
}
