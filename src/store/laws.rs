//! The laws of the ledger, checked on a whole state.
//!
//! Every check reads the records and adds up by itself; none trusts a sum that the store keeps.

use super::trial_balance::add;
use super::{Error, Result};
use crate::model::{Account, AccountFlags as Flags, Amount, AtDeadline, Balances, Hold, Id, Phase};
use crate::state::{Direction, View};
use hashbrown::HashMap;
use std::collections::BTreeMap;

/// What was looked at.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Counts {
    pub(super) accounts: u64,
    pub(super) holds: u64,
}

/// What the open holds say of an account.
#[derive(Clone, Copy, Default)]
struct Parts {
    debits_pending: Amount,
    credits_pending: Amount,
    open_holds: u32,
}

type PartsByAccount = HashMap<Id, Parts, foldhash::fast::RandomState>;

/// Checks laws 1 to 5 and 7 on everything in a view; the first one that is broken is the error.
pub(super) fn check(view: &View) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut parts = PartsByAccount::default();
    for hold in view.holds(None) {
        let hold = hold?;
        counts.holds += 1;
        check_hold(view, &hold)?;
        if hold.is_open() {
            count_parts(&mut parts, &hold)?;
        }
    }
    let mut sums = BTreeMap::<u32, Balances>::new();
    for account in view.accounts(None) {
        let account = account?;
        counts.accounts += 1;
        let found = parts.remove(&account.id).unwrap_or_default();
        check_account(view, &account, found)?;
        add(sums.entry(account.ledger).or_default(), &account.balances);
    }
    if let Some(id) = parts.keys().next() {
        return Err(broken(format!("an open hold names account {id}, which is not there")));
    }
    check_ledgers(view, &sums)?;
    Ok(counts)
}

fn broken(what: String) -> Error {
    Error::Corrupt(what)
}

fn demand(holds: bool, what: impl FnOnce() -> String) -> Result<()> {
    if holds { Ok(()) } else { Err(broken(what())) }
}

fn count_parts(parts: &mut PartsByAccount, hold: &Hold) -> Result<()> {
    let overflow = || broken(format!("the open holds up to {} exceed 2^96 - 1", hold.id));
    let payer = parts.entry(hold.payer).or_default();
    payer.debits_pending = payer.debits_pending.checked_add(hold.held).ok_or_else(overflow)?;
    payer.open_holds += 1;
    let payee = parts.entry(hold.payee).or_default();
    payee.credits_pending = payee.credits_pending.checked_add(hold.held).ok_or_else(overflow)?;
    payee.open_holds += 1;
    if !hold.fee_account.is_zero() {
        parts.entry(hold.fee_account).or_default().open_holds += 1;
    }
    Ok(())
}

/// Law 3, law 5, law 7, and the part of law 4 that is about holds.
fn check_hold(view: &View, hold: &Hold) -> Result<()> {
    let id = hold.id;
    let sum = [hold.held, hold.released, hold.refunded]
        .iter()
        .try_fold(Amount::ZERO, |sum, part| sum.checked_add(*part));
    demand(sum == Some(hold.amount), || {
        format!("hold {id}: held, released and refunded do not add up to its amount")
    })?;
    let phase = match (hold.is_open(), hold.released.is_zero(), hold.refunded.is_zero()) {
        (true, ..) => matches!(hold.phase, Phase::FUNDED | Phase::SHIPPED | Phase::DELIVERED),
        (false, _, true) => hold.phase == Phase::SETTLED,
        (false, true, false) => hold.phase == Phase::REFUNDED,
        (false, false, false) => hold.phase == Phase::SPLIT,
    };
    demand(phase, || format!("hold {id}: phase {} does not fit what is held", hold.phase))?;
    let gone = hold.paid.checked_add(hold.reversed).is_some();
    demand(gone && hold.paid <= hold.released && hold.reversed <= hold.released, || {
        format!("hold {id}: more was paid or reversed than released")
    })?;
    demand(hold.fee == hold.commission_on(hold.paid), || {
        format!("hold {id}: the commission is not what its terms say of what was paid")
    })?;
    check_clock(hold)?;
    if hold.is_open() && hold.deadline.is_none() {
        let since = if hold.is_disputed() { hold.disputed_at } else { hold.created_at };
        let key = view.attention(None).find(|key| match key {
            Ok(key) => *key >= (since, id),
            Err(_) => true,
        });
        let found = key.transpose()?;
        demand(found == Some((since, id)), || format!("hold {id}: no query finds it"))?;
    }
    let flags = |id| Ok::<_, Error>(view.account(id)?.map_or(Flags::NONE, |found| found.flags));
    if flags(hold.payer)?.contains(Flags::SPEND_ONLY) {
        let leaves = flags(hold.payee)?.contains(Flags::EXTERNAL)
            || flags(hold.fee_account)?.contains(Flags::EXTERNAL);
        demand(!leaves, || format!("hold {id}: spend-only money for an external account"))?;
    }
    Ok(())
}

/// Law 7: a clock has a default, and that of a dispute knows what it stands in for.
fn check_clock(hold: &Hold) -> Result<()> {
    if !hold.is_open() {
        return Ok(());
    }
    let clock = !hold.deadline.is_none();
    let has_default = |default: AtDeadline| default != AtDeadline::NONE;
    let stopped = hold.time_left > 0;
    let fits = match (hold.is_disputed(), clock) {
        (false, _) => has_default(hold.at_deadline) == clock && !stopped,
        (true, false) => has_default(hold.at_deadline) == stopped,
        (true, true) => {
            has_default(hold.at_deadline) && has_default(hold.default_before) == stopped
        }
    };
    let claim_fits = hold.at_deadline != AtDeadline::CLAIM || (hold.is_disputed() && clock);
    demand(fits && claim_fits, || format!("hold {}: half a deadline", hold.id))
}

/// Law 2 and law 4.
fn check_account(view: &View, account: &Account, parts: Parts) -> Result<()> {
    let (id, balances) = (account.id, &account.balances);
    let pending = balances.debits_pending == parts.debits_pending
        && balances.credits_pending == parts.credits_pending;
    demand(pending, || format!("account {id}: pending balances differ from its open holds"))?;
    demand(account.open_holds == parts.open_holds, || {
        format!("account {id}: the number of its open holds is wrong")
    })?;
    let mut posted = (0_i128, 0_i128);
    for line in view.entries(id, .., Direction::Ascending)? {
        let line = line?;
        match line.side {
            crate::model::Side::Debit => posted.0 = posted.0.saturating_add(line.posted),
            crate::model::Side::Credit => posted.1 = posted.1.saturating_add(line.posted),
        }
    }
    let is = |amount: Amount, sum: i128| i128::try_from(amount.minor_units()) == Ok(sum);
    demand(is(balances.debits_posted, posted.0) && is(balances.credits_posted, posted.1), || {
        format!("account {id}: posted balances differ from the sum of its entries")
    })?;
    let within = |sum: Amount, more: Amount, limit: Amount| {
        sum.checked_add(more).is_some_and(|total| total <= limit)
    };
    let debits = !account.has(Flags::DEBITS_MUST_NOT_EXCEED_CREDITS)
        || within(balances.debits_posted, balances.debits_pending, balances.credits_posted);
    let credits = !account.has(Flags::CREDITS_MUST_NOT_EXCEED_DEBITS)
        || within(balances.credits_posted, balances.credits_pending, balances.debits_posted);
    demand(debits && credits, || format!("account {id}: its limit is broken"))
}

/// Law 1.
fn check_ledgers(view: &View, sums: &BTreeMap<u32, Balances>) -> Result<()> {
    for ledger in view.ledgers()? {
        let number = ledger.number;
        let sum = sums.get(&number).copied().unwrap_or_default();
        let balanced =
            sum.debits_posted == sum.credits_posted && sum.debits_pending == sum.credits_pending;
        demand(balanced, || format!("ledger {number}: debits do not equal credits"))?;
        let kept = sum.debits_posted == ledger.posted && sum.debits_pending == ledger.pending;
        demand(kept, || format!("ledger {number}: its sums differ from those of its accounts"))?;
    }
    let known = |number: &u32| Ok::<_, Error>(view.ledger(*number)?.is_some());
    for number in sums.keys() {
        demand(known(number)?, || format!("accounts of ledger {number}, which is not there"))?;
    }
    Ok(())
}
