//! Names for what a random operation is about, resolved when it is sent.

use crate::model::Model;
use crate::system::Known;
use escrowdb::{AccountFlags, Hold, Id, Kind, Operation};

/// An id that means something only when the operation is sent: the so-manieth of what there is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Name {
    Plain(u8),
    New,
    Used(u8),
    OpenHold(u8),
    Hold(u8),
    Reversible(u8),
    Disputed(u8),
    Frozen(u8),
    Closed(u8),
}

impl Name {
    /// The id that stands for it until then.
    pub(crate) fn id(self) -> Id {
        let (class, number) = match self {
            Self::Plain(number) => (0, number),
            Self::New => (1, 0),
            Self::Used(number) => (2, number),
            Self::OpenHold(number) => (3, number),
            Self::Hold(number) => (4, number),
            Self::Reversible(number) => (5, number),
            Self::Disputed(number) => (6, number),
            Self::Frozen(number) => (7, number),
            Self::Closed(number) => (8, number),
        };
        Id::from_u128(class << 64 | u128::from(number))
    }

    /// What an id stands for; `None` if it is a plain one.
    fn of(id: Id) -> Option<Self> {
        let number = (id.as_u128() & 0xff) as u8;
        match id.as_u128() >> 64 {
            1 => Some(Self::New),
            2 => Some(Self::Used(number)),
            3 => Some(Self::OpenHold(number)),
            4 => Some(Self::Hold(number)),
            5 => Some(Self::Reversible(number)),
            6 => Some(Self::Disputed(number)),
            7 => Some(Self::Frozen(number)),
            8 => Some(Self::Closed(number)),
            _ => None,
        }
    }
}

/// What names can stand for when a batch is sent.
pub(crate) struct Names {
    new: u128,
    used: Vec<Id>,
    open_holds: Vec<Id>,
    holds: Vec<Id>,
    reversible: Vec<Id>,
    disputed: Vec<Id>,
    frozen: Vec<Id>,
    closed: Vec<Id>,
}

impl Names {
    pub(crate) fn of(model: &Model, known: &Known) -> Self {
        Self {
            new: 2_000 + known.operations.len() as u128,
            used: known.operations.iter().copied().collect(),
            open_holds: model.holds_that(Hold::is_open),
            holds: model.holds_that(|_| true),
            reversible: model.reversible(),
            disputed: model.holds_that(|hold| hold.is_open() && hold.is_disputed()),
            frozen: model.accounts_with(AccountFlags::FROZEN),
            closed: model.accounts_with(AccountFlags::CLOSED),
        }
    }

    pub(crate) fn resolve(&mut self, id: Id) -> Id {
        let (ids, number) = match Name::of(id) {
            None => return id,
            Some(Name::Plain(number)) => return Id::from_u128(number.into()),
            Some(Name::New) => {
                self.new += 1;
                return Id::from_u128(self.new);
            }
            Some(Name::Used(number)) => (&self.used, number),
            Some(Name::OpenHold(number)) => (&self.open_holds, number),
            Some(Name::Hold(number)) => (&self.holds, number),
            Some(Name::Reversible(number)) => (&self.reversible, number),
            Some(Name::Disputed(number)) => (&self.disputed, number),
            Some(Name::Frozen(number)) => (&self.frozen, number),
            Some(Name::Closed(number)) => (&self.closed, number),
        };
        let position = usize::from(number) % ids.len().max(1);
        ids.get(position).copied().unwrap_or(Id::from_u128(1))
    }

    /// Later operations of the batch may be about this one.
    pub(crate) fn learn(&mut self, operation: &Operation) {
        match operation.kind {
            Kind::HOLD | Kind::DIVIDE => self.open_holds.push(operation.id),
            Kind::DISPUTE => self.disputed.push(operation.target),
            Kind::TRANSFER | Kind::RELEASE => self.reversible.push(operation.id),
            _ => {}
        }
    }
}
