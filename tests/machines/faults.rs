//! What fails under a leader: its standby, its sessions, its server, itself.

use crate::cluster::{Cluster, Server, wait};
use crate::shop::{address, furnish, is_paid, make_log, open, paid, pay};
use escrowdb::journal::postgres::status;
use escrowdb::{Amount, Error, Status, Store};
use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const NAMES: &str = "synchronous_standby_names=ANY 1 (a, b)";

/// Pays under an id until it is answered, and says what with.
fn pay_at_last(store: &Store, id: u128) -> Status {
    let mut status = None;
    wait("a payment to be answered", || match pay(store, id) {
        Ok(answer) => {
            status = Some(answer);
            true
        }
        Err(Error::Unavailable(_)) => false,
        Err(other) => panic!("{other:?}"),
    });
    status.unwrap()
}

/// A server, its standby, and a shop with a log on them.
fn shop(cluster: &Cluster) -> (Server, Server, String) {
    let primary = cluster.primary("a", &[NAMES]);
    let standby = cluster.standby("b", &primary, &[NAMES]);
    let url = primary.create_database("shop");
    make_log(&url, &["a", "b"], 1);
    (primary, standby, url)
}

#[test]
fn without_its_standby_nothing_is_answered_and_then_it_goes_on() {
    let Some(cluster) = Cluster::new() else { return };
    let (primary, mut standby, url) = shop(&cluster);
    let store = open(&cluster.path().join("shop"), &url).unwrap();
    furnish(&store);
    assert_eq!(pay(&store, 100).unwrap(), Status::APPLIED);
    standby.kill();
    let begun = Instant::now();
    let refused = pay(&store, 101);
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    assert!(begun.elapsed() >= Duration::from_secs(2));
    assert!(!is_paid(&store, 101), "shown, and not durable");
    assert!(matches!(pay(&store, 102), Err(Error::Unavailable(_))));

    // The wait is broken off, by an administrator, say: the server calls that a success.
    let waiter = primary.waiter();
    let mut client = primary.client("postgres");
    client.query_one("SELECT pg_cancel_backend($1)", &[&waiter]).unwrap();
    assert!(matches!(pay(&store, 103), Err(Error::Unavailable(_))));
    assert!(!is_paid(&store, 101), "shown, and not durable");
    let waiter = primary.waiter();
    client.query_one("SELECT pg_terminate_backend($1)", &[&waiter]).unwrap();
    assert!(matches!(pay(&store, 104), Err(Error::Unavailable(_))));

    standby.start();
    assert_eq!(pay_at_last(&store, 105), Status::APPLIED);
    assert_eq!(pay_at_last(&store, 101), Status::EXISTS);
    for id in [102, 103, 104] {
        assert_eq!(pay_at_last(&store, id), Status::APPLIED);
    }
    assert_eq!(paid(&store), Amount::from(6_u32));
    let head = store.head().unwrap();
    store.close().unwrap();
    let again = open(&cluster.path().join("again"), &url).unwrap();
    assert_eq!(again.head().unwrap(), head);
}

#[test]
fn a_backup_client_is_no_standby() {
    let Some(cluster) = Cluster::new() else { return };
    // What some managers of clusters set when the last standby is gone.
    let primary = cluster.primary("a", &["synchronous_standby_names=*"]);
    let _other = cluster.standby("copy", &primary, &[]);
    let url = primary.create_database("shop");
    make_log(&url, &["b"], 1);
    let refused = open(&cluster.path().join("shop"), &url).map(drop);
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
}

#[test]
fn a_standby_takes_the_place_of_its_server_and_nothing_is_lost() {
    let Some(cluster) = Cluster::new() else { return };
    let (mut primary, standby, url) = shop(&cluster);
    let both = url.replace(
        &format!("127.0.0.1:{}", primary.port),
        &format!("127.0.0.1:{},127.0.0.1:{}", primary.port, standby.port),
    );
    let store = open(&cluster.path().join("shop"), &both).unwrap();
    furnish(&store);
    let count = 200_u32;
    let (third, answered) = thread::scope(|scope| {
        let paying = scope.spawn(|| {
            (0..count).map(|id| pay_at_last(&store, 100 + u128::from(id))).collect::<Vec<_>>()
        });
        wait("some payments", || paid(&store) > Amount::from(20_u32));
        primary.kill();
        standby.promote();
        let third = cluster.standby("a", &standby, &[NAMES]);
        (third, paying.join().unwrap())
    });
    let is_done = |status: &Status| [Status::APPLIED, Status::EXISTS].contains(status);
    assert!(answered.iter().all(is_done));
    assert_eq!(paid(&store), Amount::from(count));
    let head = store.head().unwrap();
    store.close().unwrap();
    let again = open(&cluster.path().join("again"), &standby.url("shop")).unwrap();
    assert_eq!(again.head().unwrap(), head);
    drop((again, third));
}

/// Says where a child finds its store, and the address of its log.
const CHILD: &str = "ESCROWDB_MACHINES_CHILD";

/// The child. Does nothing unless it was started as one: pays, and says what was answered.
#[test]
fn child() {
    let Ok(child) = env::var(CHILD) else { return };
    let (directory, rest) = child.split_once(' ').unwrap();
    let (url, first) = rest.split_once(' ').unwrap();
    let store = open(Path::new(directory), url).unwrap();
    furnish(&store);
    let mut id: u128 = first.parse().unwrap();
    loop {
        match pay(&store, id) {
            Ok(_) => println!("answered {id}"),
            Err(Error::Unavailable(_)) => continue,
            Err(error) => {
                println!("ended {error:?}");
                return;
            }
        }
        id += 1;
    }
}

fn start_child(directory: &Path, url: &str, first: u128) -> Child {
    let child = format!("{} {url} {first}", directory.display());
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "faults::child", "--nocapture"])
        .env(CHILD, child)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What a child printed: the ids that were answered, and how it ended if it says so.
fn heard(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    // The runner of the tests prints beside it.
    lines.filter_map(|line| {
        let at = line.find("answered ").or_else(|| line.find("ended "))?;
        Some(line[at..].to_owned())
    })
}

#[test]
fn a_leader_that_is_killed_has_lost_nothing_that_it_answered() {
    let Some(cluster) = Cluster::new() else { return };
    let (_primary, _standby, url) = shop(&cluster);
    let mut last_epoch = 0;
    for round in 0..2_u128 {
        let first = 1_000 * (round + 1);
        let mut child = start_child(&cluster.path().join(format!("{round}")), &url, first);
        let mut lines = heard(&mut child);
        // At any time: before a commit, in it, and after it.
        let mut answered: Vec<String> = lines.by_ref().take(7 + 11 * round as usize).collect();
        child.kill().unwrap();
        child.wait().unwrap();
        answered.extend(lines);
        let store = open(&cluster.path().join(format!("after {round}")), &url).unwrap();
        for line in &answered {
            let id = line.strip_prefix("answered ").unwrap().parse().unwrap();
            assert!(is_paid(&store, id), "{line}, and lost");
        }
        let epoch = status(&address(&url)).unwrap().epoch;
        assert!(epoch > last_epoch, "{epoch}");
        last_epoch = epoch;
        store.close().unwrap();
    }
}

#[test]
fn a_leader_that_slept_through_its_lease_is_fenced() {
    let Some(cluster) = Cluster::new() else { return };
    let (_primary, _standby, url) = shop(&cluster);
    let mut child = start_child(&cluster.path().join("former"), &url, 1_000);
    let mut lines = heard(&mut child);
    let seen: Vec<String> = lines.by_ref().take(5).collect();
    let signal = |name: &str| {
        let sent = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    };
    signal("-STOP");
    let store = open(&cluster.path().join("next"), &url).unwrap();
    assert_eq!(pay(&store, 1).unwrap(), Status::APPLIED);
    let head = store.head().unwrap().block;
    signal("-CONT");
    let rest: Vec<String> = lines.collect();
    child.wait().unwrap();
    assert_eq!(rest.last().map(String::as_str), Some("ended Fenced"));
    let was_answered = |line: &String| {
        let id = line.strip_prefix("answered ")?.parse().ok()?;
        Some(id)
    };
    for id in seen.iter().chain(&rest).filter_map(was_answered) {
        assert!(is_paid(&store, id), "{id} was answered, and is lost");
    }
    assert_eq!(store.head().unwrap().block, head, "it wrote nothing more");
    assert_eq!(pay(&store, 2).unwrap(), Status::APPLIED);
}
