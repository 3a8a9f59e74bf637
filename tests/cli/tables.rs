//! Tables: what stands in the files, in both formats, and that there are all files or none.

use crate::command::{Said, escrowdb, folder, settled, within, write};
use crate::export::{ask, cents};
use escrowdb::{
    Account, AccountFlags, Amount, AtDeadline, Id, Ledger, LedgerCode, Operation, Options, Store,
    money,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const TABLES: [&str; 5] = ["accounts", "entries", "events", "holds", "ledgers"];
const BANK: Id = Id::from_u128(1);
const ANNA: Id = Id::from_u128(2);

fn export(store: &str, format: &str, place: &str, more: &[&str]) -> Said {
    escrowdb(&[&["export", store, "--format", format, "--out", place], more].concat())
}

/// Exports into a new directory, and gives its path.
fn exported(folder: &TempDir, store: &str, format: &str, more: &[&str]) -> String {
    let place = within(folder, format);
    let said = export(store, format, &place, more);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    let mut files: Vec<_> = fs::read_dir(&place)
        .expect("a directory")
        .map(|file| file.expect("a file").file_name().into_string().expect("text"))
        .collect();
    files.sort();
    assert_eq!(files, TABLES.map(|table| format!("{table}.{format}")));
    place
}

type Row = BTreeMap<String, String>;

/// The rows of a CSV file by the names of their columns.
fn csv_rows(place: &str, table: &str) -> (Vec<String>, Vec<Row>) {
    let mut reader = csv::Reader::from_path(format!("{place}/{table}.csv")).expect("a file");
    let names: Vec<_> = reader.headers().expect("names").iter().map(str::to_owned).collect();
    let rows = reader.records().map(|record| {
        let record = record.expect("a row");
        names.iter().cloned().zip(record.iter().map(str::to_owned)).collect()
    });
    let rows = rows.collect();
    (names, rows)
}

/// The objects of a file of JSON lines.
fn json_rows(place: &str, table: &str) -> Vec<Map<String, Value>> {
    let text = fs::read_to_string(format!("{place}/{table}.jsonl")).expect("a file");
    text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect()
}

/// Checks that both formats have the same cells, and gives how many rows each table has.
fn compare(csv: &str, jsonl: &str) -> BTreeMap<&'static str, usize> {
    let counts = ["scale", "open_holds", "fee_ppm", "timeout_seconds", "document_bytes"];
    let compared = TABLES.map(|table| {
        let (names, rows) = csv_rows(csv, table);
        let objects = json_rows(jsonl, table);
        assert_eq!(rows.len(), objects.len(), "{table}");
        for (row, object) in rows.iter().zip(&objects) {
            assert_eq!(object.len(), names.len(), "{table}");
            for (name, cell) in row {
                let value = &object[name];
                let text = match value {
                    Value::Null => "",
                    Value::String(text) => text,
                    Value::Number(_) if counts.contains(&&**name) => &value.to_string(),
                    other => panic!("{table}.{name} is {other}"),
                };
                assert_eq!(text, cell, "{table}.{name}");
            }
        }
        (table, rows.len())
    });
    BTreeMap::from(compared)
}

/// Two ledgers of other scales, holds in several phases, an account that was frozen, and documents
/// whose names are meant to break whatever reads them.
fn shop(path: &str, keys: &[&[u8]]) -> Store {
    let store = Store::open(path, Options::new()).expect("a store");
    let points = Ledger::new(7, LedgerCode::new("POINTS").expect("a code"), 5);
    let dollars = money::iso_ledger(1, "USD").expect("dollars");
    store.create_ledgers(&[dollars, points]).expect("outcomes");
    let account = |id: u128, ledger, flags| Account::new(Id::from_u128(id), ledger, 9, flags);
    let wallet = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let accounts = [
        account(1, 1, AccountFlags::EXTERNAL),
        account(2, 1, wallet | AccountFlags::HISTORY),
        account(u128::MAX / 3, 7, AccountFlags::EXTERNAL),
        account(4, 7, AccountFlags::NONE),
    ];
    store.create_accounts(&accounts).expect("outcomes");
    let amount = |units: u64| Amount::from(units);
    let [id, of_points] = [10, 11].map(Id::from_u128);
    let hold = Operation::hold(id, ANNA, BANK, 1, amount(2_000));
    let (payer, payee) = (accounts[3].id, accounts[2].id);
    for operation in [
        Operation::transfer(Id::new(), BANK, ANNA, 1, amount(u64::MAX)),
        hold.with_deadline(86_400, AtDeadline::REFUND),
        Operation::release(Id::new(), id, amount(5)),
        Operation::hold(of_points, payer, payee, 7, amount(12_345_678)),
        Operation::refund_rest(Id::new(), of_points),
        Operation::freeze(Id::new(), payer),
    ] {
        let status = store.submit(&[operation]).expect("outcomes")[0].status;
        assert!(status.is_applied(), "{operation:?}: {status}");
    }
    for key in keys {
        let put = Operation::put(Id::new(), SPACE.len() as u16, key.len() as u16, 1);
        let data = [SPACE.as_bytes(), key, b"v"].concat();
        let status = store.submit_with_data(&[put], &data).expect("outcomes")[0].status;
        assert!(status.is_applied(), "{key:?}: {status}");
    }
    store
}

const SPACE: &str = "=a,\"b\"\r\n;c";

/// Sums by code of what each side of accounts had posted and pending, in cents.
type Sums = BTreeMap<(String, String), i64>;

#[test]
fn entries_add_up_to_the_trial_balance() {
    let (folder, store) = settled();
    let place = exported(&folder, &store, "csv", &[]);
    let mut sums = Sums::new();
    let mut of_moments = BTreeMap::<_, i64>::new();
    for entry in csv_rows(&place, "entries").1 {
        for what in ["posted", "pending"] {
            let (side, code) = (&entry["side"], entry["account_code"].clone());
            let change = cents(&entry[what]);
            *sums.entry((code, format!("{side}s_{what}"))).or_default() += change;
            let sign = if side == "debit" { 1 } else { -1 };
            *of_moments.entry((entry["timestamp"].clone(), what)).or_default() += sign * change;
        }
    }
    assert!(of_moments.len() > 1_000 && of_moments.values().all(|sum| *sum == 0));

    let mut expected = Sums::new();
    let trial = escrowdb(&["trial-balance", &store, "--json"]).json();
    for row in trial["trial_balances"][0]["rows"].as_array().expect("rows") {
        for what in ["debits_posted", "debits_pending", "credits_posted", "credits_pending"] {
            let amount = cents(row["balances"][what].as_str().expect("text"));
            let code = row["code"].as_str().expect("a code").to_owned();
            expected.insert((code, what.to_owned()), amount);
        }
    }
    assert!(expected.values().any(|sum| *sum > 0));
    // A side that never changed has no entry.
    sums.retain(|_, sum| *sum != 0);
    expected.retain(|_, sum| *sum != 0);
    assert_eq!(sums, expected);

    let mut of_accounts = Sums::new();
    for account in csv_rows(&place, "accounts").1 {
        for what in ["debits_posted", "debits_pending", "credits_posted", "credits_pending"] {
            let sum = of_accounts.entry((account["code"].clone(), what.to_owned())).or_default();
            *sum += cents(&account[what]);
        }
    }
    of_accounts.retain(|_, sum| *sum != 0);
    assert_eq!(of_accounts, expected);

    let events = escrowdb(&["events", &store]).out.lines().count();
    let jsonl = exported(&folder, &store, "jsonl", &[]);
    let rows = compare(&place, &jsonl);
    assert_eq!((rows["events"], rows["accounts"], rows["ledgers"]), (events, 1_334, 1));
}

/// Of a store that a shop has open.
#[test]
fn both_formats_have_the_same_cells() {
    let folder = folder();
    let path = within(&folder, "s");
    let store = shop(&path, &[b"plain", b"\xff\x00", SPACE.as_bytes()]);
    let [csv, jsonl] = ["csv", "jsonl"].map(|format| exported(&folder, &path, format, &[]));
    assert_eq!(store.role(), escrowdb::Role::Host);
    let rows = compare(&csv, &jsonl);
    let expected = [("accounts", 4), ("entries", 10), ("events", 15), ("holds", 2), ("ledgers", 2)];
    assert_eq!(rows, BTreeMap::from(expected));

    let holds = json_rows(&jsonl, "holds");
    assert_eq!(holds[0]["held"], "19.95");
    assert_eq!(holds[0]["phase"], "funded");
    assert!(holds[0]["deadline"].as_str().expect("a time").ends_with('Z'));
    assert_eq!(holds[1]["refunded"], "123.45678");
    assert_eq!((&holds[1]["held"], &holds[1]["deadline"]), (&json!("0.00000"), &Value::Null));
    let accounts = json_rows(&jsonl, "accounts");
    assert_eq!(accounts[1]["net"], "184467440737095516.10", "more than a float can tell");
    assert_eq!(accounts[0]["net"], "-184467440737095516.10");
    assert_eq!(accounts[1]["flags"], "debits_must_not_exceed_credits history");
    assert_eq!(accounts[3]["id"], "55555555-5555-5555-5555-555555555555");
    let frozen: Vec<_> = json_rows(&jsonl, "events")
        .into_iter()
        .filter(|event| event["event"] == "freeze")
        .collect();
    assert_eq!((&frozen[0]["ledger"], &frozen[0]["target"]), (&json!("7"), &json!("4")));
    let first = fs::read_to_string(format!("{csv}/ledgers.csv")).expect("the file");
    assert!(first.starts_with("number,currency,scale,posted,pending,created_at\r\n1,USD,2,"));
    let lines = fs::read_to_string(format!("{jsonl}/ledgers.jsonl")).expect("the file");
    assert!(lines.starts_with("{\"number\":\"1\",\"currency\":\"USD\",\"scale\":2,\"posted\":\""));
}

/// Read by programs that know nothing of the one that wrote.
#[test]
fn hostile_names_come_back() {
    let folder = folder();
    let path = within(&folder, "s");
    let texts =
        [SPACE, "=1+1", "+1", "@SUM(A1)", "\"", "\n", "\r", ",", "\u{feff}x", "' OR 1", "\t"];
    let mut keys: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
    keys.extend([&b"\xff\xfe"[..], b"a\0b"]);
    drop(shop(&path, &keys));
    let lines =
        "account,name\n1,\"=HYPERLINK(\"\"x\"\"),y\"\n2,-1 'z'\ncode:9,\"@a, b\"\n5,Nobody\n";
    let names = write(&folder, "names.csv", lines);
    let script = "import csv, json, sys
text = lambda place, table, ending: open(f'{place}/{table}.{ending}', newline='', encoding='utf-8')
rows = lambda table: csv.DictReader(text(sys.argv[1], table, 'csv'))
lines = lambda table: map(json.loads, text(sys.argv[2], table, 'jsonl'))
same = lambda value: '' if value is None else str(value)
for table in ('accounts', 'entries', 'events', 'holds', 'ledgers'):
    written = [{name: same(value) for name, value in line.items()} for line in lines(table)]
    assert list(rows(table)) == written, table
    assert all(list(a) == list(b) for a, b in zip(rows(table), written)), table
print(json.dumps([list(rows('accounts')), list(rows('events'))]))";
    let [csv, jsonl] =
        ["csv", "jsonl"].map(|format| exported(&folder, &path, format, &["--names", &names]));
    let Some(said) = ask("python3", "python3", &["-c", script, &csv, &jsonl]) else { return };
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let [accounts, events]: [Vec<Row>; 2] = serde_json::from_slice(&said.stdout).expect("JSON");
    assert_eq!(accounts[0]["name"], "=HYPERLINK(\"x\"),y");
    assert_eq!((&*accounts[1]["name"], &*accounts[2]["name"]), ("-1 'z'", ""));
    assert!(accounts.iter().all(|account| account["code_name"] == "@a, b"));
    let puts: Vec<_> = events.iter().filter(|event| event["event"] == "put").collect();
    assert_eq!(puts.len(), keys.len());
    for (put, text) in puts.iter().zip(texts) {
        assert_eq!((&*put["document_space"], &*put["document_key"]), (SPACE, text));
        assert_eq!((&*put["document_key_hexadecimal"], &*put["document_bytes"]), ("", "1"));
    }
    for (put, digits) in puts[texts.len()..].iter().zip(["fffe", "610062"]) {
        assert_eq!((&*put["document_key"], &*put["document_key_hexadecimal"]), ("", digits));
    }
    let again = within(&folder, "again");
    let said = export(&path, "csv", &again, &["--names", &names]);
    assert!(said.out.contains("1 name is of accounts or codes that the store"), "{said:?}");
}

/// For those who may use the store, and replacing nothing.
#[test]
fn there_are_all_tables_or_none() {
    let folder = folder();
    let path = within(&folder, "s");
    drop(shop(&path, &[]));
    escrowdb(&["export", &path, "--format", "csv"]).complains(2, "with --out");
    let place = exported(&folder, &path, "csv", &[]);
    let mode = |path: &str| fs::metadata(path).expect("it").permissions().mode() & 0o777;
    assert_eq!((mode(&place), mode(&format!("{place}/events.csv"))), (0o700, 0o600));
    let file = write(&folder, "file", "kept");
    for taken in [&place, &file] {
        export(&path, "jsonl", taken, &[]).complains(2, "is there already");
    }
    assert_eq!(fs::read_dir(&place).expect("it").count(), TABLES.len());
    assert_eq!(fs::read_to_string(&file).expect("it"), "kept");
    let within_store = format!("{path}/tables");
    export(&path, "csv", &within_store, &[]).complains(2, "is in an escrow store");
    assert!(!Path::new(&within_store).exists());
    export(&path, "csv", &within(&folder, "no/such"), &[]).complains(1, "no/such");

    // What an export that was killed has left is not taken for an export, nor removed.
    let killed = within(&folder, "killed");
    fs::create_dir(format!("{killed}.unfinished")).expect("a directory");
    export(&path, "csv", &killed, &[]).complains(2, "killed.unfinished is there");
    assert!(!Path::new(&killed).exists() && Path::new(&format!("{killed}.unfinished")).exists());

    let empty = within(&folder, "empty");
    drop(Store::open(&empty, Options::new()).expect("a store"));
    let tables = within(&folder, "tables of nothing");
    assert_eq!(export(&empty, "csv", &tables, &[]).code, 0);
    let (names, rows) = csv_rows(&tables, "entries");
    assert!(names.len() > 10 && rows.is_empty(), "{names:?}");
}

/// A disk that fills up while a table is written.
#[test]
fn an_export_that_is_cut_leaves_nothing() {
    let (folder, store) = settled();
    let place = within(&folder, "tables");
    let limited = "ulimit -f 300 && exec \"$0\" export \"$1\" --format jsonl --out \"$2\"";
    let mut command = Command::new("sh");
    command.args(["-c", limited, env!("CARGO_BIN_EXE_escrowdb"), &store, &place]);
    let before = fs::read_dir(folder.path()).expect("it").count();
    let said = command.output().expect("a shell");
    assert_eq!(said.status.code(), Some(1), "{said:?}");
    let complaint = String::from_utf8_lossy(&said.stderr);
    assert!(complaint.starts_with("escrowdb: cannot write "), "{complaint}");
    assert_eq!(fs::read_dir(folder.path()).expect("it").count(), before);
    assert_eq!(export(&store, "jsonl", &place, &[]).code, 0);
}

/// The beginning of the feed is gone: no tables are better than some that do not add up.
#[test]
fn an_archived_beginning_is_refused() {
    let folder = folder();
    let [path, archive, place] = ["s", "archive", "tables"].map(|name| within(&folder, name));
    let journal = escrowdb::journal::Options { segment_bytes: 4 << 10, preallocate_bytes: 1 << 10 };
    drop(shop(&path, &[]));
    let store = Store::open(&path, Options::new().journal(journal)).expect("the store");
    for _ in 0..100 {
        let paid = Operation::transfer(Id::new(), BANK, ANNA, 1, Amount::from(1_u32));
        assert!(store.submit(&[paid]).expect("outcomes")[0].status.is_applied());
    }
    drop(store);
    let moved = escrowdb(&["archive", &path, &archive, "--keep-days", "0", "--json"]).json();
    assert_ne!(moved["segments"], 0, "{moved}");
    export(&path, "csv", &place, &[]).complains(2, "archived");
    assert!(!Path::new(&place).exists() && !Path::new(&format!("{place}.unfinished")).exists());
}
