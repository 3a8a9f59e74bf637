//! Prices of units, and that whatever is divided adds up.
#![allow(clippy::arithmetic_side_effects, reason = "a test may panic")]

use super::*;
use crate::model::{Id, Timestamp};
use proptest::prelude::*;

fn policy(shipping: Shipping) -> Policy {
    let text = r#"{
        "name": "test", "payment": {"days": 1}, "processing": {"days": 1},
        "protection": {"days": 1}, "inspection": {"days": 1},
        "claims": {
            "answer": {"days": 1}, "refused": {"days": 1}, "after_refusal": "escalate",
            "send_back": {"days": 1}, "receive_back": {"days": 1},
            "decision": {"days": 1}, "undecided": "claim"
        }
    }"#;
    Policy { shipping, ..Policy::from_json(text).expect("a policy") }
}

fn leg(lines: &[(LineKind, u32, u128)]) -> LegTerms {
    let line = |&(kind, quantity, amount): &_| LineTerms {
        kind,
        reference: Id::from_u128(1),
        quantity,
        amount,
    };
    LegTerms {
        seller: Id::from_u128(2),
        amount: lines.iter().map(|line| line.2).sum(),
        commission_fixed: 0,
        commission_ppm: 0,
        lines: lines.iter().map(line).collect(),
    }
}

fn whole(leg: &LegTerms) -> PartRow {
    PartRow {
        hold: Id::from_u128(3),
        leg: 0,
        items: Vec::new(),
        shipping: leg.shipping().expect("a sum"),
        left: vec![leg.amount],
        owed: Vec::new(),
        kept: Vec::new(),
        due: Timestamp::NONE,
        shipped_at: Timestamp::NONE,
        case: None,
    }
}

fn some(line: u16, quantity: u32) -> Item {
    Item { line, quantity }
}

/// Ten for three: 3, 4, 3. Tax goes along, and shipping as the policy says.
#[test]
fn units_have_their_prices() {
    use LineKind::{Item, Shipping as Sent, Tax};
    let leg = leg(&[(Item, 3, 10), (Sent, 1, 6), (Item, 1, 20), (Tax, 1, 3)]);
    let unit = |first| leg.price(PartItem { line: 0, first, quantity: 1 });
    assert_eq!([unit(0), unit(1), unit(2), unit(3)], [Some(3), Some(4), Some(3), None]);
    assert_eq!(leg.price(PartItem { line: 1, first: 0, quantity: 1 }), None);
    for (shipping, action, amount) in [
        // The last of three; a tenth of the tax begins there, and rounds to none.
        (Shipping::WithLastItem, Action::Cancel, 3),
        (Shipping::WithLastItem, Action::Claim, 3),
        (Shipping::WithLastItem, Action::Extend, 3),
        (Shipping::WithLastItem, Action::Ship, 9),
        (Shipping::Never, Action::Confirm, 9),
        (Shipping::Never, Action::Claim, 3),
        (Shipping::ProRata, Action::Deliver, 4),
        (Shipping::ProRata, Action::Cancel, 4),
    ] {
        let division = leg.divide(&whole(&leg), &[some(0, 1)], (&policy(shipping), action));
        let division = division.expect("items that are there").expect("a rest");
        assert_eq!(division.amount, amount, "{shipping:?} {action:?}");
    }
    let all = leg.divide(
        &whole(&leg),
        &[some(2, 1), some(0, 3)],
        (&policy(Shipping::Never), Action::Ship),
    );
    assert_eq!(all, Ok(None));
}

#[test]
fn what_is_not_there_is_refused() {
    let of = leg(&[(LineKind::Item, 3, 10), (LineKind::Tax, 1, 3)]);
    let policy = policy(Shipping::ProRata);
    let by = (&policy, Action::Ship);
    let status = |leg: &LegTerms, items: &[Item]| {
        leg.divide(&whole(leg), items, by).expect_err("a refusal").status
    };
    assert_eq!(status(&of, &[some(0, 4)]), OrderStatus::QUANTITY_EXCEEDS_PART);
    assert_eq!(status(&of, &[some(1, 1)]), OrderStatus::ITEM_NOT_IN_PART);
    assert_eq!(status(&of, &[some(9, 1)]), OrderStatus::ITEM_NOT_IN_PART);
    assert_eq!(status(&leg(&[]), &[some(0, 1)]), OrderStatus::LEG_HAS_NO_LINES);
    for unfit in [&[][..], &[some(0, 0)], &[some(0, 1), some(1, 1), some(0, 1)], &[some(0, 1); 65]]
    {
        assert!(check_items(unfit).is_err(), "{unfit:?}");
    }
    assert!(check_items(&[some(1, 1), some(0, 9)]).is_ok());
}

fn lines() -> impl Strategy<Value = Vec<(LineKind, u32, u128)>> {
    let large = prop_oneof![3 => 0..200_u128, 1 => 0..1_u128 << 90];
    let item =
        (1..6_u32, large.clone()).prop_map(|(n, more)| (LineKind::Item, n, more + u128::from(n)));
    let other = (prop_oneof![Just(LineKind::Shipping), Just(LineKind::Tax)], large)
        .prop_map(|(kind, more)| (kind, 1, more + 1));
    let others = prop::collection::vec(prop_oneof![item.clone(), other], 0..5);
    (item, others).prop_map(|(first, mut all)| {
        all.push(first);
        all
    })
}

proptest! {
    /// Whatever is divided off whichever part: all parts together are the leg, each has something
    /// in escrow, and no unit is in two of them.
    #[test]
    fn all_parts_together_are_the_leg(
        lines in lines(),
        shipping in prop_oneof![
            Just(Shipping::Never), Just(Shipping::WithLastItem), Just(Shipping::ProRata),
        ],
        divisions in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1..4_u32, any::<bool>()),
            0..12,
        ),
    ) {
        let (leg, policy) = (leg(&lines), policy(shipping));
        let mut parts = vec![whole(&leg)];
        for (part, item, quantity, is_shipped) in divisions {
            let row = part.get(&parts).clone();
            let held = *item.get(&leg.items_of(&row));
            let action = if is_shipped { Action::Ship } else { Action::Cancel };
            let wanted = [some(held.line, quantity.min(held.quantity))];
            let division = leg.divide(&row, &wanted, (&policy, action)).expect("what is there");
            let Some(Division { items, shipping, amount, rest, rest_shipping }) = division else {
                continue;
            };
            let place = part.index(parts.len());
            let before = leg.amount_of_part(&row).expect("an amount");
            parts[place] = PartRow { items: rest, shipping: rest_shipping, ..row };
            parts.push(PartRow { items, shipping, ..whole(&leg) });
            let after = leg.amount_of_part(&parts[place]).expect("an amount");
            prop_assert!(after > 0 && amount > 0);
            prop_assert_eq!(leg.amount_of_part(parts.last().expect("it")), Some(amount));
            prop_assert_eq!(before, after + amount);
        }
        let amounts = parts.iter().map(|part| leg.amount_of_part(part).expect("an amount"));
        prop_assert_eq!(amounts.sum::<u128>(), leg.amount);
        let units: Vec<_> = parts.iter().flat_map(|part| leg.items_of(part)).collect();
        prop_assert!(leg.are_all(&units));
    }
}
