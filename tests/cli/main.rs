//! The command, run as people and scripts run it.

mod bad_input;
mod bench;
mod command;
mod demo;
mod interrupted;
mod queries;
mod settle;
mod upkeep;
mod wallet;
