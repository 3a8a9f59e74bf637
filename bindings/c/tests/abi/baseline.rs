//! The ABI against its baseline: nothing that was released changes within one number.
//!
//! `escrowdb.symbols` and `escrowdb.layout` are compared everywhere; `abidiff` compares the types as
//! compilers see them, with the header as it was.

use crate::header::{self, here};
use crate::tools::{Link, Program, folder, has, prefix, run};
use std::fs;
use std::process::Command;

fn compare(name: &str, now: &str) {
    let path = here().join("abi").join(name);
    if std::env::var_os("ESCROWDB_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, now).unwrap();
    }
    let then = fs::read_to_string(&path).expect("the baseline is committed");
    let lost = then.lines().find(|line| !now.lines().any(|found| found == *line));
    assert_eq!(
        lost, None,
        "{name} has lost a line: a new ESCROW_ABI_VERSION is due, or if nothing was released yet, \
         ESCROWDB_BLESS=1 writes the baseline anew"
    );
    let added = now.lines().find(|line| !then.lines().any(|found| found == *line));
    assert_eq!(added, None, "{name} is to be written anew with ESCROWDB_BLESS=1");
}

#[test]
fn functions_and_constants_are_those_of_the_baseline() {
    let header = header::committed();
    let mut lines: Vec<_> = header.lines().filter(|line| is_constant(line)).collect();
    let functions = header::functions(&header);
    lines.extend(functions.iter().map(|(name, _)| &**name));
    lines.sort_unstable();
    compare("escrowdb.symbols", &(lines.join("\n") + "\n"));
}

/// Versions, which change, and initial values, which grow, are none.
fn is_constant(line: &str) -> bool {
    line.starts_with("#define ESCROW_")
        && (!line.starts_with("#define ESCROW_VERSION") || line.contains("_MISMATCH "))
        && !line.contains("_INIT ")
}

/// Prints offset, size and name of every field. The structs that carry their size may grow at the
/// end, so that their own size is not part of the baseline.
#[test]
fn layouts_are_those_of_the_baseline() {
    let mut code = "#include <escrowdb.h>\n#include <stdio.h>\nint main(void) {\n".to_owned();
    for (name, fields) in header::structs(&header::committed()) {
        if fields[0] != "struct_size" {
            code += &format!("printf(\"{name} %zu\\n\", sizeof({name}));\n");
        }
        for field in fields {
            code += &format!(
                "printf(\"{name}.{field} %zu %zu\\n\", offsetof({name}, {field}), \
                 sizeof((({name} *)0)->{field}));\n"
            );
        }
    }
    let work = folder("layout");
    let source = work.join("layout.c");
    fs::write(&source, code + "return 0;\n}\n").unwrap();
    let program = work.join("program");
    Program { source: &source, standard: "c11", link: Link::Shared, extra: &[] }.build(&program);
    let now = String::from_utf8(run(&mut Command::new(program)).stdout).unwrap();
    compare("escrowdb.layout", &now);
}

/// `abidiff` compares libraries with the types of their debugging information. The library itself is
/// shipped without, so a C shim that takes the address of every function stands for it.
#[test]
fn abidiff_finds_nothing_incompatible() {
    if !has("abidw") || !has("abidiff") {
        return;
    }
    let work = folder("abidiff");
    let shim = work.join("shim.so");
    let mut code = "#include <escrowdb.h>\n".to_owned();
    for prototype in header::prototypes(&header::committed()) {
        code += &as_definition(&prototype);
    }
    let source = work.join("shim.c");
    fs::write(&source, code).unwrap();
    let include = format!("-I{}", prefix().join("include").display());
    // The baseline is the same wherever it was written.
    let anywhere = format!("-ffile-prefix-map={}=.", work.display());
    run(Command::new("cc")
        .args(["-shared", "-fPIC", "-g", "-w", &include, &anywhere])
        .arg(&source)
        .arg("-o")
        .arg(&shim));
    let baseline = here().join("abi/escrowdb.abi");
    let mut dump = Command::new("abidw");
    dump.args(["--no-corpus-path", "--no-comp-dir-path", "--no-show-locs"]).arg(&shim);
    if std::env::var_os("ESCROWDB_BLESS").is_some() {
        run(dump.arg("--out-file").arg(&baseline));
    }
    run(Command::new("abidiff").args(["--no-added-syms"]).arg(&baseline).arg(&shim));
}

/// A function of the same type that does nothing.
fn as_definition(prototype: &str) -> String {
    let body = if prototype.starts_with("void ") { "{}" } else { "{ return 0; }" };
    format!("{} {body}\n", prototype.trim_end_matches(';'))
}
