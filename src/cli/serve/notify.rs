//! What a service manager is told, as `sd_notify` does: a datagram to the socket that it names.

use std::env;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Names the socket, if there is a service manager that wants to know.
const VARIABLE: &str = "NOTIFY_SOCKET";

/// Tells the service manager, if there is one.
pub(super) fn tell(what: &str) -> Result<(), String> {
    let Some(name) = env::var_os(VARIABLE) else { return Ok(()) };
    let sent = address(name.as_bytes()).and_then(|address| {
        let socket = UnixDatagram::unbound()?;
        socket.send_to_addr(what.as_bytes(), &address)
    });
    sent.map(drop).map_err(|error| format!("cannot tell {VARIABLE}: {error}"))
}

/// A path, or a name of Linux alone behind an `@`.
fn address(name: &[u8]) -> io::Result<SocketAddr> {
    match name.strip_prefix(b"@") {
        Some(name) => abstract_address(name),
        None => SocketAddr::from_pathname(std::ffi::OsStr::from_bytes(name)),
    }
}

#[cfg(target_os = "linux")]
fn abstract_address(name: &[u8]) -> io::Result<SocketAddr> {
    <SocketAddr as std::os::linux::net::SocketAddrExt>::from_abstract_name(name)
}

#[cfg(not(target_os = "linux"))]
fn abstract_address(_: &[u8]) -> io::Result<SocketAddr> {
    Err(io::ErrorKind::Unsupported.into())
}
