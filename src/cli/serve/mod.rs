//! `serve`: a process that hosts a store and does nothing else, for those who want one that stays.

mod log;
mod notify;

use super::arguments::{Serve, ServeClock, ServeDurability};
use super::failure::{Ending, Failure};
use super::input::file_access_of;
use escrowdb::{ClockSource, Durability, FileAccess, OpenMode, Options, Store};
use rustix::event::{Timespec, poll};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::io::Write;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How often is looked whether it is to end. A signal ends the wait.
const INTERVAL: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };
/// What a shell says of a process that SIGINT has killed.
const CODE_INTERRUPTED: i32 = 130;

/// Hosts a store until it is asked to end, or cannot go on. If another process hosts it, this one
/// is its guest, and may take its place.
pub(crate) fn run(arguments: &Serve, out: &mut dyn Write) -> Result<Ending, Failure> {
    let poisoned = log::begin();
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // The second time it waits for nothing.
        let second = flag::register_conditional_shutdown(signal, CODE_INTERRUPTED, stop.clone());
        let first = flag::register(signal, stop.clone());
        second.and(first).map_err(|error| Failure::work(format!("signals: {error}")))?;
    }
    let store = Store::open(&arguments.store, options(arguments))?;
    let (host, block) = (store.processes()?.host, store.head()?.block);
    let follows = match host == process::id() {
        true => String::new(),
        false => format!("; process {} is ready to take its place", process::id()),
    };
    let path = arguments.store.display();
    // Nobody needs to read it.
    let _ = writeln!(out, "process {host} hosts {path}, last block {block}{follows}");
    let _ = out.flush();
    notify::tell("READY=1").map_err(Failure::work)?;
    while !stop.load(Ordering::Relaxed) && !poisoned.load(Ordering::Relaxed) {
        let _ = poll(&mut [], Some(&INTERVAL));
    }
    // That nobody hears of the end is no reason not to end.
    let _ = notify::tell("STOPPING=1");
    store.close()?;
    Ok(Ending::Done)
}

fn options(arguments: &Serve) -> Options {
    let mode = match arguments.create {
        true => OpenMode::OpenOrCreate,
        false => OpenMode::Existing,
    };
    let clock = match arguments.clock {
        ServeClock::System => ClockSource::System,
        ServeClock::Manual => ClockSource::Manual,
    };
    let durability = match arguments.durability {
        ServeDurability::Durable => Durability::Durable,
        ServeDurability::Process => Durability::Process,
    };
    let access = arguments.files.file_access.map(FileAccess::from);
    let options = Options::new()
        .mode(mode)
        .clock(clock)
        .durability(durability)
        .file_access(access.unwrap_or_else(|| file_access_of(&arguments.store)))
        .guests_max(arguments.guests);
    match arguments.cache_mib {
        Some(mebibytes) => options.cache_bytes(mebibytes << 20),
        None => options,
    }
}
