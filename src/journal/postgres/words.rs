//! What went wrong, in words that are safe to show.

use crate::journal::JournalError;
use std::error::Error;
use std::io;

/// What an error of the client says, in one line. The server's messages name no password, and
/// details, which may quote data, are left out.
pub(super) fn of(error: &postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        return format!("{} (SQLSTATE {})", line(said.message()), said.code().code());
    }
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let deeper_words = deeper.to_string();
        if !words.contains(&deeper_words) {
            words = format!("{words}: {deeper_words}");
        }
        cause = deeper.source();
    }
    line(&words)
}

/// An outage.
pub(super) fn unavailable(what: impl Into<String>) -> JournalError {
    JournalError::Unavailable { source: io::Error::other(what.into()) }
}

/// The database holds what no log writes.
pub(super) fn odd(what: impl Into<String>) -> JournalError {
    JournalError::Damaged(what.into())
}

fn line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
