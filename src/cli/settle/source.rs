//! Where the rows come from: a file, or standard input and pipes, which are kept in memory because
//! the rows are read twice.

use crate::cli::failure::Failure;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name of standard input.
const STANDARD_INPUT: &str = "-";

/// The greatest number of bytes of what is kept in memory: a device never ends.
const KEPT_BYTES_MAX: u64 = 1 << 30;

/// What can be read from its beginning as often as need be.
pub(crate) struct Source {
    path: PathBuf,
    /// All of it, unless it is a file that can be read again.
    kept: Option<Arc<[u8]>>,
}

/// An open source.
pub(crate) trait Bytes: Read + Seek {}
impl<T: Read + Seek> Bytes for T {}

impl Source {
    /// The file at the path, or standard input for `-`.
    pub(crate) fn at(path: &Path) -> Result<Self, Failure> {
        let mut source = Self { path: path.to_path_buf(), kept: None };
        let unreadable = |error| unreadable(path, &error);
        if path.as_os_str() == STANDARD_INPUT {
            source.kept = Some(keep(io::stdin().lock(), KEPT_BYTES_MAX).map_err(unreadable)?);
            return Ok(source);
        }
        let file = File::open(path).map_err(unreadable)?;
        let kind = file.metadata().map_err(unreadable)?.file_type();
        if !kind.is_file() && !kind.is_dir() {
            source.kept = Some(keep(file, KEPT_BYTES_MAX).map_err(unreadable)?);
        }
        Ok(source)
    }

    /// As it is named in messages.
    pub(crate) fn name(&self) -> String {
        match self.path.as_os_str() == STANDARD_INPUT {
            true => "standard input".to_owned(),
            false => self.path.display().to_string(),
        }
    }

    /// From its beginning, with its length in bytes, and whether its last line does not end.
    pub(super) fn open(&self) -> Result<(Box<dyn Bytes>, u64, bool), Failure> {
        let unreadable = |error| unreadable(&self.path, &error);
        let mut bytes: Box<dyn Bytes> = match &self.kept {
            Some(kept) => Box::new(Cursor::new(Arc::clone(kept))),
            None => Box::new(File::open(&self.path).map_err(unreadable)?),
        };
        let (length, is_cut_off) = ending(&mut bytes).map_err(unreadable)?;
        Ok((bytes, length, is_cut_off))
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let name = if path.as_os_str() == STANDARD_INPUT {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    };
    Failure::input(format!("cannot read {name}: {error}"))
}

fn keep(from: impl Read, bytes_max: u64) -> io::Result<Arc<[u8]>> {
    let mut all = Vec::new();
    from.take(bytes_max.saturating_add(1)).read_to_end(&mut all)?;
    if all.len() as u64 > bytes_max {
        let what = format!("more than {bytes_max} bytes: put them into a file, and name that");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
    }
    Ok(all.into())
}

/// The length, and whether the last line does not end.
fn ending(bytes: &mut dyn Bytes) -> io::Result<(u64, bool)> {
    let length = bytes.seek(SeekFrom::End(0))?;
    let mut last = [b'\n'];
    if length > 0 {
        bytes.seek(SeekFrom::End(-1))?;
        bytes.read_exact(&mut last)?;
    }
    bytes.seek(SeekFrom::Start(0))?;
    Ok((length, last != [b'\n']))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Symptom: `settle /dev/zero` took all memory of the machine. Cause: what cannot be read twice
    /// is kept, however long it is.
    #[test]
    fn what_never_ends_is_not_kept() {
        assert_eq!(keep(&b"1234"[..], 4).expect("four bytes").as_ref(), b"1234");
        let error = keep(io::repeat(0), 4).expect_err("a device").to_string();
        assert!(error.contains("put them into a file"), "{error}");
    }
}
