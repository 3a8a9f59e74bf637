//! A store as files: head, backup, restore, archive, and verifying by a head.

use crate::command::{data, escrowdb, folder, within, write};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

#[test]
fn a_store_is_backed_up_restored_and_told_by_its_head() {
    let folder = folder();
    let [store, backup, restored] =
        ["s.escrow", "b.escrow", "r.escrow"].map(|n| within(&folder, n));
    let settle = |until: &str| {
        let said = escrowdb(&["settle", &data("orders.csv"), "--store", &store, "--until", until]);
        assert_eq!(said.code, 0, "{said:?}");
    };
    settle("2024-08-01T00:00:00Z");
    let text = escrowdb(&["head", &store]).out;
    let json = escrowdb(&["head", &store, "--json"]);
    let early = json.json();
    assert_eq!(
        text.trim(),
        ["block", "hash"].map(|key| early[key].as_str().expect("text")).join(":")
    );
    let noted = write(&folder, "head.json", &json.out);

    let report = escrowdb(&["backup", &store, &backup, "--json"]).json();
    assert_eq!(report["head"], early);
    settle("2025-08-01T00:00:00Z");
    for head in [text.trim(), &noted, &write(&folder, "head.txt", &text)] {
        let said = escrowdb(&["verify", &store, "--head", head]);
        assert!(said.code == 0 && said.out.contains("no fault"), "{said:?}");
        // Nothing told that it was compared, rather than overlooked.
        assert!(said.out.contains("is in the history"), "{said:?}");
        let facts = escrowdb(&["verify", &store, "--head", head, "--json"]).json();
        assert_eq!(facts["head"], text.trim());
    }
    let said = escrowdb(&["verify", &store]);
    assert!(!said.out.contains("is in the history"), "{said:?}");
    assert_eq!(escrowdb(&["verify", &store, "--json"]).json()["head"], serde_json::Value::Null);
    let state = |store: &str| escrowdb(&["verify", store, "--json"]).json()["state_hash"].clone();
    let said = escrowdb(&["restore", &backup, &restored, "--head", &noted, "--json"]).json();
    assert_eq!((&said["state_hash"], &said["head"]), (&state(&backup), &text.trim().into()));
    assert_eq!(escrowdb(&["head", &restored, "--json"]).json(), early);
    // The later store is not what the backup has come to.
    let late = escrowdb(&["head", &store]).out;
    let said = escrowdb(&["verify", &restored, "--head", late.trim()]);
    assert_eq!((said.code, said.out.as_str()), (3, ""), "{said:?}");
    assert!(said.err.starts_with("escrowdb: fault: the journal ends with block "), "{said:?}");

    escrowdb(&["restore", &backup, &restored]).complains(2, "exists and is not an empty directory");
    escrowdb(&["backup", &store, &backup]).complains(2, "exists and is not an empty directory");
    escrowdb(&["restore", &within(&folder, "none"), &store])
        .complains(2, "there is no escrow store");
    escrowdb(&["verify", &store, "--head", "7:xyz"])
        .complains(2, "neither a head (BLOCK:HASH) nor a file that can be read");
    let empty = write(&folder, "empty", "{}");
    escrowdb(&["verify", &store, "--head", &empty]).complains(2, "the file holds no head");
}

#[test]
fn old_segments_are_archived() {
    let folder = folder();
    let [store, archive] = ["s.escrow", "old"].map(|name| within(&folder, name));
    assert_eq!(escrowdb(&["settle", &data("orders.csv"), "--store", &store]).code, 0);
    escrowdb(&["archive", &store, &archive]).complains(2, "required");
    // There is one segment, and the last one stays.
    let said = escrowdb(&["archive", &store, &archive, "--keep-days", "30", "--json"]).json();
    assert_eq!((&said["segments"], &said["archived"]["block"]), (&0.into(), &"0".into()));
    let said = escrowdb(&["archive", &store, &archive, "--before", "2024-02-01T00:00:00Z"]);
    assert_eq!((said.code, said.out.as_str()), (0, "0 segments moved, 0 bytes.\n"));
    assert!(
        Path::new(&archive).is_dir() && fs::read_dir(&archive).expect("a directory").count() == 0
    );
}

/// The rights of everything in a directory, of its files and of its folders.
fn rights(path: &str) -> (BTreeSet<u32>, BTreeSet<u32>) {
    let (mut files, mut folders) = (BTreeSet::new(), BTreeSet::new());
    let mut left = vec![PathBuf::from(path)];
    while let Some(path) = left.pop() {
        let about = path.metadata().expect("it is there");
        let seen = if about.is_dir() { &mut folders } else { &mut files };
        seen.insert(about.mode() & 0o777);
        if about.is_dir() {
            let entries = fs::read_dir(&path).expect("a directory");
            left.extend(entries.map(|entry| entry.expect("an entry").path()));
        }
    }
    (files, folders)
}

/// The command had no say in who may use what it creates, and added files to a group's store that
/// only their owner could read.
#[test]
fn files_are_for_those_who_are_named_or_have_the_store() {
    let folder = folder();
    let path = |name: &str| within(&folder, name);
    let (owner, group_read, group_write) = ((0o600, 0o700), (0o640, 0o750), (0o660, 0o770));
    let check = |name: &str, (files, folders): (u32, u32)| {
        let expected = (BTreeSet::from([files]), BTreeSet::from([folders]));
        assert_eq!(rights(&path(name)), expected, "{name}");
    };
    let run = |arguments: &[&str]| {
        let said = escrowdb(arguments);
        assert_eq!(said.code, 0, "{said:?}");
    };
    let yen = data("yen.csv");
    for (name, access, expected) in [
        ("own", None, owner),
        ("readable", Some("group-read"), group_read),
        ("shared", Some("group-write"), group_write),
    ] {
        let option = access.map(|access| ["--file-access", access]);
        let option = option.as_ref().map_or(&[][..], |option| &option[..]);
        let [store, demo, copy, back] =
            ["store", "demo", "copy", "back"].map(|kind| format!("{name}-{kind}"));
        run(&[&["settle", &yen, "--store", &path(&store)], option].concat());
        check(&store, expected);
        run(&[&["demo", "--store", &path(&demo)], option].concat());
        check(&demo, expected);
        // What is added to a store, or copied from it, is for the same.
        fs::remove_file(Path::new(&path(&store)).join("state.redb")).expect("it is there");
        run(&["recover", &path(&store)]);
        check(&store, expected);
        run(&["backup", &path(&store), &path(&copy)]);
        check(&copy, expected);
        run(&["restore", &path(&copy), &path(&back)]);
        check(&back, expected);
        let now = jiff::Timestamp::now().to_string();
        run(&["confirm-clock", &path(&store), &now]);
        check(&store, expected);
    }
    // Unless somebody says otherwise.
    run(&["backup", &path("own-store"), &path("b"), "--file-access", "group-read"]);
    check("b", group_read);
    run(&["restore", &path("shared-copy"), &path("r"), "--file-access", "owner"]);
    check("r", owner);
    let archive = path("a");
    let option = ["--keep-days", "1", "--file-access", "group-write"];
    run(&[&["archive", &path("own-store"), &archive], &option[..]].concat());
    assert_eq!(rights(&archive).1, BTreeSet::from([0o770]));
    escrowdb(&["backup", &path("own-store"), &path("c"), "--file-access", "everybody"])
        .complains(2, "everybody");
}

/// Symptom: under a limit on the size of files the command was killed by a signal, without a word.
#[test]
fn a_limit_on_the_size_of_files_is_told() {
    let folder = folder();
    let file = write(
        &folder,
        "orders.csv",
        "at,event,order_id,buyer_id,seller_id,amount,currency,method\n\
         2024-01-01T00:00:00Z,payment,o1,ada,,10.00,EUR,card\n",
    );
    let store = within(&folder, "s.escrow");
    let script = "ulimit -f 8; exec \"$0\" settle \"$1\" --store \"$2\"";
    let ended = std::process::Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_escrowdb"), &file, &store])
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(told.contains("File too large"), "{told}");
}
