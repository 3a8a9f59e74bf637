//! Operations: what a caller asks for.

use super::{Amount, AtDeadline, Id, Kind, OperationFlags, Timestamp};
use bytemuck::{Pod, Zeroable};

/// One operation of a batch. 208 bytes, no padding.
///
/// One record for all kinds, so that a batch can mix them and chain them atomically. A field that
/// a kind does not use must be zero. The constructors fill what a kind needs; the rest is set with
/// struct update syntax:
///
/// ```
/// use escrowdb::{Amount, AtDeadline, Id, Operation};
/// let (order, buyer, seller) = (Id::from_u128(100), Id::from_u128(1), Id::from_u128(2));
/// let hold = Operation {
///     fee_account: Id::from_u128(9),
///     fee_ppm: 100_000, // 10 %
///     ..Operation::hold(order, buyer, seller, 1, Amount::from(5_000u32))
/// }
/// .with_deadline(30 * 86_400, AtDeadline::REFUND);
/// assert_eq!(hold.timeout_seconds, 2_592_000);
/// ```
// Rows keep it as bytes: fields are only ever added at its end or in `reserved`.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Pod, Zeroable)]
pub struct Operation {
    /// The idempotency key; not 0, not the maximum. The id of a hold is that of its `hold`, or of
    /// the `divide` that made it.
    pub id: Id,
    /// `transfer`: where the money comes from. `hold`: the payer.
    pub debit_account: Id,
    /// `transfer`: where the money goes. `hold`: the payee. `release`: another receiver than the
    /// payee (a split, which takes no commission: see the flag `no_fee`), or zero.
    pub credit_account: Id,
    /// What the operation is about: the hold (`ship` … `withdraw_dispute`, `divide`); what is to be
    /// undone (`reverse`): a transfer, a release, or a hold, whose id stands for all that its payee
    /// was paid and has not given back, by releases and deadlines together; or the account
    /// (`freeze`, `unfreeze`, `close`, `reopen`).
    pub target: Id,
    /// Minor units of the ledger. `dispute`: what is claimed for the payer, or zero. `divide`: the
    /// part that becomes a hold of its own.
    pub amount: Amount,
    /// `hold`: who receives the commission, or zero.
    pub fee_account: Id,
    /// The caller's own: an order's number, a UUID.
    pub user_data_128: Id,
    /// The caller's own.
    pub user_data_64: u64,
    /// Zero; with `imported`, when it happened.
    pub timestamp: Timestamp,
    /// `put`, `delete` with `if_version`: the version that the document must have; 0 for none.
    pub expected_version: u64,
    /// `hold`, `ship`, `deliver`, `extend`, `dispute`: the deadline, in seconds from the
    /// operation's timestamp; 0 for none (`hold`, `dispute`) or no change (`ship`, `deliver`).
    pub timeout_seconds: u32,
    /// `hold`: the commission in parts per million of what the payee gets, beside `fee_fixed`.
    pub fee_ppm: u32,
    /// `transfer`, `hold`: the ledger of both accounts.
    pub ledger: u32,
    /// How it is to be carried out: [`OperationFlags`].
    pub flags: OperationFlags,
    /// `put`, `delete`: where space, key and value start in the batch's side buffer, one after the
    /// other.
    pub data_offset: u32,
    /// `put`: bytes of the value.
    pub value_length: u32,
    /// `put`, `delete`: bytes of the key.
    pub key_length: u16,
    /// `put`, `delete`: bytes of the space's name.
    pub space_length: u16,
    /// `transfer`, `hold`: the caller's reason for it; not 0.
    pub code: u16,
    /// What it does: [`Kind`].
    pub kind: Kind,
    /// `hold`, `ship`, `deliver`, `dispute`: what happens at the deadline.
    pub at_deadline: AtDeadline,
    /// Must be zero.
    pub reserved: [u16; 3],
    /// `hold`: the fixed part of the commission, taken once out of what the payee gets first.
    pub fee_fixed: Amount,
    /// Must be zero.
    pub reserved_more: [u16; 4],
    /// `transfer`, `hold`, `release`, `top_up`, `refund`, `reverse`: when it counts, where that is
    /// another time than that of the booking, earlier or later; zero for the same. It is written
    /// down and shown, and changes nothing else: balances, deadlines and limits go by the booking
    /// alone.
    pub value_date: Timestamp,
}

const _: () = assert!(size_of::<Operation>() == 208 && align_of::<Operation>() == 8);

impl Operation {
    fn new(kind: Kind, id: Id) -> Self {
        Self { kind, id, ..Self::zeroed() }
    }

    fn about(kind: Kind, id: Id, target: Id) -> Self {
        Self { target, ..Self::new(kind, id) }
    }

    /// Moves `amount` from `debit_account` to `credit_account`, with code 1.
    #[must_use]
    pub fn transfer(id: Id, debit: Id, credit: Id, ledger: u32, amount: Amount) -> Self {
        Self {
            debit_account: debit,
            credit_account: credit,
            ledger,
            amount,
            code: 1,
            ..Self::new(Kind::TRANSFER, id)
        }
    }

    /// Pays `amount` from `payer` into escrow for `payee`, with code 1, no fee and no deadline.
    #[must_use]
    pub fn hold(id: Id, payer: Id, payee: Id, ledger: u32, amount: Amount) -> Self {
        Self { kind: Kind::HOLD, ..Self::transfer(id, payer, payee, ledger, amount) }
    }

    /// Marks `hold` as shipped.
    #[must_use]
    pub fn ship(id: Id, hold: Id) -> Self {
        Self::about(Kind::SHIP, id, hold)
    }

    /// Marks `hold` as delivered.
    #[must_use]
    pub fn deliver(id: Id, hold: Id) -> Self {
        Self::about(Kind::DELIVER, id, hold)
    }

    /// Moves the deadline of `hold` to `timeout_seconds` from now.
    #[must_use]
    pub fn extend(id: Id, hold: Id, timeout_seconds: u32) -> Self {
        Self { timeout_seconds, ..Self::about(Kind::EXTEND, id, hold) }
    }

    /// Releases `amount` of `hold` to the payee.
    #[must_use]
    pub fn release(id: Id, hold: Id, amount: Amount) -> Self {
        Self { amount, ..Self::about(Kind::RELEASE, id, hold) }
    }

    /// Releases all that is left of `hold` to the payee.
    #[must_use]
    pub fn release_rest(id: Id, hold: Id) -> Self {
        Self::release(id, hold, Amount::ZERO).with_flags(OperationFlags::REST)
    }

    /// Raises `hold` by `amount`.
    #[must_use]
    pub fn top_up(id: Id, hold: Id, amount: Amount) -> Self {
        Self { amount, ..Self::about(Kind::TOP_UP, id, hold) }
    }

    /// Returns `amount` of `hold` to the payer.
    #[must_use]
    pub fn refund(id: Id, hold: Id, amount: Amount) -> Self {
        Self { amount, ..Self::about(Kind::REFUND, id, hold) }
    }

    /// Returns all that is left of `hold` to the payer.
    #[must_use]
    pub fn refund_rest(id: Id, hold: Id) -> Self {
        Self::refund(id, hold, Amount::ZERO).with_flags(OperationFlags::REST)
    }

    /// Stops the clock of `hold`. With [`with_deadline`](Operation::with_deadline) it gets another
    /// one instead, and with [`claiming`](Operation::claiming) the sum that is in dispute.
    #[must_use]
    pub fn dispute(id: Id, hold: Id) -> Self {
        Self::about(Kind::DISPUTE, id, hold)
    }

    /// The same dispute, which claims `amount` for the payer.
    #[must_use]
    pub fn claiming(self, amount: Amount) -> Self {
        Self { amount, ..self }
    }

    /// Makes `amount` of `hold` a hold of its own, whose id is `id`.
    #[must_use]
    pub fn divide(id: Id, hold: Id, amount: Amount) -> Self {
        Self { amount, ..Self::about(Kind::DIVIDE, id, hold) }
    }

    /// Restarts the clock of `hold` with the time that was left, and the default from before.
    #[must_use]
    pub fn withdraw_dispute(id: Id, hold: Id) -> Self {
        Self::about(Kind::WITHDRAW_DISPUTE, id, hold)
    }

    /// Undoes `amount` of the transfer or release `target`, or of what the payee of the hold
    /// `target` was paid.
    #[must_use]
    pub fn reverse(id: Id, target: Id, amount: Amount) -> Self {
        Self { amount, ..Self::about(Kind::REVERSE, id, target) }
    }

    /// Undoes all of the transfer or release `target` that is not undone yet, or all that the payee
    /// of the hold `target` was paid and has not given back.
    #[must_use]
    pub fn reverse_rest(id: Id, target: Id) -> Self {
        Self::reverse(id, target, Amount::ZERO).with_flags(OperationFlags::REST)
    }

    /// Stops new business of `account`.
    #[must_use]
    pub fn freeze(id: Id, account: Id) -> Self {
        Self::about(Kind::FREEZE, id, account)
    }

    /// Allows new business of `account` again.
    #[must_use]
    pub fn unfreeze(id: Id, account: Id) -> Self {
        Self::about(Kind::UNFREEZE, id, account)
    }

    /// Takes `account` out of use.
    #[must_use]
    pub fn close(id: Id, account: Id) -> Self {
        Self::about(Kind::CLOSE, id, account)
    }

    /// Takes `account` into use again.
    #[must_use]
    pub fn reopen(id: Id, account: Id) -> Self {
        Self::about(Kind::REOPEN, id, account)
    }

    /// Writes a document: the lengths of its space, key and value, which stand one after the other
    /// in the batch's side buffer, at its start unless `data_offset` says otherwise.
    #[must_use]
    pub fn put(id: Id, space_length: u16, key_length: u16, value_length: u32) -> Self {
        Self { value_length, kind: Kind::PUT, ..Self::delete(id, space_length, key_length) }
    }

    /// Deletes a document: the lengths of its space and key in the batch's side buffer.
    #[must_use]
    pub fn delete(id: Id, space_length: u16, key_length: u16) -> Self {
        Self { space_length, key_length, ..Self::new(Kind::DELETE, id) }
    }

    /// Guards a chain of the library: the document has this version (0: there is none).
    pub(crate) fn expect(space_length: u16, key_length: u16, expected_version: u64) -> Self {
        let new = Self::new(Kind::EXPECT, Id::ZERO);
        Self { space_length, key_length, expected_version, ..new }
    }

    /// Whether it is a guard of a chain of the library, if it was the library that submitted it.
    pub(crate) fn is_expectation(&self) -> bool {
        self.kind == Kind::EXPECT
    }

    /// The same operation on a document, only if it has this version now (0: only if there is
    /// none).
    #[must_use]
    pub fn if_version(mut self, expected_version: u64) -> Self {
        self.expected_version = expected_version;
        self.with_flags(OperationFlags::IF_VERSION)
    }

    /// The same operation with these flags too.
    #[must_use]
    pub fn with_flags(mut self, flags: OperationFlags) -> Self {
        self.flags = self.flags | flags;
        self
    }

    /// The same operation, chained to the next one.
    #[must_use]
    pub fn linked(self) -> Self {
        self.with_flags(OperationFlags::LINKED)
    }

    /// The same operation with a deadline and what happens then.
    #[must_use]
    pub fn with_deadline(mut self, timeout_seconds: u32, at_deadline: AtDeadline) -> Self {
        self.timeout_seconds = timeout_seconds;
        self.at_deadline = at_deadline;
        self
    }

    /// The same operation, which counts at another time than it is booked: see
    /// [`value_date`](Operation::value_date).
    #[must_use]
    pub fn valued(mut self, value_date: Timestamp) -> Self {
        self.value_date = value_date;
        self
    }

    /// The operation of these bytes, as this version or an earlier one had it in memory; `None` if
    /// they are none.
    pub(crate) fn from_row(bytes: &[u8]) -> Option<Self> {
        /// An operation of the first format.
        const FIRST_BYTES: usize = 192;
        let mut whole = [0; size_of::<Self>()];
        if bytes.len() < FIRST_BYTES {
            return None;
        }
        whole.get_mut(..bytes.len())?.copy_from_slice(bytes);
        bytemuck::try_pod_read_unaligned(&whole).ok()
    }

    /// The same operation as it happened at `timestamp`, for moving a history in.
    #[must_use]
    pub fn imported(mut self, timestamp: Timestamp) -> Self {
        self.timestamp = timestamp;
        self.with_flags(OperationFlags::IMPORTED)
    }
}
