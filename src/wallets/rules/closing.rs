//! Freezing, closing, erasing.

use super::WalletStatus;
use super::audit::{Actor, Command, is_name_of, is_same_person};
use super::refusal::{Refusal, refuse_if};
use super::rows::{PersonRow, PersonState, Proposal, WalletRow, WalletState};
use crate::model::{Account, Timestamp};

/// The wallet, frozen.
pub(crate) fn freeze(mut wallet: WalletRow, actor: &Actor) -> Result<WalletRow, Refusal> {
    actor.check_staff()?;
    match wallet.state {
        WalletState::Active => wallet.state = WalletState::Frozen,
        WalletState::Frozen => return Err(WalletStatus::WALLET_ALREADY_FROZEN.into()),
        WalletState::Closed => return Err(WalletStatus::WALLET_ALREADY_CLOSED.into()),
    }
    Ok(wallet)
}

/// The wallet, active again.
pub(crate) fn unfreeze(mut wallet: WalletRow, actor: &Actor) -> Result<WalletRow, Refusal> {
    actor.check_staff()?;
    match wallet.state {
        WalletState::Frozen => wallet.state = WalletState::Active,
        WalletState::Active => return Err(WalletStatus::WALLET_IS_NOT_FROZEN.into()),
        WalletState::Closed => return Err(WalletStatus::WALLET_ALREADY_CLOSED.into()),
    }
    Ok(wallet)
}

/// The wallet, closed: it was frozen, so that nothing comes in meanwhile, and is empty.
pub(crate) fn close(
    mut wallet: WalletRow,
    account: &Account,
    actor: &Actor,
) -> Result<WalletRow, Refusal> {
    actor.check_staff()?;
    match wallet.state {
        WalletState::Frozen => wallet.state = WalletState::Closed,
        WalletState::Active => return Err(WalletStatus::WALLET_IS_NOT_FROZEN.into()),
        WalletState::Closed => return Err(WalletStatus::WALLET_ALREADY_CLOSED.into()),
    }
    refuse_if(account.open_holds > 0, WalletStatus::WALLET_HAS_OPEN_ORDERS)?;
    refuse_if(account.balances.net() != 0, WalletStatus::WALLET_MUST_BE_EMPTY)?;
    Ok(wallet)
}

/// Whether a legal hold or a retention date keeps the person's data.
pub(crate) fn must_be_kept(person: &PersonRow, now: Timestamp) -> bool {
    person.legal_hold || now < person.retain_until
}

/// Whether the person may be erased now.
pub(crate) fn may_erase(
    person: &PersonRow,
    all_closed: bool,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), Refusal> {
    actor.check_staff()?;
    refuse_if(person.state != PersonState::Active, WalletStatus::PERSON_MUST_BE_ACTIVE)?;
    refuse_if(person.legal_hold, WalletStatus::LEGAL_HOLD_FORBIDS)?;
    if now < person.retain_until {
        return Err(Refusal::until(WalletStatus::RETENTION_FORBIDS, person.retain_until));
    }
    refuse_if(!all_closed, WalletStatus::WALLETS_MUST_BE_CLOSED)
}

/// How long the order of one member of staff is remembered for another one to agree.
pub(crate) const PROPOSAL_SECONDS: u32 = 7 * 24 * 60 * 60;

/// The result of a command that two members of staff must agree on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Agreement {
    /// Another member of staff had ordered exactly the same: it is done.
    Agreed,
    /// The row of the person now remembers that this one wants it.
    Proposed,
    /// The row of the person remembered already that this one wants it: nothing changes.
    Repeated,
}

/// Has two members of staff agree on a command that sets a value. `person` remembers the first of
/// them, and is to be written.
pub(crate) fn agree(
    person: &mut PersonRow,
    (command, value): (Command, u64),
    actor: &Actor,
    now: Timestamp,
) -> Result<Agreement, Refusal> {
    let by = actor.staff_name().ok_or(WalletStatus::ACTOR_MUST_BE_NAMED)?;
    let wanted = person.proposed.as_ref().filter(|proposed| {
        let is_fresh = now < proposed.at.plus_seconds(PROPOSAL_SECONDS);
        is_fresh && (proposed.command, proposed.value) == (command.number(), value)
    });
    if let Some(proposed) = wanted {
        if is_name_of(by, &proposed.by) {
            return Ok(Agreement::Repeated);
        }
        refuse_if(is_same_person(&proposed.by, by), WalletStatus::REVIEWER_MUST_BE_ANOTHER)?;
        person.proposed = None;
        return Ok(Agreement::Agreed);
    }
    let (command, by) = (command.number(), by.to_owned());
    person.proposed = Some(Proposal { command, value, by, at: now });
    Ok(Agreement::Proposed)
}
