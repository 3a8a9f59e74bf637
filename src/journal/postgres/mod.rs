//! The journal in a PostgreSQL database, which other machines have as well.
//!
//! Guaranteed: a block that was acknowledged is in the database, and on as many of its standbys as
//! were asked for; of two who would lead, one does, and what the other one sends is refused. An
//! outage of the database or of its standbys loses nothing and breaks nothing: it is waited for.
//!
//! It does not know what records mean, and it does not make another server the primary: that is
//! for whoever looks after the database.
#![doc = include_str!("replication.md")]
#![doc = include_str!("postgres.md")]

mod address;
mod appender;
mod checks;
mod database;
mod durable;
mod import;
mod lease;
mod log;
mod opening;
mod place;
mod reading;
mod setup;
mod words;
mod worker;

pub use address::Address;
pub(crate) use import::import;
pub use log::{PostgresLog, Settings};
pub use setup::{LogStatus, Setup, Standby, init, status};
