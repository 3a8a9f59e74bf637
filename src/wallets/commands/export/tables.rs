//! Which tables an export is made of, and why it leaves the others out.
//!
//! A new table does not compile until it is listed here; the test `exported_rows` counts its rows.

use super::document::LeftOutPart;
use crate::wallets::rules::rows::{Space, table_of};

/// What an export has of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::wallets::commands) enum Share {
    /// All that is hers, except for hashes, and keys of what is sealed.
    Exported,
    /// Nothing, and why.
    LeftOut(&'static str),
}

/// What an export has of each table.
pub(in crate::wallets::commands) const fn share(space: Space) -> Share {
    match space {
        Space::Person
        | Space::Registration
        | Space::Address
        | Space::Wallet
        | Space::Account
        | Space::Credential
        | Space::Answers
        | Space::Code
        | Space::Letter
        | Space::Recovery
        | Space::Note
        | Space::Verification
        | Space::ScanOf
        | Space::OpenCase
        | Space::Spending
        | Space::Payment
        | Space::Cards
        | Space::CardPayment
        | Space::CardRefund
        | Space::Charge
        | Space::Suspense
        | Space::ContactChange
        | Space::Chargeback
        | Space::Correction
        | Space::Unclaimed
        | Space::Waiver
        | Space::Inactivity
        | Space::Audit => Share::Exported,
        Space::Requester => Share::LeftOut(
            "keyed hashes of what letters were asked for from, which belong to nobody known",
        ),
        Space::Document => Share::LeftOut("that the document of the profile is taken"),
        Space::Token => Share::LeftOut(
            "secret: hashes of the links in letters; the letters are listed, without links",
        ),
        Space::Scan => Share::LeftOut("the scans that are listed, found by their hashes"),
        Space::Agenda => Share::LeftOut("when what stands elsewhere in this document falls due"),
        Space::ChargeReference => Share::LeftOut(
            "which payment a processor's reference belongs to, as its hash; the charges are listed",
        ),
        Space::ChargebackReference => Share::LeftOut(
            "which chargeback a processor's reference belongs to, as its hash; they are listed",
        ),
        Space::UnclaimedOf => {
            Share::LeftOut("the unclaimed money that is listed, found by whose it is")
        }
        Space::StaffAct => Share::LeftOut(
            "the entries of the trail that are listed, found by the members of staff who made them",
        ),
        Space::Staff | Space::Operators => Share::LeftOut("about staff, who are others"),
        Space::Policy | Space::Pepper | Space::Upgrade | Space::Sweep => {
            Share::LeftOut("about the store, not about a person")
        }
    }
}

/// The tables that nothing is exported from.
pub(super) fn left_out() -> Vec<LeftOutPart> {
    let left_out = Space::ALL.iter().filter_map(|&space| match share(space) {
        Share::Exported => None,
        Share::LeftOut(why) => {
            Some(LeftOutPart { table: table_of(space.name()).into(), why: why.into() })
        }
    });
    left_out.collect()
}
