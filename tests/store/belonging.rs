//! State and journal belong together, and a choice outlives the state.

use crate::world::*;
use escrowdb::*;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const STATE: &str = "state.redb";

fn options() -> Options {
    let journal = journal::Options { segment_bytes: 4_000, preallocate_bytes: 512 };
    manual().cache_bytes(4 << 20).journal(journal)
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy_folder(&entry.path(), &target);
        } else if kind.is_file() {
            // Not the socket of a store that is open.
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Pays in so often, a block each, with ids from a number on.
fn pay(path: &Path, ids: std::ops::Range<u128>) -> Head {
    let store = Store::open(path, options()).unwrap();
    for number in ids {
        let pay = Operation::transfer(id(number), id(BANK), id(WALLET), LEDGER, amount(1));
        assert_eq!(store.submit(&[pay]).unwrap()[0].status, Status::APPLIED);
    }
    let head = store.head().unwrap();
    store.close().unwrap();
    head
}

/// A closed store with 30 payments.
fn sample() -> (TempDir, PathBuf, Head) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    let store = Store::open(&path, options()).unwrap();
    settle_in(&store, 1);
    store.close().unwrap();
    let head = pay(&path, 1_000..1_030);
    (directory, path, head)
}

/// The store is refused for its state and left as it was, and the recipe of the page on repair
/// helps.
fn is_refused(store: &Path, head: Head, words: &str) {
    let segments = || -> Vec<_> {
        let names = fs::read_dir(store.join("journal")).unwrap().map(|entry| entry.unwrap().path());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names.into_iter().map(|name| (fs::read(&name).unwrap(), name)).collect()
    };
    let before = segments();
    let error = Store::open(store, options()).unwrap_err();
    assert!(matches!(error, Error::MismatchedState(_)), "{error:?}");
    let text = error.to_string();
    assert!(text.contains(words) && !text.contains('\n'), "{text}");
    assert!(before == segments(), "nothing of the journal is written");
    assert!(verify(store, |_, _| ()).unwrap().fault.is_some());
    fs::rename(store.join(STATE), store.join("state.redb.bad")).unwrap();
    drop(Store::open(store, options()).unwrap());
    let report = verify_with(store, &VerifyOptions::new().expect(head), |_, _| ()).unwrap();
    assert_eq!(report.fault, None);
    pay(store, 9_000..9_003);
    assert_eq!(verify(store, |_, _| ()).unwrap().fault, None);
}

/// Symptom: a store with another one's `state.redb` opened and answered with the other's balances,
/// and the first write broke the chain of its journal. Cause: where the journal goes on was read
/// out of the state and believed. Now the state says whose it is, and the block that it ends with
/// is looked up.
#[test]
fn the_state_of_another_store_is_refused() {
    let (_one, store, head) = sample();
    let (_other, other, _) = sample();
    fs::copy(other.join(STATE), store.join(STATE)).unwrap();
    is_refused(&store, head, "state.redb is that of another store");
}

/// As above, of two copies of one store that went on otherwise: at the same block, at an earlier
/// one, and one that is in the middle of what the other has.
#[test]
fn the_state_of_a_diverged_copy_is_refused() {
    for (here, there) in [(5, 5), (40, 5), (40, 39), (1, 1)] {
        let (directory, store, _) = sample();
        let copy = directory.path().join("copy");
        copy_folder(&store, &copy);
        let head = pay(&store, 2_000..2_000 + here);
        pay(&copy, 3_000..3_000 + there);
        fs::copy(copy.join(STATE), store.join(STATE)).unwrap();
        is_refused(&store, head, "the state was made from another block");
    }
}

/// As above, of the same store at a later time: its journal was put back from a backup, or lost its
/// end.
#[test]
fn a_state_newer_than_the_journal_is_refused() {
    for more in [1, 40] {
        let (directory, store, head) = sample();
        let later = directory.path().join("later");
        copy_folder(&store, &later);
        pay(&later, 2_000..2_000 + more);
        fs::copy(later.join(STATE), store.join(STATE)).unwrap();
        is_refused(&store, head, "the journal ends with block");
    }
}

/// An older state of the same journal is none of these: it is brought up.
#[test]
fn an_older_state_of_the_same_journal_is_brought_up() {
    let (directory, store, _) = sample();
    let older = directory.path().join("older.redb");
    fs::copy(store.join(STATE), &older).unwrap();
    let head = pay(&store, 2_000..2_040);
    fs::copy(&older, store.join(STATE)).unwrap();
    let open = Store::open(&store, options()).unwrap();
    assert_eq!(open.head().unwrap(), head);
    drop(open);
    assert_eq!(verify(&store, |_, _| ()).unwrap().fault, None);
}

/// What was archived is of this journal, too.
#[test]
fn the_archive_mark_of_another_store_is_refused() {
    let archived = || {
        let (directory, path, head) = sample();
        let store = Store::open(&path, options()).unwrap();
        let all = ArchiveOptions::before(Timestamp::from_nanoseconds(u64::MAX));
        let report = store.archive(directory.path().join("archive"), &all).unwrap();
        assert!(report.segments > 0, "{report:?}");
        store.close().unwrap();
        (directory, path, head)
    };
    let ((_one, store, head), (_other, other, _)) = (archived(), archived());
    let own = fs::read(store.join("ARCHIVE")).unwrap();
    fs::copy(other.join("ARCHIVE"), store.join("ARCHIVE")).unwrap();
    let error = Store::open(&store, options()).unwrap_err().to_string();
    assert!(error.contains("file ARCHIVE names another block"), "{error}");
    fs::write(store.join("ARCHIVE"), own).unwrap();
    assert_eq!(Store::open(&store, options()).unwrap().head().unwrap(), head);
}

/// Symptom: after the recipe "build the state again" operations were not found by their user data
/// any more. Cause: that they are was noted in the state alone. Now `FORMAT` says so too.
#[test]
fn the_index_of_user_data_outlives_the_state() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    let tagged = |number: u128| Operation {
        user_data_128: id(7),
        ..Operation::transfer(id(number), id(BANK), id(WALLET), LEDGER, amount(1))
    };
    let found = |store: &Store| {
        let snapshot = store.snapshot().unwrap();
        let found = snapshot.operations_by_user_data(id(7)).map(Iterator::count);
        found.map_err(|error| error.to_string())
    };
    let store = Store::open(&path, options().index_user_data(true)).unwrap();
    settle_in(&store, 1);
    store.submit(&[tagged(1_000), tagged(1_001)]).unwrap();
    store.clone().close().unwrap();
    drop(store);
    fs::remove_file(path.join(STATE)).unwrap();
    let store = Store::open(&path, options()).unwrap();
    assert_eq!(found(&store), Ok(2));
    // So in a backup, and in what is restored from it.
    let (backup, restored) = (directory.path().join("backup"), directory.path().join("restored"));
    store.backup(&backup).unwrap();
    drop(store);
    fs::remove_file(backup.join(STATE)).unwrap();
    restore(&backup, &restored, &VerifyOptions::new(), |_, _| ()).unwrap();
    assert_eq!(found(&Store::open(&restored, options()).unwrap()), Ok(2));
    // An earlier version wrote no such line: it is added, by what the state has.
    let text = fs::read_to_string(path.join("FORMAT")).unwrap();
    let body: String = text.lines().take(2).flat_map(|line| [line, "\n"]).collect();
    let crc = crc32fast::hash(body.as_bytes());
    fs::write(path.join("FORMAT"), format!("{body}crc32 {crc:08x}\n")).unwrap();
    drop(Store::open(&path, options()).unwrap());
    assert_eq!(fs::read_to_string(path.join("FORMAT")).unwrap(), text);
}

/// Symptom: a caller who asked for the index of a store without one was given the store, and
/// refused at the first query. Now opening says so, and how to get it; which works.
#[test]
fn an_index_that_is_not_there_is_refused_and_can_be_had() {
    let (_directory, path, head) = sample();
    let asking = || Store::open(&path, options().index_user_data(true));
    let error = asking().unwrap_err();
    assert!(matches!(error, Error::InvalidArgument(_)), "{error:?}");
    let words = "move state.redb away, and open it with index_user_data";
    assert!(error.to_string().contains(words), "{error}");
    let store = Store::open(&path, options()).unwrap();
    let snapshot = store.snapshot().unwrap();
    let error = snapshot.operations_by_user_data(id(7)).map(drop).unwrap_err();
    assert!(error.to_string().contains(words), "{error}");
    drop((snapshot, store));
    fs::remove_file(path.join(STATE)).unwrap();
    let store = asking().unwrap();
    assert_eq!(store.head().unwrap(), head);
    store.snapshot().unwrap().operations_by_user_data(id(7)).map(drop).unwrap();
    drop(store);
    // And it stays, asked for or not.
    drop(Store::open(&path, options()).unwrap());
    drop(asking().unwrap());
    assert_eq!(verify(&path, |_, _| ()).unwrap().fault, None);
}
