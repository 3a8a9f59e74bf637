//! Plays a vector, as it stands in its file, against a system.

use super::json::{list, read, read_all, read_bytes};
use super::recorder::hex;
use crate::play::document;
use crate::store::Store;
use crate::system::{Dump, Known, System, Time, same_creations, same_dumps, same_outcomes};
use escrowdb::{Account, Head, Hold, Id, Ledger, Operation, Outcome, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;

/// A system that a vector was played against.
pub(super) struct Player<S> {
    system: S,
    known: Known,
}

/// What is played: each system can be opened for it, and may tell more than all do.
pub(super) trait Playable: System {
    fn open_for(store_id: Id) -> Self;
    /// Advances, and gives how many holds were settled if the system says so.
    fn advance_to(&mut self, time: Timestamp) -> Option<u64>;
    /// Compares what only a store with a journal has.
    fn check_step(&self, step: &Value, outcomes: &[Outcome]) -> Result<(), String>;
}

impl Playable for crate::model::Model {
    fn open_for(_: Id) -> Self {
        Self::open(Time::Manual)
    }

    fn advance_to(&mut self, time: Timestamp) -> Option<u64> {
        self.advance(time);
        None
    }

    fn check_step(&self, _: &Value, _: &[Outcome]) -> Result<(), String> {
        Ok(())
    }
}

impl Playable for Store {
    fn open_for(store_id: Id) -> Self {
        Self::open_with_id(Time::Manual, store_id.as_u128())
    }

    fn advance_to(&mut self, time: Timestamp) -> Option<u64> {
        Some(self.advance_and_count(time))
    }

    fn check_step(&self, step: &Value, outcomes: &[Outcome]) -> Result<(), String> {
        let expected: Vec<Outcome> = read_all(&step["outcomes"]);
        same("outcomes", &expected[..], outcomes)?;
        same_head(&step["head"], self.head())
    }
}

impl<S: Playable> Player<S> {
    /// Plays all steps, and compares the outcomes.
    pub(super) fn play(vector: &Value) -> Result<Self, String> {
        let system = S::open_for(read(&vector["store_id"]));
        let mut player = Self { system, known: Known::default() };
        for (number, step) in list(&vector["steps"]).iter().enumerate() {
            player.step(step).map_err(|what| format!("step {number}: {what}"))?;
        }
        Ok(player)
    }

    fn step(&mut self, step: &Value) -> Result<(), String> {
        let expected: Vec<Outcome> = read_all(&step["outcomes"]);
        let mut outcomes = Vec::new();
        match step["do"].as_str() {
            Some("create_ledgers") => {
                outcomes = self.system.create_ledgers(&read_all::<Ledger>(&step["records"]));
                same_creations(&expected, &outcomes)?;
            }
            Some("create_accounts") => {
                outcomes = self.system.create_accounts(&read_all::<Account>(&step["records"]));
                same_creations(&expected, &outcomes)?;
            }
            Some("submit") => {
                let operations: Vec<Operation> = read_all(&step["records"]);
                let data = read_bytes(&step["data"]);
                let documents = operations.iter().filter_map(|one| document(one, &data));
                self.known.documents.extend(documents);
                outcomes = self.system.submit(&operations, &data);
                same_outcomes(&operations, &expected, &outcomes)?;
            }
            Some("advance") => {
                if let Some(settled) = self.system.advance_to(read(&step["to"])) {
                    let expected = step["settled"].as_u64();
                    same("holds that were settled", &expected, &Some(settled))?;
                }
            }
            Some("reopen") => self.system.reopen(),
            other => return Err(format!("{other:?} is no step")),
        }
        self.system.check_step(step, &outcomes)
    }

    /// Compares what there is in the end.
    pub(super) fn check_dump(&self, vector: &Value) -> Result<(), String> {
        let end = &vector["final"];
        let documents = list(&end["documents"]).iter().map(|document| {
            let space = String::from_utf8(read_bytes(&document["space"])).expect("a name");
            let name = (space, read_bytes(&document["key"]));
            (name, (read(&document["version"]), read_bytes(&document["value"])))
        });
        let ledgers: Vec<Ledger> = read_all(&end["ledgers"]);
        let accounts: Vec<Account> = read_all(&end["accounts"]);
        let holds: Vec<Hold> = read_all(&end["holds"]);
        let expected = Dump {
            ledgers: ledgers.into_iter().map(|ledger| (ledger.number, ledger)).collect(),
            accounts: accounts.into_iter().map(|account| (account.id, account)).collect(),
            holds: holds.into_iter().map(|hold| (hold.id, hold)).collect(),
            documents: documents.collect(),
            ..Dump::default()
        };
        let found = self.system.dump(&self.known);
        let found = Dump { operations: BTreeMap::new(), lines: Vec::new(), ..found };
        same_dumps(&expected, &found)
    }
}

impl Player<Store> {
    /// Compares the head of the journal, and what a verification finds.
    pub(super) fn check_hashes(self, vector: &Value) -> Result<(), String> {
        let end = &vector["final"];
        same_head(&end["head"], self.system.head())?;
        same("state hash", &end["state_hash"], &Value::String(self.system.verify()))
    }
}

fn same_head(expected: &Value, head: Head) -> Result<(), String> {
    same("block", &read(&expected["block"]), &head.block)?;
    same("timestamp", &read(&expected["timestamp"]), &head.timestamp)?;
    same("hash of the chain", &expected["hash"], &Value::String(hex(&head.hash)))
}

fn same<T: PartialEq + std::fmt::Debug + ?Sized>(
    what: &str,
    expected: &T,
    found: &T,
) -> Result<(), String> {
    if expected == found {
        Ok(())
    } else {
        Err(format!("{what}: not {expected:#?} but {found:#?}"))
    }
}
