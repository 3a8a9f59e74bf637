//! Support at work: a shop with Anna's wallet, and what waits for staff. Whatever is planted as a
//! secret stands in no output.

use crate::command::{Said, escrowdb, folder, is_in_order, within, write};
use escrowdb::wallet::policy::{EvidenceKind, HashCost};
use escrowdb::wallet::*;
use escrowdb::*;
use serde_json::Value;
use tempfile::TempDir;

const LEDGER: u32 = 840;
pub(crate) const BANK: Id = Id::from_u128(1);
pub(crate) const SHOP: Id = Id::from_u128(2);
pub(crate) const SUSPENSE: Id = Id::from_u128(3);
const ANNA: Id = Id::from_u128(1_001);
const WALLET: Id = Id::from_u128(2_001);
const ACCOUNT: Id = Id::from_u128(3_001);
const CARD: Id = Id::from_u128(4_001);
const CASE: Id = Id::from_u128(5_001);
const KEY: [u8; 32] = *b"planted master key of thirty-two";
/// The shop's own, which support is not given.
const PEPPER: [u8; 32] = [7; 32];

const EMAIL: &str = "planted.anna@example.com";
const LOGIN: &str = "planted login phrase of hers";
const PAYMENT: &str = "planted-491827";
const TOKEN: &str = "tok_planted";
const FINGERPRINT: &str = "fp_planted";
const SCAN: &str = "s3://planted-scans/passport";
pub(crate) const SECOND_SCAN: &str = "s3://planted-scans/recovery";

/// What no output may hold, with what letters carry. Where the scans lie is shown on demand alone.
const PLANTED: [&str; 8] = [
    EMAIL,
    LOGIN,
    PAYMENT,
    TOKEN,
    FINGERPRINT,
    "Planted Ivanova",
    "+1 555 0100",
    "planted master key",
];

/// A store as the shop left it, with the files that support has.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) store: String,
    key: String,
    policy: String,
    /// The items in suspense.
    pub(crate) items: Vec<Id>,
    /// The secrets of the letters that were taken.
    secrets: Vec<String>,
}

fn done<T>(judged: Result<Result<T, Refusal>>) -> T {
    judged.expect("it can be carried out").expect("no refusal")
}

pub(crate) fn policy() -> Policy {
    let mut policy = Policy::article();
    policy.identity.credentials.hash = HashCost::LEAST;
    policy.identity.credentials.security_answers.needed = 0;
    policy.redemption.allowed = true;
    policy
}

pub(crate) fn private(folder: &TempDir, name: &str, bytes: &[u8]) -> String {
    let path = write(folder, name, bytes);
    allow(&path, 0o600);
    path
}

pub(crate) fn make_pipe(path: &str) {
    let made = std::process::Command::new("mkfifo").args(["-m", "600", path]).status();
    assert!(made.expect("mkfifo").success());
}

fn allow(path: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let rights = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(path, rights).expect("rights");
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = folder();
        let store = within(&folder, "shop.escrow");
        let digits: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
        let key = private(&folder, "master.key", format!("{digits}\n").as_bytes());
        let policy = write(&folder, "policy.json", policy().to_json());
        let (items, secrets) = shop(&store);
        Self { folder, store, key, policy, items, secrets }
    }

    /// Runs `wallet` with these words; `@` stands for the store.
    pub(crate) fn run(&self, words: &[&str]) -> Said {
        self.under(&self.policy, words)
    }

    /// The same of a command whose answer is personal: of secrets it still holds none.
    pub(crate) fn openly(&self, name: &str, words: &[&str]) -> Said {
        let mut arguments = vec!["wallet", "--key-file", &self.key, "--policy", &self.policy];
        arguments.extend(words.iter().map(|word| if *word == "@" { &self.store } else { *word }));
        arguments.extend(["--actor", name, "--reason", "asked for by telephone"]);
        let said = escrowdb(&arguments);
        for secret in [LOGIN, PAYMENT, TOKEN, FINGERPRINT, "planted master key"] {
            assert!(!said.out.contains(secret) && !said.err.contains(secret), "{secret:?}");
        }
        said
    }

    /// The same, under this policy.
    pub(crate) fn under(&self, policy: &str, words: &[&str]) -> Said {
        let mut arguments = vec!["wallet", "--key-file", &self.key, "--policy", policy];
        arguments.extend(words.iter().map(|word| if *word == "@" { &self.store } else { *word }));
        let said = escrowdb(&arguments);
        for secret in PLANTED.iter().copied().chain(self.secrets.iter().map(String::as_str)) {
            let found = said.out.contains(secret) || said.err.contains(secret);
            assert!(!found, "{secret:?} in the answer to {words:?}: {said:?}");
        }
        said
    }

    pub(crate) fn json(&self, words: &[&str]) -> Value {
        self.run(&[words, &["--json"]].concat()).json()
    }

    /// By a member of staff.
    pub(crate) fn by(&self, name: &str, words: &[&str]) -> Said {
        self.run(&[words, &["--actor", name, "--reason", "asked for by telephone"]].concat())
    }

    pub(crate) fn did(&self, name: &str, words: &[&str], answer: &str) {
        let said = self.by(name, words);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{words:?}: {said:?}");
        assert!(said.out.contains(answer), "{words:?}: no {answer:?} in {said:?}");
    }

    /// As the shop does each morning.
    pub(crate) fn open_as_the_shop(&self) {
        self.as_the_shop(|_| ());
    }

    /// What the shop does itself.
    pub(crate) fn as_the_shop(&self, does: impl FnOnce(&Wallets)) {
        let store = Store::open(&self.store, Options::new()).expect("the store");
        let options = WalletOptions::new(MasterKey::from_bytes(KEY), policy()).pepper(PEPPER);
        does(&store.wallets(options).expect("wallets"));
    }

    /// The first of two members of staff orders it, and it is remembered: no mistake, and not done.
    pub(crate) fn awaits_second(&self, name: &str, words: &[&str]) {
        let said = self.by(name, words);
        assert_eq!((said.code, said.err.as_str()), (6, ""), "{words:?}: {said:?}");
        assert!(said.out.contains("awaits a second member of staff"), "{words:?}: {said:?}");
    }

    pub(crate) fn last_block(&self) -> Value {
        escrowdb(&["stats", &self.store, "--json"]).json()["stats"]["last_block"].clone()
    }
}

/// The secrets of the letters that wait, all handed over.
fn take(wallets: &Wallets) -> Vec<(LetterKind, String)> {
    let letters = wallets.take_letters(100).expect("letters");
    letters.iter().map(|letter| (letter.kind, letter.secret.clone())).collect()
}

/// As the shop opens its wallets.
pub(crate) fn shop_options() -> WalletOptions {
    WalletOptions::new(MasterKey::from_bytes(KEY), policy()).pepper(PEPPER)
}

/// Registers the staff of the shop: Olga and Otto, who run its wallets, and four with all roles.
fn hire(wallets: &Wallets) {
    let [olga, otto] = ["olga", "otto"].map(|name| Actor::staff(name, "a shop needs staff"));
    done(wallets.register_staff("otto", StaffRoles::OPERATOR, &olga));
    for name in ["adam", "bob", "carl", "eve"] {
        let first = wallets.register_staff(name, StaffRoles::ALL, &olga).expect("an answer");
        assert!(first.is_err_and(|refusal| refusal.status.awaits_second()));
        done(wallets.register_staff(name, StaffRoles::ALL, &otto));
    }
}

/// Anna has a wallet with money and a card, a verification that waits for staff, a letter that was
/// handed over, and letters that wait; a charge came too late, twice.
fn shop(path: &str) -> (Vec<Id>, Vec<String>) {
    let store = Store::open(path, Options::new()).expect("a store");
    let usd = money::iso_ledger(LEDGER, "USD").expect("a ledger");
    store.create_ledgers(&[usd]).expect("ledgers");
    let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let accounts = [
        Account::new(BANK, LEDGER, 100, AccountFlags::EXTERNAL),
        Account::new(SHOP, LEDGER, 300, limited),
        Account::new(SUSPENSE, LEDGER, 500, limited),
    ];
    store.create_accounts(&accounts).expect("accounts");
    let wallets = store.wallets(shop_options().first_operator("olga")).expect("wallets");
    hire(&wallets);
    done(wallets.begin_registration(ANNA, EMAIL, true));
    let mut secrets = take(&wallets);
    done(wallets.confirm_address(&secrets[0].1));
    let profile = Profile {
        name: "Planted Ivanova".into(),
        citizenship: "US".into(),
        document_kind: DocumentKind::Passport,
        document_country: "US".into(),
        document_number: "C01X00T47".into(),
        postal_address: "Planted Street 1".into(),
        phone: "+1 555 0100".into(),
        birth_date: String::new(),
    };
    done(wallets.set_profile(ANNA, &profile));
    done(wallets.set_login_password(ANNA, LOGIN, false));
    done(wallets.set_consent(ANNA, "terms", "1", true));
    let new = NewWallet { wallet: WALLET, account: ACCOUNT, ledger: LEDGER, code: 200 };
    done(wallets.submit_registration(ANNA, &new));
    done(wallets.create_payment_password(WALLET, PAYMENT));
    secrets.extend(take(&wallets));
    let pay_in = Operation::transfer(Id::new(), BANK, ACCOUNT, LEDGER, Amount::from(100_000u32));
    assert!(store.submit(&[pay_in]).expect("outcomes")[0].is_done());
    let hold = Operation::hold(Id::new(), ACCOUNT, SHOP, LEDGER, Amount::from(4_250u32));
    done(wallets.pay(&authorised(&wallets, hold, None)));
    let items = charge_late(&wallets);
    done(wallets.open_verification(CASE, WALLET, 1, &Actor::Customer));
    let scan = CaseEvidence {
        kind: EvidenceKind::PASSPORT,
        hash: [3; 32],
        reference: SCAN.into(),
        expires_at: Timestamp::NONE,
    };
    done(wallets.submit_evidence(CASE, &[scan], &Actor::Customer));
    let secrets = secrets.into_iter().map(|(_, secret)| secret);
    (items, secrets.filter(|secret| !secret.is_empty()).collect())
}

fn authorised(wallets: &Wallets, operation: Operation, card: Option<Id>) -> Payment {
    let id = Id::new();
    let authorisation = Some(id);
    let payment = Payment { wallet: WALLET, order: Id::new(), authorisation, operation };
    let purchase = payment.purchase();
    done(match card {
        Some(card) => wallets.authorise_card(id, &purchase, card, PAYMENT, false),
        None => wallets.authorise(id, &purchase, PAYMENT, false),
    });
    payment
}

/// Two charges for a payment that the shop had given up.
fn charge_late(wallets: &Wallets) -> Vec<Id> {
    let card = CardReference {
        token: TOKEN.into(),
        brand: "Visa".into(),
        last_four: "4242".into(),
        expiry_year: 2099,
        expiry_month: 12,
        fingerprint: FINGERPRINT.into(),
    };
    done(wallets.propose_card(WALLET, CARD, &card, &Actor::System));
    done(wallets.confirm_card(WALLET, CARD));
    let hold = Operation::hold(Id::new(), ACCOUNT, SHOP, LEDGER, Amount::from(1_500u32))
        .with_deadline(30 * 86_400, AtDeadline::REFUND);
    let payment = authorised(wallets, hold, Some(CARD));
    done(wallets.begin_card_payment(&payment, CARD));
    done(wallets.card_payment_failed(payment.operation.id));
    ["first", "second"].map(|reference| item(wallets, &payment, reference)).to_vec()
}

fn item(wallets: &Wallets, payment: &Payment, reference: &str) -> Id {
    let charge = CardCharge {
        payment: payment.operation.id,
        reference: reference.into(),
        amount: payment.operation.amount,
        external: BANK,
        suspense: SUSPENSE,
    };
    match done(wallets.card_charged(&charge)) {
        ChargeResult::InSuspense(item, _) => item,
        other => panic!("{other:?}"),
    }
}

#[test]
fn support_looks_and_changes_nothing() {
    let world = World::new();
    // The first to open wallets with charges adds what an older version did not write.
    assert_eq!(world.run(&["cases", "@"]).code, 0);
    let before = world.last_block();
    let (wallet, person, case) = (WALLET.to_string(), ANNA.to_string(), CASE.to_string());
    // (arguments, words for people, where in the JSON, what is there)
    let cases: [(&[&str], &str, &str, Value); 14] = [
        (&["show", "@", &wallet], "957.50", "/state", "active".into()),
        (&["show", "@", &wallet], "4242", "/cards/0/last_four", "4242".into()),
        (&["show", "@", &wallet], "1,000.00", "/limits/1/limit", "1000.00".into()),
        (&["show", "@", &wallet], "0 failures", "/limits/3/paid", "42.50".into()),
        (&["show", "@", &wallet], "case 5001", "/verification_case", "5001".into()),
        (&["audit", "@", &person], "submit_registration", "/entries/0/actor", "customer".into()),
        (&["audit", "@", &wallet], "propose_card", "/more", false.into()),
        (&["cases", "@"], "1 case", "/cases/0/state", "submitted".into()),
        (&["verify-case", "@", &case, "show"], "passport", "/evidence/0/kind", "passport".into()),
        (&["recovery", "@", "list"], "0 cases", "/cases", Value::Array(Vec::new())),
        (&["suspense", "@"], "2 items", "/items/1/amount", "15.00".into()),
        (&["suspense", "@"], "expected", "/items/1/expected", "15.00".into()),
        (&["suspense", "@"], "payee", "/items/0/payee", SHOP.to_string().into()),
        (&["outbox", "@", "--limit", "1"], "The first 1", "/more", true.into()),
    ];
    for (arguments, words, place, value) in cases {
        let said = world.run(arguments);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{arguments:?}: {said:?}");
        assert!(said.out.contains(words), "{arguments:?}: no {words:?} in {}", said.out);
        let json = world.run(&[arguments, &["--json"]].concat());
        for text in [&said.out, &json.out] {
            assert!(!text.contains("planted"), "{arguments:?}: {text}");
        }
        assert_eq!(json.json().pointer(place), Some(&value), "{arguments:?}: {}", json.out);
    }
    assert_eq!(world.last_block(), before);
}

#[test]
fn a_verification_is_reviewed_and_approved() {
    let world = World::new();
    let case = CASE.to_string();
    let step = |step: &'static [&'static str]| [&["verify-case", "@", &case], step].concat();
    world.by("bob", &step(&["approve"])).complains(2, "case_must_be_at_this_step");
    world.did("bob", &step(&["review"]), "in review");
    // Where the scan lies is personal data: shown to who asks, and remembered.
    let shown = world.by("bob", &step(&["show", "--reveal"]));
    assert!(shown.out.contains(SCAN), "{shown:?}");
    world.did("bob", &step(&["approve"]), "approved");
    assert_eq!(world.json(&["show", "@", "2001"])["tier"], "1");
    assert_eq!(world.json(&["cases", "@"])["cases"], Value::Array(Vec::new()));
    let trail = world.json(&["audit", "@", "2001"]);
    let entries = trail["entries"].as_array().expect("entries");
    let by_bob = entries.iter().filter(|entry| entry["name"] == "bob");
    let commands: Vec<_> = by_bob.filter_map(|entry| entry["command"].as_str()).collect();
    // The attempt that was refused is there, too.
    let expected =
        ["approve_verification", "review_verification", "disclose", "approve_verification"];
    assert_eq!(commands, expected);
    assert_eq!(entries.last().expect("one")["reason"], "asked for by telephone");
    is_in_order(&world.store);
}

#[test]
fn a_verification_is_refused_for_a_fault() {
    let world = World::new();
    let step = |step: &'static [&'static str]| [&["verify-case", "@", "5001"], step].concat();
    world.did("bob", &step(&["review"]), "in review");
    let wrong = world.by("bob", &step(&["refuse", "--fault", "ugly"]));
    wrong.complains(2, "no fault that a case can be refused for");
    world.did("bob", &step(&["refuse", "--fault", "unreadable"]), "refused");
    let case = world.json(&step(&["show"]));
    assert_eq!((&case["state"], &case["fault"]), (&"refused".into(), &"unreadable".into()));
}

/// Anna forgot her payment password. Eve opens the case and gives the scan in, Bob looks at it and
/// approves; the link waits for Anna in the outbox, and none of them sees it. A tier and a recovery
/// were taken back by a program of the shop alone, and a clerk saw nowhere that a scan was somebody
/// else's too.
#[test]
fn a_tier_is_revoked_and_a_recovery_stopped() {
    let world = World::new();
    let case = CASE.to_string();
    let step = |step: &'static str| ["verify-case", "@", &case, step];
    let revoke = ["revoke-tier", "@", "2001"];
    world.by("eve", &revoke).complains(2, "tier_must_be_reached");
    world.did("bob", &step("review"), "in review");
    world.did("bob", &step("approve"), "approved");
    assert_eq!(world.json(&["show", "@", "2001"])["tier"], "1");
    world.did("eve", &revoke, "Wallet 2001 is in tier 0.");
    assert_eq!(world.json(&["show", "@", "2001"])["tier"], "0");

    world.did("eve", &["recovery", "@", "open", "2001", "--case", "6001"], "opened");
    let stop = ["recovery", "@", "stop", "6001"];
    world.did("eve", &stop, "stopped");
    world.did("eve", &stop, "stopped");
    world.by("eve", &["recovery", "@", "stop", "77"]).complains(2, "case_not_found");
    let review = ["recovery", "@", "review", "6001"];
    world.by("bob", &review).complains(2, "case_must_be_at_this_step");

    let before = world.last_block();
    assert_eq!(world.json(&["same-scans", "@", &case])["cases"], Value::Array(Vec::new()));
    assert!(world.run(&["same-scans", "@", "6001"]).out.contains("0 cases"));
    world.run(&["same-scans", "@", "77"]).complains(2, "case_not_found");
    assert_eq!(world.last_block(), before);
}

#[test]
fn a_recovery_goes_through_two_members_of_staff() {
    let mut world = World::new();
    let recovery = |words: &[&'static str]| [&["recovery", "@"], words].concat();
    world.did("eve", &recovery(&["open", "2001", "--case", "6001"]), "opened");
    world.did("eve", &recovery(&["open", "2001", "--case", "6001"]), "opened");
    world.by("eve", &recovery(&["open", "2001"])).complains(2, "case_is_open");
    let hash = "07".repeat(32);
    let scan = ["--kind", "passport", "--hash", &hash, "--reference", SECOND_SCAN];
    let evidence = [&["recovery", "@", "evidence", "6001"][..], &scan].concat();
    world.did("eve", &evidence, "submitted");
    world.by("eve", &recovery(&["review", "6001"])).complains(2, "reviewer_must_be_another");
    world.did("bob", &recovery(&["review", "6001"]), "in review");
    assert_eq!(world.json(&recovery(&["list"]))["cases"][0]["reviewer"], "bob");
    let shown = world.run(&recovery(&["show", "6001"]));
    assert!(shown.out.contains(&hash) && !shown.out.contains(SECOND_SCAN), "{shown:?}");
    let shown = world.by("bob", &recovery(&["show", "6001", "--reveal"]));
    assert!(shown.out.contains(SECOND_SCAN), "{shown:?}");
    world.did("bob", &recovery(&["approve", "6001"]), "approved");
    assert_eq!(world.json(&["show", "@", "2001"])["recovery_state"], "approved");
    let letters = world.json(&["outbox", "@", "--limit", "0"]);
    let letters = letters["letters"].as_array().expect("letters");
    let link = letters.iter().find(|letter| letter["kind"] == "reset_payment_password");
    assert_eq!(link.expect("the link")["state"], "queued");
    // The shop sends the link; nothing that support saw holds it.
    let store = Store::open(&world.store, Options::new()).expect("the store");
    let wallets = store.wallets(shop_options()).expect("wallets");
    let taken = take(&wallets);
    drop((wallets, store));
    world.secrets = taken.into_iter().map(|(_, secret)| secret).collect();
    world.secrets.retain(|secret| !secret.is_empty());
    assert_eq!(world.secrets.len(), 1);
    world.run(&["audit", "@", "2001", "--limit", "0"]);
    world.run(&["outbox", "@", "--person", "1001", "--limit", "0"]);
    is_in_order(&world.store);
}

#[test]
fn a_letter_is_told_of_and_sent_again() {
    let world = World::new();
    let all = ["outbox", "@", "--person", "1001", "--limit", "0"];
    let letter = |place: usize| world.json(&all)["letters"][place].clone();
    let first = letter(0);
    assert_eq!((&first["kind"], &first["tries"]), (&"confirm_address".into(), &1.into()));
    let name = first["letter"].as_str().expect("a name").to_owned();
    let queued = world.json(&all)["letters"]
        .as_array()
        .expect("letters")
        .iter()
        .position(|one| one["state"] == "queued");
    let queued = letter(queued.expect("a letter that waits"));
    let queued = queued["letter"].as_str().expect("a name");
    let report = |step, letter: &str| world.by("bob", &["outbox", "@", step, letter]);
    report("delivered", queued).complains(2, "letter_must_be_handed_over");
    for (step, state) in [("failed", "queued"), ("retry", "queued")] {
        assert_eq!(report(step, &name).code, 0, "{step}");
        assert_eq!(letter(0)["state"], state, "{step}");
    }
    assert_eq!(letter(0)["tries"], 0);
    report("delivered", &name).complains(2, "letter_must_be_handed_over");
    report("retry", "1001:77").complains(2, "letter_not_found");
    report("retry", "77").complains(2, "a letter is written PERSON:LETTER");
    let trail = world.json(&["audit", "@", "1001"]);
    let last = trail["entries"].as_array().and_then(|entries| entries.last()).expect("an entry");
    assert_eq!((&last["command"], &last["name"]), (&"letter".into(), &"bob".into()));
}

#[test]
fn a_wallet_is_frozen_and_money_in_suspense_given_back() {
    let world = World::new();
    world.did("eve", &["freeze", "@", "2001"], "Wallet 2001 is frozen.");
    world.by("eve", &["freeze", "@", "2001"]).complains(2, "wallet_already_frozen");
    assert_eq!(world.json(&["show", "@", "2001"])["state"], "frozen");
    world.did("eve", &["unfreeze", "@", "2001"], "Wallet 2001 is active.");
    let [first, second] = [0, 1].map(|place| world.items[place].to_string());
    let again = ["suspense", "@", "to-wallet", &first, "--operation", "77"];
    world.did("eve", &again, "operation 77");
    world.did("eve", &again, "operation 77");
    world.by("eve", &["suspense", "@", "back-to-card", &first]).complains(2, "is_resolved");
    world.did("eve", &["suspense", "@", "back-to-card", &second], "went to the card");
    assert_eq!(world.json(&["suspense", "@"])["items"], Value::Array(Vec::new()));
    assert_eq!(world.json(&["show", "@", "2001"])["balances"]["available"], "972.50");
    is_in_order(&world.store);
}

#[test]
fn money_in_suspense_pays_the_order_after_all() {
    let world = World::new();
    let [first, second] = [0, 1].map(|place| world.items[place].to_string());
    let order = world.json(&["suspense", "@"])["items"][0]["order"].clone();
    let order = order.as_str().expect("an id");
    assert!(world.run(&["suspense", "@"]).out.contains(order), "what staff tell the customer by");
    let into_escrow = ["suspense", "@", "to-order", &first, "--operation", "77"];
    let open = [&into_escrow[..], &["--timeout", "60"]].concat();
    world.by("eve", &open).complains(2, "--at-deadline");
    let sooner = [&into_escrow[..], &["--timeout", "60", "--at-deadline", "release"]].concat();
    world.awaits_second("eve", &sooner);
    world.did("eve", &into_escrow, "went to the order, by operation 77");
    world.did("eve", &into_escrow, "went to the order, by operation 77");
    // It was a hold without a deadline, which nobody would ever have settled.
    let held = escrowdb(&["holds", &world.store, "--json"]).json();
    let hold =
        held["holds"].as_array().and_then(|holds| holds.iter().find(|one| one["id"] == "77"));
    let hold = hold.expect("the hold");
    assert_eq!(hold["at_deadline"], "refund");
    assert!(hold["deadline"].is_string(), "{hold}");
    let trail = world.json(&["audit", "@", "2001"]);
    let moved = trail["entries"].as_array().and_then(|all| all.last()).expect("an entry");
    let detail = format!("USD 15.00 from account {SUSPENSE} to account {SHOP}");
    assert_eq!(moved["detail"], detail);
    // Two clerks paid the order once more with the other item of the same payment: the list did not
    // say that it is paid.
    assert_eq!(world.json(&["suspense", "@"])["items"][0]["order_is_paid"], true);
    assert!(world.run(&["suspense", "@"]).out.contains("yes"));
    for by in ["eve", "adam"] {
        let again = ["suspense", "@", "to-order", &second, "--payee", "2"];
        world.by(by, &again).complains(2, "order_is_paid");
    }
    let shown = world.json(&["show", "@", "2001"]);
    assert_eq!(shown["balances"]["available"], "957.50");
    // Money of cards is held by the purchase account and not by the wallet.
    assert_eq!(shown["balances"]["debits_pending"], "42.50");
    is_in_order(&world.store);
}

#[test]
fn money_in_suspense_pays_by_other_terms_if_two_say_so() {
    let world = World::new();
    assert_eq!(world.json(&["suspense", "@"])["items"][0]["order_is_paid"], false);
    let first = world.items[0].to_string();
    let at_once = ["suspense", "@", "to-order", &first, "--payee", "2", "--at-once"];
    // They say the same without being told an id.
    world.awaits_second("eve", &at_once);
    world.awaits_second("eve", &at_once);
    world.did("adam", &at_once, "went to the order");
    world.did("eve", &at_once, "went to the order");
    world.by("eve", &["suspense", "@", "to-order", "77", "--payee", "2"]).complains(2, "not_found");
    assert_eq!(world.json(&["show", "@", "2001"])["balances"]["available"], "957.50");
    is_in_order(&world.store);
}

/// A wallet is emptied by the shop, closed and, when nothing forbids it, its owner erased.
#[test]
fn a_person_is_kept_as_long_as_the_law_says_and_erased() {
    let world = World::new();
    world.by("eve", &["close", "@", "2001"]).complains(2, "refused");
    empty(&world.store);
    for item in &world.items {
        world.did("eve", &["suspense", "@", "back-to-card", &item.to_string()], "card");
    }
    world.did("eve", &["freeze", "@", "2001"], "frozen");
    world.by("eve", &["close", "@", "2001"]).complains(2, "wallet_has_open_refunds");
    carry_out_refunds(&world.store);
    world.did("eve", &["close", "@", "2001"], "Wallet 2001 is closed.");
    assert_eq!(world.json(&["show", "@", "2001"])["state"], "closed");
    world.by("eve", &["close", "@", "2001"]).complains(2, "wallet_already_closed");

    let hold = |to: &'static str| ["legal-hold", "@", "1001", "--hold", to];
    world.did("eve", &hold("on"), "Person 1001 is now under a legal hold.");
    let keep = |until: &'static str| ["retention", "@", "1001", "--until", until];
    let erase = ["erase", "@", "1001"];
    // Each step towards the erasure takes two.
    let by_two = |words: &[&str], said: &str| {
        world.awaits_second("eve", words);
        world.awaits_second("eve", words);
        world.by("eve.", words).complains(2, "staff_must_be_registered");
        // What awaits the second one looked as if it was done.
        let facts = world.by("eve", &[words, &["--json"]].concat()).document();
        assert_eq!(facts["awaits_second"], true);
        assert_ne!(facts["erased"], true);
        assert_ne!(facts["legal_hold"], false);
        assert_eq!(facts["retain_until"], Value::Null);
        world.did("bob", words, said);
    };
    by_two(&keep("2020-01-01T00:00:00Z"), "is kept until 2020-01-01");
    world.by("bob", &erase).complains(2, "legal_hold_forbids");
    by_two(&hold("off"), "Person 1001 is no longer under a legal hold.");
    world.by("eve", &hold("maybe")).complains(2, "a legal hold is on or off");
    world.did("eve", &keep("2200-01-01T00:00:00Z"), "is kept until 2200-01-01");
    world.by("bob", &erase).complains(2, "retention_forbids");
    by_two(&keep("2020-01-01T00:00:00Z"), "is kept until 2020-01-01");
    by_two(&erase, "Person 1001 is erased.");
    world.by("bob", &erase).complains(2, "person_must_be_active");
    let trail = world.json(&["audit", "@", "1001", "--limit", "0"]);
    let entries = trail["entries"].as_array().expect("entries");
    let last: Vec<_> = entries.iter().rev().take(3).map(|one| one["command"].clone()).collect();
    assert_eq!(last, ["erase_person", "person_erased", "erase_person"], "what was refused, too");
    is_in_order(&world.store);
}

/// The shop pays out what is in the wallet and in escrow.
pub(crate) fn empty(store: &str) {
    let store = Store::open(store, Options::new()).expect("the store");
    let snapshot = store.snapshot().expect("a snapshot");
    let holds = snapshot.all_holds(None).map(|hold| hold.expect("a hold"));
    let release = |hold: Hold| Operation::release_rest(Id::new(), hold.id);
    let mut operations: Vec<_> = holds.map(release).collect();
    let left = Amount::from(95_750u32);
    operations.push(Operation::transfer(Id::new(), ACCOUNT, SHOP, LEDGER, left));
    let outcomes = store.submit(&operations).expect("outcomes");
    assert!(outcomes.iter().all(Outcome::is_done), "{outcomes:?}");
}

/// The shop's processor refunds the cards.
pub(crate) fn carry_out_refunds(store: &str) {
    let store = Store::open(store, Options::new()).expect("the store");
    let wallets = store.wallets(shop_options()).expect("wallets");
    for refund in wallets.open_card_refunds(None, 9).expect("refunds") {
        done(wallets.card_refunded(refund.id));
    }
}

#[test]
fn notes_are_left_and_shown_to_who_asks() {
    let world = World::new();
    let text = "She asked twice for the blue chair.";
    let file = private(&world.folder, "note", format!("{text}\n").as_bytes());
    let number = private(&world.folder, "number", b"her card is 4111 1111 1111 1111");
    let none = within(&world.folder, "none");
    let leave = |file: &str| world.by("eve", &["notes", "@", "leave", "1001", "--file", file]);
    assert_eq!(leave(&file).code, 0);
    leave(&number).complains(2, "text_must_not_hold_a_card_number");
    leave(&none).complains(2, "none");
    let before = world.last_block();
    let list = world.run(&["notes", "@", "list", "1001"]);
    assert!(list.out.contains("eve") && !list.out.contains(text), "{list:?}");
    assert_eq!(world.json(&["notes", "@", "list", "1001"])["notes"][0]["text"], Value::Null);
    assert_eq!(world.last_block(), before);
    let revealed = world.by("bob", &["notes", "@", "list", "1001", "--reveal"]);
    assert!(revealed.out.contains(text), "{revealed:?}");
    let trail = world.json(&["audit", "@", "1001", "--limit", "0"]);
    let last = trail["entries"].as_array().and_then(|entries| entries.last()).expect("an entry");
    assert_eq!((&last["command"], &last["name"]), (&"disclose".into(), &"bob".into()));
}

#[test]
fn who_changed_the_keys_is_told() {
    let world = World::new();
    let store = Store::open(&world.store, Options::new()).expect("the store");
    let wallets = store.wallets(shop_options()).expect("wallets");
    done(wallets.rotate_key_encryption_key(&Actor::staff("olga", "the yearly change")));
    drop((wallets, store));
    let trail = world.json(&["audit", "@", "store"]);
    let entry = trail["entries"].as_array().and_then(|entries| entries.last()).expect("an entry");
    assert_eq!(
        (&entry["command"], &entry["name"]),
        (&"rotate_key_encryption_key".into(), &"olga".into())
    );
}

#[test]
fn what_cannot_be_asked_for() {
    let world = World::new();
    for (words, complaint) in [
        (&["show", "@", "77"][..], "wallet_not_found: no wallet has this id"),
        (&["show", "@", "77"], "or a case is another one: 77"),
        // The id of her owner.
        (
            &["freeze", "@", "1001", "--actor", "eve", "--reason", "x"],
            "refused: wallet_not_found: no wallet has this id; that of its owner",
        ),
        (&["freeze", "@", "1001", "--actor", "eve", "--reason", "x"], "is another one: 1001"),
        (&["suspense", "@", "to-order", "77", "--actor", "eve", "--reason", "x"], "not_found: 77"),
        (
            &["outbox", "@", "retry", "1001:7", "--actor", "eve", "--reason", "x"],
            "not_found: 1001:7",
        ),
        (&["audit", "@", "77"], "no trail of 77"),
        (&["verify-case", "@", "77", "show"], "case_not_found"),
        (&["recovery", "@", "show", "77"], "case_not_found: 77"),
        (&["freeze", "@", "2001", "--actor", "eve"], "--reason"),
        (&["freeze", "@", "2001", "--actor", "eve", "--reason", ""], "reason_must_be_given"),
        (
            &["freeze", "@", "2001", "--actor", "", "--reason", "x"],
            "actor_must_be_named: it takes a member of staff, whose name is 1 to 64 of a-z",
        ),
        (&["verify-case", "@", "5001", "show", "--reveal"], "--actor"),
        (&["verify-case", "@", "5001", "show", "--actor", "eve"], "--reveal"),
        (
            &[
                "outbox", "@", "--person", "1001", "retry", "1001:7", "--actor", "eve", "--reason",
                "x",
            ],
            "--person lists letters",
        ),
        (&["suspense", "@", "to-wallet", "77", "--actor", "eve", "--reason", "x"], "not_found"),
    ] {
        let said = world.run(words);
        said.complains(2, complaint);
        // A line of its own even where the argument parser speaks.
        assert!(said.out.is_empty(), "{said:?}");
    }
}

#[test]
fn the_key_comes_from_a_file_that_nobody_else_can_read() {
    let world = World::new();
    let folder = &world.folder;
    let raw = private(folder, "raw.key", &KEY);
    let wrong = private(folder, "wrong.key", &[9; 32]);
    let short = private(folder, "short.key", b"planted master key");
    let open = private(folder, "open.key", &KEY);
    allow(&open, 0o640);
    let none = within(folder, "none.key");
    let directory = folder.path().display().to_string();
    // Opening a pipe waits for somebody who writes to it; a device never ends.
    let (pipe, socket) = (within(folder, "pipe"), within(folder, "socket"));
    make_pipe(&pipe);
    let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
    let show = |key: &str, policy: &str| {
        escrowdb(&["wallet", "show", &world.store, "2001", "--key-file", key, "--policy", policy])
    };
    assert_eq!(show(&raw, &world.policy).code, 0);
    // Known by name, and not the shop's.
    for policy in ["article", "eu_amld5", "cn_pboc", "none"] {
        show(&raw, policy).complains(2, "last opened under another policy");
    }
    for (key, complaint) in [
        (&wrong, "the master key is not that of this store"),
        (&short, "must hold 32 bytes, or 64 hexadecimal digits"),
        (&open, "users other than its owner can read it"),
        (&none, "none.key"),
        (&directory, "not a file"),
        (&pipe, "not a file"),
        (&socket, "not a file"),
        (&"/dev/zero".to_owned(), "not a file"),
    ] {
        let said = show(key, "article");
        said.complains(2, complaint);
        assert!(!said.err.contains("planted"), "{said:?}");
    }
    show(&raw, "gold").complains(2, "the policy gold");
    let misspelt = policy().to_json().replace("per_payment", "per_paymnet");
    show(&raw, &write(folder, "bad.json", misspelt)).complains(2, "unknown field");
    let base = ["wallet", "show", &world.store, "2001"];
    let without_policy = [&base[..], &["--key-file", &raw]].concat();
    escrowdb(&without_policy).complains(2, "--policy article|eu_amld5|cn_pboc|none|FILE");
    let without_key = [&base[..], &["--policy", &world.policy]].concat();
    escrowdb(&without_key).complains(2, "ESCROWDB_MASTER_KEY_FILE");
    let from_environment = std::process::Command::new(env!("CARGO_BIN_EXE_escrowdb"))
        .args(&without_key)
        .env("ESCROWDB_MASTER_KEY_FILE", &raw)
        .output()
        .expect("the command runs");
    assert!(from_environment.status.success(), "{from_environment:?}");
}

/// A store without wallets is not given keys by looking for some.
#[test]
fn a_store_without_wallets_stays_one() {
    let folder = folder();
    let path = within(&folder, "plain.escrow");
    drop(Store::open(&path, Options::new()).expect("a store"));
    let key = private(&folder, "master.key", &KEY);
    let show =
        |path: &str| escrowdb(&["wallet", "cases", path, "--key-file", &key, "--policy", "none"]);
    show(&path).complains(2, "the store has no file KEYS");
    assert!(!std::path::Path::new(&path).join("KEYS").exists());
    show(&within(&folder, "nothing")).complains(2, "nothing");
    show(&folder.path().display().to_string()).complains(2, "");
}

/// A shop changed a limit of its policy, and learnt of the typing error when it opened its wallets
/// with it: all payments stopped.
#[test]
fn a_policy_is_checked_before_it_is_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |change: &dyn Fn(&mut Policy)| {
        let mut policy = policy();
        change(&mut policy);
        let file = folder.path().join("policy.json");
        std::fs::write(&file, policy.to_json()).expect("a file");
        file.to_str().expect("UTF-8").to_owned()
    };
    let check = |named: &str, more: &[&str]| {
        escrowdb(&[&["wallet", "policy", "check", named], more].concat())
    };
    let said = check(&file(&|_| ()), &[]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    assert!(said.out.contains("makes sense"), "{said:?}");
    let said = check("eu_amld5", &["--json"]).json();
    assert_eq!(said["name"], "eu_amld5");
    let wrong = file(&|policy| policy.payments.authorisation_seconds = 0);
    check(&wrong, &[]).complains(2, "payments: authorisation_seconds must be 1 to");
    check("nowhere", &[]).complains(2, "the policy nowhere");
}

/// Symptom: support froze a wallet only after the shop was closed. Cause: one process had a store
/// open at a time.
#[test]
fn support_works_beside_the_shop() {
    let world = World::new();
    let wallet = WALLET.to_string();
    world.as_the_shop(|wallets| {
        let state = || {
            let wallet = wallets.wallet(WALLET).expect("rows").expect("her wallet");
            format!("{:?}", wallet.state).to_lowercase()
        };
        assert_eq!(world.json(&["show", "@", &wallet])["state"], state());
        world.did("bob", &["freeze", "@", &wallet], "");
        assert_eq!(state(), "frozen", "the shop sees it at once");
        assert_eq!(world.json(&["show", "@", &wallet])["state"], "frozen");
        world.did("bob", &["unfreeze", "@", &wallet], "");
        assert_eq!(state(), "active");
        // With the keys of persons, which the host copies.
        is_in_order(&world.store);
    });
    is_in_order(&world.store);
}
