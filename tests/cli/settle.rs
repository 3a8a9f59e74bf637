//! Files of orders against what an independent program says must come out of them.

use crate::command::{data, escrowdb, expectations, folder, fulfils, is_in_order, within, write};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

fn settle(file: &str, store: &str, more: &[&str]) -> Value {
    let mut arguments = vec!["settle", file, "--store", store, "--json"];
    arguments.extend(more);
    escrowdb(&arguments).json()
}

/// The report without what differs from run to run.
fn totals(mut report: Value) -> Value {
    report.as_object_mut().expect("an object").remove("run");
    report
}

#[test]
fn orders_come_out_as_expected_however_often() {
    let (folder, file) = (folder(), data("orders.csv"));
    let store = within(&folder, "orders.escrow");
    let until = ["--until", "2024-07-15T00:00:00Z"];
    let first = settle(&file, &store, &until);
    fulfils(&first, &expectations(data("orders.expected.json")));
    assert_eq!(first["run"]["rows_new"], first["rows"]);
    assert_eq!(first["currencies"]["EUR"]["totals"], first["totals"]);

    let again = settle(&file, &store, &until);
    assert_eq!(again["run"]["rows_new"], 0);
    assert_eq!(again["run"]["blocks"], 0, "nothing is written");
    assert_eq!(totals(again), totals(first));
    is_in_order(&store);
}

#[test]
fn time_moves_on_when_it_is_told_to() {
    let (folder, file) = (folder(), data("orders.csv"));
    let store = within(&folder, "orders.escrow");
    let expected = expectations(data("orders.expected.json"));
    let at_end = settle(&file, &store, &[]);
    assert_eq!(at_end["after_until"], expected["before_until"], "nothing comes due by itself");
    let later = settle(&file, &store, &["--until", "2024-07-15T00:00:00Z"]);
    fulfils(&later, &expected);
    let much_later = settle(&file, &store, &["--until", "2026-01-01T00:00:00Z"]);
    assert_eq!(much_later["after_until"]["open"], 0);
    assert_eq!(much_later["before_until"], expected["before_until"]);
}

#[test]
fn yen_have_no_decimals() {
    let folder = folder();
    let store = within(&folder, "yen.escrow");
    let report = settle(&data("yen.csv"), &store, &["--until", "2024-06-01T00:00:00Z"]);
    fulfils(&report, &expectations(data("yen.expected.json")));
}

#[test]
fn real_orders_come_out_as_expected() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let file = shared.join("marketplace.csv");
    if !file.exists() {
        println!("left out: there is no {}", file.display());
        return;
    }
    let folder = folder();
    let store = within(&folder, "market.escrow");
    let until = ["--until", "2019-01-01T00:00:00Z"];
    let report = settle(&file.display().to_string(), &store, &until);
    fulfils(&report, &expectations(shared.join("marketplace.expected.json")));
    is_in_order(&store);
}

#[test]
fn the_data_are_what_their_programs_make() {
    let python = |program: &str, arguments: &[&str]| {
        let program = data(program);
        let output = Command::new("python3").arg(program).args(arguments).output();
        output.ok().map(|output| String::from_utf8(output.stdout).expect("UTF-8"))
    };
    let read = |name: &str| std::fs::read_to_string(data(name)).expect("a file");
    let Some(orders) = python("generate.py", &[]) else {
        println!("left out: there is no python3");
        return;
    };
    assert!(orders == read("orders.csv"), "generate.py makes other orders");
    for (name, until) in [("orders", "2024-07-15T00:00:00Z"), ("yen", "2024-06-01T00:00:00Z")] {
        let expected = python("reference.py", &[&data(&format!("{name}.csv")), until]);
        assert_eq!(expected, Some(read(&format!("{name}.expected.json"))), "{name}");
    }
}

#[test]
fn files_can_grow_and_follow_each_other() {
    let folder = folder();
    let all = std::fs::read_to_string(data("orders.csv")).expect("orders");
    let lines: Vec<_> = all.split_inclusive('\n').collect();
    let header = lines[0];
    let half = lines[..5_000].concat();
    let rest = [header, &lines[5_000..].concat()].concat();
    let (half, rest) = (write(&folder, "half.csv", half), write(&folder, "rest.csv", rest));
    let until = ["--until", "2024-07-15T00:00:00Z"];
    let expected = expectations(data("orders.expected.json"));

    let store = within(&folder, "grown.escrow");
    settle(&half, &store, &[]);
    let grown = settle(&data("orders.csv"), &store, &until);
    assert_eq!(grown["run"]["rows_new"], 12_581 - 4_999);
    fulfils(&grown, &expected);
    is_in_order(&store);

    // Orders that were paid for in one file are shipped and delivered in the next.
    let store = within(&folder, "followed.escrow");
    settle(&half, &store, &[]);
    let rest_first = settle(&rest, &store, &until);
    for key in ["before_until", "after_until", "sellers_paid", "platform", "buyers_left"] {
        assert_eq!(rest_first[key], expected[key], "{key}");
    }
    let rest_again = settle(&rest, &store, &until);
    assert_eq!(totals(rest_again), totals(rest_first));
    is_in_order(&store);
}

#[test]
fn two_currencies_stand_apart() {
    let folder = folder();
    let text = "at,event,order_id,buyer_id,seller_id,amount,currency,method\n\
        2024-01-01T00:00:00Z,payment,o1,ada,,10.00,EUR,card\n\
        2024-01-01T00:00:00Z,payment,o2,ada,,1000,JPY,card\n\
        2024-01-01T00:00:01Z,paid,o1,ada,ben,10.00,EUR,\n\
        2024-01-01T00:00:01Z,paid,o2,ada,ben,1000,JPY,\n\
        2024-01-02T00:00:00Z,delivered,o1,,,,,\n";
    let (file, store) = (write(&folder, "two.csv", text), within(&folder, "two.escrow"));
    let report = settle(&file, &store, &[]);
    assert!(report.get("totals").is_none(), "sums over two currencies mean nothing");
    assert_eq!(report["currencies"]["EUR"]["totals"]["released"], "10.00");
    assert_eq!(report["currencies"]["JPY"]["after_until"]["open_amount"], "1000");
    let said = escrowdb(&["statement", &store, "seller:ben"]);
    said.complains(2, "the store has several ledgers");
    let said = escrowdb(&["statement", &store, "seller:ben@EUR", "--json"]);
    assert_eq!(said.json()["account"]["balances"]["net"], "9.00");
    let said = escrowdb(&["settle", &file, "--store", &store]);
    assert!(said.out.contains("JPY 1,000 in 1 hold is still held"), "{said:?}");
    // A program that settles euro finds its totals where they always are, whatever yen others hold.
    let euro = "at,event,order_id,buyer_id,seller_id,amount,currency,method\n\
        2024-01-03T00:00:00Z,payment,o3,ada,,5.00,EUR,card\n\
        2024-01-03T00:00:01Z,paid,o3,ada,ben,5.00,EUR,\n";
    let report = settle(&write(&folder, "euro.csv", euro), &store, &[]);
    assert_eq!(report["totals"]["held"], "5.00");
    assert_eq!(report["currencies"]["EUR"]["totals"], report["totals"]);
    assert_eq!(report["currencies"]["JPY"]["after_until"]["open"], 1);
}

#[test]
fn the_report_is_worth_reading() {
    let folder = folder();
    let store = within(&folder, "orders.escrow");
    let said = escrowdb(&["settle", &data("orders.csv"), "--store", &store]);
    assert_eq!(said.code, 0, "{said:?}");
    for words in [
        "12,581 rows of 3,198 orders, from 2 Jan 2024 to 30 Jun 2024.",
        "What came in",
        "What became of it",
        "Best sellers",
        "What was refused",
        "Trial balance in EUR: debits equal credits",
        "operations a second",
    ] {
        assert!(said.out.contains(words), "no {words:?} in {}", said.out);
    }
    assert!(said.err.is_empty(), "{said:?}");
    assert!(!said.out.contains('\u{1b}'), "no colours in a file");
    assert!(said.out.lines().all(|line| line.chars().count() <= 110), "{}", said.out);
}
