//! Passwords: Argon2id, as PHC strings.
//!
//! A password is taken as it is: brought into Unicode's form NFC, never cut, never asked for
//! composition. It is wiped after use.

use super::SecretBytes;
use crate::wallets::rules::policy::HashCost;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The greatest number of bytes of a password, in NFC.
pub(crate) const PASSWORD_BYTES_MAX: usize = 1_024;

/// A password as somebody typed it.
#[derive(Clone)]
pub(crate) struct PasswordText(Zeroizing<String>);

impl PasswordText {
    /// A password in NFC.
    pub(crate) fn new(text: &str) -> Self {
        // Room for the whole of it, so that no copy is left behind when the text grows.
        let mut normal = Zeroizing::new(String::with_capacity(text.len().saturating_mul(3)));
        // Whoever sends megabytes is refused for the length, not normalised.
        let within = text.len() <= PASSWORD_BYTES_MAX.saturating_mul(3);
        normal.extend(text.nfc().take(if within { text.len() } else { 0 }));
        if !within {
            normal.push_str(&"x".repeat(PASSWORD_BYTES_MAX.saturating_add(1)));
        }
        Self(normal)
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Unicode characters, as people count them roughly: code points.
    pub(crate) fn characters(&self) -> usize {
        self.0.chars().count()
    }
}

impl fmt::Debug for PasswordText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("..")
    }
}

/// A stored hash that cannot be read, or parameters that cannot be computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a stored password hash cannot be read")]
pub(crate) struct HashError;

/// Hashes at the present cost, and with the host's pepper if there is one.
#[derive(Clone, Debug)]
pub(crate) struct Hasher {
    cost: HashCost,
    pepper: Option<SecretBytes<32>>,
}

/// The constant that is hashed with the pepper to recognise it.
const PEPPER_CHECKED: &[u8] = b"escrowdb: is it the same pepper?";

/// The value by which a pepper is recognised; `None` is the lack of one. It reveals nothing else
/// about the pepper: there are 2^256 to try.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PepperCheck(Option<[u8; 32]>);

impl fmt::Debug for PepperCheck {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("..")
    }
}

impl Hasher {
    pub(crate) const fn new(cost: HashCost, pepper: Option<SecretBytes<32>>) -> Self {
        Self { cost, pepper }
    }

    /// The hash of a password as a PHC string.
    pub(crate) fn hash(
        &self,
        password: &PasswordText,
        salt: &[u8; 16],
    ) -> Result<Zeroizing<String>, HashError> {
        let salt = SaltString::encode_b64(salt).map_err(|_| HashError)?;
        let hash = self.argon2()?.hash_password(password.expose().as_bytes(), &salt);
        Ok(Zeroizing::new(hash.map_err(|_| HashError)?.to_string()))
    }

    /// Whether the password has this hash, by the cost that the hash itself names.
    pub(crate) fn matches(&self, password: &PasswordText, hash: &str) -> Result<bool, HashError> {
        let hash = PasswordHash::new(hash).map_err(|_| HashError)?;
        match self.argon2()?.verify_password(password.expose().as_bytes(), &hash) {
            Ok(()) => Ok(true),
            Err(argon2::password_hash::Error::Password) => Ok(false),
            Err(_) => Err(HashError),
        }
    }

    /// Whether a hash was made at a lower cost than the present one, by any of its measures. A hash
    /// that costs more stays: making a policy cheaper does not make old hashes weaker.
    pub(crate) fn is_outdated(&self, hash: &str) -> bool {
        let Ok(hash) = PasswordHash::new(hash) else { return true };
        let Ok(made) = Params::try_from(&hash) else { return true };
        let is_present = hash.algorithm == Algorithm::Argon2id.ident()
            && hash.version == Some(Version::V0x13.into());
        let cost = self.cost;
        let costs_less = made.m_cost() < cost.memory_kib
            || made.t_cost() < cost.passes
            || made.p_cost() < cost.lanes;
        !is_present || costs_less
    }

    /// The value by which the pepper is recognised.
    pub(crate) fn pepper_check(&self) -> PepperCheck {
        let hash = |key: &SecretBytes<32>| blake3::keyed_hash(key.expose(), PEPPER_CHECKED);
        PepperCheck(self.pepper.as_ref().map(|pepper| *hash(pepper).as_bytes()))
    }

    fn argon2(&self) -> Result<Argon2<'_>, HashError> {
        let cost = self.cost;
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None);
        let params = params.map_err(|_| HashError)?;
        match &self.pepper {
            Some(pepper) => Argon2::new_with_secret(
                pepper.expose(),
                Algorithm::Argon2id,
                Version::V0x13,
                params,
            )
            .map_err(|_| HashError),
            None => Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher(memory_kib: u32, pepper: Option<u8>) -> Hasher {
        let pepper = pepper.map(|byte| SecretBytes::new([byte; 32]));
        Hasher::new(HashCost { memory_kib, passes: 1, lanes: 1 }, pepper)
    }

    #[test]
    fn a_password_matches_its_hash_and_no_other() {
        let plain = hasher(64, None);
        let hash = plain.hash(&PasswordText::new("correct horse"), &[1; 16]).expect("a hash");
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{}", &hash[..30]);
        for (password, expected) in [
            ("correct horse", true),
            ("Correct horse", false),
            ("correct hors", false),
            ("", false),
        ] {
            assert_eq!(plain.matches(&PasswordText::new(password), &hash), Ok(expected));
        }
        let peppered = hasher(64, Some(7));
        assert_eq!(peppered.matches(&PasswordText::new("correct horse"), &hash), Ok(false));
        assert_eq!(plain.matches(&PasswordText::new("x"), "no hash"), Err(HashError));
        assert!(!plain.is_outdated(&hash) && hasher(128, None).is_outdated(&hash));
        assert!(!hasher(32, None).is_outdated(&hash), "the present cost is lower");
        let old = hash.replace("$v=19$", "$v=16$");
        assert!(plain.is_outdated(&old) && plain.is_outdated("no hash"));
    }

    #[test]
    fn a_pepper_is_known_again() {
        let check = |pepper| hasher(64, pepper).pepper_check();
        assert!(check(Some(7)) == check(Some(7)) && check(None) == check(None));
        assert!(check(Some(7)) != check(Some(8)) && check(Some(7)) != check(None));
        let PepperCheck(Some(bytes)) = check(Some(7)) else { panic!("there is one") };
        assert_ne!(bytes, [7; 32]);
    }

    #[test]
    fn two_ways_to_type_an_accent_are_one_password() {
        let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}");
        assert_eq!(PasswordText::new(composed).expose(), PasswordText::new(decomposed).expose());
        assert_eq!(PasswordText::new(decomposed).characters(), 4);
    }

    #[test]
    fn long_passwords_are_kept_whole_and_monsters_stay_too_long() {
        let long = "\u{fb1d}".repeat(300);
        assert!(PasswordText::new(&long).characters() >= 300);
        assert!(PasswordText::new(&"p".repeat(10_000_000)).expose().len() > PASSWORD_BYTES_MAX);
    }
}
