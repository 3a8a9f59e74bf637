//! What people read: tables, money, times, progress.
//!
//! Amounts are grouped in threes and stand right-aligned under each other. Nothing is coloured;
//! headings are bold on a terminal, unless `NO_COLOR` is set.

use super::failure::Failure;
use comfy_table::{Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table};
use escrowdb::{Amount, Ledger, Snapshot, Timestamp, money};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::Write;

/// The ledgers of a store, in the order of their numbers.
pub(crate) struct Books {
    ledgers: Vec<Ledger>,
}

impl Books {
    /// All ledgers that the snapshot has.
    pub(crate) fn of(snapshot: &Snapshot) -> Result<Self, Failure> {
        let mut ledgers = snapshot.ledgers()?;
        ledgers.sort_by_key(|ledger| ledger.number);
        Ok(Self { ledgers })
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[Ledger] {
        &self.ledgers
    }

    /// The currency of the ledger with this number; one without a name if there is none.
    pub(crate) fn currency(&self, number: u32) -> Currency {
        let found = self.ledgers.iter().find(|ledger| ledger.number == number);
        found.map_or_else(Currency::default, Currency::of)
    }

    /// The ledger with this number or code, if there is one; a code of several names none.
    pub(crate) fn by_text(&self, text: &str) -> Result<Option<&Ledger>, Failure> {
        let number = text.parse::<u32>().ok();
        let named = self.ledgers.iter().find(|ledger| Some(ledger.number) == number);
        let mut of_code = self.ledgers.iter().filter(|ledger| ledger.code.as_str() == text);
        match (named, of_code.next(), of_code.next()) {
            (Some(ledger), ..) | (None, Some(ledger), None) => Ok(Some(ledger)),
            (None, Some(_), Some(_)) => Err(Failure::input(format!(
                "{text} has several ledgers: give the number of one of {}",
                self.codes()
            ))),
            _ => Ok(None),
        }
    }

    /// Whether another ledger is in the same currency, so that the code alone does not tell which.
    pub(crate) fn is_ambiguous(&self, number: u32) -> bool {
        let code = self.currency(number).code;
        self.ledgers.iter().filter(|ledger| ledger.code.as_str() == code).count() > 1
    }

    /// As [`Books::by_text`], for a ledger that was asked for.
    pub(crate) fn asked_for(&self, text: &str) -> Result<&Ledger, Failure> {
        self.by_text(text)?.ok_or_else(|| {
            Failure::input(format!("no ledger {text:?}: the store has {}", self.codes()))
        })
    }

    /// The codes and numbers, as in `EUR (978), JPY (392)`.
    pub(crate) fn codes(&self) -> String {
        if self.ledgers.is_empty() {
            return "none".to_owned();
        }
        let name = |ledger: &Ledger| format!("{} ({})", ledger.code, ledger.number);
        self.ledgers.iter().map(name).collect::<Vec<_>>().join(", ")
    }
}

/// How amounts of a ledger are written.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Currency {
    pub(crate) code: String,
    pub(crate) scale: u8,
}

impl Currency {
    pub(crate) fn of(ledger: &Ledger) -> Self {
        Self { code: ledger.code.to_string(), scale: ledger.scale() }
    }

    /// `1234.50`, for programs.
    pub(crate) fn plain(&self, amount: Amount) -> String {
        money::format(amount, self.scale).to_string()
    }

    /// `-1234.50`, for programs.
    pub(crate) fn plain_signed(&self, minor_units: i128) -> String {
        money::format_signed(minor_units, self.scale).to_string()
    }

    /// `1,234.50`, for people; an empty cell says nothing better than a zero does.
    pub(crate) fn cell(&self, amount: Amount) -> String {
        grouped(&self.plain(amount))
    }

    /// `-1,234.50`, for people.
    pub(crate) fn cell_signed(&self, minor_units: i128) -> String {
        grouped(&self.plain_signed(minor_units))
    }

    /// `EUR 1,234.50`, in a sentence.
    pub(crate) fn words(&self, amount: Amount) -> String {
        format!("{} {}", self.code, self.cell(amount))
    }
}

/// The number with commas between groups of three digits.
pub(crate) fn grouped(number: &str) -> String {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number),
    };
    let (whole, decimals) = match digits.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (digits, None),
    };
    let mut text = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && whole.len().saturating_sub(place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(decimals) = decimals {
        text.push('.');
        text.push_str(decimals);
    }
    text
}

/// The count with commas, as in `12,345`.
pub(crate) fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// `1 row`, `2 rows`.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `2024-05-01 12:00:00` in UTC, or a dash for no time.
pub(crate) fn second(time: Timestamp) -> String {
    show(time, "%Y-%m-%d %H:%M:%S")
}

/// `1 May 2024`, or a dash for no time.
pub(crate) fn day(time: Timestamp) -> String {
    show(time, "%-d %b %Y")
}

fn show(time: Timestamp, format: &str) -> String {
    match jiff::Timestamp::from_nanosecond(i128::from(time.nanoseconds())) {
        Ok(known) if !time.is_none() => known.strftime(format).to_string(),
        _ => "-".to_owned(),
    }
}

/// On which side of its column a cell stands.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Left,
    Right,
}
pub(crate) use Side::{Left, Right};

/// A table with these headings, as wide as the terminal at most: words and ids are broken for that,
/// and numbers never.
pub(crate) fn table(headings: &[(&str, Side)]) -> Table {
    let mut table = Table::new();
    // No borders; a line under the headings.
    table.load_preset("     ──            ");
    table.set_content_arrangement(ContentArrangement::Dynamic);
    if std::env::var_os("NO_COLOR").is_some() {
        table.force_no_tty();
    }
    let heading = |(text, side): &(&str, Side)| {
        Cell::new(text).add_attribute(Attribute::Bold).set_alignment(alignment(*side))
    };
    table.set_header(headings.iter().map(heading));
    for (column, (_, side)) in table.column_iter_mut().zip(headings) {
        column.set_cell_alignment(alignment(*side));
        if matches!(side, Right) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table
}

fn alignment(side: Side) -> CellAlignment {
    match side {
        Left => CellAlignment::Left,
        Right => CellAlignment::Right,
    }
}

/// Writes the table with a heading above it and an empty line below.
pub(crate) fn section(out: &mut dyn Write, heading: &str, table: &Table) -> Result<(), Failure> {
    writeln!(out, "{heading}")?;
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    writeln!(out)?;
    Ok(())
}

/// Says that there is more than was shown.
pub(crate) fn more(out: &mut dyn Write, limit: usize) -> Result<(), Failure> {
    Ok(writeln!(out, "The first {limit}; --limit 0 shows all.")?)
}

/// A bar on standard error for `length` of something; invisible unless that is a terminal.
pub(crate) fn progress(length: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    let template = format!("{what} {{bar:40}} {{percent:>3}} % {{eta}}");
    match ProgressStyle::with_template(&template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (plain, text) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-862253.73", "-862,253.73"),
            ("-123.4567", "-123.4567"),
            ("1234567", "1,234,567"),
        ] {
            assert_eq!(grouped(plain), text);
        }
        assert_eq!(counted(1, "row", "rows"), "1 row");
        assert_eq!(second(Timestamp::NONE), "-");
        let may = Timestamp::from_nanoseconds(1_714_564_800_000_000_000);
        assert_eq!(
            (second(may).as_str(), day(may).as_str()),
            ("2024-05-01 12:00:00", "1 May 2024")
        );
    }
}
