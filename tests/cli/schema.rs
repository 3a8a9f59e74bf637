//! The schemas of what the command writes with `--json`. Every document that a test reads is held
//! against its schema; here each command is run that the tests of stores can run.

use crate::command::{data, escrowdb, folder, schema_name, schema_names, within};
use std::collections::BTreeSet;

#[test]
fn every_command_on_a_store_writes_what_its_schema_says() {
    let folder = folder();
    let [store, empty, backup, restored, archive] =
        ["s", "e", "b", "r", "a"].map(|name| within(&folder, name));
    let yen = data("yen.csv");
    let dir = within(&folder, "");
    drop(escrowdb::Store::open(&empty, escrowdb::Options::new()).expect("a store"));
    let mut seen = BTreeSet::new();
    let now = jiff::Timestamp::now().to_string();
    let follow = || escrowdb(&["events", &store, "--consumer", "mailer", "--limit", "1"]);
    for arguments in [
        &["settle", &yen, "--store", &store][..],
        &["settle", &yen, "--store", &store, "--dry-run"],
        &["bench", "--dir", &dir, "--operations", "100"],
        &["accounts", &store],
        &["accounts", &empty],
        &["holds", &store],
        &["holds", &empty],
        &["statement", &store, "platform"],
        &["trial-balance", &store],
        &["trial-balance", &empty],
        &["events", &store],
        &["events", &empty],
        &["consumers", &store],
        &["consumers", &empty],
        &["remove-consumer", &store, "mailer"],
        &["stats", &store],
        &["stats", &empty],
        &["status", &store],
        &["status", &empty],
        &["head", &store],
        &["head", &empty],
        &["verify", &store],
        &["verify", &empty],
        &["backup", &store, &backup],
        &["restore", &backup, &restored],
        &["archive", &store, &archive, "--keep-days", "1"],
        &["recover", &store],
        &["confirm-clock", &store, &now],
    ] {
        if arguments[0] == "remove-consumer" {
            assert_eq!(follow().code, 0);
        }
        let said = escrowdb(&[arguments, &["--json"]].concat());
        if arguments[0] == "events" {
            drop(said.lines())
        } else {
            drop(said.json())
        }
        seen.insert(schema_name(&said.arguments));
    }
    let of_houses = ["order ", "wallet "];
    let is_of_store = |name: &String| !of_houses.iter().any(|house| name.starts_with(house));
    let of_stores = schema_names().into_iter().filter(is_of_store);
    assert_eq!(seen, of_stores.collect());
    escrowdb(&["schema", "demo"]).complains(2, "no command \"demo\" has --json");
}

/// Nothing is an empty list and no failure.
#[test]
fn an_empty_result_is_an_empty_list() {
    let folder = folder();
    let store = within(&folder, "empty");
    drop(escrowdb::Store::open(&store, escrowdb::Options::new()).expect("a store"));
    for (command, list) in [
        ("accounts", "accounts"),
        ("holds", "holds"),
        ("trial-balance", "trial_balances"),
        ("consumers", "consumers"),
    ] {
        let document = escrowdb(&[command, &store, "--json"]).json();
        assert_eq!(document[list], serde_json::Value::Array(Vec::new()), "{document}");
    }
    assert_eq!(escrowdb(&["events", &store, "--json"]).lines().len(), 0);
    let stats = escrowdb(&["stats", &store, "--json"]).json();
    assert_eq!(stats["ledgers"], serde_json::Value::Array(Vec::new()));
}
