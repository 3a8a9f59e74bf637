//! `settle`: a file of orders, from the payment to the payout.
//!
//! The file is read twice: first to see that every row means something, then to carry it out. So a
//! bad row is found before anything is written. See [`naming`] for why running a file again is
//! harmless, [`plan`] for what a row does, and [`timeline`] for when.

pub(crate) mod naming;
mod parse;
mod plan;
mod report;
mod rows;
mod standing;
mod tally;
mod timeline;
mod words;
mod work;

use super::arguments::{OnError, Settle};
use super::failure::{Ending, Failure};
use super::output::progress;
use escrowdb::{ClockSource, Options, Store, Timestamp};
use plan::{Planner, Terms};
use report::{Report, Run};
use rows::{BadRow, Rows};
use standing::Standing;
use std::io::Write;
use std::path::Path;
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

/// Rows that cannot be read.
#[derive(Default)]
pub(crate) struct BadRows {
    pub(crate) count: u64,
    /// The first of them.
    pub(crate) listed: Vec<BadRow>,
}

/// Settles a file of orders.
pub(crate) fn run(arguments: &Settle, out: &mut dyn Write) -> Result<Ending, Failure> {
    let began = Instant::now();
    let tolerant = arguments.on_error == OnError::Skip;
    let survey = survey(&arguments.file, tolerant)?;
    if arguments.until.is_some_and(|until| until < survey.last_at) {
        return Err(Failure::input("--until is before the last row of the file"));
    }
    let store = Store::open(&arguments.store, Options::new().clock(ClockSource::Manual))?;
    let bar = progress(survey.rows, "settling");
    let planner = Planner::new(terms(arguments)?);
    let work = Work::begin(&store, planner, survey.first_at, bar)?;
    let worked = work.settle(&mut Rows::open(&arguments.file)?, tolerant)?;
    if let Some(until) = arguments.until {
        store.advance(timeline::end_of_second(until))?;
    }
    let orders = worked.planner.orders();
    let (tally, standings) = look_back(&store, worked)?;
    let run = Run::new(began.elapsed(), &store.stats());
    store.close()?;

    let ending = match survey.bad.count {
        0 => Ending::Done,
        _ => Ending::RowsSkipped,
    };
    let report = Report {
        arguments,
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

fn terms(arguments: &Settle) -> Result<Terms, Failure> {
    const DAY: u32 = 86_400;
    let seconds = |days: u32| days.checked_mul(DAY).ok_or_else(|| Failure::input("too many days"));
    Ok(Terms {
        fee_ppm: arguments.commission.0,
        ship_seconds: seconds(arguments.ship_days)?,
        protect_seconds: seconds(arguments.protect_days)?,
    })
}

/// Reads the whole file without carrying anything out.
fn survey(path: &Path, tolerant: bool) -> Result<Survey, Failure> {
    let mut rows = Rows::open(path)?;
    let bar = progress(rows.length(), "reading");
    let mut survey = Survey {
        rows: 0,
        first_at: Timestamp::NONE,
        last_at: Timestamp::NONE,
        bad: BadRows::default(),
    };
    while let Some(row) = rows.next()? {
        match row {
            Ok(row) => {
                survey.rows += 1;
                survey.last_at = row.at;
                if survey.first_at.is_none() {
                    survey.first_at = row.at;
                }
            }
            Err(bad) if tolerant => survey.bad.add(bad),
            Err(bad) => {
                bar.finish_and_clear();
                return Err(Failure::input(format!(
                    "{}: {bad}; nothing was written",
                    path.display()
                )));
            }
        }
        if survey.rows.is_multiple_of(1_024) {
            bar.set_position(rows.bytes_read());
        }
    }
    bar.finish_and_clear();
    if survey.rows == 0 {
        let reason = match survey.bad.listed.first() {
            Some(bad) => format!("no row can be read; {bad}"),
            None => "no rows".to_owned(),
        };
        return Err(Failure::input(format!("{}: {reason}", path.display())));
    }
    Ok(survey)
}

impl BadRows {
    fn add(&mut self, bad: BadRow) {
        self.count += 1;
        if self.listed.len() < BAD_ROWS_LISTED_MAX {
            self.listed.push(bad);
        }
    }
}

/// Counts what deadlines have done, and looks at what there is now.
fn look_back(store: &Store, worked: Worked) -> Result<(Tally, Vec<Standing>), Failure> {
    let Worked { mut tally, planner, since, last } = worked;
    let snapshot = store.snapshot()?;
    let mut open_at_end = None;
    for event in snapshot.events(since) {
        let event = event?;
        if event.timestamp > last && open_at_end.is_none() {
            open_at_end = Some(tally.open_now());
        }
        tally.expired(&event);
    }
    let open_at_end = open_at_end.unwrap_or_else(|| tally.open_now());
    let standings = Standing::of(&snapshot, &tally, &open_at_end, &planner.into_names())?;
    Ok((tally, standings))
}
