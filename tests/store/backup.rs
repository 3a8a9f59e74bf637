//! Backups of a store that goes on, and restoring them.

use crate::world::*;
use escrowdb::disk::{Disk, DiskFile, LocalDisk, MemoryDisk, OpenMode};
use escrowdb::wallet::Policy;
use escrowdb::wallet::policy::HashCost;
use escrowdb::*;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Small segments, so that there are many.
fn options() -> Options {
    let journal = journal::Options { segment_bytes: 30_000, preallocate_bytes: 4_096 };
    Options::new().cache_bytes(4 << 20).journal(journal)
}

fn no_progress(_: u64, _: u64) {}

/// Verifies a store by a head, and gives the hash of its state.
fn sound(path: &Path, head: Head) -> String {
    let report = verify_with(path, &VerifyOptions::new().expect(head), no_progress).unwrap();
    assert_eq!(report.fault, None);
    report.state_hash
}

#[test]
fn a_backup_has_all_that_was_answered_while_writes_go_on() {
    let world = World::new(options(), 4);
    let (answered, stop) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let mut backups = Vec::new();
    thread::scope(|scope| {
        for thread in 0..4 {
            let (world, answered, stop) = (&world, &answered, &stop);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let pay = world.transfer(BANK, WALLET + thread, 1);
                    let hold = world.hold(WALLET + thread, WALLET + (thread + 1) % 4, 1);
                    world.applied(&[pay, hold]);
                    answered.lock().unwrap().extend([pay.id, hold.id]);
                }
            });
        }
        for number in 0..4 {
            while answered.lock().unwrap().len() < 400 * number {
                thread::yield_now();
            }
            if number % 2 == 1 {
                world.store.checkpoint().unwrap();
            }
            let before = answered.lock().unwrap().clone();
            let path = world.directory.path().join(format!("backup-{number}"));
            let report = world.store.backup(&path).unwrap();
            backups.push((path, report, before));
        }
        stop.store(true, Ordering::Relaxed);
    });
    let World { store, directory, .. } = world;
    drop(store);
    for (path, report, before) in backups {
        let hash = sound(&path, report.head);
        // The store itself has gone on from there.
        sound(&directory.path().join("store"), report.head);
        let store = Store::open(&path, options()).unwrap();
        assert_eq!(store.head().unwrap(), report.head);
        let found = store.snapshot().unwrap().operations(&before).unwrap();
        assert!(found.iter().all(Option::is_some), "something that was answered is missing");
        drop(store);
        // Its journal alone makes the same state.
        fs::remove_file(path.join("state.redb")).unwrap();
        assert_eq!(sound(&path, report.head), hash);
    }
}

#[test]
fn a_backup_is_restored_to_the_same_state() {
    let world = World::new(options(), 2);
    for _ in 0..300 {
        world.pay_in(WALLET, 5);
    }
    world.store.acknowledge("mailer", seconds(1)).unwrap();
    let root = world.directory.path().to_owned();
    let backup = root.join("backup");
    // An empty directory is as good as none.
    fs::create_dir(&backup).unwrap();
    let report = world.store.backup(&backup).unwrap();
    assert_eq!(report.head, world.store.head().unwrap());
    assert!(report.segments > 1, "{report:?}");
    let World { store, directory, .. } = world;
    drop(store);
    let hash = sound(&root.join("store"), report.head);

    let restored = root.join("restored");
    let expected = VerifyOptions::new().expect(report.head);
    let seen = restore(&backup, &restored, &expected, no_progress).unwrap();
    assert_eq!((seen.state_hash.as_str(), seen.fault), (hash.as_str(), None));
    let store = Store::open(&restored, options()).unwrap();
    assert_eq!(store.head().unwrap(), report.head);
    let paid = store.snapshot().unwrap().account(id(WALLET)).unwrap().unwrap();
    assert_eq!(paid.balances.available(), amount(1_500));
    drop((store, directory));
}

#[test]
fn nothing_is_written_over() {
    let world = World::new(options(), 1);
    let root = world.directory.path();
    let (full, file, partial) = (root.join("full"), root.join("file"), root.join("x.partial"));
    fs::create_dir(&full).unwrap();
    fs::write(full.join("theirs"), "theirs").unwrap();
    fs::write(&file, "theirs").unwrap();
    fs::create_dir(&partial).unwrap();
    for (path, words) in [
        (full.clone(), "exists and is not an empty directory"),
        (file.clone(), "exists and is not an empty directory"),
        (root.join("store"), "exists and is not an empty directory"),
        (root.join("x"), "is left over from an earlier attempt: remove it"),
    ] {
        let error = world.store.backup(&path).unwrap_err();
        assert!(matches!(error, Error::InTheWay(_)), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
    }
    let backup = root.join("backup");
    world.store.backup(&backup).unwrap();
    let error = restore(&backup, &full, &VerifyOptions::new(), no_progress).unwrap_err();
    assert!(matches!(error, Error::InTheWay(_)), "{error:?}");
    assert_eq!(fs::read_to_string(file).unwrap(), "theirs");
    assert_eq!(fs::read_dir(full).unwrap().count(), 1);
}

#[test]
fn a_backup_that_rotted_is_not_restored() {
    let world = World::new(options(), 1);
    world.pay_in(WALLET, 5);
    let root = world.directory.path();
    let backup = root.join("backup");
    let head = world.store.backup(&backup).unwrap().head;
    let segment = backup.join("journal/00000000000000000001.seg");
    let mut bytes = fs::read(&segment).unwrap();
    bytes[700] ^= 1;
    fs::write(&segment, bytes).unwrap();
    let restored = root.join("restored");
    let error = restore(&backup, &restored, &VerifyOptions::new().expect(head), no_progress);
    assert!(matches!(error.unwrap_err(), Error::Corrupt(_)));
    assert!(!restored.exists() && !root.join("restored.partial").exists());
}

/// At whatever call the destination fails, the store goes on, and what is left is no store.
#[test]
fn half_a_backup_is_no_store() {
    let world = World::new(options(), 2);
    for _ in 0..50 {
        world.pay_in(WALLET, 5);
    }
    let mut calls = 1;
    loop {
        let disk = MemoryDisk::new();
        disk.fail_after(calls, io::ErrorKind::StorageFull);
        let result = world.store.backup_to(Arc::new(disk.clone()));
        disk.heal();
        world.pay_in(WALLET, 1);
        if let Ok(report) = result {
            let store = Store::open_on(Arc::new(disk), manual()).unwrap();
            assert_eq!(store.head().unwrap(), report.head);
            break;
        }
        // The last call syncs the name of a file that is whole.
        let is_store = disk.exists("FORMAT").unwrap();
        assert!(!is_store || Store::open_on(Arc::new(disk), manual()).is_ok());
        calls += 1;
    }
    assert!(calls > 20, "a backup has hardly any calls that can fail: {calls}");
    world.verify();
}

#[test]
fn an_empty_store_is_backed_up_too() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path().join("store"), manual()).unwrap();
    let path = directory.path().join("backup");
    let report = store.backup(&path).unwrap();
    assert_eq!((report.head.block, report.head), (0, store.head().unwrap()));
    sound(&path, report.head);
    settle_in(&Store::open(&path, manual()).unwrap(), 1);
    sound(&path, report.head);
}

/// A directory in which something happens each time that a name is looked at or changed, before
/// that.
struct Meddled {
    inner: LocalDisk,
    meddle: Box<dyn Fn(&str) + Send + Sync>,
}

impl Meddled {
    /// A new directory.
    fn new(path: &Path, meddle: impl Fn(&str) + Send + Sync + 'static) -> Self {
        fs::create_dir(path).unwrap();
        Self { inner: LocalDisk::new(path.to_path_buf()), meddle: Box::new(meddle) }
    }
}

impl fmt::Debug for Meddled {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Meddled").finish_non_exhaustive()
    }
}

impl Disk for Meddled {
    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        (self.meddle)(name);
        self.inner.open(name, mode)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        (self.meddle)(folder);
        self.inner.list(folder)
    }

    fn create_folder(&self, folder: &str) -> io::Result<()> {
        (self.meddle)(folder);
        self.inner.create_folder(folder)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        (self.meddle)(to);
        self.inner.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        (self.meddle)(name);
        self.inner.remove(name)
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        (self.meddle)(folder);
        self.inner.sync_folder(folder)
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        (self.meddle)(name);
        self.inner.exists(name)
    }
}

/// A store in memory with people in it, whose journal has several segments.
#[derive(Clone)]
struct Town {
    store: Store,
    wallets: Wallets,
}

const REGISTERED: u128 = 500;

fn wallets_of(store: &Store) -> Wallets {
    let mut policy = Policy::default();
    policy.identity.credentials.hash = HashCost::LEAST;
    policy.identity.credentials.security_answers.needed = 0;
    store.wallets(WalletOptions::new(MasterKey::from_bytes([1; 32]), policy)).unwrap()
}

impl Town {
    fn new() -> Self {
        let journal = journal::Options { segment_bytes: 2_000, preallocate_bytes: 512 };
        let options = manual().cache_bytes(4 << 20).journal(journal);
        let store = Store::open_on(Arc::new(MemoryDisk::new()), options).unwrap();
        settle_in(&store, 2);
        let wallets = wallets_of(&store);
        let town = Self { store, wallets };
        town.register(REGISTERED);
        (0..20).for_each(|number| town.pay(9_000 + number));
        town.store.checkpoint().unwrap();
        (20..30).for_each(|number| town.pay(9_000 + number));
        town
    }

    fn pay(&self, number: u128) {
        let pay = Operation::transfer(id(number), id(BANK), id(WALLET), LEDGER, amount(1));
        assert_eq!(self.store.submit(&[pay]).unwrap()[0].status, Status::APPLIED);
    }

    fn register(&self, person: u128) {
        let email = format!("{person}@example.com");
        self.wallets.begin_registration(id(person), &email, true).unwrap().unwrap();
    }

    /// Eight days pass, after which whoever only began to register is erased.
    fn erase(&self) {
        self.store.advance(seconds(8 * 86_400)).unwrap();
        assert!(self.wallets.upkeep().unwrap().registrations > 0);
    }

    fn archive_all(&self, archive: Arc<dyn Disk>) -> ArchiveReport {
        let all = ArchiveOptions::before(Timestamp::from_nanoseconds(u64::MAX));
        self.store.archive_to(archive, &all).unwrap()
    }
}

/// The copy is in order, and its journal alone makes the same state.
fn is_whole(path: &Path, report: &BackupReport, before: Head) {
    let hash = sound(path, report.head);
    sound(path, before);
    let store = Store::open(path, manual()).unwrap();
    assert_eq!(store.head().unwrap(), report.head);
    drop(store);
    fs::remove_file(path.join("state.redb")).unwrap();
    assert_eq!(sound(path, report.head), hash);
}

/// At each call of the destination in turn, what could come between does: payments, a checkpoint
/// with them, a person who gets a key, and one whose key is destroyed.
#[test]
fn a_backup_is_of_one_block_whatever_comes_between() {
    let directory = tempfile::tempdir().unwrap();
    let mut calls = 0;
    loop {
        let (town, path) = (Town::new(), directory.path().join(calls.to_string()));
        let (left, meddler) = (Arc::new(AtomicIsize::new(calls)), town.clone());
        let counted = Arc::clone(&left);
        let disk = Meddled::new(&path, move |name| {
            // While the keys are copied nobody gets one.
            if counted.fetch_sub(1, Ordering::Relaxed) == 0 && name != "KEYS" {
                meddler.pay(9_100);
                meddler.register(REGISTERED + 1);
                meddler.store.checkpoint().unwrap();
                meddler.erase();
                meddler.pay(9_101);
            }
        });
        let before = town.store.head().unwrap();
        let report = town.store.backup_to(Arc::new(disk)).unwrap();
        is_whole(&path, &report, before);
        if left.load(Ordering::Relaxed) >= 0 {
            break;
        }
        calls += 1;
    }
    assert!(calls > 10, "a backup has hardly any calls: {calls}");
}

/// Waits for what may never come: no longer than this, and a little while.
fn wait_for(has_come: impl Fn() -> bool) {
    for _ in 0..100 {
        if has_come() {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// What is to be archived stays until the backup has it.
#[test]
fn an_archive_waits_for_a_backup() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("backup");
    let town = Town::new();
    let before = town.store.head().unwrap();
    let archiving = Arc::new(Mutex::new(None));
    let (started, other) = (Arc::clone(&archiving), town.clone());
    let disk = Meddled::new(&path, move |name| {
        let mut started = started.lock().unwrap();
        if started.is_none() && name.ends_with(".seg") {
            let other = other.clone();
            let handle = thread::spawn(move || other.archive_all(Arc::new(MemoryDisk::new())));
            wait_for(|| handle.is_finished());
            *started = Some(handle);
        }
    });
    let report = town.store.backup_to(Arc::new(disk)).unwrap();
    is_whole(&path, &report, before);
    let archived = archiving.lock().unwrap().take().unwrap().join().unwrap();
    assert!(archived.segments > 1, "{archived:?}");
}

/// A backup that waits for an archive has copied nothing yet: a person who gets a key meanwhile is
/// in it with that key.
#[test]
fn a_backup_waits_for_an_archive() {
    let directory = tempfile::tempdir().unwrap();
    let (town, path) = (Town::new(), directory.path().join("backup"));
    let backing_up = Arc::new(Mutex::new(None));
    let (started, other, copy) = (Arc::clone(&backing_up), town.clone(), path.clone());
    let archive = Meddled::new(&directory.path().join("archive"), move |name| {
        let mut started = started.lock().unwrap();
        if started.is_none() && name.ends_with(".seg") {
            let (town, to) = (other.clone(), copy.clone());
            fs::create_dir(&to).unwrap();
            let handle =
                thread::spawn(move || town.store.backup_to(Arc::new(LocalDisk::new(to))).unwrap());
            wait_for(|| copy.join("KEYS").exists());
            other.register(REGISTERED + 1);
            *started = Some(handle);
        }
    });
    let archived = town.archive_all(Arc::new(archive));
    assert!(archived.segments > 1, "{archived:?}");
    let report = backing_up.lock().unwrap().take().unwrap().join().unwrap();
    sound(&path, report.head);
    let copy = Store::open(&path, manual()).unwrap();
    assert!(wallets_of(&copy).notes_on(id(REGISTERED + 1)).unwrap().is_ok());
}
