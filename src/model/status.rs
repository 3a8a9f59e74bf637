//! Statuses: what became of an operation, named after the law that it would have broken.
//!
//! The number of a status is its place in the order in which the guards look: an operation that
//! breaks several laws gets the lowest number of its band. Numbers and names are never changed or
//! used again. Bands: 1 the chain, 100 the record itself, 200 idempotency, 300 existence,
//! 400 terms, 500 closed loop, 600 overflow, 700 balances.
//!
//! From 300 on a refusal depends on the state of the store, which may change; it uses up the
//! operation's id, so that a late retry cannot succeed behind the caller's back.

use super::kind::named_values;
use bytemuck::{Pod, Zeroable};
use std::fmt;

named_values! {
    /// What became of an operation: 0 for applied, else the law that it would have broken.
    Status(u32) {
        /// Carried out.
        APPLIED = 0, "applied";

        /// Another operation of the same chain was refused.
        LINKED_EVENT_FAILED = 1, "linked_event_failed";
        /// The batch ends inside a chain.
        LINKED_EVENT_CHAIN_OPEN = 2, "linked_event_chain_open";
        /// An id stands twice in one chain.
        LINKED_EVENT_REPEATS_ID = 3, "linked_event_repeats_id";

        /// No such kind, or one that only the store makes.
        KIND_MUST_BE_KNOWN = 100, "kind_must_be_known";
        /// A reserved field is not zero.
        RESERVED_FIELD_MUST_BE_ZERO = 101, "reserved_field_must_be_zero";
        /// A flag that does not exist.
        FLAGS_MUST_BE_KNOWN = 102, "flags_must_be_known";
        /// A flag that this kind does not take.
        FLAG_NOT_ALLOWED_FOR_KIND = 103, "flag_not_allowed_for_kind";
        /// Two flags that exclude each other.
        FLAGS_ARE_MUTUALLY_EXCLUSIVE = 104, "flags_are_mutually_exclusive";
        /// A field that this kind does not use is not zero.
        UNUSED_FIELD_MUST_BE_ZERO = 105, "unused_field_must_be_zero";
        /// The batch has imported operations, and this one is not.
        IMPORTED_EXPECTED = 106, "imported_expected";
        /// The batch has operations that are not imported, and this one is.
        IMPORTED_NOT_EXPECTED = 107, "imported_not_expected";
        /// Only an imported operation has a timestamp on the way in.
        TIMESTAMP_MUST_BE_ZERO = 108, "timestamp_must_be_zero";
        /// An imported operation needs a timestamp.
        IMPORTED_TIMESTAMP_MUST_NOT_BE_ZERO = 109, "imported_timestamp_must_not_be_zero";
        /// Id 0 means none.
        ID_MUST_NOT_BE_ZERO = 110, "id_must_not_be_zero";
        /// The greatest id is reserved.
        ID_MUST_NOT_BE_MAX = 111, "id_must_not_be_max";
        /// The debit account is missing.
        DEBIT_ACCOUNT_MUST_NOT_BE_ZERO = 112, "debit_account_must_not_be_zero";
        /// The greatest id is reserved.
        DEBIT_ACCOUNT_MUST_NOT_BE_MAX = 113, "debit_account_must_not_be_max";
        /// The credit account is missing.
        CREDIT_ACCOUNT_MUST_NOT_BE_ZERO = 114, "credit_account_must_not_be_zero";
        /// The greatest id is reserved.
        CREDIT_ACCOUNT_MUST_NOT_BE_MAX = 115, "credit_account_must_not_be_max";
        /// An account cannot trade with itself, nor take the commission on its own deal.
        ACCOUNTS_MUST_BE_DIFFERENT = 116, "accounts_must_be_different";
        /// The operation does not say what it is about.
        TARGET_MUST_NOT_BE_ZERO = 117, "target_must_not_be_zero";
        /// The greatest id is reserved.
        TARGET_MUST_NOT_BE_MAX = 118, "target_must_not_be_max";
        /// A commission needs an account that receives it.
        FEE_ACCOUNT_MUST_NOT_BE_ZERO = 119, "fee_account_must_not_be_zero";
        /// The greatest id is reserved.
        FEE_ACCOUNT_MUST_NOT_BE_MAX = 120, "fee_account_must_not_be_max";
        /// A rate is at most 1,000,000 parts per million.
        FEE_RATE_MUST_NOT_EXCEED_ONE = 121, "fee_rate_must_not_exceed_one";
        /// The ledger is missing.
        LEDGER_MUST_NOT_BE_ZERO = 122, "ledger_must_not_be_zero";
        /// The code is missing.
        CODE_MUST_NOT_BE_ZERO = 123, "code_must_not_be_zero";
        /// There is nothing to move.
        AMOUNT_MUST_NOT_BE_ZERO = 124, "amount_must_not_be_zero";
        /// With `rest` the store finds the amount itself.
        AMOUNT_MUST_BE_ZERO = 125, "amount_must_be_zero";
        /// The greatest amount is 2^96 − 1.
        AMOUNT_MUST_NOT_EXCEED_MAX = 126, "amount_must_not_exceed_max";
        /// What happens at the deadline is none of the known ways.
        AT_DEADLINE_MUST_BE_KNOWN = 127, "at_deadline_must_be_known";
        /// A hold has both a deadline and what happens then, or neither.
        DEADLINE_NEEDS_TIMEOUT_AND_DEFAULT = 128, "deadline_needs_timeout_and_default";
        /// `extend` needs a time.
        TIMEOUT_MUST_NOT_BE_ZERO = 129, "timeout_must_not_be_zero";
        /// The document reaches beyond the side buffer.
        DATA_OUT_OF_BOUNDS = 130, "data_out_of_bounds";
        /// A space is named by 1 to 63 bytes of UTF-8 without a zero byte.
        SPACE_MUST_BE_VALID = 131, "space_must_be_valid";
        /// A key is 1 to 511 bytes.
        KEY_MUST_BE_VALID = 132, "key_must_be_valid";
        /// A value is at most 64 KiB.
        VALUE_TOO_LONG = 133, "value_too_long";
        /// A ledger's code is 1 to 16 of A–Z, 0–9, `_` and `-`.
        LEDGER_CODE_MUST_BE_VALID = 134, "ledger_code_must_be_valid";
        /// A scale is 0 to 18.
        SCALE_MUST_NOT_EXCEED_MAX = 135, "scale_must_not_exceed_max";
        /// A new account has no balances and no open holds.
        BALANCES_MUST_BE_ZERO = 136, "balances_must_be_zero";
        /// A space whose name begins with a control character is the library's own.
        SPACE_IS_RESERVED = 137, "space_is_reserved";
        /// Only at the deadline of a dispute can what it claims go back.
        CLAIM_NEEDS_DISPUTE = 138, "claim_needs_dispute";

        /// The same id with the same content was carried out before; the first outcome is given.
        EXISTS = 200, "exists";
        /// The same id was used with another kind.
        EXISTS_WITH_DIFFERENT_KIND = 201, "exists_with_different_kind";
        /// The same id was used with other flags.
        EXISTS_WITH_DIFFERENT_FLAGS = 202, "exists_with_different_flags";
        /// The same id was used with another debit account.
        EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT = 203, "exists_with_different_debit_account";
        /// The same id was used with another credit account.
        EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT = 204, "exists_with_different_credit_account";
        /// The same id was used with another target.
        EXISTS_WITH_DIFFERENT_TARGET = 205, "exists_with_different_target";
        /// The same id was used with another amount.
        EXISTS_WITH_DIFFERENT_AMOUNT = 206, "exists_with_different_amount";
        /// The same id was used with another fee account.
        EXISTS_WITH_DIFFERENT_FEE_ACCOUNT = 207, "exists_with_different_fee_account";
        /// The same id was used with another fee rate.
        EXISTS_WITH_DIFFERENT_FEE_RATE = 208, "exists_with_different_fee_rate";
        /// The same id was used with other user data (128 bits).
        EXISTS_WITH_DIFFERENT_USER_DATA_128 = 209, "exists_with_different_user_data_128";
        /// The same id was used with other user data (64 bits).
        EXISTS_WITH_DIFFERENT_USER_DATA_64 = 210, "exists_with_different_user_data_64";
        /// The same id was imported with another timestamp.
        EXISTS_WITH_DIFFERENT_TIMESTAMP = 211, "exists_with_different_timestamp";
        /// The same id was used with another time-out.
        EXISTS_WITH_DIFFERENT_TIMEOUT = 212, "exists_with_different_timeout";
        /// The same id was used with another default at the deadline.
        EXISTS_WITH_DIFFERENT_AT_DEADLINE = 213, "exists_with_different_at_deadline";
        /// The same id was used with another ledger.
        EXISTS_WITH_DIFFERENT_LEDGER = 214, "exists_with_different_ledger";
        /// The same id was used with another code.
        EXISTS_WITH_DIFFERENT_CODE = 215, "exists_with_different_code";
        /// The same id was used with another expected version.
        EXISTS_WITH_DIFFERENT_EXPECTED_VERSION = 216, "exists_with_different_expected_version";
        /// The same id was used with another document space or key.
        EXISTS_WITH_DIFFERENT_KEY = 217, "exists_with_different_key";
        /// The same id was used with another document value.
        EXISTS_WITH_DIFFERENT_VALUE = 218, "exists_with_different_value";
        /// The same ledger number has another scale.
        EXISTS_WITH_DIFFERENT_SCALE = 219, "exists_with_different_scale";
        /// The id was used up by a refusal; `first_status` tells which.
        ID_ALREADY_FAILED = 220, "id_already_failed";
        /// The id was used before, in a part of the journal that was archived: nothing is done, and
        /// what became of it the first time stands there, at the outcome's timestamp.
        ORIGINAL_IS_ARCHIVED = 221, "original_is_archived";
        /// The id was used with another value date.
        EXISTS_WITH_DIFFERENT_VALUE_DATE = 222, "exists_with_different_value_date";
        /// The id was used with another fixed part of the commission.
        EXISTS_WITH_DIFFERENT_FIXED_FEE = 223, "exists_with_different_fixed_fee";

        /// No such ledger.
        LEDGER_NOT_FOUND = 300, "ledger_not_found";
        /// No such debit account.
        DEBIT_ACCOUNT_NOT_FOUND = 301, "debit_account_not_found";
        /// No such credit account.
        CREDIT_ACCOUNT_NOT_FOUND = 302, "credit_account_not_found";
        /// No such fee account.
        FEE_ACCOUNT_NOT_FOUND = 303, "fee_account_not_found";
        /// No such hold.
        HOLD_NOT_FOUND = 304, "hold_not_found";
        /// No such operation to be reversed.
        OPERATION_NOT_FOUND = 305, "operation_not_found";
        /// No such account.
        ACCOUNT_NOT_FOUND = 306, "account_not_found";
        /// Only a transfer or a release that was applied can be reversed.
        OPERATION_MUST_BE_REVERSIBLE = 307, "operation_must_be_reversible";
        /// Accounts of two ledgers cannot trade with each other.
        ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER = 308, "accounts_must_have_the_same_ledger";
        /// The operation names another ledger than its accounts belong to.
        OPERATION_MUST_HAVE_THE_LEDGER_OF_ITS_ACCOUNTS = 309,
            "operation_must_have_the_ledger_of_its_accounts";
        /// The receiver of a split cannot be the payer: that is a refund.
        RECEIVER_MUST_NOT_BE_PAYER = 310, "receiver_must_not_be_payer";
        /// A fee account whose credits are limited could make a deadline fail.
        FEE_ACCOUNT_MUST_NOT_LIMIT_CREDITS = 311, "fee_account_must_not_limit_credits";
        /// The store has as many ledgers as it can have.
        TOO_MANY_LEDGERS = 312, "too_many_ledgers";
        /// The operation to be reversed is in a part of the journal that was archived. Holds can be
        /// reversed by their own id even then.
        OPERATION_IS_ARCHIVED = 313, "operation_is_archived";
        /// A `managed` account is the library's to debit and credit, and so are the holds in which
        /// it takes part.
        ACCOUNT_IS_MANAGED = 314, "account_is_managed";

        /// An imported operation must be later than everything in the store.
        IMPORTED_TIMESTAMP_MUST_NOT_REGRESS = 400, "imported_timestamp_must_not_regress";
        /// An imported operation must be in the past: not later than the system clock, or, by a
        /// manual clock, than nine minutes before the end of time in 2554.
        IMPORTED_TIMESTAMP_MUST_BE_IN_THE_PAST = 401, "imported_timestamp_must_be_in_the_past";
        /// A deadline falls between the members of a chain.
        CHAIN_MUST_NOT_SPAN_A_DEADLINE = 402, "chain_must_not_span_a_deadline";
        /// All of the hold was released.
        HOLD_ALREADY_SETTLED = 410, "hold_already_settled";
        /// All of the hold was refunded.
        HOLD_ALREADY_REFUNDED = 411, "hold_already_refunded";
        /// The hold was released in part and refunded in part, and is closed.
        HOLD_ALREADY_SPLIT = 412, "hold_already_split";
        /// Only an arbitrated release or refund, a withdrawal, or a dispute with a time-out touches
        /// a disputed hold.
        HOLD_IS_DISPUTED = 413, "hold_is_disputed";
        /// There is no dispute to withdraw, or to arbitrate.
        HOLD_IS_NOT_DISPUTED = 414, "hold_is_not_disputed";
        /// The hold was shipped before, or delivered.
        HOLD_ALREADY_SHIPPED = 415, "hold_already_shipped";
        /// The hold was delivered before.
        HOLD_ALREADY_DELIVERED = 416, "hold_already_delivered";
        /// A hold without a deadline cannot be extended.
        HOLD_HAS_NO_DEADLINE = 417, "hold_has_no_deadline";
        /// `extend` moves a deadline later only.
        DEADLINE_MUST_BE_LATER = 418, "deadline_must_be_later";
        /// A default needs a deadline.
        DEFAULT_NEEDS_DEADLINE = 419, "default_needs_deadline";
        /// The debit account or payer is frozen.
        DEBIT_ACCOUNT_FROZEN = 420, "debit_account_frozen";
        /// The debit account or payer is closed.
        DEBIT_ACCOUNT_CLOSED = 421, "debit_account_closed";
        /// The credit account or payee is frozen.
        CREDIT_ACCOUNT_FROZEN = 422, "credit_account_frozen";
        /// The credit account, payee or other receiver is closed.
        CREDIT_ACCOUNT_CLOSED = 423, "credit_account_closed";
        /// The fee account is frozen.
        FEE_ACCOUNT_FROZEN = 424, "fee_account_frozen";
        /// The fee account is closed.
        FEE_ACCOUNT_CLOSED = 425, "fee_account_closed";
        /// The account is frozen already.
        ACCOUNT_ALREADY_FROZEN = 426, "account_already_frozen";
        /// The account is not frozen.
        ACCOUNT_IS_NOT_FROZEN = 427, "account_is_not_frozen";
        /// The account is closed already.
        ACCOUNT_ALREADY_CLOSED = 428, "account_already_closed";
        /// The account is not closed.
        ACCOUNT_IS_NOT_CLOSED = 429, "account_is_not_closed";
        /// An account with open holds cannot be closed.
        ACCOUNT_HAS_OPEN_HOLDS = 430, "account_has_open_holds";
        /// More than is left in the hold.
        EXCEEDS_HELD = 431, "exceeds_held";
        /// More than is left of the operation after earlier reversals.
        EXCEEDS_REVERSIBLE = 432, "exceeds_reversible";
        /// The document has another version than expected; the outcome carries it.
        VERSION_MUST_MATCH = 433, "version_must_match";
        /// There is no such document to delete.
        DOCUMENT_NOT_FOUND = 434, "document_not_found";
        /// A hold that never had a deadline needs a default together with its first one.
        DEADLINE_NEEDS_DEFAULT = 435, "deadline_needs_default";
        /// A release to another receiver than the payee takes no commission, and must say so with
        /// `no_fee` where the hold has a rate.
        SPLIT_NEEDS_NO_FEE = 436, "split_needs_no_fee";
        /// `no_fee` has no effect on a release to the payee, whose commission the hold fixed.
        NO_FEE_NEEDS_SPLIT = 437, "no_fee_needs_split";
        /// `balancing_debit` has no effect on a debit account without the flag
        /// `debits_must_not_exceed_credits`.
        BALANCING_DEBIT_NEEDS_LIMIT = 438, "balancing_debit_needs_limit";
        /// `balancing_credit` has no effect on a credit account without the flag
        /// `credits_must_not_exceed_debits`.
        BALANCING_CREDIT_NEEDS_LIMIT = 439, "balancing_credit_needs_limit";
        /// What is divided off a hold leaves something in it.
        PART_MUST_BE_LESS_THAN_HELD = 440, "part_must_be_less_than_held";

        /// Closed-loop money must not reach an external account.
        SPEND_ONLY_MONEY_MUST_NOT_LEAVE = 500, "spend_only_money_must_not_leave";

        /// Σ debits_pending of the debit account would exceed 2^96 − 1.
        OVERFLOWS_DEBITS_PENDING = 600, "overflows_debits_pending";
        /// Σ credits_pending of the credit account would exceed 2^96 − 1.
        OVERFLOWS_CREDITS_PENDING = 601, "overflows_credits_pending";
        /// Σ debits_posted of a debited account would exceed 2^96 − 1.
        OVERFLOWS_DEBITS_POSTED = 602, "overflows_debits_posted";
        /// Σ credits_posted of a credited account would exceed 2^96 − 1.
        OVERFLOWS_CREDITS_POSTED = 603, "overflows_credits_posted";
        /// Pending and posted debits of an account together would exceed 2^96 − 1.
        OVERFLOWS_DEBITS = 604, "overflows_debits";
        /// Pending and posted credits of an account together would exceed 2^96 − 1.
        OVERFLOWS_CREDITS = 605, "overflows_credits";
        /// All that the hold ever held would exceed 2^96 − 1.
        OVERFLOWS_HOLD = 606, "overflows_hold";
        /// All debits of the ledger together would exceed 2^96 − 1.
        OVERFLOWS_LEDGER = 607, "overflows_ledger";
        /// The deadline would be after the year 2554.
        OVERFLOWS_DEADLINE = 608, "overflows_deadline";
        /// The account takes part in more than 2^32 − 1 open holds.
        OVERFLOWS_OPEN_HOLDS = 609, "overflows_open_holds";

        /// The debit account has not enough available.
        EXCEEDS_CREDITS = 700, "exceeds_credits";
        /// The credit account was not debited enough.
        EXCEEDS_DEBITS = 701, "exceeds_debits";
        /// The fee account has not enough available to give its commission back.
        FEE_ACCOUNT_EXCEEDS_CREDITS = 702, "fee_account_exceeds_credits";
    }
}

impl Status {
    /// The first status that depends on the state of the store, and so uses up the operation's id.
    const FIRST_THAT_USES_UP_THE_ID: u32 = 300;

    /// Whether an operation refused like this has used up its id: sent again, it is answered
    /// [`Status::ID_ALREADY_FAILED`].
    #[must_use]
    pub const fn uses_up_id(self) -> bool {
        self.number() >= Self::FIRST_THAT_USES_UP_THE_ID
    }

    /// Whether the operation's id was used before.
    #[must_use]
    pub const fn is_repeat(self) -> bool {
        self.number() >= Self::EXISTS.number() && !self.uses_up_id()
    }

    /// Whether the operation was carried out.
    #[must_use]
    pub const fn is_applied(self) -> bool {
        self.number() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_rise_and_have_one_name_each() {
        let numbers: Vec<_> = Status::ALL.iter().map(|status| status.number()).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "numbers stand in order of precedence");
        let mut names: Vec<_> = Status::ALL.iter().map(|status| status.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), numbers.len());
        assert_eq!(Status::from_number(9_999).name(), "unknown");
        assert!(Status::EXCEEDS_CREDITS.uses_up_id() && !Status::ID_MUST_NOT_BE_ZERO.uses_up_id());
    }
}
