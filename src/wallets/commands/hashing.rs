//! Hashing passwords: outside the commit path, a few at a time.

use crate::store::{Error, Result};
use crate::wallets::rules::policy::HashCost;
use crate::wallets::rules::secrets::{HashError, Hasher, PasswordText, PepperCheck, SecretBytes};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use zeroize::Zeroizing;

/// Computes password hashes, a limited number at a time.
#[derive(Debug)]
pub(super) struct Hashing {
    /// `None` where the pepper was not given, for tools that have nothing to do with passwords.
    hasher: Option<Hasher>,
    /// A hash that nothing matches, for persons who do not exist.
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
        Ok(Self { hasher: Some(hasher), dummy, free, freed: Condvar::new(), count })
    }

    /// For tools that neither set nor compare a password: doing so is an error.
    pub(super) fn none() -> Self {
        let (free, count) = (Mutex::new(1), AtomicU64::new(0));
        Self { hasher: None, dummy: Zeroizing::default(), free, freed: Condvar::new(), count }
    }

    /// The value by which the pepper is recognised; `None` if it was not given.
    pub(super) fn pepper_check(&self) -> Option<PepperCheck> {
        self.hasher.as_ref().map(Hasher::pepper_check)
    }

    fn hasher(&self) -> Result<&Hasher> {
        let without = "the wallets are open without passwords: open them with the shop's pepper";
        self.hasher.as_ref().ok_or_else(|| Error::InvalidArgument(without.into()))
    }

    /// The hash of a password as a PHC string.
    pub(super) fn hash(&self, password: &PasswordText) -> Result<Zeroizing<String>> {
        let (hasher, salt) = (self.hasher()?, random()?);
        let _permit = self.permit();
        hasher.hash(password, &salt).map_err(unreadable)
    }

    /// Whether the password has this hash. Without a hash it does the same work for nothing.
    pub(super) fn matches(&self, password: &PasswordText, hash: Option<&str>) -> Result<bool> {
        let hasher = self.hasher()?;
        let _permit = self.permit();
        let matches = hasher.matches(password, hash.unwrap_or(&self.dummy));
        Ok(matches.map_err(unreadable)? && hash.is_some())
    }

    /// Whether a hash should be computed again, at the present cost.
    pub(super) fn is_outdated(&self, hash: &str) -> bool {
        self.hasher.as_ref().is_some_and(|hasher| hasher.is_outdated(hash))
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::time::Duration;

    /// While the greatest number of hashes is being computed, further callers wait; each that
    /// finishes lets one of them go on.
    #[test]
    fn no_more_hashes_are_computed_at_a_time_than_allowed() {
        let cost = HashCost { memory_kib: 64, passes: 1, lanes: 1 };
        let hashing = Hashing::new(cost, None, 2).expect("hashes");
        let password = PasswordText::new("correct horse");
        let (done, finished) = mpsc::channel();
        std::thread::scope(|scope| {
            let (first, _second) = (hashing.permit(), hashing.permit());
            for _ in 0..3 {
                let done = done.clone();
                let (hashing, password) = (&hashing, &password);
                scope.spawn(move || {
                    let hash = hashing.hash(password).expect("a hash");
                    assert!(hashing.matches(password, Some(&hash)).expect("compared"));
                    done.send(()).expect("somebody waits");
                });
            }
            let waited = finished.recv_timeout(Duration::from_millis(200));
            assert_eq!((waited, hashing.count()), (Err(mpsc::RecvTimeoutError::Timeout), 2));
            drop(first);
            for _ in 0..3 {
                finished.recv().expect("by the one that is free");
            }
        });
        assert_eq!((hashing.count(), *hashing.free.lock().expect("whole")), (2 + 3 * 2, 2));
    }
}
