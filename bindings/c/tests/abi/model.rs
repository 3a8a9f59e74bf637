//! What the header takes from the library's own source: records, and constants with their comments.
//!
//! The numbers are those of the compiled library; its source gives the comments. So nothing is said
//! twice.

use crate::header::here;
use escrow::order::{
    Action, ClaimReason, LineKind, OrderStatus, Party, Remedy, Silence, Stage, TenderKind,
};
use escrow::wallet::policy::EvidenceKind;
use escrow::wallet::{
    CardAuthentication, CardPaymentState, CardState, Channel, ChargebackState, Command,
    ContactChangeState, CorrectionState, LetterKind, LetterState, RecoveryState, StaffState,
    SuspenseReason, UnclaimedReason, VerificationReason, VerificationState, WalletStatus,
};
use escrow::{
    AccountFlags, AtDeadline, Kind, OperationFlags, OrderState, Phase, Status, StepKind, limits,
};
use std::fmt::Write;
use std::fs;

/// What the types of records are called in C.
pub(crate) const C_TYPES: &[(&str, &str)] = &[
    ("Id", "escrow_u128"),
    ("Amount", "escrow_u128"),
    ("Timestamp", "uint64_t"),
    ("Status", "uint32_t"),
    ("AccountFlags", "uint32_t"),
    ("OperationFlags", "uint32_t"),
    ("Kind", "uint16_t"),
    ("Phase", "uint16_t"),
    ("AtDeadline", "uint16_t"),
    ("Ledger", "escrow_ledger"),
    ("Account", "escrow_account"),
    ("Balances", "escrow_balances"),
    ("Operation", "escrow_operation"),
    ("Outcome", "escrow_outcome"),
    ("Hold", "escrow_hold"),
];

/// What comments of the library refer to, in C.
const C_NAMES: &[(&str, &str)] = &[
    ("AccountFlags", "ESCROW_ACCOUNT_*"),
    ("OperationFlags", "ESCROW_OPERATION_*"),
    ("Kind", "ESCROW_KIND_*"),
    ("Status::APPLIED", "ESCROW_OUTCOME_APPLIED"),
];

fn source(name: &str) -> String {
    fs::read_to_string(here().join(format!("../../src/{name}.rs"))).unwrap()
}

/// The source of a record, without what is about Rust.
pub(crate) fn source_for_c(name: &str) -> String {
    let text = source(&format!("model/{name}"))
        .replace("code: LedgerCode", "code: [std::ffi::c_char; 16]");
    let structs = text.split("\nimpl ").next().unwrap_or_default();
    let structs = structs.replace("pub struct LedgerCode", "struct LedgerCode");
    without_examples(&in_c(&structs))
}

/// Turns references to Rust names into C ones. One that is not known fails the test.
fn in_c(text: &str) -> String {
    let mut text = text.to_owned();
    for (rust, c) in C_NAMES {
        text = text.replace(&format!("[`{rust}`]"), &format!("`{c}`"));
    }
    text
}

/// Cuts examples in Rust, and the sentence that announces each.
fn without_examples(text: &str) -> String {
    let mut parts = text.split("/// ```");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    while let (Some(_example), Some(rest)) = (parts.next(), parts.next()) {
        if let Some(end) = kept.trim_end_matches(['/', '\n', ' ']).rfind(". ") {
            kept.truncate(end + 1);
        }
        kept += rest;
    }
    kept
}

/// The comments of the lines `NAME = …` and `pub const NAME: …` of a file, behind `start`.
fn comments(text: &str, start: &str) -> Vec<(String, String)> {
    let behind = text.split_once(start).map_or("", |(_, rest)| rest);
    let (mut found, mut comment) = (Vec::new(), String::new());
    for line in behind.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            writeln!(comment, " *{text}").unwrap();
            continue;
        }
        let line = line.strip_prefix("pub const ").unwrap_or(line);
        let name: String = line
            .chars()
            .take_while(|c| c.is_ascii_uppercase() || "_0123456789".contains(*c))
            .collect();
        if !name.is_empty() {
            found.push((name, comment.clone()));
        }
        comment.clear();
    }
    found
}

/// Constants with the comments that the source has for them.
fn constants<'n>(
    (file, start): (&str, &str),
    prefix: &str,
    values: impl IntoIterator<Item = (&'n str, u64)>,
) -> String {
    let comments = comments(&source(file), start);
    let mut text = String::new();
    for (name, value) in values {
        let name = name.to_uppercase();
        let found = comments.iter().find(|(found, _)| *found == name);
        let (_, comment) = found.unwrap_or_else(|| panic!("{file}.rs has no {name}"));
        let comment = in_c(comment);
        write!(text, "/**\n{comment} */\n#define ESCROW_{prefix}{name} {value}\n").unwrap();
    }
    text
}

pub(crate) fn outcomes() -> String {
    let values = Status::ALL.iter().map(|status| (status.name(), status.number().into()));
    constants(("model/status", "Status(u32) {"), "OUTCOME_", values)
}

pub(crate) fn kinds() -> String {
    let values = Kind::ALL.iter().map(|kind| (kind.name(), kind.number().into()));
    constants(("model/kind", "Kind(u16) {"), "KIND_", values)
}

pub(crate) fn phases() -> String {
    let values = Phase::ALL.iter().map(|phase| (phase.name(), phase.number().into()));
    constants(("model/hold", "Phase(u16) {"), "PHASE_", values)
}

pub(crate) fn at_deadlines() -> String {
    let values = AtDeadline::ALL.iter().map(|way| (way.name(), way.number().into()));
    constants(("model/hold", "AtDeadline(u16) {"), "AT_DEADLINE_", values)
}

/// The values of a list of the library as constants, named from where they stand in its source.
macro_rules! listed {
    ($(fn $function:ident: $type:ident($integer:literal) of $file:literal as $prefix:literal;)*) => {
        $(pub(crate) fn $function() -> String {
            let values = $type::ALL.iter().map(|one| (one.name(), one.number().into()));
            let start = concat!(stringify!($type), "(", $integer, ") {");
            constants(($file, start), $prefix, values)
        })*
    };
}

listed! {
    fn order_outcomes: OrderStatus("u32") of "orders/rules/status" as "ORDER_";
    fn wallet_outcomes: WalletStatus("u32") of "wallets/rules/status" as "WALLET_";
    fn letter_kinds: LetterKind("u16") of "wallets/rules/rows/letter" as "LETTER_KIND_";
    fn letter_states: LetterState("u8") of "wallets/rules/rows/letter" as "LETTER_STATE_";
    fn channels: Channel("u8") of "wallets/rules/rows/letter" as "CHANNEL_";
    fn contact_change_states: ContactChangeState("u8") of "wallets/rules/rows/contact_change" as "CONTACT_CHANGE_STATE_";
    fn correction_states: CorrectionState("u8") of "wallets/rules/rows/correction" as "CORRECTION_STATE_";
    fn audit_commands: Command("u16") of "wallets/rules/audit" as "AUDIT_";
    fn card_states: CardState("u8") of "wallets/rules/cards" as "CARD_STATE_";
    fn card_payment_states: CardPaymentState("u8") of "wallets/rules/card_payment" as "CARD_PAYMENT_STATE_";
    fn card_authentications: CardAuthentication("u8") of "wallets/rules/card_authentication" as "CARD_AUTHENTICATION_";
    fn suspense_reasons: SuspenseReason("u8") of "wallets/rules/suspense" as "SUSPENSE_REASON_";
    fn chargeback_states: ChargebackState("u8") of "wallets/rules/chargeback" as "CHARGEBACK_STATE_";
    fn unclaimed_reasons: UnclaimedReason("u8") of "wallets/rules/unclaimed" as "UNCLAIMED_REASON_";
    fn staff_states: StaffState("u8") of "wallets/rules/staff" as "STAFF_STATE_";
    fn recovery_states: RecoveryState("u8") of "wallets/rules/rows/recovery" as "RECOVERY_STATE_";
    fn verification_states: VerificationState("u8") of "wallets/rules/verification" as "VERIFICATION_STATE_";
    fn verification_reasons: VerificationReason("u8") of "wallets/rules/verification" as "VERIFICATION_REASON_";
    fn evidence_kinds: EvidenceKind("u16") of "wallets/rules/policy/evidence" as "EVIDENCE_KIND_";
}

/// The values of an enumeration of the library as constants, each of which is a variant there.
macro_rules! variants {
    ($(fn $function:ident: $type:ident of $file:literal as $prefix:literal;)*) => {
        $(pub(crate) fn $function() -> String {
            let values = $type::ALL.iter().map(|one| (one.name(), u64::from(one.number())));
            variants(($file, stringify!($type)), $prefix, &values.collect::<Vec<_>>())
        })*
    };
}

variants! {
    fn tender_kinds: TenderKind of "orders/rules/terms" as "TENDER_";
    fn claim_reasons: ClaimReason of "orders/rules/case" as "CLAIM_REASON_";
    fn lines: LineKind of "orders/rules/lines" as "LINE_";
    fn remedies: Remedy of "orders/rules/case" as "REMEDY_";
    fn stages: Stage of "orders/rules/stages" as "STAGE_";
    fn parties: Party of "orders/rules/stages" as "PARTY_";
    fn actions: Action of "orders/rules/stages" as "ACTION_";
    fn silences: Silence of "orders/rules/stages" as "SILENCE_";
    fn order_states: OrderState of "orders/commands/views" as "ORDER_STATE_";
}

pub(crate) fn step_kinds() -> String {
    let name = |kind: &StepKind| match kind {
        StepKind::Acted(_) => "acted",
        kind => kind.name(),
    };
    let values = StepKind::ALL.iter().map(|kind| (name(kind), u64::from(kind.number())));
    variants(("orders/commands/steps", "StepKind"), "STEP_", &values.collect::<Vec<_>>())
}

/// Constants for the variants of an enumeration, with the comments that the source has for them. One
/// that has no number yet fails the test.
fn variants((file, name): (&str, &str), prefix: &str, values: &[(&str, u64)]) -> String {
    let text = source(file);
    let (_, body) = text.split_once(&format!("pub enum {name} {{\n")).expect("an enumeration");
    let body = body.split("\n}").next().unwrap_or_default();
    let (mut count, mut comment, mut constants) = (0, String::new(), String::new());
    for line in body.lines() {
        if let Some(text) = line.strip_prefix("    ///") {
            writeln!(comment, " *{text}").unwrap();
            continue;
        }
        let Some(variant) = line.strip_prefix("    ").filter(|rest| !rest.starts_with([' ', '}']))
        else {
            continue;
        };
        let variant = variant.split([',', '(', ' ']).next().unwrap_or_default();
        let found = values.iter().find(|(name, _)| camel(name) == variant);
        let (name, value) = found.unwrap_or_else(|| panic!("{file}.rs: {variant} has no number"));
        let (name, comment) = (name.to_uppercase(), std::mem::take(&mut comment));
        write!(constants, "/**\n{comment} */\n#define ESCROW_{prefix}{name} {value}\n").unwrap();
        count += 1;
    }
    assert_eq!(count, values.len(), "{file}.rs: {name}");
    constants
}

/// `window_ended` as a variant, `WindowEnded`.
fn camel(name: &str) -> String {
    let word = |word: &str| word[..1].to_uppercase() + &word[1..];
    name.split('_').map(word).collect()
}

pub(crate) fn account_flags() -> String {
    let bits = flags(AccountFlags::ALL.bits());
    let names = bits.map(|bit| (name_of(AccountFlags::from_bits(bit).names()), bit.into()));
    constants(("model/account", "impl AccountFlags {"), "ACCOUNT_", names)
}

pub(crate) fn operation_flags() -> String {
    let bits = flags(OperationFlags::ALL.bits());
    let names = bits.map(|bit| (name_of(OperationFlags::from_bits(bit).names()), bit.into()));
    constants(("model/kind", "impl OperationFlags {"), "OPERATION_", names)
}

fn flags(all: u32) -> impl Iterator<Item = u32> {
    (0..u32::BITS).map(|shift| 1 << shift).filter(move |bit| all & bit != 0)
}

fn name_of(mut names: impl Iterator<Item = &'static str>) -> &'static str {
    names.next().expect("every flag has a name")
}

pub(crate) fn limits() -> String {
    let values = [
        ("batch_operations_max", limits::BATCH_OPERATIONS_MAX),
        ("batch_data_bytes_max", limits::BATCH_DATA_BYTES_MAX),
        ("document_key_bytes_max", limits::DOCUMENT_KEY_BYTES_MAX),
        ("document_space_bytes_max", limits::DOCUMENT_SPACE_BYTES_MAX),
        ("document_value_bytes_max", limits::DOCUMENT_VALUE_BYTES_MAX),
        ("ledger_scale_max", limits::LEDGER_SCALE_MAX.into()),
        ("ledger_code_bytes_max", limits::LEDGER_CODE_BYTES_MAX),
        ("ledgers_max", limits::LEDGERS_MAX),
        ("consumer_name_bytes_max", limits::CONSUMER_NAME_BYTES_MAX),
        ("consumers_max", limits::CONSUMERS_MAX),
        ("rate_ppm_max", limits::RATE_PPM_MAX as usize),
    ];
    constants(("model/limits", "//!"), "", values.map(|(name, value)| (name, value as u64)))
}
