//! The suspense account: money of cards that could not be booked, until staff say where it belongs.

use super::Wallets;
use super::transaction::Reading;
use crate::model::{Amount, Id, Operation, Timestamp};
use crate::store::Result;
use crate::wallet::audit::{Actor, AuditEntry, Command};
use crate::wallet::card_payment::SuspenseRow;
use crate::wallet::payment::{Purchase, SpendingKey, SpendingRow, check_operation};
use crate::wallet::refusal::refuse_if;
use crate::wallet::rows::{Agenda, AgendaKey, AgendaList, RowKey, WalletRow};
use crate::wallet::{Changes, Decision, Judged, Refusal, SuspenseReason, WalletStatus};

/// Money in suspense.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct SuspenseItem {
    /// The transfer that brought it in.
    pub id: Id,
    /// The payment that it was charged for.
    pub payment: Id,
    /// The wallet whose card it came from.
    pub wallet: Id,
    /// How much.
    pub amount: Amount,
    /// Of which ledger.
    pub ledger: u32,
    /// Why it lies there.
    pub reason: SuspenseReason,
    /// When it came.
    pub came_at: Timestamp,
    /// The operation that resolved it; zero while it is open.
    pub resolved_by: Id,
}

/// Where money in suspense belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Resolution {
    /// Into the wallet, by a transfer of this id.
    ToWallet(Id),
    /// Back to the card, by a reversal of this id: the host has the processor refund it.
    BackToCard(Id),
    /// To the order: through the wallet, and on by this hold or transfer from its account, of the
    /// whole amount and without flags.
    ToOrder(Operation),
}

impl Resolution {
    fn id(&self) -> Id {
        match self {
            Self::ToWallet(id) | Self::BackToCard(id) => *id,
            Self::ToOrder(operation) => operation.id,
        }
    }
}

impl Wallets {
    /// Gives money in suspense where it belongs. No limit stops it, and an order that it pays counts.
    /// Sent again with the same operation, it changes nothing.
    ///
    /// Refused: `suspense_item_not_found`, `suspense_item_is_resolved`, `actor_must_be_named`,
    /// `reason_must_be_given`, `authorisation_must_match` if the order is paid another amount or from
    /// another account, `refused_by_ledger`.
    ///
    /// # Errors
    /// As [`Wallets::pay`].
    pub fn resolve_suspense(
        &self,
        item: Id,
        resolution: &Resolution,
        actor: &Actor,
    ) -> Result<Judged<()>> {
        let pass = Id::new();
        self.transact(item, |reading| {
            self.judge_resolution(reading, (item, pass), resolution, actor)
        })
    }

    fn judge_resolution(
        &self,
        reading: &mut Reading,
        ids: (Id, Id),
        resolution: &Resolution,
        actor: &Actor,
    ) -> Result<Decision<()>> {
        let (item, pass) = ids;
        if let Err(refusal) = actor.check_staff() {
            return Ok(refusal.into());
        }
        let Some(row) = reading.get::<SuspenseRow>(&item)? else {
            return Ok(Refusal::of(WalletStatus::SUSPENSE_ITEM_NOT_FOUND).into());
        };
        if !row.resolved_by.is_zero() {
            let is_another = row.resolved_by != resolution.id();
            return Ok(refuse_if(is_another, WalletStatus::SUSPENSE_ITEM_IS_RESOLVED)
                .map(|()| Decision::done(Changes::default(), ()))
                .into());
        }
        let Some(wallet) = reading.get::<WalletRow>(&row.wallet)? else {
            return Ok(Refusal::of(WalletStatus::WALLET_NOT_FOUND).into());
        };
        let now = reading.now();
        let entry = AuditEntry::new(row.wallet, Command::RESOLVE_SUSPENSE, actor, now);
        let mut changes = Changes::of(entry.about(item));
        let amount = Amount::new(row.amount).unwrap_or(Amount::MAX);
        let into_wallet =
            |id| Operation::transfer(id, row.account, wallet.account, row.ledger, amount);
        match *resolution {
            Resolution::ToWallet(id) => changes.operation(into_wallet(id)),
            Resolution::BackToCard(id) => changes.operation(Operation::reverse_rest(id, item)),
            Resolution::ToOrder(operation) => {
                let payee = operation.credit_account;
                let (wallet_id, ledger) = (row.wallet, row.ledger);
                let purchase =
                    Purchase { wallet: wallet_id, order: row.payment, payee, amount, ledger };
                if let Err(refusal) = check_operation(&operation, wallet.account, &purchase) {
                    return Ok(refusal.into());
                }
                let key = SpendingKey { wallet: wallet_id, ledger };
                let mut spending = reading.get::<SpendingRow>(&key)?.unwrap_or_default();
                if self.policy().payments.limits_cover_cards {
                    spending.counters = spending.counters.with(self.policy(), amount, now);
                }
                changes.put(&key, &spending);
                changes.operation(into_wallet(pass));
                changes.operation(operation);
            }
        }
        changes.put(&item, &SuspenseRow { resolved_by: resolution.id(), ..row.clone() });
        let place = AgendaKey { list: AgendaList::SUSPENSE, due: row.came_at, about: item };
        reading.get::<Agenda>(&place)?;
        changes.delete::<Agenda>(&place);
        Ok(Decision::done(changes, ()))
    }

    /// Money in suspense that waits for staff, the oldest first; behind `after`, at most `limit`.
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt), [`Error::Io`](crate::Error::Io).
    pub fn open_suspense(
        &self,
        after: Option<&SuspenseItem>,
        limit: usize,
    ) -> Result<Vec<SuspenseItem>> {
        let reading = self.read()?;
        let list = AgendaList::SUSPENSE;
        let after = after.map(|item| AgendaKey { list, due: item.came_at, about: item.id }.bytes());
        let mut found = Vec::new();
        for row in reading.scan::<Agenda>(&[list.number()], after.as_deref()).take(limit) {
            let id = row?.0.about;
            found.extend(reading.peek::<SuspenseRow>(&id)?.map(|row| row.item(id)));
        }
        Ok(found)
    }

    /// Money in suspense, open or resolved; `None` if there is no such item.
    ///
    /// # Errors
    /// As [`Wallets::open_suspense`].
    pub fn suspense_item(&self, item: Id) -> Result<Option<SuspenseItem>> {
        Ok(self.read()?.peek::<SuspenseRow>(&item)?.map(|row| row.item(item)))
    }
}

impl SuspenseRow {
    fn item(&self, id: Id) -> SuspenseItem {
        SuspenseItem {
            id,
            payment: self.payment,
            wallet: self.wallet,
            amount: Amount::new(self.amount).unwrap_or(Amount::MAX),
            ledger: self.ledger,
            reason: SuspenseReason::from_number(self.reason),
            came_at: self.came_at,
            resolved_by: self.resolved_by,
        }
    }
}
