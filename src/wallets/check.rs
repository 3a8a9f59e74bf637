//! What the store asks of the wallets when it is verified or copied: that each person has a key, or
//! none where it was destroyed, and that unclaimed money is all there.

use super::keys::{CheckedKeys, VaultError};
use super::rules::rows::{PersonRow, PersonState, Row};
use super::rules::unclaimed::{UnclaimedRow, unclaimed_account};
use super::rules::{AuditEntry, Command};
use crate::model::Id;
use crate::store::house::{House, Kept};
use crate::store::{Error, Result};
use std::collections::BTreeMap;

/// Faults of the file of keys that are named, of many.
const KEY_FAULTS_MAX: usize = 16;

/// The wallets, as the store knows them.
pub(crate) struct WalletsHouse;

impl House for WalletsHouse {
    fn check(&self, kept: &Kept<'_>) -> Result<()> {
        check_keys(kept)?;
        check_unclaimed(kept)
    }

    /// A file of keys that nobody needs is copied as it is.
    fn check_copy(&self, kept: &Kept<'_>) -> Result<()> {
        if kept.rows(PersonRow::TABLE.space, &[]).next().is_none() {
            return Ok(());
        }
        check_keys(kept)?;
        check_unclaimed(kept)
    }
}

/// In the account of a ledger's unclaimed money lies just what its open items say.
fn check_unclaimed(kept: &Kept<'_>) -> Result<()> {
    let mut owed: BTreeMap<u32, u128> = BTreeMap::new();
    for row in kept.rows(UnclaimedRow::TABLE.space, &[]) {
        let row = UnclaimedRow::from_bytes(&row?.1.value)?;
        let sum = owed.entry(row.ledger).or_default();
        if row.is_open() {
            *sum = sum.saturating_add(row.amount);
        }
    }
    for (ledger, owed) in owed {
        let account = kept.account(unclaimed_account(ledger))?;
        let lies_there = account.map_or(0, |account| account.balances.available().minor_units());
        if lies_there != owed {
            let what = format!("unclaimed money of ledger {ledger}: {lies_there} is not {owed}");
            return Err(Error::Corrupt(what));
        }
    }
    Ok(())
}

/// The file of keys holds together, and has the key of each person, or says that it was destroyed:
/// a person may have been erased while a backup was made. Nobody who was erased has a key again.
fn check_keys(kept: &Kept<'_>) -> Result<()> {
    let mut keys = CheckedKeys::find(kept.disk, kept.store_id)?;
    let (mut faults, mut known) = (Vec::new(), keys.no_numbers()?);
    for row in kept.rows(PersonRow::TABLE.space, &[]) {
        let (key, stored) = row?;
        let row = PersonRow::from_bytes(&stored.value)?;
        let person = Id::from_row_key(key.key()).unwrap_or(Id::ZERO);
        known.insert(row.slot);
        let found = match row.state {
            PersonState::Registering | PersonState::Active => keys.has_place(row.slot, person),
            PersonState::Erased => keys.is_gone(row.slot, person),
            // A crash came in between: opening the wallets finishes it.
            PersonState::Erasing => Ok(()),
        };
        match found {
            Err(VaultError::Corrupt(what)) => faults.push(what),
            found => found?,
        }
    }
    // Who never had a wallet left nothing but the trail.
    for (number, person) in keys.beside(&known)? {
        if trail_says_erased(kept, person)?
            && let Err(VaultError::Corrupt(what)) = keys.is_gone(number, person)
        {
            faults.push(what);
        }
    }
    faults.extend(keys.nobodys());
    // Whose they are, of all of them: each is mended by itself.
    let more = faults.len().saturating_sub(KEY_FAULTS_MAX);
    faults.truncate(KEY_FAULTS_MAX);
    if more > 0 {
        faults.push(format!("and {more} more"));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Corrupt(faults.join("; "))) }
}

/// Whether the trail has it that a person was erased.
fn trail_says_erased(kept: &Kept<'_>, person: Id) -> Result<bool> {
    for row in kept.rows(AuditEntry::TABLE.space, &person.to_bytes()) {
        let entry = AuditEntry::from_bytes(&row?.1.value)?;
        if entry.command == Command::PERSON_ERASED {
            return Ok(true);
        }
    }
    Ok(false)
}
