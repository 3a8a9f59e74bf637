//! A store is moved into a database, and out of it again.

use crate::cluster::Cluster;
use crate::shop::{STORE, address, furnish, is_paid, make_log, open, options, paid, pay};
use escrowdb::journal::postgres::{Setup, init, status};
use escrowdb::{
    Amount, ArchiveOptions, AtDeadline, ClockSource, Error, FileAccess, Id, OpenMode, Operation,
    Options, Phase, Status, Store, Timestamp, journal,
};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

fn escrowdb(url: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_escrowdb"));
    command.args(arguments).env("ESCROWDB_LOG", url).output().unwrap()
}

fn done(output: &Output) -> String {
    let words = String::from_utf8([&*output.stdout, &*output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{words}");
    words
}

fn refused(output: &Output, what: &str) {
    let words = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(matches!(output.status.code(), Some(1 | 2)), "{words}");
    assert!(words.contains(what) && words.trim_end().lines().count() == 1, "{words}");
}

fn here(directory: &Path) -> Result<Store, Error> {
    // Small segments, so that there are some to archive.
    let journal = journal::Options { segment_bytes: 3_000, preallocate_bytes: 1_024 };
    Store::open(directory, Options::new().store_id(Id::from(STORE)).journal(journal))
}

#[test]
fn a_store_moves_into_a_database_and_back() {
    let Some(cluster) = Cluster::new() else { return };
    let primary = cluster.primary("a", &[]);
    let [shop, early, back] = ["shop", "early", "back"].map(|name| cluster.path().join(name));
    let [moved, taken, begun] =
        ["moved", "taken", "begun"].map(|name| primary.create_database(name));

    let store = here(&shop).unwrap();
    furnish(&store);
    for id in 100..120 {
        pay(&store, id).unwrap();
    }
    store.backup(&early).unwrap();
    let all = ArchiveOptions::before(Timestamp::MAX);
    store.archive(cluster.path().join("archive"), &all).unwrap();
    for id in 120..140 {
        pay(&store, id).unwrap();
    }
    let head = store.head().unwrap();
    let path = shop.to_str().unwrap();
    let import = |url: &str| escrowdb(url, &["replicate", "import", path, "--without-standbys"]);

    // Not while somebody writes to it; not where another store is; not without a word on standbys.
    refused(&import(&moved), "open elsewhere");
    store.close().unwrap();
    let setup = Setup { store_id: Id::from(1).to_bytes(), standbys: Vec::new(), required: 0 };
    init(&address(&taken), &setup).unwrap();
    refused(&import(&taken), "another store's log");
    let nobody = ["replicate", "import", path, "--standby", "b", "--required", "2"];
    refused(&escrowdb(&moved, &nobody), "more standbys than are named");
    // It is still a store of its own.
    assert_eq!(here(&shop).unwrap().head().unwrap(), head);

    // An earlier attempt came no further than to make the log, of which it says something else.
    make_log(&begun, &[], 0);
    let named = "UPDATE escrowdb.store SET standbys = '{b}'";
    primary.client("begun").batch_execute(named).unwrap();
    refused(&import(&begun), "with other standbys");

    // One was made by hand, and the store does not have its beginning any more.
    let empty = primary.create_database("empty");
    make_log(&empty, &[], 0);
    refused(&import(&empty), "has archived what comes next");

    assert!(done(&import(&moved)).contains(&format!("up to block {}", head.block)));
    let seen = status(&address(&moved)).unwrap();
    assert_eq!((seen.last, seen.required), (head.block, 0));
    assert!(seen.archived > 0, "what was archived is not brought along");
    let alone = here(&shop).map(drop);
    assert!(matches!(alone, Err(Error::InvalidArgument(_))), "{alone:?}");
    let store = open(&shop, &moved).unwrap();
    assert_eq!(store.head().unwrap(), head);
    assert_eq!(pay(&store, 139).unwrap(), Status::EXISTS);
    assert_eq!(pay(&store, 140).unwrap(), Status::APPLIED);
    store.close().unwrap();

    // What is behind the log is not mistaken for what it is made of.
    let behind = early.to_str().unwrap();
    let late = ["replicate", "import", behind, "--without-standbys"];
    refused(&escrowdb(&moved, &late), "has blocks that the journal lacks");

    let out = back.to_str().unwrap();
    let said = done(&escrowdb(&moved, &["replicate", "export", path, out]));
    let store = here(&back).unwrap();
    assert!(said.contains(&store.head().unwrap().to_string()), "{said}");
    assert!(is_paid(&store, 140));
    assert_eq!(paid(&store), Amount::from(41_u32));
    assert_eq!(pay(&store, 141).unwrap(), Status::APPLIED);
    refused(&escrowdb(&moved, &["replicate", "export", path, out]), "name another one");
}

#[test]
fn a_move_that_was_cut_short_goes_on() {
    let Some(cluster) = Cluster::new() else { return };
    let primary = cluster.primary("a", &[]);
    let url = primary.create_database("moved");
    let shop = cluster.path().join("shop");
    let store = here(&shop).unwrap();
    furnish(&store);
    for id in 100..160 {
        pay(&store, id).unwrap();
    }
    let head = store.head().unwrap();
    store.close().unwrap();
    // The server takes no more after some blocks.
    make_log(&url, &[], 0);
    let stop = "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
        RAISE EXCEPTION 'no more'; END $$; \
        CREATE TRIGGER stop BEFORE INSERT ON escrowdb.block FOR EACH ROW WHEN (NEW.number > 20) \
        EXECUTE FUNCTION stop()";
    primary.client("moved").batch_execute(stop).unwrap();
    let cut = Store::replicate(&shop, options(&url), &[], 0);
    assert!(matches!(cut, Err(Error::Unavailable { .. })), "{cut:?}");
    assert_eq!(status(&address(&url)).unwrap().last, 20);
    // It is opened as before, and may go on meanwhile.
    let store = here(&shop).unwrap();
    assert_eq!(pay(&store, 160).unwrap(), Status::APPLIED);
    store.close().unwrap();
    primary.client("moved").batch_execute("DROP TRIGGER stop ON escrowdb.block").unwrap();
    let moved = Store::replicate(&shop, options(&url), &[], 0).unwrap();
    assert_eq!(moved.block, head.block + 1);
    let store = open(&shop, &url).unwrap();
    assert_eq!(store.head().unwrap(), moved);
    assert_eq!(paid(&store), Amount::from(61_u32));
}

/// Neither the rights of its files nor its deadlines change by being moved.
#[test]
fn a_store_that_is_moved_stays_what_it_was() {
    let Some(cluster) = Cluster::new() else { return };
    let primary = cluster.primary("a", &[]);
    let url = primary.create_database("moved");
    let [shop, back] = ["shop", "back"].map(|name| cluster.path().join(name));
    let options = Options::new().clock(ClockSource::Manual).file_access(FileAccess::GroupWrite);
    let store = Store::open(&shop, options.store_id(Id::from(STORE))).unwrap();
    // Long ago, by the clock of whoever moves it.
    store.advance(Timestamp::from_nanoseconds(1_000_000_000)).unwrap();
    furnish(&store);
    pay(&store, 100).unwrap();
    let [customer, bank, id] = [2, 1, 200].map(Id::from);
    let hold = Operation::hold(id, customer, bank, 1, Amount::from(1_u32));
    store.submit(&[hold.with_deadline(1, AtDeadline::REFUND)]).unwrap();
    store.close().unwrap();

    let [from, to] = [&shop, &back].map(|path| path.to_str().unwrap());
    done(&escrowdb(&url, &["replicate", "import", from, "--without-standbys"]));
    done(&escrowdb(&url, &["replicate", "export", from, to]));
    for directory in [&shop, &back] {
        let mode = |name| fs::metadata(directory.join(name)).unwrap().permissions().mode();
        let modes = ["FORMAT", "state.redb"].map(|name| mode(name) & 0o777);
        assert_eq!(modes, [0o660; 2], "{}", directory.display());
    }
    let store = Store::open(&back, Options::new().mode(OpenMode::ReadOnly)).unwrap();
    let hold = store.snapshot().unwrap().hold(id).unwrap().unwrap();
    assert_eq!(hold.phase, Phase::FUNDED);
    store.close().unwrap();

    // What was not written to for long is told the time before it is moved.
    let again = primary.create_database("again");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let now = Timestamp::from_nanoseconds(u64::try_from(now).unwrap());
    let store = Store::open(&back, Options::new()).unwrap();
    store.confirm_clock(now).unwrap();
    store.close().unwrap();
    done(&escrowdb(&again, &["replicate", "import", to, "--without-standbys"]));
    assert_eq!(pay(&open(&back, &again).unwrap(), 101).unwrap(), Status::APPLIED);
}

/// A move is done when the standbys have all of it, also what an earlier attempt left.
#[test]
fn what_was_moved_is_durable() {
    let Some(cluster) = Cluster::new() else { return };
    let names = "synchronous_standby_names=ANY 1 (b)";
    let primary = cluster.primary("a", &[names]);
    let mut standby = cluster.standby("b", &primary, &[names]);
    let url = primary.create_database("moved");
    let [shop, early] = ["shop", "early"].map(|name| cluster.path().join(name));
    let store = here(&shop).unwrap();
    furnish(&store);
    let head = store.head().unwrap();
    store.backup(&early).unwrap();
    store.close().unwrap();
    let standbys = ["b".to_owned()];
    assert_eq!(Store::replicate(&shop, options(&url), &standbys, 1).unwrap(), head);

    standby.kill();
    let unsure = Store::replicate(&early, options(&url), &standbys, 1);
    assert!(matches!(unsure, Err(Error::Unavailable { .. })), "{unsure:?}");
    assert_eq!(here(&early).unwrap().head().unwrap(), head);
    standby.start();
    while matches!(
        Store::replicate(&early, options(&url), &standbys, 1),
        Err(Error::Unavailable { .. })
    ) {}
    let alone = here(&early).map(drop);
    assert!(matches!(alone, Err(Error::InvalidArgument(_))), "{alone:?}");
}
