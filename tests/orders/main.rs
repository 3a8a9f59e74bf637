//! Orders, as a shop uses them.
//!
//! `world` opens a store by a manual clock; `stories` has orders that take different ways;
//! `refusals` is the table of what is refused and why; `laws` holds random orders against `model`;
//! `marketplace` settles real ones.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod laws;
mod marketplace;
mod model;
mod refusals;
mod stories;
mod world;
