//! Small files of text with a checksum, which are there whole or not at all.
//!
//! Knows nothing of what the text says.

use super::{Error, Result};
use crate::disk::{Disk, OpenMode};

/// The longest file that is looked at.
const BYTES_MAX: u64 = 4_096;

/// Writes the file under another name, and renames it when it is durable.
pub(super) fn write(disk: &dyn Disk, name: &str, text: &str) -> Result<()> {
    let new = new_name(name);
    if disk.exists(&new)? {
        disk.remove(&new)?;
    }
    let file = disk.open(&new, OpenMode::CreateNew)?;
    let crc = crc32fast::hash(text.as_bytes());
    file.write_at(0, format!("{text}crc32 {crc:08x}\n").as_bytes())?;
    file.sync()?;
    disk.rename(&new, name)?;
    disk.sync_folder("")?;
    Ok(())
}

/// The name under which the file is written.
pub(super) fn new_name(name: &str) -> String {
    format!("{name}.new")
}

/// The text, which matches its checksum.
pub(super) fn read(disk: &dyn Disk, name: &str) -> Result<String> {
    let file = disk.open(name, OpenMode::ReadOnly)?;
    let length = file.len()?;
    if length > BYTES_MAX {
        return Err(damaged(name, "is too long"));
    }
    let mut bytes = vec![0; length as usize];
    file.read_at(0, &mut bytes)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| damaged(name, "is not text"))?;
    let (body, crc) = text.split_once("crc32 ").ok_or_else(|| damaged(name, "has no checksum"))?;
    if crc != format!("{:08x}\n", crc32fast::hash(body.as_bytes())) {
        return Err(damaged(name, "does not match its checksum"));
    }
    Ok(body.to_owned())
}

/// The file is not what it should be.
pub(super) fn damaged(name: &str, what: &str) -> Error {
    Error::Corrupt(format!("file {name} {what}"))
}
