//! A log that is elsewhere than in the store's directory, as the options say.

use super::{Error, Options, Result, files};
use crate::journal::Log;
use crate::journal::postgres::{PostgresLog, Settings};
use crate::model::Id;
use std::sync::Arc;

/// Connects to the log, if it is elsewhere, and gives the options of the store whose it is.
///
/// # Errors
/// [`Error::InvalidArgument`] if it is only to be read, is another store's, or cannot be used as it
/// is; [`Error::Unavailable`].
pub(super) fn connect(options: &Options) -> Result<(Options, Option<Arc<dyn Log>>)> {
    let Some(address) = &options.log else { return Ok((options.clone(), None)) };
    if options.is_read_only() {
        let what = "a replica is written as it follows: open it to write";
        return Err(Error::InvalidArgument(what.into()));
    }
    let settings = Settings { patience: options.log_patience, ..Settings::default() };
    let log = PostgresLog::connect(address.clone(), settings)?;
    files::check_wanted(log.store_id(), options.wanted_id())?;
    let options = options.clone().store_id(Id::from_bytes(log.store_id()));
    Ok((options, Some(Arc::new(log))))
}
