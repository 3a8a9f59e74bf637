"""What members of enumerations are called on pages, and what refusals tell people to do.

The texts are keys of `texts`. Nothing here decides anything.
"""

from __future__ import annotations

from escrowdb import (
    Action,
    CardState,
    ClaimReason,
    EvidenceKind,
    Kind,
    LetterState,
    OrderRefused,
    OrderState,
    OrderStatus,
    Party,
    RecoveryState,
    Refusal,
    Refused,
    Remedy,
    Side,
    Silence,
    Stage,
    StatementLine,
    Status,
    StepKind,
    VerificationReason,
    VerificationState,
    WalletState,
    WalletStatus,
)

STAGES = {
    Stage.PAID: "Paid",
    Stage.SHIPPED: "On its way",
    Stage.DELIVERED: "Delivered",
    Stage.CLAIMED: "Claim open",
    Stage.REFUSED: "Claim refused by the seller",
    Stage.RETURN_AGREED: "To be sent back",
    Stage.SENT_BACK: "On its way back",
    Stage.ESCALATED: "With our staff",
    Stage.DECIDED: "Decided by our staff",
    Stage.ENDING: "Being settled",
    Stage.DONE: "Settled",
}
STATES = {
    OrderState.UNPAID: "Awaits payment",
    OrderState.LAPSED: "Not paid in time",
    OrderState.CANCELLED: "Cancelled",
    OrderState.OPEN: "Open",
    OrderState.DONE: "Settled",
}
ACTIONS = {
    Action.SHIP: "Hand over to the carrier",
    Action.DELIVER: "Deliver",
    Action.CONFIRM: "I have it, and all is well",
    Action.CANCEL: "Cancel and refund",
    Action.EXTEND: "Give more time",
    Action.CLAIM: "Something is wrong",
    Action.AMEND: "Claim another amount",
    Action.WITHDRAW: "Withdraw the claim",
    Action.PROPOSE: "Propose an amount",
    Action.ACCEPT: "Accept the proposal",
    Action.GRANT: "Grant the claim",
    Action.REFUSE: "Refuse the claim",
    Action.ESCALATE: "Have our staff decide",
    Action.SEND_BACK: "I have sent it back",
    Action.CONFIRM_RETURN: "I have it back",
    Action.CONTEST_RETURN: "It did not come back as it was",
    Action.DECIDE: "Decide",
    Action.APPEAL: "Appeal",
    Action.ASK_EVIDENCE: "Ask for evidence",
    Action.GIVE_EVIDENCE: "Give evidence",
}
#: What was done, as the timeline tells it.
DONE = {
    Action.SHIP: "Handed over to the carrier",
    Action.DELIVER: "Delivered by the carrier",
    Action.CONFIRM: "Receipt confirmed",
    Action.CANCEL: "Cancelled by the seller",
    Action.EXTEND: "More time given",
    Action.CLAIM: "Claim made",
    Action.AMEND: "Claim changed",
    Action.WITHDRAW: "Claim withdrawn",
    Action.PROPOSE: "Amount proposed",
    Action.ACCEPT: "Proposal accepted",
    Action.GRANT: "Claim granted",
    Action.REFUSE: "Claim refused",
    Action.ESCALATE: "Handed to our staff",
    Action.SEND_BACK: "Sent back",
    Action.CONFIRM_RETURN: "Return received",
    Action.CONTEST_RETURN: "Return contested",
    Action.DECIDE: "Decision of our staff",
    Action.APPEAL: "Appeal made",
    Action.ASK_EVIDENCE: "Evidence asked for",
    Action.GIVE_EVIDENCE: "Evidence given",
}
STEPS = {
    StepKind.PLACED: "Order placed",
    StepKind.TENDER_CAME: "Money came",
    StepKind.PAID: "Paid: the sellers can ship",
    StepKind.WINDOW_ENDED: "A deadline ended",
    StepKind.REFUNDS_PASSED_ON: "Refund passed on",
    StepKind.TENDER_RETURNED: "Money went back",
    StepKind.LAPSED: "Not paid in time",
    StepKind.CANCELLED: "Cancelled before it was paid",
    StepKind.PAYMENT_REOPENED: "To be paid again",
    StepKind.REFUND_CONFIRMED: "Refund carried out",
    StepKind.REFUND_FAILED: "Refund failed",
    StepKind.GOODWILL: "Goodwill of the shop",
    StepKind.RELEASED_BY_DEADLINE: "Seller paid, as the time was over",
    StepKind.REFUNDED_BY_DEADLINE: "Buyer refunded, as the time was over",
}
SILENCES = {
    Silence.REFUND: "If nobody does anything until {until}, the buyer gets the money back.",
    Silence.RELEASE: "If nobody does anything until {until}, the seller is paid.",
    Silence.GRANT: "If nobody does anything until {until}, the claim is granted.",
    Silence.ESCALATE: "If nobody does anything until {until}, our staff decide.",
    Silence.RESUME: "If nobody does anything until {until}, the deal goes on.",
    Silence.CARRY_OUT: "On {until} the decision is carried out.",
}
PARTIES = {
    Party.BUYER: "Buyer",
    Party.SELLER: "Seller",
    Party.STAFF: "Staff",
    Party.SYSTEM: "Carrier",
}
REASONS = {
    ClaimReason.NOT_RECEIVED: "It did not come",
    ClaimReason.NOT_AS_DESCRIBED: "It is not as described",
    ClaimReason.OTHER: "Something else",
}
REMEDIES = {Remedy.REFUND: "Money back", Remedy.RETURN: "Send it back for the money"}
EVIDENCE = {
    EvidenceKind.PASSPORT: "Passport",
    EvidenceKind.DRIVER_LICENCE: "Driver's licence",
    EvidenceKind.IDENTITY_CARD: "Identity card",
}
VERIFICATIONS = {
    VerificationState.CREATED: "Awaits a scan",
    VerificationState.SUBMITTED: "Awaits review",
    VerificationState.IN_REVIEW: "In review",
    VerificationState.AWAITS_SECOND: "Awaits a second approval",
    VerificationState.APPROVED: "Approved",
    VerificationState.REFUSED: "Refused",
    VerificationState.WITHDRAWN: "Withdrawn",
}
VERIFICATION_REASONS = {
    VerificationReason.UNREADABLE: "Unreadable",
    VerificationReason.EXPIRED: "Expired",
    VerificationReason.NOT_ACCEPTED: "Not accepted here",
    VerificationReason.INCOMPLETE: "Incomplete",
    VerificationReason.MISMATCH: "Does not match the person",
    VerificationReason.FALSIFIED: "Falsified",
    VerificationReason.UNDERAGE: "Too young",
}
RECOVERIES = {
    RecoveryState.OPENED: "Awaits a scan",
    RecoveryState.SUBMITTED: "Awaits review",
    RecoveryState.IN_REVIEW: "In review",
    RecoveryState.AWAITS_SECOND: "Awaits a second approval",
    RecoveryState.APPROVED: "Approved: the link is on its way",
    RecoveryState.REFUSED: "Refused",
    RecoveryState.DONE: "Done",
    RecoveryState.STOPPED: "Stopped",
}
LETTERS = {
    LetterState.QUEUED: "Waits to be sent",
    LetterState.HANDED_OVER: "Handed over to the mail",
    LetterState.DELIVERED: "Taken by the mail server",
    LetterState.BOUNCED: "Came back",
}
WALLETS = {
    WalletState.ACTIVE: "Active",
    WalletState.FROZEN: "Frozen",
    WalletState.CLOSED: "Closed",
}
CARDS = {
    CardState.PROPOSED: "Not confirmed yet",
    CardState.ACTIVE: "Active",
    CardState.SUSPENDED: "Suspended",
    CardState.EXPIRED: "Expired",
    CardState.REMOVED: "Removed",
}

KINDS = {
    Kind.RELEASE: "Out of escrow",
    Kind.REFUND: "Refunded",
    Kind.EXPIRE: "By a deadline",
    Kind.REVERSE: "Given back",
}

W, O = WalletStatus, OrderStatus  # noqa: E741
#: What people are told when something is refused: what is wrong, and what helps.
REFUSALS: dict[WalletStatus | OrderStatus, str] = {
    W.CAPTCHA_MUST_BE_SOLVED: "The code is not the one in the picture. Here is another picture.",
    W.ADDRESS_MUST_BE_VALID: "This is no e-mail address. Check it for typing errors.",
    W.TOO_SOON: "A letter was sent a moment ago. Look into the spam folder, and try again "
    "after {until}.",
    W.TOO_MANY_TODAY: "That was asked for too often today. Try again after {until}, "
    "or ask our support.",
    W.TOKEN_MUST_BE_VALID: "This link is used up, too old, or was replaced by a newer one. "
    "Use the newest letter, or have it sent again.",
    W.PERSON_EXISTS: "There is an account with these data already. Sign in, or ask our support.",
    W.PERSON_ID_EXISTS: "This registration was begun already. Go on with it, or have the letter "
    "sent again.",
    W.ADDRESS_MUST_BE_CONFIRMED: "Confirm your e-mail address first, by the link in the letter.",
    W.ADDRESS_ALREADY_CONFIRMED: "The address is confirmed. Go on with the form.",
    W.REGISTRATION_NOT_FOUND: "There is no registration to go on with. Begin a new one, or sign "
    "in if it is finished.",
    W.COUNTRY_MUST_BE_VALID: "Give countries by two letters, such as CZ.",
    W.TEXT_MUST_BE_VALID: "Fill in all fields, without unusual characters.",
    W.TEXT_MUST_NOT_HOLD_A_CARD_NUMBER: "This looks like the number of a card. Never write it "
    "down here.",
    W.PASSWORD_TOO_SHORT: "The password is too short.",
    W.PASSWORD_TOO_LONG: "The password is too long.",
    W.PASSWORD_TOO_COMMON: "The password is too common.",
    W.PASSWORDS_MUST_DIFFER: "The payment password must differ from the one you sign in with.",
    W.PASSWORD_ALREADY_SET: "There is a payment password already. Go on without making another.",
    W.SECURITY_ANSWERS_MUST_BE_SET: "Answer two different questions.",
    W.CONSENT_MUST_BE_GIVEN: "Agree to the terms to open an account.",
    W.CREDENTIALS_MUST_MATCH: "That is not right. Check it, upper and lower case too, and try "
    "again.",
    W.CREDENTIAL_IS_LOCKED: "Wrong too often. Try again after {until}.",
    W.CREDENTIAL_IS_LOCKED_FOR_GOOD: "Wrong too often: it is locked. Ask for a new password.",
    W.NEEDS_TIER: "For an amount like this your identity has to be verified. Send us a scan of "
    "your passport or licence; small purchases go on without it.",
    W.EXCEEDS_COOLDOWN_LIMIT: "After a new payment password lower limits hold until {until}.",
    W.WALLET_MUST_BE_ACTIVE: "The wallet is frozen. Ask our support.",
    W.PAYMENT_PASSWORD_MUST_BE_SET: "Make a payment password first.",
    W.CARD_EXISTS: "This card is bound already.",
    W.CARD_HAS_EXPIRED: "This card has expired. Pay with another one.",
    W.CARD_MUST_BE_ACTIVE: "This card is suspended. Resume it, or pay with another one.",
    W.CARD_NOT_FOUND: "This card is not bound any more. Pay with another one.",
    W.CASE_IS_OPEN: "There is an open case already. Wait for our answer.",
    W.CASE_MUST_BE_AT_THIS_STEP: "The case has moved on meanwhile. Look at it again.",
    W.EVIDENCE_MUST_BE_GIVEN: "Add a scan first.",
    W.EVIDENCE_MUST_SUFFICE: "The evidence is not enough for this tier.",
    W.REVIEWER_MUST_BE_ANOTHER: "Another member of staff has to do this: four eyes.",
    W.SECOND_PERSON_MUST_AGREE: "Noted. A second member of staff has to want the same.",
    W.STAFF_MUST_HAVE_REVIEWER_ROLE: "This is for reviewers. Ask one of them.",
    W.STAFF_MUST_HAVE_APPROVER_ROLE: "This is for approvers. Ask one of them.",
    W.STAFF_MUST_HAVE_SUPPORT_ROLE: "This is for support. Ask a colleague there.",
    W.STAFF_MUST_HAVE_OPERATOR_ROLE: "This is for operators. Ask one of them.",
    W.REASON_MUST_BE_GIVEN: "Say why: the trail remembers it.",
    W.WALLET_ALREADY_FROZEN: "The wallet is frozen already.",
    W.WALLET_IS_NOT_FROZEN: "The wallet is not frozen.",
    W.CHANGE_IS_UNDER_WAY: "A change is under way. Wait until it is over.",
    O.NOT_IN_THIS_STAGE: "Things have moved on meanwhile, perhaps in another tab. Below is what "
    "you can do now.",
    O.NOT_BY_THIS_ACTOR: "This is for somebody else to do.",
    O.ORDER_NOT_FOUND: "There is no such order.",
    O.PART_NOT_FOUND: "There is no such part of the order.",
    O.ORDER_IS_PAID: "This order is paid. Nothing was charged again.",
    O.ORDER_IS_CANCELLED: "This order was cancelled. Fill a new cart.",
    O.PAYMENT_WINDOW_IS_OVER: "The time to pay is over. What came went back; begin to pay again.",
    O.PAYMENT_WINDOW_IS_OPEN: "The order can still be paid.",
    O.TENDER_HAS_COME: "This part of the price is paid. Nothing was charged again.",
    O.ORDER_MUST_BE_PAID: "The order is not paid yet.",
    O.ORDER_EXISTS_WITH_OTHER_TERMS: "This order was placed already, perhaps in another tab. "
    "Look into your orders.",
    O.AMOUNT_MUST_BE_VALID: "Give an amount that fits.",
    O.AMOUNT_EXCEEDS_PART: "That is more than there is.",
    O.AMOUNT_MUST_MATCH: "The amount has changed meanwhile. Look at it again before you agree.",
    O.CLAIM_MUST_BE_WHOLE: "Before it is shipped, only all of it can be claimed, without a return.",
    O.CLAIM_IS_TOO_EARLY: "It is too early to say that it did not come.",
    O.EXTENSION_MUST_BE_VALID: "More time must end later than now agreed.",
    O.NOTHING_IS_PROPOSED: "Nothing is proposed any more.",
    O.SECOND_MUST_DECIDE: "Noted. A second member of staff has to decide the same.",
    O.COMMAND_ID_IS_TAKEN: "This form was sent before with something else in it. Look at the "
    "order again.",
    O.QUANTITY_EXCEEDS_PART: "There are not so many.",
    O.ITEMS_MUST_BE_VALID: "Choose how many of what.",
}
#: What the shop itself refuses.
PROBLEMS = {
    "amount": "Give an amount in figures, such as 1250.00, without groups of thousands.",
    "form": "Something in this form does not fit. Load the page again.",
    "fault": "Something went wrong on our side, and was noted. Nothing happens twice: try it again "
    "in a moment.",
    "kept": "This form was sent before with something else in it. What was sent first stands.",
    "own": "This is a matter of your own. A colleague has to do it.",
    "goodwill-dispute": "Goodwill is for parts of an order that are in dispute.",
    "goodwill-second": "Another member of staff has to agree to the same amount.",
    "reason": "Say why: the trail remembers it.",
    "changed": "The scan is not the one that was sent. Refuse it, and tell an operator.",
    "no-wallet": "They have no wallet, or a card may still take it back. Nothing was moved.",
    "name": "Fill in names without characters that cannot be seen.",
}
#: What the library itself moves, by the code of the operation.
CODES = {65_014: "Refund", 65_015: "Refund that failed", 65_016: "Goodwill of the shop"}
NO_MONEY = "There is not enough money in the wallet. Pay the rest by card."
OTHERWISE = "That cannot be done now ({law}). Nothing was changed; go back and look again."


def reason_of(refusal: Refusal) -> str:
    """Gives the text that tells people what is wrong, and what helps."""
    status = getattr(refusal, "status", None)
    if isinstance(refusal, OrderRefused) and refusal.wallet_status:
        status = refusal.wallet_status
    ledger = getattr(refusal, "ledger_status", Status.APPLIED)
    if ledger == Status.EXCEEDS_CREDITS:
        return NO_MONEY
    return REFUSALS.get(status, OTHERWISE) if status is not None else OTHERWISE


def law_of(refusal: Refusal) -> str:
    """Gives the name of the law, for people who ask support."""
    return refusal.name if isinstance(refusal, (Refused, OrderRefused)) else str(refusal)


def line_of(line: StatementLine) -> str:
    """Gives what a line of a statement was."""
    moved = "Paid in" if line.side == Side.CREDIT else "Paid"
    return CODES.get(line.operation.code) or KINDS.get(line.operation.kind, moved)
