//! Tables in Markdown.

use super::Report;
use crate::measure::Figures;
use crate::orders;
use crate::rivals::Contestant::{self, BareLoop, Escrowdb};
use crate::rounds::{Results, RowReport};
use crate::rows::aftermath;
use crate::wallets::Town;
use std::fmt::Write;

/// The whole report.
pub(super) fn markdown(report: &Report) -> String {
    let mut text = String::from("# Throughput\n\n");
    let mut line = |words: String| {
        text.push_str(&words);
        text.push('\n');
    };
    line(format!("- escrowdb {}; `{}`", report.escrowdb, report.arguments.join(" ")));
    line(format!("- {}", report.machine.words()));
    for entrant in &report.contestants {
        line(format!("- {}: {}", entrant.contestant.name(), entrant.version));
    }
    for obstacle in &report.obstacles {
        line(format!("- {obstacle}"));
    }
    line(format!(
        "- Medians of {} rounds, the least and the greatest in brackets\n",
        report.rounds
    ));
    if !report.rows.is_empty() {
        speed(report, &mut text);
    }
    let rest = report.rows.iter().filter(|row| row.aftermath);
    for row in rest {
        after(row, &mut text);
    }
    orders(&report.orders, &mut text);
    wallets(&report.wallets, &mut text);
    text
}

/// Orders, beside the bare operations of the same round.
fn orders(lines: &[orders::Line], text: &mut String) {
    if lines.is_empty() {
        return;
    }
    text.push_str("## Orders\n\n");
    let head = ["what", "a second", "target", "p50 / p99 ms of a call", "of the bare operations"];
    rule(text, &head);
    for row in lines {
        let of = |value: &dyn Fn(&orders::Round) -> f64| {
            let mut values: Vec<_> = row.rounds.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            let at = |place: usize| values.get(place).copied().unwrap_or(f64::NAN);
            [at(0), at(values.len() / 2), at(values.len().saturating_sub(1))]
        };
        let [least, median, greatest] = of(&|round| round.per_second);
        let speed = format!("{} ({}–{})", whole(median), whole(least), whole(greatest));
        let target = format!("{}: {:.2}×", whole(row.target), median / row.target);
        let [_, p50, _] = of(&|round| round.p50);
        let [_, p99, _] = of(&|round| round.p99);
        let [least, ratio, greatest] = of(&|round| round.per_second / round.bare_per_second);
        let beside = format!("{ratio:.2} ({least:.2}–{greatest:.2})");
        line(text, &[row.what.into(), speed, target, format!("{p50:.2} / {p99:.2}"), beside]);
    }
    text.push('\n');
}

/// What shoppers wait for; of one run.
fn wallets(towns: &[Town], text: &mut String) {
    if towns.is_empty() {
        return;
    }
    text.push_str("## Wallets\n\n");
    rule(text, &["what", "other wallets", "a second", "p50 / p99 / max ms of a call"]);
    for town in towns {
        for row in &town.lines {
            let latency = format!("{:.2} / {:.2} / {:.1}", row.p50, row.p99, row.max);
            let (others, speed) = (whole(town.others as f64), whole(row.per_second));
            line(text, &[row.what.clone(), others, speed, latency]);
        }
    }
    text.push('\n');
}

/// How fast each row was, and how many times as fast as each rival.
fn speed(report: &Report, text: &mut String) {
    let contestants = report.contestants.iter().map(|entrant| entrant.contestant);
    let rivals: Vec<_> = contestants.filter(|&rival| rival != Escrowdb).collect();
    let mut head = vec!["workload", "escrowdb a second", "target", "p50 / p99 / max ms"];
    head.extend(rivals.iter().map(|rival| rival.name()));
    rule(text, &head);
    for row in &report.rows {
        let Some(ours) = row.of(Escrowdb) else { continue };
        let (least, greatest) = ours.spread(|figures| figures.per_second);
        let median = ours.median(|figures| figures.per_second);
        let spread = format!("{} ({}–{})", whole(median), whole(least), whole(greatest));
        let target = match (row.target_per_second, row.target_of_bare, row.target_milliseconds) {
            (Some(target), ..) => format!("{}: {:.2}×", whole(target), median / target),
            (_, Some(target), _) => format!("{target:.2} of the bare loop"),
            (.., Some([p99, max])) => format!("p99 {p99:.0} ms, max {max:.0} ms"),
            _ => String::new(),
        };
        let latency = |of: fn(&Figures) -> f64| ours.median(of);
        let latencies = format!(
            "{:.1} / {:.1} / {:.1}",
            latency(|figures| figures.latency.p50),
            latency(|figures| figures.latency.p99),
            latency(|figures| figures.latency.max),
        );
        let mut cells = vec![row.words.clone(), spread, target, latencies];
        cells.extend(rivals.iter().map(|&rival| against(row, rival)));
        line(text, &cells);
    }
    let _ = writeln!(
        text,
        "\nA rival's cell: its operations a second, and how many times as fast escrowdb was in the \
         same round. Of the bare loop: its syncs a second with as many bytes as a block of escrowdb \
         had, and the share of them that escrowdb reached.\n"
    );
}

fn against(row: &RowReport, rival: Contestant) -> String {
    let Some(results) = row.results.iter().find(|results| results.contestant == rival) else {
        return "–".into();
    };
    let (Some(ratio), Some(first)) = (row.ratio(rival), results.rounds.first()) else {
        return results.failure.clone().unwrap_or_else(|| "–".into());
    };
    if rival == BareLoop {
        let syncs =
            results.median(|figures| figures.bare.as_ref().map_or(0.0, |bare| bare.per_second));
        return format!("{}: {ratio:.2}", whole(syncs));
    }
    let fewer = match first.operations {
        operations if operations < row.workload.operations => {
            format!(", of {}", whole(operations as f64))
        }
        _ => String::new(),
    };
    format!("{}: {ratio:.1}×{fewer}", whole(results.median(|figures| figures.per_second)))
}

/// What was seen after a workload: reads, opening, memory, disk.
fn after(row: &RowReport, text: &mut String) {
    let measured = |results: &&Results| results.rounds.iter().any(|round| round.reads.is_some());
    let all: Vec<_> = row.results.iter().filter(measured).collect();
    let _ = writeln!(text, "## After {}\n", row.words);
    let names = all.iter().map(|results| {
        let operations = results.rounds.first().map_or(0, |round| round.operations);
        format!("{} ({})", results.contestant.name(), whole(operations as f64))
    });
    let head: Vec<_> = ["figure".into(), "target".into()].into_iter().chain(names).collect();
    rule(text, &head);
    for figure in FIGURES {
        let mut cells = vec![figure.name.to_owned(), (figure.show)(figure.target)];
        cells.extend(all.iter().map(|results| (figure.show)(results.median(figure.of))));
        line(text, &cells);
    }
    text.push('\n');
}

/// One figure of the aftermath.
struct Figure {
    name: &'static str,
    target: f64,
    of: fn(&Figures) -> f64,
    show: fn(f64) -> String,
}

const FIGURES: [Figure; 9] = [
    Figure {
        name: "accounts read a second, one thread",
        target: aftermath::ACCOUNTS_PER_SECOND,
        of: |figures| figures.reads.as_ref().map_or(0.0, |reads| reads.accounts_per_second),
        show: whole,
    },
    Figure {
        name: "one account, p99 µs",
        target: aftermath::ACCOUNT_P99_MICROSECONDS,
        of: |figures| figures.reads.as_ref().map_or(0.0, |reads| reads.account.p99 * 1e3),
        show: |value| format!("{value:.1}"),
    },
    Figure {
        name: "last 100 lines of a statement, p50 ms",
        target: 0.0,
        of: |figures| figures.reads.as_ref().map_or(0.0, |reads| reads.statement.p50),
        show: thousandths,
    },
    Figure {
        name: "last 100 lines of a statement, p99 ms",
        target: aftermath::STATEMENT_P99_MILLISECONDS,
        of: |figures| figures.reads.as_ref().map_or(0.0, |reads| reads.statement.p99),
        show: thousandths,
    },
    Figure {
        name: "open after a kill, s",
        target: aftermath::OPEN_SECONDS,
        of: |figures| figures.open_seconds.unwrap_or(0.0),
        show: thousandths,
    },
    Figure {
        name: "most memory, MiB",
        target: aftermath::MEMORY_BYTES as f64,
        of: |figures| figures.memory_peak_bytes as f64,
        show: mebibytes,
    },
    Figure {
        name: "journal bytes an operation",
        target: 0.0,
        of: |figures| figures.journal_bytes_each,
        show: |value| if value > 0.0 { format!("{value:.1}") } else { "–".into() },
    },
    Figure {
        name: "bytes on disk an operation",
        target: aftermath::DISK_BYTES_EACH,
        of: |figures| figures.disk_bytes_each,
        show: |value| format!("{value:.1}"),
    },
    Figure {
        name: "an empty store, MiB",
        target: aftermath::EMPTY_BYTES as f64,
        of: |figures| figures.empty_bytes as f64,
        show: mebibytes,
    },
];

fn mebibytes(bytes: f64) -> String {
    if bytes > 0.0 { format!("{:.1}", bytes / f64::from(1 << 20)) } else { "–".into() }
}

fn thousandths(value: f64) -> String {
    if value > 0.0 { format!("{value:.3}") } else { "–".into() }
}

/// The nearest whole number, in groups of three digits.
pub(super) fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn rule(text: &mut String, head: &[impl AsRef<str>]) {
    line(text, head);
    line(text, &vec!["---"; head.len()]);
}

fn line(text: &mut String, cells: &[impl AsRef<str>]) {
    for cell in cells {
        let _ = write!(text, "| {} ", cell.as_ref());
    }
    text.push_str("|\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0.0, "0"), (999.4, "999"), (1_000.0, "1,000"), (1.5e6, "1,500,000")]
        {
            assert_eq!(whole(number), text);
        }
    }
}
