//! Ids out of names: what a shop calls `A-1001` as 128 bits.

use super::Id;

/// Sets these hashes apart from all others. Ids that were made once must come out the same for
/// ever.
const CONTEXT: &str = "escrowdb 2025-01-01 id of a name in a space, version 1";

impl Id {
    /// The id of a name that the host has already, such as an order's number `A-1001`, in a space
    /// of names of its own, such as `orders`: the same wherever and in whatever language it is
    /// made, so that nobody has to keep a table of numbers. Two spaces share no ids.
    ///
    /// It is the first 16 bytes, most significant first, of a BLAKE3 hash in key derivation mode
    /// over the length of the space (8 bytes, little-endian), the space and the text, both in
    /// UTF-8. Whoever knows space and text knows the id: it is no secret. Two names of one space
    /// have the same id with a probability that is nothing to reckon with, even if somebody looks
    /// for such names (2^64 steps).
    ///
    /// Such ids are in no order. An account or a `user_data_128` may well have one; as ids of
    /// operations and holds they are slower than those of [`Id::new`], which rise.
    ///
    /// ```
    /// use escrowdb::Id;
    /// let order = Id::named("orders", "A-1001");
    /// assert_eq!(order, Id::named("orders", "A-1001"));
    /// assert_ne!(order, Id::named("invoices", "A-1001"));
    /// ```
    #[must_use]
    pub fn named(space: &str, text: &str) -> Self {
        Self::named_by_bytes(space.as_bytes(), text.as_bytes())
    }

    /// As [`Id::named`], for bindings, whose texts are bytes.
    #[doc(hidden)]
    #[must_use]
    pub fn named_by_bytes(space: &[u8], text: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
        hasher.update(&(space.len() as u64).to_le_bytes());
        hasher.update(space);
        hasher.update(text);
        let mut bytes = [0; 16];
        hasher.finalize_xof().fill(&mut bytes);
        let id = Self::from_bytes(bytes);
        // Never none, and never the one that is reserved.
        if id.is_zero() || id.is_max() { Self::from_u128(1) } else { id }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_an_id_for_ever() {
        for line in include_str!("../../tests/vectors/named_ids.txt").lines() {
            let mut fields = line.split('\t');
            let (space, text) = (fields.next().unwrap_or(""), fields.next().unwrap_or(""));
            let id = fields.next().unwrap_or("");
            assert_eq!(format!("{:032x}", Id::named(space, text).as_u128()), id, "{space} {text}");
        }
        let lengths = (Id::named("ab", "c"), Id::named("a", "bc"));
        assert_ne!(lengths.0, lengths.1, "where the space ends is part of the name");
    }
}
