//! E-mail addresses: finding what is known of one, whoever it belongs to.

use super::Wallets;
use super::persons::PersonKey;
use super::transaction::Reading;
use crate::model::{Id, Timestamp};
use crate::store::Result;
use crate::wallet::Changes;
use crate::wallet::contact::Email;
use crate::wallet::rows::{AddressRow, Agenda, AgendaKey, AgendaList, PersonRow, RowKey};
use crate::wallet::secrets::{BlindIndex, Field, IndexKind};

/// An address of nobody is remembered for so long: longer than any lock lasts.
const FORGET_AFTER_SECONDS: u32 = 2 * 24 * 60 * 60;

/// What is known of an address, and where it lies.
pub(super) struct Address {
    pub(super) index: BlindIndex,
    pub(super) row: AddressRow,
    is_new: bool,
}

impl Address {
    /// Writes what is known now. An address of nobody that is met for the first time goes on the
    /// agenda, to be forgotten.
    pub(super) fn put(&self, changes: &mut Changes, now: Timestamp) {
        let mut row = self.row.clone();
        if self.is_new {
            row.forget_at = now.plus_seconds(FORGET_AFTER_SECONDS);
            put_on_agenda(changes, &self.index, row.forget_at);
        }
        changes.put(&self.index, &row);
    }
}

pub(super) fn agenda_key(index: &BlindIndex, due: Timestamp) -> AgendaKey {
    let mut about = [0; 16];
    let bytes = index.bytes();
    about.copy_from_slice(&bytes[bytes.len() - 16..]);
    AgendaKey { list: AgendaList::ADDRESSES, due, about: Id::from_bytes(about) }
}

pub(super) fn put_on_agenda(changes: &mut Changes, index: &BlindIndex, due: Timestamp) {
    let entry = Agenda { address: Some(*index), ..Agenda::of(Id::ZERO) };
    changes.put(&agenda_key(index, due), &entry);
}

impl Wallets {
    /// What is known of an address. The command relies on it.
    pub(super) fn address(&self, reading: &mut Reading, email: &Email) -> Result<Address> {
        let places = self.places(IndexKind::ADDRESS, &email.normal)?;
        for index in &places {
            if let Some(row) = reading.get::<AddressRow>(index)? {
                return Ok(Address { index: *index, row, is_new: false });
            }
        }
        // The present key comes first, and there is always one.
        Ok(Address { index: places[0], row: AddressRow::default(), is_new: true })
    }

    /// Where a value may be found by its blind index, the present place first.
    pub(super) fn places(&self, kind: IndexKind, value: &str) -> Result<Vec<BlindIndex>> {
        Ok(self.shared.vault.index_keys()?.places(kind, value))
    }

    /// A person's address.
    pub(super) fn email_of(&self, person: Id, row: &PersonRow, key: &PersonKey) -> Result<Email> {
        let Some(sealed) = &row.address else {
            let what = format!("person {person} has no address");
            return Err(crate::store::Error::Corrupt(what));
        };
        let text = key.open_text(person, Field::ADDRESS, sealed)?;
        let unreadable = |_| crate::store::Error::Corrupt(format!("the address of {person}"));
        Email::new(&text).map_err(unreadable)
    }
}
