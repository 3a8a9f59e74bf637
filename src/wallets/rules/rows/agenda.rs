//! The agenda: what has to be done, in the order in which it falls due, so that nobody scans.

use super::{Row, RowKey, RowTable, Space};
use crate::model::{Id, Timestamp, named_values};
use crate::wallets::rules::secrets::BlindIndex;
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An entry of the agenda.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Agenda {
    /// The person or wallet that it concerns.
    pub(crate) subject: Id,
    /// The address or requester, for the lists of these.
    pub(crate) address: Option<BlindIndex>,
}

impl Agenda {
    /// An entry about a person or a wallet.
    pub(crate) const fn of(subject: Id) -> Self {
        Self { subject, address: None }
    }
}

impl Row for Agenda {
    const TABLE: RowTable = RowTable::new(Space::Agenda);
    type Key = AgendaKey;
}

named_values! {
    /// A list of the agenda. Numbers are never changed or used again.
    AgendaList(u8) {
        /// Letters to be handed over, or handed over again.
        LETTERS = 1, "letters";
        /// Letters whose fate is known, to be forgotten.
        OLD_LETTERS = 2, "old_letters";
        /// Registrations to be removed unless they are submitted.
        REGISTRATIONS = 3, "registrations";
        /// Persons whose keys are to be destroyed.
        ERASURES = 4, "erasures";
        /// Addresses that belong to nobody, to be forgotten.
        ADDRESSES = 5, "addresses";
        /// Recovery cases that wait for staff.
        RECOVERIES = 6, "recoveries";
        /// Changes of e-mail addresses whose link, or cool-down, ends.
        EMAIL_CHANGES = 10, "email_changes";
        /// The same of telephone numbers.
        PHONE_CHANGES = 11, "phone_changes";
        /// Corrections that wait for staff.
        CORRECTIONS = 12, "corrections";
        /// Verification cases that wait for staff.
        VERIFICATIONS = 20, "verifications";
        /// Money in suspense that waits for staff.
        SUSPENSE = 21, "suspense";
        /// Requesters, to be forgotten.
        REQUESTERS = 22, "requesters";
        /// Links to set a new login password that were asked for, to be written.
        LOGIN_RESETS = 23, "login_resets";
        /// Card payments in escrow, whose money may come back by a deadline.
        CARD_HOLDS = 24, "card_holds";
        /// Refunds to cards, which the processor is to carry out.
        CARD_REFUNDS = 25, "card_refunds";
        /// Chargebacks that are open or due.
        CHARGEBACKS = 30, "chargebacks";
        /// Chargebacks whose money left and is in no account's books.
        CHARGEBACKS_DUE = 31, "chargebacks_due";
        /// Unclaimed money that waits for its owner.
        UNCLAIMED = 40, "unclaimed";
    }
}

/// List, then when it is due, then what it is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct AgendaKey {
    pub(crate) list: AgendaList,
    pub(crate) due: Timestamp,
    pub(crate) about: Id,
}

impl RowKey for AgendaKey {
    fn bytes(&self) -> Vec<u8> {
        let due = self.due.nanoseconds().to_be_bytes();
        [&[self.list.number()][..], &due, &self.about.to_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (list, rest) = bytes.split_first()?;
        let (due, about) = rest.split_at_checked(8)?;
        Some(Self {
            list: AgendaList::from_number(*list),
            due: Timestamp::from_nanoseconds(u64::from_be_bytes(due.try_into().ok()?)),
            about: Id::from_row_key(about)?,
        })
    }
}
