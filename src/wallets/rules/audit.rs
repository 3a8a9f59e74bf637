//! The audit trail: who did what to whom, when and why.
//!
//! It holds no personal data in clear: ids, the name of the command, the actor, and the reason that
//! staff gave. The reason is refused if it seems to hold a card number; otherwise staff are
//! responsible for what they write.

use super::refusal::{Refusal, refuse_if};
use super::rows::{Row, RowKey, RowTable, Space, Step};
use super::{WalletStatus, text_guard};
use crate::model::{Id, Timestamp, named_values};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Bytes of the name of a member of staff.
pub(crate) const ACTOR_BYTES_MAX: usize = 64;
/// Bytes of a reason.
pub(crate) const REASON_BYTES_MAX: usize = 200;

/// The actor who gives a command, and the reason.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Actor {
    /// The customer, whom the host has authenticated.
    Customer,
    /// The library or the host acting on its own: a deadline, a clean-up.
    System,
    /// A member of staff, by the host's own name for them: 1 to 64 of a–z, 0–9, `.`, `_`, `@` and
    /// `-`, where upper case counts as lower; and a reason of 1 to 200 bytes, which must not hold
    /// personal data of the customer.
    #[non_exhaustive]
    Staff {
        /// The name, in lower case.
        name: String,
        /// Why.
        reason: String,
    },
}

impl Actor {
    /// A member of staff, and why they act. The name is 1 to 64 of a–z, 0–9, `.`, `_`, `@` and `-`;
    /// upper case counts as lower: `Eve` and `eve` are one person. Any other is refused by each
    /// command with `actor_must_be_named`. Where two members of staff must agree, names whose
    /// letters and digits are the same, or look the same, count as one person: `eve.` and `eve`,
    /// `b0b` and `bob`.
    #[must_use]
    pub fn staff(name: impl Into<String>, reason: impl Into<String>) -> Self {
        let mut name = name.into();
        // Of ASCII alone: that the sign for kelvin has a `k` for its lower case makes no name
        // plain.
        name.make_ascii_lowercase();
        Self::Staff { name, reason: reason.into() }
    }

    /// The name of the member of staff; `None` for anybody else.
    #[must_use]
    pub fn staff_name(&self) -> Option<&str> {
        match self {
            Self::Staff { name, .. } => Some(name),
            Self::Customer | Self::System => None,
        }
    }

    /// A member of staff whose name can be read, for a refused attempt: without a reason that
    /// cannot be kept. `None` for anybody else.
    pub(crate) fn named(&self) -> Option<Self> {
        let Self::Staff { name, reason } = self else { return None };
        if !is_name(name) || text_guard::holds_card_number(name) {
            return None;
        }
        let reason = if self.check().is_ok() { reason.clone() } else { String::new() };
        Some(Self::Staff { name: name.clone(), reason })
    }

    /// Refuses staff without a name or a reason.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let Self::Staff { name, reason } = self else { return Ok(()) };
        // What looks like a card number is called that, wherever it stands.
        let holds = text_guard::holds_card_number(name) || text_guard::holds_card_number(reason);
        refuse_if(holds, WalletStatus::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER)?;
        refuse_if(!is_name(name), WalletStatus::ACTOR_MUST_BE_NAMED)?;
        let fits = (1..=REASON_BYTES_MAX).contains(&reason.trim().len());
        let given = fits && text_guard::is_visible(reason) && is_plain(reason);
        refuse_if(!given, WalletStatus::REASON_MUST_BE_GIVEN)
    }

    /// Refuses customers: keys are the host's business, by a person or by a timetable.
    pub(crate) fn check_host(&self) -> Result<(), Refusal> {
        refuse_if(*self == Self::Customer, WalletStatus::ACTOR_MUST_BE_NAMED)?;
        self.check()
    }

    /// Refuses all but staff with a name and a reason.
    pub(crate) fn check_staff(&self) -> Result<(), Refusal> {
        refuse_if(self.staff_name().is_none(), WalletStatus::ACTOR_MUST_BE_NAMED)?;
        self.check()
    }
}

/// Whether the name cannot be mistaken for another one: with a space after it, a zero-width space
/// in it, or a letter of another alphabet, one person could pass for two.
pub(crate) fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'@' | b'-');
    (1..=ACTOR_BYTES_MAX).contains(&name.len()) && name.bytes().all(is_plain)
}

/// What was changed, in words: `legal hold: off -> on`.
pub(crate) fn from_to(what: &str, from: impl fmt::Display, to: impl fmt::Display) -> String {
    format!("{what}: {from} -> {to}")
}

/// Whether a name is that of this person. Rows of older versions hold names as they were typed.
pub(crate) fn is_name_of(name: &str, person: &str) -> bool {
    name.eq_ignore_ascii_case(person)
}

/// Whether two names may belong to one person: where two members of staff must agree, `eve.` is no
/// second one beside `eve`, nor `b0b` beside `bob`. Only letters and digits count.
pub(crate) fn is_same_person(name: &str, other: &str) -> bool {
    looks_of(name) == looks_of(other)
}

/// The part of a name that tells persons apart.
pub(crate) fn looks_of(name: &str) -> String {
    let plain = name.nfkc().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric());
    let look = |letter| match letter {
        '0' => 'o',
        '1' => 'l',
        letter => letter,
    };
    plain.map(look).collect()
}

fn is_plain(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

named_values! {
    /// What was done. Numbers and names are never changed or used again. Below 100: identity;
    /// from 100 on: verification, payments and cards.
    Command(u16) {
        /// A registration was begun.
        BEGIN_REGISTRATION = 1, "begin_registration";
        /// The confirmation letter was sent again.
        RESEND_LETTER = 2, "resend_letter";
        /// The address was corrected before it was confirmed.
        CORRECT_ADDRESS = 3, "correct_address";
        /// The address was confirmed.
        CONFIRM_ADDRESS = 4, "confirm_address";
        /// The profile was filled in.
        SET_PROFILE = 5, "set_profile";
        /// The login password was set.
        SET_LOGIN_PASSWORD = 6, "set_login_password";
        /// The login password was changed.
        CHANGE_LOGIN_PASSWORD = 7, "change_login_password";
        /// The security answers were set.
        SET_SECURITY_ANSWERS = 8, "set_security_answers";
        /// A consent was given or withdrawn.
        SET_CONSENT = 9, "set_consent";
        /// The registration was submitted and the wallet opened.
        SUBMIT_REGISTRATION = 10, "submit_registration";
        /// Support left a note.
        NOTE = 11, "note";
        /// A registration that was never confirmed, or never submitted, was removed.
        PURGE_REGISTRATION = 12, "purge_registration";
        /// A login succeeded.
        LOG_IN = 13, "log_in";
        /// A login failed.
        LOG_IN_FAILED = 14, "log_in_failed";
        /// The payment password was created.
        CREATE_PAYMENT_PASSWORD = 15, "create_payment_password";
        /// The payment password was changed.
        CHANGE_PAYMENT_PASSWORD = 16, "change_payment_password";
        /// A payment password was right.
        PAYMENT_PASSWORD_MATCHED = 17, "payment_password_matched";
        /// A payment password was wrong.
        PAYMENT_PASSWORD_FAILED = 18, "payment_password_failed";
        /// Security answers were checked.
        CHECK_SECURITY_ANSWERS = 19, "check_security_answers";
        /// A short code was sent.
        SEND_CODE = 20, "send_code";
        /// A short code was right.
        CODE_MATCHED = 21, "code_matched";
        /// A short code was wrong.
        CODE_FAILED = 22, "code_failed";
        /// A recovery case was opened.
        OPEN_RECOVERY = 23, "open_recovery";
        /// Evidence was added to a recovery case.
        ADD_RECOVERY_EVIDENCE = 24, "add_recovery_evidence";
        /// A recovery case was taken into review.
        REVIEW_RECOVERY = 25, "review_recovery";
        /// A recovery was approved, and the link sent.
        APPROVE_RECOVERY = 26, "approve_recovery";
        /// A recovery was refused.
        REFUSE_RECOVERY = 27, "refuse_recovery";
        /// The payment password was set by the link of a recovery.
        RESET_PAYMENT_PASSWORD = 28, "reset_payment_password";
        /// A wallet was frozen.
        FREEZE_WALLET = 29, "freeze_wallet";
        /// A wallet was unfrozen.
        UNFREEZE_WALLET = 30, "unfreeze_wallet";
        /// A wallet was closed.
        CLOSE_WALLET = 31, "close_wallet";
        /// Erasing a person was ordered.
        ERASE_PERSON = 32, "erase_person";
        /// The person's key was destroyed.
        PERSON_ERASED = 33, "person_erased";
        /// A legal hold was set or lifted.
        SET_LEGAL_HOLD = 34, "set_legal_hold";
        /// The retention date was set.
        SET_RETENTION = 35, "set_retention";
        /// The person's data was indexed under a new key.
        REINDEX = 36, "reindex";
        /// A letter was delivered, bounced or failed, or is to be handed over once more.
        LETTER = 37, "letter";
        /// The login password was reset by a link.
        RESET_LOGIN_PASSWORD = 38, "reset_login_password";
        /// A link to reset the login password was sent.
        SEND_LOGIN_RESET = 39, "send_login_reset";
        /// Personal data of a case was shown to a member of staff.
        DISCLOSE = 40, "disclose";
        /// A second master key was let in.
        ADD_MASTER_KEY = 41, "add_master_key";
        /// All master keys but one were shut out.
        KEEP_MASTER_KEY = 42, "keep_master_key";
        /// The keys of persons were wrapped by a new key-encryption key.
        ROTATE_KEY_ENCRYPTION_KEY = 43, "rotate_key_encryption_key";
        /// A new key of indexes came into use.
        BEGIN_INDEX_ROTATION = 44, "begin_index_rotation";
        /// The former key of indexes was forgotten.
        END_INDEX_ROTATION = 45, "end_index_rotation";
        /// A recovery was stopped.
        STOP_RECOVERY = 46, "stop_recovery";
        /// A password that was to be set was compared with the other one, which counts as a
        /// failure.
        COMPARE_PASSWORDS = 47, "compare_passwords";
        /// The wallets were opened under another policy than before.
        CHANGE_POLICY = 48, "change_policy";
        /// The wallets were opened with another pepper than before.
        CHANGE_PEPPER = 49, "change_pepper";
        /// The first operator was named when the wallets were opened.
        NAME_FIRST_OPERATOR = 50, "name_first_operator";
        /// A member of staff was registered.
        REGISTER_STAFF = 51, "register_staff";
        /// A member of staff was granted roles.
        GRANT_ROLES = 52, "grant_roles";
        /// Roles of a member of staff were revoked.
        REVOKE_ROLES = 53, "revoke_roles";
        /// A member of staff was deactivated.
        DEACTIVATE_STAFF = 54, "deactivate_staff";
        /// All that is known of a person was exported.
        EXPORT_PERSON = 60, "export_person";
        /// A person was looked for by an address.
        FIND_PERSON = 61, "find_person";
        /// A letter went to a new address or number.
        BEGIN_CONTACT_CHANGE = 62, "begin_contact_change";
        /// A new address or number was confirmed.
        CONFIRM_CONTACT_CHANGE = 63, "confirm_contact_change";
        /// The change of an address or number was stopped.
        STOP_CONTACT_CHANGE = 64, "stop_contact_change";
        /// The change of an address or number was never confirmed, or stands now.
        END_CONTACT_CHANGE = 65, "end_contact_change";
        /// A correction of what is known of a person was opened.
        OPEN_CORRECTION = 66, "open_correction";
        /// Evidence was added to a correction.
        ADD_CORRECTION_EVIDENCE = 67, "add_correction_evidence";
        /// A correction was approved, and carried out.
        APPROVE_CORRECTION = 68, "approve_correction";
        /// A correction was refused, or given up.
        REFUSE_CORRECTION = 69, "refuse_correction";

        /// A verification case was opened.
        OPEN_VERIFICATION = 100, "open_verification";
        /// Evidence was added to a verification case.
        SUBMIT_EVIDENCE = 101, "submit_evidence";
        /// A verification case was taken into review.
        REVIEW_VERIFICATION = 102, "review_verification";
        /// A verification was approved, by the first of two where two must.
        APPROVE_VERIFICATION = 103, "approve_verification";
        /// A verification was refused.
        REFUSE_VERIFICATION = 104, "refuse_verification";
        /// The customer withdrew a verification.
        WITHDRAW_VERIFICATION = 105, "withdraw_verification";
        /// A tier was revoked.
        REVOKE_TIER = 106, "revoke_tier";
        /// A payment was authorised.
        AUTHORISE_PAYMENT = 110, "authorise_payment";
        /// A payment was made.
        PAY = 111, "pay";
        /// Money was put in.
        TOP_UP = 112, "top_up";
        /// Money was taken out.
        REDEEM = 113, "redeem";
        /// Another wallet paid this one.
        RECEIVE = 114, "receive";
        /// A card was proposed.
        PROPOSE_CARD = 120, "propose_card";
        /// A card was confirmed.
        CONFIRM_CARD = 121, "confirm_card";
        /// A card was suspended.
        SUSPEND_CARD = 122, "suspend_card";
        /// A card was resumed.
        RESUME_CARD = 123, "resume_card";
        /// A card was removed.
        REMOVE_CARD = 124, "remove_card";
        /// Another card became the default.
        SET_DEFAULT_CARD = 125, "set_default_card";
        /// A payment by card was begun.
        BEGIN_CARD_PAYMENT = 126, "begin_card_payment";
        /// A card was charged.
        CARD_CHARGED = 127, "card_charged";
        /// A card could not be charged.
        CARD_PAYMENT_FAILED = 128, "card_payment_failed";
        /// A payment by card was refunded.
        REFUND_CARD_PAYMENT = 129, "refund_card_payment";
        /// Money in suspense was given where it belongs.
        RESOLVE_SUSPENSE = 130, "resolve_suspense";
        /// Giving money in suspense to another payee than its payment's was proposed.
        PROPOSE_RESOLUTION = 131, "propose_resolution";
        /// A report of the processor was refused: its reference is another report's.
        REFUSE_CHARGE = 132, "refuse_charge";
        /// A payment by a card that is not bound was begun.
        BEGIN_NEW_CARD_PAYMENT = 133, "begin_new_card_payment";
        /// What a deadline refunded of a payment by card was passed on.
        PASS_ON_REFUND = 134, "pass_on_refund";
        /// The processor refunded a card.
        CARD_REFUNDED = 135, "card_refunded";
        /// The processor told of a chargeback.
        CHARGEBACK_NOTIFIED = 136, "chargeback_notified";
        /// The processor took the money of a chargeback.
        CHARGEBACK_TAKEN = 137, "chargeback_taken";
        /// A chargeback was answered with evidence.
        CHARGEBACK_REPRESENTED = 138, "chargeback_represented";
        /// A chargeback was won, lost, or lost in part.
        CHARGEBACK_DECIDED = 139, "chargeback_decided";
        /// A report of a chargeback was refused: its reference is another report's.
        REFUSE_CHARGEBACK = 140, "refuse_chargeback";
        /// What a chargeback took and was due was booked.
        BOOK_CHARGEBACK = 141, "book_chargeback";
        /// The processor could not refund a card.
        CARD_REFUND_FAILED = 142, "card_refund_failed";
        /// A further wallet was opened, in another ledger.
        OPEN_WALLET = 150, "open_wallet";
        /// The owner gave up what was left in a wallet.
        WAIVE_BALANCE = 160, "waive_balance";
        /// What was left in a wallet was set aside for its owner, as unclaimed money.
        SET_ASIDE = 161, "set_aside";
        /// Unclaimed money went into a wallet of its owner.
        CLAIM_UNCLAIMED = 162, "claim_unclaimed";
        /// Unclaimed money was paid out.
        PAY_OUT_UNCLAIMED = 163, "pay_out_unclaimed";
        /// Paying out unclaimed money was proposed.
        PROPOSE_PAYOUT = 164, "propose_payout";
        /// The owner of a wallet that nobody uses was told that its money will be set aside.
        GIVE_NOTICE = 165, "give_notice";
        /// That notice ended, because the owner acted or there is nothing to set aside.
        END_NOTICE = 166, "end_notice";
    }
}

impl Serialize for Command {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.number().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Command {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u16::deserialize(deserializer).map(Self::from_number)
    }
}

/// One entry of the trail.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuditEntry {
    /// The person or wallet whose trail it is in; [`AuditEntry::STORE`] for what concerns the whole
    /// store.
    pub subject: Id,
    /// What was done.
    pub command: Command,
    /// The actor, with the reason.
    pub actor: Actor,
    /// The case, letter or wallet that it was about; zero for none.
    pub about: Id,
    /// When, by the store's clock.
    pub at: Timestamp,
    /// Details in words, where the command does not say enough: amounts with their currency, as in
    /// `EUR 50.00`, times as RFC 3339, ids. Empty if there are none. Entries of earlier versions
    /// have minor units without a currency, and nanoseconds.
    pub detail: String,
}

/// How the trail tells of what staff were refused.
const REFUSED: &str = "refused: ";

impl AuditEntry {
    /// The subject of what concerns the whole store: its keys, policy and pepper. No person and no
    /// wallet has this id.
    pub const STORE: Id = Id::ZERO;

    pub(crate) fn new(subject: Id, command: Command, actor: &Actor, at: Timestamp) -> Self {
        Self { subject, command, actor: actor.clone(), about: Id::ZERO, at, detail: String::new() }
    }

    /// The same, of what was refused by this law.
    pub(crate) fn refused(self, status: WalletStatus) -> Self {
        self.detail(format!("{REFUSED}{}", status.name()))
    }

    /// Whether it was refused, and so not done.
    pub(crate) fn is_refused(&self) -> bool {
        self.detail.starts_with(REFUSED)
    }

    /// The same, about a case, a letter or a wallet.
    pub(crate) fn about(mut self, about: Id) -> Self {
        self.about = about;
        self
    }

    /// The same, with details.
    pub(crate) fn detail(mut self, detail: String) -> Self {
        self.detail = detail;
        self
    }
}

impl Row for AuditEntry {
    const TABLE: RowTable = RowTable::new(Space::Audit).after(&[Step::Appended(&[0])]);
    type Key = AuditKey;
}

/// Entries of one subject in the order in which they were written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct AuditKey {
    pub(crate) subject: Id,
    /// A rising id.
    pub(crate) entry: Id,
}

impl RowKey for AuditKey {
    fn bytes(&self) -> Vec<u8> {
        [self.subject.to_bytes(), self.entry.to_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (subject, entry) = bytes.split_at_checked(16)?;
        Some(Self { subject: Id::from_row_key(subject)?, entry: Id::from_row_key(entry)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_say_who_they_are_and_why() {
        use WalletStatus as W;
        for (actor, expected) in [
            (Actor::staff("eve", "asked by phone"), Ok(())),
            (Actor::staff(" ", "asked by phone"), Err(W::ACTOR_MUST_BE_NAMED)),
            (Actor::staff("eve ", "asked by phone"), Err(W::ACTOR_MUST_BE_NAMED)),
            (Actor::staff("\u{a0}eve", "asked by phone"), Err(W::ACTOR_MUST_BE_NAMED)),
            // Eve has four eyes if she may be two persons: these are no names, or hers.
            (Actor::staff("eve\u{200b}", "asked by phone"), Err(W::ACTOR_MUST_BE_NAMED)),
            (Actor::staff("\u{435}ve", "asked by phone"), Err(W::ACTOR_MUST_BE_NAMED)),
            (Actor::staff("\u{ff45}ve", "asked by phone"), Err(W::ACTOR_MUST_BE_NAMED)),
            (Actor::staff("\u{212a}ate", "asked by phone"), Err(W::ACTOR_MUST_BE_NAMED)),
            (Actor::staff("eve mallory", "asked by phone"), Err(W::ACTOR_MUST_BE_NAMED)),
            (Actor::staff("Eve.Mallory-2_x@Shop", "asked by phone"), Ok(())),
            (Actor::staff("e".repeat(65), "x"), Err(W::ACTOR_MUST_BE_NAMED)),
            (Actor::staff("eve", ""), Err(W::REASON_MUST_BE_GIVEN)),
            (Actor::staff("eve", "r".repeat(201)), Err(W::REASON_MUST_BE_GIVEN)),
            (Actor::staff("eve", "a\nb"), Err(W::REASON_MUST_BE_GIVEN)),
            (
                Actor::staff("eve", "card 4111 1111 1111 1111"),
                Err(W::TEXT_MUST_NOT_HOLD_A_CARD_NUMBER),
            ),
            (Actor::Customer, Err(W::ACTOR_MUST_BE_NAMED)),
        ] {
            assert_eq!(
                actor.check_staff().map_err(|refusal| refusal.status),
                expected,
                "{actor:?}"
            );
        }
        assert_eq!(Actor::staff("EVE", "x"), Actor::staff("eve", "x"), "one person");
    }

    /// Eve had four eyes: she had registered as `eve.` too, and agreed with herself.
    #[test]
    fn names_that_look_alike_are_one_persons() {
        for (name, other, is_same) in [
            ("eve", "eve", true),
            ("eve", "eve.", true),
            ("eve", "_e-v.e@", true),
            ("eve.mallory@shop", "evemallory@shop", true),
            ("bob", "b0b", true),
            ("clerk1", "clerkl", true),
            // As older versions have them.
            ("eve", "Eve ", true),
            ("eve", "\u{ff25}ve\u{200b}", true),
            ("eve", "eva", false),
            ("clerk1", "clerk2", false),
            ("eve@shop", "eve@bank", false),
        ] {
            assert_eq!(is_same_person(name, other), is_same, "{name} {other}");
            assert_eq!(is_same_person(other, name), is_same, "{other} {name}");
        }
    }
}
