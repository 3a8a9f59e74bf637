//! A folder of the operating system's file system.
//!
//! Guarantees what [`super::Disk`] asks for as far as the file system does: `sync` is `fdatasync`
//! (which also makes a grown length durable) and `sync_folder` is `fsync` of the directory.
//!
//! The folder is opened once, and so is each folder in it: every name is looked up relative to a
//! descriptor. Whatever becomes of the working directory, of the path or of a folder's name,
//! nothing is read or written elsewhere. A sync fails if its file can no longer be found by the
//! path: see [`DiskFile::check_reachable`].
//!
//! It does not lock anything: that one process has the folder is the business of its user.

use super::access::FileAccess;
use super::folder::{Folder, Identity, Root, is_missing};
use super::named::{named, path_of, unusable};
use super::ownership;
use super::{Disk, DiskFile, OpenMode, check_folder, check_name};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::ffi::{CStr, CString};
use std::fmt::Debug;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The files under one folder of the file system. A clone is the same disk.
#[derive(Clone, Debug)]
pub struct LocalDisk {
    path: Arc<Path>,
    access: FileAccess,
    opened: Arc<Mutex<Opened>>,
}

/// The folders that were used so far.
#[derive(Debug, Default)]
struct Opened {
    root: Option<Arc<Root>>,
    /// Those inside, by their names.
    folders: BTreeMap<String, Arc<Folder>>,
    /// Who is told of the files that are created in a folder.
    watcher: Option<(&'static str, Arc<dyn Watcher>)>,
}

/// Is told of files that were created.
pub(crate) trait Watcher: Debug + Send + Sync {
    /// A file was created, and opened once more: the descriptor shares nothing with the disk's own.
    fn created(&self, file: OwnedFd);
}

impl LocalDisk {
    /// The disk whose names are relative to `root`, which need not be there before
    /// [`Disk::create_folder`] is called. A relative path is made absolute here; the folder is
    /// opened when it is first used.
    pub fn new(root: PathBuf) -> Self {
        // A path is relative to nothing where the working directory was removed: nothing is found.
        let path = std::path::absolute(&root).unwrap_or(root);
        Self { path: path.into(), access: FileAccess::default(), opened: Arc::default() }
    }

    /// Who else than the owner may use what this disk creates.
    #[must_use]
    pub fn with_access(mut self, access: FileAccess) -> Self {
        self.access = access;
        self
    }

    /// The folder that names are relative to, as an absolute path.
    pub fn root(&self) -> &Path {
        &self.path
    }

    /// Opens the folder now, if that was not done yet.
    ///
    /// # Errors
    /// Of the file system: [`io::ErrorKind::NotFound`] if there is no such folder.
    pub fn open_root(&self) -> io::Result<()> {
        self.opened().root(&self.path).map(drop).map_err(|error| self.named(error, ""))
    }

    /// Whether the path still leads to the folder that was opened.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] if it does not.
    pub fn check_root(&self) -> io::Result<()> {
        let root = self.opened().root(&self.path);
        root.and_then(|root| root.check()).map_err(|error| self.named(error, ""))
    }

    /// The folder, opened once more, which shares nothing with the descriptor that names are
    /// relative to: to be locked.
    pub(crate) fn reopen_root(&self) -> io::Result<OwnedFd> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let open =
            |root: Arc<Root>| Ok(rustix::fs::openat(root.folder(), c".", flags, Mode::empty())?);
        let root = self.opened().root(&self.path);
        root.and_then(open).map_err(|error| self.named(error, ""))
    }

    /// The number of the user that the folder belongs to.
    pub(crate) fn root_owner(&self) -> io::Result<u32> {
        Ok(rustix::fs::fstat(self.reopen_root()?)?.st_uid)
    }

    /// Which folder of the system it is, whatever its path: the numbers of its device and of
    /// itself.
    pub(crate) fn root_identity(&self) -> io::Result<(u64, u64)> {
        let stat = rustix::fs::fstat(self.reopen_root()?)?;
        Ok((stat.st_dev, stat.st_ino))
    }

    /// What was just created by this name in the folder belongs to whom the folder belongs to.
    pub(crate) fn give_to_owner(&self, name: &CStr) {
        if let Ok(root) = self.opened().root(&self.path) {
            ownership::give_name(root.folder(), name);
        }
    }

    /// A folder in it, as [`LocalDisk::reopen_root`]; `None` if it is not there.
    pub(crate) fn reopen_folder(&self, name: &str) -> io::Result<Option<OwnedFd>> {
        check_folder(name)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let open = |folder: Arc<Folder>| rustix::fs::openat(&folder, c".", flags, Mode::empty());
        let found = self.opened().found(&self.path, name);
        let reopened = found.and_then(|found| Ok(found.map(open).transpose()?));
        reopened.map_err(|error| self.named(error, name))
    }

    /// From now on, tells `watcher` of each file that this disk, or a clone of it, creates in a
    /// folder.
    pub(crate) fn watch(&self, folder: &'static str, watcher: Arc<dyn Watcher>) {
        self.opened().watcher = Some((folder, watcher));
    }

    /// Tells of a file that was just created.
    fn tell_watcher(&self, name: &str, folder: &Folder, file_name: &CStr) {
        let watcher = self.opened().watcher.clone();
        let is_in = |watched: &str| name.rsplit_once('/').is_some_and(|(of, _)| of == watched);
        if let Some((_, watcher)) = watcher.filter(|(watched, _)| is_in(watched)) {
            // Who may create a file and not open it again is not told.
            let opened = open_file(folder, file_name, OpenMode::ReadOnly, self.access);
            opened.map(|(file, _)| watcher.created(file)).unwrap_or_default();
        }
    }

    /// The descriptor of a file, to be locked.
    pub(crate) fn open_descriptor(&self, name: &str, mode: OpenMode) -> io::Result<OwnedFd> {
        let open = |(_, folder, file_name): (_, Arc<Folder>, CString)| {
            open_file(&folder, &file_name, mode, self.access).map(|(file, _)| file)
        };
        self.place(name).and_then(open).map_err(|error| self.named(error, name))
    }

    /// The names in a folder, of whatever kind; those that are not UTF-8 are altered.
    pub(crate) fn all_names(&self, folder: &str) -> io::Result<Vec<String>> {
        check_folder(folder)?;
        let found = self.opened().found(&self.path, folder);
        let names = found.and_then(|found| found.map_or(Ok(Vec::new()), |folder| folder.names()));
        names.map_err(|error| self.named(error, folder))
    }

    fn named(&self, error: io::Error, name: &str) -> io::Error {
        named(error, || path_of(&self.path, name))
    }

    fn opened(&self) -> MutexGuard<'_, Opened> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The folder that a file is in, and the file's name in there.
    fn place(&self, name: &str) -> io::Result<(Arc<Root>, Arc<Folder>, CString)> {
        check_name(name)?;
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let mut opened = self.opened();
        let root = opened.root(&self.path)?;
        Ok((root, opened.folder(&self.path, folder)?, CString::new(file)?))
    }
}

/// Opening must not wait for the other end of a pipe that stands in a file's place.
const FILE: OFlags = OFlags::CLOEXEC.union(OFlags::NONBLOCK).union(OFlags::NOCTTY);

impl Opened {
    fn root(&mut self, path: &Path) -> io::Result<Arc<Root>> {
        if let Some(root) = &self.root {
            return Ok(Arc::clone(root));
        }
        let root = Arc::new(Root::open(path)?);
        self.root = Some(Arc::clone(&root));
        Ok(root)
    }

    fn folder(&mut self, path: &Path, name: &str) -> io::Result<Arc<Folder>> {
        let root = self.root(path)?;
        if name.is_empty() {
            return Ok(Arc::clone(root.folder()));
        }
        if let Some(folder) = self.folders.get(name) {
            return Ok(Arc::clone(folder));
        }
        let folder = Arc::new(root.open_folder(name)?);
        self.folders.insert(name.to_owned(), Arc::clone(&folder));
        Ok(folder)
    }

    /// As [`Opened::folder`], and `None` if it is not there.
    fn found(&mut self, path: &Path, name: &str) -> io::Result<Option<Arc<Folder>>> {
        match self.folder(path, name) {
            Ok(folder) => Ok(Some(folder)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => match &self.root {
                Some(root) if !name.is_empty() => root.folder().check_no_link(name).map(|()| None),
                _ => Ok(None),
            },
            Err(error) => Err(error),
        }
    }
}

impl Disk for LocalDisk {
    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        self.do_open(name, mode).map_err(|error| self.named(error, name))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        self.do_list(folder).map_err(|error| self.named(error, folder))
    }

    fn create_folder(&self, folder: &str) -> io::Result<()> {
        self.do_create_folder(folder).map_err(|error| self.named(error, folder))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.do_rename(from, to).map_err(|error| self.named(error, from))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.do_remove(name).map_err(|error| self.named(error, name))
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        self.do_sync_folder(folder).map_err(|error| self.named(error, folder))
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        self.do_exists(name).map_err(|error| self.named(error, name))
    }
}

/// What [`Disk`] asks for, with errors that do not say what they are about.
impl LocalDisk {
    fn do_open(&self, name: &str, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        let (root, folder, file_name) = self.place(name)?;
        let (file, stat) = open_file(&folder, &file_name, mode, self.access)?;
        if mode == OpenMode::CreateNew {
            self.tell_watcher(name, &folder, &file_name);
        }
        let (file, identity) = (File::from(file), Identity::of(&stat));
        let (name, path) = (name.to_owned(), path_of(&self.path, name));
        let full_path = CString::new(path.as_os_str().as_bytes())?;
        let length_min = AtomicU64::new(0);
        Ok(Arc::new(LocalFile {
            file,
            name,
            path,
            full_path,
            file_name,
            identity,
            length_min,
            folder,
            root,
        }))
    }

    fn do_list(&self, folder: &str) -> io::Result<Vec<String>> {
        check_folder(folder)?;
        let Some(folder) = self.opened().found(&self.path, folder)? else { return Ok(Vec::new()) };
        let mut names = folder.names()?;
        let mut failed = None;
        names.retain(|name| {
            match folder.is_folder(name) {
                // What cannot be looked up under its name as text is none of the store's files.
                Ok(is_folder) => is_folder == Some(false),
                Err(error) => {
                    failed = failed.take().or(Some(error));
                    false
                }
            }
        });
        names.sort_unstable();
        failed.map_or(Ok(names), Err)
    }

    fn do_create_folder(&self, folder: &str) -> io::Result<()> {
        check_folder(folder)?;
        let mut opened = self.opened();
        if opened.root.is_none() {
            self.access.create_directories(&self.path)?;
        }
        let root = opened.root(&self.path)?;
        let ends = folder.match_indices('/').map(|(end, _)| end).chain([folder.len()]);
        for name in ends.map(|end| &folder[..end]).filter(|name| !name.is_empty()) {
            if root.create_folder(name, self.access)? {
                // What was there under the name before is not there any more.
                opened.folders.remove(name);
            }
        }
        opened.folder(&self.path, folder).map(drop)
    }

    fn do_rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (_, from_folder, from) = self.place(from)?;
        let (_, to_folder, to) = self.place(to)?;
        Ok(rustix::fs::renameat(&from_folder, &from, &to_folder, &to)?)
    }

    fn do_remove(&self, name: &str) -> io::Result<()> {
        let (_, folder, name) = self.place(name)?;
        Ok(rustix::fs::unlinkat(&folder, &name, AtFlags::empty())?)
    }

    fn do_sync_folder(&self, folder: &str) -> io::Result<()> {
        check_folder(folder)?;
        let folder = self.opened().folder(&self.path, folder)?;
        Ok(rustix::fs::fsync(&folder)?)
    }

    fn do_exists(&self, name: &str) -> io::Result<bool> {
        check_name(name)?;
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let folder = self.opened().found(&self.path, folder)?;
        folder.map_or(Ok(false), |folder| folder.is_file(file))
    }
}

fn open_file(
    folder: &Folder,
    name: &CStr,
    mode: OpenMode,
    access: FileAccess,
) -> io::Result<(OwnedFd, Stat)> {
    let open = |flags: OFlags| rustix::fs::openat(folder, name, flags | FILE, access.file_mode());
    let create = || open(OFlags::RDWR | OFlags::CREATE | OFlags::EXCL).map(|file| (file, true));
    let existing = |flags| open(flags).map(|file| (file, false));
    let opened = match mode {
        OpenMode::ReadOnly => existing(OFlags::RDONLY),
        OpenMode::Existing => existing(OFlags::RDWR),
        OpenMode::CreateNew => create(),
        OpenMode::OpenOrCreate => match existing(OFlags::RDWR) {
            Err(Errno::NOENT) => match create() {
                // Created by another process just now.
                Err(Errno::EXIST) => existing(OFlags::RDWR),
                created => created,
            },
            opened => opened,
        },
    };
    if opened.as_ref().is_err_and(|error| is_missing(*error)) {
        folder.check_no_link(&name.to_string_lossy())?;
    }
    let (file, is_new) = opened?;
    let stat = rustix::fs::fstat(&file)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(unusable("not a regular file"));
    }
    if is_new {
        access.give_to_file(&file, &stat);
        ownership::give_file(folder, &file);
    }
    Ok((file, stat))
}

#[derive(Debug)]
struct LocalFile {
    file: File,
    /// The name by which the disk was asked for it.
    name: String,
    /// Its path when the disk was made, and as the system takes it.
    path: PathBuf,
    full_path: CString,
    /// Its last part.
    file_name: CString,
    identity: Identity,
    /// It was made so long at least, as far as this process knows.
    length_min: AtomicU64,
    folder: Arc<Folder>,
    root: Arc<Root>,
}

impl LocalFile {
    /// Fails if somebody else has cut the file off, as who copies another over it does.
    fn check_length(&self, length: u64) -> io::Result<()> {
        if length >= self.length_min.load(Ordering::Acquire) {
            return Ok(());
        }
        let what = format!("{} was cut off by somebody else", self.path.display());
        Err(io::Error::new(io::ErrorKind::UnexpectedEof, what))
    }

    fn named(&self, error: io::Error) -> io::Error {
        named(error, || self.path.clone())
    }
}

impl DiskFile for LocalFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata().map_err(|error| self.named(error))?.len())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        // The system knows no offsets above i64::MAX and calls them invalid: no file reaches there.
        let end = offset.checked_add(buffer.len() as u64);
        if end.is_none_or(|end| i64::try_from(end).is_err()) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.file.read_exact_at(buffer, offset).map_err(|error| self.named(error))
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, offset).map_err(|error| self.named(error))?;
        self.length_min.fetch_max(offset + bytes.len() as u64, Ordering::AcqRel);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.length_min.store(0, Ordering::Release);
        self.file.set_len(length).map_err(|error| self.named(error))?;
        self.length_min.store(length, Ordering::Release);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data().map_err(|error| self.named(error))?;
        // Afterwards: what was removed while the disk was at it is not there either.
        self.check_reachable()
    }

    fn check_reachable(&self) -> io::Result<()> {
        // One look-up is enough where all is well: whoever opens the path finds this very file.
        if let Ok((found, length)) = Identity::and_length_at(rustix::fs::CWD, &self.full_path)
            && found == self.identity
        {
            return self.check_length(length);
        }
        self.root.check()?;
        self.root.check_folder(&self.folder)?;
        let gone = || self.root.gone(&self.name);
        match Identity::and_length_at(&self.folder, &self.file_name) {
            Ok((found, length)) if found == self.identity => self.check_length(length),
            Ok(_) => Err(gone()),
            Err(error) if is_missing(error) => Err(gone()),
            // Rights were dropped. Whether the file has any name can always be asked.
            Err(Errno::ACCESS | Errno::PERM) => match rustix::fs::fstat(&self.file)?.st_nlink {
                0 => Err(gone()),
                _ => Ok(()),
            },
            Err(error) => Err(error.into()),
        }
    }
}
