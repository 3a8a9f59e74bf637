//! A block of numbers, most of them absent: the shape that all records share.
//!
//! Guarantees: zero costs nothing, any other number its significant bytes and half a byte for
//! their count; one list of numbers has exactly one block, and only that one is read. Writing is
//! the hottest loop of the journal: no number is written byte by byte.
//!
//! Does not know what the numbers mean.

use super::DecodeError;

/// A number of a record.
#[derive(Clone, Copy)]
pub(super) struct Field {
    /// What the documentation and the errors call it.
    pub(super) name: &'static str,
    /// How many bytes it can take.
    pub(super) bytes_max: usize,
}

impl Field {
    /// A field of `bytes_max` bytes called `name`.
    pub(super) const fn new(name: &'static str, bytes_max: usize) -> Self {
        Self { name, bytes_max }
    }
}

/// Bytes that any number fits in.
const NUMBER_BYTES: usize = 16;
/// Room for all numbers of a record, and for the unused high bytes of the last.
const ROOM_BYTES: usize = 256;
/// Numbers of a record: as many as the presence bits that are read.
const NUMBERS_MAX: usize = 28;

/// Bytes of a block of numbers, with the record's type: presence, lengths and numbers.
pub(super) const BLOCK_BYTES_MAX: usize = 1 + NUMBERS_MAX / 7 + NUMBERS_MAX / 2 + ROOM_BYTES;
const _: () = assert!(NUMBERS_MAX.is_multiple_of(14));

/// Whether records of these fields can be written: to be asserted at compile time.
pub(super) const fn fit<const N: usize>(fields: &[Field; N]) -> bool {
    let mut sum = NUMBER_BYTES;
    let mut position = 0;
    while position < N {
        sum = sum.saturating_add(fields[position].bytes_max);
        position = position.saturating_add(1);
    }
    N <= NUMBERS_MAX && sum <= ROOM_BYTES
}

/// Appends a record's type and its block of numbers.
pub(super) fn write<const N: usize>(buffer: &mut Vec<u8>, record_type: u8, numbers: &[u128; N]) {
    let mut room = [0; ROOM_BYTES];
    let (mut end, mut count, mut present, mut lengths) = (0_usize, 0_u32, 0_u32, 0_u128);
    let mut bit = 1_u32;
    for &number in numbers {
        if number != 0 {
            // One less than the bytes it takes, so that 1 to 16 fit half a byte.
            let length = number.ilog2() / 8;
            lengths |= u128::from(length).wrapping_shl(count.wrapping_mul(4));
            count = count.wrapping_add(1);
            present |= bit;
            // All 16 bytes at once, the next number overwriting the high ones that are zero: a copy
            // of a length that the compiler knows is one instruction.
            if let Some(slot) = room.get_mut(end..).and_then(|tail| tail.first_chunk_mut()) {
                *slot = number.to_le_bytes();
            }
            end = end.wrapping_add(length as usize).wrapping_add(1);
        }
        bit = bit.wrapping_shl(1);
    }
    buffer.push(record_type);
    while present > 0x7f {
        buffer.push(present as u8 | 0x80);
        present >>= 7;
    }
    buffer.push(present as u8);
    buffer.extend_from_slice(&lengths.to_le_bytes()[..count.div_ceil(2) as usize]);
    buffer.extend_from_slice(&room[..end]);
}

/// The numbers of a block, and the bytes behind it.
pub(super) fn read<'a, const N: usize>(
    fields: &[Field; N],
    bytes: &'a [u8],
) -> Result<([u128; N], &'a [u8]), DecodeError> {
    let (present, bytes) = read_presence::<N>(bytes)?;
    let count = present.count_ones();
    let (lengths, mut bytes) =
        bytes.split_at_checked(count.div_ceil(2) as usize).ok_or(DecodeError::Truncated)?;
    // Low half first, as they were written.
    let mut lengths = lengths.iter().flat_map(|pair| [pair & 0xf, pair >> 4]);
    let mut numbers = [0; N];
    for (position, (number, field)) in numbers.iter_mut().zip(fields).enumerate() {
        if present & 1_u32.wrapping_shl(position as u32) == 0 {
            continue;
        }
        let length = usize::from(lengths.next().ok_or(DecodeError::Truncated)?).saturating_add(1);
        if length > field.bytes_max {
            return Err(DecodeError::Invalid { what: field.name });
        }
        let (digits, rest) = bytes.split_at_checked(length).ok_or(DecodeError::Truncated)?;
        if digits.last() == Some(&0) {
            return Err(DecodeError::NotCanonical);
        }
        let mut padded = [0; NUMBER_BYTES];
        padded[..length].copy_from_slice(digits);
        *number = u128::from_le_bytes(padded);
        bytes = rest;
    }
    match lengths.next() {
        None | Some(0) => Ok((numbers, bytes)),
        Some(_) => Err(DecodeError::NotCanonical),
    }
}

/// Which of `N` numbers are present, and the bytes behind.
fn read_presence<const N: usize>(bytes: &[u8]) -> Result<(u32, &[u8]), DecodeError> {
    let mut present = 0_u32;
    let mut bytes = bytes;
    for shift in [0, 7, 14, 21] {
        let (&byte, rest) = bytes.split_first().ok_or(DecodeError::Truncated)?;
        bytes = rest;
        present |= u32::from(byte & 0x7f).wrapping_shl(shift);
        if byte & 0x80 != 0 {
            continue;
        }
        if byte == 0 && shift > 0 {
            return Err(DecodeError::NotCanonical);
        }
        let unknown = present & u32::MAX.checked_shl(N as u32).unwrap_or(0);
        return match unknown {
            0 => Ok((present, bytes)),
            _ => Err(unknown_field(unknown.trailing_zeros())),
        };
    }
    Err(unknown_field(NUMBERS_MAX as u32))
}

fn unknown_field(number: u32) -> DecodeError {
    DecodeError::Unknown { what: "field", number: u64::from(number) }
}

/// `number` as the type of its field, whose width has vouched for it already.
pub(super) fn narrow<T: TryFrom<u128>>(number: u128) -> Result<T, DecodeError> {
    T::try_from(number).map_err(|_| DecodeError::Invalid { what: "number" })
}
