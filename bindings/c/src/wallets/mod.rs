//! Wallets: the part of the store that a shopper meets, one file for each handle type of the header.
//!
//! A command answers a status like any call, and in an [`outcome`] of the caller's whether it was
//! done or which law refused it: [`outcome::command`]. A query gives rows, which own all texts that
//! C sees of them: [`rows::query`]. Secrets are read where they lie, and wiped where they were
//! copied to.
//!
//! Knows no rule of wallets.

pub mod actor;
pub mod outcome;
pub mod rows;
pub mod text;

pub mod handle;
pub mod options;

pub mod erasure;
pub mod letter;
pub mod login;
pub mod person;
pub mod person_view;
pub mod registration;
pub mod registration_view;
pub mod security;

pub mod contact_change;

pub mod payment;
pub mod payment_password;
pub mod wallet;

pub mod card;
pub mod card_payment;
pub mod card_refund;
pub mod chargeback;
pub mod new_card_payment;
pub mod order;
pub mod suspense;
pub mod unclaimed;

pub mod correction;
pub mod evidence;
pub mod recovery;
pub mod verification;

pub mod audit;
pub mod key;
pub mod staff;
