//! Hostile input: the targets of fuzzing, each run over its corpus and mutations of it.
//!
//! `FUZZ_SECONDS=600` is a longer run of this; `coverage/run` is the same guided by coverage. The
//! target `record` is not public and runs with the unit tests of the library, and `calls`, which is
//! about the C ABI, with the tests of the C binding.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[cfg(feature = "cli")]
#[allow(dead_code, reason = "a part of the command")]
#[path = "../../src/cli/mod.rs"]
mod cli;
mod driver;
mod edits;
mod input;
mod journal;
#[cfg(feature = "cli")]
mod orders;
mod store;
mod text;

#[test]
fn a_changed_journal_is_read_right_or_refused() {
    driver::run("journal", journal::journal);
}

#[test]
fn a_changed_store_is_opened_or_refused() {
    driver::run("store", store::store);
}

#[test]
fn text_means_one_thing_or_nothing() {
    driver::run("text", text::text);
}

#[cfg(feature = "cli")]
#[test]
fn any_file_of_orders_is_settled_or_refused() {
    driver::run("orders", orders::orders);
}
