//! Cases of a wallet with their evidence, found by its trail.

use super::Gathering;
use super::document::{CasePart, CorrectionPart, EvidencePart};
use super::text::{HashText, IdText, Name, TimeText};
use crate::model::Id;
use crate::store::{Error, Result};
use crate::wallets::commands::corrections::corrections_of;
use crate::wallets::rules::correction::Correction;
use crate::wallets::rules::rows::{Contents, CorrectionRow, EvidenceRow, RecoveryRow};
use crate::wallets::rules::secrets::Field;
use crate::wallets::rules::verification::VerificationRow;
use crate::wallets::rules::{AuditEntry, Command, VerificationReason};

impl Gathering<'_> {
    pub(super) fn verifications(&self, trail: &[AuditEntry]) -> Result<Vec<CasePart>> {
        let mut found = Vec::new();
        for case in opened_by(trail, Command::OPEN_VERIFICATION) {
            let Some(row) = self.reading.peek::<VerificationRow>(&case)? else { continue };
            let reason = VerificationReason::from_number(row.reason);
            found.push(CasePart {
                case: IdText::known(case),
                state: Name(row.state().name()),
                tier: Some(row.tier.into()),
                refused_for: (row.reason > 0).then(|| Name(reason.name())),
                until: TimeText::of(row.until),
                opened_at: TimeText::of(row.opened_at),
                changed_at: TimeText::of(row.changed_at),
                evidence: self.evidence(case, &row.evidence)?,
            });
        }
        Ok(found)
    }

    pub(super) fn recoveries(&self, trail: &[AuditEntry]) -> Result<Vec<CasePart>> {
        let mut found = Vec::new();
        for case in opened_by(trail, Command::OPEN_RECOVERY) {
            let Some(row) = self.reading.peek::<RecoveryRow>(&case)? else { continue };
            found.push(CasePart {
                case: IdText::known(case),
                state: Name(row.state().name()),
                tier: None,
                refused_for: None,
                until: None,
                opened_at: TimeText::of(row.opened_at),
                changed_at: TimeText::of(row.changed_at),
                evidence: self.evidence(case, &row.evidence)?,
            });
        }
        Ok(found)
    }

    pub(super) fn corrections(&self) -> Result<Vec<CorrectionPart>> {
        let mut found = Vec::new();
        for case in corrections_of(self.reading, self.person)? {
            let Some(row) = self.reading.peek::<CorrectionRow>(&case)? else { continue };
            let clear = self.key.open(case, Field::CORRECTION, &row.body)?;
            let unread = |why| Error::unread_contents::<Correction>(format!("case {case}"), why);
            let wanted = Correction::from_clear(&clear).map_err(unread)?;
            let text = |text: &String| (!text.is_empty()).then(|| text.clone());
            found.push(CorrectionPart {
                case: IdText::known(case),
                state: Name(row.state().name()),
                name: text(&wanted.name),
                citizenship: text(&wanted.citizenship),
                document_kind: wanted.document_kind.map(|kind| Name(kind.name())),
                document_country: text(&wanted.document_country),
                document_number: text(&wanted.document_number),
                postal_address: text(&wanted.postal_address),
                email: text(&wanted.email),
                phone: text(&wanted.phone),
                birth_date: text(&wanted.birth_date),
                opened_at: TimeText::of(row.opened_at),
                changed_at: TimeText::of(row.changed_at),
                evidence: self.evidence(case, &row.evidence)?,
            });
        }
        Ok(found)
    }

    fn evidence(&self, case: Id, pieces: &[EvidenceRow]) -> Result<Vec<EvidencePart>> {
        let pieces = pieces.iter().map(|piece| {
            let record = EvidenceRow::record(case, piece.kind(), &piece.hash);
            let reference = self.key.open_text(record, Field::EVIDENCE, &piece.reference)?;
            Ok(EvidencePart {
                kind: Name(piece.kind().name()),
                hash: HashText::of(&piece.hash),
                reference: reference.to_string(),
                expires_at: TimeText::of(piece.expires_at),
                added_at: TimeText::of(piece.added_at),
            })
        });
        pieces.collect()
    }
}

/// The cases that a command opened; not those that it could not.
fn opened_by(trail: &[AuditEntry], command: Command) -> Vec<Id> {
    let opened = trail.iter().filter(|entry| entry.command == command && !entry.is_refused());
    opened.map(|entry| entry.about).collect()
}
