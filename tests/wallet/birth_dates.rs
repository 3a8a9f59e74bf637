//! Birth dates: given with the profile, corrected by evidence, and asked for by a policy with a
//! minimum age.

use crate::acts;
use crate::further_wallets::{EUROS, add_ledger, in_euros};
use crate::market::verdict;
use crate::world::*;
use WalletStatus as W;
use escrowdb::wallet::*;
use escrowdb::*;
use serde_json::Value;

/// A shop that sells to those of 18 and more. It is 1 January 1971 there.
fn of_age() -> World {
    let mut policy = policy();
    policy.identity.registration.minimum_age = Some(18);
    World::with(policy)
}

fn born(world: &World, number: u128, date: &str) -> Result<(), WalletStatus> {
    let mut profile = profile(number);
    profile.birth_date = date.into();
    verdict(world.wallets.set_profile(person(number), &profile).unwrap())
}

fn correcting(date: &str) -> Correction {
    let mut wanted = Correction::default();
    wanted.birth_date = date.into();
    wanted
}

#[test]
fn a_minimum_age_is_judged_when_the_registration_is_submitted() {
    let world = of_age();
    let wallets = &world.wallets;
    world.confirm(1, EMAIL);
    wallets.set_login_password(person(1), LOGIN, false).unwrap().unwrap();
    wallets.set_consent(person(1), "terms", "1", true).unwrap().unwrap();
    let submit = || verdict(wallets.submit_registration(person(1), &new_wallet(1)).unwrap());
    for date in ["1971-02-29", "1972-01-01", "1820-01-01", "yesterday"] {
        assert_eq!(born(&world, 1, date), Err(W::BIRTH_DATE_MUST_BE_VALID), "{date}");
    }
    assert_eq!(born(&world, 1, ""), Err(W::BIRTH_DATE_MUST_BE_GIVEN));
    assert!(!wallets.registration(person(1)).unwrap().unwrap().has_profile);
    assert_eq!(born(&world, 1, "1953-01-02"), Ok(()));
    assert_eq!(submit(), Err(W::PERSON_IS_UNDERAGE));
    assert!(wallets.wallets_of(person(1)).unwrap().is_empty());
    // The birthday is the next day, in UTC.
    world.wait(DAY);
    assert_eq!(submit(), Ok(()));
    world.verify();
}

/// Who told no birth date while none was asked for is asked for it, when the policy has changed: in
/// the registration that was begun, and of a customer before a further wallet is opened.
#[test]
fn a_policy_that_asks_for_an_age_later_asks_all_who_come() {
    let world = World::new();
    add_ledger(&world.store, EUROS, "EUR", 2);
    for number in [1, 2] {
        world.confirm(number, &format!("customer{number}@example.com"));
        assert_eq!(born(&world, number, ""), Ok(()));
        let wallets = &world.wallets;
        wallets.set_login_password(person(number), LOGIN, false).unwrap().unwrap();
        wallets.set_consent(person(number), "terms", "1", true).unwrap().unwrap();
    }
    world.wallets.submit_registration(person(1), &new_wallet(1)).unwrap().unwrap();
    let now = world.now();
    let World { store, wallets, disk } = world;
    drop((store, wallets));

    let mut policy = policy();
    policy.identity.registration.minimum_age = Some(18);
    let options = WalletOptions::new(master(1), policy).opened_by(staff("eve"));
    let world = World::on(disk, options);
    world.store.advance(now).unwrap();
    let wallets = &world.wallets;
    let submit = || verdict(wallets.submit_registration(person(2), &new_wallet(2)).unwrap());
    assert_eq!(submit(), Err(W::BIRTH_DATE_MUST_BE_GIVEN));
    assert_eq!(born(&world, 2, "1950-02-28"), Ok(()));
    assert_eq!(submit(), Ok(()));
    let open = || verdict(wallets.open_wallet(person(1), &in_euros(1)).unwrap());
    assert_eq!(open(), Err(W::BIRTH_DATE_MUST_BE_GIVEN));
    let correction = correcting("1950-02-28");
    let (eve, bob, evidence) = (staff("eve"), staff("bob"), acts::evidence("scans/birth"));
    wallets.open_correction(id(60), person(1), &correction, &eve).unwrap().unwrap();
    wallets.add_correction_evidence(id(60), &evidence, &eve).unwrap().unwrap();
    wallets.approve_correction(id(60), &bob).unwrap().unwrap();
    assert_eq!(open(), Ok(()));
    world.verify();
}

/// Staff correct it by evidence, another one approves; she sees it in her export, and it lies
/// nowhere in clear. It counts where a further wallet is opened.
#[test]
fn a_birth_date_is_corrected_shown_and_exported() {
    let world = of_age();
    world.anna();
    add_ledger(&world.store, EUROS, "EUR", 2);
    let (wallets, eve, bob) = (&world.wallets, staff("eve"), staff("bob"));
    let mut wanted = correcting("1972-01-01");
    let open = |case, wanted: &Correction| {
        verdict(wallets.open_correction(id(case), person(1), wanted, &eve).unwrap())
    };
    assert_eq!(open(60, &wanted), Err(W::BIRTH_DATE_MUST_BE_VALID));
    wanted.birth_date = "1953-06-30".into();
    assert_eq!(open(60, &wanted), Ok(()));
    let evidence = acts::evidence("scans/birth");
    wallets.add_correction_evidence(id(60), &evidence, &eve).unwrap().unwrap();
    let approve = |by: &Actor| verdict(wallets.approve_correction(id(60), by).unwrap());
    assert_eq!(approve(&eve), Err(W::REVIEWER_MUST_BE_ANOTHER));
    assert_eq!(approve(&bob), Ok(()));
    assert_eq!(wallets.correction_case(id(60)).unwrap().unwrap().fields, "birth_date");
    let shown = wallets.show_person(person(1), Id::ZERO, &eve).unwrap().unwrap();
    assert_eq!(shown.profile.as_ref().unwrap().birth_date, "1953-06-30");
    let export = wallets.export_person(person(1), &Actor::Customer).unwrap().unwrap();
    let document: Value = serde_json::from_str(export.as_json()).unwrap();
    assert_eq!(document["profile"]["birth_date"], "1953-06-30");
    assert_eq!(document["corrections"][0]["birth_date"], "1953-06-30");
    assert!(world.files().iter().all(|(_, bytes)| !holds(bytes, b"1953-06-30")));

    let open = || verdict(wallets.open_wallet(person(1), &in_euros(1)).unwrap());
    assert_eq!(open(), Err(W::PERSON_IS_UNDERAGE));
    world.wait(181 * DAY);
    assert_eq!(open(), Ok(()));
    world.verify();
}
