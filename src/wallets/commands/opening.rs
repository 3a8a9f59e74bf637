//! What the store remembers of how its wallets were opened.

use super::Wallets;
use super::hashing::Hashing;
use super::transaction::ReadTransaction;
use crate::store::{Error, Result};
use crate::wallets::rules::audit::from_to;
use crate::wallets::rules::policy::PolicyHash;
use crate::wallets::rules::rows::{AnswersRow, CredentialRow, PepperRow, PolicyRow, TheOne};
use crate::wallets::rules::staff::{OperatorsRow, StaffRow, check_name};
use crate::wallets::rules::{Actor, AuditEntry, Command, Decision, WriteSet};

/// What is judged by what was remembered, and remembered.
pub(super) struct Opening {
    pub(super) policy: PolicyHash,
    /// Whether another policy is an error.
    pub(super) keeps_policy: bool,
    /// Whether another pepper is none.
    pub(super) replaces_pepper: bool,
    /// Who the trail says has changed them.
    pub(super) by: Actor,
    /// Who is to be the first operator.
    pub(super) first_operator: Option<String>,
}

impl Wallets {
    /// Remembers policy and pepper, and who the first operator is; a change of either stands in the
    /// store's own trail. What may not change is an error, and then nothing is written.
    pub(super) fn remember_opening(&self, opening: &Opening) -> Result<()> {
        let remembered = self.transact_for_anybody(AuditEntry::STORE, |reading| {
            let mut changes = WriteSet::default();
            self.remember_pepper(reading, &mut changes, opening)?;
            self.remember_policy(reading, &mut changes, opening)?;
            let begins = name_first_operator(reading, &mut changes, opening)?;
            // Who is named now may open them so already.
            let is_first = begins && opening.by.staff_name() == opening.first_operator.as_deref();
            if !is_first && let Err(refusal) = self.admit_changes(reading, &changes)? {
                return Ok(refusal.into());
            }
            Ok(Decision::done(changes, ()))
        })?;
        remembered.map_err(|refusal| Error::InvalidArgument(format!("opened by: {refusal}")))
    }

    fn remember_policy(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        opening: &Opening,
    ) -> Result<()> {
        let hash = opening.policy;
        let (former, since) =
            (reading.get::<PolicyRow>(&TheOne)?.map(|row| row.hash), reading.now());
        if former == Some(hash) {
            return Ok(());
        }
        if opening.keeps_policy {
            return Err(Error::WrongPolicy { remembered: former, given: hash });
        }
        // That a store begins with a policy is no change, unless somebody says that it is theirs.
        if former.is_some() || opening.by != Actor::System {
            let (command, by) = (Command::CHANGE_POLICY, &opening.by);
            let was = former.map_or("none".to_owned(), |former| former.to_string());
            let entry = AuditEntry::new(AuditEntry::STORE, command, by, since);
            changes.audit.push(entry.detail(from_to("policy", was, hash)));
        }
        changes.put(&TheOne, &PolicyRow { hash, since });
        Ok(())
    }

    /// That the store has the policy that is kept. Another process may have brought another one.
    pub(super) fn check_policy(&self, reading: &ReadTransaction) -> Result<()> {
        let Some(given) = self.shared.kept_policy else { return Ok(()) };
        let remembered = reading.peek::<PolicyRow>(&TheOne)?.map(|row| row.hash);
        if remembered == Some(given) {
            return Ok(());
        }
        Err(Error::WrongPolicy { remembered, given })
    }

    /// What hashes passwords, if the store still has its pepper: another process may have replaced
    /// it.
    pub(super) fn hashing(&self) -> Result<&Hashing> {
        let hashing = &self.shared.hashing;
        if let Some(check) = hashing.pepper_check() {
            let remembered = self.read()?.peek::<PepperRow>(&TheOne)?;
            if remembered.is_some_and(|row| row.check != check) {
                return Err(Error::WrongPepper);
            }
        }
        Ok(hashing)
    }

    /// By another pepper no password matches, and each that is tried counts as wrong until
    /// everybody is locked out.
    fn remember_pepper(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        opening: &Opening,
    ) -> Result<()> {
        let Some(check) = self.shared.hashing.pepper_check() else { return Ok(()) };
        let former = reading.get::<PepperRow>(&TheOne)?.map(|row| row.check);
        if former == Some(check) {
            return Ok(());
        }
        if former.is_some() {
            let is_used = reading.scan::<CredentialRow>(&[], None).next().is_some()
                || reading.scan::<AnswersRow>(&[], None).next().is_some();
            if is_used && !opening.replaces_pepper {
                return Err(Error::WrongPepper);
            }
            let (command, by) = (Command::CHANGE_PEPPER, &opening.by);
            changes.audit.push(AuditEntry::new(AuditEntry::STORE, command, by, reading.now()));
        }
        changes.put(&TheOne, &PepperRow { check });
        Ok(())
    }
}

/// Registers the first operator, if one is named and there is none; says whether it does.
fn name_first_operator(
    reading: &mut ReadTransaction,
    changes: &mut WriteSet,
    opening: &Opening,
) -> Result<bool> {
    let Some(name) = &opening.first_operator else { return Ok(false) };
    let refused = |what: String| Err(Error::InvalidArgument(format!("first operator: {what}")));
    match reading.get::<OperatorsRow>(&TheOne)? {
        Some(row) if row.first == *name => return Ok(false),
        Some(_) => {
            return refused("another one was named before, who registers other staff".into());
        }
        None => (),
    }
    let key = match check_name(name) {
        Ok(key) => key,
        Err(refusal) => return refused(refusal.to_string()),
    };
    reading.get::<StaffRow>(&key)?;
    let (command, now) = (Command::NAME_FIRST_OPERATOR, reading.now());
    let entry = AuditEntry::new(AuditEntry::STORE, command, &opening.by, now);
    changes.audit.push(entry.detail(name.clone()));
    changes.put(&key, &StaffRow::first_operator(name, now));
    changes.put(&TheOne, &OperatorsRow::first(name));
    Ok(true)
}
