//! Every field of a policy, set to a value that makes no sense.

use escrowdb::wallet::*;
use serde_json::{Value, json};

/// Fields of numbers for which any number is right, and why.
const ANY_NUMBER: [(&str, &str); 3] = [
    ("outbox/keep_seconds", "how long support sees letters is the shop's to say"),
    ("recovery/cooldown_seconds", "0 is none, and a longer one protects"),
    ("retention/after_closing_seconds", "what has to be kept is the law of the shop's country"),
];

/// The places of all numbers, and of limits that are not set.
fn numbers(value: &Value, place: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                numbers(value, &format!("{place}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (number, value) in items.iter().enumerate() {
                numbers(value, &format!("{place}/{number}"), found);
            }
        }
        Value::Number(_) | Value::Null => found.push(place.to_owned()),
        Value::String(_) | Value::Bool(_) => (),
    }
}

#[test]
fn every_number_of_a_policy_is_looked_at() {
    let mut policy = Policy::article();
    policy.currencies[0].small_payments = Some(policy::SmallPayments {
        per_payment: escrowdb::Amount::from(30_00_u32),
        in_a_row_sum: escrowdb::Amount::from(100_00_u32),
        in_a_row: 5,
        waive_second_factor: false,
    });
    for limits in &mut policy.currencies[0].tiers {
        (limits.payments_per_day, limits.payments_per_month) = (Some(10), Some(100));
    }
    assert_eq!(policy.check(), Ok(()));
    let whole: Value = serde_json::from_str(&policy.to_json()).unwrap();
    let mut places = Vec::new();
    numbers(&whole, "", &mut places);
    let mut open = Vec::new();
    for place in &places {
        let name = place.rsplit('/').next().unwrap();
        let odd = [
            json!(0),
            json!(1),
            json!(200),
            json!(841),
            json!(u32::MAX),
            json!("0"),
            json!("0.001"),
        ];
        let refused = odd.into_iter().any(|value| {
            let mut changed = whole.clone();
            *changed.pointer_mut(place).unwrap() = value;
            let judged = Policy::from_json(&changed.to_string());
            // That a text is no number says nothing of which numbers are right.
            judged.is_err_and(|error| {
                let error = error.to_string();
                error.contains(name) && !error.contains("invalid type: string")
            })
        });
        let reason = ANY_NUMBER.iter().find(|(any, _)| place.ends_with(any));
        assert!(
            !(refused && reason.is_some()),
            "{place} is looked at: it has no place in the list"
        );
        if !refused && reason.is_none() {
            open.push(place);
        }
    }
    assert!(open.is_empty(), "{open:#?}");
}
