//! Wallets that nobody uses: upkeep looks at some of them each time, tells their owners, and later
//! sets the money aside.
//!
//! Each step is one chain, judged by what stands then, so that a crash between two of them, or two
//! hosts that do the same, change nothing. How far upkeep has come is remembered, for a store may
//! have more wallets than one call can look at.

use super::Wallets;
use super::transaction::ReadTransaction;
use super::words::time;
use crate::model::{Id, Timestamp};
use crate::store::{Error, Result};
use crate::wallets::rules::inactivity::{
    InactivityRow, Next, QuietSince, SweepRow, begins_anew, looked_back, next,
};
use crate::wallets::rules::payment::{SpendingKey, SpendingRow};
use crate::wallets::rules::rows::{
    PersonRow, Row, RowError, RowKey, TheOne, WalletRow, WalletState,
};
use crate::wallets::rules::{
    Actor, AuditEntry, Command, Decision, LetterKind, UnclaimedReason, WriteSet,
};

/// What was done with a wallet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    Nothing,
    Noticed,
    SetAside,
}

impl Wallets {
    /// Looks at the next wallets; gives how many owners were told, and of how many wallets the
    /// money was set aside.
    pub(super) fn look_for_inactive_wallets(&self, limit: usize) -> Result<(usize, usize)> {
        let reading = self.read()?;
        let is_on = self.policy().inactivity.notice_after_days.is_some();
        let after = reading.peek::<SweepRow>(&TheOne)?.map_or(Id::ZERO, |row| row.after);
        let looked_at = match is_on {
            true => keys::<WalletRow>(&reading, after, limit)?,
            // Notices of a policy that is no longer in force end.
            false => keys::<InactivityRow>(&reading, Id::ZERO, limit)?,
        };
        drop(reading);
        let (mut noticed, mut set_aside) = (0usize, 0usize);
        for &wallet in &looked_at {
            match self.look_at(wallet) {
                Ok(Done::Nothing) => (),
                Ok(Done::Noticed) => noticed = noticed.saturating_add(1),
                Ok(Done::SetAside) => set_aside = set_aside.saturating_add(1),
                // What cannot be read is one person's trouble.
                Err(Error::Corrupt(_)) => (),
                Err(error) => return Err(error),
            }
        }
        if is_on {
            let is_full = looked_at.len() >= limit;
            self.go_on_after(looked_at.last().copied().filter(|_| is_full).unwrap_or(Id::ZERO))?;
        }
        Ok((noticed, set_aside))
    }

    /// Remembers where the next call begins.
    fn go_on_after(&self, after: Id) -> Result<()> {
        let remembered = self.transact(Id::ZERO, |reading| {
            let mut changes = WriteSet::default();
            if reading.get::<SweepRow>(&TheOne)?.map_or(Id::ZERO, |row| row.after) != after {
                changes.put(&TheOne, &SweepRow { after });
            }
            Ok(Decision::done(changes, ()))
        })?;
        remembered.map_err(|refusal| Error::Corrupt(refusal.to_string()))
    }

    fn look_at(&self, wallet: Id) -> Result<Done> {
        // Most wallets need nothing, and no lock.
        let mut reading = self.read()?;
        if matches!(self.due_with(&mut reading, wallet)?, None | Some((_, Next::Nothing))) {
            return Ok(Done::Nothing);
        }
        drop(reading);
        let item = Id::new();
        let judge = |reading: &mut ReadTransaction| self.judge_inactivity(reading, item, wallet);
        // The ledger refuses while the account is frozen, or if it was just spent: later.
        Ok(self.transact_with_unclaimed_account(wallet, judge)?.unwrap_or(Done::Nothing))
    }

    fn judge_inactivity(
        &self,
        reading: &mut ReadTransaction,
        item: Id,
        wallet: Id,
    ) -> Result<Decision<Done>> {
        let nothing = Decision::done(WriteSet::default(), Done::Nothing);
        let Some((row, next)) = self.due_with(reading, wallet)? else { return Ok(nothing) };
        let (now, by) = (reading.now(), &Actor::System);
        let mut changes = WriteSet::default();
        let entry = |command| AuditEntry::new(wallet, command, by, now);
        let done = match next {
            Next::Nothing => return Ok(nothing),
            Next::Notice(set_aside_at) => {
                let until = format!("until {}", time(set_aside_at));
                changes.audit.push(entry(Command::GIVE_NOTICE).detail(until));
                let told = (LetterKind::WALLET_IS_INACTIVE, wallet);
                self.tell_with_or_without_key(reading, &mut changes, row.person, told)?;
                changes.put(&wallet, &InactivityRow { noticed_at: now, set_aside_at });
                Done::Noticed
            }
            Next::EndNotice => {
                changes.audit.push(entry(Command::END_NOTICE));
                changes.delete::<InactivityRow>(&wallet);
                Done::Nothing
            }
            Next::SetAside => {
                changes.delete::<InactivityRow>(&wallet);
                let (of, why) = ((item, wallet, &row), (UnclaimedReason::INACTIVE, by));
                if let Err(refusal) = self.put_aside(reading, &mut changes, of, why)? {
                    return Ok(refusal.into());
                }
                Done::SetAside
            }
        };
        Ok(Decision::done(changes, done))
    }

    /// What is to be done with a wallet; `None` if there is none.
    fn due_with(
        &self,
        reading: &mut ReadTransaction,
        wallet: Id,
    ) -> Result<Option<(WalletRow, Next)>> {
        let Some(row) = reading.get::<WalletRow>(&wallet)? else { return Ok(None) };
        let notice = reading.get::<InactivityRow>(&wallet)?;
        let quiet = self.quiet_since(reading, wallet, &row)?;
        let next = next(&self.policy().inactivity, quiet, notice.as_ref(), reading.now());
        Ok(Some((row, next)))
    }

    /// Since when a wallet whose money could be set aside has been quiet.
    fn quiet_since(
        &self,
        reading: &ReadTransaction,
        wallet: Id,
        row: &WalletRow,
    ) -> Result<QuietSince> {
        let account = reading.snapshot().account(row.account)?;
        let is_idle = row.state == WalletState::Active
            && account.is_some_and(|account| {
                !account.balances.available().is_zero() && account.open_holds == 0
            });
        if !is_idle {
            return Ok(None);
        }
        // The trail of somebody who pays is long, and need not be read.
        let key = SpendingKey { wallet, ledger: row.ledger };
        let spending = reading.peek::<SpendingRow>(&key)?.unwrap_or_default();
        let (policy, now) = (self.policy(), reading.now());
        if spending.counters.has_paid_since(policy, looked_back(&policy.inactivity, now)) {
            return Ok(Some(now));
        }
        // Who uses another wallet has not vanished.
        let owner = reading.peek::<PersonRow>(&row.person)?;
        let mut last = row.created_at.max(last_act(reading, row.person)?);
        for of in owner.map(|owner| owner.wallets).unwrap_or_default() {
            last = last.max(last_act(reading, of)?);
        }
        Ok(Some(last))
    }
}

/// When the owner did something last, by the trail of a person or wallet.
fn last_act(reading: &ReadTransaction, subject: Id) -> Result<Timestamp> {
    let mut last = Timestamp::NONE;
    for entry in reading.scan::<AuditEntry>(&subject.bytes(), None) {
        let (_, entry) = entry?;
        if begins_anew(&entry) {
            last = last.max(entry.at);
        }
    }
    Ok(last)
}

/// The keys of a table that follow this one; not the rows, some of which may be damaged.
fn keys<R: Row<Key = Id>>(reading: &ReadTransaction, after: Id, limit: usize) -> Result<Vec<Id>> {
    let (space, from) = (R::TABLE.space, after.bytes());
    let rows = reading.snapshot().rows_with_prefix(space, &[], Some(&from));
    let keys = rows.take(limit).map(|row| {
        let unreadable = RowError::damaged(space, "has no valid key");
        Ok(Id::from_row_key(row?.0.key()).ok_or(unreadable)?)
    });
    keys.collect()
}
