//! What can be done with wallets and orders in Rust can be done in C.

use crate::header::{self, here};
use std::fs;
use std::path::Path;

/// Methods that another one covers.
const COVERED: [&str; 3] = ["open_recoveries", "report_letter", "waiting_letters"];

/// A door for measuring, which is no part of the API.
const MEASURING: &str = "bench_internals.rs";

pub(crate) fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") {
            text += &sources(&path);
        }
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        if is_source && !path.ends_with(MEASURING) {
            text += &fs::read_to_string(path).unwrap();
        }
    }
    text
}

/// The public methods within the blocks `impl Wallets`, or of another house, of a source.
fn methods(house: &str, source: &str) -> Vec<String> {
    let begin = format!("\nimpl {house} {{");
    let blocks = source.split(&*begin).skip(1);
    let bodies = blocks.filter_map(|block| block.split("\n}\n").next());
    let methods = bodies.flat_map(|body| body.split("\n    pub fn ").skip(1));
    let names = methods.filter_map(|rest| {
        let end = rest.find(|letter: char| letter != '_' && !letter.is_alphanumeric())?;
        Some(rest[..end].to_owned())
    });
    names.collect()
}

#[test]
fn every_method_has_a_function() {
    for (house, receiver, least) in [("Wallets", "wallets", 76), ("Orders", "orders", 13)] {
        let library = sources(&here().join("../../src").join(receiver).join("commands"));
        let binding: String =
            sources(&here().join("src").join(receiver)).split_whitespace().collect();
        let all = methods(house, &library);
        assert!(all.len() >= least, "only {} methods of {house} were found", all.len());
        for method in all {
            let covered = COVERED.contains(&&*method);
            let calls = [format!("{receiver}.{method}("), format!("{house}::{method}(")];
            let called = calls.iter().any(|call| binding.contains(call));
            assert!(covered != called, "{method}: covered {covered}, called {called}");
        }
    }
}

/// Whoever adds a function calls it in a program.
#[test]
fn every_function_is_tried() {
    let programs: String = fs::read_dir(here().join("tests/c"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "c" || ending == "h"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let header = header::committed();
    let wallets = header.find("/* ---- Wallets ---").unwrap();
    let mut count = 0;
    for (function, _) in header::functions(&header) {
        let call = format!("{function}(");
        if header.find(&call).is_some_and(|place| place > wallets) {
            assert!(programs.contains(&call), "no program calls {function}");
            count += 1;
        }
    }
    assert!(count > 90, "only {count} functions were found");
}
