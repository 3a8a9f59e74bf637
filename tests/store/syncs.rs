//! Durability on a real file system: the system calls of a child are recorded, and checked as if
//! the machine lost its power at each answer.
//!
//! The simulated disks stand in for the I/O seam; this tests its real implementation.

use crate::world::*;
use escrowdb::wallet::Policy;
use escrowdb::*;
use std::collections::BTreeSet;
use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Says where a child works.
const CHILD: &str = "ESCROWDB_WATCHED_FOLDER";
/// Says to `watch.c` where it writes.
const LOG: &str = "ESCROWDB_WATCH";

fn options() -> Options {
    let journal = journal::Options { segment_bytes: 4_096, preallocate_bytes: 1_024 };
    Options::new().clock(ClockSource::Manual).journal(journal)
}

/// The child. Does nothing unless it was started as one.
#[test]
fn child() {
    let Some(folder) = env::var_os(CHILD).map(PathBuf::from) else { return };
    let mut log = File::options().append(true).open(env::var_os(LOG).unwrap()).unwrap();
    let mut say = |what: &str| writeln!(log, "answered {what}").unwrap();
    // Below a folder that is not there either.
    let path = folder.join("shops/shop.escrow");
    let store = Store::open(&path, options()).unwrap();
    settle_in(&store, 2);
    say("accounts");
    for number in 0..60 {
        let pay = Operation::transfer(id(5_000 + number), id(BANK), id(WALLET), LEDGER, amount(1));
        assert!(store.submit(&[pay]).unwrap()[0].status.is_applied());
        say("payment");
    }
    store.checkpoint().unwrap();
    say("checkpoint");
    let master = MasterKey::from_bytes([1; 32]);
    let mut policy = Policy::default();
    policy.identity.credentials.hash = wallet::policy::HashCost::LEAST;
    policy.identity.credentials.security_answers.needed = 0;
    let wallets = store.wallets(WalletOptions::new(master, policy)).unwrap();
    wallets.begin_registration(id(77), "anna@example.com", true).unwrap().unwrap();
    say("person");
    store.backup(folder.join("backup")).unwrap();
    say("backup");
    store.archive(folder.join("old/archive"), &ArchiveOptions::before(Timestamp::MAX)).unwrap();
    say("archive");
    drop(wallets);
    store.close().unwrap();
    say("checkpoint at the end");
}

/// What a power cut could take away.
#[derive(Default)]
struct Doubtful {
    /// Files that were written and not synced.
    files: BTreeSet<PathBuf>,
    /// Names that were created, given or removed, and their folder not synced.
    names: BTreeSet<PathBuf>,
}

impl Doubtful {
    /// Reads one line of what the child did.
    fn read(&mut self, line: &str) {
        let (what, rest) = line.split_once(' ').unwrap();
        let path = PathBuf::from(rest);
        match what {
            "create" | "folder" => drop(self.names.insert(path)),
            "write" => drop(self.files.insert(path)),
            "remove" => {
                self.files.remove(&path);
                self.names.insert(path);
            }
            "rename" => {
                let (from, to) = rest.split_once('\t').unwrap();
                self.rename(Path::new(from), Path::new(to));
            }
            "sync" => {
                self.files.remove(&path);
                self.names.retain(|name| name.parent() != Some(&path));
            }
            _ => panic!("{line}"),
        }
    }

    /// Of a file, or of a folder with all that is in it.
    fn rename(&mut self, from: &Path, to: &Path) {
        for doubtful in [&mut self.files, &mut self.names] {
            let moved = |path: PathBuf| match path.strip_prefix(from) {
                Ok(rest) if rest.as_os_str().is_empty() => to.to_owned(),
                Ok(rest) => to.join(rest),
                Err(_) => path,
            };
            *doubtful = std::mem::take(doubtful).into_iter().map(moved).collect();
        }
        self.names.extend([from.to_owned(), to.to_owned()]);
    }

    /// What matters of it when something is answered: the state is a cache but at a checkpoint.
    fn that_matter(&self, answered: &str) -> Vec<&Path> {
        let is_cache = |path: &&PathBuf| {
            path.ends_with("shop.escrow/state.redb") && !answered.contains("checkpoint")
        };
        // It tells other processes who has the store, and says nothing of it.
        let is_note = |path: &&PathBuf| path.ends_with("shop.escrow/LOCK");
        let files = self.files.iter().filter(|path| !is_cache(path) && !is_note(path));
        files.chain(&self.names).map(PathBuf::as_path).collect()
    }
}

/// Symptom: a store that was created, and had answered, could be gone after a power cut as a whole.
/// Cause: its files were synced, and so were their names, but not the name of its own directory.
/// Now the directory above is synced when a store is created.
#[test]
fn what_is_answered_was_synced() {
    let folder = tempfile::tempdir().unwrap();
    // As the system will call it.
    let root = folder.path().canonicalize().unwrap();
    let (library, log) = (root.join("watch.so"), root.join("log"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store/watch.c");
    // Whoever links Rust programs has a C compiler.
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status();
    assert!(built.unwrap().success());
    File::create(&log).unwrap();
    let work = root.join("work");
    fs::create_dir(&work).unwrap();
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "syncs::child", "--nocapture"])
        .env(CHILD, &work)
        .env(LOG, &log)
        .env("LD_PRELOAD", &library)
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    let (mut doubtful, mut answers) = (Doubtful::default(), 0);
    let lines = fs::read_to_string(&log).unwrap();
    let inside =
        |line: &&str| line.starts_with("answered") || line.contains(&*work.to_string_lossy());
    // Nobody needs the name of the socket after a crash.
    let inside = |line: &&str| inside(line) && !line.ends_with("/SOCKET");
    for line in lines.lines().filter(inside) {
        let Some(answered) = line.strip_prefix("answered ") else {
            doubtful.read(line);
            continue;
        };
        answers += 1;
        let lost = doubtful.that_matter(answered);
        assert!(lost.is_empty(), "{answered} was answered, and could be lost: {lost:?}");
    }
    assert_eq!(answers, 66);
    let count = |what: &str| lines.lines().filter(|line| line.starts_with(what)).count();
    let counts = ["sync", "write", "create", "rename", "remove"].map(count);
    // Everything that it does was seen.
    assert!(counts[0] > 66 && counts[1] > 66 && counts[2..].iter().all(|n| *n > 2), "{counts:?}");
}
