//! How long submissions took.
#![expect(clippy::float_arithmetic, reason = "figures for people, no money")]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// In how many steps the distribution of latencies is told.
const QUANTILES: usize = 200;

/// Of submissions, in milliseconds.
#[derive(Clone, Default, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
    /// The whole distribution, from the least to the greatest in equal steps of probability.
    pub(crate) quantiles: Vec<f64>,
}

impl Latency {
    pub(crate) fn of(mut latencies: Vec<Duration>) -> Self {
        latencies.sort_unstable();
        let Some(last) = latencies.len().checked_sub(1) else { return Self::default() };
        let place = |step: usize, steps: usize| {
            let rank = (latencies.len() * step).div_ceil(steps).max(1) - 1;
            latencies[rank.min(last)].as_secs_f64() * 1e3
        };
        Self {
            p50: place(50, 100),
            p99: place(99, 100),
            max: place(100, 100),
            quantiles: (0..=QUANTILES).map(|step| place(step, QUANTILES)).collect(),
        }
    }
}
