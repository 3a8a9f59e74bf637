//! New ledgers and accounts, in the model.

use super::record::{self, Batch};
use super::{Model, refuse};
use escrowdb::{Account, AccountFlags, Ledger, Outcome, Status, Timestamp};

impl Model {
    pub(super) fn create_ledger(&mut self, ledger: &Ledger) -> Outcome {
        self.settle(Self::now);
        if let Err(status) = self.check_new_ledger(ledger) {
            let exists = self.ledgers.get(&ledger.number).filter(|_| status == Status::EXISTS);
            return Outcome {
                timestamp: exists.map_or(Timestamp::NONE, |exists| exists.created_at),
                first_status: if exists.is_some() { Status::APPLIED } else { status },
                ..Outcome::of(status)
            };
        }
        self.last = self.now();
        let created_at = self.last();
        self.ledgers.insert(ledger.number, Ledger { created_at, ..*ledger });
        Outcome { timestamp: created_at, ..Outcome::of(Status::APPLIED) }
    }

    fn check_new_ledger(&self, ledger: &Ledger) -> Result<(), Status> {
        record::check_ledger(ledger)?;
        if let Some(first) = self.ledgers.get(&ledger.number) {
            refuse(&[
                (first.code != ledger.code, Status::EXISTS_WITH_DIFFERENT_CODE),
                (first.scale != ledger.scale, Status::EXISTS_WITH_DIFFERENT_SCALE),
            ])?;
            return Err(Status::EXISTS);
        }
        refuse(&[(self.ledgers.len() >= escrowdb::limits::LEDGERS_MAX, Status::TOO_MANY_LEDGERS)])
    }

    pub(super) fn create_account(&mut self, account: &Account, batch: Batch) -> Outcome {
        let imported = account.has(AccountFlags::IMPORTED);
        if !imported {
            self.settle(Self::now);
        } else if self.check_account_alone(account, batch).is_ok() {
            self.settle_before_import(account.created_at);
        }
        if let Err(status) = self.check_new_account(account, batch) {
            let exists = self.accounts.get(&account.id).filter(|_| status == Status::EXISTS);
            return Outcome {
                timestamp: exists.map_or(Timestamp::NONE, |exists| exists.created_at),
                first_status: if exists.is_some() { Status::APPLIED } else { status },
                debit: exists.map(|exists| exists.balances).unwrap_or_default(),
                ..Outcome::of(status)
            };
        }
        self.last = if imported { account.created_at.nanoseconds() } else { self.now() };
        let created_at = self.last();
        self.accounts.insert(account.id, Account { created_at, ..*account });
        Outcome { timestamp: created_at, ..Outcome::of(Status::APPLIED) }
    }

    fn check_new_account(&self, account: &Account, batch: Batch) -> Result<(), Status> {
        self.check_account_alone(account, batch)?;
        refuse(&[(!self.ledgers.contains_key(&account.ledger), Status::LEDGER_NOT_FOUND)])?;
        refuse(&self.import_laws(account.has(AccountFlags::IMPORTED), account.created_at))
    }

    fn check_account_alone(&self, account: &Account, batch: Batch) -> Result<(), Status> {
        record::check_account(account, batch)?;
        let Some(first) = self.accounts.get(&account.id) else {
            return Ok(());
        };
        let asked = first.flags.without(AccountFlags::FROZEN | AccountFlags::CLOSED);
        let imported = account.has(AccountFlags::IMPORTED);
        refuse(&[
            (asked != account.flags, Status::EXISTS_WITH_DIFFERENT_FLAGS),
            (
                first.user_data_128 != account.user_data_128,
                Status::EXISTS_WITH_DIFFERENT_USER_DATA_128,
            ),
            (
                first.user_data_64 != account.user_data_64,
                Status::EXISTS_WITH_DIFFERENT_USER_DATA_64,
            ),
            (
                imported && first.created_at != account.created_at,
                Status::EXISTS_WITH_DIFFERENT_TIMESTAMP,
            ),
            (first.ledger != account.ledger, Status::EXISTS_WITH_DIFFERENT_LEDGER),
            (first.code != account.code, Status::EXISTS_WITH_DIFFERENT_CODE),
        ])?;
        Err(Status::EXISTS)
    }
}
