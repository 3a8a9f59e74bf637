//! Rows that come when the store has moved on: late ones, and the rest of a second in which an
//! export was cut.
//!
//! Both were refused, and with them everything after them in their file, so that an order could
//! never be settled. They are booked after what is there; a late row keeps its own time as its
//! value date.

use crate::command::{escrowdb, folder, is_in_order, within, write};
use serde_json::Value;
use tempfile::TempDir;

const HEADER: &str = "at,event,order_id,buyer_id,seller_id,amount,currency,method\n";

struct Shop {
    folder: TempDir,
    store: String,
}

impl Shop {
    fn new() -> Self {
        let folder = folder();
        let store = within(&folder, "s.escrow");
        Self { folder, store }
    }

    fn run(&self, rows: &str, more: &[&str]) -> crate::command::Said {
        let file = write(&self.folder, "orders.csv", [HEADER, rows].concat());
        escrowdb(&[&["settle", &file, "--store", &self.store, "--json"], more].concat())
    }

    fn settle(&self, rows: &str) -> Value {
        let report = self.run(rows, &[]).json();
        is_in_order(&self.store);
        report
    }
}

/// The report without what differs from run to run.
fn totals(report: &Value) -> Value {
    let mut report = report.clone();
    report.as_object_mut().expect("an object").remove("run");
    report
}

const MONDAY: &str = "2024-03-04T09:00:00Z,payment,B-1,kim,,10.00,EUR,card\n\
    2024-03-04T09:00:05Z,paid,B-1,kim,bakery,10.00,EUR,\n\
    2024-03-11T09:00:00Z,shipped,B-1,,,,,\n";
const LATE: &str = "2024-03-06T12:00:00Z,payment,B-2,lee,,20.00,EUR,card\n\
    2024-03-06T12:00:00Z,paid,B-2,lee,florist,20.00,EUR,\n";
const NEXT: &str = "2024-03-12T09:00:00Z,delivered,B-1,,,,,\n";

#[test]
fn a_late_row_is_booked_when_it_comes() {
    let shop = Shop::new();
    shop.settle(MONDAY);
    let late = shop.settle(&[LATE, NEXT].concat());
    assert_eq!((&late["run"]["rows_new"], &late["run"]["rows_late"]), (&3.into(), &2.into()));
    assert_eq!(late["totals"]["paid_in"], "20.00");
    assert_eq!(late["totals"]["released"], "10.00", "the file goes on");
    // The deadline counts from the booking, at the end of what the store had.
    let holds = escrowdb(&["holds", &shop.store, "--json"]).json();
    let hold = &holds["holds"][0];
    let starts = |key: &str, text: &str| hold[key].as_str().expect("a time").starts_with(text);
    assert!(
        starts("created_at", "2024-03-11T09:00:00.") && starts("deadline", "2024-04-10T09:00:00.")
    );

    // Its own time is its value date, in the feed and in statements.
    let events = escrowdb(&["events", &shop.store, "--json"]).lines();
    let dates = events.iter().filter_map(|event| event["operation"]["value_date"].as_str());
    let dates: Vec<_> = dates.collect();
    assert_eq!(dates, ["2024-03-06T12:00:00.000000000Z"; 2]);
    let statement = escrowdb(&["statement", &shop.store, "method:card", "--json"]).json();
    assert_eq!(statement["lines"][1]["value_date"], dates[0]);
    assert_eq!(statement["lines"][0]["value_date"], statement["lines"][0]["timestamp"]);

    let again = shop.settle(&[LATE, NEXT].concat());
    assert_eq!(again["run"]["rows_new"], 0);
    assert_eq!(again["run"]["rows_late"], 2);
    assert_eq!(totals(&again), totals(&late));
    // In the file that it should have been in, it is the same row.
    let lines: Vec<_> = MONDAY.split_inclusive('\n').collect();
    let whole = [&lines[..2].concat(), LATE, lines[2], NEXT].concat();
    let whole = shop.settle(&whole);
    assert_eq!((&whole["run"]["rows_new"], &whole["run"]["blocks"]), (&0.into(), &0.into()));
    assert_eq!(whole["totals"]["paid_in"], "30.00");
}

#[test]
fn a_late_row_is_left_out_where_that_is_asked_for() {
    let shop = Shop::new();
    shop.settle(MONDAY);
    let skip = |rows: &str| {
        let said = shop.run(rows, &["--on-error", "skip"]);
        assert_eq!(said.code, 4, "{said:?}");
        said.document()
    };
    let report = skip(&[LATE, NEXT].concat());
    assert_eq!((&report["run"]["rows_skipped"], &report["rows"]), (&2.into(), &1.into()));
    assert_eq!(report["run"]["skipped"][0]["line"], "2");
    assert_eq!(report["totals"]["released"], "10.00", "the file goes on");
    // A file of nothing else is no reason to fail.
    assert_eq!(skip(LATE)["rows"], 0);
    // What was booked is known, and not late.
    shop.settle(LATE);
    assert_eq!(shop.run(LATE, &["--on-error", "skip"]).json()["run"]["rows_new"], 0);
    is_in_order(&shop.store);
}

/// A row that is late is judged by what there is when it comes: the money is gone.
#[test]
fn a_late_row_can_come_too_late() {
    let shop = Shop::new();
    shop.settle(&[MONDAY, NEXT].concat());
    let report = shop.settle("2024-03-08T09:00:00Z,canceled,B-1,,,,,\n");
    assert_eq!(report["refused"]["canceled:hold_closed"], 1);
    assert_eq!(report["refusals"][0]["order"], "B-1");
}

/// An export was cut between rows of one second: the next one goes on within it.
#[test]
fn a_second_can_be_cut() {
    let first = "2024-03-04T09:00:00Z,payment,C-1,kim,,10.00,EUR,card\n\
        2024-03-04T09:00:00Z,paid,C-1,kim,bakery,10.00,EUR,\n";
    let second = "2024-03-04T09:00:00Z,payment,C-2,lee,,20.00,EUR,card\n\
        2024-03-04T09:00:00Z,paid,C-2,lee,bakery,20.00,EUR,\n\
        2024-03-05T09:00:00Z,shipped,C-1,,,,,\n";
    let shop = Shop::new();
    shop.settle(first);
    let report = shop.settle(second);
    assert_eq!((&report["run"]["rows_new"], &report["run"]["rows_late"]), (&3.into(), &0.into()));
    assert_eq!(report["totals"]["held"], "20.00");
    assert_eq!(report["after_until"]["open_amount"], "30.00");
    for rows in [first, second, &[first, second].concat()] {
        assert_eq!(shop.settle(rows)["run"]["rows_new"], 0, "{rows}");
    }
    let whole = Shop::new();
    let whole = whole.settle(&[first, second].concat());
    assert_eq!(totals(&shop.settle(&[first, second].concat())), totals(&whole));
    // Nor is it late for who leaves late rows out.
    let other = Shop::new();
    other.settle(first);
    assert_eq!(other.run(second, &["--on-error", "skip"]).code, 0);
}

/// A row that is written twice is two rows, the second of them late.
#[test]
fn a_row_can_be_repeated_later() {
    let shop = Shop::new();
    let row = "2024-03-04T09:00:00Z,payment,D-1,kim,,10.00,EUR,card\n";
    let next = "2024-03-05T09:00:00Z,paid,D-1,kim,bakery,10.00,EUR,\n";
    shop.settle(&[row, next].concat());
    let report = shop.settle(&[row, row, next].concat());
    assert_eq!((&report["run"]["rows_new"], &report["run"]["rows_late"]), (&1.into(), &1.into()));
    assert_eq!(report["totals"]["paid_in"], "20.00");
}
