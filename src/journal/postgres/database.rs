//! One connection to the database, and what it said beside its answers.

use super::address::{Address, Tls};
use super::words;
use crate::journal::JournalError;
use postgres::{Client, NoTls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Whatever the server, the database or the role says: an answer waits for the standbys, for as
/// long as that takes, and warnings are heard.
const SETTINGS: &str = "SET synchronous_commit = on; SET client_min_messages = warning; \
    SET statement_timeout = 0; SET lock_timeout = 5000; SET search_path = pg_catalog";

/// A connection that can be written through.
pub(super) struct Database {
    pub(super) client: Client,
    was_warned: Arc<AtomicBool>,
}

impl Database {
    /// Connects.
    ///
    /// # Errors
    /// [`JournalError::Unavailable`]; [`JournalError::Refused`] if the server is there and does not
    /// let this role in, or there is no such database.
    pub(super) fn connect(address: &Address) -> Result<Self, JournalError> {
        let was_warned = Arc::new(AtomicBool::new(false));
        let of_connection = Arc::clone(&was_warned);
        let mut config = address.config().clone();
        config.notice_callback(move |_| of_connection.store(true, Ordering::Release));
        let connected = match &address.tls {
            Tls::Disabled => config.connect(NoTls),
            Tls::Verified(authorities) => {
                config.connect(MakeRustlsConnect::new(tls(authorities.as_deref())?))
            }
        };
        let mut client = connected.map_err(failed)?;
        client.batch_execute(SETTINGS).map_err(failed)?;
        Ok(Self { client, was_warned })
    }

    /// Whether the server warned of something since this was asked last: that a commit was not
    /// waited for, say, which then has no other sign of it.
    pub(super) fn was_warned(&self) -> bool {
        self.was_warned.swap(false, Ordering::AcqRel)
    }

    /// Writes something, and waits until the server says that it is where it has to be, as all
    /// before it then is: the log of the server is one stream.
    pub(super) fn barrier(&mut self) -> Result<(), JournalError> {
        loop {
            self.was_warned();
            let emit = "SELECT pg_logical_emit_message(true, 'escrowdb', '')";
            self.client.batch_execute(emit).map_err(failed)?;
            if !self.was_warned() {
                return Ok(());
            }
        }
    }
}

/// Classes of SQLSTATE that no second attempt makes good: what is asked for is not there, or not
/// for this role.
const REFUSALS: [&str; 3] = ["28", "3D", "42"];

/// What an error of the client comes to.
#[expect(clippy::needless_pass_by_value, reason = "it is for map_err")]
pub(super) fn failed(error: postgres::Error) -> JournalError {
    let words = words::of(&error);
    match error.code() {
        Some(code) if REFUSALS.iter().any(|class| code.code().starts_with(class)) => {
            JournalError::Refused(words)
        }
        _ => words::unavailable(words),
    }
}

fn tls(authorities: Option<&Path>) -> Result<ClientConfig, JournalError> {
    let mut roots = RootCertStore::empty();
    match authorities {
        Some(file) => {
            let unreadable = || {
                let file = file.display();
                JournalError::Refused(format!("{file} has no certificates that can be read"))
            };
            let found = CertificateDer::pem_file_iter(file).map_err(|_| unreadable())?;
            for certificate in found {
                let certificate = certificate.map_err(|_| unreadable())?;
                roots.add(certificate).map_err(|_| unreadable())?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        let what = "there is no authority to verify the server by: name one with sslrootcert";
        return Err(JournalError::Refused(what.into()));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = versions.map_err(|error| JournalError::Refused(error.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
