//! What a host's functions may do while the library calls them.

use crate::world::*;
use escrowdb::*;
use std::io;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Duration;
use zeroize::Zeroizing;

/// What a function of the host's does with the store.
type Meddle = fn(&Store) -> String;

/// Wraps a key by nothing, and uses the store meanwhile: in its own thread, and in another that it
/// waits for.
struct Meddling {
    store: OnceLock<Store>,
    meddle: Meddle,
    said: Mutex<Vec<String>>,
}

impl Meddling {
    fn new(store: &Store, meddle: Meddle) -> Arc<Self> {
        let known = OnceLock::from(store.clone());
        Arc::new(Self { store: known, meddle, said: Mutex::default() })
    }

    fn work(&self) {
        let (store, meddle) = (self.store.get().unwrap().clone(), self.meddle);
        let here = meddle(&store);
        let there = thread::spawn(move || meddle(&store)).join().unwrap();
        self.said.lock().unwrap().extend([here, there]);
    }
}

impl KeyWrapper for Meddling {
    fn wrap(&self, key: &[u8]) -> io::Result<Vec<u8>> {
        self.work();
        Ok(key.to_vec())
    }

    fn unwrap(&self, wrapped: &[u8]) -> io::Result<Zeroizing<Vec<u8>>> {
        self.work();
        Ok(Zeroizing::new(wrapped.to_vec()))
    }
}

/// Runs it in a thread, and does not wait for it for ever.
fn in_time<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> R {
    let (tell, told): (_, Receiver<R>) = channel();
    thread::spawn(move || tell.send(work()));
    told.recv_timeout(Duration::from_secs(60)).expect("a deadlock, or a panic that is told above")
}

fn open(store: &Store, by: &Arc<Meddling>) -> Result<Wallets> {
    let key = MasterKey::from_wrapper(Arc::clone(by) as Arc<dyn KeyWrapper>);
    store.wallets(WalletOptions::new(key, policy()))
}

fn back_up(store: &Store) -> String {
    let disk = disk::MemoryDisk::new();
    format!(
        "{:?}",
        store.backup_to(Arc::new(disk.clone())).map(|_| disk::Disk::exists(&disk, "FORMAT"))
    )
}

fn open_wallets(store: &Store) -> String {
    store.wallets(WalletOptions::new(master(1), policy())).map(drop).unwrap_err().to_string()
}

fn close(store: &Store) -> String {
    format!("{:?}", store.clone().close().is_ok() || store.checkpoint().is_ok())
}

/// Symptom: a key service's function that asked the store for a backup, for its wallets or for its
/// end never came back, nor did other callers that used wallets then. Cause: it was called under
/// the locks that these wait for. No lock is held while a host's function is called.
#[test]
fn a_function_of_the_hosts_that_uses_the_store_does_not_wait_for_ever() {
    let opening = "the wallets of this store are already being opened";
    let backed_up = "Ok(Ok(true))";
    for (meddle, answer) in [(back_up as Meddle, backed_up), (open_wallets, opening)] {
        in_time(move || {
            let store = Store::open_on(Arc::new(disk::MemoryDisk::new()), store_options()).unwrap();
            let by = Meddling::new(&store, meddle);
            // Made, which wraps and unwraps, and then opened.
            for calls in [2, 1] {
                drop(open(&store, &by).unwrap());
                let said = std::mem::take(&mut *by.said.lock().unwrap());
                assert_eq!(said, vec![answer; 2 * calls]);
            }
        });
    }
}

#[test]
fn so_while_keys_are_changed() {
    in_time(|| {
        let world = World::new();
        world.anna();
        let wallets = world.wallets.clone();
        let other = Meddling::new(&world.store, back_up);
        let key = MasterKey::from_wrapper(Arc::clone(&other) as Arc<dyn KeyWrapper>);
        wallets.add_master_key(&key, &staff("eve")).unwrap().unwrap();
        wallets.keep_master_key(&key, &staff("eve")).unwrap().unwrap();
        // To wrap, and to unwrap that again; about both keys then, and the same once more.
        assert_eq!(*other.said.lock().unwrap(), ["Ok(Ok(true))"; 12]);
        assert_eq!(wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
    });
}

#[test]
fn a_store_that_is_closed_while_its_wallets_are_opened_has_none() {
    in_time(|| {
        let disk = disk::MemoryDisk::new();
        let store = Store::open_on(Arc::new(disk.clone()), store_options()).unwrap();
        let by = Meddling::new(&store, close);
        let refused = open(&store, &by).map(drop);
        assert!(matches!(refused, Err(Error::Closed)), "{refused:?}");
        assert!(!disk::Disk::exists(&disk, "KEYS").unwrap(), "nothing is written after the end");
    });
}
