//! The audit trail, read.

use super::Wallets;
use crate::model::Id;
use crate::store::Result;
use crate::wallet::AuditEntry;

impl Wallets {
    /// What was done with a person or a wallet, oldest first, up to `limit` entries; with each the id
    /// to go on behind.
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
}
