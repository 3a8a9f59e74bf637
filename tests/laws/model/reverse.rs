//! Reversals, in the model.

use super::judge::standing;
use super::money::{BOUND, credits_of, debits_of};
use super::{Model, amount, commission, refuse};
use escrowdb::{Account, AccountFlags, Id, Kind, Moved, Operation, OperationFlags, Status};

/// What is to be undone.
pub(super) struct Reversal {
    /// The account that was paid and pays back.
    pub(super) debited: Id,
    /// The account that paid and is paid back.
    pub(super) credited: Id,
    /// The hold of a release, or zero.
    pub(super) hold: Id,
    /// Whether the commission was taken out of it.
    to_payee: bool,
    /// What is not undone yet.
    left: u128,
}

impl Model {
    /// What the reversal of an applied transfer, hold or release is about.
    pub(super) fn reversal(&self, target: Id) -> Reversal {
        let first = &self.operations[&target];
        let reversed = self.reversed.get(&target).copied().unwrap_or(0);
        let left = || first.moved.amount.minor_units() - reversed;
        let named = first.operation.credit_account;
        match first.operation.kind {
            Kind::TRANSFER => Reversal {
                debited: named,
                credited: first.operation.debit_account,
                hold: Id::ZERO,
                to_payee: false,
                left: left(),
            },
            Kind::HOLD | Kind::DIVIDE => {
                let hold = &self.holds[&target];
                Reversal {
                    debited: hold.payee,
                    credited: hold.payer,
                    hold: target,
                    to_payee: true,
                    left: hold.paid.minor_units(),
                }
            }
            _ => {
                let hold = &self.holds[&first.operation.target];
                let receiver = if named.is_zero() { hold.payee } else { named };
                let to_payee = receiver == hold.payee;
                Reversal {
                    debited: receiver,
                    credited: hold.payer,
                    hold: hold.id,
                    to_payee,
                    left: if to_payee { left().min(hold.paid.minor_units()) } else { left() },
                }
            }
        }
    }

    pub(super) fn reverse(&mut self, operation: &Operation) -> Result<Moved, Status> {
        let reversal = self.reversal(operation.target);
        let rest = operation.flags.contains(OperationFlags::REST);
        let units = if rest { reversal.left } else { operation.amount.minor_units() };
        let debited = self.accounts[&reversal.debited];
        let credited = self.accounts[&reversal.credited];
        let hold = self.holds.get(&reversal.hold).copied();
        let commissioned = hold.filter(|_| reversal.to_payee);
        let fee_account =
            commissioned.and_then(|hold| self.accounts.get(&hold.fee_account)).copied();
        let fee_has = |flag| fee_account.is_some_and(|account| account.has(flag));
        refuse(&standing(&debited, &credited))?;
        refuse(&[
            (fee_has(AccountFlags::FROZEN), Status::FEE_ACCOUNT_FROZEN),
            (fee_has(AccountFlags::CLOSED), Status::FEE_ACCOUNT_CLOSED),
            (units > reversal.left || units == 0, Status::EXCEEDS_REVERSIBLE),
        ])?;
        let share = commissioned.map_or(0, |hold| {
            let paid = hold.paid.minor_units();
            commission(&hold, paid) - commission(&hold, paid - units)
        });
        let fee_balances = fee_account.map(|account| account.balances).unwrap_or_default();
        let pays = [(debited.balances, units - share), (fee_balances, share)];
        let gets = credited.balances;
        let limits_credits = credited.has(AccountFlags::CREDITS_MUST_NOT_EXCEED_DEBITS);
        refuse(&[
            (
                pays.iter().any(|(has, more)| has.debits_posted.minor_units() + more > BOUND),
                Status::OVERFLOWS_DEBITS_POSTED,
            ),
            (gets.credits_posted.minor_units() + units > BOUND, Status::OVERFLOWS_CREDITS_POSTED),
            (
                pays.iter().any(|(has, more)| debits_of(has) + more > BOUND),
                Status::OVERFLOWS_DEBITS,
            ),
            (credits_of(&gets) + units > BOUND, Status::OVERFLOWS_CREDITS),
            (self.overflows_ledger(debited.ledger, units), Status::OVERFLOWS_LEDGER),
            (lacks(&debited, units - share, hold.is_some()), Status::EXCEEDS_CREDITS),
            (
                limits_credits && credits_of(&gets) + units > gets.debits_posted.minor_units(),
                Status::EXCEEDS_DEBITS,
            ),
            (
                fee_account.is_some_and(|account| lacks(&account, share, true)),
                Status::FEE_ACCOUNT_EXCEEDS_CREDITS,
            ),
        ])?;
        self.post_debit(debited.id, 0, units - share);
        if let Some(account) = fee_account {
            self.post_debit(account.id, 0, share);
        }
        self.post_credit(credited.id, 0, units);
        *self.reversed.entry(operation.target).or_default() += units;
        if let Some(mut hold) = hold {
            hold.reversed = amount(hold.reversed.minor_units() + units);
            if reversal.to_payee {
                hold.paid = amount(hold.paid.minor_units() - units);
                hold.fee = amount(hold.fee.minor_units() - share);
            }
            self.keep(hold);
        }
        Ok(Moved { amount: amount(units), fee: amount(share), ..Moved::default() })
    }
}

/// Whether an account cannot give a sum back. What was released must be there even without a
/// limit, except outside the system.
fn lacks(account: &Account, units: u128, released: bool) -> bool {
    let bound = account.has(AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS)
        || (released && !account.has(AccountFlags::EXTERNAL));
    bound && units > account.balances.available().minor_units()
}
