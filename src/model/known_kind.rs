//! The kinds of operation that there are, closed, and what holds for each: one table.
//!
//! [`Kind`] is open, for a foreign caller or a damaged file may say any number. Whoever judges by
//! it makes a [`KnownKind`] of it first, and matches that without a catch-all, so that the compiler
//! names every place that a new kind concerns.

use super::{Amount, AtDeadline, Id, Kind, Operation, OperationFlags as Flags, Timestamp};

/// What an operation does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub(crate) enum KnownKind {
    Transfer = 1,
    Hold = 2,
    Ship = 3,
    Deliver = 4,
    Extend = 5,
    Release = 6,
    TopUp = 7,
    Refund = 8,
    Dispute = 9,
    WithdrawDispute = 10,
    Reverse = 11,
    Freeze = 12,
    Unfreeze = 13,
    Close = 14,
    Reopen = 15,
    Put = 16,
    Delete = 17,
    Expire = 18,
    Divide = 19,
}

/// What an operation is about: which records it needs, and who its parties are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum About {
    /// The two accounts that it names.
    Accounts,
    /// The accounts that it names, and the hold that it opens, which has its id.
    NewHold,
    /// The hold `target` and the accounts of that; and another receiver, if it names one.
    Hold,
    /// What the operation or the hold `target` moved: its accounts and its hold.
    Original,
    /// The account `target`.
    Account,
    /// A document in the side buffer of the batch.
    Document,
}

/// What `reverse` undoes of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reversible {
    /// Nothing.
    Never,
    /// What moved between the two accounts that it names.
    Transfer,
    /// All that the payee of the hold that it opened was paid and has not given back.
    Hold,
    /// What its receiver got out of the hold `target`.
    Release,
}

/// What holds for all operations of a kind.
#[derive(Debug)]
pub(crate) struct Traits {
    pub(crate) about: About,
    /// The fields that it may set have all bits set here, the others none. `expected_version` is
    /// one of them with the flag `if_version` only.
    pub(crate) fields: Operation,
    /// The flags that it takes beside `linked` and `imported`.
    pub(crate) flags: Flags,
    pub(crate) reversible: Reversible,
}

/// The fields of every kind.
const COMMON: Operation = Operation {
    id: Id::MAX,
    debit_account: Id::ZERO,
    credit_account: Id::ZERO,
    target: Id::ZERO,
    amount: Amount::ZERO,
    fee_account: Id::ZERO,
    fee_fixed: Amount::ZERO,
    user_data_128: Id::MAX,
    user_data_64: u64::MAX,
    timestamp: Timestamp::MAX,
    expected_version: 0,
    timeout_seconds: 0,
    fee_ppm: 0,
    ledger: 0,
    flags: Flags::from_bits(u32::MAX),
    data_offset: 0,
    value_length: 0,
    key_length: 0,
    space_length: 0,
    code: 0,
    kind: Kind::from_number(u16::MAX),
    at_deadline: AtDeadline::NONE,
    reserved: [0; 3],
    reserved_more: [0; 4],
    value_date: Timestamp::NONE,
};

/// Those of the kinds that move money, at once or into and out of escrow.
const MONEY: Operation = Operation { value_date: Timestamp::MAX, ..COMMON };

/// Those of the kinds about something that has an id.
const TARGET: Operation = Operation { target: Id::MAX, ..COMMON };

/// Those of the kinds that move a sum of what has an id.
const SUM: Operation = Operation { target: Id::MAX, amount: ANY_AMOUNT, ..MONEY };

const ANY_AMOUNT: Amount = Amount::raw(u128::MAX);
const ANY_DEFAULT: AtDeadline = AtDeadline::from_number(u16::MAX);

/// A kind that takes no flags of its own, and that no reversal undoes.
const fn plain(about: About, fields: Operation) -> Traits {
    Traits { about, fields, flags: Flags::NONE, reversible: Reversible::Never }
}

const TRANSFER: &Traits = &Traits {
    about: About::Accounts,
    fields: Operation {
        debit_account: Id::MAX,
        credit_account: Id::MAX,
        ledger: u32::MAX,
        code: u16::MAX,
        amount: ANY_AMOUNT,
        ..MONEY
    },
    flags: Flags::BALANCING_DEBIT.with(Flags::BALANCING_CREDIT),
    reversible: Reversible::Transfer,
};

const HOLD: &Traits = &Traits {
    about: About::NewHold,
    fields: Operation {
        fee_account: Id::MAX,
        fee_ppm: u32::MAX,
        fee_fixed: ANY_AMOUNT,
        timeout_seconds: u32::MAX,
        at_deadline: ANY_DEFAULT,
        ..TRANSFER.fields
    },
    flags: Flags::NONE,
    reversible: Reversible::Hold,
};

const SHIP_OR_DELIVER: &Traits = &plain(
    About::Hold,
    Operation { timeout_seconds: u32::MAX, at_deadline: ANY_DEFAULT, ..TARGET },
);

const EXTEND: &Traits = &plain(About::Hold, Operation { timeout_seconds: u32::MAX, ..TARGET });

const RELEASE: &Traits = &Traits {
    about: About::Hold,
    fields: Operation { credit_account: Id::MAX, ..SUM },
    flags: Flags::FINAL.with(Flags::ARBITRATED).with(Flags::REST).with(Flags::NO_FEE),
    reversible: Reversible::Release,
};

const TOP_UP: &Traits = &Traits { flags: Flags::BALANCING_DEBIT, ..plain(About::Hold, SUM) };

const REFUND: &Traits =
    &Traits { flags: Flags::ARBITRATED.with(Flags::REST), ..plain(About::Hold, SUM) };

const DISPUTE: &Traits = &plain(
    About::Hold,
    Operation { amount: ANY_AMOUNT, timeout_seconds: u32::MAX, at_deadline: ANY_DEFAULT, ..TARGET },
);

const WITHDRAW_DISPUTE: &Traits = &plain(About::Hold, TARGET);

/// What is paid out of the part can be reversed by the id of the part.
const DIVIDE: &Traits = &Traits {
    reversible: Reversible::Hold,
    ..plain(About::Hold, Operation { amount: ANY_AMOUNT, ..TARGET })
};

const REVERSE: &Traits = &Traits { flags: Flags::REST, ..plain(About::Original, SUM) };

const OF_ACCOUNT: &Traits = &plain(About::Account, TARGET);

const PUT: &Traits =
    &Traits { fields: Operation { value_length: u32::MAX, ..DELETE.fields }, ..*DELETE };

const DELETE: &Traits = &Traits {
    about: About::Document,
    fields: Operation {
        data_offset: u32::MAX,
        space_length: u16::MAX,
        key_length: u16::MAX,
        expected_version: u64::MAX,
        ..COMMON
    },
    flags: Flags::IF_VERSION,
    reversible: Reversible::Never,
};

/// As the store writes it down.
const EXPIRE: &Traits =
    &plain(About::Hold, Operation { target: Id::MAX, at_deadline: ANY_DEFAULT, ..MONEY });

impl KnownKind {
    /// The kind of this number, if there is one.
    pub(crate) const fn of(kind: Kind) -> Option<Self> {
        Some(match kind {
            Kind::TRANSFER => Self::Transfer,
            Kind::HOLD => Self::Hold,
            Kind::SHIP => Self::Ship,
            Kind::DELIVER => Self::Deliver,
            Kind::EXTEND => Self::Extend,
            Kind::RELEASE => Self::Release,
            Kind::TOP_UP => Self::TopUp,
            Kind::REFUND => Self::Refund,
            Kind::DISPUTE => Self::Dispute,
            Kind::WITHDRAW_DISPUTE => Self::WithdrawDispute,
            Kind::REVERSE => Self::Reverse,
            Kind::FREEZE => Self::Freeze,
            Kind::UNFREEZE => Self::Unfreeze,
            Kind::CLOSE => Self::Close,
            Kind::REOPEN => Self::Reopen,
            Kind::PUT => Self::Put,
            Kind::DELETE => Self::Delete,
            Kind::EXPIRE => Self::Expire,
            Kind::DIVIDE => Self::Divide,
            _ => return None,
        })
    }

    /// The kind as records have it.
    pub(crate) const fn open(self) -> Kind {
        Kind::from_number(self as u16)
    }

    /// What holds for all operations of this kind.
    pub(crate) const fn traits(self) -> &'static Traits {
        match self {
            Self::Transfer => TRANSFER,
            Self::Hold => HOLD,
            Self::Ship | Self::Deliver => SHIP_OR_DELIVER,
            Self::Extend => EXTEND,
            Self::Release => RELEASE,
            Self::TopUp => TOP_UP,
            Self::Refund => REFUND,
            Self::Dispute => DISPUTE,
            Self::WithdrawDispute => WITHDRAW_DISPUTE,
            Self::Reverse => REVERSE,
            Self::Freeze | Self::Unfreeze | Self::Close | Self::Reopen => OF_ACCOUNT,
            Self::Put => PUT,
            Self::Delete => DELETE,
            Self::Expire => EXPIRE,
            Self::Divide => DIVIDE,
        }
    }

    /// Whether a hold comes into being that has the id of the operation.
    pub(crate) const fn opens_hold(self) -> bool {
        matches!(self, Self::Hold | Self::Divide)
    }
}

impl Reversible {
    /// What `reverse` undoes of an operation of this kind, known or not.
    pub(crate) const fn of(kind: Kind) -> Self {
        match KnownKind::of(kind) {
            Some(known) => known.traits().reversible,
            None => Self::Never,
        }
    }
}

/// Every kind that has a name is one of the closed ones, with the same number.
const _: () = {
    let mut place = 0;
    while place < Kind::ALL.len() {
        let kind = Kind::ALL[place];
        match KnownKind::of(kind) {
            Some(known) => assert!(known.open().number() == kind.number()),
            None => panic!("a kind with a name that `KnownKind::of` does not know"),
        }
        place += 1;
    }
};

impl Kind {
    const fn is_about(self, about: About) -> bool {
        match KnownKind::of(self) {
            Some(known) => known.traits().about as u8 == about as u8,
            None => false,
        }
    }

    /// Whether this kind is about an open hold named by `target`.
    #[must_use]
    pub const fn is_about_hold(self) -> bool {
        self.is_about(About::Hold)
    }

    /// Whether this kind moves money when it is carried out, at once or into and out of escrow:
    /// what can have a value date.
    #[must_use]
    pub const fn moves_money(self) -> bool {
        match KnownKind::of(self) {
            Some(known) => !known.traits().fields.value_date.is_none(),
            None => false,
        }
    }

    /// Whether this kind is about an account named by `target`.
    #[must_use]
    pub const fn is_about_account(self) -> bool {
        self.is_about(About::Account)
    }

    /// Whether this kind is about a document in the side buffer.
    #[must_use]
    pub const fn is_about_document(self) -> bool {
        self.is_about(About::Document)
    }
}
