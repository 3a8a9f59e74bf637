//! What 3-D Secure said of a card: the host asks, and attests the answer.

use super::WalletStatus;
use super::refusal::{Refusal, refuse_if};
use crate::model::named_values;
use bytemuck::{Pod, Zeroable};
use std::fmt;

named_values! {
    /// What 3-D Secure said of a card, as the host attests it. Numbers and names are never changed
    /// or used again.
    CardAuthentication(u8) {
        /// Nobody asked.
        NOT_ASKED = 1, "not_asked";
        /// The issuer authenticated the cardholder.
        AUTHENTICATED = 2, "authenticated";
        /// Tried, and the issuer or its scheme stands in for it.
        ATTEMPTED = 3, "attempted";
        /// The issuer or the acquirer exempted the payment.
        EXEMPT = 4, "exempt";
        /// The issuer could not be asked.
        UNAVAILABLE = 5, "unavailable";
        /// The issuer rejected it, or the cardholder failed: nothing is paid.
        FAILED = 6, "failed";
    }
}

impl CardAuthentication {
    /// Refuses what failed, and a number that nobody knows.
    pub(crate) fn check(self) -> Result<(), Refusal> {
        let is_good = self != Self::FAILED && Self::ALL.contains(&self);
        refuse_if(!is_good, WalletStatus::CARD_AUTHENTICATION_MUST_SUCCEED)
    }
}
