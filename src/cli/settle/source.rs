//! Where the rows come from: a file, or standard input and pipes, which are kept in memory because
//! the rows are read twice.

use crate::cli::failure::Failure;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name of standard input.
const STANDARD_INPUT: &str = "-";

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
            source.kept = Some(keep(io::stdin().lock()).map_err(unreadable)?);
            return Ok(source);
        }
        let file = File::open(path).map_err(unreadable)?;
        let kind = file.metadata().map_err(unreadable)?.file_type();
        if !kind.is_file() && !kind.is_dir() {
            source.kept = Some(keep(file).map_err(unreadable)?);
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

fn keep(mut from: impl Read) -> io::Result<Arc<[u8]>> {
    let mut all = Vec::new();
    from.read_to_end(&mut all)?;
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
