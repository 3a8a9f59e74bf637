//! `wallet unclaimed`: money that was set aside for its owners, until they claim it.

use super::access::{Opened, to_read, to_write};
use super::arguments::{Access, OneUnclaimed, Unclaimed, UnclaimedStep};
use super::{listed, ordered, refused};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{self, AmountText, IdText, Name, Numeral, TimeText};
use crate::cli::output::{Books, Left, Right, counted, more, second, section, table};
use escrowdb::{Id, UnclaimedItem};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;
use std::path::Path;

/// Money that was set aside.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct UnclaimedFacts {
    items: Vec<UnclaimedItemFacts>,
    /// Whether there are more than were asked for.
    more: bool,
}

/// Money of one person.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct UnclaimedItemFacts {
    item: IdText,
    /// Whose it is.
    person: IdText,
    /// The wallet that it came from.
    wallet: IdText,
    ledger: Numeral,
    currency: String,
    amount: AmountText,
    reason: Name,
    came_at: Option<TimeText>,
    /// The transfer by which it left; null while it waits.
    resolved_by: Option<IdText>,
    /// The account that it went to.
    resolved_to: Option<IdText>,
    resolved_at: Option<TimeText>,
}

/// What was done with an item.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct UnclaimedStepFacts {
    item: IdText,
    /// `set_aside`, `claimed` or `paid_out`.
    step: Name,
    /// What moved it, or will when the second member of staff orders the same.
    operation: IdText,
    /// Whether it lies there still, and another one must order the same.
    awaits_second: bool,
}

/// Lists unclaimed money, or has some set aside, claimed or paid out.
pub(super) fn run(
    arguments: &Unclaimed,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    match &arguments.step {
        None => list(arguments, access, out),
        Some(step) => carry_out(&arguments.store, step, access, out),
    }
}

fn carry_out(
    store: &Path,
    step: &UnclaimedStep,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let Opened { wallets, .. } = to_write(store, access)?;
    let (item, name, operation, judged) = match step {
        UnclaimedStep::SetAside { wallet, item, staff } => {
            let item = item.unwrap_or_else(Id::new);
            let judged = wallets.set_aside(item, *wallet, &staff.actor())?;
            (item, "set_aside", item, judged)
        }
        UnclaimedStep::Claim { of, wallet } => {
            let to = (of.transfer("wallet", *wallet), *wallet);
            let judged = wallets.claim_unclaimed(of.item, to, &of.staff.actor())?;
            (of.item, "claimed", to.0, judged)
        }
        UnclaimedStep::PayOut { of, account } => {
            let to = (of.transfer("account", *account), *account);
            let judged = wallets.pay_out_unclaimed(of.item, to, &of.staff.actor())?;
            (of.item, "paid_out", to.0, judged)
        }
    };
    let awaits_second = match judged {
        Err(refusal) if !refusal.status.awaits_second() => {
            return Err(Failure::input(refused(refusal, item)));
        }
        judged => judged.is_err(),
    };
    let facts = UnclaimedStepFacts {
        item: IdText::known(item),
        step: Name(name),
        operation: IdText::known(operation),
        awaits_second,
    };
    let done = name.replace('_', " ");
    let words = format!("Unclaimed money {item} was {done}, by operation {operation}.");
    ordered(out, access.json, awaits_second, (&words, &facts))
}

fn list(arguments: &Unclaimed, access: &Access, out: &mut dyn Write) -> Result<Ending, Failure> {
    let Opened { store, wallets } = to_read(&arguments.store, access)?;
    let books = Books::of(&store.snapshot()?)?;
    let (items, is_more) = match arguments.person {
        Some(person) => (wallets.unclaimed_of(person)?, false),
        None => listed(arguments.limit, |after, limit| wallets.open_unclaimed(after, limit))?,
    };
    if access.json {
        let items = items.iter().map(|item| UnclaimedItemFacts::of(item, &books)).collect();
        json::document(out, &UnclaimedFacts { items, more: is_more })?;
        return Ok(Ending::Done);
    }
    let mut table = table(&[
        ("item", Left),
        ("person", Left),
        ("wallet", Left),
        ("", Left),
        ("amount", Right),
        ("why", Left),
        ("since (UTC)", Left),
        ("went to", Left),
    ]);
    for item in &items {
        let currency = books.currency(item.ledger);
        let is_open = item.resolved_by.is_zero();
        table.add_row([
            item.id.to_string(),
            item.person.to_string(),
            item.wallet.to_string(),
            currency.code.clone(),
            currency.cell(item.amount),
            item.reason.to_string(),
            second(item.came_at),
            if is_open { "-".to_owned() } else { item.resolved_to.to_string() },
        ]);
    }
    section(out, &counted(items.len() as u64, "item", "items"), &table)?;
    if is_more {
        more(out, arguments.limit)?;
    }
    Ok(Ending::Done)
}

impl OneUnclaimed {
    /// The id of the transfer: the same whoever orders the same, and however often.
    fn transfer(&self, kind: &str, to: Id) -> Id {
        let (item, to) = (self.item.as_u128(), to.as_u128());
        let name = format!("{item:032x} to {kind} {to:032x}");
        self.operation.unwrap_or_else(|| Id::named("escrowdb wallet unclaimed", &name))
    }
}

impl UnclaimedItemFacts {
    fn of(item: &UnclaimedItem, books: &Books) -> Self {
        let currency = books.currency(item.ledger);
        Self {
            item: IdText::known(item.id),
            person: IdText::known(item.person),
            wallet: IdText::known(item.wallet),
            ledger: item.ledger.into(),
            amount: AmountText::of(item.amount, &currency),
            currency: currency.code,
            reason: Name(item.reason.name()),
            came_at: TimeText::of(item.came_at),
            resolved_by: IdText::of(item.resolved_by),
            resolved_to: IdText::of(item.resolved_to),
            resolved_at: TimeText::of(item.resolved_at),
        }
    }
}
