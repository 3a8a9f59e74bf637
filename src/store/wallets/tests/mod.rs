//! Payments, verification and cards on a real store.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::inconsistent_digit_grouping, reason = "the last two digits are cents")]

mod card_payments;
mod closed_loop;
mod payments;
mod verification;
mod world;
