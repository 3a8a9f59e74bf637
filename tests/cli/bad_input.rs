//! Input that makes no sense: one clear line, a proper exit code, nothing written.

use crate::command::{data, escrowdb, folder, within, write};
use std::path::Path;

const HEADER: &str = "at,event,order_id,buyer_id,seller_id,amount,currency,method\n";
const GOOD: &str = "2024-01-01T00:00:00Z,payment,o1,ada,,10.00,EUR,card\n";

#[test]
fn a_bad_row_means_that_nothing_is_written() {
    let too_much = "2024-01-01T00:00:01Z,paid,o1,ada,ben,792281625142643375935439503.36,EUR,\n";
    // (row after a good one, what is said of it)
    let rows: [(&[u8], &str); 16] = [
        (
            b"2024-01-01T00:00:01Z,paid,o1,ada,ben,12.345,EUR,\n",
            "amount \"12.345\" has more decimals than EUR has (2)",
        ),
        (b"2024-01-01T00:00:01Z,paid,o1,ada,ben,1.5,JPY,\n", "more decimals than JPY has (0)"),
        (too_much.as_bytes(), "at most 2^96 - 1 minor units"),
        (b"2024-01-01T00:00:01Z,paid,o1,ada,ben,-1,EUR,\n", "never negative"),
        (b"2024-01-01T00:00:01Z,paid,o1,ada,ben,1e3,EUR,\n", "not a number"),
        (b"2024-01-01T00:00:01Z,paid,o1,ada,ben,0,EUR,\n", "the amount is zero"),
        (b"2024-01-01T00:00:01Z,paid,o1,ada,ben,1,DOUBLOON,\n", "currency \"DOUBLOON\""),
        (b"2024-01-01T00:00:01Z,paid,o1,ada,,1,EUR,\n", "no seller_id"),
        (b"2024-01-01T00:00:01Z,paid,o1,ada\n", "4 fields, but the header has 8"),
        (b"2024-01-01T00:00:01Z,stolen,o1,ada,,,,\n", "unknown event \"stolen\""),
        (b"2023-12-31T23:59:59Z,shipped,o1,ada,,,,\n", "rows must be in time order"),
        (b"tomorrow,shipped,o1,ada,,,,\n", "\"tomorrow\" is not a time: write it as"),
        (b"1969-01-01T00:00:00Z,shipped,o1,ada,,,,\n", "is not between 1970 and 2554"),
        (b"2024-01-01T00:00:01Z,shipped,\xff,ada,,,,\n", "not UTF-8"),
        (b"2024-01-01T00:00:01Z,payment,o1,ada,,1.00,EUR,ca", "the file is cut off"),
        (b"2024-01-01T00:00:01Z,shipped,o1,\"ada,,,,\n", "line 3"),
    ];
    let folder = folder();
    for (place, (row, words)) in rows.into_iter().enumerate() {
        let text = [HEADER.as_bytes(), GOOD.as_bytes(), row].concat();
        let file = write(&folder, "orders.csv", text);
        let store = within(&folder, &format!("{place}.escrow"));
        let said = escrowdb(&["settle", &file, "--store", &store]);
        said.complains(2, words);
        said.complains(2, "line 3: ");
        said.complains(2, "nothing was written");
        assert!(!Path::new(&store).exists(), "{store} was made for {said:?}");
    }
}

#[test]
fn files_that_are_none() {
    let folder = folder();
    let store = within(&folder, "s.escrow");
    let long_header = HEADER.replace("seller_id", "vendor");
    for (name, text, words) in [
        ("empty.csv", "", "line 1: no column \"at\""),
        ("header.csv", HEADER, "no rows"),
        ("other.csv", &long_header, "no column \"seller_id\""),
    ] {
        let file = write(&folder, name, text);
        escrowdb(&["settle", &file, "--store", &store]).complains(2, words);
    }
    let missing = within(&folder, "missing.csv");
    escrowdb(&["settle", &missing, "--store", &store]).complains(2, "cannot read");
    let directory = folder.path().display().to_string();
    escrowdb(&["settle", &directory, "--store", &store]).complains(2, "cannot read");
    assert!(!Path::new(&store).exists());
}

#[test]
fn bad_rows_can_be_left_out() {
    let folder = folder();
    let mut text = HEADER.to_owned() + GOOD;
    for _ in 0..30 {
        text += "2024-01-01T00:00:01Z,stolen,o1,ada,,,,\n";
    }
    text += "2024-01-01T00:00:02Z,paid,o1,ada,ben,10.00,EUR,\n";
    let file = write(&folder, "orders.csv", &text);
    let store = within(&folder, "s.escrow");
    let said = escrowdb(&["settle", &file, "--store", &store, "--on-error", "skip"]);
    assert_eq!(said.code, 4, "{said:?}");
    assert!(said.out.contains("Left out 30 rows that cannot be settled"), "{said:?}");
    assert!(said.out.contains("  line 3: unknown event \"stolen\""), "{said:?}");
    assert!(said.out.contains("  and 10 more"), "{said:?}");
    let said = escrowdb(&["settle", &file, "--store", &store, "--on-error", "skip", "--json"]);
    assert_eq!(said.code, 4);
    let report = said.document();
    assert_eq!(report["run"]["rows_skipped"], 30);
    assert_eq!(report["counts"]["holds"], 1);
}

#[test]
fn a_file_that_contradicts_the_store_changes_nothing() {
    let folder = folder();
    let store = within(&folder, "s.escrow");
    let paid = "2024-01-02T00:00:00Z,paid,o1,ada,ben,10.00,EUR,\n";
    let file = write(&folder, "a.csv", [HEADER, GOOD, paid].concat());
    assert_eq!(escrowdb(&["settle", &file, "--store", &store]).code, 0);
    let head = || escrowdb(&["stats", &store, "--json"]).json()["stats"]["chain_hash"].clone();
    let before = head();
    let settle = |file: &str, more: &[&str]| {
        let mut arguments = vec!["settle", file, "--store", &store];
        arguments.extend(more);
        escrowdb(&arguments)
    };
    settle(&file, &["--commission", "0.05"])
        .complains(2, "line 3: this row was settled with another --commission");
    settle(&file, &["--ship-days", "3"]).complains(2, "--ship-days");
    settle(&file, &["--until", "2024-01-01T00:00:00Z"])
        .complains(2, "--until is before the last row");
    assert_eq!(head(), before);
}

#[test]
fn arguments_that_make_no_sense() {
    let folder = folder();
    let store = within(&folder, "s.escrow");
    assert_eq!(escrowdb(&["settle", &data("yen.csv"), "--store", &store]).code, 0);
    let yen = data("yen.csv");
    let above = "340282366920938463463374607431768211456";
    let cases: [(&[&str], &str); 17] = [
        (&["settle", &yen], "--store <DIR>"),
        (&["settle", &yen, "--store", &store, "--commission", "10"], "--commission"),
        (&["settle", &yen, "--store", &store, "--commission", "0.0000001"], "--commission"),
        (&["settle", &yen, "--store", &store, "--ship-days", "0"], "--ship-days"),
        (&["settle", &yen, "--store", &store, "--until", "soon"], "--until"),
        (&["settle", &yen, "--store", &store, "--on-error", "pray"], "pray"),
        (&["steal"], "steal"),
        (&["accounts", &store, "--ledger", "EUR"], "no ledger \"EUR\": the store has JPY (392)"),
        (&["trial-balance", &store, "7"], "no ledger \"7\""),
        (&["statement", &store, "0"], "no id is 0"),
        (&["statement", &store, "-1"], "'-1'"),
        (&["statement", &store, above], "below 2^128"),
        (&["statement", &store, "5"], "no account 5"),
        (&["statement", &store, "seller:nobody"], "no account"),
        (&["holds", &store, "--account", "9"], "no account 9"),
        (&["holds", &store, "--id", "9"], "no hold 9"),
        (&["holds", &store, "--phase", "settled"], "funded, shipped or delivered"),
    ];
    for (arguments, words) in cases {
        escrowdb(arguments).complains(2, words);
    }
    assert_eq!(escrowdb(&[]).code, 2);
    assert_eq!(escrowdb(&["--help"]).code, 0);
    assert_eq!(escrowdb(&["--version"]).code, 0);
}

#[test]
fn stores_that_cannot_be_used() {
    let folder = folder();
    let commands = ["accounts", "holds", "trial-balance", "events", "stats", "verify"];
    let all = |store: &str, code: i32, words: &str| {
        for command in commands {
            escrowdb(&[command, store]).complains(code, words);
        }
        escrowdb(&["statement", store, "1"]).complains(code, words);
    };
    let missing = within(&folder, "missing.escrow");
    all(&missing, 2, "there is no escrow store");
    assert!(!Path::new(&missing).exists());

    let other = within(&folder, "photos");
    std::fs::create_dir(&other).expect("a directory");
    std::fs::write(Path::new(&other).join("cat.jpg"), "meow").expect("a file");
    all(&other, 2, "is not an escrow store");
    let yen = data("yen.csv");
    escrowdb(&["settle", &yen, "--store", &other]).complains(2, "is not an escrow store");
    escrowdb(&["settle", &yen, "--store", &yen]).complains(2, "is not an escrow store");
    assert_eq!(std::fs::read_dir(&other).expect("a directory").count(), 1);
}

#[test]
fn a_store_of_a_newer_format() {
    let folder = folder();
    let store = within(&folder, "s.escrow");
    assert_eq!(escrowdb(&["settle", &data("yen.csv"), "--store", &store]).code, 0);
    let path = Path::new(&store).join("FORMAT");
    let text = std::fs::read_to_string(&path).expect("text");
    let id = text.lines().find(|line| line.starts_with("store ")).expect("an id");
    let newer = format!("escrowdb 99\n{id}\n");
    let crc = crc32fast::hash(newer.as_bytes());
    std::fs::write(&path, format!("{newer}crc32 {crc:08x}\n")).expect("a file");
    for command in ["accounts", "verify"] {
        escrowdb(&[command, &store]).complains(2, "format 99");
    }
    escrowdb(&["settle", &data("yen.csv"), "--store", &store]).complains(2, "format 99");
}

#[test]
fn a_damaged_store() {
    let folder = folder();
    let store = within(&folder, "s.escrow");
    assert_eq!(escrowdb(&["settle", &data("orders.csv"), "--store", &store]).code, 0);
    let journal = Path::new(&store).join("journal");
    let segment = std::fs::read_dir(journal).expect("segments").next().expect("one").expect("it");
    let mut bytes = std::fs::read(segment.path()).expect("bytes");
    bytes[100_000] ^= 1;
    std::fs::write(segment.path(), bytes).expect("a file");
    let said = escrowdb(&["verify", &store]);
    said.complains(3, "fault: ");
    let said = escrowdb(&["verify", &store, "--json"]);
    assert_eq!(said.code, 3);
    let report = said.document();
    assert!(report["fault"].is_string(), "{report}");
}
