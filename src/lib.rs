//! escrowdb: an embedded, transactional, on-disk escrow store.
#![forbid(unsafe_code)]

pub mod disk;
mod engine;
pub mod journal;
mod model;
pub mod money;
#[allow(
    dead_code,
    reason = "written and read by the committer, which comes later"
)]
mod record;

pub use model::*;
