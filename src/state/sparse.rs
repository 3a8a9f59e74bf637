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
//! A record that was written when it had fewer words, for fields are added at its end, has a
//! shorter mask, and is read as if the others were as in what it is like.
//!
//! Guarantees one form for each record and each that is like it. Knows no table.

use bytemuck::Pod;

const WORD_BYTES: usize = 8;
/// No record has more.
const WORDS_MAX: usize = 40;
/// Lengths of two words lie in a byte.
const LENGTHS_BYTES: usize = WORDS_MAX / 2;

/// A record that lies in pages with others.
pub(super) trait Alike: Pod {
    /// What others that lie near are likely to have in common with it.
    fn likeness(&self) -> Self;
}

/// How many words a record has in its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Words(usize);

impl Words {
    /// All that the record has today.
    pub(super) const fn of<R>() -> Self {
        Self::of_bytes(size_of::<R>())
    }

    /// Those of a record of so many bytes in memory.
    pub(super) const fn of_bytes(bytes: usize) -> Self {
        assert!(bytes <= WORDS_MAX * WORD_BYTES && bytes.is_multiple_of(8 * WORD_BYTES));
        Self(bytes / WORD_BYTES)
    }

    const fn mask_bytes(self) -> usize {
        self.0 / 8
    }
}

const fn mask_bytes<R>() -> usize {
    Words::of::<R>().mask_bytes()
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
    let (mut mask, mut lengths, mut count) = (0_u64, [0; LENGTHS_BYTES], 0);
    let (mut bytes, mut end) = ([0; WORDS_MAX * WORD_BYTES], 0);
    for (at, (word, other)) in words(record).iter().zip(words(like)).enumerate() {
        let difference = word ^ other;
        if difference != 0 {
            mask |= 1 << at;
            bytes[end..end + WORD_BYTES].copy_from_slice(&difference.to_le_bytes());
            let length = length_of(difference);
            lengths[count / 2] |= (length as u8 - 1) << (4 * (count % 2));
            end += length;
            count += 1;
        }
    }
    out.extend_from_slice(&mask.to_le_bytes()[..mask_bytes::<R>()]);
    out.extend_from_slice(&lengths[..count.div_ceil(2)]);
    out.extend_from_slice(&bytes[..end]);
}

/// What stands before the bytes of a record.
#[derive(Clone, Copy)]
struct Head {
    mask: u64,
    /// Where the lengths begin.
    lengths_at: usize,
    /// Its own bytes.
    head_bytes: usize,
    /// Those of the record, with its own.
    bytes: usize,
}

impl Head {
    /// Of the record of so many words at the front of `bytes`, all of which must be there.
    fn read(words: Words, bytes: &[u8]) -> Option<Self> {
        let lengths_at = words.mask_bytes();
        let mut mask = [0; 8];
        mask[..lengths_at].copy_from_slice(bytes.get(..lengths_at)?);
        let mask = u64::from_le_bytes(mask);
        let count = mask.count_ones() as usize;
        let head_bytes = lengths_at + count.div_ceil(2);
        let lengths = bytes.get(lengths_at..head_bytes)?;
        // Few have more than half of their words.
        let (first, others) = lengths.split_at(lengths.len().min(16));
        let (first, others) = (nibbles(first), nibbles(others));
        // At most eight bytes each, and nothing behind the last.
        let unused = if count.is_multiple_of(2) { 0 } else { bytes[head_bytes - 1] >> 4 };
        if (first | others) & EVERY_NIBBLE << 3 != 0 || unused != 0 {
            return None;
        }
        let bytes_of_words = sum_of_nibbles(first) + sum_of_nibbles(others) + count;
        let all = head_bytes + bytes_of_words;
        (all <= bytes.len()).then_some(Self { mask, lengths_at, head_bytes, bytes: all })
    }
}

/// A one in each nibble.
const EVERY_NIBBLE: u128 = u128::from_le_bytes([0x11; 16]);

/// Sixteen bytes of nibbles at most.
fn nibbles(bytes: &[u8]) -> u128 {
    let mut all = [0; 16];
    all[..bytes.len()].copy_from_slice(bytes);
    u128::from_le_bytes(all)
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
    take_of(Words::of::<R>(), like, bytes)
}

/// As [`take`], of a record that had so many words.
pub(super) fn take_of<R: Pod>(words: Words, like: &R, bytes: &mut &[u8]) -> Option<R> {
    let head = Head::read(words, bytes)?;
    let mut record = *like;
    fill(bytemuck::cast_slice_mut(std::slice::from_mut(&mut record)), head, bytes)?;
    *bytes = &bytes[head.bytes..];
    Some(record)
}

/// The first part of the record of so many words at the front of `bytes`, and the bytes of all of
/// it. `like` is that part of the record that it is like.
pub(super) fn peek<Part: Pod>(words: Words, like: &Part, bytes: &[u8]) -> Option<(Part, usize)> {
    let head = Head::read(words, bytes)?;
    let mut part = *like;
    fill(bytemuck::cast_slice_mut(std::slice::from_mut(&mut part)), head, bytes)?;
    Some((part, head.bytes))
}

/// Changes the first words of a record by what its bytes say.
fn fill(words: &mut [u64], head: Head, bytes: &[u8]) -> Option<()> {
    let Head { mut mask, lengths_at, head_bytes: mut at, .. } = head;
    mask &= u64::MAX >> (64 - words.len());
    let mut nibble = 0;
    while mask != 0 {
        let pair = bytes[lengths_at + nibble / 2];
        let length = usize::from(pair >> (4 * (nibble % 2)) & 0xf) + 1;
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
        nibble += 1;
        at += length;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Record = [u64; WORDS_MAX];

    fn record() -> impl Strategy<Value = Record> {
        let word = prop_oneof![Just(0), 0..300_u64, any::<u64>()];
        prop::collection::vec(word, WORDS_MAX).prop_map(|words| {
            let mut record = [0; WORDS_MAX];
            record.copy_from_slice(&words);
            record
        })
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
            let first = peek(Words::of::<Record>(), &[like[0], like[1]], &bytes);
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
    fn records_of_fewer_words_are_read() {
        let mut shorter = [0_u64; 32];
        for (word, at) in shorter.iter_mut().zip(0..) {
            *word = at * 1_000;
        }
        let mut bytes = Vec::new();
        put(&shorter, &[0; 32], &mut bytes);
        let words = Words::of::<[u64; 32]>();
        let longer: Record = take_of(words, &[0; WORDS_MAX], &mut &bytes[..]).expect("a record");
        assert_eq!(longer[..32], shorter);
        assert_eq!(longer[32..], [0; WORDS_MAX - 32]);
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
