//! What was given up or set aside of wallets.

use super::Gathering;
use super::document::{InactivityPart, UnclaimedPart, WaiverPart};
use super::money::abouts;
use super::text::{IdText, Name, TimeText};
use crate::model::Id;
use crate::store::Result;
use crate::wallets::rules::inactivity::InactivityRow;
use crate::wallets::rules::unclaimed::UnclaimedRow;
use crate::wallets::rules::waiver::WaiverRow;
use crate::wallets::rules::{AuditEntry, Command};

impl Gathering<'_> {
    pub(super) fn waivers(&self, trail: &[AuditEntry]) -> Result<Vec<WaiverPart>> {
        let mut found = Vec::new();
        for transfer in abouts(trail, &[Command::WAIVE_BALANCE]) {
            let Some(row) = self.reading.peek::<WaiverRow>(&transfer)? else { continue };
            let currency = self.currency(row.ledger)?;
            found.push(WaiverPart {
                transfer: IdText::known(transfer),
                amount: currency.units(row.amount),
                amount_max: currency.units(row.amount_max),
                currency: currency.code(),
                version: row.version,
                account: IdText::known(row.account),
                at: TimeText::of(row.at),
            });
        }
        Ok(found)
    }

    pub(super) fn inactivity(&self, wallet: Id) -> Result<Option<InactivityPart>> {
        let row = self.reading.peek::<InactivityRow>(&wallet)?;
        Ok(row.map(|row| InactivityPart {
            noticed_at: TimeText::of(row.noticed_at),
            set_aside_at: TimeText::of(row.set_aside_at),
        }))
    }

    pub(super) fn unclaimed(&self) -> Result<Vec<UnclaimedPart>> {
        let mut found = Vec::new();
        for item in self.wallets.items_of(self.reading, self.person)? {
            let Some(row) = self.reading.peek::<UnclaimedRow>(&item)? else { continue };
            let currency = self.currency(row.ledger)?;
            found.push(UnclaimedPart {
                transfer: IdText::known(item),
                wallet: IdText::known(row.wallet),
                amount: currency.units(row.amount),
                currency: currency.code(),
                why: Name(row.reason().name()),
                came_at: TimeText::of(row.came_at),
                resolved_by: IdText::of(row.resolved_by),
                resolved_to: IdText::of(row.resolved_to),
                resolved_at: TimeText::of(row.resolved_at),
            });
        }
        Ok(found)
    }
}
