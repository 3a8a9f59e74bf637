//! Plays a table and writes down what was sent and answered.

use super::json::{Json, bytes, lines, object, text};
use crate::play::document;
use crate::store::Store;
use crate::system::{Dump, Known, System, Time};
use crate::table::play_in_world;
use escrowdb::{Account, Head, Ledger, Operation, Outcome, Timestamp};

/// The store, with a record of all that it is asked.
pub(super) struct Recorder {
    store: Store,
    steps: Vec<String>,
    known: Known,
    now: Timestamp,
}

impl Recorder {
    /// Gives the vector that a table makes.
    pub(super) fn record(table: &str) -> String {
        let mut recorder = Self::open(Time::Manual);
        play_in_world(&mut recorder, table);
        let Self { store, steps, known, .. } = recorder;
        let dump = store.dump(&known);
        let head = head(store.head());
        let state_hash = store.verify();
        let last = [
            ("ledgers", lines(dump.ledgers.values().map(Json::write))),
            ("accounts", lines(dump.accounts.values().map(Json::write))),
            ("holds", lines(dump.holds.values().map(Json::write))),
            ("documents", lines(documents(&dump).into_iter())),
            ("head", head),
            ("state_hash", text(&state_hash)),
        ];
        let last: Vec<String> =
            last.iter().map(|(name, value)| format!("  \"{name}\": {value}")).collect();
        format!(
            "{{\n\"store_id\": \"{}\",\n\"steps\": [{}\n],\n\"final\": {{\n{}\n}}\n}}\n",
            super::STORE_ID,
            steps.join(","),
            last.join(",\n"),
        )
    }

    fn add(&mut self, kind: &str, fields: &[(&str, String)]) {
        let fields: String =
            fields.iter().map(|(name, value)| format!(",\n   \"{name}\": {value}")).collect();
        let head = head(self.store.head());
        self.steps.push(format!("\n  {{\"do\": \"{kind}\"{fields},\n   \"head\": {head}}}"));
    }

    fn add_records<T: Json>(&mut self, kind: &str, records: &[T], data: &[u8], made: &[Outcome]) {
        let mut fields = vec![("records", lines(records.iter().map(Json::write)))];
        if !data.is_empty() {
            fields.push(("data", bytes(data)));
        }
        fields.push(("outcomes", lines(made.iter().map(Json::write))));
        self.add(kind, &fields);
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn head(head: Head) -> String {
    let Head { block, timestamp, hash, .. } = head;
    let fields =
        [("block", block.write()), ("timestamp", timestamp.write()), ("hash", text(&hex(&hash)))];
    object(&fields)
}

fn documents(dump: &Dump) -> Vec<String> {
    let documents = dump.documents.iter().map(|((space, key), (version, value))| {
        object(&[
            ("space", bytes(space.as_bytes())),
            ("key", bytes(key)),
            ("version", version.write()),
            ("value", bytes(value)),
        ])
    });
    documents.collect()
}

impl System for Recorder {
    fn open(time: Time) -> Self {
        let store = Store::open_with_id(time, super::STORE_ID);
        Self { store, steps: Vec::new(), known: Known::default(), now: Timestamp::NONE }
    }

    fn create_ledgers(&mut self, ledgers: &[Ledger]) -> Vec<Outcome> {
        let outcomes = self.store.create_ledgers(ledgers);
        self.add_records("create_ledgers", ledgers, &[], &outcomes);
        outcomes
    }

    fn create_accounts(&mut self, accounts: &[Account]) -> Vec<Outcome> {
        let outcomes = self.store.create_accounts(accounts);
        self.add_records("create_accounts", accounts, &[], &outcomes);
        outcomes
    }

    fn submit(&mut self, operations: &[Operation], data: &[u8]) -> Vec<Outcome> {
        self.known.documents.extend(operations.iter().filter_map(|one| document(one, data)));
        let outcomes = self.store.submit(operations, data);
        self.add_records("submit", operations, data, &outcomes);
        outcomes
    }

    fn advance(&mut self, time: Timestamp) {
        self.now = self.now.max(time);
        let settled = self.store.advance_and_count(time);
        self.add("advance", &[("to", time.write()), ("settled", settled.to_string())]);
    }

    fn reopen(&mut self) {
        self.store.open_again();
        self.add("reopen", &[]);
        self.advance(self.now);
    }

    fn dump(&self, known: &Known) -> Dump {
        self.store.dump(known)
    }
}
