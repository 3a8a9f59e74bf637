//! `serve`, a process that stays, and `status`.

use crate::command::{command, escrowdb, folder, is_in_order, within};
use escrowdb::{
    Account, AccountFlags, Amount, AtDeadline, ClockSource, Id, Operation, Options, Role, Status,
    Store, money,
};
use std::io::{BufRead, BufReader, Read};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::process::{Child, ChildStdout, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const BANK: Id = Id::from_u128(1);
const ANNA: Id = Id::from_u128(2);

fn options() -> Options {
    Options::new().cache_bytes(8 << 20)
}

fn settle_in(store: &Store) {
    store.create_ledgers(&[money::iso_ledger(1, "USD").expect("a ledger")]).expect("outcomes");
    let wallet = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let bank = Account::new(BANK, 1, 1, AccountFlags::EXTERNAL);
    store.create_accounts(&[bank, Account::new(ANNA, 1, 2, wallet)]).expect("outcomes");
}

/// A process that serves, and is ready.
struct Served {
    child: Child,
    ready: String,
    // Whoever is not read from any more is told so.
    _out: BufReader<ChildStdout>,
}

impl Served {
    fn start(words: &[&str], notified: Option<&str>) -> Self {
        let mut serve = command(&[&["serve"], words].concat());
        if let Some(socket) = notified {
            serve.env("NOTIFY_SOCKET", socket);
        }
        serve.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = serve.spawn().expect("it runs");
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let mut ready = String::new();
        out.read_line(&mut ready).expect("a line");
        Self { child, ready, _out: out }
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let process = rustix::process::Pid::from_raw(self.child.id() as i32).expect("its number");
        rustix::process::kill_process(process, signal).expect("it runs");
    }

    /// Waits until it has ended; gives its exit code and its log.
    fn end(mut self) -> (Option<i32>, String) {
        let mut log = String::new();
        self.child.stderr.take().expect("its log").read_to_string(&mut log).expect("text");
        (self.child.wait().expect("it ends").code(), log)
    }
}

#[test]
fn a_served_store_is_used_by_guests() {
    let folder = folder();
    let path = within(&folder, "s");
    let missing = escrowdb(&["serve", &path]);
    missing.complains(2, "there is no escrow store");
    let name = within(&folder, "notify");
    let by_path = UnixDatagram::bind(&name).expect("a socket");
    let abstract_name = format!("escrowdb-test-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&abstract_name).expect("a name");
    let by_name = UnixDatagram::bind_addr(&address).expect("a socket");
    let managers = [(&by_path, name), (&by_name, format!("@{abstract_name}"))];
    for (round, (socket, name)) in managers.iter().enumerate() {
        socket.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
        let hear = || {
            let mut text = [0; 64];
            let length = socket.recv(&mut text).expect("a datagram");
            String::from_utf8_lossy(&text[..length]).into_owned()
        };
        let served = Served::start(&[&path, "--create", "--cache-mib", "16"], Some(name));
        let process = served.child.id();
        assert!(served.ready.starts_with(&format!("process {process} hosts ")), "{}", served.ready);
        assert_eq!(hear(), "READY=1");
        escrowdb(&["serve", &path, "--clock", "manual"]).complains(2, "clock");
        let store = Store::open(&path, options()).expect("it takes guests");
        settle_in(&store);
        let paid = Operation::transfer(Id::new(), BANK, ANNA, 1, Amount::from(1_u32));
        assert_eq!(store.submit(&[paid]).expect("outcomes")[0].status, Status::APPLIED);
        assert_eq!(store.role(), Role::Guest);
        let status = escrowdb(&["status", &path, "--json"]).json();
        assert_eq!(status["host"], process.to_string(), "{status}");
        let guests = status["guests"].as_array().expect("a list");
        assert_eq!(guests.len(), 1, "{status}");
        assert_eq!(guests[0]["process"], std::process::id().to_string());
        assert_eq!(status["clock"]["state"], "trusted");
        let shown = escrowdb(&["status", &path]).out;
        assert!(shown.contains(&format!("process {process}")), "{shown}");
        drop(store);
        let signals = [rustix::process::Signal::TERM, rustix::process::Signal::INT];
        served.signal(signals[round]);
        let (code, log) = served.end();
        assert_eq!(code, Some(0), "{log}");
        assert_eq!(hear(), "STOPPING=1");
        for told in ["store opened", "guest came", "guest left", "store closed"] {
            assert!(log.contains(&format!(" info {told} store=")), "no {told:?} in {log}");
        }
    }
    is_in_order(&path);
}

/// Symptom: once a worker of the shop had taken its place, a process that stays could not come back
/// until all had ended. It waits as a guest.
#[test]
fn a_second_one_waits_for_its_place() {
    let folder = folder();
    let path = within(&folder, "s");
    let first = Served::start(&[&path, "--create"], None);
    let second = Served::start(&[&path], None);
    let said = format!("process {} is ready to take its place", second.child.id());
    assert!(second.ready.contains(&said), "{}", second.ready);
    first.signal(rustix::process::Signal::KILL);
    first.end();
    let (until, host) = (Instant::now() + Duration::from_secs(20), second.child.id().to_string());
    while escrowdb(&["status", &path, "--json"]).json()["host"] != host {
        assert!(Instant::now() < until, "it does not take the place");
    }
    second.signal(rustix::process::Signal::TERM);
    assert_eq!(second.end().0, Some(0));
    is_in_order(&path);
}

/// What guests submit while the process is asked to end is answered, by it or by the guest that
/// takes its place.
#[test]
fn nothing_is_lost_when_it_ends_under_load() {
    let folder = folder();
    let path = within(&folder, "s");
    let served = Served::start(&[&path, "--create"], None);
    let store = Store::open(&path, options()).expect("it takes guests");
    settle_in(&store);
    let answered = AtomicU32::new(0);
    let until = Instant::now() + Duration::from_secs(3);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while Instant::now() < until {
                    let paid = Operation::transfer(Id::new(), BANK, ANNA, 1, Amount::from(1_u32));
                    let status = store.submit(&[paid]).expect("outcomes")[0].status;
                    // What was sent again may have been applied before.
                    assert!([Status::APPLIED, Status::EXISTS].contains(&status), "{status}");
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        thread::sleep(Duration::from_secs(1));
        assert_eq!(store.role(), Role::Guest);
        served.signal(rustix::process::Signal::TERM);
        let (code, log) = served.end();
        assert_eq!(code, Some(0), "{log}");
    });
    assert_eq!(store.role(), Role::Host, "it took the place");
    let account = store.snapshot().expect("a snapshot").account(ANNA).expect("it");
    let credited = account.expect("her account").balances.available();
    assert_eq!(credited, Amount::from(answered.into_inner()));
    store.close().expect("it closes");
    is_in_order(&path);
}

#[test]
fn the_status_of_a_store_that_nobody_hosts() {
    let folder = folder();
    let path = within(&folder, "s");
    let store = Store::open(&path, options().clock(ClockSource::Manual)).expect("a store");
    settle_in(&store);
    let paid = Operation::transfer(Id::new(), BANK, ANNA, 1, Amount::from(100_u32));
    let hold = |id, seconds| {
        let hold = Operation::hold(Id::from_u128(id), ANNA, BANK, 1, Amount::from(1_u32));
        hold.with_deadline(seconds, AtDeadline::REFUND)
    };
    // By a manual clock that began in 1970: due a moment later.
    let outcomes = store.submit(&[paid, hold(10, 60), hold(11, 90_000)]).expect("outcomes");
    assert!(outcomes.iter().all(|outcome| outcome.status.is_applied()), "{outcomes:?}");
    // The host's clock counts while there is a host.
    let live = escrowdb(&["status", &path, "--json"]).json();
    assert_eq!((&live["holds_overdue"], &live["holds_due_in_a_day"]), (&0.into(), &1.into()));
    assert_eq!(live["clock"]["state"], "manual");
    store.close().expect("it closes");
    let status = escrowdb(&["status", &path, "--json"]).json();
    assert_eq!(status["host"], serde_json::Value::Null);
    assert_eq!(status["clock"], serde_json::Value::Null);
    assert_eq!(status["holds_overdue"], 2, "by the machine's clock: {status}");
    assert_eq!(status["checkpoint_lag"], 0);
    let shown = escrowdb(&["status", &path]);
    assert!(shown.code == 0 && shown.out.contains("nobody hosts the store"), "{shown:?}");
}
