//! Changes of an e-mail address or a telephone number that are under way.

use super::{Row, RowKey, RowTable, Space};
use crate::model::{Id, Timestamp, named_values};
use crate::wallets::rules::rows::Channel;
use crate::wallets::rules::secrets::{BlindIndex, Sealed};
use crate::wallets::rules::throttle::Daily;
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The change of where a person is reached by one channel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct ContactChangeRow {
    /// The number of a [`ContactChangeState`].
    pub(crate) state: u8,
    /// The new address belongs to somebody else: this is a stand-in that answers like any other,
    /// and leads nowhere.
    pub(crate) is_decoy: bool,
    /// The correction that it is part of; zero if the customer wanted it.
    pub(crate) case: Id,
    /// The new address or number.
    pub(crate) new: Sealed,
    /// What it replaced; `None` before it is confirmed.
    pub(crate) former: Option<Sealed>,
    /// By which the address that it replaced is found: it is kept free until the change stands.
    pub(crate) former_index: Option<BlindIndex>,
    /// The hash of the token in the letter, or the keyed hash of the code; zeros once it was used.
    pub(crate) secret: [u8; 32],
    /// How often the code may be tried.
    pub(crate) tries_left: u32,
    /// The hash of the token by which the change is stopped; zeros for none.
    pub(crate) stop_token: [u8; 32],
    /// Letters to new addresses or numbers.
    pub(crate) letters: Daily,
    pub(crate) begun_at: Timestamp,
    /// When what it waits for ends: the link or code, or the cool-down; then, when it is forgotten.
    pub(crate) due: Timestamp,
}

impl Row for ContactChangeRow {
    const TABLE: RowTable = RowTable::new(Space::ContactChange);
    type Key = ContactChangeKey;
}

/// Whose, and by which channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ContactChangeKey {
    pub(crate) person: Id,
    pub(crate) channel: Channel,
}

impl ContactChangeKey {
    /// The record that its texts are sealed in, and its code belongs to: one for each channel.
    pub(crate) fn record(self) -> Id {
        Id::from_u128(self.channel.number().into())
    }
}

impl RowKey for ContactChangeKey {
    fn bytes(&self) -> Vec<u8> {
        [&self.person.to_bytes()[..], &[self.channel.number()]].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (channel, person) = bytes.split_last()?;
        Some(Self { person: Id::from_row_key(person)?, channel: Channel::from_number(*channel) })
    }
}

named_values! {
    /// Where the change of an address or number is. Numbers and names are never changed or used
    /// again.
    ContactChangeState(u8) {
        /// The new one is not confirmed yet.
        BEGUN = 1, "begun";
        /// The new one is in force. Until the cool-down ends, limits are lower, no link for a new
        /// password is sent, and the change can be stopped from where the customer was reached
        /// before.
        COOLING_DOWN = 2, "cooling_down";
        /// Over: it stands, was stopped, or was never confirmed.
        ENDED = 3, "ended";
    }
}
