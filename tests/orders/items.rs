//! Some items of a part: shipped, confirmed, claimed, cancelled on their own, each as a shop would
//! tell it.

use crate::world::*;
use escrowdb::order::*;
use escrowdb::*;

fn line(kind: LineKind, quantity: u32, amount: u128) -> Line {
    Line { kind, reference: id(400 + amount), quantity, amount: units(amount) }
}

/// Bob sells three for 45, sends them for 6, and there are 9 of tax: 60 together.
fn three_items() -> Vec<Line> {
    use LineKind::{Item, Shipping, Tax};
    vec![line(Item, 3, 4_500), line(Shipping, 1, 600), line(Tax, 1, 900)]
}

fn terms_of(lines: Vec<Line>, policy: &Policy) -> Terms {
    let mut terms = terms(policy);
    terms.legs[0].lines = lines;
    terms
}

fn bought(lines: Vec<Line>, shipping: Shipping) -> World {
    let (world, policy) = (World::new(), Policy { shipping, ..policy() });
    world.orders.keep_policy(&policy).unwrap();
    world.orders.place(ORDER, &terms_of(lines, &policy)).unwrap().unwrap();
    for tender in [0, 1] {
        world.orders.tender_came(ORDER, tender, Id::new()).unwrap().unwrap();
    }
    world
}

fn some(line: u16, quantity: u32) -> Item {
    Item { line, quantity }
}

impl World {
    fn act_on(&self, part: u16, items: &[Item], actor: Actor<'_>, what: PartCommand) -> Acted {
        let acted = self.orders.act_on_items(ORDER, part, items, actor, &what, Id::new());
        let acted = acted.unwrap().unwrap_or_else(|refusal| panic!("{what:?}: {refusal}"));
        self.check_purse(ORDER);
        acted
    }

    fn refuses(
        &self,
        part: u16,
        items: &[Item],
        actor: Actor<'_>,
        what: PartCommand,
    ) -> OrderStatus {
        let acted = self.orders.act_on_items(ORDER, part, items, actor, &what, Id::new());
        acted.unwrap().unwrap_err().status
    }

    fn amount_of(&self, part: u16, items: &[Item], action: Action) -> u128 {
        let amount = self.orders.amount_of_items(ORDER, part, items, action);
        amount.unwrap().unwrap().minor_units()
    }

    fn earned(&self, seller: Id) -> u128 {
        self.available(Orders::seller_account(seller, LEDGER))
    }

    /// In escrow of each part.
    fn held(&self) -> Vec<u128> {
        let view = self.orders.order(ORDER).unwrap().unwrap();
        view.parts.iter().map(|part| part.held.minor_units()).collect()
    }
}

/// Two of three are sent; the seller has no third, and gives it up. The shipping went with what was
/// sent.
#[test]
fn two_of_three_are_shipped_and_one_is_cancelled() {
    let world = bought(three_items(), Shipping::WithLastItem);
    let acted = world.act_on(0, &[some(0, 2)], Actor::Seller, PartCommand::Ship);
    assert_eq!((acted.part, acted.stage), (2, Stage::Shipped));
    assert_eq!(world.held(), [1_800, 4_000, 4_200]);
    let (rest, sent) = (world.part(0), world.part(2));
    assert_eq!((rest.stage, rest.items[0].quantity, rest.shipping), (Stage::Paid, 1, Amount::ZERO));
    assert_eq!((sent.leg, sent.seller, sent.items.len()), (0, BOB, 1));
    let item = sent.items[0];
    assert_eq!((item.line, item.quantity, item.amount), (0, 2, units(3_000)));
    assert_eq!((item.reference, sent.tax, sent.shipping), (id(4_900), units(600), units(600)));
    let step = world.last_step();
    assert_eq!((step.part, step.divided_from), (Some(2), Some(0)));
    assert!(step.to_string().ends_with("part 2 of part 0: ship by seller, then shipped"), "{step}");

    assert_eq!(world.act(0, Actor::Seller, PartCommand::Cancel), Stage::Done);
    assert_eq!(world.back(), [1_260, 540]);
    let options = world.orders.options(ORDER, 2, Party::Buyer).unwrap().unwrap();
    assert_eq!(options.possible, [Action::Confirm, Action::Claim]);
    assert_eq!(world.act(2, Actor::Buyer, PartCommand::Confirm), Stage::Done);
    assert_eq!(world.earned(BOB), 3_780);
    world.check_purse(ORDER);
    let of_bob = world.orders.orders_of_seller(BOB, None, 9).unwrap();
    assert_eq!(of_bob.iter().map(|one| one.part).collect::<Vec<_>>(), [Some(0), Some(2)]);
}

/// One of three is sent back, and its share of the shipping goes back with it; the other two are
/// kept.
#[test]
fn one_of_three_is_returned_with_its_shipping() {
    let world = bought(three_items(), Shipping::ProRata);
    world.act(0, Actor::Seller, PartCommand::Ship);
    world.act(0, Actor::System, PartCommand::Deliver);
    let one = [some(0, 1)];
    assert_eq!(world.amount_of(0, &one, Action::Claim), 2_000);
    let claimed = world.act_on(0, &one, Actor::Buyer, claim(2_000, Remedy::Return));
    assert_eq!((claimed.part, claimed.stage), (2, Stage::Claimed));
    // The rest goes on as before.
    assert_eq!(world.act(0, Actor::Buyer, PartCommand::Confirm), Stage::Done);
    assert_eq!(world.earned(BOB), 3_600);
    let granted = PartCommand::Grant { minor_units: 2_000 };
    assert_eq!(world.act(2, Actor::Seller, granted), Stage::ReturnAgreed);
    world.act(2, Actor::Buyer, PartCommand::SendBack { tracking: id(5) });
    let back = PartCommand::ConfirmReturn { minor_units: 2_000 };
    assert_eq!(world.act(2, Actor::Seller, back), Stage::Done);
    assert_eq!(world.back(), [1_400, 600]);
    world.check_purse(ORDER);
}

/// Each item settles on its own: one is kept, one is rejected, and the last one is left to time.
#[test]
fn items_are_confirmed_one_by_one() {
    let world = bought(three_items(), Shipping::WithLastItem);
    world.act(0, Actor::Seller, PartCommand::Ship);
    world.act(0, Actor::System, PartCommand::Deliver);
    let one = [some(0, 1)];
    let kept = world.act_on(0, &one, Actor::Buyer, PartCommand::Confirm);
    assert_eq!((kept.part, kept.stage, world.earned(BOB)), (2, Stage::Done, 2_160));
    let rejected = world.act_on(0, &one, Actor::Buyer, claim(1_800, Remedy::Refund));
    assert_eq!((rejected.part, world.held()), (3, vec![1_800, 4_000, 0, 1_800]));
    let granted = PartCommand::Grant { minor_units: 1_800 };
    assert_eq!(world.act(3, Actor::Seller, granted), Stage::Done);
    // All that is left of a part is the part itself.
    assert_eq!(world.amount_of(0, &one, Action::Confirm), 1_800);
    world.wait(2 * DAY + 1);
    assert_eq!((world.part(0).stage, world.part(0).paid), (Stage::Done, units(1_620)));
    assert_eq!((world.earned(BOB), world.available(FEES)), (3_780, 420));
    let view = world.orders.order(ORDER).unwrap().unwrap();
    assert_eq!(view.state, OrderState::Open, "Carla has not shipped");
    world.check_purse(ORDER);
}

/// All items of a part are the part: nothing is divided, and the answer names it.
#[test]
fn all_items_are_the_part_itself() {
    let world = bought(three_items(), Shipping::WithLastItem);
    let acted = world.act_on(0, &[some(0, 3)], Actor::Seller, PartCommand::Ship);
    assert_eq!((acted.part, world.held()), (0, vec![6_000, 4_000]));
    assert_eq!(world.last_step().divided_from, None);
}

/// What is divided off and left alone ends by time as any part, and its refund reaches the sources.
#[test]
fn what_was_divided_off_ends_by_time() {
    let world = bought(three_items(), Shipping::WithLastItem);
    let longer = PartCommand::Extend { seconds: 9 * 86_400 };
    let acted = world.act_on(0, &[some(0, 1)], Actor::Buyer, longer);
    assert_eq!((acted.part, acted.stage), (2, Stage::Paid));
    world.act(0, Actor::Seller, PartCommand::Ship);
    world.act(1, Actor::Seller, PartCommand::Cancel);
    world.wait(3 * DAY + 1);
    assert_eq!(world.part(2).stage, Stage::Paid);
    world.wait(6 * DAY);
    assert_eq!((world.part(2).stage, world.part(2).due), (Stage::Done, units(1_800)));
    assert_eq!(world.orders.work(9).unwrap().parts, 1);
    assert_eq!((world.part(2).due, world.back()), (Amount::ZERO, [4_060, 1_740]));
    world.check_purse(ORDER);
}

/// Where shipping is never given back, what is shipped is claimed without it; staff may decide
/// otherwise, and what was never sent goes back with it.
#[test]
fn shipping_is_never_given_back() {
    let world = bought(three_items(), Shipping::Never);
    let one = [some(0, 1)];
    assert_eq!(world.amount_of(0, &one, Action::Claim), 1_800);
    world.act(0, Actor::Seller, PartCommand::Ship);
    let refused = world.refusal(0, Actor::Buyer, claim(5_401, Remedy::Refund));
    assert_eq!(refused.status, OrderStatus::AMOUNT_EXCEEDS_PART);
    // Symptom: what was asked for first had the shipping, and was refused then.
    assert_eq!(world.amount_of(0, &[some(0, 3)], Action::Claim), 5_400);
    assert_eq!(world.amount_of(0, &[some(0, 3)], Action::Confirm), 6_000);
    world.act(0, Actor::Buyer, claim(5_400, Remedy::Refund));
    let more = PartCommand::Propose { minor_units: 5_401 };
    assert_eq!(world.refusal(0, Actor::Seller, more).status, OrderStatus::AMOUNT_EXCEEDS_PART);
    world.act(0, Actor::Seller, PartCommand::Refuse { evidence: id(5) });
    world.act(0, Actor::Buyer, PartCommand::Escalate);
    let all = PartCommand::Decide { minor_units: 6_000 };
    assert_eq!(world.act(0, Actor::Staff("eve"), all), Stage::Decided);

    let world = bought(three_items(), Shipping::Never);
    world.act(0, Actor::Buyer, claim(6_000, Remedy::Refund));
}

#[test]
fn what_is_no_item_of_the_part_is_refused() {
    use OrderStatus as S;
    let world = bought(three_items(), Shipping::WithLastItem);
    let (seller, ship) = (Actor::Seller, PartCommand::Ship);
    for (expected, part, items) in [
        (S::ITEMS_MUST_BE_VALID, 0, &[][..]),
        (S::ITEMS_MUST_BE_VALID, 0, &[some(0, 0)]),
        (S::ITEMS_MUST_BE_VALID, 0, &[some(0, 1), some(0, 1)]),
        (S::ITEM_NOT_IN_PART, 0, &[some(1, 1)]),
        (S::ITEM_NOT_IN_PART, 0, &[some(0, 1), some(3, 1)]),
        (S::QUANTITY_EXCEEDS_PART, 0, &[some(0, 4)]),
        (S::LEG_HAS_NO_LINES, 1, &[some(0, 1)]),
        (S::PART_NOT_FOUND, 2, &[some(0, 1)]),
    ] {
        assert_eq!(world.refuses(part, items, seller, ship), expected, "{items:?}");
        if expected != S::PART_NOT_FOUND {
            let asked = world.orders.amount_of_items(ORDER, part, items, Action::Ship).unwrap();
            assert_eq!(asked.unwrap_err().status, expected);
        }
    }
    let one = [some(0, 1)];
    assert_eq!(world.refuses(0, &one, Actor::Buyer, ship), S::NOT_BY_THIS_ACTOR);
    assert_eq!(world.refuses(0, &one, Actor::Buyer, PartCommand::Confirm), S::NOT_IN_THIS_STAGE);
    let asked = world.orders.amount_of_items(ORDER, 0, &one, Action::Confirm).unwrap();
    assert_eq!(asked.unwrap_err().status, S::NOT_IN_THIS_STAGE);
    // What is not shipped is claimed as a whole: the items are.
    let too_little = claim(1_799, Remedy::Refund);
    assert_eq!(world.refuses(0, &one, Actor::Buyer, too_little), S::CLAIM_MUST_BE_WHOLE);
    world.act(0, Actor::Buyer, claim(6_000, Remedy::Refund));
    assert_eq!(world.refuses(0, &one, seller, ship), S::PART_HAS_COMPLAINT);
    let asked = world.orders.amount_of_items(ORDER, 0, &one, Action::Ship).unwrap();
    assert_eq!(asked.unwrap_err().status, S::PART_HAS_COMPLAINT);
    assert_eq!(world.held(), [6_000, 4_000], "nothing was divided");
    // With the same id something else is another command.
    let act = |items: &[Item], id| {
        world.orders.act_on_items(ORDER, 1, items, seller, &ship, id).unwrap().map(|one| one.part)
    };
    world.orders.act(ORDER, 1, seller, &ship, id(50)).unwrap().unwrap();
    assert_eq!(act(&one, id(50)).unwrap_err().status, S::COMMAND_ID_IS_TAKEN);
}

#[test]
fn terms_have_lines_that_are_the_leg() {
    use {LineKind as K, OrderStatus as S};
    let world = World::new();
    let at = |place: usize, line: Line| {
        let mut lines = three_items();
        lines[place] = line;
        lines
    };
    let unnamed = Line { reference: Id::ZERO, ..line(K::Item, 3, 4_500) };
    for (expected, lines) in [
        (S::LINES_MUST_EQUAL_LEG, at(0, line(K::Item, 3, 4_499))),
        (S::LINE_MUST_BE_VALID, at(0, line(K::Item, 0, 4_500))),
        (S::LINE_MUST_BE_VALID, at(0, line(K::Item, 4_501, 4_500))),
        (S::LINE_MUST_BE_VALID, at(0, unnamed)),
        (S::LINE_MUST_BE_VALID, at(1, line(K::Shipping, 2, 600))),
        (S::AMOUNT_MUST_BE_VALID, at(1, line(K::Shipping, 1, 0))),
        (S::COUNT_MUST_BE_VALID, vec![line(K::Tax, 1, 6_000)]),
        (S::COUNT_MUST_BE_VALID, vec![line(K::Item, 1, 93); LINES_MAX + 1]),
    ] {
        let refused = world.orders.place(ORDER, &terms_of(lines.clone(), &policy())).unwrap();
        assert_eq!(refused.unwrap_err().status, expected, "{lines:?}");
    }
    let agreed = terms_of(three_items(), &policy());
    world.orders.place(ORDER, &agreed).unwrap().unwrap();
    world.orders.place(ORDER, &agreed).unwrap().unwrap();
    let none = terms_of(at(2, Line { reference: id(9), ..three_items()[2] }), &policy());
    let refused = world.orders.place(ORDER, &none).unwrap().unwrap_err();
    assert_eq!(refused.status, S::ORDER_EXISTS_WITH_OTHER_TERMS);
}

/// As many lines as there can be, of the longest numbers, are terms that a store keeps.
#[test]
fn the_longest_terms_are_kept() {
    let world = World::new();
    let most = Amount::MAX.minor_units() / (8 * LINES_MAX * LEGS_MAX) as u128;
    let lines = vec![Line { quantity: u32::MAX, ..line(LineKind::Item, 1, most) }; LINES_MAX];
    let amount = units(most * LINES_MAX as u128);
    let leg = Leg { amount, lines, ..terms(&policy()).legs[0].clone() };
    let source = Tender { amount: units(amount.minor_units() * 16), ..terms(&policy()).tenders[0] };
    let longest = Terms { legs: vec![leg; LEGS_MAX], tenders: vec![source], ..terms(&policy()) };
    world.orders.place(ORDER, &longest).unwrap().unwrap();
    assert!(world.orders.tender_came(ORDER, 0, id(1)).unwrap().unwrap());
    let ship = PartCommand::Ship;
    world.act_on(3, &[some(63, u32::MAX - 1), some(5, 1)], Actor::Seller, ship);
    let new = world.part(16);
    assert_eq!((new.items.len(), new.items[1].quantity), (2, u32::MAX - 1));
}

/// An order has no more than so many parts, and then goes on with those that it has.
#[test]
fn an_order_has_so_many_parts() {
    let lines = vec![line(LineKind::Item, 6_000, 6_000)];
    let world = bought(lines, Shipping::WithLastItem);
    for part in 2..PARTS_MAX {
        let acted = world.act_on(0, &[some(0, 1)], Actor::Seller, PartCommand::Ship);
        assert_eq!(usize::from(acted.part), part);
    }
    let refused = world.refuses(0, &[some(0, 1)], Actor::Seller, PartCommand::Ship);
    assert_eq!(refused, OrderStatus::TOO_MANY_PARTS);
    world.act(0, Actor::Seller, PartCommand::Ship);
}

/// Two threads take two of three at once: one wins, and the other one is judged anew by what is
/// left. Two that take one each both win, whatever number each has thought of.
#[test]
fn of_two_who_divide_at_once_none_takes_what_is_gone() {
    for round in 0..8 {
        let world = bought(three_items(), Shipping::WithLastItem);
        let orders = &world.orders;
        let ships = |quantity| {
            move || {
                let (items, id) = ([some(0, quantity)], Id::new());
                orders
                    .act_on_items(ORDER, 0, &items, Actor::Seller, &PartCommand::Ship, id)
                    .unwrap()
            }
        };
        let quantity = 1 + round % 2;
        let (one, other) = std::thread::scope(|scope| {
            let (one, other) = (scope.spawn(ships(quantity)), scope.spawn(ships(quantity)));
            (one.join().unwrap(), other.join().unwrap())
        });
        let won: Vec<_> = [&one, &other].into_iter().flatten().map(|acted| acted.part).collect();
        if quantity == 1 {
            assert!(won == [2, 3] || won == [3, 2], "{won:?}");
        } else {
            assert_eq!(won, [2]);
            let lost = one.err().or(other.err()).unwrap();
            assert_eq!(lost.status, OrderStatus::QUANTITY_EXCEEDS_PART);
        }
        world.check_purse(ORDER);
    }
}

/// A store with parts that were divided off is verified, and opened again.
#[test]
fn a_store_with_divided_parts_is_verified() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let world = World::of(Store::open(&path, Options::new().clock(ClockSource::Manual)).unwrap());
    world.orders.place(ORDER, &terms_of(three_items(), &policy())).unwrap().unwrap();
    for tender in [0, 1] {
        world.orders.tender_came(ORDER, tender, Id::new()).unwrap().unwrap();
    }
    world.act_on(0, &[some(0, 2)], Actor::Seller, PartCommand::Ship);
    world.act_on(2, &[some(0, 1)], Actor::Buyer, PartCommand::Confirm);
    world.wait(3 * DAY + 1);
    drop(world);
    verify(&path, |_, _| ()).unwrap();
    let orders =
        Orders::of(&Store::open(&path, Options::new().clock(ClockSource::Manual)).unwrap());
    let view = orders.order(ORDER).unwrap().unwrap();
    assert_eq!(view.parts.len(), 4);
    assert_eq!(view.parts[3].items[0].quantity, 1);
    drop(orders);
    verify(&path, |_, _| ()).unwrap();
}
