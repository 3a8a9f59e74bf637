//! What the host calls now and then: forgetting what need not be remembered.

use super::Wallets;
use crate::store::Result;

/// What an upkeep has done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Upkeep {
    /// Registrations that were never submitted in time, and are gone with all they held.
    pub registrations: usize,
    /// Letters whose fate was known for long enough.
    pub letters: usize,
    /// Addresses of nobody that were looked at.
    pub addresses: usize,
}

/// Entries of each list that are looked at in one call.
const ENTRIES_AT_A_TIME: usize = 1_024;

impl Wallets {
    /// Removes what is past its time, up to about a thousand of each kind: registrations never
    /// submitted, old letters, addresses of nobody. To be called now and then, by whom is all the
    /// same; what is left waits for the next call.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn upkeep(&self) -> Result<Upkeep> {
        self.purge_requesters(ENTRIES_AT_A_TIME)?;
        Ok(Upkeep {
            registrations: self.purge_registrations(ENTRIES_AT_A_TIME)?,
            letters: self.purge_letters()?,
            addresses: self.purge_addresses(ENTRIES_AT_A_TIME)?,
        })
    }
}
