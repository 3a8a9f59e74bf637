//! Every command of support, run with `--json`: what it writes is as its schema says.

use crate::command::{schema_name, schema_names};
use crate::wallet::{SECOND_SCAN, World, carry_out_refunds, empty, private, shop_options};
use escrowdb::wallet::Channel;
use escrowdb::{Id, Options, Store};
use serde_json::Value;
use std::collections::BTreeSet;

struct Desk {
    world: World,
    seen: BTreeSet<String>,
}

impl Desk {
    fn new() -> Self {
        Self { world: World::new(), seen: BTreeSet::new() }
    }

    /// By anybody.
    fn json(&mut self, words: &[&str]) -> Value {
        self.read(&self.world.run(&[words, &["--json"]].concat()))
    }

    /// By a member of staff.
    fn by(&mut self, name: &str, words: &[&str]) -> Value {
        self.read(&self.world.by(name, &[words, &["--json"]].concat()))
    }

    fn read(&mut self, said: &crate::command::Said) -> Value {
        self.seen.insert(schema_name(&said.arguments));
        said.json()
    }

    /// What is shown of a person is personal.
    fn openly(&mut self, words: &[&str]) -> Value {
        self.read(&self.world.openly("eve", &[words, &["--json"]].concat()))
    }

    fn persons(&mut self) {
        let address = private(&self.world.folder, "address", b"Planted.Anna@example.com\n");
        let found = self.openly(&["person", "@", "find", "--file", &address]);
        assert_eq!(found["persons"][0]["person"], "1001");
        let shown = self.openly(&["person", "@", "show", "1001", "--case", "5001"]);
        assert_eq!(shown["email"], "planted.anna@example.com");
        let export = self.openly(&["person", "@", "export", "1001"]);
        assert_eq!(export["email"], shown["email"]);
        self.begin_change();
        let changes = self.json(&["person", "@", "changes", "1001"]);
        assert_eq!(changes["changes"][0]["state"], "begun");
        let stop = ["person", "@", "stop-change", "1001", "--channel", "phone"];
        self.by("eve", &stop);
        let again = self.world.by("eve", &stop);
        assert_eq!((again.code, again.out.as_str()), (2, ""), "{again:?}");
    }

    /// A mailbox that was lost, and a name that was not shown to have changed.
    fn corrections(&mut self) {
        let folder = &self.world.folder;
        let mailbox = private(folder, "mailbox", br#"{"email": "planted.new@example.com"}"#);
        let name = private(folder, "name", br#"{"name": "Anna Planted"}"#);
        let wrong = private(folder, "wrong", br#"{"document_number": 4509000001}"#);
        let open = |file| ["correction", "@", "open", "1001", "--case", "7001", "--file", file];
        let said = self.world.by("eve", &open(&wrong));
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains("line 1, column") && !said.err.contains("4509"), "{said:?}");
        self.by("eve", &open(&mailbox));
        let hash = "08".repeat(32);
        let evidence = ["--kind", "passport", "--hash", &hash, "--reference", "scans/18"];
        let added =
            self.by("eve", &[&["correction", "@", "evidence", "7001"], &evidence[..]].concat());
        assert_eq!(added["state"], "submitted");
        let listed = self.json(&["correction", "@", "list"]);
        assert_eq!(
            (&listed["cases"][0]["changes"], &listed["more"]),
            (&"email".into(), &false.into())
        );
        let shown = self.openly(&["correction", "@", "show", "7001"]);
        assert_eq!(
            (&shown["email"], &shown["name"]),
            (&"planted.new@example.com".into(), &Value::Null)
        );
        let approve = ["correction", "@", "approve", "7001"];
        let alone = self.world.by("eve", &approve);
        assert_eq!((alone.code, alone.out.as_str()), (2, ""), "{alone:?}");
        assert_eq!(self.by("bob", &approve)["state"], "approved");
        self.by("eve", &["correction", "@", "open", "1001", "--case", "7002", "--file", &name]);
        self.by("eve", &["correction", "@", "refuse", "7002"]);
    }

    /// In the shop: the customer wants another number.
    fn begin_change(&self) {
        let store = Store::open(&self.world.store, Options::new()).expect("a store");
        let wallets = store.wallets(shop_options()).expect("wallets");
        let begun = wallets.begin_contact_change(Id::from_u128(1_001), Channel::PHONE, "+1 2");
        begun.expect("a change").expect("no refusal");
    }

    fn letter(&mut self) -> String {
        let letters = self.json(&["outbox", "@", "--person", "1001", "--limit", "0"]);
        letters["letters"][0]["letter"].as_str().expect("a letter").to_owned()
    }

    fn staff(&mut self) {
        self.json(&["staff", "@", "first", "olga"]);
        let register = ["staff", "@", "register", "ida", "--role", "support,reviewer"];
        let said = self.world.by("olga", &[&register[..], &["--json"]].concat());
        assert_eq!((said.code, &said.document()["awaits_second"]), (6, &true.into()));
        self.json(&["staff", "@", "show", "ida"]);
        assert_eq!(self.by("otto", &register)["awaits_second"], false);
        self.by("eve", &["staff", "@", "grant", "ida", "--role", "support"]);
        self.by("eve", &["staff", "@", "revoke", "ida", "--role", "support"]);
        self.by("eve", &["staff", "@", "deactivate", "ida"]);
        self.json(&["staff", "@", "list"]);
        self.json(&["staff", "@", "acts", "eve"]);
    }

    fn recovery(&mut self) {
        self.by("eve", &["recovery", "@", "open", "2001", "--case", "6001"]);
        let hash = "07".repeat(32);
        let scan = ["--kind", "passport", "--hash", &hash, "--reference", SECOND_SCAN];
        self.by("eve", &[&["recovery", "@", "evidence", "6001"][..], &scan].concat());
        self.by("bob", &["recovery", "@", "review", "6001"]);
    }
}

#[test]
fn every_command_of_support_writes_what_its_schema_says() {
    let mut seen = approving();
    seen.extend(refusing());
    seen.extend(ending());
    let of_wallets = schema_names().into_iter().filter(|name| name.starts_with("wallet"));
    assert_eq!(seen, of_wallets.collect());
}

fn approving() -> BTreeSet<String> {
    let mut desk = Desk::new();
    desk.json(&["show", "@", "2001"]);
    desk.json(&["audit", "@", "2001"]);
    desk.json(&["policy", "@"]);
    desk.by("eve", &["policy", "@", "adopt"]);
    desk.staff();
    desk.json(&["cases", "@"]);
    desk.json(&["verify-case", "@", "5001", "show"]);
    desk.by("bob", &["verify-case", "@", "5001", "review"]);
    desk.by("bob", &["verify-case", "@", "5001", "show", "--reveal"]);
    desk.by("bob", &["verify-case", "@", "5001", "approve"]);
    desk.by("bob", &["revoke-tier", "@", "2001"]);
    desk.recovery();
    desk.json(&["recovery", "@", "list"]);
    desk.json(&["recovery", "@", "show", "6001"]);
    desk.by("bob", &["recovery", "@", "show", "6001", "--reveal"]);
    desk.by("bob", &["recovery", "@", "approve", "6001"]);
    desk.json(&["show", "@", "2001"]);
    let letter = desk.letter();
    desk.by("bob", &["outbox", "@", "failed", &letter]);
    desk.by("bob", &["outbox", "@", "retry", &letter]);
    desk.persons();
    desk.corrections();
    let note = private(&desk.world.folder, "note", b"She asked for the blue chair.\n");
    desk.by("eve", &["notes", "@", "leave", "1001", "--file", &note]);
    desk.json(&["notes", "@", "list", "1001"]);
    desk.by("bob", &["notes", "@", "list", "1001", "--reveal"]);
    desk.json(&["suspense", "@"]);
    let [first, second] = [0, 1].map(|place| desk.world.items[place].to_string());
    desk.by("eve", &["suspense", "@", "to-wallet", &first]);
    desk.by("eve", &["suspense", "@", "to-order", &second]);
    desk.json(&["policy", "check", "article"]);
    desk.json(&["policy", "show", "article"]);
    desk.by("eve", &["freeze", "@", "2001"]);
    desk.by("eve", &["unclaimed", "@", "set-aside", "2001", "--item", "9101"]);
    desk.json(&["unclaimed", "@"]);
    desk.by("eve", &["unfreeze", "@", "2001"]);
    desk.by("eve", &["unclaimed", "@", "claim", "9101", "--wallet", "2001"]);
    desk.by("eve", &["freeze", "@", "2001"]);
    desk.by("eve", &["unclaimed", "@", "set-aside", "2001", "--item", "9102"]);
    let pay_out = ["unclaimed", "@", "pay-out", "9102", "--account", "2"];
    let said = desk.world.by("eve", &[&pay_out[..], &["--json"]].concat());
    assert_eq!((said.code, &said.document()["awaits_second"]), (6, &true.into()));
    assert_eq!(desk.by("bob", &pay_out)["awaits_second"], false);
    desk.seen
}

fn refusing() -> BTreeSet<String> {
    let mut desk = Desk::new();
    desk.by("bob", &["verify-case", "@", "5001", "review"]);
    desk.by("bob", &["verify-case", "@", "5001", "refuse", "--fault", "unreadable"]);
    desk.json(&["verify-case", "@", "5001", "show"]);
    desk.recovery();
    desk.json(&["same-scans", "@", "6001"]);
    desk.by("bob", &["recovery", "@", "refuse", "6001"]);
    desk.by("eve", &["recovery", "@", "open", "2001", "--case", "6002"]);
    desk.by("eve", &["recovery", "@", "stop", "6002"]);
    let letter = desk.letter();
    desk.by("bob", &["outbox", "@", "bounced", &letter]);
    desk.seen
}

fn ending() -> BTreeSet<String> {
    let mut desk = Desk::new();
    let letter = desk.letter();
    desk.by("bob", &["outbox", "@", "delivered", &letter]);
    empty(&desk.world.store);
    let contested = desk.world.items[0].to_string();
    let report = ["--reference", "cb_1", "--amount", "1", "--code", "10.4", "--external", "1"];
    let notified = ["chargebacks", "@", "notified", &contested, "--chargeback", "9001"];
    desk.by("eve", &[&notified[..], &report].concat());
    desk.json(&["chargebacks", "@"]);
    desk.json(&["chargebacks", "@", "show", "9001"]);
    desk.by("eve", &["chargebacks", "@", "taken", "9001"]);
    desk.by("eve", &["chargebacks", "@", "represented", "9001", "--evidence", "receipts/17"]);
    desk.by("eve", &["chargebacks", "@", "decided", "9001", "--lost", "0"]);
    for item in desk.world.items.clone() {
        desk.by("eve", &["suspense", "@", "back-to-card", &item.to_string()]);
    }
    desk.json(&["card-refunds", "@"]);
    carry_out_refunds(&desk.world.store);
    desk.by("eve", &["freeze", "@", "2001"]);
    desk.by("eve", &["close", "@", "2001"]);
    desk.by("eve", &["legal-hold", "@", "1001", "--hold", "off"]);
    for words in [
        &["retention", "@", "1001", "--until", "2020-01-01T00:00:00Z"][..],
        &["erase", "@", "1001"],
    ] {
        let said = desk.world.by("eve", &[words, &["--json"]].concat());
        assert_eq!((said.code, &said.document()["awaits_second"]), (6, &true.into()));
        assert_eq!(desk.by("bob", words)["awaits_second"], false);
    }
    desk.json(&["show", "@", "2001"]);
    desk.seen
}
