//! The target `store` for libFuzzer.
#![no_main]

#[path = "../../../edits.rs"]
mod edits;
#[path = "../../../input.rs"]
mod input;
#[path = "../../../store.rs"]
mod store;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| store::store(bytes));
