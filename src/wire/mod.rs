//! The wire: what processes of one machine say to each other about a store, as frames on a
//! Unix-domain socket.
//!
//! Guarantees that a frame arrives whole or not at all, and that whatever the other end sends gives
//! a frame or an error, and never more memory than has arrived. It does not know what the frames
//! say.
#![doc = include_str!("format.md")]

mod awake;
pub(crate) mod codec;
mod frame;
mod incoming;
mod outgoing;
mod socket;
#[cfg(test)]
mod tests;

pub(crate) use frame::{Frame, FrameError};
pub(crate) use incoming::Incoming;
#[cfg(any(test, fuzzing))]
pub(crate) use incoming::read_any;
pub(crate) use outgoing::Outgoing;
pub(crate) use socket::{Listener, Peer, Socket, connect};
