//! The header: generated, and the same as the committed one.

use crate::model;
use cbindgen::{Config, DocumentationStyle, ItemType, Language, Layout, Style};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Once;

/// A part of the header: its title and where its text comes from, in order.
type Section = (&'static str, &'static [Source]);

enum Source {
    /// A file of `bindings/c/src`.
    Binding(&'static str),
    /// A record of the library.
    Record(&'static str),
    /// Constants of the library.
    Constants(fn() -> String),
}
use Source::{Binding, Constants, Record};

const SECTIONS: &[Section] = &[
    ("Versions", &[Constants(version_macros), Binding("version")]),
    ("Statuses and errors", &[Binding("status")]),
    ("Handles", &[Binding("opaque")]),
    ("Numbers", &[Binding("number")]),
    ("Limits", &[Constants(model::limits)]),
    ("Ledgers", &[Record("ledger"), Binding("ledger")]),
    ("Accounts", &[Constants(model::account_flags), Record("account")]),
    (
        "Operations",
        &[
            Constants(model::kinds),
            Constants(model::operation_flags),
            Constants(model::at_deadlines),
            Record("operation"),
            Binding("operation"),
        ],
    ),
    ("Outcomes", &[Constants(model::outcomes), Record("outcome")]),
    ("Holds", &[Constants(model::phases), Record("hold")]),
    ("Names", &[Binding("names")]),
    ("Ids", &[Binding("id")]),
    ("Amounts", &[Binding("amount")]),
    (
        "Stores",
        &[
            Binding("options"),
            Binding("store"),
            Binding("processes"),
            Binding("head"),
            Binding("clock"),
            Binding("stats"),
            Binding("verify"),
            Binding("backup"),
        ],
    ),
    ("Submitting without waiting", &[Binding("queue")]),
    ("Snapshots", &[Binding("snapshot"), Binding("trial_balance")]),
    ("Cursors", &[Binding("cursor")]),
    ("Statements and queries for holds", &[Binding("statement")]),
    ("Documents", &[Binding("document")]),
    ("Events", &[Binding("event")]),
    ("Wallets", &[Binding("wallets/text"), Binding("wallets/options"), Binding("wallets/handle")]),
    (
        "Wallets: outcomes, actors, rows",
        &[
            Constants(model::wallet_outcomes),
            Binding("wallets/outcome"),
            Binding("wallets/actor"),
            Binding("wallets/rows"),
        ],
    ),
    (
        "Wallets: registration",
        &[
            Binding("wallets/registration"),
            Binding("wallets/registration_view"),
            Binding("wallets/person"),
            Binding("wallets/person_view"),
            Binding("wallets/login"),
            Constants(model::channels),
            Binding("wallets/security"),
            Constants(model::contact_change_states),
            Binding("wallets/contact_change"),
        ],
    ),
    (
        "Wallets: letters",
        &[
            Constants(model::letter_kinds),
            Constants(model::letter_states),
            Binding("wallets/letter"),
        ],
    ),
    ("Wallets: one wallet", &[Binding("wallets/wallet"), Binding("wallets/payment_password")]),
    ("Wallets: payments", &[Binding("wallets/payment")]),
    (
        "Wallets: cards",
        &[
            Constants(model::card_states),
            Binding("wallets/card"),
            Constants(model::card_payment_states),
            Binding("wallets/card_payment"),
            Constants(model::card_authentications),
            Binding("wallets/new_card_payment"),
            Binding("wallets/card_refund"),
            Binding("wallets/order"),
            Constants(model::suspense_reasons),
            Binding("wallets/suspense"),
            Constants(model::chargeback_states),
            Binding("wallets/chargeback"),
        ],
    ),
    ("Wallets: leaving", &[Constants(model::unclaimed_reasons), Binding("wallets/unclaimed")]),
    (
        "Wallets: verification and recovery",
        &[
            Constants(model::evidence_kinds),
            Binding("wallets/evidence"),
            Constants(model::verification_states),
            Constants(model::verification_reasons),
            Binding("wallets/verification"),
            Constants(model::recovery_states),
            Binding("wallets/recovery"),
            Constants(model::correction_states),
            Binding("wallets/correction"),
        ],
    ),
    (
        "Wallets: the trail, erasing, keys",
        &[
            Constants(model::audit_commands),
            Binding("wallets/audit"),
            Binding("wallets/erasure"),
            Binding("wallets/key"),
        ],
    ),
    ("Wallets: staff", &[Constants(model::staff_states), Binding("wallets/staff")]),
    (
        "Orders",
        &[
            Constants(model::order_outcomes),
            Constants(model::stages),
            Constants(model::parties),
            Constants(model::actions),
            Constants(model::silences),
            Binding("orders/outcome"),
            Binding("orders/handle"),
        ],
    ),
    (
        "Orders: parties, policies, terms",
        &[
            Binding("orders/party"),
            Binding("orders/policy"),
            Constants(model::tender_kinds),
            Constants(model::lines),
            Binding("orders/terms"),
            Binding("orders/paying"),
            Binding("orders/refund"),
        ],
    ),
    (
        "Orders: acting",
        &[
            Constants(model::claim_reasons),
            Constants(model::remedies),
            Binding("orders/part"),
            Binding("orders/items"),
            Binding("orders/goodwill"),
        ],
    ),
    (
        "Orders: looking at them",
        &[
            Constants(model::order_states),
            Binding("orders/view"),
            Constants(model::step_kinds),
            Binding("orders/step"),
            Binding("orders/list"),
        ],
    ),
];

pub(crate) fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn path() -> PathBuf {
    here().join("../../include/escrowdb.h")
}

/// The header as it is committed; with `ESCROWDB_BLESS`, as it is to be.
pub(crate) fn committed() -> String {
    static BLESSED: Once = Once::new();
    if std::env::var_os("ESCROWDB_BLESS").is_some() {
        BLESSED.call_once(|| fs::write(path(), generate()).expect("the header can be written"));
    }
    fs::read_to_string(path()).expect("the header is committed")
}

fn generate() -> String {
    let read = |name: &str| fs::read_to_string(here().join("header").join(name)).unwrap();
    let mut header = read("top.h");
    for (title, sources) in SECTIONS {
        let bar = "-".repeat(88 - title.len());
        header += &format!("\n/* ---- {title} {bar} */\n");
        for source in *sources {
            let fragment = match source {
                Binding(name) => fragment(&here().join(format!("src/{name}.rs")), None),
                Record(name) => record(name),
                Constants(make) => make(),
            };
            header += &format!("\n{}\n", fragment.trim());
        }
    }
    tidy(&ascii(&(header + &read("bottom.h"))))
}

/// Puts comments of one line on one line, and calls structs by their names alone.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let (mut tidied, mut index) = (String::new(), 0);
    while let Some(line) = lines.get(index) {
        let short = match lines[index..] {
            [start, middle, end, ..] if start.trim() == "/**" && end.trim() == "*/" => {
                let indent = &start[..start.len() - 3];
                middle.trim().strip_prefix("* ").map(|text| format!("{indent}/** {text} */"))
            }
            _ => None,
        };
        if let Some(short) = short.filter(|short| short.len() <= 100) {
            tidied += &short;
            index += 3;
        } else {
            let is_type = line.starts_with("typedef struct") || line.starts_with(" *");
            let plain = line.replace("struct escrow_", "escrow_");
            tidied += if is_type { line } else { &plain };
            index += 1;
        }
        tidied.push('\n');
    }
    tidied
}

/// What cbindgen makes of one file.
fn fragment(source: &Path, only: Option<ItemType>) -> String {
    let text = fs::read_to_string(source).unwrap();
    let mut config = Config {
        language: Language::C,
        style: Style::Both,
        documentation_style: DocumentationStyle::Doxy,
        line_length: 100,
        tab_width: 4,
        usize_is_size_t: true,
        no_includes: true,
        ..Config::default()
    };
    config.function.args = Layout::Auto;
    config.export.item_types = only.into_iter().collect();
    config.export.include = declared_types(&text);
    let rename = |(rust, c): &(&str, &str)| ((*rust).to_owned(), (*c).to_owned());
    config.export.rename = model::C_TYPES.iter().map(rename).collect();
    let bindings = cbindgen::Builder::new().with_config(config).with_src(source).generate();
    let mut bytes = Vec::new();
    bindings.expect("cbindgen understands the file").write(&mut bytes);
    let text = String::from_utf8(bytes).unwrap();
    let inits = initial_values(&text);
    text + &inits
}

/// A record of the library, whose source is read as it is but for what is about Rust.
fn record(name: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("{name}.rs"));
    fs::write(&file, model::source_for_c(name)).unwrap();
    fragment(&file, Some(ItemType::Structs))
}

/// The types that a file declares, which cbindgen otherwise leaves out where no function of the
/// same file uses them.
fn declared_types(text: &str) -> Vec<String> {
    let words = |line: &str| {
        let rest = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub type "))?;
        Some(rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?.to_owned())
    };
    text.lines().filter_map(words).collect()
}

/// `ESCROW_*_INIT` of the structs that begin with their size.
fn initial_values(text: &str) -> String {
    let mut inits = String::new();
    for block in text.split("typedef struct ").skip(1) {
        let Some((name, rest)) = block.split_once(" {\n") else { continue };
        let body = rest.split("\n} ").next().unwrap_or_default();
        let fields = body.lines().filter(is_field);
        let values: Vec<_> = fields.map(initial_value).collect();
        if !body.contains("uint32_t struct_size;") {
            continue;
        }
        let values = values[1..].join(", ");
        let define = format!("#define {}_INIT", name.to_uppercase());
        let value = wrapped(&format!("{{sizeof({name}), {values}}}"));
        // It fits on a line, or begins one of its own.
        let fits = define.len() + value.len() < 100;
        let between = if fits { " " } else { " \\\n    " };
        inits += &format!("\n/** The initial value of `{name}`. */\n{define}{between}{value}\n");
    }
    inits
}

/// A long value on several lines of a macro.
fn wrapped(value: &str) -> String {
    let Some(cut) = value.get(..96).and_then(|head| head.rfind(", {")) else {
        return value.to_owned();
    };
    let (head, tail) = value.split_at(cut + 1);
    format!("{head} \\\n     {}", wrapped(tail.trim_start()))
}

fn is_field(line: &&str) -> bool {
    line.ends_with(';') && !line.trim_start().starts_with('*')
}

fn initial_value(field: &str) -> &'static str {
    match field.trim().trim_start_matches("struct ") {
        field if field.starts_with("escrow_u128") => "{0, 0}",
        field if field.starts_with("escrow_head") => "{0, 0, {0}}",
        field if field.starts_with("escrow_text") => "{0, 0}",
        field if field.starts_with("escrow_master_key") => "{0, 0, 0, 0}",
        field if field.contains('[') => "{0}",
        _ => "0",
    }
}

fn version_macros() -> String {
    let [major, minor, patch] = [
        env!("CARGO_PKG_VERSION_MAJOR"),
        env!("CARGO_PKG_VERSION_MINOR"),
        env!("CARGO_PKG_VERSION_PATCH"),
    ];
    format!(
        "/**\n * The version of this header.\n */\n\
         #define ESCROW_VERSION_MAJOR {major}\n#define ESCROW_VERSION_MINOR {minor}\n\
         #define ESCROW_VERSION_PATCH {patch}\n#define ESCROW_VERSION_TEXT \"{}\"\n\
         #define ESCROW_VERSION_NUMBER \\\n    (ESCROW_VERSION_MAJOR * 1000000 + \
         ESCROW_VERSION_MINOR * 1000 + ESCROW_VERSION_PATCH)\n",
        env!("CARGO_PKG_VERSION"),
    )
}

/// Every compiler reads ASCII, whatever it takes the encoding of a file to be.
fn ascii(text: &str) -> String {
    let pairs = [("−", "-"), ("–", "-"), ("Σ", "total"), ("…", "..."), ("×", "*"), ("≤", "<=")];
    pairs.iter().fold(text.to_owned(), |text, (sign, plain)| text.replace(sign, plain))
}

#[test]
fn the_header_is_the_committed_one() {
    let generated = generate();
    let committed = committed();
    let differs = generated.lines().zip(committed.lines()).find(|(new, old)| new != old);
    assert!(
        generated == committed,
        "include/escrowdb.h is not what the source says; first difference: {differs:?}; \
         ESCROWDB_BLESS=1 cargo test -p escrowdb-c --test abi writes it anew"
    );
}

#[test]
fn every_function_says_what_is_to_be_known() {
    let header = committed();
    let functions = functions(&header);
    assert!(functions.len() > 60, "only {} functions were found", functions.len());
    for (name, comment) in functions {
        for word in ["Ownership: ", "Threads: ", "Errors: ", "Since: "] {
            assert!(comment.contains(word), "{name} does not say: {word}");
        }
    }
}

#[test]
fn the_header_is_plain_text_about_c() {
    let header = committed();
    assert!(header.is_ascii());
    for word in ["::", "[`", "](", "Option<", "Self", "struct update"] {
        assert!(!header.contains(word), "{word} is for Rust");
    }
    let long = header.lines().find(|line| line.len() > 104);
    assert_eq!(long, None, "a line fits on a screen");
}

/// The functions that a header declares, with the comment before each.
pub(crate) fn functions(header: &str) -> Vec<(String, String)> {
    let mut functions = Vec::new();
    let declarations = header.split("#define ESCROWDB_H").nth(1).expect("a guard");
    let mut comment = String::new();
    for block in declarations.split("\n/**").skip(1) {
        let (text, code) = block.split_once("*/").expect("a comment ends");
        comment.clear();
        comment.push_str(text);
        let code = code.split("#define").next().unwrap_or_default();
        if code.contains("typedef") {
            continue;
        }
        if let Some((before, _)) = code.split_once('(') {
            let name = before.rsplit([' ', '*']).next().unwrap_or_default();
            functions.push((name.to_owned(), comment.clone()));
        }
    }
    functions
}

/// The structs that a header defines, with the names of their fields.
pub(crate) fn structs(header: &str) -> Vec<(String, Vec<String>)> {
    let mut structs = Vec::new();
    for block in header.split("\ntypedef struct ").skip(1) {
        let Some((name, rest)) = block.split_once(" {\n") else { continue };
        if name.contains(';') {
            continue;
        }
        let body = rest.split("\n} ").next().unwrap_or_default();
        let fields = body.lines().filter(is_field).filter_map(|line| {
            let name = line.trim_end_matches(';').rsplit([' ', '*']).next()?;
            Some(name.split('[').next()?.to_owned())
        });
        structs.push((name.to_owned(), fields.collect()));
    }
    structs
}

/// The declarations of functions, each on one line.
pub(crate) fn prototypes(header: &str) -> Vec<String> {
    let text = header.split("#define ESCROWDB_H").nth(1).expect("a guard");
    let mut prototypes = Vec::new();
    for block in text.split("*/\n").skip(1) {
        let code = block.split("\n\n").next().unwrap_or_default();
        let is_function = code.contains('(') && code.ends_with(';');
        if is_function && !code.contains("typedef") && !code.contains("#define") {
            prototypes.push(code.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    prototypes
}
