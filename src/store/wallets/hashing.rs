//! Hashing passwords: outside of the commit path, a few at a time.

use crate::store::{Error, Result};
use crate::wallet::policy::HashCost;
use crate::wallet::secrets::{HashError, Hasher, PasswordText, SecretBytes};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use zeroize::Zeroizing;

/// Computes hashes, so many at a time.
#[derive(Debug)]
pub(super) struct Hashing {
    hasher: Hasher,
    /// A hash that nothing matches, for those who do not exist.
    dummy: Zeroizing<String>,
    free: Mutex<usize>,
    freed: Condvar,
    count: AtomicU64,
}

/// The right to compute a hash.
struct Permit<'h>(&'h Hashing);

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

impl Hashing {
    pub(super) fn new(
        cost: HashCost,
        pepper: Option<SecretBytes<32>>,
        in_parallel: usize,
    ) -> Result<Self> {
        let hasher = Hasher::new(cost, pepper);
        let (password, salt) = (random::<32>()?, random()?);
        let password = PasswordText::new(&blake3::hash(&password).to_hex());
        let dummy = hasher.hash(&password, &salt).map_err(unreadable)?;
        let (free, count) = (Mutex::new(in_parallel), AtomicU64::new(0));
        Ok(Self { hasher, dummy, free, freed: Condvar::new(), count })
    }

    /// The hash of a password as a PHC string.
    pub(super) fn hash(&self, password: &PasswordText) -> Result<Zeroizing<String>> {
        let salt = random()?;
        let _permit = self.permit();
        self.hasher.hash(password, &salt).map_err(unreadable)
    }

    /// Whether the password has this hash. Without a hash it does the same work for nothing.
    pub(super) fn matches(&self, password: &PasswordText, hash: Option<&str>) -> Result<bool> {
        let _permit = self.permit();
        let matches = self.hasher.matches(password, hash.unwrap_or(&self.dummy));
        Ok(matches.map_err(unreadable)? && hash.is_some())
    }

    /// Whether a hash should be computed again, at the present cost.
    pub(super) fn is_outdated(&self, hash: &str) -> bool {
        self.hasher.is_outdated(hash)
    }

    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    fn permit(&self) -> Permit<'_> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 {
            free = self.freed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        self.count.fetch_add(1, Ordering::Relaxed);
        Permit(self)
    }
}

fn unreadable(error: HashError) -> Error {
    Error::Corrupt(error.to_string())
}

/// Random bytes of the operating system.
pub(super) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| std::io::Error::other(format!("no random bytes: {error}")))?;
    Ok(bytes)
}
