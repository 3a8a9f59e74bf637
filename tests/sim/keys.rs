//! The keys of persons on failing disks: each sync fails in turn, and other calls. A person whose
//! registration was answered keeps the key, and a person who was erased has none, whatever was
//! asked for a second time.

use crate::crashes::variable;
use crate::disk::{Fault, Plan, SimulatedDisk};
use crate::life::check_error;
use crate::wallets::hire;
use escrowdb::wallet::policy::HashCost;
use escrowdb::wallet::{Actor, Policy};
use escrowdb::*;
use std::sync::Arc;

/// A story makes fewer calls than this.
const CALLS_MAX: u64 = 3_000;
/// Where the keys begin in their file, and how long each is.
const SLOTS_AT: usize = 8_192;
const SLOT_BYTES: usize = 128;
/// Where the person stands in a key.
const PERSON_AT: usize = 8;

const ANNA: Id = Id::from_u128(0xa11a_0001);
/// Never goes on with the registration, and is erased for that after seven days.
const BORIS: Id = Id::from_u128(0xb0b0_0002);
const CLARA: Id = Id::from_u128(0xc1a0_0003);

/// What is asked for, in this order. All of it can be asked for again.
#[derive(Clone, Copy, Debug)]
enum Step {
    Register(Id),
    Rotate,
    Erase,
    /// To the second master key.
    ChangeMaster,
}

/// On which day it is asked for.
const STORY: [(u64, Step); 7] = [
    (1, Step::Register(BORIS)),
    (6, Step::Register(ANNA)),
    (6, Step::Rotate),
    (9, Step::Erase),
    (9, Step::ChangeMaster),
    (9, Step::Register(CLARA)),
    (9, Step::Rotate),
];

fn open_with(disk: &SimulatedDisk, master: u8) -> Result<(Store, Wallets)> {
    let mut policy = Policy::default();
    policy.identity.credentials.hash = HashCost::LEAST;
    policy.identity.credentials.security_answers.needed = 0;
    let options = Options::new().clock(ClockSource::Manual);
    let store = Store::open_on(Arc::new(disk.clone()), options)?;
    let options = WalletOptions::new(MasterKey::from_bytes([master; 32]), policy);
    let wallets = store.wallets(options.first_operator("olga"))?;
    hire(&wallets)?;
    Ok((store, wallets))
}

/// By the first master key, or by the second one.
fn open(disk: &SimulatedDisk) -> Result<(Store, Wallets)> {
    match open_with(disk, 1) {
        Err(Error::WrongMasterKey) => open_with(disk, 2),
        opened => opened,
    }
}

fn take((day, step): (u64, Step), (store, wallets): &(Store, Wallets)) -> Result<()> {
    // A manual clock stands at the last event when the store is opened.
    store.advance(Timestamp::from_seconds(day * 86_400).unwrap())?;
    let eve = Actor::staff("eve", "asked for by the customer");
    match step {
        Step::Register(person) => {
            let email = format!("{person}@example.com");
            // Refused if it is there already.
            let _ = wallets.begin_registration(person, &email, true)?;
            if wallets.notes_on(person)?.expect("a person").is_empty() {
                wallets.leave_note(person, "a note", &eve)?.expect("a person");
            }
        }
        Step::Rotate => drop(wallets.rotate_key_encryption_key(&eve)?.expect("staff")),
        Step::Erase => drop(wallets.upkeep()?),
        Step::ChangeMaster => {
            let key = MasterKey::from_bytes([2; 32]);
            wallets.add_master_key(&key, &eve)?.expect("staff");
            wallets.keep_master_key(&key, &eve)?.expect("staff");
        }
    }
    Ok(())
}

/// The persons who have a key in the file of keys, as it is on the disk.
fn persons_with_keys(disk: &SimulatedDisk) -> Vec<Id> {
    disk.with_file("KEYS", |bytes| {
        let slots = bytes.get(SLOTS_AT..).unwrap_or_default().chunks_exact(SLOT_BYTES);
        let used = slots.filter(|slot| slot[0] == 1);
        let person = |slot: &[u8]| slot[PERSON_AT..PERSON_AT + 16].try_into().unwrap();
        used.map(|slot| Id::from_bytes(person(slot))).collect()
    })
}

/// Everything that was answered can be read, and nobody else has a key, unless one was made for
/// Boris that no row has: `is_made_twice`.
fn check(disk: &SimulatedDisk, is_made_twice: bool, what: &str) {
    let (_store, wallets) = open(disk).unwrap_or_else(|error| panic!("{what}: {error}"));
    for person in [ANNA, CLARA] {
        let notes = wallets.notes_on(person).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(notes.unwrap_or_else(|_| panic!("{what}: nobody"))[0].text, "a note", "{what}");
    }
    let keys = persons_with_keys(disk);
    let of = |person| keys.iter().filter(|key| **key == person).count();
    assert!(of(ANNA) > 0 && of(CLARA) > 0, "{what}: {keys:?}");
    assert!(of(BORIS) <= usize::from(is_made_twice), "{what}: who was erased has a key");
}

/// Tells the story with one fault at one call, after which the machine goes on, or is started
/// again; at the end it is. `false` if the story has fewer calls.
fn play(fault: Fault, call: u64, seed: u64, is_restarted: bool) -> bool {
    let what = format!("{fault:?} at call {call}, seed {seed}, restarted: {is_restarted}");
    // Of each call another one: what a failed sync has kept follows from it.
    let disk = SimulatedDisk::new(call << 8 | seed);
    disk.plan(Plan { call, fault });
    let (mut failed, mut is_made_twice) = (false, false);
    let mut fail = |error: Error| {
        check_error(&error);
        assert!(disk.heal() && !failed, "{what}: a sound disk, and yet: {error}");
        failed = true;
        if is_restarted {
            disk.cut_power();
        }
    };
    let (mut opened, mut left) = (None, STORY.into_iter().peekable());
    while let Some(&step) = left.peek() {
        let done = match &opened {
            None => open(&disk).map(|new| opened = Some(new)),
            Some(opened) => take(step, opened).map(|()| _ = left.next()),
        };
        if let Err(error) = done {
            is_made_twice |= opened.is_some() && matches!(step.1, Step::Register(BORIS));
            opened = None;
            fail(error);
        }
    }
    drop(opened);
    // A fault of the last step of all, which nobody was told of.
    failed |= disk.heal();
    disk.cut_power();
    check(&disk, is_made_twice, &what);
    failed
}

/// Tells the story, and cuts the power.
fn told() -> SimulatedDisk {
    let disk = SimulatedDisk::new(7);
    let opened = open(&disk).unwrap();
    STORY.into_iter().for_each(|step| take(step, &opened).unwrap());
    drop(opened);
    disk.cut_power();
    disk
}

/// Bytes of the file of keys are flipped, all of them with `ROT_STEP=1`: the error names the key,
/// or there is no effect, since of the header there is a copy.
#[test]
fn the_file_of_keys_rots() {
    let (disk, mut named) = (told(), 0);
    let length = disk.with_file("KEYS", |bytes| bytes.len());
    assert_eq!(length, SLOTS_AT + 3 * SLOT_BYTES);
    for offset in (0..length).step_by(variable("ROT_STEP", 61) as usize) {
        let disk = disk.duplicate();
        disk.with_file("KEYS", |bytes| bytes[offset] ^= [0xff, 1 << (offset % 8)][offset % 2]);
        let noted = open(&disk).and_then(|(_store, wallets)| {
            [ANNA, CLARA].into_iter().try_for_each(|person| note(&wallets, person))
        });
        match noted {
            Ok(()) => (),
            Err(Error::Corrupt(text)) => {
                assert!(text.contains("file KEYS: key "), "byte {offset}: {text}");
                assert!(offset >= SLOTS_AT, "byte {offset}: the copy was not used: {text}");
                named += 1;
            }
            Err(error) => panic!("byte {offset}: {error:?}"),
        }
    }
    assert!(named > 0);
}

/// Leaves a note on a person. What the former one says can be read if this can be done, and else
/// only that there is one.
fn note(wallets: &Wallets, person: Id) -> Result<()> {
    let notes = wallets.notes_on(person)?.expect("a person");
    let eve = Actor::staff("eve", "asked for by the customer");
    let left = wallets.leave_note(person, "another note", &eve).map(|left| left.expect("staff"));
    assert_eq!(notes[0].text, if left.is_ok() { "a note" } else { "" });
    left
}

/// Lets each `step`-th call fail; `FAULT_STEP=1` makes it each call. The machine goes on after it
/// with so many seeds, and is started again with one.
fn play_all(fault: Fault, step: u64, seeds: u64) {
    let step = variable("FAULT_STEP", step) as usize;
    for seed in 0..=seeds {
        let mut calls = (1..CALLS_MAX).step_by(step);
        let end = calls.find(|call| !play(fault, *call, seed, seed == seeds));
        let end = end.expect("a story that ends");
        assert!(end > 20, "the story has hardly any calls that can fail: {end}");
    }
}

/// Symptom: after a power cut the file of keys was gone, and with it all that is known of persons.
/// Cause: when it was created, its name had not become durable; the next opening found it and did
/// not sync the folder. Now the file is given its name anew until there is a person.
#[test]
fn keys_survive_each_sync_that_fails() {
    play_all(Fault::Sync, 1, 1);
}

/// Symptom: an erased person had a key again, and another's key was found by no key-encryption key.
/// Cause: overwriting the one and wrapping the other had failed at the sync; when it was asked for
/// again, both looked as they should, so that nothing was written, and the sync that followed had
/// nothing to make durable. Now they are written again.
#[test]
fn keys_survive_each_sync_that_keeps_nothing() {
    play_all(Fault::LostSync, 1, 1);
}

/// What costs here is the hash that each opening of the wallets computes.
#[test]
fn keys_survive_other_faults() {
    for (fault, step) in [(Fault::NoSpace, 17), (Fault::Io, 47), (Fault::ShortWrite, 7)] {
        play_all(fault, step, 1);
    }
}
