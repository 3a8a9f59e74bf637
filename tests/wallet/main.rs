//! Wallets, as a shopper, a member of staff and an attacker meet them.
//!
//! `world` opens a store by a manual clock, with the cheapest hashes that a policy may have;
//! `market` has sellers and many customers with payment passwords, who were registered once for all
//! tests. One file for each flow tells its story; `refusals` is the table of what is refused and
//! why; `secrets` looks for what must not be found.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::inconsistent_digit_grouping, reason = "the last two digits are cents")]

mod acts;
mod attempts;
mod authorisations;
mod birth_dates;
mod broken_keys;
mod callbacks;
mod card_numbers;
mod cards;
mod chargebacks;
mod charges;
mod clerks;
mod closed_loop;
mod closing;
mod contact_changes;
mod contested_suspense;
mod corrections;
mod disguises;
mod entries;
mod failed_refunds;
mod first_cards;
mod further_wallets;
mod keys;
mod leaving;
mod leaving_sums;
mod limits;
mod lost_key;
mod market;
mod openings;
mod orders;
mod outbox;
mod over_all_wallets;
mod paid_orders;
mod payees;
mod payments;
mod policies;
mod recovery;
mod refund_sums;
mod refund_tick;
mod refusals;
mod registration;
mod repetitions;
mod second_approvals;
mod secrets;
mod several;
mod staff;
mod staff_acts;
mod staff_model;
mod support;
mod takeover;
#[cfg(feature = "orders")]
mod tenders;
mod traces;
mod verification;
mod waiting_letters;
mod world;
