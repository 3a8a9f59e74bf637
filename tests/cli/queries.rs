//! The commands that read a store, for people and for programs.

use crate::command::{data, escrowdb, folder, settled, within, write};
use serde_json::Value;

#[test]
fn every_query_speaks_to_people_and_to_programs() {
    let (_folder, store) = settled();
    // (arguments, words for people, where in the JSON, what is there)
    let cases: [(&[&str], &str, &str, Value); 16] = [
        (&["accounts"], "The first 100; --limit 0 shows all.", "/more", true.into()),
        (&["accounts", "--limit", "0"], "1,334 accounts", "/more", false.into()),
        (
            &["accounts", "--ledger", "EUR", "--limit", "2"],
            "2 accounts",
            "/accounts/1/ledger",
            "978".into(),
        ),
        (&["holds", "--limit", "0"], "318 holds", "/more", false.into()),
        (
            &["holds", "--phase", "shipped", "--limit", "1"],
            "shipped",
            "/holds/0/phase",
            "shipped".into(),
        ),
        (&["holds", "--disputed"], "0 holds", "/holds", Value::Array(Vec::new())),
        (&["holds", "--attention"], "0 holds", "/holds", Value::Array(Vec::new())),
        (&["holds", "--due-before", "2024-07-15T00:00:00Z"], "53 holds", "/more", false.into()),
        (&["holds", "--account", "seller:amber-loom"], "holds", "/holds/0/currency", "EUR".into()),
        (&["statement", "platform", "--limit", "3"], "Account", "/account/code", "400".into()),
        (
            &["statement", "seller:amber-loom", "--newest"],
            "4,015.46",
            "/account/balances/net",
            "4015.46".into(),
        ),
        (
            &["trial-balance", "978"],
            "debits equal credits",
            "/trial_balances/0/is_balanced",
            true.into(),
        ),
        (
            &["trial-balance", "--at", "2024-06-01T00:00:00Z"],
            "debits equal credits",
            "/trial_balances/0/is_balanced",
            true.into(),
        ),
        (
            &["trial-balance", "--at", "2020-01-01T00:00:00Z"],
            "had no such ledgers then",
            "/trial_balances",
            Value::Array(Vec::new()),
        ),
        (&["stats"], "last timestamp", "/ledgers/0/code", "EUR".into()),
        (&["verify"], "no fault", "/fault", Value::Null),
    ];
    for (arguments, words, place, value) in cases {
        let mut arguments = arguments.to_vec();
        arguments.insert(1, &store);
        let said = escrowdb(&arguments);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{arguments:?}: {said:?}");
        assert!(said.out.contains(words), "{arguments:?}: no {words:?} in {}", said.out);
        arguments.push("--json");
        let json = escrowdb(&arguments).json();
        assert_eq!(json.pointer(place), Some(&value), "{arguments:?}");
    }
}

/// At its end a period has what the store shows now; before, what the statement of an account says.
#[test]
fn trial_balances_of_the_past_add_up() {
    let (_folder, store) = settled();
    let trial = |more: &[&str]| {
        let mut arguments = vec!["trial-balance", &store, "978", "--json"];
        arguments.extend(more);
        escrowdb(&arguments).json()["trial_balances"].clone()
    };
    assert_eq!(trial(&["--at", "2030-01-01T00:00:00Z"]), trial(&[]));

    let arguments = ["statement", &store, "platform", "--json", "--limit", "0"];
    let lines = escrowdb(&arguments).json()["lines"].as_array().expect("lines").clone();
    let middle = &lines[lines.len() / 2];
    let at = middle["timestamp"].as_str().expect("a time");
    let of_platform = |trials: &Value| {
        let rows = trials[0]["rows"].as_array().expect("rows").clone();
        rows.into_iter().find(|row| row["code"] == "400").expect("the platform has a row")
    };
    let row = of_platform(&trial(&["--at", at]));
    assert_eq!(row["balances"]["net"], middle["balances"]["net"], "{row}\n{middle}");
}

#[test]
fn statements_add_up_and_can_be_cut() {
    let (_folder, store) = settled();
    let statement = |more: &[&str]| {
        let mut arguments =
            vec!["statement", &store, "seller:amber-loom", "--json", "--limit", "0"];
        arguments.extend(more);
        escrowdb(&arguments).json()["lines"].as_array().expect("lines").clone()
    };
    let all = statement(&[]);
    assert_eq!(all.len(), 90);
    let newest = statement(&["--newest"]);
    assert_eq!(newest.iter().rev().cloned().collect::<Vec<_>>(), all);
    let before = statement(&["--to", "2024-03-31T23:59:59Z"]);
    let after = statement(&["--from", "2024-04-01T00:00:00Z"]);
    assert!(!before.is_empty() && !after.is_empty());
    assert_eq!([before, after].concat(), all);
}

#[test]
fn events_are_lines_and_can_be_taken_up() {
    let (_folder, store) = settled();
    let events = |more: &[&str]| {
        let mut arguments = vec!["events", &store, "--json"];
        arguments.extend(more);
        escrowdb(&arguments).lines()
    };
    let all = events(&[]);
    let first = events(&["--limit", "1000"]);
    let last = first.last().and_then(|event| event["timestamp"].as_str()).expect("a time");
    let rest = events(&["--after", last]);
    assert_eq!([first, rest].concat(), all);
    let expired = all.iter().filter(|event| event["operation"]["kind"] == "expire");
    assert_eq!(expired.count(), 416);
    let said = escrowdb(&["events", &store, "--limit", "2"]);
    assert!(said.out.starts_with("2024-01-02 "), "{said:?}");
    assert_eq!(said.out.lines().count(), 2);
}

#[test]
fn reading_changes_nothing() {
    let (_folder, store) = settled();
    let last = |store: &str| {
        let stats = escrowdb(&["stats", store, "--json"]).json()["stats"].clone();
        (stats["last_block"].clone(), stats["chain_hash"].clone())
    };
    let before = last(&store);
    for command in ["accounts", "holds", "trial-balance", "events", "verify"] {
        assert_eq!(escrowdb(&[command, &store]).code, 0);
    }
    // Deadlines of 2024 have long come by the system's clock.
    assert_eq!(last(&store), before);
}

/// A store whose last event was long ago takes no write by the system clock, which may be wrong;
/// whoever knows the time says so, and is refused where the clock does not agree.
#[test]
fn the_time_is_confirmed_by_somebody_who_knows_it() {
    let (_folder, store) = settled();
    let now = jiff::Timestamp::now();
    let wrong = (now - jiff::SignedDuration::from_hours(48)).to_string();
    escrowdb(&["confirm-clock", &store, &wrong]).complains(2, "more than an hour");
    let said = escrowdb(&["confirm-clock", &store, &now.to_string(), "--json"]).json();
    assert!(said["confirmed"].as_str().is_some_and(|time| time.starts_with("20")), "{said}");
    assert!(said["last_event"].as_str().is_some_and(|time| time.starts_with("2024")), "{said}");
}

#[test]
fn two_ledgers_in_one_currency_are_told_apart() {
    let folder = folder();
    let path = within(&folder, "shop.escrow");
    let store = escrowdb::Store::open(&path, escrowdb::Options::new()).expect("a store");
    let ledger = escrowdb::money::iso_ledger(1, "EUR").expect("a ledger");
    store.create_ledgers(&[ledger]).expect("outcomes");
    store.close().expect("the end");
    assert_eq!(escrowdb(&["settle", &data("orders.csv"), "--store", &path]).code, 0);

    let refused = escrowdb(&["statement", &path, "seller:amber-loom@EUR"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("EUR has several ledgers"), "{refused:?}");
    for arguments in [["trial-balance", &path, "EUR"], ["accounts", &path, "--ledger=EUR"]] {
        let refused = escrowdb(&arguments);
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.err.contains("EUR (978)"), "{refused:?}");
    }
    let found = escrowdb(&["statement", &path, "seller:amber-loom@978"]);
    assert!(found.out.contains("3,762.19"), "{found:?}");
    assert!(found.out.contains("counts from (UTC)"), "late rows say from when they count");
    let both = escrowdb(&["trial-balance", &path]);
    assert!(both.out.contains("Ledger 1\n") && both.out.contains("Ledger 978\n"), "{both:?}");
}

/// Who is who stands in a file; what has no name there is shown by its id.
#[test]
fn tables_have_the_names_and_the_columns_that_are_asked_for() {
    let (folder, store) = settled();
    let names = "account,name\ncode:300,Sellers\nseller:amber-loom,Amber Loom\n";
    let names = write(&folder, "names.csv", names);
    let table = |arguments: &[&str]| {
        let said = escrowdb(&[arguments, &["--names", &names]].concat());
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{arguments:?}");
        said.out
    };
    let accounts =
        table(&["accounts", &store, "--limit", "0", "--columns", "code,account,balance"]);
    let mut lines = accounts.lines().skip(1);
    let heading: Vec<_> = lines.next().expect("a heading").split_whitespace().collect();
    assert_eq!(heading, ["code", "account", "balance"]);
    let of_amber = accounts.lines().find(|line| line.contains("Amber Loom")).expect("Amber Loom");
    assert_eq!(of_amber.split_whitespace().next(), Some("Sellers"));
    assert!(accounts.lines().any(|line| line.trim_start().starts_with("200 ")), "no name");

    let statement = table(&["statement", &store, "seller:amber-loom", "--columns", "balance,what"]);
    assert!(statement.starts_with("Account Amber Loom in "), "{statement}");
    let second = statement.lines().nth(1).expect("a heading");
    assert_eq!(second.split_whitespace().collect::<Vec<_>>(), ["balance", "what"]);
    let holds = table(&["holds", &store, "--columns", "payee,deadline", "--limit", "3"]);
    let second = holds.lines().nth(1).expect("a heading");
    assert_eq!(second.split_whitespace().collect::<Vec<_>>(), ["payee", "deadline", "(UTC)"]);
    assert!(table(&["trial-balance", &store]).contains("\n Sellers"), "a code has its name");

    let wrong = ["accounts", &store, "--columns", "account,colour"];
    escrowdb(&wrong).complains(2, "no column \"colour\": there are account, code, ledger");
    for arguments in [["--names", &names], ["--columns", "account"]] {
        let both = [&["accounts", &store, "--json"], &arguments[..]].concat();
        escrowdb(&both).complains(2, "cannot be used with");
    }
}
