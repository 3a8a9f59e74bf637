//! Kinds of evidence: what a customer shows, and what tiers and recoveries ask for.

use crate::model::named_values;
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

named_values! {
    /// A kind of evidence. The host keeps the scan; the store keeps its hash, reference and expiry.
    /// Numbers and names are never changed or used again.
    EvidenceKind(u16) {
        /// A passport.
        PASSPORT = 1, "passport";
        /// A driver's licence.
        DRIVER_LICENCE = 2, "driver_licence";
        /// A national identity card.
        IDENTITY_CARD = 3, "identity_card";
        /// A picture of the person, with the document in hand.
        SELFIE = 4, "selfie";
        /// A bill or a letter from an authority that shows the address.
        PROOF_OF_ADDRESS = 5, "proof_of_address";
        /// Where the money comes from.
        PROOF_OF_FUNDS = 6, "proof_of_funds";
        /// An external source confirmed the identity: a bank, a telephone company, a register. Each
        /// list of a tier that names it wants one more source.
        EXTERNAL_SOURCE = 7, "external_source";
        /// The person came in person.
        IN_PERSON = 8, "in_person";
    }
}

impl EvidenceKind {
    /// The kind of a name; `None` if there is none of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// In policies a kind stands by its name.
impl Serialize for EvidenceKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for EvidenceKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let unknown = || de::Error::custom("no kind of evidence has this name");
        Self::from_name(&name).ok_or_else(unknown)
    }
}

#[cfg(test)]
impl schemars::JsonSchema for EvidenceKind {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EvidenceKind".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names: Vec<_> = Self::ALL.iter().map(|kind| kind.name()).collect();
        schemars::json_schema!({ "type": "string", "enum": names })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_its_name() {
        for kind in EvidenceKind::ALL {
            assert_eq!(EvidenceKind::from_name(kind.name()), Some(*kind));
            let text = serde_json::to_string(kind).expect("text");
            assert_eq!(text, format!("\"{kind}\""));
            assert_eq!(serde_json::from_str::<EvidenceKind>(&text).expect("a kind"), *kind);
        }
        assert_eq!(EvidenceKind::from_name("unknown"), None);
        let error = serde_json::from_str::<EvidenceKind>("\"horoscope\"").expect_err("no kind");
        assert!(error.to_string().starts_with("no kind of evidence has this name"), "{error}");
    }
}
