//! What strangers wrote does not steer the terminal of those who look at it.

use crate::command::*;
use escrowdb::*;

/// Sets the title, types an answer, goes up a line and hides what follows; in seven bits and in
/// eight.
const HOSTILE: &str = "\u{1b}]0;owned\u{7}\u{9b}1A\u{1b}[8m\r\u{202e}\nforged line";

fn check(said: &Said, wanted: &str) {
    for text in [&said.out, &said.err] {
        let obeyed = |found: char| found.is_control() && !"\n\t".contains(found);
        assert!(!text.contains(obeyed) && !text.contains('\u{202e}'), "{said:?}");
        assert!(!text.lines().any(|line| line.starts_with("forged line")), "{said:?}");
    }
    assert!(said.out.contains(wanted) || said.err.contains(wanted), "{said:?}");
}

/// Symptom: names and keys that customers chose could write to the terminal of whoever looked at
/// the events of a store. Cause: texts were written as they are. All output goes through one place
/// that escapes them.
#[test]
fn control_characters_are_shown_and_not_obeyed() {
    let folder = folder();
    let path = within(&folder, "s.escrow");
    let store = Store::open(&path, Options::new()).expect("a store");
    store.create_ledgers(&[money::iso_ledger(1, "USD").expect("dollars")]).expect("a ledger");
    // A space may not begin with a control character, and hold any afterwards.
    let data = format!("s{HOSTILE}k{HOSTILE}x");
    let length = HOSTILE.len() + 1;
    let put = Operation::put(Id::new(), length as u16, length as u16, 1);
    let outcome = store.submit_with_data(&[put], data.as_bytes()).expect("an answer")[0];
    assert!(outcome.status.is_applied(), "{outcome:?}");
    store.acknowledge(HOSTILE, outcome.timestamp).expect("a consumer");
    drop(store);

    check(&escrowdb(&["events", &path]), "owned");
    let json = escrowdb(&["events", &path, "--json"]);
    check(&json, "owned");
    let texts = json.out.lines().map(|line| {
        let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
        value["operation"]["space"].as_str().map(str::to_owned)
    });
    assert!(
        texts.flatten().any(|space| space == format!("s{HOSTILE}")),
        "JSON keeps the text: {json:?}"
    );

    let hostile_path = within(&folder, HOSTILE);
    check(&escrowdb(&["events", &hostile_path]), "owned");
    check(&escrowdb(&["accounts", "--limit", HOSTILE, &path]), "forged");
    check(&escrowdb(&["settle", &data_of(&folder), "--store", &hostile_path]), "owned");
}

/// A file of orders with names and numbers that are none.
fn data_of(folder: &tempfile::TempDir) -> String {
    let text = std::fs::read_to_string(data("yen.csv")).expect("orders");
    let row = text.lines().nth(1).expect("a row");
    let fields = row.split(',').map(|field| format!("\"{field}{HOSTILE}\""));
    let bad = fields.collect::<Vec<_>>().join(",");
    write(folder, &format!("{}.csv", HOSTILE.replace('/', "")), format!("{text}{bad}\n"))
}
