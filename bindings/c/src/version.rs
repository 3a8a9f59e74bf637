//! Versions: of the library, and of what it agreed on with its callers.

use std::ffi::{CStr, c_char};

/// The number of the ABI that this header describes. Compare it with `escrow_abi_version()` after
/// loading the library at run time: within one number nothing is renumbered, renamed or removed.
pub const ESCROW_ABI_VERSION: u32 = 1;

const TEXT: &CStr = {
    let text = concat!(env!("CARGO_PKG_VERSION"), "\0");
    match CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => panic!("a version has no zero bytes"),
    }
};

const NUMBER: u32 = number(env!("CARGO_PKG_VERSION_MAJOR")) * 1_000_000
    + number(env!("CARGO_PKG_VERSION_MINOR")) * 1_000
    + number(env!("CARGO_PKG_VERSION_PATCH"));

const fn number(text: &str) -> u32 {
    let (bytes, mut at, mut number) = (text.as_bytes(), 0, 0);
    while at < bytes.len() {
        number = number * 10 + (bytes[at] - b'0') as u32;
        at += 1;
    }
    number
}

/// Gives the version of the library that is loaded, as a number: major × 1,000,000 + minor × 1,000
/// + patch. Compare it with `ESCROW_VERSION_NUMBER`, that of the header.
///
/// Ownership: nothing to free.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_version_number() -> u32 {
    NUMBER
}

/// Gives the version of the library that is loaded, as text such as `0.1.0`.
///
/// Ownership: static, zero-terminated; never freed.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_version_text() -> *const c_char {
    TEXT.as_ptr()
}

/// Gives the number of the ABI of the library that is loaded. A program that was compiled with
/// another `ESCROW_ABI_VERSION` must not go on.
///
/// Ownership: nothing to free.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_abi_version() -> u32 {
    ESCROW_ABI_VERSION
}
