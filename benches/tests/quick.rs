//! The program runs, all of it, in tiny sizes.

use serde_json::Value;
use std::path::Path;
use std::process::Command;

fn run(arguments: &[&str], out: &Path) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_throughput"));
    command.args(arguments).arg("--out").arg(out);
    let output = command.output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let report = std::fs::read(out.join("report.json")).expect("a report");
    serde_json::from_slice(&report).expect("JSON")
}

#[test]
fn every_row_is_measured() {
    let folder = tempfile::tempdir().expect("a folder");
    // A cluster of PostgreSQL takes seconds to begin: that has a test of its own.
    let arguments = ["--quick", "--rounds", "2", "--rivals", "sqlite,naive-redb,bare-loop"];
    let report = run(&arguments, folder.path());
    let rows = report["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 12);
    for row in rows {
        for results in row["results"].as_array().expect("results") {
            assert_eq!(results["failure"], Value::Null, "{} of {}", results, row["words"]);
            let rounds = results["rounds"].as_array().expect("rounds");
            assert_eq!(rounds.len(), 2);
            let is_bare = results["contestant"] == "bare_loop";
            for round in rounds {
                let speed = if is_bare { &round["bare"] } else { round };
                assert!(speed["per_second"].as_f64() > Some(0.0), "{results}");
            }
        }
    }
    let store = rows.iter().find(|row| row["aftermath"] == true).expect("the row of the store");
    let round = &store["results"][0]["rounds"][0];
    assert!(round["reads"]["accounts_per_second"].as_f64() > Some(0.0));
    assert!(round["open_seconds"].as_f64() > Some(0.0), "opened after a kill");
    assert!(round["disk_bytes_each"].as_f64() > Some(0.0));
    let table = std::fs::read_to_string(folder.path().join("report.md")).expect("a table");
    assert!(table.contains("| workload |") && table.contains("SQLite"), "{table}");
    for plot in ["by-batch-size.svg", "by-store-size.svg", "latency.svg"] {
        let plot = std::fs::read_to_string(folder.path().join(plot)).expect("a plot");
        assert!(plot.starts_with("<svg") && plot.contains("polyline"), "{plot}");
    }
}

/// Other wallets are there already when the rows are measured again.
#[test]
fn wallets_are_measured_with_nobody_else_and_with_many() {
    let (folder, kept) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir());
    let kept = kept.expect("a folder").keep();
    let towns = || {
        let kept = kept.to_str().expect("a name");
        let arguments = ["--quick", "--rows", "wallets", "--others", "700", "--kept", kept];
        run(&arguments, folder.path())["wallets"].as_array().expect("stores").clone()
    };
    let (first, second) = (towns(), towns());
    assert!(first[1]["seconds_to_populate"].as_f64() > Some(0.0));
    assert_eq!(second[1]["seconds_to_populate"], Value::Null, "made once");
    for (towns, others) in [(&first, 0), (&second, 700)] {
        let town = &towns[usize::from(others > 0)];
        assert_eq!(town["others"], others);
        let lines = town["lines"].as_array().expect("rows");
        assert_eq!(lines.len(), if others > 0 { 5 } else { 9 });
        for line in lines {
            assert!(line["per_second"].as_f64() > Some(0.0), "{line}");
        }
    }
    let table = std::fs::read_to_string(folder.path().join("report.md")).expect("a table");
    assert!(table.contains("## Wallets") && !table.contains("| workload |"), "{table}");
    std::fs::remove_dir_all(kept).expect("it was ours");
}

#[test]
fn orders_are_measured_beside_bare_operations() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = run(&["--quick", "--rows", "orders", "--rounds", "2"], folder.path());
    let lines = report["orders"].as_array().expect("rows");
    assert_eq!(lines.len(), 2);
    for line in lines {
        let rounds = line["rounds"].as_array().expect("rounds");
        assert_eq!(rounds.len(), 2);
        for round in rounds {
            assert!(round["per_second"].as_f64() > Some(0.0), "{line}");
            assert!(round["bare_per_second"].as_f64() > Some(0.0), "{line}");
        }
    }
    let table = std::fs::read_to_string(folder.path().join("report.md")).expect("a table");
    assert!(table.contains("## Orders") && !table.contains("## Wallets"), "{table}");
}

#[test]
fn a_curve_has_the_sizes_that_were_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["--quick", "--curve", "1k,20k", "--rivals", "escrowdb", "--rounds", "1"];
    let report = run(&arguments, folder.path());
    let sizes: Vec<_> = report["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["workload"]["operations"].as_u64().expect("a number"))
        .collect();
    assert_eq!(sizes, [1_000, 20_000]);
}

#[test]
fn rivals_that_are_slow_to_begin_are_measured_or_say_why_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let rivals = "postgres,doubleentry";
    let arguments = ["--quick", "--rows", "transfers", "--rivals", rivals, "--rounds", "1"];
    let report = run(&arguments, folder.path());
    let obstacles = report["obstacles"].as_array().expect("obstacles").len();
    for row in report["rows"].as_array().expect("rows") {
        let results = row["results"].as_array().expect("results");
        assert_eq!(results.len() + obstacles, 3, "escrowdb and both, or why not");
        for results in results {
            assert_eq!(results["failure"], Value::Null, "{results}");
        }
    }
}
