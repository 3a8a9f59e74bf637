//! A disk in memory that forgets what was not synced, and fails when it is told to.
//!
//! The disk keeps what the running system sees apart from what would survive a power cut: written
//! sectors, lengths and names wait until a sync makes them durable. A power cut keeps any subset of
//! what waits. All of it follows from one seed and the calls that were made: there is no clock
//! here.

use crate::contents::{Change, Contents};
use crate::gate::Gate;
use crate::names::{NameChange, Names, parent};
use crate::random::Random;
use escrowdb::disk::{Disk, DiskFile, OpenMode};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The file whose syncs can be held at the gate.
const STATE_FILE: &str = "state.redb";

/// Files under simulation. A clone is the same disk.
#[derive(Clone, Debug)]
pub(crate) struct SimulatedDisk {
    state: Arc<Mutex<State>>,
    pub(crate) gate: Arc<Gate>,
}

#[derive(Clone, Debug)]
struct State {
    /// All files that ever were, by number: a file without a name may still be open.
    files: Vec<Contents>,
    seen: Names,
    durable: Names,
    pending: Vec<NameChange>,
    /// Which power-up this is: a file that was opened before the last power cut is gone.
    powered: u64,
    calls: u64,
    plan: Option<Plan>,
    /// How many calls may still be made: a store that needs more loops for ever.
    calls_left: u64,
    random: Random,
}

/// What goes wrong, and at which call from now on. The first call is 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) call: u64,
    pub(crate) fault: Fault,
}

/// What goes wrong. Only calls that it can happen to are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// The power fails: this call changes nothing that it promises, and none after it succeeds.
    PowerLoss,
    /// This one call fails as on a bad sector. A write may have written any of its sectors.
    Io,
    /// This one sync fails. It has made durable any part of what it should have, and what it has
    /// not is never written: the system takes it for written.
    Sync,
    /// As `Sync`, and it has made nothing durable.
    LostSync,
    /// This one call fails for lack of space, a write before it has written anything.
    NoSpace,
    /// This one write writes half of its bytes and fails; none of them if they replace a part of
    /// one sector.
    ShortWrite,
    /// What `PowerLoss` is from its second call on.
    NoPower,
}

impl Fault {
    fn error(self) -> io::Error {
        match self {
            Self::PowerLoss | Self::NoPower => io::Error::other("the power failed"),
            // As the system's own numbers say it: EIO and ENOSPC.
            Self::Io | Self::Sync | Self::LostSync | Self::ShortWrite => {
                io::Error::from_raw_os_error(5)
            }
            Self::NoSpace => io::Error::from_raw_os_error(28),
        }
    }
}

/// What a call does, as far as faults go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Call {
    Read,
    Write,
    Sync,
    Name,
}

impl SimulatedDisk {
    pub(crate) fn new(seed: u64) -> Self {
        let state = State {
            files: Vec::new(),
            seen: Names::default(),
            durable: Names::default(),
            pending: Vec::new(),
            powered: 0,
            calls: 0,
            plan: None,
            calls_left: u64::MAX,
            random: Random::new(seed),
        };
        Self::of(state)
    }

    fn of(state: State) -> Self {
        Self { state: Arc::new(Mutex::new(state)), gate: Arc::default() }
    }

    pub(crate) fn plan(&self, plan: Plan) {
        let mut state = self.lock();
        state.calls = 0;
        state.plan = Some(plan);
    }

    /// Lets so many calls be made, and panics at the next one. A limit by the clock would be missed
    /// by a machine that stands still for a while.
    pub(crate) fn limit_calls(&self, most: u64) {
        self.lock().calls_left = most;
    }

    /// Whether something has gone wrong.
    pub(crate) fn has_failed(&self) -> bool {
        let state = self.lock();
        state.plan.is_some_and(|plan| state.calls >= plan.call)
    }

    /// Ends what goes wrong, and says whether anything did.
    pub(crate) fn heal(&self) -> bool {
        let failed = self.has_failed();
        self.lock().plan = None;
        failed
    }

    /// Cuts the power and restores it: any subset of what was not synced has reached the disk.
    pub(crate) fn cut_power(&self) {
        let mut state = self.lock();
        let state = &mut *state;
        let kept_percent = state.random.below(101);
        for change in std::mem::take(&mut state.pending) {
            if state.random.below(100) < kept_percent {
                state.durable.apply(&change);
            }
        }
        // The files in a folder whose name is lost are lost with it.
        let Names { files, folders } = &mut state.durable;
        files.retain(|name, _| parent(name).is_empty() || folders.contains(parent(name)));
        for contents in &mut state.files {
            contents.lose(&mut state.random);
        }
        state.seen = state.durable.clone();
        state.powered += 1;
        state.plan = None;
    }

    /// A second disk with all that is seen here, and all that is durable.
    pub(crate) fn fork(&self) -> Self {
        Self::of(self.lock().clone())
    }

    /// A second disk on which all that is seen here is durable.
    pub(crate) fn duplicate(&self) -> Self {
        let mut state = self.lock().clone();
        for contents in &mut state.files {
            contents.pending.clear();
            contents.durable.clone_from(&contents.seen);
        }
        state.pending.clear();
        state.durable = state.seen.clone();
        (state.plan, state.calls) = (None, 0);
        Self::of(state)
    }

    /// Puts segments of another disk, which are not here, into their folder, durably.
    pub(crate) fn bring_back(&self, from: &Self) {
        let (mut state, from) = (self.lock(), from.lock());
        let state = &mut *state;
        for (name, &file) in &from.seen.files {
            if name.ends_with(".seg") && !state.seen.files.contains_key(name) {
                let seen = from.files[file].seen.clone();
                let durable = seen.clone();
                let number = state.files.len();
                state.files.push(Contents { seen, durable, pending: Vec::new() });
                for names in [&mut state.seen, &mut state.durable] {
                    names.files.insert(name.clone(), number);
                }
            }
        }
    }

    /// The names of all files.
    pub(crate) fn names(&self) -> Vec<String> {
        self.lock().seen.files.keys().cloned().collect()
    }

    /// The contents of a file, to be looked at, or changed without the store's knowledge.
    pub(crate) fn with_file<R>(&self, name: &str, look: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        let mut state = self.lock();
        let file = state.seen.files[name];
        let contents = &mut state.files[file];
        let result = look(&mut contents.seen);
        contents.pending.clear();
        contents.durable.clone_from(&contents.seen);
        result
    }

    /// Begins a call about names.
    fn enter(&self) -> MutexGuard<'_, State> {
        self.gate.pass(false);
        self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts a call; says what goes wrong with it.
    fn call(&mut self, call: Call) -> Option<Fault> {
        self.calls_left = self.calls_left.checked_sub(1).expect("it ends before so many calls");
        let plan = self.plan?;
        let is_power = plan.fault == Fault::PowerLoss;
        if is_power && self.calls >= plan.call {
            return Some(Fault::NoPower);
        }
        let counts = match plan.fault {
            Fault::Io => true,
            Fault::Sync | Fault::LostSync => call == Call::Sync,
            Fault::ShortWrite => call == Call::Write,
            Fault::PowerLoss | Fault::NoPower | Fault::NoSpace => call != Call::Read,
        };
        self.calls += u64::from(counts);
        (counts && self.calls == plan.call).then_some(plan.fault)
    }

    /// Counts a call in which nothing is left half done.
    fn check(&mut self, call: Call) -> io::Result<()> {
        self.call(call).map_or(Ok(()), |fault| Err(fault.error()))
    }

    fn change_name(&mut self, change: NameChange) {
        self.seen.apply(&change);
        self.pending.push(change);
    }

    fn require_parent(&self, name: &str) -> io::Result<()> {
        let folder = parent(name);
        if folder.is_empty() || self.seen.folders.contains(folder) {
            return Ok(());
        }
        Err(io::ErrorKind::NotFound.into())
    }
}

impl Disk for SimulatedDisk {
    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        let mut state = self.enter();
        let file = match (state.seen.files.get(name).copied(), mode) {
            (Some(_), OpenMode::CreateNew) => return Err(io::ErrorKind::AlreadyExists.into()),
            (None, OpenMode::Existing | OpenMode::ReadOnly) => {
                return Err(io::ErrorKind::NotFound.into());
            }
            (Some(file), _) => {
                state.check(Call::Read)?;
                file
            }
            (None, _) => {
                state.require_parent(name)?;
                state.check(Call::Name)?;
                let file = state.files.len();
                state.files.push(Contents::default());
                state.change_name(NameChange::File(name.to_owned(), file));
                file
            }
        };
        let (disk, powered, name) = (self.clone(), state.powered, name.to_owned());
        Ok(Arc::new(SimulatedFile { disk, file, powered, name }))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let mut state = self.enter();
        state.check(Call::Read)?;
        let inside = state.seen.files.keys().filter(|name| parent(name) == folder);
        Ok(inside.map(|name| name.rsplit('/').next().unwrap_or(name).to_owned()).collect())
    }

    fn create_folder(&self, folder: &str) -> io::Result<()> {
        let mut state = self.enter();
        state.check(Call::Name)?;
        if !folder.is_empty() && !state.seen.folders.contains(folder) {
            state.change_name(NameChange::Folder(folder.to_owned()));
        }
        Ok(())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.enter();
        state.require_parent(to)?;
        let file = *state.seen.files.get(from).ok_or(io::ErrorKind::NotFound)?;
        state.check(Call::Name)?;
        state.change_name(NameChange::Rename(from.to_owned(), to.to_owned(), file));
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.enter();
        if !state.seen.files.contains_key(name) {
            return Err(io::ErrorKind::NotFound.into());
        }
        state.check(Call::Name)?;
        state.change_name(NameChange::Remove(name.to_owned()));
        Ok(())
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        let mut state = self.enter();
        let state = &mut *state;
        if !folder.is_empty() && !state.seen.folders.contains(folder) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let fault = state.call(Call::Sync);
        if let Some(fault @ (Fault::PowerLoss | Fault::NoPower)) = fault {
            return Err(fault.error());
        }
        let is_here = |change: &NameChange| change.folder() == folder;
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            std::mem::take(&mut state.pending).into_iter().partition(is_here);
        state.pending = elsewhere;
        if let Some(fault) = fault {
            // What is lost now stays lost, until the folder is changed and written again.
            for change in here {
                if fault != Fault::LostSync && state.random.one_in(2) {
                    state.durable.apply(&change);
                }
            }
            return Err(fault.error());
        }
        if !here.is_empty() {
            state.durable.take_folder(folder, &state.seen);
        }
        Ok(())
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        let mut state = self.enter();
        state.check(Call::Read)?;
        Ok(state.seen.files.contains_key(name))
    }
}

#[derive(Debug)]
struct SimulatedFile {
    disk: SimulatedDisk,
    file: usize,
    powered: u64,
    name: String,
}

impl SimulatedFile {
    /// Does something to the contents, unless the power failed since the file was opened.
    fn with<R>(
        &self,
        call: Call,
        work: impl FnOnce(&mut Contents, Option<Fault>, &mut Random) -> io::Result<R>,
    ) -> io::Result<R> {
        self.disk.gate.pass(self.name == STATE_FILE && call == Call::Sync);
        let mut state = self.disk.lock();
        let state = &mut *state;
        if state.powered != self.powered {
            return Err(Fault::PowerLoss.error());
        }
        let fault = state.call(call);
        work(&mut state.files[self.file], fault, &mut state.random)
    }
}

impl DiskFile for SimulatedFile {
    fn len(&self) -> io::Result<u64> {
        self.with(Call::Read, |contents, fault, _| match fault {
            Some(fault) => Err(fault.error()),
            None => Ok(contents.seen.len() as u64),
        })
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.with(Call::Read, |contents, fault, _| {
            if let Some(fault) = fault {
                return Err(fault.error());
            }
            let start = usize::try_from(offset).ok();
            let range = start.and_then(|start| contents.seen.get(start..)?.get(..buffer.len()));
            buffer.copy_from_slice(range.ok_or(io::ErrorKind::UnexpectedEof)?);
            Ok(())
        })
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let offset = usize::try_from(offset).map_err(|_| io::ErrorKind::FileTooLarge)?;
        self.with(Call::Write, |contents, fault, random| {
            let Some(fault) = fault else {
                contents.write(offset, bytes);
                return Ok(());
            };
            match fault {
                // The write that is torn by the power cut: any of its sectors reach the disk.
                Fault::PowerLoss | Fault::Io | Fault::Sync | Fault::LostSync => {
                    contents.write_some(offset, bytes, random)
                }
                Fault::NoSpace | Fault::NoPower => {}
                Fault::ShortWrite => contents.write_half(offset, bytes),
            }
            Err(fault.error())
        })
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let length = usize::try_from(length).map_err(|_| io::ErrorKind::FileTooLarge)?;
        self.with(Call::Name, |contents, fault, _| match fault {
            Some(fault) => Err(fault.error()),
            None => {
                contents.change(Change::Length(length));
                Ok(())
            }
        })
    }

    fn sync(&self) -> io::Result<()> {
        self.with(Call::Sync, |contents, fault, random| {
            match fault {
                None => contents.sync(),
                Some(Fault::PowerLoss | Fault::NoPower) => {}
                Some(Fault::LostSync) => contents.fail_to_sync_any(),
                Some(_) => contents.fail_to_sync(random),
            }
            fault.map_or(Ok(()), |fault| Err(fault.error()))
        })?;
        self.check_reachable()
    }

    fn check_reachable(&self) -> io::Result<()> {
        match self.disk.lock().seen.files.get(&self.name) {
            Some(file) if *file == self.file => Ok(()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}
