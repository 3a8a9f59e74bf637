//! The laws of the ledger, checked on everything that can be read from a store.
//!
//! Law 6 (one outcome for each id, state from the journal alone) is not a matter of one dump: the
//! histories hold it by sending batches again and by opening the store again.

use crate::system::{Dump, Judged};
use escrowdb::{Account, AccountFlags, AtDeadline, Hold, Id, Kind, Phase, Side, Status, Timestamp};
use std::collections::BTreeMap;

/// The first law that is broken, if any.
pub(crate) fn check(dump: &Dump) -> Result<(), String> {
    debits_equal_credits(dump)?;
    accounts_are_the_sums_of_their_parts(dump)?;
    statements_add_up(dump)?;
    holds_add_up(dump)?;
    limits_hold(dump)?;
    spend_only_money_stays(dump)?;
    parts_add_up(dump)?;
    open_holds_are_on_time(dump)
}

fn law(number: u8, holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("law {number}: {}", what())) }
}

/// Law 1.
fn debits_equal_credits(dump: &Dump) -> Result<(), String> {
    for ledger in dump.ledgers.values() {
        let mut sums = [0; 4];
        for account in dump.accounts.values().filter(|account| account.ledger == ledger.number) {
            for (sum, part) in sums.iter_mut().zip(balances(account)) {
                *sum += part;
            }
        }
        let [debits_pending, debits_posted, credits_pending, credits_posted] = sums;
        let balanced = debits_pending == credits_pending && debits_posted == credits_posted;
        law(1, balanced, || format!("ledger {} is out of balance: {sums:?}", ledger.number))?;
        let totals = [ledger.pending.minor_units(), ledger.posted.minor_units()];
        law(1, totals == [debits_pending, debits_posted], || {
            format!("the totals of {ledger:?} are not {sums:?}")
        })?;
        law(1, debits_pending + debits_posted < 1 << 96, || format!("{ledger:?} overflows"))?;
    }
    Ok(())
}

/// Law 2, but for the posted balances, which are a matter of the statements.
fn accounts_are_the_sums_of_their_parts(dump: &Dump) -> Result<(), String> {
    for account in dump.accounts.values() {
        let open = || dump.holds.values().filter(|hold| hold.is_open());
        let as_payer = open().filter(|hold| hold.payer == account.id);
        let as_payee = open().filter(|hold| hold.payee == account.id);
        let parts =
            open().filter(|hold| [hold.payer, hold.payee, hold.fee_account].contains(&account.id));
        let [debits_pending, _, credits_pending, _] = balances(account);
        law(2, debits_pending == as_payer.map(held).sum(), || {
            format!("debits_pending of {account:#?} is not what its holds hold")
        })?;
        law(2, credits_pending == as_payee.map(held).sum(), || {
            format!("credits_pending of {account:#?} is not what its holds hold")
        })?;
        law(2, account.open_holds as usize == parts.count(), || {
            format!("open_holds of {account:#?} is wrong")
        })?;
    }
    Ok(())
}

/// Law 2: the lines of a statement lead from nothing to the balances, one line at a time.
fn statements_add_up(dump: &Dump) -> Result<(), String> {
    for account in dump.accounts.values() {
        let history = account.has(AccountFlags::HISTORY);
        let mut running = [0_i128; 4];
        let mut last = Timestamp::NONE;
        for line in dump.lines.iter().filter(|line| line.account == account.id) {
            let side = if line.side == Side::Debit { 0 } else { 2 };
            running[side] += line.pending;
            running[side + 1] += line.posted;
            let shown = balances_of(line.balances).map(|units| units as i128);
            let posted_fits = [shown[1], shown[3]] == [running[1], running[3]];
            let pending_fits = [shown[0], shown[2]] == [running[0], running[2]];
            law(2, posted_fits && (pending_fits || !history), || {
                format!("after {line:#?} the balances should be {running:?}")
            })?;
            law(2, line.posted >= 0, || format!("{line:#?} takes back what was posted"))?;
            law(2, last < line.timestamp, || format!("{line:#?} is not later than {last:?}"))?;
            last = line.timestamp;
        }
        let shown = balances(account).map(|units| units as i128);
        let posted_fits = [shown[1], shown[3]] == [running[1], running[3]];
        law(2, posted_fits && (shown == running || !history), || {
            format!("{account:#?} is not the sum {running:?} of its lines")
        })?;
    }
    Ok(())
}

/// Law 3.
fn holds_add_up(dump: &Dump) -> Result<(), String> {
    for hold in dump.holds.values() {
        let (released, refunded) = (hold.released.minor_units(), hold.refunded.minor_units());
        law(3, hold.amount.minor_units() == held(hold) + released + refunded, || {
            format!("{hold:#?} does not add up")
        })?;
        let phase_fits = match hold.phase {
            Phase::FUNDED | Phase::SHIPPED | Phase::DELIVERED => held(hold) > 0,
            Phase::SETTLED => held(hold) == 0 && refunded == 0,
            Phase::REFUNDED => held(hold) == 0 && released == 0,
            Phase::SPLIT => held(hold) == 0 && released > 0 && refunded > 0,
            _ => false,
        };
        law(3, phase_fits, || format!("the phase of {hold:#?} is wrong"))?;
    }
    Ok(())
}

/// Law 4, the limits.
fn limits_hold(dump: &Dump) -> Result<(), String> {
    for account in dump.accounts.values() {
        let [debits_pending, debits_posted, credits_pending, credits_posted] = balances(account);
        let overspent = account.has(AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS)
            && debits_pending + debits_posted > credits_posted;
        let overpaid = account.has(AccountFlags::CREDITS_MUST_NOT_EXCEED_DEBITS)
            && credits_pending + credits_posted > debits_posted;
        law(4, !overspent && !overpaid, || format!("{account:#?} breaks its limit"))?;
    }
    Ok(())
}

/// Law 4, the closed loop: only a reversal moves such money to the outside.
fn spend_only_money_stays(dump: &Dump) -> Result<(), String> {
    let has = |id: Id, flag| dump.accounts.get(&id).is_some_and(|account| account.has(flag));
    for judged in dump.operations.values().filter(|judged| judged.status == Status::APPLIED) {
        let operation = &judged.operation;
        let payer = match operation.kind {
            Kind::TRANSFER | Kind::HOLD => operation.debit_account,
            Kind::RELEASE => dump.holds[&operation.target].payer,
            _ => continue,
        };
        let receivers = [operation.credit_account, operation.fee_account];
        let leaves = receivers.iter().any(|&id| has(id, AccountFlags::EXTERNAL));
        law(4, !(leaves && has(payer, AccountFlags::SPEND_ONLY)), || {
            format!("{operation:#?} moves closed-loop money to the outside")
        })?;
    }
    Ok(())
}

/// Law 5: commissions, splits and reversals are parts of their whole.
fn parts_add_up(dump: &Dump) -> Result<(), String> {
    let about = applied_by_target(dump);
    for hold in dump.holds.values() {
        let paid = hold.paid.minor_units();
        let fee = hold.fee.minor_units();
        // Part of a whole that was divided: what comes on top of the commission on what is before.
        let base = hold.fee_base.minor_units();
        let on = |sum: u128| {
            let (exact, whole) = (sum * u128::from(hold.fee_ppm), 1_000_000);
            let half_even = (exact / whole..=exact / whole + 1).find(|units| {
                let distance = (units * whole).abs_diff(exact);
                distance < whole / 2 || (distance == whole / 2 && units.is_multiple_of(2))
            });
            sum.min(hold.fee_fixed.minor_units() + half_even.expect("one of the two is next to it"))
        };
        law(5, fee == on(base + paid) - on(base), || format!("the fee of {hold:#?} is wrong"))?;
        let released = hold.released.minor_units();
        law(5, paid + hold.reversed.minor_units() <= released, || {
            format!("more was paid or reversed than released of {hold:#?}")
        })?;
        let by_parties = |kind: Kind| {
            let applied = about.get(&hold.id).into_iter().flatten();
            let applied = applied.filter(|judged| judged.operation.kind == kind);
            applied.fold((0, 0), |(amount, rest), judged| {
                (amount + judged.moved.amount.minor_units(), rest + judged.moved.rest.minor_units())
            })
        };
        let ((given, rest), (returned, _)) = (by_parties(Kind::RELEASE), by_parties(Kind::REFUND));
        // The deadline's own part is in no operation that can be asked for.
        law(5, given <= released, || format!("releases exceed {hold:#?}"))?;
        law(5, returned + rest <= hold.refunded.minor_units(), || {
            format!("refunds exceed {hold:#?}")
        })?;
    }
    reversals_do_not_exceed_their_origin(dump)
}

fn reversals_do_not_exceed_their_origin(dump: &Dump) -> Result<(), String> {
    for (target, about) in applied_by_target(dump) {
        let reversals = about.iter().filter(|judged| judged.operation.kind == Kind::REVERSE);
        let reversed: u128 = reversals.map(|judged| judged.moved.amount.minor_units()).sum();
        let origin = dump.operations.get(&target);
        // A hold stands for all that was ever paid out of it, top-ups and new payments included.
        let origin =
            origin.filter(|origin| !matches!(origin.operation.kind, Kind::HOLD | Kind::DIVIDE));
        let fits = origin.is_none_or(|origin| reversed <= origin.moved.amount.minor_units());
        law(5, fits, || format!("more than all of {origin:#?} was reversed"))?;
    }
    Ok(())
}

fn applied_by_target(dump: &Dump) -> BTreeMap<Id, Vec<&Judged>> {
    let mut targets: BTreeMap<Id, Vec<&Judged>> = BTreeMap::new();
    for judged in dump.operations.values().filter(|judged| judged.status.is_applied()) {
        targets.entry(judged.operation.target).or_default().push(judged);
    }
    targets
}

/// Law 7, and that nothing that is due is still open.
fn open_holds_are_on_time(dump: &Dump) -> Result<(), String> {
    let judged = dump.operations.values().map(|judged| judged.timestamp);
    let newest = judged.chain(dump.lines.iter().map(|line| line.timestamp)).max();
    for hold in dump.holds.values().filter(|hold| hold.is_open()) {
        let has_default = hold.at_deadline != AtDeadline::NONE;
        let has_time = !hold.deadline.is_none() || (hold.is_disputed() && hold.time_left > 0);
        law(7, has_default == has_time, || format!("{hold:#?} has half a deadline"))?;
        let has_clock = hold.is_disputed() && !hold.deadline.is_none();
        let before = hold.default_before != AtDeadline::NONE;
        law(7, before == (has_clock && hold.time_left > 0), || {
            format!("{hold:#?} forgets or invents what was before its dispute")
        })?;
        let claims = hold.at_deadline == AtDeadline::CLAIM;
        law(7, !claims || has_clock, || format!("{hold:#?} claims without a dispute"))?;
        law(7, hold.is_disputed() || hold.claimed.is_zero(), || {
            format!("{hold:#?} is claimed of without a dispute")
        })?;
        let overdue = !hold.deadline.is_none() && Some(hold.deadline) <= newest;
        law(7, !overdue, || format!("{hold:#?} is overdue at {newest:?}"))?;
    }
    Ok(())
}

fn held(hold: &Hold) -> u128 {
    hold.held.minor_units()
}

/// Debits pending and posted, credits pending and posted.
fn balances(account: &Account) -> [u128; 4] {
    balances_of(account.balances)
}

fn balances_of(balances: escrowdb::Balances) -> [u128; 4] {
    [
        balances.debits_pending.minor_units(),
        balances.debits_posted.minor_units(),
        balances.credits_pending.minor_units(),
        balances.credits_posted.minor_units(),
    ]
}
