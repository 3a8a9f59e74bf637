//! The command on a live store: a shop has it open, and support looks and works.

use crate::command::{Said, command, data, escrowdb, folder, within};
use escrowdb::{
    Account, AccountFlags, ClockSource, Error, Id, OpenMode, Operation, Options, Store,
};
use escrowdb::{Amount, money};
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{ChildStdout, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const BANK: Id = Id::from_u128(1);
const ANNA: Id = Id::from_u128(2);
const HOLD: Id = Id::from_u128(10);

fn options() -> Options {
    let journal = escrowdb::journal::Options { segment_bytes: 4 << 10, preallocate_bytes: 1 << 10 };
    Options::new().cache_bytes(8 << 20).journal(journal)
}

/// A shop, in this process, whose option of the clock differs from what commands would choose.
fn shop(path: &str) -> Store {
    let store = Store::open(path, options()).expect("a store");
    store.create_ledgers(&[money::iso_ledger(1, "USD").expect("a ledger")]).expect("outcomes");
    let flags = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlags::HISTORY;
    let bank = Account::new(BANK, 1, 1, AccountFlags::EXTERNAL);
    store.create_accounts(&[bank, Account::new(ANNA, 1, 2, flags)]).expect("outcomes");
    pay(&store, 100, 5_000);
    let hold = Operation::hold(HOLD, ANNA, BANK, 1, Amount::from(2_000_u32));
    assert!(store.submit(&[hold]).expect("outcomes")[0].status.is_applied());
    store
}

fn pay(store: &Store, id: u128, amount: u32) {
    let paid = Operation::transfer(Id::from_u128(id), BANK, ANNA, 1, Amount::from(amount));
    assert!(store.submit(&[paid]).expect("outcomes")[0].status.is_applied());
}

fn time(position: escrowdb::Timestamp) -> String {
    let known = jiff::Timestamp::from_nanosecond(position.nanoseconds().into());
    format!("{:.9}", known.expect("a time"))
}

fn ok(arguments: &[&str]) -> Said {
    let said = escrowdb(arguments);
    assert_eq!(said.code, 0, "{said:?}");
    said
}

/// Symptom: support could look at a store only when the shop was closed. Cause: one process had a
/// store open at a time.
#[test]
fn what_reads_shows_the_live_state() {
    let folder = folder();
    let path = within(&folder, "s");
    let store = shop(&path);
    let asked =
        |words: &[&str]| escrowdb(&[&[words[0], &*path], &words[1..], &["--json"]].concat());
    for round in 0..2 {
        let head = asked(&["head"]).json();
        assert_eq!(head["block"], store.head().expect("a head").block.to_string());
        let accounts = asked(&["accounts"]).json();
        let anna = accounts["accounts"].as_array().expect("a list")[1].clone();
        assert_eq!(anna["id"], ANNA.to_string(), "{accounts}");
        let paid = if round == 0 { "50.00" } else { "57.00" };
        assert!(anna.to_string().contains(paid) || anna["posted"] == paid, "{anna}");
        let holds = asked(&["holds"]).json();
        assert_eq!(holds["holds"][0]["id"], HOLD.to_string(), "{holds}");
        let statement = asked(&["statement", &ANNA.to_string()]).json();
        assert_eq!(statement["lines"].as_array().expect("lines").len(), 2 + round, "{statement}");
        let events = asked(&["events"]).lines();
        assert_eq!(events.len(), 5 + round, "{events:?}");
        let stats = asked(&["stats"]).json();
        assert_eq!(stats["stats"]["events"], 5 + round, "of the host: {stats}");
        let balance = asked(&["trial-balance"]).json();
        assert_eq!(balance["trial_balances"].as_array().expect("a list").len(), 1, "{balance}");
        let then = asked(&["trial-balance", "--at", "2100-01-01T00:00:00Z"]).json();
        assert_eq!(then["trial_balances"], balance["trial_balances"]);
        let books = ok(&["export", &path, "--format", "hledger"]).out;
        assert_eq!(books.matches(") transfer").count(), 1 + round, "{books}");
        assert_eq!(asked(&["consumers"]).json()["consumers"].as_array().map(Vec::len), Some(0));
        pay(&store, 200 + round as u128, 700);
    }
    assert!(ok(&["stats", &path]).out.contains("syncs"), "what the host has done");
    assert_eq!(store.role(), escrowdb::Role::Host);
}

/// The shop's clock is the system's, of commands it is a manual one: the shop's counts.
#[test]
fn what_changes_is_done_by_the_shop() {
    let folder = folder();
    let [path, backup, archive] = ["s", "b", "a"].map(|name| within(&folder, name));
    let store = shop(&path);
    let given = ok(&["events", &path, "--consumer", "mailer", "--limit", "3"]).lines();
    let position = store.snapshot().expect("a snapshot").consumer("mailer").expect("it");
    assert_eq!(given[2]["timestamp"], position.map(time).expect("a position"));
    assert_eq!(ok(&["events", &path, "--consumer", "mailer"]).lines().len(), 2);
    ok(&["remove-consumer", &path, "mailer"]);
    assert_eq!(store.snapshot().expect("a snapshot").consumer("mailer").expect("it"), None);

    ok(&["confirm-clock", &path, &jiff::Timestamp::now().to_string()]);
    let copied = ok(&["backup", &path, &backup, "--json"]).json();
    assert_eq!(copied["head"]["block"], store.head().expect("a head").block.to_string());
    let verified = ok(&["verify", &backup]);
    assert!(verified.out.contains("no fault"), "{verified:?}");

    for id in 1_000..1_100 {
        pay(&store, id, 1);
    }
    let before = store.stats().expect("numbers").checkpoints;
    ok(&["recover", &path]);
    assert!(store.stats().expect("numbers").checkpoints > before, "the host wrote one");
    let moved = ok(&["archive", &path, &archive, "--keep-days", "0", "--json"]).json();
    assert_ne!(moved["segments"], 0, "{moved}");
    pay(&store, 2_000, 1);
    let live = ok(&["verify", &path, "--archive", &archive]);
    assert!(live.out.contains("no fault") && !live.out.contains("not looked at"), "{live:?}");
    assert!(ok(&["verify", &path]).out.contains("were not looked at"));
    // Time comes from a file: not into a store that goes by the system's.
    let settled = escrowdb(&["settle", &data("yen.csv"), "--store", &path]);
    settled.complains(2, "option clock is system");
    escrowdb(&["settle", &data("yen.csv"), "--store", &path, "--dry-run"])
        .complains(1, "is open elsewhere");
    store.close().expect("it closes");
    let verified = ok(&["verify", &path, "--archive", &archive]);
    assert!(verified.out.contains("no fault"), "{verified:?}");
}

/// A shop that wants its store to itself has it so.
#[test]
fn an_exclusive_shop_is_not_disturbed() {
    let folder = folder();
    let path = within(&folder, "s");
    drop(shop(&path));
    let store = Store::open(&path, options().exclusive(true)).expect("the store");
    for words in [&["head", &*path][..], &["recover", &path], &["verify", &path]] {
        escrowdb(words).complains(1, "is open elsewhere");
    }
    pay(&store, 300, 1);
}

/// Symptom: a shop that was started while support's command ran was refused, as open elsewhere by a
/// process that was gone a moment later, or because of that command's clock.
#[test]
fn a_shop_that_starts_waits_for_a_command() {
    let folder = folder();
    let path = within(&folder, "s");
    drop(shop(&path));
    let brief = || options().mode(OpenMode::Existing).clock(ClockSource::Manual).brief(true);
    let reading = || options().mode(OpenMode::ReadOnly);
    for command in [brief(), reading()] {
        // What a command does, in a process that does not end by itself.
        let holder = Holder::start(&path, &command);
        let begun = Instant::now();
        let impatient = options().takeover_wait(Duration::from_millis(100));
        assert!(matches!(Store::open(&path, impatient), Err(Error::Locked(_))));
        assert!(begun.elapsed() >= Duration::from_millis(100));
        let starting = {
            let path = path.clone();
            thread::spawn(move || Store::open(&path, options()).map(|store| store.role()))
        };
        thread::sleep(Duration::from_millis(200));
        assert!(!starting.is_finished());
        drop(holder);
        assert_eq!(starting.join().expect("no panic").expect("a store"), escrowdb::Role::Host);
    }
}

/// Shops that start and end, and commands, all at once: nobody is refused.
#[test]
fn nobody_is_refused_while_all_come_and_go() {
    let folder = folder();
    let path = within(&folder, "s");
    drop(shop(&path));
    let until = Instant::now() + Duration::from_secs(4);
    let again = |words: Vec<String>| {
        let mut rounds = 0;
        while Instant::now() < until {
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            ok(&words);
            rounds += 1;
        }
        rounds
    };
    let again = &again;
    let rounds: Vec<u32> = thread::scope(|scope| {
        let words = [vec!["accounts", &*path], vec!["recover", &path], vec!["events", &path]];
        let mut all = Vec::new();
        for words in words {
            let words: Vec<_> = words.into_iter().map(str::to_owned).collect();
            all.push(scope.spawn(move || again(words)));
        }
        let mut opened = 0;
        while Instant::now() < until {
            let store = Store::open(&path, options()).expect("the shop starts");
            pay(&store, 10_000 + u128::from(opened), 1);
            opened += 1;
            store.close().expect("it ends");
        }
        all.push(scope.spawn(move || opened));
        all.into_iter().map(|one| one.join().expect("no panic")).collect()
    });
    assert!(rounds.iter().all(|rounds| *rounds > 0), "{rounds:?}");
}

/// A follower sees what a live shop does, and what comes after it was closed and opened again; a
/// shop that starts beside one is not kept waiting.
#[test]
fn a_follower_sees_a_shop_come_and_go() {
    for consumer in [None, Some("mailer")] {
        let folder = folder();
        let path = within(&folder, "s");
        let mut shop = Some(shop(&path));
        let mut words = vec!["events", &path, "--follow", "--json"];
        words.extend(consumer.iter().flat_map(|name| ["--consumer", *name]));
        let mut child = command(&words).stdout(Stdio::piped()).spawn().expect("it runs");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut hear = |count: usize| {
            for _ in 0..count {
                lines.next().expect("a line").expect("text");
            }
        };
        hear(5);
        pay(shop.as_ref().expect("it is open"), 400, 1);
        hear(1);
        for round in 0..2 {
            shop.take().expect("it is open").close().expect("it closes");
            let pause = if round == 0 { 1_700 } else { 10 };
            thread::sleep(Duration::from_millis(pause));
            let begun = Instant::now();
            let store = Store::open(&path, options()).expect("the shop starts again");
            assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
            pay(&store, 500 + round, 1);
            hear(1);
            shop = Some(store);
        }
        child.kill().expect("it runs");
        child.wait().expect("it ends");
    }
}

/// Symptom: a live store was verified by verifying a backup, which says nothing of the store's own
/// files. Cause: verifying needed the store to itself.
#[test]
fn a_store_is_verified_while_it_is_written_to() {
    let folder = folder();
    let path = within(&folder, "s");
    let store = shop(&path);
    let early = store.head().expect("a head");
    let (store, next, until) =
        (&store, &AtomicU32::new(0), Instant::now() + Duration::from_secs(6));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while Instant::now() < until {
                    pay(store, 10_000 + u128::from(next.fetch_add(1, Ordering::Relaxed)), 1);
                }
            });
        }
        let verify = || {
            let (mut rounds, mut blocks) = (0, 0);
            while Instant::now() < until {
                let said = ok(&["verify", &path, "--head", &early.to_string(), "--json"]).json();
                let seen = said["blocks"].as_u64().expect("a number");
                assert!(seen > blocks, "what was answered before is looked at: {said}");
                (rounds, blocks) = (rounds + 1, seen);
            }
            rounds
        };
        // Two at a time are in nobody's way.
        let other = scope.spawn(verify);
        let rounds: u32 = verify() + other.join().expect("no panic");
        assert!(rounds >= 4, "{rounds}");
    });
    store.checkpoint().expect("it is written");
    let left = std::fs::read_dir(&path).expect("a folder").flatten().map(|entry| entry.file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().contains("verify")).collect();
    assert!(left.is_empty(), "{left:?}");

    // A head that was never there, and a byte that rotted under the host.
    let other = format!("{}:{}", early.block, "0".repeat(64));
    let said = escrowdb(&["verify", &path, "--head", &other]);
    assert!(said.code == 3 && said.err.contains("the history was changed"), "{said:?}");
    let journal = Path::new(&path).join("journal");
    let mut segments: Vec<_> =
        std::fs::read_dir(journal).expect("a folder").flatten().map(|entry| entry.path()).collect();
    segments.sort();
    for segment in [&segments[0], &segments[segments.len() / 2]] {
        let whole = std::fs::read(segment).expect("a segment");
        let mut bytes = whole.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(segment, &bytes).expect("a segment");
        let said = escrowdb(&["verify", &path]);
        assert_eq!(said.code, 3, "{said:?}");
        std::fs::write(segment, &whole).expect("a segment");
        ok(&["verify", &path]);
    }
    pay(store, 9_999, 1);
}

/// A process that has a store open until it is dropped: this program, which runs one test.
struct Holder(std::process::Child, Lines<BufReader<ChildStdout>>);

const HELD: &str = "ESCROWDB_HELD_BY_A_COMMAND";

impl Holder {
    fn start(path: &str, options: &Options) -> Self {
        let reads = format!("{options:?}").contains("mode: ReadOnly");
        let mut child = std::process::Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "live::holds_a_store_for_another_test", "--nocapture"])
            .env(HELD, format!("{} {path}", if reads { "read" } else { "brief" }))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        while !lines.next().expect("a line").expect("text").contains("it is open") {}
        Self(child, lines)
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        self.1.by_ref().for_each(drop);
        let _ = self.0.wait();
    }
}

/// Does nothing unless another test has started it.
#[test]
fn holds_a_store_for_another_test() {
    let Ok(text) = std::env::var(HELD) else { return };
    let (how, path) = text.split_once(' ').expect("two words");
    let options = match how {
        "read" => options().mode(OpenMode::ReadOnly),
        _ => options().mode(OpenMode::Existing).clock(ClockSource::Manual).brief(true),
    };
    let _store = Store::open(Path::new(path), options).expect("the store");
    println!("it is open");
    let _ = std::io::stdin().lines().count();
}
