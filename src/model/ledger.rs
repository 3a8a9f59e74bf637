//! Ledgers: currency books with a fixed scale.

use super::{Amount, Timestamp, limits};
use bytemuck::{Pod, Zeroable};
use std::fmt;

/// A currency book. Accounts of one ledger trade with each other only.
///
/// 96 bytes, no padding.
// Rows keep it as bytes: fields are only ever added at its end or in `reserved`.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Pod, Zeroable)]
pub struct Ledger {
    /// The number that accounts and operations name it by; not 0.
    pub number: u32,
    /// Digits behind the decimal point, 0 to 18, fixed for ever.
    pub scale: u32,
    /// The currency: an ISO 4217 code or one of your own, such as `USD` or `POINTS`.
    pub code: LedgerCode,
    /// When it was registered; zero on the way in.
    pub created_at: Timestamp,
    /// The sum of `debits_posted` of its accounts, which equals that of `credits_posted`; zero on
    /// the way in.
    pub posted: Amount,
    /// The sum of `debits_pending` of its accounts, which equals that of `credits_pending`; zero on
    /// the way in.
    pub pending: Amount,
    /// Must be zero.
    pub reserved: [u64; 4],
}

const _: () = assert!(size_of::<Ledger>() == 96 && align_of::<Ledger>() == 8);

impl Ledger {
    /// A ledger to be registered.
    #[must_use]
    pub fn new(number: u32, code: LedgerCode, scale: u8) -> Self {
        Self { number, scale: u32::from(scale), code, ..Self::zeroed() }
    }

    /// Digits behind the decimal point.
    #[must_use]
    pub fn scale(&self) -> u8 {
        u8::try_from(self.scale).unwrap_or(limits::LEDGER_SCALE_MAX)
    }
}

/// The code of a currency: 1 to 16 of `A`–`Z`, `0`–`9`, `_` and `-`, padded with zero bytes.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Pod, Zeroable)]
pub struct LedgerCode([u8; limits::LEDGER_CODE_BYTES_MAX]);

/// Why a text is no [`LedgerCode`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a ledger code is 1 to 16 characters of A-Z, 0-9, _ and -")]
pub struct LedgerCodeError;

impl LedgerCode {
    /// The code of this text.
    ///
    /// # Errors
    /// [`LedgerCodeError`] if it is empty, too long or holds another character.
    pub fn new(text: &str) -> Result<Self, LedgerCodeError> {
        let mut bytes = [0; limits::LEDGER_CODE_BYTES_MAX];
        bytes.get_mut(..text.len()).ok_or(LedgerCodeError)?.copy_from_slice(text.as_bytes());
        let code = Self(bytes);
        // Zero bytes at the end of the text would be taken for the padding.
        if code.is_valid() && code.as_str() == text { Ok(code) } else { Err(LedgerCodeError) }
    }

    /// The code as text; empty if a foreign caller filled it with something else.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let length = self.0.iter().position(|&byte| byte == 0).unwrap_or(self.0.len());
        std::str::from_utf8(&self.0[..length]).unwrap_or("")
    }

    /// Whether the bytes are a code: false only for a record filled from outside.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let length = self.0.iter().position(|&byte| byte == 0).unwrap_or(self.0.len());
        let (text, padding) = self.0.split_at(length);
        let allowed = |byte: &u8| {
            byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-')
        };
        !text.is_empty() && text.iter().all(allowed) && padding.iter().all(|&byte| byte == 0)
    }
}

impl fmt::Display for LedgerCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for LedgerCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_checked() {
        for good in ["USD", "POINTS", "X", "A-B_9", "ABCDEFGHIJKLMNOP"] {
            assert_eq!(LedgerCode::new(good).map(|code| code.to_string()), Ok(good.to_string()));
        }
        for bad in ["", "usd", "US D", "ÄÖ", "ABCDEFGHIJKLMNOPQ", "A\0B"] {
            assert_eq!(LedgerCode::new(bad), Err(LedgerCodeError), "{bad:?}");
        }
    }
}
