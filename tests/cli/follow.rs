//! Consumers of events: each event once, whatever interrupts them.

use crate::command::{command, data, escrowdb, folder, within};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn a_consumer_goes_on_where_it_left_off() {
    let folder = folder();
    let store = within(&folder, "yen.escrow");
    assert_eq!(escrowdb(&["settle", &data("yen.csv"), "--store", &store]).code, 0);
    let all = escrowdb(&["events", &store, "--json"]).lines();
    let take = |limit: &str| {
        escrowdb(&["events", &store, "--consumer", "mailer", "--limit", limit]).lines()
    };
    let first = take("3");
    assert_eq!(first.len(), 3);
    assert_eq!([first, take("0")].concat(), all);
    assert!(take("0").is_empty(), "nothing is new");
    // It is no news for others, either, that somebody has read.
    let other = escrowdb(&["events", &store, "--consumer", "other", "--json"]).lines();
    assert_eq!(other, all);
    let said = escrowdb(&["events", &store, "--consumer", "mailer", "--after", "7"]);
    said.complains(2, "--after");
}

/// A follower waits, and ends by itself when it is asked to or nobody reads any more.
#[test]
fn a_follower_ends_cleanly() {
    let folder = folder();
    let store = within(&folder, "yen.escrow");
    assert_eq!(escrowdb(&["settle", &data("yen.csv"), "--store", &store]).code, 0);
    let count = escrowdb(&["events", &store, "--json"]).lines().len();
    for (consumer, is_asked) in [("asked", true), ("alone", false)] {
        let mut follower = command(&["events", &store, "--follow", "--consumer", consumer]);
        let mut child = follower.stdout(Stdio::piped()).spawn().expect("it runs");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        for _ in 0..count {
            lines.next().expect("a line").expect("text");
        }
        if is_asked {
            let id = child.id().to_string();
            let status = Command::new("kill").args(["-INT", &id]).status().expect("kill runs");
            assert!(status.success());
            assert!(lines.next().is_none());
        }
        drop(lines);
        assert_eq!(child.wait().expect("it ends").code(), Some(0), "{consumer}");
        let rest = escrowdb(&["events", &store, "--consumer", consumer]).lines();
        assert!(rest.is_empty(), "all was acknowledged: {rest:?}");
    }
}

/// One that is gone for good held back the archive for ever, and no command could say so.
#[test]
fn a_consumer_is_listed_and_removed() {
    let folder = folder();
    let store = within(&folder, "yen.escrow");
    assert_eq!(escrowdb(&["settle", &data("yen.csv"), "--store", &store]).code, 0);
    let consumers = || escrowdb(&["consumers", &store, "--json"]).json()["consumers"].clone();
    escrowdb(&["remove-consumer", &store, "mailer"])
        .complains(2, "there is no consumer \"mailer\"; there is none");
    let seen = escrowdb(&["events", &store, "--consumer", "mailer", "--limit", "3"]).lines();
    let all = escrowdb(&["events", &store, "--consumer", "books"]).lines();
    let known = |name: &str, seen: &[serde_json::Value]| {
        let last = &seen[seen.len() - 1];
        serde_json::json!({"name": name, "position": last["timestamp"]})
    };
    let (books, mailer) = (known("books", &all), known("mailer", &seen));
    assert_eq!(consumers(), serde_json::json!([books, mailer]));
    let text = escrowdb(&["consumers", &store]).out;
    let names: Vec<_> = text.lines().map(|line| line.split("  ").nth(1)).collect();
    assert_eq!(names, [Some("books"), Some("mailer")]);

    escrowdb(&["remove-consumer", &store, "mail"])
        .complains(2, "there is no consumer \"mail\"; there is \"books\", \"mailer\"");
    assert_eq!(escrowdb(&["remove-consumer", &store, "mailer", "--json"]).json(), mailer);
    assert_eq!(consumers(), serde_json::json!([books]));
    // Its name begins again.
    assert_eq!(escrowdb(&["events", &store, "--consumer", "mailer"]).lines(), all);
    let said = escrowdb(&["remove-consumer", &store, "books"]);
    assert!(said.code == 0 && said.out.starts_with("The consumer \"books\","), "{said:?}");
    escrowdb(&["remove-consumer", &within(&folder, "none"), "books"])
        .complains(2, "there is no escrow store");
}

/// A mailer whose output was closed by whoever started it was taken to have got every event.
#[test]
fn nothing_is_acknowledged_that_reached_nobody() {
    let folder = folder();
    let path = within(&folder, "shop.escrow");
    assert_eq!(escrowdb(&["settle", &data("orders.csv"), "--store", &path]).code, 0);
    for output in [">&-", "1</dev/null"] {
        let line = format!("\"$0\" events \"$1\" --consumer mailer {output}");
        let run = Command::new("sh")
            .args(["-c", &line, env!("CARGO_BIN_EXE_escrowdb"), &path])
            .output()
            .expect("a shell");
        assert_eq!(run.status.code(), Some(1), "{output}: {run:?}");
        assert!(String::from_utf8_lossy(&run.stderr).contains("standard output is closed"));
    }
    assert_eq!(escrowdb(&["consumers", &path]).out, "");
}

/// On a store that was archived a new consumer begins where the events begin.
#[test]
fn a_new_consumer_begins_where_it_is_told() {
    let folder = folder();
    let path = within(&folder, "shop.escrow");
    assert_eq!(escrowdb(&["settle", &data("orders.csv"), "--store", &path]).code, 0);
    let all = escrowdb(&["events", &path, "--limit", "10", "--json"]).lines();
    let from = all[4]["timestamp"].as_str().expect("a time");
    let begun = escrowdb(&["events", &path, "--consumer", "new", "--after", from, "--limit", "1"]);
    assert_eq!(begun.lines()[0]["timestamp"], all[5]["timestamp"]);
    let again = escrowdb(&["events", &path, "--consumer", "new", "--limit", "1"]);
    assert_eq!(again.lines()[0]["timestamp"], all[6]["timestamp"]);
    let refused = escrowdb(&["events", &path, "--consumer", "new", "--after", from]);
    refused.complains(2, "--after is for a new one");
}
