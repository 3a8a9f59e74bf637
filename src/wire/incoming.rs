//! The half of a connection that frames come in by. One thread reads at a time.

use super::awake::Awake;
use super::frame::{Frame, FrameError, HEAD_BYTES, Head};
use super::socket::Socket;
use std::io::{self, ErrorKind, Read};
use std::time::{Duration, Instant};

/// Room for many small frames, which are then read by one call of the system.
const ROOM_BYTES: usize = 64 << 10;
/// Less room than this is not worth a call.
const ROOM_BYTES_MIN: usize = 8 << 10;

/// Frames out of a socket.
#[derive(Debug)]
pub(crate) struct Incoming {
    room: Vec<u8>,
    /// What was read and not taken: from here on,
    taken: usize,
    /// to here.
    filled: usize,
    awake: Awake,
}

impl Default for Incoming {
    fn default() -> Self {
        Self::awake_for(Duration::ZERO)
    }
}

impl Incoming {
    /// Whoever waits for a frame here stays awake for so long before it sleeps, where that pays.
    pub(crate) fn awake_for(longest: Duration) -> Self {
        Self { room: vec![0; ROOM_BYTES], taken: 0, filled: 0, awake: Awake::new(longest) }
    }

    /// The next frame. Waits for it until `deadline`; without one, for as long as the socket's own
    /// [time-out](Socket::set_read_timeout) says. What came of a frame by then is kept for the next
    /// call.
    pub(crate) fn next(
        &mut self,
        socket: &Socket,
        deadline: Option<Instant>,
    ) -> Result<Frame<'_>, FrameError> {
        while self.whole()?.is_none() {
            self.fill(socket, deadline)?;
        }
        self.take()?.ok_or(FrameError::TimedOut)
    }

    /// The next frame, if all of it is there already.
    pub(crate) fn take(&mut self) -> Result<Option<Frame<'_>>, FrameError> {
        let Some(head) = self.whole()? else { return Ok(None) };
        let begin = self.taken + HEAD_BYTES;
        let end = begin + head.length as usize;
        self.taken = end;
        if self.taken == self.filled {
            // What lies there stays until more is read.
            (self.taken, self.filled) = (0, 0);
        }
        let payload = &self.room[begin..end];
        if crc32fast::hash(payload) != head.payload_crc {
            return Err(FrameError::Damaged("the checksum of a payload is wrong"));
        }
        Ok(Some(Frame { kind: head.kind, flags: head.flags, number: head.number, payload }))
    }

    /// The head of the next frame, if all of that is there.
    fn whole(&self) -> Result<Option<Head>, FrameError> {
        let rest = &self.room[self.taken..self.filled];
        let Some((head, rest)) = rest.split_first_chunk::<HEAD_BYTES>() else { return Ok(None) };
        let head = Head::parse(*head)?;
        Ok((rest.len() >= head.length as usize).then_some(head))
    }

    fn fill(&mut self, socket: &Socket, deadline: Option<Instant>) -> Result<(), FrameError> {
        self.make_room();
        let room = &mut self.room[self.filled..];
        let read = match self.awake.wait(|| socket.read_at_once(room)) {
            Ok(Some(read)) => Ok(read),
            Ok(None) if !socket.wait_readable(deadline)? => return self.idle(),
            Ok(None) => loop {
                match socket.stream().read(&mut self.room[self.filled..]) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => (),
                    read => break read,
                }
            },
            Err(error) => Err(error),
        };
        match read {
            Ok(0) => Err(io::Error::from(ErrorKind::UnexpectedEof).into()),
            Ok(read) => {
                self.filled += read;
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => self.idle(),
            Err(error) => Err(error.into()),
        }
    }

    /// Nothing came: gives back what room large frames needed.
    fn idle(&mut self) -> Result<(), FrameError> {
        if self.filled == 0 && self.room.len() > ROOM_BYTES {
            self.room.truncate(ROOM_BYTES);
            self.room.shrink_to_fit();
        }
        Err(FrameError::TimedOut)
    }

    /// Room grows by what has come, and not by what a head says.
    fn make_room(&mut self) {
        if self.taken > 0 {
            self.room.copy_within(self.taken..self.filled, 0);
            (self.taken, self.filled) = (0, self.filled - self.taken);
        }
        if self.room.len() - self.filled < ROOM_BYTES_MIN {
            self.room.resize(self.room.len() * 2, 0);
        }
    }

    #[cfg(test)]
    pub(super) fn memory(&self) -> usize {
        self.room.capacity()
    }
}

/// Takes frames out of any bytes, as if they had come, for as long as there are any.
#[cfg(any(test, fuzzing))]
pub(crate) fn read_any(bytes: &[u8]) {
    let mut incoming =
        Incoming { room: bytes.to_vec(), filled: bytes.len(), ..Incoming::default() };
    while let Ok(Some(frame)) = incoming.take() {
        assert!(frame.payload.len() < bytes.len());
    }
}
