//! What is no store of this version is refused with one clear line.

#[cfg(feature = "wallets")]
use crate::people;
use crate::samples::{VERSION, bless, sample};
#[cfg(feature = "wallets")]
use crate::story::options;
use escrowdb::*;
use std::fs;
use std::path::Path;

fn refused(path: &Path) -> String {
    let error = Store::open(path, Options::new().mode(OpenMode::Existing)).unwrap_err();
    let text = error.to_string();
    assert!(!text.contains('\n') && text.len() < 300, "{text}");
    text
}

/// A text file of the store with a checksum, changed and sealed anew.
fn seal(path: &Path, change: impl Fn(&str) -> String) {
    let text = fs::read_to_string(path).unwrap();
    let body = change(text.split_once("crc32 ").unwrap().0);
    let crc = crc32fast::hash(body.as_bytes());
    fs::write(path, format!("{body}crc32 {crc:08x}\n")).unwrap();
}

/// Sets the format version of the first segment's header, and seals it anew.
fn newer_segment(store: &Path) {
    let mut names: Vec<_> =
        fs::read_dir(store.join("journal")).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    let last = names.last().unwrap();
    let mut bytes = fs::read(last).unwrap();
    bytes[8..12].copy_from_slice(&9_u32.to_le_bytes());
    let crc = crc32fast::hash(&bytes[..124]);
    bytes[124..128].copy_from_slice(&crc.to_le_bytes());
    fs::write(last, bytes).unwrap();
}

#[test]
fn newer_formats_are_told_from_damage() {
    bless();
    let (_folder, path) = sample(VERSION, "closed");
    seal(&path.join("FORMAT"), |text| text.replace("escrowdb 1\n", "escrowdb 2\nmore 7\n"));
    assert_eq!(refused(&path), "the store has format 2, this version reads up to 1: update it");
    let (_folder, path) = sample(VERSION, "archived");
    seal(&path.join("ARCHIVE"), |text| text.replace("archived 1\n", "archived 3\n"));
    assert_eq!(refused(&path), "file ARCHIVE has format 3, this version reads up to 1: update it");
    let (_folder, path) = sample(VERSION, "closed");
    newer_segment(&path);
    let newer = refused(&path);
    assert!(newer.starts_with("journal/"), "{newer}");
    assert!(newer.ends_with(".seg has format 9, this version reads up to 1: update it"), "{newer}");
    assert!(matches!(verify(&path, |_, _| ()), Err(Error::NewerFormat { found: 9, .. })));
}

/// Sets the format version in both copies of the header of the file of keys, and seals them anew.
#[cfg(feature = "wallets")]
#[test]
fn newer_keys_are_told_from_damage() {
    bless();
    let (_folder, path) = sample(VERSION, "wallets");
    let mut bytes = fs::read(path.join("KEYS")).unwrap();
    for copy in bytes[..8_192].chunks_mut(4_096) {
        copy[8..12].copy_from_slice(&4_u32.to_le_bytes());
        let crc = crc32fast::hash(&copy[..4_092]);
        copy[4_092..].copy_from_slice(&crc.to_le_bytes());
    }
    fs::write(path.join("KEYS"), bytes).unwrap();
    let newer = "file KEYS has format 4, this version reads up to 1: update it";
    let said = verify(&path, |_, _| ()).unwrap_err().to_string();
    assert_eq!(said, newer);
    let store = Store::open(&path, options()).unwrap();
    assert_eq!(people::open(&store, 2).unwrap_err().to_string(), newer);
}

#[test]
fn what_is_no_store_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let [theirs, file, empty, none] =
        ["theirs", "file", "empty", "none"].map(|n| folder.path().join(n));
    fs::create_dir(&theirs).unwrap();
    fs::write(theirs.join("letters.txt"), "dear").unwrap();
    fs::write(&file, "dear").unwrap();
    fs::create_dir(&empty).unwrap();
    for (path, words) in [
        (&theirs, "is not an escrow store"),
        (&file, "is not an escrow store"),
        (&empty, "there is no escrow store at"),
        (&none, "there is no escrow store at"),
    ] {
        assert!(refused(path).contains(words), "{}", refused(path));
    }
    let error = Store::open(&theirs, Options::new()).unwrap_err();
    assert!(matches!(error, Error::NotAStore(_)));
    assert_eq!(fs::read_dir(&theirs).unwrap().count(), 1);
    // A file of another program in the place of one of ours.
    bless();
    for (name, words) in [
        ("FORMAT", "file FORMAT"),
        ("ARCHIVE", "file ARCHIVE"),
        ("state.redb", "state.redb is corrupt"),
    ] {
        let (_folder, path) = sample(VERSION, "archived");
        fs::write(path.join(name), "a file of another program\n".repeat(200)).unwrap();
        assert!(refused(&path).contains(words), "{}", refused(&path));
    }
}
