//! Leads a store and the model through the same history.

use crate::laws;
use crate::model::Model;
use crate::names::Names;
use crate::strategies::{Base, CURRENT_VERSION, END_OF_JUMPS, Jump, Step};
use crate::system::{Known, System, Time, same_creations, same_dumps, same_outcomes};
use escrowdb::{Kind, Operation, OperationFlags, Status, Timestamp};
use std::collections::BTreeMap;

pub(crate) type Sent = (Vec<Operation>, Vec<u8>);

/// The store and the model, led through the same history.
pub(crate) struct Pair<S> {
    pub(crate) model: Model,
    pub(crate) store: S,
    pub(crate) known: Known,
    pub(crate) sent: Vec<Sent>,
    pub(crate) seen: BTreeMap<(Kind, Status), usize>,
}

impl<S: System> Pair<S> {
    pub(crate) fn open() -> Self {
        Self {
            model: Model::open(Time::Manual),
            store: S::open(Time::Manual),
            known: Known::default(),
            sent: Vec::new(),
            seen: BTreeMap::new(),
        }
    }

    /// Takes one step, and compares all that came of it.
    pub(crate) fn step(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Ledgers(ledgers) => {
                let expected = self.model.create_ledgers(ledgers);
                same_creations(&expected, &self.store.create_ledgers(ledgers))?;
            }
            Step::Accounts(accounts) => {
                let expected = self.model.create_accounts(accounts);
                same_creations(&expected, &self.store.create_accounts(accounts))?;
            }
            Step::Batch(operations, data, base) => {
                let operations = self.resolve(operations, data, *base);
                self.submit(operations, data.clone())?;
            }
            Step::Again(index, tweak) if !self.sent.is_empty() => {
                let (mut operations, data) = index.get(&self.sent).clone();
                if let Some((index, tweak)) = tweak {
                    let position = index.index(operations.len());
                    tweak.apply(&mut operations[position]);
                }
                self.submit(operations, data)?;
            }
            Step::Again(..) => {}
            Step::Advance(jump) => self.advance(*jump),
            Step::Reopen => {
                self.model.reopen();
                self.store.reopen();
            }
        }
        let dump = self.store.dump(&self.known);
        same_dumps(&self.model.dump(&self.known), &dump)?;
        laws::check(&dump)
    }

    fn submit(&mut self, operations: Vec<Operation>, data: Vec<u8>) -> Result<(), String> {
        self.known.operations.extend(operations.iter().map(|operation| operation.id));
        self.known.documents.extend(operations.iter().filter_map(|o| document(o, &data)));
        let expected = self.model.submit(&operations, &data);
        let actual = self.store.submit(&operations, &data);
        for (operation, outcome) in operations.iter().zip(&expected) {
            *self.seen.entry((operation.kind, outcome.status)).or_default() += 1;
        }
        same_outcomes(&operations, &expected, &actual)?;
        self.sent.push((operations, data));
        Ok(())
    }

    /// Fills in the times, versions and names that were left open.
    fn resolve(&self, operations: &[Operation], data: &[u8], base: Base) -> Vec<Operation> {
        let base = match (base, self.model.next_deadline()) {
            (Base::NextDeadline, Some(deadline)) => deadline.min(end_of_jumps()),
            _ => self.model.last(),
        };
        let mut names = Names::of(&self.model, &self.known);
        let mut operations = operations.to_vec();
        for operation in &mut operations {
            if operation.flags.contains(OperationFlags::IMPORTED) && !operation.timestamp.is_none()
            {
                operation.timestamp = base.plus_nanoseconds(operation.timestamp.nanoseconds() - 1);
            }
            if operation.expected_version == CURRENT_VERSION {
                let name = document(operation, data);
                operation.expected_version = name.map_or(0, |name| self.model.version(&name));
            }
            operation.id = names.resolve(operation.id);
            operation.target = names.resolve(operation.target);
            names.learn(operation);
        }
        operations
    }

    fn advance(&mut self, jump: Jump) {
        let now = self.model.clock();
        let time = match (jump, self.model.next_deadline()) {
            (Jump::By(nanoseconds), _) => now.plus_nanoseconds(nanoseconds),
            (Jump::ToDeadline(more), Some(deadline)) => {
                Timestamp::from_nanoseconds(deadline.nanoseconds().saturating_add_signed(more))
            }
            (Jump::ToDeadline(_), None) => now,
        };
        let time = time.min(end_of_jumps()).max(now);
        self.model.advance(time);
        self.store.advance(time);
    }
}

fn end_of_jumps() -> Timestamp {
    Timestamp::from_nanoseconds(END_OF_JUMPS)
}

/// The document that an operation is about, if it can be one.
pub(crate) fn document(operation: &Operation, data: &[u8]) -> Option<(String, Vec<u8>)> {
    if !operation.kind.is_about_document() {
        return None;
    }
    let start = operation.data_offset as usize;
    let middle = start + usize::from(operation.space_length);
    let end = middle + usize::from(operation.key_length);
    let space = String::from_utf8(data.get(start..middle)?.to_vec()).ok()?;
    let key = data.get(middle..end)?.to_vec();
    (!space.is_empty() && !key.is_empty()).then_some((space, key))
}
