//! Stores that are only read: nothing is written, whatever a crash left.

use crate::world::*;
use escrowdb::disk::{self, Disk, DiskFile, MemoryDisk};
use escrowdb::*;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

fn options() -> Options {
    let journal = journal::Options { segment_bytes: 3_000, preallocate_bytes: 1_024 };
    manual().cache_bytes(4 << 20).journal(journal)
}

fn reading() -> Options {
    options().mode(OpenMode::ReadOnly)
}

/// A disk of which nothing is changed, and no file opened but to be read.
#[derive(Clone)]
struct Untouched(MemoryDisk);

impl fmt::Debug for Untouched {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Untouched")
    }
}

impl Disk for Untouched {
    fn open(&self, name: &str, mode: disk::OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        assert_eq!(mode, disk::OpenMode::ReadOnly, "{name}");
        self.0.open(name, mode)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        self.0.list(folder)
    }

    fn create_folder(&self, folder: &str) -> io::Result<()> {
        panic!("{folder} is created")
    }

    fn rename(&self, from: &str, _: &str) -> io::Result<()> {
        panic!("{from} is renamed")
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        panic!("{name} is removed")
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        panic!("{folder} is synced")
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        self.0.exists(name)
    }
}

fn pay(store: &Store, ids: std::ops::Range<u128>) {
    for number in ids {
        let pay = Operation::transfer(id(number), id(BANK), id(WALLET), LEDGER, amount(1));
        assert_eq!(store.submit(&[pay]).unwrap()[0].status, Status::APPLIED);
    }
}

fn contents(disk: &MemoryDisk) -> Vec<(String, Vec<u8>)> {
    let inside = disk.list("journal").unwrap().into_iter().map(|name| format!("journal/{name}"));
    let all: Vec<_> = disk.list("").unwrap().into_iter().chain(inside).collect();
    let read = |name: String| {
        let file = disk.open(&name, disk::OpenMode::ReadOnly).unwrap();
        let mut bytes = vec![0; file.len().unwrap() as usize];
        file.read_at(0, &mut bytes).unwrap();
        (name, bytes)
    };
    all.into_iter().map(read).collect()
}

fn is_refused<T: fmt::Debug>(result: Result<T>) {
    assert!(matches!(result, Err(Error::ReadOnly)), "{result:?}");
}

/// Reads what there is, and tries all that would write.
fn is_read(disk: &MemoryDisk, head: Head) {
    let before = contents(disk);
    let store = Store::open_on(Arc::new(Untouched(disk.clone())), reading()).unwrap();
    assert_eq!(store.head().unwrap(), head);
    let snapshot = store.snapshot().unwrap();
    let account = snapshot.account(id(WALLET)).unwrap().unwrap();
    assert_eq!(account.balances.available(), amount(60));
    assert!(snapshot.operation(id(1_059)).unwrap().is_some());
    assert_eq!(snapshot.statement(id(WALLET), &StatementQuery::default()).unwrap().count(), 60);
    assert!(snapshot.events(Timestamp::NONE).all(|event| event.is_ok()));
    assert!(snapshot.trial_balance(LEDGER).unwrap().is_balanced());
    assert_eq!(store.stats().unwrap().last_block, head.block);

    let pay = Operation::transfer(id(9_000), id(BANK), id(WALLET), LEDGER, amount(1));
    is_refused(store.submit(&[pay]));
    is_refused(store.submit_async(vec![pay], Vec::new()));
    is_refused(store.create_ledgers(&[]));
    is_refused(store.create_accounts(&[]));
    is_refused(store.advance(seconds(1)));
    is_refused(store.acknowledge("mailer", seconds(1)));
    is_refused(store.checkpoint());
    let all = ArchiveOptions::before(Timestamp::from_nanoseconds(u64::MAX));
    is_refused(store.archive_to(Arc::new(MemoryDisk::new()), &all));
    #[cfg(feature = "wallets")]
    {
        let policy = wallet::Policy::default();
        let key = MasterKey::from_bytes([1; 32]);
        is_refused(store.wallets(WalletOptions::new(key, policy)));
    }

    let backup = MemoryDisk::new();
    assert_eq!(store.backup_to(Arc::new(backup.clone())).unwrap().head, head);
    assert_eq!(Store::open_on(Arc::new(backup), options()).unwrap().head().unwrap(), head);
    drop(snapshot);
    store.close().unwrap();
    assert!(before == contents(disk));
}

/// Symptom: a store on a medium that cannot be written to was not opened, verified or restored
/// from. Cause: `LOCK` was opened to be written, and so was every file. Now a store can be opened
/// to be read, in the state that a crash has left it in, without a state, and with a torn end.
#[test]
fn a_store_is_read_without_writing() {
    let disk = MemoryDisk::new();
    let store = Store::open_on(Arc::new(disk.clone()), options()).unwrap();
    settle_in(&store, 1);
    pay(&store, 1_000..1_040);
    store.checkpoint().unwrap();
    pay(&store, 1_040..1_060);
    let head = store.head().unwrap();
    // As a crash leaves it: the checkpoint is older.
    let crashed = MemoryDisk::new();
    for (name, bytes) in contents(&disk) {
        crashed.create_folder("journal").unwrap();
        crashed.open(&name, disk::OpenMode::CreateNew).unwrap().write_at(0, &bytes).unwrap();
    }
    is_read(&crashed, head);
    let last = format!("journal/{}", crashed.list("journal").unwrap().pop().unwrap());
    let file = crashed.open(&last, disk::OpenMode::Existing).unwrap();
    file.write_at(file.len().unwrap(), &[7; 100]).unwrap();
    is_read(&crashed, head);
    crashed.remove("state.redb").unwrap();
    is_read(&crashed, head);
    drop(store);
    is_read(&disk, head);
}

/// Where there is no store, none is made.
#[test]
fn nothing_is_created_to_be_read() {
    let disk = MemoryDisk::new();
    let error = Store::open_on(Arc::new(disk.clone()), reading()).unwrap_err();
    assert!(matches!(error, Error::NotFound(_)), "{error:?}");
    assert!(disk.list("").unwrap().is_empty());
    let directory = tempfile::tempdir().unwrap();
    for path in [directory.path().to_owned(), directory.path().join("none")] {
        let error = Store::open(&path, reading()).unwrap_err();
        assert!(matches!(error, Error::NotFound(_)), "{error:?}");
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

/// Many read at a time, or one writes.
#[test]
fn readers_share_a_store_and_keep_writers_out() {
    let world = World::new(options(), 1);
    let path = world.directory.path().join("store");
    let is_locked = |result: Result<Store>| {
        assert!(matches!(result, Err(Error::Locked(_))), "{result:?}");
    };
    is_locked(Store::open(&path, reading().exclusive(true)));
    let World { store, directory, .. } = world;
    let head = store.head().unwrap();
    store.close().unwrap();
    let readers = [(); 3].map(|()| Store::open(&path, reading()).unwrap());
    assert!(readers.iter().all(|reader| reader.head().unwrap() == head));
    is_locked(Store::open(&path, options()));
    // A copy can be made and verified meanwhile.
    let copy = directory.path().join("copy");
    restore(&path, &copy, &VerifyOptions::new().expect(head), |_, _| ()).unwrap();
    drop(readers);
    assert_eq!(Store::open(&path, options()).unwrap().head().unwrap(), head);
}

/// Symptom: with segments moved elsewhere and linked to, the store opened and read well, `verify`
/// called them missing, and a backup left them out. Cause: some looked them up by their names,
/// others in a list that had regular files only. Now a link to a file is that file, for everybody.
#[test]
fn a_linked_segment_is_a_segment() {
    let world = World::new(options(), 1);
    for _ in 0..60 {
        world.pay_in(WALLET, 1);
    }
    let head = world.store.head().unwrap();
    let World { store, directory, .. } = world;
    store.close().unwrap();
    let path = directory.path().join("store");
    let elsewhere = directory.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let all = segments(&path);
    assert!(all.len() > 3, "{all:?}");
    for segment in &all[..all.len() / 2] {
        let moved = elsewhere.join(segment.file_name().unwrap());
        fs::rename(segment, &moved).unwrap();
        std::os::unix::fs::symlink(&moved, segment).unwrap();
    }
    let expected = VerifyOptions::new().expect(head);
    let fault = |path: &Path| verify_with(path, &expected, |_, _| ()).unwrap().fault;
    assert_eq!(fault(&path), None);
    restore(&path, directory.path().join("restored"), &expected, |_, _| ()).unwrap();
    let reader = Store::open(&path, reading()).unwrap();
    assert!(reader.snapshot().unwrap().events(Timestamp::NONE).all(|event| event.is_ok()));
    drop(reader);
    let store = Store::open(&path, options()).unwrap();
    let backup = directory.path().join("backup");
    assert_eq!(store.backup(&backup).unwrap().segments, all.len() as u64);
    let whole = ArchiveOptions::before(Timestamp::from_nanoseconds(u64::MAX));
    assert!(store.archive(directory.path().join("archive"), &whole).unwrap().segments > 1);
    store.close().unwrap();
    for copy in segments(&backup) {
        assert!(copy.symlink_metadata().unwrap().is_file(), "the copy has the bytes themselves");
    }
    assert_eq!(fault(&backup), None);
    let archive = VerifyOptions::new().archive(directory.path().join("archive")).expect(head);
    assert_eq!(verify_with(&path, &archive, |_, _| ()).unwrap().fault, None);
}

/// Symptom: a space with a zero byte in its name gave the documents of another space. Cause: the
/// stored form of a key is the space, a zero byte, and the key, so that the bytes after a zero in
/// the name were taken for the beginning of a key.
#[test]
fn a_space_that_no_document_can_be_in_is_refused() {
    let world = World::new(options(), 1);
    let put = Operation::put(world.id(), 6, 4, 4);
    world.store.submit_with_data(&[put], b"orders4711paid").unwrap();
    let snapshot = world.store.snapshot().unwrap();
    let any = std::ops::Bound::Unbounded;
    assert_eq!(snapshot.documents("orders", any, any).unwrap().count(), 1);
    for space in ["orders\x0047", "orders\0", "\0", "", &"s".repeat(64)] {
        let found = [
            snapshot.documents(space, any, any).map(Iterator::count),
            snapshot.documents_with_prefix(space, b"").map(Iterator::count),
            snapshot.document(space, b"4711").map(|_| 0),
        ];
        for found in found {
            assert!(matches!(found, Err(Error::InvalidArgument(_))), "{space:?}: {found:?}");
        }
    }
}

/// Symptom: a store whose only handle was dropped while a snapshot of it was kept could be opened
/// by somebody else, and archived away under the reader. Cause: a snapshot kept the rows, and not
/// the store, although its page says that the store is closed when the last snapshot is dropped.
#[test]
fn a_snapshot_keeps_its_store_open() {
    let world = World::new(options(), 1);
    world.pay_in(WALLET, 1);
    let path = world.directory.path().join("store");
    let World { store, directory: _directory, .. } = world;
    let snapshot = store.snapshot().unwrap();
    drop(store);
    let is_locked =
        || matches!(Store::open(&path, options().exclusive(true)), Err(Error::Locked(_)));
    assert!(is_locked());
    let mut events = snapshot.events(Timestamp::NONE);
    drop(snapshot);
    assert!(is_locked());
    assert!(events.next().unwrap().is_ok());
    drop(events);
    Store::open(&path, options()).unwrap();
}

#[test]
fn a_clock_that_settles_nothing_needs_no_confirmation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.escrow");
    Store::open(&path, options()).unwrap().close().unwrap();
    let store = Store::open(&path, reading().clock(ClockSource::System)).unwrap();
    let now = Timestamp::from_nanoseconds(1);
    assert!(matches!(store.confirm_clock(now), Err(Error::ReadOnly)));
    assert!(matches!(store.advance(now), Err(Error::ReadOnly)));
}
