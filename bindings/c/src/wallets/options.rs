//! How to open the wallets of a store: the policy, the master key, the host's own functions.

use super::text::escrow_text;
use crate::arguments::{Plain, array, flag, output, room, text};
use crate::boundary::{boundary, call};
use crate::status::{Failure, Result, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::wallet::Policy;
use escrow::{Id, KeyWrapper, MasterKey, WalletOptions};
use std::ffi::{c_char, c_int, c_void};
use std::io;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Bytes of a master key, of a pepper, and of the key that the host wraps.
pub const ESCROW_KEY_BYTES: u32 = 32;
/// Bytes of a wrapped key, at most.
pub const ESCROW_WRAPPED_KEY_BYTES_MAX: u32 = 512;
/// What `escrow_key_unwrap` answers for a key that was wrapped by another master key.
pub const ESCROW_KEY_IS_ANOTHER: u32 = 1;

/// A host's function that wraps a key, by a key service or a hardware module: reads the
/// `key_length` bytes at `key`, writes at most `capacity` bytes to `wrapped` and their number to
/// `wrapped_length`. Answers 0, or anything else if it failed. `context` is the host's own.
///
/// Called within the call that needs it, on its thread. It must return and must keep no pointer. It may
/// use the store, and even close it, but not open its wallets: that is `ESCROW_INVALID_ARGUMENT` while
/// they are being opened.
pub type escrow_key_wrap = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        key: *const u8,
        key_length: usize,
        wrapped: *mut u8,
        capacity: usize,
        wrapped_length: *mut usize,
    ) -> c_int,
>;

/// A host's function that unwraps what `escrow_key_wrap` wrapped: reads `wrapped_length` bytes at
/// `wrapped` and writes the `key_length` bytes of the key to `key`. Answers 0;
/// `ESCROW_KEY_IS_ANOTHER` if it was wrapped by another master key; anything else if it failed.
///
/// Called as `escrow_key_wrap` is.
pub type escrow_key_unwrap = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        wrapped: *const u8,
        wrapped_length: usize,
        key: *mut u8,
        key_length: usize,
    ) -> c_int,
>;

/// A host's function that says whether a password is too common to be taken: one that was found in
/// breaches, the name of the shop. Answers 0 for one that may be taken. The password is UTF-8,
/// `length` bytes, and must not be kept.
///
/// Called within the call that sets a password, on its thread, and from several threads at a time.
/// It must return, and must not call functions of the same wallets.
pub type escrow_password_is_blocked = Option<
    unsafe extern "C" fn(context: *mut c_void, password: *const c_char, length: usize) -> c_int,
>;

/// What wraps the keys of a store's wallets. The host keeps it; whoever loses it has lost all
/// personal data. Either `bytes`, or both functions.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_master_key {
    /// `ESCROW_KEY_BYTES` random bytes, which are copied; NULL if the functions are given.
    pub bytes: *const u8,
    /// Wraps a key; NULL if the bytes are given.
    pub wrap: escrow_key_wrap,
    /// Unwraps it again; NULL if the bytes are given.
    pub unwrap: escrow_key_unwrap,
    /// What both functions are given as `context`, from whichever thread.
    pub context: *mut c_void,
}

// SAFETY: pointers and functions that may be NULL.
unsafe impl Plain for escrow_master_key {}

/// The account that bears what chargebacks take of payments of a ledger: neither external nor
/// spend-only nor managed, and best without limits.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_loss_account {
    /// The account.
    pub account: Id,
    /// Its ledger.
    pub ledger: u32,
    /// Zero.
    pub reserved: [u32; 3],
}

/// The account that what owners of a ledger's wallets give up goes to: neither external nor
/// spend-only nor managed.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_waiver_account {
    /// The account.
    pub account: Id,
    /// Its ledger.
    pub ledger: u32,
    /// Zero.
    pub reserved: [u32; 3],
}

/// How to open the wallets of a store. Begin with `ESCROW_WALLET_OPTIONS_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_wallet_options {
    /// `sizeof(escrow_wallet_options)`.
    pub struct_size: u32,
    /// Password hashes that are computed at a time, each of which takes the memory that the policy
    /// says; further callers wait. 0 for 4.
    pub hashes_in_parallel: u32,
    /// The name of a policy that comes with the library (`article`, `eu_amld5`, `cn_pboc`, `none`),
    /// or a policy of the host's own as JSON: begin it with `escrow_policy_json`.
    pub policy: escrow_text,
    /// What the keys are wrapped by.
    pub master_key: escrow_master_key,
    /// `ESCROW_KEY_BYTES` random bytes that are mixed into every password hash; NULL for none. The host
    /// keeps them apart from the store; without them no password matches any more. The store knows them
    /// again by a keyed hash of a constant: other ones are `ESCROW_WRONG_PEPPER`.
    pub pepper: *const u8,
    /// Says whether a password is too common; NULL if none is.
    pub is_blocked: escrow_password_is_blocked,
    /// What `is_blocked` is given as `context`, from whichever thread.
    pub is_blocked_context: *mut c_void,
    /// 1 to take `pepper`, or that it is NULL, though the store remembers another, which is lost or was
    /// wrong: all passwords that were made with that one are to be reset. 0 otherwise.
    pub replaces_pepper: u32,
    /// Zero.
    pub reserved: u32,
    /// The accounts that bear what chargebacks take, one for each ledger; NULL if there are none.
    /// They are copied. Where none is named, money that was taken is due: see
    /// `escrow_chargeback_taken`.
    pub loss_accounts: *const escrow_loss_account,
    /// How many there are.
    pub loss_accounts_count: usize,
    /// The name of the first operator, who registers all other members of staff: see
    /// `escrow_staff_register`. Until one is named, no command of staff is carried out. In a store that
    /// has one, another name is `ESCROW_INVALID_ARGUMENT`, and the same one changes nothing. Empty to
    /// name none.
    pub first_operator: escrow_text,
    /// The accounts that what owners give up goes to, one for each ledger; NULL if there are none.
    /// They are copied. Where none is named, waivers are refused: see `escrow_wallet_waive`.
    pub waiver_accounts: *const escrow_waiver_account,
    /// How many there are.
    pub waiver_accounts_count: usize,
}

// SAFETY: numbers, pointers and functions that may be NULL, without padding.
unsafe impl Plain for escrow_wallet_options {}

/// What a host's functions are given, carried from thread to thread.
#[derive(Clone, Copy)]
struct Context(*mut c_void);

// SAFETY: it is followed by the host's functions alone, which the header says may be called from
// whichever thread, also from several at a time.
unsafe impl Send for Context {}
// SAFETY: as above.
unsafe impl Sync for Context {}

impl Context {
    /// A method, so that closures take hold of the whole.
    fn pointer(self) -> *mut c_void {
        self.0
    }
}

/// A host's pair of functions.
struct Wrapper {
    wrap: unsafe extern "C" fn(*mut c_void, *const u8, usize, *mut u8, usize, *mut usize) -> c_int,
    unwrap: unsafe extern "C" fn(*mut c_void, *const u8, usize, *mut u8, usize) -> c_int,
    context: Context,
}

impl KeyWrapper for Wrapper {
    fn wrap(&self, key: &[u8]) -> io::Result<Vec<u8>> {
        let mut wrapped = vec![0; ESCROW_WRAPPED_KEY_BYTES_MAX as usize];
        let mut length = 0;
        let (from, to) = (key.as_ptr(), wrapped.as_mut_ptr());
        let context = self.context.pointer();
        // SAFETY: as the header says of the function: it reads and writes within these bounds.
        let answer =
            unsafe { (self.wrap)(context, from, key.len(), to, wrapped.len(), &raw mut length) };
        if answer != 0 {
            return Err(io::Error::other(format!("wrap answered {answer}")));
        }
        if !(1..=wrapped.len()).contains(&length) {
            return Err(io::Error::other(format!("wrap says that it wrote {length} bytes")));
        }
        wrapped.truncate(length);
        Ok(wrapped)
    }

    fn unwrap(&self, wrapped: &[u8]) -> io::Result<Zeroizing<Vec<u8>>> {
        let mut key = Zeroizing::new(vec![0; ESCROW_KEY_BYTES as usize]);
        let (from, to, context) = (wrapped.as_ptr(), key.as_mut_ptr(), self.context.pointer());
        // SAFETY: as the header says of the function: it reads and writes within these bounds.
        match unsafe { (self.unwrap)(context, from, wrapped.len(), to, key.len()) } {
            0 => Ok(key),
            answer if answer == ESCROW_KEY_IS_ANOTHER as c_int => {
                Err(io::Error::new(io::ErrorKind::InvalidData, "wrapped by another master key"))
            }
            answer => Err(io::Error::other(format!("unwrap answered {answer}"))),
        }
    }
}

impl escrow_master_key {
    /// # Safety
    /// As the header says of its fields.
    pub(crate) unsafe fn parse(self) -> Result<MasterKey> {
        match (self.bytes.is_null(), self.wrap, self.unwrap) {
            (false, None, None) => {
                // SAFETY: the caller's promise is the same.
                let bytes = unsafe { key_bytes(self.bytes, "master_key") }?;
                Ok(MasterKey::from_bytes(*bytes))
            }
            (true, Some(wrap), Some(unwrap)) => {
                let wrapper = Wrapper { wrap, unwrap, context: Context(self.context) };
                Ok(MasterKey::from_wrapper(Arc::new(wrapper)))
            }
            _ => Err(Failure::invalid("master_key: either bytes, or both wrap and unwrap")),
        }
    }
}

/// # Safety
/// `pointer` leads to `ESCROW_KEY_BYTES` readable bytes.
unsafe fn key_bytes(pointer: *const u8, name: &str) -> Result<Zeroizing<[u8; 32]>> {
    let mut copy = Zeroizing::new([0; ESCROW_KEY_BYTES as usize]);
    // SAFETY: the caller's promise is the same.
    copy.copy_from_slice(unsafe { array(pointer, ESCROW_KEY_BYTES as usize, name) }?);
    Ok(copy)
}

impl escrow_wallet_options {
    /// # Safety
    /// As the header says of its fields.
    pub(crate) unsafe fn parse(self) -> Result<WalletOptions> {
        // SAFETY: the caller's promise is the same.
        let (policy, master) =
            unsafe { (policy(self.policy.read("policy")?)?, self.master_key.parse()?) };
        let mut options = WalletOptions::new(master, policy);
        if !self.pepper.is_null() {
            // SAFETY: the caller's promise is the same.
            options = options.pepper(*unsafe { key_bytes(self.pepper, "pepper") }?);
        }
        if self.reserved != 0 {
            return Err(Failure::invalid("options: reserved must be zero"));
        }
        // SAFETY: the caller's promise is the same.
        let first_operator = unsafe { self.first_operator.read("first_operator")? };
        if !first_operator.is_empty() {
            options = options.first_operator(first_operator);
        }
        if flag(self.replaces_pepper, "replaces_pepper")? {
            options = options.replace_pepper();
        }
        // SAFETY: the caller's promise is the same.
        let named =
            unsafe { array(self.loss_accounts, self.loss_accounts_count, "loss_accounts") }?;
        for named in named {
            if named.reserved != [0; 3] {
                return Err(Failure::invalid("loss_accounts: reserved must be zero"));
            }
            options = options.loss_account(named.ledger, named.account);
        }
        // SAFETY: the caller's promise is the same.
        let named =
            unsafe { array(self.waiver_accounts, self.waiver_accounts_count, "waiver_accounts") }?;
        for named in named {
            if named.reserved != [0; 3] {
                return Err(Failure::invalid("waiver_accounts: reserved must be zero"));
            }
            options = options.waiver_account(named.ledger, named.account);
        }
        if let Some(is_blocked) = self.is_blocked {
            let context = Context(self.is_blocked_context);
            options = options.block_list(move |password| {
                let (bytes, length) = (password.as_ptr().cast(), password.len());
                // SAFETY: as the header says of the function: it reads these bytes.
                unsafe { is_blocked(context.pointer(), bytes, length) != 0 }
            });
        }
        if self.hashes_in_parallel > 0 {
            options = options.hashes_in_parallel(self.hashes_in_parallel as usize);
        }
        Ok(options)
    }
}

fn policy(text: &str) -> Result<Policy> {
    if let Some(preset) = Policy::preset(text) {
        return Ok(preset);
    }
    if !text.trim_start().starts_with('{') {
        return Err(Failure::invalid("policy: neither the name of one nor JSON"));
    }
    Policy::from_json(text).map_err(|error| Failure::invalid(format!("policy: {error}")))
}

/// Says whether a policy makes sense, without opening wallets with it: a host's own as JSON, or the
/// name of one that comes with the library. What does not is refused with a message that names the
/// field or the line.
///
/// Ownership: `policy` is only read.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if the policy makes no sense; `ESCROW_INVALID_TEXT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_policy_check(
    policy: *const c_char,
    policy_length: usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || self::policy(text(policy, policy_length, "policy")?).map(drop)?)
}

/// Gives a policy that comes with the library as JSON, for a host to begin its own with: limits by
/// tier, evidence, throttles, what password hashes cost. A policy with a field that does not exist
/// is refused, so that a misspelt limit is not silently none.
///
/// Ownership: `name` is only read. `text` is the caller's room for `capacity` bytes; `length` gets
/// how many there are, also with `ESCROW_BUFFER_TOO_SMALL`.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if no policy has this name; `ESCROW_BUFFER_TOO_SMALL`,
/// `ESCROW_INVALID_TEXT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_policy_json(
    name: *const c_char,
    name_length: usize,
    text: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let text = room(text.cast::<u8>(), capacity, "text")?;
        let length = output(length, "length")?;
        let preset = Policy::preset(self::text(name, name_length, "name")?);
        let unknown = || Failure::invalid("the library has no policy of this name");
        text.fill(length, preset.ok_or_else(unknown)?.to_json().as_bytes())?
    })
}

/// Gives the JSON Schema (draft 2020-12) of policies, by which editors and other programs complete
/// and check one: every field with what it means, its unit as `x-unit`, and its default. What binds
/// several fields is seen by `escrow_policy_check` alone.
///
/// Ownership: `text` is the caller's room for `capacity` bytes; `length` gets how many there are,
/// also with `ESCROW_BUFFER_TOO_SMALL`.
/// Threads: any.
/// Errors: `ESCROW_BUFFER_TOO_SMALL`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_policy_schema(
    text: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut escrow_error,
) -> escrow_status {
    call!(boundary(error), || {
        let text = room(text.cast::<u8>(), capacity, "text")?;
        text.fill(output(length, "length")?, Policy::SCHEMA.as_bytes())?
    })
}
