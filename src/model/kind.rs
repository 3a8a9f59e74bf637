//! The kinds of operation, and the flags that modify them.

use super::account::flag_set;
use bytemuck::{Pod, Zeroable};
use std::fmt;

/// Declares an integer newtype whose values have names, so that an unknown value from a foreign
/// caller is a value like any other.
macro_rules! named_values {
    ($(#[$meta:meta])* $type:ident($integer:ty) {
        $($(#[$doc:meta])* $NAME:ident = $value:literal, $text:literal;)*
    }) => {
        $(#[$meta])*
        #[allow(unreachable_pub, reason = "some of these types are the library's own")]
        #[repr(transparent)]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Pod, Zeroable)]
        pub struct $type($integer);

        #[allow(dead_code, unreachable_pub, reason = "some of these types are the library's own")]
        impl $type {
            $($(#[$doc])* pub const $NAME: Self = Self($value);)*

            /// Every value that has a name, in order.
            pub const ALL: &'static [Self] = &[$(Self::$NAME),*];

            /// The number that stands for it in records and files; never renumbered.
            #[must_use]
            pub const fn number(self) -> $integer {
                self.0
            }

            /// The value with this number, known or not.
            #[must_use]
            pub const fn from_number(number: $integer) -> Self {
                Self(number)
            }

            /// Its name, or `unknown`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self.0 {
                    $($value => $text,)*
                    _ => "unknown",
                }
            }

            /// Whether it has a name.
            #[must_use]
            #[allow(clippy::manual_range_patterns, reason = "the values are listed by name")]
            pub const fn is_known(self) -> bool {
                matches!(self.0, $($value)|*)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.name())
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}({})", self.name(), self.0)
            }
        }
    };
}
pub(crate) use named_values;

named_values! {
    /// What an operation does.
    Kind(u16) {
        /// Moves `amount` from the debit to the credit account at once.
        TRANSFER = 1, "transfer";
        /// The payer (debit account) pays into escrow for the payee (credit account). Freezes fee
        /// account, fee rate, deadline and what happens at the deadline.
        HOLD = 2, "hold";
        /// The goods are on their way; may set a new deadline and a new default.
        SHIP = 3, "ship";
        /// The goods are with the payer; may set a new deadline and a new default.
        DELIVER = 4, "deliver";
        /// Moves the deadline, later only.
        EXTEND = 5, "extend";
        /// Settles part or all of a hold: to the payee, or to another account of its ledger.
        RELEASE = 6, "release";
        /// Raises the amount of an open hold.
        TOP_UP = 7, "top_up";
        /// Returns part or all of a hold to the payer.
        REFUND = 8, "refund";
        /// Stops the clock of a hold, or gives it another: with a time-out and a default, and what
        /// is claimed. Until it is withdrawn, only an arbitrated release or refund settles the
        /// hold, or that deadline.
        DISPUTE = 9, "dispute";
        /// Restarts the clock of a hold with the time that was left, and the default from before.
        WITHDRAW_DISPUTE = 10, "withdraw_dispute";
        /// Undoes part or all of an earlier transfer or release, or of what the payee of a hold was
        /// paid, fee pro rata.
        REVERSE = 11, "reverse";
        /// Stops new business of an account.
        FREEZE = 12, "freeze";
        /// Undoes `FREEZE`.
        UNFREEZE = 13, "unfreeze";
        /// Takes an account without open holds out of use.
        CLOSE = 14, "close";
        /// Undoes `CLOSE`.
        REOPEN = 15, "reopen";
        /// Writes a document of the host's own.
        PUT = 16, "put";
        /// Deletes a document of the host's own.
        DELETE = 17, "delete";
        /// Made by the store alone: a deadline came and the hold was settled by its default.
        EXPIRE = 18, "expire";
        /// Makes a part of a hold a hold of its own, which has the id of the operation, with the
        /// same parties and terms. No money moves.
        DIVIDE = 19, "divide";
    }
}

impl Kind {
    /// The library's own guard on a document's version. No kind to anybody else: it has no name,
    /// and no record is one.
    pub(crate) const EXPECT: Self = Self(u16::MAX);
}

/// What modifies an operation; a set of bits.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Pod, Zeroable)]
pub struct OperationFlags(u32);

impl OperationFlags {
    /// No flag.
    pub const NONE: Self = Self(0);
    /// Chained to the next operation of the batch: all of the chain, up to and including the first
    /// operation without this flag, succeed or none does.
    pub const LINKED: Self = Self(1);
    /// `transfer`, `top_up`: move up to `amount`, as much as the debit account's limit allows.
    /// Refused where that account has no limit, which is the flag `debits_must_not_exceed_credits`.
    pub const BALANCING_DEBIT: Self = Self(1 << 1);
    /// `transfer`: move up to `amount`, as much as the credit account's limit allows. Refused where
    /// that account has no limit, which is the flag `credits_must_not_exceed_debits`.
    pub const BALANCING_CREDIT: Self = Self(1 << 2);
    /// `release`: the rest of the hold goes back to the payer.
    pub const FINAL: Self = Self(1 << 3);
    /// `release`, `refund`: by the arbiter of a dispute; needed while disputed, refused otherwise.
    pub const ARBITRATED: Self = Self(1 << 4);
    /// The caller sets the timestamp, for moving a history in. All of a batch or none.
    pub const IMPORTED: Self = Self(1 << 5);
    /// `release`, `refund`, `reverse`: all that is left; `amount` must be zero.
    pub const REST: Self = Self(1 << 6);
    /// `put`, `delete`: only if the document has `expected_version` (0: only if there is none).
    pub const IF_VERSION: Self = Self(1 << 7);
    /// `release` to another receiver than the payee: nobody takes a commission on it. Needed where
    /// the hold has a rate; refused on any other release, where it would have no effect.
    pub const NO_FEE: Self = Self(1 << 8);

    const NAMES: [(Self, &'static str); 9] = [
        (Self::LINKED, "linked"),
        (Self::BALANCING_DEBIT, "balancing_debit"),
        (Self::BALANCING_CREDIT, "balancing_credit"),
        (Self::FINAL, "final"),
        (Self::ARBITRATED, "arbitrated"),
        (Self::IMPORTED, "imported"),
        (Self::REST, "rest"),
        (Self::IF_VERSION, "if_version"),
        (Self::NO_FEE, "no_fee"),
    ];
    /// Every flag there is.
    pub const ALL: Self = Self(0x1ff);
}
flag_set!(OperationFlags);
