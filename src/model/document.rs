//! Keys of documents: the key-value side of the store.

use super::limits;

/// The key of a document: a named space and a key in it. Documents of one space order by key bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DocumentKey {
    // Space, a zero byte, key: orders by space, then by key, since a space holds no zero byte.
    bytes: Box<[u8]>,
}

/// A space whose name begins with a lower byte, a control character, is the library's own.
const FIRST_FREE_BYTE: u8 = 0x20;

/// Why a space and a key name no document.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DocumentKeyError {
    /// The space's name is empty, too long, not UTF-8 or holds a zero byte.
    #[error(
        "a document space is 1 to {} bytes of UTF-8 without a zero byte",
        limits::DOCUMENT_SPACE_BYTES_MAX
    )]
    Space,
    /// The key is empty or too long.
    #[error("a document key is 1 to {} bytes", limits::DOCUMENT_KEY_BYTES_MAX)]
    Key,
}

impl DocumentKey {
    /// The key `key` in `space`.
    ///
    /// # Errors
    /// [`DocumentKeyError`] if either is empty or too long, or the space is no clean UTF-8.
    pub fn new(space: &[u8], key: &[u8]) -> Result<Self, DocumentKeyError> {
        let name_fits = (1..=limits::DOCUMENT_SPACE_BYTES_MAX).contains(&space.len());
        if !name_fits || space.contains(&0) || std::str::from_utf8(space).is_err() {
            return Err(DocumentKeyError::Space);
        }
        if !(1..=limits::DOCUMENT_KEY_BYTES_MAX).contains(&key.len()) {
            return Err(DocumentKeyError::Key);
        }
        Ok(Self { bytes: [space, &[0], key].concat().into_boxed_slice() })
    }

    /// The key of its stored form, or `None` if the bytes are no such form.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let zero = bytes.iter().position(|&byte| byte == 0)?;
        Self::new(bytes.get(..zero)?, bytes.get(zero.checked_add(1)?..)?).ok()
    }

    /// The stored form: space, a zero byte, key. Orders as the keys do.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The name of its space.
    #[must_use]
    pub fn space(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.zero()]).unwrap_or("")
    }

    /// The key within its space.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        self.bytes.get(self.zero().saturating_add(1)..).unwrap_or(&[])
    }

    /// Whether its space is the library's own, which the host neither reads nor writes.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        self.bytes.first().is_some_and(|&first| first < FIRST_FREE_BYTE)
    }

    fn zero(&self) -> usize {
        self.bytes.iter().position(|&byte| byte == 0).unwrap_or(self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_order_by_space_then_key() {
        let key = |space: &str, key: &[u8]| DocumentKey::new(space.as_bytes(), key);
        let good = |space, bytes| key(space, bytes).expect("a key");
        let (a, b, c) = (good("a", b"\xff"), good("a", b"\xff\0"), good("ab", b"\0"));
        assert!(a < b && b < c);
        assert_eq!((c.space(), c.key()), ("ab", &b"\0"[..]));
        assert_eq!(DocumentKey::from_bytes(c.as_bytes()), Some(c.clone()));
        assert_eq!(key("", b"k"), Err(DocumentKeyError::Space));
        assert_eq!(key("a\0b", b"k"), Err(DocumentKeyError::Space));
        assert_eq!(DocumentKey::new(b"\xff", b"k"), Err(DocumentKeyError::Space));
        assert_eq!(key("a", b""), Err(DocumentKeyError::Key));
        assert_eq!(key("a", &[1; 512]), Err(DocumentKeyError::Key));
        assert!(key(&"s".repeat(63), &[1; 511]).is_ok());
        assert!(good("\u{1f}own", b"k").is_reserved() && !good(" host", b"k").is_reserved());
    }
}
