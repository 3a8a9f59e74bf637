//! `wallet suspense`: money of cards that could not be booked, until staff say where it belongs.

use super::access::{Opened, to_read, to_write};
use super::arguments::{Access, Suspense, SuspenseStep};
use super::terms::Terms;
use super::{listed, missing, ordered, refused};
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::Rate;
use crate::cli::json::{self, AmountText, IdText, Name, Numeral, TimeText};
use crate::cli::output::{Books, Left, Right, counted, more, second, section, table};
use escrowdb::wallet::WalletStatus;
use escrowdb::{AtDeadline, Id, Kind, Operation, Resolution, SuspenseItem};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;
use std::path::Path;

/// Money that waits.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct ItemsFacts {
    items: Vec<ItemFacts>,
    /// Whether there are more than were asked for.
    more: bool,
}

/// Money of a card that could not be booked.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ItemFacts {
    item: IdText,
    payment: IdText,
    wallet: IdText,
    /// What the payment was for.
    order: Option<IdText>,
    /// Whether that is paid and was not given back: `to-order` is refused then.
    order_is_paid: bool,
    /// The account that the payment was to pay.
    payee: IdText,
    ledger: Numeral,
    currency: String,
    /// How much came.
    amount: AmountText,
    /// How much the payment was to be.
    expected: AmountText,
    reason: Name,
    came_at: Option<TimeText>,
}

/// Where the money of an item went.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct ResolvedFacts {
    item: IdText,
    /// `wallet`, `card` or `order`.
    to: Name,
    /// What moved it, or will when the second member of staff orders the same.
    operation: IdText,
    /// Whether it lies there still, and another one must order the same.
    awaits_second: bool,
}

/// Lists what is in suspense, or resolves an item.
pub(super) fn run(
    arguments: &Suspense,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    match &arguments.step {
        None => list(arguments, access, out),
        Some(step) => resolve(&arguments.store, step, access, out),
    }
}

fn resolve(
    store: &Path,
    step: &SuspenseStep,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let (item, to) = match step {
        SuspenseStep::ToWallet(item) => (item, "wallet"),
        SuspenseStep::BackToCard(item) => (item, "card"),
        SuspenseStep::ToOrder { item, .. } => (item, "order"),
    };
    let Opened { wallets, .. } = to_write(store, access)?;
    // The same whoever runs it, and however often: two members of staff who want one thing say the
    // same.
    let number = item.item.as_u128();
    let named = || Id::named("escrowdb wallet suspense", &format!("{number:032x} to {to}"));
    let operation = item.operation.unwrap_or_else(named);
    let how = match step {
        SuspenseStep::ToWallet(_) => Resolution::ToWallet(operation),
        SuspenseStep::BackToCard(_) => Resolution::BackToCard(operation),
        SuspenseStep::ToOrder { terms, .. } => {
            let meant = wallets.order_from_suspense(item.item, operation)?;
            let meant =
                meant.ok_or_else(|| missing(WalletStatus::SUSPENSE_ITEM_NOT_FOUND, item.item))?;
            Resolution::ToOrder(terms.instead_of(meant))
        }
    };
    let judged = wallets.resolve_suspense(item.item, &how, &item.staff.actor())?;
    let id = item.item;
    let awaits_second = match judged {
        Err(refusal) if !refusal.status.awaits_second() => {
            let refused = refused(refusal, id);
            let undone = format!("{refused}; operation {operation} was not carried out");
            return Err(Failure::input(undone));
        }
        judged => judged.is_err(),
    };
    let moved = IdText::known(operation);
    let facts =
        ResolvedFacts { item: IdText::known(id), to: Name(to), operation: moved, awaits_second };
    let words = format!("The money of item {id} went to the {to}, by operation {operation}.");
    ordered(out, access.json, awaits_second, (&words, &facts))
}

impl Terms {
    /// The payment with what was asked for instead of what it was to be.
    fn instead_of(&self, meant: Operation) -> Operation {
        if self.at_once {
            // Kind and terms alone: what else the payment said stays.
            return Operation {
                kind: Kind::TRANSFER,
                credit_account: self.payee.unwrap_or(meant.credit_account),
                fee_account: Id::ZERO,
                fee_ppm: 0,
                timeout_seconds: 0,
                at_deadline: AtDeadline::default(),
                ..meant
            };
        }
        let fee = self.fee_account.zip(self.fee);
        let (fee_account, Rate(fee_ppm)) = fee.unwrap_or((meant.fee_account, Rate(meant.fee_ppm)));
        let deadline = self.timeout.zip(self.at_deadline);
        let (timeout_seconds, at_deadline) =
            deadline.unwrap_or((meant.timeout_seconds, meant.at_deadline));
        let credit_account = self.payee.unwrap_or(meant.credit_account);
        let kind = if deadline.is_some() || fee.is_some() { Kind::HOLD } else { meant.kind };
        Operation {
            kind,
            credit_account,
            fee_account,
            fee_ppm,
            timeout_seconds,
            at_deadline,
            ..meant
        }
    }
}

fn list(arguments: &Suspense, access: &Access, out: &mut dyn Write) -> Result<Ending, Failure> {
    let Opened { store, wallets } = to_read(&arguments.store, access)?;
    let books = Books::of(&store.snapshot()?)?;
    let (items, is_more) =
        listed(arguments.limit, |after, limit| wallets.open_suspense(after, limit))?;
    if access.json {
        let items = items.iter().map(|item| ItemFacts::of(item, &books)).collect();
        json::document(out, &ItemsFacts { items, more: is_more })?;
        return Ok(Ending::Done);
    }
    let mut table = table(&[
        ("item", Left),
        ("payment", Left),
        ("wallet", Left),
        ("order", Left),
        ("is paid", Left),
        ("payee", Left),
        ("", Left),
        ("came", Right),
        ("expected", Right),
        ("why", Left),
        ("since (UTC)", Left),
    ]);
    for item in &items {
        let currency = books.currency(item.ledger);
        table.add_row([
            item.id.to_string(),
            item.payment.to_string(),
            item.wallet.to_string(),
            if item.order.is_zero() { "-".to_owned() } else { item.order.to_string() },
            if item.order_is_paid { "yes" } else { "no" }.to_owned(),
            item.payee.to_string(),
            currency.code.clone(),
            currency.cell(item.amount),
            currency.cell(item.expected),
            item.reason.to_string(),
            second(item.came_at),
        ]);
    }
    section(out, &counted(items.len() as u64, "item", "items"), &table)?;
    if is_more {
        more(out, arguments.limit)?;
    }
    Ok(Ending::Done)
}

impl ItemFacts {
    fn of(item: &SuspenseItem, books: &Books) -> Self {
        let currency = books.currency(item.ledger);
        Self {
            item: IdText::known(item.id),
            payment: IdText::known(item.payment),
            wallet: IdText::known(item.wallet),
            order: IdText::of(item.order),
            order_is_paid: item.order_is_paid,
            payee: IdText::known(item.payee),
            ledger: item.ledger.into(),
            amount: AmountText::of(item.amount, &currency),
            expected: AmountText::of(item.expected, &currency),
            currency: currency.code,
            reason: Name(item.reason.name()),
            came_at: TimeText::of(item.came_at),
        }
    }
}
