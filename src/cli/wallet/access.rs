//! Opening the wallets of a store: the master key from a file, the policy by name or from a file.
//!
//! The key is never an argument, which every process of the machine can read, and never printed. No
//! command of staff sets or compares a password, so that none needs the pepper.

use super::arguments::Access;
use super::check_policy;
use super::parsing::hexadecimal;
use crate::cli::failure::Failure;
use crate::cli::file;
use crate::cli::input::{existing, open_existing};
use escrowdb::wallet::{Actor, Policy};
use escrowdb::{Error, Id, MasterKey, Store, WalletOptions, Wallets};
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Names the file of the master key, unless an option does.
const KEY_FILE_VARIABLE: &str = "ESCROWDB_MASTER_KEY_FILE";
/// The file of keys in a store with wallets. Opening wallets would make one.
const KEYS_FILE: &str = "KEYS";
/// 64 digits and the end of a line.
const KEY_TEXT_MAX: usize = 66;

/// A store whose wallets are open.
pub(crate) struct Opened {
    pub(crate) store: Store,
    pub(crate) wallets: Wallets,
}

/// Opens wallets under a policy that may be another one than before, and writes down who wanted
/// that.
pub(crate) fn to_adopt_policy(
    store: &Path,
    access: &Access,
    actor: Actor,
) -> Result<Opened, Failure> {
    open(
        store,
        access,
        |_, options| Ok(options.opened_by(actor)),
        |path| Ok(Store::open(path, existing(path))?),
    )
}

/// Opens wallets and names the first operator.
pub(crate) fn to_name_first_operator(
    store: &Path,
    access: &Access,
    name: &str,
) -> Result<Opened, Failure> {
    let how = |_: &Store, options: WalletOptions| Ok(options.keep_policy().first_operator(name));
    open(store, access, how, |path| Ok(Store::open(path, existing(path))?))
}

/// Opens wallets to look at them. The store's clock stands still at its last event, so that nothing
/// changes by looking, but for erasures that a crash interrupted, which are finished.
pub(crate) fn to_read(store: &Path, access: &Access) -> Result<Opened, Failure> {
    open(store, access, |_, options| Ok(options.keep_policy()), open_existing)
}

/// Opens wallets to change them, by the system's clock: deadlines that have come are settled, as
/// when the shop opens the store.
pub(crate) fn to_write(store: &Path, access: &Access) -> Result<Opened, Failure> {
    open(
        store,
        access,
        |_, options| Ok(options.keep_policy()),
        |path| Ok(Store::open(path, existing(path))?),
    )
}

/// The same, for what may fall on a loss account of the shop's.
pub(crate) fn to_bear(
    store: &Path,
    access: &Access,
    loss_account: Option<Id>,
) -> Result<Opened, Failure> {
    let how = |store: &Store, options: WalletOptions| {
        let options = options.keep_policy();
        let Some(id) = loss_account else { return Ok(options) };
        match store.snapshot()?.account(id)? {
            Some(account) => Ok(options.loss_account(account.ledger, id)),
            None => Err(Failure::input(format!("there is no account {id}"))),
        }
    };
    open(store, access, how, |path| Ok(Store::open(path, existing(path))?))
}

/// The policy says what one member of staff may do alone, and whoever gives a command names it: so
/// it must be the one that the shop opens its wallets under, unless `how` says that somebody adopts
/// another. It may look at the store.
fn open(
    path: &Path,
    access: &Access,
    how: impl FnOnce(&Store, WalletOptions) -> Result<WalletOptions, Failure>,
    open: impl FnOnce(&Path) -> Result<Store, Failure>,
) -> Result<Opened, Failure> {
    // Both are looked at before the store is touched.
    let (key, policy) = (master_key(access)?, policy(access)?);
    let has_keys = path.join(KEYS_FILE).exists();
    if path.is_dir() && !has_keys {
        open_existing(path)?;
        let what = "the store has no file KEYS: it never had wallets, or their keys are lost";
        return Err(Failure::input(what));
    }
    let store = open(path)?;
    let options = how(&store, WalletOptions::new(key, policy).without_passwords())?;
    let wallets = store.wallets(options).map_err(|error| match error {
        Error::WrongPolicy { .. } => Failure::input(format!(
            "{error}: name the shop's own by --policy, or say that this is it from now on by \
             wallet policy STORE adopt"
        )),
        other => other.into(),
    })?;
    Ok(Opened { store, wallets })
}

fn master_key(access: &Access) -> Result<MasterKey, Failure> {
    let from_environment = || std::env::var_os(KEY_FILE_VARIABLE).map(PathBuf::from);
    let path = access.key_file.clone().or_else(from_environment).ok_or_else(|| {
        let what = format!("name the file of the master key: --key-file, or {KEY_FILE_VARIABLE}");
        Failure::input(what)
    })?;
    let named = path.display();
    let wrong = |reason| Failure::input(format!("the key file {named}: {reason}"));
    let file = file::open(&path).map_err(wrong)?;
    check_rights(&file).map_err(wrong)?;
    let text = file::read(file, KEY_TEXT_MAX).map_err(wrong)?;
    let key = parse_key(&text).ok_or_else(|| {
        let what = format!("the key file {named} must hold 32 bytes, or 64 hexadecimal digits");
        Failure::input(what)
    })?;
    Ok(MasterKey::from_bytes(*key))
}

/// 32 bytes as they are, or 64 digits and perhaps the end of the line.
fn parse_key(text: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    if let Ok(bytes) = <[u8; 32]>::try_from(text) {
        return Some(Zeroizing::new(bytes));
    }
    let line = text.strip_suffix(b"\n").unwrap_or(text);
    hexadecimal(line.strip_suffix(b"\r").unwrap_or(line)).map(Zeroizing::new)
}

/// Refuses a file that somebody else than its owner may touch.
fn check_rights(file: &File) -> Result<(), String> {
    let about = file.metadata().map_err(|error| error.to_string())?;
    match about.mode() & 0o077 {
        0 => Ok(()),
        _ => Err("users other than its owner can read it: chmod 600".to_owned()),
    }
}

fn policy(access: &Access) -> Result<Policy, Failure> {
    let named = access.policy.as_ref().ok_or_else(|| {
        Failure::input("name the shop's policy: --policy article|eu_amld5|cn_pboc|none|FILE")
    })?;
    check_policy::read(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_two_forms() {
        let digits = "0b".repeat(32);
        let line = |end: &str| format!("{digits}{end}").into_bytes();
        for (text, is_key) in [
            (vec![11; 32], true),
            (line(""), true),
            (line("\n"), true),
            (line("\r\n"), true),
            (digits.to_uppercase().into_bytes(), true),
            (vec![11; 31], false),
            (vec![11; 33], false),
            (line("\n\n"), false),
            (line(" "), false),
            ("zz".repeat(32).into_bytes(), false),
            (Vec::new(), false),
        ] {
            let key = parse_key(&text).map(|key| *key);
            assert_eq!(key, is_key.then_some([11; 32]), "{text:?}");
        }
    }
}
