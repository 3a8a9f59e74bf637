//! The audit trail, read.

use super::Wallets;
use crate::model::Id;
use crate::store::Result;
use crate::wallets::rules::rows::{PersonRow, WalletRow};
use crate::wallets::rules::{Actor, AuditEntry, Command, Decision, Refusal, WriteSet};

impl Wallets {
    /// What was done with a person or a wallet, or with the keys of the store
    /// ([`AuditEntry::STORE`]), oldest first, up to `limit` entries. Each comes with its id: give
    /// the last one to read on after it.
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt), [`Error::Io`](crate::Error::Io).
    pub fn audit_trail(
        &self,
        subject: Id,
        after: Option<Id>,
        limit: usize,
    ) -> Result<Vec<(Id, AuditEntry)>> {
        let reading = self.read()?;
        let prefix = subject.to_bytes();
        let after = after.map(|entry| [prefix, entry.to_bytes()].concat());
        let entries = reading.scan::<AuditEntry>(&prefix, after.as_deref()).take(limit);
        entries.map(|row| row.map(|(key, entry)| (key.entry, entry))).collect()
    }

    /// Records in the trail that a member of staff was refused something, and passes the refusal
    /// on: attempts at what is not allowed must be visible. Staff whose name cannot be read leave
    /// no entry, and a reason that cannot be kept is left out.
    pub(super) fn attempted<A>(
        &self,
        (subject, command, about): (Id, Command, Id),
        actor: &Actor,
        judged: Result<A, Refusal>,
    ) -> Result<Result<A, Refusal>> {
        let Err(refusal) = &judged else { return Ok(judged) };
        // The first of two who order something did nothing that is not allowed: the command has
        // told of it.
        if refusal.status.awaits_second() {
            return Ok(judged);
        }
        let Some(actor) = &actor.named() else { return Ok(judged) };
        let status = refusal.status;
        let written = self.transact_for_anybody(subject, |reading| {
            let is_known = reading.peek::<PersonRow>(&subject)?.is_some()
                || reading.peek::<WalletRow>(&subject)?.is_some();
            // Of what does not exist there is no trail but the store's own.
            let (trail, about) = match is_known {
                true => (subject, about),
                false => (AuditEntry::STORE, if about.is_zero() { subject } else { about }),
            };
            let entry = AuditEntry::new(trail, command, actor, reading.now()).about(about);
            Ok(Decision::done(WriteSet::of(entry.refused(status)), ()))
        })?;
        Ok(written.and(judged))
    }

    /// The same of a command on keys.
    pub(super) fn attempted_on_keys<A>(
        &self,
        command: Command,
        actor: &Actor,
        refusal: Refusal,
    ) -> Result<Result<A, Refusal>> {
        self.attempted((AuditEntry::STORE, command, Id::ZERO), actor, Err(refusal))
    }

    /// Records in the store's own trail what is about to be done with its keys. They lie in another
    /// file than the trail, so the entry is written first: the trail also has what failed
    /// afterwards, and nothing is done that is not in it.
    pub(super) fn record_key_command(
        &self,
        command: Command,
        actor: &Actor,
    ) -> Result<Result<(), Refusal>> {
        if let Err(refusal) = self.admit_host(&mut self.read()?, command, actor)? {
            return self.attempted_on_keys(command, actor, refusal);
        }
        let recorded = self.transact(AuditEntry::STORE, |reading| {
            let entry = AuditEntry::new(AuditEntry::STORE, command, actor, reading.now());
            Ok(Decision::done(WriteSet::of(entry), ()))
        })?;
        self.attempted((AuditEntry::STORE, command, Id::ZERO), actor, recorded)
    }
}
