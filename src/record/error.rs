//! Why bytes are not a record.

use std::fmt;

/// Why bytes are not the body of a record.
///
/// The journal's checksum has vouched for the bytes before, so that none of these is a torn write:
/// the file was made by a newer version, by something else, or on purpose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DecodeError {
    /// The bytes end before the record does.
    Truncated,
    /// The record ends before the bytes do.
    TrailingBytes,
    /// The same record has a shorter encoding, which is the one that is valid.
    NotCanonical,
    /// A field has a value that it cannot have.
    Invalid {
        /// Which field.
        what: &'static str,
    },
    /// A type, field, kind, flag or status that this version does not know.
    Unknown {
        /// What it is.
        what: &'static str,
        /// Its number.
        number: u64,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => formatter.write_str("the record ends early"),
            Self::TrailingBytes => formatter.write_str("the record is followed by other bytes"),
            Self::NotCanonical => formatter.write_str("the record is not in its shortest form"),
            Self::Invalid { what } => write!(formatter, "the record has an impossible {what}"),
            Self::Unknown { what, number } => write!(
                formatter,
                "the record has the unknown {what} {number}; \
                 the file may come from a newer version of escrowdb"
            ),
        }
    }
}

impl std::error::Error for DecodeError {}

/// The result of `check` on a field that this version may not know.
pub(super) fn known(
    is_known: bool,
    what: &'static str,
    number: impl Into<u64>,
) -> Result<(), DecodeError> {
    if is_known {
        return Ok(());
    }
    let number = number.into();
    Err(DecodeError::Unknown { what, number })
}

/// The result of a check on a field that no version can fail.
pub(super) fn valid(is_valid: bool, what: &'static str) -> Result<(), DecodeError> {
    if is_valid { Ok(()) } else { Err(DecodeError::Invalid { what }) }
}
