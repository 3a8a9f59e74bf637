//! From the fields of a row to what they mean. Nothing is guessed and nothing is rounded.

use super::row::{Deed, Money, Named, Row};
use csv::StringRecord;
use escrowdb::money::{self, ParseAmountError};
use escrowdb::{Amount, Ledger, Timestamp, limits};

/// Where the columns stand.
pub(crate) struct Columns {
    places: [usize; NAMES.len()],
    width: usize,
}

const NAMES: [&str; 8] =
    ["at", "event", "order_id", "buyer_id", "seller_id", "amount", "currency", "method"];
const AT: usize = 0;
const EVENT: usize = 1;
const ORDER: usize = 2;
const BUYER: usize = 3;
const SELLER: usize = 4;
const AMOUNT: usize = 5;
const CURRENCY: usize = 6;
const METHOD: usize = 7;

impl Columns {
    /// The columns of this header, in any order, each once; columns of other names do not matter.
    pub(crate) fn of(header: &StringRecord) -> Result<Self, String> {
        let mut places = [0; NAMES.len()];
        for (place, name) in places.iter_mut().zip(NAMES) {
            let mut found = header.iter().enumerate().filter(|(_, heading)| heading.trim() == name);
            (*place, _) = found
                .next()
                .ok_or_else(|| format!("no column {name:?}; needed are {}", NAMES.join(", ")))?;
            if found.next().is_some() {
                return Err(format!("two columns {name:?}: which of them counts is not clear"));
            }
        }
        Ok(Self { places, width: header.len() })
    }
}

/// The fields of one row by column.
struct Fields<'row> {
    columns: &'row Columns,
    record: &'row StringRecord,
}

impl<'row> Fields<'row> {
    fn get(&self, column: usize) -> &'row str {
        self.record.get(self.columns.places[column]).unwrap_or("").trim()
    }

    /// The field, which must not be empty.
    fn needed(&self, column: usize) -> Result<String, String> {
        match self.get(column) {
            "" => Err(format!("no {}", NAMES[column])),
            text => Ok(text.to_owned()),
        }
    }

    /// Refuses a field that the event has no use for, but which is filled.
    fn useless(&self, column: usize) -> Result<(), String> {
        match self.get(column) {
            "" => Ok(()),
            _ => Err(no_use(self.get(EVENT), NAMES[column])),
        }
    }
}

/// That a field is filled which the event has no use for.
pub(super) fn no_use(event: &str, column: &str) -> String {
    format!("{event} has no use for {column}: leave it empty")
}

/// The row of this record.
pub(crate) fn row(columns: &Columns, record: &StringRecord, line: u64) -> Result<Row, String> {
    if record.len() != columns.width {
        return Err(format!("{} fields, but the header has {}", record.len(), columns.width));
    }
    let fields = Fields { columns, record };
    Ok(Row {
        line,
        at: time(&fields.needed(AT)?)?,
        order: fields.needed(ORDER)?,
        deed: deed(&fields)?,
    })
}

fn deed(fields: &Fields<'_>) -> Result<Deed, String> {
    match fields.get(EVENT) {
        "payment" => {
            fields.useless(SELLER)?;
            Ok(Deed::Payment {
                buyer: fields.needed(BUYER)?,
                method: fields.needed(METHOD)?,
                money: amount(fields)?,
            })
        }
        "paid" => {
            fields.useless(METHOD)?;
            Ok(Deed::Paid {
                buyer: fields.needed(BUYER)?,
                seller: fields.needed(SELLER)?,
                money: amount(fields)?,
            })
        }
        "shipped" => {
            fields.useless(AMOUNT)?;
            Ok(Deed::Shipped(named(fields)?))
        }
        "delivered" => Ok(Deed::Delivered(named(fields)?)),
        "canceled" => Ok(Deed::Canceled(named(fields)?)),
        "" => Err("no event".to_owned()),
        other => {
            Err(format!("unknown event {other:?}: payment, paid, shipped, delivered or canceled"))
        }
    }
}

/// What a row of an order fills in. Whether the order has it is not known here.
fn named(fields: &Fields<'_>) -> Result<Named, String> {
    let ledger = match fields.get(CURRENCY) {
        "" => None,
        code => Some(ledger(code)?),
    };
    let text = fields.get(AMOUNT);
    match (text, ledger) {
        ("", _) => (),
        (_, Some(ledger)) => drop(money(text, fields.get(CURRENCY), ledger.scale())?),
        // Of the leg's currency, which decides how many decimals there can be.
        (_, None) => match money(text, "", limits::LEDGER_SCALE_MAX) {
            Err(reason) if !is_within(text) => return Err(reason),
            _ => (),
        },
    }
    Ok(Named {
        buyer: fields.get(BUYER).to_owned(),
        seller: fields.get(SELLER).to_owned(),
        amount: shortest(text).to_owned(),
        ledger,
        method: fields.get(METHOD).to_owned(),
    })
}

fn time(text: &str) -> Result<Timestamp, String> {
    let time = text
        .parse::<jiff::Timestamp>()
        .map_err(|_| format!("{text:?} is not a time: write it as in 2024-05-01T12:00:00Z"))?;
    u64::try_from(time.as_nanosecond())
        .ok()
        .filter(|&nanoseconds| nanoseconds >= Timestamp::SECOND)
        .map(Timestamp::from_nanoseconds)
        .ok_or_else(|| format!("{text:?} is not between 1970 and 2554"))
}

fn amount(fields: &Fields<'_>) -> Result<Money, String> {
    let code = fields.needed(CURRENCY)?;
    let ledger = ledger(&code)?;
    let amount = money(&fields.needed(AMOUNT)?, &code, ledger.scale())?;
    Ok(Money { amount, ledger })
}

/// An amount, not zero, of a currency with so many decimals.
pub(super) fn money(text: &str, code: &str, scale: u8) -> Result<Amount, String> {
    let amount = money::parse(text, scale).map_err(|error| match error {
        ParseAmountError::TooManyDecimals { scale } => {
            format!("amount {text:?} has more decimals than {code} has ({scale})")
        }
        other => format!("amount {text:?}: {other}"),
    })?;
    if amount.is_zero() {
        return Err("the amount is zero".to_owned());
    }
    Ok(amount)
}

/// The amount without zeros at its end: written with other decimals, it is the same row.
fn shortest(amount: &str) -> &str {
    match amount.contains('.') {
        true => amount.trim_end_matches('0').trim_end_matches('.'),
        false => amount,
    }
}

/// Whether a text is an amount of some currency, if not of the one with the most decimals.
fn is_within(text: &str) -> bool {
    matches!(
        money::parse(text, limits::LEDGER_SCALE_MAX),
        Err(ParseAmountError::TooLarge | ParseAmountError::TooManyDecimals { .. })
    )
}

/// The ledger of a currency: its number is the one that ISO 4217 gives to it.
fn ledger(code: &str) -> Result<Ledger, String> {
    let number = money::currency(code).map_or(0, |currency| u32::from(currency.numeric));
    money::iso_ledger(number, code).map_err(|error| format!("currency {code:?}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Row, String> {
        let header = StringRecord::from(NAMES.to_vec());
        let columns = Columns::of(&header)?;
        row(&columns, &StringRecord::from(line.split(',').collect::<Vec<_>>()), 17)
    }

    #[test]
    fn a_column_stands_there_once() {
        let header = StringRecord::from([&NAMES[..], &["amount"]].concat());
        let refused = Columns::of(&header).err().expect("it is not clear which counts");
        assert!(refused.contains("two columns \"amount\""), "{refused}");
        let others = StringRecord::from([&NAMES[..], &["note", "note"]].concat());
        assert!(Columns::of(&others).is_ok(), "other columns do not matter");
    }

    #[test]
    fn good_rows() {
        for line in [
            "2024-05-01T12:00:00Z,payment,o1,b1,,12.30,EUR,card",
            "2024-05-01T12:00:00+02:00,paid,o1,b1,s1,12.3,EUR,",
            "2024-05-01T12:00:00Z,paid,o1,b1,s1,12,JPY,",
            "2024-05-01T12:00:00Z, shipped ,o1,b1,,,,",
            "2024-05-01T12:00:00Z,delivered,o1,,,,,",
            "2024-05-01T12:00:00Z,canceled,o1,,,,,",
            "2024-05-01T12:00:00Z,shipped,o1,b1,s1,,EUR,",
            "2024-05-01T12:00:00Z,delivered,o1,,s1,12.30,,",
        ] {
            assert!(parse(line).is_ok(), "{line}");
        }
    }

    #[test]
    fn bad_rows_say_why() {
        for (line, reason) in [
            ("2024-05-01T12:00:00Z,paid,o1", "3 fields, but the header has 8"),
            (
                "noon,paid,o1,b1,s1,1,EUR,",
                "\"noon\" is not a time: write it as in 2024-05-01T12:00:00Z",
            ),
            (
                "1970-01-01T00:00:00Z,shipped,o,,,,,",
                "\"1970-01-01T00:00:00Z\" is not between 1970 and 2554",
            ),
            ("2024-05-01T12:00:00Z,,o1,,,,,", "no event"),
            ("2024-05-01T12:00:00Z,shipped,,,,,,", "no order_id"),
            ("2024-05-01T12:00:00Z,paid,o1,,s1,1,EUR,", "no buyer_id"),
            ("2024-05-01T12:00:00Z,paid,o1,b1,,1,EUR,", "no seller_id"),
            ("2024-05-01T12:00:00Z,payment,o1,b1,,1,EUR,", "no method"),
            ("2024-05-01T12:00:00Z,paid,o1,b1,s1,,EUR,", "no amount"),
            ("2024-05-01T12:00:00Z,paid,o1,b1,s1,1,,", "no currency"),
            ("2024-05-01T12:00:00Z,paid,o1,b1,s1,0.00,EUR,", "the amount is zero"),
            (
                "2024-05-01T12:00:00Z,payment,o1,b1,s1,1,EUR,card",
                "payment has no use for seller_id: leave it empty",
            ),
            (
                "2024-05-01T12:00:00Z,paid,o1,b1,s1,1,EUR,card",
                "paid has no use for method: leave it empty",
            ),
            (
                "2024-05-01T12:00:00Z,shipped,o1,,s1,1,EUR,",
                "shipped has no use for amount: leave it empty",
            ),
            (
                "2024-05-01T12:00:00Z,delivered,o1,,s1,abc,,",
                "amount \"abc\": not a number: only digits, and a point if decimals follow it",
            ),
            (
                "2024-05-01T12:00:00Z,canceled,o1,,s1,1,ZZZ,",
                "currency \"ZZZ\": not a current currency code of ISO 4217",
            ),
            ("2024-05-01T12:00:00Z,canceled,o1,,s1,0.00,EUR,", "the amount is zero"),
            (
                "2024-05-01T12:00:00Z,paid,o1,b1,s1,12.345,BRL,",
                "amount \"12.345\" has more decimals than BRL has (2)",
            ),
            (
                "2024-05-01T12:00:00Z,paid,o1,b1,s1,1.5,JPY,",
                "amount \"1.5\" has more decimals than JPY has (0)",
            ),
            (
                "2024-05-01T12:00:00Z,paid,o1,b1,s1,-1,EUR,",
                "amount \"-1\": an amount is never negative",
            ),
            (
                "2024-05-01T12:00:00Z,paid,o1,b1,s1,1,XXL,",
                "currency \"XXL\": not a current currency code of ISO 4217",
            ),
        ] {
            assert_eq!(parse(line).err().as_deref(), Some(reason), "{line}");
        }
        let refunded = parse("2024-05-01T12:00:00Z,refunded,o1,,,,,").err();
        assert!(refunded.is_some_and(|reason| reason.starts_with("unknown event \"refunded\"")));
        let above = "2024-05-01T12:00:00Z,paid,o1,b1,s1,792281625142643375935439503.36,EUR,";
        assert!(parse(above).is_err_and(|reason| reason.contains("2^96 - 1")));
    }
}
