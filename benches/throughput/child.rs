//! A measurement in a process of its own, so that memory is that of one contestant, and a kill is a
//! kill.
//!
//! The program starts itself with a [`Task`] in its arguments. The child tells how far it is and
//! then what it found, a line of JSON each, on standard output. If it is to stay it then waits, with
//! its files open and nothing closed, until it is killed.

use crate::measure::{
    self, Figures, Measured, Workload, bare_syncs, folder_bytes, memory_peak_bytes,
};
use crate::rivals::{self, Contestant};
use escrowdb::Options;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The argument that a task follows.
pub(crate) const ARGUMENT: &str = "--as-child";

/// What a child does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) contestant: Contestant,
    /// With its files in here, which it creates.
    pub(crate) folder: PathBuf,
    pub(crate) step: Step,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Step {
    /// Carries out a workload, reads for so long if that is not nothing, and waits to be killed if
    /// it is to stay.
    Run { workload: Workload, reading: Duration, stays: bool },
    /// Opens what a killed child left, and closes it.
    OpenAgain,
    /// Writes and syncs so many bytes for so long.
    Bare { bytes: u64, duration: Duration },
}

/// What a child says.
#[derive(Debug, Serialize, Deserialize)]
enum Message {
    Done(u64),
    Found(Box<Figures>),
    Failed(String),
}

/// Has a child do the task. `progress` hears how many operations are done.
pub(crate) fn have_done(task: &Task, progress: impl Fn(u64)) -> Measured<Figures> {
    let words = serde_json::to_string(task)?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args([ARGUMENT, &words]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn()?;
    let out = child.stdout.take().ok_or("a child without an output")?;
    let mut found = Err(format!("the child that measures {} died", task.contestant.name()).into());
    for line in BufReader::new(out).lines() {
        match serde_json::from_str(&line?)? {
            Message::Done(done) => progress(done),
            Message::Found(figures) => {
                found = Ok(*figures);
                if matches!(task.step, Step::Run { stays: true, .. }) {
                    child.kill()?;
                }
            }
            Message::Failed(reason) => {
                found = Err(format!("{}: {reason}", task.contestant.name()).into());
            }
        }
    }
    child.wait()?;
    found
}

/// Does the task of this process, and says what was found.
pub(crate) fn work(task: &str) -> Measured<()> {
    let task: Task = serde_json::from_str(task)?;
    let told = Mutex::new(Instant::now());
    let progress = |done: u64| {
        if let Ok(mut told) = told.try_lock()
            && told.elapsed() > Duration::from_millis(100)
        {
            *told = Instant::now();
            say(&Message::Done(done));
        }
    };
    let path = task.folder.join("store");
    // Kept open until the very end.
    let mut kept = None;
    let found = match &task.step {
        Step::Run { workload, reading, .. } if task.contestant == Contestant::Escrowdb => {
            run_escrowdb(&path, workload, *reading, &progress).map(|(store, figures)| {
                kept = Some(store);
                figures
            })
        }
        Step::Run { workload, reading, stays } => {
            let rival = rivals::open(task.contestant, &path);
            rival.and_then(|mut rival| {
                let figures = run_rival(&mut *rival, workload, *reading, &progress)?;
                if *stays {
                    // As the kill would find it.
                    std::mem::forget(rival);
                }
                Ok(figures)
            })
        }
        Step::OpenAgain => open_again(task.contestant, &path),
        Step::Bare { bytes, duration } => bare_syncs(&task.folder, *bytes, *duration)
            .map(|bare| Figures { bare: Some(bare), ..Figures::default() }),
    };
    match found {
        Ok(figures) => say(&Message::Found(Box::new(figures))),
        Err(error) => say(&Message::Failed(error.to_string())),
    }
    if matches!(task.step, Step::Run { stays: true, .. }) {
        // Ends by the kill, or when whoever was to kill is gone.
        std::io::stdin().read_line(&mut String::new())?;
    }
    drop(kept);
    Ok(())
}

fn say(message: &Message) {
    if let Ok(line) = serde_json::to_string(message) {
        let mut out = std::io::stdout().lock();
        // Whoever does not listen any more does not want to know.
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    }
}

fn run_escrowdb(
    path: &Path,
    workload: &Workload,
    reading: Duration,
    progress: measure::Progress<'_>,
) -> Measured<(escrowdb::Store, Figures)> {
    let (store, mut figures) = measure::run(path, Options::new(), workload, progress)?;
    if !reading.is_zero() {
        figures.reads = Some(measure::read_all(&store, workload, reading)?);
    }
    measure::check_books(&store)?;
    Ok((store, figures))
}

fn run_rival(
    rival: &mut dyn rivals::Rival,
    workload: &Workload,
    reading: Duration,
    progress: measure::Progress<'_>,
) -> Measured<Figures> {
    let mut figures = rivals::run(rival, workload, progress)?;
    figures.memory_peak_bytes = memory_peak_bytes();
    if !reading.is_zero() {
        let mut generator = measure::Generator::new(workload);
        let cell = Mutex::new(rival);
        let lock = || cell.lock().map_err(|_| "a read has panicked");
        figures.reads = Some(measure::reads::read_with(
            &mut generator,
            reading,
            &mut |id| lock()?.find(id),
            &mut |id| lock()?.lines(id),
        )?);
        return cell.into_inner().map_err(|_| "a read has panicked")?.check().map(|()| figures);
    }
    rival.check()?;
    Ok(figures)
}

/// Opens it, which recovers it, and reads all accounts; then closes it.
fn open_again(contestant: Contestant, path: &Path) -> Measured<Figures> {
    let seconds = if contestant == Contestant::Escrowdb {
        let (store, seconds) = measure::open_again(path, Options::new())?;
        store.close()?;
        seconds
    } else {
        let start = Instant::now();
        let mut rival = rivals::open(contestant, path)?;
        rival.check()?;
        start.elapsed().as_secs_f64()
    };
    let disk_bytes = folder_bytes(path);
    Ok(Figures {
        open_seconds: Some(seconds),
        disk_bytes_each: disk_bytes as f64,
        ..Figures::default()
    })
}
