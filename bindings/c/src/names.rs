//! The names of numbers, for logs and for people.

use crate::status;
use escrow::order::{Action, OrderStatus, Party, Silence, Stage};
use escrow::wallet::{Command, LetterKind, WalletStatus};
use escrow::{AtDeadline, Kind, Phase, Status, StepKind};
use std::ffi::{CStr, c_char};
use std::sync::OnceLock;

const UNKNOWN: &CStr = c"unknown";

/// Names of consecutive or scattered numbers as C texts, made once.
struct Names(OnceLock<Vec<(u32, std::ffi::CString)>>);

impl Names {
    const fn new() -> Self {
        Self(OnceLock::new())
    }

    fn get(
        &'static self,
        number: u32,
        all: impl FnOnce() -> Vec<(u32, &'static str)>,
    ) -> *const c_char {
        let names = self.0.get_or_init(|| {
            let text = |name: &str| std::ffi::CString::new(name).unwrap_or_default();
            all().into_iter().map(|(number, name)| (number, text(name))).collect()
        });
        let found = names.binary_search_by_key(&number, |(number, _)| *number);
        found.map_or(UNKNOWN, |index| &*names[index].1).as_ptr()
    }
}

/// Gives the name of a status: `buffer_too_small`; `unknown` for a number that has none.
///
/// Ownership: static, zero-terminated; never freed.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_status_name(status: status::escrow_status) -> *const c_char {
    let found = status::NAMES.iter().find(|(number, _)| *number == status);
    found.map_or(UNKNOWN, |(_, name)| *name).as_ptr()
}

/// Gives the name of an outcome: `exceeds_credits`; `unknown` for a number that has none.
///
/// Ownership: static, zero-terminated; never freed.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_outcome_name(outcome: u32) -> *const c_char {
    static NAMES: Names = Names::new();
    let all = || Status::ALL.iter().map(|status| (status.number(), status.name())).collect();
    NAMES.get(outcome, all)
}

/// Gives the name of a kind of operation: `top_up`; `unknown` for a number that has none.
///
/// Ownership: static, zero-terminated; never freed.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_kind_name(kind: u32) -> *const c_char {
    static NAMES: Names = Names::new();
    NAMES.get(kind, || Kind::ALL.iter().map(|kind| (kind.number().into(), kind.name())).collect())
}

/// Gives the name of the phase of a hold: `shipped`; `unknown` for a number that has none.
///
/// Ownership: static, zero-terminated; never freed.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_phase_name(phase: u32) -> *const c_char {
    static NAMES: Names = Names::new();
    let all = || Phase::ALL.iter().map(|phase| (phase.number().into(), phase.name())).collect();
    NAMES.get(phase, all)
}

/// Gives the name of what happens at a deadline: `refund`; `unknown` for a number that has none.
///
/// Ownership: static, zero-terminated; never freed.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_at_deadline_name(at_deadline: u32) -> *const c_char {
    static NAMES: Names = Names::new();
    let all = || AtDeadline::ALL.iter().map(|way| (way.number().into(), way.name())).collect();
    NAMES.get(at_deadline, all)
}

/// Gives the name of the outcome of a wallet command: `credentials_must_match`; `done` for
/// `ESCROW_WALLET_DONE`; `unknown` for a number that has none.
///
/// Ownership: static, zero-terminated; never freed.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_wallet_outcome_name(outcome: u32) -> *const c_char {
    static NAMES: Names = Names::new();
    let all = || {
        let refusals = WalletStatus::ALL.iter().map(|status| (status.number(), status.name()));
        std::iter::once((0, "done")).chain(refusals).collect()
    };
    NAMES.get(outcome, all)
}

/// Gives the name of what a letter says: `confirm_address`; `unknown` for a number that has none.
///
/// Ownership: static, zero-terminated; never freed.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_letter_kind_name(kind: u32) -> *const c_char {
    static NAMES: Names = Names::new();
    let all = || LetterKind::ALL.iter().map(|kind| (kind.number().into(), kind.name())).collect();
    NAMES.get(kind, all)
}

/// Gives the name of a command in the audit trail: `approve_verification`; `unknown` for a number
/// that has none.
///
/// Ownership: static, zero-terminated; never freed.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_audit_command_name(command: u32) -> *const c_char {
    static NAMES: Names = Names::new();
    let all = || Command::ALL.iter().map(|one| (one.number().into(), one.name())).collect();
    NAMES.get(command, all)
}

/// Gives the name of the outcome of an order command: `not_in_this_stage`; `done` for
/// `ESCROW_ORDER_DONE`; `unknown` for a number that has none.
///
/// Ownership: static, zero-terminated; never freed.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_order_outcome_name(outcome: u32) -> *const c_char {
    static NAMES: Names = Names::new();
    let all = || {
        let refusals = OrderStatus::ALL.iter().map(|status| (status.number(), status.name()));
        std::iter::once((0, "done")).chain(refusals).collect()
    };
    NAMES.get(outcome, all)
}

/// Gives the name of the stage of a part of an order: `shipped`; `unknown` for a number that has none.
///
/// Ownership: static, zero-terminated; never freed.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_stage_name(stage: u32) -> *const c_char {
    static NAMES: Names = Names::new();
    let all = || Stage::ALL.iter().map(|one| (one.number().into(), one.name())).collect();
    NAMES.get(stage, all)
}

/// Gives the name of who acts in an order: `buyer`; `unknown` for a number that has none.
///
/// Ownership: static, zero-terminated; never freed.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_party_name(party: u32) -> *const c_char {
    static NAMES: Names = Names::new();
    let all = || Party::ALL.iter().map(|one| (one.number().into(), one.name())).collect();
    NAMES.get(party, all)
}

/// Gives the name of what can be done about a part of an order: `ship`; `unknown` for a number that
/// has none.
///
/// Ownership: static, zero-terminated; never freed.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_action_name(action: u32) -> *const c_char {
    static NAMES: Names = Names::new();
    let all = || Action::ALL.iter().map(|one| (one.number().into(), one.name())).collect();
    NAMES.get(action, all)
}

/// Gives the name of what happens if nobody acts: `release`; `unknown` for a number that has none.
///
/// Ownership: static, zero-terminated; never freed.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_silence_name(silence: u32) -> *const c_char {
    static NAMES: Names = Names::new();
    let all = || Silence::ALL.iter().map(|one| (one.number().into(), one.name())).collect();
    NAMES.get(silence, all)
}

/// Gives the name of a kind of step of an order: `placed`; `acted` for whatever somebody did;
/// `unknown` for a number that has none.
///
/// Ownership: static, zero-terminated; never freed.
/// Threads: any.
/// Errors: none.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn escrow_step_name(step: u32) -> *const c_char {
    static NAMES: Names = Names::new();
    let name = |kind: &StepKind| match kind {
        StepKind::Acted(_) => "acted",
        kind => kind.name(),
    };
    let all = || StepKind::ALL.iter().map(|kind| (kind.number().into(), name(kind))).collect();
    NAMES.get(step, all)
}
