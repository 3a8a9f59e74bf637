//! Stores that earlier versions wrote, opened by this one; and what is refused.
//!
//! `samples/<version>/` holds stores as a released version left them, and `expected.json` what they
//! show. A new version with another format gets samples of its own, and those before it stay:
//!
//! ```text
//! ESCROWDB_BLESS=1 cargo test --test compat     writes samples/<this version>/, if it is not there
//! ```
//!
//! Before a release the folder of the version that is to come may be removed and written anew;
//! afterwards it is never changed.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod files;
mod formats;
#[cfg(feature = "wallets")]
mod people;
mod refused;
mod repair;
mod samples;
mod story;
#[cfg(not(feature = "wallets"))]
mod without_wallets;
