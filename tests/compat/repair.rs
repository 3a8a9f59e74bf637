//! The recipes of the page on repair, each of them carried out, and each fault by its words.

use crate::files::{copy, names};
#[cfg(feature = "wallets")]
use crate::people;
use crate::story::{LAST, go_on, options, second, tell};
use escrowdb::*;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const PAGE: &str = include_str!("../../src/store/repair.md");

/// A store, an archive of its beginning if there is one, a backup, and the head after both.
struct Broken {
    folder: TempDir,
    head: Head,
}

impl Broken {
    fn new(is_archived: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = tell(&folder.path().join("store"), 40);
        Self::of(folder, &store, is_archived)
    }

    #[cfg(feature = "wallets")]
    fn with_people() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = tell(&folder.path().join("store"), 40);
        people::tell(&store);
        Self::of(folder, &store, false)
    }

    fn of(folder: TempDir, store: &Store, is_archived: bool) -> Self {
        let path = |name: &str| folder.path().join(name);
        if is_archived {
            store.archive(path("archive"), &ArchiveOptions::before(second(20))).unwrap();
        }
        store.backup(path("backup")).unwrap();
        go_on(store, 41, LAST);
        let head = store.head().unwrap();
        store.clone().close().unwrap();
        Self { folder, head }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn store(&self) -> PathBuf {
        self.path("store")
    }

    fn segments(&self) -> Vec<PathBuf> {
        names(&self.store()).into_iter().filter(|name| name.starts_with("journal")).collect()
    }

    /// Changes a byte in the middle of a file.
    fn rot(&self, name: &Path) {
        let path = self.store().join(name);
        let mut bytes = fs::read(&path).unwrap();
        let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
        bytes[end / 2] ^= 1;
        fs::write(path, bytes).unwrap();
    }

    fn from(&self, folder: &str, name: &Path) {
        fs::copy(self.path(folder).join(name), self.store().join(name)).unwrap();
    }

    /// Something is wrong, in these words, which the page has too. Verifying or opening says so.
    fn is_said(&self, words: &[&str]) {
        let against = VerifyOptions::new().expect(self.head);
        let said = match verify_with(self.store(), &against, |_, _| ()) {
            Ok(report) => report.fault.expect("a fault"),
            Err(error) => error.to_string(),
        };
        for words in words {
            assert!(said.contains(words), "no {words:?} in {said}");
            assert!(PAGE.contains(words), "the page says nothing of {words:?}");
        }
    }

    /// All is well, by the head that was noted; and the store goes on.
    fn is_well(&self) {
        let against = VerifyOptions::new().expect(self.head);
        let report = verify_with(self.store(), &against, |_, _| ()).unwrap();
        assert_eq!(report.fault, None);
        let store = Store::open(self.store(), options()).unwrap();
        assert_eq!(store.head().unwrap(), self.head);
        go_on(&store, LAST + 1, LAST + 3);
    }
}

fn build_state_again(broken: &Broken) {
    fs::rename(broken.store().join("state.redb"), broken.store().join("state.redb.bad")).unwrap();
    drop(Store::open(broken.store(), options()).unwrap());
    broken.is_well();
}

#[test]
fn a_rotten_state_is_built_again() {
    let broken = Broken::new(false);
    fs::write(broken.store().join("state.redb"), "rot".repeat(9_000)).unwrap();
    broken.is_said(&["state.redb is corrupt"]);
    build_state_again(&broken);
}

#[test]
fn the_state_of_another_time_is_built_again() {
    let broken = Broken::new(false);
    let other = Broken::new(false);
    // One block longer than the journal that it is put to.
    let store = Store::open(other.store(), options()).unwrap();
    go_on(&store, LAST + 1, LAST + 1);
    store.close().unwrap();
    fs::copy(other.store().join("state.redb"), broken.store().join("state.redb")).unwrap();
    broken.is_said(&["the journal ends with block", "but the state includes block"]);
    build_state_again(&broken);
    // And one that tells of another history.
    let broken = Broken::new(false);
    let other = tell(&broken.path("other"), 10);
    let pay = Operation::transfer(5.into(), 1.into(), 2.into(), 1, Amount::from(9_u32));
    other.submit(&[pay]).unwrap();
    go_on(&other, 11, LAST);
    other.close().unwrap();
    fs::copy(broken.path("other/state.redb"), broken.store().join("state.redb")).unwrap();
    let report = verify(broken.store(), |_, _| ()).unwrap();
    assert!(report.fault.is_some());
    build_state_again(&broken);
}

#[test]
fn an_archived_state_needs_the_archive() {
    let broken = Broken::new(true);
    fs::remove_file(broken.store().join("state.redb")).unwrap();
    broken.is_said(&["state.redb includes block", "and the journal is archived up to block"]);
    let error = Store::open(broken.store(), options()).unwrap_err().to_string();
    assert!(error.contains("put the archived segments back"), "{error}");
    // An empty one was left behind, which looked like a state that somebody had lost the rest of.
    for name in fs::read_dir(broken.store()).unwrap().map(|entry| entry.unwrap().file_name()) {
        assert!(!name.to_string_lossy().starts_with("state.redb"), "{name:?} was left behind");
    }
    copy(&broken.path("archive/journal"), &broken.store().join("journal"));
    build_state_again_without(&broken);
}

fn build_state_again_without(broken: &Broken) {
    drop(Store::open(broken.store(), options()).unwrap());
    broken.is_well();
}

#[test]
fn a_segment_is_replaced() {
    for is_missing in [false, true] {
        let broken = Broken::new(false);
        let second = broken.segments()[1].clone();
        if is_missing {
            fs::remove_file(broken.store().join(&second)).unwrap();
        } else {
            broken.rot(&second);
        }
        broken.is_said(&[".seg is corrupt at offset"]);
        broken.from("backup", &second);
        broken.is_well();
    }
    // The last one of the backup is shorter than it became: that is found.
    let broken = Broken::new(false);
    let last = names(&broken.path("backup")).into_iter().filter(|name| name.starts_with("journal"));
    let last = last.max().unwrap();
    broken.rot(&last);
    broken.from("backup", &last);
    broken.is_said(&[".seg is corrupt at offset"]);
}

#[test]
fn a_lost_end_is_told_and_the_backup_restored() {
    let broken = Broken::new(false);
    let backed_up = Store::open(broken.path("backup"), options()).unwrap().head().unwrap();
    let last = broken.segments().pop().unwrap();
    fs::remove_file(broken.store().join(last)).unwrap();
    broken.is_said(&["the journal ends with block", "but the state includes block"]);
    fs::remove_file(broken.store().join("state.redb")).unwrap();
    broken.is_said(&["the journal ends with block", "was there"]);
    // What the shop sends again is not applied twice.
    let restored = broken.path("restored");
    let against = VerifyOptions::new().expect(backed_up);
    restore(broken.path("backup"), &restored, &against, |_, _| ()).unwrap();
    let store = Store::open(&restored, options()).unwrap();
    go_on(&store, 30, LAST);
    store.close().unwrap();
    assert_eq!(verify_with(&restored, &against, |_, _| ()).unwrap().fault, None);
    let forged = Head::new(backed_up.block, [3; 32]);
    let broken = Broken { head: forged, ..broken };
    let said =
        verify_with(&restored, &VerifyOptions::new().expect(broken.head), |_, _| ()).unwrap();
    let words = "is not the one of the expected head: the history was changed";
    assert!(said.fault.unwrap().contains(words) && PAGE.contains(words));
}

#[test]
fn small_files_are_copied() {
    let broken = Broken::new(false);
    broken.rot(Path::new("FORMAT"));
    broken.is_said(&["file FORMAT"]);
    broken.from("backup", Path::new("FORMAT"));
    broken.is_well();

    for is_missing in [false, true] {
        for from in ["archive", "backup"] {
            let broken = Broken::new(true);
            if is_missing {
                fs::remove_file(broken.store().join("ARCHIVE")).unwrap();
                broken.is_said(&[".seg is corrupt at offset"]);
            } else {
                broken.rot(Path::new("ARCHIVE"));
                broken.is_said(&["file ARCHIVE"]);
            }
            broken.from(from, Path::new("ARCHIVE"));
            broken.is_well();
        }
    }
}

/// Symptom: `verify` found nothing wrong with a store whose file of keys was gone, or had lost its
/// end. Cause: it looked at the keys that were there. Now each person has to have a place in the
/// file.
#[cfg(feature = "wallets")]
#[test]
fn keys_are_copied_from_a_backup() {
    type Harm = fn(&Broken);
    let harms: [(&str, Harm); 4] = [
        ("rotten", |broken| {
            let path = broken.store().join("KEYS");
            let mut bytes = fs::read(&path).unwrap();
            let last = bytes.len() - 100;
            bytes[last] ^= 1;
            fs::write(path, bytes).unwrap();
        }),
        ("gone", |broken| fs::remove_file(broken.store().join("KEYS")).unwrap()),
        ("cut", |broken| {
            let file = fs::File::options().write(true).open(broken.store().join("KEYS")).unwrap();
            file.set_len(8_192 + 2 * 128).unwrap();
        }),
        ("empty", |broken| fs::write(broken.store().join("KEYS"), "").unwrap()),
    ];
    for (what, harm) in harms {
        let broken = Broken::with_people();
        harm(&broken);
        println!("{what}");
        broken.is_said(&["file KEYS"]);
        broken.from("backup", Path::new("KEYS"));
        broken.is_well();
        people::shown(&Store::open(broken.store(), options()).unwrap());
    }
}

/// Symptom: the recipe ended with "erase these persons", and they could not be erased, as that read
/// their address by the key that they did not have. Somebody is registered after the backup, and
/// somebody has only begun; both have no key in its copy.
#[cfg(feature = "wallets")]
#[test]
fn who_has_no_key_in_the_copy_is_erased() {
    let broken = Broken::with_people();
    let store = Store::open(broken.store(), options()).unwrap();
    let (late, begun) = people::register_late(&people::open(&store, 2).unwrap());
    store.close().unwrap();
    let path = broken.store().join("KEYS");
    let mut bytes = fs::read(&path).unwrap();
    bytes[8_192 + 128 + 40] ^= 1;
    fs::write(path, bytes).unwrap();
    broken.is_said(&["file KEYS", " needs it"]);
    broken.from("backup", Path::new("KEYS"));
    let fault = verify(broken.store(), |_, _| ()).unwrap().fault.unwrap();
    for person in [late, begun] {
        assert!(fault.contains(&person.to_string()), "{fault}");
    }
    let store = Store::open(broken.store(), options()).unwrap();
    people::erase_late(&store, &people::open(&store, 2).unwrap());
    store.close().unwrap();
    assert_eq!(verify(broken.store(), |_, _| ()).unwrap().fault, None);
}

#[test]
fn what_a_failing_disk_leaves_is_opened_again() {
    let disk = disk::MemoryDisk::new();
    let open = || Store::open_on(std::sync::Arc::new(disk.clone()), options());
    let store = open().unwrap();
    store.create_ledgers(&[money::iso_ledger(1, "EUR").unwrap()]).unwrap();
    disk.fail_after(1, std::io::ErrorKind::StorageFull);
    let dollars = money::iso_ledger(2, "USD").unwrap();
    let error = store.create_ledgers(&[dollars]).unwrap_err().to_string();
    assert!(
        error.starts_with("the store is poisoned (") && PAGE.contains("the store is poisoned (")
    );
    drop(store);
    disk.heal();
    let outcome = open().unwrap().create_ledgers(&[dollars]).unwrap()[0];
    assert!(outcome.is_done());
}

#[test]
fn every_error_of_the_files_is_on_the_page() {
    let errors = [
        Error::Corrupt("state.redb is corrupt".into()),
        Error::MismatchedState("state.redb is that of another store".into()),
        Error::NewerFormat { what: "the store".into(), found: 2, supported: 1 },
        Error::Locked("DIR is open elsewhere, in process 4711: …".into()),
        Error::Archived { block: 1, until: second(1) },
        Error::Poisoned("…".into()),
        Error::Io(std::sync::Arc::new(std::io::Error::other("…"))),
    ];
    let words = [
        "state.redb is corrupt",
        "state.redb is that of another store",
        "this version reads up to",
        "is open elsewhere",
        "was archived, with all events up to",
        "the store is poisoned (…)",
        "input or output failed: …",
    ];
    for (error, words) in errors.iter().zip(words) {
        assert!(error.to_string().contains(words), "{error}");
        assert!(PAGE.contains(words), "the page says nothing of {words:?}");
    }
    assert!(PAGE.contains("is left over from an earlier attempt: remove it"));
}
