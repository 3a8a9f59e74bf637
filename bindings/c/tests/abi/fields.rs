//! What the fields of the header's structs mean: `escrowdb.fields`, from which the raw layers of other
//! languages are generated.
//!
//! C says that an id, an amount and a user's key are 128 bits each; the types of Rust, and comments
//! that name constants, say which is which. A line is a field and what it holds:
//!
//! | word | meaning |
//! | --- | --- |
//! | `id`, `amount`, `change`, `time` | as in the sections of the header |
//! | `number` | 64 bits that count nothing, and may need all of them |
//! | `flag` | 0 or 1 |
//! | `ESCROW_…_*` | one of these constants, or several of them |
//! | `ESCROW_…_*?` | the same, or 0 for none |
//! | `text` | an `escrow_text` that can be shown |
//! | `secret` | one that cannot: it is secret, or known of a person |
//! | `size`, `reserved` | nothing for users |
//! | anything else | its type in C |

use crate::header::{self, here};
use crate::model;
use std::collections::BTreeMap;
use std::fs;

/// Types whose values mean something.
const MEANINGS: &[(&str, &str)] = &[
    ("Id", "id"),
    ("Amount", "amount"),
    ("escrow_u128", "amount"),
    ("escrow_i128", "change"),
    ("Timestamp", "time"),
    ("Status", "ESCROW_OUTCOME_*"),
    ("AccountFlags", "ESCROW_ACCOUNT_*"),
    ("OperationFlags", "ESCROW_OPERATION_*"),
    ("Kind", "ESCROW_KIND_*"),
    ("Phase", "ESCROW_PHASE_*"),
    ("AtDeadline", "ESCROW_AT_DEADLINE_*"),
];

/// Fields of 64 bits that count nothing.
const NUMBERS: [&str; 4] = ["expected_version", "time_left", "user_data_64", "version"];

/// Texts that are neither secret nor of a person. A new one is hidden until it stands here.
const SHOWN: [&str; 34] = [
    "escrow_actor.name",
    "escrow_actor.reason",
    "escrow_audit_entry.detail",
    "escrow_audit_entry.name",
    "escrow_audit_entry.reason",
    "escrow_card.brand",
    "escrow_card.last_four",
    "escrow_card_charge.reference",
    "escrow_card_reference.brand",
    "escrow_card_reference.last_four",
    "escrow_charge_instruction.brand",
    "escrow_charge_instruction.last_four",
    "escrow_chargeback.evidence",
    "escrow_chargeback.reason",
    "escrow_chargeback.reference",
    "escrow_chargeback_notice.reason",
    "escrow_chargeback_notice.reference",
    "escrow_consent.kind",
    "escrow_consent.version",
    "escrow_correction_case.changes",
    "escrow_correction_case.opened_by",
    "escrow_correction_case.reviewer",
    "escrow_note.author",
    "escrow_order_step.staff",
    "escrow_order_step.words",
    "escrow_recovery.first_approver",
    "escrow_recovery.opened_by",
    "escrow_recovery.reviewer",
    "escrow_staff_member.name",
    "escrow_staff_member.proposed_by",
    "escrow_verification.first_approver",
    "escrow_verification.reviewer",
    "escrow_wallet_options.first_operator",
    "escrow_wallet_options.policy",
];

/// A field in Rust.
struct Field {
    /// Its type.
    kind: String,
    comment: String,
    /// The path of its struct.
    path: String,
}

#[test]
fn fields_are_described() {
    let known = fields();
    let mut lines = String::new();
    for (name, fields) in header::structs(&header::committed()) {
        for field in fields {
            let place = format!("{name}.{field}");
            let found = known.get(&place).unwrap_or_else(|| panic!("{place} is not in the source"));
            lines += &format!("{place} {}\n", meaning(&place, &field, found));
        }
    }
    is_committed("escrowdb.fields", &lines);
}

/// `structs.rs`, by which `src/layout.rs` knows all structs.
#[test]
fn structs_are_listed() {
    let known = fields();
    let mut list = String::from(
        "// Written by the tests of the ABI.\nmacro_rules! structs {\n    \
         ($with:ident, $first:ident) => {\n        $with! { $first,\n",
    );
    for (name, fields) in header::structs(&header::committed()) {
        let place = format!("{name}.{}", fields[0]);
        let path =
            &known.get(&place).unwrap_or_else(|| panic!("{place} is not in the source")).path;
        list += &format!("            {path} as {name} {{ {} }}\n", fields.join(", "));
    }
    is_committed("structs.rs", &(list + "        }\n    };\n}\n"));
}

/// Compares a generated file with the committed one; with `ESCROWDB_BLESS`, writes it.
pub(crate) fn is_committed(name: &str, text: &str) {
    let path = here().join("abi").join(name);
    if std::env::var_os("ESCROWDB_BLESS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    let differs = text.lines().find(|line| !committed.lines().any(|found| found == *line));
    assert!(
        text == committed,
        "abi/{name} is not what the source says, as with {differs:?}: .ci/generate writes it anew"
    );
}

fn meaning(place: &str, field: &str, Field { kind, comment, .. }: &Field) -> String {
    let meant = |(rust, meaning): &(&str, &str)| (rust == kind).then(|| (*meaning).to_owned());
    if let Some(meaning) = MEANINGS.iter().find_map(meant) {
        return meaning;
    }
    let is_number = matches!(&**kind, "u16" | "u32" | "u64");
    let constants =
        comment.split('`').find(|part| part.starts_with("ESCROW_") && part.ends_with("_*"));
    match field {
        "struct_size" => "size".to_owned(),
        "reserved" | "reserved_more" => "reserved".to_owned(),
        _ if kind == "escrow_text" && SHOWN.contains(&place) => "text".to_owned(),
        _ if kind == "escrow_text" => "secret".to_owned(),
        _ if kind == "u64" && NUMBERS.contains(&field) => "number".to_owned(),
        _ if is_number && comment.starts_with("1 if ") => "flag".to_owned(),
        _ => match constants.filter(|_| is_number) {
            Some(constants) if comment.contains("; 0 ") => format!("{constants}?"),
            Some(constants) => constants.to_owned(),
            None => in_c(kind),
        },
    }
}

/// What C calls a type.
fn in_c(kind: &str) -> String {
    let renamed = model::C_TYPES.iter().find(|(rust, _)| *rust == kind).map(|(_, c)| *c);
    if let Some(item) = kind.strip_prefix('[') {
        let (item, count) = item.trim_end_matches(']').split_once("; ").unwrap();
        return format!("{}[{count}]", in_c(item));
    }
    if let Some(item) = kind.strip_prefix("*const ").or_else(|| kind.strip_prefix("*mut ")) {
        return format!("{} *", in_c(item));
    }
    let c = match kind.rsplit("::").next().unwrap() {
        "u8" => "uint8_t",
        "u16" => "uint16_t",
        "u32" => "uint32_t",
        "u64" => "uint64_t",
        "i64" => "int64_t",
        "usize" => "size_t",
        "c_char" => "char",
        "c_void" => "void",
        other => other,
    };
    renamed.unwrap_or(c).to_owned()
}

/// The fields of all structs, by their names in C.
fn fields() -> BTreeMap<String, Field> {
    let mut fields = BTreeMap::new();
    for record in ["ledger", "account", "operation", "outcome", "hold"] {
        read_structs(&model::source_for_c(record), "escrow", &mut fields);
    }
    let root = here().join("src");
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let module = path.strip_prefix(&root).unwrap().with_extension("");
            let module = module.to_str().unwrap().replace('/', "::");
            let text = fs::read_to_string(path).unwrap();
            read_structs(&text, &format!("crate::{module}"), &mut fields);
        }
    }
    fields
}

/// Reads the structs of a module.
fn read_structs(text: &str, module: &str, fields: &mut BTreeMap<String, Field>) {
    for block in text.split("\npub struct ").skip(1) {
        let Some((name, rest)) = block.split_once(" {\n") else { continue };
        let mut comment = Vec::new();
        for line in rest.split("\n}").next().unwrap().lines().map(str::trim) {
            if let Some(text) = line.strip_prefix("///") {
                comment.push(text.trim());
            } else if let Some(field) = line.strip_prefix("pub ") {
                let (field, kind) = field.trim_end_matches(',').split_once(": ").unwrap();
                let (kind, comment) = (kind.to_owned(), std::mem::take(&mut comment).join(" "));
                let path = format!("{module}::{name}");
                fields.insert(format!("{}.{field}", in_c(name)), Field { kind, comment, path });
            }
        }
    }
}
