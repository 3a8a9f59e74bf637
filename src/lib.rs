//! escrowdb: an embedded, transactional, on-disk escrow store.
//!
//! Balances, escrow holds and double-entry transfers in one library: a shop's back end links it
//! and settles a payment without leaving its process. Start at [`Store`].
#![forbid(unsafe_code)]

mod commit;
pub mod disk;
mod engine;
pub mod journal;
mod model;
pub mod money;
mod record;
mod state;
mod store;

pub use model::*;
pub use store::*;
