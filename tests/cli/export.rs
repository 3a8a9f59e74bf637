//! What the programs say for which the books are exported.
//!
//! A program that is missing is named in a line `skipped: …`; with `CI` set that is a failure.

use crate::command::{escrowdb, folder, settled, within, write};
use escrowdb::{
    Account, AccountFlags, Amount, AtDeadline, ClockSource, Id, Ledger, LedgerCode, Operation,
    OperationFlags, Options, Status, Store, Timestamp,
};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::process::{Command, Output};
use tempfile::TempDir;

/// What a program says; `None` if it is not there.
pub(crate) fn ask(program: &str, package: &str, arguments: &[&str]) -> Option<Output> {
    // Not by the standard output of the test, of which nobody sees what has passed.
    match Command::new(program).args(arguments).env("LC_ALL", "C.UTF-8").output() {
        Ok(output) => Some(output),
        Err(_) => {
            assert!(std::env::var_os("CI").is_none(), "{program} cannot be had");
            let line = format!("skipped: what {program} says (Debian: {package})\n");
            drop(std::io::stderr().write_all(line.as_bytes()));
            None
        }
    }
}

/// Exports into a new file, and gives its path.
fn export(folder: &TempDir, store: &str, format: &str, more: &[&str]) -> String {
    let file = within(folder, &format!("books.{format}"));
    let arguments = [&["export", store, "--format", format, "--out", &file], more].concat();
    let said = escrowdb(&arguments);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    assert!(said.out.contains("of 1,334 accounts"), "{said:?}");
    file
}

/// Another digit.
fn other(digit: &str) -> &str {
    if digit == "1" { "2" } else { "1" }
}

/// That the program takes the books, and that it would not take others: with a few cents more.
fn is_checked(program: &str, package: &str, arguments: &[&str], file: &str) -> bool {
    let check = |file: &str| ask(program, package, &[arguments, &[file]].concat());
    let Some(sound) = check(file) else { return false };
    assert!(sound.status.success() && sound.stderr.is_empty(), "{program}: {sound:?}");
    let text = fs::read_to_string(file).expect("the books");
    let (before, assertions) = text.rsplit_once("\n\n").expect("assertions at the end");
    let is_platform = |line: &&str| line.contains("Code-400") && !line.contains("Pending");
    let line = assertions.lines().find(is_platform).expect("the platform");
    // The last amount; beancount has how exact it is behind it.
    let (amount, rest) = line.split_once(" ~ ").or(line.rsplit_once(" EUR")).expect("an amount");
    let (amount, last) = amount.split_at(amount.len() - 1);
    let wrong = line.replace(&format!("{amount}{last}"), &format!("{amount}{}", other(last)));
    assert!(wrong != line && wrong.ends_with(rest), "{wrong}");
    let wrong = format!("{before}\n\n{}", assertions.replace(line, &wrong));
    let changed = format!("{file}.wrong");
    fs::write(&changed, wrong).expect("a file");
    let refused = check(&changed).expect("it was there");
    assert!(!refused.status.success(), "{program} took {line}, changed");
    true
}

/// So many cents.
pub(crate) fn cents(text: &str) -> i64 {
    let digits = text.trim().trim_end_matches(" EUR");
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    format!("{whole}{decimals:0<2}").parse().unwrap_or_else(|_| panic!("{text} is no amount"))
}

/// What each code comes to with what is in escrow, by the store's own trial balance; debits are
/// positive.
fn expected(store: &str) -> BTreeMap<String, i64> {
    let trial = escrowdb(&["trial-balance", store, "--json"]).json();
    let rows = trial["trial_balances"][0]["rows"].as_array().expect("rows").clone();
    let row = |row: &serde_json::Value| {
        let amount = |name: &str| cents(row["balances"][name].as_str().expect("text"));
        let total = amount("debits_pending") - amount("credits_pending") - amount("net");
        (row["code"].as_str().expect("a code").to_owned(), total)
    };
    rows.iter().map(row).collect()
}

/// What a program says of all accounts, an account and an amount a line, added up by code.
fn by_code(said: &Output, separator: &str) -> BTreeMap<String, i64> {
    let text = String::from_utf8_lossy(&said.stdout);
    let mut sums = BTreeMap::new();
    for line in text.lines() {
        let Some((account, amount)) = line.split_once(separator) else { continue };
        let Some((_, code)) = account.split_once("Code-") else { continue };
        let code = code.split(':').next().expect("a code");
        *sums.entry(code.to_owned()).or_default() += cents(amount.trim_end_matches('"'));
    }
    sums
}

#[test]
fn hledger_adds_up_what_the_store_has() {
    let (folder, store) = settled();
    let file = export(&folder, &store, "hledger", &[]);
    if !is_checked("hledger", "hledger", &["check", "-f"], &file) {
        return;
    }
    let arguments = ["-f", &file, "balance", "--flat", "-N", "-O", "csv"];
    let said = ask("hledger", "hledger", &arguments).expect("it was there");
    assert_eq!(by_code(&said, "\",\""), expected(&store));
}

#[test]
fn ledger_adds_up_what_the_store_has() {
    let (folder, store) = settled();
    let file = export(&folder, &store, "ledger", &[]);
    if !is_checked("ledger", "ledger", &["balance", "--strict", "-f"], &file) {
        return;
    }
    let format = "%(account)\t%(quantity(scrub(amount)))\n";
    let arguments =
        ["-f", &file, "balance", "--flat", "--empty", "--no-total", "--balance-format", format];
    let said = ask("ledger", "ledger", &arguments).expect("it was there");
    assert_eq!(by_code(&said, "\t"), expected(&store));
}

#[test]
fn beancount_finds_the_balances_that_the_store_has() {
    let (folder, store) = settled();
    let file = export(&folder, &store, "beancount", &[]);
    is_checked("bean-check", "beancount", &[], &file);
}

/// Names stand for ids where a file gives them; one that two accounts would have is refused.
#[test]
fn accounts_are_called_by_their_names() {
    let (folder, store) = settled();
    let named = |lines: &str| write(&folder, "names.csv", format!("account,name\n{lines}"));
    let names =
        named("code:300,Sellers\ncode:400,Income:Commission\nseller:amber-loom,Amber (Loom)\n");
    let file = export(&folder, &store, "hledger", &["--names", &names]);
    let text = fs::read_to_string(&file).expect("the books");
    assert!(text.contains("\naccount Liabilities:Sellers:Amber -Loom\n"));
    if let Some(said) = ask("hledger", "hledger", &["-f", &file, "incomestatement", "-Ocsv"]) {
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(said.contains("10893.12 EUR"), "{said}");
    }

    let with = |lines: &str, format: &str| {
        escrowdb(&["export", &store, "--format", format, "--names", &named(lines)])
    };
    for (lines, why) in [
        ("seller:amber-loom,Same\nseller:dusky-lantern,Same\n", "reads the same"),
        ("platform,Income:Commission\n", "the parts of a path are of its code"),
        ("platform,💰\n", "the program cannot write any of it"),
        ("platform,Pending\n", "that is what is in escrow"),
        ("code:400,Revenue:Commission\n", "begins with Assets, Liabilities"),
        ("code:400,income\n", "begins with Assets, Liabilities"),
        ("code:400,Income\n", "begins with Assets, Liabilities"),
        ("code:400,Income:Pending\n", "Pending is what is in escrow"),
        ("code:400,Income:\n", "a part of it is empty"),
        ("code:400,Code-300\n", "that is another code"),
        ("code:300,Income:Same\ncode:400,Income:Same\n", "another code reads the same"),
    ] {
        for format in ["hledger", "ledger", "beancount"] {
            with(lines, format).complains(2, why);
        }
    }
    // Beancount begins each part with a capital.
    assert_eq!(with("code:400,income:Commission\n", "beancount").code, 0);
    with("code:400,income:Commission\n", "hledger").complains(2, "begins with Assets");
    let by_case = "seller:amber-loom,Same\nseller:dusky-lantern,same\n";
    assert_eq!(with(by_case, "hledger").code, 0);
    with(by_case, "beancount").complains(2, "reads the same");
    // A file may be kept for several stores.
    let said = with("123456789,Nobody\nseller:nobody,Nobody\ncode:401,Nothing\n", "ledger");
    assert!(said.out.contains("; 3 names are of accounts or codes that the store does not have."));
    let headless = write(&folder, "headless.csv", "seller:amber-loom,Amber\n");
    let arguments = ["export", &store, "--format", "ledger", "--names", &headless];
    escrowdb(&arguments).complains(2, "the first line of a file of names is: account,name");
}

/// An export appears whole, for those who may use the store, and replaces nothing; without a file
/// it goes to whoever reads.
#[test]
fn an_export_replaces_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, store) = settled();
    let file = export(&folder, &store, "hledger", &[]);
    let mode = fs::metadata(&file).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let arguments = ["export", &store, "--format", "hledger", "--out", &file];
    escrowdb(&arguments).complains(2, "is there already");
    let piped = escrowdb(&["export", &store, "--format", "hledger"]);
    assert_eq!(piped.out, fs::read_to_string(&file).expect("the books"));
    for place in ["books", "journal/00000000000000000099.seg"] {
        let within_store = format!("{store}/{place}");
        let arguments = ["export", &store, "--format", "hledger", "--out", &within_store];
        escrowdb(&arguments).complains(2, "is in an escrow store");
        assert!(!std::path::Path::new(&within_store).exists());
    }
    let nowhere = within(&folder, "no/such/folder/books");
    escrowdb(&["export", &store, "--format", "hledger", "--out", &nowhere]).complains(1, "no/such");
    let empty = within(&folder, "empty");
    drop(Store::open(&empty, Options::new()).expect("a store"));
    assert_eq!(escrowdb(&["export", &empty, "--format", "ledger"]).code, 0);
}

/// Two ledgers of one currency with other scales, one without decimals and one with many, codes
/// that are no plain words; each kind of operation that moves money, and value dates.
#[test]
fn every_movement_in_every_currency_is_understood() {
    let folder = folder();
    let path = within(&folder, "s");
    let options = Options::new().clock(ClockSource::Manual);
    let store = Store::open(&path, options).expect("a store");
    let mut number = 1_000_u128;
    let mut next = || {
        number += 1;
        Id::from_u128(number)
    };
    let [start, later] = [1_800_000_000, 1_800_200_000];
    let second = |seconds| Timestamp::from_seconds(seconds).expect("a time");
    store.advance(second(start)).expect("the time");
    let ledgers = [(1, "EUR", 2), (2, "EUR", 4), (3, "JPY", 0), (4, "A-B_9", 12), (5, "9", 3)];
    for (ledger, code, scale) in ledgers {
        let code = LedgerCode::new(code).expect("a code");
        store.create_ledgers(&[Ledger::new(ledger, code, scale)]).expect("outcomes");
        let [bank, anna, bob, carol, fees] = [(); 5].map(|()| next());
        let account = |id, flags| Account::new(id, ledger, 7, flags);
        let parties = [anna, bob, carol, fees].map(|id| account(id, AccountFlags::NONE));
        store.create_accounts(&[account(bank, AccountFlags::EXTERNAL)]).expect("outcomes");
        store.create_accounts(&parties).expect("outcomes");
        let amount = |units: u64| Amount::from(units);
        let hold = |id| Operation {
            fee_account: fees,
            fee_ppm: 33_333,
            ..Operation::hold(id, anna, bob, ledger, amount(1_001))
        };
        let [paid, open, settled, split, ends, claimed] = [(); 6].map(|()| next());
        let [part, release, to_carol] = [(); 3].map(|()| next());
        let claim = Operation::dispute(next(), claimed).claiming(amount(300));
        let operations = [
            Operation::transfer(paid, bank, anna, ledger, amount(9_007_199_254_740_993)),
            Operation::reverse(next(), paid, amount(7)),
            Operation::transfer(next(), anna, carol, ledger, amount(5))
                .valued(second(start - 9_999_999)),
            hold(open),
            Operation::top_up(next(), open, amount(9)),
            Operation::divide(part, open, amount(400)),
            hold(settled),
            Operation::release(release, settled, amount(500)),
            Operation::refund(next(), settled, amount(100)),
            Operation::release_rest(next(), settled),
            Operation::reverse(next(), settled, amount(50)),
            hold(split),
            Operation {
                credit_account: carol,
                ..Operation::release(to_carol, split, amount(100))
                    .with_flags(OperationFlags::NO_FEE)
            },
            Operation::reverse(next(), to_carol, amount(10)),
            hold(ends).with_deadline(1_000, AtDeadline::RELEASE),
            hold(claimed),
            claim.with_deadline(1_000, AtDeadline::CLAIM),
        ];
        for (place, operation) in operations.into_iter().enumerate() {
            let status = store.submit(&[operation]).expect("outcomes")[0].status;
            assert_eq!(status, Status::APPLIED, "{place}");
        }
    }
    store.advance(second(later)).expect("the time");
    store.close().expect("the end");

    let written = |format: &str| escrowdb(&["export", &path, "--format", format]);
    for (program, package, arguments) in [
        ("hledger", "hledger", &["check", "--strict", "-f"][..]),
        ("ledger", "ledger", &["balance", "--strict", "-f"][..]),
    ] {
        let said = written(program);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
        let [open, done] = [" ! ", " * "].map(|mark| said.out.matches(mark).count());
        assert!(open > 0 && done > open, "{open} of {done}");
        let file = write(&folder, program, &*said.out);
        let Some(judged) = ask(program, package, &[arguments, &[&file]].concat()) else { continue };
        assert!(judged.status.success() && judged.stderr.is_empty(), "{judged:?}");
    }
    written("beancount").complains(2, "beancount has no currency 9");
}
