//! The rules of wallets, pure: rows, a command and a time in, a decision or a refusal out.
//!
//! A command reads rows, is judged here, and becomes one linked chain of puts, deletes and
//! operations of the ledger: see [`Decision`]. So it is applied whole or not at all, replayed,
//! verified and fed to consumers as all else is.
//!
//! Time, random bytes and the policy are arguments. This floor knows no storage, no clock and no
//! randomness, and no secret in clear ever stands in what it decides.
#![doc = include_str!("rows.md")]
#![doc = include_str!("standards.md")]
#![warn(clippy::arithmetic_side_effects)]
#![allow(dead_code, unused_imports, reason = "the commands that stand on these rows follow")]

pub(crate) mod audit;
pub(crate) mod decision;
pub mod policy;
mod refusal;
pub(crate) mod rows;
pub(crate) mod secrets;
mod status;
pub(crate) mod text_guard;
pub(crate) mod throttle;

pub use audit::{Actor, AuditEntry, Command};
pub use policy::Policy;
pub use refusal::{Judged, Refusal};
pub use rows::{Channel, LetterKind, LetterState, RecoveryState, WalletState};
pub use status::WalletStatus;

pub(crate) use decision::{Changes, Decision};
