//! What the page and the header show as code is compiled and run.

use crate::header::{self, here};
use crate::tools::{Link, Program, folder, prefix, run};
use std::fs;
use std::process::Command;

fn check(name: &str, code: &str, standard: &str) {
    let work = folder(name);
    let source = work.join(if standard.contains("++") { "shown.cpp" } else { "shown.c" });
    fs::write(&source, code).unwrap();
    let program = work.join("program");
    Program { source: &source, standard, link: Link::Shared, extra: &[] }.build(&program);
    run(Command::new(&program).current_dir(&work));
}

#[test]
fn the_program_in_the_header_runs() {
    let header = header::committed();
    let (before, _) = header.split_once(" * CONVENTIONS").expect("the header has conventions");
    let lines = before
        .lines()
        .filter_map(|line| line.strip_prefix(" *     ").or_else(|| (line == " *").then_some("")));
    let code: Vec<_> = lines.collect();
    let code = code.join("\n");
    assert!(code.contains("int main("), "the header shows a program");
    check("header-program", &code, "c99");
}

#[test]
fn the_programs_of_the_page_run() {
    let page = fs::read_to_string(here().join("README.md")).unwrap();
    let mut count = 0;
    for block in page.split("\n```").skip(1).step_by(2) {
        let (language, code) = block.split_once('\n').unwrap_or_default();
        let name = format!("page-program-{count}");
        match language {
            "c" => check(&name, code, "c99"),
            "cpp" => check(&name, code, "c++17"),
            "sh" => {
                let work = folder(&name);
                fs::write(
                    work.join("shop.c"),
                    "#include <escrowdb.h>\nint main(void) { return escrow_abi_version() != 1; }\n",
                )
                .unwrap();
                let code = code.replace("bindings/c/install.sh --prefix /usr/local", "true");
                let mut shell = Command::new("sh");
                shell.args(["-euc", &code]).current_dir(&work);
                shell.env("PKG_CONFIG_PATH", prefix().join("lib/pkgconfig"));
                run(shell.env("LD_LIBRARY_PATH", prefix().join("lib")));
            }
            other => panic!("{other} is not compiled here"),
        }
        count += 1;
    }
    assert!(count >= 3, "the page shows C, C++ and how to build them");
}
