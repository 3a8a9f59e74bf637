//! Correcting what is known of a person: staff open a case, evidence is added, and another member
//! of staff approves it. So a name that changed with a marriage, a new passport, a mailbox and a
//! telephone that were lost each have a way.
//!
//! ```text
//! opened ──evidence──▶ submitted ──approve──▶ approved
//!    └──────refuse─────────┴───────refuse───▶ refused
//! ```
//!
//! A postal address alone is one person's decision. A new e-mail address or telephone number counts
//! only once it is confirmed there.

use super::WalletStatus;
use super::audit::{Actor, is_same_person};
use super::contact::{DocumentKind, Profile};
use super::contact_change::Contact;
use super::policy::Recovery;
use super::refusal::{Refusal, refuse_if};
use super::rows::{
    Channel, Contents, ContentsKind, CorrectionRow, CorrectionState, EvidenceRow, Step, Versions,
};
use super::secrets::Sealed;
use crate::model::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What is to be changed of a person; what is empty stays. Sealed before it is stored, and does not
/// print itself.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Correction {
    /// The full name.
    pub name: String,
    /// The country of which the customer is a citizen: two letters A to Z.
    pub citizenship: String,
    /// What the customer is identified by, if the document changes: with country and number.
    #[zeroize(skip)]
    pub document_kind: Option<DocumentKind>,
    /// The country that issued it.
    pub document_country: String,
    /// Its number.
    pub document_number: String,
    /// The postal address.
    pub postal_address: String,
    /// A new e-mail address, which is to be confirmed.
    pub email: String,
    /// A new telephone number, which is to be confirmed.
    pub phone: String,
    /// The birth date, as in `1990-02-28`.
    pub birth_date: String,
}

impl fmt::Debug for Correction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Correction(..)")
    }
}

/// What follows on a byte 1, so that it never begins with a 0.
impl Contents for Correction {
    const KIND: ContentsKind = ContentsKind::Correction;
    const VERSIONS: Versions = Versions::after(&[Step::Appended(&[0])]);

    fn encode(&self) -> Option<Vec<u8>> {
        postcard::to_allocvec(&(1_u8, self)).ok()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let ((_, correction), _) = postcard::take_from_bytes::<(u8, Self)>(bytes).ok()?;
        Some(correction)
    }
}

/// What a correction can change: the names of the bits, lowest first.
const FIELDS: [&str; 7] =
    ["name", "citizenship", "document", "postal_address", "email", "phone", "birth_date"];
/// The bit of the postal address.
const POSTAL_ADDRESS: u16 = 1 << 3;

impl Correction {
    fn has_document(&self) -> bool {
        let texts = [&self.document_country, &self.document_number];
        self.document_kind.is_some() || texts.iter().any(|text| !text.is_empty())
    }

    /// What it changes, a bit each.
    pub(crate) fn fields(&self) -> u16 {
        let changes = [
            !self.name.is_empty(),
            !self.citizenship.is_empty(),
            self.has_document(),
            !self.postal_address.is_empty(),
            !self.email.is_empty(),
            !self.phone.is_empty(),
            !self.birth_date.is_empty(),
        ];
        let bits = changes.iter().enumerate().filter(|(_, changes)| **changes);
        bits.fold(0, |all, (place, _)| all | 1_u16.checked_shl(place as u32).unwrap_or(0))
    }

    /// Refuses one that changes nothing, or half a document.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        refuse_if(self.fields() == 0, WalletStatus::CORRECTION_MUST_CHANGE_SOMETHING)?;
        let texts = [&self.document_country, &self.document_number];
        let whole = self.document_kind.is_some() && texts.iter().all(|text| !text.is_empty());
        refuse_if(self.has_document() && !whole, WalletStatus::TEXT_MUST_BE_VALID)?;
        for (channel, text) in [(Channel::EMAIL, &self.email), (Channel::PHONE, &self.phone)] {
            if !text.is_empty() {
                Contact::new(channel, text)?;
            }
        }
        Ok(())
    }

    /// The profile with what it changes there.
    pub(crate) fn applied(&self, mut profile: Profile) -> Profile {
        let texts = [
            (&self.name, &mut profile.name),
            (&self.citizenship, &mut profile.citizenship),
            (&self.document_country, &mut profile.document_country),
            (&self.document_number, &mut profile.document_number),
            (&self.postal_address, &mut profile.postal_address),
            (&self.birth_date, &mut profile.birth_date),
        ];
        for (new, text) in texts {
            if !new.is_empty() {
                new.clone_into(text);
            }
        }
        profile.document_kind = self.document_kind.unwrap_or(profile.document_kind);
        profile
    }
}

/// A correction as staff see it in a list: which fields it changes, not to what.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct CorrectionCase {
    /// The case.
    pub case: Id,
    /// Whose.
    pub person: Id,
    /// Where it is.
    pub state: CorrectionState,
    /// What it changes, such as `name, document`.
    pub fields: String,
    /// The member of staff who opened it.
    pub opened_by: String,
    /// The member of staff who decided it; empty before.
    pub reviewer: String,
    /// How many pieces of evidence it has.
    pub evidence: usize,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
}

impl CorrectionRow {
    pub(crate) fn state(&self) -> CorrectionState {
        CorrectionState::from_number(self.state)
    }

    /// What it changes, in words.
    pub(crate) fn words(&self) -> String {
        let changed = FIELDS.iter().enumerate().filter(|(place, _)| {
            let bit = 1_u16.checked_shl(*place as u32).unwrap_or(0);
            self.fields & bit != 0
        });
        changed.map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
    }

    /// As staff see it.
    pub(crate) fn case(self, case: Id) -> CorrectionCase {
        CorrectionCase {
            case,
            person: self.person,
            state: self.state(),
            fields: self.words(),
            evidence: self.evidence.len(),
            opened_by: self.opened_by,
            reviewer: self.reviewer,
            opened_at: self.opened_at,
            changed_at: self.changed_at,
        }
    }

    /// Whether staff still have to do something.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state(), CorrectionState::OPENED | CorrectionState::SUBMITTED)
    }

    /// Whether it takes another member of staff than who opened it.
    fn takes_two(&self) -> bool {
        self.fields != POSTAL_ADDRESS
    }

    fn at(mut self, state: CorrectionState, now: Timestamp) -> Self {
        (self.state, self.changed_at) = (state.number(), now);
        self
    }
}

/// A new case.
pub(crate) fn open(
    person: Id,
    (fields, body): (u16, Sealed),
    actor: &Actor,
    now: Timestamp,
) -> CorrectionRow {
    CorrectionRow {
        person,
        state: CorrectionState::OPENED.number(),
        opened_by: actor.staff_name().unwrap_or_default().to_owned(),
        reviewer: String::new(),
        fields,
        body,
        evidence: Vec::new(),
        opened_at: now,
        changed_at: now,
    }
}

/// The case with one more piece of evidence.
pub(crate) fn add_evidence(
    mut row: CorrectionRow,
    piece: EvidenceRow,
    now: Timestamp,
    policy: &Recovery,
) -> Result<CorrectionRow, Refusal> {
    refuse_if(!row.is_open(), WalletStatus::CASE_MUST_BE_AT_THIS_STEP)?;
    refuse_if(row.evidence.len() >= policy.evidence_max as usize, WalletStatus::TOO_MANY)?;
    refuse_if(!piece.kind().is_known(), WalletStatus::EVIDENCE_KIND_MUST_BE_KNOWN)?;
    refuse_if(is_over(&piece, now), WalletStatus::EVIDENCE_HAS_EXPIRED)?;
    row.evidence.push(piece);
    Ok(row.at(CorrectionState::SUBMITTED, now))
}

/// The case, approved: by another one than who opened it, unless it is a postal address alone whose
/// scans nobody else has shown.
pub(crate) fn approve(
    mut row: CorrectionRow,
    has_same_scans: bool,
    actor: &Actor,
    now: Timestamp,
) -> Result<CorrectionRow, Refusal> {
    refuse_if(!row.is_open(), WalletStatus::CASE_MUST_BE_AT_THIS_STEP)?;
    refuse_if(row.evidence.is_empty(), WalletStatus::EVIDENCE_MUST_BE_GIVEN)?;
    let name = actor.staff_name().unwrap_or_default();
    let needs_another = row.takes_two() || has_same_scans;
    let is_same = needs_another && is_same_person(name, &row.opened_by);
    refuse_if(is_same, WalletStatus::REVIEWER_MUST_BE_ANOTHER)?;
    let expired = row.evidence.iter().any(|piece| is_over(piece, now));
    refuse_if(expired, WalletStatus::EVIDENCE_HAS_EXPIRED)?;
    name.clone_into(&mut row.reviewer);
    Ok(row.at(CorrectionState::APPROVED, now))
}

/// The case, refused by anybody of the staff.
pub(crate) fn refuse(
    mut row: CorrectionRow,
    actor: &Actor,
    now: Timestamp,
) -> Result<CorrectionRow, Refusal> {
    refuse_if(!row.is_open(), WalletStatus::CASE_MUST_BE_AT_THIS_STEP)?;
    actor.staff_name().unwrap_or_default().clone_into(&mut row.reviewer);
    Ok(row.at(CorrectionState::REFUSED, now))
}

fn is_over(piece: &EvidenceRow, now: Timestamp) -> bool {
    !piece.expires_at.is_none() && piece.expires_at <= now
}
