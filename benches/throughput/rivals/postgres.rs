//! PostgreSQL, where it is installed: a private cluster on a socket of its own, and a batch carried
//! out by one statement over arrays, which is the fastest that its SQL allows.

use super::{Rival, account_number, minor_units};
use crate::measure::{Measured, Workload};
use escrowdb::{Id, Operation};
use postgres::types::ToSql;
use postgres::{Client, Config, NoTls, Statement};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use uuid::Uuid;

const SCHEMA: &str = "
    CREATE TABLE accounts (
        id bigint PRIMARY KEY,
        is_limited boolean NOT NULL DEFAULT false,
        debits_posted bigint NOT NULL DEFAULT 0,
        credits_posted bigint NOT NULL DEFAULT 0
    ) WITH (fillfactor = 70);
    CREATE TABLE transfers (
        id uuid PRIMARY KEY,
        debit bigint NOT NULL,
        credit bigint NOT NULL,
        amount bigint NOT NULL,
        at timestamptz NOT NULL
    );
    CREATE INDEX by_debit ON transfers (debit, at);
    CREATE INDEX by_credit ON transfers (credit, at);";

const BATCH: &str = "
    WITH batch AS (
        SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[])
            AS batch (id, debit, credit, amount)
    ), inserted AS (
        INSERT INTO transfers SELECT id, debit, credit, amount, clock_timestamp() FROM batch
        RETURNING debit, credit, amount
    ), sums AS (
        SELECT account, sum(out)::bigint AS out, sum(into_)::bigint AS into_ FROM (
            SELECT debit AS account, amount AS out, 0 AS into_ FROM inserted
            UNION ALL SELECT credit, 0, amount FROM inserted) AS lines
        GROUP BY account
    )
    UPDATE accounts SET debits_posted = debits_posted + out, credits_posted = credits_posted + into_
    FROM sums WHERE id = account
        AND (NOT is_limited OR credits_posted + into_ >= debits_posted + out)";

const LINES: &str = "
    (SELECT at, id, -amount FROM transfers WHERE debit = $1 ORDER BY at DESC LIMIT 100)
    UNION ALL
    (SELECT at, id, amount FROM transfers WHERE credit = $1 ORDER BY at DESC LIMIT 100)
    ORDER BY at DESC LIMIT 100";

/// What the server runs with. A commit waits for its sync, which is the default.
const SETTINGS: &str = "-c listen_addresses='' -c fsync=on -c synchronous_commit=on \
    -c shared_buffers=256MB -c max_wal_size=4GB";

pub(super) fn is_installed() -> bool {
    programs().is_some()
}

pub(super) fn version() -> String {
    let version = programs().and_then(|programs| {
        let said = Command::new(programs.join("postgres")).arg("--version").output().ok()?;
        Some(String::from_utf8_lossy(&said.stdout).trim().to_owned())
    });
    let version = version.unwrap_or_else(|| "not installed".into());
    format!("{version}, one statement over arrays for a batch, 256 MiB of shared buffers")
}

/// The folder of the server's programs: on the path, or where Debian puts them.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<_> = std::env::split_paths(&path).collect();
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    folders.extend(debian.map(|version| version.path().join("bin")));
    let all = ["postgres", "initdb", "pg_ctl"];
    folders.into_iter().find(|folder| all.iter().all(|name| folder.join(name).is_file()))
}

/// A cluster of its own, which is stopped with this.
struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    /// Whom the server runs as: it refuses to be root.
    user: Option<&'static str>,
}

impl Cluster {
    fn start(folder: &Path) -> Measured<Self> {
        let programs = programs().ok_or("PostgreSQL is not installed")?;
        fs::create_dir_all(folder)?;
        let is_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
        let user = if is_root { Some(give_away(folder)?) } else { None };
        let cluster = Self { folder: folder.to_path_buf(), programs, user };
        cluster.run("initdb", &["-A", "trust", "-U", "postgres", "-E", "UTF8"])?;
        let options = format!("{SETTINGS} -c unix_socket_directories='{}'", folder.display());
        let log = folder.join("log").display().to_string();
        cluster.run("pg_ctl", &["-w", "-l", &log, "-o", &options, "start"])?;
        Ok(cluster)
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Measured<()> {
        let program = self.programs.join(program);
        let mut command = match self.user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(&program);
                command
            }
            None => Command::new(&program),
        };
        command.arg("-D").arg(self.folder.join("data")).args(arguments);
        // The server inherits what it says to: so not to whoever waits for the end of a pipe.
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = command.current_dir(&self.folder).status()?;
        let words = || format!("{} failed: {status}", program.display());
        if status.success() { Ok(()) } else { Err(words().into()) }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Its files go with the folder.
        drop(self.run("pg_ctl", &["-m", "immediate", "stop"]));
    }
}

/// Gives a folder to a user without rights, and lets that one get to it.
fn give_away(folder: &Path) -> Measured<&'static str> {
    let users = fs::read_to_string("/etc/passwd")?;
    for name in ["postgres", "nobody"] {
        let line = users.lines().find(|line| line.split(':').next() == Some(name));
        let Some(line) = line else { continue };
        let mut numbers = line.split(':').skip(2).map(str::parse::<u32>);
        let (Some(Ok(user)), Some(Ok(group))) = (numbers.next(), numbers.next()) else { continue };
        chown(folder, Some(user), Some(group))?;
        if let Some(parent) = folder.parent() {
            fs::set_permissions(parent, fs::Permissions::from_mode(0o755))?;
        }
        return Ok(name);
    }
    Err("there is no user that PostgreSQL could run as".into())
}

pub(super) struct Postgres {
    // Before the cluster, which waits for nobody.
    client: Client,
    batch: Statement,
    account: Statement,
    lines: Statement,
    _cluster: Cluster,
}

impl Postgres {
    pub(super) fn start(path: &Path) -> Measured<Self> {
        let cluster = Cluster::start(path)?;
        let mut config = Config::new();
        config.host_path(&cluster.folder).user("postgres").dbname("postgres");
        let mut client = config.connect(NoTls)?;
        client.batch_execute(SCHEMA)?;
        let batch = client.prepare(BATCH)?;
        let account = client.prepare("SELECT * FROM accounts WHERE id = $1")?;
        let lines = client.prepare(LINES)?;
        Ok(Self { client, batch, account, lines, _cluster: cluster })
    }
}

impl Rival for Postgres {
    fn prepare(&mut self, workload: &Workload) -> Measured<()> {
        let accounts = i64::try_from(workload.accounts)?;
        let insert = "INSERT INTO accounts (id) SELECT generate_series(1::bigint, $1::bigint)";
        self.client.execute(insert, &[&accounts])?;
        Ok(self.client.batch_execute("VACUUM ANALYZE")?)
    }

    fn submit(&mut self, operations: &[Operation]) -> Measured<()> {
        let mut columns = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut accounts = Vec::new();
        for operation in operations {
            let debit = account_number(operation.debit_account)?;
            let credit = account_number(operation.credit_account)?;
            columns.0.push(Uuid::from_u128(operation.id.as_u128()));
            columns.1.push(debit);
            columns.2.push(credit);
            columns.3.push(minor_units(operation)?);
            accounts.extend([debit, credit]);
        }
        accounts.sort_unstable();
        accounts.dedup();
        let mut transaction = self.client.transaction()?;
        let columns: [&(dyn ToSql + Sync); 4] = [&columns.0, &columns.1, &columns.2, &columns.3];
        let changed = transaction.execute(&self.batch, &columns)?;
        if changed != accounts.len() as u64 {
            return Err("an account is missing or has too little".into());
        }
        Ok(transaction.commit()?)
    }

    fn find(&mut self, account: Id) -> Measured<bool> {
        Ok(self.client.query_opt(&self.account, &[&account_number(account)?])?.is_some())
    }

    fn lines(&mut self, account: Id) -> Measured<usize> {
        Ok(self.client.query(&self.lines, &[&account_number(account)?])?.len())
    }

    fn check(&mut self) -> Measured<()> {
        let sums = "SELECT sum(debits_posted) = sum(credits_posted) FROM accounts";
        let balanced: bool = self.client.query_one(sums, &[])?.get(0);
        if balanced { Ok(()) } else { Err("PostgreSQL's books do not balance".into()) }
    }
}
