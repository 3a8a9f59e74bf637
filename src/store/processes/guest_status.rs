//! What a host tells of its guests.

use super::answers::Answer;
use crate::wire::codec::{Malformed, Reader, Writer};

/// A guest, as its host sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct GuestStatus {
    /// The number of its process, as it says itself.
    pub process: u32,
    /// The number of the user that it runs as.
    pub user: u32,
    /// For how many seconds it has been connected.
    pub connected_seconds: u64,
    /// Snapshots that are kept for it.
    pub snapshots: u64,
    /// Bytes of what it has sent and not got its answers for.
    pub bytes_under_way: u64,
}

/// Who uses a store: see [`Store::processes`](crate::Store::processes).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Processes {
    /// The number of the process that hosts it.
    pub host: u32,
    /// Its guests, in the order in which they came: one for each handle, also of the host's own
    /// process.
    pub guests: Vec<GuestStatus>,
}

impl Answer for GuestStatus {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.process);
        writer.put(&self.user);
        writer.put(&self.connected_seconds);
        writer.put(&self.snapshots);
        writer.put(&self.bytes_under_way);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            process: reader.take()?,
            user: reader.take()?,
            connected_seconds: reader.take()?,
            snapshots: reader.take()?,
            bytes_under_way: reader.take()?,
        })
    }
}

impl Answer for Vec<GuestStatus> {
    fn write(&self, writer: &mut Writer) {
        writer.put(&(self.len() as u32));
        self.iter().for_each(|guest| guest.write(writer));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let count = reader.count()?;
        let mut all = Self::new();
        for _ in 0..count {
            all.push(Answer::read(reader)?);
        }
        Ok(all)
    }
}
