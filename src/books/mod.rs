//! Books: the event feed as a bookkeeper reads it.
//!
//! The feed says what was decided: a release names its hold, and no account. [`movements`] says
//! what each decision did to which account, one [`Movement`] for each, whose [`Posting`]s balance:
//! debits equal credits, posted and pending. Whoever keeps books elsewhere, in a spreadsheet or in
//! a program for accounting, takes them from here. [`trial_balances_at`] and [`balances_at`] add
//! them up, and so know what was true at any time, of accounts without a history too.
//!
//! Guaranteed: the sums of all movements of a snapshot are the balances of its accounts. Movements
//! are read in pages, in bounded memory, through a guest as well. Nothing is written.
//!
//! Does not know how books are written down, nor what accounts are called: `escrowdb export` does.

mod balances;
mod feed;
mod movement;

pub use balances::{balances_at, trial_balances_at};
pub use feed::{Movements, movements};
pub use movement::{Movement, Posting};
