//! Policies as JSON.

use super::{Policy, PolicyError, TEXT_BYTES_MAX};
use crate::model::Amount;
use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serializer};
use serde_json::Value;
use std::fmt;

impl Policy {
    /// Reads a policy and checks it. An unknown field is an error, so that a limit whose name is
    /// misspelt is not silently ignored. Amounts are whole minor units; those above 2^64 − 1, which
    /// few JSON parsers keep exact, are digits in a string.
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

    /// The policy as JSON, as a start for a policy of your own.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, numbers and lists: nothing that JSON cannot say.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// The fault, after the field that it lies in, if any.
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

/// The place of a list that stands for a struct, if there is one; `whole` is the policy that was
/// read.
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

/// Amounts as whole numbers of minor units; above 2^64 − 1, which many readers of JSON round, their
/// digits as text. So each amount has one form.
pub(super) struct Units(Amount);

impl Units {
    pub(super) fn serialize<S: Serializer>(
        amount: &Amount,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match u64::try_from(amount.minor_units()) {
            Ok(units) => serializer.serialize_u64(units),
            Err(_) => serializer.collect_str(&amount.minor_units()),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Amount, D::Error> {
        <Self as Deserialize>::deserialize(deserializer).map(|units| units.0)
    }
}

impl<'de> Deserialize<'de> for Units {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UnitsReader)
    }
}

struct UnitsReader;

impl Visitor<'_> for UnitsReader {
    type Value = Units;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = u64::MAX;
        write!(formatter, "a whole number from 0 to {most}, or the digits of a greater one as text")
    }

    fn visit_u64<E: de::Error>(self, units: u64) -> Result<Units, E> {
        Ok(Units(Amount::from(units)))
    }

    fn visit_i64<E: de::Error>(self, units: i64) -> Result<Units, E> {
        let whole = u64::try_from(units);
        let wrong = |_| E::invalid_value(Unexpected::Signed(units), &self);
        whole.map(|units| Units(Amount::from(units))).map_err(wrong)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Units, E> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        let units = text.parse::<u128>().ok().filter(|units| *units > u128::from(u64::MAX));
        let amount = units.filter(|_| is_plain).and_then(Amount::new);
        amount.map(Units).ok_or_else(|| E::invalid_type(Unexpected::Str(text), &self))
    }
}

/// The same, or `null`.
pub(super) struct OptionalUnits;

impl OptionalUnits {
    pub(super) fn serialize<S: Serializer>(
        amount: &Option<Amount>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match amount {
            Some(amount) => Units::serialize(amount, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Amount>, D::Error> {
        Option::<Units>::deserialize(deserializer).map(|units| units.map(|units| units.0))
    }
}

/// What the schema says of them.
#[cfg(test)]
mod schema {
    use super::{OptionalUnits, Units};
    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
    use std::borrow::Cow;

    impl JsonSchema for Units {
        fn schema_name() -> Cow<'static, str> {
            "Amount".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "description": "Whole minor units; above 2^64 − 1 their digits, as text.",
                "anyOf": [
                    { "type": "integer", "minimum": 0, "maximum": u64::MAX },
                    { "type": "string", "pattern": "^[1-9][0-9]{19,28}$" },
                ],
            })
        }
    }

    impl JsonSchema for OptionalUnits {
        fn schema_name() -> Cow<'static, str> {
            "OptionalAmount".into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let amount = generator.subschema_for::<Units>();
            json_schema!({ "anyOf": [amount, { "type": "null" }] })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A limit was above 2^64 minor units, of a currency with many digits after the point. The
    /// policy passed its check, its text was empty, and no wallets could be opened under it.
    #[test]
    fn every_amount_has_one_text() {
        let mut policy = Policy::article();
        let most = u128::from(u64::MAX);
        for (units, text) in [
            (most, "18446744073709551615"),
            (most + 1, "\"18446744073709551616\""),
            (Amount::MAX.minor_units(), "\"79228162514264337593543950335\""),
        ] {
            let amount = Amount::new(units);
            policy.currencies[0].tiers[1].per_payment = amount;
            assert_eq!(policy.check(), Ok(()), "{text}");
            let written = policy.to_json();
            assert!(written.contains(&format!("\"per_payment\": {text}")), "{written}");
            assert_eq!(Policy::from_json(&written).as_ref(), Ok(&policy), "{text}");
            let hash = policy.hash().expect("a hash");
            assert_eq!(Policy::from_json(&written).expect("a policy").hash(), Ok(hash));
            for wrong in [
                format!("\"0{}\"", units),
                format!("\"+{}\"", units),
                format!("\"{}.0\"", units),
                "\"79228162514264337593543950336\"".into(),
                "\"18446744073709551615\"".into(),
                "\"\"".into(),
            ] {
                let error = Policy::from_json(&written.replace(text, &wrong));
                let error = error.expect_err(&wrong).to_string();
                let place = "currencies[0].tiers[1].per_payment: invalid type: string";
                assert!(error.contains(place), "{error}");
            }
        }
    }
}
