//! A folder of the operating system's file system.
//!
//! Guarantees what [`super::Disk`] asks for as far as the file system does: `sync` is `fdatasync`
//! (which also makes a grown length durable) and `sync_folder` is `fsync` of the directory.
//!
//! It does not lock anything: that one process has the folder is the business of its user.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Disk, DiskFile, OpenMode, check_folder, check_name};

/// The files under one folder of the file system.
#[derive(Clone, Debug)]
pub struct LocalDisk {
    root: PathBuf,
}

impl LocalDisk {
    /// The disk whose names are relative to `root`, which need not be there before
    /// [`Disk::create_folder`] is called.
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The folder that names are relative to.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn file_path(&self, name: &str) -> io::Result<PathBuf> {
        check_name(name)?;
        Ok(self.root.join(name))
    }

    fn folder_path(&self, folder: &str) -> io::Result<PathBuf> {
        check_folder(folder)?;
        // Joining "" would append a separator, which is harmless but shows in messages.
        Ok(if folder.is_empty() { self.root.clone() } else { self.root.join(folder) })
    }
}

impl Disk for LocalDisk {
    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        let path = self.file_path(name)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        match mode {
            OpenMode::Existing => {}
            OpenMode::OpenOrCreate => {
                options.create(true).truncate(false);
            }
            OpenMode::CreateNew => {
                options.create_new(true);
            }
        }
        Ok(Arc::new(LocalFile { file: options.open(path)? }))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(self.folder_path(folder)?) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry?;
            if !entry.file_type()?.is_file() {
                continue;
            }
            // The store gives no name that is not UTF-8, so such a file is not one of its files.
            if let Ok(name) = entry.file_name().into_string() {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn create_folder(&self, folder: &str) -> io::Result<()> {
        fs::create_dir_all(self.folder_path(folder)?)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.file_path(from)?, self.file_path(to)?)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.file_path(name)?)
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        File::open(self.folder_path(folder)?)?.sync_all()
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        match fs::metadata(self.file_path(name)?) {
            Ok(metadata) => Ok(metadata.is_file()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

#[derive(Debug)]
struct LocalFile {
    file: File,
}

impl DiskFile for LocalFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        // The system knows no offsets above i64::MAX and calls them invalid: no file reaches there.
        let end = offset.checked_add(buffer.len() as u64);
        if end.is_none_or(|end| i64::try_from(end).is_err()) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.file.read_exact_at(buffer, offset)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, offset)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.file.set_len(length)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}
