//! Inactivity: wallets with money whose owners do nothing for so long that the policy has it set
//! aside.
//!
//! Nothing is written for it while customers act: that they do is known by what stands anyway, the
//! counters of payments and the trails of wallet and person. First the owner is told; whoever acts
//! then, or while the wallet is frozen, ends the notice. What is set aside is unclaimed money, and
//! stays the owner's.

use super::audit::{Actor, AuditEntry, Command};
use super::policy::Inactivity;
use super::rows::{Row, RowTable, Space, TheOne};
use crate::model::{Id, Timestamp};
use serde::{Deserialize, Serialize};

/// That the owner of a wallet was told, and when its money is set aside.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct InactivityRow {
    pub(crate) noticed_at: Timestamp,
    pub(crate) set_aside_at: Timestamp,
}

impl Row for InactivityRow {
    const TABLE: RowTable = RowTable::new(Space::Inactivity);
    /// The wallet.
    type Key = Id;
}

/// How far upkeep has come in looking at all wallets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct SweepRow {
    /// The last wallet; zero to begin anew.
    pub(crate) after: Id,
}

impl Row for SweepRow {
    const TABLE: RowTable = RowTable::new(Space::Sweep);
    type Key = TheOne;
}

/// What is to be done with a wallet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Next {
    Nothing,
    /// Tell the owner that the money is set aside at this time.
    Notice(Timestamp),
    /// The owner acted, or there is nothing to set aside.
    EndNotice,
    SetAside,
}

/// Since when a wallet that could be set aside has been quiet; `None` if it cannot be: it is
/// frozen, closed or empty, or money is in escrow.
pub(crate) type QuietSince = Option<Timestamp>;

/// What is to be done with a wallet, by the notice that its owner has.
pub(crate) fn next(
    policy: &Inactivity,
    quiet: QuietSince,
    notice: Option<&InactivityRow>,
    now: Timestamp,
) -> Next {
    let is_inactive = match (policy.notice_after_days, quiet) {
        (Some(days), Some(since)) => now >= after_days(since, days),
        _ => false,
    };
    match (is_inactive, notice) {
        (false, None) => Next::Nothing,
        (true, None) => Next::Notice(after_days(now, policy.wait_days)),
        (false, Some(_)) => Next::EndNotice,
        // However long ago that is, where upkeep was not called meanwhile.
        (true, Some(notice)) if quiet > Some(notice.noticed_at) => Next::EndNotice,
        (true, Some(notice)) if now >= notice.set_aside_at => Next::SetAside,
        (true, Some(_)) => Next::Nothing,
    }
}

/// The day before which nothing counts: who did something later is not inactive.
pub(crate) fn looked_back(policy: &Inactivity, now: Timestamp) -> Timestamp {
    let days = u64::from(policy.notice_after_days.unwrap_or(u32::MAX));
    let span = days.saturating_mul(DAY_SECONDS.into()).saturating_mul(Timestamp::SECOND);
    Timestamp::from_nanoseconds(now.nanoseconds().saturating_sub(span))
}

/// Whether the time begins anew with an entry of the trail: the owner acted, or can act again. What
/// a stranger can do who does not know her secrets is no act of hers.
pub(crate) fn begins_anew(entry: &AuditEntry) -> bool {
    if entry.is_refused() {
        return false;
    }
    if entry.command == Command::UNFREEZE_WALLET {
        return true;
    }
    let by_anybody = matches!(
        entry.command,
        Command::LOG_IN_FAILED
            | Command::PAYMENT_PASSWORD_FAILED
            | Command::CODE_FAILED
            | Command::SEND_LOGIN_RESET
    );
    entry.actor == Actor::Customer && !by_anybody
}

const DAY_SECONDS: u32 = 86_400;

fn after_days(time: Timestamp, days: u32) -> Timestamp {
    time.plus_seconds(days.saturating_mul(DAY_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_a_wait_and_only_then_the_money() {
        let at = |day: u32| Timestamp::from_nanoseconds(7).plus_seconds(day * 86_400);
        let policy = Inactivity { notice_after_days: Some(100), wait_days: 30 };
        let off = Inactivity { notice_after_days: None, ..policy };
        let told = InactivityRow { noticed_at: at(100), set_aside_at: at(130) };
        for (policy, quiet, notice, now, expected) in [
            (policy, Some(at(0)), None, 99, Next::Nothing),
            (policy, Some(at(0)), None, 100, Next::Notice(at(130))),
            (policy, None, None, 100, Next::Nothing),
            (policy, Some(at(0)), Some(&told), 129, Next::Nothing),
            (policy, Some(at(0)), Some(&told), 130, Next::SetAside),
            (policy, Some(at(110)), Some(&told), 130, Next::EndNotice),
            (policy, None, Some(&told), 130, Next::EndNotice),
            // She acted after the notice, and upkeep was not called for long.
            (policy, Some(at(101)), Some(&told), 500, Next::EndNotice),
            (off, Some(at(0)), None, 1_000, Next::Nothing),
            (off, Some(at(0)), Some(&told), 1_000, Next::EndNotice),
        ] {
            assert_eq!(next(&policy, quiet, notice, at(now)), expected, "{quiet:?} {now}");
        }
    }

    #[test]
    fn what_anybody_can_do_is_no_act_of_the_owner() {
        let at = Timestamp::from_nanoseconds(1);
        let entry = |command, actor: &Actor| AuditEntry::new(Id::ZERO, command, actor, at);
        for (command, actor, expected) in [
            (Command::PAY, Actor::Customer, true),
            (Command::LOG_IN, Actor::Customer, true),
            (Command::LOG_IN_FAILED, Actor::Customer, false),
            (Command::SEND_LOGIN_RESET, Actor::Customer, false),
            (Command::FREEZE_WALLET, Actor::staff("eve", "why"), false),
            (Command::UNFREEZE_WALLET, Actor::staff("eve", "why"), true),
            (Command::PASS_ON_REFUND, Actor::System, false),
        ] {
            assert_eq!(begins_anew(&entry(command, &actor)), expected, "{command}");
        }
    }
}
