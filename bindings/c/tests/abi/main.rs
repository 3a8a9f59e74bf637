//! The C ABI, held against its header by the tools of its callers: compilers, linkers, checkers.
//!
//! What is tested is what is shipped: `install.sh` builds and installs it, once for all tests. With
//! `ESCROWDB_TEST_BUILT` in the environment it is what lies there, built for tests, and neither its
//! size nor what valgrind says of it counts. A tool that is missing is named in a line `skipped: …`; with `CI` or
//! `ESCROWDB_REQUIRE_TOOLS` in the environment it fails the test.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod tools;

mod enumerations;
mod fields;
mod header;
mod model;

mod baseline;
mod houses;
mod packages;
mod programs;
mod readme;
mod refusals;
mod symbols;
mod vectors;
