//! Around the log: who leads no more and writes all the same, directories that are no replicas,
//! openings that failed. No standby is needed for it.

use crate::cluster::{Cluster, Server};
use crate::shop::{STORE, address, furnish, make_log, open, paid, pay};
use escrowdb::journal::postgres::{Setup, init, status};
use escrowdb::{
    Amount, ArchiveOptions, Error, Id, Options, Status, Store, Timestamp, VerifyOptions, restore,
};
use std::path::Path;
use std::thread;
use std::time::Duration;

/// A server of its own, and a log that needs no standby.
fn alone(cluster: &Cluster) -> (Server, String) {
    let primary = cluster.primary("a", &[]);
    let url = primary.create_database("shop");
    make_log(&url, &[], 0);
    (primary, url)
}

fn locally(directory: &Path) -> Result<Store, Error> {
    Store::open(directory, Options::new().store_id(Id::from(STORE)))
}

fn says_that_it_is_no_replica(opened: Result<Store, Error>) {
    let opened = opened.map(drop);
    let is_said = matches!(&opened, Err(Error::InvalidArgument(what)) if what.contains("its own"));
    assert!(is_said, "{opened:?}");
}

/// Symptom: a leader that had slept through its lease archived, and deleted blocks under the one
/// that led since, whose own archive and backup then failed. Cause: letting go named no epoch.
#[test]
fn who_leads_no_more_lets_nothing_go() {
    let Some(cluster) = Cluster::new() else { return };
    let (primary, url) = alone(&cluster);
    let [one, two, archive, other] =
        ["one", "two", "archive", "other"].map(|name| cluster.path().join(name));
    let former = open(&one, &url).unwrap();
    furnish(&former);
    for id in 100..110 {
        assert_eq!(pay(&former, id).unwrap(), Status::APPLIED);
    }
    // As if the leader had slept; how soon it hears of it is left to chance.
    let run_out = "UPDATE escrowdb.lease SET expires_at = clock_timestamp()";
    let mut client = primary.client("shop");
    let leader = loop {
        client.batch_execute(run_out).unwrap();
        match open(&two, &url) {
            Ok(leader) => break leader,
            Err(Error::Led { .. }) => (),
            Err(other) => panic!("{other:?}"),
        }
    };
    let all = ArchiveOptions::before(Timestamp::MAX);
    let refused = former.archive(&archive, &all);
    assert!(matches!(refused, Err(Error::Fenced)), "{refused:?}");
    assert_eq!(status(&address(&url)).unwrap().archived, 0);

    assert_eq!(pay(&leader, 200).unwrap(), Status::APPLIED);
    let kept = leader.archive(&other, &all).unwrap();
    assert_eq!(status(&address(&url)).unwrap().archived, kept.archived.block);
    leader.backup(cluster.path().join("backup")).unwrap();
}

/// Symptom: a store with a journal of its own was opened with a log of the same id: what it had
/// answered was gone without a word, or it could not be opened any more, with the log or without.
/// Cause: it became a replica before anybody had looked.
#[test]
fn a_store_with_more_than_the_log_is_no_replica_of_it() {
    let Some(cluster) = Cluster::new() else { return };
    let (_primary, url) = alone(&cluster);
    let [home, replica, backup, restored] =
        ["home", "replica", "backup", "restored"].map(|name| cluster.path().join(name));
    let store = locally(&home).unwrap();
    furnish(&store);
    assert_eq!(pay(&store, 100).unwrap(), Status::APPLIED);
    drop(store);
    for _ in 0..2 {
        says_that_it_is_no_replica(open(&home, &url));
        let store = locally(&home).unwrap();
        assert_eq!(paid(&store), Amount::from(1_u32));
    }

    // A backup of the log's store is one, until it goes its own way.
    let store = open(&replica, &url).unwrap();
    furnish(&store);
    assert_eq!(pay(&store, 200).unwrap(), Status::APPLIED);
    store.backup(&backup).unwrap();
    assert_eq!(pay(&store, 201).unwrap(), Status::APPLIED);
    store.close().unwrap();
    restore(&backup, &restored, &VerifyOptions::default(), |_, _| ()).unwrap();
    let alone = locally(&restored).unwrap();
    assert_eq!(pay(&alone, 5_000).unwrap(), Status::APPLIED);
    drop(alone);
    says_that_it_is_no_replica(open(&restored, &url));
    let again = cluster.path().join("again");
    restore(&backup, &again, &VerifyOptions::default(), |_, _| ()).unwrap();
    let store = open(&again, &url).unwrap();
    assert_eq!(paid(&store), Amount::from(2_u32));
}

/// Symptom: an opening that had failed took the lead seconds later, for nobody. Cause: what waited
/// for the lease was not told that nobody waited for it.
#[test]
fn an_opening_that_failed_takes_no_lead_later() {
    let Some(cluster) = Cluster::new() else { return };
    let (primary, url) = alone(&cluster);
    let mut client = primary.client("shop");
    let held = "UPDATE escrowdb.lease SET holder = 'a dead one', \
        expires_at = clock_timestamp() + interval '1 year'";
    client.batch_execute(held).unwrap();
    let led = open(&cluster.path().join("one"), &url).map(drop);
    let is_said = matches!(&led, Err(Error::Led { holder, .. }) if holder == "a dead one");
    assert!(is_said, "{led:?}");
    client.batch_execute("UPDATE escrowdb.lease SET expires_at = clock_timestamp()").unwrap();
    thread::sleep(Duration::from_secs(1));
    assert_eq!(status(&address(&url)).unwrap().epoch, 0);
    open(&cluster.path().join("one"), &url).unwrap();
}

/// Symptom: a role with a single connection led, lost its lease without a word, and was fenced by
/// the next who came. Cause: nobody looked whether the lease could be kept.
#[test]
fn who_cannot_keep_the_lease_does_not_lead() {
    let Some(cluster) = Cluster::new() else { return };
    let (primary, url) = alone(&cluster);
    let mut client = primary.client("shop");
    client
        .batch_execute(
            "CREATE ROLE few LOGIN CONNECTION LIMIT 1; GRANT pg_monitor TO few; \
             GRANT USAGE ON SCHEMA escrowdb TO few; \
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA escrowdb TO few",
        )
        .unwrap();
    let url = url.replace("postgres@", "few@");
    let refused = open(&cluster.path().join("one"), &url).map(drop);
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
}

#[test]
fn a_log_is_made_once_however_many_make_it() {
    let Some(cluster) = Cluster::new() else { return };
    let primary = cluster.primary("a", &[]);
    let url = primary.create_database("shop");
    let setup = Setup { store_id: Id::from(STORE).to_bytes(), standbys: Vec::new(), required: 0 };
    let made = thread::scope(|scope| {
        let makers: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| init(&address(&url), &setup).map_err(Error::from)))
            .collect();
        makers.into_iter().map(|maker| maker.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
    for made in made.into_iter().filter_map(Result::err) {
        assert!(matches!(made, Error::InTheWay(_)), "{made:?}");
    }
    let nameless = Setup { standbys: vec![String::new()], required: 1, ..setup };
    assert!(init(&address(&url), &nameless).is_err());
}
