//! Replicas that follow while another one leads: what they show, and how they take over.

use crate::cluster::Cluster;
use crate::shop::{PATIENCE, furnish, make_log, open, options, paid, pay};
use escrowdb::{Amount, Error, Follower, Id, Options, Role, Status, Store};
use std::time::{Duration, Instant};

/// Longer than any machine takes.
const LONG: Duration = Duration::from_secs(60);

fn follow(directory: &std::path::Path, url: &str) -> Result<Follower, Error> {
    Follower::open(directory, options(url))
}

#[test]
fn a_follower_shows_what_was_answered_before_it_was_asked() {
    let Some(cluster) = Cluster::new() else { return };
    let names = "synchronous_standby_names=ANY 1 (b)";
    let primary = cluster.primary("a", &[names]);
    let mut standby = cluster.standby("b", &primary, &[names]);
    let url = primary.create_database("shop");
    let [one, two] = ["one", "two"].map(|name| cluster.path().join(name));
    make_log(&url, &["b"], 1);
    let store = open(&one, &url).unwrap();
    furnish(&store);

    let follower = follow(&two, &url).unwrap();
    let shows = |follower: &Follower| {
        let customer = follower.snapshot().unwrap().account(Id::from(2)).unwrap().unwrap();
        customer.balances.credits_posted
    };
    let before = follower.snapshot().unwrap();
    for round in 1..=50_u32 {
        assert_eq!(pay(&store, 100 + u128::from(round)).unwrap(), Status::APPLIED);
        assert!(follower.catch_up(LONG).unwrap());
        assert_eq!(shows(&follower), Amount::from(round));
    }
    assert_eq!(follower.head(), store.head().unwrap());
    assert!(before.operation(Id::from(101)).unwrap().is_none(), "a snapshot does not change");

    // The directory is the follower's, and it needs a log to follow.
    let locked = [follow(&two, &url).map(drop), open(&two, &url).map(drop)];
    assert!(locked.iter().all(|locked| matches!(locked, Err(Error::Locked(_)))), "{locked:?}");
    let nothing = Follower::open(cluster.path().join("three"), Options::new()).map(drop);
    assert!(matches!(nothing, Err(Error::InvalidArgument(what)) if what.contains("log")));
    let other = options(&url).store_id(Id::from(1));
    let other = Follower::open(cluster.path().join("four"), other).map(drop);
    assert!(matches!(other, Err(Error::InvalidArgument(_))), "{other:?}");

    // Without standbys nobody can say what was answered; what is there is shown.
    standby.kill();
    let late = pay(&store, 500);
    assert!(matches!(late, Err(Error::Unavailable { .. })), "{late:?}");
    let unsure = follower.catch_up(LONG);
    let named = matches!(&unsure, Err(Error::Unavailable { .. }));
    assert!(named && format!("{unsure:?}").contains("standbys b"), "{unsure:?}");
    assert_eq!(shows(&follower), Amount::from(50_u32));
    // Nor is it waited longer than was said, however patient the log is.
    let patient = options(&url).log_patience(10 * LONG);
    let patient = Follower::open(cluster.path().join("five"), patient).unwrap();
    let begun = Instant::now();
    let unsure = patient.catch_up(PATIENCE);
    assert!(matches!(&unsure, Err(Error::Unavailable { .. })), "{unsure:?}");
    assert!(begun.elapsed() < LONG, "it took {:?}", begun.elapsed());
    standby.start();
    // As soon as there is an answer to it, it is seen.
    while matches!(pay(&store, 500), Err(Error::Unavailable { .. })) {}
    while matches!(follower.catch_up(LONG), Err(Error::Unavailable { .. })) {}
    assert_eq!(shows(&follower), Amount::from(51_u32));
    follower.close().unwrap();
    let follower = follow(&two, &url).unwrap();
    assert_eq!(shows(&follower), Amount::from(51_u32));
}

#[test]
fn a_follower_goes_on_as_the_leader_and_takes_guests() {
    let Some(cluster) = Cluster::new() else { return };
    let primary = cluster.primary("a", &[]);
    let url = primary.create_database("shop");
    let [one, two] = ["one", "two"].map(|name| cluster.path().join(name));
    make_log(&url, &[], 0);
    let store = open(&one, &url).unwrap();
    furnish(&store);
    pay(&store, 100).unwrap();

    // Not while another one leads, who goes on.
    let led = follow(&two, &url).unwrap().lead().map(drop);
    assert!(matches!(led, Err(Error::Led { .. })), "{led:?}");
    pay(&store, 101).unwrap();

    let follower = follow(&two, &url).unwrap();
    store.close().unwrap();
    let leads = follower.lead().unwrap();
    assert_eq!(leads.role(), Role::Host);
    assert_eq!(pay(&leads, 101).unwrap(), Status::EXISTS);
    assert_eq!(pay(&leads, 102).unwrap(), Status::APPLIED);
    let guest = Store::open(&two, Options::new()).unwrap();
    assert_eq!(guest.role(), Role::Guest);
    assert_eq!(pay(&guest, 103).unwrap(), Status::APPLIED);
    assert_eq!(paid(&guest), Amount::from(4_u32));

    // Who led before follows now.
    let follower = follow(&one, &url).unwrap();
    assert!(follower.catch_up(PATIENCE).unwrap());
    assert_eq!(follower.head(), leads.head().unwrap());
    drop(guest);
    leads.close().unwrap();

    // Who asked to be alone stays so.
    let alone = Follower::open(&two, options(&url).exclusive(true)).unwrap().lead().unwrap();
    let refused = Store::open(&two, Options::new()).map(drop);
    assert!(matches!(refused, Err(Error::Locked(_))), "{refused:?}");
    assert_eq!(pay(&alone, 104).unwrap(), Status::APPLIED);
    assert!(follower.catch_up(PATIENCE).unwrap());
    assert_eq!(follower.head(), alone.head().unwrap());
}
