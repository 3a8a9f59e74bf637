//! Who works with the wallets, by the command.

use crate::command::is_in_order;
use crate::wallet::World;

/// Ida comes, is trusted with more, and leaves; what she did is found again.
#[test]
fn staff_come_and_go() {
    let world = World::new();
    let staff = |words: &[&'static str]| [&["staff", "@"], words].concat();
    let freeze = ["freeze", "@", "2001"];
    world.by("ida", &freeze).complains(2, "staff_must_be_registered");
    let register = staff(&["register", "Ida", "--role", "support"]);
    world.awaits_second("olga", &register);
    world.awaits_second("olga", &register);
    assert!(world.run(&staff(&["list"])).out.contains("proposed"));
    world.did("otto", &register, "ida is active: support.");
    world.did("ida", &freeze, "frozen");
    world.by("ida", &["revoke-tier", "@", "2001"]).complains(2, "staff_must_have_reviewer_role");
    let grant = staff(&["grant", "ida", "--role", "reviewer,approver"]);
    world.awaits_second("otto", &grant);
    world.did("olga", &grant, "ida is active: support+reviewer+approver.");
    let revoke = staff(&["revoke", "ida", "--role", "support"]);
    world.did("olga", &revoke, "ida is active: reviewer+approver.");
    world.did("olga", &staff(&["deactivate", "ida"]), "ida is deactivated: none.");
    world.by("ida", &["unfreeze", "@", "2001"]).complains(2, "staff_must_be_registered");

    let acts = world.json(&staff(&["acts", "ida", "--oldest-first"]));
    let acts = acts["acts"].as_array().expect("acts");
    let what: Vec<_> = acts.iter().filter_map(|act| act["entry"]["command"].as_str()).collect();
    assert_eq!(what, ["freeze_wallet", "freeze_wallet", "revoke_tier", "unfreeze_wallet"]);
    assert_eq!(acts[1]["subject"], "2001");
    let latest = world.json(&staff(&["acts", "ida", "--limit", "1"]));
    assert_eq!((&latest["acts"][0], &latest["more"]), (&acts[3], &true.into()));
    assert!(world.run(&staff(&["acts", "ida"])).out.contains("active -> frozen"));

    world.by("olga", &staff(&["register", "e.v.e", "--role", "support"])).complains(2, "is_taken");
    world.by("olga", &staff(&["grant", "ida", "--role", "boss"])).complains(2, "a role is support");
    world.by("olga", &staff(&["grant", "ida"])).complains(2, "--role");
    world.by("olga", &staff(&["grant", "nobody", "--role", "support"])).complains(2, "nobody");
    world.run(&staff(&["show", "nobody"])).complains(2, "staff_not_found");
    world.run(&staff(&["first", "olga"]));
    world.run(&staff(&["first", "otto"])).complains(2, "another one was named before");
    is_in_order(&world.store);
}
