//! What a store's clock shows, and how far it is believed.

use crate::arguments::{output, write_sized};
use crate::boundary::{call, on};
use crate::opaque::escrow_store;
use crate::status::{escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::{ClockReading, ClockState, Timestamp};

/// A state that this version has no name for.
pub const ESCROW_CLOCK_STATE_UNKNOWN: u32 = 0;
/// The caller alone says what time it is.
pub const ESCROW_CLOCK_STATE_MANUAL: u32 = 1;
/// The store goes by the system clock.
pub const ESCROW_CLOCK_STATE_TRUSTED: u32 = 2;
/// The system clock was set while the store was open, by more than `clock_step_max_seconds`. The
/// store goes on from the time before by a clock that nobody sets, until the time is confirmed.
pub const ESCROW_CLOCK_STATE_STEPPED: u32 = 3;
/// When the store was opened, the system clock was later than `clock_gap_max_seconds` after the last
/// event, or beyond the end of time, in the year 2554. Nothing is settled or written until the time is
/// confirmed.
pub const ESCROW_CLOCK_STATE_UNCONFIRMED: u32 = 4;

/// What a store's clock shows. Begin with `ESCROW_CLOCK_READING_INIT`; what is beyond `struct_size` is
/// not written. Times are nanoseconds since the Unix epoch.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_clock_reading {
    /// `sizeof(escrow_clock_reading)`.
    pub struct_size: u32,
    /// How far the clock is believed: `ESCROW_CLOCK_STATE_*`.
    pub state: u32,
    /// The time that operations are judged by; never before the last event.
    pub now: Timestamp,
    /// What the system clock shows, believed or not; zero where the clock is manual.
    pub system: Timestamp,
    /// When the last event was; zero in an empty store.
    pub last_event: Timestamp,
}

/// Tells what the store's clock shows, a manual one too, and how far it is believed.
///
/// Ownership: `reading` is the caller's, with its `struct_size`.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if `struct_size` makes no sense.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_clock(
    store: *mut escrow_store,
    reading: *mut escrow_clock_reading,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| write_sized(reading, this.store()?.clock()?.into(), "reading")?)
}

/// Says that it is `now`, in nanoseconds since the Unix epoch, from a source other than the system
/// clock: a person, another machine. Where the system clock agrees, to within an hour, it is believed
/// from now on, and what is due is settled. It is remembered, so that the store can be opened again
/// although nothing happens until then.
///
/// Ownership: `confirmed` gets what the system clock shows.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if the system clock does not agree, or the store's clock is
/// manual; `ESCROW_IO`, and then nothing was confirmed.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_confirm_clock(
    store: *mut escrow_store,
    now: Timestamp,
    confirmed: *mut Timestamp,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        let confirmed = output(confirmed, "confirmed")?;
        confirmed.set(this.store()?.confirm_clock(now)?);
    })
}

impl From<ClockReading> for escrow_clock_reading {
    fn from(reading: ClockReading) -> Self {
        let state = match reading.state {
            ClockState::Manual => ESCROW_CLOCK_STATE_MANUAL,
            ClockState::Trusted => ESCROW_CLOCK_STATE_TRUSTED,
            ClockState::Stepped => ESCROW_CLOCK_STATE_STEPPED,
            ClockState::Unconfirmed => ESCROW_CLOCK_STATE_UNCONFIRMED,
            _ => ESCROW_CLOCK_STATE_UNKNOWN,
        };
        let ClockReading { now, system, last_event, .. } = reading;
        Self { struct_size: 0, state, now, system, last_event }
    }
}
