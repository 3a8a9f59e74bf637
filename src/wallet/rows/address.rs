//! Who an address or a document belongs to, found by blind index.

use super::{Row, RowTable};
use crate::model::{Id, Timestamp};
use crate::wallet::secrets::BlindIndex;
use crate::wallet::throttle::Throttle;
use serde::{Deserialize, Serialize};

/// What is known of an e-mail address: also of one that belongs to nobody, so that whoever asks
/// cannot tell the difference.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct AddressRow {
    /// Who confirmed it; zero for nobody.
    pub(crate) owner: Id,
    /// Letters on behalf of strangers that went there: registrations begun.
    pub(crate) letters: Daily,
    /// Failed logins.
    pub(crate) login: Throttle,
    /// When it can be forgotten if it belongs to nobody.
    pub(crate) forget_at: Timestamp,
}

impl Row for AddressRow {
    const TABLE: RowTable = RowTable::new("\u{1}address", 1);
    type Key = BlindIndex;
}

/// Whose identity document it is: one person once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct DocumentRow {
    pub(crate) owner: Id,
}

impl Row for DocumentRow {
    const TABLE: RowTable = RowTable::new("\u{1}document", 1);
    type Key = BlindIndex;
}

/// How often something happened within a day, and when it did last.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Daily {
    /// When the day began: it ends 24 hours later.
    pub(crate) began_at: Timestamp,
    pub(crate) count: u32,
    pub(crate) last_at: Timestamp,
}
