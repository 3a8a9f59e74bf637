//! Numbers of 128 bits, which C has no type for.

use bytemuck::{Pod, Zeroable};

/// An unsigned number of 128 bits: an id or an amount in minor units. The value is
/// hi × 2^64 + lo. Two `uint64_t` on every platform, whatever its compiler calls 128 bits.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_u128 {
    /// The low half.
    pub lo: u64,
    /// The high half.
    pub hi: u64,
}

/// A signed number of 128 bits in two's complement: a change of a balance. The value is
/// hi × 2^64 + lo.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_i128 {
    /// The low half.
    pub lo: u64,
    /// The high half, with the sign.
    pub hi: i64,
}

// Ids and amounts of the library are what C knows as `escrow_u128`.
const _: () = {
    assert!(size_of::<escrow_u128>() == 16 && align_of::<escrow_u128>() == 8);
    assert!(size_of::<escrow::Id>() == 16 && align_of::<escrow::Id>() == 8);
    assert!(size_of::<escrow::Amount>() == 16 && align_of::<escrow::Amount>() == 8);
    assert!(size_of::<escrow_i128>() == 16 && align_of::<escrow_i128>() == 8);
};

impl From<u128> for escrow_u128 {
    fn from(value: u128) -> Self {
        Self { lo: value as u64, hi: (value >> 64) as u64 }
    }
}

impl From<i128> for escrow_i128 {
    fn from(value: i128) -> Self {
        Self { lo: value as u64, hi: (value >> 64) as i64 }
    }
}

impl From<escrow_i128> for i128 {
    fn from(value: escrow_i128) -> Self {
        Self::from(value.hi) << 64 | Self::from(value.lo)
    }
}
