//! Registrations that are under way.

use super::{Row, RowTable, Space, Step};
use crate::model::{Id, Timestamp};
use crate::wallets::rules::throttle::Daily;
use serde::{Deserialize, Serialize};

/// A registration, found by the person's id. It ends with `submit`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct RegistrationRow {
    /// The address has a wallet already: this is a stand-in that answers like any other, and leads
    /// nowhere.
    pub(crate) is_decoy: bool,
    /// The hash of the token in the last letter; zeros when it was used.
    pub(crate) token: [u8; 32],
    pub(crate) confirmed_at: Timestamp,
    /// Letters that were sent.
    pub(crate) letters: Daily,
    /// When it is removed unless it is submitted.
    pub(crate) purge_at: Timestamp,
    /// It was refused because its document is another person's. It goes no further, so that nobody
    /// can try one number after the other.
    pub(crate) is_over: bool,
}

impl Row for RegistrationRow {
    const TABLE: RowTable = RowTable::new(Space::Registration).after(&[Step::Appended(&[0])]);
    type Key = Id;
}
