//! Wallets: the part of escrowdb that a shopper meets.
//!
//! A house on the ledger's ground, with floors of its own: `rules` are pure, `keys` is the file of
//! keys, `commands` are what a host calls. A command reads rows, is judged by the rules, and
//! becomes one linked chain, so that wallets have no journal, no recovery and no locks of their
//! own.

pub(crate) mod check;
pub(crate) mod commands;
pub(crate) mod keys;
pub mod rules;
