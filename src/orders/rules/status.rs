//! Statuses of order commands: the law that a command would have broken.
//!
//! Numbers and names are never changed or used again; new ones are added at the end of their band.
//! Bands: 2000 the request itself, 2100 what it is about, 2200 who may do what and when, 2900 the
//! ledger and the wallets.

use crate::model::named_values;
use bytemuck::{Pod, Zeroable};
use std::fmt;

named_values! {
    /// Why an order command was refused.
    OrderStatus(u32) {
        /// An id is 0 or the greatest one.
        ID_MUST_BE_VALID = 2000, "id_must_be_valid";
        /// An amount is 1 to 2^96 − 1 minor units.
        AMOUNT_MUST_BE_VALID = 2001, "amount_must_be_valid";
        /// An order has 1 to 16 legs, and 1 to 32 tenders, one of each wallet; a leg has no lines,
        /// or up to 64 of which one is an item at least.
        COUNT_MUST_BE_VALID = 2002, "count_must_be_valid";
        /// All tenders together are just what all legs are together.
        TENDERS_MUST_EQUAL_LEGS = 2003, "tenders_must_equal_legs";
        /// A commission is at most a million parts per million, its fixed part at most the leg, and
        /// it goes to an account.
        COMMISSION_MUST_BE_VALID = 2004, "commission_must_be_valid";
        /// A member of staff has a name: 1 to 64 of a–z, 0–9, `.`, `_`, `@` and `-`.
        STAFF_MUST_BE_NAMED = 2005, "staff_must_be_named";
        /// What is referred to, such as evidence or tracking, has a reference that is not 0.
        REFERENCE_MUST_BE_GIVEN = 2006, "reference_must_be_given";
        /// An extension is 1 second to ten years from now on, and ends later than the window.
        EXTENSION_MUST_BE_VALID = 2007, "extension_must_be_valid";
        /// Evidence is asked of the buyer or the seller, for 1 second or more, until the time to
        /// decide ends at the latest.
        QUESTION_MUST_BE_VALID = 2010, "question_must_be_valid";
        /// A line has a quantity, 1 of shipping and tax, and a minor unit at least for each; of an
        /// item it has a reference.
        LINE_MUST_BE_VALID = 2015, "line_must_be_valid";
        /// All lines of a leg together are just what the leg is.
        LINES_MUST_EQUAL_LEG = 2016, "lines_must_equal_leg";
        /// Items are 1 to 64, each of another line, and a quantity of 1 at least of each.
        ITEMS_MUST_BE_VALID = 2017, "items_must_be_valid";

        /// There is no such order.
        ORDER_NOT_FOUND = 2100, "order_not_found";
        /// There is an order with this id, and other terms.
        ORDER_EXISTS_WITH_OTHER_TERMS = 2101, "order_exists_with_other_terms";
        /// The order has no such part.
        PART_NOT_FOUND = 2102, "part_not_found";
        /// The order has no such tender.
        TENDER_NOT_FOUND = 2103, "tender_not_found";
        /// The store keeps no policy with this hash.
        POLICY_NOT_FOUND = 2104, "policy_not_found";
        /// The buyer is not registered in this ledger.
        BUYER_MUST_BE_REGISTERED = 2105, "buyer_must_be_registered";
        /// A seller is not registered in this ledger.
        SELLER_MUST_BE_REGISTERED = 2106, "seller_must_be_registered";
        /// An account is not fit for what it is to be used for.
        ACCOUNT_MUST_FIT = 2107, "account_must_fit";

        /// No refund with this number waits to be carried out.
        REFUND_NOT_FOUND = 2108, "refund_not_found";

        /// The command's id was given to another command of this order, or is the order's own.
        COMMAND_ID_IS_TAKEN = 2200, "command_id_is_taken";
        /// Not in this stage: the refusal says what is possible in it.
        NOT_IN_THIS_STAGE = 2201, "not_in_this_stage";
        /// In this stage others may do it, but not this actor.
        NOT_BY_THIS_ACTOR = 2202, "not_by_this_actor";
        /// The order is not paid yet.
        ORDER_MUST_BE_PAID = 2203, "order_must_be_paid";
        /// More than is left of the part in escrow.
        AMOUNT_EXCEEDS_PART = 2206, "amount_exceeds_part";
        /// The other side has proposed nothing.
        NOTHING_IS_PROPOSED = 2207, "nothing_is_proposed";
        /// What is not shipped can be given back as a whole alone, and there is nothing to return.
        CLAIM_MUST_BE_WHOLE = 2208, "claim_must_be_whole";
        /// What is claimed or proposed is not, or no longer, what this actor agrees to.
        AMOUNT_MUST_MATCH = 2209, "amount_must_match";
        /// Less came than was asked for: the refusal says what is missing.
        TENDER_FALLS_SHORT = 2210, "tender_falls_short";
        /// The order is paid.
        ORDER_IS_PAID = 2211, "order_is_paid";
        /// The buyer has cancelled the order.
        ORDER_IS_CANCELLED = 2212, "order_is_cancelled";
        /// The time to pay the order is not over yet.
        PAYMENT_WINDOW_IS_OPEN = 2213, "payment_window_is_open";
        /// The time to pay the order is over. The buyer can pay it again, from the beginning.
        PAYMENT_WINDOW_IS_OVER = 2214, "payment_window_is_over";
        /// This tender has come already.
        TENDER_HAS_COME = 2215, "tender_has_come";
        /// A tender from a wallet is paid by its owner, and every other is reported.
        TENDER_KIND_MUST_FIT = 2216, "tender_kind_must_fit";
        /// It is too early to claim that a parcel on its way did not come.
        CLAIM_IS_TOO_EARLY = 2220, "claim_is_too_early";
        /// By the policy nothing is sent back.
        RETURN_IS_NOT_POSSIBLE = 2221, "return_is_not_possible";
        /// So much is in escrow that two members of staff decide: this one has decided.
        SECOND_MUST_DECIDE = 2222, "second_must_decide";
        /// No evidence of this side is awaited, or no longer.
        NO_EVIDENCE_IS_ASKED_FOR = 2223, "no_evidence_is_asked_for";
        /// The leg has no lines, so that nobody can act on some of its items.
        LEG_HAS_NO_LINES = 2230, "leg_has_no_lines";
        /// An item is not in this part: it is no line of an item, or in another part of the leg.
        ITEM_NOT_IN_PART = 2231, "item_not_in_part";
        /// The part has fewer of an item.
        QUANTITY_EXCEEDS_PART = 2232, "quantity_exceeds_part";
        /// The buyer complains about all of the part: nobody can act on some of its items.
        PART_HAS_COMPLAINT = 2233, "part_has_complaint";
        /// The order has as many parts as it can have: 128.
        TOO_MANY_PARTS = 2234, "too_many_parts";

        /// The ledger refused it: the refusal says why.
        REFUSED_BY_LEDGER = 2900, "refused_by_ledger";
        /// The wallet refused to pay: the refusal says why.
        REFUSED_BY_WALLET = 2901, "refused_by_wallet";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_rise_and_have_one_name_each() {
        let numbers: Vec<_> = OrderStatus::ALL.iter().map(|status| status.number()).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b));
        let mut names: Vec<_> = OrderStatus::ALL.iter().map(|status| status.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), numbers.len());
    }
}
