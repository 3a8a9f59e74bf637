//! `wallet chargebacks`: what cardholders contest, and what the processor says of it.

use super::access::{Opened, to_bear, to_read, to_write};
use super::arguments::{Access, ChargebackStep, Chargebacks, Notified};
use super::{answer, done, listed, missing};
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{self, AmountText, IdText, Name, Numeral, TimeText};
use crate::cli::output::{Books, Left, Right, counted, more, second, section, table};
use escrowdb::wallet::WalletStatus;
use escrowdb::{Amount, Chargeback, ChargebackNotice, Id, Timestamp, money};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// Chargebacks that are open, or whose money is due.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct ChargebacksFacts {
    chargebacks: Vec<ChargebackFacts>,
    /// Whether there are more than were asked for.
    more: bool,
}

/// A chargeback.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct ChargebackFacts {
    chargeback: IdText,
    /// The payment that is contested, or the item in suspense.
    payment: IdText,
    wallet: IdText,
    /// The processor's name for it.
    reference: String,
    /// The reason code of the card network.
    code: String,
    state: Name,
    /// What it was answered with, by the shop's own name.
    evidence: Option<String>,
    ledger: Numeral,
    currency: String,
    amount: AmountText,
    /// What of that the payment had left.
    of_payment: AmountText,
    /// What is gone for good.
    lost: AmountText,
    /// What the processor took, and is in no account's books yet.
    due: AmountText,
    /// Until when it must be answered.
    answer_by: Option<TimeText>,
    notified_at: Option<TimeText>,
    /// When the processor took the money.
    taken_at: Option<TimeText>,
}

/// Lists chargebacks, or shows or changes one.
pub(super) fn run(
    arguments: &Chargebacks,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let Some(step) = &arguments.step else { return list(arguments, access, out) };
    let store = &arguments.store;
    let (opened, one) = match step {
        ChargebackStep::Show { chargeback } => {
            let opened = to_read(store, access)?;
            let one = find(&opened, *chargeback)?;
            (opened, one)
        }
        ChargebackStep::Notified(notified) => {
            let opened = to_write(store, access)?;
            let one = notify(&opened, notified)?;
            (opened, one)
        }
        ChargebackStep::Taken { of, bears } => {
            let opened = to_bear(store, access, bears.loss_account)?;
            let taken = opened.wallets.chargeback_taken(of.chargeback, &of.staff.actor())?;
            let one = answer(taken, of.chargeback)?;
            (opened, one)
        }
        ChargebackStep::Represented { of, evidence } => {
            let opened = to_write(store, access)?;
            let (wallets, actor) = (&opened.wallets, of.staff.actor());
            let sent = wallets.chargeback_represented(of.chargeback, evidence, &actor)?;
            let one = answer(sent, of.chargeback)?;
            (opened, one)
        }
        ChargebackStep::Decided { of, lost, bears } => {
            let opened = to_bear(store, access, bears.loss_account)?;
            let ledger = find(&opened, of.chargeback)?.ledger;
            let lost = amount(&opened, ledger, lost)?;
            let (wallets, actor) = (&opened.wallets, of.staff.actor());
            let decided = wallets.chargeback_decided(of.chargeback, lost, &actor)?;
            let one = answer(decided, of.chargeback)?;
            (opened, one)
        }
    };
    let books = Books::of(&opened.store.snapshot()?)?;
    let facts = ChargebackFacts::of(&one, &books);
    done(out, access.json, &words(&one, &books), &facts)
}

fn find(opened: &Opened, chargeback: Id) -> Result<Chargeback, Failure> {
    let found = opened.wallets.chargeback(chargeback)?;
    found.ok_or_else(|| missing(WalletStatus::CHARGEBACK_NOT_FOUND, chargeback))
}

fn notify(opened: &Opened, notified: &Notified) -> Result<Chargeback, Failure> {
    let external = opened.store.snapshot()?.account(notified.external)?;
    let Some(ledger) = external.map(|account| account.ledger) else {
        return Err(Failure::input(format!("there is no account {}", notified.external)));
    };
    let notice = ChargebackNotice {
        id: notified.chargeback,
        payment: notified.payment,
        reference: notified.reference.clone(),
        amount: amount(opened, ledger, &notified.amount)?,
        reason: notified.code.clone(),
        answer_by: notified.answer_by.unwrap_or(Timestamp::NONE),
        external: notified.external,
    };
    let judged = opened.wallets.chargeback_notified(&notice, &notified.staff.actor())?;
    answer(judged, notified.payment)
}

/// An amount in the currency of a ledger.
fn amount(opened: &Opened, ledger: u32, text: &str) -> Result<Amount, Failure> {
    let found = opened.store.snapshot()?.ledger(ledger)?;
    let scale = found.map_or(0, |ledger| ledger.scale());
    money::parse(text, scale).map_err(|error| Failure::input(format!("{text:?}: {error}")))
}

/// A chargeback as a person reads it.
fn words(one: &Chargeback, books: &Books) -> String {
    let currency = books.currency(one.ledger);
    let mut said = format!(
        "Chargeback {} ({}, {}) of payment {}: {}, {}.",
        one.id,
        one.reference,
        one.reason,
        one.payment,
        currency.words(one.amount),
        one.state
    );
    if one.of_payment != one.amount {
        said += &format!(" The payment had {} left.", currency.words(one.of_payment));
    }
    if !one.lost.is_zero() {
        said += &format!(" {} are lost.", currency.words(one.lost));
    }
    if !one.due.is_zero() {
        said += &format!(" {} are due: no loss account bears them.", currency.words(one.due));
    }
    if !one.answer_by.is_none() && !one.state.is_decided() {
        said += &format!(" To be answered by {} (UTC).", second(one.answer_by));
    }
    said
}

fn list(arguments: &Chargebacks, access: &Access, out: &mut dyn Write) -> Result<Ending, Failure> {
    let Opened { store, wallets } = to_read(&arguments.store, access)?;
    let books = Books::of(&store.snapshot()?)?;
    let (found, is_more) =
        listed(arguments.limit, |after, limit| wallets.open_chargebacks(after, limit))?;
    if access.json {
        let chargebacks = found.iter().map(|one| ChargebackFacts::of(one, &books)).collect();
        json::document(out, &ChargebacksFacts { chargebacks, more: is_more })?;
        return Ok(Ending::Done);
    }
    let mut table = table(&[
        ("answer by (UTC)", Left),
        ("chargeback", Left),
        ("payment", Left),
        ("wallet", Left),
        ("reference", Left),
        ("code", Left),
        ("state", Left),
        ("", Left),
        ("amount", Right),
        ("due", Right),
    ]);
    for one in &found {
        let currency = books.currency(one.ledger);
        table.add_row([
            if one.answer_by.is_none() { "-".to_owned() } else { second(one.answer_by) },
            one.id.to_string(),
            one.payment.to_string(),
            one.wallet.to_string(),
            one.reference.clone(),
            one.reason.clone(),
            one.state.to_string(),
            currency.code.clone(),
            currency.cell(one.amount),
            currency.cell(one.due),
        ]);
    }
    section(out, &counted(found.len() as u64, "chargeback", "chargebacks"), &table)?;
    if is_more {
        more(out, arguments.limit)?;
    }
    Ok(Ending::Done)
}

impl ChargebackFacts {
    fn of(one: &Chargeback, books: &Books) -> Self {
        let currency = books.currency(one.ledger);
        Self {
            chargeback: IdText::known(one.id),
            payment: IdText::known(one.payment),
            wallet: IdText::known(one.wallet),
            reference: one.reference.clone(),
            code: one.reason.clone(),
            state: Name(one.state.name()),
            evidence: super::name(&one.evidence),
            ledger: one.ledger.into(),
            amount: AmountText::of(one.amount, &currency),
            of_payment: AmountText::of(one.of_payment, &currency),
            lost: AmountText::of(one.lost, &currency),
            due: AmountText::of(one.due, &currency),
            currency: currency.code,
            answer_by: TimeText::of(one.answer_by),
            notified_at: TimeText::of(one.notified_at),
            taken_at: TimeText::of(one.taken_at),
        }
    }
}
