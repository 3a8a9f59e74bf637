//! Frames: a head of fixed size, and a payload.

use bytemuck::{Pod, Zeroable};

/// The longest payload: a batch of the greatest size, with its documents, and room to spare.
pub(crate) const PAYLOAD_BYTES_MAX: usize = 256 << 20;

/// What stands before a payload.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub(super) struct Head {
    pub(super) length: u32,
    pub(super) kind: u16,
    pub(super) flags: u16,
    pub(super) number: u64,
    pub(super) payload_crc: u32,
    head_crc: u32,
}

pub(super) const HEAD_BYTES: usize = size_of::<Head>();
/// The head without its own checksum.
const SUMMED_BYTES: usize = HEAD_BYTES - size_of::<u32>();

/// A frame as it came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Frame<'i> {
    /// What the payload says.
    pub(crate) kind: u16,
    /// Of the kind.
    pub(crate) flags: u16,
    /// That the answer repeats.
    pub(crate) number: u64,
    pub(crate) payload: &'i [u8],
}

/// Why a connection cannot go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    /// The other end closed it, or it broke.
    #[error("the connection ended: {0}")]
    Ended(#[from] std::io::Error),
    /// What came is no frame.
    #[error("what came is no frame: {0}")]
    Damaged(&'static str),
    /// Nothing came for as long as the caller would wait.
    #[error("nothing came in time")]
    TimedOut,
}

impl Head {
    pub(super) fn new(kind: u16, flags: u16, number: u64, parts: &[&[u8]]) -> Option<Self> {
        let length = parts.iter().map(|part| part.len()).sum::<usize>();
        let length = u32::try_from(length).ok().filter(|_| length <= PAYLOAD_BYTES_MAX)?;
        let mut hasher = crc32fast::Hasher::new();
        parts.iter().for_each(|part| hasher.update(part));
        let payload_crc = hasher.finalize();
        let mut head = Self { length, kind, flags, number, payload_crc, head_crc: 0 };
        head.head_crc = head.sum();
        Some(head)
    }

    pub(super) fn parse(bytes: [u8; HEAD_BYTES]) -> Result<Self, FrameError> {
        let head: Self = bytemuck::cast(bytes);
        if head.head_crc != head.sum() {
            return Err(FrameError::Damaged("the checksum of a head is wrong"));
        }
        if head.length as usize > PAYLOAD_BYTES_MAX {
            return Err(FrameError::Damaged("it is too long"));
        }
        Ok(head)
    }

    fn sum(&self) -> u32 {
        crc32fast::hash(&bytemuck::bytes_of(self)[..SUMMED_BYTES])
    }
}
