//! `status`: who uses a store now, and whether it goes well.

use crate::cli::arguments::OneStore;
use crate::cli::failure::{Ending, Failure};
use crate::cli::input::open_to_read;
use crate::cli::json::{self, Count, Name, Numeral, TimeText};
use crate::cli::output::{Left, Right, count, counted, second, section, table};
use escrowdb::{ClockState, GuestStatus, HoldQuery, Role, Snapshot, Store, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Write;
use std::process;

/// What is soon for a deadline.
const SOON: u64 = 86_400 * Timestamp::SECOND;

/// Who uses a store, and how it goes.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct StatusFacts {
    /// The number of the process that hosts the store; null if nobody does.
    host: Option<Numeral>,
    /// Its guests, without this command.
    guests: Vec<GuestFacts>,
    /// The host's clock; null if nobody hosts the store.
    clock: Option<ClockFacts>,
    /// The number of the last block.
    last_block: Numeral,
    /// The number of the last block that the state file includes.
    checkpoint_block: Numeral,
    /// Blocks that would be carried out again after a crash.
    checkpoint_lag: Count,
    /// Open holds whose deadline has come by the store's clock, or by this machine's if nobody
    /// hosts the store: disputed ones, and those that are about to be settled.
    holds_overdue: Count,
    /// Open holds whose deadline comes within a day.
    holds_due_in_a_day: Count,
    /// The time of the last event.
    last_event: Option<TimeText>,
}

/// A guest.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct GuestFacts {
    process: Numeral,
    /// The number of the user that it runs as.
    user: Numeral,
    connected_seconds: Count,
    /// Snapshots that are kept for it.
    snapshots: Count,
    /// Bytes of what it has sent and not got its answers for.
    bytes_under_way: Count,
}

/// A clock.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ClockFacts {
    /// How far it is believed: manual, trusted, stepped or unconfirmed.
    state: Name,
    /// The time that operations are judged by.
    now: Option<TimeText>,
    /// What the system clock shows there; null where the clock is manual.
    system: Option<TimeText>,
}

/// Shows who uses a store.
pub(crate) fn run(arguments: &OneStore, out: &mut dyn Write) -> Result<Ending, Failure> {
    let store = open_to_read(&arguments.store)?;
    let (facts, guests) = find(&store)?;
    if arguments.json {
        json::document(out, &facts.0)?;
    } else {
        show(&facts.1, &guests, out)?;
    }
    Ok(Ending::Done)
}

/// What people read.
type Rows = Vec<(&'static str, String)>;

fn find(store: &Store) -> Result<((StatusFacts, Rows), Vec<GuestStatus>), Failure> {
    let is_live = store.role() == Role::Guest;
    let (mut host, mut guests) = (None, Vec::new());
    if is_live {
        let processes = store.processes()?;
        host = Some(processes.host);
        guests = processes.guests;
        guests.retain(|guest| guest.process != process::id());
    }
    let (stats, reading, snapshot) = (store.stats()?, store.clock()?, store.snapshot()?);
    let now = if is_live { reading.now } else { system_time() };
    let soon = Timestamp::from_nanoseconds(now.nanoseconds().saturating_add(SOON));
    let after_now = Timestamp::from_nanoseconds(now.nanoseconds().saturating_add(1));
    let overdue = holds_due(&snapshot, None, now)?;
    let due = holds_due(&snapshot, Some(after_now), soon)?;
    let state = match reading.state {
        ClockState::Manual => "manual",
        ClockState::Trusted => "trusted",
        ClockState::Stepped => "stepped",
        ClockState::Unconfirmed => "unconfirmed",
        _ => "unknown",
    };
    let lag = stats.last_block.saturating_sub(stats.checkpoint_block);
    let hosted = match host {
        Some(host) => format!("process {host}"),
        None => "nobody hosts the store".to_owned(),
    };
    let mut rows = vec![("host", hosted)];
    if is_live {
        rows.push(("clock", format!("{state}, {}", second(reading.now))));
    }
    rows.push(("last event", second(snapshot.timestamp())));
    rows.push(("last block", count(stats.last_block)));
    rows.push(("checkpoint lag", counted(lag, "block", "blocks")));
    rows.push(("holds overdue", count(overdue)));
    rows.push(("holds due in a day", count(due)));
    let clock = is_live.then(|| ClockFacts {
        state: Name(state),
        now: TimeText::of(reading.now),
        system: TimeText::of(reading.system),
    });
    let facts = StatusFacts {
        host: host.map(Numeral::from),
        guests: guests.iter().map(GuestFacts::of).collect(),
        clock,
        last_block: stats.last_block.into(),
        checkpoint_block: stats.checkpoint_block.into(),
        checkpoint_lag: lag.into(),
        holds_overdue: overdue.into(),
        holds_due_in_a_day: due.into(),
        last_event: TimeText::of(snapshot.timestamp()),
    };
    Ok(((facts, rows), guests))
}

impl GuestFacts {
    fn of(guest: &GuestStatus) -> Self {
        Self {
            process: guest.process.into(),
            user: guest.user.into(),
            connected_seconds: guest.connected_seconds.into(),
            snapshots: guest.snapshots.into(),
            bytes_under_way: guest.bytes_under_way.into(),
        }
    }
}

fn holds_due(snapshot: &Snapshot, from: Option<Timestamp>, to: Timestamp) -> Result<u64, Failure> {
    let query = HoldQuery { due_from: from, due_to: Some(to), ..HoldQuery::default() };
    let mut holds = 0;
    for hold in snapshot.open_holds(&query)? {
        hold?;
        holds += 1;
    }
    Ok(holds)
}

fn system_time() -> Timestamp {
    let now = u64::try_from(jiff::Timestamp::now().as_nanosecond());
    Timestamp::from_nanoseconds(now.unwrap_or_default())
}

fn show(rows: &Rows, guests: &[GuestStatus], out: &mut dyn Write) -> Result<(), Failure> {
    let mut facts = table(&[("what", Left), ("is", Left)]);
    for (name, value) in rows {
        facts.add_row([*name, value]);
    }
    section(out, "Store", &facts)?;
    let mut table = table(&[
        ("guest", Right),
        ("user", Right),
        ("seconds", Right),
        ("snapshots", Right),
        ("bytes under way", Right),
    ]);
    for guest in guests {
        table.add_row([
            guest.process.to_string(),
            guest.user.to_string(),
            count(guest.connected_seconds),
            count(guest.snapshots),
            count(guest.bytes_under_way),
        ]);
    }
    section(out, &counted(guests.len() as u64, "guest", "guests"), &table)
}
