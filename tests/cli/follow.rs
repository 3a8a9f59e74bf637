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
