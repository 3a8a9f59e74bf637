//! Sealed fields in another place than their own: of another person, of another record, of another
//! field. Each is found when it is opened, by an error that names person and field, and nothing is
//! read as something that it is not.

use super::*;
use crate::model::Timestamp;
use crate::wallets::rules::cards::CardsRow;
use crate::wallets::rules::rows::{
    CredentialKey, CredentialRow, LetterKey, LetterRow, NoteKey, NoteRow, RecoveryRow,
};
use crate::wallets::rules::verification::VerificationRow;
use crate::wallets::rules::{Decision, WriteSet};
use std::mem;

/// Exchanges something of two rows of one type, as whoever can write the store's files would.
fn exchange<R: Row>(wallets: &Wallets, keys: [&R::Key; 2], swap: impl Fn(&mut R, &mut R)) {
    let exchanged = wallets.transact(Id::ZERO, |reading| {
        let [first, second] = keys.map(|key| reading.get::<R>(key));
        let (mut first, mut second) = (first?.expect("a row"), second?.expect("a row"));
        swap(&mut first, &mut second);
        let mut changes = WriteSet::default();
        changes.put(keys[0], &first);
        changes.put(keys[1], &second);
        Ok(Decision::done(changes, ()))
    });
    exchanged.expect("a chain").expect("a chain");
}

/// Changes a row.
fn change<R: Row>(wallets: &Wallets, key: &R::Key, swap: impl Fn(&mut R)) {
    let changed = wallets.transact(Id::ZERO, |reading| {
        let mut row = reading.get::<R>(key)?.expect("a row");
        swap(&mut row);
        let mut changes = WriteSet::default();
        changes.put(key, &row);
        Ok(Decision::done(changes, ()))
    });
    changed.expect("a chain").expect("a chain");
}

/// The keys of a person's last two rows of this type.
fn last_two<R: Row>(wallets: &Wallets, of: Customer) -> [R::Key; 2] {
    let reading = wallets.read().expect("a look");
    let rows = reading.scan::<R>(&of.person.to_bytes(), None);
    let mut keys: Vec<_> = rows.map(|row| row.expect("a row").0).collect();
    let keys = keys.split_off(keys.len() - 2);
    keys.try_into().ok().expect("two rows")
}

fn eve() -> Actor {
    Actor::staff("eve", "she called")
}

fn note(wallets: &Wallets, on: Customer, text: &str) {
    wallets.leave_note(on.person, text, &eve()).expect("a note").expect("a note");
}

/// Tells the customer something: opens the address, then the profile.
fn tell(wallets: &Wallets, of: Customer) -> Result<()> {
    // What staff order goes on without a letter; this does not.
    wallets.change_payment_password(of.wallet, PASSWORD, "730164").map(drop)
}

type Exchange = fn(&Wallets, Customer, Customer);
type Look = fn(&Wallets, Customer) -> Result<()>;

/// What is exchanged, who looks at Anna's, and which field does not open.
const CASES: [(&str, Exchange, Look, &str); 10] = [
    (
        "addresses of two persons",
        |wallets, anna, boris| {
            exchange::<PersonRow>(wallets, [&anna.person, &boris.person], |one, other| {
                mem::swap(&mut one.address, &mut other.address);
            });
        },
        tell,
        "address",
    ),
    (
        "profiles of two persons",
        |wallets, anna, boris| {
            exchange::<PersonRow>(wallets, [&anna.person, &boris.person], |one, other| {
                mem::swap(&mut one.profile, &mut other.profile);
            });
        },
        tell,
        "profile",
    ),
    (
        "address and profile of one person",
        |wallets, anna, _| {
            change::<PersonRow>(wallets, &anna.person, |row| {
                mem::swap(&mut row.address, &mut row.profile);
            });
        },
        tell,
        "address",
    ),
    (
        "the payment passwords of two wallets",
        |wallets, anna, boris| {
            let keys = [anna, boris].map(|one| CredentialKey::payment(one.wallet));
            exchange::<CredentialRow>(wallets, [&keys[0], &keys[1]], |one, other| {
                mem::swap(&mut one.hash, &mut other.hash);
            });
        },
        |wallets, anna| wallets.check_payment_password(anna.wallet, PASSWORD).map(drop),
        "payment_hash",
    ),
    (
        "login and payment password of one person",
        |wallets, anna, _| {
            let (login, payment) =
                (CredentialKey::login(anna.person), CredentialKey::payment(anna.wallet));
            exchange::<CredentialRow>(wallets, [&login, &payment], |one, other| {
                mem::swap(&mut one.hash, &mut other.hash);
            });
        },
        |wallets, anna| wallets.log_in(&email(anna.number), LOGIN).map(drop),
        "login_hash",
    ),
    (
        "cards of two wallets",
        |wallets, anna, boris| {
            exchange::<CardsRow>(wallets, [&anna.wallet, &boris.wallet], |one, other| {
                mem::swap(&mut one.cards[0].reference, &mut other.cards[0].reference);
            });
        },
        |wallets, anna| wallets.cards(anna.wallet).map(drop),
        "card",
    ),
    (
        "two cards of one wallet",
        |wallets, anna, _| {
            let (card, to) = (id(99), reference(9));
            wallets.propose_card(anna.wallet, card, &to, &Actor::System).expect("").expect("");
            change::<CardsRow>(wallets, &anna.wallet, |row| {
                let (one, other) = row.cards.split_at_mut(1);
                mem::swap(&mut one[0].reference, &mut other[0].reference);
            });
        },
        |wallets, anna| wallets.cards(anna.wallet).map(drop),
        "card",
    ),
    (
        "two notes on one person",
        |wallets, anna, _| {
            note(wallets, anna, "polite");
            note(wallets, anna, "rude");
            let [one, other]: [NoteKey; 2] = last_two::<NoteRow>(wallets, anna);
            exchange::<NoteRow>(wallets, [&one, &other], |one, other| {
                mem::swap(&mut one.text, &mut other.text);
            });
        },
        |wallets, anna| wallets.notes_on(anna.person).map(drop),
        "note",
    ),
    (
        "two scans of one recovery",
        |wallets, anna, _| {
            wallets.open_recovery(id(88), anna.wallet, &eve()).expect("").expect("");
            for (number, reference) in [(1, "one"), (2, "two")] {
                let (hash, expires_at) = ([number; 32], Timestamp::NONE);
                let scan = Evidence { kind: EvidenceKind::PASSPORT, hash, reference, expires_at };
                wallets.add_recovery_evidence(id(88), &scan, &eve()).expect("").expect("");
            }
            change::<RecoveryRow>(wallets, &id(88), |row| {
                let (one, other) = row.evidence.split_at_mut(1);
                mem::swap(&mut one[0].reference, &mut other[0].reference);
            });
        },
        |wallets, _| wallets.recovery_evidence(id(88)).map(drop),
        "evidence",
    ),
    (
        "two scans of one verification",
        |wallets, anna, _| {
            let case = id(87);
            wallets.open_verification(case, anna.wallet, 1, &eve()).expect("").expect("");
            let scans = [1, 2].map(|number| CaseEvidence {
                kind: EvidenceKind::PASSPORT,
                hash: [number; 32],
                reference: format!("scan {number}"),
                expires_at: Timestamp::NONE,
            });
            wallets.submit_evidence(case, &scans, &eve()).expect("").expect("");
            change::<VerificationRow>(wallets, &case, |row| {
                let (one, other) = row.evidence.split_at_mut(1);
                mem::swap(&mut one[0].reference, &mut other[0].reference);
            });
        },
        |wallets, _| wallets.verification(id(87)).map(drop),
        "evidence",
    ),
];

#[test]
fn what_was_sealed_for_another_place_does_not_open() {
    run(every_exchange);
}

fn every_exchange() {
    for (what, exchange, look, field) in CASES {
        let wallets = open();
        let [anna, boris] = [1, 2].map(|number| register(&wallets, number));
        exchange(&wallets, anna, boris);
        let error = look(&wallets, anna).expect_err(what);
        let sealed = format!("person {}: the sealed field {field} does not open", anna.person);
        let expected = format!("the store is corrupt: {sealed} in its place");
        assert_eq!(error.to_string(), expected, "{what}");
    }
}

/// A whole row of another person names another person's key.
#[test]
fn a_persons_row_in_anothers_place_is_found() {
    run(whole_rows);
}

fn whole_rows() {
    let wallets = open();
    let [anna, boris] = [1, 2].map(|number| register(&wallets, number));
    exchange::<PersonRow>(&wallets, [&anna.person, &boris.person], mem::swap);
    let error = tell(&wallets, anna).expect_err("another person's key");
    let whose = format!("key 1 is of another person; person {} needs it", anna.person);
    assert_eq!(error.to_string(), format!("the store is corrupt: file KEYS: {whose}"));
    for wallet in [anna.wallet, boris.wallet] {
        let view = wallets.wallet(wallet).expect("a wallet").expect("it is there");
        assert!(view.key_is_damaged, "the row of each names the key of the other");
    }
}

/// What two letters say was exchanged: neither is handed over, and those of others are.
#[test]
fn exchanged_letters_are_not_handed_over() {
    run(exchanged_letters);
}

fn exchanged_letters() {
    let wallets = &open();
    let [anna, boris] = [1, 2].map(|number| register(wallets, number));
    tell(wallets, anna).expect("letters");
    let [one, other]: [LetterKey; 2] = last_two::<LetterRow>(wallets, anna);
    exchange::<LetterRow>(wallets, [&one, &other], |one, other| {
        mem::swap(&mut one.body, &mut other.body);
    });
    wallets.freeze_wallet(boris.wallet, &eve()).expect("").expect("");
    let letters = wallets.take_letters(100).expect("letters");
    let to_boris = letters.iter().filter(|one| one.id.person == boris.person).count();
    assert!(to_boris > 0);
    let exchanged = [one.letter, other.letter];
    assert!(letters.iter().all(|letter| !exchanged.contains(&letter.id.letter)));
}
