//! Who gives a command, and why.

use super::text::escrow_text;
use crate::arguments::{Plain, sized_input};
use crate::status::{Failure, Result};
use escrow::wallet::Actor;

/// The customer, whom the host has authenticated.
pub const ESCROW_ACTOR_CUSTOMER: u32 = 1;
/// The host by itself: a deadline, a clean-up.
pub const ESCROW_ACTOR_SYSTEM: u32 = 2;
/// A member of staff, who says their name and why.
pub const ESCROW_ACTOR_STAFF: u32 = 3;

/// Who gives a command, and why: what the audit trail remembers. Begin with `ESCROW_ACTOR_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_actor {
    /// `sizeof(escrow_actor)`.
    pub struct_size: u32,
    /// Who it is: `ESCROW_ACTOR_*`.
    pub kind: u32,
    /// Of a member of staff: the name that they are registered under (`escrow_staff_register`), 1 to
    /// 64 of a–z, 0–9, `.`, `_`, `@` and `-`; upper case counts as lower, any other is refused with
    /// `actor_must_be_named`. Names whose letters and digits are the same, or look it, are one
    /// person's, and one of them can be registered: `eve.` or `eve`, `b0b` or `bob`. Empty for others.
    pub name: escrow_text,
    /// Of a member of staff: why they do it, 1 to 200 bytes; no personal data of the customer.
    /// Empty for others.
    pub reason: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_actor {}

/// The caller's actor.
///
/// # Safety
/// `pointer` is NULL or leads to an actor, as the header says.
pub(crate) unsafe fn acting(pointer: *const escrow_actor) -> Result<Actor> {
    // SAFETY: the caller's promise is the same.
    let (given, name, reason) = unsafe {
        let given = sized_input(pointer, "actor")?;
        (given, given.name.read("name")?, given.reason.read("reason")?)
    };
    let nobody = name.is_empty() && reason.is_empty();
    match given.kind {
        ESCROW_ACTOR_STAFF => Ok(Actor::staff(name, reason)),
        ESCROW_ACTOR_CUSTOMER if nobody => Ok(Actor::Customer),
        ESCROW_ACTOR_SYSTEM if nobody => Ok(Actor::System),
        ESCROW_ACTOR_CUSTOMER | ESCROW_ACTOR_SYSTEM => {
            Err(Failure::invalid("actor: staff alone have a name and a reason"))
        }
        _ => Err(Failure::invalid("actor: kind is not one of ESCROW_ACTOR_*")),
    }
}
