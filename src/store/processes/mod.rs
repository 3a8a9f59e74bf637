//! Many processes on one store: the one that has it open is its host, all others are guests.
//!
//! Guarantees that a guest is answered as the host's own callers are, or told by name why not; that
//! what one guest does, leaves undone or breaks costs no other; and that when the host is gone, one
//! guest takes its place, and what was not answered is sent again under the same ids.
//!
//! It does not know the rules of the ledger, nor how frames travel.
#![doc = include_str!("protocol.md")]

mod answers;
#[cfg(any(test, fuzzing))]
mod any_message;
mod batches;
mod connection;
mod errors;
mod guest;
mod guest_calls;
mod guest_status;
mod hello;
mod hosting;
mod kept;
mod keys;
mod kinds;
mod remote;
mod served_keys;
mod server;
mod session;
mod slow;

#[cfg(any(test, fuzzing))]
pub(crate) use any_message::read_any_message;
pub(super) use batches::BatchTicket;
pub(super) use guest::Guest;
pub use guest_status::{GuestStatus, Processes};
pub(super) use hosting::Hosting;
pub(super) use keys::KeysOfGuest;
use std::ffi::CStr;

/// The socket in the directory of a store.
pub(super) const SOCKET_FILE: &str = "SOCKET";
const SOCKET_NAME: &CStr = c"SOCKET";
