//! What the store remembers about how its wallets were opened.

use crate::world::*;
use escrowdb::disk::MemoryDisk;
use escrowdb::wallet::*;
use escrowdb::*;

/// Approvals need two of the shop's staff, and with this one they do not.
fn alone() -> Policy {
    let mut alone = policy();
    alone.verification.second_person_from_tier = None;
    alone.name = "what eve would like".into();
    alone
}

fn options(policy: Policy) -> WalletOptions {
    WalletOptions::new(master(1), policy)
}

/// What the store's trail says of policies: by whom, and what exactly.
fn changes(wallets: &Wallets) -> Vec<(Actor, String)> {
    let trail = wallets.audit_trail(AuditEntry::STORE, None, 100).unwrap().into_iter();
    let changes = trail.filter(|(_, entry)| entry.command == Command::CHANGE_POLICY);
    changes.map(|(_, entry)| (entry.actor, entry.detail)).collect()
}

/// A policy decides what one clerk may do alone, and nothing told the shop that a day of clerks'
/// work had been done under another one.
#[test]
fn another_policy_leaves_a_trail() {
    let disk = MemoryDisk::new();
    let world = World::on(disk.clone(), options(policy()));
    assert_eq!(changes(&world.wallets), [], "that a store begins is no change");
    drop(world);

    // The same policy, as somebody else would have written it down.
    let text = policy().to_json().replace('\n', "").replace("  ", " ");
    let world = World::on(disk.clone(), options(Policy::from_json(&text).unwrap()));
    assert_eq!(changes(&world.wallets), []);
    drop(world);

    // A new version of the shop brings another policy, and is taken back.
    let told = |from: &Policy, to: &Policy| {
        format!("policy: {} -> {}", from.hash().unwrap(), to.hash().unwrap())
    };
    let (there, back) = (told(&policy(), &alone()), told(&alone(), &policy()));
    let world = World::on(disk.clone(), options(alone()));
    assert_eq!(changes(&world.wallets), [(Actor::System, there.clone())]);
    drop(world);
    let eve = staff("eve");
    let world = World::on(disk.clone(), options(policy()).opened_by(eve.clone()));
    assert_eq!(changes(&world.wallets), [(Actor::System, there), (eve, back)]);
    world.verify();
}

/// A tool whose user names the policy opens under the shop's alone; what it refuses changes
/// nothing.
#[test]
fn a_tool_keeps_the_policy_of_the_shop() {
    let disk = MemoryDisk::new();
    drop(World::on(disk.clone(), options(policy())));
    let (store, files) = (World::on(disk.clone(), options(policy())).store, files_of(&disk));
    let given = alone().hash().unwrap();
    let error = store.wallets(options(alone()).keep_policy()).unwrap_err();
    let remembered = Some(policy().hash().unwrap());
    let Error::WrongPolicy { remembered: was, given: is } = &error else { panic!("{error:?}") };
    assert_eq!((was, is), (&remembered, &given));
    assert!(error.to_string().contains(&given.to_string()), "{error}");
    assert_eq!(files_of(&disk), files);
    let wallets = store.wallets(options(policy()).keep_policy()).unwrap();
    assert_eq!(changes(&wallets), []);
    drop(wallets);

    // An actor who adopts it has a name and a reason.
    let nobody = options(alone()).opened_by(Actor::staff("\u{435}ve", "because"));
    assert!(matches!(store.wallets(nobody), Err(Error::InvalidArgument(_))));
    let customer = options(alone()).opened_by(Actor::Customer);
    assert!(matches!(store.wallets(customer), Err(Error::InvalidArgument(_))));
    let wallets = store.wallets(options(alone()).opened_by(staff("eve"))).unwrap();
    assert_eq!(changes(&wallets).len(), 1);
}

/// A store of a version that remembered no policy: a tool does not say what the shop's is.
#[test]
fn a_tool_is_not_the_first_to_name_a_policy() {
    let store = Store::open_on(std::sync::Arc::new(MemoryDisk::new()), store_options()).unwrap();
    let error = store.wallets(options(policy()).keep_policy()).unwrap_err();
    assert!(matches!(error, Error::WrongPolicy { remembered: None, .. }), "{error:?}");
    // Unless somebody says that it is, and who: an operator.
    let by_eve = || options(policy()).opened_by(staff("eve"));
    let error = store.wallets(by_eve()).unwrap_err().to_string();
    assert!(error.ends_with("opened by: staff_must_be_registered"), "{error}");
    let wallets = store.wallets(by_eve().first_operator("Eve")).unwrap();
    let begun = format!("policy: none -> {}", policy().hash().unwrap());
    assert_eq!(changes(&wallets), [(staff("eve"), begun)]);
}

/// The shop started without its pepper, by a slip in its configuration. No password matched any
/// more, and each that was typed counted as wrong: in an hour every customer who had come was
/// locked out.
#[test]
fn another_pepper_is_noticed_before_a_customer_types_a_password() {
    let disk = MemoryDisk::new();
    let peppered = |byte| options(policy()).pepper([byte; 32]);
    let world = World::on(disk.clone(), peppered(9));
    drop(world);
    // As long as there is no password, none is wrong by it.
    let world = World::on(disk.clone(), peppered(7));
    world.register(1, EMAIL);
    let World { store, wallets, .. } = world;
    let trail = |wallets: &Wallets| {
        let trail = wallets.audit_trail(AuditEntry::STORE, None, 100).unwrap().into_iter();
        let trail = trail.filter(|(_, entry)| !is_about_staff(entry.command));
        trail.map(|(_, entry)| (entry.command, entry.actor)).collect::<Vec<_>>()
    };
    assert_eq!(trail(&wallets), [(Command::CHANGE_PEPPER, Actor::System)]);
    drop(wallets);

    let files = files_of(&disk);
    // Another policy beside it is not remembered either.
    for wrong in [peppered(9), options(policy()), options(alone())] {
        assert!(matches!(store.wallets(wrong), Err(Error::WrongPepper)));
    }
    assert_eq!(files_of(&disk), files);
    for (name, bytes) in &files {
        let holds = bytes.windows(32).any(|window| window == [7; 32]);
        assert!(!holds, "the pepper itself in {name}");
    }
    let wallets = store.wallets(peppered(7)).unwrap();
    assert_eq!(wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
    drop(wallets);

    // Lost for good: an operator who says so can go on, and customers set new passwords by a
    // letter.
    let olga = staff("olga");
    let lost = peppered(8).replace_pepper().opened_by(olga.clone());
    let wallets = store.wallets(lost).unwrap();
    assert_eq!(trail(&wallets).last(), Some(&(Command::CHANGE_PEPPER, olga)));
    assert_eq!(status(wallets.log_in(EMAIL, LOGIN)), WalletStatus::CREDENTIALS_MUST_MATCH);
    drop(wallets);
    assert!(matches!(store.wallets(peppered(7)), Err(Error::WrongPepper)));
    assert!(store.wallets(peppered(8)).is_ok());
}

/// A tool of staff knows no pepper, and can neither set nor compare a password; what it opens
/// counts nothing as wrong.
#[test]
fn a_tool_without_passwords_needs_no_pepper() {
    let disk = MemoryDisk::new();
    let world = World::on(disk.clone(), options(policy()).pepper([7; 32]));
    world.register(1, EMAIL);
    let World { store, wallets, .. } = world;
    drop(wallets);
    let wallets = store.wallets(options(policy()).keep_policy().without_passwords()).unwrap();
    let without = |result: Result<Result<(), Refusal>>| {
        assert!(matches!(result, Err(Error::InvalidArgument(_))), "{result:?}");
    };
    without(wallets.log_in(EMAIL, LOGIN).map(|judged| judged.map(drop)));
    without(wallets.log_in("nobody@example.com", LOGIN).map(|judged| judged.map(drop)));
    without(wallets.create_payment_password(wallet(1), PAYMENT));
    wallets.freeze_wallet(wallet(1), &staff("eve")).unwrap().unwrap();
    drop(wallets);
    let wallets = store.wallets(options(policy()).pepper([7; 32])).unwrap();
    assert_eq!(wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
}

/// Symptom: a tool that was given the new pepper, to replace a lost one, said nothing and replaced
/// nothing. Cause: without passwords the pepper was dropped before it was looked at.
#[test]
fn no_pepper_is_dropped_silently() {
    let world = World::on(MemoryDisk::new(), options(policy()).pepper([7; 32]));
    world.register(1, EMAIL);
    let World { store, wallets, .. } = world;
    drop(wallets);
    let without = || options(policy()).without_passwords();
    for (both, name) in [
        (without().pepper([8; 32]).replace_pepper(), "replace_pepper"),
        (without().replace_pepper(), "replace_pepper"),
        (without().pepper([7; 32]), "leave out pepper"),
        (options(policy()).pepper([7; 32]).without_passwords(), "leave out pepper"),
    ] {
        let error = store.wallets(both).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument(_)), "{error:?}");
        assert!(error.to_string().contains(name), "{error}");
    }
    assert!(store.wallets(without()).is_ok());
    assert!(store.wallets(options(policy()).pepper([7; 32])).is_ok(), "it is as it was");
}
