//! A store as files: head, backup, restore, archive, and verifying by a head.

use crate::command::{data, escrowdb, folder, within, write};
use std::fs;
use std::path::Path;

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
    }
    let state = |store: &str| escrowdb(&["verify", store, "--json"]).json()["state_hash"].clone();
    let said = escrowdb(&["restore", &backup, &restored, "--head", &noted, "--json"]).json();
    assert_eq!(said["state_hash"], state(&backup));
    assert_eq!(escrowdb(&["head", &restored, "--json"]).json(), early);
    // The later store is not what the backup has come to.
    let late = escrowdb(&["head", &store]).out;
    let said = escrowdb(&["verify", &restored, "--head", late.trim()]);
    assert_eq!((said.code, said.out.as_str()), (3, ""), "{said:?}");
    assert!(said.err.starts_with("escrowdb: fault: the journal ends with block "), "{said:?}");

    escrowdb(&["restore", &backup, &restored]).complains(2, "is there and no empty directory");
    escrowdb(&["backup", &store, &backup]).complains(2, "is there and no empty directory");
    escrowdb(&["restore", &within(&folder, "none"), &store])
        .complains(2, "there is no escrow store");
    escrowdb(&["verify", &store, "--head", "7:xyz"]).complains(2, "no head, and no file");
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
