//! `wallet suspense`: money of cards that could not be booked, until staff say where it belongs.

use super::access::{Opened, to_read, to_write};
use super::arguments::{Access, Suspense, SuspenseStep};
use super::{done, listed, missing};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{self, AmountText, IdText, Name, Numeral, TimeText};
use crate::cli::output::{Books, Left, Right, counted, more, second, section, table};
use escrowdb::wallet::WalletStatus;
use escrowdb::{Id, Operation, Resolution, SuspenseItem, Wallets};
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
    ledger: Numeral,
    currency: String,
    amount: AmountText,
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
    /// What moved it.
    operation: IdText,
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
    // The same whoever runs it, and however often: two members of staff who want one thing say the same.
    let named = || Id::named("escrowdb wallet suspense", &format!("{} to {to}", item.item));
    let operation = item.operation.unwrap_or_else(named);
    let how = match step {
        SuspenseStep::ToWallet(_) => Resolution::ToWallet(operation),
        SuspenseStep::BackToCard(_) => Resolution::BackToCard(operation),
        SuspenseStep::ToOrder { payee, at_once, .. } => {
            let make = if *at_once { Operation::transfer } else { Operation::hold };
            Resolution::ToOrder(order(&wallets, item.item, |from, found| {
                make(operation, from, *payee, found.ledger, found.amount)
            })?)
        }
    };
    let judged = wallets.resolve_suspense(item.item, &how, &item.staff.actor())?;
    if let Err(refusal) = judged {
        return Err(Failure::input(format!("refused: {refusal}; by operation {operation}")));
    }
    let id = item.item;
    let moved = IdText::known(operation);
    let facts = ResolvedFacts { item: IdText::known(id), to: Name(to), operation: moved };
    let words = format!("The money of item {id} went to the {to}, by operation {operation}.");
    done(out, access.json, &words, &facts)
}

/// What pays an order from the account of the wallet that the item belongs to.
fn order(
    wallets: &Wallets,
    item: Id,
    make: impl FnOnce(Id, &SuspenseItem) -> Operation,
) -> Result<Operation, Failure> {
    let found = wallets.suspense_item(item)?;
    let found = found.ok_or_else(|| missing(WalletStatus::SUSPENSE_ITEM_NOT_FOUND))?;
    let wallet = wallets.wallet(found.wallet)?;
    let wallet = wallet.ok_or_else(|| missing(WalletStatus::WALLET_NOT_FOUND))?;
    Ok(make(wallet.account, &found))
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
        ("", Left),
        ("amount", Right),
        ("why", Left),
        ("since (UTC)", Left),
    ]);
    for item in &items {
        let currency = books.currency(item.ledger);
        table.add_row([
            item.id.to_string(),
            item.payment.to_string(),
            item.wallet.to_string(),
            currency.code.clone(),
            currency.cell(item.amount),
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
            ledger: item.ledger.into(),
            amount: AmountText::of(item.amount, &currency),
            currency: currency.code,
            reason: Name(item.reason.name()),
            came_at: TimeText::of(item.came_at),
        }
    }
}
