//! What can be asked for of orders.

use crate::cli::input::{Moment, parse_id, parse_time};
use clap::{Args, Subcommand, ValueEnum};
use escrowdb::order::{Party, Policy, Stage};
use escrowdb::{Id, Timestamp};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// `order`: the host attests who acts; here it is a member of staff, whose name the timeline keeps.
#[derive(Args)]
pub(crate) struct Order {
    #[command(subcommand)]
    pub(crate) command: OrderCommand,
}

impl Order {
    /// Whether it can be carried out once more as if it had not been.
    pub(crate) const fn only_reads(&self) -> bool {
        use OrderCommand::{Events, List, Options, Refunds, Show, Timeline};
        let command = &self.command;
        matches!(command, Show(_) | List(_) | Options(_) | Timeline(_) | Events(_) | Refunds(_))
    }
}

#[derive(Subcommand)]
pub(crate) enum OrderCommand {
    /// Show an order: its state, its tenders and its parts
    Show(OneOrder),
    /// List the orders of a buyer or the parts of a seller, the oldest first; or parts of all
    /// orders that are open, those first that are due next
    List(ListOf),
    /// Show what one side can do about a part, until when, and what happens if nobody acts
    Options(OptionsOf),
    /// Show all steps of an order
    Timeline(OneOrder),
    /// Show what happened to all orders, the oldest first
    Events(EventsOf),
    /// Decide how much of a part goes back to the buyer, where it is escalated
    Decide(Decide),
    /// Ask a side for evidence, where a part is escalated
    AskEvidence(AskEvidence),
    /// Give the buyer of an order a sum of the platform's own money, at once
    Goodwill(GiveGoodwill),
    /// List what goes back to cards and the like, for the host to carry out
    Refunds(Refunds),
    /// Say that a refund was carried out, or that it has failed
    Refund(Refund),
    /// Carry out what time alone leaves to be done: windows that have run out, refunds that are due
    Work(Work),
    /// Check a policy in a file, print the schema of policies or one that comes with the library,
    /// or keep one in a store
    Policy(PolicyOf),
}

/// Which order of which store.
#[derive(Args)]
pub(crate) struct OfOrder {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// The order's id
    #[arg(value_parser = parse_id)]
    pub(crate) order: Id,
}

/// A command that can be given again.
#[derive(Args)]
pub(crate) struct Given {
    /// The id of the command, so that it can be given again; a new one unless it is named
    #[arg(long, value_name = "ID", value_parser = parse_id)]
    pub(crate) command: Option<Id>,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

impl Given {
    /// Its id.
    pub(crate) fn id(&self) -> Id {
        match self.command {
            Some(command) => command,
            None => Id::new(),
        }
    }
}

#[derive(Args)]
pub(crate) struct OneOrder {
    #[command(flatten)]
    pub(crate) about: OfOrder,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct EventsOf {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// What happened after this place in the feed, which `--limit` and JSON say
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) after: Option<Moment>,
    /// At most so many; 0 for all
    #[arg(long, default_value_t = 0)]
    pub(crate) limit: usize,
    /// One JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(group = clap::ArgGroup::new("whose").required(true).multiple(true))]
pub(crate) struct ListOf {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// Those of this buyer
    #[arg(long, value_parser = parse_id, group = "whose")]
    #[arg(conflicts_with_all = ["seller", "stage", "due_before"])]
    pub(crate) buyer: Option<Id>,
    /// Those that this seller has a part of
    #[arg(long, value_parser = parse_id, group = "whose")]
    #[arg(conflicts_with_all = ["stage", "due_before"])]
    pub(crate) seller: Option<Id>,
    /// Open parts in this stage, such as `escalated`
    #[arg(long, value_parser = parse_stage, group = "whose")]
    pub(crate) stage: Option<Stage>,
    /// Open parts that are due before this time
    #[arg(long, value_name = "TIME", value_parser = parse_time, group = "whose")]
    pub(crate) due_before: Option<Moment>,
    /// Those after what was listed last, which a list that has more says
    #[arg(long, value_name = "PLACE")]
    pub(crate) after: Option<After>,
    /// At most so many; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// A place in a list, as `TIME:ORDER` or `TIME:ORDER:PART`; the time in nanoseconds.
#[derive(Clone, Copy)]
pub(crate) struct After {
    pub(crate) at: Timestamp,
    pub(crate) order: Id,
    pub(crate) part: Option<u16>,
}

impl fmt::Display for After {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.at.nanoseconds(), self.order)?;
        match self.part {
            Some(part) => write!(formatter, ":{part}"),
            None => Ok(()),
        }
    }
}

impl FromStr for After {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut fields = text.split(':');
        let (at, order, part) = (fields.next(), fields.next(), fields.next());
        let other = || "it is not what a list ended with".to_owned();
        let at = at.and_then(|at| at.parse().ok()).ok_or_else(other)?;
        let part = part.map(|part| part.parse().map_err(|_| other())).transpose()?;
        let order = parse_id(order.filter(|_| fields.next().is_none()).ok_or_else(other)?)?;
        Ok(Self { at: Timestamp::from_nanoseconds(at), order, part })
    }
}

fn parse_stage(text: &str) -> Result<Stage, String> {
    let known = Stage::ALL.iter().find(|stage| stage.name() == text);
    let names: Vec<_> = Stage::ALL.iter().map(|stage| stage.name()).collect();
    known.copied().ok_or_else(|| format!("a stage is one of {}", names.join(", ")))
}

#[derive(Args)]
pub(crate) struct OptionsOf {
    #[command(flatten)]
    pub(crate) about: OfOrder,
    /// The number of the part, from 0 on
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
    #[command(flatten)]
    pub(crate) about: OfOrder,
    /// The number of the part, from 0 on
    pub(crate) part: u16,
    /// What goes back to the buyer, in the currency of the order: 0 to what is in escrow. The
    /// seller gets the rest
    pub(crate) amount: String,
    /// The member of staff who decides: 1 to 64 of a-z, 0-9, '.', '_', '@' and '-'
    #[arg(long, value_name = "NAME")]
    pub(crate) actor: String,
    #[command(flatten)]
    pub(crate) given: Given,
}

#[derive(Args)]
pub(crate) struct AskEvidence {
    #[command(flatten)]
    pub(crate) about: OfOrder,
    /// The number of the part, from 0 on
    pub(crate) part: u16,
    /// Of the buyer or the seller
    #[arg(long, value_name = "WHO")]
    pub(crate) of: Who,
    /// From now on: until the time to decide ends at the latest
    #[arg(long)]
    pub(crate) seconds: u32,
    /// The member of staff who asks: 1 to 64 of a-z, 0-9, '.', '_', '@' and '-'
    #[arg(long, value_name = "NAME")]
    pub(crate) actor: String,
    #[command(flatten)]
    pub(crate) given: Given,
}

#[derive(Args)]
pub(crate) struct GiveGoodwill {
    #[command(flatten)]
    pub(crate) about: OfOrder,
    /// How much, in the currency of the order
    pub(crate) amount: String,
    /// An account of the platform
    #[arg(long, value_name = "ID", value_parser = parse_id)]
    pub(crate) from: Id,
    /// An account of the buyer's, which is spend_only
    #[arg(long, value_name = "ID", value_parser = parse_id)]
    pub(crate) to: Id,
    /// The member of staff who gives it: 1 to 64 of a-z, 0-9, '.', '_', '@' and '-'
    #[arg(long, value_name = "NAME")]
    pub(crate) actor: String,
    #[command(flatten)]
    pub(crate) given: Given,
}

#[derive(Args)]
pub(crate) struct Refunds {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// Those after this one
    #[arg(long, value_name = "REFUND", value_parser = parse_id)]
    pub(crate) after: Option<Id>,
    /// At most so many; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(group = clap::ArgGroup::new("end").required(true))]
pub(crate) struct Refund {
    #[command(flatten)]
    pub(crate) about: OfOrder,
    /// The refund, as it is listed
    #[arg(value_parser = parse_id)]
    pub(crate) refund: Id,
    /// It was carried out
    #[arg(long, group = "end")]
    pub(crate) confirmed: bool,
    /// It could not be carried out: its money goes to where the buyer keeps it, or else to this
    /// account
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_id, group = "end")]
    pub(crate) failed: Option<Id>,
    #[command(flatten)]
    pub(crate) given: Given,
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
