//! The half of a connection that frames come in by. One thread reads at a time.

use super::frame::{Frame, FrameError, HEAD_BYTES, Head};
use super::socket::Socket;
use std::io::{self, ErrorKind, Read};
use std::time::Instant;

/// What is read at once, if so much is there: many small frames, or the beginning of a large one.
const PIECE_BYTES: usize = 256 << 10;

/// Frames out of a socket.
#[derive(Debug, Default)]
pub(crate) struct Incoming {
    /// What was read and not taken.
    buffer: Vec<u8>,
    taken: usize,
}

impl Incoming {
    /// The next frame. Waits for it until `deadline`, if there is one; what came of a frame by then
    /// is kept for the next call.
    pub(crate) fn next(
        &mut self,
        socket: &Socket,
        deadline: Option<Instant>,
    ) -> Result<Frame, FrameError> {
        loop {
            if let Some(frame) = self.take()? {
                return Ok(frame);
            }
            self.fill(socket, deadline)?;
        }
    }

    /// The next frame, if all of it is there already.
    pub(crate) fn take(&mut self) -> Result<Option<Frame>, FrameError> {
        let rest = &self.buffer[self.taken..];
        let Some((head, rest)) = rest.split_first_chunk::<HEAD_BYTES>() else { return Ok(None) };
        let head = Head::parse(*head)?;
        let Some(payload) = rest.get(..head.length as usize) else { return Ok(None) };
        if crc32fast::hash(payload) != head.payload_crc {
            return Err(FrameError::Damaged("the checksum of a payload is wrong"));
        }
        let payload = payload.to_vec();
        self.taken += HEAD_BYTES + payload.len();
        if self.taken == self.buffer.len() {
            self.buffer.clear();
            self.taken = 0;
            // What a large frame needed is not kept for the small ones after it.
            self.buffer.shrink_to(PIECE_BYTES);
        }
        Ok(Some(Frame { kind: head.kind, flags: head.flags, number: head.number, payload }))
    }

    #[cfg(test)]
    pub(super) fn memory(&self) -> usize {
        self.buffer.capacity()
    }

    fn fill(&mut self, socket: &Socket, deadline: Option<Instant>) -> Result<(), FrameError> {
        if self.taken > 0 {
            self.buffer.drain(..self.taken);
            self.taken = 0;
        }
        if !socket.wait_readable(deadline)? {
            return Err(FrameError::TimedOut);
        }
        // Grows by what comes, and not by what a head says.
        let length = self.buffer.len();
        self.buffer.resize(length + PIECE_BYTES, 0);
        let read = loop {
            match socket.stream().read(&mut self.buffer[length..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => (),
                read => break read,
            }
        };
        self.buffer.truncate(length + *read.as_ref().unwrap_or(&0));
        match read {
            Ok(0) => Err(io::Error::from(ErrorKind::UnexpectedEof).into()),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
