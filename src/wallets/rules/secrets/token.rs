//! Tokens of links, and short codes.

use super::SecretBytes;
use base64ct::{Base64UrlUnpadded, Encoding};
use std::fmt;
use zeroize::Zeroizing;

/// 256 random bits that are given out once. Only their hash is stored.
#[derive(Clone, Debug)]
pub(crate) struct Token(SecretBytes<32>);

impl Token {
    pub(crate) const fn new(random: [u8; 32]) -> Self {
        Self(SecretBytes::new(random))
    }

    /// As it stands in a link: 43 characters of base64url.
    pub(crate) fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(Base64UrlUnpadded::encode_string(self.0.expose()))
    }

    /// The token of a link.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        let decoded = Base64UrlUnpadded::decode(text, &mut *bytes).ok()?;
        (decoded.len() == 32).then(|| Self::new(*bytes))
    }

    /// What is stored of it.
    pub(crate) fn hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("escrowdb wallet tokens 1");
        hasher.update(self.0.expose());
        *hasher.finalize().as_bytes()
    }
}

/// Digits of a short code.
const CODE_DIGITS: u32 = 8;

/// Eight digits that a customer types.
#[derive(Clone)]
pub(crate) struct Code(Zeroizing<String>);

impl Code {
    /// A code from random bytes. With 2^64 numbers for 10^8 codes, none is noticeably more likely.
    pub(crate) fn new(random: [u8; 8]) -> Self {
        let codes = 10_u64.pow(CODE_DIGITS);
        let number = u64::from_be_bytes(random).checked_rem(codes).unwrap_or_default();
        Self(Zeroizing::new(format!("{number:08}")))
    }

    /// The code that somebody typed; spaces and hyphens between the digits are overlooked.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let skipped = |letter: &char| !matches!(letter, ' ' | '-');
        let digits = Zeroizing::new(text.chars().filter(skipped).collect::<String>());
        let is_code = digits.len() == CODE_DIGITS as usize
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_code.then_some(Self(digits))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("..")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_as_written() {
        let token = Token::new([0xfb; 32]);
        let text = token.to_text();
        assert_eq!(text.len(), 43);
        assert_eq!(Token::from_text(&text).map(|token| token.hash()), Some(token.hash()));
        assert_ne!(token.hash(), Token::new([0xfa; 32]).hash());
        for wrong in ["", "x", &text[..42], &format!("{}A", &*text), &text.replace('-', "+")] {
            assert!(Token::from_text(wrong).is_none(), "{wrong}");
        }
        assert_eq!(format!("{token:?}"), "Token(..)");
    }

    #[test]
    fn codes_have_eight_digits() {
        assert_eq!(Code::new([0; 8]).expose(), "00000000");
        assert_eq!(Code::from_text("1234 56-78").as_ref().map(Code::expose), Some("12345678"));
        for wrong in ["1234567", "123456789", "1234567a", "١٢٣٤٥٦٧٨"] {
            assert!(Code::from_text(wrong).is_none(), "{wrong}");
        }
    }
}
