//! The Rust API in a forked child. Here, because nothing in the root crate is unsafe.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use escrow::{Error, Id, Operation, Options, Store};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs this in a child, and says whether it came to its end.
fn succeeds_in_a_child(run: impl FnOnce()) -> bool {
    // SAFETY: the child uses what it has copied, starts nothing, and ends without running what its
    // parent has registered for its own end.
    match unsafe { libc::fork() } {
        0 => {
            let ended = catch_unwind(AssertUnwindSafe(run)).is_ok();
            // SAFETY: it takes a number.
            unsafe { libc::_exit(i32::from(!ended)) }
        }
        child => {
            let mut status = 0;
            // SAFETY: the status is a variable of this function.
            let waited = unsafe { libc::waitpid(child, &raw mut status, 0) };
            waited == child && libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0
        }
    }
}

/// Symptom: to close or drop a store in a forked child panicked, for it waited for threads that the child
/// has not; a second panic meanwhile ended the child.
#[test]
fn a_child_lets_go_of_its_parents_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = Store::open(&path, Options::new()).unwrap();
    // Moved into the child's closure, so that the last of the handles is dropped there.
    let mut handle = Some(store);
    assert!(succeeds_in_a_child(|| {
        let store = handle.take().unwrap();
        let refused = store.submit(&[Operation::freeze(Id::from_u128(1), Id::from_u128(2))]);
        assert!(matches!(refused, Err(Error::Forked)));
        assert!(matches!(store.close(), Err(Error::Forked)));
    }));
    let store = handle.unwrap();
    // The parent's is as it was.
    assert!(store.create_ledgers(&[escrow::money::iso_ledger(1, "USD").unwrap()]).is_ok());
    let alone = Options::new().exclusive(true);
    assert!(matches!(Store::open(&path, alone), Err(Error::Locked(_))));
    store.close().unwrap();
}
