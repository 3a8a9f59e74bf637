//! The file of keys, as whoever keeps keys in it sees it: bytes that are compared and exchanged.
//!
//! Several may work on it at the same time, in several processes. One of them, the host, has the
//! file open; all requests go to it, and each is a few numbers and bytes. Nobody keeps a position
//! in the file, or believes what was read a moment ago: what is changed is changed only if it still
//! is as it was read.

use super::super::{Error, Result};
use crate::disk::{Disk, DiskFile, OpenMode};
use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The file of keys in the store's folder.
pub(crate) const KEYS_FILE: &str = "KEYS";
/// Under this name it is written once more while nobody has a key.
const NEW_FILE: &str = "KEYS.new";

/// Bytes of the head of the file: a change there is a new generation.
pub(crate) const KEYS_HEAD_BYTES: u64 = 8_192;
/// Bytes of each key that follows it.
pub(crate) const KEY_BYTES: u64 = 128;

/// The file of keys, whoever writes it: this process, or the host that it is a guest of.
///
/// After a write or sync that failed it is of no use any more, to anybody: what is on the disk is
/// not known. The store is to be opened again, by whichever process.
pub(crate) trait KeyFile: Send + Sync + Debug {
    /// Its length; 0 if there is none.
    fn len(&self) -> Result<u64>;

    /// So many bytes, or fewer where the file ends. Nothing of an exchange that is under way.
    fn read(&self, offset: u64, length: usize) -> Result<Vec<u8>>;

    /// Makes all of these changes, durably, if every place holds what is expected of it; otherwise
    /// changes nothing, and says `false`. Nobody comes in between.
    ///
    /// They are written in their order, each synced before the next. The file is made if there is
    /// none, and its name is durable then.
    fn exchange(&self, changes: &[Exchange]) -> Result<bool>;

    /// A number that is another one after each change of the head: [`KEYS_HEAD_BYTES`]. While it is
    /// the same, so is what was read there. It costs no reading; of one host's it rises; another
    /// host has others.
    ///
    /// A guest may give the last one that it was told, if each snapshot comes with the number as it
    /// was when the snapshot was taken, or later.
    fn generation(&self) -> Result<u64>;

    /// Whether what lies there is to be brought in line with what the store knows of persons, as an
    /// older copy may have been put in its place: how long the file was when it was opened and
    /// nobody used it; `None` if it is done. Keys within that length are not those of a command
    /// that is under way.
    ///
    /// Whoever dies in the midst of it has not said [`KeyFile::set_aligned`], and the next one does
    /// all of it again. Two may do it at the same time.
    fn unaligned(&self) -> Result<Option<u64>>;

    /// Says that it was brought in line.
    fn set_aligned(&self) -> Result<()>;
}

/// What is changed at one place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Exchange {
    pub(crate) offset: u64,
    /// What must be there, as far as this or the new bytes reach: shorter than the new ones where
    /// the file ends.
    pub(crate) expected: Vec<u8>,
    /// Empty if it is only compared.
    pub(crate) new: Vec<u8>,
}

/// How somebody comes to have the file open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Succession {
    /// Nobody is at work: whoever made a key before has put the row that needs it, or is dead.
    First,
    /// Others go on who had a former host. A key that no row names yet may be that of one of them.
    TakenOver,
}

/// The file of keys on a disk, as the one process has it that writes it.
#[derive(Debug)]
pub(crate) struct LocalKeyFile {
    disk: Arc<dyn Disk>,
    contents: RwLock<Contents>,
    generation: AtomicU64,
    unaligned: Mutex<Option<u64>>,
}

#[derive(Debug)]
struct Contents {
    /// `None` as long as there is none.
    file: Option<Arc<dyn DiskFile>>,
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Sound,
    /// A write or sync failed: what is on the disk is not known.
    Failed,
    /// The store takes no more work.
    Closed,
}

impl Contents {
    fn check(&self) -> Result<()> {
        match self.state {
            State::Sound => Ok(()),
            State::Failed => {
                Err(Error::Poisoned(format!("file {KEYS_FILE}: an earlier write failed")))
            }
            State::Closed => Err(Error::Closed),
        }
    }

    fn len(&self) -> Result<u64> {
        Ok(self.file.as_ref().map_or(Ok(0), |file| file.len())?)
    }

    fn read(&self, offset: u64, length: usize) -> Result<Vec<u8>> {
        let Some(file) = &self.file else { return Ok(Vec::new()) };
        let left = file.len()?.saturating_sub(offset);
        let mut bytes = vec![0; length.min(usize::try_from(left).unwrap_or(usize::MAX))];
        if !bytes.is_empty() {
            file.read_at(offset, &mut bytes)?;
        }
        Ok(bytes)
    }

    fn is_as_expected(&self, change: &Exchange) -> Result<bool> {
        let length = change.expected.len().max(change.new.len());
        Ok(self.read(change.offset, length)? == change.expected)
    }

    fn write(&mut self, disk: &dyn Disk, changes: &[&Exchange]) -> Result<()> {
        let is_new = self.file.is_none();
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(disk.open(KEYS_FILE, OpenMode::OpenOrCreate)?),
        };
        for change in changes {
            file.write_at(change.offset, &change.new)?;
            file.sync()?;
        }
        if is_new {
            disk.sync_folder("")?;
        }
        Ok(())
    }

    /// A number that follows from the head.
    fn head_number(&self) -> Result<u64> {
        let hash = blake3::hash(&self.read(0, KEYS_HEAD_BYTES as usize)?);
        let (mut first, bytes) = ([0; 8], hash.as_bytes());
        first.copy_from_slice(&bytes[..8]);
        // There is room to count up.
        Ok(u64::from_le_bytes(first) >> 1)
    }
}

impl LocalKeyFile {
    /// Opens the file, if there is one. A key at its end that was not written to its end is cut
    /// off: nobody was given it, and it would be a damaged key among others as soon as the next one
    /// stands behind it. If there is no key yet, the file gets its name anew.
    pub(crate) fn open(disk: Arc<dyn Disk>, succession: Succession) -> Result<Self> {
        let file = match disk.open(KEYS_FILE, OpenMode::Existing) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            file => Some(file?),
        };
        let file = match file {
            Some(file) if file.len()? <= KEYS_HEAD_BYTES => Some(rename_anew(&*disk, &*file)?),
            Some(file) => {
                cut_torn_end(&*file)?;
                Some(file)
            }
            None => None,
        };
        let opened = Self::of(disk, file)?;
        let length = match succession {
            Succession::First => opened.read_lock().len()?,
            Succession::TakenOver => 0,
        };
        *opened.unaligned.lock().unwrap_or_else(PoisonError::into_inner) = Some(length);
        Ok(opened)
    }

    /// The file as it is, to look at it; `None` if there is none.
    pub(crate) fn find(disk: &Arc<dyn Disk>) -> Result<Option<Self>> {
        if !disk.exists(KEYS_FILE)? {
            return Ok(None);
        }
        let file = disk.open(KEYS_FILE, OpenMode::ReadOnly)?;
        Self::of(Arc::clone(disk), Some(file)).map(Some)
    }

    fn of(disk: Arc<dyn Disk>, file: Option<Arc<dyn DiskFile>>) -> Result<Self> {
        let contents = Contents { file, state: State::Sound };
        let generation = AtomicU64::new(contents.head_number()?);
        Ok(Self { disk, contents: RwLock::new(contents), generation, unaligned: Mutex::new(None) })
    }

    /// Does something while nothing of the file changes.
    pub(super) fn paused(&self, work: &mut dyn FnMut() -> Result<()>) -> Result<()> {
        let contents = self.read_lock();
        if let State::Failed = contents.state {
            contents.check()?;
        }
        work()
    }

    /// Waits for the exchange that is under way. After it nothing is read or written.
    pub(super) fn close(&self) {
        self.write_lock().state = State::Closed;
    }

    fn read_lock(&self) -> RwLockReadGuard<'_, Contents> {
        self.contents.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_lock(&self) -> RwLockWriteGuard<'_, Contents> {
        self.contents.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyFile for LocalKeyFile {
    fn len(&self) -> Result<u64> {
        let contents = self.read_lock();
        contents.check()?;
        contents.len()
    }

    fn read(&self, offset: u64, length: usize) -> Result<Vec<u8>> {
        let contents = self.read_lock();
        contents.check()?;
        contents.read(offset, length)
    }

    fn exchange(&self, changes: &[Exchange]) -> Result<bool> {
        let mut contents = self.write_lock();
        contents.check()?;
        for change in changes {
            if !contents.is_as_expected(change)? {
                return Ok(false);
            }
        }
        let changes: Vec<_> = changes.iter().filter(|change| !change.new.is_empty()).collect();
        if changes.is_empty() {
            return Ok(true);
        }
        let written = contents.write(&*self.disk, &changes);
        if written.is_err() {
            contents.state = State::Failed;
        }
        // Once it is written, so that whoever has the new number reads the new head.
        if changes.iter().any(|change| change.offset < KEYS_HEAD_BYTES) {
            self.generation.fetch_add(1, Ordering::Release);
        }
        written.map(|()| true)
    }

    fn generation(&self) -> Result<u64> {
        Ok(self.generation.load(Ordering::Acquire))
    }

    fn unaligned(&self) -> Result<Option<u64>> {
        Ok(*self.unaligned.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set_aligned(&self) -> Result<()> {
        *self.unaligned.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }
}

/// Writes the file once more and gives it its name again, in which nobody has a key yet. Its name
/// may not be durable: the sync of the folder may have failed or never have been made, and another
/// one would not find out. A folder that has changed is written with all its names.
///
/// No key is made before the name is durable, so that where there is one, this was done.
fn rename_anew(disk: &dyn Disk, file: &dyn DiskFile) -> Result<Arc<dyn DiskFile>> {
    if disk.exists(NEW_FILE)? {
        disk.remove(NEW_FILE)?;
    }
    let new = disk.open(NEW_FILE, OpenMode::CreateNew)?;
    let mut bytes = vec![0; file.len()?.min(KEYS_HEAD_BYTES) as usize];
    file.read_at(0, &mut bytes)?;
    new.write_at(0, &bytes)?;
    new.sync()?;
    disk.rename(NEW_FILE, KEYS_FILE)?;
    disk.sync_folder("")?;
    // By the name that it has from now on.
    Ok(disk.open(KEYS_FILE, OpenMode::Existing)?)
}

fn cut_torn_end(file: &dyn DiskFile) -> Result<()> {
    let length = file.len()?;
    let end = length.saturating_sub(length.saturating_sub(KEYS_HEAD_BYTES) % KEY_BYTES);
    if length > end {
        file.set_len(end)?;
        file.sync()?;
    }
    Ok(())
}
