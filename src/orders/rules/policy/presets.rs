//! The policies that come with the library.

use super::Policy;

/// By name, as JSON.
const TEXTS: [(&str, &str); 5] = [
    ("aliexpress", include_str!("presets/aliexpress.json")),
    ("taobao", include_str!("presets/taobao.json")),
    ("vinted", include_str!("presets/vinted.json")),
    ("escrow_com", include_str!("presets/escrow_com.json")),
    ("digital_goods", include_str!("presets/digital_goods.json")),
];

impl Policy {
    /// The policy of this name among those that come with the library: what is known of a
    /// marketplace, with its sources, as a start for a policy of your own. The page above says what
    /// each cannot say of its marketplace.
    #[must_use]
    pub fn preset(name: &str) -> Option<Self> {
        let (_, text) = TEXTS.iter().find(|(known, _)| *known == name)?;
        Self::from_json(text).ok()
    }

    /// The names that [`Policy::preset`] knows.
    pub const PRESETS: [&'static str; TEXTS.len()] = {
        let mut names = [""; TEXTS.len()];
        let mut place = 0;
        while place < TEXTS.len() {
            names[place] = TEXTS[place].0;
            place += 1;
        }
        names
    };
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects, reason = "a test may panic")]

    use super::*;
    use serde_json::Value;

    /// Each is fit, is called as it is named, and has facts; none is about a field that it does not
    /// have.
    #[test]
    fn presets_make_sense_and_name_their_sources() {
        for (name, text) in TEXTS {
            let policy = Policy::from_json(text).expect(name);
            assert_eq!((policy.name.as_str(), Policy::preset(name)), (name, Some(policy.clone())));
            assert_eq!(Policy::from_json(&policy.to_json()), Ok(policy.clone()));
            let json: Value = serde_json::from_str(text).expect(name);
            for fact in &policy.sources.as_ref().expect(name).facts {
                let place = format!("/{}", fact.field.replace('.', "/"));
                assert!(json.pointer(&place).is_some(), "{name}: {}", fact.field);
            }
        }
        assert_eq!(Policy::preset("ebay"), None);
    }

    #[test]
    fn sources_are_pages_or_say_that_they_are_none() {
        let vinted = Policy::preset("vinted").expect("a preset");
        let sources = vinted.sources.clone().expect("sources");
        let fault = |change: &dyn Fn(&mut super::super::Sources)| {
            let mut changed = sources.clone();
            change(&mut changed);
            let policy = Policy { sources: Some(changed), ..vinted.clone() };
            policy.check().expect_err("unfit").to_string()
        };
        for (field, fault) in [
            ("as_of", fault(&|sources| sources.as_of = "today".into())),
            ("facts", fault(&|sources| sources.facts.clear())),
            ("facts", fault(&|sources| sources.facts[0].source = "somebody".into())),
            ("facts", fault(&|sources| sources.facts[0].source = "ftp://somebody".into())),
            ("facts", fault(&|sources| sources.facts[0].says = "x".repeat(401))),
            ("facts", fault(&|sources| sources.facts[0].field.clear())),
            ("facts", {
                let fact = sources.facts[0].clone();
                fault(&|sources| sources.facts = vec![fact.clone(); 65])
            }),
        ] {
            assert!(fault.starts_with(&format!("sources.{field}: ")), "{fault}");
        }
        let without = Policy { sources: None, ..vinted.clone() };
        assert_ne!(without.hash(), vinted.hash(), "sources are hashed with the rest");
    }
}
