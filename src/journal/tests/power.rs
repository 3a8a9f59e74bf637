//! Power cuts: a disk that forgets, tears and reorders what was not synced, and whose syncs fail.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard};

use super::super::segment::Segment;
use super::*;

/// What a disk writes as a whole or not at all.
const SECTOR_BYTES: usize = 512;

/// Files as the running system sees them, and as the disk has them.
#[derive(Clone, Debug)]
struct ForgetfulDisk {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    files: BTreeMap<String, FileState>,
    /// Calls until the power fails.
    calls_left: u64,
    /// How many syncs in a hundred fail. What they should have made durable is then taken for
    /// durable by the system, and is not.
    failing_syncs: u64,
    random: u64,
}

#[derive(Debug, Default)]
struct FileState {
    seen: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Change>,
    name_durable: bool,
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Length(usize),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(offset, written) => {
                let end = offset + written.len();
                bytes.resize(bytes.len().max(end), 0);
                bytes[*offset..end].copy_from_slice(written);
            }
            Self::Length(length) => bytes.resize(*length, 0),
        }
    }
}

impl State {
    fn random(&mut self, below: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 16) % below
    }

    fn call(&mut self) -> io::Result<()> {
        self.calls_left = self.calls_left.saturating_sub(1);
        if self.calls_left == 0 { Err(io::Error::other("no power")) } else { Ok(()) }
    }

    fn contents(&mut self, name: &str) -> io::Result<&mut FileState> {
        self.files.get_mut(name).ok_or(io::ErrorKind::NotFound.into())
    }

    /// Splits a write where sectors end, since each of them is written or not for itself.
    fn change(&mut self, name: &str, change: Change) -> io::Result<()> {
        let powered = self.call();
        let contents = self.contents(name)?;
        if powered.is_ok() {
            change.apply(&mut contents.seen);
        }
        match change {
            Change::Write(mut offset, mut bytes) => {
                while !bytes.is_empty() {
                    let room = SECTOR_BYTES - offset % SECTOR_BYTES;
                    let rest = bytes.split_off(room.min(bytes.len()));
                    let count = bytes.len();
                    contents.pending.push(Change::Write(offset, bytes));
                    offset += count;
                    bytes = rest;
                }
            }
            length @ Change::Length(_) => contents.pending.push(length),
        }
        powered
    }

    fn sync(&mut self, name: &str) -> io::Result<()> {
        self.call()?;
        let fails = self.random(100) < self.failing_syncs;
        let pending = std::mem::take(&mut self.contents(name)?.pending);
        for change in pending {
            if !fails || self.random(2) == 0 {
                change.apply(&mut self.contents(name)?.durable);
            }
        }
        if fails { Err(io::Error::other("sync failed")) } else { Ok(()) }
    }
}

impl ForgetfulDisk {
    fn new(seed: u64) -> Self {
        let random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let (files, calls_left, failing_syncs) = (BTreeMap::new(), u64::MAX, 0);
        Self { state: Arc::new(Mutex::new(State { files, calls_left, failing_syncs, random })) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Any subset of what was not synced has reached the disk; names too.
    fn cut_power(&self) {
        let mut state = self.lock();
        let mut files = std::mem::take(&mut state.files);
        files.retain(|_, contents| contents.name_durable || state.random(2) == 0);
        for contents in files.values_mut() {
            let kept_percent = state.random(101);
            for change in std::mem::take(&mut contents.pending) {
                if state.random(100) < kept_percent {
                    change.apply(&mut contents.durable);
                }
            }
            contents.seen.clone_from(&contents.durable);
        }
        state.files = files;
        state.calls_left = u64::MAX;
    }
}

impl Disk for ForgetfulDisk {
    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        let mut state = self.lock();
        match (state.files.contains_key(name), mode) {
            (true, OpenMode::CreateNew) => return Err(io::ErrorKind::AlreadyExists.into()),
            (false, OpenMode::Existing | OpenMode::ReadOnly) => {
                return Err(io::ErrorKind::NotFound.into());
            }
            (true, _) => {}
            (false, _) => {
                state.call()?;
                state.files.insert(name.to_owned(), FileState::default());
            }
        }
        Ok(Arc::new(ForgetfulFile { disk: self.clone(), name: name.to_owned() }))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let prefix = format!("{folder}/");
        let state = self.lock();
        Ok(state
            .files
            .keys()
            .filter_map(|name| name.strip_prefix(&prefix))
            .map(Into::into)
            .collect())
    }

    fn create_folder(&self, _: &str) -> io::Result<()> {
        self.lock().call()
    }

    fn rename(&self, _: &str, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn remove(&self, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        let mut state = self.lock();
        state.call()?;
        if state.random(100) < state.failing_syncs {
            return Err(io::Error::other("sync failed"));
        }
        for (name, contents) in &mut state.files {
            contents.name_durable |= name.starts_with(folder);
        }
        Ok(())
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        Ok(self.lock().files.contains_key(name))
    }
}

#[derive(Debug)]
struct ForgetfulFile {
    disk: ForgetfulDisk,
    name: String,
}

impl DiskFile for ForgetfulFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.disk.lock().contents(&self.name)?.seen.len() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let mut state = self.disk.lock();
        let seen = &state.contents(&self.name)?.seen;
        let start = usize::try_from(offset).unwrap();
        let range = seen.get(start..start + buffer.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(range);
        Ok(())
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let offset = usize::try_from(offset).unwrap();
        self.disk.lock().change(&self.name, Change::Write(offset, bytes.to_vec()))
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.disk.lock().change(&self.name, Change::Length(usize::try_from(length).unwrap()))
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.lock().sync(&self.name)
    }

    fn check_reachable(&self) -> io::Result<()> {
        // Its files are neither renamed nor removed.
        Ok(())
    }
}

/// One life of a store: opens, checks that all that was ever answered is there, goes on until
/// something fails. Returns how many blocks are answered now; recovering answers too.
fn live(disk: &ForgetfulDisk, answered: usize, expected: &Contents, what: &str) -> usize {
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let mut scan = scan(shared.clone(), STORE, Start::Beginning).unwrap();
    let mut found = Contents::new();
    for block in &mut scan {
        let block = block.unwrap_or_else(|error| panic!("{what}: {error}"));
        found.push(block.records().map(|(time, body)| (time, body.to_vec())).collect());
    }
    assert!(found.len() == answered || found.len() == answered + 1, "{what}: {}", found.len());
    assert_eq!(found, expected[..found.len()], "{what}");
    let tail = scan.finish().unwrap();
    let options = Options { segment_bytes: 4096, preallocate_bytes: 1024 };
    let Ok(mut journal) = LocalJournal::resume(shared, STORE, options, tail) else {
        return answered;
    };
    for records in &expected[found.len()..] {
        let mut head = journal.head();
        if journal.append(&seal(&mut head, records)).is_err() {
            break;
        }
    }
    usize::try_from(journal.head().number).unwrap()
}

/// `POWER_CUT_SEEDS=4000` makes a long run of it.
#[test]
fn power_cuts_lose_nothing_answered() {
    let seeds = std::env::var("POWER_CUT_SEEDS").map_or(150, |seeds| seeds.parse().unwrap());
    let record_counts: Vec<usize> = (0..60).map(|index| [4, 1, 30, 90][index % 4]).collect();
    let expected = contents(&record_counts);
    for seed in 0..seeds {
        let disk = ForgetfulDisk::new(seed);
        disk.lock().failing_syncs = seed % 3 * 10;
        let mut answered = 0;
        for life in 0..200 {
            let calls = disk.lock().random(30) + 1;
            disk.lock().calls_left = calls;
            answered = live(&disk, answered, &expected, &format!("seed {seed}, life {life}"));
            if answered == expected.len() {
                break;
            }
            // After a failed call, a store may be opened again before the power is cut.
            if disk.lock().random(3) > 0 {
                disk.cut_power();
            }
        }
    }
}

/// What is left of a torn block stands behind the shorter block that is written in its place, and
/// its inside, which is its caller's, may look like a later block: so it is erased durably before.
#[test]
fn nothing_of_a_torn_block_comes_back_behind_the_next() {
    let expected = contents(&[2, 1]);
    let mut with_both = 0;
    for seed in 0..60 {
        let disk = ForgetfulDisk::new(seed);
        let shared: Arc<dyn Disk> = Arc::new(disk.clone());
        let options = Options { segment_bytes: 1 << 16, preallocate_bytes: 1 << 14 };
        let mut journal = LocalJournal::create(shared.clone(), STORE, options).unwrap();
        append(&mut journal, &expected[0]);
        let mut head = ChainHead { number: 8, ..journal.head() };
        let inner = seal(&mut head, &[(u64::MAX, vec![1; 50])]);
        // Wherever a body begins, in one of these the block is aligned.
        let bodies = (0..8).map(|pad| [vec![1; 600 + pad], inner.bytes().to_vec()].concat());
        let records: Vec<_> = bodies.zip(2_000_000..).map(|(body, time)| (time, body)).collect();
        let torn = seal(&mut journal.head(), &records);
        let Position { segment, offset } = journal.end();
        let segment = Segment::open(&disk, &STORE, segment).unwrap();
        segment.write("tear", offset, &torn.bytes()[..torn.bytes().len() - 100]).unwrap();
        segment.sync(offset).unwrap();

        let tail = scan(shared.clone(), STORE, Start::Beginning).unwrap().finish().unwrap();
        assert!(tail.torn);
        let mut journal = LocalJournal::resume(shared.clone(), STORE, options, tail).unwrap();
        let next = seal(&mut journal.head(), &expected[1]);
        // One call writes the block, and the power fails at its sync.
        disk.lock().calls_left = 2;
        journal.append(&next).unwrap_err();
        disk.cut_power();
        let answered = live(&disk, 1, &expected, &format!("seed {seed}"));
        with_both += u64::from(answered == 2);
    }
    assert!(with_both > 0);
}
