//! The host of a store in this process, with the guests that it serves.

#[cfg(feature = "postgres")]
use super::super::elsewhere;
use super::super::files::LockedDirectory;
use super::super::host::Host;
use super::super::lock::Purpose;
use super::super::{Options, Result};
use super::guest_status::GuestStatus;
use super::server::Server;
use crate::disk::LocalDisk;
use std::sync::Arc;

/// The host of a store in this process, with those that it serves.
#[derive(Debug)]
pub(in super::super) struct Hosting {
    // Before the host, which it serves.
    server: Option<Server>,
    host: Arc<Host>,
}

impl Hosting {
    /// A host that nobody else comes to.
    pub(in super::super) fn alone(host: Host) -> Self {
        Self { server: None, host: Arc::new(host) }
    }

    /// Opens a store whose directory is locked, and lets others in, if they may come.
    pub(in super::super) fn open(locked: LockedDirectory, options: &Options) -> Result<Self> {
        let LockedDirectory { disk, lock } = locked;
        let is_shared = options.purpose() == Purpose::Hosting;
        #[cfg(feature = "postgres")]
        let (options, log) = elsewhere::connect(options)?;
        #[cfg(not(feature = "postgres"))]
        let (options, log) = (options.clone(), None);
        let host = Host::open(Arc::new(disk.clone()), log, &options, Some(lock))?;
        let host = Arc::new(host);
        let server = is_shared.then(|| Server::start(&host, &disk, &options)).transpose()?;
        Ok(Self { server, host })
    }

    /// A host that was alone until now, and lets others in, if they may come.
    pub(in super::super) fn after(host: Host, disk: &LocalDisk, options: &Options) -> Result<Self> {
        let host = Arc::new(host);
        if options.purpose() != Purpose::Hosting {
            return Ok(Self { server: None, host });
        }
        let server = Server::start(&host, disk, options)?;
        host.let_guests_in();
        Ok(Self { server: Some(server), host })
    }

    pub(in super::super) fn host(&self) -> &Arc<Host> {
        &self.host
    }

    /// Those who are served now.
    pub(in super::super) fn guests(&self) -> Vec<GuestStatus> {
        self.server.as_ref().map(Server::guests).unwrap_or_default()
    }

    /// Serves nobody any more: what was asked for by now is answered first.
    pub(in super::super) fn dismiss(&self) {
        if self.server.as_ref().is_some_and(Server::stop) {
            self.host.leave_guests();
        }
    }
}
