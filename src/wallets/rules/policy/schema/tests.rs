//! The schema and the page are those of the types. `ESCROWDB_BLESS=1 cargo test --lib schema`
//! writes them.

use super::reference;
use crate::wallets::rules::policy::Policy;
use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Says of each number what it counts, and how great its type allows it to be.
#[derive(Clone)]
struct Units;

impl Transform for Units {
    fn transform(&mut self, schema: &mut Schema) {
        let fields = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (name, field) in fields.into_iter().flatten() {
            if field["$ref"] == "#/$defs/Amount" || is_optional_amount(field) {
                field["x-unit"] = "minor units".into();
            } else if is_integer(field) {
                field["x-unit"] = unit(name).into();
                let (least, most) = bounds(field["format"].as_str().expect("a format"));
                (field["minimum"], field["maximum"]) = (least.into(), most.into());
            }
        }
        transform_subschemas(self, schema);
    }
}

fn is_optional_amount(field: &Value) -> bool {
    field["$ref"] == "#/$defs/OptionalAmount"
}

fn is_integer(field: &Value) -> bool {
    let kind = &field["type"];
    kind == "integer" || kind.as_array().is_some_and(|all| all.contains(&"integer".into()))
}

fn bounds(format: &str) -> (i64, i64) {
    match format {
        "uint8" => (0, u8::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        other => panic!("what are the bounds of {other}?"),
    }
}

/// What the numbers of a field count. A new field whose name does not say it stands here by name.
fn unit(name: &str) -> &'static str {
    let endings = [
        ("_seconds", "seconds"),
        ("_seconds_max", "seconds"),
        ("_minutes", "minutes"),
        ("_days", "days"),
        ("_kib", "KiB"),
        ("digits_min", "digits"),
    ];
    if let Some((_, unit)) = endings.iter().find(|(ending, _)| name.ends_with(ending)) {
        return unit;
    }
    match name {
        "scale" => "digits after the point",
        "second_person_from_tier" => "tier",
        "characters_min" | "characters_min_with_second_factor" => "characters",
        "payments_per_day" | "payments_per_month" | "in_a_row" => "payments",
        "minimum_age" => "years",
        "passes" => "passes",
        "lanes" => "lanes",
        "failures_before_lock" | "hard_lock_at" | "unknown_device_hard_lock_at" => "failures",
        "resets_per_requester" | "letters_per_day" | "letters_per_person_max" => "letters",
        "needed" => "answers",
        "tries" | "attempts_max" => "tries",
        "codes_per_day" => "codes",
        "evidence_max" => "pieces of evidence",
        other => panic!("say here what {other} counts"),
    }
}

fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with_transform(Units);
    sorted(settings.into_generator().into_root_schema_for::<Policy>().to_value())
}

/// Fields by name: whether `serde_json` keeps them so depends on what other crates ask of it.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<_, _> = fields.into_iter().collect();
            fields.into_iter().map(|(name, value)| (name, sorted(value))).collect()
        }
        Value::Array(values) => values.into_iter().map(sorted).collect(),
        scalar => scalar,
    }
}

/// Compares with the stored text, or stores it.
fn check(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/wallets/rules/policy/schema");
    let path = path.join(name);
    if std::env::var_os("ESCROWDB_BLESS").is_some() {
        std::fs::write(&path, made).expect("the file is written");
    }
    let stored = std::fs::read_to_string(&path).expect("the file is there");
    assert!(stored == made, "{name} is stale: ESCROWDB_BLESS=1 cargo test --lib schema");
}

#[test]
fn the_schema_and_the_page_are_those_of_the_types() {
    let schema = schema();
    let text = serde_json::to_string_pretty(&schema).expect("JSON");
    check("schema.json", &format!("{text}\n"));
    check("fields.md", &reference::page(&schema));
}

/// A schema that took everything, or refused what the library reads, would be of no use.
#[test]
fn the_schema_takes_what_the_library_reads() {
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("policy.json", schema()).expect("a schema");
    let compiled = compiler.compile("policy.json", &mut schemas).expect("it compiles");
    let takes = |value: &Value| schemas.validate(value, compiled).is_ok();
    let json = |policy: &Policy| serde_json::to_value(policy).expect("JSON");
    for name in Policy::PRESETS {
        assert!(takes(&json(&Policy::preset(name).expect(name))), "{name}");
    }
    let good = json(&Policy::article());
    for (pointer, value) in [
        ("/currencies/0/tiers/0/per_day", Value::from(u64::MAX)),
        ("/currencies/0/tiers/0/per_day", "18446744073709551616".into()),
        ("/currencies/0/tiers/0/per_day", Value::Null),
        ("/currencies/0/tiers/0/per_day", (-1).into()),
        ("/currencies/0/tiers/0/per_day", "200".into()),
        ("/currencies/0/tiers/0/per_day", 1.5.into()),
        ("/currencies/0/tiers/0", serde_json::json!({ "per_dya": 1 })),
        ("/currencies/0/tiers/0", serde_json::json!([])),
        ("/tiers/0/operations/0", "pay_by_cash".into()),
        ("/tiers/1/evidence/0/0", "horoscope".into()),
        ("/payments/authorisation_seconds", (1_u64 << 32).into()),
        ("/identity/credentials/login/throttle", serde_json::json!({ "hard_lock_at": 0 })),
        ("/utc_offset_minutes", 32_768.into()),
        ("/other_currencies", "unlimited".into()),
        ("/name", 5.into()),
    ] {
        let mut changed = good.clone();
        *changed.pointer_mut(pointer).expect(pointer) = value.clone();
        let reads = serde_json::from_value::<Policy>(changed.clone()).is_ok();
        // By position, which serde takes and `Policy::from_json` does not.
        let reads = reads && !value.is_array();
        assert_eq!(takes(&changed), reads, "{pointer}: {value}");
    }
}
