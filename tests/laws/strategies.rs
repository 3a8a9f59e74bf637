//! Random histories, made so that their parts meet: few ids, few accounts, times around deadlines.

use crate::names::Name;
use crate::tweak::{Tweak, tweak};
use escrowdb::{
    Account, AccountFlags, Amount, AtDeadline, Id, Kind, Ledger, LedgerCode, Operation,
    OperationFlags, Timestamp,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// One step of a history. Times and versions are resolved when it is played.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Ledgers(Vec<Ledger>),
    Accounts(Vec<Account>),
    /// Imported operations have times relative to a base.
    Batch(Vec<Operation>, Vec<u8>, Base),
    /// An earlier batch once more, perhaps with one operation tweaked.
    Again(Index, Option<(Index, Tweak)>),
    Advance(Jump),
    Reopen,
}

/// What imported times count from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Base {
    Last,
    NextDeadline,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Jump {
    By(u64),
    /// To the next deadline, and so many nanoseconds beyond it.
    ToDeadline(i64),
}

/// Stands for the version that the document has when the operation is sent.
pub(crate) const CURRENT_VERSION: u64 = u64::MAX;
/// No jump goes beyond it: the year 2540.
pub(crate) const END_OF_JUMPS: u64 = 18_000_000_000_000_000_000;

const SECOND: u64 = Timestamp::SECOND;
const YEAR: u64 = 31_556_952 * SECOND;

pub(crate) fn history() -> impl Strategy<Value = Vec<Step>> {
    (opening(), prop::collection::vec(step(), 1..50)).prop_map(|(mut opening, steps)| {
        opening.extend(steps);
        opening
    })
}

/// The world before the history: ledgers, eight accounts, money from outside.
fn opening() -> impl Strategy<Value = Vec<Step>> {
    let start = prop_oneof![
        6 => Just(1_700_000_000 * SECOND),
        1 => Just(0),
        2 => Just(15_000_000_000 * SECOND),
    ];
    let more = prop::collection::vec((account_flags(), any::<bool>(), ledger_number()), 4);
    let holds = prop::collection::vec(hold(), 4..10);
    (start, more, holds).prop_map(|(start, more, holds)| {
        let ledgers = (1..=3).map(ledger).collect();
        let limited = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
        let first = [
            AccountFlags::EXTERNAL | AccountFlags::HISTORY,
            limited | AccountFlags::HISTORY,
            limited | AccountFlags::SPEND_ONLY | AccountFlags::HISTORY,
            limited,
        ];
        let mut accounts: Vec<_> = (1..)
            .zip(first)
            .map(|(id, flags)| Account::new(Id::from_u128(id), 1, 10, flags))
            .collect();
        for (id, (flags, history, ledger)) in (5..).zip(more) {
            let history = if history { AccountFlags::HISTORY } else { AccountFlags::NONE };
            accounts.push(Account::new(Id::from_u128(id), ledger, 20, flags | history));
        }
        let money = (2..=6).map(|to| {
            let (one, to) = (Id::from_u128(1), Id::from_u128(to));
            Operation::transfer(
                Id::from_u128(1_000 + to.as_u128()),
                one,
                to,
                1,
                Amount::from(900_u32),
            )
        });
        vec![
            Step::Advance(Jump::By(start)),
            Step::Ledgers(ledgers),
            Step::Accounts(accounts),
            Step::Batch(money.collect(), Vec::new(), Base::Last),
            Step::Batch(holds, Vec::new(), Base::Last),
        ]
    })
}

fn step() -> impl Strategy<Value = Step> {
    let tweak = prop::option::of((any::<Index>(), tweak()));
    prop_oneof![
        30 => batch(false),
        2 => batch(true),
        4 => (any::<Index>(), tweak).prop_map(|(batch, tweak)| Step::Again(batch, tweak)),
        9 => jump().prop_map(Step::Advance),
        2 => Just(Step::Reopen),
        1 => prop::collection::vec(some_ledger(), 1..3).prop_map(Step::Ledgers),
        1 => prop::collection::vec(some_account(), 1..4).prop_map(Step::Accounts),
    ]
}

fn jump() -> impl Strategy<Value = Jump> {
    prop_oneof![
        2 => select(vec![0, 1, 2, 1_000]).prop_map(Jump::By),
        3 => (0..=5_u64, 0..=4_u64).prop_map(|(seconds, more)| Jump::By(seconds * SECOND + more)),
        1 => (1..=3_u64).prop_map(|days| Jump::By(days * 86_400 * SECOND)),
        1 => select(vec![1, 30, 140]).prop_map(|years| Jump::By(years * YEAR)),
        4 => (-6..=2_i64).prop_map(Jump::ToDeadline),
    ]
}

fn ledger(number: u32) -> Ledger {
    let codes = ["", "USD", "JPY", "POINTS"];
    let code = LedgerCode::new(codes[number as usize % 4]).unwrap_or(bytemuck::Zeroable::zeroed());
    Ledger::new(number, code, [0, 2, 0, 6][number as usize % 4])
}

fn some_ledger() -> impl Strategy<Value = Ledger> {
    (0..=5_u32, any::<bool>(), 0..=20_u32).prop_map(|(number, tweaked, scale)| {
        let scale = if tweaked { scale } else { ledger(number).scale };
        Ledger { scale, ..ledger(number) }
    })
}

fn some_account() -> impl Strategy<Value = Account> {
    let wild =
        prop_oneof![9 => account_flags(), 1 => (0..=0x3ff_u32).prop_map(AccountFlags::from_bits)];
    (0..=9_u128, ledger_number(), 0..=2_u16, wild, 0..=1_u64).prop_map(
        |(id, ledger, code, flags, user_data_64)| Account {
            user_data_64,
            ..Account::new(Id::from_u128(id), ledger, code * 10, flags)
        },
    )
}

fn account_flags() -> impl Strategy<Value = AccountFlags> {
    let none = AccountFlags::NONE;
    let limits = vec![
        none,
        none,
        AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS,
        AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS,
        AccountFlags::CREDITS_MUST_NOT_EXCEED_DEBITS,
    ];
    let roles = vec![none, none, AccountFlags::EXTERNAL, AccountFlags::SPEND_ONLY];
    let managed = prop_oneof![15 => Just(none), 1 => Just(AccountFlags::MANAGED)];
    (select(limits), select(roles), managed)
        .prop_map(|(limit, role, managed)| limit | role | managed)
}

fn ledger_number() -> impl Strategy<Value = u32> {
    prop_oneof![40 => Just(1), 2 => Just(2), 1 => Just(4)]
}

fn batch(imported: bool) -> impl Strategy<Value = Step> {
    let length = prop_oneof![8 => Just(1_usize), 2 => 2..=3_usize, 1 => 4..=5_usize];
    let chain = length.prop_flat_map(|length| prop::collection::vec(operation(), length));
    let chains = prop::collection::vec(chain, 1..5);
    let base = prop_oneof![4 => Just(Base::Last), 1 => Just(Base::NextDeadline)];
    let gaps = select(vec![0, 1, 1, 2, 5, SECOND - 3, SECOND, 2 * SECOND]);
    let gaps = prop::collection::vec(gaps, 20);
    (chains, base, gaps, prop::bool::weighted(0.03), prop::bool::weighted(0.05)).prop_map(
        move |(chains, base, gaps, open, mixed)| {
            let (mut operations, mut data) = (Vec::new(), Vec::new());
            for chain in chains {
                let last = chain.len() - 1;
                for (position, (mut operation, document)) in chain.into_iter().enumerate() {
                    if position < last || open {
                        operation = operation.linked();
                    }
                    if operation.kind.is_about_document() && operation.data_offset == 0 {
                        operation.data_offset = data.len() as u32;
                    }
                    data.extend(document);
                    operations.push(operation);
                }
            }
            let mut time = 0;
            for (operation, gap) in operations.iter_mut().zip(gaps).filter(|_| imported) {
                time += gap;
                *operation = operation.imported(Timestamp::from_nanoseconds(time));
            }
            if let Some(first) = operations.first_mut().filter(|_| mixed) {
                *first = first.imported(Timestamp::from_nanoseconds(1));
            }
            Step::Batch(operations, data, base)
        },
    )
}

/// An operation, and the bytes of its document.
fn operation() -> impl Strategy<Value = (Operation, Vec<u8>)> {
    let tweak = prop::option::weighted(0.03, tweak());
    let money = prop_oneof![
        8 => transfer(),
        9 => hold(),
        6 => (id(), target(), select(vec![Kind::SHIP, Kind::DELIVER]), timeout(), default())
            .prop_map(|(id, hold, kind, timeout, default)| {
                Operation { kind, ..Operation::ship(id, hold) }.with_deadline(timeout, default)
            }),
        3 => (id(), target(), timeout())
            .prop_map(|(id, hold, timeout)| Operation::extend(id, hold, timeout)),
        9 => release(),
        4 => (id(), target(), amount(), settling_flags()).prop_map(|(id, hold, amount, flags)| {
            with_rest(Operation::refund(id, hold, amount), flags.without(OperationFlags::FINAL))
        }),
        3 => (id(), target(), amount(), prop::bool::weighted(0.3))
            .prop_map(|(id, hold, amount, balancing)| {
                let balance = OperationFlags::BALANCING_DEBIT;
                let flags = if balancing { balance } else { OperationFlags::NONE };
                Operation::top_up(id, hold, amount).with_flags(flags)
            }),
        5 => dispute(),
        3 => (id(), disputed()).prop_map(|(id, hold)| Operation::withdraw_dispute(id, hold)),
        4 => (id(), target(), amount())
            .prop_map(|(id, hold, amount)| Operation::divide(id, hold, amount)),
        6 => (id(), origin(), amount(), settling_flags()).prop_map(|(id, target, amount, flags)| {
            let rest = OperationFlags::from_bits(flags.bits() & OperationFlags::REST.bits());
            with_rest(Operation::reverse(id, target, amount), rest)
        }),
        5 => about_account(),
    ];
    let money = money.prop_map(|operation| (operation, Vec::new()));
    (prop_oneof![10 => money, 1 => document()], tweak, 0..=20_u64).prop_map(
        |((mut operation, document), tweak, user_data)| {
            if user_data == 0 {
                operation.user_data_128 = Id::from_u128(7);
            }
            if let (1..=2, true) = (user_data, operation.kind.moves_money()) {
                operation.value_date = Timestamp::from_nanoseconds(u64::MAX >> (user_data - 1));
            }
            if let Some(tweak) = tweak {
                tweak.apply(&mut operation);
            }
            (operation, document)
        },
    )
}

fn transfer() -> impl Strategy<Value = Operation> {
    let balancing = select(vec![0, 0, 0, 0, 2, 4, 6]).prop_map(OperationFlags::from_bits);
    (id(), accounts(), ledger_number(), amount(), balancing).prop_map(
        |(id, (debit, credit), ledger, amount, balancing)| {
            Operation::transfer(id, debit, credit, ledger, amount).with_flags(balancing)
        },
    )
}

fn hold() -> impl Strategy<Value = Operation> {
    let fee = select(vec![
        (0, 0),
        (0, 0),
        (6, 100_000),
        (5, 33_333),
        (4, 1_000_000),
        (7, 500_000),
        (1, 0),
    ]);
    let fixed = select(vec![0, 0, 0, 1, 7, 40_u32]);
    let deadline = prop_oneof![2 => Just((0, AtDeadline::NONE)), 7 => (timeout(), default())];
    (id(), accounts(), ledger_number(), amount(), (fee, fixed), deadline).prop_map(
        |(id, (payer, payee), ledger, amount, (fee, fixed), (timeout, default))| {
            let (fee_account, fee_ppm) = fee;
            let fee_fixed = if fee_account == 0 { Amount::ZERO } else { Amount::from(fixed) };
            let mut hold = Operation::hold(id, payer, payee, ledger, amount);
            hold = hold.with_deadline(timeout, default);
            if (timeout == 0) != (default == AtDeadline::NONE) {
                hold = hold.with_deadline(1, AtDeadline::RELEASE);
            }
            Operation { fee_account: Id::from_u128(fee_account), fee_ppm, fee_fixed, ..hold }
        },
    )
}

/// Without a clock, or with one, perhaps for the second time; with a claim mostly.
fn dispute() -> impl Strategy<Value = Operation> {
    let hold = prop_oneof![3 => target(), 1 => disputed()];
    let claim = prop_oneof![4 => amount(), 1 => Just(Amount::ZERO)];
    let default = select(vec![AtDeadline::CLAIM, AtDeadline::CLAIM, AtDeadline::RELEASE]);
    let default = prop_oneof![3 => default, 1 => self::default()];
    let clock = prop_oneof![2 => (timeout(), default), 1 => Just((0, AtDeadline::NONE))];
    (id(), hold, claim, clock).prop_map(|(id, hold, claim, (timeout, default))| {
        let timeout = if default == AtDeadline::NONE { 0 } else { timeout.max(1) };
        let dispute = Operation::dispute(id, hold).with_deadline(timeout, default);
        // A hold mostly has more.
        let claim = if default == AtDeadline::CLAIM { claim } else { claim.min(9_u32.into()) };
        dispute.claiming(claim)
    })
}

fn release() -> impl Strategy<Value = Operation> {
    let receiver = prop_oneof![3 => Just(Id::ZERO), 1 => account()];
    let no_fee = prop::bool::weighted(0.1);
    (id(), target(), receiver, amount(), settling_flags(), no_fee).prop_map(
        |(id, hold, credit_account, amount, flags, other)| {
            // A split says so mostly, and other releases do not.
            let no_fee = other == credit_account.is_zero();
            let flags = if no_fee { flags | OperationFlags::NO_FEE } else { flags };
            let release = Operation { credit_account, ..Operation::release(id, hold, amount) };
            with_rest(release, flags)
        },
    )
}

/// Flags of a release, seldom in conflict.
fn settling_flags() -> impl Strategy<Value = OperationFlags> {
    let ending = select(vec![
        OperationFlags::NONE,
        OperationFlags::NONE,
        OperationFlags::FINAL,
        OperationFlags::REST,
    ]);
    (ending, prop::bool::weighted(0.3)).prop_map(|(ending, arbitrated)| {
        if arbitrated { ending | OperationFlags::ARBITRATED } else { ending }
    })
}

fn with_rest(operation: Operation, flags: OperationFlags) -> Operation {
    let rest = flags.contains(OperationFlags::REST);
    let amount = if rest { Amount::ZERO } else { operation.amount };
    Operation { amount, ..operation }.with_flags(flags)
}

fn about_account() -> impl Strategy<Value = Operation> {
    let undo = (id(), any::<bool>(), any::<u8>()).prop_map(|(id, unfreeze, number)| {
        if unfreeze {
            Operation::unfreeze(id, Name::Frozen(number).id())
        } else {
            Operation::reopen(id, Name::Closed(number).id())
        }
    });
    let kinds = vec![Kind::FREEZE, Kind::UNFREEZE, Kind::CLOSE, Kind::REOPEN];
    let any = (id(), account(), select(kinds))
        .prop_map(|(id, account, kind)| Operation { kind, ..Operation::freeze(id, account) });
    prop_oneof![3 => any, 1 => undo]
}

fn document() -> impl Strategy<Value = (Operation, Vec<u8>)> {
    let version =
        select(vec![None, None, Some(0), Some(CURRENT_VERSION), Some(CURRENT_VERSION), Some(3)]);
    (id(), any::<bool>(), select(vec!["a", "b"]), 0..=1_u8, version, 0..=3_usize).prop_map(
        |(id, put, space, key, version, length)| {
            let (kind, length) = if put { (Kind::PUT, length) } else { (Kind::DELETE, 0) };
            let if_version =
                if version.is_some() { OperationFlags::IF_VERSION } else { OperationFlags::NONE };
            let operation = Operation {
                kind,
                space_length: 1,
                key_length: 1,
                value_length: length as u32,
                expected_version: version.unwrap_or(0),
                ..Operation::freeze(id, Id::ZERO)
            };
            let bytes = [space.as_bytes(), &[key], &vec![b'v'; length]].concat();
            (operation.with_flags(if_version), bytes)
        },
    )
}

/// A new id mostly, else one that was used before or may be.
fn id() -> impl Strategy<Value = Id> {
    prop_oneof![
        20 => Just(Name::New),
        2 => any::<u8>().prop_map(Name::Used),
        1 => (1..=20_u8).prop_map(Name::Plain),
    ]
    .prop_map(Name::id)
}

/// An open hold mostly, else one that is closed, else anything.
fn target() -> impl Strategy<Value = Id> {
    prop_oneof![
        20 => any::<u8>().prop_map(Name::OpenHold),
        3 => any::<u8>().prop_map(Name::Hold),
        1 => any::<u8>().prop_map(Name::Used),
        1 => (1..=20_u8).prop_map(Name::Plain),
    ]
    .prop_map(Name::id)
}

/// A disputed hold mostly.
fn disputed() -> impl Strategy<Value = Id> {
    prop_oneof![4 => any::<u8>().prop_map(|number| Name::Disputed(number).id()), 1 => target()]
}

/// What can be reversed mostly.
fn origin() -> impl Strategy<Value = Id> {
    prop_oneof![
        12 => any::<u8>().prop_map(Name::Reversible),
        3 => any::<u8>().prop_map(Name::Hold),
        1 => any::<u8>().prop_map(Name::Used),
        1 => (1..=20_u8).prop_map(Name::Plain),
    ]
    .prop_map(Name::id)
}

/// Two accounts, seldom the same.
fn accounts() -> impl Strategy<Value = (Id, Id)> {
    prop_oneof![
        1 => (account(), account()),
        6 => (1..=4_u128, 5..=8_u128).prop_map(|(one, other)| (one.into(), other.into())),
        2 => (5..=8_u128, 1..=4_u128).prop_map(|(one, other)| (one.into(), other.into())),
        3 => (1..=3_u128).prop_map(|one| (one.into(), (one + 1).into())),
    ]
}

fn account() -> impl Strategy<Value = Id> {
    prop_oneof![12 => 1..=4_u128, 10 => 5..=8_u128, 1 => Just(9)].prop_map(Id::from_u128)
}

fn amount() -> impl Strategy<Value = Amount> {
    let wide = |units: u128| -> Amount { bytemuck::cast([units as u64, (units >> 64) as u64]) };
    prop_oneof![
        40 => 1..=30_u128,
        30 => 31..=400_u128,
        2 => Just(0),
        2 => (1_u128 << 96) - 5..=(1 << 96) + 1,
        1 => Just(1 << 95),
    ]
    .prop_map(wide)
}

fn timeout() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 1..=4_u32, 2 => Just(0), 3 => Just(86_400), 1 => Just(u32::MAX)]
}

fn default() -> impl Strategy<Value = AtDeadline> {
    select(vec![AtDeadline::NONE, AtDeadline::REFUND, AtDeadline::RELEASE, AtDeadline::RELEASE])
}
