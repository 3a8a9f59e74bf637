//! The outbox: letters that the host sends.

use super::actor::{acting, escrow_actor};
use super::outcome::{command, escrow_wallet_outcome};
use super::rows::{query, show};
use super::text::escrow_text;
use crate::arguments::Plain;
use crate::boundary::call;
use crate::opaque::{escrow_rows, escrow_wallets};
use crate::status::{Failure, Result, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::wallet::{Actor, Letter, LetterFate, LetterId, LetterStatus};
use escrow::{Id, Timestamp};

/// It was sent, and the host will hear no more, or knows that it arrived.
pub const ESCROW_LETTER_FATE_DELIVERED: u32 = 1;
/// It came back: the address does not exist, or refuses.
pub const ESCROW_LETTER_FATE_BOUNCED: u32 = 2;
/// It could not be sent now: it is to be given again.
pub const ESCROW_LETTER_FATE_FAILED: u32 = 3;

/// A letter for the host to send. Begin with `ESCROW_LETTER_INIT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_letter {
    /// `sizeof(escrow_letter)`.
    pub struct_size: u32,
    /// What it says: `ESCROW_LETTER_KIND_*`.
    pub kind: u32,
    /// Whom it goes to.
    pub person: Id,
    /// Which of their letters.
    pub letter: Id,
    /// The wallet or case that it is about; zero for none.
    pub about: Id,
    /// When it was written.
    pub created_at: Timestamp,
    /// How it is sent: `ESCROW_CHANNEL_*`.
    pub channel: u32,
    /// How often it was handed over, with this time.
    pub attempts: u32,
    /// The e-mail address or telephone number.
    pub address: escrow_text,
    /// The token of its link, or its code; empty for none. The host puts it into the letter, and
    /// nowhere else.
    pub secret: escrow_text,
}

// SAFETY: numbers and pointers, without padding.
unsafe impl Plain for escrow_letter {}

/// What support sees of a letter: not what it says. Begin with `ESCROW_LETTER_STATUS_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_letter_status {
    /// `sizeof(escrow_letter_status)`.
    pub struct_size: u32,
    /// What it says: `ESCROW_LETTER_KIND_*`.
    pub kind: u32,
    /// Whom it goes to.
    pub person: Id,
    /// Which of their letters.
    pub letter: Id,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is handed over (again), or forgotten.
    pub due: Timestamp,
    /// How it is sent: `ESCROW_CHANNEL_*`.
    pub channel: u32,
    /// Where it is: `ESCROW_LETTER_STATE_*`.
    pub state: u32,
    /// How often it was handed over.
    pub attempts: u32,
    /// Zero.
    pub reserved: u32,
}

/// Takes the letters that wait, oldest first, up to `limit`, and at most 256. Each is given again
/// after a while, unless the host says what became of it by `escrow_letter_report`; after too many
/// times it counts as bounced. Letters of a person whose key is damaged wait in the state
/// `ESCROW_LETTER_STATE_AWAITS_KEY` until it is mended, or the person erased: also those of what the
/// person is told meanwhile. Links and codes that are asked for meanwhile are not made up for. Read
/// them with `escrow_letter_at`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_letters_take(
    wallets: *mut escrow_wallets,
    limit: usize,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| wallets.take_letters(limit)?)
}

/// Reads a letter.
///
/// Ownership: `letter` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_letter_at(
    rows: *mut escrow_rows,
    index: usize,
    letter: *mut escrow_letter,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, letter, "letter", error), |row: &Letter| escrow_letter {
        struct_size: 0,
        kind: row.kind.number().into(),
        person: row.id.person,
        letter: row.id.letter,
        about: row.about,
        created_at: row.created_at,
        channel: row.channel.number().into(),
        attempts: row.attempts,
        address: escrow_text::of(&row.address),
        secret: escrow_text::of(&row.secret),
    })
}

/// Says what became of a letter that was handed over: `fate` is one of `ESCROW_LETTER_FATE_*`.
/// `actor` is the member of staff who says so, or NULL for the host by itself.
/// Refused: `letter_not_found`, `letter_must_be_handed_over`, `actor_must_be_named`,
/// `staff_must_be_registered`, `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_letter_report(
    wallets: *mut escrow_wallets,
    person: Id,
    letter: Id,
    fate: u32,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let fate = letter_fate(fate)?;
        let actor = if actor.is_null() { Actor::System } else { acting(actor)? };
        wallets.report_letter_by(LetterId { person, letter }, fate, &actor)?
    })
}

/// Has a letter handed over once more, whatever became of it: it waits again, is due at once, and
/// its hand-overs are counted anew. While the key of whom it goes to is damaged it is
/// `ESCROW_LETTER_STATE_AWAITS_KEY` then. A link or code in it is as old as before. For a member of
/// staff.
/// Refused: `letter_not_found`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `actor` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_letter_retry(
    wallets: *mut escrow_wallets,
    person: Id,
    letter: Id,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let actor = acting(actor)?;
        wallets.retry_letter(LetterId { person, letter }, &actor)?
    })
}

/// Gives what support sees of a person's letters, oldest first. Read it with
/// `escrow_letter_status_at`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_letters_of(
    wallets: *mut escrow_wallets,
    person: Id,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| wallets.letters_of(person)?)
}

/// Gives the letters whose fate is not known yet, the one that is due first before all others, at
/// most `limit`. To go on, give the `due` and `letter` of the last one; 0 and zero to begin. Read
/// them with `escrow_letter_status_at`.
///
/// Ownership: `*rows` is the caller's, to be freed by `escrow_rows_free`.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_letters_waiting(
    wallets: *mut escrow_wallets,
    after_due: Timestamp,
    after_letter: Id,
    limit: usize,
    rows: *mut *mut escrow_rows,
    error: *mut escrow_error,
) -> escrow_status {
    call!(query(wallets, rows, error), |wallets| wallets.waiting_letters_behind(
        after_due,
        after_letter,
        limit
    )?)
}

/// Reads where a letter is.
///
/// Ownership: `status` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: `ESCROW_INVALID_ARGUMENT` if there is no such row, or the rows are of another kind.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_letter_status_at(
    rows: *mut escrow_rows,
    index: usize,
    status: *mut escrow_letter_status,
    error: *mut escrow_error,
) -> escrow_status {
    call!(show(rows, index, status, "status", error), |row: &LetterStatus| escrow_letter_status {
        struct_size: 0,
        kind: row.kind.number().into(),
        person: row.id.person,
        letter: row.id.letter,
        created_at: row.created_at,
        due: row.due,
        channel: row.channel.number().into(),
        state: row.state.number().into(),
        attempts: row.attempts,
        reserved: 0,
    })
}

fn letter_fate(number: u32) -> Result<LetterFate> {
    match number {
        ESCROW_LETTER_FATE_DELIVERED => Ok(LetterFate::Delivered),
        ESCROW_LETTER_FATE_BOUNCED => Ok(LetterFate::Bounced),
        ESCROW_LETTER_FATE_FAILED => Ok(LetterFate::Failed),
        _ => Err(Failure::invalid("fate is not one of ESCROW_LETTER_FATE_*")),
    }
}
