//! What the host calls now and then: forgetting what need not be remembered, and passing on what
//! deadlines refunded.

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
    /// Changes of addresses or numbers that were never confirmed, or stand now.
    pub contact_changes: usize,
    /// Payments by card of which a refund by a deadline was passed on.
    pub refunds: usize,
    /// Chargebacks of which what was due was booked.
    pub chargebacks: usize,
    /// Owners who were told that the money of a wallet that nobody uses will be set aside.
    pub notices: usize,
    /// Wallets whose money was set aside.
    pub set_aside: usize,
}

/// Entries of each list that are looked at in one call.
const ENTRIES_AT_A_TIME: usize = 1_024;

impl Wallets {
    /// Removes what is past its time, up to about a thousand of each kind: registrations never
    /// submitted, old letters, addresses of nobody; and ends changes of addresses and numbers.
    ///
    /// Passes on what deadlines have refunded of payments by card: into the wallet, if its owner
    /// agrees and as far as there is room, else to the card ([`Wallets::open_card_refunds`]). Books
    /// what chargebacks took while no loss account could bear it.
    ///
    /// Last of all, where the policy says so, it tells owners of wallets that nobody uses, and sets
    /// their money aside ([`Inactivity`](crate::wallet::policy::Inactivity)): each call looks at
    /// the next thousand wallets, so that all of a million are looked at within a day if it is
    /// called every minute.
    ///
    /// To be called now and then, every minute say, by whom is all the same; what is left waits for
    /// the next call.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn upkeep(&self) -> Result<Upkeep> {
        self.purge_requesters(ENTRIES_AT_A_TIME)?;
        let done = Upkeep {
            registrations: self.purge_registrations(ENTRIES_AT_A_TIME)?,
            letters: self.purge_letters()?,
            addresses: self.purge_addresses(ENTRIES_AT_A_TIME)?,
            contact_changes: self.end_contact_changes(ENTRIES_AT_A_TIME)?,
            refunds: self.pass_on_refunds(ENTRIES_AT_A_TIME)?,
            chargebacks: self.book_chargebacks(ENTRIES_AT_A_TIME)?,
            ..Upkeep::default()
        };
        // What goes wrong with it keeps nobody else's money from going on, and what came back just
        // now is seen.
        let (notices, set_aside) = self.look_for_inactive_wallets(ENTRIES_AT_A_TIME)?;
        Ok(Upkeep { notices, set_aside, ..done })
    }
}
