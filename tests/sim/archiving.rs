//! Archiving in the life of a store: what is left in it, and that the rest comes back.

use crate::disk::{Fault, Plan};
use crate::life::{End, Life};
use crate::read::dump_state;
use crate::story::Step;
use crate::system::{Dump, System, chains, same_dumps};
use escrowdb::{ArchiveOptions, Outcome, Result, Status, Store, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Life {
    /// Archives what is before a time, looks at what is left, and shuts the store. Either disk may
    /// fail.
    pub(crate) fn archive(&mut self, store: &Store, before: Timestamp) -> End {
        if self.random.one_in(6) {
            let fault = *self.random.pick(&[Fault::Io, Fault::Sync, Fault::NoSpace]).unwrap();
            let call = 1 + self.random.below(8);
            self.archive.plan(Plan { call, fault });
        }
        let options = ArchiveOptions::before(before);
        let done = store.archive_to(Arc::new(self.archive.clone()), &options);
        let archive_failed = self.archive.heal();
        match done {
            Err(error) if !archive_failed || self.disk.has_failed() => {
                return self.failed(&error, &[]);
            }
            Err(error) => assert!(archive_failed, "a sound archive, and yet: {error}"),
            Ok(report) => self.archived += report.segments,
        }
        if let Err(error) = self.look_at_what_is_left(store) {
            return self.failed(&error, &[]);
        }
        if self.repeat(store) == End::Answered {
            self.shut();
        }
        End::Down
    }

    /// All but what is read out of the journal is as ever.
    fn look_at_what_is_left(&self, store: &Store) -> Result<()> {
        let found = dump_state(&store.snapshot()?, &self.known)?;
        let all = self.model.dump(&self.known);
        let expected = Dump { lines: Vec::new(), operations: BTreeMap::new(), ..all };
        same_dumps(&expected, &found).unwrap();
        Ok(())
    }

    /// What was sent before is known, if not by its content.
    fn repeat(&mut self, store: &Store) -> End {
        let Some(step) = self.random.pick(&self.sent).cloned() else { return End::Answered };
        let Step::Batch(operations, _) = &step else { unreachable!("only batches are kept") };
        let mut after = self.model.clone();
        let expected = step.on_model(&mut after);
        if !expected.iter().all(|outcome| outcome.status.is_repeat()) {
            return End::Answered;
        }
        let actual = match step.on_store(store) {
            Ok(actual) => actual,
            Err(error) => return self.failed(&error, &[&step]),
        };
        for chain in chains(operations) {
            let (expected, actual) = (&expected[chain.clone()], &actual[chain]);
            let archived = |one: &Outcome| one.status == Status::ORIGINAL_IS_ARCHIVED;
            let is_archived = actual.iter().any(archived);
            for (expected, actual) in expected.iter().zip(actual) {
                // One member whose content is not known any more fails its chain.
                let fails = is_archived && actual.status == Status::LINKED_EVENT_FAILED;
                let is_same = actual.status == expected.status || archived(actual);
                assert!(fails || is_same, "{actual:?} instead of {expected:?}");
                // Beside another content under its id, the time of the first is not told.
                let tells = actual.status == expected.status || !expected.timestamp.is_none();
                let is_then = actual.timestamp == expected.timestamp;
                assert!(fails || !tells || is_then, "{actual:?} instead of {expected:?}");
            }
        }
        // Deadlines that had come were settled.
        self.model = after;
        End::Answered
    }

    /// Copies what was archived back to where it came from. Its disk may lose its power before.
    pub(crate) fn bring_back(&mut self) {
        if self.random.one_in(2) {
            self.archive.cut_power();
        }
        match &self.log {
            Some(log) => log.bring_back(),
            None => self.disk.bring_back(&self.archive),
        }
    }
}
