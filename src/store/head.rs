//! The head of a store: one hash that stands for all its history.

use super::{Error, Result};
use crate::journal::{ChainHead, StoreId};
use crate::model::Timestamp;
use crate::state::View;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::fmt;
use std::str::FromStr;

/// How far the journal has come: everything up to its last durable block, in one hash.
///
/// Each block's hash covers the one before, so that two stores with the same head have the same
/// history, and a head that was noted elsewhere shows later whether the history is still that one:
/// see [`VerifyOptions::expect`](super::VerifyOptions::expect).
///
/// As text it is the number of the block, a colon, and the hash in 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Head {
    /// The number of the last durable block; 0 if there is none yet.
    pub block: u64,
    /// The timestamp of the last event or acknowledgement in it; [`Timestamp::NONE`] if there is
    /// none yet, or if the head was read from text.
    pub timestamp: Timestamp,
    /// The hash that the journal's chain has come to; of a store without blocks, a hash of its id.
    pub hash: [u8; 32],
}

impl Head {
    /// A head that was noted as these two numbers.
    #[must_use]
    pub const fn new(block: u64, hash: [u8; 32]) -> Self {
        Self { block, timestamp: Timestamp::NONE, hash }
    }

    pub(super) fn of(view: &View, store_id: &StoreId) -> Self {
        let tip = view.tip();
        let hash = if tip.block == 0 { ChainHead::origin(store_id).hash } else { tip.hash };
        Self { block: tip.block, timestamp: tip.timestamp, hash }
    }
}

impl From<ChainHead> for Head {
    fn from(head: ChainHead) -> Self {
        let timestamp = Timestamp::from_nanoseconds(head.timestamp);
        Self { block: head.number, timestamp, hash: head.hash }
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut head = formatter.debug_struct("Head");
        head.field("block", &self.block).field("timestamp", &self.timestamp);
        head.field("hash", &hex(&self.hash)).finish()
    }
}

impl fmt::Display for Head {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.block, hex(&self.hash))
    }
}

impl FromStr for Head {
    type Err = Error;

    /// Reads what [`Head`] is written as, without its time.
    fn from_str(text: &str) -> Result<Self> {
        let read = || {
            let (block, hash) = text.split_once(':')?;
            Some(Self::new(block.parse().ok()?, unhex(hash)?))
        };
        let what = "a head is the number of a block, a colon, and a hash of 64 hexadecimal digits";
        read().ok_or_else(|| Error::InvalidArgument(what.into()))
    }
}

impl Serialize for Head {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut head = serializer.serialize_struct("Head", 3)?;
        head.serialize_field("block", &self.block)?;
        head.serialize_field("timestamp", &self.timestamp.nanoseconds())?;
        head.serialize_field("hash", &hex(&self.hash))?;
        head.end()
    }
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}

/// A hash out of hexadecimal digits, large or small.
pub(super) fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    let length = base16ct::mixed::decode(text, &mut hash).ok()?.len();
    (length == hash.len()).then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_text_and_back() {
        let head = Head::new(4_711, std::array::from_fn(|index| index as u8 * 7));
        let text = head.to_string();
        assert_eq!(text.parse::<Head>().ok(), Some(head));
        assert_eq!(text.to_uppercase().parse::<Head>().ok(), Some(head));
        let long = format!("{text}0");
        for bad in ["", ":", "7", "7:", &text[..text.len() - 1], &long, "7:+1", "x:00"] {
            assert!(bad.parse::<Head>().is_err(), "{bad:?}");
        }
        let json = serde_json::to_value(head).expect("JSON");
        assert_eq!(format!("{}:{}", json["block"], json["hash"].as_str().expect("text")), text);
    }
}
