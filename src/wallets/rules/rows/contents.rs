//! What is sealed within rows, where it is more than a text.
//!
//! A row may be read without the key for what is sealed in it, so sealed contents have versions of
//! their own. The first version is written without a number: its first byte is never 0. Each later
//! one is written as a byte 0, the number of the version, and the struct.

use super::listed::listed;
use super::{LetterBody, Step, Unread, Versions};
use crate::wallets::rules::contact::Profile;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

listed! {
    /// What is sealed within rows.
    ContentsKind {
        Profile = "profile";
        Letter = "letter";
        Card = "reference";
        Correction = "correction";
    }
}

/// The byte before the number of a version.
const MARK: u8 = 0;

/// A struct that is sealed within a row.
pub(crate) trait Contents: Serialize + DeserializeOwned {
    /// Which one.
    const KIND: ContentsKind;
    /// How it was ever written.
    const VERSIONS: Versions = Versions::FIRST;

    /// The struct alone. What follows on it is passed over when it is read.
    fn encode(&self) -> Option<Vec<u8>> {
        postcard::to_allocvec(self).ok()
    }

    /// The struct of what [`Contents::encode`] gave.
    fn decode(bytes: &[u8]) -> Option<Self> {
        postcard::take_from_bytes(bytes).ok().map(|(contents, _)| contents)
    }

    /// What is sealed.
    fn to_clear(&self) -> Result<Zeroizing<Vec<u8>>, Unread> {
        let encoded = self.encode().map(Zeroizing::new);
        let encoded = encoded.ok_or(Unread::Damaged("cannot be written"))?;
        Ok(match Self::VERSIONS.current() {
            1 => encoded,
            version => Zeroizing::new([&[MARK, version], &**encoded].concat()),
        })
    }

    /// What was sealed, whichever version wrote it.
    fn from_clear(clear: &[u8]) -> Result<Self, Unread> {
        let (version, bytes) = version_of(clear).ok_or(Unread::CANNOT_BE_READ)?;
        let raised = Self::VERSIONS.raise(version, bytes)?;
        let whole = raised.as_deref().map_or(bytes, Vec::as_slice);
        Self::decode(whole).ok_or(Unread::CANNOT_BE_READ)
    }
}

/// The version in which something was sealed, and the struct.
fn version_of(clear: &[u8]) -> Option<(u8, &[u8])> {
    match clear {
        [] | [MARK] | [MARK, 0 | 1, ..] => None,
        [MARK, version, bytes @ ..] => Some((*version, bytes)),
        bytes => Some((1, bytes)),
    }
}

/// Begins with a name, which is not empty.
impl Contents for Profile {
    const KIND: ContentsKind = ContentsKind::Profile;
    const VERSIONS: Versions = Versions::after(&[Step::Appended(&[0])]);
}

/// Begins with an address, which is not empty.
impl Contents for LetterBody {
    const KIND: ContentsKind = ContentsKind::Letter;
}

// Some letters are filled up with zeros.
const _: () = assert!(LetterBody::VERSIONS.keep_padding());

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Grown {
        name: String,
        tail: Option<u8>,
    }

    impl Contents for Grown {
        const KIND: ContentsKind = ContentsKind::Profile;
        const VERSIONS: Versions = Versions::after(&[Step::Appended(&[0])]);
    }

    /// Contents of the first version have no version in front, and are told from later ones.
    #[test]
    fn contents_of_each_version_are_read() {
        let grown = |tail| Grown { name: "a".into(), tail };
        assert_eq!(Grown::from_clear(&[1, b'a']), Ok(grown(None)));
        assert_eq!(grown(Some(7)).to_clear().as_deref(), Ok(&vec![0, 2, 1, b'a', 1, 7]));
        assert_eq!(Grown::from_clear(&[0, 2, 1, b'a', 1, 7]), Ok(grown(Some(7))));
        let newer = Unread::Newer { found: 3, known: 2 };
        assert_eq!(Grown::from_clear(&[0, 3, 1, b'a', 1, 7]), Err(newer));
        for damaged in [&[][..], &[0], &[0, 0, 1], &[0, 1, 1, b'a', 0], &[0, 2, 1], &[2, b'a']] {
            assert_eq!(Grown::from_clear(damaged), Err(Unread::CANNOT_BE_READ), "{damaged:?}");
        }
    }
}
