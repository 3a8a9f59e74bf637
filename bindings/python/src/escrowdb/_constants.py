"""The enumerations and limits of the C ABI: generate.py wrote them."""

import enum
from typing import Optional


class OpenEnum(enum.IntEnum):
    """An enumeration to which later versions add: a value that it does not know survives."""

    @classmethod
    def _missing_(cls, value: object) -> Optional["OpenEnum"]:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member


class Status(OpenEnum):
    """What became of an operation."""

    #: Carried out.
    APPLIED = 0
    #: Another operation of the same chain was refused.
    LINKED_EVENT_FAILED = 1
    #: The batch ends inside a chain.
    LINKED_EVENT_CHAIN_OPEN = 2
    #: An id stands twice in one chain.
    LINKED_EVENT_REPEATS_ID = 3
    #: No such kind, or one that only the store makes.
    KIND_MUST_BE_KNOWN = 100
    #: A reserved field is not zero.
    RESERVED_FIELD_MUST_BE_ZERO = 101
    #: A flag that does not exist.
    FLAGS_MUST_BE_KNOWN = 102
    #: A flag that this kind does not take.
    FLAG_NOT_ALLOWED_FOR_KIND = 103
    #: Two flags that exclude each other.
    FLAGS_ARE_MUTUALLY_EXCLUSIVE = 104
    #: A field that this kind does not use is not zero.
    UNUSED_FIELD_MUST_BE_ZERO = 105
    #: The batch has imported operations, and this one is not.
    IMPORTED_EXPECTED = 106
    #: The batch has operations that are not imported, and this one is.
    IMPORTED_NOT_EXPECTED = 107
    #: Only an imported operation has a timestamp on the way in.
    TIMESTAMP_MUST_BE_ZERO = 108
    #: An imported operation needs a timestamp.
    IMPORTED_TIMESTAMP_MUST_NOT_BE_ZERO = 109
    #: Id 0 means none.
    ID_MUST_NOT_BE_ZERO = 110
    #: The greatest id is reserved.
    ID_MUST_NOT_BE_MAX = 111
    #: The debit account is missing.
    DEBIT_ACCOUNT_MUST_NOT_BE_ZERO = 112
    #: The greatest id is reserved.
    DEBIT_ACCOUNT_MUST_NOT_BE_MAX = 113
    #: The credit account is missing.
    CREDIT_ACCOUNT_MUST_NOT_BE_ZERO = 114
    #: The greatest id is reserved.
    CREDIT_ACCOUNT_MUST_NOT_BE_MAX = 115
    #: An account cannot trade with itself, nor take the commission on its own deal.
    ACCOUNTS_MUST_BE_DIFFERENT = 116
    #: The operation does not say what it is about.
    TARGET_MUST_NOT_BE_ZERO = 117
    #: The greatest id is reserved.
    TARGET_MUST_NOT_BE_MAX = 118
    #: A commission needs an account that receives it.
    FEE_ACCOUNT_MUST_NOT_BE_ZERO = 119
    #: The greatest id is reserved.
    FEE_ACCOUNT_MUST_NOT_BE_MAX = 120
    #: A rate is at most 1,000,000 parts per million.
    FEE_RATE_MUST_NOT_EXCEED_ONE = 121
    #: The ledger is missing.
    LEDGER_MUST_NOT_BE_ZERO = 122
    #: The code is missing.
    CODE_MUST_NOT_BE_ZERO = 123
    #: There is nothing to move.
    AMOUNT_MUST_NOT_BE_ZERO = 124
    #: With `rest` the store finds the amount itself.
    AMOUNT_MUST_BE_ZERO = 125
    #: The greatest amount is 2^96 - 1.
    AMOUNT_MUST_NOT_EXCEED_MAX = 126
    #: What happens at the deadline is none of the known ways.
    AT_DEADLINE_MUST_BE_KNOWN = 127
    #: A hold has both a deadline and what happens then, or neither.
    DEADLINE_NEEDS_TIMEOUT_AND_DEFAULT = 128
    #: `extend` needs a time.
    TIMEOUT_MUST_NOT_BE_ZERO = 129
    #: The document reaches beyond the side buffer.
    DATA_OUT_OF_BOUNDS = 130
    #: A space is named by 1 to 63 bytes of UTF-8 without a zero byte.
    SPACE_MUST_BE_VALID = 131
    #: A key is 1 to 511 bytes.
    KEY_MUST_BE_VALID = 132
    #: A value is at most 64 KiB.
    VALUE_TOO_LONG = 133
    #: A ledger's code is 1 to 16 of A-Z, 0-9, `_` and `-`.
    LEDGER_CODE_MUST_BE_VALID = 134
    #: A scale is 0 to 18.
    SCALE_MUST_NOT_EXCEED_MAX = 135
    #: A new account has no balances and no open holds.
    BALANCES_MUST_BE_ZERO = 136
    #: A space whose name begins with a control character is the library's own.
    SPACE_IS_RESERVED = 137
    #: Only at the deadline of a dispute can what it claims go back.
    CLAIM_NEEDS_DISPUTE = 138
    #: The same id with the same content was carried out before; the first outcome is given.
    EXISTS = 200
    #: The same id was used with another kind.
    EXISTS_WITH_DIFFERENT_KIND = 201
    #: The same id was used with other flags.
    EXISTS_WITH_DIFFERENT_FLAGS = 202
    #: The same id was used with another debit account.
    EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT = 203
    #: The same id was used with another credit account.
    EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT = 204
    #: The same id was used with another target.
    EXISTS_WITH_DIFFERENT_TARGET = 205
    #: The same id was used with another amount.
    EXISTS_WITH_DIFFERENT_AMOUNT = 206
    #: The same id was used with another fee account.
    EXISTS_WITH_DIFFERENT_FEE_ACCOUNT = 207
    #: The same id was used with another fee rate.
    EXISTS_WITH_DIFFERENT_FEE_RATE = 208
    #: The same id was used with other user data (128 bits).
    EXISTS_WITH_DIFFERENT_USER_DATA_128 = 209
    #: The same id was used with other user data (64 bits).
    EXISTS_WITH_DIFFERENT_USER_DATA_64 = 210
    #: The same id was imported with another timestamp.
    EXISTS_WITH_DIFFERENT_TIMESTAMP = 211
    #: The same id was used with another time-out.
    EXISTS_WITH_DIFFERENT_TIMEOUT = 212
    #: The same id was used with another default at the deadline.
    EXISTS_WITH_DIFFERENT_AT_DEADLINE = 213
    #: The same id was used with another ledger.
    EXISTS_WITH_DIFFERENT_LEDGER = 214
    #: The same id was used with another code.
    EXISTS_WITH_DIFFERENT_CODE = 215
    #: The same id was used with another expected version.
    EXISTS_WITH_DIFFERENT_EXPECTED_VERSION = 216
    #: The same id was used with another document space or key.
    EXISTS_WITH_DIFFERENT_KEY = 217
    #: The same id was used with another document value.
    EXISTS_WITH_DIFFERENT_VALUE = 218
    #: The same ledger number has another scale.
    EXISTS_WITH_DIFFERENT_SCALE = 219
    #: The id was used up by a refusal; `first_status` tells which.
    ID_ALREADY_FAILED = 220
    #: The id was used before, in a part of the journal that was archived: nothing is done, and
    #: what became of it the first time stands there, at the outcome's timestamp.
    ORIGINAL_IS_ARCHIVED = 221
    #: The id was used with another value date.
    EXISTS_WITH_DIFFERENT_VALUE_DATE = 222
    #: The id was used with another fixed part of the commission.
    EXISTS_WITH_DIFFERENT_FIXED_FEE = 223
    #: No such ledger.
    LEDGER_NOT_FOUND = 300
    #: No such debit account.
    DEBIT_ACCOUNT_NOT_FOUND = 301
    #: No such credit account.
    CREDIT_ACCOUNT_NOT_FOUND = 302
    #: No such fee account.
    FEE_ACCOUNT_NOT_FOUND = 303
    #: No such hold.
    HOLD_NOT_FOUND = 304
    #: No such operation to be reversed.
    OPERATION_NOT_FOUND = 305
    #: No such account.
    ACCOUNT_NOT_FOUND = 306
    #: Only a transfer or a release that was applied can be reversed.
    OPERATION_MUST_BE_REVERSIBLE = 307
    #: Accounts of two ledgers cannot trade with each other.
    ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER = 308
    #: The operation names another ledger than its accounts belong to.
    OPERATION_MUST_HAVE_THE_LEDGER_OF_ITS_ACCOUNTS = 309
    #: The receiver of a split cannot be the payer: that is a refund.
    RECEIVER_MUST_NOT_BE_PAYER = 310
    #: A fee account whose credits are limited could make a deadline fail.
    FEE_ACCOUNT_MUST_NOT_LIMIT_CREDITS = 311
    #: The store has as many ledgers as it can have.
    TOO_MANY_LEDGERS = 312
    #: The operation to be reversed is in a part of the journal that was archived. Holds can be
    #: reversed by their own id even then.
    OPERATION_IS_ARCHIVED = 313
    #: A `managed` account is the library's to debit and credit, and so are the holds in which it
    #: takes part.
    ACCOUNT_IS_MANAGED = 314
    #: An imported operation must be later than everything in the store.
    IMPORTED_TIMESTAMP_MUST_NOT_REGRESS = 400
    #: An imported operation must be in the past: not later than the system clock, or, by a manual
    #: clock, than nine minutes before the end of time in 2554.
    IMPORTED_TIMESTAMP_MUST_BE_IN_THE_PAST = 401
    #: A deadline falls between the members of a chain.
    CHAIN_MUST_NOT_SPAN_A_DEADLINE = 402
    #: All of the hold was released.
    HOLD_ALREADY_SETTLED = 410
    #: All of the hold was refunded.
    HOLD_ALREADY_REFUNDED = 411
    #: The hold was released in part and refunded in part, and is closed.
    HOLD_ALREADY_SPLIT = 412
    #: Only an arbitrated release or refund, a withdrawal, or a dispute with a time-out touches a
    #: disputed hold.
    HOLD_IS_DISPUTED = 413
    #: There is no dispute to withdraw, or to arbitrate.
    HOLD_IS_NOT_DISPUTED = 414
    #: The hold was shipped before, or delivered.
    HOLD_ALREADY_SHIPPED = 415
    #: The hold was delivered before.
    HOLD_ALREADY_DELIVERED = 416
    #: A hold without a deadline cannot be extended.
    HOLD_HAS_NO_DEADLINE = 417
    #: `extend` moves a deadline later only.
    DEADLINE_MUST_BE_LATER = 418
    #: A default needs a deadline.
    DEFAULT_NEEDS_DEADLINE = 419
    #: The debit account or payer is frozen.
    DEBIT_ACCOUNT_FROZEN = 420
    #: The debit account or payer is closed.
    DEBIT_ACCOUNT_CLOSED = 421
    #: The credit account or payee is frozen.
    CREDIT_ACCOUNT_FROZEN = 422
    #: The credit account, payee or other receiver is closed.
    CREDIT_ACCOUNT_CLOSED = 423
    #: The fee account is frozen.
    FEE_ACCOUNT_FROZEN = 424
    #: The fee account is closed.
    FEE_ACCOUNT_CLOSED = 425
    #: The account is frozen already.
    ACCOUNT_ALREADY_FROZEN = 426
    #: The account is not frozen.
    ACCOUNT_IS_NOT_FROZEN = 427
    #: The account is closed already.
    ACCOUNT_ALREADY_CLOSED = 428
    #: The account is not closed.
    ACCOUNT_IS_NOT_CLOSED = 429
    #: An account with open holds cannot be closed.
    ACCOUNT_HAS_OPEN_HOLDS = 430
    #: More than is left in the hold.
    EXCEEDS_HELD = 431
    #: More than is left of the operation after earlier reversals.
    EXCEEDS_REVERSIBLE = 432
    #: The document has another version than expected; the outcome carries it.
    VERSION_MUST_MATCH = 433
    #: There is no such document to delete.
    DOCUMENT_NOT_FOUND = 434
    #: A hold that never had a deadline needs a default together with its first one.
    DEADLINE_NEEDS_DEFAULT = 435
    #: A release to another receiver than the payee takes no commission, and must say so with
    #: `no_fee` where the hold has a rate.
    SPLIT_NEEDS_NO_FEE = 436
    #: `no_fee` has no effect on a release to the payee, whose commission the hold fixed.
    NO_FEE_NEEDS_SPLIT = 437
    #: `balancing_debit` has no effect on a debit account without the flag
    #: `debits_must_not_exceed_credits`.
    BALANCING_DEBIT_NEEDS_LIMIT = 438
    #: `balancing_credit` has no effect on a credit account without the flag
    #: `credits_must_not_exceed_debits`.
    BALANCING_CREDIT_NEEDS_LIMIT = 439
    #: What is divided off a hold leaves something in it.
    PART_MUST_BE_LESS_THAN_HELD = 440
    #: Closed-loop money must not reach an external account.
    SPEND_ONLY_MONEY_MUST_NOT_LEAVE = 500
    #: total debits_pending of the debit account would exceed 2^96 - 1.
    OVERFLOWS_DEBITS_PENDING = 600
    #: total credits_pending of the credit account would exceed 2^96 - 1.
    OVERFLOWS_CREDITS_PENDING = 601
    #: total debits_posted of a debited account would exceed 2^96 - 1.
    OVERFLOWS_DEBITS_POSTED = 602
    #: total credits_posted of a credited account would exceed 2^96 - 1.
    OVERFLOWS_CREDITS_POSTED = 603
    #: Pending and posted debits of an account together would exceed 2^96 - 1.
    OVERFLOWS_DEBITS = 604
    #: Pending and posted credits of an account together would exceed 2^96 - 1.
    OVERFLOWS_CREDITS = 605
    #: All that the hold ever held would exceed 2^96 - 1.
    OVERFLOWS_HOLD = 606
    #: All debits of the ledger together would exceed 2^96 - 1.
    OVERFLOWS_LEDGER = 607
    #: The deadline would be after the year 2554.
    OVERFLOWS_DEADLINE = 608
    #: The account takes part in more than 2^32 - 1 open holds.
    OVERFLOWS_OPEN_HOLDS = 609
    #: The debit account has not enough available.
    EXCEEDS_CREDITS = 700
    #: The credit account was not debited enough.
    EXCEEDS_DEBITS = 701
    #: The fee account has not enough available to give its commission back.
    FEE_ACCOUNT_EXCEEDS_CREDITS = 702


class Kind(OpenEnum):
    """What an operation does."""

    #: Moves `amount` from the debit to the credit account at once.
    TRANSFER = 1
    #: The payer (debit account) pays into escrow for the payee (credit account). Freezes fee
    #: account, fee rate, deadline and what happens at the deadline.
    HOLD = 2
    #: The goods are on their way; may set a new deadline and a new default.
    SHIP = 3
    #: The goods are with the payer; may set a new deadline and a new default.
    DELIVER = 4
    #: Moves the deadline, later only.
    EXTEND = 5
    #: Settles part or all of a hold: to the payee, or to another account of its ledger.
    RELEASE = 6
    #: Raises the amount of an open hold.
    TOP_UP = 7
    #: Returns part or all of a hold to the payer.
    REFUND = 8
    #: Stops the clock of a hold, or gives it another: with a time-out and a default, and what is
    #: claimed. Until it is withdrawn, only an arbitrated release or refund settles the hold, or
    #: that deadline.
    DISPUTE = 9
    #: Restarts the clock of a hold with the time that was left, and the default from before.
    WITHDRAW_DISPUTE = 10
    #: Undoes part or all of an earlier transfer or release, or of what the payee of a hold was
    #: paid, fee pro rata.
    REVERSE = 11
    #: Stops new business of an account.
    FREEZE = 12
    #: Undoes `FREEZE`.
    UNFREEZE = 13
    #: Takes an account without open holds out of use.
    CLOSE = 14
    #: Undoes `CLOSE`.
    REOPEN = 15
    #: Writes a document of the host's own.
    PUT = 16
    #: Deletes a document of the host's own.
    DELETE = 17
    #: Made by the store alone: a deadline came and the hold was settled by its default.
    EXPIRE = 18
    #: Makes a part of a hold a hold of its own, which has the id of the operation, with the same
    #: parties and terms. No money moves.
    DIVIDE = 19


class OperationFlags(enum.IntFlag):
    """Flags of an operation."""

    #: None of them.
    NONE = 0
    #: Chained to the next operation of the batch: all of the chain, up to and including the first
    #: operation without this flag, succeed or none does.
    LINKED = 1
    #: `transfer`, `top_up`: move up to `amount`, as much as the debit account's limit allows.
    #: Refused where that account has no limit, which is the flag
    #: `debits_must_not_exceed_credits`.
    BALANCING_DEBIT = 2
    #: `transfer`: move up to `amount`, as much as the credit account's limit allows. Refused
    #: where that account has no limit, which is the flag `credits_must_not_exceed_debits`.
    BALANCING_CREDIT = 4
    #: `release`: the rest of the hold goes back to the payer.
    FINAL = 8
    #: `release`, `refund`: by the arbiter of a dispute; needed while disputed, refused otherwise.
    ARBITRATED = 16
    #: The caller sets the timestamp, for moving a history in. All of a batch or none.
    IMPORTED = 32
    #: `release`, `refund`, `reverse`: all that is left; `amount` must be zero.
    REST = 64
    #: `put`, `delete`: only if the document has `expected_version` (0: only if there is none).
    IF_VERSION = 128
    #: `release` to another receiver than the payee: nobody takes a commission on it. Needed where
    #: the hold has a rate; refused on any other release, where it would have no effect.
    NO_FEE = 256


class AccountFlags(enum.IntFlag):
    """Flags of an account."""

    #: None of them.
    NONE = 0
    #: A liability (wallet, merchant): never spends more than it has.
    DEBITS_MUST_NOT_EXCEED_CREDITS = 1
    #: An asset: never gives more than was put in. Excludes the flag above.
    CREDITS_MUST_NOT_EXCEED_DEBITS = 2
    #: The boundary of the system: a bank, a card acquirer, cash.
    EXTERNAL = 4
    #: A closed-loop wallet: no operation moves its money to an `EXTERNAL` account, save a refund
    #: to where it came from. Excludes `EXTERNAL`.
    SPEND_ONLY = 8
    #: Its statement also shows changes of the pending balances, and its balances at any past time
    #: can be asked for. Without it a statement shows changes of the posted balances.
    HISTORY = 16
    #: No new business; open holds are still settled. Set by `freeze`.
    FROZEN = 32
    #: Out of use. Set by `close`.
    CLOSED = 64
    #: On the way in: `created_at` is the caller's, for moving a history in.
    IMPORTED = 128
    #: Kept by the library: the host's operations neither debit nor credit it, and touch no hold
    #: in which it is payer, payee or fee account. Deadlines settle such holds all the same.
    MANAGED = 256


class AtDeadline(OpenEnum):
    """What happens to a hold at its deadline."""

    #: No deadline, or no change.
    NONE = 0
    #: The payer gets the rest back.
    REFUND = 1
    #: The payee gets the rest, less the commission.
    RELEASE = 2
    #: Of a dispute alone: the payer gets back what it claims, and the payee the rest, less the
    #: commission.
    CLAIM = 3


class Phase(OpenEnum):
    """How far a deal has come."""

    #: Paid for; the payee sees it.
    FUNDED = 1
    #: On its way.
    SHIPPED = 2
    #: With the payer.
    DELIVERED = 3
    #: Closed: all of it was released.
    SETTLED = 4
    #: Closed: all of it was refunded.
    REFUNDED = 5
    #: Closed: part was released, part refunded.
    SPLIT = 6


class EventKind(OpenEnum):
    """What an event is about."""

    #: A ledger was registered: see `ledger`.
    LEDGER = 1
    #: An account was opened: see `account`.
    ACCOUNT = 2
    #: An operation was applied, or refused with its id used up: see `operation`.
    OPERATION = 3


class Side(OpenEnum):
    """The side of an account."""

    #: The debit side: what leaves a wallet.
    DEBIT = 0
    #: The credit side: what comes into a wallet.
    CREDIT = 1


class WalletStatus(OpenEnum):
    """What a wallet command came to."""

    #: An id is 0 or the greatest one.
    ID_MUST_BE_VALID = 1000
    #: A staff command says who acts, in 1 to 64 of a-z, 0-9, `.`, `_`, `@` and `-`.
    ACTOR_MUST_BE_NAMED = 1001
    #: A staff command says why, in 1 to 200 bytes of which something is seen.
    REASON_MUST_BE_GIVEN = 1002
    #: The host did not attest that the captcha was solved, and the policy demands one.
    CAPTCHA_MUST_BE_SOLVED = 1003
    #: An e-mail address is one alone: a name, an `@` and a domain, in 3 to 254 bytes, without
    #: quotes, comments and invisible characters.
    ADDRESS_MUST_BE_VALID = 1004
    #: A text is empty or invisible where it must not be, too long, or has control characters; or
    #: a name has others than letters, digits, `.`, `_` and `-`.
    TEXT_MUST_BE_VALID = 1005
    #: A text holds what looks like the number of a payment card.
    TEXT_MUST_NOT_HOLD_A_CARD_NUMBER = 1006
    #: A country is two letters A to Z.
    COUNTRY_MUST_BE_VALID = 1007
    #: More of these than one wallet, person or case may have.
    TOO_MANY = 1008
    #: Others changed the same again and again: nothing of it was carried out, send it again.
    CONTENDED = 1009
    #: What is stored of this wallet or person cannot be read: the page on repair says what to do.
    DATA_IS_DAMAGED = 1010
    #: No member of staff is registered under this name, or that one is deactivated.
    STAFF_MUST_BE_REGISTERED = 1011
    #: The member of staff is not of support.
    STAFF_MUST_HAVE_SUPPORT_ROLE = 1012
    #: The member of staff is no reviewer.
    STAFF_MUST_HAVE_REVIEWER_ROLE = 1013
    #: The member of staff is no approver.
    STAFF_MUST_HAVE_APPROVER_ROLE = 1014
    #: The member of staff is no operator.
    STAFF_MUST_HAVE_OPERATOR_ROLE = 1015
    #: This name, or one that looks like it, is registered already.
    STAFF_NAME_IS_TAKEN = 1016
    #: There is no such member of staff, or that one is deactivated.
    STAFF_NOT_FOUND = 1017
    #: No role is given, or one that there is not.
    ROLES_MUST_BE_GIVEN = 1018
    #: The last active operator stays one.
    AN_OPERATOR_MUST_REMAIN = 1019
    #: An amount is 1 to 2^96 - 1 minor units.
    AMOUNT_MUST_BE_VALID = 1020
    #: The only operator registers a second one alone, but not within a week after another one was
    #: deactivated or lost the role.
    SOLE_OPERATOR_MUST_WAIT = 1021
    #: There is no such registration, or it is over.
    REGISTRATION_NOT_FOUND = 1100
    #: The address is not confirmed yet.
    ADDRESS_MUST_BE_CONFIRMED = 1101
    #: The address is confirmed already.
    ADDRESS_ALREADY_CONFIRMED = 1102
    #: The profile is not filled in yet.
    PROFILE_MUST_BE_SET = 1103
    #: The login password is not chosen yet.
    PASSWORD_MUST_BE_SET = 1104
    #: The policy asks for more security answers.
    SECURITY_ANSWERS_MUST_BE_SET = 1105
    #: The policy asks for a consent that was not given in its present version.
    CONSENT_MUST_BE_GIVEN = 1106
    #: This document, or this address, belongs to another person of the store.
    PERSON_EXISTS = 1107
    #: There is no such person, or it was erased.
    PERSON_NOT_FOUND = 1108
    #: The person's registration is not complete.
    PERSON_MUST_BE_ACTIVE = 1109
    #: There is no such wallet.
    WALLET_NOT_FOUND = 1110
    #: The wallet's id is taken.
    WALLET_EXISTS = 1111
    #: The wallet is frozen or closed.
    WALLET_MUST_BE_ACTIVE = 1112
    #: The account is taken, or is not a spend-only account of that ledger.
    ACCOUNT_MUST_FIT = 1113
    #: The person's id is taken.
    PERSON_ID_EXISTS = 1114
    #: Security questions are not asked by this policy.
    SECURITY_ANSWERS_ARE_OFF = 1115
    #: An address or number was changed, and until the time given that can be stopped: no link for
    #: a new password is sent before, and nothing else is changed.
    CHANGE_IS_UNDER_WAY = 1116
    #: No address or number is being changed, or the change stands already.
    CHANGE_NOT_FOUND = 1117
    #: The person has a wallet in this ledger, open or closed.
    WALLET_EXISTS_IN_LEDGER = 1118
    #: A birth date is a day of the calendar, as in `1990-02-28`, neither ahead nor more than 150
    #: years ago.
    BIRTH_DATE_MUST_BE_VALID = 1119
    #: The policy has a minimum age, and the birth date is not known.
    BIRTH_DATE_MUST_BE_GIVEN = 1120
    #: The customer is younger than the policy wants.
    PERSON_IS_UNDERAGE = 1121
    #: The password is wrong, or there is no such person, wallet or password: which of them is not
    #: told.
    CREDENTIALS_MUST_MATCH = 1200
    #: Too many failures: locked until the time given.
    CREDENTIAL_IS_LOCKED = 1201
    #: Far too many failures: locked until the credential is recovered.
    CREDENTIAL_IS_LOCKED_FOR_GOOD = 1202
    #: The password is shorter than the policy allows.
    PASSWORD_TOO_SHORT = 1203
    #: The password is longer than 1,024 bytes.
    PASSWORD_TOO_LONG = 1204
    #: The password is on the block list, or is trivial.
    PASSWORD_TOO_COMMON = 1205
    #: Login and payment password must differ.
    PASSWORDS_MUST_DIFFER = 1206
    #: The password is set already: it is changed, or recovered.
    PASSWORD_ALREADY_SET = 1207
    #: The token is unknown, used, expired, or for something else: which of them is not told.
    TOKEN_MUST_BE_VALID = 1208
    #: The code is wrong, used, expired, or was tried too often.
    CODE_MUST_MATCH = 1209
    #: Not before the time given.
    TOO_SOON = 1210
    #: No more of this today: again at the time given.
    TOO_MANY_TODAY = 1211
    #: There is no such case.
    CASE_NOT_FOUND = 1300
    #: The id of the case is taken.
    CASE_EXISTS = 1301
    #: The case is not at the step at which this can be done.
    CASE_MUST_BE_AT_THIS_STEP = 1302
    #: The case has no evidence.
    EVIDENCE_MUST_BE_GIVEN = 1303
    #: The evidence has expired.
    EVIDENCE_HAS_EXPIRED = 1304
    #: The decision is for somebody else than who opened the case, or ordered the same first; by a
    #: name that differs in letters or digits.
    REVIEWER_MUST_BE_ANOTHER = 1305
    #: The wallet has an open case of this kind.
    CASE_IS_OPEN = 1306
    #: There is no such kind of evidence.
    EVIDENCE_KIND_MUST_BE_KNOWN = 1307
    #: The evidence is not what the policy demands for the tier.
    EVIDENCE_MUST_SUFFICE = 1320
    #: An approval cannot have ended already.
    APPROVAL_MUST_END_LATER = 1321
    #: A correction that changes nothing is none.
    CORRECTION_MUST_CHANGE_SOMETHING = 1322
    #: The wallet's tier does not allow it; the refusal names the smallest tier that does.
    NEEDS_TIER = 1400
    #: No tier of the policy allows this operation.
    OPERATION_IS_NOT_ALLOWED = 1401
    #: No tier allows a payment that large.
    EXCEEDS_LIMIT_PER_PAYMENT = 1402
    #: No tier allows that much in a day.
    EXCEEDS_LIMIT_PER_DAY = 1403
    #: No tier allows that much in a month.
    EXCEEDS_LIMIT_PER_MONTH = 1404
    #: No tier allows that much in a year.
    EXCEEDS_LIMIT_PER_YEAR = 1405
    #: No tier allows that much in the life of a wallet.
    EXCEEDS_LIFETIME_LIMIT = 1406
    #: No tier allows that many payments in a day.
    EXCEEDS_PAYMENTS_PER_DAY = 1407
    #: No tier allows that many payments in a month.
    EXCEEDS_PAYMENTS_PER_MONTH = 1408
    #: No tier allows that much in a wallet.
    EXCEEDS_BALANCE_LIMIT = 1409
    #: Lower limits hold until the time given, because the payment password was recovered.
    EXCEEDS_COOLDOWN_LIMIT = 1410
    #: The policy has no limits for the ledger's currency and scale, and so no payments.
    LEDGER_HAS_NO_LIMITS = 1411
    #: The policy has no such tier above 0.
    TIER_MUST_EXIST = 1412
    #: The wallet is in a higher tier.
    TIER_ALREADY_REACHED = 1413
    #: The policy does not allow money to be taken out.
    REDEMPTION_IS_OFF = 1414
    #: The wallet is in tier 0: there is nothing to revoke.
    TIER_MUST_BE_REACHED = 1415
    #: The policy counts all wallets of a person, and has no exchange rate for the currency of one
    #: of them.
    EXCHANGE_RATE_IS_MISSING = 1416
    #: There is no such authorisation, or it was used.
    AUTHORISATION_NOT_FOUND = 1500
    #: The authorisation is too old, or the payment password has changed since.
    AUTHORISATION_HAS_EXPIRED = 1501
    #: The authorisation is for another order, payee, amount, ledger or card.
    AUTHORISATION_MUST_MATCH = 1502
    #: The id of the authorisation is taken.
    AUTHORISATION_EXISTS = 1503
    #: It is no small payment that could do without: authorise it.
    PAYMENT_PASSWORD_IS_NEEDED = 1504
    #: The policy demands a second factor, and the host attested none.
    SECOND_FACTOR_IS_NEEDED = 1505
    #: A payment is one hold or transfer without flags; what stands alongside an order is a
    #: transfer, a hold or a document.
    PAYMENT_MUST_BE_PLAIN = 1506
    #: The wallet's money is in another ledger.
    WALLET_HAS_ANOTHER_LEDGER = 1507
    #: The customer must create a payment password first.
    PAYMENT_PASSWORD_MUST_BE_SET = 1508
    #: The account of a wallet is paid by a top-up, unless the policy lets wallets pay each other.
    PAYEE_MUST_NOT_BE_A_WALLET = 1509
    #: The wallet that is to be paid may not have that much; why is its owner's affair.
    PAYEE_CANNOT_RECEIVE = 1510
    #: An order has 1 to 32 parts, and an id that is not the wallet's.
    ORDER_MUST_BE_VALID = 1511
    #: There is no such card, or no default one.
    CARD_NOT_FOUND = 1600
    #: The id is taken, or the wallet has this card.
    CARD_EXISTS = 1601
    #: The card is not in the state in which this can be done.
    CARD_MUST_BE_AT_THIS_STATE = 1602
    #: The card's month is over.
    CARD_HAS_EXPIRED = 1603
    #: The card is not confirmed, suspended or removed.
    CARD_MUST_BE_ACTIVE = 1604
    #: A card has a token, a brand, four last digits, a month and a fingerprint.
    CARD_MUST_BE_VALID = 1605
    #: There is no such card payment.
    CARD_PAYMENT_NOT_FOUND = 1606
    #: The id of the payment was used for another one.
    CARD_PAYMENT_EXISTS = 1607
    #: The card payment is not at the step at which this can be done.
    CARD_PAYMENT_MUST_BE_AT_THIS_STEP = 1608
    #: There is no such item in suspense.
    SUSPENSE_ITEM_NOT_FOUND = 1609
    #: The item was resolved before.
    SUSPENSE_ITEM_IS_RESOLVED = 1610
    #: More than was paid by card and not returned yet.
    EXCEEDS_CARD_PAYMENT = 1611
    #: The money of a card comes from an external account of the payment's ledger that is neither
    #: frozen nor closed.
    EXTERNAL_ACCOUNT_MUST_FIT = 1612
    #: Suspense is an account of the payment's ledger that is neither external, nor a wallet's,
    #: nor frozen, nor closed.
    SUSPENSE_ACCOUNT_MUST_FIT = 1613
    #: The processor's reference was reported for another payment before, whose it stays.
    CHARGE_IS_OF_ANOTHER_PAYMENT = 1614
    #: The processor's reference was reported with another amount before.
    CHARGE_HAS_ANOTHER_AMOUNT = 1615
    #: It is not what the payment was to pay: another member of staff must order the same within a
    #: week.
    RESOLUTION_NEEDS_A_SECOND_PERSON = 1616
    #: Staff suspended this card: staff alone resume it.
    CARD_IS_HELD_BY_STAFF = 1617
    #: The order is paid to this payee, and that was not given back in full: it is not paid twice.
    ORDER_IS_PAID = 1618
    #: 3-D Secure failed, or its result is none that there is.
    CARD_AUTHENTICATION_MUST_SUCCEED = 1619
    #: There is no such refund to a card.
    CARD_REFUND_NOT_FOUND = 1620
    #: There is no such chargeback.
    CHARGEBACK_NOT_FOUND = 1621
    #: The id of the chargeback was used for another one.
    CHARGEBACK_EXISTS = 1622
    #: The processor's reference was reported for another payment before, whose it stays.
    CHARGEBACK_IS_OF_ANOTHER_PAYMENT = 1623
    #: The processor's reference was reported with another amount before.
    CHARGEBACK_HAS_ANOTHER_AMOUNT = 1624
    #: The cardholder contests the payment, or money in suspense: until that is decided, none of
    #: it is given back or away.
    CHARGEBACK_IS_OPEN = 1625
    #: It was decided before, and otherwise.
    CHARGEBACK_IS_DECIDED = 1626
    #: More than the chargeback takes.
    EXCEEDS_CHARGEBACK = 1627
    #: The payment is not paid: report the charge first, and if its money lies in suspense, name
    #: the item.
    CHARGE_MUST_BE_REPORTED = 1628
    #: The processor could not carry it out, and its money came back.
    CARD_REFUND_HAS_FAILED = 1629
    #: There is no such letter.
    LETTER_NOT_FOUND = 1700
    #: The letter is not handed over, or its fate is known already.
    LETTER_MUST_BE_HANDED_OVER = 1701
    #: The wallet is frozen already.
    WALLET_ALREADY_FROZEN = 1800
    #: The wallet is not frozen.
    WALLET_IS_NOT_FROZEN = 1801
    #: A wallet with money cannot be closed: it is spent, redeemed, given up or set aside first.
    WALLET_MUST_BE_EMPTY = 1802
    #: A person with open wallets cannot be erased.
    WALLETS_MUST_BE_CLOSED = 1803
    #: A legal hold forbids erasure.
    LEGAL_HOLD_FORBIDS = 1804
    #: The data must be kept until the time given.
    RETENTION_FORBIDS = 1805
    #: The wallet is closed already.
    WALLET_ALREADY_CLOSED = 1806
    #: It needs a second member of staff: that one wants it is remembered for a week, and when
    #: another one orders just the same, it is done. The same one is answered this again.
    SECOND_PERSON_MUST_AGREE = 1807
    #: A card of the wallet is being charged: wait for what the processor says.
    WALLET_HAS_OPEN_PAYMENTS = 1808
    #: Money of the wallet or of its owner's card payments is in escrow, or a payment is
    #: authorised until the time given: settle the orders first.
    WALLET_HAS_OPEN_ORDERS = 1809
    #: Money of card payments came back and was not passed on yet, or is to be refunded to a card:
    #: wait for upkeep and the processor.
    WALLET_HAS_OPEN_REFUNDS = 1810
    #: Money of its cards lies in suspense: resolve that first.
    WALLET_HAS_MONEY_IN_SUSPENSE = 1811
    #: A payment by its cards is contested: wait for the decision.
    WALLET_HAS_OPEN_CHARGEBACKS = 1812
    #: No account was named for what owners give up in this ledger.
    WAIVER_IS_OFF = 1813
    #: No money lies in the wallet that could be taken out.
    WALLET_IS_EMPTY = 1814
    #: There is no such item of unclaimed money.
    UNCLAIMED_MONEY_NOT_FOUND = 1815
    #: It was claimed or paid out before.
    UNCLAIMED_MONEY_IS_RESOLVED = 1816
    #: It is claimed into a wallet of the person whose it is.
    UNCLAIMED_MONEY_IS_OF_ANOTHER = 1817
    #: Unclaimed money waits for the person: without their data nobody could claim it.
    PERSON_HAS_UNCLAIMED_MONEY = 1818
    #: The ledger refused; its own status tells the law.
    REFUSED_BY_LEDGER = 1900
    #: The command was carried out, and is durable.
    DONE = 0


class WalletState(OpenEnum):
    """What may be done with a wallet."""

    #: Everything that its tier allows.
    ACTIVE = 1
    #: No new business; what is in escrow is still settled.
    FROZEN = 2
    #: Nothing more, ever.
    CLOSED = 3


class DocumentKind(OpenEnum):
    """What identifies a customer."""

    #: A passport.
    PASSPORT = 1
    #: A driver's licence.
    DRIVER_LICENCE = 2


class LetterKind(OpenEnum):
    """What a letter says."""

    #: Confirm this address: carries the token of the link.
    CONFIRM_ADDRESS = 1
    #: Somebody tried to register with this address, which has a wallet already.
    ADDRESS_IS_KNOWN = 2
    #: Set a new payment password: carries the token of the link.
    RESET_PAYMENT_PASSWORD = 3
    #: The payment password was changed or reset.
    PAYMENT_PASSWORD_CHANGED = 4
    #: A short code.
    CODE = 5
    #: A recovery case was opened for this wallet.
    RECOVERY_OPENED = 6
    #: A recovery case was refused.
    RECOVERY_REFUSED = 7
    #: The login password was changed or reset.
    LOGIN_PASSWORD_CHANGED = 8
    #: Set a new login password: carries the token of the link.
    RESET_LOGIN_PASSWORD = 9
    #: The wallet is open.
    WELCOME = 10
    #: The wallet was frozen.
    WALLET_FROZEN = 11
    #: Wrong payment passwords locked it, for a while or until it is recovered.
    PAYMENT_PASSWORD_LOCKED = 12
    #: A recovery case was stopped.
    RECOVERY_STOPPED = 13
    #: Confirm this address, to which a customer wants letters to come: carries the token of the
    #: link.
    CONFIRM_NEW_ADDRESS = 14
    #: A customer wanted letters to come to this address, which is another customer's.
    NEW_ADDRESS_IS_TAKEN = 15
    #: Confirm this telephone number: carries a short code.
    CONFIRM_NEW_PHONE = 16
    #: The e-mail address or telephone number was changed: goes to where the customer was reached
    #: before, and carries the token of the link that stops it.
    CONTACT_CHANGED = 17
    #: That change was stopped.
    CONTACT_CHANGE_STOPPED = 18
    #: Staff corrected the name, the document or another part of the profile.
    PROFILE_CORRECTED = 19
    #: A further wallet is open, in another ledger.
    WALLET_OPENED = 20
    #: A verification was approved.
    VERIFICATION_APPROVED = 40
    #: A verification was refused: the case tells why.
    VERIFICATION_REFUSED = 41
    #: A card was bound.
    CARD_BOUND = 42
    #: Money of a card that could not be booked was given where it belongs.
    SUSPENSE_RESOLVED = 43
    #: The tier that was approved was revoked.
    TIER_REVOKED = 44
    #: Nothing was done with the wallet for long: unless its owner acts, its money is set aside.
    WALLET_IS_INACTIVE = 60
    #: The money of the wallet was set aside, and can be claimed.
    BALANCE_SET_ASIDE = 61
    #: Money that was set aside came into a wallet, or was paid out.
    UNCLAIMED_RESOLVED = 62
    #: The owner gave up what was left in the wallet.
    BALANCE_WAIVED = 63


class LetterState(OpenEnum):
    """Where a letter is."""

    #: It waits for the host.
    QUEUED = 1
    #: The host took it and said nothing yet; after a while it is given again.
    HANDED_OVER = 2
    #: It arrived, or the host sent it and will hear no more.
    DELIVERED = 3
    #: It did not arrive, or was given up.
    BOUNCED = 4
    #: Its recipient's key is damaged: it waits until that is mended.
    AWAITS_KEY = 5


class LetterFate(OpenEnum):
    """What became of a letter."""

    #: It was sent, and the host will hear no more, or knows that it arrived.
    DELIVERED = 1
    #: It came back: the address does not exist, or refuses.
    BOUNCED = 2
    #: It could not be sent now: it is to be given again.
    FAILED = 3


class Channel(OpenEnum):
    """How a letter is sent."""

    #: An e-mail address.
    EMAIL = 1
    #: A telephone number.
    PHONE = 2


class ActorKind(OpenEnum):
    """Who gives a command."""

    #: The customer, whom the host has authenticated.
    CUSTOMER = 1
    #: The host by itself: a deadline, a clean-up.
    SYSTEM = 2
    #: A member of staff, who says their name and why.
    STAFF = 3


class CardState(OpenEnum):
    """What a card is good for."""

    #: The customer has not confirmed it yet.
    PROPOSED = 1
    #: It can be paid with.
    ACTIVE = 2
    #: It cannot be paid with until somebody resumes it.
    SUSPENDED = 3
    #: Its month is over.
    EXPIRED = 4
    #: It was removed, and its token forgotten.
    REMOVED = 5


class CardPaymentState(OpenEnum):
    """Where a card payment is."""

    #: The host charges the card.
    CHARGING = 1
    #: The money came, and lies in escrow or with the payee.
    PAID = 2
    #: The card was not charged.
    FAILED = 3
    #: The money came and could not be booked: see the suspense item.
    IN_SUSPENSE = 4


class CardAuthentication(OpenEnum):
    """What 3-D Secure said of a card."""

    #: Nobody asked.
    NOT_ASKED = 1
    #: The issuer authenticated the cardholder.
    AUTHENTICATED = 2
    #: Tried, and the issuer or its scheme stands in for it.
    ATTEMPTED = 3
    #: The issuer or the acquirer exempted the payment.
    EXEMPT = 4
    #: The issuer could not be asked.
    UNAVAILABLE = 5
    #: The issuer rejected it, or the cardholder failed: nothing is paid.
    FAILED = 6


class ChargeKind(OpenEnum):
    """What became of the money of a card."""

    #: It paid the order: the hold or transfer is placed.
    PAID = 1
    #: It lies in suspense.
    IN_SUSPENSE = 2


class Refunded(OpenEnum):
    """Where the money of a refund went."""

    #: Into the wallet, as its owner agreed and its tier allows.
    TO_WALLET = 1
    #: Out again to the card: the host has the processor refund it.
    TO_CARD = 2
    #: Into the wallet as much as there was room for, and the rest out again to the card.
    SPLIT = 3


class SuspenseReason(OpenEnum):
    """Why money lies in suspense."""

    #: The payment had failed before.
    LATE = 1
    #: The payment was paid before, or its order was out of suspense.
    TWICE = 2
    #: Another amount than was to be charged.
    ANOTHER_AMOUNT = 3
    #: The ledger refused the payment: an account is frozen or closed, say.
    REFUSED_BY_LEDGER = 4
    #: The processor could not refund it to its card.
    REFUND_FAILED = 5


class RefundReturnedKind(OpenEnum):
    """What became of a refund that no card took."""

    #: Into the wallet, as its owner agreed and its tier allows.
    TO_WALLET = 1
    #: In suspense, until staff resolve it.
    IN_SUSPENSE = 2


class ChargebackState(OpenEnum):
    """Where a chargeback is."""

    #: The processor told of it; the money is still here.
    NOTIFIED = 1
    #: The processor took the money.
    TAKEN = 2
    #: It was answered with evidence.
    REPRESENTED = 3
    #: Decided: the money stays, or came back.
    WON = 4
    #: Decided: all of it is gone.
    LOST = 5
    #: Decided: a part of it is gone.
    PARTLY = 6


class UnclaimedReason(OpenEnum):
    """Why money is unclaimed."""

    #: Staff took it out of a wallet that is to be closed.
    LEFT = 1
    #: The owner did nothing for as long as the policy says, nor after a notice.
    INACTIVE = 2


class EvidenceKind(OpenEnum):
    """What a customer shows."""

    #: A passport.
    PASSPORT = 1
    #: A driver's licence.
    DRIVER_LICENCE = 2
    #: A national identity card.
    IDENTITY_CARD = 3
    #: A picture of the person, with the document in hand.
    SELFIE = 4
    #: A bill or a letter from an authority that shows the address.
    PROOF_OF_ADDRESS = 5
    #: Where the money comes from.
    PROOF_OF_FUNDS = 6
    #: An external source confirmed the identity: a bank, a telephone company, a register. Each
    #: list of a tier that names it wants one more source.
    EXTERNAL_SOURCE = 7
    #: The person came in person.
    IN_PERSON = 8


class VerificationState(OpenEnum):
    """Where a verification is."""

    #: Opened; evidence is awaited.
    CREATED = 1
    #: Evidence is there; a reviewer is awaited.
    SUBMITTED = 2
    #: A member of staff reviews it.
    IN_REVIEW = 3
    #: One member of staff approved; another one must.
    AWAITS_SECOND = 4
    #: Approved.
    APPROVED = 5
    #: Refused.
    REFUSED = 6
    #: The customer withdrew it.
    WITHDRAWN = 7


class VerificationReason(OpenEnum):
    """Why a verification was refused."""

    #: The evidence was tampered with.
    FALSIFIED = 1
    #: The document has expired.
    EXPIRED = 2
    #: Not a document that is accepted.
    NOT_ACCEPTED = 3
    #: The scan cannot be read.
    UNREADABLE = 4
    #: Something is missing.
    INCOMPLETE = 5
    #: It does not match the profile.
    MISMATCH = 6
    #: The customer is too young.
    UNDERAGE = 7


class ContactChangeState(OpenEnum):
    """Where the change of an address or number is."""

    #: The new one is not confirmed yet.
    BEGUN = 1
    #: The new one is in force. Until the cool-down ends, limits are lower, no link for a new
    #: password is sent, and the change can be stopped from where the customer was reached before.
    COOLING_DOWN = 2
    #: Over: it stands, was stopped, or was never confirmed.
    ENDED = 3


class RecoveryState(OpenEnum):
    """Where a recovery is."""

    #: Opened by support; evidence is awaited.
    OPENED = 1
    #: Evidence is there.
    SUBMITTED = 2
    #: A member of staff reviews it.
    IN_REVIEW = 3
    #: Approved: the link was sent.
    APPROVED = 4
    #: Refused.
    REFUSED = 5
    #: The new password is set.
    DONE = 6
    #: Stopped: by the customer, or because the password was changed by a customer who knew it.
    STOPPED = 7
    #: One member of staff has approved it, and another one must too.
    AWAITS_SECOND = 8


class CorrectionState(OpenEnum):
    """Where a correction is."""

    #: Opened by staff; evidence is awaited.
    OPENED = 1
    #: Evidence is there.
    SUBMITTED = 2
    #: Approved: the profile is changed; a new address or number is to be confirmed.
    APPROVED = 3
    #: Refused, or given up.
    REFUSED = 4


class RecoveryDecision(OpenEnum):
    """How a recovery is decided."""

    #: The customer is who they say: a link is sent.
    APPROVE = 1
    #: Not so, or not shown.
    REFUSE = 2


class AuditCommand(OpenEnum):
    """What was done."""

    #: A registration was begun.
    BEGIN_REGISTRATION = 1
    #: The confirmation letter was sent again.
    RESEND_LETTER = 2
    #: The address was corrected before it was confirmed.
    CORRECT_ADDRESS = 3
    #: The address was confirmed.
    CONFIRM_ADDRESS = 4
    #: The profile was filled in.
    SET_PROFILE = 5
    #: The login password was set.
    SET_LOGIN_PASSWORD = 6
    #: The login password was changed.
    CHANGE_LOGIN_PASSWORD = 7
    #: The security answers were set.
    SET_SECURITY_ANSWERS = 8
    #: A consent was given or withdrawn.
    SET_CONSENT = 9
    #: The registration was submitted and the wallet opened.
    SUBMIT_REGISTRATION = 10
    #: Support left a note.
    NOTE = 11
    #: A registration that was never confirmed, or never submitted, was removed.
    PURGE_REGISTRATION = 12
    #: A login succeeded.
    LOG_IN = 13
    #: A login failed.
    LOG_IN_FAILED = 14
    #: The payment password was created.
    CREATE_PAYMENT_PASSWORD = 15
    #: The payment password was changed.
    CHANGE_PAYMENT_PASSWORD = 16
    #: A payment password was right.
    PAYMENT_PASSWORD_MATCHED = 17
    #: A payment password was wrong.
    PAYMENT_PASSWORD_FAILED = 18
    #: Security answers were checked.
    CHECK_SECURITY_ANSWERS = 19
    #: A short code was sent.
    SEND_CODE = 20
    #: A short code was right.
    CODE_MATCHED = 21
    #: A short code was wrong.
    CODE_FAILED = 22
    #: A recovery case was opened.
    OPEN_RECOVERY = 23
    #: Evidence was added to a recovery case.
    ADD_RECOVERY_EVIDENCE = 24
    #: A recovery case was taken into review.
    REVIEW_RECOVERY = 25
    #: A recovery was approved, and the link sent.
    APPROVE_RECOVERY = 26
    #: A recovery was refused.
    REFUSE_RECOVERY = 27
    #: The payment password was set by the link of a recovery.
    RESET_PAYMENT_PASSWORD = 28
    #: A wallet was frozen.
    FREEZE_WALLET = 29
    #: A wallet was unfrozen.
    UNFREEZE_WALLET = 30
    #: A wallet was closed.
    CLOSE_WALLET = 31
    #: Erasing a person was ordered.
    ERASE_PERSON = 32
    #: The person's key was destroyed.
    PERSON_ERASED = 33
    #: A legal hold was set or lifted.
    SET_LEGAL_HOLD = 34
    #: The retention date was set.
    SET_RETENTION = 35
    #: The person's data was indexed under a new key.
    REINDEX = 36
    #: A letter was delivered, bounced or failed, or is to be handed over once more.
    LETTER = 37
    #: The login password was reset by a link.
    RESET_LOGIN_PASSWORD = 38
    #: A link to reset the login password was sent.
    SEND_LOGIN_RESET = 39
    #: Personal data of a case was shown to a member of staff.
    DISCLOSE = 40
    #: A second master key was let in.
    ADD_MASTER_KEY = 41
    #: All master keys but one were shut out.
    KEEP_MASTER_KEY = 42
    #: The keys of persons were wrapped by a new key-encryption key.
    ROTATE_KEY_ENCRYPTION_KEY = 43
    #: A new key of indexes came into use.
    BEGIN_INDEX_ROTATION = 44
    #: The former key of indexes was forgotten.
    END_INDEX_ROTATION = 45
    #: A recovery was stopped.
    STOP_RECOVERY = 46
    #: A password that was to be set was compared with the other one, which counts as a failure.
    COMPARE_PASSWORDS = 47
    #: The wallets were opened under another policy than before.
    CHANGE_POLICY = 48
    #: The wallets were opened with another pepper than before.
    CHANGE_PEPPER = 49
    #: The first operator was named when the wallets were opened.
    NAME_FIRST_OPERATOR = 50
    #: A member of staff was registered.
    REGISTER_STAFF = 51
    #: A member of staff was granted roles.
    GRANT_ROLES = 52
    #: Roles of a member of staff were revoked.
    REVOKE_ROLES = 53
    #: A member of staff was deactivated.
    DEACTIVATE_STAFF = 54
    #: All that is known of a person was exported.
    EXPORT_PERSON = 60
    #: A person was looked for by an address.
    FIND_PERSON = 61
    #: A letter went to a new address or number.
    BEGIN_CONTACT_CHANGE = 62
    #: A new address or number was confirmed.
    CONFIRM_CONTACT_CHANGE = 63
    #: The change of an address or number was stopped.
    STOP_CONTACT_CHANGE = 64
    #: The change of an address or number was never confirmed, or stands now.
    END_CONTACT_CHANGE = 65
    #: A correction of what is known of a person was opened.
    OPEN_CORRECTION = 66
    #: Evidence was added to a correction.
    ADD_CORRECTION_EVIDENCE = 67
    #: A correction was approved, and carried out.
    APPROVE_CORRECTION = 68
    #: A correction was refused, or given up.
    REFUSE_CORRECTION = 69
    #: A verification case was opened.
    OPEN_VERIFICATION = 100
    #: Evidence was added to a verification case.
    SUBMIT_EVIDENCE = 101
    #: A verification case was taken into review.
    REVIEW_VERIFICATION = 102
    #: A verification was approved, by the first of two where two must.
    APPROVE_VERIFICATION = 103
    #: A verification was refused.
    REFUSE_VERIFICATION = 104
    #: The customer withdrew a verification.
    WITHDRAW_VERIFICATION = 105
    #: A tier was revoked.
    REVOKE_TIER = 106
    #: A payment was authorised.
    AUTHORISE_PAYMENT = 110
    #: A payment was made.
    PAY = 111
    #: Money was put in.
    TOP_UP = 112
    #: Money was taken out.
    REDEEM = 113
    #: Another wallet paid this one.
    RECEIVE = 114
    #: A card was proposed.
    PROPOSE_CARD = 120
    #: A card was confirmed.
    CONFIRM_CARD = 121
    #: A card was suspended.
    SUSPEND_CARD = 122
    #: A card was resumed.
    RESUME_CARD = 123
    #: A card was removed.
    REMOVE_CARD = 124
    #: Another card became the default.
    SET_DEFAULT_CARD = 125
    #: A payment by card was begun.
    BEGIN_CARD_PAYMENT = 126
    #: A card was charged.
    CARD_CHARGED = 127
    #: A card could not be charged.
    CARD_PAYMENT_FAILED = 128
    #: A payment by card was refunded.
    REFUND_CARD_PAYMENT = 129
    #: Money in suspense was given where it belongs.
    RESOLVE_SUSPENSE = 130
    #: Giving money in suspense to another payee than its payment's was proposed.
    PROPOSE_RESOLUTION = 131
    #: A report of the processor was refused: its reference is another report's.
    REFUSE_CHARGE = 132
    #: A payment by a card that is not bound was begun.
    BEGIN_NEW_CARD_PAYMENT = 133
    #: What a deadline refunded of a payment by card was passed on.
    PASS_ON_REFUND = 134
    #: The processor refunded a card.
    CARD_REFUNDED = 135
    #: The processor told of a chargeback.
    CHARGEBACK_NOTIFIED = 136
    #: The processor took the money of a chargeback.
    CHARGEBACK_TAKEN = 137
    #: A chargeback was answered with evidence.
    CHARGEBACK_REPRESENTED = 138
    #: A chargeback was won, lost, or lost in part.
    CHARGEBACK_DECIDED = 139
    #: A report of a chargeback was refused: its reference is another report's.
    REFUSE_CHARGEBACK = 140
    #: What a chargeback took and was due was booked.
    BOOK_CHARGEBACK = 141
    #: The processor could not refund a card.
    CARD_REFUND_FAILED = 142
    #: A further wallet was opened, in another ledger.
    OPEN_WALLET = 150
    #: The owner gave up what was left in a wallet.
    WAIVE_BALANCE = 160
    #: What was left in a wallet was set aside for its owner, as unclaimed money.
    SET_ASIDE = 161
    #: Unclaimed money went into a wallet of its owner.
    CLAIM_UNCLAIMED = 162
    #: Unclaimed money was paid out.
    PAY_OUT_UNCLAIMED = 163
    #: Paying out unclaimed money was proposed.
    PROPOSE_PAYOUT = 164
    #: The owner of a wallet that nobody uses was told that its money will be set aside.
    GIVE_NOTICE = 165
    #: That notice ended, because the owner acted or there is nothing to set aside.
    END_NOTICE = 166


class StaffState(OpenEnum):
    """Where a member of staff stands."""

    #: An operator wants to have them registered, and another one must, too.
    PROPOSED = 1
    #: Registered.
    ACTIVE = 2
    #: Was registered, and does nothing any more.
    DEACTIVATED = 3


class StaffRoles(enum.IntFlag):
    """What a member of staff may do."""

    #: None of them.
    NONE = 0
    #: Helps customers: freezes, unfreezes and closes wallets, leaves notes, sends letters again,
    #: suspends cards, opens cases and adds evidence to them, looks personal data up.
    SUPPORT = 1
    #: Takes cases into review, refuses them, approves first where two must approve, takes a tier
    #: back.
    REVIEWER = 2
    #: Approves cases: alone, or as the second of two.
    APPROVER = 4
    #: Runs the wallets: staff, keys, the policy, legal holds and erasure, money in suspense.
    OPERATOR = 8


class ClockState(OpenEnum):
    """How far a clock is believed."""

    #: A state that this version has no name for.
    UNKNOWN = 0
    #: The caller alone says what time it is.
    MANUAL = 1
    #: The store goes by the system clock.
    TRUSTED = 2
    #: The system clock was set while the store was open, by more than `clock_step_max_seconds`.
    #: The store goes on from the time before by a clock that nobody sets, until the time is
    #: confirmed.
    STEPPED = 3
    #: When the store was opened, the system clock was later than `clock_gap_max_seconds` after
    #: the last event, or beyond the end of time, in the year 2554. Nothing is settled or written
    #: until the time is confirmed.
    UNCONFIRMED = 4


class Clock(OpenEnum):
    """Who says what time it is."""

    #: The system clock says what time it is. Deadlines are settled when they come, traffic or
    #: not.
    SYSTEM = 0
    #: The caller alone says what time it is, by `escrow_store_advance` and imported operations.
    MANUAL = 1


class Mode(OpenEnum):
    """What to expect at the path."""

    #: Open the store, or create it if there is nothing.
    OPEN_OR_CREATE = 0
    #: Create the store; there must be none.
    CREATE_NEW = 1
    #: Open the store; it must be there.
    OPEN_EXISTING = 2
    #: Open the store to read it; it must be there. Nothing is written, so that it works on a
    #: medium that cannot be written to, and without the right to. Many may read at a time. Beside
    #: a process that writes the store, this is a guest that reads; whoever comes to write a store
    #: that others have open to read it is answered `ESCROW_LOCKED`. What a crash left is
    #: recovered in memory, deadlines are not settled, and all that would write is
    #: `ESCROW_READ_ONLY`, also to open wallets. A backup can be made.
    READ_ONLY = 3


class Role(OpenEnum):
    """What a handle is to its store."""

    #: This process writes the store, and lets others in.
    HOST = 1
    #: Another process, or another handle of this one, writes the store; this one has it do so.
    GUEST = 2


class FileAccess(OpenEnum):
    """Who may use the files of a store."""

    #: Only the user that the process runs as may use the files of the store: 0600, directories
    #: 0700.
    OF_OWNER = 0
    #: The group of the files may read them, to make copies of them: 0640 and 0750.
    READ_BY_GROUP = 1
    #: The group of the files may use the store as the owner does: 0660 and 0770.
    OF_GROUP = 2


class Needs(OpenEnum):
    """What a purchase needs of the customer."""

    #: It is small: nothing.
    NOTHING = 0
    #: The payment password.
    PASSWORD = 1
    #: The payment password, and a second factor.
    SECOND_FACTOR = 2


class OrderStatus(OpenEnum):
    """What an order command came to."""

    #: An id is 0 or the greatest one.
    ID_MUST_BE_VALID = 2000
    #: An amount is 1 to 2^96 - 1 minor units.
    AMOUNT_MUST_BE_VALID = 2001
    #: An order has 1 to 16 legs, and 1 to 32 tenders, one of each wallet; a leg has no lines, or
    #: up to 64 of which one is an item at least.
    COUNT_MUST_BE_VALID = 2002
    #: All tenders together are just what all legs are together.
    TENDERS_MUST_EQUAL_LEGS = 2003
    #: A commission is at most a million parts per million, its fixed part at most the leg, and it
    #: goes to an account.
    COMMISSION_MUST_BE_VALID = 2004
    #: A member of staff has a name: 1 to 64 of a-z, 0-9, `.`, `_`, `@` and `-`.
    STAFF_MUST_BE_NAMED = 2005
    #: What is referred to, such as evidence or tracking, has a reference that is not 0.
    REFERENCE_MUST_BE_GIVEN = 2006
    #: An extension is 1 second to ten years from now on, and ends later than the window.
    EXTENSION_MUST_BE_VALID = 2007
    #: Evidence is asked of the buyer or the seller, for 1 second or more, until the time to
    #: decide ends at the latest.
    QUESTION_MUST_BE_VALID = 2010
    #: A line has a quantity, 1 of shipping and tax, and a minor unit at least for each; of an
    #: item it has a reference.
    LINE_MUST_BE_VALID = 2015
    #: All lines of a leg together are just what the leg is.
    LINES_MUST_EQUAL_LEG = 2016
    #: Items are 1 to 64, each of another line, and a quantity of 1 at least of each.
    ITEMS_MUST_BE_VALID = 2017
    #: There is no such order.
    ORDER_NOT_FOUND = 2100
    #: There is an order with this id, and other terms.
    ORDER_EXISTS_WITH_OTHER_TERMS = 2101
    #: The order has no such part.
    PART_NOT_FOUND = 2102
    #: The order has no such tender.
    TENDER_NOT_FOUND = 2103
    #: The store keeps no policy with this hash.
    POLICY_NOT_FOUND = 2104
    #: The buyer is not registered in this ledger.
    BUYER_MUST_BE_REGISTERED = 2105
    #: A seller is not registered in this ledger.
    SELLER_MUST_BE_REGISTERED = 2106
    #: An account is not fit for what it is to be used for.
    ACCOUNT_MUST_FIT = 2107
    #: No refund with this number waits to be carried out.
    REFUND_NOT_FOUND = 2108
    #: The command's id was given to another command of this order, or is the order's own.
    COMMAND_ID_IS_TAKEN = 2200
    #: Not in this stage: the refusal says what is possible in it.
    NOT_IN_THIS_STAGE = 2201
    #: In this stage others may do it, but not this actor.
    NOT_BY_THIS_ACTOR = 2202
    #: The order is not paid yet.
    ORDER_MUST_BE_PAID = 2203
    #: More than is left of the part in escrow.
    AMOUNT_EXCEEDS_PART = 2206
    #: The other side has proposed nothing.
    NOTHING_IS_PROPOSED = 2207
    #: What is not shipped can be given back as a whole alone, and there is nothing to return.
    CLAIM_MUST_BE_WHOLE = 2208
    #: What is claimed or proposed is not, or no longer, what this actor agrees to.
    AMOUNT_MUST_MATCH = 2209
    #: Less came than was asked for: the refusal says what is missing.
    TENDER_FALLS_SHORT = 2210
    #: The order is paid.
    ORDER_IS_PAID = 2211
    #: The buyer has cancelled the order.
    ORDER_IS_CANCELLED = 2212
    #: The time to pay the order is not over yet.
    PAYMENT_WINDOW_IS_OPEN = 2213
    #: The time to pay the order is over. The buyer can pay it again, from the beginning.
    PAYMENT_WINDOW_IS_OVER = 2214
    #: This tender has come already.
    TENDER_HAS_COME = 2215
    #: A tender from a wallet is paid by its owner, and every other is reported.
    TENDER_KIND_MUST_FIT = 2216
    #: It is too early to claim that a parcel on its way did not come.
    CLAIM_IS_TOO_EARLY = 2220
    #: By the policy nothing is sent back.
    RETURN_IS_NOT_POSSIBLE = 2221
    #: So much is in escrow that two members of staff decide: this one has decided.
    SECOND_MUST_DECIDE = 2222
    #: No evidence of this side is awaited, or no longer.
    NO_EVIDENCE_IS_ASKED_FOR = 2223
    #: The leg has no lines, so that nobody can act on some of its items.
    LEG_HAS_NO_LINES = 2230
    #: An item is not in this part: it is no line of an item, or in another part of the leg.
    ITEM_NOT_IN_PART = 2231
    #: The part has fewer of an item.
    QUANTITY_EXCEEDS_PART = 2232
    #: The buyer complains about all of the part: nobody can act on some of its items.
    PART_HAS_COMPLAINT = 2233
    #: The order has as many parts as it can have: 128.
    TOO_MANY_PARTS = 2234
    #: The ledger refused it: the refusal says why.
    REFUSED_BY_LEDGER = 2900
    #: The wallet refused to pay: the refusal says why.
    REFUSED_BY_WALLET = 2901
    #: The command was carried out, and is durable.
    DONE = 0


class OrderState(OpenEnum):
    """How far an order has come."""

    #: Not all tenders have come.
    UNPAID = 1
    #: It was not paid in time: what has come goes back.
    LAPSED = 2
    #: The buyer cancelled it before it was paid.
    CANCELLED = 5
    #: Something of it is in escrow, or on its way back.
    OPEN = 3
    #: All parts are done, and nothing is due.
    DONE = 4


class Stage(OpenEnum):
    """How far the deal of one part of an order has come."""

    #: The money is in escrow; the seller ships.
    PAID = 1
    #: On its way.
    SHIPPED = 2
    #: With the buyer, who looks at it.
    DELIVERED = 3
    #: The buyer complained; the seller answers.
    CLAIMED = 4
    #: The seller refused the claim.
    REFUSED = 5
    #: The seller agreed to take the goods back.
    RETURN_AGREED = 6
    #: The goods are on their way back.
    SENT_BACK = 7
    #: Staff decide.
    ESCALATED = 8
    #: Staff decided, and it will be carried out unless somebody appeals.
    DECIDED = 9
    #: A window has run out, and what ends it is being carried out.
    ENDING = 10
    #: Nothing is in escrow any more.
    DONE = 11


class Party(OpenEnum):
    """Who acts in an order."""

    #: Who pays.
    BUYER = 1
    #: Who gets the money of the part.
    SELLER = 2
    #: The platform's.
    STAFF = 3
    #: The host itself, such as for a carrier.
    SYSTEM = 4


class Action(OpenEnum):
    """What can be done about a part of an order."""

    #: The goods are on their way.
    SHIP = 1
    #: The carrier attests that they arrived.
    DELIVER = 2
    #: The buyer is content: the seller is paid.
    CONFIRM = 3
    #: The seller gives up: the buyer gets all back.
    CANCEL = 4
    #: The other side is given more time.
    EXTEND = 5
    #: The buyer complains, or asks to cancel before it is shipped.
    CLAIM = 6
    #: The buyer claims another amount.
    AMEND = 7
    #: The buyer takes the claim back.
    WITHDRAW = 8
    #: One side says what it would settle for.
    PROPOSE = 9
    #: One side accepts what the other one proposed.
    ACCEPT = 10
    #: The seller gives what is claimed.
    GRANT = 11
    #: The seller refuses it, with evidence.
    REFUSE = 12
    #: The buyer has staff decide.
    ESCALATE = 13
    #: The buyer sends the goods back.
    SEND_BACK = 14
    #: The seller has them again.
    CONFIRM_RETURN = 15
    #: The seller says that they did not come back as they were.
    CONTEST_RETURN = 16
    #: Staff decide how much the buyer gets back.
    DECIDE = 17
    #: One side asks staff to decide again.
    APPEAL = 18
    #: Staff ask one side for evidence.
    ASK_EVIDENCE = 19
    #: That side gives it.
    GIVE_EVIDENCE = 20


class Silence(OpenEnum):
    """What happens at the end of a window if nobody does anything."""

    #: The buyer gets all back.
    REFUND = 1
    #: The seller is paid all.
    RELEASE = 2
    #: The buyer gets what was claimed, after a return if that was asked for.
    GRANT = 3
    #: Staff decide.
    ESCALATE = 4
    #: The deal goes on with the time that was left of it.
    RESUME = 5
    #: What staff decided is carried out.
    CARRY_OUT = 6


class TenderKind(OpenEnum):
    """What kind of money a tender is."""

    #: Of a card, a transfer or a voucher: the source is an external account, and the host carries
    #: out what goes back to it.
    EXTERNAL = 1
    #: Of the platform's own promotion.
    PROMOTION = 2
    #: The money in a wallet: the source is the wallet's account, and its owner authorises it.
    WALLET = 3


class ClaimReason(OpenEnum):
    """What is wrong with what was bought."""

    #: It did not come.
    NOT_RECEIVED = 1
    #: It came, and is not what was offered.
    NOT_AS_DESCRIBED = 2
    #: Anything else, such as a change of mind.
    OTHER = 3


class LineKind(OpenEnum):
    """What a line of a leg is."""

    #: Something that is sold, so many times.
    ITEM = 1
    #: What sending it costs the buyer.
    SHIPPING = 2
    #: A tax on the items, which goes with each of them.
    TAX = 3


class Remedy(OpenEnum):
    """What a buyer asks for."""

    #: Money back, and to keep what came.
    REFUND = 1
    #: To send it back for the money.
    RETURN = 2


class StepKind(OpenEnum):
    """What a step of an order was."""

    #: The order was placed.
    PLACED = 101
    #: A tender came.
    TENDER_CAME = 102
    #: The last one came, and the legs were paid.
    PAID = 103
    #: Somebody did this.
    ACTED = 100
    #: A window of a complaint ran out.
    WINDOW_ENDED = 104
    #: What a deadline gave back went to the sources.
    REFUNDS_PASSED_ON = 105
    #: A tender came too late, or a second time, and went back.
    TENDER_RETURNED = 106
    #: The order was not paid in time: what had come went back.
    LAPSED = 107
    #: The buyer cancelled the order before it was paid.
    CANCELLED = 108
    #: The buyer pays again; what had come before went back.
    PAYMENT_REOPENED = 109
    #: The host has carried a refund out.
    REFUND_CONFIRMED = 116
    #: A refund could not be carried out, and its money came in again.
    REFUND_FAILED = 117
    #: The platform gave the buyer of its own money.
    GOODWILL = 110
    #: The deadline of its hold paid the seller: only among events.
    RELEASED_BY_DEADLINE = 118
    #: The deadline of its hold gave the buyer all back: only among events. That it goes on to the
    #: sources is a step of its own.
    REFUNDED_BY_DEADLINE = 119


class ErrorCode(OpenEnum):
    """Why a call was not carried out."""

    #: The call was carried out.
    OK = 0
    #: A pointer that must not be NULL is.
    NULL_ARGUMENT = 1
    #: An argument makes no sense: misaligned, out of range, an unknown option, a reserved field
    #: that is not zero.
    INVALID_ARGUMENT = 2
    #: No handle of this kind: it was freed, or never came from this library.
    INVALID_HANDLE = 3
    #: A text is not UTF-8.
    INVALID_TEXT = 4
    #: The caller's buffer is too small; the length output says how large it must be. Nothing else
    #: was written, and the call can be repeated.
    BUFFER_TOO_SMALL = 5
    #: More than one of the `ESCROW_*_MAX` limits allows.
    LIMIT_EXCEEDED = 6
    #: Nothing came within the time that the caller was ready to wait.
    TIMED_OUT = 7
    #: Others changed the same wallet again and again while a command was judged. Nothing was
    #: done: send it again.
    CONTENDED = 8
    #: A consumer of events cannot acknowledge this position: it has acknowledged more already, or
    #: nothing has happened there yet.
    INVALID_POSITION = 9
    #: There is no store at the path; or nothing that has the id that was asked for.
    NOT_FOUND = 100
    #: There is a store where one was to be created.
    ALREADY_EXISTS = 101
    #: The directory is not empty and is no escrow store.
    NOT_A_STORE = 102
    #: The store is open elsewhere, and nobody can be its guest: there or here it is `exclusive`
    #: or opened to be read, or what is asked for needs the store for itself, as to verify does.
    LOCKED = 103
    #: A later version of escrowdb wrote the store, a file of it, or a row of its wallets.
    NEWER_FORMAT = 104
    #: Something stands where something is to be written: a destination that is not empty, the
    #: rest of an interrupted copy, a segment of another store.
    IN_THE_WAY = 105
    #: The master key is not the one by which the keys of this store's wallets are wrapped.
    WRONG_MASTER_KEY = 106
    #: The store was opened by `ESCROW_OPEN_READ_ONLY`, and this would write.
    READ_ONLY = 107
    #: The system clock is further from the store's last event than `clock_gap_max_seconds`.
    #: Nothing was done, and nothing is settled or written until `escrow_store_confirm_clock`.
    CLOCK_MUST_BE_CONFIRMED = 108
    #: The pepper, or the lack of one, is not what the passwords of this store were hashed with:
    #: by it none would match, and each that is tried would count as wrong.
    WRONG_PEPPER = 109
    #: The process that hosts the store has another version of escrowdb, which speaks otherwise
    #: with its guests. Let it close the store, so that a process of the new version takes its
    #: place.
    VERSION_MISMATCH = 110
    #: The store was closed.
    CLOSED = 200
    #: What the handle stands for was its parent's, and this process was forked since: take
    #: another one from the store, which goes on in the child by itself, as do wallets.
    FORKED = 201
    #: A write or sync failed, or a bug was met: the store takes no more. Free its handles and
    #: open it again: everything that was answered is there.
    POISONED = 202
    #: A bug in the library was met and contained. The store is poisoned.
    PANIC = 203
    #: The process that hosted the store has ended, and with it what it kept for this one: a
    #: snapshot, a cursor, a backup that was under way. Take a new one. What was submitted is sent
    #: again by itself.
    HOST_ENDED = 204
    #: The process that hosts the store has not answered for `takeover_wait_seconds`: it is
    #: stopped, or its disk hangs. Whether what was asked for was done is not known: send it again
    #: under the same ids.
    HOST_UNRESPONSIVE = 205
    #: The disk failed or refused.
    IO = 300
    #: The files hold something that no crash explains: rot, a lost file, or tampering.
    CORRUPT = 301
    #: What is asked for is in a part of the journal that was archived. The message names the
    #: segment and the time up to which all is.
    ARCHIVED = 302
    #: The file `state.redb` is that of another store, of a copy that went on otherwise, or of a
    #: later time than the journal. Move it away and open the store, which builds it again.
    MISMATCHED_STATE = 303


class Durability(OpenEnum):
    """When an answer is given."""

    #: Answers are given after the sync: an answered operation survives a power cut.
    SYNC = 0
    #: Answers are given after the write: an answered operation survives the end of the process,
    #: but not that of the machine. For tests, simulations and imports that can be repeated.
    PROCESS = 1


#: Operations in one batch.
BATCH_OPERATIONS_MAX = 65536
#: Bytes of documents (spaces, keys and values) in one batch.
BATCH_DATA_BYTES_MAX = 67108864
#: Bytes of a document's key.
DOCUMENT_KEY_BYTES_MAX = 511
#: Bytes of the name of a space of documents.
DOCUMENT_SPACE_BYTES_MAX = 63
#: Bytes of a document's value.
DOCUMENT_VALUE_BYTES_MAX = 65536
#: The greatest scale of a ledger: digits behind the decimal point.
LEDGER_SCALE_MAX = 18
#: Bytes of a ledger's code.
LEDGER_CODE_BYTES_MAX = 16
#: Ledgers of one store; all of them are kept in memory.
LEDGERS_MAX = 4096
#: Bytes of the name of an event consumer.
CONSUMER_NAME_BYTES_MAX = 63
#: Event consumers of one store.
CONSUMERS_MAX = 1024
#: A rate of one, in parts per million.
RATE_PPM_MAX = 1000000
#: Batches of one queue that are under way or not taken yet.
QUEUE_BATCHES_MAX = 65536
#: Bytes of a master key, of a pepper, and of the key that the host wraps.
KEY_BYTES = 32
#: Bytes of a wrapped key, at most.
WRAPPED_KEY_BYTES_MAX = 512
#: What `escrow_key_unwrap` answers for a key that was wrapped by another master key.
KEY_IS_ANOTHER = 1
#: Payments of one call of `escrow_wallet_pay_many`.
PAYMENTS_MAX = 4096
#: Cards of one wallet, with those that were removed and are not forgotten yet.
CARDS_MAX = 16
#: Parts of one order.
ORDER_PARTS_MAX = 32
#: Chargebacks of one payment.
CHARGEBACKS_MAX = 64
#: Pieces of evidence of one case.
EVIDENCE_MAX = 16
#: Legs of one order.
LEGS_MAX = 16
#: Tenders of one order.
TENDERS_MAX = 32
#: Lines of one leg.
LEG_LINES_MAX = 64
#: Parts of one order, those of its legs among them.
PARTS_MAX = 128
#: The number of the ABI that the package was made for.
ABI_VERSION = 1
