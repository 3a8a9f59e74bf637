//! Many processes on one store.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod guests;
mod hostile;
mod kill;
mod world;
