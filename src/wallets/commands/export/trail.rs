//! What was done with a person and her wallets.

use super::Gathering;
use super::document::TrailPart;
use super::text::{IdText, Name, TimeText};
use crate::model::Id;
use crate::store::Result;
use crate::wallets::rules::rows::RowKey;
use crate::wallets::rules::{Actor, AuditEntry};

impl Gathering<'_> {
    pub(super) fn trail(&self) -> Result<Vec<TrailPart>> {
        let mut found = Vec::new();
        for subject in std::iter::once(self.person).chain(self.row.wallets.iter().copied()) {
            found.extend(self.trail_of(subject)?.into_iter().map(part));
        }
        Ok(found)
    }

    pub(super) fn trail_of(&self, subject: Id) -> Result<Vec<AuditEntry>> {
        let entries = self.reading.scan::<AuditEntry>(&subject.bytes(), None);
        entries.map(|entry| Ok(entry?.1)).collect()
    }
}

fn part(entry: AuditEntry) -> TrailPart {
    let (by, reason) = match entry.actor {
        Actor::Customer => ("customer", None),
        Actor::System => ("system", None),
        Actor::Staff { reason, .. } => ("staff", Some(reason)),
    };
    TrailPart {
        of: IdText::known(entry.subject),
        at: TimeText::of(entry.at),
        command: Name(entry.command.name()),
        by: Name(by),
        reason,
        about: IdText::of(entry.about),
        detail: entry.detail,
    }
}
