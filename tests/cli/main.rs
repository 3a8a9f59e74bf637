//! The command, run as people and scripts run it.

mod bad_input;
mod bench;
mod command;
mod demo;
mod follow;
mod interrupted;
mod late;
mod legs;
mod pages;
mod queries;
mod read_only;
mod schema;
mod settle;
mod terminal;
mod upkeep;
mod wallet;
mod wallet_keys;
mod wallet_policy;
mod wallet_schema;
mod wallet_second;
