//! Accounts of the ledger with their statements.

use super::Gathering;
use super::document::{AccountPart, LinePart};
use super::text::{Currency, IdText, Name, TimeText};
use crate::model::{Account, Id, Side, Timestamp};
use crate::store::{Error, Result, StatementLine, StatementQuery};
use crate::wallets::rules::purchase_account::purchase_account;
use crate::wallets::rules::rows::WalletRow;

impl Gathering<'_> {
    pub(super) fn accounts(&self) -> Result<Vec<AccountPart>> {
        let mut found = Vec::new();
        for wallet in &self.row.wallets {
            let Some(row) = self.reading.peek::<WalletRow>(wallet)? else { continue };
            found.extend(self.account("wallet", row.account)?);
        }
        for ledger in self.reading.snapshot().ledgers()? {
            let through = purchase_account(self.person, ledger.number);
            found.extend(self.account("purchase", through)?);
        }
        Ok(found)
    }

    fn account(&self, kind: &'static str, id: Id) -> Result<Option<AccountPart>> {
        let Some(account) = self.reading.snapshot().account(id)? else { return Ok(None) };
        let currency = self.currency(account.ledger)?;
        let (statement, archived_until) = self.statement(&account, &currency)?;
        let balances = &account.balances;
        Ok(Some(AccountPart {
            account: IdText::known(id),
            kind: Name(kind),
            ledger: account.ledger.into(),
            currency: currency.code(),
            available: currency.plain(balances.available()),
            debits_pending: currency.plain(balances.debits_pending),
            credits_pending: currency.plain(balances.credits_pending),
            debits_posted: currency.plain(balances.debits_posted),
            credits_posted: currency.plain(balances.credits_posted),
            archived_until: TimeText::of(archived_until),
            statement,
        }))
    }

    /// The lines that the journal still has, and until when it was archived.
    fn statement(
        &self,
        account: &Account,
        currency: &Currency,
    ) -> Result<(Vec<LinePart>, Timestamp)> {
        let (mut lines, mut archived_until) = (Vec::new(), Timestamp::NONE);
        let mut query = StatementQuery::default();
        'again: loop {
            for line in self.reading.snapshot().statement(account.id, &query)? {
                match line {
                    Ok(line) => lines.push(part(account, &line, currency)),
                    Err(Error::Archived { until, .. }) if until >= query.from => {
                        lines.clear();
                        archived_until = until;
                        query.from = until.plus_nanoseconds(1);
                        continue 'again;
                    }
                    Err(error) => return Err(error),
                }
            }
            return Ok((lines, archived_until));
        }
    }

    pub(super) fn currency(&self, ledger: u32) -> Result<Currency> {
        Ok(Currency::of(self.reading.snapshot().ledger(ledger)?.as_ref()))
    }
}

fn part(account: &Account, line: &StatementLine, currency: &Currency) -> LinePart {
    let operation = line.operation();
    let other = |debit: Id, credit: Id| if debit == account.id { credit } else { debit };
    let signed = |units: i128| {
        let units = if line.side == Side::Debit { units.saturating_neg() } else { units };
        currency.signed(units)
    };
    LinePart {
        at: TimeText::of(line.timestamp),
        value_date: TimeText::of(line.value_date),
        operation: operation.and_then(|operation| IdText::of(operation.id)),
        kind: Name(operation.map_or("deadline", |operation| operation.kind.name())),
        with: operation.and_then(|operation| {
            IdText::of(other(operation.debit_account, operation.credit_account))
        }),
        posted: signed(line.posted),
        pending: signed(line.pending),
        available: currency.plain(line.balances.available()),
    }
}
