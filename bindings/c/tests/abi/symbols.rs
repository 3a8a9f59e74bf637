//! What the libraries export: the functions of the header, no more and no less.

use crate::header;
use crate::tools::{is_as_shipped, prefix, text_of};
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

fn declared() -> BTreeSet<String> {
    header::functions(&header::committed()).into_iter().map(|(name, _)| name).collect()
}

/// The names in the output of `nm`, whatever kind of symbol they are.
fn defined(arguments: &[&str], library: &str) -> BTreeSet<String> {
    let path = prefix().join("lib").join(library);
    let text = text_of(Command::new("nm").args(arguments).arg("--defined-only").arg(path));
    let names = text.lines().filter_map(|line| line.split_whitespace().nth(2));
    names.map(ToOwned::to_owned).collect()
}

#[test]
fn the_shared_library_exports_the_header() {
    assert_eq!(defined(&["-D"], "libescrowdb.so"), declared());
}

#[test]
fn the_static_library_exports_the_header() {
    assert_eq!(defined(&["-g"], "libescrowdb.a"), declared());
}

#[test]
fn the_libraries_are_below_16_mebibytes() {
    if !is_as_shipped() {
        return;
    }
    for library in ["libescrowdb.a", "libescrowdb.so"] {
        let bytes = fs::metadata(prefix().join("lib").join(library)).unwrap().len();
        assert!(bytes < 16 << 20, "{library} has {bytes} bytes");
    }
}

#[test]
fn the_name_of_the_shared_library_follows_the_abi() {
    let path = prefix().join("lib/libescrowdb.so");
    let text = text_of(Command::new("objdump").arg("-p").arg(path));
    let name = text.lines().find_map(|line| line.trim().strip_prefix("SONAME")).map(str::trim);
    let header = header::committed();
    let number = header.lines().find_map(|line| line.strip_prefix("#define ESCROW_ABI_VERSION "));
    assert_eq!(name, number.map(|number| format!("libescrowdb.so.{number}")).as_deref());
}
