//! Open folders of the file system, and whether they are still where they were opened.

use super::access::FileAccess;
use super::named::unusable;
use super::ownership;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

/// What makes a file this one and no other, as long as it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    #[expect(
        clippy::unnecessary_cast,
        trivial_numeric_casts,
        reason = "these have other types on other machines"
    )]
    pub(super) fn of(stat: &Stat) -> Self {
        Self { device: stat.st_dev as u64, inode: stat.st_ino as u64 }
    }

    /// Of what has this name in an open folder, links followed.
    pub(super) fn at(folder: impl AsFd, name: &CStr) -> Result<Self, Errno> {
        Self::and_length_at(folder, name).map(|(identity, _)| identity)
    }

    /// As [`Identity::at`], with the length in bytes.
    ///
    /// Asks for no times where that can be said: on Linux, who has asked for the time of the last
    /// change gets a finer one for the next, and a file whose times change with each write takes
    /// half as long again to be synced.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(super) fn and_length_at(folder: impl AsFd, name: &CStr) -> Result<(Self, u64), Errno> {
        use rustix::fs::{StatxFlags, makedev, statx};
        let wanted = StatxFlags::INO | StatxFlags::SIZE;
        match statx(folder.as_fd(), name, AtFlags::empty(), wanted) {
            Ok(found) => {
                let device = makedev(found.stx_dev_major, found.stx_dev_minor);
                Ok((Self { device, inode: found.stx_ino }, found.stx_size))
            }
            // Kernels and sandboxes that are older than the call.
            Err(Errno::NOSYS | Errno::PERM) => Self::by_stat(folder, name),
            Err(error) => Err(error),
        }
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(super) fn and_length_at(folder: impl AsFd, name: &CStr) -> Result<(Self, u64), Errno> {
        Self::by_stat(folder, name)
    }

    fn by_stat(folder: impl AsFd, name: &CStr) -> Result<(Self, u64), Errno> {
        let stat = rustix::fs::statat(folder, name, AtFlags::empty())?;
        Ok((Self::of(&stat), u64::try_from(stat.st_size).unwrap_or(0)))
    }
}

/// A folder by its descriptor.
#[derive(Debug)]
pub(super) struct Folder {
    descriptor: OwnedFd,
    /// Relative to the root, which has the empty name.
    name: CString,
    identity: Identity,
}

impl AsFd for Folder {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

impl Folder {
    fn new(descriptor: OwnedFd, name: CString) -> io::Result<Self> {
        let identity = Identity::of(&rustix::fs::fstat(&descriptor)?);
        Ok(Self { descriptor, name, identity })
    }

    /// All names in it, of whatever kind; those that are not UTF-8 are altered.
    pub(super) fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(self)? {
            let entry = entry?;
            let name = entry.file_name();
            if name != c"." && name != c".." {
                names.push(name.to_string_lossy().into_owned());
            }
        }
        Ok(names)
    }

    /// What has this name in it, links followed; `None` if nothing has. A link that leads nowhere
    /// is not nothing but an error: what it stood for is on a medium that is not there, or got
    /// lost.
    fn kind(&self, name: &str) -> io::Result<Option<FileType>> {
        match rustix::fs::statat(self, name, AtFlags::empty()) {
            Ok(stat) => Ok(Some(FileType::from_raw_mode(stat.st_mode))),
            Err(error) if is_missing(error) => self.check_no_link(name).map(|()| None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether there is a file of this name in it, or a link to one. What is no regular file, and
    /// stands in the place of one, is an error.
    pub(super) fn is_file(&self, name: &str) -> io::Result<bool> {
        match self.kind(name)? {
            None => Ok(false),
            Some(FileType::RegularFile) => Ok(true),
            Some(_) => Err(unusable("not a regular file")),
        }
    }

    /// Whether this is the name of a folder in it, or of a link to one, and not of anything else,
    /// be it a link that leads nowhere; `None` if nothing has it.
    pub(super) fn is_folder(&self, name: &str) -> io::Result<Option<bool>> {
        let kind = |flags| match rustix::fs::statat(self, name, flags) {
            Ok(stat) => Ok(Some(FileType::from_raw_mode(stat.st_mode))),
            Err(error) if is_missing(error) => Ok(None),
            Err(error) => Err(error),
        };
        let found = match kind(AtFlags::empty())? {
            None => kind(AtFlags::SYMLINK_NOFOLLOW)?,
            found => found,
        };
        Ok(found.map(|found| found == FileType::Directory))
    }

    /// Fails if a name that leads nowhere is a link, and not missing.
    pub(super) fn check_no_link(&self, name: &str) -> io::Result<()> {
        match rustix::fs::statat(self, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink => {
                Err(unusable("a link that leads nowhere"))
            }
            Ok(_) => Ok(()),
            Err(error) if is_missing(error) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The folder that names are relative to, and the path by which it was opened.
#[derive(Debug)]
pub(super) struct Root {
    folder: Arc<Folder>,
    /// Absolute.
    path: CString,
    /// What `/` was when it was opened, if that can be told: a path means something else in a
    /// process that has changed its root.
    system_root: Option<Identity>,
}

impl Root {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let path = CString::new(path.as_os_str().as_bytes())?;
        let descriptor = open_folder(rustix::fs::CWD, &path)?;
        let folder = Arc::new(Folder::new(descriptor, CString::default())?);
        Ok(Self { folder, path, system_root: system_root() })
    }

    pub(super) fn folder(&self) -> &Arc<Folder> {
        &self.folder
    }

    pub(super) fn open_folder(&self, name: &str) -> io::Result<Folder> {
        let name = CString::new(name)?;
        Folder::new(open_folder(&self.folder, &name)?, name)
    }

    /// Creates a folder whose parent is there; says whether it was not there before.
    pub(super) fn create_folder(&self, name: &str, access: FileAccess) -> io::Result<bool> {
        match rustix::fs::mkdirat(&self.folder, name, access.folder_mode()) {
            Ok(()) => {
                access.give_to_folder(&self.folder, name);
                ownership::give_name(&self.folder, &CString::new(name)?);
                Ok(true)
            }
            Err(Errno::EXIST) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Fails if the path leads to another folder than this one, or to none. A path that this
    /// process may no longer look at, because it has given up rights or changed its root, tells
    /// nothing.
    pub(super) fn check(&self) -> io::Result<()> {
        let is_gone = match Identity::at(rustix::fs::CWD, &self.path) {
            Ok(found) => found != self.folder.identity,
            Err(error) if is_missing(error) => true,
            Err(Errno::ACCESS | Errno::PERM | Errno::NAMETOOLONG | Errno::NOMEM) => false,
            Err(error) => return Err(error.into()),
        };
        let sees_the_same = || self.system_root.is_some() && self.system_root == system_root();
        if is_gone && sees_the_same() { Err(self.gone("the directory")) } else { Ok(()) }
    }

    /// Fails if a folder in this one has lost its name or given it to another.
    pub(super) fn check_folder(&self, folder: &Folder) -> io::Result<()> {
        if folder.name.is_empty() {
            return Ok(());
        }
        let gone = || self.gone(&folder.name.to_string_lossy());
        match Identity::at(&self.folder, &folder.name) {
            Ok(found) if found == folder.identity => Ok(()),
            Ok(_) => Err(gone()),
            Err(error) if is_missing(error) => Err(gone()),
            Err(Errno::ACCESS | Errno::PERM) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The error for what was renamed, replaced or removed.
    pub(super) fn gone(&self, what: &str) -> io::Error {
        let path = self.path.to_string_lossy();
        let what = format!("{what} is not at {path} any more: it was renamed, replaced or removed");
        io::Error::new(io::ErrorKind::NotFound, what)
    }
}

fn open_folder(relative_to: impl AsFd, name: &CStr) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(rustix::fs::openat(relative_to, name, flags, Mode::empty())?)
}

fn system_root() -> Option<Identity> {
    Identity::at(rustix::fs::CWD, c"/").ok()
}

/// Whether the error says that there is nothing of that name.
pub(super) fn is_missing(error: Errno) -> bool {
    matches!(error, Errno::NOENT | Errno::NOTDIR | Errno::LOOP)
}
