//! A store whose journal is in PostgreSQL: real servers, real standbys, real faults.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod cluster;
mod shop;

mod faults;
mod following;
mod leading;
mod misuse;
mod moving;

mod verified;
