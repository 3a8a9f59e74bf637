//! Clerks set money aside, give it back and pay it out.

use crate::command::is_in_order;
use crate::wallet::{SHOP, World};
use serde_json::Value;

/// A customer left, and her wallet is to be closed: what lies in it is set aside, given back when
/// she comes, and paid out when two of staff want it.
#[test]
fn what_is_left_is_set_aside_claimed_and_paid_out() {
    let world = World::new();
    let set_aside = |item| ["unclaimed", "@", "set-aside", "2001", "--item", item];
    world.by("eve", &set_aside("9101")).complains(2, "wallet_is_not_frozen");
    world.did("eve", &["freeze", "@", "2001"], "frozen");
    for _ in 0..2 {
        world.did("eve", &set_aside("9101"), "Unclaimed money 9101 was set aside");
    }
    let listed = world.json(&["unclaimed", "@"]);
    let item = &listed["items"][0];
    assert_eq!((&item["item"], &item["person"]), (&"9101".into(), &"1001".into()));
    assert_eq!((&item["amount"], &item["reason"]), (&"957.50".into(), &"left".into()));
    assert!(world.run(&["unclaimed", "@"]).out.contains("1 item"));

    world.did("eve", &["unfreeze", "@", "2001"], "active");
    let claim = ["unclaimed", "@", "claim", "9101", "--wallet", "2001"];
    for _ in 0..2 {
        world.did("eve", &claim, "Unclaimed money 9101 was claimed");
    }
    assert_eq!(world.json(&["unclaimed", "@"])["items"], Value::Array(Vec::new()));
    assert_eq!(world.json(&["show", "@", "2001"])["balances"]["available"], "957.50");

    world.did("eve", &["freeze", "@", "2001"], "frozen");
    world.did("eve", &set_aside("9102"), "set aside");
    let shop = SHOP.to_string();
    let pay_out = ["unclaimed", "@", "pay-out", "9102", "--account", &shop];
    world.awaits_second("eve", &pay_out);
    world
        .by("bob", &["unclaimed", "@", "pay-out", "9102", "--account", "3001"])
        .complains(2, "payee_must_not_be_a_wallet");
    world.did("bob", &pay_out, "Unclaimed money 9102 was paid out");
    let claim = ["unclaimed", "@", "claim", "9102", "--wallet", "2001"];
    world.by("bob", &claim).complains(2, "unclaimed_money_is_resolved");
    let all = world.json(&["unclaimed", "@", "--person", "1001"]);
    assert_eq!(all["items"][1]["resolved_to"], shop);
    is_in_order(&world.store);
}
