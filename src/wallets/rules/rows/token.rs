//! Tokens of links, found by their hash.

use super::{Row, RowKey, RowTable, Space};
use crate::model::{Id, Timestamp, named_values};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a token is good for. Used once: then the row is gone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct TokenRow {
    pub(crate) person: Id,
    /// The wallet; zero for none.
    pub(crate) wallet: Id,
    /// The case; zero for none.
    pub(crate) case: Id,
    /// A keyed hash of the address that it was sent to: the token is void if the address has
    /// changed.
    pub(crate) address: [u8; 32],
    pub(crate) expires_at: Timestamp,
}

impl Row for TokenRow {
    const TABLE: RowTable = RowTable::new(Space::Token);
    type Key = TokenKey;
}

/// The purpose is part of the key: a token for something else is not found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct TokenKey {
    pub(crate) purpose: TokenPurpose,
    pub(crate) hash: [u8; 32],
}

impl RowKey for TokenKey {
    fn bytes(&self) -> Vec<u8> {
        [&[self.purpose.number()][..], &self.hash].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (purpose, hash) = bytes.split_first()?;
        let purpose = TokenPurpose::from_number(*purpose);
        Some(Self { purpose, hash: hash.try_into().ok()? })
    }
}

named_values! {
    /// What a token is for. Numbers are never changed or used again.
    TokenPurpose(u8) {
        /// To confirm an address.
        CONFIRM_ADDRESS = 1, "confirm_address";
        /// To set a new payment password.
        RESET_PAYMENT_PASSWORD = 2, "reset_payment_password";
        /// To set a new login password.
        RESET_LOGIN_PASSWORD = 3, "reset_login_password";
        /// To confirm the new address of a customer.
        CONFIRM_NEW_ADDRESS = 4, "confirm_new_address";
        /// To stop the change of an address or number.
        STOP_CONTACT_CHANGE = 5, "stop_contact_change";
    }
}
