//! The rules of the ledger and of escrow, pure: state and operations in, outcomes out.
//!
//! This floor knows no storage, no clock and no randomness.

pub(crate) mod changes;
