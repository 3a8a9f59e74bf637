//! What wallets may do, as data.
//!
//! A policy is an argument of every rule, and no part of the store: the host gives it anew at each
//! opening.

mod identity;

pub(crate) use identity::CONSENTS_MAX;
pub use identity::{
    CodePolicy, ConsentNeeded, Credentials, HashCost, Identity, LoginPasswords, Outbox,
    PaymentPasswords, Recovery, Registration, Retention, SecurityAnswers, ThrottlePolicy,
};

use serde::{Deserialize, Serialize};
use std::fmt;

/// What wallets may do.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Registration, passwords, letters, recovery and erasure.
    #[serde(default)]
    pub identity: Identity,
}

/// A policy that makes no sense, in one line that says where and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PolicyError {
    reason: String,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the policy makes no sense: {}", self.reason)
    }
}

impl std::error::Error for PolicyError {}

impl Policy {
    /// Whether the policy makes sense.
    ///
    /// # Errors
    /// [`PolicyError`], which names the first fault.
    pub fn check(&self) -> Result<(), PolicyError> {
        self.identity.check().map_err(|reason| PolicyError { reason })
    }
}
