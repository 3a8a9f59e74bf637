//! escrowdb: an embedded, transactional, on-disk escrow store.
#![forbid(unsafe_code)]

pub mod disk;
mod engine;
pub mod journal;
mod model;
#[allow(
    dead_code,
    unused_imports,
    reason = "written and read by the committer, which comes later"
)]
mod state;

pub use model::*;
