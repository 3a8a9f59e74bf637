//! Parts of orders: what a side does about one, and what it can do.

use super::outcome::{bits_of, escrow_order_outcome, judged_command, number_of_stage, written};
use super::terms::place;
use crate::arguments::{sized_input, sized_room, text};
use crate::boundary::call;
use crate::opaque::escrow_orders;
use crate::status::{Failure, Result, escrow_error, escrow_status};
use bytemuck::{Pod, Zeroable};
use escrow::order::{Action, Actor, ClaimReason, PartCommand, Party, Remedy};
use escrow::{Acted, Amount, Id, PartOptions, Timestamp};
use std::ffi::c_char;
use std::mem::take;

/// What is done about a part. Begin with `ESCROW_PART_COMMAND_INIT`. A field that an action does not
/// use must be zero.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_part_command {
    /// `sizeof(escrow_part_command)`.
    pub struct_size: u32,
    /// What: `ESCROW_ACTION_*`.
    pub action: u32,
    /// Of a claim, an amended one, a proposal and a decision: how much is to go back to the buyer. Of
    /// who accepts, grants or confirms a return: how much that was, as this side has seen it.
    pub amount: Amount,
    /// The host's reference: to the evidence of a claim, an amended one, a refusal, a contested
    /// return and an appeal, and what is given when asked for; to the tracking of what is sent back.
    pub reference: Id,
    /// Of an extension: how long from now on, later than the window ends. Of evidence that is asked
    /// for: until the time to decide ends at the latest.
    pub seconds: u32,
    /// Of a claim: what is wrong, `ESCROW_CLAIM_REASON_*`.
    pub reason: u32,
    /// Of a claim: what is asked for, `ESCROW_REMEDY_*`.
    pub remedy: u32,
    /// Of evidence that is asked for: of whom, `ESCROW_PARTY_BUYER` or `ESCROW_PARTY_SELLER`.
    pub party: u32,
}

/// What a command about a part has done. Begin with `ESCROW_ACTED_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_acted {
    /// `sizeof(escrow_acted)`.
    pub struct_size: u32,
    /// The stage of the part after it: `ESCROW_STAGE_*`.
    pub stage: u32,
    /// What went back to the sources of the tenders by it, or to the buyer's own account; what one of
    /// them did not take is due.
    pub refunded: Amount,
    /// When it was judged.
    pub at: Timestamp,
    /// The part that it was about: the new one, if items were divided off another part for it.
    pub part: u32,
    /// Zero.
    pub reserved: u32,
}

/// What a party can do about a part, and what happens if nobody does anything. Begin with
/// `ESCROW_PART_OPTIONS_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct escrow_part_options {
    /// `sizeof(escrow_part_options)`.
    pub struct_size: u32,
    /// How far it has come: `ESCROW_STAGE_*`.
    pub stage: u32,
    /// What this party can do: for each action the bit `1 << ESCROW_ACTION_*`.
    pub possible: u64,
    /// Until when; 0 if it is done.
    pub until: Timestamp,
    /// What happens then: `ESCROW_SILENCE_*`; 0 if it is done.
    pub if_nobody_acts: u32,
    /// Zero.
    pub reserved: u32,
    /// From when on it can be claimed that it did not come, where that is not yet possible; 0
    /// otherwise.
    pub not_received_from: Timestamp,
    /// Until when staff await evidence of this party; 0 if they do not.
    pub asked_until: Timestamp,
    /// 1 if staff have decided, while it can be appealed against or was.
    pub is_decided: u32,
    /// 1 if a first member of staff has decided, and a second one is to decide, too.
    pub is_half_decided: u32,
    /// What goes back to the buyer if it is decided or half decided; 0 otherwise.
    pub decision: Amount,
}

impl escrow_part_command {
    pub(super) fn parse(mut self) -> Result<PartCommand> {
        let left = &mut self;
        let unknown = || Failure::invalid("what: action is not one of ESCROW_ACTION_*");
        let command = match action_of(left.action).ok_or_else(unknown)? {
            Action::Ship => PartCommand::Ship,
            Action::Deliver => PartCommand::Deliver,
            Action::Confirm => PartCommand::Confirm,
            Action::Cancel => PartCommand::Cancel,
            Action::Extend => PartCommand::Extend { seconds: take(&mut left.seconds) },
            Action::Claim => PartCommand::Claim {
                reason: left.take_reason()?,
                remedy: left.take_remedy()?,
                minor_units: left.take_amount(),
                evidence: take(&mut left.reference),
            },
            Action::Amend => PartCommand::Amend {
                minor_units: left.take_amount(),
                evidence: take(&mut left.reference),
            },
            Action::Withdraw => PartCommand::Withdraw,
            Action::Propose => PartCommand::Propose { minor_units: left.take_amount() },
            Action::Accept => PartCommand::Accept { minor_units: left.take_amount() },
            Action::Grant => PartCommand::Grant { minor_units: left.take_amount() },
            Action::Refuse => PartCommand::Refuse { evidence: take(&mut left.reference) },
            Action::Escalate => PartCommand::Escalate,
            Action::SendBack => PartCommand::SendBack { tracking: take(&mut left.reference) },
            Action::ConfirmReturn => PartCommand::ConfirmReturn { minor_units: left.take_amount() },
            Action::ContestReturn => {
                PartCommand::ContestReturn { evidence: take(&mut left.reference) }
            }
            Action::Decide => PartCommand::Decide { minor_units: left.take_amount() },
            Action::Appeal => PartCommand::Appeal { evidence: take(&mut left.reference) },
            Action::AskEvidence => PartCommand::AskEvidence {
                of: party_of(take(&mut left.party))?,
                seconds: take(&mut left.seconds),
            },
            Action::GiveEvidence => {
                PartCommand::GiveEvidence { evidence: take(&mut left.reference) }
            }
            _ => return Err(unknown()),
        };
        left.check_nothing_left()?;
        Ok(command)
    }

    fn take_amount(&mut self) -> u128 {
        take(&mut self.amount).minor_units()
    }

    fn take_reason(&mut self) -> Result<ClaimReason> {
        let reason = u8::try_from(take(&mut self.reason)).ok().and_then(ClaimReason::from_number);
        let unknown = || Failure::invalid("what: reason is not one of ESCROW_CLAIM_REASON_*");
        reason.ok_or_else(unknown)
    }

    fn take_remedy(&mut self) -> Result<Remedy> {
        let remedy = u8::try_from(take(&mut self.remedy)).ok().and_then(Remedy::from_number);
        remedy.ok_or_else(|| Failure::invalid("what: remedy is not one of ESCROW_REMEDY_*"))
    }

    /// Refuses what the action does not use: whoever gave it meant something by it.
    fn check_nothing_left(&self) -> Result<()> {
        let unused = [
            ("amount", !self.amount.is_zero()),
            ("reference", !self.reference.is_zero()),
            ("seconds", self.seconds != 0),
            ("reason", self.reason != 0),
            ("remedy", self.remedy != 0),
            ("party", self.party != 0),
        ];
        match unused.iter().find(|(_, is_given)| *is_given) {
            Some((field, _)) => {
                Err(Failure::invalid(format!("what: {field} must be zero for this action")))
            }
            None => Ok(()),
        }
    }
}

pub(super) fn action_of(number: u32) -> Option<Action> {
    u8::try_from(number).ok().and_then(Action::from_number)
}

fn party_of(number: u32) -> Result<Party> {
    let party = u8::try_from(number).ok().and_then(Party::from_number);
    party.ok_or_else(|| Failure::invalid("party is not one of ESCROW_PARTY_*"))
}

/// Who acts: staff alone have a name.
pub(super) fn actor_of(party: u32, staff: &str) -> Result<Actor<'_>> {
    Ok(match party_of(party)? {
        Party::Staff => Actor::Staff(staff),
        _ if !staff.is_empty() => return Err(Failure::invalid("staff alone have a name")),
        Party::Buyer => Actor::Buyer,
        Party::Seller => Actor::Seller,
        Party::System => Actor::System,
        _ => return Err(Failure::invalid("this party cannot act")),
    })
}

impl From<Acted> for escrow_acted {
    fn from(acted: Acted) -> Self {
        let Acted { part, stage, refunded, at, .. } = acted;
        let (part, stage) = (part.into(), number_of_stage(stage));
        Self { stage, refunded, at, part, ..Self::zeroed() }
    }
}

impl From<PartOptions> for escrow_part_options {
    fn from(options: PartOptions) -> Self {
        Self {
            stage: number_of_stage(options.stage),
            possible: bits_of(&options.possible),
            until: options.until,
            if_nobody_acts: options.if_nobody_acts.map_or(0, |silence| silence.number().into()),
            not_received_from: options.not_received_from.unwrap_or(Timestamp::NONE),
            asked_until: options.asked_until.unwrap_or(Timestamp::NONE),
            is_decided: options.decided.is_some().into(),
            is_half_decided: options.first_decision.is_some().into(),
            decision: options.first_decision.or(options.decided).unwrap_or_default(),
            ..Self::zeroed()
        }
    }
}

/// Does something about a part of a paid order; `part` is the place of its leg in the terms, or the
/// number that a part had when it was divided off another one. The host attests who acts: `party` is
/// one of `ESCROW_PARTY_*`, and `staff` the name of a member of staff, 1 to 64 of a-z, 0-9, `.`, `_`,
/// `@` and `-`, which nobody else has. What is due of the part is carried out first: see
/// `escrow_orders_work`. `command` is an id of its own: sent again with it, it changes nothing, and
/// is answered as the first time.
///
/// A refusal says what the actor can do instead: see `escrow_order_outcome`.
/// Refused: `id_must_be_valid`, `staff_must_be_named`, `command_id_is_taken`, `order_not_found`,
/// `part_not_found`, `order_must_be_paid`; `not_in_this_stage` and `not_by_this_actor`, with what
/// the actor can do; `amount_must_be_valid`, `amount_exceeds_part`, `amount_must_match`,
/// `claim_must_be_whole`, `claim_is_too_early`, `return_is_not_possible`, `reference_must_be_given`,
/// `extension_must_be_valid`, `nothing_is_proposed`, `question_must_be_valid`,
/// `no_evidence_is_asked_for`, `second_must_decide`; `refused_by_ledger`.
///
/// Ownership: `what` and `staff` are only read. `acted` is the caller's struct, which is filled as
/// far as its `struct_size` says.
/// Threads: any.
/// Errors: those of orders; `ESCROW_INVALID_ARGUMENT` if the action, the party, the reason or the
/// remedy is unknown, a field is not zero that the action does not use, or somebody else than staff
/// has a name; `ESCROW_INVALID_TEXT`.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_act(
    orders: *mut escrow_orders,
    order: Id,
    part: u32,
    party: u32,
    staff: *const c_char,
    staff_length: usize,
    what: *const escrow_part_command,
    command: Id,
    acted: *mut escrow_acted,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_command(orders, outcome, error), |orders| {
        let actor = actor_of(party, text(staff, staff_length, "staff")?)?;
        let what = sized_input(what, "what")?.parse()?;
        sized_room(acted, "acted")?;
        written(acted, orders.act(order, place(part), actor, &what, command)?, "acted")?
    })
}

/// Gives what a party (`ESCROW_PARTY_*`) can do about a part now, until when, and what happens if
/// nobody does anything: a page of a shop is drawn from that.
/// Refused: `order_not_found`, `part_not_found`, `order_must_be_paid`.
///
/// Ownership: `options` is the caller's struct, which is filled as far as its `struct_size` says.
/// Threads: any.
/// Errors: those of orders.
/// Since: 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn escrow_orders_options(
    orders: *mut escrow_orders,
    order: Id,
    part: u32,
    party: u32,
    options: *mut escrow_part_options,
    outcome: *mut escrow_order_outcome,
    error: *mut escrow_error,
) -> escrow_status {
    call!(judged_command(orders, outcome, error), |orders| {
        let party = party_of(party)?;
        sized_room(options, "options")?;
        written(options, orders.options(order, place(part), party)?, "options")?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(action: Action) -> escrow_part_command {
        escrow_part_command {
            struct_size: 0,
            action: action.number().into(),
            amount: Amount::from(1_u32),
            reference: Id::from_u128(2),
            seconds: 3,
            reason: 1,
            remedy: 1,
            party: 1,
        }
    }

    /// Takes away what the action does not use, one after the other, as the messages say.
    fn least(action: Action) -> escrow_part_command {
        let mut given = full(action);
        for _ in 0..7 {
            let Err(failure) = given.parse() else { return given };
            let message = failure.message.into_owned();
            match message.split(' ').nth(1) {
                Some("amount") => given.amount = Amount::ZERO,
                Some("reference") => given.reference = Id::ZERO,
                Some("seconds") => given.seconds = 0,
                Some("reason") => given.reason = 0,
                Some("remedy") => given.remedy = 0,
                Some("party") => given.party = 0,
                _ => panic!("{action:?}: {message}"),
            }
        }
        panic!("{action:?} takes nothing")
    }

    #[test]
    fn every_action_is_a_command() {
        for action in Action::ALL {
            let command = least(*action).parse().expect("a command");
            assert_eq!(command.action(), *action);
        }
    }

    #[test]
    fn nothing_that_was_given_is_dropped() {
        assert!(full(Action::Ship).parse().is_err());
        let claim = least(Action::Claim);
        assert_eq!((claim.seconds, claim.reason, claim.remedy), (0, 1, 1));
        for changed in [
            escrow_part_command { seconds: 1, ..claim },
            escrow_part_command { party: 1, ..claim },
            escrow_part_command { reason: 0, ..claim },
            escrow_part_command { reason: 261, ..claim },
            escrow_part_command { remedy: 0, ..claim },
            escrow_part_command { remedy: 9, ..claim },
            escrow_part_command { action: 0, ..claim },
            escrow_part_command { action: 262, ..claim },
        ] {
            assert!(changed.parse().is_err());
        }
    }

    #[test]
    fn only_staff_have_a_name() {
        for party in Party::ALL {
            let number = party.number().into();
            assert_eq!(actor_of(number, "").expect("an actor").party(), *party);
            assert_eq!(actor_of(number, "eve").is_ok(), *party == Party::Staff);
        }
        assert!(actor_of(0, "").is_err());
        assert!(actor_of(259, "eve").is_err());
    }
}
