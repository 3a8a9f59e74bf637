//! What the file says about itself: its format, whose state it is, a choice made at creation, the
//! tip, and which sorted runs of entries there are.
//!
//! Guarantees that a file of a later format is recognised before anything else of it is read.

use super::Tip;
use super::bytes::{seal, unseal};
use super::error::StateError;
use super::sorted_runs::SortedRuns;
use super::table::{Name, Writable};
use crate::model::Timestamp;
use redb::ReadableTable;

/// The format that this version writes, and the latest that it reads.
pub(super) const FORMAT: u32 = 2;
/// The first one, which it reads, too.
const FIRST_FORMAT: u32 = 1;

const FORMAT_KEY: &[u8] = b"format";
const STORE_KEY: &[u8] = b"store";
const USER_DATA_KEY: &[u8] = b"index_user_data";
const TIP_KEY: &[u8] = b"tip";
const RUNS_KEY: &[u8] = b"volumes";

type Bytes = &'static [u8];

/// Checks the format, and says whether user data are indexed.
pub(super) fn check(table: &impl ReadableTable<Bytes, Bytes>) -> Result<bool, StateError> {
    let found = u32::from_le_bytes(get(table, FORMAT_KEY)?);
    if found > FORMAT {
        return Err(StateError::NewerFormat { found, supported: FORMAT });
    }
    let user_data: [u8; 1] = get(table, USER_DATA_KEY)?;
    match (found, user_data) {
        (FIRST_FORMAT..=FORMAT, [0]) => Ok(false),
        (FIRST_FORMAT..=FORMAT, [1]) => Ok(true),
        (FIRST_FORMAT..=FORMAT, _) => Err(StateError::corrupt(Name::Meta.text(), USER_DATA_KEY)),
        _ => Err(StateError::corrupt(Name::Meta.text(), FORMAT_KEY)),
    }
}

/// Which store's state it is; `None` in a file of a version that did not write it yet.
pub(super) fn store_id(
    table: &impl ReadableTable<Bytes, Bytes>,
) -> Result<Option<[u8; 16]>, StateError> {
    if table.get(STORE_KEY)?.is_none() {
        return Ok(None);
    }
    get(table, STORE_KEY).map(Some)
}

/// Writes which store's state it is.
pub(super) fn put_store_id(table: &mut Writable<'_>, id: &[u8; 16]) -> Result<(), StateError> {
    put(table, STORE_KEY, id)
}

/// How far the journal is included.
pub(super) fn tip(table: &impl ReadableTable<Bytes, Bytes>) -> Result<Tip, StateError> {
    let take = |body: &[u8]| {
        let (timestamp, rest) = body.split_first_chunk()?;
        let (block, rest) = rest.split_first_chunk()?;
        // In format 1 a place in a file stood between.
        let hash = if rest.len() == 48 { &rest[16..] } else { rest };
        Some(Tip {
            timestamp: Timestamp::from_nanoseconds(u64::from_le_bytes(*timestamp)),
            block: u64::from_le_bytes(*block),
            hash: hash.try_into().ok()?,
        })
    };
    let corrupt = || StateError::corrupt(Name::Meta.text(), TIP_KEY);
    with_body(table, TIP_KEY, take)?.ok_or_else(corrupt)
}

/// Which sorted runs of entries there are.
pub(super) fn sorted_runs(
    table: &impl ReadableTable<Bytes, Bytes>,
) -> Result<SortedRuns, StateError> {
    let sorted_runs = with_body(table, RUNS_KEY, SortedRuns::from_bytes)?;
    sorted_runs.ok_or_else(|| StateError::corrupt(Name::Meta.text(), RUNS_KEY))
}

/// Writes which sorted runs of entries there are.
pub(super) fn put_sorted_runs(
    table: &mut Writable<'_>,
    sorted_runs: &SortedRuns,
) -> Result<(), StateError> {
    put(table, RUNS_KEY, &sorted_runs.to_vec())
}

/// Writes what never changes, and an empty state.
pub(super) fn create(
    table: &mut Writable<'_>,
    store_id: &[u8; 16],
    index_user_data: bool,
) -> Result<(), StateError> {
    put_format(table, FORMAT)?;
    put_store_id(table, store_id)?;
    put(table, USER_DATA_KEY, &[u8::from(index_user_data)])?;
    put_sorted_runs(table, &SortedRuns::default())?;
    put_tip(table, &Tip::default())
}

/// Writes the version of the format.
pub(super) fn put_format(table: &mut Writable<'_>, version: u32) -> Result<(), StateError> {
    put(table, FORMAT_KEY, &version.to_le_bytes())
}

/// Writes how far the journal is included.
pub(super) fn put_tip(table: &mut Writable<'_>, tip: &Tip) -> Result<(), StateError> {
    let Tip { timestamp, block, hash } = tip;
    let numbers = [timestamp.nanoseconds(), *block];
    let mut bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
    bytes.extend_from_slice(hash);
    put(table, TIP_KEY, &bytes)
}

fn get<const N: usize>(
    table: &impl ReadableTable<Bytes, Bytes>,
    key: &[u8],
) -> Result<[u8; N], StateError> {
    with_body(table, key, |body| body.try_into().ok())?
        .ok_or_else(|| StateError::corrupt(Name::Meta.text(), key))
}

fn with_body<T>(
    table: &impl ReadableTable<Bytes, Bytes>,
    key: &[u8],
    read: impl FnOnce(&[u8]) -> T,
) -> Result<T, StateError> {
    let corrupt = || StateError::corrupt(Name::Meta.text(), key);
    let value = table.get(key)?.ok_or_else(corrupt)?;
    Ok(read(unseal(Name::Meta.text(), key, value.value())?))
}

fn put(table: &mut Writable<'_>, key: &[u8], body: &[u8]) -> Result<(), StateError> {
    let mut value = body.to_vec();
    seal(key, &mut value);
    table.insert(key, &value[..])?;
    Ok(())
}
