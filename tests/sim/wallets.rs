//! Wallets under power cuts: keys of persons lie beside the journal, and neither may run ahead of
//! the other so that something answered cannot be read.
//!
//! Keys and ids are random, whatever the seed: it decides what is done and when the power fails.

use crate::crashes::variable;
use crate::disk::{Fault, Plan, SimulatedDisk};
use crate::random::Random;
use escrowdb::wallet::policy::HashCost;
use escrowdb::wallet::{
    Actor, LetterFate, LetterKind, Policy, StaffRoles, StaffState, WalletStatus,
};
use escrowdb::*;
use std::sync::Arc;

/// Seeds of the everyday run: each opens the wallets, and hashes, eight times.
const SEEDS: u64 = 12;
/// Power cuts in one life.
const LIVES: u64 = 4;

/// What was answered, so that it must be there after any power cut.
#[derive(Default)]
struct Answered {
    begun: Vec<Id>,
    confirmed: Vec<Id>,
    noted: Vec<Id>,
    /// The master key that alone opens the store, if changing it was answered.
    master: u8,
    /// The one that opens it too, or may do so.
    other_master: Option<u8>,
}

fn open(disk: &SimulatedDisk, master: u8) -> Result<(Store, Wallets)> {
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

/// Registers Eve, with all roles, unless she is; an opening that the power cut is followed by
/// another one, which goes on.
pub(crate) fn hire(wallets: &Wallets) -> Result<()> {
    let [olga, otto] = ["olga", "otto"].map(|name| Actor::staff(name, "a shop needs staff"));
    if wallets.staff_member("eve")?.is_some_and(|eve| eve.state == StaffState::ACTIVE) {
        return Ok(());
    }
    if wallets.staff_member("otto")?.is_none() {
        wallets.register_staff("otto", StaffRoles::OPERATOR, &olga)?.expect("a second operator");
    }
    let _ = wallets.register_staff("eve", StaffRoles::ALL, &olga)?;
    wallets.register_staff("eve", StaffRoles::ALL, &otto)?.expect("two operators");
    Ok(())
}

/// Opens with the master key, or with the other one where that must be possible.
fn reopen(disk: &SimulatedDisk, answered: &mut Answered) -> Result<(Store, Wallets)> {
    match (open(disk, answered.master), answered.other_master) {
        (Err(Error::WrongMasterKey), Some(other)) => {
            answered.master = other;
            open(disk, other)
        }
        (opened, _) => opened,
    }
}

/// Does one thing; fails when the power does.
fn step(wallets: &Wallets, answered: &mut Answered, random: &mut Random, next: Id) -> Result<()> {
    match random.below(10) {
        0..=4 => {
            let email = format!("{next}@example.com");
            wallets.begin_registration(next, &email, true)?.expect("a new address");
            answered.begun.push(next);
        }
        5 | 6 => {
            for letter in wallets.take_letters(3)? {
                if letter.kind == LetterKind::CONFIRM_ADDRESS {
                    let confirmed = wallets.confirm_address(&letter.secret)?;
                    answered.confirmed.extend(confirmed.ok());
                }
                let _ = wallets.report_letter(letter.id, LetterFate::Delivered)?;
            }
        }
        7 => {
            if let Some(&person) = answered.begun.last() {
                let eve = Actor::staff("eve", "she called");
                wallets.leave_note(person, "a note", &eve)?.expect("a person");
                answered.noted.push(person);
            }
        }
        8 => drop(wallets.rotate_key_encryption_key(&Actor::System)?.expect("a rotation")),
        _ => {
            let new = answered.master % 250 + 1;
            let key = MasterKey::from_bytes([new; 32]);
            answered.other_master = Some(new);
            wallets.add_master_key(&key, &Actor::System)?.expect("a master key");
            wallets.keep_master_key(&key, &Actor::System)?.expect("a master key");
            (answered.master, answered.other_master) = (new, None);
        }
    }
    Ok(())
}

/// Everything that was answered is there, and can be read with the keys that are there.
fn check(wallets: &Wallets, answered: &Answered, seed: u64) {
    for &person in &answered.begun {
        assert!(!wallets.letters_of(person).unwrap().is_empty(), "seed {seed}: person {person}");
        let notes = wallets.notes_on(person).unwrap().unwrap();
        let expected = answered.noted.iter().filter(|noted| **noted == person).count();
        assert!(notes.len() >= expected, "seed {seed}: a note on {person} is gone");
        assert!(notes.iter().all(|note| note.text == "a note"));
    }
    for &person in &answered.confirmed {
        let again = wallets.resend_confirmation(person).unwrap().unwrap_err();
        let expected = WalletStatus::ADDRESS_ALREADY_CONFIRMED;
        assert_eq!(again.status, expected, "seed {seed}: person {person}");
    }
    // All that waits in the outbox can be opened.
    wallets.take_letters(256).unwrap();
}

#[test]
fn keys_and_journal_survive_power_cuts_together() {
    let first = variable("SIM_FIRST", 0);
    for seed in first..first + variable("SIM_SEEDS", SEEDS) {
        let disk = SimulatedDisk::new(seed);
        let mut random = Random::new(seed ^ 0x77a1_1e75);
        let mut answered = Answered { master: 1, ..Answered::default() };
        let mut next = 1_000;
        for _ in 0..LIVES {
            let call = 1 + random.below(120);
            disk.plan(Plan { call, fault: Fault::PowerLoss });
            if let Ok((_store, wallets)) = reopen(&disk, &mut answered) {
                loop {
                    next += 1;
                    if step(&wallets, &mut answered, &mut random, Id::from_u128(next)).is_err() {
                        break;
                    }
                }
            }
            disk.cut_power();
            let (_store, wallets) =
                reopen(&disk, &mut answered).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            check(&wallets, &answered, seed);
        }
    }
}
