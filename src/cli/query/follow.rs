//! `events --consumer` and `--follow`: events as lines of JSON, as they come, for a program that
//! must see each of them.
//!
//! Lines are flushed before they are acknowledged: a consumer whose run was interrupted, however,
//! is given again what may not have reached it, and misses nothing.
//!
//! Of a store that is open elsewhere a follower is a guest. One that nobody has open is closed
//! while it is waited for news, so that a follower keeps no shop from starting.

use crate::cli::arguments::Events;
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::{existing, to_read};
use crate::cli::json::{self, EventLine};
use crate::cli::ledgers::Ledgers;
use escrowdb::{ClockSource, Error, Role, Store, Timestamp};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, Stat};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

/// Lines that are flushed and acknowledged together.
const LINES_MAX: usize = 1_000;
/// How often a store is asked for what is new.
const INTERVAL: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };
/// What a shell says of a process that SIGINT has killed.
const CODE_INTERRUPTED: i32 = 130;

/// Gives out events until there are no more or, with `--follow`, until somebody stops it.
pub(super) fn run(arguments: &Events, out: &mut dyn Write) -> Result<Ending, Failure> {
    if arguments.consumer.is_some() {
        check_output()?;
    }
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // The second time it does not wait for a reader who does not read.
        let second = flag::register_conditional_shutdown(signal, CODE_INTERRUPTED, stop.clone());
        let first = flag::register(signal, stop.clone());
        second.and(first).map_err(|error| Failure::work(format!("signals: {error}")))?;
    }
    let mut store = open(arguments)?;
    let mut feed = Feed::new(arguments, &store)?;
    let wait = || {
        if reader_is_gone() {
            stop.store(true, Ordering::Relaxed);
        }
    };
    loop {
        let is_guest = store.role() == Role::Guest;
        let mut wait_as_guest = || {
            wait();
            // Whoever takes the place of a host that ended has the store alone.
            store.role() == Role::Guest
        };
        let waits = arguments.follow && is_guest;
        feed.give(&store, out, &stop, waits.then_some(&mut wait_as_guest))?;
        store.close()?;
        if !arguments.follow || feed.left == 0 || stop.load(Ordering::Relaxed) {
            return Ok(Ending::Done);
        }
        store = match reopen(arguments, &stop, &wait)? {
            Some(store) => store,
            None => return Ok(Ending::Done),
        };
    }
}

/// A consumer's position is written; who has none only reads.
fn open(arguments: &Events) -> escrowdb::Result<Store> {
    let options = match arguments.consumer {
        Some(_) => existing(&arguments.store).clock(ClockSource::Manual),
        None => to_read(),
    };
    Store::open(&arguments.store, options)
}

/// Opens a store again that nobody had open, when somebody did something in it; `None` if it is not
/// to be waited any more.
fn reopen(
    arguments: &Events,
    stop: &AtomicBool,
    wait: &dyn Fn(),
) -> Result<Option<Store>, Failure> {
    let mut seen = traces(&arguments.store);
    loop {
        wait();
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let now = traces(&arguments.store);
        if now == seen {
            continue;
        }
        match open(arguments) {
            Ok(store) => return Ok(Some(store)),
            // By somebody who takes no guests, and will leave other traces in the end.
            Err(Error::Locked(_)) => seen = now,
            Err(error) => return Err(error.into()),
        }
    }
}

/// What changes in a store's directory when somebody opens it or writes to it.
fn traces(store: &Path) -> Vec<(PathBuf, u64, Option<SystemTime>)> {
    let folders = [store.to_path_buf(), store.join("journal")];
    let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let trace = |entry: fs::DirEntry| {
        let about = entry.metadata().ok()?;
        Some((entry.path(), about.ino(), about.modified().ok()))
    };
    let mut all: Vec<_> = entries.filter_map(trace).collect();
    all.sort();
    all
}

/// Refuses to give out what reaches nobody. To write to a descriptor that is closed, or open for
/// reading only, is no error to the standard library, which has opened the null device in the place
/// of one that was closed.
fn check_output() -> Result<(), Failure> {
    let stdout = io::stdout();
    let access = rustix::fs::fcntl_getfl(&stdout).map_err(io::Error::from)? & OFlags::ACCMODE;
    let device = |stat: &Stat| (stat.st_mode, stat.st_rdev);
    let is_null = match (rustix::fs::fstat(&stdout), rustix::fs::stat("/dev/null")) {
        (Ok(output), Ok(null)) => device(&output) == device(&null),
        _ => false,
    };
    if access == OFlags::RDONLY || (access == OFlags::RDWR && is_null) {
        let what = "standard output is closed: nothing is given out or acknowledged";
        return Err(Failure::work(what.to_owned()));
    }
    Ok(())
}

/// Waits for a while. Says whether nobody reads standard output any more, which a write alone would
/// tell otherwise.
fn reader_is_gone() -> bool {
    let stdout = io::stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
    // A signal ends the wait.
    let told = poll(&mut watched, Some(&INTERVAL)).unwrap_or(0);
    told > 0 && watched[0].revents().intersects(PollFlags::ERR | PollFlags::NVAL)
}

/// How far the feed was given out, and for whom.
struct Feed<'arguments> {
    consumer: Option<&'arguments str>,
    position: Timestamp,
    /// Events that may still be given out.
    left: usize,
}

impl<'arguments> Feed<'arguments> {
    fn new(arguments: &'arguments Events, store: &Store) -> Result<Self, Failure> {
        let consumer = arguments.consumer.as_deref();
        let position = match consumer {
            Some(name) => match (store.snapshot()?.consumer(name)?, arguments.after) {
                (Some(_), Some(_)) => {
                    let what = "a consumer goes on where it left off: --after is for a new one";
                    return Err(Failure::input(what.to_owned()));
                }
                (position, after) => position.or(after),
            },
            None => arguments.after,
        };
        let left = if arguments.limit == 0 { usize::MAX } else { arguments.limit };
        Ok(Self { consumer, position: position.unwrap_or(Timestamp::NONE), left })
    }

    /// Gives out what there is, and then what comes while there is a way to `wait` for it, which
    /// says whether it is to be gone on.
    fn give(
        &mut self,
        store: &Store,
        out: &mut dyn Write,
        stop: &AtomicBool,
        mut wait: Option<&mut dyn FnMut() -> bool>,
    ) -> Result<(), Failure> {
        while self.left > 0 && !stop.load(Ordering::Relaxed) {
            let is_at_end = self.give_some(store, out, stop)?;
            if is_at_end && !wait.as_mut().is_some_and(|wait| wait()) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Gives out some events, flushes them and then acknowledges them. Says whether there are no
    /// more.
    fn give_some(
        &mut self,
        store: &Store,
        out: &mut dyn Write,
        stop: &AtomicBool,
    ) -> Result<bool, Failure> {
        let mut given = 0;
        let is_at_end = match self.write_some(store, out, stop, &mut given) {
            // Of whoever hosts the store next a new snapshot is taken.
            Err(Failure::HostEnded(_)) => false,
            written => written?,
        };
        self.left -= given;
        out.flush()?;
        if let Some(consumer) = self.consumer
            && given > 0
        {
            store.acknowledge(consumer, self.position)?;
        }
        Ok(is_at_end)
    }

    fn write_some(
        &mut self,
        store: &Store,
        out: &mut dyn Write,
        stop: &AtomicBool,
        given: &mut usize,
    ) -> Result<bool, Failure> {
        let snapshot = store.snapshot()?;
        let mut ledgers = Ledgers::of(&snapshot)?;
        for event in snapshot.events(self.position) {
            if *given == LINES_MAX.min(self.left) || stop.load(Ordering::Relaxed) {
                return Ok(false);
            }
            let event = event?;
            json::line(out, &EventLine::of(&event, &ledgers.currency(&event)?))?;
            *given += 1;
            self.position = event.timestamp;
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use escrowdb::{ClockSource, Options, money};

    #[derive(Parser)]
    struct Parsed {
        #[command(flatten)]
        events: Events,
    }

    fn arguments(words: &[&str]) -> Events {
        Parsed::parse_from([&["events", "somewhere"], words].concat()).events
    }

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a directory");
        let options = Options::new().clock(ClockSource::Manual);
        let store = Store::open(folder.path().join("s"), options).expect("a store");
        (folder, store)
    }

    fn open_ledger(store: &Store, number: u32) {
        let ledger = money::iso_ledger(number, "EUR").expect("a ledger");
        store.create_ledgers(&[ledger]).expect("outcomes");
    }

    /// What comes while somebody follows is given out, each event once, and acknowledged.
    #[test]
    fn events_are_followed() {
        let (_folder, store) = store();
        open_ledger(&store, 1);
        let (mut out, stop, mut waits) = (Vec::new(), AtomicBool::new(false), 0);
        let arguments = arguments(&["--follow", "--consumer", "mailer"]);
        let mut wait = || {
            waits += 1;
            match waits {
                1 => open_ledger(&store, 2),
                _ => stop.store(true, Ordering::Relaxed),
            }
            true
        };
        let mut feed = Feed::new(&arguments, &store).expect("a feed");
        feed.give(&store, &mut out, &stop, Some(&mut wait)).expect("lines");
        let text = String::from_utf8(out).expect("UTF-8");
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(lines[1].contains("\"number\":\"2\""), "{text}");
        let position =
            store.snapshot().expect("a snapshot").consumer("mailer").expect("a position");
        assert_eq!(position, Some(feed.position));
    }

    /// A reader that is gone has not got what was written for it: it is given again.
    #[test]
    fn what_was_not_flushed_is_given_again() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
        let (_folder, store) = store();
        open_ledger(&store, 1);
        let arguments = arguments(&["--consumer", "mailer"]);
        let give = |out: &mut dyn Write| {
            let mut feed = Feed::new(&arguments, &store).expect("a feed");
            feed.give(&store, out, &AtomicBool::new(false), None)
        };
        assert!(matches!(give(&mut Gone), Err(Failure::NobodyReads)));
        let mut lines = Vec::new();
        give(&mut lines).expect("lines");
        assert_eq!(lines.iter().filter(|byte| **byte == b'\n').count(), 1);
        let mut none = Vec::new();
        give(&mut none).expect("lines");
        assert!(none.is_empty(), "an event is given once");
    }
}
