//! Traces of a store: what an operator needs, and no secret.

use crate::world::*;
use escrowdb::disk::MemoryDisk;
use escrowdb::*;
use std::fmt::{Debug, Write};
use std::io::ErrorKind;
use std::sync::{Mutex, OnceLock};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id as Span, Record};
use tracing::{Event, Metadata, Subscriber};

/// All that was told in this process, of all stores of all tests.
static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());
static LISTENS: OnceLock<()> = OnceLock::new();

struct Listener;

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Listener {
    fn enabled(&self, about: &Metadata<'_>) -> bool {
        about.target().starts_with("escrowdb")
    }
    fn new_span(&self, _: &Attributes<'_>) -> Span {
        Span::from_u64(1)
    }
    fn record(&self, _: &Span, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Span, _: &Span) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        TOLD.lock().unwrap().push(line.0);
    }
    fn enter(&self, _: &Span) {}
    fn exit(&self, _: &Span) {}
}

fn told_of(store: &str) -> Vec<String> {
    let told = TOLD.lock().unwrap();
    told.iter().filter(|line| line.contains(store)).cloned().collect()
}

#[test]
fn a_store_tells_its_life_and_no_secret() {
    LISTENS.get_or_init(|| tracing::subscriber::set_global_default(Listener).unwrap());
    let (disk, id) = (MemoryDisk::new(), Id::new());
    let store = id.to_string();
    let open = || {
        let options = Options::new().clock(ClockSource::Manual).store_id(id);
        Store::open_on(std::sync::Arc::new(disk.clone()), options).unwrap()
    };
    drop(open());
    let options = WalletOptions::new(master(1), policy()).pepper([7; 32]);
    let world = World::on(disk.clone(), options);
    world.register(1, EMAIL);
    assert_ne!(world.wallets.log_in(EMAIL, "not the phrase").unwrap(), Ok(person(1)));
    assert_eq!(world.wallets.log_in(EMAIL, LOGIN).unwrap(), Ok(person(1)));
    world.store.checkpoint().unwrap();
    drop(world);
    let last = open();
    disk.fail_after(1, ErrorKind::StorageFull);
    last.create_ledgers(&[Ledger::new(9, LedgerCode::new("EUR").unwrap(), 2)]).unwrap_err();
    drop(last);

    let told = told_of(&store);
    let count = |words: &str| told.iter().filter(|line| line.contains(words)).count();
    for (words, times) in [
        ("INFO message=store opened", 3),
        ("INFO message=store recovered", 3),
        ("INFO message=store closed", 3),
        ("DEBUG message=checkpoint written", 1),
        ("ERROR message=store poisoned", 1),
    ] {
        assert_eq!(count(words), times, "{words}: {told:#?}");
    }
    assert!(told.iter().any(|line| line.contains("blocks=0")), "{told:#?}");
    assert!(told.len() < 20, "none for each block: {told:#?}");
    for secret in [EMAIL, LOGIN, PAYMENT, HOME, "not the phrase", "Anna"] {
        assert!(!told.iter().any(|line| line.contains(secret)), "{secret}: {told:#?}");
    }
}
