//! The layout of everything, as Rust lays it out, against the header, as a C compiler reads it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write;
use std::fs;
use std::process::Command;

const HEADER: &str = include_str!("../../../include/escrowdb.h");

// Calls a macro with all structs, where they are, and their fields.
include!("../abi/structs.rs");

/// Asserts about size, alignment and offsets, in C, of a struct with these fields in Rust.
macro_rules! layout {
    ($code:ident, $($rust:ty as $c:ident { $($field:ident),* $(,)? })*) => {
        $(
            let (size, align) = (size_of::<$rust>(), align_of::<$rust>());
            assert_that(&mut $code, concat!("sizeof(", stringify!($c), ")"), size);
            assert_that(&mut $code, concat!("_Alignof(", stringify!($c), ")"), align);
            $(
                let place = concat!("offsetof(", stringify!($c), ", ", stringify!($field), ")");
                assert_that(&mut $code, place, std::mem::offset_of!($rust, $field));
            )*
            assert_complete(stringify!($c), &[$(stringify!($field)),*]);
        )*
        assert_eq!([$(stringify!($c)),*].len(), HEADER.matches("\ntypedef struct ").count() - HANDLES);
    };
}

/// Structs without contents.
const HANDLES: usize = 7;

fn assert_that(code: &mut String, what: &str, value: usize) {
    writeln!(code, "_Static_assert({what} == {value}, \"{what} is {value}\");").unwrap();
}

/// The header declares as many fields as were compared.
fn assert_complete(name: &str, fields: &[&str]) {
    let start = format!("\ntypedef struct {name} {{\n");
    let body = HEADER.split_once(&start).and_then(|(_, rest)| rest.split_once("\n} "));
    let (body, _) = body.unwrap_or_else(|| panic!("{name} is not in the header"));
    let is_field = |line: &&str| line.ends_with(';') && !line.trim_start().starts_with('*');
    assert_eq!(body.lines().filter(is_field).count(), fields.len(), "fields of {name}");
}

#[test]
fn layouts_and_values_agree_with_c() {
    let mut code = String::from("#include <stdalign.h>\n#include \"escrowdb.h\"\n");
    structs! { layout, code }
    for status in escrow::Status::ALL {
        let name = format!("ESCROW_OUTCOME_{}", status.name().to_uppercase());
        assert_that(&mut code, &name, status.number() as usize);
    }
    for status in escrow::wallet::WalletStatus::ALL {
        let name = format!("ESCROW_WALLET_{}", status.name().to_uppercase());
        assert_that(&mut code, &name, status.number() as usize);
    }
    for status in escrow::order::OrderStatus::ALL {
        let name = format!("ESCROW_ORDER_{}", status.name().to_uppercase());
        assert_that(&mut code, &name, status.number() as usize);
    }
    for kind in escrow::Kind::ALL {
        let name = format!("ESCROW_KIND_{}", kind.name().to_uppercase());
        assert_that(&mut code, &name, kind.number().into());
    }
    for (status, name) in crate::status::NAMES {
        let name = format!("ESCROW_{}", name.to_str().unwrap().to_uppercase());
        assert_that(&mut code, &name, status as usize);
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("layout.c");
    fs::write(&file, code).unwrap();
    let mut compiler = Command::new("cc");
    compiler.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]);
    let include = concat!("-I", env!("CARGO_MANIFEST_DIR"), "/../../include");
    let output = compiler.arg(include).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
