//! The store on a simulated disk: power cuts, faults and rot, judged by the model.
//!
//! `disk` forgets and fails, `story` makes up what is asked of the store, and `life` leads store
//! and model through it, from crash to crash. Every run follows from one number: a test that fails
//! names it, and `SIM_FIRST=<number> SIM_SEEDS=1` runs it again. `SIM_SEEDS=100000` is the long
//! run.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::inconsistent_digit_grouping, reason = "the last two digits are cents")]

mod archiving;
#[cfg(feature = "wallets")]
mod charging;
mod contents;
#[cfg(feature = "wallets")]
mod contesting;
mod crashes;
#[cfg(feature = "orders")]
mod dealing;
mod disk;
mod faults;
mod folder;
mod follower;
mod gate;
#[cfg(feature = "wallets")]
mod keys;
mod life;
mod moving;
mod names;
#[cfg(feature = "wallets")]
mod paying;
mod queries;
mod random;
mod read;
mod rot;
mod second_log;
mod story;
#[cfg(feature = "wallets")]
mod wallets;

#[allow(dead_code, reason = "the model has more to say than is asked here")]
#[path = "../laws/model/mod.rs"]
mod model;

#[allow(dead_code, reason = "a part of what the laws' tests need")]
#[path = "../laws/system.rs"]
mod system;

#[path = "../laws/laws.rs"]
mod laws;
