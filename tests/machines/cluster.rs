//! A PostgreSQL server and its standbys, real ones, on loopback and in temporary folders.
//!
//! Servers refuse to run as root: then they run as `postgres` or `nobody`.

use postgres::{Client, NoTls};
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a server takes at most to do what it was asked to.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the programs of the server are; `None`, said in a line, if there are none. In CI that is a
/// failure.
pub(crate) fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort_by(|one, other| other.cmp(one));
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&path));
    let has_all = |folder: &PathBuf| {
        ["initdb", "postgres", "pg_basebackup"].iter().all(|name| folder.join(name).exists())
    };
    let found = folders.into_iter().find(has_all);
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "PostgreSQL is missing: package postgresql");
        println!("skipped: PostgreSQL is missing (Debian package postgresql)");
    }
    found
}

/// Who runs servers, if this process may not: user and group.
fn server_user() -> Option<(u32, u32)> {
    if !rustix::process::getuid().is_root() {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("a list of users");
    let find = |name: &str| {
        let user = users.lines().find(|line| line.starts_with(&format!("{name}:")))?;
        let mut fields = user.split(':').skip(2).map(|field| field.parse().ok());
        Some((fields.next()??, fields.next()??))
    };
    Some(find("postgres").or_else(|| find("nobody")).expect("somebody who is not root"))
}

/// Servers that replicate to each other, by their names.
pub(crate) struct Cluster {
    folder: TempDir,
    programs: PathBuf,
}

/// One of them, which is killed when this is dropped.
pub(crate) struct Server {
    pub(crate) port: u16,
    name: String,
    data: PathBuf,
    programs: PathBuf,
    settings: Vec<String>,
    child: Option<Child>,
}

impl Cluster {
    /// A folder for them, if PostgreSQL is there.
    pub(crate) fn new() -> Option<Self> {
        let programs = programs()?;
        let folder = tempfile::tempdir().unwrap();
        if let Some((user, group)) = server_user() {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        Some(Self { folder, programs })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    fn server(&self, name: &str, settings: &[&str]) -> Server {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let data = self.path().join(format!("{name}-{port}"));
        let mut all: Vec<String> = [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "shared_buffers=16MB",
            "max_wal_size=256MB",
            "wal_keep_size=256MB",
            "wal_receiver_status_interval=1s",
            "wal_retrieve_retry_interval=200ms",
            "logging_collector=off",
            "log_min_messages=fatal",
        ]
        .map(String::from)
        .into();
        all.push(format!("port={port}"));
        all.extend(settings.iter().map(|setting| (*setting).to_owned()));
        Server {
            port,
            name: name.into(),
            data,
            programs: self.programs.clone(),
            settings: all,
            child: None,
        }
    }

    /// A new server, which is running.
    pub(crate) fn primary(&self, name: &str, settings: &[&str]) -> Server {
        let mut server = self.server(name, settings);
        let data = server.data.to_str().unwrap();
        let arguments = ["-D", data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"];
        run(server.command("initdb").args(arguments));
        server.start();
        server
    }

    /// A new standby of a server, which is running and streams.
    pub(crate) fn standby(&self, name: &str, of: &Server, settings: &[&str]) -> Server {
        let from = format!("host=127.0.0.1 port={} user=postgres application_name={name}", of.port);
        let mut server = self.server(name, settings);
        server.settings.push(format!("primary_conninfo={from}"));
        let data = server.data.to_str().unwrap();
        let arguments = ["-D", data, "-d", &from, "-X", "stream", "-c", "fast", "-R", "-N"];
        run(server.command("pg_basebackup").args(arguments));
        server.start();
        of.wait_for_standby(name);
        server
    }
}

impl Server {
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir("/").env("LC_ALL", "C").stdin(Stdio::null());
        if let Some((user, group)) = server_user() {
            command.uid(user).gid(group);
        }
        command
    }

    /// Starts it, and waits until it takes connections.
    pub(crate) fn start(&mut self) {
        let mut command = self.command("postgres");
        command.arg("-D").arg(&self.data);
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        command.stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().unwrap());
        wait(&format!("server {} to start", self.name), || {
            Client::connect(&self.parameters("postgres"), NoTls).is_ok()
        });
    }

    fn parameters(&self, database: &str) -> String {
        let port = self.port;
        format!("host=127.0.0.1 port={port} user=postgres dbname={database} connect_timeout=5")
    }

    /// A connection of the tests.
    pub(crate) fn client(&self, database: &str) -> Client {
        Client::connect(&self.parameters(database), NoTls).unwrap()
    }

    /// Lets it be reached with this certificate, and as anybody but `postgres` only so and with a
    /// password.
    pub(crate) fn use_certificate(&mut self, certificate: &Path, key: &Path) {
        let own_key = self.data.join("server.key");
        fs::copy(certificate, self.data.join("server.crt")).unwrap();
        fs::copy(key, &own_key).unwrap();
        if let Some((user, group)) = server_user() {
            chown(&own_key, Some(user), Some(group)).unwrap();
            chown(self.data.join("server.crt"), Some(user), Some(group)).unwrap();
        }
        fs::set_permissions(&own_key, fs::Permissions::from_mode(0o600)).unwrap();
        let rules = "host all postgres 127.0.0.1/32 trust\n\
            hostssl all all 127.0.0.1/32 scram-sha-256\n\
            hostssl all all ::1/128 scram-sha-256\n";
        fs::write(self.data.join("pg_hba.conf"), rules).unwrap();
        self.settings.push("ssl=on".into());
        self.kill();
        self.start();
    }

    /// Makes a database, and gives its address.
    pub(crate) fn create_database(&self, name: &str) -> String {
        let mut client = self.client("postgres");
        // What the tests begin with need not wait for standbys.
        client.batch_execute("SET synchronous_commit = local").unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        self.url(name)
    }

    /// The address of a database of its.
    pub(crate) fn url(&self, database: &str) -> String {
        let port = self.port;
        format!("postgres://postgres@127.0.0.1:{port}/{database}?sslmode=disable")
    }

    /// Kills it, with no time for anything.
    pub(crate) fn kill(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        child.kill().unwrap();
        child.wait().unwrap();
        // Its own children notice.
        let lock = self.data.join("postmaster.pid");
        wait("the processes of a server to end", || {
            TcpListener::bind(("127.0.0.1", self.port)).is_ok()
        });
        fs::remove_file(lock).ok();
    }

    /// Lets a standby be a server of its own.
    pub(crate) fn promote(&self) {
        self.client("postgres").query_one("SELECT pg_promote()", &[]).unwrap();
    }

    fn wait_for_standby(&self, name: &str) {
        let streams = "SELECT 1 FROM pg_stat_replication \
            WHERE application_name = $1 AND state = 'streaming'";
        let mut client = self.client("postgres");
        wait("a standby to stream", || client.query_opt(streams, &[&name]).unwrap().is_some());
    }

    /// Waits until a session does what only those do that wait for standbys, and gives its process.
    pub(crate) fn waiter(&self) -> i32 {
        let waits = "SELECT pid FROM pg_stat_activity \
            WHERE wait_event = 'SyncRep' AND application_name = 'escrowdb'";
        let mut client = self.client("postgres");
        let mut found = None;
        wait("somebody to wait for a standby", || {
            found = client.query_opt(waits, &[]).unwrap().map(|row| row.get(0));
            found.is_some()
        });
        found.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits until something is so.
pub(crate) fn wait(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "waited too long for {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

pub(crate) fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}
