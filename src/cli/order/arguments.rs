//! What can be asked for of orders.

use crate::cli::input::parse_id;
use clap::{Args, Subcommand, ValueEnum};
use escrowdb::Id;
use escrowdb::order::{Party, Policy};
use std::path::PathBuf;

/// `order`: the host attests who acts; here it is a member of staff, whose name the timeline keeps.
#[derive(Args)]
pub(crate) struct Order {
    #[command(subcommand)]
    pub(crate) command: OrderCommand,
}

impl Order {
    /// Whether it can be carried out once more as if it had not been.
    pub(crate) const fn only_reads(&self) -> bool {
        use OrderCommand::{List, Options, Show, Timeline};
        matches!(self.command, Show(_) | List(_) | Options(_) | Timeline(_))
    }
}

#[derive(Subcommand)]
pub(crate) enum OrderCommand {
    /// Show an order: its state, its tenders and its parts
    Show(OneOrder),
    /// List the orders of a buyer, or the parts of orders of a seller, the oldest first
    List(ListOf),
    /// Show what one side can do about a part, until when, and what happens if nobody acts
    Options(OptionsOf),
    /// Show all steps of an order
    Timeline(OneOrder),
    /// Decide how much of a part goes back to the buyer, where it is escalated
    Decide(Decide),
    /// Carry out what time alone leaves to be done: windows that have run out, refunds that are due
    Work(Work),
    /// Check a policy in a file, print the schema of policies, or keep one in a store
    Policy(PolicyOf),
}

#[derive(Args)]
pub(crate) struct OneOrder {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// The order's id
    #[arg(value_parser = parse_id)]
    pub(crate) order: Id,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(group = clap::ArgGroup::new("whose").required(true))]
pub(crate) struct ListOf {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// Those of this buyer
    #[arg(long, value_parser = parse_id, group = "whose")]
    pub(crate) buyer: Option<Id>,
    /// Those that this seller has a part of
    #[arg(long, value_parser = parse_id, group = "whose")]
    pub(crate) seller: Option<Id>,
    /// At most so many; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct OptionsOf {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// The order's id
    #[arg(value_parser = parse_id)]
    pub(crate) order: Id,
    /// The place of the part's leg in the terms, from 0 on
    pub(crate) part: u16,
    /// Whose options
    #[arg(long, value_name = "WHO", default_value = "staff")]
    pub(crate) party: Who,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// Who can act.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Who {
    /// Who pays
    Buyer,
    /// Who gets the money of the part
    Seller,
    /// The platform's
    Staff,
    /// The host itself, such as for a carrier
    System,
}

impl From<Who> for Party {
    fn from(who: Who) -> Self {
        match who {
            Who::Buyer => Self::Buyer,
            Who::Seller => Self::Seller,
            Who::Staff => Self::Staff,
            Who::System => Self::System,
        }
    }
}

#[derive(Args)]
pub(crate) struct Decide {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// The order's id
    #[arg(value_parser = parse_id)]
    pub(crate) order: Id,
    /// The place of the part's leg in the terms, from 0 on
    pub(crate) part: u16,
    /// What goes back to the buyer, in the currency of the order: 0 to what is in escrow. The
    /// seller gets the rest
    pub(crate) amount: String,
    /// The member of staff who decides: 1 to 64 of a-z, 0-9, '.', '_', '@' and '-'
    #[arg(long, value_name = "NAME")]
    pub(crate) actor: String,
    /// The id of the command, so that it can be given again; a new one unless it is named
    #[arg(long, value_name = "ID", value_parser = parse_id)]
    pub(crate) command: Option<Id>,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Work {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// At most so many parts
    #[arg(long, default_value_t = 1_000)]
    pub(crate) limit: usize,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct PolicyOf {
    #[command(subcommand)]
    pub(crate) step: PolicyStep,
}

#[derive(Subcommand)]
pub(crate) enum PolicyStep {
    /// Say whether a policy makes sense, and its hash
    Check(CheckPolicy),
    /// Print the JSON Schema of policies
    Schema,
    /// Print a policy that comes with the library, with its sources; without a name, their names
    Preset(PresetPolicy),
    /// Keep a policy in a store for ever, under its hash, which the terms of orders name
    Keep(KeepPolicy),
}

#[derive(Args)]
pub(crate) struct CheckPolicy {
    /// The policy: a JSON file
    pub(crate) file: PathBuf,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct PresetPolicy {
    /// Which one
    #[arg(value_parser = Policy::PRESETS)]
    pub(crate) name: Option<String>,
}

#[derive(Args)]
pub(crate) struct KeepPolicy {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// The policy: a JSON file
    pub(crate) file: PathBuf,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}
