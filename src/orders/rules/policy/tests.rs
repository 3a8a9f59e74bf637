//! Policies as text, and what is refused.
#![allow(clippy::arithmetic_side_effects, reason = "a test may panic")]

use super::*;
use serde_json::{Value, json};
use std::path::Path;

fn policy() -> Policy {
    Policy {
        name: "test".into(),
        payment: Window::Hours(1),
        processing: Window::Days(3),
        protection: Window::Days(30),
        inspection: Window::Days(2),
        shipping: Shipping::ProRata,
        claims: Claims {
            not_received_after: None,
            answer: Window::Days(5),
            answer_unshipped: None,
            unanswered: Unanswered::default(),
            refused: Window::Days(4),
            after_refusal: AfterRefusal::Escalate,
            returns: true,
            send_back: Some(Window::Days(10)),
            receive_back: Some(Window::Days(6)),
            decision: Window::Days(7),
            four_eyes_above: None,
            undecided: Undecided::Claim,
            appeal: Some(Window::Days(8)),
        },
        calendar: None,
        sources: None,
    }
}

fn calendar() -> Calendar {
    Calendar {
        utc_offset_minutes: 60,
        weekend: vec![Weekday::Saturday, Weekday::Sunday],
        holidays: vec!["2026-12-25".into(), "2027-01-01".into()],
    }
}

/// Whether the schema has it.
fn fits_schema(instance: &Value) -> bool {
    let schema: Value = serde_json::from_str(Policy::SCHEMA).expect("JSON");
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("policy.json", schema).expect("a schema");
    let index = compiler.compile("policy.json", &mut schemas).expect("a schema");
    schemas.validate(instance, index).is_ok()
}

#[test]
fn a_policy_is_read_as_written() {
    let text = policy().to_json();
    assert_eq!(Policy::from_json(&text), Ok(policy()));
    assert!(fits_schema(&serde_json::from_str(&text).expect("JSON")));
    let with =
        Policy { inspection: Window::BusinessDays(2), calendar: Some(calendar()), ..policy() };
    assert_eq!(Policy::from_json(&with.to_json()), Ok(with.clone()));
    assert!(fits_schema(&serde_json::from_str(&with.to_json()).expect("JSON")));
    assert!(!text.contains("calendar"), "what is not there is left out of the hash");
}

/// What a shop's editor shows as wrong is what is refused, as far as a schema can say it.
#[test]
fn schema_and_check_agree_on_the_edges() {
    let with =
        Policy { inspection: Window::BusinessDays(2), calendar: Some(calendar()), ..policy() };
    let text = with.to_json();
    let week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    for (place, value, is_fit) in [
        ("/name", json!("x".repeat(64)), true),
        ("/name", json!("x".repeat(65)), false),
        ("/name", json!(""), false),
        ("/name", json!("a\nb"), false),
        ("/name", json!("shop \u{a0}\u{1f6d2}"), true),
        ("/payment", json!({"seconds": 0}), false),
        ("/payment", json!({"seconds": 1}), true),
        ("/payment", json!({"seconds": 315_360_000}), true),
        ("/payment", json!({"seconds": 315_360_001}), false),
        ("/payment", json!({"seconds": -1}), false),
        ("/payment", json!({"hours": 0}), false),
        ("/payment", json!({"hours": 87_600}), true),
        ("/payment", json!({"hours": 87_601}), false),
        ("/processing", json!({"days": 0}), false),
        ("/processing", json!({"days": 3_650}), true),
        ("/processing", json!({"days": 3_651}), false),
        ("/processing", json!({"days": 1, "hours": 1}), false),
        ("/processing", json!({"business_days": 0}), false),
        ("/processing", json!({"business_days": 1}), true),
        ("/processing", json!({"business_days": 3_651}), false),
        ("/claims/appeal", json!({"days": 0}), false),
        ("/claims/appeal", json!(null), true),
        ("/claims/undecided", json!("nobody"), false),
        ("/calendar/utc_offset_minutes", json!(-720), true),
        ("/calendar/utc_offset_minutes", json!(-721), false),
        ("/calendar/utc_offset_minutes", json!(840), true),
        ("/calendar/utc_offset_minutes", json!(841), false),
        ("/calendar/weekend", json!([]), true),
        ("/calendar/weekend", json!(week[..6]), true),
        ("/calendar/weekend", json!(week), false),
        ("/calendar/weekend", json!(["friday", "friday"]), false),
        ("/calendar/weekend", json!(["Friday"]), false),
        ("/calendar/holidays", json!([]), true),
        ("/calendar/holidays", json!(["2026-12-25", "2026-12-25"]), false),
        ("/calendar/holidays", json!(["25.12.2026"]), false),
        ("/calendar/holidays", json!(["+002026-12"]), false),
        ("/calendar/holidays", json!(["2026-1-25"]), false),
    ] {
        let mut changed: Value = serde_json::from_str(&text).expect("JSON");
        *changed.pointer_mut(place).expect("a field") = value.clone();
        assert_eq!(fits_schema(&changed), is_fit, "the schema: {place} {value}");
        let read = Policy::from_json(&changed.to_string());
        assert_eq!(read.is_ok(), is_fit, "{place} {value}: {read:?}");
    }
    let holidays = |number| {
        let mut with = with.clone();
        let day = |place: i64| jiff::civil::date(2026, 1, 1) + jiff::Span::new().days(place);
        let holidays = (0..number).map(|place| day(place).to_string()).collect();
        with.calendar = Some(Calendar { holidays, ..calendar() });
        let instance = serde_json::from_str(&with.to_json()).expect("JSON");
        (fits_schema(&instance), with.check().is_ok())
    };
    assert_eq!((holidays(400), holidays(401)), ((true, true), (false, false)));
}

/// `ESCROWDB_BLESS=1 cargo test --lib orders` writes it.
#[test]
fn the_schema_is_that_of_the_types() {
    let schema = schemars::schema_for!(Policy);
    let text = serde_json::to_string_pretty(&schema).expect("JSON") + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = path.join("src/orders/rules/policy/schema.json");
    if std::env::var_os("ESCROWDB_BLESS").is_some() {
        std::fs::write(&path, &text).expect("a file");
    }
    assert_eq!(std::fs::read_to_string(path).expect("the schema"), text);
}

#[test]
fn a_state_without_a_way_out_is_refused_by_its_field() {
    let text = policy().to_json();
    for (from, to, fault) in [
        ("\"inspection\": {\n    \"days\": 2\n  },", "", "missing field `inspection`"),
        ("\"days\": 2", "\"days\": 0", "inspection: must be 1 second to ten years"),
        ("\"days\": 7", "\"days\": 3651", "claims.decision: must be 1 second to ten years"),
        ("\"days\": 8", "\"hours\": 0", "claims.appeal: must be 1 second to ten years"),
        ("\"days\": 4", "\"weeks\": 4", "claims.refused"),
        ("\"test\"", "\"\"", "name: must be"),
        ("\"undecided\"", "\"undecidable\"", "unknown field `undecidable`"),
        ("\"days\": 10", "\"business_days\": 10", "claims.send_back: business days need"),
        ("{\n  \"name\"", "[] {\"name\"", "invalid"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        let error = Policy::from_json(&changed).expect_err(fault).to_string();
        assert!(error.contains(fault), "{error}: {fault}");
    }
    let longest = " ".repeat(TEXT_BYTES_MAX) + &text;
    assert!(Policy::from_json(&longest).is_err());
}

#[test]
fn nothing_of_claims_is_without_effect() {
    let with = |change: &dyn Fn(&mut Policy)| {
        let mut policy = policy();
        change(&mut policy);
        policy.check().map_err(|error| error.to_string())
    };
    let days = |number| Some(Window::Days(number));
    let without = |policy: &mut Policy| {
        policy.claims.returns = false;
        (policy.claims.send_back, policy.claims.receive_back) = (None, None);
    };
    assert_eq!(with(&without), Ok(()));
    assert_eq!(with(&|policy| policy.claims.not_received_after = days(29)), Ok(()));
    for (fault, unfit) in [
        ("claims.send_back: is missing", with(&|policy| policy.claims.send_back = None)),
        ("claims.receive_back: is missing", with(&|policy| policy.claims.receive_back = None)),
        ("claims.send_back: has no effect", with(&|policy| policy.claims.returns = false)),
        ("claims.receive_back: has no effect", {
            with(&|policy| {
                without(policy);
                policy.claims.receive_back = days(1);
            })
        }),
        ("claims.not_received_after: must be shorter", {
            with(&|policy| policy.claims.not_received_after = days(30))
        }),
        ("claims.answer_unshipped: must be 1 second", {
            with(&|policy| policy.claims.answer_unshipped = days(0))
        }),
    ] {
        let error = unfit.expect_err(fault);
        assert!(error.starts_with(fault), "{error}");
    }
    // What is as it was before is not in the text, so that the hash stays.
    let text = policy().to_json();
    for field in ["unanswered", "returns", "not_received_after", "answer_unshipped"] {
        assert!(!text.contains(field), "{field}");
    }
}

#[test]
fn a_calendar_is_one_that_counts() {
    let with = |calendar: Calendar, inspection| {
        let calendar = Some(calendar);
        let error = Policy { inspection, calendar, ..policy() }.check().expect_err("unfit");
        error.to_string()
    };
    let days = Window::BusinessDays(2);
    let unused = with(calendar(), Window::Days(2));
    assert_eq!(unused, "calendar: no window is of business days");
    let weekend = vec![Weekday::Sunday, Weekday::Saturday];
    let unsorted = with(Calendar { weekend, ..calendar() }, days);
    assert!(unsorted.starts_with("calendar.weekend: must be"), "{unsorted}");
    for holidays in [&["2027-01-01", "2026-12-25"][..], &["2026-02-30"]] {
        let holidays = holidays.iter().map(|day| day.to_string()).collect();
        let error = with(Calendar { holidays, ..calendar() }, days);
        assert!(error.starts_with("calendar.holidays: must be"), "{error}");
    }
    // Ten years have 521 weeks and three days; two holidays may lie in each of them.
    let longest = 521 * 5 - 2;
    let fits = |number| {
        let calendar = Some(calendar());
        Policy { inspection: Window::BusinessDays(number), calendar, ..policy() }.check().is_ok()
    };
    assert_eq!((fits(longest), fits(longest + 1)), (true, false));
}

#[test]
fn each_field_is_in_the_hash() {
    let other = Policy { inspection: Window::Hours(48), ..policy() };
    let now = Timestamp::from_nanoseconds(1);
    assert_eq!(other.end_of(other.inspection, now), policy().end_of(policy().inspection, now));
    assert_ne!(other.hash(), policy().hash());
    assert_eq!(policy().hash(), policy().hash());
}
