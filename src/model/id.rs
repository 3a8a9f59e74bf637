//! 128-bit identifiers.

use bytemuck::{Pod, Zeroable};
use std::fmt;
use std::str::FromStr;

/// A 128-bit identifier, chosen by the caller: of an account, an operation or a hold.
///
/// Zero means "none" and the maximum is reserved; the engine refuses both where an id is needed.
/// The id of an operation is its idempotency key, and the id of a hold is that of the operation
/// that opened it.
///
/// The layout is that of a C struct of two `uint64_t`, low half first. Ids order as the numbers
/// that they are.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Pod, Zeroable)]
pub struct Id {
    low: u64,
    high: u64,
}

impl Id {
    /// No id.
    pub const ZERO: Self = Self::from_u128(0);
    /// Reserved, and refused wherever an id is needed.
    pub const MAX: Self = Self::from_u128(u128::MAX);

    /// The id with this number.
    #[must_use]
    pub const fn from_u128(value: u128) -> Self {
        Self { low: value as u64, high: (value >> 64) as u64 }
    }

    /// The number of this id.
    #[must_use]
    pub const fn as_u128(self) -> u128 {
        (self.high as u128) << 64 | self.low as u128
    }

    /// The id as 16 bytes, most significant first: the order of a UUID's or ULID's bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.as_u128().to_be_bytes()
    }

    /// The id of 16 bytes, most significant first.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self::from_u128(u128::from_be_bytes(bytes))
    }

    /// Whether this is [`Id::ZERO`].
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.low == 0 && self.high == 0
    }

    /// Whether this is [`Id::MAX`].
    #[must_use]
    pub const fn is_max(self) -> bool {
        self.low == u64::MAX && self.high == u64::MAX
    }
}

impl From<u128> for Id {
    fn from(value: u128) -> Self {
        Self::from_u128(value)
    }
}

impl From<Id> for u128 {
    fn from(id: Id) -> Self {
        id.as_u128()
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_u128().cmp(&other.as_u128())
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Id {
    /// Below 2^64 as a decimal number, all others as a UUID: so no text is an id in two ways.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.high == 0 {
            write!(formatter, "{}", self.low)
        } else {
            let (first, second) = (self.high >> 32, self.high >> 16 & 0xffff);
            let (third, fourth) = (self.high & 0xffff, self.low >> 48);
            let last = self.low & 0xffff_ffff_ffff;
            write!(formatter, "{first:08x}-{second:04x}-{third:04x}-{fourth:04x}-{last:012x}")
        }
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// A text that is no id.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ParseIdError {
    /// It is none of the forms.
    #[error("an id is a UUID, 32 hexadecimal digits or a decimal number below 2^128")]
    Form,
    /// 32 digits without a letter are a decimal or a hexadecimal number.
    #[error(
        "32 digits can be a decimal or a hexadecimal number: write the id as a UUID, in groups"
    )]
    Ambiguous,
}

impl FromStr for Id {
    type Err = ParseIdError;

    /// Reads an id as it is printed, by any language: a UUID, 32 hexadecimal digits with a letter
    /// among them, or a decimal number below 2^128.
    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let bytes = text.as_bytes();
        let is_uuid = bytes.len() == 36 && [8, 13, 18, 23].iter().all(|&at| bytes[at] == b'-');
        let digits = if is_uuid { text.replace('-', "") } else { text.to_owned() };
        let is_decimal = text.bytes().all(|byte| byte.is_ascii_digit());
        let is_hexadecimal =
            digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        // A sign would be taken by the standard library.
        let number = match (is_hexadecimal, is_decimal) {
            (true, true) => return Err(ParseIdError::Ambiguous),
            (true, false) => u128::from_str_radix(&digits, 16),
            (false, true) => text.parse(),
            (false, false) => return Err(ParseIdError::Form),
        };
        number.map(Self::from_u128).map_err(|_| ParseIdError::Form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Python printed large ids as decimal numbers, which Go and the schema of the command refuse.
    #[test]
    fn printed_ids_are_the_same_in_all_languages() {
        for line in include_str!("../../tests/vectors/printed_ids.txt").lines() {
            let (digits, text) = line.split_once('\t').expect("two fields");
            let id = u128::from_str_radix(digits, 16).map(Id::from_u128).expect("an id");
            assert_eq!(id.to_string(), text);
            assert_eq!(text.parse(), Ok(id));
        }
    }

    #[test]
    fn layout_bytes_and_order() {
        assert_eq!((size_of::<Id>(), align_of::<Id>()), (16, 8));
        let id = Id::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff);
        assert_eq!(id.as_u128(), 0x0011_2233_4455_6677_8899_aabb_ccdd_eeff);
        assert_eq!(Id::from_bytes(id.to_bytes()), id);
        assert_eq!(id.to_bytes()[1], 0x11);
        assert_eq!(bytemuck::bytes_of(&id)[0], 0xff, "low half first, as C declares it");
        assert!(Id::from_u128(1 << 64) > Id::from_u128(u128::from(u64::MAX)));
        assert_eq!(Id::from_u128(7).to_string(), "7");
        assert_eq!(id.to_string(), "00112233-4455-6677-8899-aabbccddeeff");
    }
}
