//! Orders, as a shop uses them.
//!
//! `world` opens a store by a manual clock; `stories` has orders that take different ways,
//! `items` those of which some items go their own, `staff` what staff do about them; `refusals`
//! is the table of what is refused and why; `laws` holds random orders against `model`; `kill` ends
//! a process that deals; `presets` walks the ways of known marketplaces; `marketplace` settles real
//! ones.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod items;
mod kill;
mod laws;
mod marketplace;
mod model;
mod presets;
mod refunds;
mod refusals;
mod staff;
mod stories;
mod world;
