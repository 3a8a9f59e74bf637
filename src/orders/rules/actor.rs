//! Who gives a command. The host attests it.

use super::refusal::{Refusal, refuse_if};
use super::{OrderStatus, Party};

/// The greatest number of letters of a name.
const NAME_BYTES_MAX: usize = 64;

/// Who gives a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Actor<'call> {
    /// The buyer of the order.
    Buyer,
    /// The seller of the part.
    Seller,
    /// A member of staff, by name: 1 to 64 of a–z, 0–9, `.`, `_`, `@` and `-`.
    Staff(&'call str),
    /// The host itself.
    System,
}

impl Actor<'_> {
    /// What kind of actor it is.
    #[must_use]
    pub const fn party(&self) -> Party {
        match self {
            Self::Buyer => Party::Buyer,
            Self::Seller => Party::Seller,
            Self::Staff(_) => Party::Staff,
            Self::System => Party::System,
        }
    }

    /// The name of a member of staff; nothing of anybody else.
    pub(crate) const fn name(&self) -> &str {
        match self {
            Self::Staff(name) => name,
            _ => "",
        }
    }

    /// What stands for the name in a row: it tells one member of staff from another.
    pub(crate) fn key(&self) -> [u8; 16] {
        let mut key = [0; 16];
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.name().as_bytes()).finalize_xof().fill(&mut key);
        key
    }

    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let Self::Staff(name) = self else { return Ok(()) };
        let is_fit = (1..=NAME_BYTES_MAX).contains(&name.len())
            && name
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'@' | b'-'));
        refuse_if(!is_fit, OrderStatus::STAFF_MUST_BE_NAMED)
    }
}
