//! escrowdb: an embedded, transactional, on-disk escrow store.
//!
//! A shop's back end links this library and settles payments without leaving its process: balances,
//! escrow holds with deadlines, disputes, splits and frozen commission, double-entry transfers, and
//! the shop's own documents, in one store with one transaction around all of it. Every answer is
//! durable, every operation is idempotent for ever, and every refusal is named after the law that
//! the operation would have broken.
//!
//! Start at [`Store`]. The pages of the laws are below: what each operation does, and how it is
//! built.
//!
//! # Words
//!
//! A *ledger* is a currency book with a fixed scale. An *account* belongs to one ledger and has
//! *debits* and *credits*, *posted* (final) and *pending* (in escrow). A customer's wallet is a
//! liability of the operator: paying in debits an *external* account and credits the wallet. A
//! *hold* keeps money of the *payer* in escrow for the *payee* until it is *released*, *refunded*,
//! or settled by its *deadline*. See [`Operation`] and [`Kind`] for what can be asked for,
//! [`Outcome`] and [`Status`] for what is answered.
//!
//! # Features
//!
//! All but `postgres` are on by default.
//!
//! * `wallets`: customers with passwords, cards and limits, in `wallet` and `Wallets`, and the
//!   cryptography that they need. A store that has wallets is used without it as any other: its
//!   ledger goes on, `KEYS` is copied with it, and [`VerifyReport::unchecked`] says what was not
//!   looked at.
//! * `orders`: the deals of a shop over its holds, in `order` and `Orders`. It needs `wallets`,
//!   whose form of rows it shares.
//! * `cli`: the `escrowdb` command.
//! * `postgres`: the journal in a PostgreSQL database, in `journal::postgres`.
#![doc = include_str!("store/ids.md")]
#![doc = include_str!("engine/rules.md")]
#![doc = include_str!("architecture.md")]
#![doc = include_str!("promises.md")]
#![doc = include_str!("store/processes.md")]
#![doc = include_str!("store/operating.md")]
#![doc = include_str!("store/repair.md")]
#![doc = include_str!("where_the_time_goes.md")]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(feature = "wallets"),
    allow(dead_code, unused_imports, reason = "the store has doors for houses that are not there")
)]

#[cfg(feature = "bench-internals")]
#[doc(hidden)]
pub mod bench_internals;
pub mod books;
mod commit;
pub mod disk;
mod engine;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzz;
pub mod journal;
mod model;
pub mod money;
#[cfg(feature = "orders")]
mod orders;
mod record;
mod state;
mod store;
#[cfg(feature = "wallets")]
mod wallets;
mod wire;

pub use model::*;
#[cfg(feature = "orders")]
pub use orders::commands::*;
#[cfg(feature = "orders")]
pub use orders::rules as order;
pub use store::*;
#[cfg(feature = "wallets")]
pub use wallets::commands::*;
#[cfg(feature = "wallets")]
pub use wallets::keys::{KeyWrapper, MasterKey};
#[cfg(feature = "wallets")]
pub use wallets::rules as wallet;

use store::house::Plot;

/// The houses on the ledger's ground: the store asks those that this build has.
pub(crate) static PLOTS: &[Plot] = &[
    Plot {
        mark: 0x01,
        feature: "wallets",
        has_keys: true,
        #[cfg(feature = "wallets")]
        house: Some(&wallets::check::WalletsHouse),
        #[cfg(not(feature = "wallets"))]
        house: None,
    },
    Plot {
        mark: 0x02,
        feature: "orders",
        has_keys: false,
        #[cfg(feature = "orders")]
        house: Some(&orders::check::OrdersHouse),
        #[cfg(not(feature = "orders"))]
        house: None,
    },
];

/// What README shows is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
