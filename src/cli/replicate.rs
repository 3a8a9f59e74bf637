//! `replicate`: makes the log of a store in a PostgreSQL database, looks at it, and moves a store
//! there and back.

use super::failure::{Ending, Failure};
use super::file_access::Files;
use super::input::{file_access_of, parse_id};
use clap::{Args, Subcommand};
use escrowdb::journal::postgres::{Address, LogStatus, Setup, init, status};
use escrowdb::{ClockSource, Id, OpenMode, Options, Store};
use std::env;
use std::io::Write;
use std::path::PathBuf;

/// Has the address if it is not an argument.
const ADDRESS: &str = "ESCROWDB_LOG";
/// Has the password if it is not in the address.
const PASSWORD: &str = "PGPASSWORD";

/// `replicate`: the journal of a store in a database.
#[derive(Args)]
pub(crate) struct Replicate {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make an empty log in a database
    Init(Init),
    /// Show who leads a log, how far it has come, and which standbys are there
    Status(Where),
    /// Move the journal of a store into a database; its directory is a replica from then on
    Import(Import),
    /// Write what a log has into a store with a journal of its own
    Export(Export),
}

#[derive(Args)]
struct Import {
    /// Directory of the store, to which nobody writes meanwhile
    store: PathBuf,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    standbys: Standbys,
}

#[derive(Args)]
struct Export {
    /// Directory of a replica that led last: the keys of persons are there, and in no log
    replica: PathBuf,
    /// Directory of the new store
    destination: PathBuf,
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    files: Files,
}

#[derive(Args)]
struct Init {
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    standbys: Standbys,
    /// The id of the store; a new one if it is not said
    #[arg(long, value_name = "ID", value_parser = parse_id)]
    store_id: Option<Id>,
}

#[derive(Args)]
struct Standbys {
    /// A standby that counts, by its application_name; once for each
    #[arg(long = "standby", value_name = "NAME")]
    standbys: Vec<String>,
    /// How many of them have to have what is answered
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "without_standbys")]
    required: u32,
    /// Answer as soon as the one server has it: it is lost with that server's disk
    #[arg(long, conflicts_with = "standbys")]
    without_standbys: bool,
}

impl Standbys {
    /// How many of them are needed.
    fn required(&self) -> Result<u32, Failure> {
        match (self.without_standbys, self.required) {
            (true, _) => Ok(0),
            (false, 0) => Err(Failure::input("to do without standbys, say --without-standbys")),
            (false, required) => Ok(required),
        }
    }
}

#[derive(Args)]
struct Where {
    /// The database, as postgres://USER@HOST/DATABASE, without a password: that is taken from
    /// PGPASSWORD. An address with one is taken from ESCROWDB_LOG
    #[arg(value_name = "ADDRESS")]
    address: Option<String>,
}

impl Where {
    fn address(&self) -> Result<Address, Failure> {
        let text = match &self.address {
            Some(text) => text.clone(),
            None => env::var(ADDRESS)
                .map_err(|_| Failure::input(format!("say which database, here or in {ADDRESS}")))?,
        };
        let address: Address = text.parse().map_err(Failure::input)?;
        if address.has_password() {
            return match self.address {
                None => Ok(address),
                Some(_) => Err(Failure::input(format!(
                    "all users of this machine see the arguments of a process: leave the password \
                     out and give it in {PASSWORD}, or the whole address in {ADDRESS}"
                ))),
            };
        }
        Ok(match env::var(PASSWORD) {
            Ok(password) => address.with_password(&password),
            Err(_) => address,
        })
    }
}

/// Makes a log, or looks at one.
pub(crate) fn run(arguments: &Replicate, out: &mut dyn Write) -> Result<Ending, Failure> {
    match &arguments.command {
        Command::Init(arguments) => make(arguments, out),
        Command::Status(at) => {
            let address = at.address()?;
            let status = status(&address).map_err(escrowdb::Error::from)?;
            show(&status, out)
        }
        Command::Import(arguments) => import(arguments, out),
        Command::Export(arguments) => export(arguments, out),
    }
}

fn make(arguments: &Init, out: &mut dyn Write) -> Result<Ending, Failure> {
    let address = arguments.at.address()?;
    let store_id = match arguments.store_id {
        Some(id) => id,
        None => Id::new(),
    };
    let required = arguments.standbys.required()?;
    let standbys = arguments.standbys.standbys.clone();
    init(&address, &Setup { store_id: store_id.to_bytes(), standbys, required })
        .map_err(escrowdb::Error::from)?;
    writeln!(out, "the log of store {store_id} is in {address}")?;
    Ok(Ending::Done)
}

fn import(arguments: &Import, out: &mut dyn Write) -> Result<Ending, Failure> {
    let address = arguments.at.address()?;
    let (standbys, required) = (&arguments.standbys.standbys, arguments.standbys.required()?);
    let options = Options::new().file_access(file_access_of(&arguments.store));
    let options = options.log(address.clone());
    let head = Store::replicate(&arguments.store, options, standbys, required)?;
    writeln!(out, "the journal up to block {} is in {address}", head.block)?;
    writeln!(out, "{} is a replica: open it with this log", arguments.store.display())?;
    Ok(Ending::Done)
}

fn export(arguments: &Export, out: &mut dyn Write) -> Result<Ending, Failure> {
    // Whoever moves a store settles no deadlines of it.
    let options = Options::new().mode(OpenMode::Existing).clock(ClockSource::Manual);
    let access = arguments.files.access_beside(&arguments.replica);
    let options = options.exclusive(true).file_access(access);
    let store = Store::open(&arguments.replica, options.log(arguments.at.address()?))?;
    let report = store.backup(&arguments.destination)?;
    store.close()?;
    let destination = arguments.destination.display();
    writeln!(out, "{destination} is a store of its own, up to block {}", report.head.block)?;
    writeln!(out, "head  {}", report.head)?;
    writeln!(out, "the log is still there: see to it that nobody goes on with it")?;
    Ok(Ending::Done)
}

fn show(status: &LogStatus, out: &mut dyn Write) -> Result<Ending, Failure> {
    writeln!(out, "store      {}", Id::from_bytes(status.store_id))?;
    writeln!(out, "last block {}, archived up to {}", status.last, status.archived)?;
    let says = match status.lease_ms {
        0 => "nobody, the last one was".to_owned(),
        left => format!("for {left} ms more at least:"),
    };
    writeln!(out, "leader     {says} {}, epoch {}", status.leader, status.epoch)?;
    match status.required {
        0 => writeln!(out, "standbys   none is needed")?,
        required => {
            writeln!(out, "standbys   {required} of {} needed", status.standbys.join(", "))?;
        }
    }
    for standby in &status.connected {
        let counts = match status.standbys.contains(&standby.name) {
            true => "counts",
            false => "does not count",
        };
        let behind = match standby.behind_bytes {
            Some(bytes) => format!("{bytes} bytes behind"),
            None => "does not say how far behind".to_owned(),
        };
        let (name, state, kind) = (&standby.name, &standby.state, &standby.sync_state);
        writeln!(out, "           {name}: {state}, {kind}, {behind}, {counts}")?;
    }
    Ok(Ending::Done)
}
