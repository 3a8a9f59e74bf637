//! The values of the ledger: ids, amounts, times, ledgers, accounts, holds, operations, outcomes.
//!
//! Records have a fixed C layout without padding, so that a caller in another language shares its
//! arrays with the engine without conversion. Every record is plain data: any bytes are a value,
//! and the engine's first guard says whether they mean something.
//!
//! This floor knows no I/O, no clock, no randomness, no storage and no text format.
#![warn(clippy::arithmetic_side_effects)]

mod account;
mod amount;
mod decision;
mod document;
mod hold;
mod id;
mod kind;
mod known_kind;
mod ledger;
pub mod limits;
mod named;
mod operation;
mod outcome;
pub(crate) mod policy_hash;
mod status;
mod time;

pub(crate) use account::flag_set;
pub use account::{Account, AccountFlags, Balances, Side};
pub use amount::Amount;
pub use decision::{Decision, Document, Event, Moved, Record};
pub use document::{DocumentKey, DocumentKeyError};
pub use hold::{AtDeadline, Hold, Phase};
pub use id::{Id, ParseIdError};
pub(crate) use kind::named_values;
pub use kind::{Kind, OperationFlags};
pub(crate) use known_kind::{About, KnownKind, Reversible, Traits};
pub use ledger::{Ledger, LedgerCode, LedgerCodeError};
pub use operation::Operation;
pub use outcome::Outcome;
pub use status::Status;
pub use time::Timestamp;
