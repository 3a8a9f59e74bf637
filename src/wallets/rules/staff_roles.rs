//! What members of staff may do: the roles that there are, and which one each command takes.

use super::WalletStatus;
use super::audit::Command;
use super::refusal::{Refusal, refuse_if};
use crate::model::flag_set;
use std::fmt;

/// What a member of staff may do; a set of bits. Nobody has a role by having another one: an
/// operator who is to decide cases is a reviewer, too.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct StaffRoles(u32);

impl StaffRoles {
    /// No role.
    pub const NONE: Self = Self(0);
    /// Helps customers: freezes, unfreezes and closes wallets, sets aside what is left in them and
    /// gives it back, leaves notes, sends letters again, suspends cards, opens cases and adds
    /// evidence to them, looks personal data up.
    pub const SUPPORT: Self = Self(1);
    /// Decides cases as far as that lets nobody have anything alone: takes them into review,
    /// refuses them, approves first where two must approve, takes a tier back.
    pub const REVIEWER: Self = Self(1 << 1);
    /// Approves cases: alone, or as the second of two.
    pub const APPROVER: Self = Self(1 << 2);
    /// Runs the wallets: staff, keys, the policy, legal holds and erasure, money in suspense,
    /// unclaimed money that is paid out.
    pub const OPERATOR: Self = Self(1 << 3);
    /// All roles there are.
    pub const ALL: Self = Self(0xf);

    const NAMES: [(Self, &'static str); 4] = [
        (Self::SUPPORT, "support"),
        (Self::REVIEWER, "reviewer"),
        (Self::APPROVER, "approver"),
        (Self::OPERATOR, "operator"),
    ];

    /// The role of this name: `support`, `reviewer`, `approver` or `operator`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(role, _)| *role)
    }

    /// Any one of which allows a command; none if it is no command of staff.
    pub(crate) const fn for_command(command: Command) -> Self {
        match row_of(command) {
            Some(roles) => roles,
            None => Self::NONE,
        }
    }

    /// Refuses who has none of `needed`, and says which role is missing.
    pub(crate) fn check(self, needed: Self) -> Result<(), Refusal> {
        refuse_if(!self.intersects(needed), needed.missing())
    }

    /// What a member of staff without these roles is refused with.
    fn missing(self) -> WalletStatus {
        const LAWS: [(StaffRoles, WalletStatus); 4] = [
            (StaffRoles::SUPPORT, WalletStatus::STAFF_MUST_HAVE_SUPPORT_ROLE),
            (StaffRoles::REVIEWER, WalletStatus::STAFF_MUST_HAVE_REVIEWER_ROLE),
            (StaffRoles::APPROVER, WalletStatus::STAFF_MUST_HAVE_APPROVER_ROLE),
            (StaffRoles::OPERATOR, WalletStatus::STAFF_MUST_HAVE_OPERATOR_ROLE),
        ];
        let law = LAWS.iter().find(|(role, _)| self.intersects(*role));
        law.map_or(WalletStatus::ACTOR_MUST_BE_NAMED, |(_, status)| *status)
    }
}

flag_set!(StaffRoles);

impl fmt::Display for StaffRoles {
    /// The names with `+` between them, as in `support+reviewer`; `none` for no role.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.names().collect();
        formatter.write_str(if names.is_empty() { "none" } else { "" })?;
        formatter.write_str(&names.join("+"))
    }
}

/// The table: which role each command takes when a member of staff gives it. `NONE` stands for
/// what customers, the host and the library do alone; no row does not compile.
const fn row_of(command: Command) -> Option<StaffRoles> {
    const NOBODY: StaffRoles = StaffRoles::NONE;
    const SUPPORT: StaffRoles = StaffRoles::SUPPORT;
    const REVIEWER: StaffRoles = StaffRoles::REVIEWER;
    const OPERATOR: StaffRoles = StaffRoles::OPERATOR;
    Some(match command {
        Command::RESEND_LETTER
        | Command::CORRECT_ADDRESS
        | Command::NOTE
        | Command::FIND_PERSON
        | Command::STOP_CONTACT_CHANGE
        | Command::OPEN_CORRECTION
        | Command::ADD_CORRECTION_EVIDENCE
        | Command::EXPORT_PERSON
        | Command::LETTER
        | Command::CHECK_SECURITY_ANSWERS
        | Command::OPEN_RECOVERY
        | Command::ADD_RECOVERY_EVIDENCE
        | Command::STOP_RECOVERY
        | Command::OPEN_VERIFICATION
        | Command::SUBMIT_EVIDENCE
        | Command::WITHDRAW_VERIFICATION
        | Command::FREEZE_WALLET
        | Command::UNFREEZE_WALLET
        | Command::CLOSE_WALLET
        | Command::SET_ASIDE
        | Command::CLAIM_UNCLAIMED
        | Command::PROPOSE_CARD
        | Command::SUSPEND_CARD
        | Command::RESUME_CARD
        | Command::REMOVE_CARD => SUPPORT,
        // Whoever decides a case looks at it, and whoever opened a correction may give it up.
        Command::DISCLOSE | Command::REFUSE_CORRECTION => {
            StaffRoles(SUPPORT.0 | REVIEWER.0 | StaffRoles::APPROVER.0)
        }
        Command::REVIEW_RECOVERY
        | Command::REFUSE_RECOVERY
        | Command::REVIEW_VERIFICATION
        | Command::REFUSE_VERIFICATION
        | Command::REVOKE_TIER => REVIEWER,
        // A reviewer is the first of two; what lets the customer have it takes an approver.
        Command::APPROVE_RECOVERY | Command::APPROVE_VERIFICATION => {
            StaffRoles(REVIEWER.0 | StaffRoles::APPROVER.0)
        }
        // A correction that is approved begins the change of an address or number.
        Command::APPROVE_CORRECTION | Command::BEGIN_CONTACT_CHANGE => StaffRoles::APPROVER,
        Command::ERASE_PERSON
        | Command::SET_LEGAL_HOLD
        | Command::SET_RETENTION
        | Command::ADD_MASTER_KEY
        | Command::KEEP_MASTER_KEY
        | Command::ROTATE_KEY_ENCRYPTION_KEY
        | Command::BEGIN_INDEX_ROTATION
        | Command::END_INDEX_ROTATION
        | Command::REINDEX
        | Command::CHANGE_POLICY
        | Command::CHANGE_PEPPER
        | Command::NAME_FIRST_OPERATOR
        | Command::REGISTER_STAFF
        | Command::GRANT_ROLES
        | Command::REVOKE_ROLES
        | Command::DEACTIVATE_STAFF
        | Command::REDEEM
        | Command::PAY_OUT_UNCLAIMED
        | Command::PROPOSE_PAYOUT
        | Command::CHARGEBACK_NOTIFIED
        | Command::CHARGEBACK_TAKEN
        | Command::CHARGEBACK_REPRESENTED
        | Command::CHARGEBACK_DECIDED
        | Command::RESOLVE_SUSPENSE
        | Command::PROPOSE_RESOLUTION => OPERATOR,
        Command::BEGIN_REGISTRATION
        | Command::CONFIRM_ADDRESS
        | Command::SET_PROFILE
        | Command::SET_LOGIN_PASSWORD
        | Command::CHANGE_LOGIN_PASSWORD
        | Command::SET_SECURITY_ANSWERS
        | Command::SET_CONSENT
        | Command::SUBMIT_REGISTRATION
        | Command::OPEN_WALLET
        | Command::PURGE_REGISTRATION
        | Command::LOG_IN
        | Command::LOG_IN_FAILED
        | Command::CREATE_PAYMENT_PASSWORD
        | Command::CHANGE_PAYMENT_PASSWORD
        | Command::PAYMENT_PASSWORD_MATCHED
        | Command::PAYMENT_PASSWORD_FAILED
        | Command::SEND_CODE
        | Command::CONFIRM_CONTACT_CHANGE
        | Command::END_CONTACT_CHANGE
        | Command::CODE_MATCHED
        | Command::CODE_FAILED
        | Command::RESET_PAYMENT_PASSWORD
        | Command::PERSON_ERASED
        | Command::RESET_LOGIN_PASSWORD
        | Command::SEND_LOGIN_RESET
        | Command::COMPARE_PASSWORDS
        | Command::AUTHORISE_PAYMENT
        | Command::PAY
        | Command::TOP_UP
        | Command::RECEIVE
        | Command::CONFIRM_CARD
        | Command::SET_DEFAULT_CARD
        | Command::BEGIN_CARD_PAYMENT
        | Command::CARD_CHARGED
        | Command::CARD_PAYMENT_FAILED
        | Command::REFUND_CARD_PAYMENT
        | Command::REFUSE_CHARGE
        | Command::BEGIN_NEW_CARD_PAYMENT
        | Command::PASS_ON_REFUND
        | Command::REFUSE_CHARGEBACK
        | Command::BOOK_CHARGEBACK
        | Command::CARD_REFUND_FAILED
        | Command::WAIVE_BALANCE
        | Command::GIVE_NOTICE
        | Command::END_NOTICE
        | Command::CARD_REFUNDED => NOBODY,
        _ => return None,
    })
}

/// Every command has its row.
const _: () = {
    let mut place = 0;
    while place < Command::ALL.len() {
        assert!(
            row_of(Command::ALL[place]).is_some(),
            "a command has no row in the table of roles"
        );
        place += 1;
    }
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_have_names_and_are_refused_by_name() {
        for (role, name) in StaffRoles::NAMES {
            assert_eq!(StaffRoles::from_name(name), Some(role));
            assert_eq!(role.check(role), Ok(()));
            assert_eq!(StaffRoles::ALL.check(role), Ok(()));
            let refused = StaffRoles::ALL.without(role).check(role).map_err(|no| no.status.name());
            assert_eq!(refused, Err(&*format!("staff_must_have_{name}_role")));
        }
        assert_eq!(StaffRoles::from_name("boss"), None);
        assert_eq!(StaffRoles::ALL.to_string(), "support+reviewer+approver+operator");
        assert_eq!(StaffRoles::NONE.to_string(), "none");
    }

    /// What customers do themselves no role allows, and what nobody knows yet neither.
    #[test]
    fn no_role_allows_what_is_no_command_of_staff() {
        for command in [Command::PAY, Command::from_number(u16::MAX)] {
            let refused = StaffRoles::ALL.check(StaffRoles::for_command(command));
            assert_eq!(refused.map_err(|no| no.status), Err(WalletStatus::ACTOR_MUST_BE_NAMED));
        }
    }
}
