//! A small shop, and other processes that run a function of this test program.

use escrowdb::*;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

pub(crate) const LEDGER: u32 = 1;
pub(crate) const BANK: u128 = 1;
/// The first of the wallets.
pub(crate) const WALLET: u128 = 100;
/// Says to a child what it is to do.
pub(crate) const CHILD: &str = "ESCROWDB_PROCESS";

pub(crate) fn id(number: u128) -> Id {
    Id::from_u128(number)
}

pub(crate) fn amount(units: u32) -> Amount {
    Amount::from(units)
}

pub(crate) fn options() -> Options {
    let journal = journal::Options { segment_bytes: 1 << 20, preallocate_bytes: 64 << 10 };
    Options::new()
        .cache_bytes(8 << 20)
        .journal(journal)
        .durability(Durability::Process)
        .takeover_wait(Duration::from_secs(20))
}

/// A ledger, a bank, and so many wallets with 1,000,000 each. May be asked for again.
pub(crate) fn settle_in(store: &Store, wallets: u128) {
    store.create_ledgers(&[money::iso_ledger(LEDGER, "EUR").unwrap()]).unwrap();
    let bank = Account::new(id(BANK), LEDGER, 1, AccountFlags::EXTERNAL);
    let flags = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlags::HISTORY;
    let wallet = |number| Account::new(id(WALLET + number), LEDGER, 2, flags);
    let accounts: Vec<_> = std::iter::once(bank).chain((0..wallets).map(wallet)).collect();
    store.create_accounts(&accounts).unwrap();
    let pay_in = |number| {
        Operation::transfer(
            id(10_000 + number),
            id(BANK),
            id(WALLET + number),
            LEDGER,
            amount(1_000_000),
        )
    };
    store.submit(&(0..wallets).map(pay_in).collect::<Vec<_>>()).unwrap();
}

/// Another process, which runs a test of this program with this text in its environment.
pub(crate) struct Other {
    child: Child,
    lines: Receiver<String>,
}

impl Other {
    pub(crate) fn run(test: &str, text: &str, path: &Path) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env(CHILD, format!("{text} {}", path.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self { child, lines }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The rest of the next line that has this word.
    pub(crate) fn hear(&self, word: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(60)).expect(word);
            if let Some((_, rest)) = line.split_once(word) {
                return rest.trim().to_owned();
            }
        }
    }

    /// What it says until it has ended.
    pub(crate) fn rest(&self) -> Vec<String> {
        self.lines.iter().collect()
    }

    /// Closes its input, on which it ends in order.
    pub(crate) fn dismiss(&mut self) {
        drop(self.child.stdin.take());
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn go_on(&self) {
        rustix::process::kill_process(self.pid(), Signal::CONT).unwrap();
    }

    /// Stops the process, and returns when each of its threads has stopped.
    pub(crate) fn stop(&self) {
        rustix::process::kill_process(self.pid(), Signal::STOP).unwrap();
        let stopped = WaitIdOptions::STOPPED;
        rustix::process::waitid(WaitId::Pid(self.pid()), stopped).unwrap().unwrap();
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.id() as i32).unwrap()
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What this process was started to do, if it is this test that it was started for: the words after
/// its name, and the path of the store.
pub(crate) fn task(name: &str) -> Option<(String, String)> {
    let text = env::var(CHILD).ok()?;
    let rest = text.strip_prefix(name)?.strip_prefix(' ')?;
    let (words, path) = rest.rsplit_once(' ').unwrap_or(("", rest));
    Some((words.to_owned(), path.to_owned()))
}

/// Says a line, by one write, so that it is whole.
pub(crate) fn say(text: &str) {
    std::io::stdout().lock().write_all(format!("\n{text}\n").as_bytes()).unwrap();
}
