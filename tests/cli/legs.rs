//! Rows that fill in more than their order: they mean the legs that have it, and a part of one, and
//! what no leg has is refused.
//!
//! They were taken as if only the order were filled in: a cancellation of one leg of an order
//! refunded all of them, and a delivery that named somebody else's amount in another currency paid
//! everybody. A row is compared with what is known of its order before anything is written.

use crate::command::{escrowdb, escrowdb_fed, folder, is_in_order, within, write};
use serde_json::Value;
use std::path::Path;

const ORDER: &str = "at,event,order_id,buyer_id,seller_id,amount,currency,method\n\
    2024-03-01T09:00:00Z,payment,A-17,kim,,30.00,EUR,card\n\
    2024-03-01T09:00:01Z,paid,A-17,kim,bakery,10.00,EUR,\n\
    2024-03-01T09:00:01Z,paid,A-17,kim,florist,20.00,EUR,\n";

/// Settles the order and these rows after it.
fn settled(rows: &str, more: &[&str]) -> Value {
    let folder = folder();
    let file = write(&folder, "orders.csv", [ORDER, rows].concat());
    let store = within(&folder, "s.escrow");
    let arguments = [&["settle", &file, "--store", &store, "--json"], more].concat();
    let first = escrowdb(&arguments).json();
    let again = escrowdb(&arguments).json();
    assert_eq!(again["run"]["rows_new"], 0, "{rows}");
    for key in ["counts", "totals", "refused", "before_until", "after_until"] {
        assert_eq!(again[key], first[key], "{rows}");
    }
    is_in_order(&store);
    first
}

#[test]
fn a_row_means_the_legs_that_have_what_it_fills_in() {
    // (rows, counts, where else in the report, what is there)
    for (rows, place, expected) in [
        (
            "2024-03-02T09:00:00Z,canceled,A-17,kim,florist,20.00,EUR,\n",
            "/totals/refunded",
            "20.00",
        ),
        (
            "2024-03-02T09:00:00Z,canceled,A-17,kim,florist,20.00,EUR,\n",
            "/after_until/open_amount",
            "10.00",
        ),
        ("2024-03-02T09:00:00Z,delivered,A-17,,bakery,,,\n", "/totals/released", "10.00"),
        ("2024-03-02T09:00:00Z,delivered,A-17,kim,,,EUR,\n", "/totals/released", "30.00"),
        ("2024-03-02T09:00:00Z,delivered,A-17,,bakery,4,,\n", "/totals/released", "4.00"),
        ("2024-03-02T09:00:00Z,delivered,A-17,,bakery,4.0,EUR,\n", "/totals/fees", "0.40"),
        ("2024-03-02T09:00:00Z,canceled,A-17,,bakery,4,,\n", "/after_until/open_amount", "26.00"),
        (
            "2024-03-02T09:00:00Z,canceled,A-17,,bakery,4,,\n\
             2024-03-02T09:00:00Z,canceled,A-17,,bakery,4.00,,\n\
             2024-03-03T09:00:00Z,delivered,A-17,,bakery,,,\n",
            "/totals/released",
            "2.00",
        ),
    ] {
        assert_eq!(settled(rows, &[]).pointer(place), Some(&expected.into()), "{rows}{place}");
    }
    let part = settled("2024-03-02T09:00:00Z,canceled,A-17,,bakery,4,,\n", &[]);
    assert_eq!(part["after_until"]["open"], 2, "a part is gone, and the leg is still held");
}

#[test]
fn what_one_seller_ships_leaves_the_others_their_deadline() {
    let shipped = "2024-03-02T09:00:00Z,shipped,A-17,,bakery,,,\n";
    let report = settled(shipped, &["--until", "2024-04-15T00:00:00Z"]);
    assert_eq!(report["counts"]["shipped"], 1);
    assert_eq!(report["totals"]["expired_refunded"], "20.00");
    assert_eq!(report["after_until"]["open_amount"], "10.00");
}

#[test]
fn what_no_leg_has_is_refused() {
    for (row, reason) in [
        (
            "delivered,A-17,lee,baker,999.00,USD,cash",
            "buyer_id, seller_id, amount and currency are not those of order \"A-17\"; \
             delivered has no use for method",
        ),
        ("canceled,A-17,lee,,,,", "buyer_id is not that of order \"A-17\""),
        ("shipped,A-17,,baker,,,", "seller_id is not that of order \"A-17\""),
        ("canceled,A-17,,bakery,10.01,,", "amount is not that of order \"A-17\""),
        ("canceled,A-17,,bakery,1.001,,", "amount \"1.001\" has more decimals than"),
        ("canceled,A-17,,,5.00,,", "an amount belongs to one leg, but 2 legs of order \"A-17\""),
        ("delivered,A-17,,bakery,a few,EUR,", "amount \"a few\": not a number"),
        ("delivered,A-17,,bakery,a few,,", "amount \"a few\": not a number"),
        ("delivered,A-17,,bakery,5.00,DOUBLOON,", "currency \"DOUBLOON\""),
        ("shipped,A-17,,bakery,5.00,EUR,", "shipped has no use for amount"),
        ("shipped,A-17,,bakery,,,card", "shipped has no use for method"),
        ("payment,A-18,kim,bakery,5.00,EUR,card", "payment has no use for seller_id"),
        ("paid,A-18,kim,bakery,5.00,EUR,card", "paid has no use for method"),
    ] {
        let folder = folder();
        let row = format!("2024-03-02T09:00:00Z,{row}\n");
        let file = write(&folder, "orders.csv", [ORDER, &row].concat());
        let store = within(&folder, "s.escrow");
        let said = escrowdb(&["settle", &file, "--store", &store]);
        said.complains(2, reason);
        said.complains(2, "line 5: ");
        said.complains(2, "nothing was written");
        assert!(!Path::new(&store).exists(), "{row}");
        let skip = ["settle", &file, "--store", &store, "--on-error", "skip", "--json"];
        let said = escrowdb(&skip);
        assert_eq!(said.code, 4, "{said:?}");
        let report = said.document();
        assert_eq!(report["run"]["skipped"][0]["line"], "5");
        assert_eq!(report["after_until"]["open_amount"], "30.00", "{row}");
    }
}

/// An order that was only paid in for is known by its payment.
#[test]
fn an_order_without_legs_has_a_buyer() {
    let folder = folder();
    let paid_in: String = ORDER.split_inclusive('\n').take(2).collect();
    let store = within(&folder, "s.escrow");
    let settle = |row: &str| {
        let file = write(&folder, "orders.csv", [&paid_in, row].concat());
        escrowdb(&["settle", &file, "--store", &store, "--json"])
    };
    settle("2024-03-02T09:00:00Z,canceled,A-17,lee,,,,\n").complains(2, "buyer_id is not that of");
    let report = settle("2024-03-02T09:00:00Z,canceled,A-17,kim,,,,\n").json();
    assert_eq!(report["refused"]["canceled:no_hold"], 1);
}

/// A step that the store refuses is in the report with its order, and a nightly job is told by the
/// exit code, however often the file is run.
#[test]
fn a_refused_step_is_noticed() {
    let folder = folder();
    let rows =
        "2024-03-05T09:00:00Z,delivered,A-17,,,,,\n2024-03-09T09:00:00Z,canceled,A-17,,,,,\n";
    let file = write(&folder, "orders.csv", [ORDER, rows].concat());
    let store = within(&folder, "s.escrow");
    let settle = |more: &[&str]| escrowdb(&[&["settle", &file, "--store", &store], more].concat());
    let tried = settle(&["--strict", "--dry-run", "--json"]);
    assert_eq!(tried.code, 5, "{tried:?}");
    assert_eq!(tried.document()["run"]["refusals_new"], 1);
    assert_eq!(settle(&[]).code, 0);
    let said = settle(&["--strict"]);
    assert_eq!(said.code, 5, "{said:?}");
    assert!(said.out.contains("line 6: canceled of order \"A-17\""), "{said:?}");
    let said = settle(&["--strict", "--json"]);
    assert_eq!(said.code, 5, "{said:?}");
    assert_eq!(said.document()["run"]["refusals_new"], 0);
    let refusal = said.document()["refusals"][0].clone();
    assert_eq!((&refusal["order"], &refusal["line"]), (&"A-17".into(), &"6".into()));
    assert_eq!((&refusal["reason"], &refusal["legs"]), (&"hold_closed".into(), &2.into()));
}

#[test]
fn a_file_is_tried_without_being_settled() {
    let folder = folder();
    let rows = "2024-03-05T09:00:00Z,delivered,A-17,,bakery,,,\n";
    let (first, both) = (write(&folder, "a.csv", ORDER), [ORDER, rows].concat());
    let both = write(&folder, "b.csv", both);
    let store = within(&folder, "s.escrow");
    let settle = |file: &str, more: &[&str]| {
        escrowdb(&[&["settle", file, "--store", &store, "--json"], more].concat()).json()
    };
    let parts = ["counts", "totals", "refused", "before_until", "after_until", "sellers_paid"];
    let check = |tried: &Value, done: &Value| {
        assert_eq!(
            (&tried["run"]["dry_run"], &done["run"]["dry_run"]),
            (&true.into(), &false.into())
        );
        parts.iter().for_each(|part| assert_eq!(tried[part], done[part], "{part}"));
        assert_eq!(tried["run"]["rows_new"], done["run"]["rows_new"]);
    };
    let tried = settle(&first, &["--dry-run"]);
    assert!(!Path::new(&store).exists(), "no store is made");
    check(&tried, &settle(&first, &[]));
    let files = || {
        let journal = Path::new(&store).join("journal");
        let all = [Path::new(&store), &journal].map(|folder| {
            let entries = folder.read_dir().expect("a directory").map(|entry| entry.expect("one"));
            entries
                .map(|entry| (entry.path(), std::fs::read(entry.path()).ok()))
                .collect::<Vec<_>>()
        });
        all.concat().into_iter().collect::<std::collections::BTreeMap<_, _>>()
    };
    let before = files();
    let tried = settle(&both, &["--dry-run"]);
    assert!(files() == before, "no file of the store changed");
    check(&tried, &settle(&both, &[]));
    let contradicts = "2024-03-06T09:00:00Z,canceled,A-17,lee,,,,\n";
    let wrong = write(&folder, "c.csv", [ORDER, rows, contradicts].concat());
    escrowdb(&["settle", &wrong, "--store", &store, "--dry-run"]).complains(2, "line 6: buyer_id");
    let nothing = within(&folder, "");
    escrowdb(&["settle", &both, "--store", &nothing, "--dry-run"])
        .complains(2, "not an escrow store");
}

#[test]
fn rows_come_from_standard_input_too() {
    let folder = folder();
    let store = within(&folder, "s.escrow");
    let settle =
        |input: &str| escrowdb_fed(&["settle", "-", "--store", &store, "--json"], input.as_bytes());
    assert_eq!(settle(ORDER).json()["after_until"]["open_amount"], "30.00");
    assert_eq!(settle(ORDER).json()["run"]["rows_new"], 0);
    let cut = ORDER.trim_end();
    settle(cut).complains(2, "standard input: line 4: the file is cut off");
    settle("").complains(2, "standard input: line 1: no column");
}
