//! Records without the words that are zero: most of an account, and of a hold, is.
//!
//! ```text
//! record = which of its words are there: a bit each, 4 bytes | those words, 8 bytes each
//! ```
//!
//! Guarantees one form for each record. Knows no table.

use bytemuck::{Pod, bytes_of};

const WORD_BYTES: usize = 8;
const MASK_BYTES: usize = 4;

/// Bytes of a record.
pub(super) fn size<R: Pod>(record: &R) -> usize {
    MASK_BYTES + WORD_BYTES * mask(record).count_ones() as usize
}

fn words<R: Pod>(record: &R) -> &[[u8; WORD_BYTES]] {
    const { assert!(size_of::<R>() <= 32 * WORD_BYTES && size_of::<R>().is_multiple_of(WORD_BYTES)) };
    bytes_of(record).as_chunks().0
}

fn mask<R: Pod>(record: &R) -> u32 {
    let is_there = |word: &[u8; WORD_BYTES]| u32::from(*word != [0; WORD_BYTES]);
    words(record).iter().rev().fold(0, |mask, word| mask << 1 | is_there(word))
}

/// Appends a record.
pub(super) fn put<R: Pod>(record: &R, out: &mut Vec<u8>) {
    let mask = mask(record);
    out.extend_from_slice(&mask.to_le_bytes());
    for (at, word) in words(record).iter().enumerate() {
        if mask >> at & 1 == 1 {
            out.extend_from_slice(word);
        }
    }
}

/// Takes a record off the front of `bytes`, if there is one.
pub(super) fn take<R: Pod>(bytes: &mut &[u8]) -> Option<R> {
    let mut record = R::zeroed();
    fill(bytemuck::bytes_of_mut(&mut record), bytes)?;
    skip::<R>(bytes)?;
    Some(record)
}

/// The first part of the record at the front of `bytes`.
pub(super) fn peek<Part: Pod>(bytes: &[u8]) -> Option<Part> {
    let mut part = Part::zeroed();
    fill(bytemuck::bytes_of_mut(&mut part), bytes)?;
    Some(part)
}

/// Takes the record off the front of `bytes` without a look at it.
pub(super) fn skip<R: Pod>(bytes: &mut &[u8]) -> Option<()> {
    let (mask, _) = bytes.split_first_chunk()?;
    let mask = u32::from_le_bytes(*mask);
    let unknown = u64::from(mask) >> (size_of::<R>() / WORD_BYTES) != 0;
    let length = MASK_BYTES + WORD_BYTES * mask.count_ones() as usize;
    *bytes = bytes.get(length..).filter(|_| !unknown)?;
    Some(())
}

/// Fills the first words of a record.
fn fill(record: &mut [u8], bytes: &[u8]) -> Option<()> {
    let (mask, rest) = bytes.split_first_chunk()?;
    let mask = u32::from_le_bytes(*mask);
    let mut words = rest.as_chunks::<WORD_BYTES>().0.iter();
    for (at, word) in record.as_chunks_mut::<WORD_BYTES>().0.iter_mut().enumerate() {
        if mask >> at & 1 == 1 {
            // A word that is zero is not there.
            *word = *words.next().filter(|word| **word != [0; WORD_BYTES])?;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn records_come_back(words: [Option<u64>; 32], behind: Vec<u8>) {
            let record = words.map(Option::unwrap_or_default);
            let mut bytes = Vec::new();
            put(&record, &mut bytes);
            prop_assert_eq!(bytes.len(), size(&record));
            for cut in 0..bytes.len() {
                prop_assert_eq!(take::<[u64; 32]>(&mut &bytes[..cut]), None);
            }
            bytes.extend(&behind);
            let mut rest = &bytes[..];
            prop_assert_eq!(peek::<[u64; 2]>(rest), Some([record[0], record[1]]));
            prop_assert_eq!(take(&mut rest), Some(record));
            prop_assert_eq!(rest, &behind);
        }
    }

    #[test]
    fn other_bytes_are_no_record() {
        let mut bytes = Vec::new();
        put(&[7_u64; 32], &mut bytes);
        assert_eq!(take::<[u64; 16]>(&mut &bytes[..]), None, "too many words");
        bytes[MASK_BYTES] = 0;
        assert_eq!(take::<[u64; 32]>(&mut &bytes[..]), None, "a word that is zero");
    }
}
