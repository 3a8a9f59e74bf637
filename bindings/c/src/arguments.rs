//! The caller's pointers: looked at here, and followed nowhere else.
//!
//! What can be checked is: NULL, alignment, lengths that no array has. That a pointer leads to as
//! many elements as the caller says is the caller's promise, in the conventions of the header.

use crate::status::{ESCROW_INVALID_TEXT, Failure, Result};
use bytemuck::Pod;
use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;
use std::path::Path;

/// What a caller's bytes can be read as, whatever they are: numbers, pointers, and functions that
/// may be NULL.
///
/// # Safety
/// All patterns of bytes are values, and no byte of it is padding.
pub(crate) unsafe trait Plain: Copy {}

// SAFETY: the other trait promises it.
unsafe impl<T: Pod> Plain for T {}

/// The caller's array of `count` elements; NULL is fine if there are none.
///
/// # Safety
/// `pointer` leads to `count` elements that nobody writes during the call.
pub(crate) unsafe fn array<'a, T: Plain>(
    pointer: *const T,
    count: usize,
    name: &str,
) -> Result<&'a [T]> {
    if count == 0 {
        return Ok(&[]);
    }
    check::<T>(pointer.is_null(), pointer.is_aligned(), count, name)?;
    // SAFETY: not NULL, aligned, of a length that an object can have, and by the caller's promise
    // readable; any bytes are a `T`.
    Ok(unsafe { std::slice::from_raw_parts(pointer, count) })
}

/// The caller's bytes.
///
/// # Safety
/// As [`array`].
pub(crate) unsafe fn bytes<'a>(
    pointer: *const c_void,
    length: usize,
    name: &str,
) -> Result<&'a [u8]> {
    // SAFETY: the caller's promise is the same.
    unsafe { array(pointer.cast::<u8>(), length, name) }
}

/// The caller's text.
///
/// # Safety
/// As [`array`].
pub(crate) unsafe fn text<'a>(
    pointer: *const c_char,
    length: usize,
    name: &str,
) -> Result<&'a str> {
    // SAFETY: the caller's promise is the same.
    let bytes = unsafe { array(pointer.cast::<u8>(), length, name) }?;
    let invalid = |_| Failure::new(ESCROW_INVALID_TEXT, format!("{name} is not UTF-8"));
    std::str::from_utf8(bytes).map_err(invalid)
}

/// The caller's path: on Unix any bytes but zero ones, elsewhere UTF-8.
///
/// # Safety
/// As [`array`].
pub(crate) unsafe fn path<'a>(pointer: *const c_char, length: usize) -> Result<&'a Path> {
    check::<u8>(pointer.is_null(), true, length, "path")?;
    // SAFETY: the caller's promise is the same.
    let bytes = unsafe { array(pointer.cast::<u8>(), length, "path") }?;
    if bytes.is_empty() || bytes.contains(&0) {
        return Err(Failure::invalid("a path is at least one byte, none of them zero"));
    }
    #[cfg(unix)]
    return Ok(Path::new(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes)));
    #[cfg(not(unix))]
    std::str::from_utf8(bytes)
        .map(Path::new)
        .map_err(|_| Failure::new(ESCROW_INVALID_TEXT, "path is not UTF-8"))
}

/// One input record of the caller's.
///
/// # Safety
/// As [`array`], for one element.
pub(crate) unsafe fn record<T: Plain>(pointer: *const T, name: &str) -> Result<T> {
    // SAFETY: the caller's promise is the same.
    Ok(unsafe { array(pointer, 1, name) }?[0])
}

/// A struct that begins with its own size, as a `u32`, and may have been shorter in an earlier
/// version or be longer in a later one. NULL is all zeros.
///
/// # Safety
/// `pointer` is NULL or leads to as many readable bytes as the first four of them say.
pub(crate) unsafe fn sized<T: Plain>(pointer: *const T, name: &str) -> Result<T> {
    /// No struct of any version is longer.
    const SIZE_MAX: usize = 4_096;
    let mut value = MaybeUninit::<T>::zeroed();
    if pointer.is_null() {
        // SAFETY: all patterns of bytes are values.
        return Ok(unsafe { value.assume_init() });
    }
    check::<T>(false, pointer.is_aligned(), 1, name)?;
    // SAFETY: not NULL and aligned; it has its size at least.
    let size = unsafe { pointer.cast::<u32>().read() } as usize;
    if !(size_of::<u32>()..=SIZE_MAX).contains(&size) {
        return Err(Failure::invalid(format!("{name} has no sensible struct_size")));
    }
    // SAFETY: the caller's promise is `size` bytes.
    let given = unsafe { bytes(pointer.cast(), size, name) }?;
    let (known, unknown) = given.split_at(size.min(size_of::<T>()));
    if unknown.iter().any(|&byte| byte != 0) {
        let message = format!("{name} has options that this version does not know");
        return Err(Failure::invalid(message));
    }
    // SAFETY: no more bytes are known than there are, and all patterns of them are values.
    unsafe {
        value.as_mut_ptr().cast::<u8>().copy_from_nonoverlapping(known.as_ptr(), known.len());
        Ok(value.assume_init())
    }
}

/// The same, where NULL is not allowed.
///
/// # Safety
/// As [`sized`].
pub(crate) unsafe fn sized_input<T: Plain>(pointer: *const T, name: &str) -> Result<T> {
    if pointer.is_null() {
        return Err(Failure::null(name));
    }
    // SAFETY: the caller's promise is the same.
    unsafe { sized(pointer, name) }
}

/// How many bytes of a `T` can be written behind the size of the caller's struct, which is made sure
/// of before there is much to write.
///
/// # Safety
/// `pointer` leads to as many writable bytes as the first four of them say.
pub(crate) unsafe fn sized_room<T: Plain>(pointer: *mut T, name: &str) -> Result<usize> {
    check::<T>(pointer.is_null(), pointer.is_aligned(), 1, name)?;
    // SAFETY: not NULL and aligned; it has its size at least.
    let size = unsafe { pointer.cast::<u32>().read() };
    let room = (size as usize).min(size_of::<T>()).checked_sub(size_of::<u32>());
    room.ok_or_else(|| Failure::invalid(format!("{name} has no sensible struct_size")))
}

/// Writes a struct that begins with its own size into the caller's, as far as that goes.
///
/// # Safety
/// As [`sized_room`].
pub(crate) unsafe fn write_sized<T: Plain>(pointer: *mut T, value: T, name: &str) -> Result<()> {
    // SAFETY: the caller's promise is the same.
    let room = unsafe { sized_room(pointer, name) }?;
    // SAFETY: `struct_size` covers itself and `room` bytes, of which `value` has as many.
    unsafe {
        let source = (&raw const value).cast::<u8>().add(size_of::<u32>());
        let target = pointer.cast::<u8>().add(size_of::<u32>());
        target.copy_from_nonoverlapping(source, room);
    }
    Ok(())
}

/// A number of the caller's that is 0 or 1.
pub(crate) fn flag(number: u32, name: &str) -> Result<bool> {
    match number {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Failure::invalid(format!("{name} is 0 or 1"))),
    }
}

/// Room of the caller's for outputs, which need not be initialised.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room<T> {
    pointer: *mut T,
    capacity: usize,
    name: &'static str,
}

/// Room for one output.
///
/// # Safety
/// As [`room`], for one element.
pub(crate) unsafe fn output<T>(pointer: *mut T, name: &'static str) -> Result<Room<T>> {
    // SAFETY: the caller's promise is the same.
    unsafe { room(pointer, 1, name) }
}

/// Room for up to `capacity` outputs; NULL is fine if there is none.
///
/// # Safety
/// `pointer` leads to room for `capacity` elements, which is this call's alone.
pub(crate) unsafe fn room<T>(
    pointer: *mut T,
    capacity: usize,
    name: &'static str,
) -> Result<Room<T>> {
    if capacity > 0 {
        check::<T>(pointer.is_null(), pointer.is_aligned(), capacity, name)?;
    }
    Ok(Room { pointer, capacity, name })
}

impl<T: Copy> Room<T> {
    /// All of it, whatever lies there.
    ///
    /// # Safety
    /// As [`room`]; this is the only way in which it is written.
    pub(crate) unsafe fn slots<'call>(self) -> &'call mut [MaybeUninit<T>] {
        if self.capacity == 0 {
            return &mut [];
        }
        // SAFETY: the room that was promised, not NULL and aligned.
        unsafe { std::slice::from_raw_parts_mut(self.pointer.cast(), self.capacity) }
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Writes a single output.
    pub(crate) fn set(self, value: T) {
        self.put(0, value);
    }

    /// Writes one of several outputs.
    pub(crate) fn put(&self, index: usize, value: T) {
        assert!(index < self.capacity, "outputs are counted before they are written");
        // SAFETY: within the room that was promised, and aligned.
        unsafe { self.pointer.add(index).write(value) };
    }

    /// Writes outputs from `index` on.
    pub(crate) fn put_all(&self, index: usize, values: &[T]) {
        let end = index.checked_add(values.len());
        assert!(end.is_some_and(|end| end <= self.capacity), "outputs are counted before");
        if !values.is_empty() {
            // SAFETY: within the room that was promised, which overlaps nothing of ours.
            unsafe {
                self.pointer.add(index).copy_from_nonoverlapping(values.as_ptr(), values.len());
            }
        }
    }

    /// Writes all of a list and its length; if it does not fit, only the length.
    pub(crate) fn fill(&self, length: Room<usize>, values: &[T]) -> Result<()> {
        length.set(values.len());
        if values.len() > self.capacity {
            return Err(Failure::too_small(self.name, values.len()));
        }
        self.put_all(0, values);
        Ok(())
    }

    /// Writes rows of one form as rows of another, as many as there are.
    pub(crate) fn put_each(&self, values: impl IntoIterator<Item = T>) {
        for (index, value) in values.into_iter().enumerate() {
            self.put(index, value);
        }
    }
}

fn check<T>(is_null: bool, is_aligned: bool, count: usize, name: &str) -> Result<()> {
    if is_null {
        return Err(Failure::null(name));
    }
    if !is_aligned {
        return Err(Failure::invalid(format!("{name} is not aligned")));
    }
    let bytes = count.checked_mul(size_of::<T>());
    if bytes.is_none_or(|bytes| bytes > isize::MAX as usize) {
        return Err(Failure::invalid(format!("{name} is longer than memory")));
    }
    Ok(())
}
