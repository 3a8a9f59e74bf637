//! Escrow holds.

use super::kind::named_values;
use super::{Amount, Id, Timestamp};
use bytemuck::{Pod, Zeroable};
use std::fmt;

/// Money in escrow: it has left the payer's available balance and is not the payee's yet.
///
/// `amount = held + released + refunded` always, and the hold is closed exactly when `held` is
/// zero. 320 bytes, no padding.
// Rows keep it as bytes: fields are only ever added at its end or in `reserved`.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Pod, Zeroable)]
pub struct Hold {
    /// The id of the `hold` operation that opened it.
    pub id: Id,
    /// Whose money it is until it is settled.
    pub payer: Id,
    /// Who gets it when the deal goes well.
    pub payee: Id,
    /// Who gets the commission, or zero.
    pub fee_account: Id,
    /// All that was paid in, top-ups included, less what was divided off.
    pub amount: Amount,
    /// What is still in escrow.
    pub held: Amount,
    /// What was released, to payee, splits and commission together.
    pub released: Amount,
    /// What went back to the payer while in escrow.
    pub refunded: Amount,
    /// The part of `released` that went to the payee, commission included, less what was reversed
    /// of it since: what the commission is computed on.
    pub paid: Amount,
    /// The commission on `paid`.
    pub fee: Amount,
    /// What reversals gave back to the payer out of `released`.
    pub reversed: Amount,
    /// From the `hold` operation.
    pub user_data_128: Id,
    /// From the `hold` operation.
    pub user_data_64: u64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// When its default settles it; zero for never, and while disputed without a time-out.
    pub deadline: Timestamp,
    /// Since when it is disputed, or zero; of a dispute that was sent again, the first time.
    pub disputed_at: Timestamp,
    /// While disputed: nanoseconds that were left to the deadline from before; zero if it had none.
    pub time_left: u64,
    /// The ledger of its accounts.
    pub ledger: u32,
    /// The commission in parts per million.
    pub fee_ppm: u32,
    /// From the `hold` operation.
    pub code: u16,
    /// How far the deal has come, or how it ended.
    pub phase: Phase,
    /// What happens at the deadline.
    pub at_deadline: AtDeadline,
    /// While disputed with a time-out: what would have happened at the deadline from before.
    pub default_before: AtDeadline,
    /// While disputed: what is claimed for the payer and was not refunded since, or zero.
    pub claimed: Amount,
    /// The fixed part of the commission.
    pub fee_fixed: Amount,
    /// Of a part that was divided off: the sum that comes before its own in the commission of the
    /// whole. Zero for any other hold.
    pub fee_base: Amount,
    /// Zero.
    pub reserved: [u64; 2],
}

const _: () = assert!(size_of::<Hold>() == 320 && align_of::<Hold>() == 8);

impl Hold {
    /// Whether anything is still in escrow.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !self.held.is_zero()
    }

    /// Whether its clock stands still for a dispute.
    #[must_use]
    pub const fn is_disputed(&self) -> bool {
        !self.disputed_at.is_none()
    }

    /// Whether anybody takes a commission on what the payee gets.
    #[must_use]
    pub const fn has_commission(&self) -> bool {
        self.fee_ppm > 0 || !self.fee_fixed.is_zero()
    }

    /// The commission when the payee was paid so much of it in all. Of a part that was divided off:
    /// by what the commission of the whole grows with it.
    pub(crate) fn commission_on(&self, paid: Amount) -> Amount {
        let commission = |sum: Amount| sum.commission(self.fee_fixed, self.fee_ppm);
        let sum = self.fee_base.checked_add(paid).unwrap_or(Amount::MAX);
        commission(sum).saturating_sub(commission(self.fee_base))
    }

    /// Since when it waits for somebody, if it is open and no deadline settles it.
    pub(crate) const fn waiting_since(&self) -> Timestamp {
        if self.is_disputed() { self.disputed_at } else { self.created_at }
    }
}

named_values! {
    /// How far the deal of a hold has come, or how it ended.
    Phase(u16) {
        /// Paid for; the payee sees it.
        FUNDED = 1, "funded";
        /// On its way.
        SHIPPED = 2, "shipped";
        /// With the payer.
        DELIVERED = 3, "delivered";
        /// Closed: all of it was released.
        SETTLED = 4, "settled";
        /// Closed: all of it was refunded.
        REFUNDED = 5, "refunded";
        /// Closed: part was released, part refunded.
        SPLIT = 6, "split";
    }
}

named_values! {
    /// What happens to a hold when its deadline comes: who wins by default.
    AtDeadline(u16) {
        /// No deadline, or no change.
        NONE = 0, "none";
        /// The payer gets the rest back.
        REFUND = 1, "refund";
        /// The payee gets the rest, less the commission.
        RELEASE = 2, "release";
        /// Of a dispute alone: the payer gets back what it claims, and the payee the rest, less the
        /// commission.
        CLAIM = 3, "claim";
    }
}
