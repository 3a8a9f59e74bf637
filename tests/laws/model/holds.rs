//! What happens to holds, in the model.

use super::judge::{CLOSED, FROZEN, exceeded_limits, standing};
use super::money::BOUND;
use super::{Model, amount, refuse};
use escrowdb::{
    Account, AccountFlags, Amount, AtDeadline, Hold, Kind, Moved, Operation, OperationFlags, Phase,
    Status, Timestamp,
};

impl Model {
    pub(super) fn hold(&mut self, operation: &Operation) -> Result<Moved, Status> {
        let payer = self.accounts[&operation.debit_account];
        let payee = self.accounts[&operation.credit_account];
        let fee = self.accounts.get(&operation.fee_account).copied();
        let fee_has = |flag| fee.is_some_and(|fee| fee.has(flag));
        let timeout = operation.timeout_seconds;
        refuse(&standing(&payer, &payee))?;
        refuse(&[
            (fee_has(FROZEN), Status::FEE_ACCOUNT_FROZEN),
            (fee_has(CLOSED), Status::FEE_ACCOUNT_CLOSED),
            (
                payer.has(AccountFlags::SPEND_ONLY)
                    && (payee.has(AccountFlags::EXTERNAL) || fee_has(AccountFlags::EXTERNAL)),
                Status::SPEND_ONLY_MONEY_MUST_NOT_LEAVE,
            ),
        ])?;
        let units = operation.amount.minor_units();
        refuse(&self.pending_overflows(&payer, &payee, units))?;
        refuse(&[(self.seconds_from_now(timeout).is_none(), Status::OVERFLOWS_DEADLINE)])?;
        refuse(&exceeded_limits(&payer, &payee, units))?;
        let now = self.last();
        let hold = Hold {
            id: operation.id,
            payer: payer.id,
            payee: payee.id,
            fee_account: operation.fee_account,
            amount: operation.amount,
            held: operation.amount,
            user_data_128: operation.user_data_128,
            user_data_64: operation.user_data_64,
            created_at: now,
            changed_at: now,
            deadline: self.seconds_from_now(timeout).filter(|_| timeout > 0).unwrap_or_default(),
            ledger: operation.ledger,
            fee_ppm: operation.fee_ppm,
            fee_fixed: operation.fee_fixed,
            code: operation.code,
            phase: Phase::FUNDED,
            at_deadline: operation.at_deadline,
            ..bytemuck::Zeroable::zeroed()
        };
        self.holds.insert(hold.id, hold);
        self.post_debit(payer.id, units as i128, 0);
        self.post_credit(payee.id, units as i128, 0);
        for id in [hold.payer, hold.payee, hold.fee_account] {
            self.accounts.entry(id).and_modify(|account| account.open_holds += 1);
        }
        Ok(Moved { amount: operation.amount, ..Moved::default() })
    }

    fn seconds_from_now(&self, seconds: u32) -> Option<Timestamp> {
        let later = self.last.checked_add(u64::from(seconds) * Timestamp::SECOND)?;
        Some(Timestamp::from_nanoseconds(later))
    }

    pub(super) fn ship_or_deliver(&mut self, operation: &Operation) -> Result<Moved, Status> {
        let mut hold = self.holds[&operation.target];
        let ship = operation.kind == Kind::SHIP;
        let (timeout, default) = (operation.timeout_seconds, operation.at_deadline);
        let deadline = self.seconds_from_now(timeout);
        refuse(&not_open(&hold))?;
        refuse(&[
            (hold.is_disputed(), Status::HOLD_IS_DISPUTED),
            (ship && hold.phase != Phase::FUNDED, Status::HOLD_ALREADY_SHIPPED),
            (!ship && hold.phase == Phase::DELIVERED, Status::HOLD_ALREADY_DELIVERED),
            (
                timeout == 0 && default != AtDeadline::NONE && hold.deadline.is_none(),
                Status::DEFAULT_NEEDS_DEADLINE,
            ),
            (
                timeout > 0 && default == AtDeadline::NONE && hold.at_deadline == AtDeadline::NONE,
                Status::DEADLINE_NEEDS_DEFAULT,
            ),
            (deadline.is_none(), Status::OVERFLOWS_DEADLINE),
        ])?;
        hold.phase = if ship { Phase::SHIPPED } else { Phase::DELIVERED };
        if timeout > 0 {
            hold.deadline = deadline.unwrap_or_default();
        }
        if default != AtDeadline::NONE {
            hold.at_deadline = default;
        }
        Ok(self.keep(hold))
    }

    pub(super) fn extend(&mut self, operation: &Operation) -> Result<Moved, Status> {
        let mut hold = self.holds[&operation.target];
        let deadline = self.seconds_from_now(operation.timeout_seconds);
        refuse(&not_open(&hold))?;
        refuse(&[
            (hold.is_disputed(), Status::HOLD_IS_DISPUTED),
            (hold.deadline.is_none(), Status::HOLD_HAS_NO_DEADLINE),
            (
                deadline.is_some_and(|deadline| deadline <= hold.deadline),
                Status::DEADLINE_MUST_BE_LATER,
            ),
            (deadline.is_none(), Status::OVERFLOWS_DEADLINE),
        ])?;
        hold.deadline = deadline.unwrap_or_default();
        Ok(self.keep(hold))
    }

    pub(super) fn dispute_or_withdraw(&mut self, operation: &Operation) -> Result<Moved, Status> {
        let mut hold = self.holds[&operation.target];
        let dispute = operation.kind == Kind::DISPUTE;
        let restarted = self.last.checked_add(hold.time_left);
        let timeout = operation.timeout_seconds;
        let deadline = self.seconds_from_now(timeout);
        let again = timeout > 0;
        refuse(&not_open(&hold))?;
        refuse(&[
            (dispute && hold.is_disputed() && !again, Status::HOLD_IS_DISPUTED),
            (!dispute && !hold.is_disputed(), Status::HOLD_IS_NOT_DISPUTED),
            (operation.amount > hold.held, Status::EXCEEDS_HELD),
            (!dispute && restarted.is_none(), Status::OVERFLOWS_DEADLINE),
            (deadline.is_none(), Status::OVERFLOWS_DEADLINE),
        ])?;
        let lasts_for_ever = hold.deadline.is_none();
        if dispute {
            if !hold.is_disputed() {
                hold.time_left = hold.deadline.nanoseconds().saturating_sub(self.last);
                (hold.deadline, hold.disputed_at) = (Timestamp::NONE, self.last());
                hold.default_before = if again { hold.at_deadline } else { AtDeadline::NONE };
            } else if lasts_for_ever {
                hold.default_before = hold.at_deadline;
            }
            hold.claimed = operation.amount;
            if again {
                hold.deadline = deadline.unwrap_or_default();
                hold.at_deadline = operation.at_deadline;
            }
        } else {
            if !lasts_for_ever {
                hold.at_deadline = hold.default_before;
            }
            let restarted = restarted.filter(|_| hold.time_left > 0);
            hold.deadline = restarted.map(Timestamp::from_nanoseconds).unwrap_or_default();
            (hold.time_left, hold.disputed_at) = (0, Timestamp::NONE);
            (hold.claimed, hold.default_before) = (Amount::ZERO, AtDeadline::NONE);
        }
        Ok(self.keep(hold))
    }

    /// A part becomes a hold of its own. In the commission of the whole it comes behind all that
    /// the first hold still has.
    pub(super) fn divide(&mut self, operation: &Operation) -> Result<Moved, Status> {
        let mut first = self.holds[&operation.target];
        let (held, units) = (first.held.minor_units(), operation.amount.minor_units());
        refuse(&not_open(&first))?;
        refuse(&[
            (first.is_disputed(), Status::HOLD_IS_DISPUTED),
            (units > held, Status::EXCEEDS_HELD),
            (units == held, Status::PART_MUST_BE_LESS_THAN_HELD),
        ])?;
        first.amount = amount(first.amount.minor_units() - units);
        first.held = amount(held - units);
        let before = first.fee_base.minor_units() + first.paid.minor_units() + held - units;
        let part = Hold {
            id: operation.id,
            amount: operation.amount,
            held: operation.amount,
            released: Amount::ZERO,
            refunded: Amount::ZERO,
            paid: Amount::ZERO,
            fee: Amount::ZERO,
            reversed: Amount::ZERO,
            user_data_128: operation.user_data_128,
            user_data_64: operation.user_data_64,
            created_at: self.last(),
            fee_base: amount(before.min(BOUND)),
            ..first
        };
        for id in [part.payer, part.payee, part.fee_account] {
            self.accounts.entry(id).and_modify(|account| account.open_holds += 1);
        }
        self.keep(first);
        self.keep(part);
        Ok(Moved { amount: operation.amount, ..Moved::default() })
    }

    pub(super) fn release(&mut self, operation: &Operation) -> Result<Moved, Status> {
        let hold = self.holds[&operation.target];
        let named = operation.credit_account;
        let receiver = self.accounts[&if named.is_zero() { hold.payee } else { named }];
        let is_split = receiver.id != hold.payee;
        let no_fee = operation.flags.contains(OperationFlags::NO_FEE);
        let has_commission = hold.fee_ppm != 0 || !hold.fee_fixed.is_zero();
        let is_final = operation.flags.contains(OperationFlags::FINAL);
        let held = hold.held.minor_units();
        let rest = operation.flags.contains(OperationFlags::REST);
        let units = if rest { held } else { operation.amount.minor_units() };
        refuse(&not_open(&hold))?;
        refuse(&arbitration(&hold, operation))?;
        refuse(&[
            (receiver.has(CLOSED), Status::CREDIT_ACCOUNT_CLOSED),
            (units > held, Status::EXCEEDS_HELD),
            (is_split && has_commission && !no_fee, Status::SPLIT_NEEDS_NO_FEE),
            (!is_split && no_fee, Status::NO_FEE_NEEDS_SPLIT),
            (
                is_split
                    && receiver.has(AccountFlags::EXTERNAL)
                    && self.accounts[&hold.payer].has(AccountFlags::SPEND_ONLY),
                Status::SPEND_ONLY_MONEY_MUST_NOT_LEAVE,
            ),
        ])?;
        // The ledger bounds all credits together, and they do not grow: no overflow is possible.
        if is_split {
            let payer = Account { flags: AccountFlags::NONE, ..self.accounts[&hold.payer] };
            refuse(&exceeded_limits(&payer, &receiver, units))?;
        }
        let back = if is_final { held - units } else { 0 };
        let fee = self.take_out(hold.id, receiver.id, units, back);
        Ok(Moved { amount: amount(units), fee: amount(fee), rest: amount(back) })
    }

    pub(super) fn refund(&mut self, operation: &Operation) -> Result<Moved, Status> {
        let hold = self.holds[&operation.target];
        let held = hold.held.minor_units();
        let rest = operation.flags.contains(OperationFlags::REST);
        let units = if rest { held } else { operation.amount.minor_units() };
        refuse(&not_open(&hold))?;
        refuse(&arbitration(&hold, operation))?;
        refuse(&[(units > held, Status::EXCEEDS_HELD)])?;
        self.take_out(hold.id, hold.payee, 0, units);
        Ok(Moved { amount: amount(units), ..Moved::default() })
    }

    pub(super) fn top_up(&mut self, operation: &Operation) -> Result<Moved, Status> {
        let mut hold = self.holds[&operation.target];
        let (payer, payee) = (self.accounts[&hold.payer], self.accounts[&hold.payee]);
        let mut moved = operation.amount;
        let balancing = operation.flags.contains(OperationFlags::BALANCING_DEBIT);
        let limited = payer.has(AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS);
        if balancing {
            moved = moved.min(payer.balances.available());
        }
        let units = moved.minor_units();
        let whole = hold.amount.checked_add(moved);
        refuse(&not_open(&hold))?;
        refuse(&[(hold.is_disputed(), Status::HOLD_IS_DISPUTED)])?;
        refuse(&standing(&payer, &payee))?;
        refuse(&[(balancing && !limited, Status::BALANCING_DEBIT_NEEDS_LIMIT)])?;
        let mut overflows = self.pending_overflows(&payer, &payee, units).to_vec();
        overflows.push((whole.is_none(), Status::OVERFLOWS_HOLD));
        refuse(&overflows)?;
        refuse(&exceeded_limits(&payer, &payee, units))?;
        self.post_debit(payer.id, units as i128, 0);
        self.post_credit(payee.id, units as i128, 0);
        hold.amount = whole.unwrap_or_default();
        hold.held = amount(hold.held.minor_units() + units);
        self.keep(hold);
        Ok(Moved { amount: moved, ..Moved::default() })
    }

    /// Keeps a hold that changed now.
    pub(super) fn keep(&mut self, hold: Hold) -> Moved {
        self.holds.insert(hold.id, Hold { changed_at: self.last(), ..hold });
        Moved::default()
    }
}

fn not_open(hold: &Hold) -> [(bool, Status); 3] {
    [
        (hold.phase == Phase::SETTLED, Status::HOLD_ALREADY_SETTLED),
        (hold.phase == Phase::REFUNDED, Status::HOLD_ALREADY_REFUNDED),
        (hold.phase == Phase::SPLIT, Status::HOLD_ALREADY_SPLIT),
    ]
}

fn arbitration(hold: &Hold, operation: &Operation) -> [(bool, Status); 2] {
    let arbitrated = operation.flags.contains(OperationFlags::ARBITRATED);
    [
        (hold.is_disputed() && !arbitrated, Status::HOLD_IS_DISPUTED),
        (!hold.is_disputed() && arbitrated, Status::HOLD_IS_NOT_DISPUTED),
    ]
}
