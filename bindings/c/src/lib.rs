//! The C ABI of escrowdb. Its specification is `include/escrowdb.h`, which is generated from here.
//!
//! One file for each handle type of the header. An export is three lines around one [`boundary`], which
//! turns panics into statuses; [`handle`] knows which handles are alive, without ever following a
//! pointer of the caller's; [`arguments`] is where pointers of the caller's are followed, and [`lent`]
//! lets the library write to the caller's room until a call returns. Records are the library's own:
//! they have a C layout, and arrays of them are shared without conversion.
//!
//! Knows only the public face of the library.
#![allow(non_camel_case_types, reason = "types are named as C declares them")]
#![allow(clippy::missing_safety_doc, reason = "the header's conventions are the contract of all")]
#![allow(unreachable_pub, reason = "what C sees is public, whatever Rust sees")]

mod arguments;
mod boundary;
mod fork;
mod handle;
#[cfg(test)]
mod layout;
mod lent;
mod status;

pub mod amount;
pub mod backup;
pub mod clock;
pub mod cursor;
pub mod document;
pub mod event;
pub mod head;
pub mod id;
pub mod ledger;
pub mod names;
pub mod number;
pub mod opaque;
pub mod operation;
pub mod options;
pub mod orders;
pub mod processes;
pub mod queue;
pub mod snapshot;
pub mod statement;
pub mod stats;
pub mod store;
pub mod trial_balance;
pub mod verify;
pub mod version;
pub mod wallets;
