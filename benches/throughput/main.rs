//! Whole workloads through the public API, durable, beside rivals in the same run.
//!
//! ```sh
//! cargo run --release --manifest-path benches/Cargo.toml -- --dir /where/the/disk/is
//! ```
//!
//! Every row is a workload; every contestant carries it out in a process of its own, in turn, round
//! after round. What is told is the median over the rounds, the spread, and the ratio against each
//! rival of the same round. It writes `report.md`, `report.json` and plots into `--out`.
//!
//! `--quick` takes a minute with tiny sizes, to see that all of it works; its figures mean nothing.
//! `--rows transfers,single` and `--rivals sqlite,bare-loop` choose; `--curve 1M,10M,50M` measures one
//! workload at these sizes instead. The whole of it takes hours; a row of 10 million takes minutes.
//! `--rows wallets` measures what shoppers wait for, in stores with so many other wallets as `--others`
//! says; `--kept` keeps those stores, which take long to make, for the next run. `--rows orders`
//! measures orders beside the bare operations that they stand on.
//! PostgreSQL is measured where `postgres`, `initdb` and `pg_ctl` are found, and the crate
//! `doubleentry` with `--features doubleentry`.
//!
//! `tests/quick.rs` runs it: `cargo test --manifest-path benches/Cargo.toml`.

mod calls;
mod child;
#[path = "../../src/cli/bench/measure/mod.rs"]
#[allow(unused_imports, reason = "the command uses what this program does not")]
mod measure;
mod orders;
mod population;
mod report;
mod rivals;
mod rounds;
mod rows;
mod wallets;

use clap::Parser;
use clap::builder::PossibleValuesParser;
use measure::{Machine, Measured};
use report::Report;
use rivals::{Contestant, RIVALS};
use rounds::Plan;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use wallets::Sizes;

/// Measures escrowdb beside its rivals.
#[derive(Parser)]
#[command(name = "throughput")]
struct Arguments {
    /// Tiny sizes and one round: to see that it works
    #[arg(long)]
    quick: bool,
    /// Rows by name; all if none is named
    #[arg(long, value_delimiter = ',', value_parser = names())]
    rows: Vec<String>,
    /// Measure transfers at these sizes of the store instead, such as 1M,10M,50M
    #[arg(long, value_delimiter = ',', value_name = "SIZES", value_parser = parse_size)]
    curve: Vec<u64>,
    /// Rivals; all if none is named, `escrowdb` for none
    #[arg(long, value_delimiter = ',', value_enum)]
    rivals: Vec<Contestant>,
    /// How often each contestant is measured
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000))]
    rounds: Option<u64>,
    /// At most so many operations of a rival, such as 10M; otherwise each has a limit of its own
    #[arg(long, value_name = "N", value_parser = parse_size)]
    rival_operations: Option<u64>,
    /// Other wallets in the store, such as 1M,10M: one set of the rows `wallets` for each
    #[arg(long, value_delimiter = ',', value_name = "SIZES", value_parser = parse_size)]
    others: Vec<u64>,
    /// Where stores with other wallets are kept, and found again
    #[arg(long, value_name = "DIR")]
    kept: Option<PathBuf>,
    /// Where the stores are made: on the disk to be measured
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Where the report goes
    #[arg(long, value_name = "DIR", default_value = "target/bench")]
    out: PathBuf,
}

/// What can be asked for.
fn names() -> PossibleValuesParser {
    rows::NAMES.into_iter().chain([wallets::NAME, orders::NAME]).into()
}

fn parse_size(text: &str) -> Result<u64, String> {
    let (digits, factor) = match text.strip_suffix(['M', 'm']) {
        Some(digits) => (digits, 1_000_000),
        None => match text.strip_suffix(['k', 'K']) {
            Some(digits) => (digits, 1_000),
            None => (text, 1),
        },
    };
    let size = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    size.filter(|&size| size > 0).ok_or_else(|| "a size is a number such as 500k or 10M".into())
}

fn main() -> ExitCode {
    let mut given = std::env::args().skip(1);
    let ended = match (given.next().as_deref(), given.next()) {
        (Some(child::ARGUMENT), Some(task)) => child::work(&task),
        _ => measure_all(&Arguments::parse()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("throughput: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure_all(arguments: &Arguments) -> Measured<()> {
    let wanted: &[Contestant] =
        if arguments.rivals.is_empty() { &RIVALS } else { &arguments.rivals };
    let mut contestants = vec![Contestant::Escrowdb];
    let mut obstacles = Vec::new();
    for rival in RIVALS.into_iter().filter(|rival| wanted.contains(rival)) {
        match rival.obstacle() {
            Some(obstacle) => obstacles.push(obstacle),
            None => contestants.push(rival),
        }
    }
    let folder = match &arguments.dir {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let plan = Plan {
        contestants: &contestants,
        rounds: arguments.rounds.unwrap_or(if arguments.quick { 1 } else { 5 }) as usize,
        aside: Duration::from_millis(if arguments.quick { 50 } else { 2_000 }),
        rival_operations: arguments.rival_operations,
        folder: folder.path(),
    };
    let mut report = Report::new(Machine::of(folder.path()), &plan, &obstacles);
    let chosen = |row: &rows::Row| {
        arguments.rows.is_empty() || arguments.rows.iter().any(|name| name == row.name)
    };
    let rows = match &arguments.curve[..] {
        [] => rows::all(arguments.quick).into_iter().filter(chosen).collect(),
        sizes => rows::curve(sizes),
    };
    for row in &rows {
        report.rows.push(rounds::measure(row, &plan)?);
        // After each row, for whoever has seen enough.
        report.write(&arguments.out)?;
    }
    let is_asked = |name: &str| {
        let is_named = arguments.rows.iter().any(|row| row == name);
        arguments.curve.is_empty() && (arguments.rows.is_empty() || is_named)
    };
    if is_asked(orders::NAME) {
        let sizes = orders::Sizes::new(arguments.quick, plan.rounds);
        report.orders = orders::measure(&sizes, folder.path())?;
        report.write(&arguments.out)?;
    }
    if is_asked(wallets::NAME) {
        let sizes = Sizes::new(arguments.quick, &arguments.others, arguments.kept.as_deref());
        report.wallets = wallets::measure(&sizes, folder.path())?;
        report.write(&arguments.out)?;
    }
    print!("{}", report.markdown());
    println!("\nWritten to {}", arguments.out.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_suffixes() {
        for (text, size) in [("7", Some(7)), ("500k", Some(500_000)), ("10M", Some(10_000_000))] {
            assert_eq!(parse_size(text).ok(), size);
        }
        for text in ["", "0", "M", "-1", "1G", "99999999999999999M"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }
}
