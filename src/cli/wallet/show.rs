//! `wallet show`: a wallet as support needs it: state, tier, limits, locks, cards, open cases.
//!
//! Of a card its brand and last four digits; of its owner the id alone.

use super::access::{Opened, to_read};
use super::arguments::{Access, OneWallet};
use super::missing;
use crate::cli::failure::{Ending, Failure};
use crate::cli::json::{self, AmountText, BalanceFacts, Count, IdText, Name, Numeral, TimeText};
use crate::cli::output::{Books, Currency, Left, Right, counted, second, section, table};
use escrowdb::wallet::policy::Limits;
use escrowdb::wallet::{RecoveryCase, RecoveryState, WalletState, WalletStatus};
use escrowdb::{Amount, Balances, BoundCard, Id, Spending, Timestamp, WalletView};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;

/// A wallet as support needs it.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct WalletFacts {
    wallet: IdText,
    person: IdText,
    account: IdText,
    ledger: Numeral,
    currency: String,
    state: Name,
    tier: Numeral,
    tier_until: Option<TimeText>,
    balances: BalanceFacts,
    has_payment_password: bool,
    /// Since it last matched; null without a payment password.
    payment_password_failures: Option<Count>,
    /// Until a recovery.
    is_locked_for_good: bool,
    locked_until: Option<TimeText>,
    cooldown_until: Option<TimeText>,
    /// Authorisations that were not used up yet.
    authorisations: Count,
    refunds_to_wallet: bool,
    limits: Vec<LimitFacts>,
    limit_per_payment: Option<AmountText>,
    limit_of_balance: Option<AmountText>,
    cards: Vec<CardFacts>,
    verification_case: Option<IdText>,
    recovery_case: Option<IdText>,
    recovery_state: Option<Name>,
    /// What is sealed under the key of its owner cannot be read: cards have no brand and no digits.
    key_is_damaged: bool,
    /// The store's last event: the wallet is shown as of then.
    as_of: Option<TimeText>,
}

/// What was paid in a span of time, and what may be.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct LimitFacts {
    span: Name,
    paid: AmountText,
    limit: Option<AmountText>,
}

/// A card, by what its owner knows it by.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct CardFacts {
    card: IdText,
    brand: String,
    last_four: String,
    state: Name,
    is_default: bool,
    valid_until: Option<TimeText>,
}

/// What is shown of a wallet.
struct Seen {
    /// The store's last event: a wallet is shown as of then.
    as_of: Timestamp,
    wallet: WalletView,
    currency: Currency,
    balances: Balances,
    spending: Spending,
    /// Those of its tier, and of the time after a recovery.
    limits: Limits,
    /// Failures of the payment password since it last matched, and when the lock ends.
    failures: Option<(u32, Timestamp)>,
    cards: Vec<BoundCard>,
    verification: Option<Id>,
    recovery: Option<RecoveryCase>,
}

/// Shows a wallet.
pub(super) fn run(
    arguments: &OneWallet,
    access: &Access,
    out: &mut dyn Write,
) -> Result<Ending, Failure> {
    let seen = look(&to_read(&arguments.store, access)?, arguments.wallet)?;
    if access.json {
        json::document(out, &WalletFacts::of(&seen))?;
    } else {
        show(&seen, out)?;
    }
    Ok(Ending::Done)
}

fn look(opened: &Opened, id: Id) -> Result<Seen, Failure> {
    let Opened { store, wallets } = opened;
    let not_found = || missing(WalletStatus::WALLET_NOT_FOUND, id);
    let snapshot = store.snapshot()?;
    let as_of = snapshot.timestamp();
    let wallet = wallets.wallet(id)?.ok_or_else(not_found)?;
    let spending = wallets.spending(id)?.ok_or_else(not_found)?;
    let currency = Books::of(&snapshot)?.currency(wallet.ledger);
    let policy = wallets.policy();
    let mut in_currency = policy.currencies.iter();
    let found = in_currency.find(|one| one.code == currency.code && one.scale == currency.scale);
    let mut limits = Limits::default();
    if let Some(found) = found {
        limits = found.tiers.get(usize::from(spending.tier)).copied().unwrap_or_default();
        if wallet.cooldown_until > as_of {
            limits = tighter(&limits, &found.cooldown);
        }
    }
    let recovery = wallets.recovery_of(id)?;
    let is_open = |case: &RecoveryCase| case.state != RecoveryState::REFUSED;
    Ok(Seen {
        as_of,
        wallet,
        currency,
        balances: snapshot.account(wallet.account)?.map(|one| one.balances).unwrap_or_default(),
        spending,
        limits,
        failures: wallets.payment_password_failures(id)?,
        cards: wallets.cards(id)?,
        verification: wallets.open_verification_of(id)?,
        recovery: recovery.filter(is_open),
    })
}

/// What is left when both hold.
fn tighter(one: &Limits, other: &Limits) -> Limits {
    let least = |one: Option<Amount>, other: Option<Amount>| match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    Limits {
        per_payment: least(one.per_payment, other.per_payment),
        per_day: least(one.per_day, other.per_day),
        per_month: least(one.per_month, other.per_month),
        per_year: least(one.per_year, other.per_year),
        lifetime: least(one.lifetime, other.lifetime),
        balance: least(one.balance, other.balance),
        ..*one
    }
}

/// What was paid in each span of time, and what may be.
fn spans(seen: &Seen) -> [(&'static str, u128, Option<Amount>); 4] {
    let (paid, limits) = (&seen.spending, &seen.limits);
    [
        ("day", paid.day, limits.per_day),
        ("month", paid.month, limits.per_month),
        ("year", paid.year, limits.per_year),
        ("lifetime", paid.lifetime, limits.lifetime),
    ]
}

/// What was paid, as an amount: sums are kept below the greatest one.
fn amount(units: u128) -> Amount {
    Amount::new(units).unwrap_or(Amount::MAX)
}

fn state(state: WalletState) -> &'static str {
    match state {
        WalletState::Active => "active",
        WalletState::Frozen => "frozen",
        WalletState::Closed => "closed",
        _ => "unknown",
    }
}

/// Failures and lock of the payment password, in words.
fn password(seen: &Seen) -> String {
    match seen.failures {
        None => "none".to_owned(),
        Some((_, Timestamp::MAX)) => "locked until a recovery".to_owned(),
        Some((failures, until)) => {
            let mut words = counted(u64::from(failures), "failure", "failures");
            if until > seen.as_of {
                words.push_str(&format!(", locked until {}", second(until)));
            }
            words
        }
    }
}

fn show(seen: &Seen, out: &mut dyn Write) -> Result<(), Failure> {
    let (wallet, currency) = (&seen.wallet, &seen.currency);
    writeln!(out, "wallet            {}", wallet.wallet)?;
    writeln!(out, "person            {}", wallet.person)?;
    writeln!(out, "account           {}", wallet.account)?;
    writeln!(out, "state             {}", state(wallet.state))?;
    writeln!(out, "tier              {}", seen.spending.tier)?;
    writeln!(out, "tier ends         {}", second(wallet.tier_until))?;
    writeln!(out, "available         {}", currency.words(seen.balances.available()))?;
    writeln!(out, "in escrow         {}", currency.words(seen.balances.debits_pending))?;
    writeln!(out, "payment password  {}", password(seen))?;
    writeln!(out, "cooldown ends     {}", second(wallet.cooldown_until))?;
    writeln!(out, "authorisations    {}", seen.spending.authorisations)?;
    let refunds = if wallet.refunds_to_wallet { "to the wallet" } else { "to the card" };
    writeln!(out, "card refunds      {refunds}")?;
    match seen.verification {
        Some(case) => writeln!(out, "verification      case {case}")?,
        None => writeln!(out, "verification      no open case")?,
    }
    match &seen.recovery {
        Some(case) => writeln!(out, "recovery          case {}, {}", case.case, case.state)?,
        None => writeln!(out, "recovery          no open case")?,
    }
    if wallet.key_is_damaged {
        writeln!(out, "personal data     cannot be read: the key of the person is damaged")?;
    }
    writeln!(out, "as of             {}", second(seen.as_of))?;
    writeln!(out)?;

    let limit = |limit: Option<Amount>| limit.map_or("-".to_owned(), |limit| currency.cell(limit));
    let mut limits = table(&[("", Left), ("paid", Right), ("limit", Right)]);
    limits.add_row(["payment".to_owned(), String::new(), limit(seen.limits.per_payment)]);
    for (span, paid, most) in spans(seen) {
        limits.add_row([span.to_owned(), currency.cell(amount(paid)), limit(most)]);
    }
    limits.add_row(["balance".to_owned(), String::new(), limit(seen.limits.balance)]);
    section(out, &format!("Limits in {}", currency.code), &limits)?;

    let mut cards = table(&[
        ("card", Left),
        ("brand", Left),
        ("last four", Left),
        ("state", Left),
        ("default", Left),
        ("valid until (UTC)", Left),
    ]);
    for card in &seen.cards {
        let (brand, last_four) = face(card);
        cards.add_row([
            card.id.to_string(),
            brand.to_owned(),
            last_four.to_owned(),
            card.state.to_string(),
            if card.is_default { "yes" } else { "" }.to_owned(),
            second(card.valid_until),
        ]);
    }
    section(out, &counted(seen.cards.len() as u64, "card", "cards"), &cards)
}

/// What a customer recognises a card by; dashes if nothing is known of it any more.
fn face(card: &BoundCard) -> (&str, &str) {
    card.reference.as_ref().map_or(("-", "-"), |known| (&known.brand, &known.last_four))
}

impl WalletFacts {
    fn of(seen: &Seen) -> Self {
        let (wallet, currency) = (&seen.wallet, &seen.currency);
        let limit = |limit: Option<Amount>| limit.map(|limit| AmountText::of(limit, currency));
        let spans = spans(seen).into_iter().map(|(span, paid, most)| LimitFacts {
            span: Name(span),
            paid: AmountText::of(amount(paid), currency),
            limit: limit(most),
        });
        let recovery = seen.recovery.as_ref();
        let lock = seen.failures.map(|(_, until)| until);
        Self {
            wallet: IdText::known(wallet.wallet),
            person: IdText::known(wallet.person),
            account: IdText::known(wallet.account),
            ledger: wallet.ledger.into(),
            currency: currency.code.clone(),
            state: Name(state(wallet.state)),
            tier: seen.spending.tier.into(),
            tier_until: TimeText::of(wallet.tier_until),
            balances: BalanceFacts::of(&seen.balances, currency),
            has_payment_password: wallet.has_payment_password,
            payment_password_failures: seen.failures.map(|(failures, _)| failures.into()),
            is_locked_for_good: lock == Some(Timestamp::MAX),
            locked_until: lock.filter(|until| *until != Timestamp::MAX).and_then(TimeText::of),
            cooldown_until: TimeText::of(wallet.cooldown_until),
            authorisations: seen.spending.authorisations.into(),
            refunds_to_wallet: wallet.refunds_to_wallet,
            limits: spans.collect(),
            limit_per_payment: limit(seen.limits.per_payment),
            limit_of_balance: limit(seen.limits.balance),
            cards: seen.cards.iter().map(CardFacts::of).collect(),
            verification_case: seen.verification.map(IdText::known),
            recovery_case: recovery.map(|case| IdText::known(case.case)),
            recovery_state: recovery.map(|case| Name(case.state.name())),
            key_is_damaged: wallet.key_is_damaged,
            as_of: TimeText::of(seen.as_of),
        }
    }
}

impl CardFacts {
    fn of(card: &BoundCard) -> Self {
        let (brand, last_four) = face(card);
        Self {
            card: IdText::known(card.id),
            brand: brand.to_owned(),
            last_four: last_four.to_owned(),
            state: Name(card.state.name()),
            is_default: card.is_default,
            valid_until: TimeText::of(card.valid_until),
        }
    }
}
