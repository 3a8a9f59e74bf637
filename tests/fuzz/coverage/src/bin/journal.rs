//! The target `journal` for libFuzzer.
#![no_main]

#[path = "../../../edits.rs"]
mod edits;
#[path = "../../../input.rs"]
mod input;
#[path = "../../../journal.rs"]
mod journal;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| journal::journal(bytes));
