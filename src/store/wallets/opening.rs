//! What the store remembers of how its wallets were opened.

use super::Wallets;
use crate::model::Timestamp;
use crate::store::{Error, Result};
use crate::wallet::audit::from_to;
use crate::wallet::policy::PolicyHash;
use crate::wallet::rows::{PolicyRow, TheOne};
use crate::wallet::{Actor, AuditEntry, Changes, Command, Decision};

impl Wallets {
    /// Remembers the policy, by its hash, with an entry of the store's own trail if another one was
    /// remembered. With `is_kept` another one, or none, is an error instead, and nothing is written.
    pub(super) fn remember_policy(&self, is_kept: bool, actor: &Actor) -> Result<()> {
        let unreadable =
            |error: crate::wallet::PolicyError| Error::InvalidArgument(error.to_string());
        let hash = self.policy().hash().map_err(unreadable)?;
        let remembered = self.transact(AuditEntry::STORE, |reading| {
            let now = reading.now();
            let former = reading.get::<PolicyRow>(&TheOne)?.map(|row| row.hash);
            if former == Some(hash) {
                return Ok(Decision::done(Changes::default(), ()));
            }
            if is_kept {
                return Err(Error::WrongPolicy { remembered: former, given: hash });
            }
            let mut changes = Changes::default();
            // That a store begins with a policy is no change, unless somebody says that it is theirs.
            if former.is_some() || *actor != Actor::System {
                let was = former.map_or("none".to_owned(), |former| former.to_string());
                let entry = AuditEntry::new(AuditEntry::STORE, Command::CHANGE_POLICY, actor, now);
                changes.audit.push(entry.detail(from_to("policy", was, hash)));
            }
            changes.put(&TheOne, &PolicyRow { hash, since: now });
            Ok(Decision::done(changes, ()))
        })?;
        remembered.map_err(|refusal| Error::Corrupt(refusal.to_string()))
    }

    /// Since when the wallets of the store are opened under the policy that they are open under now,
    /// and its hash, which is what the store remembers of it.
    ///
    /// # Errors
    /// As [`Wallets::take_letters`].
    pub fn policy_in_force(&self) -> Result<(PolicyHash, Timestamp)> {
        let row = self.read()?.peek::<PolicyRow>(&TheOne)?;
        // It was written when they were opened.
        let row = row.ok_or_else(|| Error::Corrupt("the row of the policy is lost".into()))?;
        Ok((row.hash, row.since))
    }
}
