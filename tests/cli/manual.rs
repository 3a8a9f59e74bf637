//! What comes with the command: completions and pages of the manual. And what the command says to
//! who misspells it.

use crate::command::*;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

/// Whether a program that is on this machine takes a text without complaint; `None` if it is not.
fn takes(program: &str, arguments: &[&str], text: &str) -> Option<bool> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    child.stdin.take().expect("its input").write_all(text.as_bytes()).expect("it reads");
    let ended = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&ended.stderr);
    println!("{program}: {said}");
    Some(ended.status.success() && said.trim().is_empty())
}

#[test]
fn completions_know_every_command() {
    for (shell, program) in
        [("bash", Some("bash")), ("zsh", None), ("fish", None), ("elvish", None)]
    {
        let said = escrowdb(&["completions", shell]);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        for word in ["trial-balance", "confirm-clock", "commission", "hledger"] {
            assert!(said.out.contains(word), "{shell}: {word}");
        }
        let is_taken = program.and_then(|program| takes(program, &["-n"], &said.out));
        assert_ne!(is_taken, Some(false), "{shell}");
    }
    escrowdb(&["completions", "tcsh"]).complains(2, "invalid value 'tcsh'");
}

#[test]
fn each_command_has_a_page_in_the_manual() {
    let folder = folder();
    let pages = within(&folder, "share/man/man1");
    assert_eq!(escrowdb(&["man", "--out", &pages]).code, 0);
    let commands = escrowdb(&["--help"]).out;
    let commands = commands.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands: Vec<_> = commands
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty())
        .collect();
    assert!(commands.len() > 20, "{commands:?}");
    for command in commands {
        let page = fs::read_to_string(format!("{pages}/escrowdb-{command}.1")).expect(command);
        assert!(page.contains(".TH"), "{command}");
        let is_taken = takes("groff", &["-Kutf8", "-man", "-Tutf8", "-ww", "-z"], &page);
        assert_ne!(is_taken, Some(false), "{command}");
    }
    let page = fs::read_to_string(format!("{pages}/escrowdb.1")).expect("the first page");
    assert!(page.contains("Exit codes: 0 done"), "{page}");
    // Again, over the former ones.
    assert_eq!(escrowdb(&["man", "--out", &pages]).code, 0);

    let (folder, store) = settled();
    escrowdb(&["man", "--out", &store]).complains(2, "is in an escrow store");
    let file = write(&folder, "file", "");
    escrowdb(&["man", "--out", &file]).complains(1, "cannot write into");
}

#[test]
fn a_misspelt_word_is_answered_with_the_right_one() {
    escrowdb(&["setle", "x.csv"]).complains(2, "exist: 'restore', 'serve', 'settle')");
    escrowdb(&["stats", "--jsn", "x"]).complains(2, "(a similar argument exists: '--json')");
    let wrong = ["export", "x", "--format", "hledge"];
    escrowdb(&wrong).complains(2, "(a similar value exists: 'hledger')");
}
