//! Plots, as SVG: speed by the size of a batch, speed as the store grows, and how latencies lie.

use super::table::whole;
use crate::measure::Measured;
use crate::rivals::Contestant;
use crate::rounds::{Results, RowReport};
use plotters::coord::ranged1d::{AsRangedCoord, Ranged, ValueFormatter};
use plotters::prelude::*;
use std::path::Path;

/// The whole picture: curves on the left, their names on the right of them.
const SIZE: (u32, u32) = (1_320, 540);
const CURVES_WIDTH: u32 = 930;

/// A line of a plot.
struct Curve {
    name: String,
    points: Vec<(f64, f64)>,
}

/// What a plot is called, and its axes.
struct Frame<'w> {
    title: &'w str,
    x: &'w str,
    y: &'w str,
}

/// Operations a second by operations in a call, for each contestant.
pub(super) fn by_batch_size(rows: &[RowReport], path: &Path) -> Measured<()> {
    let is_plain = |row: &&RowReport| {
        let workload = &row.workload;
        let plain = !workload.holds && !workload.random_ids && workload.threads <= 1;
        plain && matches!(row.name, "transfers" | "batches" | "single")
    };
    let mut curves: Vec<Curve> = Vec::new();
    for row in rows.iter().filter(is_plain) {
        let with_books =
            row.results.iter().filter(|results| results.contestant != Contestant::BareLoop);
        for results in with_books.filter(|results| !results.rounds.is_empty()) {
            let point = (row.workload.batch as f64, results.median(|figures| figures.per_second));
            let name = results.contestant.name();
            match curves.iter_mut().find(|curve| curve.name == name) {
                // Of two sizes of a store with the same batches, the first.
                Some(curve) if curve.points.iter().any(|known| known.0 == point.0) => (),
                Some(curve) => curve.points.push(point),
                None => curves.push(Curve { name: name.into(), points: vec![point] }),
            }
        }
    }
    curves.iter_mut().for_each(|curve| curve.points.sort_by(|a, b| a.0.total_cmp(&b.0)));
    let frame = Frame { title: "Durable transfers", x: "in a call", y: "a second" };
    let x = range(&curves, |point| point.0);
    let y = range(&curves, |point| point.1);
    draw(path, &frame, &curves, (x.0..x.1).log_scale(), (y.0..y.1).log_scale())
}

/// Operations a second in each part of a run: the round in the middle of each row of batches.
pub(super) fn by_store_size(rows: &[RowReport], path: &Path) -> Measured<()> {
    let batches = rows.iter().filter(|row| row.workload.threads == 0);
    let curve = |row: &RowReport| {
        let round = middle(row.of(Contestant::Escrowdb)?)?;
        let points = round.pace.iter().map(|&(done, speed)| (done as f64 / 1e6, speed)).collect();
        Some(Curve { name: row.words.clone(), points })
    };
    let curves: Vec<_> = batches.filter_map(curve).collect();
    let frame = Frame { title: "As the store grows", x: "million operations", y: "a second" };
    let (x, y) = (range(&curves, |point| point.0), range(&curves, |point| point.1));
    draw(path, &frame, &curves, 0.0..x.1, 0.0..y.1)
}

/// The distribution of latencies of each row.
pub(super) fn latencies(rows: &[RowReport], path: &Path) -> Measured<()> {
    let curve = |row: &RowReport| {
        let quantiles = &middle(row.of(Contestant::Escrowdb)?)?.latency.quantiles;
        let steps = quantiles.len().saturating_sub(1).max(1) as f64;
        let point = |(step, &value): (usize, &f64)| (100.0 * step as f64 / steps, value);
        Some(Curve {
            name: row.words.clone(),
            points: quantiles.iter().enumerate().map(point).collect(),
        })
    };
    let curves: Vec<_> = rows.iter().filter_map(curve).collect();
    let frame =
        Frame { title: "From call to durable answer", x: "% of the calls", y: "at most ms" };
    let y = range(&curves, |point| point.1);
    draw(path, &frame, &curves, 0.0..100.0, (y.0..y.1).log_scale())
}

/// The round whose speed is the median, or just below.
fn middle(results: &Results) -> Option<&crate::measure::Figures> {
    let mut rounds: Vec<_> = results.rounds.iter().collect();
    rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    rounds.get(rounds.len().saturating_sub(1) / 2).copied()
}

/// From the least to the greatest value, with something between them.
fn range(curves: &[Curve], of: impl Fn(&(f64, f64)) -> f64) -> (f64, f64) {
    let values = || curves.iter().flat_map(|curve| &curve.points).map(&of);
    let least = values().min_by(f64::total_cmp).unwrap_or(0.0).max(1e-3);
    let greatest = values().max_by(f64::total_cmp).unwrap_or(0.0);
    (least, greatest.max(2.0 * least) * 1.05)
}

fn draw<X, Y>(path: &Path, frame: &Frame<'_>, curves: &[Curve], x: X, y: Y) -> Measured<()>
where
    X: AsRangedCoord<Value = f64>,
    Y: AsRangedCoord<Value = f64>,
    X::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
    Y::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let area = SVGBackend::new(path, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let (left, right) = area.split_horizontally(CURVES_WIDTH);
    let mut chart = ChartBuilder::on(&left)
        .caption(frame.title, ("sans-serif", 22))
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(84)
        .build_cartesian_2d(x, y)?;
    let number = |value: &f64| if *value < 10.0 { format!("{value}") } else { whole(*value) };
    chart
        .configure_mesh()
        .x_desc(frame.x)
        .y_desc(frame.y)
        .x_label_formatter(&number)
        .y_label_formatter(&number)
        .light_line_style(WHITE)
        .draw()?;
    for (place, curve) in curves.iter().enumerate() {
        let style = Palette99::pick(place).stroke_width(2);
        chart.draw_series(LineSeries::new(curve.points.iter().copied(), style).point_size(2))?;
        let y = 44 + 20 * i32::try_from(place)?;
        right.draw(&PathElement::new([(0, y), (16, y)], style))?;
        right.draw(&Text::new(curve.name.clone(), (24, y - 6), ("sans-serif", 14)))?;
    }
    area.present()?;
    Ok(())
}
