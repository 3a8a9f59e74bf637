//! Plain-text accounting: the books as one file for hledger, ledger or beancount.
//!
//! Debits are positive and credits negative, as these programs have it. Each movement is one
//! transaction; what it puts into escrow or takes out stands in accounts of its own, below those of
//! payer and payee, so that their own balances are the posted ones. A transaction that put money
//! into escrow which is still there, in part or whole, is marked with `!`.

use super::chart::{Chart, PENDING};
use crate::cli::arguments::Dialect;
use crate::cli::failure::Failure;
use crate::cli::output::{Books, Currency};
use escrowdb::books::{Movement, Posting};
use escrowdb::{Account, Amount, Hold, Id, Kind, Ledger, Side, Timestamp};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;

/// What stands beside a transaction.
const TAGS: [&str; 6] = ["time", "hold", "reverses", "code", "user_data_128", "user_data_64"];

/// Writes books.
pub(super) struct Book<'o> {
    out: &'o mut dyn Write,
    dialect: Dialect,
    chart: Chart,
    currencies: BTreeMap<u32, Currency>,
    /// What is being written.
    text: String,
}

impl<'o> Book<'o> {
    /// Books of these ledgers; what they begin with is written.
    pub(super) fn begin(
        out: &'o mut dyn Write,
        dialect: Dialect,
        chart: Chart,
        books: &Books,
        until: Timestamp,
    ) -> Result<Self, Failure> {
        let ledgers = books.all().iter();
        let currencies = ledgers.map(|ledger| (ledger.number, Currency::of(ledger))).collect();
        let mut book = Self { out, dialect, chart, currencies, text: String::new() };
        book.header(books.all(), until)?;
        Ok(book)
    }

    fn header(&mut self, ledgers: &[Ledger], until: Timestamp) -> Result<(), Failure> {
        self.line(format_args!("; Books of an escrowdb store, with all that happened until"));
        self.line(format_args!("; {}, all times in UTC. Debits are positive.", time(until)));
        match self.dialect {
            Dialect::Hledger => self.line(format_args!("decimal-mark .")),
            // A strict one warns of others.
            Dialect::Ledger => TAGS.iter().for_each(|tag| self.line(format_args!("tag {tag}"))),
            Dialect::Beancount => (),
        }
        // Of ledgers in one currency, the one with the most decimals says how it is shown.
        let mut scales = BTreeMap::new();
        for ledger in ledgers {
            let scale = scales.entry(ledger.code.to_string()).or_default();
            *scale = ledger.scale().max(*scale);
        }
        for (code, scale) in scales {
            let decimals = "0".repeat(usize::from(scale));
            let mark = if scale == 0 && self.dialect == Dialect::Ledger { "" } else { "." };
            let commodity = self.commodity(&code)?;
            match self.dialect {
                Dialect::Hledger => {
                    self.line(format_args!("commodity 1000{mark}{decimals} {commodity}"));
                }
                Dialect::Ledger => {
                    self.line(format_args!("commodity {commodity}"));
                    self.line(format_args!("    format 1000{mark}{decimals} {commodity}"));
                }
                Dialect::Beancount => (),
            }
        }
        self.flush()
    }

    /// Says something to people.
    pub(super) fn comment(&mut self, text: &str) -> Result<(), Failure> {
        self.line(format_args!("; {text}"));
        self.flush()
    }

    /// Declares an account, and what of it is in escrow.
    pub(super) fn account(&mut self, account: &Account) -> Result<(), Failure> {
        let path = self.chart.path(account.id, account.code, account.flags);
        let commodity = self.commodity(&self.currency(account.ledger).code)?;
        let day = date(account.created_at);
        for path in [format!("{path}:{PENDING}"), path] {
            match self.dialect {
                Dialect::Beancount => self.line(format_args!("{day} open {path} {commodity}")),
                Dialect::Hledger | Dialect::Ledger => self.line(format_args!("account {path}")),
            }
        }
        self.flush()
    }

    /// Writes a movement.
    pub(super) fn movement(&mut self, movement: &Movement) -> Result<(), Failure> {
        let mark = if is_open(movement) { '!' } else { '*' };
        let what = movement.kind.name().replace('_', " ");
        let day = date(movement.timestamp);
        self.text.push('\n');
        let counts_from =
            (movement.value_date != movement.timestamp).then(|| date(movement.value_date));
        match self.dialect {
            Dialect::Beancount => self.line(format_args!("{day} {mark} \"{what}\"")),
            Dialect::Hledger | Dialect::Ledger => {
                let second = counts_from.as_ref().map_or_else(String::new, |day| format!("={day}"));
                let id = match movement.operation.is_zero() {
                    true => String::new(),
                    false => format!("({}) ", movement.operation),
                };
                self.line(format_args!("{day}{second} {mark} {id}{what}"));
            }
        }
        self.notes(movement, counts_from);
        let currency = self.currency(movement.ledger);
        let commodity = self.commodity(&currency.code)?;
        for posting in &movement.postings {
            let Posting { account, account_code, account_flags, side, .. } = *posting;
            let path = self.chart.path(account, account_code, account_flags);
            let amount = |change: i128| {
                let debit = if side == Side::Debit { change } else { change.saturating_neg() };
                currency.plain_signed(debit)
            };
            if posting.pending != 0 {
                let amount = amount(posting.pending);
                self.line(format_args!("    {path}:{PENDING}  {amount} {commodity}"));
            }
            let posted = signed(posting.posted);
            if posted != 0 {
                self.line(format_args!("    {path}  {} {commodity}", amount(posted)));
            }
        }
        self.flush()
    }

    /// What a program can look for beside the accounts.
    fn notes(&mut self, movement: &Movement, counts_from: Option<String>) {
        let id = |id: Id| (!id.is_zero()).then(|| id.to_string());
        let hold = movement.hold.as_ref().map(|hold| hold.id.to_string());
        let is_beancount = self.dialect == Dialect::Beancount;
        let number = (movement.user_data_64 > 0).then(|| movement.user_data_64.to_string());
        for (key, value) in [
            ("time", Some(time(movement.timestamp))),
            ("operation", id(movement.operation).filter(|_| is_beancount)),
            ("value_date", counts_from.filter(|_| is_beancount)),
            ("hold", hold),
            ("reverses", id(movement.reverses)),
            ("code", Some(movement.code.to_string())),
            ("user_data_128", id(movement.user_data_128)),
            ("user_data_64", number),
        ] {
            match (value, is_beancount) {
                (Some(value), true) => self.line(format_args!("  {key}: \"{value}\"")),
                (Some(value), false) => self.line(format_args!("    ; {key}: {value}")),
                (None, _) => (),
            }
        }
    }

    /// Begins what the program is to find when it has read everything.
    pub(super) fn begin_assertions(&mut self, until: Timestamp) -> Result<(), Failure> {
        self.text.push('\n');
        if self.dialect != Dialect::Beancount {
            self.line(format_args!("{} * balances of the store", date(until)));
        }
        self.flush()
    }

    /// Says what the store has as the balances of an account.
    pub(super) fn assertion(&mut self, account: &Account, until: Timestamp) -> Result<(), Failure> {
        let path = self.chart.path(account.id, account.code, account.flags);
        let currency = self.currency(account.ledger);
        let commodity = self.commodity(&currency.code)?;
        let balances = &account.balances;
        let pending = signed(balances.debits_pending) - signed(balances.credits_pending);
        let posted = balances.net().saturating_neg();
        // Beancount counts what stands below an account, too.
        let with_below = match self.dialect {
            Dialect::Beancount => posted.saturating_add(pending),
            Dialect::Hledger | Dialect::Ledger => posted,
        };
        // Assertions of beancount are about the beginning of a day.
        let morning = date(until.plus_seconds(86_400));
        let nothing = currency.plain_signed(0);
        for (path, balance) in [(format!("{path}:{PENDING}"), pending), (path, with_below)] {
            let balance = currency.plain_signed(balance);
            match self.dialect {
                Dialect::Beancount => {
                    self.line(format_args!(
                        "{morning} balance {path}  {balance} ~ {nothing} {commodity}"
                    ));
                }
                Dialect::Hledger | Dialect::Ledger => {
                    self.line(format_args!(
                        "    {path}  {nothing} {commodity} = {balance} {commodity}"
                    ));
                }
            }
        }
        self.flush()
    }

    fn currency(&self, ledger: u32) -> Currency {
        self.currencies.get(&ledger).cloned().unwrap_or_default()
    }

    /// The code of a ledger as the dialect writes commodities.
    fn commodity(&self, code: &str) -> Result<String, Failure> {
        let is_plain = code.bytes().all(|byte| byte.is_ascii_alphabetic());
        let fits = code.len() >= 2
            && code.starts_with(|first: char| first.is_ascii_alphabetic())
            && code.ends_with(|last: char| last.is_ascii_alphanumeric());
        match self.dialect {
            Dialect::Beancount if !fits => Err(Failure::input(format!(
                "beancount has no currency {code}: it wants a letter first, two characters or \
                 more, and a letter or digit last"
            ))),
            Dialect::Hledger | Dialect::Ledger if !is_plain => Ok(format!("\"{code}\"")),
            _ => Ok(code.to_owned()),
        }
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // A text takes whatever is written.
        let _ = self.text.write_fmt(line);
        self.text.push('\n');
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.out.write_all(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }
}

/// Whether it put money into escrow that is still there.
fn is_open(movement: &Movement) -> bool {
    let is_open = movement.hold.as_ref().is_some_and(Hold::is_open);
    is_open && [Kind::HOLD, Kind::TOP_UP].contains(&movement.kind)
}

/// In minor units.
fn signed(amount: Amount) -> i128 {
    i128::try_from(amount.minor_units()).unwrap_or(i128::MAX)
}

fn date(at: Timestamp) -> String {
    known(at).strftime("%Y-%m-%d").to_string()
}

fn time(at: Timestamp) -> String {
    format!("{:.9}", known(at))
}

/// The time; the epoch for none, which no event has.
fn known(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_nanosecond(i128::from(at.nanoseconds())).unwrap_or_default()
}
