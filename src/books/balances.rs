//! Balances and trial balances at any time, added up from movements.

use super::feed::movements;
use super::movement::{Movement, Posting};
use crate::model::{Account, Amount, Balances, Id, Side, Timestamp};
use crate::store::{Result, Snapshot, TrialBalance};
use std::collections::BTreeMap;

/// The trial balance of every ledger after everything up to and including `at`, in the order of
/// their numbers: only ledgers and accounts that were there by then count. Read from the beginning
/// of the feed, so that it takes as long as there was business before `at`; the memory is that of
/// the codes. For the present ask [`Snapshot::trial_balance`].
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use escrowdb::*;
/// # let directory = tempfile::tempdir()?;
/// # let store = Store::open(directory.path().join("shop.escrow"), Options::new())?;
/// # store.create_ledgers(&[money::iso_ledger(1, "EUR")?])?;
/// let snapshot = store.snapshot()?;
/// let now = books::trial_balances_at(&snapshot, snapshot.timestamp())?;
/// assert_eq!(now, [snapshot.trial_balance(1)?]);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`Error::Archived`](crate::Error::Archived) if the beginning of the feed is archived; as
/// [`Snapshot::ledger`].
pub fn trial_balances_at(snapshot: &Snapshot, at: Timestamp) -> Result<Vec<TrialBalance>> {
    let ledgers = snapshot.ledgers()?.into_iter().filter(|ledger| ledger.created_at <= at);
    let mut drafts: BTreeMap<_, _> =
        ledgers.map(|ledger| (ledger.number, Draft::of(TrialBalance::empty(ledger)))).collect();
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    for account in accounts_at(snapshot, at) {
        let account = account?;
        if let Some(draft) = drafts.get_mut(&account.ledger) {
            draft.rows.entry(account.code).or_default().0 += 1;
        }
    }
    for movement in movements(snapshot, Timestamp::NONE, at) {
        let movement = movement?;
        if let Some(draft) = drafts.get_mut(&movement.ledger) {
            draft.add(&movement);
        }
    }
    Ok(drafts.into_values().map(Draft::finish).collect())
}

/// The balances of every account that was there, after everything up to and including `at`. Unlike
/// [`Snapshot::balances_at`] it needs no history of the accounts; read as [`trial_balances_at`],
/// with all accounts of that time in memory.
///
/// # Errors
/// As [`trial_balances_at`].
pub fn balances_at(snapshot: &Snapshot, at: Timestamp) -> Result<BTreeMap<Id, Balances>> {
    let accounts = accounts_at(snapshot, at);
    let mut balances = accounts
        .map(|account| Ok((account?.id, Balances::default())))
        .collect::<Result<BTreeMap<_, _>>>()?;
    if balances.is_empty() {
        return Ok(balances);
    }
    for movement in movements(snapshot, Timestamp::NONE, at) {
        for posting in movement?.postings {
            add(balances.entry(posting.account).or_default(), &posting);
        }
    }
    Ok(balances)
}

fn accounts_at(snapshot: &Snapshot, at: Timestamp) -> impl Iterator<Item = Result<Account>> {
    let is_later = move |account: &Account| account.created_at > at;
    snapshot.all_accounts(None).filter(move |account| !account.as_ref().is_ok_and(is_later))
}

/// A trial balance that is being added up.
struct Draft {
    trial: TrialBalance,
    rows: BTreeMap<u16, (u64, Balances)>,
}

impl Draft {
    fn of(trial: TrialBalance) -> Self {
        Self { trial, rows: BTreeMap::new() }
    }

    fn add(&mut self, movement: &Movement) {
        let ledger = &mut self.trial.ledger;
        for posting in &movement.postings {
            add(&mut self.rows.entry(posting.account_code).or_default().1, posting);
            add(&mut self.trial.totals, posting);
            // What the ledger itself keeps: the sums of one side.
            if posting.side == Side::Debit {
                ledger.posted = ledger.posted.checked_add(posting.posted).unwrap_or(Amount::MAX);
                ledger.pending = changed(ledger.pending, posting.pending);
            }
        }
    }

    fn finish(self) -> TrialBalance {
        let rows = self.rows.into_iter();
        self.trial.with_rows(rows.map(|(code, (accounts, balances))| (code, accounts, balances)))
    }
}

fn add(balances: &mut Balances, posting: &Posting) {
    let (posted, pending) = match posting.side {
        Side::Debit => (&mut balances.debits_posted, &mut balances.debits_pending),
        Side::Credit => (&mut balances.credits_posted, &mut balances.credits_pending),
    };
    *posted = posted.checked_add(posting.posted).unwrap_or(Amount::MAX);
    *pending = changed(*pending, posting.pending);
}

/// The sum after a change. It is bounded; of a feed that is not in order it stops at the ends of
/// what an amount can be, which does not balance.
fn changed(sum: Amount, change: i128) -> Amount {
    let step = Amount::new(change.unsigned_abs()).unwrap_or(Amount::MAX);
    match change < 0 {
        true => sum.saturating_sub(step),
        false => sum.checked_add(step).unwrap_or(Amount::MAX),
    }
}
