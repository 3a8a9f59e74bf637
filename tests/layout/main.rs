//! The structure of the repository, as far as it can be checked: floors, files, top level.

mod circles;
mod houses;
mod pages;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The floors of the library, from the ground. A module names only modules of floors below its own.
const FLOORS: [&[&str]; 7] = [
    &["model"],
    &["disk", "engine", "money", "record", "wire"],
    &["journal", "state"],
    &["commit"],
    &["store", "bench_internals"],
    &["books", "wallets"],
    &["orders"],
];

/// What may stand at the top, beside files whose name begins with a dot.
const TOP_LEVEL: [&str; 11] = [
    "Cargo.toml",
    "Cargo.lock",
    "src",
    "include",
    "bindings",
    "benches",
    "tests",
    "README.md",
    "CHANGELOG.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
];

/// A source file longer than this has more than one purpose.
const FILE_LINES_MAX: usize = 800;

/// What `.rustfmt.toml` says too: but rustfmt leaves comments and long strings as they are.
const LINE_COLUMNS_MAX: usize = 100;

/// The tables of the laws have one line a case.
const LONG_LINES: [&str; 1] = ["tests/laws/tables.rs"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder with this ending, as (path relative to the root, contents).
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.expect("an entry").path();
            let is_source = path.extension().is_some_and(|found| found == ending);
            if path.is_dir() && !ignored(&path) {
                folders.push(path);
            } else if is_source {
                let name = path.strip_prefix(root()).expect("below the root");
                let text = fs::read_to_string(&path).expect("text");
                found.push((name.display().to_string(), text));
            }
        }
    }
    found.sort();
    found
}

/// Folders that git ignores: what builds leave behind.
fn ignored(folder: &Path) -> bool {
    let names = ["target", ".venv", ".cache", "node_modules"];
    folder.file_name().is_some_and(|name| names.iter().any(|ignored| name == *ignored))
}

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// The modules of the library that a file names.
fn named_modules(text: &str) -> BTreeSet<&str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let after_crate = code.flat_map(|line| line.split("crate::").skip(1));
    let word = |rest: &'_ str| {
        rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .map_or(rest.len(), |end| end)
    };
    // A group, `crate::{a, b}`, is not this codebase's way: rustfmt keeps the lines apart.
    after_crate.map(|rest| &rest[..word(rest)]).filter(|name| floor_of(name).is_some()).collect()
}

#[test]
fn no_arrow_goes_up() {
    let mut seen = BTreeSet::new();
    for (name, text) in files("src", "rs") {
        let module = name.trim_start_matches("src/").split('/').next().unwrap_or_default();
        let Some(floor) = floor_of(module) else { continue };
        seen.insert(module.to_owned());
        assert!(!text.contains("crate::{"), "{name}: name the modules one by one");
        for named in named_modules(&text).into_iter().filter(|named| *named != module) {
            let other = floor_of(named).expect("a known module");
            assert!(other < floor, "{name} on floor {floor} names {named} on floor {other}");
        }
    }
    let all: BTreeSet<_> = FLOORS.concat().iter().map(ToString::to_string).collect();
    assert_eq!(seen, all, "every module has its floor, and every floor its modules");
}

/// The files of the engine without its tests.
fn rules() -> impl Iterator<Item = (String, String)> {
    files("src/engine", "rs").into_iter().filter(|(name, _)| !name.contains("/tests/"))
}

/// The engine judges by the closed kind alone, so that the compiler names each place where a new
/// kind is not judged. The open one, which needs a catch-all, is what records have.
#[test]
fn the_engine_matches_no_open_kind() {
    for (name, text) in rules() {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
        assert!(words.all(|word| word != "Kind"), "{name} names the open kind");
    }
    let lints = fs::read_to_string(root().join("src/engine/mod.rs")).expect("the engine");
    assert!(lints.contains("clippy::wildcard_enum_match_arm"), "nobody looks for catch-alls");
}

/// The rules find records by the look-ups that know what was asked for.
#[test]
fn the_rules_find_nothing_that_no_footprint_asked_for() {
    let finds = ["accounts.find", "holds.find", "documents.find", "recent.find", "originals."];
    for (name, text) in rules() {
        let file = name.trim_start_matches("src/engine/");
        let may = ["set.rs", "look_up.rs", "footprint.rs"].contains(&file);
        assert!(may || !finds.iter().any(|find| text.contains(find)), "{name} looks for itself");
    }
}

#[test]
fn the_command_knows_the_public_face_only() {
    let public_roots = ["src/cli/", "src/main.rs"];
    for (name, text) in files("src", "rs") {
        if public_roots.iter().any(|root| name.starts_with(root)) {
            assert!(!text.contains("#[path"), "{name} reaches into the library");
        } else {
            assert!(!text.contains("escrowdb::cli"), "{name} names the command");
        }
    }
}

#[test]
fn files_are_of_a_size_to_be_read() {
    for folder in ["src", "tests", "benches", "bindings"] {
        for ending in ["rs", "c", "hpp", "py", "go"] {
            for (name, text) in files(folder, ending) {
                // What is written from the header is read there.
                let written = ["go/constants.go", "go/records.go", "go/rows.go", "_constants.py"];
                let is_written = written.iter().any(|written| name.ends_with(written));
                let lines = text.lines().count();
                assert!(is_written || lines <= FILE_LINES_MAX, "{name} has {lines} lines");
            }
        }
    }
}

/// Rows of tables and the targets of links cannot be broken.
#[test]
fn lines_fit_on_a_screen() {
    let is_whole = |line: &str| {
        let comment = line.trim_start().trim_start_matches(['/', '!']).trim_start();
        line.trim_start().starts_with("//")
            && (comment.starts_with("| ") || comment.starts_with('[') && comment.contains("]: "))
    };
    let mut long = Vec::new();
    for (name, text) in [files("src", "rs"), files("tests", "rs")].concat() {
        let lines = text.lines().zip(1..).filter(|(line, _)| !is_whole(line));
        let lines = lines.filter(|(line, _)| line.chars().count() > LINE_COLUMNS_MAX);
        let may = LONG_LINES.contains(&&*name);
        long.extend(lines.filter(|_| !may).map(|(_, number)| format!("{name}:{number}")));
    }
    assert!(long.is_empty(), "above {LINE_COLUMNS_MAX} columns: {long:#?}");
}

#[test]
fn unsafe_is_found_in_the_c_binding_alone() {
    let keyword = ["un", "safe"].concat();
    for folder in ["src", "tests", "benches"] {
        for (name, text) in files(folder, "rs") {
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let mut words =
                code.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'));
            let found = words.any(|word| word == keyword);
            assert!(!found || name.ends_with("lib.rs"), "{name} is not allowed to");
        }
    }
}

#[test]
fn the_top_level_holds_what_it_should() {
    for entry in fs::read_dir(root()).expect("the repository") {
        let name = entry.expect("an entry").file_name().display().to_string();
        let known = TOP_LEVEL.contains(&&*name)
            || name.starts_with('.')
            || ["target", "proptest-regressions"].contains(&&*name);
        assert!(known, "{name} does not belong at the top");
    }
}

#[test]
fn modules_open_with_what_they_are() {
    for (name, text) in files("src", "rs") {
        assert!(text.starts_with("//!"), "{name} does not say what it is");
    }
}

/// What the wallets alone need is not built without them.
#[test]
fn a_ledger_alone_brings_no_cryptography_of_wallets() {
    let tree = |features: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["tree", "--offline", "--edges", "normal", "--prefix", "none"]).args(features);
        let done = cargo.current_dir(root()).output().expect("cargo runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let text = String::from_utf8(done.stdout).expect("text");
        let names = text.lines().filter_map(|line| line.split(' ').next());
        names.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let whole = tree(&[]);
    let alone = tree(&["--no-default-features"]);
    let command = tree(&["--no-default-features", "--features", "cli"]);
    for name in ["argon2", "base64ct", "chacha20poly1305", "subtle", "unicode-normalization"] {
        assert!(whole.contains(name), "{name} is not known");
        assert!(!alone.contains(name) && !command.contains(name), "{name} is built");
    }
    for name in ["postcard", "serde_json", "zeroize"] {
        assert!(!alone.contains(name), "{name} is built");
    }
}

/// The commands of the page of promises: what `cargo test` would not take, or what names no test,
/// would show nothing.
#[test]
fn the_page_of_promises_names_tests_that_are_there() {
    let page = fs::read_to_string(root().join("src/promises.md")).expect("the page");
    let commands = page.split('`').filter(|code| code.contains("cargo test"));
    let mut count = 0;
    for command in commands {
        let words = command.split(' ').skip_while(|word| *word != "test").skip(1);
        let words: Vec<_> = words.filter(|word| *word != "--release").collect();
        let (folder, filters) = match words[..] {
            ["--lib", ref filters @ ..] => ("src".to_owned(), filters),
            ["--test", test, ref filters @ ..] => (format!("tests/{test}"), filters),
            ["-p", "escrowdb-c", "--test", test, ref filters @ ..] => {
                (format!("bindings/c/tests/{test}"), filters)
            }
            _ => panic!("what does {command} run?"),
        };
        assert!(filters.len() <= 1, "cargo takes one filter: {command}");
        let filter = filters.first().copied().unwrap_or_default();
        let names_it = |(name, text): &(String, String)| {
            name.contains(filter)
                || text.lines().any(|line| line.contains("fn ") && line.contains(filter))
        };
        assert!(files(&folder, "rs").iter().any(names_it), "{command} runs nothing");
        count += 1;
    }
    assert!(count > 15, "{count} commands");
}
