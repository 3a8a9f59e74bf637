//! The report for programs.
//!
//! Amounts are decimal strings with all digits of the currency; nothing is `"0"`. The totals stand
//! under `currencies`, one entry each, and also at the top where the file has one currency only.

use super::BadRows;
use super::standing::Standing;
use super::tally::{Book, Refusal, Sum, Tally};
use crate::cli::arguments::Settle;
use crate::cli::failure::Failure;
use crate::cli::json::{self, AmountText, Count, Name, Numeral, SignedText};
use crate::cli::naming::Role;
use escrowdb::{Stats, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

/// Sellers that the report names.
pub(crate) const TOP_SELLERS: usize = 5;

/// Everything that a run has found.
pub(crate) struct Report<'run> {
    pub(crate) arguments: &'run Settle,
    /// The file as it is named in messages.
    pub(crate) source: String,
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

/// What became of a file of orders.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct SettleFacts {
    /// Rows that were carried out or refused.
    rows: Count,
    /// What was refused, by event and reason: so many legs.
    refused: BTreeMap<String, Count>,
    /// What was refused, row by row: the first thousand rows.
    refusals: Vec<RefusalFacts>,
    run: RunFacts,
    /// The totals, where the file has one currency only.
    #[serde(flatten)]
    totals: Option<TotalFacts>,
    /// The totals of each currency by its code, also of those that only deadlines or what is held
    /// concern.
    currencies: BTreeMap<String, TotalFacts>,
}

/// A row that the store refused, wholly or for some legs of its order.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RefusalFacts {
    line: Numeral,
    order: String,
    event: Name,
    reason: Name,
    legs: Count,
}

/// What the file has come to in one currency.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct TotalFacts {
    counts: CountFacts,
    totals: SumFacts,
    /// What is held after the last row.
    before_until: OpenFacts,
    /// What is held at the end.
    after_until: OpenFacts,
    /// The balance of all sellers together.
    sellers_paid: SignedText,
    /// The balance of the platform.
    platform: SignedText,
    /// What all buyers together can spend.
    buyers_left: AmountText,
    /// The balance of all methods together: what came in, as debits.
    external: SignedText,
    /// The names of the sellers that were paid most, and what they were paid.
    top_sellers: Vec<(String, AmountText)>,
}

/// Steps of each kind.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct CountFacts {
    payments: Count,
    holds: Count,
    shipped: Count,
    released: Count,
    refunded: Count,
    /// By deadlines.
    expired_released: Count,
    /// By deadlines.
    expired_refunded: Count,
}

/// What they moved.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SumFacts {
    paid_in: AmountText,
    held: AmountText,
    released: AmountText,
    refunded: AmountText,
    expired_released: AmountText,
    expired_refunded: AmountText,
    fees: AmountText,
}

/// Holds that are open.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct OpenFacts {
    open: Count,
    open_amount: AmountText,
}

/// The run itself.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RunFacts {
    file: String,
    store: String,
    /// Nothing was written: this is what would be.
    dry_run: bool,
    orders: Count,
    /// Rows that were not in the store before.
    rows_new: Count,
    /// Rows of which the store refused a step for the first time.
    refusals_new: Count,
    /// Rows that were booked later than in their own second, with their own time as value date.
    rows_late: Count,
    /// Rows that were left out.
    rows_skipped: Count,
    /// The first of them.
    skipped: Vec<SkippedFacts>,
    milliseconds: Count,
    operations: Count,
    rows_per_second: Count,
    operations_per_second: Count,
    blocks: Count,
    syncs: Count,
}

/// A row that was left out.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SkippedFacts {
    line: Numeral,
    reason: String,
}

impl Report<'_> {
    /// Writes one JSON document.
    pub(crate) fn write_json(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let totals = self.standings.iter().map(|one| (one.currency.code.clone(), self.totals(one)));
        let currencies: BTreeMap<_, _> = totals.collect();
        // What others have in the store changes nothing of what a program finds where.
        let ledgers = &self.tally.ledgers;
        let of_file = self.standings.iter().filter(|one| ledgers.contains(&one.ledger));
        let totals = match of_file.collect::<Vec<_>>().as_slice() {
            [standing] => Some(self.totals(standing)),
            _ => None,
        };
        let refused = &self.tally.refused;
        let facts = SettleFacts {
            rows: self.tally.rows.into(),
            refused: refused.iter().map(|(key, count)| (key.clone(), (*count).into())).collect(),
            refusals: self.tally.refusals.iter().map(RefusalFacts::of).collect(),
            run: self.run(),
            totals,
            currencies,
        };
        json::document(out, &facts)
    }

    /// The book of a standing.
    pub(crate) fn book(&self, standing: &Standing) -> &Book {
        &self.tally.books[&standing.ledger]
    }

    fn totals(&self, standing: &Standing) -> TotalFacts {
        let book = self.book(standing);
        let currency = &standing.currency;
        let text = |amount| AmountText::short(amount, currency);
        let open = |sum: Sum| OpenFacts { open: sum.count.into(), open_amount: text(sum.amount) };
        let net = |role| SignedText::short(standing.balances(role).net(), currency);
        let top = standing.sellers.iter().take(TOP_SELLERS);
        let paid = top.filter(|(_, sum)| !sum.amount.is_zero());
        TotalFacts {
            counts: CountFacts {
                payments: book.paid_in.count.into(),
                holds: book.held.count.into(),
                shipped: book.shipped.into(),
                released: book.released.count.into(),
                refunded: book.refunded.count.into(),
                expired_released: book.expired_released.count.into(),
                expired_refunded: book.expired_refunded.count.into(),
            },
            totals: SumFacts {
                paid_in: text(book.paid_in.amount),
                held: text(book.held.amount),
                released: text(book.released.amount),
                refunded: text(book.refunded.amount),
                expired_released: text(book.expired_released.amount),
                expired_refunded: text(book.expired_refunded.amount),
                fees: text(book.fees),
            },
            before_until: open(standing.open_at_end),
            after_until: open(book.open),
            sellers_paid: net(Role::Seller),
            platform: net(Role::Platform),
            buyers_left: text(standing.balances(Role::Buyer).available()),
            external: net(Role::Method),
            top_sellers: paid.map(|(name, sum)| (name.clone(), text(sum.amount))).collect(),
        }
    }

    fn run(&self) -> RunFacts {
        let (run, tally) = (&self.run, &self.tally);
        let skipped = self.bad.listed.iter();
        let skipped =
            skipped.map(|bad| SkippedFacts { line: bad.line.into(), reason: bad.reason.clone() });
        RunFacts {
            file: self.arguments.file.display().to_string(),
            store: self.arguments.store.display().to_string(),
            dry_run: self.arguments.dry_run,
            orders: self.orders.into(),
            rows_new: tally.rows_new.into(),
            refusals_new: tally.refusals_new.into(),
            rows_late: tally.rows_late.into(),
            rows_skipped: self.bad.count.into(),
            skipped: skipped.collect(),
            milliseconds: u64::try_from(run.took.as_millis()).unwrap_or(u64::MAX).into(),
            operations: tally.operations.into(),
            rows_per_second: run.rate(tally.rows).into(),
            operations_per_second: run.rate(tally.operations).into(),
            blocks: run.blocks.into(),
            syncs: run.syncs.into(),
        }
    }
}

impl RefusalFacts {
    fn of(refusal: &Refusal) -> Self {
        Self {
            line: refusal.line.into(),
            order: refusal.order.clone(),
            event: Name(refusal.event),
            reason: Name(refusal.reason),
            legs: refusal.legs.into(),
        }
    }
}
