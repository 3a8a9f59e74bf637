//! Errors as bytes: what the host cannot do is said to the guest in the same words.

use super::super::{Error, Result};
use crate::model::Timestamp;
use crate::model::policy_hash::PolicyHash;
use crate::wire::codec::{Malformed, Reader, Writer};
use std::io::{self, ErrorKind};

/// Kinds of failed input or output that callers may tell apart.
const IO_KINDS: [ErrorKind; 9] = [
    ErrorKind::Other,
    ErrorKind::NotFound,
    ErrorKind::PermissionDenied,
    ErrorKind::AlreadyExists,
    ErrorKind::StorageFull,
    ErrorKind::QuotaExceeded,
    ErrorKind::ReadOnlyFilesystem,
    ErrorKind::NotADirectory,
    ErrorKind::FileTooLarge,
];

/// Variants with a text alone, by their numbers.
type Texts = [(u8, fn(String) -> Error)];
const TEXTS: &Texts = &[
    (1, Error::Corrupt),
    (2, Error::MismatchedState),
    (3, Error::NotAStore),
    (4, Error::NotFound),
    (5, Error::InTheWay),
    (6, Error::AlreadyExists),
    (7, Error::Locked),
    (8, Error::Poisoned),
    (9, Error::Unavailable),
    (10, Error::InvalidArgument),
    (11, Error::InvalidPosition),
    (12, Error::LimitExceeded),
];

/// Appends an error.
pub(super) fn write(error: &Error, writer: &mut Writer) {
    let mut text = |number: u8, text: &str| {
        writer.put(&number);
        writer.text(text);
    };
    match error {
        Error::Corrupt(what) => text(1, what),
        Error::MismatchedState(what) => text(2, what),
        Error::NotAStore(what) => text(3, what),
        Error::NotFound(what) => text(4, what),
        Error::InTheWay(what) => text(5, what),
        Error::AlreadyExists(what) => text(6, what),
        Error::Locked(what) => text(7, what),
        Error::Poisoned(what) => text(8, what),
        Error::Unavailable(what) => text(9, what),
        Error::InvalidArgument(what) => text(10, what),
        Error::InvalidPosition(what) => text(11, what),
        Error::LimitExceeded(what) => text(12, what),
        Error::Io(error) => {
            let kind = IO_KINDS.iter().position(|kind| *kind == error.kind()).unwrap_or(0);
            writer.put(&20_u8);
            writer.put(&(kind as u8));
            writer.text(&error.to_string());
        }
        Error::Archived { block, until } => {
            writer.put(&21_u8);
            writer.put(block);
            writer.put(&until.nanoseconds());
        }
        Error::NewerFormat { what, found, supported } => {
            writer.put(&22_u8);
            writer.text(what);
            writer.put(found);
            writer.put(supported);
        }
        Error::ClockMustBeConfirmed { shown, last_event } => {
            writer.put(&23_u8);
            writer.put(&shown.nanoseconds());
            writer.put(&last_event.nanoseconds());
        }
        Error::WrongPolicy { remembered, given } => {
            writer.put(&24_u8);
            writer.option(remembered.map(PolicyHash::to_bytes).as_ref());
            writer.put(&given.to_bytes());
        }
        Error::VersionMismatch { host, guest } => {
            writer.put(&25_u8);
            writer.text(host);
            writer.text(guest);
        }
        Error::HostEnded { process } => {
            writer.put(&26_u8);
            writer.put(process);
        }
        Error::HostUnresponsive { process, seconds } => {
            writer.put(&27_u8);
            writer.put(process);
            writer.put(seconds);
        }
        Error::Led { holder, seconds } => {
            writer.put(&28_u8);
            writer.text(holder);
            writer.put(seconds);
        }
        Error::Forked => writer.put(&40_u8),
        Error::Fenced => writer.put(&41_u8),
        Error::ReadOnly => writer.put(&42_u8),
        Error::Closed => writer.put(&43_u8),
        Error::WrongMasterKey => writer.put(&44_u8),
        Error::WrongPepper => writer.put(&45_u8),
        Error::Contended => writer.put(&46_u8),
    }
}

/// The error that these bytes are.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Error, Malformed> {
    let number = reader.take::<u8>()?;
    if let Some((_, error)) = TEXTS.iter().find(|(known, _)| *known == number) {
        return Ok(error(reader.text()?.to_owned()));
    }
    let time = |reader: &mut Reader<'_>| reader.take().map(Timestamp::from_nanoseconds);
    Ok(match number {
        20 => {
            let kind = usize::from(reader.take::<u8>()?);
            let kind = *IO_KINDS.get(kind).ok_or(Malformed)?;
            io::Error::new(kind, reader.text()?.to_owned()).into()
        }
        21 => Error::Archived { block: reader.take()?, until: time(reader)? },
        22 => Error::NewerFormat {
            what: reader.text()?.to_owned(),
            found: reader.take()?,
            supported: reader.take()?,
        },
        23 => Error::ClockMustBeConfirmed { shown: time(reader)?, last_event: time(reader)? },
        24 => Error::WrongPolicy {
            remembered: reader.option()?.map(PolicyHash::new),
            given: PolicyHash::new(reader.take()?),
        },
        25 => Error::VersionMismatch {
            host: reader.text()?.to_owned(),
            guest: reader.text()?.to_owned(),
        },
        26 => Error::HostEnded { process: reader.take()? },
        27 => Error::HostUnresponsive { process: reader.take()?, seconds: reader.take()? },
        28 => Error::Led { holder: reader.text()?.to_owned(), seconds: reader.take()? },
        40 => Error::Forked,
        41 => Error::Fenced,
        42 => Error::ReadOnly,
        43 => Error::Closed,
        44 => Error::WrongMasterKey,
        45 => Error::WrongPepper,
        46 => Error::Contended,
        _ => return Err(Malformed),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each variant, by the numbers under which they travel.
    #[test]
    fn errors_are_told_in_the_same_words() {
        let text = || "why".to_owned();
        let time = Timestamp::from_nanoseconds;
        let hash = PolicyHash::new([7; 32]);
        let mut errors: Vec<Error> = TEXTS.iter().map(|(_, error)| error(text())).collect();
        errors.extend(IO_KINDS.map(|kind| io::Error::new(kind, text()).into()));
        errors.extend([
            Error::Archived { block: 9, until: time(8) },
            Error::NewerFormat { what: text(), found: 3, supported: 2 },
            Error::ClockMustBeConfirmed { shown: time(5), last_event: time(4) },
            Error::WrongPolicy { remembered: None, given: hash },
            Error::WrongPolicy { remembered: Some(hash), given: PolicyHash::new([8; 32]) },
            Error::VersionMismatch { host: text(), guest: "another".into() },
            Error::HostEnded { process: 4_711 },
            Error::HostUnresponsive { process: 4_711, seconds: 30 },
            Error::Led { holder: text(), seconds: 5 },
            Error::Forked,
            Error::Fenced,
            Error::ReadOnly,
            Error::Closed,
            Error::WrongMasterKey,
            Error::WrongPepper,
            Error::Contended,
        ]);
        for error in errors {
            let mut writer = Writer::default();
            write(&error, &mut writer);
            let bytes = writer.into_bytes();
            let mut reader = Reader::new(&bytes);
            let told = read(&mut reader).expect("an error");
            assert_eq!(reader.end(), Ok(()), "{error:?}");
            assert_eq!(
                (format!("{told:?}"), told.to_string()),
                (format!("{error:?}"), error.to_string())
            );
        }
    }
}
