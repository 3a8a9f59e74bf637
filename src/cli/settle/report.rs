//! The report for programs.
//!
//! Amounts are decimal strings with all digits of the currency; nothing is `"0"`. The totals stand
//! under `currencies`, one entry each, and also at the top where the file has one currency only.

use super::BadRows;
use super::naming::Role;
use super::standing::Standing;
use super::tally::{Book, Sum, Tally};
use crate::cli::arguments::Settle;
use crate::cli::failure::Failure;
use crate::cli::json;
use crate::cli::output::Currency;
use escrowdb::{Amount, Stats, Timestamp};
use serde_json::{Map, Value, json};
use std::io::Write;
use std::time::Duration;

/// Sellers that the report names.
pub(crate) const TOP_SELLERS: usize = 5;

/// Everything that a run has found.
pub(crate) struct Report<'run> {
    pub(crate) arguments: &'run Settle,
    pub(crate) first_at: Timestamp,
    pub(crate) last_at: Timestamp,
    pub(crate) orders: u64,
    pub(crate) bad: BadRows,
    pub(crate) tally: Tally,
    pub(crate) standings: Vec<Standing>,
    pub(crate) run: Run,
}

/// How fast it went.
pub(crate) struct Run {
    pub(crate) took: Duration,
    pub(crate) blocks: u64,
    pub(crate) syncs: u64,
}

impl Run {
    pub(crate) fn new(took: Duration, stats: &Stats) -> Self {
        Self { took, blocks: stats.blocks, syncs: stats.syncs }
    }

    /// How many a second.
    pub(crate) fn rate(&self, number: u64) -> u64 {
        let micros = self.took.as_micros().max(1);
        let rate = u128::from(number).saturating_mul(1_000_000) / micros;
        u64::try_from(rate).unwrap_or(u64::MAX)
    }
}

impl Report<'_> {
    /// Writes one JSON document.
    pub(crate) fn write_json(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let mut report = Map::new();
        report.insert("rows".to_owned(), json!(self.tally.rows));
        report.insert("refused".to_owned(), json!(self.tally.refused));
        report.insert("run".to_owned(), self.run());
        let mut currencies = Map::new();
        for standing in &self.standings {
            currencies.insert(standing.currency.code.clone(), self.totals(standing));
        }
        if let [standing] = self.standings.as_slice()
            && let Value::Object(totals) = self.totals(standing)
        {
            report.extend(totals);
        }
        report.insert("currencies".to_owned(), Value::Object(currencies));
        json::document(out, &Value::Object(report))
    }

    /// The book of a standing.
    pub(crate) fn book(&self, standing: &Standing) -> &Book {
        &self.tally.books[&standing.ledger]
    }

    fn totals(&self, standing: &Standing) -> Value {
        let book = self.book(standing);
        let currency = &standing.currency;
        let text = |amount| text(currency, amount);
        let open = |sum: Sum| json!({ "open": sum.count, "open_amount": text(sum.amount) });
        let buyers = standing.balances(Role::Buyer);
        let top = standing.sellers.iter().take(TOP_SELLERS);
        let net = |role| signed(currency, standing.balances(role).net());
        json!({
            "counts": {
                "payments": book.paid_in.count,
                "holds": book.held.count,
                "shipped": book.shipped,
                "released": book.released.count,
                "refunded": book.refunded.count,
                "expired_released": book.expired_released.count,
                "expired_refunded": book.expired_refunded.count,
            },
            "totals": {
                "paid_in": text(book.paid_in.amount),
                "held": text(book.held.amount),
                "released": text(book.released.amount),
                "refunded": text(book.refunded.amount),
                "expired_released": text(book.expired_released.amount),
                "expired_refunded": text(book.expired_refunded.amount),
                "fees": text(book.fees),
            },
            "before_until": open(standing.open_at_end),
            "after_until": open(book.open),
            "sellers_paid": net(Role::Seller),
            "platform": net(Role::Platform),
            "buyers_left": text(buyers.available()),
            "external": net(Role::Method),
            "top_sellers": top
                .filter(|(_, sum)| !sum.amount.is_zero())
                .map(|(name, sum)| json!([name, text(sum.amount)]))
                .collect::<Vec<_>>(),
        })
    }

    fn run(&self) -> Value {
        let bad = self.bad.listed.iter();
        let run = &self.run;
        json!({
            "file": self.arguments.file.display().to_string(),
            "store": self.arguments.store.display().to_string(),
            "orders": self.orders,
            "rows_new": self.tally.rows_new,
            "rows_skipped": self.bad.count,
            "skipped": bad
                .map(|bad| json!({ "line": bad.line, "reason": bad.reason }))
                .collect::<Vec<_>>(),
            "milliseconds": u64::try_from(run.took.as_millis()).unwrap_or(u64::MAX),
            "operations": self.tally.operations,
            "rows_per_second": run.rate(self.tally.rows),
            "operations_per_second": run.rate(self.tally.operations),
            "blocks": run.blocks,
            "syncs": run.syncs,
        })
    }
}

fn text(currency: &Currency, amount: Amount) -> String {
    if amount.is_zero() { "0".to_owned() } else { currency.plain(amount) }
}

fn signed(currency: &Currency, minor_units: i128) -> String {
    if minor_units == 0 { "0".to_owned() } else { currency.plain_signed(minor_units) }
}
