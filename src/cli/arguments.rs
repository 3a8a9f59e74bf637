//! What can be asked for.

use super::file_access::Files;
use super::input::{
    AccountName, Moment, Rate, parse_account, parse_head, parse_id, parse_rate, parse_time,
};
#[cfg(feature = "orders")]
use super::order::arguments::Order;
#[cfg(feature = "postgres")]
use super::replicate::Replicate;
#[cfg(feature = "wallets")]
use super::wallet::arguments::Wallet;
use clap::{Args, Parser, Subcommand, ValueEnum};
use escrowdb::{Head, Phase};
use std::path::PathBuf;

/// An embedded, transactional, on-disk escrow store.
#[derive(Parser)]
#[command(name = "escrowdb", version, about, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 done; 1 it could not be carried out (I/O, a damaged store); \
    2 what was asked for or given makes no sense or was refused, nothing was changed; \
    3 verify found a fault; 4 settle is done but left out rows; 5 settle --strict is done but the \
    store refused steps; 6 a wallet command awaits a second member of staff.\n\
    Times are RFC 3339, such as 2024-05-01T12:00:00Z. Ids are UUIDs or decimal numbers; \
    32 hexadecimal digits are read too, if a letter is among them."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Settle a file of orders, and report what became of the money
    Settle(Settle),
    /// Tell the story of a shop and its orders, in a store of its own
    Demo(Demo),
    /// Measure how fast a store is on this disk, and remove it again
    Bench(Bench),
    /// List accounts with their balances
    Accounts(Accounts),
    /// List open holds
    Holds(Holds),
    /// Show what happened to an account
    Statement(Statement),
    /// Show that debits equal credits
    TrialBalance(TrialBalance),
    /// Write the books for hledger, ledger or beancount, or as tables: CSV or JSON lines
    Export(Export),
    /// Show everything that ever happened, one line each
    Events(Events),
    /// List who follows the events, and how far each has come
    Consumers(OneStore),
    /// Forget a consumer of events, which then holds back no archive any more
    RemoveConsumer(RemoveConsumer),
    /// Show how large a store is
    Stats(OneStore),
    /// Show who uses a store now, and whether it goes well
    Status(OneStore),
    /// Host a store in the foreground, for other processes, until SIGTERM or SIGINT
    Serve(Serve),
    /// Show the last block and the hash that stands for all history up to it
    Head(OneStore),
    /// Say what time it is, where a store cannot know: its last event is long ago
    ConfirmClock(ConfirmClock),
    /// Check a store completely: laws, checksums, hash chain, state against replay
    Verify(Verify),
    /// Copy a store into a new directory
    Backup(Backup),
    /// Copy a backup into a new directory, and verify the copy completely
    Restore(Restore),
    /// Move old segments of the journal out of a store
    Archive(Archive),
    /// Print what a shell needs to complete the words of a command line
    Completions(Completions),
    /// Write the pages of the manual into a folder
    Man(Man),
    /// Print the JSON Schema of what a command writes with --json
    Schema(Schema),
    /// Bring state.redb up to the journal, and build it again if it is gone
    Recover(OneStore),
    /// Keep the journal in a PostgreSQL database: make its log there, look at it
    #[cfg(feature = "postgres")]
    Replicate(Replicate),
    /// Look after orders as staff do: their parts, complaints to decide, policies, what is due
    #[cfg(feature = "orders")]
    Order(Order),
    /// Look after wallets as support does: cases, recoveries, letters, cards' money in suspense
    #[cfg(feature = "wallets")]
    Wallet(Wallet),
}

impl Command {
    /// Whether it can be carried out once more as if it had not been.
    pub(crate) fn only_reads(&self) -> bool {
        match self {
            Self::Accounts(_)
            | Self::Holds(_)
            | Self::Statement(_)
            | Self::TrialBalance(_)
            | Self::Export(_)
            | Self::Consumers(_)
            | Self::Stats(_)
            | Self::Status(_)
            | Self::Head(_) => true,
            Self::Events(arguments) => arguments.consumer.is_none(),
            #[cfg(feature = "orders")]
            Self::Order(arguments) => arguments.only_reads(),
            _ => false,
        }
    }
}

/// `settle`: rows that are in the store already change nothing, so that the same file can be run
/// again, also with rows appended, and after a kill at any point.
#[derive(Args)]
pub(crate) struct Settle {
    /// The orders: a CSV file with the columns at, event, order_id, buyer_id, seller_id, amount,
    /// currency, method; in time order. A row of an order means all its legs, or those that have
    /// all that the row fills in. - reads standard input
    pub(crate) file: PathBuf,
    /// The store's directory; created if there is none
    #[arg(long, value_name = "DIR")]
    pub(crate) store: PathBuf,
    /// The platform's share of what a seller gets: 0.10 or 10%
    #[arg(long, value_name = "RATE", default_value = "0.10", value_parser = parse_rate)]
    pub(crate) commission: Rate,
    /// Days in which the seller must ship, or the buyer is refunded
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = 30,
        value_parser = clap::value_parser!(u32).range(1..=36_500)
    )]
    pub(crate) ship_days: u32,
    /// Days from shipment in which the buyer can object, or the seller is paid
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = 60,
        value_parser = clap::value_parser!(u32).range(1..=36_500)
    )]
    pub(crate) protect_days: u32,
    /// Move the clock on to this time after the last row, and settle what is due by then
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) until: Option<Moment>,
    /// What to do about a row that cannot be read, or contradicts its order: write nothing at all,
    /// or leave it out. A row that is late, because the store has booked later ones, is booked
    /// after them with its own time as its value date, or left out by skip
    #[arg(long, value_name = "WHAT", default_value = "stop")]
    pub(crate) on_error: OnError,
    /// End with exit code 5 if the store has refused a step of any row, now or in an earlier run
    #[arg(long)]
    pub(crate) strict: bool,
    /// Say what would be done and refused, and write nothing; a copy of the store is kept in memory
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) files: Files,
    /// Report as one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// What to do about a row that cannot be settled.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnError {
    /// Check the whole file first, and write nothing if a row is bad
    Stop,
    /// Leave bad and late rows out, and list them
    Skip,
}

#[derive(Args)]
pub(crate) struct Demo {
    /// Tell of one shopper instead: her wallet, her payment password, a payment that is confirmed,
    /// one that is refused, one after a recovery
    #[cfg(feature = "wallets")]
    #[arg(long)]
    pub(crate) story: bool,
    /// Tell of a marketplace instead: ten orders that take ten ways, from a deal that goes well to
    /// an appeal
    #[cfg(feature = "orders")]
    #[arg(long, conflicts_with = "story")]
    pub(crate) market: bool,
    /// Keep the store in this new directory; otherwise it is temporary
    #[arg(long, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) files: Files,
}

/// `bench`: stores of its own, one after the other, in a new folder that is removed in the end.
#[derive(Args)]
pub(crate) struct Bench {
    /// Where to make that folder: on the disk to be measured
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Operations of the larger workloads
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1_000_000,
        value_parser = clap::value_parser!(u64).range(100..=1_000_000_000)
    )]
    pub(crate) operations: u64,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Accounts {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// Only accounts of this ledger
    #[arg(long, value_name = "NUMBER|CODE")]
    pub(crate) ledger: Option<String>,
    #[command(flatten)]
    pub(crate) shape: Shape,
}

#[derive(Args)]
pub(crate) struct Holds {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// Only holds in which this account is payer, payee or fee account: an id, or
    /// role:name (role:name@LEDGER, by currency or number) as `settle` names its accounts
    #[arg(long, value_parser = parse_account)]
    pub(crate) account: Option<AccountName>,
    /// Only the hold of this id, open or closed
    #[arg(
        long,
        value_parser = parse_id,
        conflicts_with_all = ["account", "phase", "disputed", "due_before", "attention"]
    )]
    pub(crate) id: Option<escrowdb::Id>,
    /// Only holds in this phase
    #[arg(long, value_parser = parse_phase)]
    pub(crate) phase: Option<Phase>,
    /// Only disputed holds
    #[arg(long)]
    pub(crate) disputed: bool,
    /// Only holds with a deadline before this time
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) due_before: Option<Moment>,
    /// Only holds that will not end by themselves: without a deadline, or disputed
    #[arg(long, conflicts_with_all = ["account", "phase", "disputed", "due_before"])]
    pub(crate) attention: bool,
    #[command(flatten)]
    pub(crate) shape: Shape,
}

fn parse_phase(text: &str) -> Result<Phase, String> {
    let open = [Phase::FUNDED, Phase::SHIPPED, Phase::DELIVERED];
    open.into_iter()
        .find(|phase| phase.name() == text)
        .ok_or_else(|| "an open hold is funded, shipped or delivered".to_owned())
}

#[derive(Args)]
pub(crate) struct Statement {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// The account: an id, or role:name (role:name@LEDGER, by currency or number) as `settle` names
    /// its accounts, such as seller:anna
    #[arg(value_parser = parse_account)]
    pub(crate) account: AccountName,
    /// Only lines from this time on
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) from: Option<Moment>,
    /// Only lines up to this time
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) to: Option<Moment>,
    /// Newest line first
    #[arg(long)]
    pub(crate) newest: bool,
    #[command(flatten)]
    pub(crate) shape: Shape,
}

#[derive(Args)]
pub(crate) struct TrialBalance {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// Only this ledger
    #[arg(value_name = "NUMBER|CODE")]
    pub(crate) ledger: Option<String>,
    /// As it was after everything that was booked up to this time, added up from the events; the
    /// last moment of a day is at 23:59:59.999999999Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) at: Option<Moment>,
    #[command(flatten)]
    pub(crate) naming: Naming,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// `export`: every account, every movement of money as a transaction, and what the store has as
/// balances, for the program to check; or tables of all that the store has.
#[derive(Args)]
pub(crate) struct Export {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// For which program, or how tables are written
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Format,
    /// A new file; standard output without it. Of tables, which need it, a new directory
    #[arg(long, value_name = "FILE|DIRECTORY")]
    pub(crate) out: Option<PathBuf>,
    /// What accounts are called: CSV with the columns account (an id, a name that settle gave, or
    /// code: and a code of accounts) and name
    #[arg(long, value_name = "FILE")]
    pub(crate) names: Option<PathBuf>,
}

/// How an export is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A text file for hledger
    Hledger,
    /// A text file for ledger
    Ledger,
    /// A text file for beancount
    Beancount,
    /// A CSV file for each table
    Csv,
    /// A file for each table, with a JSON object a line
    Jsonl,
}

/// What an export consists of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// One file, in the dialect of a program.
    Books(Dialect),
    /// A file for each table.
    Tables(Encoding),
}

/// A program that keeps books in a text file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Hledger,
    Ledger,
    Beancount,
}

/// How a table is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Csv,
    JsonLines,
}

impl Format {
    /// What an export in this format consists of.
    pub(crate) fn form(self) -> Form {
        match self {
            Self::Hledger => Form::Books(Dialect::Hledger),
            Self::Ledger => Form::Books(Dialect::Ledger),
            Self::Beancount => Form::Books(Dialect::Beancount),
            Self::Csv => Form::Tables(Encoding::Csv),
            Self::Jsonl => Form::Tables(Encoding::JsonLines),
        }
    }
}

#[derive(Args)]
pub(crate) struct Events {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// Only events after this time, or after this sequence number in nanoseconds; with --consumer,
    /// where a new one begins
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) after: Option<Moment>,
    /// At most so many; 0 for all
    #[arg(long, default_value_t = 0)]
    pub(crate) limit: usize,
    /// Go on with what this consumer has not acknowledged, as JSON lines, and acknowledge what was
    /// flushed; the store remembers how far it has come
    #[arg(long, value_name = "NAME")]
    pub(crate) consumer: Option<String>,
    /// Wait for new events, as JSON lines, until SIGINT, SIGTERM or the end of who reads them
    #[arg(long)]
    pub(crate) follow: bool,
    /// One JSON document a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct OneStore {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// `serve`: other processes open the store as ever, and are its guests. What it tells goes to
/// standard error, a line each; a service manager that sets NOTIFY_SOCKET is told when it is ready.
#[derive(Args)]
pub(crate) struct Serve {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// Create the store if there is none
    #[arg(long)]
    pub(crate) create: bool,
    /// Who says what time it is
    #[arg(long, value_name = "CLOCK", default_value = "system")]
    pub(crate) clock: ServeClock,
    /// When an answer is given
    #[arg(long, value_name = "WHEN", default_value = "durable")]
    pub(crate) durability: ServeDurability,
    /// Memory that the store may use, in mebibytes; 384 unless said otherwise
    #[arg(
        long,
        value_name = "MIB",
        value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(4..=1_048_576)
    )]
    pub(crate) cache_mib: Option<usize>,
    /// Guests at a time
    #[arg(long, value_name = "N", default_value_t = 256)]
    pub(crate) guests: usize,
    #[command(flatten)]
    pub(crate) files: Files,
}

/// Who says what time it is.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ServeClock {
    /// The clock of this machine
    System,
    /// Guests alone
    Manual,
}

/// When an answer is given.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ServeDurability {
    /// When it survives a power cut
    Durable,
    /// When it survives the end of the process
    Process,
}

#[derive(Args)]
pub(crate) struct RemoveConsumer {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// As `consumers` lists it
    pub(crate) name: String,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// `confirm-clock`: deadlines pay money out for good, so a store that is opened long after its last
/// event settles nothing and takes no write until somebody who knows the time says that the clock
/// is right.
#[derive(Args)]
pub(crate) struct ConfirmClock {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// What time it is by another clock than this machine's, to within an hour
    #[arg(value_name = "TIME", value_parser = parse_time)]
    pub(crate) now: Moment,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Verify {
    /// The store's directory
    pub(crate) store: PathBuf,
    #[command(flatten)]
    pub(crate) against: Against,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a verification holds a store against.
#[derive(Args)]
pub(crate) struct Against {
    /// An earlier head, which the store must have or have gone on from: BLOCK:HASH, or a file that
    /// `head` or `head --json` has written
    #[arg(long, value_name = "HEAD|FILE", value_parser = parse_head)]
    pub(crate) head: Option<Head>,
    /// The directory into which `archive` has moved segments
    #[arg(long, value_name = "DIR")]
    pub(crate) archive: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Backup {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// The new directory
    pub(crate) destination: PathBuf,
    #[command(flatten)]
    pub(crate) files: Files,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Restore {
    /// The backup's directory
    pub(crate) backup: PathBuf,
    /// The new directory
    pub(crate) destination: PathBuf,
    #[command(flatten)]
    pub(crate) against: Against,
    #[command(flatten)]
    pub(crate) files: Files,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// `archive`: what consumers of events have not acknowledged stays, whatever its age.
#[derive(Args)]
#[command(group = clap::ArgGroup::new("age").required(true))]
pub(crate) struct Archive {
    /// The store's directory
    pub(crate) store: PathBuf,
    /// The directory of the archive, which may hold earlier segments of this store
    pub(crate) destination: PathBuf,
    /// Segments all whose events are before this time
    #[arg(long, value_name = "TIME", value_parser = parse_time, group = "age")]
    pub(crate) before: Option<Moment>,
    /// All but the segments with events of so many days before the store's last event
    #[arg(long, value_name = "DAYS", group = "age")]
    pub(crate) keep_days: Option<u32>,
    #[command(flatten)]
    pub(crate) files: Files,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Schema {
    /// The command, such as accounts, or wallet show. Without one, all are listed
    pub(crate) command: Vec<String>,
}

/// How much, and for whom.
#[derive(Args)]
pub(crate) struct Shape {
    /// At most so many; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
    /// Only these columns of the table, in this order, such as account,open-holds
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', conflicts_with = "json")]
    pub(crate) columns: Vec<String>,
    #[command(flatten)]
    pub(crate) naming: Naming,
    /// One JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// What accounts are called.
#[derive(Args)]
pub(crate) struct Naming {
    /// What accounts are called in the table: CSV with the columns account (an id, a name that
    /// settle gave, or code: and a code of accounts) and name
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub(crate) names: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Completions {
    /// For which shell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Args)]
pub(crate) struct Man {
    /// The folder, as share/man/man1; created if there is none. Pages of these names are replaced
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}
