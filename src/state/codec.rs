//! Keys and values of the tables as bytes.
//!
//! Guarantees that keys order as bytes as they do in memory, and that bytes of a wrong length or
//! an unknown layout are no value. Knows no table; checksums are put around values elsewhere.

use crate::engine::Stored;
use crate::model::{Account, Amount, Hold, Id, Ledger, Timestamp};
use std::sync::Arc;

// Records are stored as they lie in memory.
const _: () =
    assert!(cfg!(target_endian = "little"), "the file format is that of little-endian machines");

/// The layout of the records that this version writes.
const RECORD_LAYOUT: u8 = 1;

/// A key of a table.
pub(super) trait KeyBytes: Ord + Clone {
    /// The length, for keys that have one length.
    const WIDTH: usize;

    /// Appends the key, most significant byte first.
    fn put(&self, out: &mut Vec<u8>);

    /// The key of these bytes, if they are one.
    fn take(bytes: &[u8]) -> Option<Self>;

    /// The key as bytes.
    fn to_vec(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(Self::WIDTH);
        self.put(&mut bytes);
        bytes
    }
}

impl KeyBytes for u32 {
    const WIDTH: usize = 4;

    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_be_bytes());
    }

    fn take(bytes: &[u8]) -> Option<Self> {
        Some(Self::from_be_bytes(bytes.try_into().ok()?))
    }
}

/// The number of a sorted run of entries: later ones are higher.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) struct RunNumber(pub(super) u64);

impl KeyBytes for RunNumber {
    const WIDTH: usize = 8;

    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.to_be_bytes());
    }

    fn take(bytes: &[u8]) -> Option<Self> {
        Some(Self(u64::from_be_bytes(bytes.try_into().ok()?)))
    }
}

impl KeyBytes for Id {
    const WIDTH: usize = 16;

    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_bytes());
    }

    fn take(bytes: &[u8]) -> Option<Self> {
        Some(Self::from_bytes(bytes.try_into().ok()?))
    }
}

impl KeyBytes for Timestamp {
    const WIDTH: usize = 8;

    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.nanoseconds().to_be_bytes());
    }

    fn take(bytes: &[u8]) -> Option<Self> {
        let nanoseconds = u64::from_be_bytes(bytes.try_into().ok()?);
        Some(Self::from_nanoseconds(nanoseconds))
    }
}

/// Two keys of fixed lengths in a row.
impl<A: KeyBytes, B: KeyBytes> KeyBytes for (A, B) {
    const WIDTH: usize = A::WIDTH + B::WIDTH;

    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }

    fn take(bytes: &[u8]) -> Option<Self> {
        let (first, second) = bytes.split_at_checked(A::WIDTH)?;
        Some((A::take(first)?, B::take(second)?))
    }
}

/// Of any length: alone, never in a pair.
impl KeyBytes for Arc<[u8]> {
    const WIDTH: usize = 0;

    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn take(bytes: &[u8]) -> Option<Self> {
        Some(bytes.into())
    }
}

/// Of any length: alone, never in a pair.
impl KeyBytes for Arc<str> {
    const WIDTH: usize = 0;

    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }

    fn take(bytes: &[u8]) -> Option<Self> {
        std::str::from_utf8(bytes).ok().map(Self::from)
    }
}

/// A value of a table.
pub(super) trait ValueBytes: Clone {
    /// Appends the value.
    fn put(&self, out: &mut Vec<u8>);

    /// The value of these bytes, if they are one.
    fn take(bytes: &[u8]) -> Option<Self>;
}

/// Plain records: a byte that names the layout, then the record as it lies in memory. Of the bytes
/// that it has got since the first format, those that are zero at the end are left out: so a record
/// that does not use them is the same in every format, as a row and in the hash of a state.
macro_rules! records {
    ($($record:ty: $first_bytes:expr),*) => {$(
        impl ValueBytes for $record {
            fn put(&self, out: &mut Vec<u8>) {
                out.push(RECORD_LAYOUT);
                let (first, later) = bytemuck::bytes_of(self).split_at($first_bytes);
                out.extend_from_slice(first);
                let used = later.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
                out.extend_from_slice(&later[..used]);
            }

            fn take(bytes: &[u8]) -> Option<Self> {
                let bytes = bytes.strip_prefix(&[RECORD_LAYOUT])?;
                let is_shortest = bytes.len() == $first_bytes || bytes.last() != Some(&0);
                if bytes.len() < $first_bytes || !is_shortest {
                    return None;
                }
                let mut record: Self = bytemuck::Zeroable::zeroed();
                bytemuck::bytes_of_mut(&mut record).get_mut(..bytes.len())?.copy_from_slice(bytes);
                Some(record)
            }
        }
    )*};
}
records!(
    Ledger: 64,
    Account: 128,
    Hold: 256,
    Amount: size_of::<Self>(),
    Timestamp: size_of::<Self>(),
    Place: size_of::<Self>()
);

/// Which block of the journal it is that starts at a time.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct Place {
    pub(super) number: u64,
    pub(super) hint: u64,
}

/// The row of an index: all that it says is in its key.
impl ValueBytes for () {
    fn put(&self, _: &mut Vec<u8>) {}

    fn take(bytes: &[u8]) -> Option<Self> {
        bytes.is_empty().then_some(())
    }
}

impl ValueBytes for Stored {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(RECORD_LAYOUT);
        out.extend_from_slice(&self.version.to_le_bytes());
        out.extend_from_slice(&self.value);
    }

    fn take(bytes: &[u8]) -> Option<Self> {
        let (version, value) = bytes.strip_prefix(&[RECORD_LAYOUT])?.split_first_chunk::<8>()?;
        Some(Self { version: u64::from_le_bytes(*version), value: value.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Debug;

    fn check_key<K: KeyBytes + Debug>(smaller: K, greater: K) {
        let (a, b) = (smaller.to_vec(), greater.to_vec());
        assert!(smaller < greater && a < b, "{smaller:?} {greater:?}");
        assert_eq!(K::take(&a).as_ref(), Some(&smaller));
        if K::WIDTH > 0 {
            assert_eq!(a.len(), K::WIDTH);
            assert!(K::take(&a[1..]).is_none());
            assert!(K::take(&[&a[..], &[0]].concat()).is_none());
        }
    }

    #[test]
    fn keys_order_as_bytes_as_they_do_in_memory() {
        let (id, time) = (Id::from_u128, Timestamp::from_nanoseconds);
        check_key(255_u32, 256);
        check_key(id(255), id(1 << 64));
        check_key(time(255), time(256));
        check_key((time(1), Id::MAX), (time(2), Id::ZERO));
        check_key((id(1), time(256)), (id(256), time(1)));
        check_key::<Arc<[u8]>>(b"a\0".as_slice().into(), b"a\0\0".as_slice().into());
        check_key::<Arc<str>>("a".into(), "ä".into());
        assert_eq!(<Arc<str> as KeyBytes>::take(&[0xff]), None);
    }

    fn check_value<V: ValueBytes + PartialEq + Debug>(value: V) {
        let mut bytes = Vec::new();
        value.put(&mut bytes);
        assert_eq!(V::take(&bytes), Some(value));
        if let [RECORD_LAYOUT, rest @ ..] = &bytes[..] {
            assert_eq!(V::take(&[&[RECORD_LAYOUT + 1], rest].concat()), None);
            assert_eq!(V::take(&bytes[..rest.len().min(8)]), None, "too short");
        }
    }

    #[test]
    fn values_come_back_and_other_layouts_do_not() {
        use bytemuck::Zeroable;
        check_value(());
        check_value(Account::zeroed());
        check_value(Hold::zeroed());
        let mut ledger = Ledger::zeroed();
        check_value(ledger);
        ledger.reserved[1] = 256;
        check_value(ledger);
        let mut hold = Hold::zeroed();
        hold.reserved[1] = 1;
        check_value(hold);
        assert_eq!(Ledger::take(&[&[RECORD_LAYOUT][..], &[0; 65]].concat()), None, "not shortest");
        check_value(Amount::MAX);
        check_value(Stored { version: 7, value: [1, 2, 3].as_slice().into() });
        assert_eq!(<() as ValueBytes>::take(&[0]), None);
    }
}
