//! What a row of the file of orders says.

use escrowdb::{Amount, Ledger, Timestamp};

/// One row of the file.
#[derive(Debug)]
pub(crate) struct Row {
    /// The line that it begins on; the header is line 1.
    pub(crate) line: u64,
    pub(crate) at: Timestamp,
    pub(crate) order: String,
    pub(crate) deed: Deed,
}

/// What happened.
#[derive(Debug)]
pub(crate) enum Deed {
    /// Money came in.
    Payment { buyer: String, method: String, money: Money },
    /// One leg of the order is paid for.
    Paid { buyer: String, seller: String, money: Money },
    /// The legs that are named are on their way.
    Shipped(Named),
    /// The buyer has the goods of the legs that are named, or a part of them.
    Delivered(Named),
    /// The legs that are named are off, or a part of them.
    Canceled(Named),
}

/// What a row of an order fills in beside the order: each field that is not empty says which legs
/// are meant, and none means all of them.
#[derive(Clone, Default, Debug)]
pub(crate) struct Named {
    pub(crate) buyer: String,
    pub(crate) seller: String,
    /// An amount of the currency that the row or else the leg has, as it is written; not zero.
    pub(crate) amount: String,
    pub(crate) ledger: Option<Ledger>,
    pub(crate) method: String,
}

/// An amount, not zero, and the ledger of its currency.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Money {
    pub(crate) amount: Amount,
    pub(crate) ledger: Ledger,
}

impl Deed {
    /// As the file calls it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Payment { .. } => "payment",
            Self::Paid { .. } => "paid",
            Self::Shipped(_) => "shipped",
            Self::Delivered(_) => "delivered",
            Self::Canceled(_) => "canceled",
        }
    }
}
