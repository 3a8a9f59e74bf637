//! Why bytes are not a record.

/// Why bytes are not the body of a record.
///
/// The journal's checksum has vouched for the bytes before, so that none of these is a torn write:
/// the file was made by a newer version, by something else, or on purpose.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum DecodeError {
    /// The bytes end before the record does.
    #[error("the record ends early")]
    Truncated,
    /// The record ends before the bytes do.
    #[error("the record is followed by other bytes")]
    TrailingBytes,
    /// The same record has a shorter encoding, which is the one that is valid.
    #[error("the record is not in its shortest form")]
    NotCanonical,
    /// A field has a value that it cannot have.
    #[error("the record has an impossible {what}")]
    Invalid {
        /// Which field.
        what: &'static str,
    },
    /// A type, field, kind, flag or status that this version does not know.
    #[error(
        "the record has the unknown {what} {number}; \
         the file may come from a newer version of escrowdb"
    )]
    Unknown {
        /// What it is.
        what: &'static str,
        /// Its number.
        number: u64,
    },
}

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
