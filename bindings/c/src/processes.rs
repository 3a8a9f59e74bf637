//! Which process hosts a store, and how many are its guests.

use crate::arguments::output;
use crate::boundary::{call, on};
use crate::opaque::escrow_store;
use crate::status::{escrow_error, escrow_status};
use escrow::Role;

/// This process writes the store, and lets others in.
pub const ESCROW_ROLE_HOST: u32 = 1;
/// Another process, or another handle of this one, writes the store; this one has it do so.
pub const ESCROW_ROLE_GUEST: u32 = 2;

/// Tells whether this handle hosts its store or is a guest of whoever does: `ESCROW_ROLE_*`. It does
/// not change but from guest to host, when the process that was the host has ended.
///
/// Ownership: `role` gets the answer.
/// Threads: any.
/// Errors: none beyond the conventions.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_role(
    store: *mut escrow_store,
    role: *mut u32,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        let role = output(role, "role")?;
        role.set(match this.store()?.role() {
            Role::Host => ESCROW_ROLE_HOST,
            _ => ESCROW_ROLE_GUEST,
        });
    })
}

/// Tells which process hosts the store, and how many guests it has, each handle counted.
///
/// Ownership: `process` gets the number of the process, `guests` how many they are.
/// Threads: any.
/// Errors: `ESCROW_HOST_UNRESPONSIVE`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_store_host_process(
    store: *mut escrow_store,
    process: *mut u32,
    guests: *mut u32,
    error: *mut escrow_error,
) -> escrow_status {
    call!(on(store, error), |this| {
        let (process, guests) = (output(process, "process")?, output(guests, "guests")?);
        let processes = this.store()?.processes()?;
        process.set(processes.host);
        guests.set(u32::try_from(processes.guests.len()).unwrap_or(u32::MAX));
    })
}
