//! How money moves, and where sums would leave their bounds, in the model.

use super::{Model, amount, commission};
use crate::system::Line;
use escrowdb::{
    Account, Amount, Balances, Hold, Id, Kind, Operation, Outcome, Phase, Side, Status,
};

/// The greatest sum.
pub(super) const BOUND: u128 = (1 << 96) - 1;

impl Model {
    pub(super) fn post_debit(&mut self, id: Id, pending: i128, posted: u128) {
        self.post(id, Side::Debit, pending, posted as i128);
    }

    pub(super) fn post_credit(&mut self, id: Id, pending: i128, posted: u128) {
        self.post(id, Side::Credit, pending, posted as i128);
    }

    /// Changes one side of an account, and writes the line of its statement.
    fn post(&mut self, id: Id, side: Side, pending: i128, posted: i128) {
        if pending == 0 && posted == 0 {
            return;
        }
        let timestamp = self.last();
        let account = self.accounts.get_mut(&id).expect("the guards found it");
        let balances = &mut account.balances;
        let (old_pending, old_posted) = match side {
            Side::Debit => (&mut balances.debits_pending, &mut balances.debits_posted),
            Side::Credit => (&mut balances.credits_pending, &mut balances.credits_posted),
        };
        let sum = |old: Amount, change: i128| {
            amount((old.minor_units() as i128 + change).try_into().expect("not below zero"))
        };
        *old_pending = sum(*old_pending, pending);
        *old_posted = sum(*old_posted, posted);
        let balances = *balances;
        self.lines.push(Line { account: id, timestamp, side, pending, posted, balances });
    }

    /// Takes a sum out of a hold for a receiver, and another back to the payer. The commission.
    pub(super) fn take_out(&mut self, id: Id, receiver: Id, units: u128, back: u128) -> u128 {
        let mut hold = self.holds[&id];
        let paid = hold.paid.minor_units();
        let to_payee = receiver == hold.payee;
        let commission = match to_payee {
            true => commission(&hold, paid + units) - commission(&hold, paid),
            false => 0,
        };
        let held_less = -((units + back) as i128);
        self.post_debit(hold.payer, held_less, units);
        if to_payee {
            self.post_credit(hold.payee, held_less, units - commission);
        } else {
            self.post_credit(hold.payee, held_less, 0);
            self.post_credit(receiver, 0, units);
        }
        self.post_credit(hold.fee_account, 0, commission);
        hold.held = amount(hold.held.minor_units() - units - back);
        hold.released = amount(hold.released.minor_units() + units);
        hold.refunded = amount(hold.refunded.minor_units() + back);
        hold.claimed = amount(hold.claimed.minor_units().saturating_sub(back));
        if to_payee {
            hold.paid = amount(paid + units);
            hold.fee = amount(hold.fee.minor_units() + commission);
        }
        if hold.held.is_zero() {
            self.close(&mut hold);
        }
        self.keep(hold);
        commission
    }

    fn close(&mut self, hold: &mut Hold) {
        hold.phase = match (hold.released.is_zero(), hold.refunded.is_zero()) {
            (_, true) => Phase::SETTLED,
            (true, false) => Phase::REFUNDED,
            (false, false) => Phase::SPLIT,
        };
        for id in [hold.payer, hold.payee, hold.fee_account] {
            self.accounts.entry(id).and_modify(|account| account.open_holds -= 1);
        }
    }

    /// Σ of the pending and of the posted debits of a ledger.
    pub(super) fn ledger_debits(&self, ledger: u32) -> (u128, u128) {
        let accounts = self.accounts.values().filter(|account| account.ledger == ledger);
        accounts.fold((0, 0), |(pending, posted), account| {
            (
                pending + account.balances.debits_pending.minor_units(),
                posted + account.balances.debits_posted.minor_units(),
            )
        })
    }

    pub(super) fn overflows_ledger(&self, ledger: u32, units: u128) -> bool {
        let (pending, posted) = self.ledger_debits(ledger);
        pending + posted + units > BOUND
    }

    /// What leaves its bounds if a sum is held.
    pub(super) fn pending_overflows(
        &self,
        debit: &Account,
        credit: &Account,
        units: u128,
    ) -> [(bool, Status); 5] {
        let (debits, credits) = (debit.balances, credit.balances);
        [
            (debits.debits_pending.minor_units() + units > BOUND, Status::OVERFLOWS_DEBITS_PENDING),
            (
                credits.credits_pending.minor_units() + units > BOUND,
                Status::OVERFLOWS_CREDITS_PENDING,
            ),
            (debits_of(&debits) + units > BOUND, Status::OVERFLOWS_DEBITS),
            (credits_of(&credits) + units > BOUND, Status::OVERFLOWS_CREDITS),
            (self.overflows_ledger(debit.ledger, units), Status::OVERFLOWS_LEDGER),
        ]
    }

    /// What leaves its bounds if a sum is moved.
    pub(super) fn posted_overflows(
        &self,
        debit: &Account,
        credit: &Account,
        units: u128,
    ) -> [(bool, Status); 5] {
        let (debits, credits) = (debit.balances, credit.balances);
        [
            (debits.debits_posted.minor_units() + units > BOUND, Status::OVERFLOWS_DEBITS_POSTED),
            (
                credits.credits_posted.minor_units() + units > BOUND,
                Status::OVERFLOWS_CREDITS_POSTED,
            ),
            (debits_of(&debits) + units > BOUND, Status::OVERFLOWS_DEBITS),
            (credits_of(&credits) + units > BOUND, Status::OVERFLOWS_CREDITS),
            (self.overflows_ledger(debit.ledger, units), Status::OVERFLOWS_LEDGER),
        ]
    }

    /// The outcome of an operation that was carried out, with the balances of now.
    pub(super) fn outcome(&self, id: Id, status: Status) -> Outcome {
        let done = &self.operations[&id];
        let operation = &done.operation;
        let (debit, credit, hold) = self.parties(operation);
        let balances = |id: Id| -> Balances {
            self.accounts.get(&id).map(|account| account.balances).unwrap_or_default()
        };
        let content = self.contents.get(&id);
        Outcome {
            timestamp: done.timestamp,
            first_status: done.status,
            amount: done.moved.amount,
            fee: done.moved.fee,
            held: self.holds.get(&hold).map(|hold| hold.held).unwrap_or_default(),
            version: content.map_or(0, |content| self.version(&content.name())),
            debit: balances(debit),
            credit: balances(credit),
            ..Outcome::of(status)
        }
    }

    /// The account debited, the account credited, and the hold that an operation is about.
    fn parties(&self, operation: &Operation) -> (Id, Id, Id) {
        let (kind, target) = (operation.kind, operation.target);
        if kind.is_about_account() {
            (target, Id::ZERO, Id::ZERO)
        } else if kind == Kind::REVERSE {
            let reversal = self.reversal(target);
            (reversal.debited, reversal.credited, reversal.hold)
        } else if kind.is_about_hold() {
            let hold = self.holds[&target];
            let named = operation.credit_account;
            let receiver = if named.is_zero() { hold.payee } else { named };
            (hold.payer, receiver, target)
        } else {
            (operation.debit_account, operation.credit_account, operation.id)
        }
    }
}

pub(super) fn debits_of(balances: &Balances) -> u128 {
    balances.debits_posted.minor_units() + balances.debits_pending.minor_units()
}

pub(super) fn credits_of(balances: &Balances) -> u128 {
    balances.credits_posted.minor_units() + balances.credits_pending.minor_units()
}
