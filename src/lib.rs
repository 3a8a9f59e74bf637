//! escrowdb: an embedded, transactional, on-disk escrow store.
#![forbid(unsafe_code)]

mod commit;
pub mod disk;
mod engine;
pub mod journal;
mod model;
pub mod money;
mod record;
mod state;

pub use model::*;
