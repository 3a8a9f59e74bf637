//! Support at work on a wallet whose owner's key is damaged.
//!
//! What went wrong: Anna asked why she cannot pay, and `wallet show` answered that the file of keys
//! is corrupt: nobody could tell her what is in her wallet, or that it is frozen.

use crate::wallet::{World, private};
use serde_json::Value;

/// Rots the key of the first person, or mends it again.
fn flip(world: &World) {
    let path = world.folder.path().join("shop.escrow/KEYS");
    let mut keys = std::fs::read(&path).expect("the file of keys");
    keys[8_192 + 40] ^= 1;
    std::fs::write(path, keys).expect("written");
}

#[test]
fn a_wallet_is_shown_though_its_owners_key_is_damaged() {
    let world = World::new();
    let note = private(&world.folder, "note", b"She asked twice for the blue chair.");
    assert_eq!(world.by("eve", &["notes", "@", "leave", "1001", "--file", &note]).code, 0);
    let whole = world.run(&["show", "@", "2001"]);
    assert!(!whole.out.contains("cannot be read"), "{whole:?}");
    let before = world.json(&["show", "@", "2001"]);
    assert_eq!(before["key_is_damaged"], false);

    flip(&world);
    let shown = world.run(&["show", "@", "2001"]);
    assert_eq!(shown.code, 0, "{shown:?}");
    for words in ["personal data     cannot be read", "957.50", "active", "case 5001"] {
        assert!(shown.out.contains(words), "no {words:?} in {shown:?}");
    }
    // All but what is sealed is as before.
    let mut after = world.json(&["show", "@", "2001"]);
    assert_eq!(after["key_is_damaged"], true);
    assert_eq!(after["cards"][0]["last_four"], "-");
    after["key_is_damaged"] = false.into();
    for name in ["brand", "last_four"] {
        after["cards"][0][name] = before["cards"][0][name].clone();
    }
    assert_eq!(after, before);
    let list = world.run(&["notes", "@", "list", "1001"]);
    assert!(list.code == 0 && list.out.contains("eve"), "{list:?}");
    let revealed = world.by("bob", &["notes", "@", "list", "1001", "--reveal"]);
    assert!(revealed.out.contains("cannot be read"), "{revealed:?}");
    let revealed = world.by("bob", &["notes", "@", "list", "1001", "--reveal", "--json"]).json();
    assert_eq!(revealed["notes"][0]["text"], Value::Null);

    // She is told that it was frozen once her key is mended, and support sees that it waits.
    world.did("eve", &["freeze", "@", "2001"], "frozen");
    let outbox = ["outbox", "@", "--person", "1001"];
    let waits = world.run(&outbox);
    assert!(waits.out.contains("awaits_key") && waits.out.contains("wallet_frozen"), "{waits:?}");
    flip(&world);
    assert_eq!(world.json(&["show", "@", "2001"])["cards"][0]["last_four"], "4242");
}
