//! What the page of the command and `--help` say is there, and nothing is left out.

use crate::command::escrowdb;
use std::path::Path;

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli/commands.md");
    std::fs::read_to_string(path).expect("the page")
}

/// The names of the commands that `--help` lists.
fn commands(arguments: &[&str]) -> Vec<String> {
    let help = escrowdb(arguments).out;
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    // A name stands two columns in; a description that goes on stands further in.
    let names = list.take_while(|line| !line.is_empty()).filter_map(|line| {
        line.strip_prefix("  ").filter(|rest| !rest.starts_with(' '))?.split(' ').next()
    });
    names.map(str::to_owned).collect()
}

/// Two commands that other pages send their readers to were on no page of the command.
#[test]
fn every_command_is_on_the_page() {
    let page = page();
    let (general, wallets) = page.split_once("## Wallets, for support").expect("both parts");
    let (wallets, orders) = wallets.split_once("## Orders, for staff").expect("a third part");
    for (part, arguments, least) in [
        (general, &["--help"][..], 10),
        (wallets, &["wallet", "--help"], 10),
        (orders, &["order", "--help"], 7),
        (orders, &["order", "policy", "--help"], 3),
    ] {
        let commands = commands(arguments);
        assert!(commands.len() >= least, "{commands:?}");
        for name in commands {
            let quoted = part.split('`').skip(1).step_by(2);
            let mut words = quoted.flat_map(|code| code.split([' ', ',']));
            assert!(words.any(|word| word == name), "{name} of {arguments:?} is not there");
        }
    }
}

/// An exit code that one of two places did not know.
#[test]
fn help_and_page_have_the_same_exit_codes() {
    let help = escrowdb(&["--help"]).out;
    let codes = help.split_once("Exit codes:").expect("codes").1;
    let codes = codes.split_once("Times are").expect("what follows").0;
    let of_help: Vec<_> =
        codes.split(';').filter_map(|code| code.split_whitespace().next()).collect();
    let page = page();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let of_page: Vec<_> = rows.filter(|cell| cell.parse::<u8>().is_ok()).collect();
    assert_eq!(of_help, of_page);
    assert_eq!(of_help.len(), 7);
}
