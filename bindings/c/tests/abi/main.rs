//! The C ABI, held against its header by the tools of its callers: compilers, linkers, checkers.
//!
//! Everything here runs what is shipped: `install.sh` has built and installed it once for all tests.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod header;
mod model;
