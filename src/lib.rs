//! escrowdb: an embedded, transactional, on-disk escrow store.
#![forbid(unsafe_code)]

pub mod disk;
mod engine;
pub mod journal;
mod model;
pub mod money;
mod store;
pub use store::*;

pub use model::*;
