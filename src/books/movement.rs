//! What one decision did to which account.

use crate::model::{
    AccountFlags, Amount, AtDeadline, Decision, Hold, Id, Kind, Moved, Operation, Side, Timestamp,
};

/// One operation that moved money, or put it into escrow, or took it out.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use escrowdb::*;
/// # let directory = tempfile::tempdir()?;
/// # let store = Store::open(directory.path().join("shop.escrow"), Options::new())?;
/// # store.create_ledgers(&[money::iso_ledger(1, "EUR")?])?;
/// # let (cash, anna, order) = (Id::new(), Id::new(), Id::new());
/// # store.create_accounts(&[
/// #     Account::new(cash, 1, 1, AccountFlags::EXTERNAL),
/// #     Account::new(anna, 1, 2, AccountFlags::NONE),
/// # ])?;
/// # store.submit(&[
/// #     Operation::hold(order, anna, cash, 1, Amount::from(200u32)),
/// #     Operation::release_rest(Id::new(), order),
/// # ])?;
/// let snapshot = store.snapshot()?;
/// for movement in books::movements(&snapshot, Timestamp::NONE, Timestamp::NONE) {
///     let movement = movement?;
///     for posting in &movement.postings {
///         println!("{} {:?}: {}", posting.account, posting.side, posting.posted.minor_units());
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Movement {
    /// When it was booked; also the sequence number of its event.
    pub timestamp: Timestamp,
    /// When it counts: the operation's value date, or else when it was booked.
    pub value_date: Timestamp,
    /// The id of the operation; zero where a deadline settled a hold.
    pub operation: Id,
    /// What it did.
    pub kind: Kind,
    /// The hold that it opened, raised or settled, or whose payment it reversed, as it is in the
    /// snapshot; `None` for transfers and their reversals.
    pub hold: Option<Hold>,
    /// What a reversal undoes: a transfer, a release or a hold. Zero for any other kind.
    pub reverses: Id,
    /// The ledger of all its accounts.
    pub ledger: u32,
    /// The reason: the code of the transfer or hold that it is about.
    pub code: u16,
    /// The operation's own, or else that of the transfer or hold that it is about.
    pub user_data_128: Id,
    /// The operation's own, or else that of the transfer or hold that it is about.
    pub user_data_64: u64,
    /// What it did to each account: debits equal credits, posted and pending.
    pub postings: Vec<Posting>,
}

/// The change of one side of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Posting {
    /// The account.
    pub account: Id,
    /// The account's own code, of the caller's chart of accounts.
    pub account_code: u16,
    /// What the account is and may do, as of the snapshot.
    pub account_flags: AccountFlags,
    /// Which side of it changed.
    pub side: Side,
    /// By how much its posted balance grew, in minor units.
    pub posted: Amount,
    /// The change of its pending balance, in minor units.
    pub pending: i128,
}

/// What an operation is about, where its decision alone does not say whose money it moved.
pub(super) enum About {
    /// It names its accounts itself.
    Itself,
    /// A hold.
    Hold(Hold),
    /// The reversal of a transfer.
    Transfer(Operation),
    /// The reversal of what a receiver beside the payee got out of a hold.
    Split { hold: Hold, receiver: Id },
}

impl Movement {
    /// What an applied decision did; `None` if it moved nothing. The codes and flags of
    /// accounts are still to be filled in.
    pub(super) fn of(timestamp: Timestamp, decision: &Decision, about: About) -> Option<Self> {
        let (operation, moved) = (&decision.operation, &decision.moved);
        let mut postings = Postings::default();
        match (operation.kind, &about) {
            (Kind::TRANSFER, _) => {
                let (debit, credit) = (operation.debit_account, operation.credit_account);
                postings.post(debit, credit, moved.amount);
            }
            (Kind::HOLD, _) => {
                let (payer, payee) = (operation.debit_account, operation.credit_account);
                postings.hold(payer, payee, moved.amount.signed());
            }
            (Kind::TOP_UP, About::Hold(hold)) => {
                postings.hold(hold.payer, hold.payee, moved.amount.signed());
            }
            (Kind::RELEASE, About::Hold(hold)) => {
                postings.release(hold, operation.credit_account, moved);
            }
            (Kind::EXPIRE, About::Hold(hold)) if pays_payee(operation.at_deadline) => {
                postings.release(hold, Id::ZERO, moved);
            }
            (Kind::REFUND | Kind::EXPIRE, About::Hold(hold)) => {
                postings.hold(hold.payer, hold.payee, moved.amount.signed().saturating_neg());
            }
            (Kind::REVERSE, About::Hold(hold)) => {
                let net = moved.amount.saturating_sub(moved.fee);
                postings.add(hold.payee, Side::Debit, net, 0);
                postings.add(hold.fee_account, Side::Debit, moved.fee, 0);
                postings.add(hold.payer, Side::Credit, moved.amount, 0);
            }
            (Kind::REVERSE, About::Split { hold, receiver }) => {
                postings.post(*receiver, hold.payer, moved.amount);
            }
            (Kind::REVERSE, About::Transfer(first)) => {
                postings.post(first.credit_account, first.debit_account, moved.amount);
            }
            _ => return None,
        }
        if postings.0.is_empty() {
            return None;
        }
        let is_reversal = operation.kind == Kind::REVERSE;
        let mut movement = Self {
            timestamp,
            value_date: timestamp,
            operation: operation.id,
            kind: operation.kind,
            hold: None,
            reverses: if is_reversal { operation.target } else { Id::ZERO },
            ledger: operation.ledger,
            code: operation.code,
            user_data_128: operation.user_data_128,
            user_data_64: operation.user_data_64,
            postings: postings.0,
        };
        if !operation.value_date.is_none() {
            movement.value_date = operation.value_date;
        }
        movement.take_terms(about);
        Some(movement)
    }

    /// What a hold or a transfer says of whatever is about it.
    fn take_terms(&mut self, about: About) {
        let (ledger, code, user_data_128, user_data_64) = match about {
            About::Itself => return,
            About::Hold(hold) | About::Split { hold, .. } => {
                self.hold = Some(hold);
                (hold.ledger, hold.code, hold.user_data_128, hold.user_data_64)
            }
            About::Transfer(first) => {
                (first.ledger, first.code, first.user_data_128, first.user_data_64)
            }
        };
        (self.ledger, self.code) = (ledger, code);
        if self.user_data_128.is_zero() {
            self.user_data_128 = user_data_128;
        }
        if self.user_data_64 == 0 {
            self.user_data_64 = user_data_64;
        }
    }
}

/// Whether a deadline with this default pays the payee, of a claim what is not claimed.
fn pays_payee(default: AtDeadline) -> bool {
    matches!(default, AtDeadline::RELEASE | AtDeadline::CLAIM)
}

#[derive(Default)]
struct Postings(Vec<Posting>);

impl Postings {
    /// Money moves at once.
    fn post(&mut self, debit: Id, credit: Id, amount: Amount) {
        self.add(debit, Side::Debit, amount, 0);
        self.add(credit, Side::Credit, amount, 0);
    }

    /// Money goes into escrow, or back.
    fn hold(&mut self, payer: Id, payee: Id, amount: i128) {
        self.add(payer, Side::Debit, Amount::ZERO, amount);
        self.add(payee, Side::Credit, Amount::ZERO, amount);
    }

    /// Money leaves escrow: to the payee, less the commission, or to another receiver; and what is
    /// left of it, if anything, back to the payer.
    fn release(&mut self, hold: &Hold, receiver: Id, moved: &Moved) {
        let leaving = moved.amount.signed().saturating_add(moved.rest.signed());
        self.hold(hold.payer, hold.payee, leaving.saturating_neg());
        self.add(hold.payer, Side::Debit, moved.amount, 0);
        let receiver = if receiver.is_zero() { hold.payee } else { receiver };
        self.add(receiver, Side::Credit, moved.amount.saturating_sub(moved.fee), 0);
        self.add(hold.fee_account, Side::Credit, moved.fee, 0);
    }

    /// Changes a side of an account, which has one posting whatever it is to the hold.
    fn add(&mut self, account: Id, side: Side, posted: Amount, pending: i128) {
        if posted.is_zero() && pending == 0 {
            return;
        }
        let is_its = |known: &&mut Posting| known.account == account && known.side == side;
        match self.0.iter_mut().find(is_its) {
            Some(known) => {
                known.posted = known.posted.checked_add(posted).unwrap_or(Amount::MAX);
                known.pending = known.pending.saturating_add(pending);
            }
            None => self.0.push(Posting {
                account,
                account_code: 0,
                account_flags: AccountFlags::NONE,
                side,
                posted,
                pending,
            }),
        }
    }
}
