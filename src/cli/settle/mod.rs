//! `settle`: a file of orders, from the payment to the payout.
//!
//! The file is read twice: first to see that every row means something, then to carry it out. So a
//! bad row is found before anything is written. See [`naming`](super::naming) for why running a
//! file again is harmless, [`plan`] for what a row does, [`orders`] for which legs it means, and
//! [`timeline`] for when.

mod orders;
mod parse;
mod plan;
mod report;
mod row;
mod rows;
mod source;
mod standing;
mod tally;
mod timeline;
mod trial;
mod words;
mod work;

pub(crate) use report::SettleFacts;

use super::arguments::{OnError, Settle};
use super::failure::{Ending, Failure};
use super::output::progress;
use escrowdb::{ClockSource, Error, OpenMode, Options, Snapshot, Store, Timestamp};
use plan::{Chunk, Planner, Terms};
use report::{Report, Run};
use rows::{BadRow, Rows};
use source::Source;
use standing::Standing;
use std::collections::HashSet;
use std::io::Write;
use std::time::Instant;
use tally::Tally;
use work::{Work, Worked};

/// Bad rows that are listed; the others are counted.
const BAD_ROWS_LISTED_MAX: usize = 20;

/// What a first look at the file has found.
struct Survey {
    rows: u64,
    first_at: Timestamp,
    last_at: Timestamp,
    bad: BadRows,
}

/// Rows that cannot be settled.
#[derive(Default)]
pub(crate) struct BadRows {
    pub(crate) count: u64,
    /// The first of them.
    pub(crate) listed: Vec<BadRow>,
    /// The lines of all of them.
    lines: HashSet<u64>,
}

/// Settles a file of orders.
pub(crate) fn run(arguments: &Settle, out: &mut dyn Write) -> Result<Ending, Failure> {
    let began = Instant::now();
    let source = Source::at(&arguments.file)?;
    let mut store = match arguments.dry_run {
        true => Some(trial::copy(&arguments.store)?),
        false => existing(arguments)?,
    };
    let before = store.as_ref().map(Store::snapshot).transpose()?;
    let planner = Planner::new(terms(arguments)?, before.as_ref())?;
    let survey = survey(&source, planner.clone(), before.as_ref(), arguments)?;
    if arguments.until.is_some_and(|until| until < survey.last_at) {
        return Err(Failure::input("--until is before the last row of the file"));
    }
    let store = match store.take() {
        Some(store) => store,
        None => Store::open(&arguments.store, options_for(arguments))?,
    };
    let bar = progress(survey.rows, "settling");
    let work = Work::begin(&store, planner, before, survey.first_at, bar)?;
    let worked = work.settle(&mut Rows::open(&source)?, &survey.bad.lines)?;
    if let Some(until) = arguments.until {
        let until = timeline::end_of_second(until);
        if until > store.snapshot()?.timestamp() {
            store.advance(until)?;
        }
    }
    let orders = worked.planner.orders();
    let (tally, standings) = look_back(&store, worked)?;
    let run = Run::new(began.elapsed(), &store.stats()?);
    store.close()?;

    let ending = match (tally.steps_refused(), survey.bad.count) {
        (1.., _) if arguments.strict => Ending::StepsRefused,
        (_, 1..) => Ending::RowsSkipped,
        _ => Ending::Done,
    };
    let report = Report {
        arguments,
        source: source.name(),
        first_at: survey.first_at,
        last_at: survey.last_at,
        orders,
        bad: survey.bad,
        tally,
        standings,
        run,
    };
    if arguments.json {
        report.write_json(out)?;
    } else {
        words::write(&report, out)?;
    }
    Ok(ending)
}

/// By a manual clock: time comes from the file. So a store that is open elsewhere by the system's
/// is refused, and a shop that starts meanwhile waits.
fn options() -> Options {
    Options::new().clock(ClockSource::Manual).brief(true)
}

/// Of the store itself.
fn options_for(arguments: &Settle) -> Options {
    options().file_access(arguments.files.access_beside(&arguments.store))
}

/// The store, if there is one. It is made when the file was found to be good.
fn existing(arguments: &Settle) -> Result<Option<Store>, Failure> {
    match Store::open(&arguments.store, options_for(arguments).mode(OpenMode::Existing)) {
        Ok(store) => Ok(Some(store)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn terms(arguments: &Settle) -> Result<Terms, Failure> {
    const DAY: u32 = 86_400;
    let seconds = |days: u32| days.checked_mul(DAY).ok_or_else(|| Failure::input("too many days"));
    Ok(Terms {
        fee_ppm: arguments.commission.0,
        ship_seconds: seconds(arguments.ship_days)?,
        protect_seconds: seconds(arguments.protect_days)?,
        leaves_out_late: arguments.on_error == OnError::Skip,
    })
}

/// Reads the whole file without carrying anything out.
fn survey(
    source: &Source,
    mut planner: Planner,
    before: Option<&Snapshot>,
    arguments: &Settle,
) -> Result<Survey, Failure> {
    let mut rows = Rows::open(source)?;
    let bar = progress(rows.length(), "reading");
    let mut survey = Survey {
        rows: 0,
        first_at: Timestamp::NONE,
        last_at: Timestamp::NONE,
        bad: BadRows::default(),
    };
    while let Some(row) = rows.next()? {
        let planned = match row {
            Ok(row) => {
                let (line, at) = (row.line, row.at);
                let planned = planner.plan(row, before, &mut Chunk::default())?;
                planned.map(|()| at).map_err(|reason| BadRow { line, reason })
            }
            Err(bad) => Err(bad),
        };
        match planned {
            Ok(at) => {
                survey.rows += 1;
                survey.last_at = at;
                if survey.first_at.is_none() {
                    survey.first_at = at;
                }
            }
            Err(bad) if arguments.on_error == OnError::Skip => survey.bad.add(bad),
            Err(bad) => {
                bar.finish_and_clear();
                let name = source.name();
                return Err(Failure::input(format!("{name}: {bad}; nothing was written")));
            }
        }
        if survey.rows.is_multiple_of(1_024) {
            bar.set_position(rows.bytes_read());
        }
    }
    bar.finish_and_clear();
    let name = source.name();
    match survey.bad.listed.first() {
        None if survey.rows == 0 => Err(Failure::input(format!("{name}: no rows"))),
        // A store is not made for nothing; one that is there can have booked them all but late
        // ones.
        Some(bad) if survey.rows == 0 && before.is_none() => {
            Err(Failure::input(format!("{name}: no row can be settled; {bad}")))
        }
        _ => Ok(survey),
    }
}

impl BadRows {
    fn add(&mut self, bad: BadRow) {
        self.count += 1;
        self.lines.insert(bad.line);
        if self.listed.len() < BAD_ROWS_LISTED_MAX {
            self.listed.push(bad);
        }
    }
}

/// Counts what the file and deadlines have done, and looks at what there is now.
fn look_back(store: &Store, worked: Worked) -> Result<(Tally, Vec<Standing>), Failure> {
    let Worked { mut tally, planner, ids, last } = worked;
    let snapshot = store.snapshot()?;
    let mut open_at_end = None;
    for event in snapshot.events(Timestamp::NONE) {
        let event = event?;
        if event.timestamp > last && open_at_end.is_none() && !ids.is_empty() {
            open_at_end = Some(tally.open_now());
        }
        tally.take_in(event, &ids);
    }
    let open_at_end = open_at_end.unwrap_or_else(|| tally.open_now());
    let standings = Standing::of(&snapshot, &tally, &open_at_end, &planner.into_names())?;
    Ok((tally, standings))
}
