//! Rot: bytes that change on the disk are found, or have no effect; a wrong answer is never given.

use crate::disk::SimulatedDisk;
use crate::life::Life;
use crate::model::Model;
use crate::read::dump;
use crate::story::{Step, opening};
use crate::system::{Dump, System, same_dumps};
use escrowdb::disk::Disk;
use escrowdb::{
    Amount, ArchiveOptions, ClockSource, Error, Id, Operation, Options, Store, Timestamp, journal,
};
use std::collections::BTreeMap;
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Opening and reading a sample takes fewer calls to the disk.
const CALLS_MAX: u64 = 1_000_000;

/// A store with some history, half of it in a checkpoint.
struct Sample {
    life: Life,
    /// What it shows.
    whole: Dump,
    /// What it showed before the last block.
    cut: Dump,
}

fn sample() -> Sample {
    sample_of(40, 6_000)
}

/// A history of so many steps, five eighths of them in the checkpoint.
fn sample_of(steps: usize, segment_bytes: u64) -> Sample {
    let mut life = Life::new(8);
    life.options = Options::new()
        .clock(ClockSource::Manual)
        .journal(journal::Options { segment_bytes, preallocate_bytes: 1_024 });
    life.open().unwrap();
    for step in opening() {
        life.step(&step);
    }
    for number in 0..steps {
        let step = life.next_step();
        if matches!(step, Step::Batch(..)) {
            life.step(&step);
        }
        if number == steps * 5 / 8 {
            life.step(&Step::Checkpoint);
        }
    }
    // The last block: whatever becomes of it, a decision leaves a trace.
    let before: Model = life.model.clone();
    let (from, to) = (Id::from(1_u128), Id::from(2_u128));
    let last = Operation::transfer(Id::from(999_999_u128), from, to, 1, Amount::from(1_u32));
    life.step(&Step::Batch(vec![last], Vec::new()));
    life.shut();
    let (whole, cut) = (life.model.dump(&life.known), before.dump(&life.known));
    Sample { life, whole, cut }
}

/// What became of opening and reading a store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Found {
    /// All is as it should be.
    Same,
    /// All but the last block, which looks like one that was never finished.
    Cut,
    /// An error that says what is wrong.
    Named,
    /// What must never be.
    Wrong,
}

impl Sample {
    fn disk(&self) -> SimulatedDisk {
        self.life.disk.duplicate()
    }

    /// Opens a store, reads everything and writes to it. An error is named; else all is right.
    fn look(&self, disk: &SimulatedDisk, what: &str) -> Found {
        disk.limit_calls(CALLS_MAX);
        let shared: Arc<dyn Disk> = Arc::new(disk.clone());
        let read = || {
            let store = Store::open_on(shared, self.life.options.clone())?;
            let snapshot = store.snapshot()?;
            let mut dump = dump(&snapshot, &self.life.known)?;
            // Each by its id: a walk over all of them finds more.
            for id in self.whole.accounts.keys() {
                let account = snapshot.account(*id)?;
                dump.accounts.remove(id);
                dump.accounts.extend(account.map(|account| (*id, account)));
            }
            for id in self.whole.holds.keys() {
                let hold = snapshot.hold(*id)?;
                dump.holds.remove(id);
                dump.holds.extend(hold.map(|hold| (*id, hold)));
            }
            store.checkpoint()?;
            Ok::<_, Error>(dump)
        };
        let result = catch_unwind(AssertUnwindSafe(read));
        match result.unwrap_or_else(|_| panic!("{what}: a panic")) {
            Ok(dump) if same_dumps(&self.whole, &dump).is_ok() => Found::Same,
            Ok(dump) if same_dumps(&self.cut, &dump).is_ok() => Found::Cut,
            Ok(dump) => {
                let wrong = same_dumps(&self.whole, &dump).unwrap_err();
                let wrong: String = wrong.chars().filter(|c| !c.is_whitespace()).collect();
                println!("{what}: a wrong answer: {wrong:.160}");
                Found::Wrong
            }
            Err(Error::Corrupt(text)) => {
                let named = ["journal/", "state.redb", "FORMAT", "ARCHIVE", "block", "event"];
                assert!(named.iter().any(|name| text.contains(name)), "{what}: {text}");
                Found::Named
            }
            // A checkpoint that comes across rot stops the store.
            Err(Error::Poisoned(text)) if text.contains("corrupt") => Found::Named,
            Err(Error::NewerFormat { .. }) => Found::Named,
            Err(error) => panic!("{what}: {error:?}"),
        }
    }

    /// Flips bytes of a file, each `step`-th of them, or all if `ROT_STEP=1` says so.
    fn sweep(&self, name: &str, step: usize) -> BTreeMap<Found, usize> {
        let step = env::var("ROT_STEP").map_or(step, |step| step.parse().unwrap());
        let length = self.disk().with_file(name, |bytes| bytes.len());
        let mut found = BTreeMap::new();
        for offset in (0..length).step_by(step) {
            let disk = self.disk();
            let flip = [0xff, 1 << (offset % 8)][offset / step % 2];
            disk.with_file(name, |bytes| bytes[offset] ^= flip);
            let what = format!("{name}, byte {offset} of {length}, flipped by {flip:#x}");
            *found.entry(self.look(&disk, &what)).or_default() += 1;
        }
        println!("{name}, {length} bytes, each {step}-th: {found:?}");
        found
    }
}

#[test]
fn the_format_file_rots() {
    let found = sample().sweep("FORMAT", 1);
    assert_eq!(found.keys().collect::<Vec<_>>(), [&Found::Named]);
}

/// With the archived segments back in their place: the record alone is in doubt.
#[test]
fn the_record_of_what_is_archived_rots() {
    let sample = sample();
    let archive = Arc::new(SimulatedDisk::new(9));
    let store = Store::open_on(Arc::new(sample.life.disk.clone()), sample.life.options.clone());
    let all = ArchiveOptions::before(Timestamp::MAX);
    let report = store.unwrap().archive_to(archive.clone(), &all).unwrap();
    assert!(report.segments > 0, "{report:?}");
    sample.life.disk.bring_back(&archive);
    assert_eq!(sample.look(&sample.disk(), "archived"), Found::Same);
    let found = sample.sweep("ARCHIVE", 1);
    assert_eq!(found.keys().collect::<Vec<_>>(), [&Found::Named]);
}

#[test]
fn the_journal_rots() {
    let sample = sample();
    let segments = sample.disk().names();
    let segments = segments.iter().filter(|name| name.ends_with(".seg"));
    for (number, name) in segments.rev().enumerate() {
        let found = sample.sweep(name, 31);
        assert!(!found.contains_key(&Found::Wrong));
        // Only the very last block can be taken for one that was never finished.
        assert!(number == 0 || !found.contains_key(&Found::Cut), "{name}: {found:?}");
    }
}

/// A sample of a store that is not small: the deeper pages of the state, and long segments.
#[test]
fn a_larger_store_rots() {
    let sample = sample_of(500, 60_000);
    let names = sample.disk().names();
    for name in names.iter().filter(|name| *name != "FORMAT") {
        let length = sample.disk().with_file(name, |bytes| bytes.len());
        // A prime, so that all places within pages and records have their turn.
        let found = sample.sweep(name, if length > 200_000 { 7_919 } else { 3_001 });
        assert!(!found.contains_key(&Found::Wrong), "{name}: {found:?}");
    }
}

/// Symptom: a damaged state file was "input or output failed: failed to fill whole buffer", where
/// the disk was well and no file was named. Cause: what redb reads beyond the end came back as a
/// failure of the disk. Now it is damage, and failures of the disk name the file too.
#[test]
fn the_state_is_cut() {
    let sample = sample();
    let length = sample.disk().with_file("state.redb", |bytes| bytes.len());
    for left in (0..length).step_by(4_096).chain([1, 100, length / 2 + 7, length - 1]) {
        let disk = sample.disk();
        disk.with_file("state.redb", |bytes| bytes.truncate(left));
        assert_eq!(sample.look(&disk, &format!("cut to {left} of {length}")), Found::Named);
    }
}

/// Symptom: a document that was there was not found. Cause: redb does not verify its pages when it
/// reads, and a key that had rotted was another key; the checksums of the rows say nothing of rows
/// that are not found. Now each page has a checksum of its own.
#[test]
fn the_state_rots() {
    let found = sample().sweep("state.redb", 61);
    assert!(!found.contains_key(&Found::Wrong), "{found:?}");
}

/// Segments are cut, lost, emptied and mixed up. The journal is read through to its end: with the
/// state, when everything in it is asked for, and without, when the state is made of it again.
#[test]
fn segments_are_lost() {
    let sample = sample();
    let other = {
        let life = Life::new(2);
        let mut other = Sample { life, ..self::sample() };
        other.life.options = sample.life.options.clone();
        other.life.open().unwrap();
        other.life.shut();
        other
    };
    let foreign = "journal/00000000000000000001.seg";
    let foreign = other.disk().with_file(foreign, |bytes| bytes.clone());
    let names = sample.disk().names();
    let segments: Vec<_> = names.iter().filter(|name| name.ends_with(".seg")).collect();
    for (name, later) in segments.iter().zip(1..).filter(|(_, later)| *later < segments.len()) {
        let full = sample.disk().with_file(name, |bytes| bytes.iter().rposition(|b| *b != 0));
        let full = full.unwrap() + 1;
        let check = |what: &str, change: &dyn Fn(&SimulatedDisk)| {
            for with_state in [true, false] {
                let disk = sample.disk();
                if !with_state {
                    disk.remove("state.redb").unwrap();
                }
                change(&disk);
                let what = format!("{name} {what}, state: {with_state}");
                assert_eq!(sample.look(&disk, &what), Found::Named, "{what}");
            }
        };
        for length in [0, 50, full / 2, full - 1] {
            let cut = |disk: &SimulatedDisk| disk.with_file(name, |bytes| bytes.truncate(length));
            check(&format!("cut to {length}"), &cut);
        }
        check("removed", &|disk| disk.remove(name).unwrap());
        check("foreign", &|disk| disk.with_file(name, |bytes| bytes.clone_from(&foreign)));
        let next = segments[later];
        check("mixed up", &|disk| disk.rename(next, name).unwrap());
    }
}
