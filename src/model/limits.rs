//! The limits of the store, each with its one home, held against each other at compile time.

/// Operations in one batch.
pub const BATCH_OPERATIONS_MAX: usize = 65_536;
/// Bytes of documents (spaces, keys and values) in one batch.
pub const BATCH_DATA_BYTES_MAX: usize = 64 << 20;
/// Holds that deadlines settle in one block: what bounds the work of a commit when many are due.
pub const DUE_HOLDS_PER_BLOCK_MAX: usize = 8_192;
/// Bytes of a document's key.
pub const DOCUMENT_KEY_BYTES_MAX: usize = 511;
/// Bytes of the name of a space of documents.
pub const DOCUMENT_SPACE_BYTES_MAX: usize = 63;
/// Bytes of a document's value.
pub const DOCUMENT_VALUE_BYTES_MAX: usize = 64 << 10;
/// The greatest scale of a ledger: digits behind the decimal point.
pub const LEDGER_SCALE_MAX: u8 = 18;
/// Bytes of a ledger's code.
pub const LEDGER_CODE_BYTES_MAX: usize = 16;
/// Ledgers of one store; all of them are kept in memory.
pub const LEDGERS_MAX: usize = 4_096;
/// Bytes of the name of an event consumer.
pub const CONSUMER_NAME_BYTES_MAX: usize = 63;
/// Event consumers of one store.
pub const CONSUMERS_MAX: usize = 1_024;
/// A rate of one, in parts per million.
pub const RATE_PPM_MAX: u32 = 1_000_000;

const _: () = assert!(DOCUMENT_VALUE_BYTES_MAX <= BATCH_DATA_BYTES_MAX);
const _: () = assert!(BATCH_DATA_BYTES_MAX <= u32::MAX as usize);
const _: () = assert!(DOCUMENT_KEY_BYTES_MAX <= u16::MAX as usize);
