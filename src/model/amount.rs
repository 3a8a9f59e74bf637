//! Amounts of money in minor units.

use bytemuck::{Pod, Zeroable};
use std::fmt;

/// An unsigned amount of minor units (cents, satoshi, points) of one ledger.
///
/// Never above [`Amount::MAX`] = 2^96 − 1, so that every amount is exactly a
/// `rust_decimal::Decimal`, whose mantissa has 96 bits. A record filled by a foreign caller can
/// hold more; the engine refuses it. Arithmetic is checked; there are no operators that wrap,
/// saturate or panic.
///
/// The layout is that of a C struct of two `uint64_t`, low half first.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Pod, Zeroable)]
pub struct Amount {
    low: u64,
    high: u64,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self::raw(0);
    /// The greatest amount and the greatest balance: 2^96 − 1 minor units.
    pub const MAX: Self = Self::raw((1 << 96) - 1);

    /// The amount of `minor_units`, or `None` above [`Amount::MAX`].
    #[must_use]
    pub const fn new(minor_units: u128) -> Option<Self> {
        let amount = Self::raw(minor_units);
        if amount.is_valid() { Some(amount) } else { None }
    }

    /// The number of minor units.
    #[must_use]
    pub const fn minor_units(self) -> u128 {
        (self.high as u128) << 64 | self.low as u128
    }

    /// The same as a number that can be negative in a sum: it has at most 96 bits.
    pub(crate) fn signed(self) -> i128 {
        i128::try_from(self.minor_units()).unwrap_or(i128::MAX)
    }

    /// Whether this is within [`Amount::MAX`]; false only for a record filled from outside.
    #[must_use]
    pub const fn is_valid(self) -> bool {
        self.high < 1 << 32
    }

    /// Whether this is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.low == 0 && self.high == 0
    }

    /// The sum, or `None` above [`Amount::MAX`].
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.minor_units().checked_add(other.minor_units()) {
            Some(sum) => Self::new(sum),
            None => None,
        }
    }

    /// The difference, or `None` below zero.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.minor_units().checked_sub(other.minor_units()) {
            Some(difference) => Self::new(difference),
            None => None,
        }
    }

    /// The difference, or zero where `other` is greater.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self::raw(self.minor_units().saturating_sub(other.minor_units()))
    }

    /// The fee on this amount at `rate_ppm` parts per million, rounded half-even to the minor unit.
    ///
    /// A hold's commission is `fee(all paid so far + this part) − fee(all paid so far)`, so that
    /// the fees of any number of parts add up to the fee of the whole. Rates above one million are
    /// taken as one million: a fee never exceeds what it is taken from.
    #[must_use]
    pub fn fee(self, rate_ppm: u32) -> Self {
        const MILLION: u128 = 1_000_000;
        let rate = u128::from(rate_ppm).min(MILLION);
        // An invalid amount could overflow here, and is never charged: the guards come first.
        let product = self.minor_units().saturating_mul(rate);
        let (quotient, remainder) = (product / MILLION, product % MILLION);
        let round_up = remainder > MILLION / 2 || (remainder == MILLION / 2 && quotient % 2 == 1);
        Self::raw(quotient.saturating_add(u128::from(round_up)))
    }

    /// The commission of a fixed part and a rate on this amount: nothing on nothing, and never more
    /// than the amount itself.
    ///
    /// A hold takes it by the differences of sums, as described at [`fee`](Self::fee), so that the
    /// fixed part is taken once, out of what comes first.
    #[must_use]
    pub fn commission(self, fixed: Self, rate_ppm: u32) -> Self {
        let both = fixed.minor_units().saturating_add(self.fee(rate_ppm).minor_units());
        Self::raw(both.min(self.minor_units()))
    }

    /// Splits this amount over `weights`, exactly: the parts add up to the whole.
    ///
    /// Each part is its share rounded down; the minor units that are left go one each to the
    /// largest remainders, ties to the earlier position (the method of largest remainders).
    /// `None` if there are no weights, or all of them are zero.
    #[must_use]
    pub fn split(self, weights: &[u32]) -> Option<Vec<Self>> {
        let total: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
        if total == 0 || !self.is_valid() {
            return None;
        }
        // 96 bits by 32 bits: the product fits 128 bits.
        let share = |weight: u32| self.minor_units().checked_mul(u128::from(weight));
        let mut parts = Vec::with_capacity(weights.len());
        let mut remainders = Vec::with_capacity(weights.len());
        let mut left = self.minor_units();
        for (position, &weight) in weights.iter().enumerate() {
            let product = share(weight)?;
            let part = product.checked_div(total)?;
            left = left.checked_sub(part)?;
            parts.push(Self::raw(part));
            remainders.push((product.checked_rem(total)?, position));
        }
        remainders.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        for &(_, position) in remainders.iter().take(usize::try_from(left).ok()?) {
            parts[position] = parts[position].checked_add(Self::raw(1))?;
        }
        Some(parts)
    }

    /// Whatever the bits say, valid or not.
    pub(super) const fn raw(minor_units: u128) -> Self {
        Self { low: minor_units as u64, high: (minor_units >> 64) as u64 }
    }
}

impl From<u64> for Amount {
    fn from(minor_units: u64) -> Self {
        Self::raw(u128::from(minor_units))
    }
}

impl From<u32> for Amount {
    fn from(minor_units: u32) -> Self {
        Self::raw(u128::from(minor_units))
    }
}

impl Ord for Amount {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.minor_units().cmp(&other.minor_units())
    }
}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Amount {
    /// The number of minor units; text with a decimal point needs a ledger's scale.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.minor_units())
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(units: u128) -> Amount {
        Amount::new(units).expect("a valid amount")
    }

    #[test]
    fn the_bound_is_ninety_six_bits() {
        assert_eq!(Amount::new(1 << 96), None);
        assert_eq!(Amount::MAX.checked_add(amount(1)), None);
        assert_eq!(Amount::ZERO.checked_sub(amount(1)), None);
        assert!(!bytemuck::cast::<[u64; 2], Amount>([0, 1 << 32]).is_valid());
    }

    #[test]
    fn fees_round_half_to_even() {
        // (minor units, parts per million, fee)
        for (units, rate, fee) in [
            (0, 100_000, 0),
            (5, 100_000, 0),
            (15, 100_000, 2),
            (25, 100_000, 2),
            (35, 100_000, 4),
            (26, 100_000, 3),
            (1_000, 0, 0),
            (1_000, 1_000_000, 1_000),
            (1_000, 2_000_000, 1_000),
            (Amount::MAX.minor_units(), 1_000_000, Amount::MAX.minor_units()),
        ] {
            assert_eq!(amount(units).fee(rate), amount(fee), "{units} at {rate} ppm");
        }
    }

    #[test]
    fn a_commission_takes_its_fixed_part_once_and_never_more_than_there_is() {
        let most = Amount::MAX.minor_units();
        // (minor units, fixed part, parts per million, commission)
        for (units, fixed, rate, commission) in [
            (0, 30, 100_000, 0),
            (1, 30, 0, 1),
            (30, 30, 0, 30),
            (31, 30, 0, 30),
            (31, 30, 100_000, 31),
            (33, 30, 100_000, 33),
            (34, 30, 100_000, 33),
            (1_000, 30, 100_000, 130),
            (1_000, 30, 1_000_000, 1_000),
            (1_000, most, 0, 1_000),
            (most, most, 1_000_000, most),
        ] {
            let found = amount(units).commission(amount(fixed), rate);
            assert_eq!(found, amount(commission), "{units} at {fixed} and {rate} ppm");
        }
    }

    #[test]
    fn splits_give_the_odd_units_to_the_largest_remainders() {
        // (minor units, weights, parts)
        for (units, weights, parts) in [
            (100, &[1, 1, 1][..], &[34, 33, 33][..]),
            (100, &[1, 2], &[33, 67]),
            (1, &[0, 0, 5], &[0, 0, 1]),
            (5, &[3, 3, 4], &[2, 1, 2]),
            (0, &[1, 9], &[0, 0]),
        ] {
            let expected: Vec<_> = parts.iter().map(|&part| amount(part)).collect();
            assert_eq!(amount(units).split(weights), Some(expected), "{units} over {weights:?}");
        }
        assert_eq!(amount(5).split(&[]), None);
        assert_eq!(amount(5).split(&[0, 0]), None);
        let parts = Amount::MAX.split(&[u32::MAX, 1, u32::MAX]).expect("weights");
        let sum = parts.iter().try_fold(Amount::ZERO, |sum, part| sum.checked_add(*part));
        assert_eq!(sum, Some(Amount::MAX));
    }
}
