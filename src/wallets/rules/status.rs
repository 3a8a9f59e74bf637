//! Statuses of wallet commands: the law that a command would have broken.
//!
//! Numbers and names are never changed or used again; new ones are added at the end of their band.
//! Bands: 1000 the request itself, 1100 persons and wallets, 1200 passwords, tokens and codes,
//! 1300 cases and evidence, 1400 tiers and limits, 1500 authorisations and payments, 1600 cards,
//! 1700 letters, 1800 freezing, closing and erasing, 1900 the ledger.

use crate::model::named_values;
use bytemuck::{Pod, Zeroable};
use std::fmt;

named_values! {
    /// Why a wallet command was refused.
    WalletStatus(u32) {
        /// An id is 0 or the greatest one.
        ID_MUST_BE_VALID = 1000, "id_must_be_valid";
        /// A staff command says who acts, in 1 to 64 of a–z, 0–9, `.`, `_`, `@` and `-`.
        ACTOR_MUST_BE_NAMED = 1001, "actor_must_be_named";
        /// A staff command says why, in 1 to 200 bytes of which something is seen.
        REASON_MUST_BE_GIVEN = 1002, "reason_must_be_given";
        /// The host did not attest that the captcha was solved, and the policy demands one.
        CAPTCHA_MUST_BE_SOLVED = 1003, "captcha_must_be_solved";
        /// An e-mail address is one alone: a name, an `@` and a domain, in 3 to 254 bytes, without
        /// quotes, comments and invisible characters.
        ADDRESS_MUST_BE_VALID = 1004, "address_must_be_valid";
        /// A text is empty or invisible where it must not be, too long, or has control characters;
        /// or a name has others than letters, digits, `.`, `_` and `-`.
        TEXT_MUST_BE_VALID = 1005, "text_must_be_valid";
        /// A text holds what looks like the number of a payment card.
        TEXT_MUST_NOT_HOLD_A_CARD_NUMBER = 1006, "text_must_not_hold_a_card_number";
        /// A country is two letters A to Z.
        COUNTRY_MUST_BE_VALID = 1007, "country_must_be_valid";
        /// More of these than one wallet, person or case may have.
        TOO_MANY = 1008, "too_many";
        /// Others changed the same again and again: nothing of it was carried out, send it again.
        CONTENDED = 1009, "contended";
        /// What is stored of this wallet or person cannot be read: the page on repair says what to
        /// do.
        DATA_IS_DAMAGED = 1010, "data_is_damaged";
        /// No member of staff is registered under this name, or that one is deactivated.
        STAFF_MUST_BE_REGISTERED = 1011, "staff_must_be_registered";
        /// The member of staff is not of support.
        STAFF_MUST_HAVE_SUPPORT_ROLE = 1012, "staff_must_have_support_role";
        /// The member of staff is no reviewer.
        STAFF_MUST_HAVE_REVIEWER_ROLE = 1013, "staff_must_have_reviewer_role";
        /// The member of staff is no approver.
        STAFF_MUST_HAVE_APPROVER_ROLE = 1014, "staff_must_have_approver_role";
        /// The member of staff is no operator.
        STAFF_MUST_HAVE_OPERATOR_ROLE = 1015, "staff_must_have_operator_role";
        /// This name, or one that looks like it, is registered already.
        STAFF_NAME_IS_TAKEN = 1016, "staff_name_is_taken";
        /// There is no such member of staff, or that one is deactivated.
        STAFF_NOT_FOUND = 1017, "staff_not_found";
        /// No role is given, or one that there is not.
        ROLES_MUST_BE_GIVEN = 1018, "roles_must_be_given";
        /// The last active operator stays one.
        AN_OPERATOR_MUST_REMAIN = 1019, "an_operator_must_remain";
        /// An amount is 1 to 2^96 − 1 minor units.
        AMOUNT_MUST_BE_VALID = 1020, "amount_must_be_valid";
        /// The only operator registers a second one alone, but not within a week after another one
        /// was deactivated or lost the role.
        SOLE_OPERATOR_MUST_WAIT = 1021, "sole_operator_must_wait";

        /// There is no such registration, or it is over.
        REGISTRATION_NOT_FOUND = 1100, "registration_not_found";
        /// The address is not confirmed yet.
        ADDRESS_MUST_BE_CONFIRMED = 1101, "address_must_be_confirmed";
        /// The address is confirmed already.
        ADDRESS_ALREADY_CONFIRMED = 1102, "address_already_confirmed";
        /// The profile is not filled in yet.
        PROFILE_MUST_BE_SET = 1103, "profile_must_be_set";
        /// The login password is not chosen yet.
        PASSWORD_MUST_BE_SET = 1104, "password_must_be_set";
        /// The policy asks for more security answers.
        SECURITY_ANSWERS_MUST_BE_SET = 1105, "security_answers_must_be_set";
        /// The policy asks for a consent that was not given in its present version.
        CONSENT_MUST_BE_GIVEN = 1106, "consent_must_be_given";
        /// This document, or this address, belongs to another person of the store.
        PERSON_EXISTS = 1107, "person_exists";
        /// There is no such person, or it was erased.
        PERSON_NOT_FOUND = 1108, "person_not_found";
        /// The person's registration is not complete.
        PERSON_MUST_BE_ACTIVE = 1109, "person_must_be_active";
        /// There is no such wallet.
        WALLET_NOT_FOUND = 1110, "wallet_not_found";
        /// The wallet's id is taken.
        WALLET_EXISTS = 1111, "wallet_exists";
        /// The wallet is frozen or closed.
        WALLET_MUST_BE_ACTIVE = 1112, "wallet_must_be_active";
        /// The account is taken, or is not a spend-only account of that ledger.
        ACCOUNT_MUST_FIT = 1113, "account_must_fit";
        /// The person's id is taken.
        PERSON_ID_EXISTS = 1114, "person_id_exists";
        /// Security questions are not asked by this policy.
        SECURITY_ANSWERS_ARE_OFF = 1115, "security_answers_are_off";
        /// An address or number was changed, and until the time given that can be stopped: no link
        /// for a new password is sent before, and nothing else is changed.
        CHANGE_IS_UNDER_WAY = 1116, "change_is_under_way";
        /// No address or number is being changed, or the change stands already.
        CHANGE_NOT_FOUND = 1117, "change_not_found";
        /// The person has a wallet in this ledger, open or closed.
        WALLET_EXISTS_IN_LEDGER = 1118, "wallet_exists_in_ledger";
        /// A birth date is a day of the calendar, as in `1990-02-28`, neither ahead nor more than
        /// 150 years ago.
        BIRTH_DATE_MUST_BE_VALID = 1119, "birth_date_must_be_valid";
        /// The policy has a minimum age, and the birth date is not known.
        BIRTH_DATE_MUST_BE_GIVEN = 1120, "birth_date_must_be_given";
        /// The customer is younger than the policy wants.
        PERSON_IS_UNDERAGE = 1121, "person_is_underage";

        /// The password is wrong, or there is no such person, wallet or password: which of them
        /// is not told.
        CREDENTIALS_MUST_MATCH = 1200, "credentials_must_match";
        /// Too many failures: locked until the time given.
        CREDENTIAL_IS_LOCKED = 1201, "credential_is_locked";
        /// Far too many failures: locked until the credential is recovered.
        CREDENTIAL_IS_LOCKED_FOR_GOOD = 1202, "credential_is_locked_for_good";
        /// The password is shorter than the policy allows.
        PASSWORD_TOO_SHORT = 1203, "password_too_short";
        /// The password is longer than 1,024 bytes.
        PASSWORD_TOO_LONG = 1204, "password_too_long";
        /// The password is on the block list, or is trivial.
        PASSWORD_TOO_COMMON = 1205, "password_too_common";
        /// Login and payment password must differ.
        PASSWORDS_MUST_DIFFER = 1206, "passwords_must_differ";
        /// The password is set already: it is changed, or recovered.
        PASSWORD_ALREADY_SET = 1207, "password_already_set";
        /// The token is unknown, used, expired, or for something else: which of them is not told.
        TOKEN_MUST_BE_VALID = 1208, "token_must_be_valid";
        /// The code is wrong, used, expired, or was tried too often.
        CODE_MUST_MATCH = 1209, "code_must_match";
        /// Not before the time given.
        TOO_SOON = 1210, "too_soon";
        /// No more of this today: again at the time given.
        TOO_MANY_TODAY = 1211, "too_many_today";

        /// There is no such case.
        CASE_NOT_FOUND = 1300, "case_not_found";
        /// The id of the case is taken.
        CASE_EXISTS = 1301, "case_exists";
        /// The case is not at the step at which this can be done.
        CASE_MUST_BE_AT_THIS_STEP = 1302, "case_must_be_at_this_step";
        /// The case has no evidence.
        EVIDENCE_MUST_BE_GIVEN = 1303, "evidence_must_be_given";
        /// The evidence has expired.
        EVIDENCE_HAS_EXPIRED = 1304, "evidence_has_expired";
        /// The decision is for somebody else than who opened the case, or ordered the same first;
        /// by a name that differs in letters or digits.
        REVIEWER_MUST_BE_ANOTHER = 1305, "reviewer_must_be_another";
        /// The wallet has an open case of this kind.
        CASE_IS_OPEN = 1306, "case_is_open";
        /// There is no such kind of evidence.
        EVIDENCE_KIND_MUST_BE_KNOWN = 1307, "evidence_kind_must_be_known";
        /// The evidence is not what the policy demands for the tier.
        EVIDENCE_MUST_SUFFICE = 1320, "evidence_must_suffice";
        /// An approval cannot have ended already.
        APPROVAL_MUST_END_LATER = 1321, "approval_must_end_later";
        /// A correction that changes nothing is none.
        CORRECTION_MUST_CHANGE_SOMETHING = 1322, "correction_must_change_something";

        /// The wallet's tier does not allow it; the refusal names the smallest tier that does.
        NEEDS_TIER = 1400, "needs_tier";
        /// No tier of the policy allows this operation.
        OPERATION_IS_NOT_ALLOWED = 1401, "operation_is_not_allowed";
        /// No tier allows a payment that large.
        EXCEEDS_LIMIT_PER_PAYMENT = 1402, "exceeds_limit_per_payment";
        /// No tier allows that much in a day.
        EXCEEDS_LIMIT_PER_DAY = 1403, "exceeds_limit_per_day";
        /// No tier allows that much in a month.
        EXCEEDS_LIMIT_PER_MONTH = 1404, "exceeds_limit_per_month";
        /// No tier allows that much in a year.
        EXCEEDS_LIMIT_PER_YEAR = 1405, "exceeds_limit_per_year";
        /// No tier allows that much in the life of a wallet.
        EXCEEDS_LIFETIME_LIMIT = 1406, "exceeds_lifetime_limit";
        /// No tier allows that many payments in a day.
        EXCEEDS_PAYMENTS_PER_DAY = 1407, "exceeds_payments_per_day";
        /// No tier allows that many payments in a month.
        EXCEEDS_PAYMENTS_PER_MONTH = 1408, "exceeds_payments_per_month";
        /// No tier allows that much in a wallet.
        EXCEEDS_BALANCE_LIMIT = 1409, "exceeds_balance_limit";
        /// Lower limits hold until the time given, because the payment password was recovered.
        EXCEEDS_COOLDOWN_LIMIT = 1410, "exceeds_cooldown_limit";
        /// The policy has no limits for the ledger's currency and scale, and so no payments.
        LEDGER_HAS_NO_LIMITS = 1411, "ledger_has_no_limits";
        /// The policy has no such tier above 0.
        TIER_MUST_EXIST = 1412, "tier_must_exist";
        /// The wallet is in a higher tier.
        TIER_ALREADY_REACHED = 1413, "tier_already_reached";
        /// The policy does not allow money to be taken out.
        REDEMPTION_IS_OFF = 1414, "redemption_is_off";
        /// The wallet is in tier 0: there is nothing to revoke.
        TIER_MUST_BE_REACHED = 1415, "tier_must_be_reached";
        /// The policy counts all wallets of a person, and has no exchange rate for the currency of
        /// one of them.
        EXCHANGE_RATE_IS_MISSING = 1416, "exchange_rate_is_missing";

        /// There is no such authorisation, or it was used.
        AUTHORISATION_NOT_FOUND = 1500, "authorisation_not_found";
        /// The authorisation is too old, or the payment password has changed since.
        AUTHORISATION_HAS_EXPIRED = 1501, "authorisation_has_expired";
        /// The authorisation is for another order, payee, amount, ledger or card.
        AUTHORISATION_MUST_MATCH = 1502, "authorisation_must_match";
        /// The id of the authorisation is taken.
        AUTHORISATION_EXISTS = 1503, "authorisation_exists";
        /// It is no small payment that could do without: authorise it.
        PAYMENT_PASSWORD_IS_NEEDED = 1504, "payment_password_is_needed";
        /// The policy demands a second factor, and the host attested none.
        SECOND_FACTOR_IS_NEEDED = 1505, "second_factor_is_needed";
        /// A payment is one hold or transfer without flags; what stands alongside an order is a
        /// transfer, a hold or a document.
        PAYMENT_MUST_BE_PLAIN = 1506, "payment_must_be_plain";
        /// The wallet's money is in another ledger.
        WALLET_HAS_ANOTHER_LEDGER = 1507, "wallet_has_another_ledger";
        /// The customer must create a payment password first.
        PAYMENT_PASSWORD_MUST_BE_SET = 1508, "payment_password_must_be_set";
        /// The account of a wallet is paid by a top-up, unless the policy lets wallets pay each
        /// other.
        PAYEE_MUST_NOT_BE_A_WALLET = 1509, "payee_must_not_be_a_wallet";
        /// The wallet that is to be paid may not have that much; why is its owner's affair.
        PAYEE_CANNOT_RECEIVE = 1510, "payee_cannot_receive";
        /// An order has 1 to 32 parts, and an id that is not the wallet's.
        ORDER_MUST_BE_VALID = 1511, "order_must_be_valid";

        /// There is no such card, or no default one.
        CARD_NOT_FOUND = 1600, "card_not_found";
        /// The id is taken, or the wallet has this card.
        CARD_EXISTS = 1601, "card_exists";
        /// The card is not in the state in which this can be done.
        CARD_MUST_BE_AT_THIS_STATE = 1602, "card_must_be_at_this_state";
        /// The card's month is over.
        CARD_HAS_EXPIRED = 1603, "card_has_expired";
        /// The card is not confirmed, suspended or removed.
        CARD_MUST_BE_ACTIVE = 1604, "card_must_be_active";
        /// A card has a token, a brand, four last digits, a month and a fingerprint.
        CARD_MUST_BE_VALID = 1605, "card_must_be_valid";
        /// There is no such card payment.
        CARD_PAYMENT_NOT_FOUND = 1606, "card_payment_not_found";
        /// The id of the payment was used for another one.
        CARD_PAYMENT_EXISTS = 1607, "card_payment_exists";
        /// The card payment is not at the step at which this can be done.
        CARD_PAYMENT_MUST_BE_AT_THIS_STEP = 1608, "card_payment_must_be_at_this_step";
        /// There is no such item in suspense.
        SUSPENSE_ITEM_NOT_FOUND = 1609, "suspense_item_not_found";
        /// The item was resolved before.
        SUSPENSE_ITEM_IS_RESOLVED = 1610, "suspense_item_is_resolved";
        /// More than was paid by card and not returned yet.
        EXCEEDS_CARD_PAYMENT = 1611, "exceeds_card_payment";
        /// The money of a card comes from an external account of the payment's ledger that is
        /// neither frozen nor closed.
        EXTERNAL_ACCOUNT_MUST_FIT = 1612, "external_account_must_fit";
        /// Suspense is an account of the payment's ledger that is neither external, nor a wallet's,
        /// nor frozen, nor closed.
        SUSPENSE_ACCOUNT_MUST_FIT = 1613, "suspense_account_must_fit";
        /// The processor's reference was reported for another payment before, whose it stays.
        CHARGE_IS_OF_ANOTHER_PAYMENT = 1614, "charge_is_of_another_payment";
        /// The processor's reference was reported with another amount before.
        CHARGE_HAS_ANOTHER_AMOUNT = 1615, "charge_has_another_amount";
        /// It is not what the payment was to pay: another member of staff must order the same
        /// within a week.
        RESOLUTION_NEEDS_A_SECOND_PERSON = 1616, "resolution_needs_a_second_person";
        /// Staff suspended this card: staff alone resume it.
        CARD_IS_HELD_BY_STAFF = 1617, "card_is_held_by_staff";
        /// The order is paid to this payee, and that was not given back in full: it is not paid
        /// twice.
        ORDER_IS_PAID = 1618, "order_is_paid";
        /// 3-D Secure failed, or its result is none that there is.
        CARD_AUTHENTICATION_MUST_SUCCEED = 1619, "card_authentication_must_succeed";
        /// There is no such refund to a card.
        CARD_REFUND_NOT_FOUND = 1620, "card_refund_not_found";
        /// There is no such chargeback.
        CHARGEBACK_NOT_FOUND = 1621, "chargeback_not_found";
        /// The id of the chargeback was used for another one.
        CHARGEBACK_EXISTS = 1622, "chargeback_exists";
        /// The processor's reference was reported for another payment before, whose it stays.
        CHARGEBACK_IS_OF_ANOTHER_PAYMENT = 1623, "chargeback_is_of_another_payment";
        /// The processor's reference was reported with another amount before.
        CHARGEBACK_HAS_ANOTHER_AMOUNT = 1624, "chargeback_has_another_amount";
        /// The cardholder contests the payment, or money in suspense: until that is decided, none
        /// of it is given back or away.
        CHARGEBACK_IS_OPEN = 1625, "chargeback_is_open";
        /// It was decided before, and otherwise.
        CHARGEBACK_IS_DECIDED = 1626, "chargeback_is_decided";
        /// More than the chargeback takes.
        EXCEEDS_CHARGEBACK = 1627, "exceeds_chargeback";
        /// The payment is not paid: report the charge first, and if its money lies in suspense,
        /// name the item.
        CHARGE_MUST_BE_REPORTED = 1628, "charge_must_be_reported";
        /// The processor could not carry it out, and its money came back.
        CARD_REFUND_HAS_FAILED = 1629, "card_refund_has_failed";

        /// There is no such letter.
        LETTER_NOT_FOUND = 1700, "letter_not_found";
        /// The letter is not handed over, or its fate is known already.
        LETTER_MUST_BE_HANDED_OVER = 1701, "letter_must_be_handed_over";

        /// The wallet is frozen already.
        WALLET_ALREADY_FROZEN = 1800, "wallet_already_frozen";
        /// The wallet is not frozen.
        WALLET_IS_NOT_FROZEN = 1801, "wallet_is_not_frozen";
        /// A wallet with money cannot be closed: it is spent, redeemed, given up or set aside
        /// first.
        WALLET_MUST_BE_EMPTY = 1802, "wallet_must_be_empty";
        /// A person with open wallets cannot be erased.
        WALLETS_MUST_BE_CLOSED = 1803, "wallets_must_be_closed";
        /// A legal hold forbids erasure.
        LEGAL_HOLD_FORBIDS = 1804, "legal_hold_forbids";
        /// The data must be kept until the time given.
        RETENTION_FORBIDS = 1805, "retention_forbids";
        /// The wallet is closed already.
        WALLET_ALREADY_CLOSED = 1806, "wallet_already_closed";
        /// It needs a second member of staff: that one wants it is remembered for a week, and when
        /// another one orders just the same, it is done. The same one is answered this again.
        SECOND_PERSON_MUST_AGREE = 1807, "second_person_must_agree";
        /// A card of the wallet is being charged: wait for what the processor says.
        WALLET_HAS_OPEN_PAYMENTS = 1808, "wallet_has_open_payments";
        /// Money of the wallet or of its owner's card payments is in escrow, or a payment is
        /// authorised until the time given: settle the orders first.
        WALLET_HAS_OPEN_ORDERS = 1809, "wallet_has_open_orders";
        /// Money of card payments came back and was not passed on yet, or is to be refunded to a
        /// card: wait for upkeep and the processor.
        WALLET_HAS_OPEN_REFUNDS = 1810, "wallet_has_open_refunds";
        /// Money of its cards lies in suspense: resolve that first.
        WALLET_HAS_MONEY_IN_SUSPENSE = 1811, "wallet_has_money_in_suspense";
        /// A payment by its cards is contested: wait for the decision.
        WALLET_HAS_OPEN_CHARGEBACKS = 1812, "wallet_has_open_chargebacks";
        /// No account was named for what owners give up in this ledger.
        WAIVER_IS_OFF = 1813, "waiver_is_off";
        /// No money lies in the wallet that could be taken out.
        WALLET_IS_EMPTY = 1814, "wallet_is_empty";
        /// There is no such item of unclaimed money.
        UNCLAIMED_MONEY_NOT_FOUND = 1815, "unclaimed_money_not_found";
        /// It was claimed or paid out before.
        UNCLAIMED_MONEY_IS_RESOLVED = 1816, "unclaimed_money_is_resolved";
        /// It is claimed into a wallet of the person whose it is.
        UNCLAIMED_MONEY_IS_OF_ANOTHER = 1817, "unclaimed_money_is_of_another";
        /// Unclaimed money waits for the person: without their data nobody could claim it.
        PERSON_HAS_UNCLAIMED_MONEY = 1818, "person_has_unclaimed_money";

        /// The ledger refused; its own status tells the law.
        REFUSED_BY_LEDGER = 1900, "refused_by_ledger";
    }
}

impl WalletStatus {
    /// Whether it is no mistake of who gave the command: it is remembered, and done when another
    /// member of staff orders just the same.
    #[must_use]
    pub fn awaits_second(self) -> bool {
        self == Self::SECOND_PERSON_MUST_AGREE || self == Self::RESOLUTION_NEEDS_A_SECOND_PERSON
    }

    /// What to do, where the name does not say it; `None` where it does.
    pub(crate) fn advice(self) -> Option<&'static str> {
        Some(match self {
            Self::ACTOR_MUST_BE_NAMED => {
                "it takes a member of staff, whose name is 1 to 64 of a-z, 0-9, '.', '_', '@' \
                 and '-'"
            }
            Self::WALLET_NOT_FOUND => {
                "no wallet has this id; that of its owner, its account or a case is another one"
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_rise_and_have_one_name_each() {
        let numbers: Vec<_> = WalletStatus::ALL.iter().map(|status| status.number()).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b));
        let mut names: Vec<_> = WalletStatus::ALL.iter().map(|status| status.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), numbers.len());
    }
}
