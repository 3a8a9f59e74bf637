//! escrowdb: an embedded, transactional, on-disk escrow store.
#![forbid(unsafe_code)]

pub mod disk;
pub mod journal;
