//! Secrets are planted, and searched for in every place where they must not be.

use crate::world::*;
use escrowdb::wallet::policy::EvidenceKind;
use escrowdb::wallet::*;
use escrowdb::*;

const PLANTED: [&str; 12] = [
    "planted.address@example.com",
    "Planted Name",
    "PL4NT3D77",
    "Planted Street 1",
    "+49 30 planted",
    "planted login phrase",
    "planted payment",
    "another planted payment",
    "planted answer",
    "planted note",
    "planted://reference",
    "planted second login phrase",
];

/// Goes through all flows with what is planted; gives the tokens and codes that came by letter, and
/// everything that was printed.
fn go_through(world: &World) -> (Vec<String>, String) {
    let wallets = &world.wallets;
    let mut printed = String::new();
    let mut secrets = Vec::new();
    let [email, name, number, street, phone, login, payment, new, answer, note, reference, second] =
        PLANTED;
    let of = person(1);
    wallets.begin_registration(of, email, true).unwrap().unwrap();
    let letters = world.letters();
    printed += &format!("{letters:?}");
    secrets.push(letters[0].secret.clone());
    printed += &format!("{:?}", wallets.confirm_address(&secrets[0]));
    let profile = Profile {
        name: name.into(),
        citizenship: "DE".into(),
        document_kind: DocumentKind::DriverLicence,
        document_country: "DE".into(),
        document_number: number.into(),
        postal_address: street.into(),
        phone: phone.into(),
        birth_date: String::new(),
    };
    printed += &format!("{profile:?} {:?}", wallets.set_profile(of, &profile));
    printed += &format!("{:?}", wallets.set_login_password(of, login, false));
    printed += &format!("{:?}", wallets.set_security_answers(of, &[(1, answer)]));
    printed += &format!("{:?}", wallets.set_consent(of, "terms", "1", true));
    printed += &format!("{:?}", wallets.submit_registration(of, &new_wallet(1)));
    printed += &format!("{:?}", wallets.create_payment_password(wallet(1), payment));
    printed += &format!("{:?}", wallets.log_in(email, payment));
    printed += &format!("{:?}", wallets.log_in(email, login));
    printed += &format!("{:?}", wallets.check_payment_password(wallet(1), login));
    printed += &format!("{:?}", wallets.leave_note(of, note, &staff("eve")));
    printed += &format!("{:?}", wallets.send_code(of, 1, Channel::PHONE));
    secrets.push(world.secret(LetterKind::CODE));
    wallets.open_recovery(id(5), wallet(1), &staff("eve")).unwrap().unwrap();
    let scan = Evidence {
        kind: EvidenceKind::PASSPORT,
        hash: [0; 32],
        reference,
        expires_at: Timestamp::NONE,
    };
    wallets.add_recovery_evidence(id(5), &scan, &Actor::Customer).unwrap().unwrap();
    wallets.review_recovery(id(5), &staff("bob")).unwrap().unwrap();
    wallets.decide_recovery(id(5), RecoveryDecision::Approve, &staff("bob")).unwrap().unwrap();
    secrets.push(world.secret(LetterKind::RESET_PAYMENT_PASSWORD));
    printed += &format!("{:?}", wallets.reset_payment_password(&secrets[2], new));
    printed += &format!("{:?}", wallets.change_login_password(of, login, second, false));
    printed += &format!("{:?}", wallets.audit_trail(of, None, 100));
    printed += &format!("{:?} {:?}", wallets.letters_of(of), wallets.recovery_case(id(5)));
    printed += &format!("{wallets:?} {:?} {:?}", world.store, master(0xab));
    printed += &format!("{:?}", WalletOptions::new(master(0xab), policy()).pepper([0xcd; 32]));
    let events: Vec<_> = world.store.snapshot().unwrap().events(Timestamp::NONE).collect();
    printed += &format!("{events:?}");
    (secrets, printed)
}

fn world() -> World {
    let mut policy = policy();
    policy.identity.credentials.security_answers.needed = 1;
    World::on(disk::MemoryDisk::new(), WalletOptions::new(master(0xab), policy))
}

#[test]
fn nothing_that_was_planted_is_found() {
    let world = world();
    let (secrets, printed) = go_through(&world);
    world.store.checkpoint().unwrap();
    let files = world.files();
    assert!(files.iter().any(|(name, _)| name == "KEYS"));
    assert!(files.iter().any(|(name, _)| name.ends_with(".seg")));
    let planted = PLANTED.iter().map(ToString::to_string).chain(secrets);
    for secret in planted {
        for (name, bytes) in &files {
            assert!(!holds(bytes, secret.as_bytes()), "{secret} is in {name}");
            let lower = secret.to_lowercase();
            assert!(!holds(bytes, lower.as_bytes()), "{lower} is in {name}");
        }
        assert!(!printed.contains(&secret), "{secret} is printed");
    }
    for (name, bytes) in &files {
        assert!(!holds(bytes, b"$argon2"), "a password hash is in clear in {name}");
        assert!(!holds(bytes, &[0xab; 32]), "the master key is in {name}");
    }
    // Two equal bytes in a row are found in what is sealed, by chance; eight are a key.
    for byte in ["171, ", "205, "] {
        assert!(!printed.contains(&byte.repeat(8)), "a key is printed");
    }
}

/// A value that is sealed for one person, record or field opens nowhere else: an attacker who can
/// write to the store swaps rows of two persons.
#[test]
fn a_store_that_is_opened_with_another_stores_keys_is_unreadable() {
    let (world, other) = (World::new(), World::new());
    world.anna();
    other.anna();
    let keys = |world: &World| {
        let files = world.files();
        files.into_iter().find(|(name, _)| name == "KEYS").unwrap().1
    };
    let stolen = keys(&other);
    use disk::{Disk, OpenMode};
    world.disk.open("KEYS", OpenMode::Existing).unwrap().write_at(0, &stolen).unwrap();
    let World { store, wallets, disk } = world;
    drop((store, wallets));
    let store = Store::open_on(std::sync::Arc::new(disk), store_options()).unwrap();
    let error = store.wallets(WalletOptions::new(master(1), policy())).unwrap_err().to_string();
    assert_eq!(error, "the store is corrupt: file KEYS: is of another store");
}

/// The same journal gives the same state: rows of wallets are replayed like all else.
#[test]
fn a_replay_gives_the_same_rows() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    let disk = std::sync::Arc::new(disk::LocalDisk::new(path.clone()));
    std::fs::create_dir_all(&path).unwrap();
    {
        let store = Store::open_on(disk, store_options()).unwrap();
        let ledger = Ledger::new(LEDGER, LedgerCode::new("USD").unwrap(), 2);
        store.create_ledgers(&[ledger]).unwrap();
        store.advance(Timestamp::from_seconds(DAY).unwrap()).unwrap();
        let wallets = store.wallets(WalletOptions::new(master(1), policy())).unwrap();
        let world = World { store, wallets, disk: disk::MemoryDisk::new() };
        world.anna();
        world.wallets.check_payment_password(wallet(1), "000001").unwrap().unwrap_err();
        world.store.checkpoint().unwrap();
        world.wallets.check_payment_password(wallet(1), "000001").unwrap().unwrap_err();
    }
    let report = verify(&path, |_, _| ()).unwrap();
    assert_eq!(report.fault, None);
    // A key that has rotted is found too, without the master key.
    let mut keys = std::fs::read(path.join("KEYS")).unwrap();
    keys[8_192 + 60] ^= 1;
    std::fs::write(path.join("KEYS"), keys).unwrap();
    let fault = verify(&path, |_, _| ()).unwrap().fault;
    let named = "file KEYS: key 0 does not match its checksum; person 1001 needs it";
    assert_eq!(fault.as_deref(), Some(named));
}
