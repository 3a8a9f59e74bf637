//! What a table consists of: its columns, and the cells of a row.
//!
//! A column knows how its cell comes out of a row, so that a table, its page and its files cannot
//! drift apart. Where rows come from and how cells are written down is not known here.

use escrowdb::{Amount, Id, Timestamp, money};

/// What the cells of a column are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Id,
    Text,
    Amount,
    Time,
    Name,
    Numeral,
    Count,
}

/// One value of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Cell {
    None,
    Id(Id),
    Text(String),
    /// With the decimals that its ledger has.
    Amount {
        minor_units: i128,
        scale: u8,
    },
    Time(Timestamp),
    /// Of a kind, state, side or status.
    Name(&'static str),
    /// A number that names something and counts nothing.
    Numeral(u64),
    Count(u64),
}

impl Cell {
    /// The id, or none for zero.
    pub(super) fn id(id: Id) -> Self {
        if id.is_zero() { Self::None } else { Self::Id(id) }
    }

    /// The text, if there is one.
    pub(super) fn text(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::None, |text| Self::Text(text.into()))
    }

    /// Names with spaces between them, or none.
    pub(super) fn names(names: impl Iterator<Item = &'static str>) -> Self {
        let names: Vec<_> = names.collect();
        Self::text((!names.is_empty()).then(|| names.join(" ")))
    }

    /// The amount, also if it is zero.
    pub(super) fn amount(amount: Amount, scale: u8) -> Self {
        // An amount has 96 bits.
        Self::signed(i128::try_from(amount.minor_units()).unwrap_or(i128::MAX), scale)
    }

    /// The amount, or none for zero.
    pub(super) fn amount_unless_zero(amount: Amount, scale: u8) -> Self {
        if amount.is_zero() { Self::None } else { Self::amount(amount, scale) }
    }

    /// A sum or change in minor units, which can be negative.
    pub(super) fn signed(minor_units: i128, scale: u8) -> Self {
        Self::Amount { minor_units, scale }
    }

    /// The time, or none.
    pub(super) fn time(time: Timestamp) -> Self {
        if time.is_none() { Self::None } else { Self::Time(time) }
    }

    /// A number that names something.
    pub(super) fn numeral(number: impl Into<u64>) -> Self {
        Self::Numeral(number.into())
    }

    /// A number that names something, or none for 0.
    pub(super) fn numeral_unless_zero(number: impl Into<u64>) -> Self {
        let number = number.into();
        if number == 0 { Self::None } else { Self::Numeral(number) }
    }

    /// How many.
    pub(super) fn count(number: impl Into<u64>) -> Self {
        Self::Count(number.into())
    }

    /// How many, or none for 0.
    pub(super) fn count_unless_zero(number: impl Into<u64>) -> Self {
        let number = number.into();
        if number == 0 { Self::None } else { Self::Count(number) }
    }

    /// Whether it may stand in a column of this kind.
    fn fits(&self, kind: Kind) -> bool {
        match self {
            Self::None => true,
            Self::Id(_) => kind == Kind::Id,
            Self::Text(_) => kind == Kind::Text,
            Self::Amount { .. } => kind == Kind::Amount,
            Self::Time(_) => kind == Kind::Time,
            Self::Name(_) => kind == Kind::Name,
            Self::Numeral(_) => kind == Kind::Numeral,
            Self::Count(_) => kind == Kind::Count,
        }
    }

    /// As it is written; `None` for none.
    pub(super) fn written(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Id(id) => Some(id.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Amount { minor_units, scale } => {
                Some(money::format_signed(*minor_units, *scale).to_string())
            }
            Self::Time(time) => {
                let nanoseconds = i128::from(time.nanoseconds());
                let known = jiff::Timestamp::from_nanosecond(nanoseconds).ok()?;
                Some(format!("{known:.9}"))
            }
            Self::Name(name) => Some((*name).to_owned()),
            Self::Numeral(number) | Self::Count(number) => Some(number.to_string()),
        }
    }
}

/// A column of a table whose rows are made of `R`.
pub(super) struct Column<R> {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// A sentence for the page of all columns.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test writes the page"))]
    pub(super) about: &'static str,
    cell: fn(&R) -> Cell,
}

impl<R> Column<R> {
    /// A column, what it says, and how its cell comes out of a row.
    pub(super) const fn new(
        name: &'static str,
        kind: Kind,
        about: &'static str,
        cell: fn(&R) -> Cell,
    ) -> Self {
        Self { name, kind, about, cell }
    }

    /// The cell of a row.
    pub(super) fn cell(&self, row: &R) -> Cell {
        let cell = (self.cell)(row);
        debug_assert!(cell.fits(self.kind), "{}: {cell:?} is not {:?}", self.name, self.kind);
        cell
    }
}
