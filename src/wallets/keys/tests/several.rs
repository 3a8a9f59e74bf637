//! Several vaults on one file, as several processes have them: whatever each does while another one
//! is in the midst of something, no key is lost, none comes back, and each is found by its number.

use super::*;
use crate::store::house::{Exchange, KEY_BYTES, KeyFile};
use proptest::prelude::*;
use std::collections::BTreeMap;

type Answer<T> = Result<T, StoreError>;

/// What one process does.
#[derive(Clone, Copy, Debug)]
enum Act {
    Create,
    Destroy(usize),
    Rotate,
    BeginIndexRotation,
    EndIndexRotation,
    AddMaster(u8),
    KeepMaster(u8),
    /// The host dies, and another process has the file from now on.
    TakeOver,
}

/// Who does what. It begins when so many requests of the act before it were answered, or after
/// that.
#[derive(Clone, Copy, Debug)]
struct Turn {
    vault: usize,
    act: Act,
    requests: u8,
    /// The process was told of the present generation.
    is_told: bool,
}

/// The file, as its processes have it: the next turn comes between two requests of this one.
#[derive(Debug)]
struct Shared {
    disk: MemoryDisk,
    host: Mutex<Arc<LocalKeyFile>>,
    /// The file before the exchange that was last tried on a disk that had not failed.
    before: Mutex<Vec<u8>>,
    /// Requests until the next turn, and that turn.
    next: Mutex<Option<(u8, Turn)>>,
    story: Mutex<Option<Arc<Story>>>,
}

/// One process at the file. It knows the generation that it was last told.
#[derive(Debug)]
struct Guest {
    shared: Arc<Shared>,
    told: Mutex<u64>,
}

impl Shared {
    fn host(&self) -> Arc<LocalKeyFile> {
        Arc::clone(&self.host.lock().unwrap())
    }

    fn between(&self) {
        let turn = {
            let mut next = self.next.lock().unwrap();
            match &mut *next {
                Some((0, _)) => next.take().map(|(_, turn)| turn),
                Some((requests, _)) => {
                    *requests -= 1;
                    None
                }
                None => None,
            }
        };
        if let Some(turn) = turn {
            let story = self.story.lock().unwrap().clone().unwrap();
            story.take(turn);
        }
    }
}

impl Guest {
    fn is_told(&self) {
        *self.told.lock().unwrap() = self.shared.host().generation().unwrap();
    }
}

impl KeyFile for Guest {
    fn len(&self) -> Answer<u64> {
        self.shared.between();
        self.shared.host().len()
    }

    fn read(&self, offset: u64, length: usize) -> Answer<Vec<u8>> {
        self.shared.between();
        self.shared.host().read(offset, length)
    }

    fn exchange(&self, changes: &[Exchange]) -> Answer<bool> {
        self.shared.between();
        // One that has failed writes nothing any more.
        if self.shared.host().len().is_ok_and(|length| length > 0) {
            *self.shared.before.lock().unwrap() = bytes_of(&self.shared.disk);
        }
        self.shared.host().exchange(changes)
    }

    fn generation(&self) -> Answer<u64> {
        Ok(*self.told.lock().unwrap())
    }

    fn unaligned(&self) -> Answer<Option<u64>> {
        self.shared.host().unaligned()
    }

    fn set_aligned(&self) -> Answer<()> {
        self.shared.host().set_aligned()
    }
}

/// A key that was given out: whose it is, the key, and whether it may be there and may be gone.
#[derive(Clone, Debug)]
struct Given {
    person: Id,
    key: [u8; 32],
    may_be_there: bool,
    may_be_gone: bool,
}

/// Several processes, and what they were answered.
#[derive(Debug)]
struct Story {
    shared: Arc<Shared>,
    guests: Vec<Arc<Guest>>,
    vaults: Vec<Vault>,
    given: Mutex<BTreeMap<u64, Given>>,
    failed: Mutex<bool>,
}

impl Story {
    fn begin(vaults: usize) -> Arc<Self> {
        let disk = MemoryDisk::new();
        let host = Mutex::new(Arc::new(local(&disk).unwrap()));
        let shared = Arc::new(Shared {
            disk,
            host,
            before: Mutex::default(),
            next: Mutex::default(),
            story: Mutex::default(),
        });
        let guest = |_| Arc::new(Guest { shared: Arc::clone(&shared), told: Mutex::default() });
        let guests: Vec<_> = (0..vaults).map(guest).collect();
        let open = |guest: &Arc<Guest>| {
            Vault::open(Arc::clone(guest) as Arc<dyn KeyFile>, STORE, &master(1), false).unwrap()
        };
        let vaults = guests.iter().map(open).collect();
        let (given, failed) = (Mutex::default(), Mutex::new(false));
        let story = Arc::new(Self { shared, guests, vaults, given, failed });
        *story.shared.story.lock().unwrap() = Some(Arc::clone(&story));
        story
    }

    /// The acts of others come in between.
    fn take(&self, turn: Turn) {
        if *self.failed.lock().unwrap() {
            return;
        }
        if turn.is_told {
            self.guests[turn.vault].is_told();
        }
        match self.act(turn) {
            Ok(()) | Err(VaultError::MasterKeys(_) | VaultError::WrongMasterKey) => (),
            Err(VaultError::Store(StoreError::Io(_) | StoreError::Poisoned(_))) => {
                *self.failed.lock().unwrap() = true;
            }
            Err(error) => panic!("{turn:?}: {error}"),
        }
    }

    fn act(&self, Turn { vault, act, .. }: Turn) -> Result<(), VaultError> {
        let vault = &self.vaults[vault];
        match act {
            Act::Create => {
                let person = Id::new();
                let (number, key) = vault.create(person)?;
                let key = *key.expose();
                let new = Given { person, key, may_be_there: true, may_be_gone: false };
                let former = self.given.lock().unwrap().insert(number, new);
                assert!(former.is_none(), "number {number} was given twice");
            }
            Act::Destroy(which) => {
                let number = {
                    let mut given = self.given.lock().unwrap();
                    let which = which % given.len().max(1);
                    let Some((number, of)) = given.iter_mut().nth(which) else { return Ok(()) };
                    of.may_be_gone = true;
                    (*number, of.person)
                };
                vault.destroy(number.0, number.1)?;
                self.given.lock().unwrap().get_mut(&number.0).unwrap().may_be_there = false;
            }
            Act::Rotate => drop(vault.rotate(|_| Ok::<(), VaultError>(()))?),
            Act::BeginIndexRotation => vault.begin_index_rotation()?,
            Act::EndIndexRotation => {
                let former = vault.read_head()?.ring.index_keys().previous;
                former.map_or(Ok(()), |key| vault.end_index_rotation(key.generation))?;
            }
            Act::AddMaster(byte) => vault.change_masters(vault.add_master(&master(byte))?)?,
            Act::KeepMaster(byte) => vault.change_masters(vault.keep_master(&master(byte))?)?,
            Act::TakeOver => {
                let next =
                    LocalKeyFile::open(Arc::new(self.shared.disk.clone()), Succession::TakenOver)?;
                *self.shared.host.lock().unwrap() = Arc::new(next);
            }
        }
        Ok(())
    }

    /// Every process finds each key that was given out, or that it was destroyed, and the same keys
    /// of indexes; so does one that opens the file now.
    fn check(&self) {
        *self.shared.next.lock().unwrap() = None;
        let host = self.shared.host() as Arc<dyn KeyFile>;
        let opens = |byte| Vault::open(Arc::clone(&host), STORE, &master(byte), true).ok();
        let anew: Vec<_> = [1, 2, 3].into_iter().filter_map(opens).collect();
        assert!(matches!(anew.len(), 1 | 2), "{} of the master keys open it", anew.len());
        for (number, given) in &*self.given.lock().unwrap() {
            for vault in self.vaults.iter().chain(&anew) {
                match vault.key(*number, given.person).unwrap() {
                    Some(key) => assert!(given.may_be_there && *key.expose() == given.key),
                    None => assert!(given.may_be_gone, "key {number} is lost"),
                }
            }
        }
        self.guests.iter().for_each(|guest| guest.is_told());
        let expected = anew[0].index_keys().unwrap();
        for vault in &self.vaults {
            let found = vault.index_keys().unwrap();
            assert!(found.current.key == expected.current.key, "it indexes by a former key");
            let generation = |keys: &IndexKeys| keys.previous.as_ref().map(|key| key.generation);
            assert_eq!(generation(&found), generation(&expected));
        }
    }

    /// What a failing disk left: half of what was written. A key lies within one sector, which is
    /// written whole or not at all: a torn one is as it was.
    fn heal(&self) {
        self.shared.disk.heal();
        let (before, mut after) =
            (self.shared.before.lock().unwrap().clone(), bytes_of(&self.shared.disk));
        for number in 0.. {
            let begin = slot_offset(number).unwrap() as usize;
            let place = begin..begin + KEY_BYTES as usize;
            let Some(slot) = after.get(place.clone()) else { break };
            if Slot::from_bytes(slot.try_into().unwrap(), number).is_err() {
                after[place.clone()].copy_from_slice(&before[place]);
            }
        }
        overwrite(&self.shared.disk, &after);
        let next = LocalKeyFile::open(Arc::new(self.shared.disk.clone()), Succession::TakenOver);
        *self.shared.host.lock().unwrap() = Arc::new(next.unwrap());
        *self.failed.lock().unwrap() = false;
    }

    fn tell(&self, turns: &[Turn]) {
        let mut turns = turns.iter().copied().peekable();
        while let Some(turn) = turns.next() {
            // Its own threads wait for one another.
            if let Some(next) = turns.next_if(|next| next.vault != turn.vault) {
                *self.shared.next.lock().unwrap() = Some((next.requests, next));
            }
            self.take(turn);
            let left = self.shared.next.lock().unwrap().take();
            if let Some((_, next)) = left {
                self.take(next);
            }
        }
    }
}

const VAULTS_MAX: usize = 3;

fn acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => Just(Act::Create),
        3 => any::<usize>().prop_map(Act::Destroy),
        3 => Just(Act::Rotate),
        1 => Just(Act::BeginIndexRotation),
        1 => Just(Act::EndIndexRotation),
        1 => (1..=3_u8).prop_map(Act::AddMaster),
        1 => (1..=3_u8).prop_map(Act::KeepMaster),
        1 => Just(Act::TakeOver),
    ]
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let turn = (0..VAULTS_MAX, acts(), 0..8_u8, any::<bool>());
    let turn =
        turn.prop_map(|(vault, act, requests, is_told)| Turn { vault, act, requests, is_told });
    prop::collection::vec(turn, 1..40)
}

fn among(vaults: usize, turns: Vec<Turn>) -> Vec<Turn> {
    turns.into_iter().map(|turn| Turn { vault: turn.vault % vaults, ..turn }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn several_processes_lose_no_key(vaults in 2..=VAULTS_MAX, turns in turns()) {
        let story = Story::begin(vaults);
        story.tell(&among(vaults, turns));
        assert!(!*story.failed.lock().unwrap(), "on a sound disk");
        story.check();
        *story.shared.story.lock().unwrap() = None;
    }

    /// Who was at work goes on with the next host.
    #[test]
    fn nor_on_a_disk_that_fails(
        vaults in 2..=VAULTS_MAX,
        turns in turns(),
        calls in 1..60_u64,
        more in turns(),
    ) {
        let story = Story::begin(vaults);
        story.shared.disk.fail_after(calls, std::io::ErrorKind::Other);
        story.tell(&among(vaults, turns));
        story.heal();
        story.check();
        story.tell(&among(vaults, more));
        story.check();
        *story.shared.story.lock().unwrap() = None;
    }
}
