//! Versions of what is stored, and how each becomes the next.
//!
//! A stored struct has a version for each way in which it was ever written, beginning with 1, and
//! for each but the last a [`Step`] to the next. What an older version wrote goes through all steps
//! that follow, in bytes, and is then read as if it had been written today. What a later version
//! wrote is never guessed at.

use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// From one version of a stored struct to the next, both in `postcard` form.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// Fields were appended: these bytes stand for them in what is older.
    Appended(&'static [u8]),
    /// Anything else: see [`rewrite`]. What it cannot read is `None`.
    #[cfg_attr(not(test), expect(dead_code, reason = "so far every struct grew at its end alone"))]
    Rewritten(fn(&[u8]) -> Option<Vec<u8>>),
}

impl Step {
    /// Whether it can be taken by what is filled up with zeros, which stand where fields are
    /// appended.
    const fn keeps_padding(&self) -> bool {
        let Self::Appended(bytes) = self else { return true };
        let mut left = *bytes;
        while let [0, rest @ ..] = left {
            left = rest;
        }
        left.is_empty()
    }
}

/// A step from a struct as it was to the struct of the next version, with all that they hold: both
/// are kept as they were written then.
#[cfg_attr(not(test), expect(dead_code, reason = "so far every struct grew at its end alone"))]
pub(crate) fn rewrite<Former, Next>(bytes: &[u8]) -> Option<Vec<u8>>
where
    Former: DeserializeOwned,
    Next: From<Former> + Serialize,
{
    let (former, left) = postcard::take_from_bytes::<Former>(bytes).ok()?;
    let mut next = postcard::to_allocvec(&Next::from(former)).ok()?;
    // Whether anything may stand behind it is judged at the end.
    next.extend_from_slice(left);
    Some(next)
}

/// The versions of a stored struct.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Versions {
    /// The first is from version 1 to version 2.
    steps: &'static [Step],
}

impl Versions {
    /// Written in one way so far.
    pub(crate) const FIRST: Self = Self { steps: &[] };

    /// Those before the present one each have a step to the next.
    pub(crate) const fn after(steps: &'static [Step]) -> Self {
        assert!(steps.len() < 255, "a version is one byte");
        Self { steps }
    }

    /// The version that is written.
    pub(crate) const fn current(self) -> u8 {
        (self.steps.len() as u8).saturating_add(1)
    }

    /// Whether what is filled up with zeros can take all steps.
    pub(crate) const fn keep_padding(self) -> bool {
        let mut left = self.steps;
        while let [step, rest @ ..] = left {
            if !step.keeps_padding() {
                return false;
            }
            left = rest;
        }
        true
    }

    /// A struct that was written in this version, as it is written today; `None` for just so.
    pub(crate) fn raise(
        self,
        version: u8,
        bytes: &[u8],
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Unread> {
        let known = self.current();
        if version > known {
            return Err(Unread::Newer { found: version, known });
        }
        let before = version.checked_sub(1).ok_or(Unread::Damaged("has no version"))?;
        let mut raised: Option<Zeroizing<Vec<u8>>> = None;
        for step in self.steps.iter().skip(before.into()) {
            let former = raised.as_deref().map_or(bytes, Vec::as_slice);
            let next = match step {
                Step::Appended(bytes) => Some([former, bytes].concat()),
                Step::Rewritten(rewrite) => rewrite(former),
            };
            raised = Some(Zeroizing::new(next.ok_or(Unread::CANNOT_BE_READ)?));
        }
        Ok(raised)
    }
}

/// Why what is stored was not read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unread {
    /// It is damaged, in words.
    Damaged(&'static str),
    /// A later version of the library wrote it.
    Newer { found: u8, known: u8 },
}

impl Unread {
    pub(crate) const CANNOT_BE_READ: Self = Self::Damaged("cannot be read");
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Serialize, Deserialize)]
    struct First {
        number: u8,
    }

    /// The number became a list of pairs.
    #[derive(Serialize, Deserialize)]
    struct Second {
        pairs: Vec<(u8, bool)>,
    }

    impl From<First> for Second {
        fn from(First { number }: First) -> Self {
            Self { pairs: vec![(number, true)] }
        }
    }

    const VERSIONS: Versions = Versions::after(&[
        Step::Rewritten(rewrite::<First, Second>),
        Step::Appended(&[1, 0]),
        Step::Appended(&[]),
    ]);

    /// Each version goes through all steps that follow it; one before the first is damage, and one
    /// after the last is for a later library.
    #[test]
    fn each_version_becomes_the_present_one() {
        assert_eq!(VERSIONS.current(), 4);
        for (version, bytes, expected) in [
            (1, &[7][..], Some(&[1, 7, 1, 1, 0][..])),
            (2, &[1, 7, 0], Some(&[1, 7, 0, 1, 0])),
            (3, &[0, 5, 6], Some(&[0, 5, 6])),
            (4, &[0, 5, 6], None),
        ] {
            let raised = VERSIONS.raise(version, bytes).expect("a version");
            assert_eq!(raised.as_deref().map(Vec::as_slice), expected, "{version}");
        }
        assert_eq!(VERSIONS.raise(1, &[]), Err(Unread::CANNOT_BE_READ));
        assert_eq!(VERSIONS.raise(0, &[7]), Err(Unread::Damaged("has no version")));
        for found in [5, 255] {
            assert_eq!(VERSIONS.raise(found, &[7]), Err(Unread::Newer { found, known: 4 }));
        }
    }

    /// Behind an older struct that is filled up with zeros these stand for what was appended:
    /// nothing else may.
    #[test]
    fn padding_stands_for_zeros_alone() {
        assert!(Versions::FIRST.keep_padding());
        assert!(Versions::after(&[Step::Appended(&[0; 9]), Step::Appended(&[])]).keep_padding());
        assert!(!VERSIONS.keep_padding());
    }
}
