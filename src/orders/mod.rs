//! Orders: the deal itself, as policy over holds.
//!
//! A house on the ledger's ground, above the wallets': `rules` are pure, `commands` are what a host
//! calls. A command reads rows and holds, is judged by the rules, and becomes one linked chain, so
//! that orders have no journal, no recovery and no locks of their own.

pub(crate) mod check;
pub(crate) mod commands;
pub mod rules;
