//! Which database a log is in, and how it is reached.
//!
//! Guaranteed: nothing that is shown or reported of an address has the password in it. Over a
//! network the server is verified, or the address says in so many words that it is not.

use crate::journal::JournalError;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use postgres::Config;
use postgres::config::{Host, SslMode, TargetSessionAttrs};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// How long is waited for a server, unless the address says `connect_timeout`.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// After which silence a server is asked whether it is there, how often, and when it is not.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(3);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(2);
const KEEPALIVE_RETRIES: u32 = 2;
const UNANSWERED_MAX: Duration = Duration::from_secs(10);
const DEFAULT_PORT: u16 = 5432;
/// The modes of TLS that are refused: they do not look at who answers.
const BLIND_MODES: [&str; 4] = ["allow", "prefer", "require", "verify-ca"];

/// The address of a PostgreSQL database, as a URL:
/// `postgres://user:password@first,second/database?sslmode=verify-full&sslrootcert=ca.pem`.
///
/// With several hosts, the one is taken that can be written to. `sslmode` is `verify-full`, also
/// without being said unless all hosts are sockets of this machine; or `disable`. The modes between
/// encrypt without knowing for whom, and are refused. `sslrootcert` is a file of the
/// authorities that are trusted, in PEM; without it those of the system are. Other parameters are
/// those of [`postgres::Config`].
///
/// ```
/// use escrowdb::journal::postgres::Address;
/// let address: Address = "postgres://shop:secret@db1,db2/escrow".parse()?;
/// assert_eq!(address.to_string(), "postgres://shop@db1,db2/escrow");
/// # Ok::<(), escrowdb::journal::JournalError>(())
/// ```
#[derive(Clone)]
pub struct Address {
    config: Config,
    pub(super) tls: Tls,
    shown: String,
}

/// Whether the server is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tls {
    /// It is not, and all is sent as it is.
    Disabled,
    /// By the authorities in this file, or those of the system.
    Verified(Option<PathBuf>),
}

impl FromStr for Address {
    type Err = JournalError;

    fn from_str(text: &str) -> Result<Self, JournalError> {
        let scheme =
            ["postgres://", "postgresql://"].iter().find(|scheme| text.starts_with(**scheme));
        let Some(scheme) = scheme else {
            return Err(refused("an address begins with postgres://"));
        };
        let (place, parameters) = text.split_once('?').unwrap_or((text, ""));
        let (mut mode, mut authorities, mut others) = (None, None, Vec::new());
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                Some(("sslrootcert", value)) => authorities = Some(path(value)?),
                _ => others.push(parameter),
            }
        }
        let url = match others.is_empty() {
            true => place.to_owned(),
            false => format!("{place}?{}", others.join("&")),
        };
        // What it says may repeat a part of the address.
        let config = Config::from_str(&url);
        let mut config = config.map_err(|_| refused("the address is no URL of a database"))?;
        let is_local = config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
        if config.get_hosts().is_empty() {
            return Err(refused("the address names no host"));
        }
        let tls = match mode {
            Some("disable") => Tls::Disabled,
            None if is_local => Tls::Disabled,
            Some("verify-full") | None => Tls::Verified(authorities.clone()),
            Some(blind) if BLIND_MODES.contains(&blind) => {
                return Err(refused(
                    "this sslmode does not look at who answers: use verify-full, or disable",
                ));
            }
            Some(_) => return Err(refused("sslmode is verify-full or disable")),
        };
        if authorities.is_some() && tls == Tls::Disabled {
            return Err(refused("sslrootcert has no effect without sslmode=verify-full"));
        }
        config
            .ssl_mode(if tls == Tls::Disabled { SslMode::Disable } else { SslMode::Require })
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .keepalives_idle(KEEPALIVE_IDLE)
            .keepalives_interval(KEEPALIVE_INTERVAL)
            .keepalives_retries(KEEPALIVE_RETRIES)
            .tcp_user_timeout(UNANSWERED_MAX);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_application_name().is_none() {
            config.application_name("escrowdb");
        }
        Ok(Self { shown: shown(scheme, &config), config, tls })
    }
}

impl Address {
    /// Uses this password, whatever the address says: for passwords that come from elsewhere.
    #[must_use]
    pub fn with_password(mut self, password: &str) -> Self {
        self.config.password(password);
        self
    }

    /// Whether there is a password in it.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.config.get_password().is_some()
    }

    /// How to connect.
    pub(super) fn config(&self) -> &Config {
        &self.config
    }
}

/// Scheme, user, hosts and database, as they were understood: what a wrong character makes a part
/// of the password is not shown either.
fn shown(scheme: &str, config: &Config) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let user = config.get_user().map_or(String::new(), |user| format!("{}@", encoded(user)));
    let ports = config.get_ports();
    let hosts = config.get_hosts().iter().enumerate().map(|(place, host)| {
        let name = match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => encoded(&path.to_string_lossy()),
        };
        match ports.get(place).or(ports.first()) {
            Some(port) if *port != DEFAULT_PORT => format!("{name}:{port}"),
            _ => name,
        }
    });
    let hosts = hosts.collect::<Vec<_>>().join(",");
    let database = config.get_dbname().map_or(String::new(), |name| format!("/{}", encoded(name)));
    format!("{scheme}{user}{hosts}{database}")
}

fn path(value: &str) -> Result<PathBuf, JournalError> {
    let decoded = percent_decode_str(value).decode_utf8();
    Ok(PathBuf::from(&*decoded.map_err(|_| refused("sslrootcert is no name of a file"))?))
}

fn refused(what: &str) -> JournalError {
    JournalError::Refused(what.into())
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Address").field(&self.shown).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Address, String> {
        text.parse::<Address>().map_err(|error| error.to_string())
    }

    #[test]
    fn a_password_is_shown_nowhere() {
        for text in [
            "postgres://shop:secret@db1,db2:5433/escrow",
            "postgresql://shop:secret@db1/escrow?sslmode=disable",
            "postgres://shop@db1/escrow?password=secret&sslmode=disable",
            "postgres://db1/escrow?user=shop&password=secret",
            "postgres://shop:sec?secret@db1/escrow",
            "postgres://shop:secret?secret@%2Frun%2Fsecure/escrow",
        ] {
            let address = parse(text).expect("an address");
            assert!(address.has_password());
            let all = format!("{address} {address:?} {:?}", address.config());
            assert!(!all.contains("sec?") && !all.contains("secret"), "{all}");
        }
        let shown = |text: &str| parse(text).expect("an address").to_string();
        assert_eq!(shown("postgres://u:s@h1,h2:5433/a%40b"), "postgres://u@h1,h2:5433/a%40b");
        assert_eq!(
            shown("postgres://u@%2Frun%2Fpg/x?sslmode=disable"),
            "postgres://u@%2Frun%2Fpg/x"
        );
        for wrong in [
            "postgres://shop:secret@db1:none/escrow",
            "postgres://shop:secret@db1/escrow?sslmode=secret",
            "postgres://shop:secret@db1/escrow?secret=secret",
            "host=db1 password=secret",
        ] {
            let error = parse(wrong).expect_err("no address");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_server_is_verified_unless_it_is_said_otherwise() {
        let tls = |text: &str| parse(text).map(|address| address.tls);
        let verified = |file: &str| Tls::Verified(Some(file.into()));
        assert_eq!(tls("postgres://db1/escrow"), Ok(Tls::Verified(None)));
        assert_eq!(tls("postgres://db1/escrow?sslmode=verify-full"), Ok(Tls::Verified(None)));
        assert_eq!(tls("postgres://db1/escrow?sslrootcert=%2Fetc%2Fca"), Ok(verified("/etc/ca")));
        assert_eq!(tls("postgres://db1/escrow?sslmode=disable"), Ok(Tls::Disabled));
        assert_eq!(tls("postgres://%2Frun%2Fpostgresql/escrow"), Ok(Tls::Disabled));
        for mode in BLIND_MODES {
            assert!(tls(&format!("postgres://db1/escrow?sslmode={mode}")).is_err());
        }
        assert!(tls("postgres://db1/escrow?sslmode=disable&sslrootcert=ca").is_err());
        assert!(tls("postgres:///escrow").is_err());
    }
}
