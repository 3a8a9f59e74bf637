//! The target `orders` for libFuzzer.
#![no_main]

#[allow(dead_code, reason = "a part of the command")]
#[path = "../../../../../src/cli/mod.rs"]
mod cli;
#[path = "../../../orders.rs"]
mod orders;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| orders::orders(bytes));
