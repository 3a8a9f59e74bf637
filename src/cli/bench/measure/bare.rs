//! What the disk does without a store: bytes written and synced, again and again, into a file that
//! has its room.

use super::{Latency, Measured, ratio};
use escrowdb::disk::{Disk, LocalDisk, OpenMode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::{Duration, Instant};

/// The loop's file: as large as a segment of a journal.
const FILE_BYTES: u64 = 64 << 20;

/// How fast a loop of one write and one sync was.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Bare {
    /// In each write.
    pub(crate) bytes: u64,
    /// Writes with their syncs.
    pub(crate) per_second: f64,
    pub(crate) latency: Latency,
}

/// Writes and syncs `bytes` for about so long, in a directory that is there.
pub(crate) fn bare_syncs(directory: &Path, bytes: u64, duration: Duration) -> Measured<Bare> {
    const NAME: &str = "bare";
    let bytes = bytes.clamp(1, FILE_BYTES);
    let disk = LocalDisk::new(directory.to_path_buf());
    let file = disk.open(NAME, OpenMode::CreateNew)?;
    let zeros = vec![0; 1 << 20];
    for offset in (0..FILE_BYTES).step_by(zeros.len()) {
        file.write_at(offset, &zeros)?;
    }
    file.sync()?;
    let written = vec![1; usize::try_from(bytes)?];
    let mut latencies = Vec::new();
    let mut offset = 0;
    let start = Instant::now();
    while start.elapsed() < duration {
        let began = Instant::now();
        file.write_at(offset, &written)?;
        file.sync()?;
        latencies.push(began.elapsed());
        offset += bytes;
        if offset + bytes > FILE_BYTES {
            offset = 0;
        }
    }
    let per_second = ratio(latencies.len() as f64, start.elapsed().as_secs_f64());
    disk.remove(NAME)?;
    Ok(Bare { bytes, per_second, latency: Latency::of(latencies) })
}
