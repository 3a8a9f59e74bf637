//! Where the figures of a policy come from.

use super::window::day_of;
use serde::{Deserialize, Serialize};

/// The greatest number of facts.
const FACTS_MAX: usize = 64;
/// The greatest number of bytes of each text of a fact.
const TEXT_BYTES_MAX: usize = 400;

/// Where the figures of a policy come from, for people: kept and hashed with it. Nothing is decided
/// by it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// The day on which the sources were read, as in `2026-12-02`. What they say may be older.
    #[cfg_attr(test, schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")))]
    pub as_of: String,
    /// 1 to 64.
    #[cfg_attr(test, schemars(length(min = 1, max = 64)))]
    pub facts: Vec<Fact>,
}

/// What is known of a field of a policy. Each text has at most 400 bytes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Which field, as in `claims.answer`.
    #[cfg_attr(test, schemars(length(min = 1, max = 400)))]
    pub field: String,
    /// What is said of it.
    #[cfg_attr(test, schemars(length(min = 1, max = 400)))]
    pub says: String,
    /// By whom: the address of a page that was read; `second-hand`, if none was; `ours`, if nobody
    /// says so, and it was chosen.
    #[cfg_attr(
        test,
        schemars(length(max = 400), regex(pattern = r"^(https?://.+|second-hand|ours)$"),)
    )]
    pub source: String,
}

impl Sources {
    /// Why it is none: the field, and what of it.
    pub(super) fn fault(&self) -> Option<&'static str> {
        if day_of(&self.as_of).is_none() {
            return Some("as_of: must be a day as in 2026-12-02");
        }
        if !(1..=FACTS_MAX).contains(&self.facts.len()) {
            return Some("facts: must be 1 to 64");
        }
        let is_text = |text: &str| {
            let is_long = text.len() > TEXT_BYTES_MAX;
            !text.is_empty() && !is_long && !text.chars().any(char::is_control)
        };
        let is_fit = |fact: &Fact| {
            let address = fact.source.split_once("://");
            let is_page = address.is_some_and(|(scheme, rest)| {
                matches!(scheme, "http" | "https") && !rest.is_empty()
            });
            let is_known = is_page || matches!(fact.source.as_str(), "second-hand" | "ours");
            is_known
                && [&fact.field, &fact.says, &fact.source].into_iter().all(|text| is_text(text))
        };
        let fault = "facts: each names a field, what is said of it, and a page that was read, \
                     second-hand or ours, in 1 to 400 bytes that can be seen";
        (!self.facts.iter().all(is_fit)).then_some(fault)
    }
}
