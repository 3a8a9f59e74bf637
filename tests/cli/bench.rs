//! `bench` measures on the disk it is told to, and leaves nothing there.

use crate::command::{escrowdb, folder, within};

#[test]
fn every_workload_is_measured_and_nothing_is_left() {
    let folder = folder();
    let dir = within(&folder, "");
    let said = escrowdb(&["bench", "--dir", &dir, "--operations", "5000", "--json"]);
    let report = said.json();
    let rows = report["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 6);
    for row in rows {
        let figures = &row["figures"];
        for figure in ["per_second", "journal_bytes_each", "syncs", "blocks"] {
            assert!(figures[figure].as_f64() > Some(0.0), "{figure} in {row}");
        }
        assert!(figures["bare"]["bytes"].as_u64() > Some(0), "{row}");
        assert_eq!(figures["operations"], row["workload"]["operations"]);
    }
    let first = &rows[0]["figures"];
    assert!(first["reads"]["accounts_per_second"].as_f64() > Some(0.0));
    assert!(first["open_seconds"].as_f64() > Some(0.0));
    assert!(first["disk_bytes_each"].as_f64() > Some(0.0));
    assert_eq!(folder.path().read_dir().expect("the folder").count(), 0);
}

#[test]
fn tables_are_for_people() {
    let folder = folder();
    let said = escrowdb(&["bench", "--dir", &within(&folder, ""), "--operations", "100"]);
    assert_eq!(said.code, 0, "{said:?}");
    for words in ["Durable operations", "The disk alone", "one a call, 64 threads", "p99 ms"] {
        assert!(said.out.contains(words), "no {words:?} in {}", said.out);
    }
}

#[test]
fn a_folder_that_is_not_there_is_refused() {
    escrowdb(&["bench", "--dir", "/nowhere/at/all"]).complains(2, "cannot make a folder in");
}
