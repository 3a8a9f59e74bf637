//! The enumerations of the header: `escrowdb.enumerations`, by which other languages make types of
//! its constants.
//!
//! C has no more than a common prefix. A line is a prefix, the name of the type, whether its values
//! are `values` or `flags`, the function that names one, and what it is.

use crate::fields::is_committed;
use crate::header;

/// A prefix of constants, and the type that they make.
struct Enumeration {
    prefix: &'static str,
    name: &'static str,
    form: Form,
    /// The function of the library that names a value, which may be of a later version.
    named_by: Option<&'static str>,
    about: &'static str,
}

#[derive(Clone, Copy)]
enum Form {
    Values,
    Flags,
}
use Form::{Flags, Values};

const fn of(
    prefix: &'static str,
    name: &'static str,
    form: Form,
    named_by: Option<&'static str>,
    about: &'static str,
) -> Enumeration {
    Enumeration { prefix, name, form, named_by, about }
}

/// In the order in which the types are written. Of two prefixes that fit a constant, the longer
/// counts.
const ENUMERATIONS: &[Enumeration] = &[
    of(
        "ESCROW_OUTCOME_",
        "Status",
        Values,
        Some("escrow_outcome_name"),
        "What became of an operation.",
    ),
    of("ESCROW_KIND_", "Kind", Values, Some("escrow_kind_name"), "What an operation does."),
    of("ESCROW_OPERATION_", "OperationFlags", Flags, None, "Flags of an operation."),
    of("ESCROW_ACCOUNT_", "AccountFlags", Flags, None, "Flags of an account."),
    of(
        "ESCROW_AT_DEADLINE_",
        "AtDeadline",
        Values,
        Some("escrow_at_deadline_name"),
        "What happens to a hold at its deadline.",
    ),
    of("ESCROW_PHASE_", "Phase", Values, Some("escrow_phase_name"), "How far a deal has come."),
    of("ESCROW_EVENT_", "EventKind", Values, None, "What an event is about."),
    of("ESCROW_SIDE_", "Side", Values, None, "The side of an account."),
    of(
        "ESCROW_WALLET_",
        "WalletStatus",
        Values,
        Some("escrow_wallet_outcome_name"),
        "What a wallet command came to.",
    ),
    of("ESCROW_STATE_", "WalletState", Values, None, "What may be done with a wallet."),
    of("ESCROW_DOCUMENT_KIND_", "DocumentKind", Values, None, "What identifies a customer."),
    of(
        "ESCROW_LETTER_KIND_",
        "LetterKind",
        Values,
        Some("escrow_letter_kind_name"),
        "What a letter says.",
    ),
    of("ESCROW_LETTER_STATE_", "LetterState", Values, None, "Where a letter is."),
    of("ESCROW_LETTER_FATE_", "LetterFate", Values, None, "What became of a letter."),
    of("ESCROW_CHANNEL_", "Channel", Values, None, "How a letter is sent."),
    of("ESCROW_ACTOR_", "ActorKind", Values, None, "Who gives a command."),
    of("ESCROW_CARD_STATE_", "CardState", Values, None, "What a card is good for."),
    of("ESCROW_CARD_PAYMENT_STATE_", "CardPaymentState", Values, None, "Where a card payment is."),
    of(
        "ESCROW_CARD_AUTHENTICATION_",
        "CardAuthentication",
        Values,
        None,
        "What 3-D Secure said of a card.",
    ),
    of("ESCROW_CHARGE_", "ChargeKind", Values, None, "What became of the money of a card."),
    of("ESCROW_REFUNDED_", "Refunded", Values, None, "Where the money of a refund went."),
    of("ESCROW_SUSPENSE_REASON_", "SuspenseReason", Values, None, "Why money lies in suspense."),
    of(
        "ESCROW_REFUND_RETURNED_",
        "RefundReturnedKind",
        Values,
        None,
        "What became of a refund that no card took.",
    ),
    of("ESCROW_CHARGEBACK_STATE_", "ChargebackState", Values, None, "Where a chargeback is."),
    of("ESCROW_UNCLAIMED_REASON_", "UnclaimedReason", Values, None, "Why money is unclaimed."),
    of("ESCROW_EVIDENCE_KIND_", "EvidenceKind", Values, None, "What a customer shows."),
    of("ESCROW_VERIFICATION_STATE_", "VerificationState", Values, None, "Where a verification is."),
    of(
        "ESCROW_VERIFICATION_REASON_",
        "VerificationReason",
        Values,
        None,
        "Why a verification was refused.",
    ),
    of(
        "ESCROW_CONTACT_CHANGE_STATE_",
        "ContactChangeState",
        Values,
        None,
        "Where the change of an address or number is.",
    ),
    of("ESCROW_RECOVERY_STATE_", "RecoveryState", Values, None, "Where a recovery is."),
    of("ESCROW_CORRECTION_STATE_", "CorrectionState", Values, None, "Where a correction is."),
    of("ESCROW_RECOVERY_", "RecoveryDecision", Values, None, "How a recovery is decided."),
    of(
        "ESCROW_AUDIT_",
        "AuditCommand",
        Values,
        Some("escrow_audit_command_name"),
        "What was done.",
    ),
    of("ESCROW_STAFF_STATE_", "StaffState", Values, None, "Where a member of staff stands."),
    of("ESCROW_STAFF_ROLE_", "StaffRoles", Flags, None, "What a member of staff may do."),
    of("ESCROW_CLOCK_STATE_", "ClockState", Values, None, "How far a clock is believed."),
    of("ESCROW_CLOCK_", "Clock", Values, None, "Who says what time it is."),
    of("ESCROW_OPEN_", "Mode", Values, None, "What to expect at the path."),
    of("ESCROW_ROLE_", "Role", Values, None, "What a handle is to its store."),
    of("ESCROW_FILES_", "FileAccess", Values, None, "Who may use the files of a store."),
    of("ESCROW_NEEDS_", "Needs", Values, None, "What a purchase needs of the customer."),
    of(
        "ESCROW_ORDER_",
        "OrderStatus",
        Values,
        Some("escrow_order_outcome_name"),
        "What an order command came to.",
    ),
    of("ESCROW_ORDER_STATE_", "OrderState", Values, None, "How far an order has come."),
    of(
        "ESCROW_STAGE_",
        "Stage",
        Values,
        Some("escrow_stage_name"),
        "How far the deal of one part of an order has come.",
    ),
    of("ESCROW_PARTY_", "Party", Values, Some("escrow_party_name"), "Who acts in an order."),
    of(
        "ESCROW_ACTION_",
        "Action",
        Values,
        Some("escrow_action_name"),
        "What can be done about a part of an order.",
    ),
    of(
        "ESCROW_SILENCE_",
        "Silence",
        Values,
        Some("escrow_silence_name"),
        "What happens at the end of a window if nobody does anything.",
    ),
    of("ESCROW_TENDER_", "TenderKind", Values, None, "What kind of money a tender is."),
    of("ESCROW_CLAIM_REASON_", "ClaimReason", Values, None, "What is wrong with what was bought."),
    of("ESCROW_LINE_", "LineKind", Values, None, "What a line of a leg is."),
    of("ESCROW_REMEDY_", "Remedy", Values, None, "What a buyer asks for."),
    of(
        "ESCROW_STEP_",
        "StepKind",
        Values,
        Some("escrow_step_name"),
        "What a step of an order was.",
    ),
];

/// Constants that are of no enumeration: limits, versions, options, initial values.
const SINGLE: [&str; 7] = [
    "ESCROW_VERSION_",
    "ESCROW_ABI_VERSION",
    "ESCROW_DURABLE",
    "ESCROW_DISPUTED_",
    "ESCROW_WAIT_FOREVER",
    "ESCROW_KEY_BYTES",
    "ESCROW_KEY_IS_ANOTHER",
];

#[test]
fn enumerations_are_listed() {
    let mut lines = String::new();
    for each in ENUMERATIONS {
        let Enumeration { prefix, name, named_by, about, .. } = each;
        let form = if matches!(each.form, Flags) { "flags" } else { "values" };
        lines += &format!("{prefix} {name} {form} {} {about}\n", named_by.unwrap_or("-"));
    }
    is_committed("escrowdb.enumerations", &lines);
}

/// A constant with a prefix that is not known would be left out, or taken for a status of calls.
#[test]
fn every_constant_has_its_place() {
    let header = header::committed();
    let defines = header.lines().filter_map(|line| line.strip_prefix("#define ESCROW_"));
    let names: Vec<_> = defines.filter_map(|rest| rest.split([' ', '(']).next()).collect();
    let code = |name: &str| names.iter().position(|found| *found == name).expect("a status");
    let codes = &names[code("OK")..=code("MISMATCHED_STATE")];
    for (name, is_code) in names.iter().map(|name| (format!("ESCROW_{name}"), codes.contains(name)))
    {
        let is_single = name.ends_with("_MAX")
            || name.ends_with("_INIT")
            || SINGLE.iter().any(|single| name.starts_with(single));
        let is_member = ENUMERATIONS.iter().any(|each| name.starts_with(each.prefix));
        assert!(is_code || is_single || is_member, "{name}: add its prefix to ENUMERATIONS");
    }
    for Enumeration { prefix, named_by, .. } in ENUMERATIONS {
        assert!(header.contains(&format!("#define {prefix}")), "no constant begins with {prefix}");
        assert!(named_by.is_none_or(|name| header.contains(&format!(" *{name}("))), "{named_by:?}");
    }
}
