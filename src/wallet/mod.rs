//! The rules of wallets, pure: rows, a command and a time in, a decision or a refusal out.
//!
//! Time, random bytes and the policy are arguments. This floor knows no storage, no clock and no
//! randomness.
#![warn(clippy::arithmetic_side_effects)]
#![cfg_attr(not(test), allow(dead_code, reason = "the commands that stand on these rules follow"))]

pub(crate) mod text_guard;
