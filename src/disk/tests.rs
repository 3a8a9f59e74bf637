//! One table of expectations, held against every disk.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::ErrorKind;

use super::*;

fn kind<T: Debug>(result: io::Result<T>) -> ErrorKind {
    result.unwrap_err().kind()
}

fn check_files(disk: &dyn Disk) {
    disk.create_folder("").unwrap();
    assert_eq!(kind(disk.open("a", OpenMode::Existing)), ErrorKind::NotFound);
    assert_eq!(kind(disk.open("sub/a", OpenMode::OpenOrCreate)), ErrorKind::NotFound);
    assert!(!disk.exists("a").unwrap());

    let file = disk.open("a", OpenMode::CreateNew).unwrap();
    assert_eq!(kind(disk.open("a", OpenMode::CreateNew)), ErrorKind::AlreadyExists);
    assert_eq!(file.len().unwrap(), 0);
    file.write_at(4, b"escrow").unwrap();
    file.sync().unwrap();

    let again = disk.open("a", OpenMode::OpenOrCreate).unwrap();
    assert_eq!(again.len().unwrap(), 10, "an existing file keeps its contents");
    let mut buffer = [9; 6];
    again.read_at(2, &mut buffer).unwrap();
    assert_eq!(&buffer, b"\0\0escr", "a gap reads as zeros");
    for offset in [5, 10, 11, 1 << 35, 1 << 63, u64::MAX - 6, u64::MAX] {
        assert_eq!(kind(again.read_at(offset, &mut buffer)), ErrorKind::UnexpectedEof, "{offset}");
    }
    again.read_at(10, &mut []).unwrap();

    again.set_len(6).unwrap();
    again.set_len(8).unwrap();
    let mut buffer = [9; 8];
    file.read_at(0, &mut buffer).unwrap();
    assert_eq!(&buffer, b"\0\0\0\0es\0\0", "cut bytes do not come back");
}

fn check_names(disk: &dyn Disk) {
    disk.create_folder("x/y").unwrap();
    disk.create_folder("x/y").unwrap();
    assert_eq!(disk.list("nowhere").unwrap(), Vec::<String>::new());
    for name in ["x/y/2", "x/y/1", "x/3"] {
        disk.open(name, OpenMode::CreateNew).unwrap().write_at(0, name.as_bytes()).unwrap();
    }
    assert_eq!(disk.list("x/y").unwrap(), ["1", "2"], "sorted");
    assert_eq!(disk.list("x").unwrap(), ["3"], "files of this folder only");
    match disk.exists("x/y") {
        Ok(is_file) => assert!(!is_file, "a folder is not a file"),
        Err(error) => assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}"),
    }

    disk.rename("x/y/2", "x/y/1").unwrap();
    assert_eq!(disk.list("x/y").unwrap(), ["1"]);
    let renamed = disk.open("x/y/1", OpenMode::Existing).unwrap();
    disk.remove("x/y/1").unwrap();
    let mut buffer = [0; 5];
    renamed.read_at(0, &mut buffer).unwrap();
    assert_eq!(&buffer, b"x/y/2", "renaming replaces, and an open file outlives its name");

    disk.sync_folder("x/y").unwrap();
    disk.sync_folder("").unwrap();
    assert_eq!(kind(disk.remove("x/y/1")), ErrorKind::NotFound);
    assert_eq!(kind(disk.rename("x/y/1", "x/4")), ErrorKind::NotFound);
    assert_eq!(kind(disk.sync_folder("nowhere")), ErrorKind::NotFound);
}

fn check_refused_names(disk: &dyn Disk) {
    for name in ["/a", "..", "../a", "x/../a", ".", "./a", "x//a", "x/", "x\\a", "a\0b"] {
        let refused = ErrorKind::InvalidInput;
        assert_eq!(kind(disk.open(name, OpenMode::OpenOrCreate)), refused, "{name}");
        assert_eq!(kind(disk.exists(name)), refused, "{name}");
        assert_eq!(kind(disk.remove(name)), refused, "{name}");
        assert_eq!(kind(disk.rename("a", name)), refused, "{name}");
        assert_eq!(kind(disk.rename(name, "a")), refused, "{name}");
        assert_eq!(kind(disk.list(name)), refused, "{name}");
        assert_eq!(kind(disk.create_folder(name)), refused, "{name}");
        assert_eq!(kind(disk.sync_folder(name)), refused, "{name}");
    }
    assert_eq!(kind(disk.open("", OpenMode::OpenOrCreate)), ErrorKind::InvalidInput);
}

/// Symptom: a store went on answering after its directory or a segment of it had been removed, and
/// nothing of that was on the disk. Cause: a file without a name can be written and synced as
/// before. A sync succeeds only if the file can be found by its name.
fn check_reachable(disk: &dyn Disk) {
    disk.create_folder("").unwrap();
    let open = |name: &str| disk.open(name, OpenMode::CreateNew).unwrap();
    let (removed, renamed, replaced, stays) = (open("r1"), open("r2"), open("r3"), open("r4"));
    for file in [&removed, &renamed, &replaced, &stays] {
        file.sync().unwrap();
    }
    disk.remove("r1").unwrap();
    disk.rename("r2", "r3").unwrap();
    for file in [&removed, &renamed, &replaced] {
        assert_eq!(kind(file.check_reachable()), ErrorKind::NotFound, "{file:?}");
        assert_eq!(kind(file.sync()), ErrorKind::NotFound, "{file:?}");
    }
    stays.sync().unwrap();
    disk.open("r3", OpenMode::Existing).unwrap().sync().unwrap();
}

fn check_read_only(disk: &dyn Disk) {
    disk.create_folder("").unwrap();
    assert_eq!(kind(disk.open("o", OpenMode::ReadOnly)), ErrorKind::NotFound);
    disk.open("o", OpenMode::CreateNew).unwrap().write_at(0, b"escrow").unwrap();
    let file = disk.open("o", OpenMode::ReadOnly).unwrap();
    assert!(file.write_at(0, b"x").is_err() && file.set_len(1).is_err());
    let mut buffer = [0; 6];
    file.read_at(0, &mut buffer).unwrap();
    assert_eq!(&buffer, b"escrow");
    file.check_reachable().unwrap();
}

#[test]
fn every_disk_does_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    let memory = Arc::new(MemoryDisk::new());
    let disks: [Box<dyn Disk>; 4] = [
        Box::new(LocalDisk::new(folder.path().join("store"))),
        Box::new(MemoryDisk::new()),
        Box::new(CountingDisk::new(LocalDisk::new(other.path().to_owned()))),
        Box::new(RelaxedDisk::new(memory)),
    ];
    for disk in &disks {
        check_files(&**disk);
        check_names(&**disk);
        check_refused_names(&**disk);
        check_reachable(&**disk);
        check_read_only(&**disk);
    }
}

#[test]
fn a_faulty_disk_fails_from_one_call_on() {
    let disk = MemoryDisk::new();
    let file = disk.open("a", OpenMode::CreateNew).unwrap();
    disk.fail_after(3, ErrorKind::StorageFull);
    file.write_at(0, b"1234").unwrap();
    file.sync().unwrap();
    assert_eq!(kind(file.write_at(4, b"5678")), ErrorKind::StorageFull);
    assert_eq!(file.len().unwrap(), 6, "the failed write is torn");
    assert_eq!(kind(file.write_at(6, b"78")), ErrorKind::StorageFull);
    assert_eq!(file.len().unwrap(), 6, "later writes leave nothing");
    assert_eq!(kind(file.sync()), ErrorKind::StorageFull);
    assert_eq!(kind(file.set_len(0)), ErrorKind::StorageFull);
    assert_eq!(kind(disk.open("b", OpenMode::CreateNew)), ErrorKind::StorageFull);
    assert_eq!(kind(disk.sync_folder("")), ErrorKind::StorageFull);

    let copy = disk.duplicate();
    copy.open("a", OpenMode::Existing).unwrap().set_len(0).unwrap();
    disk.heal();
    file.sync().unwrap();
    assert_eq!(file.len().unwrap(), 6, "a copy is another disk");
}

#[test]
fn counts_are_of_calls() {
    let disk = CountingDisk::new(MemoryDisk::new());
    let file = disk.clone().open("a", OpenMode::CreateNew).unwrap();
    file.write_at(0, b"1234").unwrap();
    file.write_at(4, b"567").unwrap();
    file.sync().unwrap();
    disk.sync_folder("").unwrap();
    file.read_at(2, &mut [0; 5]).unwrap();
    let (writes, bytes_written, reads, bytes_read) = (2, 7, 1, 5);
    let expected =
        DiskCounts { syncs: 1, folder_syncs: 1, writes, bytes_written, reads, bytes_read };
    assert_eq!(disk.counts(), expected);
    assert!(disk.inner().exists("a").unwrap());
}

#[test]
fn an_overlay_is_written_to_and_what_it_lies_on_is_not() {
    let below = MemoryDisk::new();
    let base: Vec<u8> = (0..20_000_u32).map(|at| (at % 251) as u8 + 1).collect();
    below.open("a", OpenMode::CreateNew).unwrap().write_at(0, &base).unwrap();
    let copy = below.duplicate();
    let overlay = OverlayDisk::new(Arc::new(below.clone()));
    let files =
        [&overlay as &dyn Disk, &copy].map(|disk| disk.open("a", OpenMode::Existing).unwrap());
    let mut random = 7_u64;
    let mut below_max = |most: u64| {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % most
    };
    for step in 0..3_000 {
        let (offset, length) = (below_max(26_000), below_max(9_000));
        match below_max(4) {
            0 => files.iter().for_each(|file| file.set_len(offset).unwrap()),
            _ => {
                let bytes = vec![step as u8; length as usize];
                files.iter().for_each(|file| file.write_at(offset, &bytes).unwrap());
            }
        }
        let contents = files.each_ref().map(|file| {
            let mut bytes = vec![0; file.len().unwrap() as usize];
            file.read_at(0, &mut bytes).unwrap();
            let mut piece = vec![0; (bytes.len() as u64).min(length) as usize];
            file.read_at(bytes.len() as u64 - piece.len() as u64, &mut piece).unwrap();
            assert_eq!(kind(file.read_at(bytes.len() as u64, &mut [0])), ErrorKind::UnexpectedEof);
            (bytes, piece)
        });
        assert!(contents[0] == contents[1], "step {step}");
    }
    let mut bytes = vec![0; base.len()];
    let file = below.open("a", OpenMode::Existing).unwrap();
    file.read_at(0, &mut bytes).unwrap();
    assert!(file.len().unwrap() == 20_000 && bytes == base, "nothing is written below");
    for refused in [
        kind(overlay.open("b", OpenMode::CreateNew)),
        kind(overlay.create_folder("x")),
        kind(overlay.rename("a", "b")),
        kind(overlay.remove("a")),
    ] {
        assert_eq!(refused, ErrorKind::ReadOnlyFilesystem);
    }
    assert_eq!(kind(overlay.open("b", OpenMode::OpenOrCreate)), ErrorKind::NotFound);
    assert!(overlay.exists("a").unwrap() && overlay.list("").unwrap() == ["a"]);
}

/// What becomes of a path, with a file that is open there; whether it and others are still at the
/// path.
fn check_moved(what: &str, [stays, others]: [bool; 2], change: impl FnOnce(&std::path::Path)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let disk = LocalDisk::new(path.clone());
    disk.create_folder("journal").unwrap();
    let file = disk.open("journal/1.seg", OpenMode::CreateNew).unwrap();
    file.sync().unwrap();
    change(&path);
    assert_eq!(file.sync().map_err(|error| error.kind()).is_ok(), stays, "{what}");
    if !stays {
        assert_eq!(kind(file.check_reachable()), ErrorKind::NotFound, "{what}");
    }
    // Whatever is created now is in the folder that was opened, or nowhere.
    let other = disk.open("journal/2.seg", OpenMode::CreateNew);
    assert_eq!(path.join("journal/2.seg").exists(), others, "{what}");
    if let Ok(other) = other {
        assert_eq!(other.sync().is_ok(), others, "{what}");
    }
}

/// Symptom: after `chdir`, or with another directory under the old name, the next segment of a
/// store was created in another store and ruined both. Cause: names were joined to the path that
/// the store was opened by. They are looked up by the descriptor of the directory, which is what it
/// was.
#[test]
fn a_folder_is_the_one_that_was_opened() {
    use std::fs::{create_dir, create_dir_all, remove_dir_all, remove_file, rename, write};
    use std::os::unix::fs::symlink;
    let journal = |path: &std::path::Path| path.join("journal");
    check_moved("nothing", [true; 2], |_| ());
    check_moved("a file beside it", [true; 2], |path| write(path.with_file_name("x"), "").unwrap());
    check_moved("removed", [false; 2], |path| remove_dir_all(path).unwrap());
    check_moved("renamed", [false; 2], |path| rename(path, path.with_file_name("x")).unwrap());
    check_moved("replaced", [false; 2], |path| {
        rename(path, path.with_file_name("x")).unwrap();
        create_dir_all(journal(path)).unwrap();
    });
    check_moved("replaced by a link to it", [true; 2], |path| {
        rename(path, path.with_file_name("x")).unwrap();
        symlink(path.with_file_name("x"), path).unwrap();
    });
    check_moved("the segment removed", [false, true], |path| {
        remove_file(path.join("journal/1.seg")).unwrap();
    });
    check_moved("the segment replaced", [false, true], |path| {
        rename(path.join("journal/1.seg"), path.join("x")).unwrap();
        write(path.join("journal/1.seg"), "").unwrap();
    });
    check_moved("the journal removed", [false; 2], |path| remove_dir_all(journal(path)).unwrap());
    check_moved("the journal replaced", [false; 2], |path| {
        rename(journal(path), path.join("x")).unwrap();
        create_dir(journal(path)).unwrap();
        write(path.join("journal/1.seg"), "").unwrap();
    });
}

/// A link to a file is a file for everybody who asks. What stands in the place of one is not
/// missing.
#[test]
fn linked_files_are_files() {
    let folder = tempfile::tempdir().unwrap();
    let disk = LocalDisk::new(folder.path().to_owned());
    disk.open("file", OpenMode::CreateNew).unwrap();
    for (target, name) in [("file", "link"), ("nowhere", "broken"), ("/dev/null", "device")] {
        std::os::unix::fs::symlink(target, folder.path().join(name)).unwrap();
    }
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    assert_eq!(disk.list("").unwrap(), ["broken", "device", "file", "link"]);
    assert!(disk.exists("link").unwrap());
    disk.open("link", OpenMode::Existing).unwrap().sync().unwrap();
    assert!(!disk.exists("nowhere").unwrap() && !disk.exists("nowhere/file").unwrap());
    for name in ["broken", "device", "folder", "broken/file"] {
        assert_eq!(kind(disk.exists(name)), ErrorKind::InvalidInput, "{name}");
    }
    assert_eq!(kind(disk.list("broken")), ErrorKind::InvalidInput);
    for mode in [OpenMode::ReadOnly, OpenMode::Existing, OpenMode::OpenOrCreate] {
        assert_eq!(kind(disk.open("broken", mode)), ErrorKind::InvalidInput, "{mode:?}");
    }
    assert_eq!(kind(disk.open("device", OpenMode::Existing)), ErrorKind::InvalidInput);
}

/// "No such file or directory (os error 2)" was all that a user was told of a store of many files.
/// Every error of the file system names its file, and keeps its kind, by which it is handled.
#[test]
fn errors_say_which_file_they_are_about() {
    let folder = tempfile::tempdir().expect("a directory");
    let disk = LocalDisk::new(folder.path().to_path_buf());
    let check = |error: io::Error, kind: ErrorKind, name: &str| {
        let path = folder.path().join(name);
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().starts_with(&format!("{}: ", path.display())), "{error}");
    };
    let missing = disk.open("missing", OpenMode::Existing).expect_err("there is none");
    check(missing, ErrorKind::NotFound, "missing");
    check(disk.remove("missing").expect_err("there is none"), ErrorKind::NotFound, "missing");
    check(disk.rename("missing", "new").expect_err("none"), ErrorKind::NotFound, "missing");
    check(disk.sync_folder("none").expect_err("there is none"), ErrorKind::NotFound, "none");
    let file = disk.open("file", OpenMode::CreateNew).expect("a file");
    let again = disk.open("file", OpenMode::CreateNew).map(drop).expect_err("it is there");
    check(again, ErrorKind::AlreadyExists, "file");
    let beyond = file.write_at(u64::MAX, b"x").expect_err("no file is so long");
    check(beyond, ErrorKind::InvalidInput, "file");
}
