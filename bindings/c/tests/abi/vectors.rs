//! The vectors of `tests/vectors`, as a header that a C program plays them from.

use crate::header::here;
use crate::tools::{Link, Program, folder, run};
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::process::Command;

#[test]
fn the_vectors_are_answered_in_c() {
    let mut names: Vec<_> = fs::read_dir(here().join("../../tests/vectors"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    names.sort();
    let (mut header, mut vectors) = (String::new(), String::new());
    for path in names {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let vector = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let writer = Writer { header: &mut header, name: &name, count: 0 };
        writeln!(vectors, "    {},", writer.vector(&vector)).unwrap();
    }
    write!(header, "{}", named_ids()).unwrap();
    write!(header, "static const struct vector vectors[] = {{\n{vectors}}};\n").unwrap();
    for link in [Link::Shared, Link::Static] {
        let work = folder(&format!("vectors-{link:?}"));
        fs::write(work.join("vectors.h"), &header).unwrap();
        let include = format!("-I{}", work.display());
        let source = here().join("tests/c/vectors.c");
        let program = work.join("program");
        Program { source: &source, standard: "gnu11", link, extra: &[&include] }.build(&program);
        run(Command::new(&program).arg(work.join("store")));
    }
}

/// The ids of names that all languages make.
fn named_ids() -> String {
    let text = fs::read_to_string(here().join("../../tests/vectors/named_ids.txt")).unwrap();
    let bytes = |text: &str| {
        let bytes: Vec<String> = text.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
        format!("\"{}\", {}", bytes.concat(), text.len())
    };
    let rows = text.lines().map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let (high, low) = fields[2].split_at(16);
        format!("    {{{}, {}, 0x{high}, 0x{low}}},\n", bytes(fields[0]), bytes(fields[1]))
    });
    let rows: Vec<String> = rows.collect();
    format!("static const struct named named[] = {{\n{}}};\n", rows.concat())
}

/// Writes the arrays that a vector points at.
struct Writer<'a> {
    header: &'a mut String,
    name: &'a str,
    count: usize,
}

impl Writer<'_> {
    fn vector(mut self, vector: &Value) -> String {
        let steps: Vec<String> =
            list(&vector["steps"]).iter().map(|step| self.step(step)).collect();
        let end = &vector["final"];
        let documents = list(&end["documents"]).iter().map(|document| {
            let parts = ["space", "key", "value"].map(|part| self.bytes(&document[part]));
            format!("{{{}, {}}}", parts.join(", "), number(&document["version"]))
        });
        let documents: Vec<String> = documents.collect();
        let parts = [
            format!("\"{}\"", self.name),
            wide(&vector["store_id"]),
            self.array("struct step", &steps),
            self.records("escrow_ledger", &end["ledgers"]),
            self.records("escrow_account", &end["accounts"]),
            self.records("escrow_hold", &end["holds"]),
            self.array("struct document", &documents),
            format!("\"{}\"", text(&end["state_hash"])),
        ];
        format!("{{{}}}", parts.join(", "))
    }

    fn step(&mut self, step: &Value) -> String {
        let what = text(&step["do"]);
        let records = match what {
            "create_ledgers" => self.records("escrow_ledger", &step["records"]),
            "create_accounts" => self.records("escrow_account", &step["records"]),
            _ => self.records("escrow_operation", &step["records"]),
        };
        let outcomes = self.records("escrow_outcome", &step["outcomes"]);
        let outcomes = outcomes.split(", ").next().unwrap();
        let data = self.bytes(&step["data"]);
        let (to, settled) = (number(&step["to"]), number(&step["settled"]));
        let head = &step["head"];
        let (block, timestamp) = (number(&head["block"]), number(&head["timestamp"]));
        let hash = hex(text(&head["hash"]));
        format!(
            "{{{}, {records}, {data}, {outcomes}, {to}, {settled}, {{{block}, {timestamp}, {{{hash}}}}}}}",
            what.to_uppercase()
        )
    }

    /// An array of its own, as a pointer and a count.
    fn array(&mut self, kind: &str, elements: &[String]) -> String {
        if elements.is_empty() {
            return "NULL, 0".into();
        }
        let name = format!("{}_{}", self.name, self.count);
        self.count += 1;
        let (body, count) = (elements.join(",\n    "), elements.len());
        writeln!(self.header, "static const {kind} {name}[] = {{\n    {body}}};").unwrap();
        format!("{name}, {count}")
    }

    fn records(&mut self, kind: &str, records: &Value) -> String {
        let records: Vec<String> = list(records).iter().map(record).collect();
        self.array(kind, &records)
    }

    fn bytes(&mut self, runs: &Value) -> String {
        let runs = list(runs).iter().map(|run| {
            let times = run[1].as_u64().unwrap() as usize;
            vec![hex(text(&run[0])); times].join(",")
        });
        let runs: Vec<String> = runs.collect();
        let count = runs.iter().map(|run| run.split(',').count()).sum::<usize>();
        let array = self.array("uint8_t", &runs);
        format!("{{{}, {count}}}", array.split(", ").next().unwrap())
    }
}

/// A record as an initializer: the fields are named as in the header.
fn record(record: &Value) -> String {
    let fields = record.as_object().unwrap().iter();
    let fields = fields.map(|(name, value)| format!(".{name} = {}", field(name, value)));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
}

fn field(name: &str, value: &Value) -> String {
    let constant = |prefix: &str| match value.as_str() {
        Some(name) => format!("ESCROW_{prefix}_{}", name.to_uppercase()),
        None => number(value),
    };
    match name {
        "kind" => constant("KIND"),
        "phase" => constant("PHASE"),
        "at_deadline" | "default_before" => constant("AT_DEADLINE"),
        "status" | "first_status" => constant("OUTCOME"),
        "balances" | "debit" | "credit" => record(value),
        "code" if value.is_string() => value.to_string(),
        "user_data_64" | "timestamp" | "value_date" | "expected_version" | "version"
        | "created_at" | "changed_at" | "deadline" | "disputed_at" | "time_left" => number(value),
        _ if value.is_string() => wide(value),
        _ => number(value),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// A number below 2^64, given as one or as a string of digits.
fn number(value: &Value) -> String {
    match value {
        Value::Null => "0".into(),
        Value::String(digits) => format!("UINT64_C({digits})"),
        other => format!("{other}u"),
    }
}

/// A number of 128 bits.
fn wide(value: &Value) -> String {
    let number: u128 = text(value).parse().unwrap();
    format!("{{UINT64_C({}), UINT64_C({})}}", number as u64, (number >> 64) as u64)
}

/// Hexadecimal digits as the elements of an array.
fn hex(digits: &str) -> String {
    let pairs = (0..digits.len()).step_by(2).map(|at| format!("0x{}", &digits[at..at + 2]));
    pairs.collect::<Vec<_>>().join(",")
}
