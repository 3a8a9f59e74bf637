//! What is asked of the commit path, held against the limits before it is, and what its answers
//! mean to callers: the same for a host's own and for its guests'.

use super::{Error, Result};
use crate::commit::{self, Work};
use crate::engine::{Acknowledged, Origin};
use crate::model::{Operation, Timestamp, limits};

/// What became of an acknowledgement.
pub(super) fn acknowledged(
    consumer: &str,
    position: Timestamp,
    answer: &commit::Answer,
) -> Result<()> {
    let position = position.nanoseconds();
    match answer.acknowledged {
        Acknowledged::Done | Acknowledged::Nothing => Ok(()),
        Acknowledged::Regresses(known) => Err(Error::InvalidPosition(format!(
            "consumer {consumer:?} has acknowledged {} already, and {position} is before it: \
             remove the consumer to begin again",
            known.nanoseconds()
        ))),
        Acknowledged::InFuture(last) => Err(Error::InvalidPosition(format!(
            "nothing has happened at {position} yet: the last event is at {}",
            last.nanoseconds()
        ))),
        Acknowledged::TooMany => {
            let what = format!("a store has at most {} consumers", limits::CONSUMERS_MAX);
            Err(Error::LimitExceeded(what))
        }
    }
}

/// Whether there was a consumer to be removed.
pub(super) fn removed(answer: &commit::Answer) -> bool {
    answer.acknowledged == Acknowledged::Done
}

pub(super) fn check_consumer(name: &str) -> Result<()> {
    let longest = limits::CONSUMER_NAME_BYTES_MAX;
    // C takes a name back as text that ends at a zero byte.
    if (1..=longest).contains(&name.len()) && !name.contains('\0') {
        return Ok(());
    }
    let what = format!("a consumer's name is 1 to {longest} bytes, none of them zero");
    Err(Error::InvalidArgument(what))
}

pub(super) fn check_count(count: usize) -> Result<()> {
    if count <= limits::BATCH_OPERATIONS_MAX {
        return Ok(());
    }
    let most = limits::BATCH_OPERATIONS_MAX;
    Err(Error::LimitExceeded(format!("a batch of {count} is above the limit of {most}")))
}

/// A batch that is within the limits, as work.
pub(super) fn work(operations: &[Operation], data: &[u8], origin: Origin) -> Work {
    let (operations, data) = (operations.to_vec(), data.to_vec());
    Work::Operations { operations, data, origin }
}

pub(super) fn check_batch(operations: &[Operation], data: &[u8]) -> Result<()> {
    check_count(operations.len())?;
    // Several operations may share bytes of the side buffer; the journal has them each.
    let documents = operations.iter().filter(|operation| operation.kind.is_about_document());
    let bytes = documents
        .map(|operation| u64::from(operation.value_length) + u64::from(operation.key_length));
    let most = limits::BATCH_DATA_BYTES_MAX as u64;
    let total = bytes.sum::<u64>().max(data.len() as u64);
    if total <= most {
        return Ok(());
    }
    let what = format!("{total} bytes of documents in a batch are above the limit of {most}");
    Err(Error::LimitExceeded(what))
}
