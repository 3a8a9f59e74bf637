//! Answers as bytes, other than those to questions of a snapshot.

use super::super::{
    Advanced, ArchiveReport, BackupReport, ClockReading, ClockState, Error, Head, Result, Stats,
};
use crate::model::{Outcome, Timestamp};
use crate::wire::codec::{Malformed, Reader, Writer, records};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// What is said of a snapshot that was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Taken {
    pub(super) snapshot: u64,
    /// Of the last record that it includes.
    pub(super) timestamp: Timestamp,
    /// What the store's clock showed.
    pub(super) now: Timestamp,
    /// Of the file of keys; 0 if nobody has used it yet.
    pub(super) keys_generation: u64,
}

/// A value that is sent as an answer.
pub(super) trait Answer: Sized {
    fn write(&self, writer: &mut Writer);
    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed>;

    fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        self.write(&mut writer);
        writer.into_bytes()
    }

    fn from_bytes(payload: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(payload);
        let value = Self::read(&mut reader)?;
        reader.end()?;
        Ok(value)
    }
}

impl Answer for () {
    fn write(&self, _: &mut Writer) {}

    fn read(_: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(())
    }
}

impl Answer for bool {
    fn write(&self, writer: &mut Writer) {
        writer.flag(*self);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        reader.flag()
    }
}

impl Answer for u64 {
    fn write(&self, writer: &mut Writer) {
        writer.put(self);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        reader.take()
    }
}

impl Answer for Option<u64> {
    fn write(&self, writer: &mut Writer) {
        writer.option(self.as_ref());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        reader.option()
    }
}

impl Answer for Vec<u8> {
    fn write(&self, writer: &mut Writer) {
        writer.bytes(self);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        reader.bytes().map(<[u8]>::to_vec)
    }
}

impl Answer for Timestamp {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.nanoseconds());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        reader.take().map(Self::from_nanoseconds)
    }
}

impl Answer for Taken {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.snapshot);
        self.timestamp.write(writer);
        self.now.write(writer);
        writer.put(&self.keys_generation);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            snapshot: reader.take()?,
            timestamp: Answer::read(reader)?,
            now: Answer::read(reader)?,
            keys_generation: reader.take()?,
        })
    }
}

impl Answer for Advanced {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.settled);
        self.now.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { settled: reader.take()?, now: Answer::read(reader)? })
    }
}

impl Answer for Head {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.block);
        self.timestamp.write(writer);
        writer.put(&self.hash);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let block = reader.take()?;
        Ok(Self { block, timestamp: Answer::read(reader)?, hash: reader.take()? })
    }
}

impl Answer for Stats {
    fn write(&self, writer: &mut Writer) {
        let Self {
            blocks,
            events,
            syncs,
            journal_bytes_written,
            checkpoints,
            journal_bytes,
            state_bytes,
            records_in_memory,
            last_timestamp,
            last_block,
            checkpoint_block,
            chain_hash,
        } = self;
        for number in [
            blocks,
            events,
            syncs,
            journal_bytes_written,
            checkpoints,
            journal_bytes,
            state_bytes,
            records_in_memory,
            last_timestamp,
            last_block,
            checkpoint_block,
        ] {
            writer.put(number);
        }
        writer.text(chain_hash);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            blocks: reader.take()?,
            events: reader.take()?,
            syncs: reader.take()?,
            journal_bytes_written: reader.take()?,
            checkpoints: reader.take()?,
            journal_bytes: reader.take()?,
            state_bytes: reader.take()?,
            records_in_memory: reader.take()?,
            last_timestamp: reader.take()?,
            last_block: reader.take()?,
            checkpoint_block: reader.take()?,
            chain_hash: reader.text()?.to_owned(),
        })
    }
}

const CLOCK_STATES: [ClockState; 4] =
    [ClockState::Manual, ClockState::Trusted, ClockState::Stepped, ClockState::Unconfirmed];

impl Answer for ClockReading {
    fn write(&self, writer: &mut Writer) {
        let state = CLOCK_STATES.iter().position(|state| *state == self.state).unwrap_or(0);
        writer.put(&(state as u8));
        [self.now, self.system, self.last_event].iter().for_each(|time| time.write(writer));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let state = usize::from(reader.take::<u8>()?);
        Ok(Self {
            state: *CLOCK_STATES.get(state).ok_or(Malformed)?,
            now: Answer::read(reader)?,
            system: Answer::read(reader)?,
            last_event: Answer::read(reader)?,
        })
    }
}

impl Answer for BackupReport {
    fn write(&self, writer: &mut Writer) {
        self.head.write(writer);
        writer.put(&self.segments);
        writer.put(&self.journal_bytes);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let head = Answer::read(reader)?;
        Ok(Self { head, segments: reader.take()?, journal_bytes: reader.take()? })
    }
}

impl Answer for ArchiveReport {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.segments);
        writer.put(&self.bytes);
        self.archived.write(writer);
        writer.flag(self.held_back_by.is_some());
        if let Some(name) = &self.held_back_by {
            writer.text(name);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let (segments, bytes) = (reader.take()?, reader.take()?);
        let archived = Answer::read(reader)?;
        let held_back_by = if reader.flag()? { Some(reader.text()?.to_owned()) } else { None };
        Ok(Self { segments, bytes, archived, held_back_by })
    }
}

/// What a host answers: a value, or why not.
pub(super) fn write_error(error: &Error) -> Vec<u8> {
    let mut writer = Writer::default();
    super::errors::write(error, &mut writer);
    writer.into_bytes()
}

/// Outcomes as they lie in an answer.
pub(super) fn outcomes_of(answer: &[u8]) -> Result<Vec<Outcome>> {
    if !answer.len().is_multiple_of(size_of::<Outcome>()) {
        return Err(Error::Corrupt("the host of the store answered no outcomes".into()));
    }
    Ok(records(answer))
}

/// A path as the host can find it, whose working directory is another.
pub(super) fn path_bytes(path: &Path) -> Result<Vec<u8>> {
    Ok(std::path::absolute(path)?.as_os_str().as_bytes().to_vec())
}

/// What was sent by [`path_bytes`].
pub(super) fn read_path(bytes: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(bytes))
}
