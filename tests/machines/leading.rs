//! One leads: it writes, ends, and begins again elsewhere; others are told of it.

use crate::cluster::Cluster;
use crate::shop::{address, furnish, is_paid, make_log, open, paid, pay};
use escrowdb::journal::JournalError;
use escrowdb::journal::postgres::{Setup, init, status};
use escrowdb::{Amount, ArchiveOptions, Error, Id, Status, Timestamp};

#[test]
fn a_store_is_whole_in_the_database() {
    let Some(cluster) = Cluster::new() else { return };
    let names = "synchronous_standby_names=ANY 1 (a, b)";
    let primary = cluster.primary("a", &[names]);
    let _standby = cluster.standby("b", &primary, &[names]);
    let url = primary.create_database("shop");
    let [one, two, three] = ["one", "two", "three"].map(|name| cluster.path().join(name));

    // There is nothing yet, and what there is is made once.
    let refused = open(&one, &url).map(drop);
    assert!(matches!(refused, Err(Error::InvalidArgument(what)) if what.contains("init")));
    make_log(&url, &["a", "b"], 1);
    let setup = Setup { store_id: Id::from(1).to_bytes(), standbys: Vec::new(), required: 0 };
    assert!(matches!(init(&address(&url), &setup), Err(JournalError::AlreadyExists)));

    let store = open(&one, &url).unwrap();
    furnish(&store);
    for id in 100..120 {
        assert_eq!(pay(&store, id).unwrap(), Status::APPLIED);
    }
    let seen = status(&address(&url)).unwrap();
    assert!(seen.last > 0 && seen.lease_ms > 0 && seen.epoch == 1, "{seen:?}");
    assert!(seen.leader.contains(&format!("process {}", std::process::id())), "{seen:?}");
    let standby = &seen.connected[0];
    assert_eq!((&*standby.name, &*standby.state), ("b", "streaming"));

    // Another one is told who leads, and nothing happens to the one who does.
    let led = open(&two, &url).map(drop);
    let is_said = matches!(&led, Err(Error::Led { holder, .. }) if *holder == seen.leader);
    assert!(is_said, "{led:?}");
    assert_eq!(pay(&store, 120).unwrap(), Status::APPLIED);
    let head = store.head().unwrap();
    store.close().unwrap();

    // Elsewhere, out of the database alone, and at once.
    let store = open(&two, &url).unwrap();
    assert_eq!(store.head().unwrap(), head);
    assert_eq!(paid(&store), Amount::from(21_u32));
    assert_eq!(pay(&store, 100).unwrap(), Status::EXISTS);
    assert_eq!(pay(&store, 121).unwrap(), Status::APPLIED);
    let report = store
        .archive(cluster.path().join("archive"), &ArchiveOptions::before(Timestamp::MAX))
        .unwrap();
    assert!(report.archived.block > 0);
    assert_eq!(pay(&store, 122).unwrap(), Status::APPLIED);
    store.backup(cluster.path().join("backup")).unwrap();
    store.close().unwrap();
    assert_eq!(status(&address(&url)).unwrap().archived, report.archived.block);

    // What was archived is in the database no more, neither for who begins nor for who lags behind.
    let begins = open(&three, &url).map(drop);
    assert!(matches!(begins, Err(Error::Archived { .. })), "{begins:?}");
    let lags = open(&one, &url).map(drop);
    assert!(matches!(lags, Err(Error::MismatchedState(_))), "{lags:?}");
    let store = open(&two, &url).unwrap();
    assert!(is_paid(&store, 122));
    assert_eq!(paid(&store), Amount::from(23_u32));
}
