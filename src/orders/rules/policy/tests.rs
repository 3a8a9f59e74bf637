//! Policies as text, and what is refused.

use super::*;
use std::path::Path;

fn policy() -> Policy {
    Policy {
        name: "test".into(),
        payment: Window::Hours(1),
        processing: Window::Days(3),
        protection: Window::Days(30),
        inspection: Window::Days(2),
        claims: Claims {
            answer: Window::Days(5),
            refused: Window::Days(4),
            after_refusal: AfterRefusal::Escalate,
            send_back: Window::Days(10),
            receive_back: Window::Days(6),
            decision: Window::Days(7),
            undecided: Undecided::Claim,
            appeal: Some(Window::Days(8)),
        },
    }
}

#[test]
fn a_policy_is_read_as_written() {
    let text = policy().to_json();
    assert_eq!(Policy::from_json(&text), Ok(policy()));
    let schema: serde_json::Value = serde_json::from_str(Policy::SCHEMA).expect("JSON");
    let instance = serde_json::from_str(&text).expect("JSON");
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("policy.json", schema).expect("a schema");
    let index = compiler.compile("policy.json", &mut schemas).expect("a schema");
    assert!(schemas.validate(&instance, index).is_ok());
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
fn each_field_is_in_the_hash() {
    let other = Policy { inspection: Window::Hours(48), ..policy() };
    assert_eq!(other.inspection.seconds(), policy().inspection.seconds());
    assert_ne!(other.hash(), policy().hash());
    assert_eq!(policy().hash(), policy().hash());
}
