//! Measuring a store: workloads, what drives them, and the figures that come of it.
//!
//! The workload of a number is the same in every run and on every machine. A run in which an
//! operation is refused, or after which the books do not balance, is an error and no figure.
//!
//! The program in `benches/throughput` includes this folder and adds rivals. So it names the public
//! face of the library and nothing of the command, and it prints nothing.

pub(crate) mod bare;
pub(crate) mod figures;
pub(crate) mod latency;
pub(crate) mod machine;
pub(crate) mod reads;
pub(crate) mod run;
pub(crate) mod workload;

pub(crate) use bare::{Bare, bare_syncs};
pub(crate) use figures::{Figures, Progress, Seen};
pub(crate) use latency::Latency;
pub(crate) use machine::{Machine, folder_bytes, memory_peak_bytes};
pub(crate) use reads::{Reads, read_all};
pub(crate) use run::{check_books, open_again, run};
pub(crate) use workload::{Generator, Workload, prepare};

use std::error::Error;

/// What measuring gives, or the line that says why not.
pub(crate) type Measured<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// `of / by`, or nothing of nothing.
#[expect(clippy::float_arithmetic, reason = "figures for people, no money")]
fn ratio(of: f64, by: f64) -> f64 {
    if by > 0.0 { of / by } else { 0.0 }
}
