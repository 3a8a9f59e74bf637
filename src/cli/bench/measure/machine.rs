//! On what was measured: processor, system, disk, and what a process and a folder take of them.
//!
//! What cannot be found out is said to be unknown; no figure depends on it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

/// The machine and the disk of a folder.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    /// Threads that run at the same time.
    pub(crate) cores: usize,
    pub(crate) memory: String,
    pub(crate) system: String,
    /// The file system and device of the folder.
    pub(crate) disk: String,
}

impl Machine {
    /// This machine, with the disk of `folder`.
    pub(crate) fn of(folder: &Path) -> Self {
        let unknown = || "unknown".to_owned();
        let kernel = read("/proc/sys/kernel/osrelease").unwrap_or_default();
        let system = format!("{} {} {}", std::env::consts::OS, kernel, std::env::consts::ARCH);
        Self {
            processor: named("/proc/cpuinfo", "model name").unwrap_or_else(unknown),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory: named("/proc/meminfo", "MemTotal").unwrap_or_else(unknown),
            system: system.split_whitespace().collect::<Vec<_>>().join(" "),
            disk: disk_of(folder).unwrap_or_else(unknown),
        }
    }

    /// In one line.
    pub(crate) fn words(&self) -> String {
        let Self { processor, cores, memory, system, disk } = self;
        format!("{processor}, {cores} cores, {memory} of memory, {system}, {disk}")
    }
}

/// The most memory that this process ever had, in bytes; 0 if the system does not tell.
pub(crate) fn memory_peak_bytes() -> u64 {
    let peak = named("/proc/self/status", "VmHWM");
    let kibibytes = peak.and_then(|peak| peak.trim_end_matches(" kB").trim().parse::<u64>().ok());
    kibibytes.unwrap_or(0) << 10
}

/// Bytes of all files below a folder; those that go away meanwhile do not count.
pub(crate) fn folder_bytes(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let bytes = |entry: fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => folder_bytes(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    };
    entries.flatten().map(bytes).sum()
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
}

/// What stands behind the first `name:` of a file.
fn named(path: &str, name: &str) -> Option<String> {
    let text = read(path)?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The mount with the longest path that the folder is in.
fn disk_of(folder: &Path) -> Option<String> {
    let folder = fs::canonicalize(folder).ok()?;
    let mounts = read("/proc/self/mounts")?;
    let mounts = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some((words.next()?, words.next()?, words.next()?))
    });
    let around = mounts.filter(|(_, point, _)| folder.starts_with(point));
    let (device, _, kind) = around.max_by_key(|(_, point, _)| point.len())?;
    Some(format!("{kind} on {device}"))
}
