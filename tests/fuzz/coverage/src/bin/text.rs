//! The target `text` for libFuzzer.
#![no_main]

#[path = "../../../text.rs"]
mod text;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| text::text(bytes));
