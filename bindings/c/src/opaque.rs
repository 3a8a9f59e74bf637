//! The handles as C sees them: names without contents.

/// An open store. From `escrow_store_open`, freed by `escrow_store_free`.
///
/// Any number of threads may use it at the same time. Until it and everything that came from it is
/// freed, it hosts the store, or is a guest of the handle that does.
pub struct escrow_store {
    _opaque: [u8; 0],
}

/// The store as of one moment. From `escrow_store_snapshot`, freed by `escrow_snapshot_free`.
///
/// It never changes and never waits for writers. Any number of threads may use it at the same time.
/// While it lives, the store keeps old versions for it: free it when done.
pub struct escrow_snapshot {
    _opaque: [u8; 0],
}

/// Rows that are read as they are asked for. From the functions of `escrow_snapshot` that name one,
/// freed by `escrow_cursor_free`.
///
/// One thread at a time may use it; which one does not matter.
pub struct escrow_cursor {
    _opaque: [u8; 0],
}

/// Completions of batches that were submitted without waiting. From `escrow_queue_new`, freed by
/// `escrow_queue_free`.
///
/// Any number of threads may use it at the same time.
pub struct escrow_queue {
    _opaque: [u8; 0],
}

/// The wallets of a store: persons, passwords, cards and cases. From `escrow_wallets_open`, freed by
/// `escrow_wallets_free`.
///
/// Any number of threads may use it at the same time. A store has one at a time.
pub struct escrow_wallets {
    _opaque: [u8; 0],
}

/// The orders of a store: deals over its holds. From `escrow_orders_open`, freed by
/// `escrow_orders_free`.
///
/// Any number of threads may use it at the same time.
pub struct escrow_orders {
    _opaque: [u8; 0],
}

/// What a query about wallets or orders found: rows that do not change. From the functions of either
/// that name one, freed by `escrow_rows_free`, which wipes what is personal or secret in them.
///
/// Any number of threads may use it at the same time. Texts that its rows point to live as long.
pub struct escrow_rows {
    _opaque: [u8; 0],
}
