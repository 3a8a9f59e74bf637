//! What takes two members of staff: the first order is remembered, and the command says so.

use crate::wallet::World;
use escrowdb::wallet::policy::EvidenceKind;
use escrowdb::wallet::{Actor, DocumentKind, NewWallet, Profile};
use escrowdb::{CaseEvidence, Id, Timestamp, Wallets};
use serde_json::Value;

/// Boris registers, and shows this scan.
fn boris_shows(wallets: &Wallets, scan: [u8; 32]) {
    let (boris, wallet, case) = (Id::from_u128(1_002), Id::from_u128(2_002), Id::from_u128(5_002));
    wallets.begin_registration(boris, "boris@example.com", true).expect("done").expect("allowed");
    let letters = wallets.take_letters(100).expect("letters");
    let link = letters.iter().find(|letter| letter.address == "boris@example.com");
    wallets.confirm_address(&link.expect("a link").secret).expect("done").expect("allowed");
    let profile = Profile {
        name: "Boris Petrov".into(),
        citizenship: "US".into(),
        document_kind: DocumentKind::Passport,
        document_country: "US".into(),
        document_number: "C01X00T48".into(),
        postal_address: "Street 2".into(),
        phone: "+1 555 0101".into(),
        birth_date: String::new(),
    };
    wallets.set_profile(boris, &profile).expect("done").expect("allowed");
    let password = "a long phrase of his own";
    wallets.set_login_password(boris, password, false).expect("done").expect("allowed");
    wallets.set_consent(boris, "terms", "1", true).expect("done").expect("allowed");
    let new = NewWallet { wallet, account: Id::from_u128(3_002), ledger: 840, code: 200 };
    wallets.submit_registration(boris, &new).expect("done").expect("allowed");
    wallets.open_verification(case, wallet, 1, &Actor::Customer).expect("done").expect("allowed");
    let scan = CaseEvidence {
        kind: EvidenceKind::PASSPORT,
        hash: scan,
        reference: "s3://scans/boris".into(),
        expires_at: Timestamp::NONE,
    };
    wallets.submit_evidence(case, &[scan], &Actor::Customer).expect("done").expect("allowed");
}

/// Bob approved a recovery by a scan that somebody else had shown too. The command told him that he
/// had made a mistake, and Carl, who was to come second, saw a case that nobody had approved.
#[test]
fn a_recovery_awaits_its_second_approval_where_everybody_sees_it() {
    let world = World::new();
    world.as_the_shop(|wallets| boris_shows(wallets, [7; 32]));
    let recovery = |words: &[&'static str]| [&["recovery", "@"], words].concat();
    world.did("eve", &recovery(&["open", "2001", "--case", "6001"]), "opened");
    let hash = "07".repeat(32);
    let scan = ["--kind", "passport", "--hash", &hash, "--reference", "s3://scans/anna"];
    world.did("eve", &[&["recovery", "@", "evidence", "6001"][..], &scan].concat(), "submitted");
    world.did("bob", &recovery(&["review", "6001"]), "in review");

    let approve = recovery(&["approve", "6001"]);
    let said = world.by("bob", &[&approve[..], &["--json"]].concat());
    assert_eq!((said.code, said.err.as_str()), (6, ""), "{said:?}");
    let document = said.document();
    assert_eq!(
        (&document["state"], &document["awaits_second"]),
        (&"awaits_second".into(), &true.into())
    );
    let listed = world.json(&recovery(&["list"]))["cases"].clone();
    let case = listed.as_array().and_then(|cases| cases.iter().find(|one| one["case"] == "6001"));
    let case: &Value = case.expect("it is listed");
    assert_eq!((&case["state"], &case["first_approver"]), (&"awaits_second".into(), &"bob".into()));
    let shown = world.run(&recovery(&["show", "6001"]));
    assert!(shown.out.contains("first      bob"), "{shown:?}");
    // Bob's own retry was his mistake too, and the trail had his approval as refused.
    world.awaits_second("bob", &approve);
    world.by("eve", &approve).complains(2, "reviewer_must_be_another");
    let trail = world.json(&["audit", "@", "2001"]);
    let entries = trail["entries"].as_array().expect("entries");
    let approvals = entries.iter().filter(|one| one["command"] == "approve_recovery");
    let said: Vec<_> = approvals.map(|one| one["detail"].clone()).collect();
    assert_eq!(said, ["case: in_review -> awaits_second", "refused: reviewer_must_be_another"]);
    world.did("carl", &approve, "approved");
}

/// The same of a verification, in words.
#[test]
fn a_verification_awaits_its_second_approval() {
    let world = World::new();
    world.as_the_shop(|wallets| boris_shows(wallets, [3; 32]));
    let step = |step: &'static str| ["verify-case", "@", "5001", step];
    world.did("bob", &step("review"), "in review");
    world.awaits_second("bob", &step("approve"));
    assert_eq!(world.json(&step("show"))["state"], "awaits_second");
    world.did("carl", &step("approve"), "Case 5001 is approved.");
}
