//! A store with wallets, and shortcuts through the flows that a test is not about.

use escrowdb::disk::{Disk, MemoryDisk, OpenMode};
use escrowdb::wallet::policy::HashCost;
use escrowdb::wallet::*;
use escrowdb::*;
use memchr::memmem;
use std::sync::Arc;

pub(crate) const LEDGER: u32 = 1;
pub(crate) const BANK: u128 = 1;
pub(crate) const MINUTE: u64 = 60;
pub(crate) const HOUR: u64 = 60 * MINUTE;
pub(crate) const DAY: u64 = 24 * HOUR;

pub(crate) const EMAIL: &str = "anna@example.com";
/// The network address that Anna asks from.
pub(crate) const HOME: &str = "192.0.2.7";
pub(crate) const LOGIN: &str = "a rather long login phrase";
pub(crate) const PAYMENT: &str = "491827";

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) wallets: Wallets,
    pub(crate) disk: MemoryDisk,
}

pub(crate) fn id(number: u128) -> Id {
    Id::from_u128(number)
}

pub(crate) fn master(byte: u8) -> MasterKey {
    MasterKey::from_bytes([byte; 32])
}

pub(crate) fn policy() -> Policy {
    let mut policy = Policy::default();
    policy.identity.credentials.hash = HashCost::LEAST;
    // Two hashes less for each customer; `registration.rs` has the questions.
    policy.identity.credentials.security_answers.needed = 0;
    policy
}

/// The person, wallet and account of a number.
pub(crate) fn person(number: u128) -> Id {
    id(1_000 + number)
}

pub(crate) fn wallet(number: u128) -> Id {
    id(2_000 + number)
}

pub(crate) fn account(number: u128) -> Id {
    id(3_000 + number)
}

pub(crate) fn new_wallet(number: u128) -> NewWallet {
    NewWallet { wallet: wallet(number), account: account(number), ledger: LEDGER, code: 200 }
}

pub(crate) fn profile(number: u128) -> Profile {
    Profile {
        name: "Anna Ivanova".into(),
        citizenship: "RU".into(),
        document_kind: DocumentKind::Passport,
        document_country: "RU".into(),
        document_number: format!("45 09 {number:06}"),
        postal_address: "Lenina 1\nMoscow".into(),
        phone: "+7 900 000 00 00".into(),
        birth_date: "1950-02-28".into(),
    }
}

pub(crate) fn staff(name: &str) -> Actor {
    Actor::staff(name, "asked for by the customer")
}

/// Who runs the wallets of these tests, and the first operator.
pub(crate) const OPERATOR: &str = "olga";
/// Everybody else who is registered there. All have all roles.
const CLERKS: [&str; 6] = ["adam", "bob", "boris", "carl", "eve", "otto"];

/// Registers the staff of a shop whose first operator is [`OPERATOR`], unless they are.
pub(crate) fn hire(wallets: &Wallets) {
    let by = |name| Actor::staff(name, "a shop needs staff");
    let [olga, otto] = [OPERATOR, "otto"].map(by);
    if wallets.staff_member("otto").unwrap().is_some() {
        return;
    }
    wallets.register_staff("otto", StaffRoles::OPERATOR, &olga).unwrap().unwrap();
    let twice = |order: &dyn Fn(&Actor) -> Result<Result<(), Refusal>>| {
        assert_eq!(status(order(&olga)), WalletStatus::SECOND_PERSON_MUST_AGREE);
        order(&otto).unwrap().unwrap();
    };
    for name in CLERKS.iter().filter(|name| **name != "otto") {
        twice(&|by| wallets.register_staff(name, StaffRoles::ALL, by));
    }
    for name in [OPERATOR, "otto"] {
        twice(&|by| wallets.grant_roles(name, StaffRoles::ALL, by));
    }
}

/// Whether a command is about members of staff.
pub(crate) fn is_about_staff(command: Command) -> bool {
    (Command::NAME_FIRST_OPERATOR..=Command::DEACTIVATE_STAFF).contains(&command)
}

/// The time as the trail writes it.
pub(crate) fn rfc3339(time: Timestamp) -> String {
    jiff::Timestamp::from_nanosecond(time.nanoseconds().into()).unwrap().to_string()
}

/// What a refusal says.
pub(crate) fn status<T: std::fmt::Debug>(judged: Result<Result<T, Refusal>>) -> WalletStatus {
    judged.unwrap().unwrap_err().status
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(policy())
    }

    pub(crate) fn with(policy: Policy) -> Self {
        Self::on(MemoryDisk::new(), WalletOptions::new(master(1), policy))
    }

    pub(crate) fn on(disk: MemoryDisk, options: WalletOptions) -> Self {
        let store = Store::open_on(Arc::new(disk.clone()), store_options()).unwrap();
        Self::of(store, disk, options)
    }

    /// In a folder, where others can be guests. The disk is of no use.
    pub(crate) fn at(path: &std::path::Path, options: WalletOptions) -> Self {
        Self::of(Store::open(path, store_options()).unwrap(), MemoryDisk::new(), options)
    }

    /// A shop in which the first operator alone is registered.
    pub(crate) fn with_first_operator() -> Self {
        let disk = MemoryDisk::new();
        let store = Store::open_on(Arc::new(disk.clone()), store_options()).unwrap();
        Self::without_staff(store, disk, WalletOptions::new(master(1), policy()))
    }

    fn of(store: Store, disk: MemoryDisk, options: WalletOptions) -> Self {
        let world = Self::without_staff(store, disk, options);
        hire(&world.wallets);
        world
    }

    fn without_staff(store: Store, disk: MemoryDisk, options: WalletOptions) -> Self {
        let ledger = Ledger::new(LEDGER, LedgerCode::new("USD").unwrap(), 2);
        store.create_ledgers(&[ledger]).unwrap();
        let bank = Account::new(id(BANK), LEDGER, 100, AccountFlags::EXTERNAL);
        store.create_accounts(&[bank]).unwrap();
        if store.snapshot().unwrap().timestamp() < Timestamp::from_seconds(DAY).unwrap() {
            store.advance(Timestamp::from_seconds(365 * DAY).unwrap()).unwrap();
        }
        let wallets = store.wallets(options.first_operator(OPERATOR)).unwrap();
        Self { store, wallets, disk }
    }

    /// Closes the store and opens it again, at the time that it was.
    pub(crate) fn reopen(self) -> Self {
        let now = self.now();
        let Self { store, wallets, disk } = self;
        drop((store, wallets));
        let world = Self::on(disk, WalletOptions::new(master(1), policy()));
        world.store.advance(now).unwrap();
        world
    }

    /// The time of the last event: what the clock shows, or a little before.
    pub(crate) fn now(&self) -> Timestamp {
        self.store.snapshot().unwrap().timestamp()
    }

    pub(crate) fn wait(&self, seconds: u64) {
        // A clock that nothing happens by is remembered nowhere: something happens.
        self.pay_in_nothing();
        let now = self.now();
        self.store.advance(now.plus_nanoseconds(seconds * Timestamp::SECOND)).unwrap();
    }

    fn pay_in_nothing(&self) {
        let put = Operation::put(Id::new(), 5, 4, 0);
        self.store.submit_with_data(&[put], b"clocktick").unwrap();
    }

    /// The letters that wait, all of them.
    pub(crate) fn letters(&self) -> Vec<Letter> {
        self.wallets.take_letters(100).unwrap()
    }

    /// Delivers the letters that wait.
    pub(crate) fn deliver(&self) {
        for letter in self.letters() {
            self.wallets.report_letter(letter.id, LetterFate::Delivered).unwrap().unwrap();
        }
    }

    /// Takes the letters that wait, reports them delivered, and gives the secret of the last one of
    /// this kind.
    pub(crate) fn secret(&self, kind: LetterKind) -> String {
        let letters = self.letters();
        for letter in &letters {
            self.wallets.report_letter(letter.id, LetterFate::Delivered).unwrap().unwrap();
        }
        let found = letters.iter().rev().find(|letter| letter.kind == kind);
        found.unwrap_or_else(|| panic!("no letter {kind} among {letters:?}")).secret.clone()
    }

    /// Registers up to the confirmed address.
    pub(crate) fn confirm(&self, number: u128, email: &str) {
        self.wallets.begin_registration(person(number), email, true).unwrap().unwrap();
        let token = self.secret(LetterKind::CONFIRM_ADDRESS);
        assert_eq!(self.wallets.confirm_address(&token).unwrap(), Ok(person(number)));
    }

    /// Registers all the way to an active wallet.
    pub(crate) fn register(&self, number: u128, email: &str) {
        self.confirm(number, email);
        let of = person(number);
        self.wallets.set_profile(of, &profile(number)).unwrap().unwrap();
        self.wallets.set_login_password(of, LOGIN, false).unwrap().unwrap();
        self.wallets.set_consent(of, "terms", "1", true).unwrap().unwrap();
        self.wallets.submit_registration(of, &new_wallet(number)).unwrap().unwrap();
    }

    /// Anna, with a wallet and a payment password.
    pub(crate) fn anna(&self) {
        self.register(1, EMAIL);
        self.wallets.create_payment_password(wallet(1), PAYMENT).unwrap().unwrap();
        self.deliver();
    }

    pub(crate) fn pay_in(&self, number: u128, units: u32) {
        let pay =
            Operation::transfer(Id::new(), id(BANK), account(number), LEDGER, Amount::from(units));
        assert_eq!(self.store.submit(&[pay]).unwrap()[0].status, Status::APPLIED);
    }

    pub(crate) fn account(&self, number: u128) -> Account {
        self.store.snapshot().unwrap().account(account(number)).unwrap().unwrap()
    }

    pub(crate) fn wallet(&self, number: u128) -> WalletView {
        self.wallets.wallet(wallet(number)).unwrap().unwrap()
    }

    /// What was done with a subject, oldest first; without what staff were refused, and without how
    /// they became staff.
    pub(crate) fn trail(&self, subject: Id) -> Vec<Command> {
        let entries = self.wallets.audit_trail(subject, None, 1_000).unwrap().into_iter();
        let done = entries.filter(|(_, entry)| !entry.detail.starts_with("refused: "));
        done.map(|(_, entry)| entry.command).filter(|one| !is_about_staff(*one)).collect()
    }

    /// All files of the store and what is in them.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        files_of(&self.disk)
    }

    /// Everything is read again, and nothing is wrong.
    pub(crate) fn verify(self) {
        assert_eq!(self.fault(), None);
    }

    /// What is wrong when everything is read again.
    pub(crate) fn fault(self) -> Option<String> {
        let Self { store, wallets, disk } = self;
        drop((store, wallets));
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("journal")).unwrap();
        for (name, bytes) in files_of(&disk) {
            std::fs::write(directory.path().join(name), bytes).unwrap();
        }
        verify(directory.path(), |_, _| ()).unwrap().fault
    }
}

pub(crate) fn files_of(disk: &MemoryDisk) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for folder in ["", "journal"] {
        for name in disk.list(folder).unwrap() {
            let name = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            let file = disk.open(&name, OpenMode::Existing).unwrap();
            let mut bytes = vec![0; file.len().unwrap() as usize];
            file.read_at(0, &mut bytes).unwrap();
            found.push((name, bytes));
        }
    }
    found
}

pub(crate) fn store_options() -> Options {
    Options::new().clock(ClockSource::Manual)
}

/// Whether these bytes of the file of keys say that a person's key was destroyed, and nothing else.
pub(crate) fn is_destroyed(bytes: &[u8], person: Id) -> bool {
    let nothing = bytes[1..8].iter().chain(&bytes[24..124]).all(|&byte| byte == 0);
    bytes[0] == 2 && bytes[8..24] == person.to_bytes() && nothing
}

/// Whether the bytes hold the text.
pub(crate) fn holds(bytes: &[u8], text: &[u8]) -> bool {
    memmem::find(bytes, text).is_some()
}
