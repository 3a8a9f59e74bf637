//! The place of a store: what happens when its path, its directory, or the process's working
//! directory, root or rights change while it is open; which openings are kept out; who may read its
//! files.

use crate::world::*;
use escrowdb::*;
use std::env;
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, chroot};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Says where a child works, and what it does there.
const CHILD: &str = "ESCROWDB_CHILD_FOLDER";
const WORK: &str = "ESCROWDB_CHILD_WORK";

/// Every few operations begin a segment.
fn small() -> Options {
    let journal = journal::Options { segment_bytes: 4_096, preallocate_bytes: 1_024 };
    manual().journal(journal)
}

fn pay(store: &Store, number: u128) -> Result<Status> {
    let pay = Operation::transfer(id(number), id(BANK), id(WALLET), LEDGER, amount(1));
    Ok(store.submit(&[pay])?[0].status)
}

fn pay_often(store: &Store) {
    for number in 5_000..5_040 {
        assert!(pay(store, number).unwrap().is_applied());
    }
}

fn is_well(path: &Path) {
    assert_eq!(verify(path, |_, _| ()).unwrap().fault, None);
}

/// Runs a child of this program; what it does is in [`child`].
fn start(folder: &Path, work: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "whereabouts::child", "--nocapture"]);
    command.env(CHILD, folder).env(WORK, work).current_dir(folder);
    command
}

fn succeeds(output: Output) {
    let said = [&output.stdout, &output.stderr].map(|said| String::from_utf8_lossy(said));
    assert!(output.status.success(), "{said:?}");
}

/// The child. Does nothing unless it was started as one.
#[test]
fn child() {
    let Some(folder) = env::var_os(CHILD).map(PathBuf::from) else { return };
    match &*env::var(WORK).unwrap() {
        "chdir" => {
            let store = Store::open("store", small()).unwrap();
            settle_in(&store, 1);
            env::set_current_dir(folder.join("elsewhere")).unwrap();
            pay_often(&store);
            store.close().unwrap();
        }
        "chroot" => {
            let store = Store::open("store", small()).unwrap();
            settle_in(&store, 1);
            chroot(folder.join("elsewhere")).unwrap();
            env::set_current_dir("/").unwrap();
            pay_often(&store);
            store.close().unwrap();
        }
        "rights" => {
            let store = Store::open(folder.join("mine/store"), small()).unwrap();
            settle_in(&store, 1);
            File::create(folder.join("mine/ready")).unwrap();
            while !folder.join("mine/store/go").exists() && folder.join("mine").metadata().is_ok() {
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
            pay_often(&store);
        }
        "locked" => {
            let error = Store::open("store", small().exclusive(true)).unwrap_err().to_string();
            println!("{error}");
            let error = verify("store", |_, _| ()).unwrap_err().to_string();
            println!("{error}");
        }
        "files" => leave_files(&folder, FileAccess::Owner),
        "files of a group" => leave_files(&folder, FileAccess::GroupRead),
        other => panic!("{other}"),
    }
}

/// Symptom: a store opened by a relative path went on, after `chdir`, in another store of that
/// name, and both were ruined. Cause: each file was looked up by the path. Files are looked up by
/// the descriptor of the directory, and the path was made absolute when the store was opened.
#[test]
fn a_working_directory_has_no_say_in_where_a_store_is() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("elsewhere/store");
    let before = {
        let store = Store::open(&other, small()).unwrap();
        settle_in(&store, 1);
        store.head().unwrap()
    };
    succeeds(start(folder.path(), "chdir").output().unwrap());
    is_well(&folder.path().join("store"));
    is_well(&other);
    assert_eq!(Store::open(&other, small()).unwrap().head().unwrap(), before);
    let store = Store::open(folder.path().join("store"), small()).unwrap();
    assert_eq!(pay(&store, 5_039).unwrap(), Status::EXISTS);
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// A path that means nothing to the process any more says nothing about the store.
#[test]
fn a_store_goes_on_where_its_path_may_not_be_looked_at() {
    // Only root may do these things to a process.
    if !is_root() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("elsewhere")).unwrap();
    succeeds(start(folder.path(), "chroot").output().unwrap());
    is_well(&folder.path().join("store"));

    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let mine = folder.path().join("mine");
    fs::create_dir(&mine).unwrap();
    chown(&mine, Some(65_534), Some(65_534)).unwrap();
    // The program of the tests may lie where only root may look.
    let program = folder.path().join("program");
    fs::copy(env::current_exe().unwrap(), &program).unwrap();
    let mut command = Command::new(program);
    command.args(["--exact", "whereabouts::child"]).current_dir(folder.path());
    command.env(CHILD, folder.path()).env(WORK, "rights").uid(65_534).gid(65_534);
    let running = command.spawn().unwrap();
    while !mine.join("ready").exists() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    succeeds(running.wait_with_output().unwrap());
    let store = Store::open(mine.join("store"), small()).unwrap();
    assert_eq!(pay(&store, 5_039).unwrap(), Status::EXISTS);
}

/// Symptom: after `rm -rf` of its directory a store answered 480,000 operations, and nothing of
/// them was on the disk. Cause: what has no name can be written and synced. Each sync sees that the
/// file has its name, in the directory at the path by which the store was opened.
#[test]
fn nothing_is_answered_that_nobody_could_find() {
    let segment = |path: &Path| {
        let all = fs::read_dir(path.join("journal")).unwrap().map(|entry| entry.unwrap().path());
        all.max().unwrap()
    };
    let away = |path: &Path| fs::rename(path, path.with_extension("away")).unwrap();
    type Harm<'h> = (&'h str, &'h dyn Fn(&Path));
    let harms: [Harm<'_>; 8] = [
        ("a segment cut off", &|path| {
            let segment = segment(path);
            fs::OpenOptions::new().write(true).open(segment).unwrap().set_len(200).unwrap();
        }),
        ("removed", &|path| fs::remove_dir_all(path).unwrap()),
        ("renamed", &away),
        ("replaced", &|path| {
            away(path);
            Store::open(path, small()).unwrap().close().unwrap();
        }),
        ("its journal removed", &|path| fs::remove_dir_all(path.join("journal")).unwrap()),
        ("its journal replaced", &|path| {
            fs::rename(path.join("journal"), path.join("old")).unwrap();
            fs::create_dir(path.join("journal")).unwrap();
        }),
        ("its last segment removed", &|path| fs::remove_file(segment(path)).unwrap()),
        ("its last segment moved", &|path| {
            fs::rename(segment(path), path.join("segment")).unwrap();
        }),
    ];
    for durability in [Durability::Durable, Durability::Process] {
        for (what, harm) in &harms {
            let world = World::new(small().durability(durability), 1);
            let path = world.directory.path().join("store");
            assert!(pay(&world.store, 5_000).unwrap().is_applied());
            harm(&path);
            for number in 5_001..5_020 {
                match pay(&world.store, number) {
                    Err(Error::Poisoned(reason)) => {
                        let told = reason.contains("renamed, replaced or removed")
                            || reason.contains("was cut off");
                        assert!(number > 5_001 || told, "{what}: {reason}");
                    }
                    other => panic!("{what}, {durability:?}: {other:?}"),
                }
            }
            if *what == "replaced" {
                is_well(&path);
                assert_eq!(Store::open(&path, small()).unwrap().head().unwrap().block, 0);
            }
        }
    }
}

/// Symptom: a backup was restored under the name of a store whose process still ran, and got that
/// process's next segments. Cause: as above.
#[test]
fn a_restored_store_is_not_written_to_by_the_process_of_the_old_one() {
    let world = World::new(small(), 1);
    let path = world.directory.path().join("store");
    let backup = world.directory.path().join("backup");
    pay_often(&world.store);
    let head = world.store.backup(&backup).unwrap().head;
    assert!(pay(&world.store, 6_000).unwrap().is_applied());
    fs::rename(&path, path.with_extension("old")).unwrap();
    restore(&backup, &path, &VerifyOptions::new(), |_, _| ()).unwrap();
    for number in 6_001..6_040 {
        assert!(matches!(pay(&world.store, number), Err(Error::Poisoned(_))));
    }
    is_well(&path);
    let restored = Store::open(&path, small()).unwrap();
    assert_eq!(restored.head().unwrap(), head);
    assert!(pay(&restored, 6_000).unwrap().is_applied());
    drop((restored, world.store));
    is_well(&path);
}

/// Symptom: with `LOCK` removed, a second process could write to the store. Cause: the lock was on
/// that file alone. The directory is locked, too.
#[test]
fn removing_a_file_lets_nobody_in() {
    let world = World::new(small().exclusive(true), 1);
    let path = world.directory.path().join("store");
    for harm in ["nothing", "removed", "made anew"] {
        match harm {
            "removed" => fs::remove_file(path.join("LOCK")).unwrap(),
            "made anew" => fs::write(path.join("LOCK"), "").unwrap(),
            _ => (),
        }
        let output = start(world.directory.path(), "locked").output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let mine = format!("store is open elsewhere, in process {}", std::process::id());
        let wanted = [": one process writes at a time", ": close it there first, or read a backup"];
        for end in wanted {
            assert!(said.contains(&format!("{mine}{end}\n")), "{harm}: {said}");
        }
        succeeds(output);
        let again = Store::open(&path, small().exclusive(true)).unwrap_err().to_string();
        assert!(again.contains("is open elsewhere, in this process"), "{again}");
    }
    drop(world.store);
    is_well(&path);
}

/// Earlier versions know no other lock.
#[test]
fn a_version_that_locks_one_file_is_kept_out_and_keeps_out() {
    let world = World::new(small(), 1);
    let path = world.directory.path().join("store");
    let lock = || File::options().write(true).open(path.join("LOCK")).unwrap();
    assert!(lock().try_lock().is_err());
    drop(world.store);
    let theirs = lock();
    theirs.try_lock().unwrap();
    assert!(matches!(Store::open(&path, small()), Err(Error::Locked(_))));
    assert!(matches!(verify(&path, |_, _| ()), Err(Error::Locked(_))));
    // What another test starts has a copy of the file for a moment, which closing it would leave
    // locked.
    theirs.unlock().unwrap();
    drop(Store::open(&path, small()).unwrap());
}

/// Makes everything that leaves files.
fn leave_files(folder: &Path, access: FileAccess) {
    let store = Store::open(folder.join("all/shops/store"), small().file_access(access)).unwrap();
    settle_in(&store, 1);
    #[cfg(feature = "wallets")]
    {
        let mut policy = wallet::Policy::default();
        policy.identity.credentials.hash = wallet::policy::HashCost::LEAST;
        let master = MasterKey::from_bytes([1; 32]);
        drop(store.wallets(WalletOptions::new(master, policy)).unwrap());
    }
    pay_often(&store);
    store.backup(folder.join("all/backup")).unwrap();
    let options = VerifyOptions::new().file_access(access);
    restore(folder.join("all/backup"), folder.join("all/restored"), &options, |_, _| ()).unwrap();
    store.checkpoint().unwrap();
    store.archive(folder.join("all/archive"), &ArchiveOptions::before(Timestamp::MAX)).unwrap();
    store.close().unwrap();
}

/// Symptom: under the usual umask anybody on the machine could read the files of a store. Cause:
/// files were created with the rights that the umask leaves. They are given theirs.
#[test]
fn files_are_their_owners() {
    let cases = [
        ("files", "000", 0o600, 0o700),
        ("files", "277", 0o600, 0o700),
        ("files of a group", "077", 0o640, 0o750),
    ];
    for (work, umask, file, directory) in cases {
        let folder = tempfile::tempdir().unwrap();
        let child = start(folder.path(), work);
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("umask {umask}; exec \"$0\" \"$@\""));
        shell.arg(child.get_program()).args(child.get_args());
        shell.env(CHILD, folder.path()).env(WORK, work);
        succeeds(shell.output().unwrap());
        let mut folders = vec![folder.path().join("all")];
        let mut files = 0;
        while let Some(next) = folders.pop() {
            let mode = |path: &Path| path.metadata().unwrap().mode() & 0o7777;
            assert_eq!(mode(&next), directory, "{}", next.display());
            for entry in fs::read_dir(&next).unwrap().map(|entry| entry.unwrap().path()) {
                match entry.is_dir() {
                    true => folders.push(entry),
                    false => {
                        files += 1;
                        assert_eq!(mode(&entry), file, "{}", entry.display());
                    }
                }
            }
        }
        assert!(files > 12, "all kinds were made: {files}");
    }
}
