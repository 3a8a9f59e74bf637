//! The command, run as people and scripts run it.

mod bad_input;
mod bench;
mod command;
mod demo;
mod export;
mod follow;
mod interrupted;
mod late;
mod legs;
mod live;
mod manual;
#[cfg(feature = "orders")]
mod order;
mod pages;
mod queries;
mod read_only;
mod schema;
mod serve;
mod settle;
mod tables;
mod terminal;
mod upkeep;
#[cfg(feature = "wallets")]
mod wallet;
#[cfg(feature = "wallets")]
mod wallet_chargebacks;
#[cfg(feature = "wallets")]
mod wallet_keys;
#[cfg(feature = "wallets")]
mod wallet_policy;
#[cfg(feature = "wallets")]
mod wallet_schema;
#[cfg(feature = "wallets")]
mod wallet_second;
#[cfg(feature = "wallets")]
mod wallet_staff;
#[cfg(feature = "wallets")]
mod wallet_unclaimed;
