//! The wallets of a store: opening them, and what is about all of them.

use super::options::escrow_wallet_options;
use crate::arguments::{output, room, sized_input, write_sized};
use crate::boundary::{call, free, on};
use crate::handle::{self, Handle, HandleType, Heir, Object};
use crate::opaque::{escrow_store, escrow_wallets};
use crate::status::{ESCROW_FORKED, Failure, Result, escrow_error, escrow_status};
use crate::store::{self, StoreHandle};
use bytemuck::{Pod, Zeroable};
use escrow::{WalletOptions, Wallets};
use std::ffi::c_char;
use std::sync::Arc;

/// What an `escrow_wallets` stands for.
pub(crate) struct WalletsHandle {
    pub(crate) wallets: Wallets,
    pub(crate) parent: Arc<StoreHandle>,
    origin: Arc<Origin>,
}

/// Where wallets came from: what a forked child opens them by again. Handles are kept as addresses, as
/// they are looked up in the child's own process.
enum Origin {
    /// The handle and origin of their store.
    Store { handle: usize, origin: Arc<store::Origin>, options: Box<WalletOptions> },
    /// The wallets that these are the same as, for known devices.
    Wallets { handle: usize, origin: Arc<Origin> },
}

impl Origin {
    /// In a forked child: opens the wallets again, on what became of their store there. A handle that
    /// was freed may have become another store's.
    fn open(self: &Arc<Self>) -> Result<WalletsHandle> {
        match &**self {
            Self::Store { handle, origin, options } => {
                let is_same = |store: &StoreHandle| store.is_from(origin);
                let parent = found::<StoreHandle>(*handle, WalletsHandle::NAME, is_same)?;
                let wallets = parent.store()?.wallets(WalletOptions::clone(options))?;
                Ok(WalletsHandle { wallets, parent, origin: Arc::clone(self) })
            }
            Self::Wallets { handle, origin } => {
                let is_same = |these: &WalletsHandle| Arc::ptr_eq(&these.origin, origin);
                let these = found::<WalletsHandle>(*handle, WalletsHandle::NAME, is_same)?;
                let (wallets, parent) = (these.wallets.known_device(), Arc::clone(&these.parent));
                Ok(WalletsHandle { wallets, parent, origin: Arc::clone(self) })
            }
        }
    }
}

/// In a forked child: what a handle of the parent's stands for, from which these came.
pub(crate) fn found<N: HandleType>(
    handle: usize,
    these: &str,
    is_it: impl Fn(&N) -> bool,
) -> Result<Arc<N>> {
    let found = handle::find::<N>(std::ptr::without_provenance_mut(handle))?;
    if is_it(&found) {
        return Ok(found);
    }
    let message = format!("the {} that these {these} came from was freed before the fork", N::NAME);
    Err(Failure::new(ESCROW_FORKED, message))
}

impl Handle for escrow_wallets {
    type HandleType = WalletsHandle;
}

impl HandleType for WalletsHandle {
    type Handle = escrow_wallets;
    const NAME: &'static str = "wallets";

    fn check(&self) -> Result<()> {
        self.parent.check()
    }

    fn poison(&self) {
        self.parent.poison();
    }

    fn heir(&self) -> Option<Heir> {
        let origin = Arc::clone(&self.origin);
        Some(Box::new(move || Ok(Arc::new(origin.open()?) as Object)))
    }
}

/// What an upkeep has done. Begin with `ESCROW_UPKEEP_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_upkeep {
    /// `sizeof(escrow_upkeep)`.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Registrations that were never submitted in time, and are gone with all they held.
    pub registrations: u64,
    /// Letters whose fate was known for long enough.
    pub letters: u64,
    /// Addresses of nobody that were looked at.
    pub addresses: u64,
    /// Payments by card of which a refund by a deadline was passed on.
    pub refunds: u64,
    /// Changes of addresses or numbers that were never confirmed, or stand now.
    pub contact_changes: u64,
    /// Chargebacks of which what was due was booked.
    pub chargebacks: u64,
    /// Owners who were told that the money of a wallet that nobody uses will be set aside.
    pub notices: u64,
    /// Wallets whose money was set aside.
    pub set_aside: u64,
}

/// Opens the wallets of a store. The file of their keys is made when they are opened for the first
/// time; erasures that a crash interrupted are finished. A store's wallets are open once at a time:
/// threads share the handle.
///
/// The store remembers the policy by its hash, which is BLAKE3 of its JSON with all fields ordered by
/// their names and without white space. Opened under another one, as when a new version of the host
/// brings it, the store's own trail says so: see `escrow_audit_trail`.
///
/// In a forked child the handle opens the wallets again on its first use, by the same options, on the
/// store's handle, which must not have been freed; the host's functions are called in the child then.
///
/// Ownership: `*wallets` is the caller's, to be freed by `escrow_wallets_free`. It keeps the store
/// alive. `options`, the keys and the texts in it are only read during the call, which copies what
/// it needs; the host's functions and their contexts must live as long as the wallets.
/// Threads: any.
/// Errors: `ESCROW_WRONG_MASTER_KEY`; `ESCROW_WRONG_PEPPER`; `ESCROW_INVALID_ARGUMENT` if the policy
/// makes no sense, the options have no master key, or the wallets of this store are open already;
/// `ESCROW_CORRUPT` if the file of keys is damaged, or is missing although there are persons;
/// `ESCROW_NEWER_FORMAT`; `ESCROW_IO`, also if the host's own wrapping fails; those of
/// `escrow_store_submit` if there is something to remember.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallets_open(
    store: *mut escrow_store,
    options: *const escrow_wallet_options,
    wallets: *mut *mut escrow_wallets,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        let output = output(wallets, "wallets")?;
        let options = sized_input(options, "options")?.parse()?;
        let wallets = this.store()?.wallets(options.clone())?;
        let (handle, origin) = (store.addr(), this.origin());
        let origin = Arc::new(Origin::Store { handle, origin, options: Box::new(options) });
        let this = WalletsHandle { wallets, parent: Arc::clone(this), origin };
        output.set(handle::make(Arc::new(this))?);
    })
}

/// Gives the same wallets for callers at a device that the host attests as known: one that this very
/// customer has logged in from before, which the host recognises by a cookie or key of its own. So it
/// is to be chosen for each call; the two handles share all else.
///
/// Wrong passwords from unknown devices count apart, and lock unknown devices alone: a stranger who
/// guesses does not lock the customer out. Links to set a new login password are counted apart too.
/// A handle from `escrow_wallets_open` is for unknown devices.
///
/// Ownership: `*known` is the caller's, to be freed by `escrow_wallets_free`. The wallets are open
/// until both handles are freed, in any order.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallets_known_device(
    wallets: *mut escrow_wallets,
    known: *mut *mut escrow_wallets,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let output = output(known, "known")?;
        let from = wallets.addr();
        let (wallets, parent) = (this.wallets.known_device(), Arc::clone(&this.parent));
        let origin = Arc::clone(&this.origin);
        let origin = Arc::new(Origin::Wallets { handle: from, origin });
        output.set(handle::make(Arc::new(WalletsHandle { wallets, parent, origin }))?);
    })
}

/// Frees wallets, and wipes their keys from memory. What came from them lives on.
///
/// Ownership: `wallets` is no handle any more. NULL is let be, and so is what was freed before.
/// Threads: any. A call on the wallets that another thread is in goes on to its end.
/// Errors: none. In a forked child nothing is done.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_wallets_free(wallets: *mut escrow_wallets) {
    free::<WalletsHandle>(wallets);
}

/// Gives the policy that the wallets were opened with, as JSON.
///
/// Ownership: `text` is the caller's room for `capacity` bytes; `length` gets how many there are,
/// also with `ESCROW_BUFFER_TOO_SMALL`.
/// Threads: any.
/// Errors: `ESCROW_BUFFER_TOO_SMALL`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallets_policy(
    wallets: *mut escrow_wallets,
    text: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        let text = room(text.cast::<u8>(), capacity, "text")?;
        text.fill(output(length, "length")?, this.wallets.policy().to_json().as_bytes())?
    })
}

/// Gives how many password hashes were computed since the wallets were opened. A wrong password
/// takes as many as a person or wallet that does not exist.
///
/// Ownership: `count` gets their number.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallets_password_hashes(
    wallets: *mut escrow_wallets,
    count: *mut u64,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        output(count, "count")?.set(this.wallets.password_hashes());
    })
}

/// Removes what is past its time, up to about a thousand of each kind: registrations that were
/// never submitted, old letters, addresses of nobody. Passes on what deadlines have refunded of
/// payments by card: into the wallet, if its owner agrees and as far as there is room, else to the
/// card (`escrow_card_refund_waiting`). Books what chargebacks took while no loss account could bear
/// it. Where the policy says so, tells owners of wallets that nobody uses, and sets their money aside
/// (`escrow_unclaimed_waiting`), a thousand wallets each time. To be called now and then, every
/// minute say, by whom is all the same; what is left waits for the next call.
///
/// Ownership: `done` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_wallets_upkeep(
    wallets: *mut escrow_wallets,
    done: *mut escrow_upkeep,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(wallets, error), |this| {
        crate::arguments::sized_room(done, "done")?;
        let upkeep = this.wallets.upkeep()?;
        let value = escrow_upkeep {
            registrations: upkeep.registrations as u64,
            letters: upkeep.letters as u64,
            addresses: upkeep.addresses as u64,
            refunds: upkeep.refunds as u64,
            contact_changes: upkeep.contact_changes as u64,
            chargebacks: upkeep.chargebacks as u64,
            notices: upkeep.notices as u64,
            set_aside: upkeep.set_aside as u64,
            ..escrow_upkeep::zeroed()
        };
        write_sized(done, value, "done")?
    })
}
