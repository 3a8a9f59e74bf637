//! The vectors of `tests/vectors`: what every language sends, and what it must be answered.
//!
//! They are the tables, played against the store and written down with all that came of it. With
//! `ESCROWDB_BLESS` in the environment the files are written; without, they are compared. Then they
//! are read back and played against the model, which knows nothing of the store, and against the
//! store once more, from the files alone.

mod json;
mod player;
mod recorder;

use crate::model::Model;
use crate::store::Store;
use crate::tables::TABLES;
use escrowdb::{Kind, Status};
use player::Player;
use recorder::Recorder;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Once;

/// The id of the store of every vector, so that the journal is the same wherever it is played.
const STORE_ID: u128 = 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210;

fn file(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    folder.join(format!("{name}.json"))
}

/// The text of a file as it is committed; with `ESCROWDB_BLESS`, as it is to be.
fn committed(name: &str) -> String {
    static BLESSED: Once = Once::new();
    if std::env::var_os("ESCROWDB_BLESS").is_some() {
        BLESSED.call_once(|| {
            for (name, table) in TABLES {
                let vector = Recorder::record(&without_reserved(table));
                fs::write(file(name), vector).expect("vectors can be written");
            }
        });
    }
    fs::read_to_string(file(name)).expect("the vectors are committed")
}

fn read(name: &str) -> Value {
    serde_json::from_str(&committed(name)).expect("vectors are JSON")
}

/// No language lets a caller set what is reserved, so that the vectors do not either.
fn without_reserved(table: &str) -> String {
    let lines = table.lines().filter(|line| !line.contains("reserved="));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_vectors_are_what_the_store_answers() {
    for (name, table) in TABLES {
        let vector = Recorder::record(&without_reserved(table));
        let committed = committed(name);
        let differs = committed.lines().zip(vector.lines()).find(|(then, now)| then != now);
        assert_eq!(differs, None, "{name}.json: ESCROWDB_BLESS=1 writes it anew");
        assert_eq!(committed.len(), vector.len(), "{name}.json: ESCROWDB_BLESS=1 writes it anew");
    }
}

#[test]
fn the_model_answers_as_the_vectors_say() {
    for (name, _) in TABLES {
        let vector = read(name);
        let played = Player::<Model>::play(&vector).and_then(|player| player.check_dump(&vector));
        assert_eq!(played, Ok(()), "{name}.json");
    }
}

#[test]
fn the_store_answers_as_the_vectors_say() {
    for (name, _) in TABLES {
        let vector = read(name);
        let played = Player::<Store>::play(&vector).and_then(|player| {
            player.check_dump(&vector)?;
            player.check_hashes(&vector)
        });
        assert_eq!(played, Ok(()), "{name}.json");
    }
}

#[test]
fn the_vectors_are_all_there_and_know_every_kind_and_band() {
    let found = fs::read_dir(file("").with_file_name("")).expect("the folder is there");
    let found = found.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let found: BTreeSet<_> = found.filter(|name| name.ends_with(".json")).collect();
    let tables: BTreeSet<_> = TABLES.iter().map(|(name, _)| format!("{name}.json")).collect();
    assert_eq!(found, tables);

    let (mut applied, mut bands) = (BTreeSet::new(), BTreeSet::new());
    for (name, _) in TABLES {
        let vector = read(name);
        for step in json::list(&vector["steps"]) {
            for (record, outcome) in
                json::list(&step["records"]).iter().zip(json::list(&step["outcomes"]))
            {
                let status: Status = json::read(&outcome["status"]);
                bands.insert(status.number() / BAND);
                if step["do"] == "submit" && status.is_applied() {
                    applied.insert(json::read::<Kind>(&record["kind"]));
                }
            }
        }
    }
    // No caller asks for an expiry: `advance` does.
    let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::EXPIRE);
    assert_eq!(applied, kinds.copied().collect());
    assert_eq!(bands, Status::ALL.iter().map(|status| status.number() / BAND).collect());
}

/// Statuses are numbered in bands.
const BAND: u32 = 100;
