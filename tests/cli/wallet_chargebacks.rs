//! Clerks write down what the processor says of chargebacks.

use crate::wallet::{BANK, SUSPENSE, World};
use serde_json::Value;

/// A cardholder contests a charge that lies in suspense: the clerk writes down what the processor
/// says, from its letter to the decision.
#[test]
fn a_chargeback_is_written_down() {
    let world = World::new();
    let (item, bank) = (world.items[0].to_string(), BANK.to_string());
    let told = [
        "chargebacks",
        "@",
        "notified",
        &item,
        "--chargeback",
        "9001",
        "--reference",
        "cb_1",
        "--amount",
        "15.00",
        "--code",
        "10.4",
        "--external",
        &bank,
        "--answer-by",
        "2530-01-01T00:00:00Z",
    ];
    for _ in 0..2 {
        world.did("eve", &told, "USD 15.00, notified. To be answered by 2530-01-01");
    }
    let listed = world.json(&["chargebacks", "@"]);
    assert_eq!(listed["chargebacks"][0]["reference"], "cb_1");
    assert!(world.run(&["chargebacks", "@"]).out.contains("1 chargeback"));
    world.by("eve", &["suspense", "@", "back-to-card", &item]).complains(2, "chargeback_is_open");
    world.did("eve", &["chargebacks", "@", "taken", "9001"], "15.00 are due");
    let sent = ["chargebacks", "@", "represented", "9001", "--evidence", "receipts/17"];
    world.did("eve", &sent, "represented");
    let decided = |lost| ["chargebacks", "@", "decided", "9001", "--lost", lost];
    world.by("eve", &decided("15.01")).complains(2, "exceeds_chargeback");
    world.by("eve", &decided("much")).complains(2, "much");
    world.did("eve", &decided("5.00"), "USD 5.00 are lost");
    assert_eq!(world.json(&["chargebacks", "@", "show", "9001"])["state"], "partly");
    assert_eq!(world.json(&["chargebacks", "@"])["chargebacks"], Value::Array(Vec::new()));
    world.run(&["chargebacks", "@", "show", "77"]).complains(2, "not_found: 77");
    world.did("eve", &["suspense", "@", "back-to-card", &item], "card");
    let waiting = world.json(&["card-refunds", "@"]);
    assert_eq!(waiting["refunds"][0]["amount"], "10.00");
    assert!(world.run(&["card-refunds", "@"]).out.contains("1 refund"));

    let second = world.items[1].to_string();
    let told = [
        "chargebacks",
        "@",
        "notified",
        &second,
        "--chargeback",
        "9002",
        "--reference",
        "cb_2",
        "--amount",
        "15.00",
        "--code",
        "10.4",
        "--external",
        &bank,
    ];
    world.did("eve", &told, "notified.");
    // The bank's account is none that bears losses.
    let taken = ["chargebacks", "@", "taken", "9002", "--loss-account"];
    world.by("eve", &[&taken[..], &[&bank]].concat()).complains(2, "cannot bear losses");
    world.by("eve", &[&taken[..], &["77"]].concat()).complains(2, "no account 77");
    let shop = SUSPENSE.to_string();
    world.did("eve", &[&taken[..], &[&shop]].concat(), "taken.");
}
