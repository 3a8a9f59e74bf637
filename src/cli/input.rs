//! What people type: ids, times, rates, accounts and ledgers.

use super::failure::Failure;
use super::file;
use super::naming::{self, Role};
use super::output::Books;
use escrowdb::{FileAccess, Head, Id, OpenMode, Options, Store, Timestamp, money};
use serde_json::Value;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Every store has it from its beginning.
const FORMAT_FILE: &str = "FORMAT";
/// Many times what `head --json` writes.
const HEAD_FILE_BYTES_MAX: usize = 4_096;

/// A time on the command line.
pub(crate) type Moment = Timestamp;

/// A rate in parts per million on the command line.
#[derive(Clone, Copy)]
pub(crate) struct Rate(pub(crate) u32);

/// An account on the command line.
#[derive(Clone)]
pub(crate) enum AccountName {
    /// By its id.
    Id(Id),
    /// By the role and the name that `settle` gave it, and the currency if the store has several.
    Settled { role: Role, name: String },
}

/// A UUID, 32 hexadecimal digits or a decimal number; neither 0 nor the maximum, which no account,
/// operation or hold can have. 32 digits without a letter are refused: they could be a number of
/// either kind.
pub(crate) fn parse_id(text: &str) -> Result<Id, String> {
    let id: Id = text.parse().map_err(|error: escrowdb::ParseIdError| error.to_string())?;
    if id.is_zero() || id.is_max() {
        return Err("no id is 0 or 2^128 - 1".to_owned());
    }
    Ok(id)
}

/// RFC 3339, or nanoseconds since the epoch: the sequence number of an event.
pub(crate) fn parse_time(text: &str) -> Result<Moment, String> {
    if let Ok(nanoseconds) = text.parse::<u64>() {
        return Ok(Timestamp::from_nanoseconds(nanoseconds));
    }
    let time = text
        .parse::<jiff::Timestamp>()
        .map_err(|_| "a time is written as in 2024-05-01T12:00:00Z")?;
    u64::try_from(time.as_nanosecond())
        .map(Timestamp::from_nanoseconds)
        .map_err(|_| "a time is from 1970 to 2554".to_owned())
}

/// `BLOCK:HASH`, or the file that `head` wrote it into, as text or as JSON.
pub(crate) fn parse_head(text: &str) -> Result<Head, String> {
    if let Ok(head) = text.parse() {
        return Ok(head);
    }
    let read = file::read_text(Path::new(text), HEAD_FILE_BYTES_MAX);
    let written = read.map_err(|reason| {
        format!("neither a head (BLOCK:HASH) nor a file that can be read: {reason}")
    })?;
    let written = written.trim();
    if let Ok(head) = written.parse() {
        return Ok(head);
    }
    let json: Value = serde_json::from_str(written).unwrap_or_default();
    let (block, hash) = (json["block"].as_str(), json["hash"].as_str());
    let head = block.zip(hash).and_then(|(block, hash)| format!("{block}:{hash}").parse().ok());
    head.ok_or_else(|| "the file holds no head: name one that `escrowdb head` wrote".to_owned())
}

/// A number from 0 to 1, or a percentage.
pub(crate) fn parse_rate(text: &str) -> Result<Rate, String> {
    money::parse_rate(text).map(Rate).map_err(|error| error.to_string())
}

/// An id, or `role:name`, with `@CURRENCY` if need be.
pub(crate) fn parse_account(text: &str) -> Result<AccountName, String> {
    if text == naming::PLATFORM {
        let name = text.to_owned();
        return Ok(AccountName::Settled { role: Role::Platform, name });
    }
    let named = text.split_once(':').and_then(|(role, name)| {
        let role = Role::ALL.into_iter().find(|known| known.name() == role)?;
        let name = name.to_owned();
        (!name.is_empty()).then_some(AccountName::Settled { role, name })
    });
    match named {
        Some(account) => Ok(account),
        None if text.contains(':') => {
            Err("an account is an id, platform, or buyer:, seller: or method: and a name".into())
        }
        None => parse_id(text).map(AccountName::Id),
    }
}

impl AccountName {
    /// The id of the account in a store with these ledgers.
    pub(crate) fn id(&self, books: &Books) -> Result<Id, Failure> {
        let (role, name) = match self {
            Self::Id(id) => return Ok(*id),
            Self::Settled { role, name } => (*role, name.as_str()),
        };
        // Names can hold an @ of their own, as e-mail addresses do.
        if let Some((name, code)) = name.rsplit_once('@')
            && let Some(ledger) = books.by_text(code)?
        {
            return Ok(naming::account(role, ledger.number, name));
        }
        match books.all() {
            [ledger] => Ok(naming::account(role, ledger.number, name)),
            _ => Err(Failure::input(format!(
                "the store has several ledgers: write {}:{name}@ and a code or number of {}",
                role.name(),
                books.codes()
            ))),
        }
    }
}

/// How to open a store that must be there, to read it.
pub(crate) fn to_read() -> Options {
    Options::new().mode(OpenMode::ReadOnly).follow_host(true)
}

/// Opens a store that must be there, to read it: nothing is written, and no deadline is settled. Of
/// one that is open elsewhere it is a guest.
pub(crate) fn open_to_read(path: &Path) -> Result<Store, Failure> {
    Ok(Store::open(path, to_read())?)
}

/// Who may use the files of a store that is there, so that what a command adds is for the same: a
/// file that is its owner's alone would keep the others of a group out of their store.
pub(crate) fn file_access_of(store: &Path) -> FileAccess {
    match file_mode_of(store) {
        0o640 => FileAccess::GroupRead,
        0o660 => FileAccess::GroupWrite,
        _ => FileAccess::Owner,
    }
}

/// The same as the rights of a file that the command itself writes.
pub(crate) fn file_mode_of(store: &Path) -> u32 {
    let about = std::fs::metadata(store.join(FORMAT_FILE));
    match about.map_or(0, |about| about.mode() & 0o777) {
        group @ (0o640 | 0o660) => group,
        // Earlier versions left it to the umask, which says nothing of who is meant.
        _ => 0o600,
    }
}

/// Whether a path is that of a file in a store, or in a folder of one: what stands there belongs to
/// the store, and may be taken for a part of its journal.
pub(crate) fn is_in_store(path: &Path) -> bool {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = std::fs::canonicalize(folder.unwrap_or(Path::new("."))).unwrap_or_default();
    folder.ancestors().take(2).any(|folder| folder.join(FORMAT_FILE).exists())
}

/// How to open a store that must be there, to write to it: as a guest of whoever has it open, by
/// its clock; otherwise for a moment, in which a shop that starts waits.
pub(crate) fn existing(path: &Path) -> Options {
    let options = Options::new().mode(OpenMode::Existing).file_access(file_access_of(path));
    options.follow_host(true).brief(true)
}

/// Opens a store that must be there, to write to it; where nobody has it open, by a manual clock:
/// with the system's, deadlines that have come would be settled.
pub(crate) fn open_existing(path: &Path) -> Result<Store, Failure> {
    Ok(Store::open(path, existing(path).clock(escrowdb::ClockSource::Manual))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_three_forms() {
        let uuid = "00112233-4455-6677-8899-aabbccddeeff";
        let number = 0x0011_2233_4455_6677_8899_aabb_ccdd_eeff;
        for (text, id) in [
            ("7", Some(7)),
            (uuid, Some(number)),
            (&uuid.replace('-', ""), Some(number)),
            (&uuid.to_uppercase(), Some(number)),
            ("00000000-0000-0000-0000-000000000010", Some(16)),
            // Hexadecimal, it would be the account of somebody else.
            ("00000000000000000000000000000010", None),
            ("12345678901234567890123456789012", None),
            (
                "12345678-9012-3456-7890-123456789012",
                Some(0x1234_5678_9012_3456_7890_1234_5678_9012),
            ),
            ("1234567890123456789012345678901", Some(1_234_567_890_123_456_789_012_345_678_901)),
            ("0", None),
            ("340282366920938463463374607431768211455", None),
            ("340282366920938463463374607431768211456", None),
            ("-1", None),
            ("+1", None),
            ("", None),
            ("anna", None),
            ("0011223-34455-6677-8899-aabbccddeeff", None),
        ] {
            assert_eq!(parse_id(text).ok(), id.map(Id::from_u128), "{text:?}");
            let printed = id.map(|id| Id::from_u128(id).to_string());
            let read = printed.map(|printed| parse_id(&printed));
            assert_eq!(read, id.map(|id| Ok(Id::from_u128(id))), "{text:?}, as it is printed");
        }
    }

    #[test]
    fn times_and_accounts() {
        let time = |text: &str| parse_time(text).map(Timestamp::nanoseconds).ok();
        assert_eq!(time("1970-01-01T00:00:01Z"), Some(1_000_000_000));
        assert_eq!(time("1970-01-01T01:00:01.5+01:00"), Some(1_500_000_000));
        assert_eq!(time("17"), Some(17));
        for bad in ["1969-12-31T23:59:59Z", "2555-01-01T00:00:00Z", "yesterday", ""] {
            assert_eq!(time(bad), None, "{bad:?}");
        }
        for bad in ["seller:", "thief:anna", "anna", "0"] {
            assert!(parse_account(bad).is_err(), "{bad:?}");
        }
        assert!(parse_account("seller:anna@x@EUR").is_ok());
    }
}
