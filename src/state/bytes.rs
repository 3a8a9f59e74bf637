//! Bytes of the file: variable-length integers, and the checksum that ends every value.
//!
//! Guarantees that a value that was changed, cut or put under another key is recognised. Knows no
//! table.

use super::error::StateError;

/// Bytes of the checksum at the end of a value.
const CHECKSUM_BYTES: usize = 4;

/// Ends the value `body` of `key` with its checksum.
pub(super) fn seal(key: &[u8], body: &mut Vec<u8>) {
    let checksum = checksum(key, body);
    body.extend_from_slice(&checksum.to_le_bytes());
}

/// The body of the value of `key` in `table`, or an error if its checksum is wrong.
pub(super) fn unseal<'a>(
    table: &'static str,
    key: &[u8],
    value: &'a [u8],
) -> Result<&'a [u8], StateError> {
    value
        .split_last_chunk::<CHECKSUM_BYTES>()
        .filter(|(body, stored)| checksum(key, body).to_le_bytes() == **stored)
        .map(|(body, _)| body)
        .ok_or_else(|| StateError::corrupt(table, key))
}

fn checksum(key: &[u8], body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(body);
    hasher.finalize()
}

/// Appends `value` as LEB128: seven bits a byte, low bits first.
pub(super) fn put_varint(mut value: u128, out: &mut Vec<u8>) {
    // Random ids are mostly differences of seventeen bytes and more: eight at a time.
    while value >= 1 << 56 {
        let word = spread(value as u64) | 0x8080_8080_8080_8080;
        out.extend_from_slice(&word.to_le_bytes());
        value >>= 56;
    }
    let mut rest = value as u64;
    while rest >= 0x80 {
        out.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
}

/// Takes a LEB128 integer off the front of `bytes`.
pub(super) fn take_varint(bytes: &mut &[u8]) -> Option<u128> {
    let (mut value, mut shift) = (0_u128, 0);
    // Random ids are mostly differences of seventeen bytes and more: eight at a time.
    while shift <= 56
        && let Some(chunk) = bytes.first_chunk()
    {
        let word = u64::from_le_bytes(*chunk);
        let ends = !word & 0x8080_8080_8080_8080;
        let used = if ends == 0 { 8 } else { ends.trailing_zeros() / 8 + 1 };
        let kept = word & (u64::MAX >> (64 - 8 * used));
        value |= u128::from(squeeze(kept)) << shift;
        *bytes = bytes.get(used as usize..)?;
        if ends != 0 {
            return Some(value);
        }
        shift += 56;
    }
    loop {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let bits = u128::from(byte & 0x7f);
        // The nineteenth byte has room for two bits only.
        if shift > 126 || (shift == 126 && bits > 3) {
            return None;
        }
        value |= bits << shift;
        if byte < 0x80 {
            return Some(value);
        }
        shift += 7;
    }
}

/// The low seven bits of each of the eight bytes, side by side.
const fn squeeze(word: u64) -> u64 {
    let word = (word & 0x007f_007f_007f_007f) | (word & 0x7f00_7f00_7f00_7f00) >> 1;
    let word = (word & 0x0000_3fff_0000_3fff) | (word & 0x3fff_0000_3fff_0000) >> 2;
    (word & 0x0fff_ffff) | (word & 0x0fff_ffff_0000_0000) >> 4
}

/// The low 56 bits, seven in each of the eight bytes: the inverse of [`squeeze`].
const fn spread(bits: u64) -> u64 {
    let word = (bits & 0x0fff_ffff) | (bits & 0x00ff_ffff_f000_0000) << 4;
    let word = (word & 0x0000_3fff_0000_3fff) | (word & 0x0fff_c000_0fff_c000) << 2;
    (word & 0x007f_007f_007f_007f) | (word & 0x3f80_3f80_3f80_3f80) << 1
}

/// As [`take_varint`], of at most 64 bits.
pub(super) fn take_varint_64(bytes: &mut &[u8]) -> Option<u64> {
    // Most are this short.
    if let Some((&byte, rest)) = bytes.split_first()
        && byte < 0x80
    {
        *bytes = rest;
        return Some(u64::from(byte));
    }
    u64::try_from(take_varint(bytes)?).ok()
}

/// Maps small differences of either sign to small numbers.
pub(super) const fn zigzag(difference: i64) -> u64 {
    ((difference << 1) ^ (difference >> 63)).cast_unsigned()
}

/// The inverse of [`zigzag`].
pub(super) const fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seven bits a byte, one after the other: what the format says.
    fn naive_varint(mut value: u128) -> Vec<u8> {
        let mut bytes = Vec::new();
        while value >= 0x80 {
            bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    }

    #[test]
    fn varints_come_back_and_garbage_does_not() {
        let ends = [0, 1, 300, u128::from(u64::MAX), u128::MAX];
        let powers = (0..128).flat_map(|bit| [(1 << bit) - 1, 1 << bit, 0x5a5a << bit >> 7]);
        for value in powers.chain(ends) {
            let mut bytes = Vec::new();
            put_varint(value, &mut bytes);
            assert_eq!(bytes, naive_varint(value), "{value}");
            for cut in 0..bytes.len() {
                assert_eq!(take_varint(&mut &bytes[..cut]), None, "{value} cut at {cut}");
            }
            for behind in [&[][..], &[0xff; 20]] {
                let all = [&bytes[..], behind].concat();
                let mut rest = &all[..];
                assert_eq!(take_varint(&mut rest), Some(value));
                assert_eq!(rest, behind);
            }
            let short = u64::try_from(value).ok();
            assert_eq!(take_varint_64(&mut &bytes[..]), short);
        }
        assert_eq!(take_varint(&mut &[0xff; 40][..]), None);
        for difference in [0, 1, -1, i64::MAX, i64::MIN] {
            assert_eq!(unzigzag(zigzag(difference)), difference);
        }
    }

    #[test]
    fn a_seal_binds_key_and_value() {
        let mut value = b"value".to_vec();
        seal(b"key", &mut value);
        assert_eq!(unseal("t", b"key", &value).ok(), Some(&b"value"[..]));
        for cut in 0..value.len() {
            assert!(unseal("t", b"key", &value[..cut]).is_err());
        }
        let error = unseal("t", b"kez", &value).expect_err("another key");
        assert_eq!(error.to_string(), "state.redb is corrupt: record 6b657a of table t");
    }
}
