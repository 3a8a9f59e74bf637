//! Wallets, as a shopper, a member of staff and an attacker meet them.
//!
//! `world` opens a store by a manual clock, with the cheapest hashes that a policy may have. One file
//! for each flow tells its story; `refusals` is the table of what is refused and why; `secrets` looks
//! for what must not be found.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod attempts;
mod closing;
mod keys;
mod outbox;
mod payments;
mod recovery;
mod refusals;
mod registration;
mod secrets;
mod world;
