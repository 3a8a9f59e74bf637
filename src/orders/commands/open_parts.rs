//! Parts that are open, of all orders, by what is due next.

use super::Orders;
use super::policies::Policies;
use super::transaction::{Stop, answered, part_hold, terms};
use crate::model::{Id, Timestamp};
use crate::orders::rules::part::Seen;
use crate::orders::rules::rows::{AgendaRow, ListedKey, PartKey, PartRow, WHOLE};
use crate::orders::rules::{OrderStatus, Refusal, Stage};
use crate::store::house::ReadTransaction;
use crate::store::{Error, Result};
use crate::wallets::rules::rows::RowKey;

/// A part in a list of those that are open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct OpenPart {
    /// Its order.
    pub order: Id,
    /// Its number there.
    pub part: u16,
    /// How far it has come. [`Stage::Done`] while what a deadline gave back is on its way.
    pub stage: Stage,
    /// By which the list is ordered: when its window ends, or, of what was to be done already, when
    /// that was, or is tried again.
    pub due_at: Timestamp,
}

impl OpenPart {
    /// A row that was listed, for the list to go on after it.
    #[must_use]
    pub const fn new(order: Id, part: u16, stage: Stage, due_at: Timestamp) -> Self {
        Self { order, part, stage, due_at }
    }
}

impl Orders {
    /// Parts of all orders that are open, those first that are due next, up to `limit` after
    /// `after`: in this stage alone, if it is given, and those alone that are due before a time, if
    /// that is. So staff find what is escalated, and what will end soon.
    ///
    /// Each call looks at the orders as they are then: what was done meanwhile may stand elsewhere.
    /// All open parts that are due before the last one are looked at.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn open_parts(
        &self,
        stage: Option<Stage>,
        due_before: Option<Timestamp>,
        after: Option<&OpenPart>,
        limit: usize,
    ) -> Result<Vec<OpenPart>> {
        let after = after.map(|&OpenPart { order, part, due_at, .. }| {
            ListedKey { of: Id::ZERO, at: due_at, order, part }.bytes()
        });
        let reading = self.shared.chains.read()?;
        let mut found = Vec::new();
        for row in reading.scan::<AgendaRow>(&Id::ZERO.to_bytes(), after.as_deref()) {
            let (key, _) = row?;
            let is_late = due_before.is_some_and(|before| key.at >= before);
            if is_late || found.len() >= limit {
                break;
            }
            if key.part == WHOLE {
                continue;
            }
            let lost = |refusal| Error::Corrupt(format!("the agenda of orders: {refusal}"));
            let open = answered(open_part(&reading, &self.shared.policies, key))?.map_err(lost)?;
            if stage.is_none_or(|stage| stage == open.stage) {
                found.push(open);
            }
        }
        Ok(found)
    }
}

fn open_part(
    reading: &ReadTransaction,
    policies: &Policies,
    listed: ListedKey,
) -> Result<OpenPart, Stop> {
    let ListedKey { at: due_at, order, part, .. } = listed;
    let key = PartKey { order, part };
    let none = || Refusal::of(OrderStatus::PART_NOT_FOUND);
    let row = reading.peek::<PartRow>(&key)?.ok_or_else(none)?;
    let hold = part_hold(reading, key, &row)?;
    let terms = terms(reading, order)?;
    let policy = policies.of(reading, terms.policy)?;
    let now = reading.now();
    let seen = Seen { policy: &policy, row: &row, hold: &hold, terms: &terms, now };
    Ok(OpenPart { order, part, stage: seen.stage(), due_at })
}
