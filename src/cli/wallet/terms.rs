//! The terms of an order out of suspense, as they are given.

use super::parsing::parse_at_deadline;
use crate::cli::input::{Rate, parse_id, parse_rate};
use clap::Args;
use escrowdb::{AtDeadline, Id};

/// What an order out of suspense has otherwise than its payment.
#[derive(Args)]
pub(crate) struct Terms {
    /// The account of whom the order is paid to
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_id)]
    pub(crate) payee: Option<Id>,
    /// Pay at once, not into escrow
    #[arg(long, conflicts_with_all = ["timeout", "at_deadline", "fee_account", "fee"])]
    pub(crate) at_once: bool,
    /// Seconds that the money is in escrow for
    #[arg(long, value_name = "SECONDS", requires = "at_deadline",
        value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) timeout: Option<u32>,
    /// What happens then: refund or release
    #[arg(long, value_name = "WHAT", requires = "timeout", value_parser = parse_at_deadline)]
    pub(crate) at_deadline: Option<AtDeadline>,
    /// The account that gets the commission
    #[arg(long, value_name = "ACCOUNT", requires = "fee", value_parser = parse_id)]
    pub(crate) fee_account: Option<Id>,
    /// The commission, as in 0.05 or 5%
    #[arg(long, value_name = "RATE", requires = "fee_account", value_parser = parse_rate)]
    pub(crate) fee: Option<Rate>,
}
