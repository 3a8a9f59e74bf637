//! Steps to ask of a store: random, and made so that they affect each other.

use crate::model::Model;
use crate::random::Random;
use crate::system::{Known, System, chains};
use escrowdb::{
    Account, AccountFlags, Amount, AtDeadline, Hold, Id, Kind, Ledger, LedgerCode, Operation,
    OperationFlags, Outcome, Result, Store, Timestamp,
};
use std::iter::{once, successors};

/// One call of a store.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Ledgers(Vec<Ledger>),
    Accounts(Vec<Account>),
    Batch(Vec<Operation>, Vec<u8>),
    Advance(Timestamp),
    Acknowledge(String, Timestamp),
    RemoveConsumer(String),
    Checkpoint,
    /// Batches that are sent without waiting: the first is on its way to the disk when the others
    /// are sent, and these share a block.
    Sent(Vec<Step>),
    /// Batches and reads while a checkpoint, in a thread of its own, stands at its so-manieth sync.
    Beside(u64, Vec<Step>),
    /// A backup, which is opened and read.
    Backup,
    /// Old segments go into an archive, and come back before the store is opened again.
    Archive(Timestamp),
}

impl Step {
    pub(crate) fn on_model(&self, model: &mut Model) -> Vec<Outcome> {
        match self {
            Self::Ledgers(ledgers) => model.create_ledgers(ledgers),
            Self::Accounts(accounts) => model.create_accounts(accounts),
            Self::Batch(operations, data) => model.submit(operations, data),
            Self::Advance(to) => {
                model.advance(*to);
                Vec::new()
            }
            Self::Acknowledge(consumer, position) => {
                model.acknowledge(consumer, *position);
                Vec::new()
            }
            Self::RemoveConsumer(consumer) => {
                model.remove_consumer(consumer);
                Vec::new()
            }
            Self::Checkpoint => Vec::new(),
            Self::Sent(_) | Self::Beside(..) | Self::Backup | Self::Archive(_) => {
                unreachable!("they are taken apart")
            }
        }
    }

    pub(crate) fn on_store(&self, store: &Store) -> Result<Vec<Outcome>> {
        match self {
            Self::Ledgers(ledgers) => store.create_ledgers(ledgers),
            Self::Accounts(accounts) => store.create_accounts(accounts),
            Self::Batch(operations, data) => store.submit_with_data(operations, data),
            Self::Advance(to) => store.advance(*to).map(|_| Vec::new()),
            Self::Acknowledge(consumer, position) => {
                store.acknowledge(consumer, *position).map(|()| Vec::new())
            }
            Self::RemoveConsumer(consumer) => store.remove_consumer(consumer).map(|_| Vec::new()),
            Self::Checkpoint => store.checkpoint().map(|()| Vec::new()),
            Self::Sent(_) | Self::Beside(..) | Self::Backup | Self::Archive(_) => {
                unreachable!("they are taken apart")
            }
        }
    }

    /// The models after all of this step, after none of it, and after the parts of it that may be
    /// there alone when it was not answered: a batch is cut between its chains where deadlines must
    /// be settled in a block of their own, and between those.
    pub(crate) fn parts(&self, before: &Model) -> impl Iterator<Item = Model> + use<> {
        let mut after = before.clone();
        self.on_model(&mut after);
        let newest = after.clock().max(after.last());
        let prefixes: Vec<_> = match self {
            Self::Batch(operations, data) => chains(operations)
                .into_iter()
                .map(|chain| {
                    let mut model = before.clone();
                    model.submit(&operations[..chain.start], data);
                    model
                })
                .collect(),
            _ => vec![before.clone()],
        };
        let settled = prefixes.into_iter().flat_map(move |model| {
            successors(Some(model), move |model| {
                let due = model.next_deadline().filter(|due| *due <= newest)?;
                let mut model = model.clone();
                model.advance(due);
                Some(model)
            })
        });
        once(after).chain(settled)
    }

    /// Adds the names that the step uses.
    pub(crate) fn learn(&self, known: &mut Known) {
        let Self::Batch(operations, data) = self else { return };
        for operation in operations {
            known.operations.insert(operation.id);
            if operation.kind.is_about_document() {
                let start = operation.data_offset as usize;
                let middle = start + usize::from(operation.space_length);
                let end = middle + usize::from(operation.key_length);
                let space = String::from_utf8(data[start..middle].to_vec()).unwrap();
                known.documents.insert((space, data[middle..end].to_vec()));
            }
        }
    }
}

/// The world in which a story begins: two ledgers, eight accounts, money from outside.
pub(crate) fn opening() -> [Step; 3] {
    let code = |code| LedgerCode::new(code).unwrap();
    let ledgers = vec![Ledger::new(1, code("USD"), 2), Ledger::new(2, code("POINTS"), 0)];
    let wallet = AccountFlags::DEBITS_MUST_NOT_EXCEED_CREDITS;
    let kinds = [
        (1, AccountFlags::EXTERNAL),
        (1, wallet | AccountFlags::HISTORY),
        (1, wallet),
        (1, wallet | AccountFlags::SPEND_ONLY | AccountFlags::HISTORY),
        (1, AccountFlags::NONE),
        (1, AccountFlags::CREDITS_MUST_NOT_EXCEED_DEBITS),
        (2, AccountFlags::EXTERNAL | AccountFlags::HISTORY),
        (2, wallet),
    ];
    let account = |(number, (ledger, flags)): (u16, (u32, AccountFlags))| {
        Account::new(Id::from_u128(number.into()), ledger, 100 + number, flags)
    };
    let accounts = (1..).zip(kinds).map(account).collect();
    let fund = |id: u128, from: u128, to: u128, ledger| {
        let (id, from, to) = (Id::from(1_000 + id), Id::from(from), Id::from(to));
        Operation::transfer(id, from, to, ledger, Amount::from(10_000_u32))
    };
    let funds = vec![
        fund(1, 1, 2, 1),
        fund(2, 1, 3, 1),
        fund(3, 1, 4, 1),
        fund(4, 6, 5, 1),
        fund(5, 7, 8, 2),
    ];
    [Step::Ledgers(ledgers), Step::Accounts(accounts), Step::Batch(funds, Vec::new())]
}

/// Makes up steps.
pub(crate) struct Author<'a> {
    pub(crate) random: &'a mut Random,
    pub(crate) model: &'a Model,
    pub(crate) next_id: &'a mut u128,
    data: Vec<u8>,
    /// Holds that the batch itself opens.
    new_holds: Vec<Id>,
}

impl<'a> Author<'a> {
    pub(crate) fn new(random: &'a mut Random, model: &'a Model, next_id: &'a mut u128) -> Self {
        Self { random, model, next_id, data: Vec::new(), new_holds: Vec::new() }
    }

    pub(crate) fn step(&mut self, sent: &[Step]) -> Step {
        match self.random.below(20) {
            0..=2 => self.advance(),
            3 => Step::Checkpoint,
            4 => Step::Accounts(vec![self.account()]),
            5..=7 if !sent.is_empty() => self.random.pick(sent).unwrap().clone(),
            8 => self.imported(),
            9 => self.acknowledge(),
            10..=11 => self.sent(),
            12 => self.beside(),
            13 if self.random.one_in(4) => Step::Backup,
            14 => self.archive(),
            _ => self.batch(),
        }
    }

    fn advance(&mut self) -> Step {
        let now = self.model.clock();
        let by = self.random.below(4 * Timestamp::SECOND);
        let to = match self.model.next_deadline() {
            Some(deadline) if self.random.one_in(2) => {
                let near = deadline.nanoseconds() - 1 + self.random.below(3);
                Timestamp::from_nanoseconds(near).max(now)
            }
            _ => now.plus_nanoseconds(by),
        };
        Step::Advance(to)
    }

    /// Positions never go back, and are of what has happened. Now and then a consumer is removed.
    fn acknowledge(&mut self) -> Step {
        let consumer = ["mail", "books"][self.random.below(2) as usize];
        if self.random.one_in(4) {
            return Step::RemoveConsumer(consumer.into());
        }
        Step::Acknowledge(consumer.into(), self.model.last())
    }

    /// Of everything, or of what is before any time.
    fn archive(&mut self) -> Step {
        let end = self.model.last().nanoseconds() + 1;
        let before = if self.random.one_in(2) { end } else { self.random.below(end) };
        Step::Archive(Timestamp::from_nanoseconds(before))
    }

    pub(crate) fn sent(&mut self) -> Step {
        Step::Sent((0..2 + self.random.below(4)).map(|_| self.batch()).collect())
    }

    pub(crate) fn beside(&mut self) -> Step {
        let sync = 1 + self.random.below(4);
        let step = |author: &mut Self| match author.random.below(6) {
            0 => author.advance(),
            1 => author.acknowledge(),
            _ => author.batch(),
        };
        Step::Beside(sync, (0..1 + self.random.below(3)).map(|_| step(self)).collect())
    }

    fn account(&mut self) -> Account {
        let number = 1 + self.random.below(14);
        let flags = AccountFlags::from_bits(self.random.below(32) as u32);
        let ledger = 1 + self.random.below(2) as u32;
        Account::new(Id::from_u128(number.into()), ledger, 7, flags)
    }

    fn batch(&mut self) -> Step {
        let count = if self.random.one_in(8) { 40 } else { 1 + self.random.below(8) };
        let mut operations: Vec<_> = (0..count).map(|_| self.operation()).collect();
        for operation in &mut operations {
            if self.random.one_in(4) {
                *operation = operation.linked();
            }
        }
        Step::Batch(operations, std::mem::take(&mut self.data))
    }

    /// Operations of the past, which is what is not in the store yet.
    fn imported(&mut self) -> Step {
        let mut time = self.model.last();
        let operations = (0..1 + self.random.below(4)).map(|_| {
            time = time.plus_nanoseconds(1 + self.random.below(Timestamp::SECOND));
            self.operation().imported(time)
        });
        let operations = operations.collect();
        Step::Batch(operations, std::mem::take(&mut self.data))
    }

    fn operation(&mut self) -> Operation {
        let id = self.id();
        let (from, to) = (self.wallet(), self.wallet());
        let ledger = if self.random.one_in(12) { 2 } else { 1 };
        let amount = self.amount();
        let hold = self.open_hold();
        match self.random.below(28) {
            0..=4 => {
                let flags = [OperationFlags::BALANCING_DEBIT, OperationFlags::NONE];
                let flags = *self.random.pick(&flags).unwrap();
                Operation::transfer(id, from, to, ledger, amount).with_flags(flags)
            }
            5..=9 => self.hold(id, from, to, ledger, amount),
            10 => self.timed(Operation::ship(id, hold)),
            11 => self.timed(Operation::deliver(id, hold)),
            12 => Operation::extend(id, hold, 1 + self.random.below(9) as u32),
            13 => Operation::release(id, hold, amount),
            14 => Operation::release_rest(id, hold),
            15 => Operation {
                credit_account: to,
                ..Operation::release(id, hold, amount)
                    .with_flags(OperationFlags::FINAL | OperationFlags::NO_FEE)
            },
            16 => Operation::refund(id, hold, amount),
            17 => Operation::refund_rest(id, hold),
            18 => Operation::top_up(id, hold, amount),
            19 => Operation::dispute(id, hold),
            // With a clock of its own, perhaps for the second time.
            26 => {
                let claim = Amount::from(1 + self.random.below(30) as u32);
                let disputed = if self.random.one_in(3) { self.disputed() } else { hold };
                let dispute = self.timed(Operation::dispute(id, disputed)).claiming(claim);
                let claims = self.random.one_in(2);
                let at_deadline = if claims { AtDeadline::CLAIM } else { dispute.at_deadline };
                Operation { at_deadline, ..dispute }
            }
            27 => {
                self.new_holds.push(id);
                Operation::divide(id, hold, Amount::from(1 + self.random.below(99) as u32))
            }
            20 => match self.random.below(3) {
                0 => Operation::withdraw_dispute(id, self.disputed()),
                1 => Operation::release(id, self.disputed(), amount)
                    .with_flags(OperationFlags::ARBITRATED),
                _ => Operation::refund_rest(id, self.disputed())
                    .with_flags(OperationFlags::ARBITRATED),
            },
            21 => {
                let origins = self.model.reversible();
                let origin = self.random.pick(&origins).copied().unwrap_or(id);
                Operation::reverse(id, origin, amount)
            }
            22 => self.about_account(id),
            _ => self.about_document(id),
        }
    }

    fn id(&mut self) -> Id {
        if self.random.one_in(25) {
            return Id::from(1_001 + u128::from(self.random.below(60)));
        }
        *self.next_id += 1;
        // Some rise, some come from anywhere, as random ids do.
        if self.random.one_in(3) {
            let anywhere = u128::from(self.random.next()) << 64 | *self.next_id;
            return Id::from(anywhere);
        }
        Id::from(*self.next_id)
    }

    fn wallet(&mut self) -> Id {
        let most = if self.random.one_in(6) { 9 } else { 5 };
        Id::from(1 + u128::from(self.random.below(most)))
    }

    fn amount(&mut self) -> Amount {
        Amount::from(self.random.below(400) as u32)
    }

    fn open_hold(&mut self) -> Id {
        let mut holds = self.model.holds_that(Hold::is_open);
        holds.extend(&self.new_holds);
        if self.random.one_in(10) {
            holds = self.model.holds_that(|_| true);
        }
        self.random.pick(&holds).copied().unwrap_or(Id::from(1_u128))
    }

    fn disputed(&mut self) -> Id {
        let holds = self.model.holds_that(|hold| hold.is_open() && hold.is_disputed());
        self.random.pick(&holds).copied().unwrap_or(Id::from(1_u128))
    }

    fn hold(&mut self, id: Id, from: Id, to: Id, ledger: u32, amount: Amount) -> Operation {
        self.new_holds.push(id);
        let mut hold = Operation::hold(id, from, to, ledger, amount);
        if self.random.one_in(3) {
            hold.fee_account = Id::from(5_u128);
            hold.fee_ppm = self.random.below(200_000) as u32;
            hold.fee_fixed = Amount::from(self.random.below(3) as u32 * 10);
        }
        hold.user_data_128 = Id::from(u128::from(self.random.below(3)));
        if self.random.one_in(4) { hold } else { self.timed(hold) }
    }

    fn timed(&mut self, operation: Operation) -> Operation {
        let default = if self.random.one_in(2) { AtDeadline::REFUND } else { AtDeadline::RELEASE };
        operation.with_deadline(1 + self.random.below(6) as u32, default)
    }

    fn about_account(&mut self, id: Id) -> Operation {
        let account = self.wallet();
        let frozen = self.model.accounts_with(AccountFlags::FROZEN);
        let closed = self.model.accounts_with(AccountFlags::CLOSED);
        match (self.random.pick(&frozen), self.random.clone().pick(&closed)) {
            (Some(&frozen), _) if self.random.one_in(2) => Operation::unfreeze(id, frozen),
            (_, Some(&closed)) => Operation::reopen(id, closed),
            _ if self.random.one_in(2) => Operation::freeze(id, account),
            _ => Operation::close(id, Id::from(9 + u128::from(self.random.below(6)))),
        }
    }

    fn about_document(&mut self, id: Id) -> Operation {
        let space = ["orders", "x"][self.random.below(2) as usize];
        let key = [b'a' + self.random.below(5) as u8];
        let offset = self.data.len();
        self.data.extend_from_slice(space.as_bytes());
        self.data.extend_from_slice(&key);
        let is_put = !self.random.one_in(4);
        let long = if self.random.one_in(6) { 9_000 } else { 200 };
        let length = if is_put { self.random.below(long) as usize } else { 0 };
        let fill = self.random.next() as u8;
        self.data.resize(self.data.len() + length, fill);
        let mut operation = Operation {
            kind: if is_put { Kind::PUT } else { Kind::DELETE },
            data_offset: offset as u32,
            space_length: space.len() as u16,
            key_length: 1,
            value_length: length as u32,
            ..Operation::freeze(id, Id::ZERO)
        };
        if self.random.one_in(3) {
            operation.expected_version = self.model.version(&(space.to_owned(), key.to_vec()));
            operation = operation.with_flags(OperationFlags::IF_VERSION);
        }
        operation
    }
}
