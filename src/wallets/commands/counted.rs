//! What counts against the limits of a wallet: what it paid, less what was refunded where the
//! policy gives that back, and beside it what the other wallets of its owner paid and hold where
//! the policy counts them all.
//!
//! The ledger alone refunds holds, by the shop's order or by a deadline. So refunds are read from
//! the statement of the wallet's account when the next payment is judged, and taken out of the
//! counters in its chain; the row remembers up to when that was done. Payments by card pass through
//! another account, and their refunds are commands, which give back themselves.
//!
//! The rows of the other wallets are relied on: two payments from two wallets of a person are
//! judged one after the other.

use super::Wallets;
use super::transaction::ReadTransaction;
use crate::model::{Amount, Hold, Id, Kind, Ledger, Operation, Side, Timestamp};
use crate::store::{Error, Result, StatementLine, StatementQuery};
use crate::wallets::rules::audit::Command;
use crate::wallets::rules::card_payment::CardPaymentRow;
use crate::wallets::rules::limits::{Counted, Elsewhere};
use crate::wallets::rules::payment::{PaymentRow, SpendingKey, SpendingRow};
use crate::wallets::rules::rows::{PersonRow, WalletRow, WalletState};
use crate::wallets::rules::{Refusal, WalletStatus, WriteSet};

/// No payment of an earlier time is of a day, month or year that lasts.
const LONGEST_PERIOD: u64 = 367 * 24 * 60 * 60 * Timestamp::SECOND;

impl Wallets {
    /// What a wallet paid, as it counts now. The command relies on it.
    pub(super) fn counted_of(
        &self,
        reading: &mut ReadTransaction,
        key: &SpendingKey,
        account: Id,
    ) -> Result<SpendingRow> {
        let spending = reading.get::<SpendingRow>(key)?.unwrap_or_default();
        self.without_refunds(reading, (key.wallet, account), spending)
    }

    /// What a wallet paid, without what was refunded since the row was written, if the policy says
    /// so.
    pub(super) fn without_refunds(
        &self,
        reading: &ReadTransaction,
        (wallet, account): (Id, Id),
        mut spending: SpendingRow,
    ) -> Result<SpendingRow> {
        let policy = self.policy();
        if !policy.payments.refunds_give_back {
            return Ok(spending);
        }
        let (snapshot, now) = (reading.snapshot(), reading.now());
        let earliest = now.nanoseconds().saturating_sub(LONGEST_PERIOD);
        let seen = spending.refunds_until.plus_nanoseconds(1);
        let from = seen.max(Timestamp::from_nanoseconds(earliest));
        for (target, amount) in refunds(reading, account, from)? {
            let Some((payment, then, unpaid)) = payment_of(reading, target)? else { continue };
            let made = reading.peek::<PaymentRow>(&payment)?;
            let is_counted = made.is_some_and(|made| {
                let commands = [Command::PAY, Command::REDEEM].map(Command::number);
                made.wallet == wallet && commands.contains(&made.command)
            });
            if is_counted {
                let amount = amount.checked_sub(unpaid).unwrap_or(Amount::ZERO);
                let counted = Counted::at(policy, then);
                spending.counters = spending.counters.refunded(amount, counted);
            }
        }
        spending.refunds_until = snapshot.timestamp();
        Ok(spending)
    }

    /// Takes what came back of a payment by card out of what its wallet paid, if the policy says
    /// so: `came_back` in all, of which some may have been given back before. Not once the
    /// cardholder contested it: what the bank takes is no refund.
    pub(super) fn give_back(
        &self,
        reading: &mut ReadTransaction,
        changes: &mut WriteSet,
        row: &mut CardPaymentRow,
        came_back: u128,
    ) -> Result<()> {
        let policy = self.policy();
        let in_all = came_back.min(row.amount);
        let more = in_all.saturating_sub(row.given_back);
        let is_contested = !row.contested.chargebacks.is_empty();
        let gives_back = policy.payments.refunds_give_back && !row.wallet.is_zero();
        if more == 0 || is_contested || !gives_back {
            return Ok(());
        }
        let key = SpendingKey { wallet: row.wallet, ledger: row.ledger };
        let wallet = reading.get_alone::<WalletRow>(&row.wallet)?;
        let Some(wallet) = wallet else { return Ok(()) };
        let mut spending = self.counted_of(reading, &key, wallet.account)?;
        let counted = row.counted.known(policy, row.begun_at);
        let amount = Amount::new(more).unwrap_or(Amount::MAX);
        spending.counters = spending.counters.refunded(amount, counted);
        changes.put(&key, &spending);
        row.given_back = in_all;
        Ok(())
    }

    /// What counts beside a wallet, if the policy counts all wallets of a person: what the others
    /// paid and hold. Refused with `exchange_rate_is_missing` if one of them has no rate.
    pub(super) fn elsewhere(
        &self,
        reading: &mut ReadTransaction,
        wallet: &WalletRow,
        ledger: &Ledger,
    ) -> Result<Result<Elsewhere, Refusal>> {
        let mut elsewhere = Elsewhere::default();
        let Some(over_all) = &self.policy().over_all_wallets else { return Ok(Ok(elsewhere)) };
        let person = reading.get_alone::<PersonRow>(&wallet.person)?;
        let when = (self.policy(), reading.now());
        for id in person.map_or(Vec::new(), |person| person.wallets) {
            let Some(other) = reading.get_alone::<WalletRow>(&id)? else { continue };
            if other.account == wallet.account {
                continue;
            }
            let key = SpendingKey { wallet: id, ledger: other.ledger };
            let spending = self.counted_of(reading, &key, other.account)?;
            let balance = match other.state {
                WalletState::Closed => 0,
                WalletState::Active | WalletState::Frozen => {
                    promised(reading, other.account)?.map_or(u128::MAX, Amount::minor_units)
                }
            };
            let its = reading.snapshot().ledger(other.ledger)?;
            let convert = |units| over_all.convert(units, its.as_ref()?, ledger);
            if elsewhere.add((&spending.counters, balance), when, convert).is_none() {
                return Ok(Err(Refusal::of(WalletStatus::EXCHANGE_RATE_IS_MISSING)));
            }
        }
        Ok(Ok(elsewhere))
    }

    /// Whether a wallet may be opened in a ledger beside others: not where the policy counts them
    /// all and lacks a rate, or none of them could pay any more.
    pub(super) fn check_rates(
        &self,
        reading: &ReadTransaction,
        ledger: u32,
        others: &[WalletRow],
    ) -> Result<Result<(), Refusal>> {
        let Some(over_all) = &self.policy().over_all_wallets else { return Ok(Ok(())) };
        let Some(ledger) = reading.snapshot().ledger(ledger)? else { return Ok(Ok(())) };
        for other in others {
            let other = reading.snapshot().ledger(other.ledger)?;
            if other.and_then(|other| over_all.convert(0, &other, &ledger)).is_none() {
                return Ok(Err(Refusal::of(WalletStatus::EXCHANGE_RATE_IS_MISSING)));
            }
        }
        Ok(Ok(()))
    }
}

/// What lies in a wallet, or is to come out of escrow; `None` above all amounts.
pub(super) fn promised(reading: &ReadTransaction, account: Id) -> Result<Option<Amount>> {
    let account = reading.snapshot().account(account)?;
    let balances = account.map(|account| account.balances).unwrap_or_default();
    let lies_there = balances.credits_posted.saturating_sub(balances.debits_posted);
    Ok(lies_there.checked_add(balances.credits_pending))
}

/// What came back to an account since a time, and what the operation that brought it named as its
/// target. What was archived since is not known any more, and gives nothing back.
fn refunds(reading: &ReadTransaction, account: Id, from: Timestamp) -> Result<Vec<(Id, Amount)>> {
    let mut found = Vec::new();
    let mut query = StatementQuery { from, ..StatementQuery::default() };
    'again: loop {
        for line in reading.snapshot().statement(account, &query)? {
            match line {
                Ok(line) => found.extend(refund(&line)),
                Err(Error::Archived { until, .. }) if until >= query.from => {
                    found.clear();
                    query.from = until.plus_nanoseconds(1);
                    continue 'again;
                }
                Err(error) => return Err(error),
            }
        }
        return Ok(found);
    }
}

/// What came back by a line of a statement: out of escrow, where less is pending and not as much is
/// posted, or from the payee.
fn refund(line: &StatementLine) -> Option<(Id, Amount)> {
    let operation = line.operation()?;
    let units = match line.side {
        Side::Debit => line.pending.checked_add(line.posted)?.checked_neg()?,
        Side::Credit if operation.kind == Kind::REVERSE => line.posted,
        Side::Credit => return None,
    };
    let amount = Amount::new(u128::try_from(units).ok()?)?;
    (!amount.is_zero()).then_some((operation.target, amount))
}

/// The hold or transfer that paid, when it did, and how much of the hold it did not pay, for the
/// host added that. `None` if that cannot be known any more.
fn payment_of(reading: &ReadTransaction, target: Id) -> Result<Option<(Id, Timestamp, Amount)>> {
    let snapshot = reading.snapshot();
    let operation = |id| match snapshot.operation(id) {
        Err(Error::Archived { .. }) => Ok(None),
        found => found,
    };
    let hold = match snapshot.hold(target)? {
        Some(hold) => Some(hold),
        None => match operation(target)? {
            Some(found) if found.operation.kind == Kind::TRANSFER => {
                return Ok(Some((target, found.timestamp, Amount::ZERO)));
            }
            Some(found) => snapshot.hold(found.operation.target)?,
            None => None,
        },
    };
    let Some(hold) = hold else { return Ok(None) };
    let Hold { id, amount, created_at, .. } = hold;
    let placed = operation(id)?;
    Ok(placed.map(|placed| {
        let Operation { amount: paid, .. } = placed.operation;
        (id, created_at, amount.checked_sub(paid).unwrap_or(Amount::ZERO))
    }))
}
