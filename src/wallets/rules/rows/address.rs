//! The owner of an address or a document, found by blind index.

use super::{Row, RowTable, Space, Step};
use crate::model::{Id, Timestamp};
use crate::wallets::rules::device::Device;
use crate::wallets::rules::secrets::BlindIndex;
use crate::wallets::rules::throttle::{Daily, Throttle};
use serde::{Deserialize, Serialize};

/// Bytes of the row of an address, the same for every address: version, owner, three days of
/// letters, two throttles, and three times, each number as long as it can be.
const ADDRESS_ROW_BYTES: usize = 1 + 16 + 3 * (10 + 5 + 10) + 2 * (5 + 10 + 1) + 3 * 10;
/// How long failed logins count after the last of them, unless they have locked for good. It is the
/// same whether or not the address belongs to a customer, so that waiting does not reveal which.
/// One guess a month finds nothing.
const FAILURES_COUNT_SECONDS: u32 = 30 * 24 * 60 * 60;

/// What is known of an e-mail address. There is such a row for an address that belongs to nobody
/// too, so that nobody can tell the difference from outside.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct AddressRow {
    /// The person who confirmed it; zero for none.
    pub(crate) owner: Id,
    /// Registrations that strangers began for it, each with a letter.
    pub(crate) letters: Daily,
    /// Failed logins from unknown devices.
    pub(crate) login: Throttle,
    /// When it can be forgotten if it belongs to nobody.
    pub(crate) forget_at: Timestamp,
    /// Failed logins from devices that the host knows.
    pub(crate) known_login: Throttle,
    /// Links to set a new login password that were asked for from unknown devices.
    pub(crate) resets: Daily,
    /// And from devices that the host knows.
    pub(crate) known_resets: Daily,
    /// When the last login from an unknown device failed, since the last one that succeeded.
    pub(crate) login_failed_at: Timestamp,
    /// And from a device that the host knows.
    pub(crate) known_login_failed_at: Timestamp,
}

impl Row for AddressRow {
    const TABLE: RowTable = RowTable::new(Space::Address)
        .after(&[Step::Appended(&[0; 9]), Step::Appended(&[]), Step::Appended(&[0; 2])])
        .padded(ADDRESS_ROW_BYTES);
    type Key = BlindIndex;
}

impl AddressRow {
    /// The failed logins from such devices.
    pub(crate) fn login(&self, device: Device) -> &Throttle {
        match device {
            Device::Unknown => &self.login,
            Device::Known => &self.known_login,
        }
    }

    /// Counts the failed logins from such devices anew, after what happened now.
    pub(crate) fn set_login(&mut self, device: Device, failed: Throttle, now: Timestamp) {
        let at = if failed.failures > 0 { now } else { Timestamp::NONE };
        match device {
            Device::Unknown => (self.login, self.login_failed_at) = (failed, at),
            Device::Known => (self.known_login, self.known_login_failed_at) = (failed, at),
        }
    }

    /// The same address without the failed logins that no longer count.
    #[must_use]
    pub(crate) fn at(mut self, now: Timestamp) -> Self {
        for device in [Device::Unknown, Device::Known] {
            if self.failures_count_until(device) <= now {
                self.set_login(device, Throttle::default(), now);
            }
        }
        self
    }

    /// Until when failed logins from such devices count.
    fn failures_count_until(&self, device: Device) -> Timestamp {
        let (failed, at) = match device {
            Device::Unknown => (self.login, self.login_failed_at),
            Device::Known => (self.known_login, self.known_login_failed_at),
        };
        match failed {
            Throttle { is_hard_locked: true, .. } => Timestamp::MAX,
            Throttle { failures: 0, .. } => Timestamp::NONE,
            _ => failed.locked_until.max(at.plus_seconds(FAILURES_COUNT_SECONDS)),
        }
    }

    /// The links that were asked for from such devices.
    pub(crate) fn resets(&mut self, device: Device) -> &mut Daily {
        match device {
            Device::Unknown => &mut self.resets,
            Device::Known => &mut self.known_resets,
        }
    }

    /// Until when something is to be remembered although the address belongs to nobody.
    pub(crate) fn busy_until(&self) -> Timestamp {
        let letters = [self.letters, self.resets, self.known_resets];
        let days = letters.map(|daily| daily.last_at.plus_seconds(86_400));
        let failures = [Device::Unknown, Device::Known].map(|of| self.failures_count_until(of));
        days.into_iter().chain(failures).max().unwrap_or(Timestamp::NONE)
    }
}

/// How many letters a requester asked for. The requester is known by a keyed hash only.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct RequesterRow {
    pub(crate) resets: Daily,
}

impl Row for RequesterRow {
    const TABLE: RowTable = RowTable::new(Space::Requester);
    type Key = BlindIndex;
}

/// The person to whom an identity document belongs: nobody registers twice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct DocumentRow {
    pub(crate) owner: Id,
}

impl Row for DocumentRow {
    const TABLE: RowTable = RowTable::new(Space::Document);
    type Key = BlindIndex;
}
