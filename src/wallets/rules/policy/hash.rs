//! The hash of a policy, by which a store remembers under which policy its wallets were opened.

use super::{ContactChanges, Inactivity, Policy, PolicyError};
use crate::model::policy_hash::PolicyHash;
use serde_json::Value;
use std::collections::BTreeMap;

impl Policy {
    /// The hash of what the policy says: BLAKE3 of [`Policy::to_json`] in canonical form, which has
    /// all fields, including those with their defaults (but those that were added later only
    /// where they differ from their own: `identity.contact`, `inactivity`, `over_all_wallets` and
    /// `payments.refunds_give_back`), ordered by name, without white space, and
    /// numbers as integers. So neither the order of fields in a file nor its white space matters.
    ///
    /// ```
    /// use escrowdb::wallet::Policy;
    /// let text = Policy::article().to_json();
    /// let flat = text.replace('\n', "");
    /// assert_eq!(Policy::from_json(&flat)?.hash()?, Policy::article().hash()?);
    /// # Ok::<(), escrowdb::wallet::PolicyError>(())
    /// ```
    ///
    /// # Errors [`PolicyError`] if the policy holds what no file can; no value of its types does.
    pub fn hash(&self) -> Result<PolicyHash, PolicyError> {
        let value = serde_json::to_value(self);
        let mut value = value.map_err(|error| PolicyError::new(error.to_string()))?;
        self.leave_out_later_defaults(&mut value);
        let mut text = String::new();
        write_canonical(&value, &mut text);
        Ok(PolicyHash::new(*blake3::hash(text.as_bytes()).as_bytes()))
    }
}

impl Policy {
    /// What earlier versions did not know stands in the hash only where it says something else than
    /// they did: a policy that nobody changed has the hash that it had.
    fn leave_out_later_defaults(&self, value: &mut Value) {
        let identity = value.get_mut("identity").and_then(Value::as_object_mut);
        if let Some(identity) = identity
            && self.identity.contact == ContactChanges::default()
        {
            identity.remove("contact");
        }
        if let Some(policy) = value.as_object_mut() {
            if self.over_all_wallets.is_none() {
                policy.remove("over_all_wallets");
            }
            if self.inactivity == Inactivity::default() {
                policy.remove("inactivity");
            }
        }
        let payments = value.get_mut("payments").and_then(Value::as_object_mut);
        if let Some(payments) = payments
            && !self.payments.refunds_give_back
        {
            payments.remove("refunds_give_back");
        }
    }
}

/// Writes a value in its canonical form. Objects are ordered here, because whether `serde_json`
/// orders them depends on the features that other crates enable.
fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<_, _> = fields.iter().collect();
            text.push('{');
            for (place, (name, value)) in fields.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write_canonical(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write_canonical(item, text);
            }
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wallets::rules::policy::{ExchangeRate, OverAllWallets, Worth};

    /// A store that was opened by an earlier version would tell of a change of policy that nobody
    /// made. Whoever adds a field leaves it out of what is hashed while it has its default.
    #[test]
    fn the_hash_of_a_policy_is_the_same_in_all_versions() {
        let presets = [Policy::article(), Policy::eu_amld5(), Policy::cn_pboc(), Policy::none()];
        let begin = |policy: Policy| policy.hash().expect("a hash").to_string()[..16].to_owned();
        assert_eq!(
            presets.map(begin),
            ["a0b164599e869b42", "11e22c260fc83283", "d706308e2f647a06", "223c8ec2cf124b25"]
        );
    }

    #[test]
    fn whatever_a_policy_says_else_is_another_hash_and_how_it_is_written_is_not() {
        let text = Policy::cn_pboc().to_json();
        let hash = |policy: &Policy| policy.hash().expect("a hash");
        // The same fields, the last first: JSON reads what stands in a map in any order.
        let Ok(Value::Object(fields)) = serde_json::from_str(&text) else { panic!("{text}") };
        let fields: Vec<_> =
            fields.iter().rev().map(|(name, at)| format!("{name:?}: {at}")).collect();
        let turned =
            Policy::from_json(&format!("{{\n{}\n}}", fields.join(" ,\n\t"))).expect("the same");
        assert_eq!(hash(&turned), hash(&Policy::cn_pboc()));

        let mut shorter = Policy::cn_pboc();
        shorter.identity.contact.cooldown_seconds /= 2;
        assert_ne!(hash(&shorter), hash(&Policy::cn_pboc()));
        let mut milder = Policy::cn_pboc();
        milder.payments.refunds_give_back = true;
        let mut over_all = Policy::cn_pboc();
        let rate = ExchangeRate { code: "CNY".into(), worth: Worth::parse("0.13").expect("one") };
        over_all.over_all_wallets =
            Some(OverAllWallets { rates_of: "2026-12-01".into(), rates: vec![rate] });
        let mut later = over_all.clone();
        later.over_all_wallets.as_mut().expect("rates").rates_of = "2026-12-02".into();
        let hashes = [&Policy::cn_pboc(), &milder, &over_all, &later].map(hash);
        let known: std::collections::BTreeSet<_> = hashes.map(|one| one.to_string()).into();
        assert_eq!(known.len(), 4);

        let mut sooner = Policy::cn_pboc();
        sooner.inactivity.wait_days = 30;
        assert_ne!(hash(&sooner), hash(&Policy::cn_pboc()));

        let mut alone = Policy::cn_pboc();
        alone.verification.second_person_from_tier = None;
        let mut laxer = Policy::cn_pboc();
        laxer.tiers[1].evidence.clear();
        let hashes = [&Policy::cn_pboc(), &alone, &laxer].map(hash);
        assert!(hashes[0] != hashes[1] && hashes[0] != hashes[2] && hashes[1] != hashes[2]);
    }

    #[test]
    fn the_greatest_amount_has_a_hash() {
        let mut policy = Policy::article();
        let most = crate::model::Amount::MAX;
        policy.currencies[0].tiers[0].per_day = Some(most);
        assert_ne!(policy.hash(), Policy::article().hash());
    }
}
