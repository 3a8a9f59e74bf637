//! Reading the documents of one space in order.
//!
//! Guarantees that no document of another space is met. Knows nothing of what documents mean.

use super::delta::Documents;
use super::error::StateError;
use super::table::Table;
use super::view::View;
use crate::engine::Stored;
use crate::model::DocumentKey;
use std::ops::Bound;
use std::sync::Arc;

/// A document with its key, or why it cannot be read.
type Row = Result<(DocumentKey, Stored), StateError>;

impl View {
    /// The documents of `space` whose keys lie within these bounds, by key.
    pub(crate) fn documents<'v>(
        &'v self,
        space: &str,
        lower: Bound<&[u8]>,
        upper: Bound<&[u8]>,
    ) -> impl Iterator<Item = Row> + Send + use<'v> {
        let stored_form = |key: &[u8]| Arc::<[u8]>::from([space.as_bytes(), &[0], key].concat());
        let lower = match lower {
            Bound::Unbounded => Bound::Included(stored_form(&[])),
            bound => bound.map(stored_form),
        };
        let upper = match upper {
            // One is the first byte behind all keys of the space, which follow a zero.
            Bound::Unbounded => Bound::Excluded([space.as_bytes(), &[1]].concat().into()),
            bound => bound.map(stored_form),
        };
        self.rows::<Documents>(lower, upper).map(|row| {
            let (bytes, stored) = row?;
            let key = DocumentKey::from_bytes(&bytes);
            let key = key.ok_or_else(|| StateError::corrupt(Documents::NAME.text(), &bytes))?;
            Ok((key, stored))
        })
    }

    /// Whether there is a document in a space whose name begins with this byte.
    pub(crate) fn has_documents(&self, first: u8) -> Result<bool, StateError> {
        let bounds = [first, first.saturating_add(1)].map(|byte| Arc::<[u8]>::from([byte]));
        let [lower, upper] = bounds;
        let mut rows = self.rows::<Documents>(Bound::Included(lower), Bound::Excluded(upper));
        Ok(rows.next().transpose()?.is_some())
    }

    /// The documents of `space` whose keys begin with `prefix`, by key, behind the key `after`.
    pub(crate) fn documents_with_prefix<'v>(
        &'v self,
        space: &str,
        prefix: &[u8],
        after: Option<&[u8]>,
    ) -> impl Iterator<Item = Row> + Send + use<'v> {
        let lower = match after {
            Some(after) if after >= prefix => Bound::Excluded(after),
            _ => Bound::Included(prefix),
        };
        let end = successor(prefix);
        let upper = end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        self.documents(space, lower, upper)
    }
}

/// The first key behind all keys that begin with `prefix`; `None` if there is no such key.
fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|&byte| byte < 0xff)?;
    let mut end = prefix[..=last].to_vec();
    end[last] += 1;
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn successors() {
        for (prefix, end) in [
            (&b""[..], None),
            (b"\xff\xff", None),
            (b"a", Some(&b"b"[..])),
            (b"a\xff", Some(b"b")),
            (b"a\0", Some(b"a\x01")),
        ] {
            assert_eq!(successor(prefix).as_deref(), end, "{prefix:?}");
        }
    }
}
