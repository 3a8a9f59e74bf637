//! C and C++ programs against the library: the header by itself, use, misuse, threads, forks, a full
//! disk, older structs, wallets, orders, and all examples, plain and under checkers.

use crate::header::here;
use crate::tools::{Link, Program, folder, has, is_as_shipped, prefix, run, skip};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn test_source(name: &str) -> PathBuf {
    here().join(format!("tests/c/{name}.c"))
}

const TESTS: [&str; 17] = [
    "use",
    "misuse",
    "threads",
    "fork",
    "processes",
    "closing",
    "under_way",
    "poison",
    "sizes",
    "persons",
    "staff",
    "wallets",
    "wallet_misuse",
    "wallet_threads",
    "orders",
    "order_misuse",
    "order_threads",
];

/// Those that fork while they have threads.
const FORKING: [&str; 2] = ["fork", "processes"];

fn check(name: &str, standard: &str, link: Link, extra: &[&str], wrapper: &[&str]) {
    let tool = wrapper.first().copied().unwrap_or("plain");
    let how = format!("{name}-{standard}-{link:?}-{tool}-{}", extra.concat()).replace('=', "-");
    let work = folder(&how);
    let program = work.join("program");
    Program { source: &test_source(name), standard, link, extra }.build(&program);
    // A program that hangs is to fail by itself, before whatever waits for all tests loses patience.
    let limit = ["timeout", "--kill-after=10", "300"];
    let limit = if has("timeout") { &limit[..] } else { &[] };
    let words = limit.iter().chain(wrapper).map(Path::new).chain([&*program]);
    let mut words = words.map(Path::to_owned).collect::<Vec<_>>().into_iter();
    let mut command = Command::new(words.next().unwrap());
    let suppressions = here().join("tests/c/tsan.supp");
    command.env("TSAN_OPTIONS", format!("suppressions={}", suppressions.display()));
    run(command.args(words).arg(work.join("store")));
}

#[test]
fn the_header_compiles_by_itself_and_twice() {
    let work = folder("header-alone");
    for header in ["escrowdb.h", "escrowdb.hpp"] {
        let source = format!("#include <{header}>\n#include <{header}>\n");
        for (ending, compiler, standards) in
            [("c", "cc", &["c99", "c11", "c17"][..]), ("cpp", "c++", &["c++17", "c++20"])]
        {
            if header.ends_with("pp") && ending == "c" {
                continue;
            }
            let file = work.join(format!("{header}.{ending}"));
            fs::write(&file, &source).unwrap();
            for standard in standards {
                let mut command = Command::new(compiler);
                command.args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]);
                command.arg(format!("-std={standard}"));
                command.arg(format!("-I{}", here().join("../../include").display()));
                run(command.arg(&file));
            }
        }
    }
}

#[test]
fn programs_run_with_the_shared_library() {
    for name in TESTS {
        check(name, "gnu11", Link::Shared, &[], &[]);
    }
}

#[test]
fn programs_run_with_the_static_library() {
    for name in TESTS {
        check(name, "gnu11", Link::Static, &[], &[]);
    }
}

#[test]
fn misuse_is_clean_under_address_sanitizer() {
    for name in TESTS {
        // With GCC 12 the child of a process with threads may wait for ever for a lock of the address
        // sanitizer's own allocator, which another thread had in the moment of the fork. Valgrind
        // looks at these.
        let extra = match FORKING.contains(&name) {
            true => "-fsanitize=undefined",
            false => "-fsanitize=address,undefined",
        };
        check(name, "gnu11", Link::Shared, &[extra], &[]);
    }
}

/// Runs a program that is told more than where its store is.
fn check_with(name: &str, extra: &[&str], words: &[&Path]) {
    let work = folder(name);
    let program = work.join("program");
    let source = test_source(name);
    Program { source: &source, standard: "gnu11", link: Link::Shared, extra }.build(&program);
    let output = run(Command::new(&program).arg(work.join("store")).args(words).current_dir(&work));
    print!("{}", String::from_utf8_lossy(&output.stdout));
}

/// `FUZZ_SECONDS` makes it longer.
#[test]
fn any_calls_in_any_order_have_a_status() {
    let corpus = here().join("../../tests/fuzz/corpus/calls");
    let seconds = std::env::var("FUZZ_SECONDS").unwrap_or("2".into());
    check_with("calls", &["-fsanitize=address,undefined"], &[&corpus, Path::new(&seconds)]);
}

/// `ROT_STEP=1` flips each byte.
#[test]
fn rot_is_named_across_the_abi() {
    let step = std::env::var("ROT_STEP").unwrap_or("499".into());
    check_with("rot", &[], &[Path::new(&step)]);
}

/// In code that is optimised a little it takes some for a use of what was never written.
#[test]
fn misuse_is_clean_under_valgrind() {
    if !is_as_shipped() || !has("valgrind") {
        return;
    }
    let valgrind = ["valgrind", "-q", "--error-exitcode=9"];
    let leaks = ["--leak-check=full", "--errors-for-leak-kinds=definite"];
    for name in ["misuse", "use", "sizes", "wallet_misuse", "wallets", "order_misuse", "orders"] {
        check(name, "gnu11", Link::Shared, &[], &[&valgrind[..], &leaks].concat());
    }
    // What the threads of the parent had, nobody in a child knows of.
    for name in FORKING {
        check(name, "gnu11", Link::Shared, &[], &valgrind);
    }
}

#[test]
fn threads_are_clean_under_thread_sanitizer() {
    // The sanitizer wants the layout of memory as it was before addresses had more random bits.
    if !has("setarch") {
        return;
    }
    if !Command::new("setarch").args(["-R", "true"]).status().is_ok_and(|status| status.success()) {
        return skip("setarch -R is not allowed here");
    }
    for name in ["threads", "wallet_threads", "order_threads"] {
        check(name, "gnu11", Link::Shared, &["-fsanitize=thread"], &["setarch", "-R"]);
    }
}

#[test]
fn the_program_of_the_comparison_runs() {
    let work = folder("bench-submit");
    let (source, program) = (here().join("benches/submit.c"), work.join("program"));
    Program { source: &source, standard: "c99", link: Link::Shared, extra: &[] }.build(&program);
    let output = run(Command::new(&program).arg(work.join("store")).arg("9000"));
    assert!(String::from_utf8_lossy(&output.stdout).ends_with(" a second\n"));
}

/// The wrapper of C++, and what its types promise.
#[test]
fn the_wrapper_runs() {
    for standard in ["c++17", "c++20"] {
        let work = folder(&format!("wrapper-{standard}"));
        let (source, program) = (here().join("tests/c/wrapper.cpp"), work.join("program"));
        let extra = &["-fsanitize=address,undefined"];
        Program { source: &source, standard, link: Link::Shared, extra }.build(&program);
        run(Command::new(&program).arg(work.join("store")));
    }
}

/// A program with two Rust libraries did not link where this one came first, or crashed on the
/// other's panic: groups of sections whose symbols had been made local stood for those of both.
#[test]
fn the_static_library_stands_beside_another_rust_library() {
    let work = folder("beside");
    let (rust, source) = (here().join("tests/c/beside.rs"), here().join("tests/c/beside.c"));
    let (other, ours) = (work.join("libbeside.a"), prefix().join("lib/libescrowdb.a"));
    let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let mut command = Command::new(rustc);
    command.args(["--edition=2024", "--crate-type=staticlib", "-Copt-level=2", "-o"]);
    run(command.arg(&other).arg(rust));
    for linker in ["bfd", "gold"] {
        if !has(&format!("ld.{linker}")) {
            continue;
        }
        for (order, libraries) in [("first", [&ours, &other]), ("last", [&other, &ours])] {
            let program = work.join(format!("{linker}-{order}"));
            let mut command = Command::new("cc");
            command.args(["-Wall", "-Werror", "-g", "-pthread"]).arg(format!("-fuse-ld={linker}"));
            command.arg(format!("-I{}", prefix().join("include").display())).arg(&source);
            command.args(libraries).args(["-lgcc_s", "-lpthread", "-lm", "-ldl", "-o"]);
            run(command.arg(&program));
            run(Command::new(&program).arg(work.join(format!("store-{linker}-{order}"))));
        }
    }
}

#[test]
fn examples_run() {
    for (name, standard) in [
        ("checkout.c", "c99"),
        ("settlement_worker.c", "c99"),
        ("event_loop.c", "c99"),
        ("wallet.c", "c99"),
        ("checkout.cpp", "c++17"),
    ] {
        for link in [Link::Shared, Link::Static] {
            let work = folder(&format!("example-{name}-{link:?}"));
            let source = here().join("examples").join(name);
            let program = work.join("program");
            Program { source: &source, standard, link, extra: &[] }.build(&program);
            run(Command::new(&program).arg(work.join("store")));
        }
    }
}
