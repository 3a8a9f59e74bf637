//! The store through its public face.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod archive;
#[cfg(feature = "wallets")]
mod backup;
mod belonging;
mod clock;
mod copies;
mod faults;
mod history;
mod ids;
mod kill;
mod links;
mod queries;
mod read_only;
#[cfg(feature = "wallets")]
mod rot;
mod smoke;
mod statements;
#[cfg(all(target_os = "linux", feature = "wallets"))]
mod syncs;
mod tamper;
mod threads;
mod under_way;
mod whereabouts;
mod world;
