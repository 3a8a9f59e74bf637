//! Policies as JSON.

use super::{Policy, PolicyError, TEXT_BYTES_MAX};
use serde_json::Value;

impl Policy {
    /// Reads a policy and checks it. A field that does not exist is an error, so that a limit whose
    /// name is misspelt is not silently none. Amounts are whole minor units.
    ///
    /// ```
    /// use escrowdb::wallet::Policy;
    /// let text = Policy::article().to_json();
    /// assert_eq!(Policy::from_json(&text)?, Policy::article());
    ///
    /// let error = Policy::from_json(&text.replace("per_day", "per_dya")).unwrap_err();
    /// assert!(error.to_string().contains("unknown field `per_dya`"));
    /// # Ok::<(), escrowdb::wallet::PolicyError>(())
    /// ```
    ///
    /// # Errors
    /// [`PolicyError`], which names the line or the fault.
    pub fn from_json(text: &str) -> Result<Self, PolicyError> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(PolicyError::new(format!("its text is above {TEXT_BYTES_MAX} bytes")));
        }
        // Which editors leave there, and nobody sees.
        if text.starts_with('\u{feff}') {
            let what = "its text begins with a byte order mark: save it as UTF-8 without one";
            return Err(PolicyError::new(what));
        }
        let unreadable = |error: serde_json::Error| PolicyError::new(error.to_string());
        let mut reader = serde_json::Deserializer::from_str(text);
        let policy: Self = serde_path_to_error::deserialize(&mut reader).map_err(at_its_place)?;
        reader.end().map_err(unreadable)?;
        // A list would be read by position: `"tiers": [[], []]` would be limits without a limit.
        let given: Value = serde_json::from_str(text).map_err(unreadable)?;
        let whole = serde_json::to_value(&policy).map_err(unreadable)?;
        if let Some(place) = list_for_fields(&given, &whole) {
            return Err(PolicyError::new(format!(
                "{place}: must have its fields by name, in braces"
            )));
        }
        policy.check()?;
        Ok(policy)
    }

    /// The policy as text, to begin one's own with.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, numbers and lists: nothing that JSON cannot say.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// The fault after the field that it lies in, as far as it lies in one.
fn at_its_place(error: serde_path_to_error::Error<serde_json::Error>) -> PolicyError {
    let (place, fault) = (error.path().to_string(), error.inner().to_string());
    // What the machine calls a type, people do not.
    let types = [
        ("expected u8", "expected a whole number from 0 to 255"),
        ("expected u16", "expected a whole number from 0 to 65535"),
        ("expected i16", "expected a whole number from -32768 to 32767"),
        ("expected u32", "expected a whole number from 0 to 4294967295"),
        ("expected u64", "expected a whole number from 0 to 18446744073709551615"),
    ];
    let named = types.iter().find(|(name, _)| fault.contains(&format!("{name} at")));
    let fault = named.map_or(fault.clone(), |(name, words)| fault.replace(name, words));
    match place == "." {
        true => PolicyError::new(fault),
        false => PolicyError::new(format!("{place}: {fault}")),
    }
}

/// Where a list stands for something that has fields; `whole` is what was read of it. `None`: nowhere.
fn list_for_fields(given: &Value, whole: &Value) -> Option<String> {
    match (given, whole) {
        (Value::Array(_), Value::Object(_)) => Some(String::new()),
        (Value::Object(given), Value::Object(whole)) => given.iter().find_map(|(name, given)| {
            let place = list_for_fields(given, whole.get(name)?)?;
            let dot = if place.is_empty() || place.starts_with('[') { "" } else { "." };
            Some(format!("{name}{dot}{place}"))
        }),
        (Value::Array(given), Value::Array(whole)) => {
            given.iter().zip(whole).enumerate().find_map(|(number, (given, whole))| {
                let place = list_for_fields(given, whole)?;
                let dot = if place.is_empty() || place.starts_with('[') { "" } else { "." };
                Some(format!("[{number}]{dot}{place}"))
            })
        }
        _ => None,
    }
}

/// Amounts as whole numbers of minor units, up to 2^64 − 1.
pub(super) mod amount {
    use crate::model::Amount;
    use serde::{Deserialize, Deserializer, Serializer, ser};

    pub(in super::super) fn serialize<S: Serializer>(
        amount: &Amount,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let units = u64::try_from(amount.minor_units());
        let units = units.map_err(|_| ser::Error::custom("an amount above 2^64 - 1"))?;
        serializer.serialize_u64(units)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Amount, D::Error> {
        u64::deserialize(deserializer).map(Amount::from)
    }
}

/// The same, or `null`.
pub(super) mod optional_amount {
    use crate::model::Amount;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(
        amount: &Option<Amount>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match amount {
            Some(amount) => super::amount::serialize(amount, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Amount>, D::Error> {
        Option::<u64>::deserialize(deserializer).map(|units| units.map(Amount::from))
    }
}
