//! What time leaves to be done: the end of a complaint's window, and what a deadline gave back.

use super::Orders;
use super::acting::{change_part, move_in_agenda};
use super::transaction::{Changes, part, terms};
use crate::model::{Id, Timestamp};
use crate::orders::rules::part::{Effect, Judged, Seen};
use crate::orders::rules::rows::{
    AgendaRow, PartKey, PartRow, REFUNDS_PASSED_ON, StepKey, StepRow, WHOLE, WINDOW_ENDED,
};
use crate::orders::rules::{OrderStatus, Party, Refusal};
use crate::store::Result;

/// What [`Orders::work`] has done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct OrderWork {
    /// Parts that were due, and are carried out; an order that was not paid in time is one, too.
    pub parts: usize,
    /// Parts of which something stays due, because an account is closed say: each is tried again an
    /// hour later.
    pub refused: usize,
}

/// How long a part waits that the ledger refused.
const AGAIN_AFTER_SECONDS: u32 = 3_600;

impl Orders {
    /// Carries out what time alone leaves to be done, of up to `limit` parts: windows of complaints
    /// that have run out, and refunds by deadlines on their way to the sources; and tells of orders
    /// that were not paid in time what went back of them. Call it every
    /// second or so; whoever calls, and wherever a process ends meanwhile, nothing is done twice.
    /// Without it everything is still done before the next command about the part.
    ///
    /// # Errors
    /// As [`Orders`] says.
    pub fn work(&self, limit: usize) -> Result<OrderWork> {
        let now = self.shared.chains.read()?.now();
        self.shared.store.advance(now)?;
        let mut done = OrderWork::default();
        let reading = self.shared.chains.read()?;
        let mut due = Vec::new();
        for row in reading.scan::<AgendaRow>(&Id::ZERO.to_bytes(), None).take(limit) {
            let (key, _) = row?;
            if key.at > reading.now() {
                break;
            }
            due.push((PartKey { order: key.order, part: key.part }, key.at));
        }
        drop(reading);
        for (key, at) in due {
            if key.part == WHOLE {
                match self.lapse(key.order)? {
                    Ok(()) => done.parts += 1,
                    Err(_) => {
                        drop(self.lapse_later(key.order, AGAIN_AFTER_SECONDS)?);
                        done.refused += 1;
                    }
                }
                continue;
            }
            let is_refused = self.carry_out_due(key)?.is_err();
            match self.look_again(key, at, is_refused)? || is_refused {
                true => done.refused += 1,
                false => done.parts += 1,
            }
        }
        Ok(done)
    }

    /// Carries out all that is due of a part. A part that is not there has nothing due.
    pub(super) fn carry_out_due(&self, key: PartKey) -> Result<Result<(), Refusal>> {
        // Each window that ends leads on, and none is followed by one before it.
        loop {
            let reading = self.shared.chains.read()?;
            let is_known = reading.peek::<PartRow>(&key)?.is_some();
            drop(reading);
            if !is_known {
                return Ok(Ok(()));
            }
            match self.carry_out_next(key)? {
                Ok(true) => (),
                Ok(false) => return Ok(Ok(())),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
    }

    /// Carries out the next thing that is due of a part; `false` if there is none. What ends a
    /// window does not wait for sources that take nothing back.
    fn carry_out_next(&self, key: PartKey) -> Result<Result<bool, Refusal>> {
        let refusal = match self.carry_out(key, true)? {
            Err(refusal) if refusal.status == OrderStatus::REFUSED_BY_LEDGER => refusal,
            done => return Ok(done),
        };
        let done = self.carry_out(key, false)?;
        Ok(if done == Ok(false) { Err(refusal) } else { done })
    }

    /// The same, with refunds that are passed on to their sources or stay due.
    fn carry_out(&self, key: PartKey, passes_on: bool) -> Result<Result<bool, Refusal>> {
        self.transact(key.order, |reading| {
            let terms = terms(reading, key.order)?;
            let (row, hold) = part(reading, &terms, key)?;
            let policy = self.shared.policies.of(reading, terms.policy)?;
            let now = reading.now();
            let seen = Seen { policy: &policy, row: &row, hold: &hold, terms: &terms, now };
            let ended = seen.end_of_window();
            let has_due = row.due_of(&hold).is_some_and(|due| due > 0);
            if ended.is_none() && !(has_due && passes_on) {
                return Ok((Changes::default(), false));
            }
            let what = if ended.is_some() { WINDOW_ENDED } else { REFUNDS_PASSED_ON };
            let nothing = Judged { case: row.case, effect: Effect::Nothing };
            let judged = ended.unwrap_or(nothing);
            let mut changes = Changes::default();
            let of = (key, &terms);
            let went = change_part(&mut changes, reading, of, &seen, (judged, passes_on))?;
            if ended.is_none() && went.is_nothing() {
                return Ok((Changes::default(), false));
            }
            let stage = match ended {
                Some(judged) => judged.stage_after(&hold),
                None => seen.stage(),
            };
            let step = StepRow::of_order(now, what, Party::System).then(stage);
            let step = StepRow { part: key.part, ..went.by(step) };
            let step_key = StepKey { order: key.order, command: Id::new() };
            changes.put_step(&step_key, &terms, &step)?;
            Ok((changes, true))
        })
    }

    /// Moves a part that stands in the agenda where it stood before: to when its window ends, if
    /// that is not there yet, and out of it if nothing is open; to later, if it was refused or
    /// something is still due, which it says.
    fn look_again(&self, key: PartKey, at: Timestamp, is_refused: bool) -> Result<bool> {
        let moved = self.transact(key.order, |reading| {
            let terms = terms(reading, key.order)?;
            let (row, hold) = part(reading, &terms, key)?;
            let mut changes = Changes::default();
            let is_due = row.due_of(&hold).is_some_and(|due| due > 0);
            if row.due == at || is_due {
                let policy = self.shared.policies.of(reading, terms.policy)?;
                let now = reading.now();
                let until =
                    Seen { policy: &policy, row: &row, hold: &hold, terms: &terms, now }.until();
                let later = is_refused || is_due;
                let to = if later { now.plus_seconds(AGAIN_AFTER_SECONDS) } else { until };
                move_in_agenda(&mut changes, key, row.due, to)?;
                changes.put(&key, &PartRow { due: to, ..row })?;
            }
            Ok((changes, is_due))
        })?;
        // Nothing is asked of the ledger, and the part was there a moment before.
        moved.map_err(|refusal| {
            crate::store::Error::Corrupt(format!("the agenda of orders: {refusal}"))
        })
    }
}
