//! How words of the command line are read that wallets know.

use crate::cli::input::parse_id;
use escrowdb::wallet::policy::EvidenceKind;
use escrowdb::wallet::{AuditEntry, Channel, LetterId, VerificationReason};
use escrowdb::{AtDeadline, Id};

/// The hash of a scan.
#[derive(Clone, Copy)]
pub(crate) struct Hash(pub(crate) [u8; 32]);

pub(crate) fn parse_fault(text: &str) -> Result<VerificationReason, String> {
    let all = (1..=u8::MAX).map(VerificationReason::from_number);
    let found = all.take_while(|fault| fault.is_known()).find(|fault| fault.name() == text);
    found.ok_or_else(|| "no fault that a case can be refused for".to_owned())
}

pub(crate) fn parse_at_deadline(text: &str) -> Result<AtDeadline, String> {
    let known = [AtDeadline::REFUND, AtDeadline::RELEASE];
    let found = known.into_iter().find(|what| what.name() == text);
    found.ok_or_else(|| "at a deadline there is refund or release".to_owned())
}

pub(crate) fn parse_subject(text: &str) -> Result<Id, String> {
    if text == "store" { Ok(AuditEntry::STORE) } else { parse_id(text) }
}

pub(crate) fn parse_switch(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("a legal hold is on or off".to_owned()),
    }
}

pub(crate) fn parse_kind(text: &str) -> Result<EvidenceKind, String> {
    EvidenceKind::from_name(text).ok_or_else(|| "no kind of evidence".to_owned())
}

pub(crate) fn parse_hash(text: &str) -> Result<Hash, String> {
    hexadecimal(text.as_bytes()).map(Hash).ok_or_else(|| "a hash is 64 hexadecimal digits".into())
}

/// The bytes that 64 hexadecimal digits write.
pub(crate) fn hexadecimal(digits: &[u8]) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let length = base16ct::mixed::decode(digits, &mut bytes).ok()?.len();
    (length == bytes.len()).then_some(bytes)
}

pub(crate) fn parse_letter(text: &str) -> Result<LetterId, String> {
    let (person, letter) = text.split_once(':').ok_or("a letter is written PERSON:LETTER")?;
    Ok(LetterId { person: parse_id(person)?, letter: parse_id(letter)? })
}

pub(crate) fn parse_channel(text: &str) -> Result<Channel, String> {
    let found = [Channel::EMAIL, Channel::PHONE].into_iter().find(|one| one.name() == text);
    found.ok_or_else(|| "what is changed is email or phone".to_owned())
}
