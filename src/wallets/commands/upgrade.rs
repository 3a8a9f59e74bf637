//! Rows that older versions did not write, added when the wallets are opened.

use super::Wallets;
use crate::model::Id;
use crate::store::{Error, Result};
use crate::wallets::rules::card_payment::{ChargeKey, ChargeRow, ReferenceKey, ReferenceRow};
use crate::wallets::rules::rows::{Row, RowError, RowKey, Upgrade, UpgradeRow};
use crate::wallets::rules::{Decision, WriteSet};
use std::collections::HashSet;

/// Rows that are added in one chain.
const ROWS_AT_A_TIME: usize = 1_024;

impl Wallets {
    /// Refuses a store in which a later version keeps something up to date that this one does not
    /// know of, and would let fall behind. Before anything is written.
    pub(super) fn check_upgrades(&self) -> Result<()> {
        let reading = self.read()?;
        for row in reading.snapshot().rows_with_prefix(UpgradeRow::TABLE.space, &[], None) {
            let unreadable = RowError::damaged(UpgradeRow::TABLE.space, "has no valid key");
            let upgrade = Upgrade::from_bytes(row?.0.key()).ok_or(unreadable)?;
            if !upgrade.is_known() {
                let known = Upgrade::ALL.iter().map(|known| known.number()).max().unwrap_or(0);
                let (what, supported) = ("what the wallets keep".into(), known.into());
                let found = upgrade.number().into();
                return Err(Error::NewerFormat { what, found, supported });
            }
        }
        Ok(())
    }

    /// Adds what an older version did not write. Where nothing is missing, nothing is written; what
    /// a crash interrupts is done at the next opening.
    pub(super) fn upgrade(&self) -> Result<()> {
        self.index_references(ROWS_AT_A_TIME)
    }

    /// Says which payment each of the processor's references belongs to. Older versions knew a
    /// reference within its payment alone, and one that they booked would pay another payment too.
    /// The first of several payments has it.
    pub(super) fn index_references(&self, at_a_time: usize) -> Result<()> {
        let upgrade = Upgrade::CHARGE_REFERENCES;
        if self.read()?.peek::<UpgradeRow>(&upgrade)?.is_some() {
            return Ok(());
        }
        let mut last: Option<ChargeKey> = None;
        loop {
            let after = last;
            let indexed = self.transact(Id::ZERO, |reading| {
                let (space, from) = (ChargeRow::TABLE.space, after.map(|key| key.bytes()));
                let rows = reading.snapshot().rows_with_prefix(space, &[], from.as_deref());
                // The keys alone: a charge that cannot be read keeps no wallet shut.
                let keys = rows.take(at_a_time).map(|row| {
                    let unreadable = RowError::damaged(space, "has no valid key");
                    Ok(ChargeKey::from_bytes(row?.0.key()).ok_or(unreadable)?)
                });
                let keys: Vec<_> = keys.collect::<Result<_>>()?;
                let (mut changes, mut seen) = (WriteSet::default(), HashSet::new());
                for key in &keys {
                    let place = ReferenceKey(key.reference);
                    let is_first = seen.insert(key.reference);
                    if is_first && reading.peek::<ReferenceRow>(&place)?.is_none() {
                        changes.put(&place, &ReferenceRow { payment: key.payment });
                    }
                }
                let is_done = keys.len() < at_a_time;
                // Who has no charges has nothing to remember.
                if is_done && (after.is_some() || !keys.is_empty()) {
                    changes.put(&upgrade, &UpgradeRow { at: reading.now() });
                }
                Ok(Decision::done(changes, keys.last().copied().filter(|_| !is_done)))
            })?;
            last = indexed.map_err(|refusal| Error::Corrupt(refusal.to_string()))?;
            if last.is_none() {
                return Ok(());
            }
        }
    }
}
