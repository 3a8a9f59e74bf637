//! Numbers, texts and records as the bytes of a payload, and back.
//!
//! Guarantees: any bytes at all give values or [`Malformed`], never a panic, and never more memory
//! than the bytes take themselves. Records travel as they are in memory: of fixed size,
//! little-endian.

use bytemuck::Pod;

/// The bytes of a payload are not what they should be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the bytes of a message make no sense")]
pub(crate) struct Malformed;

/// Appends values to a payload.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// A record, or a number.
    pub(crate) fn put<T: Pod>(&mut self, value: &T) {
        self.bytes.extend_from_slice(bytemuck::bytes_of(value));
    }

    pub(crate) fn flag(&mut self, value: bool) {
        self.put(&u8::from(value));
    }

    pub(crate) fn option<T: Pod>(&mut self, value: Option<&T>) {
        self.flag(value.is_some());
        if let Some(value) = value {
            self.put(value);
        }
    }

    /// Bytes of any length, at most `u32::MAX`.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        // What is longer does not fit into a frame, and is refused there.
        self.put(&u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        self.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }
}

/// Records that lie one after the other, as they are in memory.
pub(crate) fn records<T: Pod>(bytes: &[u8]) -> Vec<T> {
    bytes.chunks_exact(size_of::<T>()).map(bytemuck::pod_read_unaligned).collect()
}

/// Takes values from a payload, in the order in which they were put there.
#[derive(Debug)]
pub(crate) struct Reader<'p> {
    rest: &'p [u8],
}

impl<'p> Reader<'p> {
    pub(crate) fn new(payload: &'p [u8]) -> Self {
        Self { rest: payload }
    }

    fn slice(&mut self, length: usize) -> Result<&'p [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn take<T: Pod>(&mut self) -> Result<T, Malformed> {
        Ok(bytemuck::pod_read_unaligned(self.slice(size_of::<T>())?))
    }

    pub(crate) fn flag(&mut self) -> Result<bool, Malformed> {
        match self.take::<u8>()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed),
        }
    }

    pub(crate) fn option<T: Pod>(&mut self) -> Result<Option<T>, Malformed> {
        if self.flag()? { self.take().map(Some) } else { Ok(None) }
    }

    pub(crate) fn bytes(&mut self) -> Result<&'p [u8], Malformed> {
        let length = self.count()?;
        self.slice(length)
    }

    pub(crate) fn text(&mut self) -> Result<&'p str, Malformed> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Malformed)
    }

    pub(crate) fn list<T: Pod>(&mut self) -> Result<Vec<T>, Malformed> {
        let count = self.count()?;
        let bytes = self.slice(count.checked_mul(size_of::<T>()).ok_or(Malformed)?)?;
        Ok(records(bytes))
    }

    /// A number of things that follow. Ask for no memory by it before they are there.
    pub(crate) fn count(&mut self) -> Result<usize, Malformed> {
        usize::try_from(self.take::<u32>()?).map_err(|_| Malformed)
    }

    /// All that is left.
    pub(crate) fn rest(&mut self) -> &'p [u8] {
        std::mem::take(&mut self.rest)
    }

    /// Nothing must be left.
    pub(crate) fn end(&self) -> Result<(), Malformed> {
        if self.rest.is_empty() { Ok(()) } else { Err(Malformed) }
    }
}
