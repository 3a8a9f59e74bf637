//! Any orders of any operators, against a plain model: who may do what, and that two agreed on it.

use crate::market::verdict;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The first operator, others, and two names that look like others'.
const NAMES: [&str; 6] = ["olga", "otto", "ann", "ben", "0tto", "b.en"];
const WEEK: u64 = 7 * DAY;
const OPERATOR_ROLE: u32 = StaffRoles::OPERATOR.bits();

#[derive(Clone, Copy, Debug)]
enum Order {
    Register,
    Grant,
    Revoke,
    Deactivate,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Order(Order, usize, usize, u32),
    /// Something that takes one of these roles.
    Act(usize, u32),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let order = prop_oneof![
        3 => Just(Order::Register),
        2 => Just(Order::Grant),
        1 => Just(Order::Revoke),
        1 => Just(Order::Deactivate),
    ];
    // Few of them, so that two often want the same.
    let roles = prop_oneof![4 => Just(8), 2 => Just(1), 1 => Just(11), 1 => 0..20u32];
    let name = || 0..NAMES.len();
    prop_oneof![
        6 => (order, name(), 0..4usize, roles).prop_map(|(what, of, by, roles)| {
            Step::Order(what, of, by, roles)
        }),
        3 => (name(), 0..4u32).prop_map(|(by, role)| Step::Act(by, role)),
        1 => prop_oneof![Just(DAY), Just(WEEK - 1), Just(WEEK)].prop_map(Step::Wait),
    ]
}

/// What is known of one that is, was, or is to be registered.
#[derive(Clone, Debug, Default)]
struct Known {
    is_registered: bool,
    is_active: bool,
    roles: u32,
    wanted: Option<(&'static str, u32, &'static str, u64)>,
}

/// By exact name; whether two look alike is a table.
#[derive(Debug, Default)]
struct Model {
    known: BTreeMap<&'static str, Known>,
    lost_at: Option<u64>,
    now: u64,
}

fn alike(name: &str) -> &'static str {
    match name {
        "otto" => "0tto",
        "0tto" => "otto",
        "ben" => "b.en",
        "b.en" => "ben",
        _ => "",
    }
}

impl Model {
    fn roles(&self, name: &str) -> Option<u32> {
        self.known.get(name).filter(|one| one.is_active).map(|one| one.roles)
    }

    fn operators(&self) -> usize {
        self.known.keys().filter(|name| self.is_operator(name)).count()
    }

    fn is_operator(&self, name: &str) -> bool {
        self.roles(name).is_some_and(|roles| roles & OPERATOR_ROLE != 0)
    }

    fn admit(&self, by: &str, needed: u32, missing: W) -> Result<(), W> {
        let roles = self.roles(by).ok_or(W::STAFF_MUST_BE_REGISTERED)?;
        if roles & needed == 0 { Err(missing) } else { Ok(()) }
    }

    /// Somebody less is an operator.
    fn lose(&mut self, name: &'static str, change: impl FnOnce(&mut Known)) -> Result<(), W> {
        let (was, before) = (self.is_operator(name), self.known[name].clone());
        change(self.known.get_mut(name).unwrap());
        if self.operators() == 0 {
            self.known.insert(name, before);
            return Err(W::AN_OPERATOR_MUST_REMAIN);
        }
        if was && !self.is_operator(name) {
            self.lost_at = Some(self.now);
        }
        Ok(())
    }

    fn agree(
        &mut self,
        name: &'static str,
        (what, roles): (&'static str, u32),
        by: &'static str,
    ) -> Result<(), W> {
        if self.operators() == 1 && roles == OPERATOR_ROLE {
            let is_late = self.lost_at.is_none_or(|lost_at| self.now >= lost_at + WEEK);
            return if is_late { Ok(()) } else { Err(W::SOLE_OPERATOR_MUST_WAIT) };
        }
        let wanted = self.known.get(name).and_then(|one| one.wanted);
        let fresh = wanted.filter(|(_, _, by, at)| self.now < at + WEEK && self.is_operator(by));
        match fresh {
            Some((w, r, first, _)) if (w, r) == (what, roles) && first != by => Ok(()),
            Some((w, r, _, _)) if (w, r) == (what, roles) => Err(W::SECOND_PERSON_MUST_AGREE),
            _ => {
                self.known.entry(name).or_default().wanted = Some((what, roles, by, self.now));
                Err(W::SECOND_PERSON_MUST_AGREE)
            }
        }
    }

    fn order(
        &mut self,
        order: Order,
        name: &'static str,
        by: &'static str,
        roles: u32,
    ) -> Result<(), W> {
        self.admit(by, OPERATOR_ROLE, W::STAFF_MUST_HAVE_OPERATOR_ROLE)?;
        if !matches!(order, Order::Deactivate) && (roles == 0 || roles > 15) {
            return Err(W::ROLES_MUST_BE_GIVEN);
        }
        let is_registered = self.known.get(name).is_some_and(|one| one.is_registered);
        let found = self.roles(name);
        match order {
            Order::Register => {
                let other = self.known.get(alike(name)).is_some_and(|one| one.is_registered);
                if found.is_some() || other {
                    return Err(W::STAFF_NAME_IS_TAKEN);
                }
                let agreed = self.agree(name, ("register", roles), by);
                if agreed != Err(W::SOLE_OPERATOR_MUST_WAIT) {
                    // Who was wanted under the other name no longer is.
                    self.known.remove(alike(name));
                }
                agreed?;
                let new = Known { is_registered: true, is_active: true, roles, wanted: None };
                self.known.insert(name, new);
            }
            Order::Grant => {
                let had = found.ok_or(W::STAFF_NOT_FOUND)?;
                if had | roles != had {
                    self.agree(name, ("grant", roles), by)?;
                    let one = self.known.get_mut(name).unwrap();
                    (one.roles, one.wanted) = (had | roles, None);
                }
            }
            Order::Revoke => {
                let had = found.ok_or(W::STAFF_NOT_FOUND)?;
                if had & roles != 0 {
                    self.lose(name, |one| (one.roles, one.wanted) = (had & !roles, None))?;
                }
            }
            Order::Deactivate if !is_registered => return Err(W::STAFF_NOT_FOUND),
            Order::Deactivate if found.is_some() => self.lose(name, |one| {
                *one = Known { is_registered: true, ..Known::default() };
            })?,
            Order::Deactivate => (),
        }
        Ok(())
    }
}

/// Gives the order or does the act, as the store judges it.
fn done(world: &World, step: Step) -> Result<(), W> {
    let wallets = &world.wallets;
    match step {
        Step::Order(order, name, by, roles) => {
            let (name, by, roles) = (NAMES[name], staff(NAMES[by]), StaffRoles::from_bits(roles));
            verdict(match order {
                Order::Register => wallets.register_staff(name, roles, &by).unwrap(),
                Order::Grant => wallets.grant_roles(name, roles, &by).unwrap(),
                Order::Revoke => wallets.revoke_roles(name, roles, &by).unwrap(),
                Order::Deactivate => wallets.deactivate_staff(name, &by).unwrap(),
            })
        }
        Step::Act(by, 0) => verdict(wallets.leave_note(person(1), "x", &staff(NAMES[by])).unwrap()),
        Step::Act(by, 1) => verdict(wallets.revoke_tier(wallet(1), &staff(NAMES[by])).unwrap()),
        Step::Act(by, 2) => {
            let shown = wallets.record_disclosure(person(1), Id::ZERO, &staff(NAMES[by]));
            verdict(shown.unwrap())
        }
        Step::Act(by, _) => {
            verdict(wallets.set_legal_hold(person(1), true, &staff(NAMES[by])).unwrap())
        }
        Step::Wait(seconds) => {
            world.wait(seconds);
            Ok(())
        }
    }
}

fn expected(model: &mut Model, step: Step) -> Result<(), W> {
    match step {
        Step::Order(order, name, by, roles) => model.order(order, NAMES[name], NAMES[by], roles),
        Step::Act(by, 0) => model.admit(NAMES[by], 1, W::STAFF_MUST_HAVE_SUPPORT_ROLE),
        Step::Act(by, 1) => {
            let admitted = model.admit(NAMES[by], 2, W::STAFF_MUST_HAVE_REVIEWER_ROLE);
            admitted.and(Err(W::TIER_MUST_BE_REACHED))
        }
        Step::Act(by, 2) => model.admit(NAMES[by], 7, W::STAFF_MUST_HAVE_SUPPORT_ROLE),
        Step::Act(by, _) => model.admit(NAMES[by], 8, W::STAFF_MUST_HAVE_OPERATOR_ROLE),
        Step::Wait(seconds) => {
            model.now += seconds;
            Ok(())
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn staff_are_as_a_plain_model_says(steps in prop::collection::vec(step(), 1..60)) {
        let world = World::with_first_operator();
        world.register(1, EMAIL);
        let mut model = Model::default();
        let first =
            Known { is_registered: true, is_active: true, roles: OPERATOR_ROLE, wanted: None };
        model.known.insert("olga", first);
        for step in steps {
            prop_assert_eq!(done(&world, step), expected(&mut model, step), "{:?}", step);
            prop_assert!(model.operators() > 0);
            for name in NAMES {
                let is = world.wallets.staff_member(name).unwrap();
                let is_active = is.as_ref().filter(|one| one.state == StaffState::ACTIVE);
                let roles = is_active.map(|one| one.roles.bits());
                prop_assert_eq!(roles, model.roles(name), "{}", name);
                let wanted = is.and_then(|one| one.proposed).map(|one| one.roles.bits());
                let known = model.known.get(name).and_then(|one| one.wanted);
                prop_assert_eq!(wanted, known.map(|(_, roles, _, _)| roles), "{}", name);
            }
        }
        world.verify();
    }
}
