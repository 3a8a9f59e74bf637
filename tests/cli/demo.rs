//! The story.

use crate::command::{escrowdb, folder, is_in_order, within};

#[test]
fn the_story_goes_as_it_is_told() {
    let said = escrowdb(&["demo"]);
    assert_eq!(said.code, 0, "{said:?}");
    for words in [
        "Confirmed",
        "Timed out for the buyer",
        "Timed out for the seller",
        "Refunded",
        "Split",
        "Reversed",
        "[answered: exists]",
        "[refused: exceeds_credits]",
        "[refused: hold_already_settled]",
        "Anna's account",
        "Trial balance in EUR: debits equal credits",
        "no law broken",
    ] {
        assert!(said.out.contains(words), "no {words:?} in {}", said.out);
    }
}

#[test]
fn the_story_can_be_kept_but_not_told_twice_over() {
    let folder = folder();
    let store = within(&folder, "demo.escrow");
    assert_eq!(escrowdb(&["demo", "--store", &store]).code, 0);
    is_in_order(&store);
    escrowdb(&["demo", "--store", &store]).complains(2, "there is an escrow store at");
    let holds = escrowdb(&["holds", &store, "--id", "105", "--json"]).json();
    assert_eq!(holds["holds"][0]["phase"], "split");
    assert_eq!(holds["holds"][0]["refunded"], "60.00");
}

#[test]
fn ten_orders_take_ten_ways() {
    let folder = folder();
    let store = within(&folder, "market.escrow");
    let said = escrowdb(&["demo", "--market", "--store", &store]);
    assert_eq!(said.code, 0, "{said:?}");
    for words in [
        "1. Confirmed",
        "10. A cart",
        "[refused: not_by_this_actor: the part is paid",
        "the seller is paid]",
        "[escalated; on",
        "Trial balance in EUR: debits equal credits",
        "no law broken",
    ] {
        assert!(said.out.contains(words), "no {words:?} in {}", said.out);
    }
    is_in_order(&store);
    let order = escrowdb(&["order", "timeline", &store, "109"]);
    assert!(order.out.contains("appeal by buyer"), "{order:?}");
    escrowdb(&["demo", "--market", "--story"]).complains(2, "cannot be used with");
}

#[test]
fn the_story_of_a_shopper_goes_as_it_is_told() {
    let folder = folder();
    let store = within(&folder, "story.escrow");
    let said = escrowdb(&["demo", "--story", "--store", &store]);
    assert_eq!(said.code, 0, "{said:?}");
    for words in [
        "Registration",
        "A payment that is confirmed",
        "Payments that are refused",
        "[refused: credentials_must_match]",
        "[refused: authorisation_must_match]",
        "[refused: needs_tier 1]",
        "[refused: exceeds_cooldown_limit]",
        "[refused: spend_only_money_must_not_leave]",
        "no law broken",
    ] {
        assert!(said.out.contains(words), "no {words:?} in {}", said.out);
    }
    for secret in ["491827", "730164", "blue teapot", "C01X00T47"] {
        assert!(!said.out.contains(secret), "a secret is told");
    }
    is_in_order(&store);
}
