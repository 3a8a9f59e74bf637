//! The target `frames` for libFuzzer.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| escrowdb::fuzz::frames(bytes));
