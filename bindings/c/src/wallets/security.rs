//! What else shows who somebody is: security questions, and short codes.

use super::actor::{acting, escrow_actor};
use super::outcome::{command, escrow_wallet_outcome};
use super::text::escrow_text;
use crate::arguments::{Plain, array, text};
use crate::boundary::call;
use crate::opaque::escrow_wallets;
use crate::status::{Failure, Result, escrow_error, escrow_status};
use escrow::Id;
use escrow::wallet::Channel;
use std::ffi::c_char;

/// An answer to a security question.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct escrow_security_answer {
    /// What the customer answers.
    pub answer: escrow_text,
    /// The host's number of the question, up to 65,535.
    pub question: u32,
    /// Must be zero.
    pub reserved: u32,
}

// SAFETY: numbers and a pointer, without padding.
unsafe impl Plain for escrow_security_answer {}

/// Sets the answers to security questions, which the host numbers, while the person is registering.
/// Compared exactly, unless the policy folds case.
/// Refused: `security_answers_are_off` unless the policy asks for them,
/// `security_answers_must_be_set` if they are too few or one question is answered twice,
/// `too_many`, `text_must_be_valid`, `registration_not_found`, `address_must_be_confirmed`.
///
/// Ownership: `answers`, of which there are `count`, are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_set_security_answers(
    wallets: *mut escrow_wallets,
    person: Id,
    answers: *const escrow_security_answer,
    count: usize,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let given = array(answers, count, "answers")?;
        let read = |one: &escrow_security_answer| {
            if one.reserved != 0 {
                return Err(Failure::invalid("answers: reserved must be zero"));
            }
            Ok((short(one.question, "question")?, one.answer.read("answer")?))
        };
        let answers = given.iter().map(read).collect::<Result<Vec<_>>>()?;
        wallets.set_security_answers(person, &answers)?
    })
}

/// Checks the answer to one security question for a member of staff: one input among others. After
/// a wrong answer no other question is taken until this one is answered.
/// Refused: `security_answers_are_off`, `credentials_must_match`, `credential_is_locked`,
/// `credential_is_locked_for_good`, `actor_must_be_named`, `staff_must_be_registered`,
/// `staff_must_have_support_role`, `reason_must_be_given`.
///
/// Ownership: `answer` and `actor` are only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_person_check_security_answer(
    wallets: *mut escrow_wallets,
    person: Id,
    question: u32,
    answer: *const c_char,
    answer_length: usize,
    actor: *const escrow_actor,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let question = short(question, "question")?;
        let answer = text(answer, answer_length, "answer")?;
        let actor = acting(actor)?;
        wallets.check_security_answer(person, question, answer, &actor)?
    })
}

/// Sends a person a short code of eight digits by a channel, `ESCROW_CHANNEL_*`. `purpose` is the
/// host's own number, up to 65,535, for what it is for: a code for one purpose is not good for
/// another, and a new one ends the one before. Two for one purpose come a minute apart, and a person
/// gets ten within 24 hours, whatever they are for, unless the policy says otherwise.
/// Refused: `person_not_found`, `profile_must_be_set` for a code by telephone, `text_must_be_valid`
/// for an unknown channel, `too_soon` and `too_many_today` with the time until which to wait,
/// `too_many` while too many letters of the person wait for the host.
///
/// Ownership: nothing to free.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_code_send(
    wallets: *mut escrow_wallets,
    person: Id,
    purpose: u32,
    channel: u32,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let purpose = short(purpose, "purpose")?;
        let channel = u8::try_from(channel)
            .map_err(|_| Failure::invalid("channel is not one of ESCROW_CHANNEL_*"))?;
        wallets.send_code(person, purpose, Channel::from_number(channel))?
    })
}

/// Checks a short code, which is used up by it. Spaces and hyphens between its digits are
/// overlooked. Five tries, ten minutes, unless the policy says otherwise; why a code is not good is
/// not told.
/// Refused: `code_must_match`.
///
/// Ownership: `code` is only read.
/// Threads: any.
/// Errors: those of wallets.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_code_check(
    wallets: *mut escrow_wallets,
    person: Id,
    purpose: u32,
    code: *const c_char,
    code_length: usize,
    outcome: *mut escrow_wallet_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(command(wallets, outcome, error), |wallets| {
        let purpose = short(purpose, "purpose")?;
        let code = text(code, code_length, "code")?;
        wallets.check_code(person, purpose, code)?
    })
}

/// A number of the host's own.
fn short(number: u32, name: &str) -> Result<u16> {
    u16::try_from(number).map_err(|_| Failure::invalid(format!("{name} is above 65535")))
}
