//! Reading from a snapshot while nothing is written: accounts, and the ends of statements.

use super::{Generator, Latency, Measured, Workload, ratio};
use escrowdb::{Id, StatementQuery, Store};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// Lines that a statement is asked for.
const LINES: usize = 100;

/// How fast reading was.
#[derive(Clone, Default, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Reads {
    /// Look-ups of one account, by one thread.
    pub(crate) accounts_per_second: f64,
    pub(crate) account: Latency,
    /// The last hundred lines of one account.
    pub(crate) statement: Latency,
}

/// Reads at random from one snapshot, for about so long each.
pub(crate) fn read_all(store: &Store, workload: &Workload, duration: Duration) -> Measured<Reads> {
    let snapshot = store.snapshot()?;
    let mut generator = Generator::new(workload);
    let newest = StatementQuery { newest_first: true, limit: LINES, ..StatementQuery::default() };
    read_with(&mut generator, duration, &mut |id| Ok(snapshot.account(id)?.is_some()), &mut |id| {
        let lines = snapshot.statement(id, &newest)?;
        lines.map(|line| Ok(line.map(|_| 1)?)).sum()
    })
}

/// As [`read_all`], by whatever finds an account and counts the last lines of a statement.
pub(crate) fn read_with(
    generator: &mut Generator,
    duration: Duration,
    find: &mut dyn FnMut(Id) -> Measured<bool>,
    lines: &mut dyn FnMut(Id) -> Measured<usize>,
) -> Measured<Reads> {
    let ids: Vec<_> = (0..65_536).map(|_| generator.account()).collect();
    // A clock is as slow as a look-up: first many between two looks at it, then each for itself.
    let (mut found, start) = (0_u64, Instant::now());
    'reading: loop {
        for ids in ids.chunks(256) {
            for &id in ids {
                if !find(id)? {
                    return Err("an account is missing".into());
                }
                found += 1;
            }
            if start.elapsed() >= duration {
                break 'reading;
            }
        }
    }
    let accounts_per_second = ratio(found as f64, start.elapsed().as_secs_f64());
    let account = timed(&ids, duration, |id| find(id).map(drop))?;
    let statement = timed(&ids, duration, |id| lines(id).map(drop))?;
    Ok(Reads { accounts_per_second, account, statement })
}

fn timed(
    ids: &[Id],
    duration: Duration,
    mut read: impl FnMut(Id) -> Measured<()>,
) -> Measured<Latency> {
    let mut latencies = Vec::new();
    let start = Instant::now();
    for &id in ids {
        let began = Instant::now();
        read(id)?;
        latencies.push(began.elapsed());
        if start.elapsed() >= duration {
            break;
        }
    }
    Ok(Latency::of(latencies))
}
