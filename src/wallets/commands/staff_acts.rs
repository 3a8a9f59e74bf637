//! What a member of staff did, listed.

use super::Wallets;
use super::transaction::ReadTransaction;
use crate::model::{Id, Timestamp};
use crate::store::Result;
use crate::wallets::rules::AuditEntry;
use crate::wallets::rules::audit::AuditKey;
use crate::wallets::rules::rows::RowKey;
use crate::wallets::rules::staff::{StaffActKey, StaffActRow};

/// How far back acts are looked for at first, in nanoseconds; each time eight times as far.
const FIRST_WINDOW: u64 = Timestamp::SECOND;

/// Something that a member of staff did, or tried to do.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct StaffAct {
    /// The id of the entry in its trail.
    pub id: Id,
    /// What the trail says, and whose it is.
    pub entry: AuditEntry,
}

impl StaffAct {
    /// Where it stands in the list: give it to read on from there.
    #[must_use]
    pub fn place(&self) -> (Timestamp, Id) {
        (self.entry.at, self.id)
    }
}

impl Wallets {
    /// What a member of staff did, in all trails, oldest first: what follows on `after`, at most
    /// `limit`. Also what they were refused, and what somebody tried who is not registered under
    /// that name. What was done before this version of the library kept staff stands in the trails
    /// alone.
    ///
    /// # Errors
    /// As [`Wallets::audit_trail`].
    pub fn staff_acts(
        &self,
        name: &str,
        after: Option<(Timestamp, Id)>,
        limit: usize,
    ) -> Result<Vec<StaffAct>> {
        let (reading, name) = (self.read()?, name.to_ascii_lowercase());
        let after = after.map(|(at, entry)| place(&name, at, entry));
        let prefix = StaffActKey::prefix(&name);
        let acts = reading.scan::<StaffActRow>(&prefix, after.as_deref()).take(limit);
        let acts: Vec<_> = acts.collect::<Result<_>>()?;
        with_entries(&reading, acts)
    }

    /// The same, newest first: what came before `before`, at most `limit`.
    ///
    /// # Errors
    /// As [`Wallets::audit_trail`].
    pub fn latest_staff_acts(
        &self,
        name: &str,
        before: Option<(Timestamp, Id)>,
        limit: usize,
    ) -> Result<Vec<StaffAct>> {
        let (reading, name) = (self.read()?, name.to_ascii_lowercase());
        let prefix = StaffActKey::prefix(&name);
        let end = before.map_or(reading.now(), |(at, _)| at);
        let mut window = FIRST_WINDOW;
        // Rows are read forwards alone: from ever further back, until there are enough.
        loop {
            let from = end.nanoseconds().saturating_sub(window);
            let after = match from {
                0 => None,
                from => Some(place(&name, Timestamp::from_nanoseconds(from), Id::ZERO)),
            };
            let is_before = |key: &StaffActKey| {
                before.is_none_or(|(at, entry)| (key.at, key.entry.bytes()) < (at, entry.bytes()))
            };
            let acts = reading.scan::<StaffActRow>(&prefix, after.as_deref());
            // What cannot be read is an error, and does not end the list.
            let acts = acts.take_while(|row| row.as_ref().map_or(true, |(key, _)| is_before(key)));
            let mut acts: Vec<_> = acts.collect::<Result<_>>()?;
            if acts.len() >= limit || from == 0 {
                acts.reverse();
                acts.truncate(limit);
                return with_entries(&reading, acts);
            }
            window = window.saturating_mul(8);
        }
    }
}

fn place(name: &str, at: Timestamp, entry: Id) -> Vec<u8> {
    StaffActKey { name: name.to_owned(), at, entry }.bytes()
}

/// The entries of the trails; none of one that is there no more.
fn with_entries(
    reading: &ReadTransaction,
    acts: Vec<(StaffActKey, StaffActRow)>,
) -> Result<Vec<StaffAct>> {
    let mut found = Vec::with_capacity(acts.len());
    for (key, row) in acts {
        let at = AuditKey { subject: row.subject, entry: key.entry };
        let entry = reading.peek::<AuditEntry>(&at)?;
        found.extend(entry.map(|entry| StaffAct { id: key.entry, entry }));
    }
    Ok(found)
}
