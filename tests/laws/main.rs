//! The laws of the ledger, held against random histories and tables of cases.
//!
//! `model` is a second store, as plain as can be. Whatever a history does, the store under test
//! (`store`) gives the same outcomes and the same state, and `laws` hold on what it shows.

mod books;
mod histories;
mod laws;
#[allow(dead_code, reason = "the simulation asks the model for more")]
mod model;
mod names;
mod outcomes;
mod parts;
mod play;
mod store;
mod strategies;
mod system;
mod table;
mod tables;
mod tweak;
mod vectors;
