//! Running the command and looking at what it says.

use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};
use tempfile::TempDir;

/// What a run has said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) arguments: Vec<String>,
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// The one JSON document of standard output, of a run that went well.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{self:?}");
        self.document()
    }

    /// The one JSON document of standard output, which is as the command's schema says.
    pub(crate) fn document(&self) -> Value {
        let document = serde_json::from_str(&self.out).expect("one JSON document");
        self.check(std::slice::from_ref(&document));
        document
    }

    /// The JSON documents of standard output, one a line, each as the command's schema says.
    pub(crate) fn lines(&self) -> Vec<Value> {
        assert_eq!(self.code, 0, "{self:?}");
        let parse = |line: &str| serde_json::from_str(line).expect("one document a line");
        let lines: Vec<Value> = self.out.lines().map(parse).collect();
        self.check(&lines);
        lines
    }

    fn check(&self, documents: &[Value]) {
        let schema = schema(&schema_name(&self.arguments));
        let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        compiler.enable_format_assertions();
        compiler.add_resource("schema.json", schema).expect("a schema");
        let index = compiler.compile("schema.json", &mut schemas).expect("a schema");
        for document in documents {
            if let Err(error) = schemas.validate(document, index) {
                panic!("{:?}: {error:#}\n{document:#}", self.arguments);
            }
        }
    }

    /// Checks that there is one line of complaint with these words, and nothing else.
    pub(crate) fn complains(&self, code: i32, words: &str) {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.out.is_empty(), "{self:?}");
        assert_eq!(self.err.lines().count(), 1, "{self:?}");
        assert!(self.err.starts_with("escrowdb: "), "{self:?}");
        assert!(self.err.contains(words), "no {words:?} in {self:?}");
    }
}

/// A store with money in escrow, as `settle` leaves it, and its path.
pub(crate) fn settled() -> (TempDir, String) {
    let folder = folder();
    let store = within(&folder, "orders.escrow");
    let said = escrowdb(&["settle", &data("orders.csv"), "--store", &store]);
    assert_eq!(said.code, 0, "{said:?}");
    (folder, store)
}

/// The commands that have a schema.
pub(crate) fn schema_names() -> Vec<String> {
    let said = escrowdb(&["schema"]);
    assert_eq!(said.code, 0, "{said:?}");
    said.out.lines().map(str::to_owned).collect()
}

/// Which of them these arguments call: the longest whose words stand among them in order.
pub(crate) fn schema_name(arguments: &[String]) -> String {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    let is_called = |name: &&String| {
        let mut rest = arguments.iter();
        name.split(' ').all(|word| rest.any(|argument| argument == word))
    };
    let called = NAMES.get_or_init(schema_names).iter().filter(is_called);
    called.max_by_key(|name| name.split(' ').count()).expect("a command with --json").clone()
}

fn schema(name: &str) -> Value {
    static SCHEMAS: Mutex<BTreeMap<String, Value>> = Mutex::new(BTreeMap::new());
    let mut schemas = SCHEMAS.lock().unwrap_or_else(PoisonError::into_inner);
    let fetch = || {
        let said = escrowdb(&[&["schema"], &*name.split(' ').collect::<Vec<_>>()].concat());
        assert_eq!(said.code, 0, "{said:?}");
        serde_json::from_str(&said.out).expect("a schema")
    };
    schemas.entry(name.to_owned()).or_insert_with(fetch).clone()
}

/// Runs the command with these arguments.
pub(crate) fn escrowdb(arguments: &[&str]) -> Said {
    said(arguments, command(arguments).output().expect("the command runs"))
}

/// Runs the command with these arguments and this on its standard input.
pub(crate) fn escrowdb_fed(arguments: &[&str], input: &[u8]) -> Said {
    let mut command = command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command runs");
    child.stdin.take().expect("its input").write_all(input).expect("it reads");
    said(arguments, child.wait_with_output().expect("it ends"))
}

fn said(arguments: &[&str], output: Output) -> Said {
    Said {
        arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// Starts the command without waiting for it.
pub(crate) fn start(arguments: &[&str]) -> Child {
    let mut command = command(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command runs")
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_escrowdb"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// A directory that is removed in the end.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

/// A file of the tests.
pub(crate) fn data(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    path.display().to_string()
}

/// A path in a directory.
pub(crate) fn within(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

/// Writes a file into a directory.
pub(crate) fn write(folder: &TempDir, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = within(folder, name);
    std::fs::write(&path, text).expect("a file");
    path
}

/// What a file of expectations says.
pub(crate) fn expectations(path: impl Into<PathBuf>) -> Value {
    let text = std::fs::read_to_string(path.into()).expect("expectations");
    serde_json::from_str(&text).expect("JSON")
}

/// Checks every key of the expectations. What did not happen may be left out of them.
pub(crate) fn fulfils(report: &Value, expected: &Value) {
    for (key, expected) in expected.as_object().expect("an object") {
        let found = &report[key];
        if let (Some(found), Some(expected)) = (found.as_object(), expected.as_object()) {
            for (name, value) in found {
                let nothing = if value.is_string() { "0".into() } else { Value::from(0) };
                let expected = expected.get(name).unwrap_or(&nothing);
                assert_eq!(value, expected, "{key}.{name}");
            }
            for name in expected.keys() {
                assert!(found.contains_key(name), "{key}.{name} is missing");
            }
        } else {
            assert_eq!(found, expected, "{key}");
        }
    }
}

/// Checks that a store is in order.
pub(crate) fn is_in_order(store: &str) {
    let said = escrowdb(&["verify", store]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("no fault"), "{said:?}");
}
