//! Which policy a clerk works under: the shop's, whatever she types.

use crate::command::{escrowdb, folder, within, write};
use crate::wallet::{World, make_pipe, policy, private};
use escrowdb::wallet::Policy;
use escrowdb::wallet::policy::EvidenceKind;
use serde_json::Value;

/// What Eve would like: one member of staff is enough, and whoever comes in person needs no paper.
fn hers() -> Policy {
    let mut hers = policy();
    hers.verification.second_person_from_tier = None;
    hers.tiers[1].evidence = vec![vec![EvidenceKind::IN_PERSON, EvidenceKind::SELFIE]];
    hers
}

/// Eve writes a policy of her own, in which she needs nobody else.
#[test]
fn a_clerk_does_not_choose_the_policy() {
    let world = World::new();
    let hers = write(&world.folder, "hers.json", hers().to_json());
    let before = world.last_block();
    for words in [
        &["show", "@", "2001"][..],
        &["policy", "@"],
        &["freeze", "@", "2001", "--actor", "eve", "--reason", "x"],
        &["verify-case", "@", "5001", "review", "--actor", "eve", "--reason", "x"],
    ] {
        for policy in [&hers, "none", "article"] {
            world.under(policy, words).complains(2, "wallet policy STORE adopt");
        }
    }
    assert_eq!(world.last_block(), before, "nothing was written");
    // The shop's own, written down otherwise.
    let flat = write(&world.folder, "flat.json", policy().to_json().replace('\n', " "));
    assert_eq!(world.under(&flat, &["show", "@", "2001"]).code, 0);
    let facts = world.json(&["policy", "@"]);
    assert_eq!(facts["hash"], policy().hash().expect("a hash").to_string());
    assert_eq!((&facts["name"], &facts["changes"]), (&"article".into(), &Value::Array(Vec::new())));
    assert_eq!(world.last_block(), before);
}

/// Who does have another policy in force says so by name, and the shop sees it where it looks.
#[test]
fn who_adopts_a_policy_stands_in_the_trail() {
    let world = World::new();
    let hers_at = write(&world.folder, "hers.json", hers().to_json());
    let nameless = world.under(&hers_at, &["policy", "@", "adopt"]);
    nameless.complains(2, "--actor");
    let by = ["--actor", "eve", "--reason", "I am in a hurry"];
    let adopt = [&["policy", "@", "adopt"][..], &by].concat();
    let said = world.under(&hers_at, &adopt);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    assert!(said.out.contains("1 change") && said.out.contains("eve"), "{said:?}");
    world.run(&["show", "@", "2001"]).complains(2, "wallet policy STORE adopt");
    // The shop opens its wallets as ever: allowed, and seen.
    world.open_as_the_shop();
    let changes = world.json(&["policy", "@"])["changes"].clone();
    let trail = world.json(&["audit", "@", "store"])["entries"].clone();
    // All that came after the hiring of the staff.
    let entries = trail.as_array().expect("entries");
    let is_change = |entry: &&Value| entry["command"] == "change_policy";
    let trail: Vec<_> = entries.iter().filter(is_change).cloned().collect();
    assert_eq!(changes, Value::from(trail.clone()));
    let facts = |place: usize| {
        let entry = &trail[place];
        [&entry["command"], &entry["actor"], &entry["name"], &entry["reason"], &entry["detail"]]
            .map(|fact| fact.as_str().unwrap_or_default().to_owned())
    };
    let [shops, hers] = [policy(), hers()].map(|one| one.hash().expect("a hash").to_string());
    let there = format!("policy: {shops} -> {hers}");
    let back = format!("policy: {hers} -> {shops}");
    assert_eq!(facts(0), ["change_policy", "staff", "eve", "I am in a hurry", &there]);
    assert_eq!(facts(1), ["change_policy", "system", "", "", &back]);
    // To adopt what is in force changes nothing.
    let before = world.last_block();
    assert_eq!(world.run(&adopt).code, 0);
    assert_eq!(world.last_block(), before);
}

/// Without the option there is no policy, so none takes the place of the shop's.
#[test]
fn no_policy_is_no_policy() {
    let folder = folder();
    let key = private(&folder, "master.key", &[7; 32]);
    let store = within(&folder, "none.escrow");
    let adopt = ["wallet", "policy", &store, "adopt", "--key-file", &key];
    let said = escrowdb(&[&adopt[..], &["--actor", "eve", "--reason", "x"]].concat());
    said.complains(2, "--policy article|eu_amld5|cn_pboc|none|FILE");
}

/// Symptom: a policy, a note or a head in a pipe or a device hung the command for ever, or took all
/// memory. Cause: only the key was looked at before it was read.
#[test]
fn files_that_never_end_are_refused() {
    let world = World::new();
    let folder = &world.folder;
    let pipe = within(folder, "pipe");
    make_pipe(&pipe);
    let long = write(folder, "long", " ".repeat((1 << 20) + 1));
    let wide = write(folder, "wide.json", b"\xff\xfe{\0}\0");
    let before = world.last_block();
    for (file, complaint) in [
        (pipe.as_str(), "not a file"),
        ("/dev/zero", "not a file"),
        (&folder.path().display().to_string(), "not a file"),
        (&long, "it is longer than"),
        (&wide, "it is not UTF-8: save it as UTF-8"),
    ] {
        world.under(file, &["show", "@", "2001"]).complains(2, complaint);
        escrowdb(&["wallet", "policy", "check", file]).complains(2, complaint);
        let note = ["notes", "@", "leave", "1001", "--file", file];
        world.by("eve", &note).complains(2, complaint);
        escrowdb(&["verify", &world.store, "--head", file]).complains(2, complaint);
    }
    assert_eq!(world.last_block(), before);
}

/// What an editor leaves, and a number that is too large, were told as if the file were no JSON.
#[test]
fn what_is_wrong_with_a_policy_is_named() {
    let folder = folder();
    let text = policy().to_json();
    let marked = write(&folder, "marked.json", format!("\u{feff}{text}"));
    escrowdb(&["wallet", "policy", "check", &marked]).complains(2, "byte order mark: save it as");
    let large = write(&folder, "large.json", text.replace("20000", "18446744073709551616"));
    let said = escrowdb(&["wallet", "policy", "check", &large]);
    said.complains(2, "currencies[0].tiers[0].per_payment: ");
    said.complains(2, "a whole number from 0 to 18446744073709551615");
}

/// A shop begins its own policy with one of the library's; editors complete it by the schema.
#[test]
fn a_policy_of_ones_own_begins_with_a_preset() {
    let folder = folder();
    for name in Policy::PRESETS {
        let said = escrowdb(&["wallet", "policy", "show", name]);
        let shown = said.json();
        assert_eq!(Policy::from_json(&said.out), Ok(Policy::preset(name).expect(name)));
        let mine = write(&folder, "mine.json", &said.out);
        let checked = escrowdb(&["wallet", "policy", "check", &mine]);
        assert_eq!((checked.code, checked.err.as_str()), (0, ""), "{checked:?}");
        assert_eq!(shown["name"], name);
    }
    let schema = escrowdb(&["schema", "wallet", "policy", "show"]).out;
    let same: Value = serde_json::from_str(&schema).expect("JSON");
    assert_eq!(same, serde_json::from_str::<Value>(Policy::SCHEMA).expect("JSON"));
    for (words, complaint) in [
        (&["show", "gold"][..], "gold"),
        (&["some.escrow", "check", "article"], "check and show take no store"),
        (&["some.escrow", "show", "article"], "check and show take no store"),
        (&["adopt", "--actor", "eve", "--reason", "x"], "name the store"),
        (&[], "name the store"),
    ] {
        let said = escrowdb(&[&["wallet", "policy"][..], words].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{said:?}");
        assert!(said.err.contains(complaint), "{said:?}");
    }
}
