//! Secrets: hashing and sealing what is written, and comparing in constant time.
//!
//! Every secret is a type of its own that prints as `..` and is wiped when it is dropped. Nothing
//! here draws random bytes: they are arguments.

mod cipher;
mod index;
mod password;
mod token;

pub(crate) use cipher::{CipherError, DataKey, Field, Place, Sealed, open_raw, seal_raw};
pub(crate) use index::{BlindIndex, IndexKey, IndexKeys, IndexKind};
pub(crate) use password::{HashError, Hasher, PASSWORD_BYTES_MAX, PasswordText, PepperCheck};
pub(crate) use token::{Code, Token};

use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bytes that nobody may see.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct SecretBytes<const N: usize>([u8; N]);

impl<const N: usize> SecretBytes<N> {
    pub(crate) const fn new(bytes: [u8; N]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn expose(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> PartialEq for SecretBytes<N> {
    /// In constant time.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl<const N: usize> fmt::Debug for SecretBytes<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("..")
    }
}
