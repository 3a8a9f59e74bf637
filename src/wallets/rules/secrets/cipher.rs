//! Sealing: XChaCha20-Poly1305 under a key of one person.
//!
//! A sealed value opens only in its own place: store, person, record and field are authenticated
//! with it, so that a value that was moved is noticed like one that was changed.

use super::SecretBytes;
use crate::model::{Id, named_values};
use bytemuck::{Pod, Zeroable};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// Bytes that are drawn anew for each sealing.
pub(crate) type Nonce = [u8; 24];

const NONCE_BYTES: usize = 24;
/// The bytes that the cipher adds, besides the nonce.
const TAG_BYTES: usize = 16;

/// A nonce and what was encrypted with it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(Default))]
pub(crate) struct Sealed(Vec<u8>);

impl Sealed {
    /// Stands where nothing was sealed yet.
    pub(crate) const NOTHING: Self = Self(Vec::new());

    /// Whether nothing was sealed yet.
    pub(crate) fn is_nothing(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sealed({} bytes)", self.0.len())
    }
}

named_values! {
    /// Which field of a record is sealed. Numbers are never changed or used again.
    Field(u16) {
        /// A person's key, under the key-encryption key.
        DATA_KEY = 1, "data_key";
        /// The keys of the store, under its root key.
        KEY_RING = 2, "key_ring";
        /// The root key, under the master key.
        ROOT_KEY = 3, "root_key";
        /// A person's e-mail address.
        ADDRESS = 10, "address";
        /// A person's profile.
        PROFILE = 11, "profile";
        /// The hash of a login password.
        LOGIN_HASH = 12, "login_hash";
        /// The hash of a payment password.
        PAYMENT_HASH = 13, "payment_hash";
        /// The hash of a security answer.
        ANSWER_HASH = 14, "answer_hash";
        /// The contents of a letter.
        LETTER = 15, "letter";
        /// A note of support.
        NOTE = 16, "note";
        /// The host's reference of a piece of evidence.
        EVIDENCE = 17, "evidence";
        /// A short code.
        CODE = 18, "code";
        /// The new address or number of a person.
        NEW_CONTACT = 19, "new_contact";
        /// The address or number that was replaced.
        FORMER_CONTACT = 20, "former_contact";
        /// The code that confirms a new number.
        CONTACT_CODE = 21, "contact_code";
        /// What a correction changes.
        CORRECTION = 22, "correction";
        /// The reference of a card.
        CARD = 40, "card";
        /// A card's fingerprint.
        CARD_FINGERPRINT = 41, "card_fingerprint";
    }
}

/// Where a sealed value belongs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) store: [u8; 16],
    pub(crate) person: Id,
    /// The row that it stands in.
    pub(crate) record: Id,
    pub(crate) field: Field,
}

impl Place {
    fn bytes(&self) -> [u8; 50] {
        let mut bytes = [0; 50];
        bytes[..16].copy_from_slice(&self.store);
        bytes[16..32].copy_from_slice(&self.person.to_bytes());
        bytes[32..48].copy_from_slice(&self.record.to_bytes());
        bytes[48..].copy_from_slice(&self.field.number().to_be_bytes());
        bytes
    }
}

/// A sealed value that does not open: it was changed or moved, or the key is another.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the sealed field {0} does not open in its place")]
pub(crate) struct CipherError(pub(crate) Field);

/// The key of one person.
#[derive(Clone, Debug)]
pub(crate) struct DataKey(SecretBytes<32>);

impl DataKey {
    pub(crate) const fn new(bytes: [u8; 32]) -> Self {
        Self(SecretBytes::new(bytes))
    }

    pub(crate) const fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }

    /// Seals what belongs in this place.
    pub(crate) fn seal(&self, place: &Place, nonce: &Nonce, clear: &[u8]) -> Sealed {
        Sealed(seal_raw(self.expose(), place, nonce, clear))
    }

    /// Opens what belongs in this place.
    pub(crate) fn open(
        &self,
        place: &Place,
        sealed: &Sealed,
    ) -> Result<Zeroizing<Vec<u8>>, CipherError> {
        open_raw(self.expose(), place, &sealed.0)
    }

    /// A keyed hash of something short, in this place.
    pub(crate) fn mac(&self, place: &Place, bytes: &[u8]) -> [u8; 32] {
        let key =
            Zeroizing::new(blake3::derive_key("escrowdb wallet short codes 1", self.expose()));
        let mut hasher = blake3::Hasher::new_keyed(&key);
        hasher.update(&place.bytes()).update(bytes);
        *hasher.finalize().as_bytes()
    }
}

/// Nonce, ciphertext and tag under a key.
pub(crate) fn seal_raw(key: &[u8; 32], place: &Place, nonce: &Nonce, clear: &[u8]) -> Vec<u8> {
    let cipher = XChaCha20Poly1305::new(key.into());
    let payload = Payload { msg: clear, aad: &place.bytes() };
    let encrypted = cipher
        .encrypt(&XNonce::from(*nonce), payload)
        .expect("the cipher takes everything shorter than 256 GiB");
    [&nonce[..], &encrypted].concat()
}

/// What [`seal_raw`] sealed.
pub(crate) fn open_raw(
    key: &[u8; 32],
    place: &Place,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CipherError> {
    let error = CipherError(place.field);
    if sealed.len() < NONCE_BYTES.saturating_add(TAG_BYTES) {
        return Err(error);
    }
    let (nonce, encrypted) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(error)?;
    let cipher = XChaCha20Poly1305::new(key.into());
    let payload = Payload { msg: encrypted, aad: &place.bytes() };
    let clear = cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| error)?;
    Ok(Zeroizing::new(clear))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_own_place_alone() {
        let key = DataKey::new([7; 32]);
        let id = Id::from_u128;
        let home = Place { store: [1; 16], person: id(2), record: id(3), field: Field::ADDRESS };
        let sealed = key.seal(&home, &[9; 24], b"anna@example.com");
        assert_eq!(&**key.open(&home, &sealed).expect("opens"), b"anna@example.com");
        let refused = |key: &DataKey, place: Place, sealed: &Sealed, what: &str| {
            assert_eq!(key.open(&place, sealed), Err(CipherError(place.field)), "{what}");
        };
        refused(&key, Place { store: [2; 16], ..home }, &sealed, "another store");
        refused(&key, Place { person: id(4), ..home }, &sealed, "another person");
        refused(&key, Place { record: id(4), ..home }, &sealed, "another record");
        refused(&key, Place { field: Field::PROFILE, ..home }, &sealed, "another field");
        refused(&DataKey::new([8; 32]), home, &sealed, "another key");
        for place in 0..sealed.0.len() {
            let mut changed = sealed.clone();
            changed.0[place] ^= 1;
            refused(&key, home, &changed, "a flipped bit");
        }
        refused(&key, home, &Sealed(sealed.0[..39].to_vec()), "cut short");
    }

    #[test]
    fn keys_and_sealed_values_do_not_print_themselves() {
        let key = DataKey::new(*b"planted-secret-planted-secret-32");
        assert_eq!(format!("{key:?}"), "DataKey(..)");
        assert_eq!(format!("{:?}", Sealed(vec![0; 40])), "sealed(40 bytes)");
    }
}
