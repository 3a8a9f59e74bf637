//! The commands that read a store and change nothing.

pub(crate) mod accounts;
pub(crate) mod confirm_clock;
pub(crate) mod consumers;
pub(crate) mod events;
pub(crate) mod follow;
pub(crate) mod head;
pub(crate) mod holds;
pub(crate) mod statement;
pub(crate) mod stats;
pub(crate) mod status;
pub(crate) mod trial_balance;
pub(crate) mod verify;

use super::failure::Failure;

/// The first `limit` of what there is, or all for 0; and whether there is more.
fn first<T>(
    all: impl Iterator<Item = Result<T, Failure>>,
    limit: usize,
) -> Result<(Vec<T>, bool), Failure> {
    let mut some = Vec::new();
    for one in all {
        let one = one?;
        if limit > 0 && some.len() == limit {
            return Ok((some, true));
        }
        some.push(one);
    }
    Ok((some, false))
}
