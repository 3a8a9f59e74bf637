//! Files that a command reads whole: a key, a policy, a note, a head.
//!
//! Guaranteed: reading one ends. A pipe or a device, to which somebody may write for ever or never,
//! is refused, also where it takes the place of a file meanwhile, and so is more than was expected.

use std::fs::{File, Metadata};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use zeroize::Zeroizing;

/// For `open`: what may have come into the place of the file is not waited for.
const WITHOUT_WAITING: i32 = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();

/// Opens a regular file to read it; otherwise the reason, for people.
pub(super) fn open(path: &Path) -> Result<File, String> {
    let unread = |error: std::io::Error| error.to_string();
    // Looked at before it is opened: to open a pipe or a device does something to it.
    check_kind(&std::fs::metadata(path).map_err(unread)?)?;
    let file = File::options().read(true).custom_flags(WITHOUT_WAITING).open(path);
    let file = file.map_err(unread)?;
    check_kind(&file.metadata().map_err(unread)?)?;
    Ok(file)
}

/// A file's bytes up to so many, and one more if it has more. They leave the memory when they are
/// dropped.
pub(super) fn read(file: File, bytes_max: usize) -> Result<Zeroizing<Vec<u8>>, String> {
    let room = bytes_max.saturating_add(1);
    // Room from the start: growing would leave a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    file.take(room as u64).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// All text of a file, which has at most so many bytes.
pub(super) fn read_text(path: &Path, bytes_max: usize) -> Result<Zeroizing<String>, String> {
    let bytes = read(open(path)?, bytes_max)?;
    if bytes.len() > bytes_max {
        return Err(format!("it is longer than {bytes_max} bytes"));
    }
    let text = str::from_utf8(&bytes).map_err(|_| "it is not UTF-8: save it as UTF-8")?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn check_kind(about: &Metadata) -> Result<(), String> {
    match about.is_file() {
        true => Ok(()),
        false => Err("not a file, but a pipe, device or folder".to_owned()),
    }
}
