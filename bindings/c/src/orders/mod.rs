//! Orders: the deals of a shop over its holds, one file for each noun of the header.
//!
//! A command answers a status like any call, and in an [`outcome`] of the caller's whether it was
//! done, or which law refused it and what is possible instead: [`outcome::judged_command`]. An order and
//! its timeline are rows, as those of wallets are: [`outcome::judged_query`].
//!
//! Numbers of stages, parties, actions and all else are the library's own. Knows no rule of orders.

pub mod handle;
pub mod outcome;

pub mod party;
pub mod policy;

pub mod goodwill;
pub mod items;
pub mod part;
pub mod paying;
pub mod refund;
pub mod terms;

pub mod list;
pub mod step;
pub mod view;
