//! Records as what sets them apart from another one, which is like them.
//!
//! Most of an account, and of a hold, is zero, or as in its neighbours: the ledger, the code, the
//! flags, the high bytes of times and ids.
//!
//! ```text
//! record = which words differ: a bit each, low bits first | lengths | bytes
//! ```
//!
//! A word of 8 bytes that differs is there as its difference, by exclusive or, without the bytes
//! above its highest that is not zero. Its length less one takes four bits.
//!
//! Guarantees one form for each record and each that is like it. Knows no table.

use bytemuck::Pod;

const WORD_BYTES: usize = 8;
/// More than a record ever takes.
const RECORD_BYTES_MAX: usize = 4 + 16 + 32 * WORD_BYTES;

/// A record that lies in pages with others.
pub(super) trait Alike: Pod {
    /// What others that lie near are likely to have in common with it.
    fn likeness(&self) -> Self;
}

const fn word_count<R>() -> usize {
    assert!(size_of::<R>() <= 32 * WORD_BYTES && size_of::<R>().is_multiple_of(8 * WORD_BYTES));
    size_of::<R>() / WORD_BYTES
}

const fn mask_bytes<R>() -> usize {
    word_count::<R>() / 8
}

fn words<R: Pod>(record: &R) -> &[u64] {
    bytemuck::cast_slice(std::slice::from_ref(record))
}

/// Bytes that `record` takes beside one that is like it.
pub(super) fn size<R: Pod>(record: &R, like: &R) -> usize {
    let (mut count, mut bytes) = (0_usize, 0);
    for (word, other) in words(record).iter().zip(words(like)) {
        let difference = word ^ other;
        count += usize::from(difference != 0);
        bytes += length_of(difference);
    }
    mask_bytes::<R>() + count.div_ceil(2) + bytes
}

/// Bytes of a word without those that are zero at its upper end.
const fn length_of(word: u64) -> usize {
    WORD_BYTES - word.leading_zeros() as usize / 8
}

/// Appends a record.
pub(super) fn put<R: Pod>(record: &R, like: &R, out: &mut Vec<u8>) {
    let (mut mask, mut lengths, mut count) = (0_u32, 0_u128, 0);
    let (mut bytes, mut end) = ([0; RECORD_BYTES_MAX], 0);
    for (at, (word, other)) in words(record).iter().zip(words(like)).enumerate() {
        let difference = word ^ other;
        if difference != 0 {
            mask |= 1 << at;
            bytes[end..end + WORD_BYTES].copy_from_slice(&difference.to_le_bytes());
            let length = length_of(difference);
            lengths |= (length as u128 - 1) << (4 * count);
            end += length;
            count += 1;
        }
    }
    out.extend_from_slice(&mask.to_le_bytes()[..mask_bytes::<R>()]);
    out.extend_from_slice(&lengths.to_le_bytes()[..usize::div_ceil(count, 2)]);
    out.extend_from_slice(&bytes[..end]);
}

/// What stands before the bytes of a record.
#[derive(Clone, Copy)]
struct Head {
    mask: u32,
    lengths: u128,
    /// Its own bytes.
    head_bytes: usize,
    /// Those of the record, with its own.
    bytes: usize,
}

impl Head {
    /// Of the record at the front of `bytes`, all of which must be there.
    fn read<R: Pod>(bytes: &[u8]) -> Option<Self> {
        let mut mask = [0; 4];
        mask[..mask_bytes::<R>()].copy_from_slice(bytes.get(..mask_bytes::<R>())?);
        let mask = u32::from_le_bytes(mask);
        let count = mask.count_ones() as usize;
        let head_bytes = mask_bytes::<R>() + count.div_ceil(2);
        let mut lengths = [0; 16];
        let stored = bytes.get(mask_bytes::<R>()..head_bytes)?;
        lengths[..stored.len()].copy_from_slice(stored);
        let lengths = u128::from_le_bytes(lengths);
        // At most eight bytes each, and nothing behind the last.
        let unused = if count < 32 { lengths >> (4 * count) } else { 0 };
        if lengths & 0x8888_8888_8888_8888_8888_8888_8888_8888 != 0 || unused != 0 {
            return None;
        }
        let bytes_of_words = sum_of_nibbles(lengths) + count;
        let all = head_bytes + bytes_of_words;
        (all <= bytes.len()).then_some(Self { mask, lengths, head_bytes, bytes: all })
    }
}

/// Of nibbles of less than eight each.
const fn sum_of_nibbles(nibbles: u128) -> usize {
    const EVERY_OTHER: u128 = u128::from_le_bytes([0x0f; 16]);
    let pairs = (nibbles & EVERY_OTHER) + (nibbles >> 4 & EVERY_OTHER);
    let halves = (pairs as u64).wrapping_add((pairs >> 64) as u64);
    (halves.wrapping_mul(u64::from_le_bytes([1; 8])) >> 56) as usize
}

/// Takes a record off the front of `bytes`, if there is one.
pub(super) fn take<R: Pod>(like: &R, bytes: &mut &[u8]) -> Option<R> {
    let head = Head::read::<R>(bytes)?;
    let mut record = *like;
    fill(bytemuck::cast_slice_mut(std::slice::from_mut(&mut record)), head, bytes)?;
    *bytes = &bytes[head.bytes..];
    Some(record)
}

/// The first part of the record at the front of `bytes`, and the bytes of all of it. `like` is that
/// part of the record that it is like.
pub(super) fn peek<R: Pod, Part: Pod>(like: &Part, bytes: &[u8]) -> Option<(Part, usize)> {
    let head = Head::read::<R>(bytes)?;
    let mut part = *like;
    fill(bytemuck::cast_slice_mut(std::slice::from_mut(&mut part)), head, bytes)?;
    Some((part, head.bytes))
}

/// Changes the first words of a record by what its bytes say.
fn fill(words: &mut [u64], head: Head, bytes: &[u8]) -> Option<()> {
    let Head { mut mask, mut lengths, head_bytes: mut at, .. } = head;
    mask &= u32::MAX >> (32 - words.len());
    while mask != 0 {
        let length = (lengths as usize & 0xf) + 1;
        let rest = &bytes[at..];
        let difference = match rest.first_chunk() {
            Some(chunk) => u64::from_le_bytes(*chunk) & (u64::MAX >> (64 - 8 * length)),
            None => {
                let mut chunk = [0; WORD_BYTES];
                chunk[..length].copy_from_slice(&rest[..length]);
                u64::from_le_bytes(chunk)
            }
        };
        // It would be shorter, or not there.
        if length_of(difference) != length {
            return None;
        }
        words[mask.trailing_zeros() as usize] ^= difference;
        mask &= mask - 1;
        lengths >>= 4;
        at += length;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Record = [u64; 32];

    fn record() -> impl Strategy<Value = Record> {
        prop::array::uniform32(prop_oneof![Just(0), 0..300_u64, any::<u64>()])
    }

    proptest! {
        #[test]
        fn records_come_back(record in record(), like in record(), behind: Vec<u8>) {
            let mut bytes = Vec::new();
            put(&record, &like, &mut bytes);
            prop_assert_eq!(bytes.len(), size(&record, &like));
            for cut in 0..bytes.len() {
                prop_assert_eq!(take::<Record>(&like, &mut &bytes[..cut]), None);
            }
            let length = bytes.len();
            bytes.extend(&behind);
            let first = peek::<Record, [u64; 2]>(&[like[0], like[1]], &bytes);
            prop_assert_eq!(first, Some(([record[0], record[1]], length)));
            let mut rest = &bytes[..];
            prop_assert_eq!(take(&like, &mut rest), Some(record));
            prop_assert_eq!(rest, &behind);
        }

        #[test]
        fn bytes_are_the_one_form_of_a_record_or_none(bytes: Vec<u8>, like in record()) {
            let mut rest = &bytes[..];
            if let Some(record) = take::<Record>(&like, &mut rest) {
                let mut again = Vec::new();
                put(&record, &like, &mut again);
                prop_assert_eq!(again, &bytes[..bytes.len() - rest.len()]);
            }
        }
    }

    #[test]
    fn other_bytes_are_no_record() {
        let zero = [0_u64; 16];
        for (bytes, what) in [
            (&[1, 0, 0, 7][..], None),
            (&[1, 0, 0, 0], Some("a word that is zero")),
            (&[1, 0, 1, 7, 0], Some("a byte that is zero at the upper end")),
            (&[1, 0, 8, 1, 1, 1, 1, 1, 1, 1, 1, 1], Some("nine bytes of a word")),
            (&[1, 0, 0x10, 7], Some("the length of a word that is not there")),
        ] {
            let found = take::<[u64; 16]>(&zero, &mut &bytes[..]);
            assert_eq!(found.is_none(), what.is_some(), "{what:?}");
        }
    }
}
