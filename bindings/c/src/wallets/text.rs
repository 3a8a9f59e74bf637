//! Texts within structs.

use crate::arguments::{self, Plain};
use crate::status::Result;
use std::ffi::c_char;

/// A text in a struct: UTF-8, without a zero at its end. An empty one may be all zero. What a
/// function fills in points into the rows that it was asked of, and lives as long as they do; an
/// empty one is all zero.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_text {
    /// Where it begins.
    pub bytes: *const c_char,
    /// How many bytes it has.
    pub length: usize,
}

// SAFETY: a pointer and a number.
unsafe impl Plain for escrow_text {}

impl escrow_text {
    /// Where a text of ours lies. An empty one lies nowhere: some runtimes end the program over an
    /// address that no memory has.
    pub(crate) fn of(text: &str) -> Self {
        let bytes = if text.is_empty() { std::ptr::null() } else { text.as_ptr().cast() };
        Self { bytes, length: text.len() }
    }

    /// The caller's text.
    ///
    /// # Safety
    /// As [`arguments::text`].
    pub(crate) unsafe fn read<'a>(self, name: &str) -> Result<&'a str> {
        // SAFETY: the caller's promise is the same.
        unsafe { arguments::text(self.bytes, self.length, name) }
    }
}
