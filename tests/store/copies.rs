//! A backup is what it says: whole when it was answered for, and found when it was cut later; and
//! it is in order whatever became of the archive since.

use crate::world::*;
use escrowdb::*;
use std::fs;
use std::path::{Path, PathBuf};

/// Small segments, so that there are many.
fn options() -> Options {
    let journal = journal::Options { segment_bytes: 3_000, preallocate_bytes: 1_024 };
    manual().journal(journal)
}

/// A store with a payment a second.
struct Shop {
    world: World,
    time: u64,
}

impl Shop {
    fn new() -> Self {
        let mut shop = Self { world: World::new(options(), 1), time: 0 };
        shop.go_on(60);
        shop
    }

    fn go_on(&mut self, seconds_more: u64) {
        for _ in 0..seconds_more {
            self.time += 1;
            self.world.store.advance(seconds(self.time)).unwrap();
            self.world.pay_in(WALLET, 1);
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.world.directory.path().join(name)
    }

    fn segments(&self, name: &str) -> Vec<PathBuf> {
        segments(&self.path(name))
    }

    fn archive(&self, before: u64) {
        let before = ArchiveOptions::before(seconds(before));
        let report = self.world.store.archive(self.path("archive"), &before).unwrap();
        assert!(report.segments > 0, "{report:?}");
    }

    fn backup(&self, name: &str) -> Head {
        self.world.store.backup(self.path(name)).unwrap().head
    }

    fn against_archive(&self) -> VerifyOptions {
        VerifyOptions::new().archive(self.path("archive"))
    }
}

fn fault(path: &Path, options: &VerifyOptions) -> Option<String> {
    verify_with(path, options, |_, _| ()).unwrap().fault
}

/// Symptom: with segments of a running store removed or moved, a backup answered well, with few of
/// them or none, and could not be restored. Cause: what was listed was copied, and nobody looked at
/// what had come of it. Now the copy is read to its end, which must be the head that is reported.
#[test]
fn a_backup_of_a_store_that_misses_files_fails() {
    type Missing = fn(usize, usize) -> bool;
    let cases: [(&str, Missing); 4] = [
        ("all", |_, _| true),
        ("first", |number, _| number == 0),
        ("middle", |number, count| number == count / 2),
        ("last", |number, count| number + 1 == count),
    ];
    for (name, is_missing) in cases {
        let shop = Shop::new();
        let (segments, away) = (shop.segments("store"), shop.path("away"));
        fs::create_dir(&away).unwrap();
        let count = segments.len();
        assert!(count > 3, "{count}");
        let gone = segments.iter().enumerate().filter(|(number, _)| is_missing(*number, count));
        let gone: Vec<_> = gone.map(|(_, path)| path.clone()).collect();
        let elsewhere = |path: &Path| away.join(path.file_name().unwrap());
        gone.iter().for_each(|path| fs::rename(path, elsewhere(path)).unwrap());
        let error = shop.world.store.backup(shop.path("backup")).unwrap_err();
        assert!(matches!(error, Error::Corrupt(_) | Error::Io(_)), "{name}: {error:?}");
        assert!(!shop.path("backup").exists() && !shop.path("backup.partial").exists(), "{name}");
        gone.iter().for_each(|path| fs::rename(elsewhere(path), path).unwrap());
        let head = shop.backup("backup");
        assert_eq!(fault(&shop.path("backup"), &VerifyOptions::new().expect(head)), None, "{name}");
    }
}

/// Symptom: a backup whose last segments, and state, had got lost was verified and restored as a
/// shorter store. Cause: a journal may end anywhere, and what it should reach was known to the
/// caller only. Now a copy has a file that says so.
#[test]
fn a_cut_backup_is_found_without_being_given_the_head() {
    let mut shop = Shop::new();
    shop.backup("earlier");
    shop.go_on(20);
    type Harm = (&'static str, fn(&Shop));
    let harms: [Harm; 4] = [
        ("last segment", |shop| fs::remove_file(shop.segments("cut").pop().unwrap()).unwrap()),
        ("half", |shop| {
            let all = shop.segments("cut");
            all[all.len() / 2..].iter().for_each(|segment| fs::remove_file(segment).unwrap());
        }),
        ("last block", |shop| {
            let last = shop.segments("cut").pop().unwrap();
            let bytes = fs::read(&last).unwrap();
            let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
            fs::write(&last, &bytes[..end]).unwrap();
        }),
        ("an earlier journal", |shop| {
            fs::remove_dir_all(shop.path("cut/journal")).unwrap();
            fs::create_dir(shop.path("cut/journal")).unwrap();
            for from in shop.segments("earlier") {
                let to = shop.path("cut/journal").join(from.file_name().unwrap());
                fs::copy(from, to).unwrap();
            }
        }),
    ];
    for (name, harm) in harms {
        shop.backup("cut");
        // The state would tell, too.
        fs::remove_file(shop.path("cut/state.redb")).unwrap();
        harm(&shop);
        let cut = shop.path("cut");
        let found = fault(&cut, &VerifyOptions::new()).expect(name);
        assert!(found.contains("the journal ends with block"), "{name}: {found}");
        let restored = restore(&cut, shop.path("restored"), &VerifyOptions::new(), |_, _| ());
        assert!(matches!(restored, Err(Error::Corrupt(_))), "{name}: {restored:?}");
        let error = Store::open(&cut, options()).unwrap_err().to_string();
        assert!(error.contains("was there when it was copied"), "{name}: {error}");
        assert!(!shop.path("restored").exists());
        fs::remove_dir_all(cut).unwrap();
    }
}

/// A copy that is whole can be gone on with, archived, and backed up again; and what was restored
/// is a store like any other.
#[test]
fn a_whole_backup_is_a_store() {
    let shop = Shop::new();
    let head = shop.backup("backup");
    restore(shop.path("backup"), shop.path("restored"), &VerifyOptions::new(), |_, _| ()).unwrap();
    assert!(shop.path("backup/COPY").exists() && !shop.path("restored/COPY").exists());
    for name in ["backup", "restored"] {
        let store = Store::open(shop.path(name), options()).unwrap();
        assert_eq!(store.head().unwrap(), head);
        for number in 0..40_u64 {
            let new = id(9_000 + u128::from(number));
            let pay = Operation::transfer(new, id(BANK), id(WALLET), LEDGER, amount(1));
            store.advance(seconds(1_000 + number)).unwrap();
            store.submit(&[pay]).unwrap();
        }
        let archive = shop.path(&format!("archive of {name}"));
        store.archive(&archive, &ArchiveOptions::before(seconds(1_030))).unwrap();
        let again = store.backup(shop.path(&format!("{name} again"))).unwrap().head;
        store.close().unwrap();
        assert_eq!(fault(&shop.path(name), &VerifyOptions::new()), None);
        let whole = VerifyOptions::new().archive(&archive).expect(head);
        assert_eq!(fault(&shop.path(name), &whole), None);
        let again = VerifyOptions::new().expect(again);
        assert_eq!(fault(&shop.path(&format!("{name} again")), &again), None);
    }
}

/// Symptom: of five good backups, four were refused as soon as the archive was given that had grown
/// since. Cause: segments of the archive were read where the backup had none of that name, also
/// those from after its end. Now an archive has only what the backup says was archived.
#[test]
fn good_backups_agree_with_an_archive_that_has_grown() {
    let mut shop = Shop::new();
    let mut heads = vec![("whole", shop.backup("whole"))];
    shop.archive(20);
    heads.push(("archived", shop.backup("archived")));
    shop.archive(40);
    heads.push(("archived twice", shop.backup("archived twice")));
    shop.go_on(30);
    heads.push(("later", shop.backup("later")));
    shop.archive(80);
    heads.push(("last", shop.backup("last")));
    shop.go_on(30);
    shop.archive(110);
    for (name, head) in heads {
        let all = shop.against_archive().expect(head);
        let report = verify_with(shop.path(name), &all, |_, _| ()).unwrap();
        assert_eq!((report.fault, report.blocks_archived), (None, 0), "{name}");
        assert_eq!(fault(&shop.path(name), &VerifyOptions::new().expect(head)), None, "{name}");
        let restored = shop.path(&format!("{name} restored"));
        let report = restore(shop.path(name), &restored, &all, |_, _| ()).unwrap();
        assert_eq!(report.blocks, head.block, "{name}");
        assert_eq!(Store::open(&restored, options()).unwrap().head().unwrap(), head, "{name}");
    }
    let head = shop.world.store.head().unwrap();
    let whole = shop.against_archive().expect(head);
    let store = shop.path("store");
    let World { store: open, directory: _directory, .. } = shop.world;
    open.close().unwrap();
    assert_eq!(fault(&store, &whole), None);
}
