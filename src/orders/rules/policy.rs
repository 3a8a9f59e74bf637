//! What a shop promises its buyers and sellers, as data: how long each may take, and what happens
//! if they do nothing.
//!
//! A policy is read from JSON ([`Policy::from_json`]) or made field by field, and checked before a
//! store keeps it. Kept ones never change: an order keeps the hash of its own. No state can be
//! written without a way out, for each has a window and what ends it.

mod presets;
mod sources;
mod window;

pub use sources::{Fact, Sources};
pub use window::{Calendar, WINDOW_SECONDS_MAX, Weekday, Window};

use crate::model::Timestamp;
use crate::model::policy_hash::PolicyHash;
use serde::{Deserialize, Serialize};

/// The greatest number of bytes of a policy's name.
const NAME_BYTES_MAX: usize = 64;
/// The greatest number of bytes of a policy's text.
const TEXT_BYTES_MAX: usize = 1 << 16;

/// What a shop promises.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What it is called, for people: 1 to 64 bytes.
    #[cfg_attr(
        test,
        schemars(length(min = 1, max = 64), regex(pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$"),)
    )]
    pub name: String,
    /// To pay the order with all its tenders; what has come goes back at the end.
    pub payment: Window,
    /// For the seller to ship, from the payment on; the buyer gets all back at the end.
    pub processing: Window,
    /// For the parcel to arrive, from shipping on; the seller is paid at the end.
    pub protection: Window,
    /// For the buyer to look at it, from delivery on; the seller is paid at the end.
    pub inspection: Window,
    /// What happens to the shipping of a leg when some of its items go back.
    #[serde(default, skip_serializing_if = "Shipping::is_default")]
    pub shipping: Shipping,
    /// What happens when a buyer complains.
    pub claims: Claims,
    /// Which days are business days; absent if no window is of those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Calendar>,
    /// Where its figures come from; absent if that is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sources: Option<Sources>,
}

/// What happens to the shipping of a leg when some of its items are shipped, paid or given back on
/// their own. What is not shipped goes back with its shipping in any case.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Shipping {
    /// As `with_last_item`; but of what is shipped, buyer and seller claim and propose at most the
    /// amount without it. Staff may decide more.
    Never,
    /// It goes with the items that are shipped, delivered or confirmed first, and stays behind when
    /// some are cancelled, claimed or given more time: it goes back with the last of them alone.
    #[default]
    WithLastItem,
    /// It goes with each item by the item's amount, as tax does.
    ProRata,
}

impl Shipping {
    /// So that a policy that says nothing of it is kept under the same hash.
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What happens when a buyer complains.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// From when on, after shipping, it can be claimed of a parcel on its way that it did not come;
    /// absent if at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_received_after: Option<Window>,
    /// For the seller to answer.
    pub answer: Window,
    /// The same, of what is not shipped; absent if it is as long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_unshipped: Option<Window>,
    /// What happens at the end of that to what is shipped; what is not is granted.
    #[serde(default, skip_serializing_if = "Unanswered::is_default")]
    pub unanswered: Unanswered,
    /// For the buyer to go on after the seller refused.
    pub refused: Window,
    /// What happens at the end of that.
    pub after_refusal: AfterRefusal,
    /// Whether goods can be sent back for the money.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub returns: bool,
    /// For the buyer to send the goods back; the seller is paid at the end. Absent if nothing is
    /// returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_back: Option<Window>,
    /// For the seller to receive and look at what was sent back; the claim is granted at the end.
    /// Absent if nothing is returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receive_back: Option<Window>,
    /// For staff to decide.
    pub decision: Window,
    /// Where a leg comes to more than so many minor units, two members of staff decide about it and
    /// each part of it: a second one gives the same decision as the first. Absent if one is enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub four_eyes_above: Option<u64>,
    /// What happens if staff do not decide.
    pub undecided: Undecided,
    /// To appeal against the first decision, which is carried out at the end; absent if it is
    /// carried out at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appeal: Option<Window>,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_yes(value: &bool) -> bool {
    *value
}

/// What happens if the seller does not answer a claim, by its reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Unanswered {
    /// Of what did not come.
    #[serde(default)]
    pub not_received: NoAnswer,
    /// Of what is not what was offered.
    #[serde(default)]
    pub not_as_described: NoAnswer,
    /// Of anything else.
    #[serde(default)]
    pub other: NoAnswer,
}

impl Unanswered {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What happens if the seller does not answer a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoAnswer {
    /// It is granted.
    #[default]
    Grant,
    /// Staff decide.
    Escalate,
    /// The seller is paid.
    Release,
}

/// What happens if the buyer does not go on after the seller refused a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AfterRefusal {
    /// Staff decide.
    Escalate,
    /// The deal goes on with the time that was left of it.
    Resume,
    /// The claim is granted.
    Refund,
}

/// What happens if staff do not decide.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Undecided {
    /// The buyer gets back all that is in escrow.
    Refund,
    /// The seller gets all of it.
    Release,
    /// The buyer gets what was claimed, the seller the rest.
    Claim,
}

/// Why a text or a struct is no policy: which field, and what of it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{what}")]
pub struct PolicyError {
    what: String,
}

impl PolicyError {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into() }
    }
}

impl Policy {
    /// The JSON Schema of a policy.
    pub const SCHEMA: &'static str = include_str!("policy/schema.json");

    /// Reads a policy and checks it. An unknown field is an error, and so is one that is missing,
    /// for a state without a window has no way out.
    ///
    /// # Errors
    /// [`PolicyError`], which names the field and the fault.
    pub fn from_json(text: &str) -> Result<Self, PolicyError> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(PolicyError::new(format!("its text is above {TEXT_BYTES_MAX} bytes")));
        }
        let mut reader = serde_json::Deserializer::from_str(text);
        let policy: Self = serde_path_to_error::deserialize(&mut reader)
            .map_err(|error| PolicyError::new(error.to_string()))?;
        reader.end().map_err(|error| PolicyError::new(error.to_string()))?;
        policy.check()?;
        Ok(policy)
    }

    /// The policy as JSON, as a start for a policy of your own.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, numbers and names of variants: nothing that JSON cannot say.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// What a store keeps it under: BLAKE3 of it in JSON without white space, its fields in the
    /// order of the struct, and one that is absent left out.
    #[must_use]
    pub fn hash(&self) -> PolicyHash {
        let text = serde_json::to_string(self).unwrap_or_default();
        PolicyHash::new(*blake3::hash(text.as_bytes()).as_bytes())
    }

    /// Refuses a policy with a state that has no way out, or one that no order can live to see.
    ///
    /// # Errors
    /// [`PolicyError`], which names the field and the fault.
    pub fn check(&self) -> Result<(), PolicyError> {
        let name = &self.name;
        if name.is_empty() || name.len() > NAME_BYTES_MAX || name.chars().any(char::is_control) {
            let what = format!("name: must be 1 to {NAME_BYTES_MAX} bytes that can be seen");
            return Err(PolicyError::new(what));
        }
        let claims = &self.claims;
        let calendar = self.calendar.as_ref();
        if let Some(fault) = calendar.and_then(Calendar::fault) {
            return Err(PolicyError::new(format!("calendar.{fault}")));
        }
        if let Some(fault) = self.sources.as_ref().and_then(Sources::fault) {
            return Err(PolicyError::new(format!("sources.{fault}")));
        }
        let mut counts_business_days = false;
        for (field, window) in [
            ("payment", Some(self.payment)),
            ("processing", Some(self.processing)),
            ("protection", Some(self.protection)),
            ("inspection", Some(self.inspection)),
            ("claims.not_received_after", claims.not_received_after),
            ("claims.answer", Some(claims.answer)),
            ("claims.answer_unshipped", claims.answer_unshipped),
            ("claims.refused", Some(claims.refused)),
            ("claims.send_back", claims.send_back),
            ("claims.receive_back", claims.receive_back),
            ("claims.decision", Some(claims.decision)),
            ("claims.appeal", claims.appeal),
        ] {
            let Some(window) = window else { continue };
            if !window.is_fit(calendar) {
                let what = format!("{field}: must be 1 second to ten years");
                return Err(PolicyError::new(what));
            }
            if window.needs_calendar() && calendar.is_none() {
                let what = format!("{field}: business days need a calendar");
                return Err(PolicyError::new(what));
            }
            counts_business_days |= window.needs_calendar();
        }
        if calendar.is_some() && !counts_business_days {
            return Err(PolicyError::new("calendar: no window is of business days"));
        }
        self.check_claims()
    }

    /// Refuses windows without effect, and states without a window.
    fn check_claims(&self) -> Result<(), PolicyError> {
        let (claims, calendar) = (&self.claims, self.calendar.as_ref());
        for (field, window) in
            [("claims.send_back", claims.send_back), ("claims.receive_back", claims.receive_back)]
        {
            let what = match (claims.returns, window) {
                (true, None) => "is missing, for goods can be returned",
                (false, Some(_)) => "has no effect, for nothing can be returned",
                _ => continue,
            };
            return Err(PolicyError::new(format!("{field}: {what}")));
        }
        let early = claims.not_received_after.map(|window| window.seconds_at_most(calendar));
        if early.is_some_and(|early| early >= self.protection.seconds_at_least()) {
            let what = "claims.not_received_after: must be shorter than protection, which ends it";
            return Err(PolicyError::new(what));
        }
        Ok(())
    }

    /// How many seconds a window lasts that begins then.
    #[must_use]
    pub fn seconds_of(&self, window: Window, begins: Timestamp) -> u32 {
        window.seconds(begins, self.calendar.as_ref())
    }

    /// When a window ends that begins then.
    #[must_use]
    pub fn end_of(&self, window: Window, begins: Timestamp) -> Timestamp {
        begins.plus_seconds(self.seconds_of(window, begins))
    }
}

#[cfg(test)]
mod tests;
