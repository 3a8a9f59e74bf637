//! Members of staff: how a shop comes to have them, what each may do, and how it ends.

use crate::acts;
use crate::clerks::details;
use crate::market::verdict;
use crate::world::*;
use WalletStatus as W;
use escrowdb::disk::MemoryDisk;
use escrowdb::wallet::*;
use escrowdb::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const SUPPORT: StaffRoles = StaffRoles::SUPPORT;
const OPERATOR_ROLE: StaffRoles = StaffRoles::OPERATOR;
const SECOND: Result<(), W> = Err(W::SECOND_PERSON_MUST_AGREE);
const NOBODY: Result<(), W> = Err(W::STAFF_MUST_BE_REGISTERED);

fn register(world: &World, name: &str, roles: StaffRoles, by: &str) -> Result<(), W> {
    verdict(world.wallets.register_staff(name, roles, &staff(by)).unwrap())
}

fn grant(world: &World, name: &str, roles: StaffRoles, by: &str) -> Result<(), W> {
    verdict(world.wallets.grant_roles(name, roles, &staff(by)).unwrap())
}

fn revoke(world: &World, name: &str, roles: StaffRoles, by: &str) -> Result<(), W> {
    verdict(world.wallets.revoke_roles(name, roles, &staff(by)).unwrap())
}

fn deactivate(world: &World, name: &str, by: &str) -> Result<(), W> {
    verdict(world.wallets.deactivate_staff(name, &staff(by)).unwrap())
}

fn note(world: &World, by: &str) -> Result<(), W> {
    verdict(world.wallets.leave_note(person(1), "called", &staff(by)).unwrap())
}

fn member(world: &World, name: &str) -> Option<(StaffState, StaffRoles)> {
    world.wallets.staff_member(name).unwrap().map(|one| (one.state, one.roles))
}

/// A shop opens, names Olga, and hires; a clerk comes, is trusted with more and with less, and
/// leaves.
#[test]
fn a_shop_hires_and_a_clerk_leaves() {
    let world = World::with_first_operator();
    world.register(1, EMAIL);
    // Nobody is there but Olga, who helps no customers.
    assert_eq!(note(&world, "eve"), NOBODY);
    assert_eq!(note(&world, "olga"), Err(W::STAFF_MUST_HAVE_SUPPORT_ROLE));
    // Alone she lets in a second operator, and nobody else.
    assert_eq!(register(&world, "eve", SUPPORT, "olga"), SECOND);
    assert_eq!(register(&world, "otto", StaffRoles::ALL, "olga"), SECOND);
    assert_eq!(register(&world, "otto", OPERATOR_ROLE, "olga"), Ok(()));
    assert_eq!(member(&world, "eve"), Some((StaffState::PROPOSED, StaffRoles::NONE)));
    let proposed = world.wallets.staff_member("eve").unwrap().unwrap().proposed.unwrap();
    assert_eq!((proposed.command, proposed.roles), (Command::REGISTER_STAFF, SUPPORT));
    assert!(proposed.by == "olga" && !proposed.at.is_none() && proposed.at <= world.now());

    assert_eq!(register(&world, "eve", SUPPORT, "olga"), SECOND, "she wants it already");
    assert_eq!(note(&world, "eve"), NOBODY);
    assert_eq!(register(&world, "Eve", SUPPORT, "Otto"), Ok(()));
    assert_eq!(note(&world, "EVE"), Ok(()));
    assert_eq!(member(&world, "eve"), Some((StaffState::ACTIVE, SUPPORT)));

    let both = SUPPORT | StaffRoles::REVIEWER;
    assert_eq!(grant(&world, "eve", both, "otto"), SECOND);
    assert_eq!(grant(&world, "eve", StaffRoles::ALL, "olga"), SECOND, "it is not the same");
    assert_eq!(grant(&world, "eve", both, "otto"), SECOND, "it is no longer wanted");
    assert_eq!(grant(&world, "eve", both, "olga"), Ok(()));
    assert_eq!(grant(&world, "eve", SUPPORT, "olga"), Ok(()), "she has it");
    assert_eq!(member(&world, "eve"), Some((StaffState::ACTIVE, both)));
    assert_eq!(revoke(&world, "eve", SUPPORT, "olga"), Ok(()));
    assert_eq!(note(&world, "eve"), Err(W::STAFF_MUST_HAVE_SUPPORT_ROLE));
    assert_eq!(deactivate(&world, "eve", "otto"), Ok(()));
    assert_eq!(deactivate(&world, "eve", "otto"), Ok(()), "she is");
    assert_eq!(note(&world, "eve"), NOBODY);
    assert_eq!(member(&world, "eve"), Some((StaffState::DEACTIVATED, StaffRoles::NONE)));
    // Under her name she comes back, as anybody comes.
    assert_eq!(register(&world, "eve", SUPPORT, "otto"), SECOND);
    assert_eq!(member(&world, "eve"), Some((StaffState::DEACTIVATED, StaffRoles::NONE)));
    assert_eq!(register(&world, "eve", SUPPORT, "olga"), Ok(()));
    assert_eq!(note(&world, "eve"), Ok(()));

    let names = world.wallets.staff(None, 10).unwrap().into_iter().map(|one| one.name);
    assert_eq!(names.collect::<Vec<_>>(), ["eve", "olga", "otto"]);
    let said = |command| details(&world, AuditEntry::STORE, command);
    assert_eq!(said(Command::NAME_FIRST_OPERATOR), ["olga"]);
    let awaits = "awaits a second member of staff";
    assert_eq!(
        said(Command::REGISTER_STAFF),
        [
            &*format!("{awaits}: eve: roles: none -> support"),
            &*format!("{awaits}: otto: roles: none -> support+reviewer+approver+operator"),
            "otto: roles: none -> operator; alone: there is no second operator",
            "eve: roles: none -> support",
            &*format!("{awaits}: eve: roles: none -> support"),
            "eve: roles: none -> support",
        ]
    );
    assert_eq!(
        said(Command::GRANT_ROLES),
        [
            &*format!("{awaits}: eve: roles: support -> support+reviewer"),
            &*format!("{awaits}: eve: roles: support -> support+reviewer+approver+operator"),
            &*format!("{awaits}: eve: roles: support -> support+reviewer"),
            "eve: roles: support -> support+reviewer",
        ]
    );
    assert_eq!(said(Command::REVOKE_ROLES), ["eve: roles: support+reviewer -> reviewer"]);
    assert_eq!(said(Command::DEACTIVATE_STAFF), ["eve: roles: reviewer -> none; deactivated"]);
    world.verify();
}

/// Every command of staff is refused to who is not registered, to who no longer is, and to who has
/// not the role that it takes; and each says which.
#[test]
fn every_command_takes_a_role() {
    let market = acts::market();
    let (wallets, olga, otto) = (&market.wallets, staff("olga"), staff("otto"));
    let hire = |name: &str, roles| {
        let first = wallets.register_staff(name, roles, &olga).unwrap();
        assert_eq!(verdict(first), SECOND);
        wallets.register_staff(name, roles, &otto).unwrap().unwrap();
    };
    let roles = [SUPPORT, StaffRoles::REVIEWER, StaffRoles::APPROVER, OPERATOR_ROLE];
    let of = |role: StaffRoles| role.names().next().unwrap();
    for role in roles {
        hire(&format!("no-{}", of(role)), StaffRoles::ALL.without(role));
    }
    hire("gone", StaffRoles::ALL);
    wallets.deactivate_staff("gone", &olga).unwrap().unwrap();
    let needed = |command: &str| match command {
        "review_verification"
        | "refuse_verification"
        | "review_recovery"
        | "decide_recovery"
        | "revoke_tier" => Some((StaffRoles::REVIEWER, W::STAFF_MUST_HAVE_REVIEWER_ROLE)),
        // Reviewers look at a case, too, and approve it first.
        "record_disclosure"
        | "show_person"
        | "show_correction"
        | "refuse_correction"
        | "approve_verification" => None,
        "approve_correction" => Some((StaffRoles::APPROVER, W::STAFF_MUST_HAVE_APPROVER_ROLE)),
        "erase_person"
        | "set_legal_hold"
        | "set_retention"
        | "resolve_suspense"
        | "pay_out_unclaimed"
        | "add_master_key"
        | "keep_master_key"
        | "rotate_key_encryption_key"
        | "begin_index_rotation"
        | "reindex"
        | "end_index_rotation"
        | "register_staff"
        | "chargeback_notified"
        | "chargeback_taken"
        | "chargeback_represented"
        | "chargeback_decided"
        | "grant_roles"
        | "revoke_roles"
        | "deactivate_staff" => Some((OPERATOR_ROLE, W::STAFF_MUST_HAVE_OPERATOR_ROLE)),
        _ => Some((SUPPORT, W::STAFF_MUST_HAVE_SUPPORT_ROLE)),
    };
    for (command, act) in acts::acts() {
        for nobody in ["mallory", "gone", "eve.", "3ve", "-.-"] {
            let tried = wallets.staff_acts(nobody, None, 1_000).unwrap().len();
            assert_eq!(verdict(act(wallets, &staff(nobody))), NOBODY, "{command} by {nobody}");
            let seen = wallets.staff_acts(nobody, None, 1_000).unwrap();
            assert_eq!(seen.len(), tried + 1, "{command} by {nobody}");
            assert_eq!(seen[tried].entry.detail, "refused: staff_must_be_registered");
        }
        if let Some((role, refused)) = needed(command) {
            let without = staff(&format!("no-{}", of(role)));
            assert_eq!(verdict(act(wallets, &without)), Err(refused), "{command}");
        }
    }
    // Where more than one role allows it, none of them does not.
    hire("runs.it", OPERATOR_ROLE);
    let runs_it = staff("runs.it");
    let shown = wallets.record_disclosure(person(1), Id::ZERO, &runs_it).unwrap();
    assert_eq!(verdict(shown), Err(W::STAFF_MUST_HAVE_SUPPORT_ROLE));
    let approved = wallets.approve_verification(id(acts::CASE), Timestamp::NONE, &runs_it);
    assert_eq!(verdict(approved.unwrap()), Err(W::STAFF_MUST_HAVE_REVIEWER_ROLE));
    market.verify();
}

/// A reviewer looks into a case and refuses it; that it is approved takes an approver. Where two
/// must approve, the first one is a reviewer.
#[test]
fn what_lets_a_customer_through_takes_an_approver() {
    let market = acts::market();
    let (wallets, olga, otto) = (&market.wallets, staff("olga"), staff("otto"));
    let roles = [("rita", StaffRoles::REVIEWER), ("anton", StaffRoles::APPROVER)];
    for (name, roles) in roles {
        assert_eq!(verdict(wallets.register_staff(name, roles, &olga).unwrap()), SECOND);
        wallets.register_staff(name, roles, &otto).unwrap().unwrap();
    }
    let (rita, anton, case) = (staff("rita"), staff("anton"), id(acts::CASE));
    let submitted = wallets.submit_evidence(case, &[crate::market::passport()], &Actor::Customer);
    submitted.unwrap().unwrap();
    let review = |by| verdict(wallets.review_verification(case, by).unwrap());
    assert_eq!(review(&anton), Err(W::STAFF_MUST_HAVE_REVIEWER_ROLE));
    assert_eq!(review(&rita), Ok(()));
    let approve = |by| wallets.approve_verification(case, Timestamp::NONE, by).unwrap();
    assert_eq!(verdict(approve(&rita)), Err(W::STAFF_MUST_HAVE_APPROVER_ROLE));
    assert_eq!(approve(&anton), Ok(VerificationState::APPROVED));

    let (case, evidence) = (id(acts::RECOVERY), acts::evidence("scans/1"));
    wallets.add_recovery_evidence(case, &evidence, &staff("eve")).unwrap().unwrap();
    wallets.review_recovery(case, &rita).unwrap().unwrap();
    let decide =
        |by| verdict(wallets.decide_recovery(case, RecoveryDecision::Approve, by).unwrap());
    assert_eq!(decide(&rita), Err(W::STAFF_MUST_HAVE_APPROVER_ROLE));
    assert_eq!(verdict(wallets.grant_roles("rita", StaffRoles::APPROVER, &olga).unwrap()), SECOND);
    wallets.grant_roles("rita", StaffRoles::APPROVER, &otto).unwrap().unwrap();
    assert_eq!(decide(&rita), Ok(()));
    market.verify();
}

/// Eve registered as `eve.` too, and agreed with herself; a clerk called b0b gave orders that were
/// taken for Bob's. A name that looks like a registered one is nobody's.
#[test]
fn nobody_is_registered_under_a_name_that_looks_like_anothers() {
    let world = World::new();
    for (name, expected) in [
        ("eve", W::STAFF_NAME_IS_TAKEN),
        ("EVE", W::STAFF_NAME_IS_TAKEN),
        ("e.v-e@", W::STAFF_NAME_IS_TAKEN),
        ("b0b", W::STAFF_NAME_IS_TAKEN),
        ("car1", W::STAFF_NAME_IS_TAKEN),
        ("", W::TEXT_MUST_BE_VALID),
        ("...", W::TEXT_MUST_BE_VALID),
        ("\u{435}ve", W::TEXT_MUST_BE_VALID),
        ("ida mallory", W::TEXT_MUST_BE_VALID),
        ("4111111111111111", W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER),
    ] {
        assert_eq!(register(&world, name, SUPPORT, "olga"), Err(expected), "{name}");
        let is_eves = name.eq_ignore_ascii_case("eve");
        assert_eq!(world.wallets.staff_member(name).unwrap().is_some(), is_eves, "{name}");
    }
    assert_eq!(grant(&world, "b0b", SUPPORT, "olga"), Err(W::STAFF_NOT_FOUND));
    assert_eq!(deactivate(&world, "eve.", "olga"), Err(W::STAFF_NOT_FOUND));
    assert_eq!(revoke(&world, "ida", SUPPORT, "olga"), Err(W::STAFF_NOT_FOUND));
    // Nor when that one has left.
    assert_eq!(deactivate(&world, "eve", "olga"), Ok(()));
    assert_eq!(register(&world, "eve.", SUPPORT, "olga"), Err(W::STAFF_NAME_IS_TAKEN));
    assert_eq!(grant(&world, "eve", SUPPORT, "olga"), Err(W::STAFF_NOT_FOUND));
    // Who is only proposed is nobody yet.
    assert_eq!(register(&world, "ida", SUPPORT, "olga"), SECOND);
    assert_eq!(grant(&world, "ida", SUPPORT, "olga"), Err(W::STAFF_NOT_FOUND));
    assert_eq!(register(&world, "i.da", SUPPORT, "otto"), SECOND, "another name, proposed anew");
    assert_eq!(register(&world, "ida", SUPPORT, "otto"), SECOND);
    assert_eq!(register(&world, "ida", SUPPORT, "olga"), Ok(()));
    for roles in [StaffRoles::NONE, StaffRoles::from_bits(16), StaffRoles::from_bits(17)] {
        for act in [register, grant, revoke] {
            assert_eq!(act(&world, "carl", roles, "olga"), Err(W::ROLES_MUST_BE_GIVEN));
        }
    }
    world.verify();
}

/// What an operator wanted counts for a week, and as long as that one is an operator.
#[test]
fn what_an_operator_wanted_ends_with_a_week_and_with_the_operator() {
    let world = World::new();
    assert_eq!(register(&world, "ida", SUPPORT, "olga"), SECOND);
    world.wait(7 * DAY);
    assert_eq!(register(&world, "ida", SUPPORT, "otto"), SECOND, "forgotten");
    assert_eq!(revoke(&world, "otto", OPERATOR_ROLE, "olga"), Ok(()));
    assert_eq!(register(&world, "ida", SUPPORT, "olga"), SECOND, "otto is no operator");
    assert_eq!(register(&world, "ida", SUPPORT, "eve"), Ok(()));
    // To take a role ends what was wanted for the same one.
    assert_eq!(grant(&world, "ida", OPERATOR_ROLE, "olga"), SECOND);
    assert_eq!(revoke(&world, "ida", SUPPORT, "olga"), Ok(()));
    assert_eq!(grant(&world, "ida", OPERATOR_ROLE, "eve"), SECOND);
    world.verify();
}

/// Olga shut out Otto, and was to let in her brother in his place: two operators, of one mind. The
/// last one waits a week, in which the shop sees the trail; and the last one stays.
#[test]
fn the_only_operator_cannot_replace_the_others_at_once() {
    let world = World::with_first_operator();
    assert_eq!(deactivate(&world, "olga", "olga"), Err(W::AN_OPERATOR_MUST_REMAIN));
    assert_eq!(revoke(&world, "olga", StaffRoles::ALL, "olga"), Err(W::AN_OPERATOR_MUST_REMAIN));
    assert_eq!(register(&world, "otto", OPERATOR_ROLE, "olga"), Ok(()));
    assert_eq!(deactivate(&world, "otto", "olga"), Ok(()));
    let at = world.wallets.staff_member("otto").unwrap().unwrap().changed_at;
    let brother = || world.wallets.register_staff("oleg", OPERATOR_ROLE, &staff("olga"));
    let refusal = brother().unwrap().unwrap_err();
    let until = at.plus_nanoseconds(7 * DAY * Timestamp::SECOND);
    assert_eq!((refusal.status, refusal.until), (W::SOLE_OPERATOR_MUST_WAIT, until));
    assert_eq!(deactivate(&world, "olga", "olga"), Err(W::AN_OPERATOR_MUST_REMAIN));
    world.wait(7 * DAY - 1);
    assert_eq!(status(brother()), W::SOLE_OPERATOR_MUST_WAIT);
    world.wait(1);
    brother().unwrap().unwrap();
    // Whom she made one by a role, as well.
    assert_eq!(revoke(&world, "oleg", OPERATOR_ROLE, "oleg"), Ok(()));
    assert_eq!(grant(&world, "oleg", OPERATOR_ROLE, "olga"), Err(W::SOLE_OPERATOR_MUST_WAIT));
    world.verify();
}

/// The host names the first operator once. Who opens wallets of an earlier version, which knew no
/// staff, names one at the next opening; what was done is read as before.
#[test]
fn the_first_operator_is_named_once() {
    let disk = MemoryDisk::new();
    let store = Store::open_on(Arc::new(disk.clone()), store_options()).unwrap();
    let options = || WalletOptions::new(master(1), policy());
    let wallets = store.wallets(options()).unwrap();
    assert!(wallets.staff(None, 10).unwrap().is_empty());
    let refused = wallets.register_staff("eve", OPERATOR_ROLE, &staff("eve"));
    assert_eq!(status(refused), W::STAFF_MUST_BE_REGISTERED);
    drop(wallets);
    for bad in ["", "...", "olga petrova", "4111111111111111"] {
        let refused = store.wallets(options().first_operator(bad));
        assert!(matches!(refused, Err(Error::InvalidArgument(_))), "{bad}");
    }
    for name in ["Olga", "olga"] {
        let wallets = store.wallets(options().first_operator(name)).unwrap();
        let names: Vec<_> = wallets.staff(None, 10).unwrap();
        assert_eq!(names.len(), 1);
        assert_eq!((&*names[0].name, names[0].roles), ("olga", OPERATOR_ROLE));
    }
    let error = store.wallets(options().first_operator("otto")).unwrap_err().to_string();
    assert!(error.contains("another one was named before"), "{error}");
    // Whatever became of that one since.
    let wallets = store.wallets(options()).unwrap();
    wallets.register_staff("otto", OPERATOR_ROLE, &staff("olga")).unwrap().unwrap();
    wallets.deactivate_staff("olga", &staff("otto")).unwrap().unwrap();
    drop(wallets);
    let wallets = store.wallets(options().first_operator("olga")).unwrap();
    assert_eq!(wallets.staff_member("olga").unwrap().unwrap().state, StaffState::DEACTIVATED);
    let trail = wallets.audit_trail(AuditEntry::STORE, None, 100).unwrap().into_iter();
    let named = trail.filter(|(_, entry)| entry.command == Command::NAME_FIRST_OPERATOR);
    assert_eq!(named.map(|(_, entry)| entry.actor).collect::<Vec<_>>(), [Actor::System]);
}

/// A clerk works on while an operator shuts her out: what she does takes effect before that or is
/// refused, and nothing is half done.
#[test]
fn who_is_deactivated_meanwhile_is_before_or_too_late() {
    let world = World::new();
    world.register(1, EMAIL);
    let (mut notes, wallets) = (0, &world.wallets);
    for _ in 0..10 {
        let (is_gone, works) = (AtomicBool::new(false), AtomicBool::new(false));
        let left = std::thread::scope(|scope| {
            let clerk = scope.spawn(|| {
                let mut left = 0;
                loop {
                    let knows = is_gone.load(Ordering::SeqCst);
                    match note(&world, "eve") {
                        Ok(()) => assert!(!knows, "she is gone"),
                        refused => {
                            assert_eq!(refused, NOBODY);
                            return left;
                        }
                    }
                    left += 1;
                    works.store(true, Ordering::SeqCst);
                }
            });
            while !works.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            assert_eq!(deactivate(&world, "eve", "olga"), Ok(()));
            is_gone.store(true, Ordering::SeqCst);
            clerk.join().unwrap()
        });
        notes += left;
        assert_eq!(wallets.notes_on(person(1)).unwrap().unwrap().len(), notes);
        assert_eq!(register(&world, "eve", StaffRoles::ALL, "olga"), SECOND);
        assert_eq!(register(&world, "eve", StaffRoles::ALL, "otto"), Ok(()));
    }
    let acts = wallets.staff_acts("eve", None, 10_000).unwrap();
    let done = acts.iter().filter(|act| act.entry.detail.is_empty());
    assert_eq!(done.count(), notes);
    world.verify();
}

/// Two operators shut each other out at the same moment. One of them is first, and remains.
#[test]
fn two_operators_who_shut_each_other_out_do_not_leave_none() {
    for _ in 0..10 {
        let world = World::with_first_operator();
        assert_eq!(register(&world, "otto", OPERATOR_ROLE, "olga"), Ok(()));
        let (world, together) = (&world, &std::sync::Barrier::new(2));
        let shut_out = |by, whom| {
            move || {
                together.wait();
                deactivate(world, whom, by)
            }
        };
        let done = std::thread::scope(|scope| {
            let threads = [("olga", "otto"), ("otto", "olga")];
            let threads = threads.map(|(by, whom)| scope.spawn(shut_out(by, whom)));
            threads.map(|thread| thread.join().unwrap())
        });
        assert!(done == [Ok(()), NOBODY] || done == [NOBODY, Ok(())], "{done:?}");
        let active = world.wallets.staff(None, 10).unwrap();
        assert_eq!(active.iter().filter(|one| one.state == StaffState::ACTIVE).count(), 1);
    }
}
