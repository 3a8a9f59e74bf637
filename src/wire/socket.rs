//! Sockets by the name that they have in a directory which is open: however long its path is, and
//! whatever becomes of it.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{AtFlags, Mode};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendAncillaryBuffer, SendFlags, SocketAddrUnix, SocketFlags,
    SocketType, bind, connect as connect_to, listen, recv, sendmsg, socket_with, sockopt,
};
use std::io::{self, ErrorKind, IoSlice};
use std::net::Shutdown;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::{Duration, Instant};

/// How many may wait to be let in.
const BACKLOG: i32 = 1_024;

/// Who is at the other end, as the system says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Peer {
    /// The number of its process, 0 if it cannot be seen from here.
    pub(crate) process: u32,
    /// The number of its user.
    pub(crate) user: u32,
}

/// One end of a connection.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: UnixStream,
}

impl Socket {
    pub(super) fn stream(&self) -> &UnixStream {
        &self.stream
    }

    /// Writes what there is room for. In a program of another language than Rust a plain write to a
    /// connection that has ended would end the process, by a signal.
    pub(super) fn write(&self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        let nothing = &mut SendAncillaryBuffer::default();
        Ok(sendmsg(&self.stream, parts, nothing, SendFlags::NOSIGNAL)?)
    }

    /// Reads what is there; `None` if nothing is.
    pub(super) fn read_at_once(&self, room: &mut [u8]) -> io::Result<Option<usize>> {
        match recv(&self.stream, room, RecvFlags::DONTWAIT) {
            Ok((read, _)) => Ok(Some(read)),
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    #[cfg(test)]
    pub(super) fn new(stream: UnixStream) -> Self {
        Self { stream }
    }

    /// Who is at the other end.
    pub(crate) fn peer(&self) -> io::Result<Peer> {
        let found = sockopt::socket_peercred(&self.stream)?;
        let process = u32::try_from(found.pid.as_raw_nonzero().get()).unwrap_or(0);
        Ok(Peer { process, user: found.uid.as_raw() })
    }

    /// A write that takes longer breaks the connection.
    pub(crate) fn set_write_timeout(&self, patience: Duration) -> io::Result<()> {
        self.stream.set_write_timeout(Some(patience))
    }

    /// Whoever waits for a frame without a deadline of its own waits no longer than this.
    pub(crate) fn set_read_timeout(&self, patience: Duration) -> io::Result<()> {
        self.stream.set_read_timeout(Some(patience))
    }

    /// The same end once more.
    pub(crate) fn duplicate(&self) -> io::Result<Self> {
        Ok(Self { stream: self.stream.try_clone()? })
    }

    /// Waits until the connection has ended, but no longer than so, and says whether it has. Reads
    /// nothing.
    pub(crate) fn wait_for_end(&self, patience: Duration) -> bool {
        let Ok(patience) = Timespec::try_from(patience) else { return false };
        let mut wanted = [PollFd::new(&self.stream, PollFlags::RDHUP)];
        matches!(poll(&mut wanted, Some(&patience)), Ok(1..))
    }

    /// Ends the connection for both ends, and for whichever thread waits for it.
    pub(crate) fn shut_down(&self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// Nothing more is read; what was sent before may still be answered.
    pub(crate) fn shut_down_reading(&self) {
        let _ = self.stream.shutdown(Shutdown::Read);
    }

    /// Waits until there is something to read, or the deadline: then `false`.
    pub(super) fn wait_readable(&self, deadline: Option<Instant>) -> io::Result<bool> {
        let Some(deadline) = deadline else { return Ok(true) };
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let left = Timespec::try_from(left).map_err(|_| ErrorKind::InvalidInput)?;
            let mut wanted = [PollFd::new(&self.stream, PollFlags::IN)];
            match poll(&mut wanted, Some(&left)) {
                Ok(found) => return Ok(found > 0),
                Err(Errno::INTR) => (),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

/// The address of a socket with this name in an open directory. The system takes 108 bytes of a
/// path at most, so it goes by the descriptor.
fn address(directory: &OwnedFd, name: &str) -> io::Result<SocketAddrUnix> {
    Ok(SocketAddrUnix::new(format!("/proc/self/fd/{}/{name}", directory.as_raw_fd()))?)
}

/// Connects to the socket of this name. Does not wait for whoever listens.
///
/// # Errors
/// [`ErrorKind::NotFound`] or [`ErrorKind::ConnectionRefused`] if nobody listens,
/// [`ErrorKind::WouldBlock`] if too many wait to be let in.
pub(crate) fn connect(directory: &OwnedFd, name: &str) -> io::Result<Socket> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    connect_to(&socket, &address(directory, name)?)?;
    let stream = UnixStream::from(socket);
    stream.set_nonblocking(false)?;
    Ok(Socket { stream })
}

/// A socket that others connect to.
#[derive(Debug)]
pub(crate) struct Listener {
    listener: UnixListener,
}

impl Listener {
    /// Listens by this name, in the place of whoever did before. Who else than the owner may
    /// connect is what `access` says.
    pub(crate) fn bind(directory: &OwnedFd, name: &str, access: Mode) -> io::Result<Self> {
        match rustix::fs::unlinkat(directory, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => (),
            Err(error) => return Err(error.into()),
        }
        let socket =
            socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
        bind(&socket, &address(directory, name)?)?;
        // Before anybody can get in.
        rustix::fs::chmodat(directory, name, access, AtFlags::empty())?;
        listen(&socket, BACKLOG)?;
        Ok(Self { listener: UnixListener::from(socket) })
    }

    /// Removes the name of a socket that nobody listens by.
    pub(crate) fn remove(directory: &OwnedFd, name: &str) {
        let _ = rustix::fs::unlinkat(directory, name, AtFlags::empty());
    }

    /// The next who comes. Waits for it.
    pub(crate) fn accept(&self) -> io::Result<Socket> {
        let (stream, _) = self.listener.accept()?;
        Ok(Socket { stream })
    }

    /// Wakes whoever waits for the next, and takes nobody in any more.
    pub(crate) fn shut_down(&self) {
        let _ = rustix::net::shutdown(&self.listener, rustix::net::Shutdown::Both);
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.listener.as_fd()
    }
}
