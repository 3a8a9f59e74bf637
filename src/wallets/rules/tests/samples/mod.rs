//! Samples of all that is stored: each version of each row, and of what is sealed in rows, as it
//! was written, and what it reads as today.
//!
//! `stored/` has a file for each, a line for each sample, in hexadecimal digits. What a version
//! wrote never changes: lines are added, by
//!
//! ```text
//! ESCROWDB_BLESS=1 cargo test --lib samples     adds those of a new version
//! ```

mod identity;
mod leaving;
mod money;
mod staff;

use crate::model::{Id, Timestamp};
use crate::wallets::rules::audit::AuditEntry;
use crate::wallets::rules::card_payment::{CardPaymentRow, CardRefundRow, ChargeRow, ReferenceRow};
use crate::wallets::rules::cards::{CardReference, CardsRow};
use crate::wallets::rules::chargeback::{ChargebackReferenceRow, ChargebackRow};
use crate::wallets::rules::contact::Profile;
use crate::wallets::rules::correction::Correction;
use crate::wallets::rules::inactivity::{InactivityRow, SweepRow};
use crate::wallets::rules::payment::{PaymentRow, SpendingRow};
use crate::wallets::rules::rows::{
    AccountRow, AddressRow, Agenda, AnswersRow, CodeRow, ContactChangeRow, Contents, ContentsKind,
    CorrectionRow, CredentialRow, DocumentRow, LetterBody, LetterRow, NoteRow, PepperRow,
    PersonRow, PolicyRow, RecoveryRow, RegistrationRow, RequesterRow, Row, ScanOfRow, ScanRow,
    Space, TokenRow, UpgradeRow, WalletRow, table_of,
};
use crate::wallets::rules::secrets::{BlindIndex, Sealed};
use crate::wallets::rules::staff::{OperatorsRow, StaffActRow, StaffRow};
use crate::wallets::rules::suspense::SuspenseRow;
use crate::wallets::rules::throttle::{Daily, Throttle};
use crate::wallets::rules::unclaimed::{UnclaimedOfRow, UnclaimedRow};
use crate::wallets::rules::verification::{OpenCaseRow, VerificationRow};
use crate::wallets::rules::waiver::WaiverRow;
use std::fs;
use std::path::PathBuf;

/// Something that is stored.
trait Sampled: Clone + PartialEq {
    /// As the present version writes it: every variant of what it holds, and every field with a
    /// value that nothing else stands for. New ones come last.
    fn samples() -> Vec<Self>;

    /// What a sample reads as that an older version wrote: without what that did not know.
    #[must_use]
    fn written_in(self, _version: u8) -> Self {
        self
    }
}

/// Goes over all spaces: a new one does not compile until it has a line here.
fn check_row(space: Space) {
    match space {
        Space::Person => check::<PersonRow>(space),
        Space::Registration => check::<RegistrationRow>(space),
        Space::Address => check::<AddressRow>(space),
        Space::Requester => check::<RequesterRow>(space),
        Space::Document => check::<DocumentRow>(space),
        Space::Wallet => check::<WalletRow>(space),
        Space::Account => check::<AccountRow>(space),
        Space::Credential => check::<CredentialRow>(space),
        Space::Answers => check::<AnswersRow>(space),
        Space::Code => check::<CodeRow>(space),
        Space::Token => check::<TokenRow>(space),
        Space::Letter => check::<LetterRow>(space),
        Space::Recovery => check::<RecoveryRow>(space),
        Space::Note => check::<NoteRow>(space),
        Space::Agenda => check::<Agenda>(space),
        Space::Verification => check::<VerificationRow>(space),
        Space::Scan => check::<ScanRow>(space),
        Space::ScanOf => check::<ScanOfRow>(space),
        Space::OpenCase => check::<OpenCaseRow>(space),
        Space::Spending => check::<SpendingRow>(space),
        Space::Payment => check::<PaymentRow>(space),
        Space::Cards => check::<CardsRow>(space),
        Space::CardPayment => check::<CardPaymentRow>(space),
        Space::CardRefund => check::<CardRefundRow>(space),
        Space::Charge => check::<ChargeRow>(space),
        Space::ChargeReference => check::<ReferenceRow>(space),
        Space::Suspense => check::<SuspenseRow>(space),
        Space::Chargeback => check::<ChargebackRow>(space),
        Space::ChargebackReference => check::<ChargebackReferenceRow>(space),
        Space::Unclaimed => check::<UnclaimedRow>(space),
        Space::UnclaimedOf => check::<UnclaimedOfRow>(space),
        Space::Waiver => check::<WaiverRow>(space),
        Space::Inactivity => check::<InactivityRow>(space),
        Space::Sweep => check::<SweepRow>(space),
        Space::Policy => check::<PolicyRow>(space),
        Space::Pepper => check::<PepperRow>(space),
        Space::Upgrade => check::<UpgradeRow>(space),
        Space::ContactChange => check::<ContactChangeRow>(space),
        Space::Correction => check::<CorrectionRow>(space),
        Space::Audit => check::<AuditEntry>(space),
        Space::Staff => check::<StaffRow>(space),
        Space::Operators => check::<OperatorsRow>(space),
        Space::StaffAct => check::<StaffActRow>(space),
    }
}

/// The same of what is sealed.
fn check_contents(kind: ContentsKind) {
    match kind {
        ContentsKind::Profile => check_sealed::<Profile>(kind),
        ContentsKind::Letter => check_sealed::<LetterBody>(kind),
        ContentsKind::Card => check_sealed::<CardReference>(kind),
        ContentsKind::Correction => check_sealed::<Correction>(kind),
    }
}

fn check<R: Row + Sampled>(space: Space) {
    assert_eq!(R::TABLE.space, space.name(), "another row lies there");
    let stored = Stored::of(table_of(space.name()), R::TABLE.version());
    let write = |row: &R| row.to_bytes().expect("a row");
    stored.check(|bytes| bytes[0], write, |bytes| R::from_bytes(bytes).map_err(|e| e.why));
}

fn check_sealed<C: Contents + Sampled>(kind: ContentsKind) {
    assert_eq!(C::KIND, kind);
    let stored = Stored::of(&format!("sealed_{}", kind.name()), C::VERSIONS.current());
    let version_of = |bytes: &[u8]| if bytes[0] == 0 { bytes[1] } else { 1 };
    stored.check(version_of, |one: &C| one.to_clear().expect("contents").to_vec(), C::from_clear);
}

/// What is stored of one type.
struct Stored {
    name: String,
    current: u8,
    lines: Vec<Vec<u8>>,
}

impl Stored {
    fn of(name: &str, current: u8) -> Self {
        let text = fs::read_to_string(path(name)).unwrap_or_default();
        let lines = text.lines().map(unhex).collect();
        Self { name: name.into(), current, lines }
    }

    /// All versions are read, and the present one is written as ever.
    fn check<S: Sampled, E: PartialEq + std::fmt::Debug>(
        mut self,
        version_of: impl Fn(&[u8]) -> u8,
        write: impl Fn(&S) -> Vec<u8>,
        read: impl Fn(&[u8]) -> Result<S, E>,
    ) {
        let (samples, current) = (S::samples(), self.current);
        let written: Vec<_> = samples.iter().map(write).collect();
        let is_there = self.lines.iter().any(|line| version_of(line) == current);
        if !is_there && std::env::var_os("ESCROWDB_BLESS").is_some() {
            self.lines.extend(written.iter().cloned());
            let text: String = self.lines.iter().map(|line| hex(line) + "\n").collect();
            fs::write(path(&self.name), text).expect("samples");
        }
        let name = &self.name;
        for version in 1..=current {
            let lines: Vec<_> =
                self.lines.iter().filter(|line| version_of(line) == version).collect();
            assert!(
                !lines.is_empty(),
                "{name} has no sample of version {version}: see the top of this module"
            );
            if version == current {
                assert!(
                    lines.iter().copied().eq(&written),
                    "{name} is written in another way than version {version} was: give it a new \
                     version, as rows.md says"
                );
            }
            assert!(lines.len() <= samples.len(), "{name}: version {version} has more samples");
            for (line, sample) in lines.into_iter().zip(&samples) {
                // It does not print itself.
                let is_read =
                    read(line).is_ok_and(|found| found == sample.clone().written_in(version));
                assert!(is_read, "{name}: version {version} is read otherwise: {}", hex(line));
            }
        }
        let later = self.lines.iter().map(|line| version_of(line)).find(|&one| one > current);
        assert_eq!(later, None, "{name} has a sample of a version that nothing writes");
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/wallets/rules/tests/samples/stored")
}

fn path(name: &str) -> PathBuf {
    folder().join(name).with_extension("hex")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(line: &str) -> Vec<u8> {
    assert!(!line.is_empty() && line.len().is_multiple_of(2), "{line}");
    let pairs = line.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).expect("digits"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hexadecimal digits")).collect()
}

#[test]
fn every_row_of_every_version_is_read() {
    Space::ALL.iter().copied().for_each(check_row);
}

#[test]
fn everything_sealed_of_every_version_is_read() {
    ContentsKind::ALL.iter().copied().for_each(check_contents);
}

#[test]
fn there_are_samples_of_nothing_else() {
    let rows = Space::ALL.iter().map(|space| table_of(space.name()).to_owned());
    let sealed = ContentsKind::ALL.iter().map(|kind| format!("sealed_{}", kind.name()));
    let mut known: Vec<_> = rows.chain(sealed).map(|name| path(&name)).collect();
    let entries = fs::read_dir(folder()).expect("samples");
    let mut found: Vec<_> = entries.map(|entry| entry.expect("a sample").path()).collect();
    known.sort();
    found.sort();
    assert_eq!(found, known);
}

/// The page of rows names each table.
#[test]
fn every_table_is_on_the_page() {
    let page = include_str!("../../rows.md");
    for space in Space::ALL {
        let line = format!("| `{}` |", table_of(space.name()));
        assert_eq!(page.matches(&line).count(), 1, "{line}");
    }
}

/// All variants of an enum, none of which can be forgotten.
macro_rules! variants {
    ($Enum:ident: $($Variant:ident),+) => {{
        let _: fn(&$Enum) = |one| match one {
            $($Enum::$Variant => (),)+
        };
        [$($Enum::$Variant),+]
    }};
}
use variants;

fn id(number: u128) -> Id {
    Id::from_u128(number << 64 | 0xabcd)
}

fn at(seconds: u32) -> Timestamp {
    Timestamp::from_nanoseconds(1_700_000_000_000_000_007).plus_seconds(seconds)
}

/// In the form that is stored.
fn from_stored<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> T {
    postcard::from_bytes(bytes).expect("a value")
}

fn sealed(byte: u8) -> Sealed {
    from_stored(&[4, byte, 0, 255, 128])
}

fn index(byte: u8) -> BlindIndex {
    let mut bytes = [byte; 37];
    bytes[..5].copy_from_slice(&[0, 0, 1, 3, 2]);
    BlindIndex::from_bytes(&bytes).expect("an index")
}

fn daily(count: u32) -> Daily {
    Daily { began_at: at(1), count, last_at: at(count) }
}

fn throttle(failures: u32) -> Throttle {
    let is_hard_locked = failures > 9;
    Throttle { failures, locked_until: at(failures), is_hard_locked }
}
