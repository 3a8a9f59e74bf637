//! A store that holds wallets, used by a build that was made without them: the ledger goes on, and
//! nothing of the wallets is lost.

use crate::samples::{VERSION, sample};
use crate::story::{LAST, go_on, options};
use escrowdb::*;
use std::fs;
use std::path::Path;

/// `verify` says what it did not look at.
fn is_unchecked(path: &Path) {
    let report = verify(path, |_, _| ()).unwrap();
    assert_eq!(report.fault, None);
    assert!(report.unchecked.is_some_and(|what| what.contains("wallets")));
}

#[test]
fn the_ledger_goes_on_and_the_keys_are_kept() {
    let (folder, path) = sample(VERSION, "wallets");
    let keys = fs::read(path.join("KEYS")).unwrap();
    is_unchecked(&path);
    let store = Store::open(&path, options()).unwrap();
    go_on(&store, LAST + 1, LAST + 9);
    let [copy, restored] = ["copy", "restored"].map(|name| folder.path().join(name));
    let head = store.backup(&copy).unwrap().head;
    store.close().unwrap();
    restore(&copy, &restored, &VerifyOptions::new().expect(head), |_, _| ()).unwrap();
    for path in [&path, &copy, &restored] {
        assert!(fs::read(path.join("KEYS")).unwrap() == keys, "{}", path.display());
        is_unchecked(path);
    }
}

#[test]
fn what_holds_no_wallets_is_checked_wholly() {
    let (_folder, path) = sample(VERSION, "closed");
    assert_eq!(verify(&path, |_, _| ()).unwrap().unchecked, None);
}

/// Symptom: a store without its keys was backed up, restored and verified as if it had them.
#[test]
fn keys_that_are_missing_are_a_fault() {
    let (folder, path) = sample(VERSION, "wallets");
    fs::remove_file(path.join("KEYS")).unwrap();
    let fault = verify(&path, |_, _| ()).unwrap().fault.expect("the keys are missing");
    assert!(fault.contains("KEYS"), "{fault}");
    let store = Store::open(&path, options()).unwrap();
    let backup = store.backup(folder.path().join("copy"));
    assert!(matches!(&backup, Err(Error::Corrupt(fault)) if fault.contains("KEYS")), "{backup:?}");
}
