//! How the command ends: exit codes, and the one line that says what went wrong.
//!
//! | code | meaning |
//! | --- | --- |
//! | 0 | done |
//! | 1 | it could not be carried out: I/O, a damaged or locked store |
//! | 2 | what was asked for or given makes no sense or was refused; nothing was changed |
//! | 3 | `verify` found a fault |
//! | 4 | `settle` is done, but left out rows |
//! | 5 | `settle --strict` is done, but the store refused steps, whether or not rows were left out |
//! | 6 | a command that takes two members of staff is remembered, and awaits the second |

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

/// How a command ended that was carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ending {
    /// Everything was done.
    Done,
    /// `verify` found a fault and has told of it.
    FaultFound,
    /// `settle` has left out rows.
    RowsSkipped,
    /// `settle --strict` was refused steps.
    StepsRefused,
    /// One member of staff wants it, which is remembered: another one must want it too.
    AwaitsSecond,
}

impl Ending {
    /// The exit code.
    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::FaultFound => 3,
            Self::RowsSkipped => 4,
            Self::StepsRefused => 5,
            Self::AwaitsSecond => 6,
        })
    }
}

/// Why a command was not carried out.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The store, the disk or the machine.
    Work(String),
    /// What the caller asked for or gave.
    Input(String),
    /// The process that hosted the store ended meanwhile.
    HostEnded(String),
    /// Nobody reads the output any more.
    NobodyReads,
}

impl Failure {
    /// The caller's mistake, in one line.
    pub(crate) fn input(reason: impl Display) -> Self {
        Self::Input(reason.to_string())
    }

    /// Something that is not the caller's mistake, in one line.
    pub(crate) fn work(reason: impl Display) -> Self {
        Self::Work(reason.to_string())
    }

    /// Arguments that were refused before, with words of their own.
    pub(crate) fn usage() -> Self {
        Self::input("")
    }

    /// The line for people, without line breaks; `None` if there is nothing to say.
    pub(crate) fn line(&self) -> Option<String> {
        match self {
            Self::Work(reason) | Self::HostEnded(reason) | Self::Input(reason) => {
                Some(reason.split_whitespace().collect::<Vec<_>>().join(" "))
            }
            Self::NobodyReads => None,
        }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Work(_) | Self::HostEnded(_) => 1,
            Self::Input(_) => 2,
            Self::NobodyReads => 0,
        })
    }
}

impl From<escrowdb::Error> for Failure {
    fn from(error: escrowdb::Error) -> Self {
        use escrowdb::Error;
        match error {
            Error::NotAStore(_)
            | Error::NotFound(_)
            | Error::AlreadyExists(_)
            | Error::InTheWay(_)
            | Error::Archived { .. }
            | Error::NewerFormat { .. }
            | Error::WrongMasterKey
            | Error::WrongPepper
            | Error::WrongPolicy { .. }
            | Error::InvalidPosition(_)
            | Error::InvalidArgument(_) => Self::input(error),
            Error::HostEnded { .. } => Self::HostEnded(error.to_string()),
            _ => Self::work(error),
        }
    }
}

impl From<io::Error> for Failure {
    /// Of writing to standard output; a file that cannot be read has its own words.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::NobodyReads
        } else {
            Self::work(format!("cannot write the output: {error}"))
        }
    }
}
