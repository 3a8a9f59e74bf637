//! The half of a connection that frames go out by. Small frames of many threads share a write.

use super::frame::{FrameError, Head};
use super::socket::Socket;
use std::io::{self, ErrorKind, IoSlice};
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What is longer is not copied to wait with others.
const SMALL_BYTES: usize = 16 << 10;
/// Whoever would make more than this wait, waits.
const WAITING_BYTES_MAX: usize = 1 << 20;

/// Memory for frames that wait is kept up to this size.
const KEPT_BYTES_MAX: usize = 64 << 10;

/// Frames into a socket.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    waiting: Mutex<Waiting>,
    free: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    /// Frames that whoever writes now writes next.
    frames: Vec<u8>,
    is_writing: bool,
    is_broken: bool,
}

impl Outgoing {
    /// Sends a frame whose payload is these parts, one after the other. It may be written by
    /// another thread after this returned: that it could not be, the next call tells.
    pub(crate) fn send(
        &self,
        socket: &Socket,
        what: (u16, u16, u64),
        parts: &[&[u8]],
    ) -> Result<(), FrameError> {
        self.add(socket, what, parts)?;
        self.flush(socket)
    }

    /// As [`Outgoing::send`], but a small frame waits until somebody flushes or sends: for many
    /// that follow each other.
    pub(crate) fn add(
        &self,
        socket: &Socket,
        (kind, flags, number): (u16, u16, u64),
        parts: &[&[u8]],
    ) -> Result<(), FrameError> {
        let too_long = FrameError::Damaged("it is too long");
        let head = Head::new(kind, flags, number, parts).ok_or(too_long)?;
        let head = bytemuck::bytes_of(&head);
        let bytes = head.len() + parts.iter().map(|part| part.len()).sum::<usize>();
        let mut waiting = self.waiting();
        loop {
            if waiting.is_broken {
                return Err(io::Error::from(ErrorKind::BrokenPipe).into());
            }
            if bytes <= SMALL_BYTES && waiting.frames.len() + bytes <= WAITING_BYTES_MAX {
                waiting.frames.extend_from_slice(head);
                parts.iter().for_each(|part| waiting.frames.extend_from_slice(part));
                return Ok(());
            }
            if !waiting.is_writing {
                break;
            }
            waiting = self.free.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        waiting.is_writing = true;
        // Those that wait keep their place before this one.
        let before = mem::take(&mut waiting.frames);
        drop(waiting);
        let mut slices: Vec<_> =
            [&before[..], head].into_iter().chain(parts.iter().copied()).collect();
        let written = write_all(socket, &mut slices);
        self.write_waiting(socket, before, written)
    }

    /// Writes what waits, unless somebody does.
    pub(crate) fn flush(&self, socket: &Socket) -> Result<(), FrameError> {
        let mut waiting = self.waiting();
        if waiting.is_broken {
            return Err(io::Error::from(ErrorKind::BrokenPipe).into());
        }
        if waiting.is_writing || waiting.frames.is_empty() {
            return Ok(());
        }
        waiting.is_writing = true;
        drop(waiting);
        self.write_waiting(socket, Vec::new(), Ok(()))
    }

    /// Writes what others left meanwhile, until nothing is left. Memory goes to and fro.
    fn write_waiting(
        &self,
        socket: &Socket,
        mut frames: Vec<u8>,
        mut written: io::Result<()>,
    ) -> Result<(), FrameError> {
        loop {
            frames.clear();
            let mut waiting = self.waiting();
            waiting.is_broken |= written.is_err();
            if waiting.frames.is_empty() || waiting.is_broken {
                waiting.is_writing = false;
                if frames.capacity() <= KEPT_BYTES_MAX {
                    waiting.frames = frames;
                }
                self.free.notify_all();
                return Ok(written?);
            }
            mem::swap(&mut waiting.frames, &mut frames);
            drop(waiting);
            written = write_all(socket, &mut [&frames]);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write_all(socket: &Socket, parts: &mut [&[u8]]) -> io::Result<()> {
    let mut first = 0;
    loop {
        while parts.get(first).is_some_and(|part| part.is_empty()) {
            first += 1;
        }
        if first == parts.len() {
            return Ok(());
        }
        let slices: Vec<_> = parts[first..].iter().map(|part| IoSlice::new(part)).collect();
        let mut written = match socket.write(&slices) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => written,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        for part in &mut parts[first..] {
            let taken = written.min(part.len());
            *part = &part[taken..];
            written -= taken;
        }
    }
}
