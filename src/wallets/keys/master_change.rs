//! Changing the master key: a second one is added, and one of the two is kept.
//!
//! Guaranteed: what is written was unwrapped again to the root key, and one of the keys that opened
//! the file before opens it after.

use super::master::MasterKey;
use super::{Vault, VaultError};

/// Master keys that open a file at the same time.
const MASTERS_MAX: usize = 2;

/// What a change of master keys writes. The host's functions were asked for it without a lock: they
/// may use the wallets, and wait for others who do.
pub(crate) struct MasterChange {
    before: Vec<Vec<u8>>,
    after: Vec<Vec<u8>>,
}

impl Vault {
    /// What lets a second master key open the file beside the present one. Changes nothing if it is
    /// one of two that do already.
    pub(crate) fn add_master(&self, master: &MasterKey) -> Result<MasterChange, VaultError> {
        let (root, before) = (&self.root, self.wraps()?);
        let mut after = before.clone();
        let is_open = |wrapped: &Vec<u8>| master.unwraps(&self.store, wrapped, root).is_ok();
        if before.len() < MASTERS_MAX {
            after.push(master.wrap(&self.store, root)?);
        } else if !before.iter().any(is_open) {
            let what = "two master keys open the store already: decide for one of them first";
            return Err(VaultError::MasterKeys(what));
        }
        Ok(MasterChange { before, after })
    }

    /// What lets this master key alone open the file, which it must do already.
    pub(crate) fn keep_master(&self, master: &MasterKey) -> Result<MasterChange, VaultError> {
        let (root, before) = (&self.root, self.wraps()?);
        let mut failure = VaultError::WrongMasterKey;
        for wrapped in &before {
            match master.unwraps(&self.store, wrapped, root) {
                Ok(()) => {
                    let after = vec![master.wrap(&self.store, root)?];
                    return Ok(MasterChange { before, after });
                }
                Err(VaultError::WrongMasterKey) => (),
                Err(other) => failure = other,
            }
        }
        Err(failure)
    }

    /// Carries a change out, durably, unless another one came in between.
    pub(crate) fn change_masters(&self, change: MasterChange) -> Result<(), VaultError> {
        self.change_head(|header, _| {
            if header.wraps != change.before {
                let what = "somebody else changed the master keys at the same time: find out who, \
                            and try again";
                return Err(VaultError::MasterKeys(what));
            }
            header.wraps.clone_from(&change.after);
            Ok(change.after != change.before)
        })
    }

    /// How the root key is wrapped.
    fn wraps(&self) -> Result<Vec<Vec<u8>>, VaultError> {
        Ok(self.read_head()?.header.wraps)
    }
}
