//! The rules of orders, pure: rows, holds, a command, an actor and a time in; a decision or a
//! refusal that says what would be possible out.
//!
//! Time, ids and the policy are arguments. This floor knows no storage, no clock and no randomness.
#![doc = include_str!("orders.md")]
#![warn(clippy::arithmetic_side_effects)]

mod actor;
mod case;
mod command;
pub(crate) mod items;
mod lines;
#[doc = include_str!("cookbook.md")]
pub mod cookbook {}
pub(crate) mod names;
pub(crate) mod part;
pub(crate) mod parties;
mod policy;
pub(crate) mod refusal;
pub(crate) mod rows;
pub(crate) mod shares;
mod stages;
mod status;
pub(crate) mod terms;

pub use crate::model::policy_hash::PolicyHash;
pub use actor::Actor;
pub use case::{ClaimReason, Remedy};
pub use command::PartCommand;
pub use items::{Item, PARTS_MAX};
pub use lines::{LINES_MAX, Line, LineKind};
pub use parties::{
    BUYER_CODE, FAILED_REFUND_CODE, GOODWILL_CODE, KEPT_CODE, LEG_CODE, SELLER_CODE, TENDER_CODE,
};
pub use policy::{
    AfterRefusal, Calendar, Claims, Fact, NoAnswer, Policy, PolicyError, Shipping, Sources,
    Unanswered, Undecided, WINDOW_SECONDS_MAX, Weekday, Window,
};
pub use refusal::Refusal;
pub use stages::{Action, Party, Possible, Silence, Stage, TABLE, possible};
pub use status::OrderStatus;
pub use terms::{Keeping, LEGS_MAX, Leg, TENDERS_MAX, Tender, TenderKind, Terms};
