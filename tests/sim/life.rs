//! A store and its model, led from crash to crash.

use crate::disk::{Fault, Plan, SimulatedDisk};
use crate::gate::Hold;
use crate::laws;
use crate::model::Model;
use crate::queries;
use crate::random::Random;
use crate::read::dump;
use crate::second_log::{self, SecondLog};
use crate::story::{Author, Step};
use crate::system::{Dump, Known, System, Time, chains, same_creations, same_dumps, same_outcomes};
use escrowdb::disk::Disk;
use escrowdb::{
    ClockSource, Error, Options, Outcome, Result, Snapshot, Status, Store, Ticket, journal,
};
use std::mem::take;
use std::sync::Arc;
use std::thread;

/// A store, its disk, and what it must be like.
pub(crate) struct Life {
    pub(crate) disk: SimulatedDisk,
    pub(crate) archive: SimulatedDisk,
    /// Where the journal is if it is not on the disk.
    pub(crate) log: Option<SecondLog>,
    pub(crate) store: Option<Store>,
    pub(crate) options: Options,
    /// After everything that was answered.
    pub(crate) model: Model,
    /// The steps whose answers never came, in the order in which they were sent.
    unanswered: Vec<Step>,
    pub(crate) known: Known,
    pub(crate) sent: Vec<Step>,
    /// Outcomes by the number of their step in `sent`.
    answers: Vec<Vec<Outcome>>,
    /// A snapshot that was kept, and what it showed.
    kept: Option<(Snapshot, Dump)>,
    pub(crate) random: Random,
    next_id: u128,
    pub(crate) reopened: u64,
    /// Segments.
    pub(crate) archived: u64,
}

/// How a step ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    Answered,
    /// The store is down: nothing more is answered until it is reopened.
    Down,
}

impl Life {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::new(!seed);
        let journal = journal::Options {
            segment_bytes: [2_048, 4_096, 16_384, 1 << 20][random.below(4) as usize],
            preallocate_bytes: [1, 1_024, 4_096, 65_536][random.below(4) as usize],
        };
        let options = Options::new()
            .clock(ClockSource::Manual)
            .index_user_data(random.one_in(2))
            .journal(journal);
        Self {
            disk: SimulatedDisk::new(seed),
            archive: SimulatedDisk::new(seed ^ 1 << 63),
            log: None,
            store: None,
            options,
            model: Model::open(Time::Manual),
            unanswered: Vec::new(),
            known: Known::default(),
            sent: Vec::new(),
            answers: Vec::new(),
            kept: None,
            random,
            next_id: 5_000,
            reopened: 0,
            archived: 0,
        }
    }

    /// As [`Life::new`], with the journal in a log that is no file.
    pub(crate) fn on_second_log(seed: u64) -> Self {
        let life = Self::new(seed);
        let options = life.options.clone().store_id(second_log::store_id());
        Self { log: Some(SecondLog::new()), options, ..life }
    }

    /// Makes up the next step.
    pub(crate) fn next_step(&mut self) -> Step {
        let recent = self.sent.len().saturating_sub(12);
        Author::new(&mut self.random, &self.model, &mut self.next_id).step(&self.sent[recent..])
    }

    /// As [`Life::next_step`], of those that a store takes by itself.
    pub(crate) fn next_plain_step(&mut self) -> Step {
        loop {
            let step = self.next_step();
            if !matches!(step, Step::Sent(_) | Step::Beside(..) | Step::Backup | Step::Archive(_)) {
                return step;
            }
        }
    }

    fn open_on(&self, disk: SimulatedDisk, log: Option<SecondLog>) -> Result<Store> {
        let (disk, options): (Arc<dyn Disk>, _) = (Arc::new(disk), self.options.clone());
        match log {
            Some(log) => Store::open_with_log(disk, Arc::new(log), options),
            None => Store::open_on(disk, options),
        }
    }

    /// Whether something has failed that the store depends on.
    fn has_failed(&self) -> bool {
        self.disk.has_failed() || self.log.as_ref().is_some_and(SecondLog::has_failed)
    }

    /// A generator of steps of a certain kind.
    pub(crate) fn author(&mut self) -> Author<'_> {
        Author::new(&mut self.random, &self.model, &mut self.next_id)
    }

    /// Takes a step, and compares what the store answers with what the model does.
    pub(crate) fn step(&mut self, step: &Step) -> End {
        let Some(store) = self.store.clone() else { return End::Down };
        let answer = match step {
            Step::Sent(batches) => return self.send(&store, batches),
            Step::Beside(sync, steps) => return self.go_on_beside(store, *sync, steps),
            Step::Backup => return self.back_up(&store),
            Step::Archive(before) => return self.archive(&store, *before),
            _ => self.answer(&store, step),
        };
        drop(store);
        match answer {
            Ok(actual) => self.answered(step, actual),
            Err(error) => self.failed(&error, &[step]),
        }
    }

    /// What the store answers. While its log cannot be reached nothing is done, and the store goes
    /// on: the step is sent again.
    fn answer(&self, store: &Store, step: &Step) -> Result<Vec<Outcome>> {
        loop {
            match step.on_store(store) {
                Err(error @ Error::Unavailable(_)) => {
                    check_error(&error);
                    assert!(self.has_failed(), "a sound log, and yet: {error}");
                }
                answer => return answer,
            }
        }
    }

    /// Sends batches without waiting, and then waits for all of them.
    fn send(&mut self, store: &Store, batches: &[Step]) -> End {
        let gate = Arc::clone(&self.disk.gate);
        gate.shut(Hold::All);
        let mut tickets: Vec<Result<Ticket>> = Vec::new();
        let mut is_held = false;
        for batch in batches {
            let Step::Batch(operations, data) = batch else {
                unreachable!("only batches are sent")
            };
            tickets.push(store.submit_async(operations.clone(), data.clone()));
            // What leaves no trace needs no disk; the first that does is alone in its block.
            if let (false, Some(Ok(ticket))) = (is_held, tickets.last()) {
                gate.wait(|| ticket.is_done());
                is_held = !ticket.is_done();
            }
        }
        gate.open();
        let answers: Vec<_> =
            tickets.into_iter().map(|ticket| ticket.and_then(Ticket::wait)).collect();
        let is_outage = |answer: &Result<_>| matches!(answer, Err(Error::Unavailable(_)));
        let has_outage = answers.iter().any(is_outage);
        let count = answers.iter().take_while(|answer| answer.is_ok()).count();
        let are_failed = answers[count..].iter().all(Result::is_err);
        assert!(are_failed || has_outage, "answered behind a failure");
        let mut left = batches;
        let mut again = Vec::new();
        for (batch, answer) in batches.iter().zip(answers) {
            match answer {
                Ok(actual) => drop(self.answered(batch, actual)),
                Err(Error::Unavailable(_)) => again.push(batch),
                Err(error) => return self.failed(&error, &left.iter().collect::<Vec<_>>()),
            }
            left = &left[1..];
        }
        let mut ends = again.into_iter().map(|batch| self.step(batch));
        if ends.any(|end| end == End::Down) { End::Down } else { End::Answered }
    }

    /// Takes steps, and reads, while a checkpoint stands at one of its syncs.
    fn go_on_beside(&mut self, store: Store, sync: u64, steps: &[Step]) -> End {
        let gate = Arc::clone(&self.disk.gate);
        gate.shut(Hold::StateSync(sync));
        let checkpoint = thread::spawn(move || store.checkpoint());
        gate.wait(|| checkpoint.is_finished());
        if checkpoint.is_finished() {
            // It had fewer syncs to make; none of those to come is its own.
            gate.open();
        }
        let end = steps.iter().map(|step| self.step(step)).find(|end| *end == End::Down);
        if end.is_none() {
            self.look();
        }
        gate.open();
        let checkpoint = checkpoint.join().unwrap();
        match (checkpoint, &self.store) {
            (Err(error), Some(_)) => self.failed(&error, &[]),
            (_, None) => End::Down,
            (Ok(()), Some(_)) => End::Answered,
        }
    }

    /// Backs up onto an empty disk, which has all of it when it has lost its power.
    fn back_up(&mut self, store: &Store) -> End {
        let copy = SimulatedDisk::new(self.random.next());
        if let Err(error) = store.backup_to(Arc::new(copy.clone())) {
            return self.failed(&error, &[]);
        }
        copy.cut_power();
        let store = Store::open_on(Arc::new(copy), self.options.clone()).unwrap();
        let dump = dump(&store.snapshot().unwrap(), &self.known).unwrap();
        same_dumps(&self.model.dump(&self.known), &dump).unwrap();
        End::Answered
    }

    /// A step was not answered, or several that were sent together: the store is down.
    pub(crate) fn failed(&mut self, error: &Error, steps: &[&Step]) -> End {
        for step in steps {
            step.learn(&mut self.known);
        }
        self.unanswered = steps.iter().copied().cloned().collect();
        self.go_down(error);
        End::Down
    }

    /// A step was answered: rightly?
    fn answered(&mut self, step: &Step, actual: Vec<Outcome>) -> End {
        step.learn(&mut self.known);
        let mut after = self.model.clone();
        let expected = step.on_model(&mut after);
        match step {
            Step::Batch(operations, _) => same_outcomes(operations, &expected, &actual),
            _ => same_creations(&expected, &actual),
        }
        .unwrap();
        self.model = after;
        if let Step::Batch(..) = step {
            self.sent.push(step.clone());
            self.answers.push(actual);
        }
        End::Answered
    }

    /// The store failed: it says why in one line, and is shut.
    fn go_down(&mut self, error: &Error) {
        check_error(error);
        assert!(self.has_failed(), "a sound disk, and yet: {error}");
        // A later call is told the same, at once.
        if let (Error::Poisoned(reason), Some(store)) = (error, &self.store) {
            match store.submit(&[]) {
                Err(Error::Poisoned(again)) => assert_eq!(*reason, again),
                other => panic!("a poisoned store answered {other:?}"),
            }
        }
        self.shut();
    }

    pub(crate) fn shut(&mut self) {
        self.kept = None;
        self.store = None;
    }

    /// Opens the store. What it shows is what was answered; a step that was not answered is there
    /// whole or not at all. It may go down at once.
    pub(crate) fn open(&mut self) -> Result<()> {
        self.bring_back();
        let store = self.open_on(self.disk.clone(), self.log.clone())?;
        let dump = dump(&store.snapshot()?, &self.known)?;
        laws::check(&dump).unwrap();
        let mut before = self.model.clone();
        for step in take(&mut self.unanswered) {
            let same = |part: &Model| same_dumps(&part.dump(&self.known), &dump).is_ok();
            if let Some(part) = step.parts(&before).find(same) {
                self.model = part;
            }
            step.on_model(&mut before);
        }
        same_dumps(&self.model.dump(&self.known), &dump).unwrap();
        self.store = Some(store);
        self.reopened += 1;
        // A manual clock stands at the last event until it is set.
        self.step(&Step::Advance(self.model.clock()));
        Ok(())
    }

    /// Goes on with a store that is on another disk, and that was answered the same.
    pub(crate) fn adopt(&mut self, disk: SimulatedDisk, store: Store) {
        self.kept = None;
        (self.disk, self.store) = (disk, Some(store));
        // A manual clock stands at the last event until it is set.
        assert_eq!(self.step(&Step::Advance(self.model.clock())), End::Answered);
    }

    /// Opens the store, however often the power fails while it recovers.
    pub(crate) fn open_at_last(&mut self) {
        for attempt in 0.. {
            if attempt < 6 && self.random.one_in(3) {
                let call = 1 + self.random.below(12);
                self.disk.plan(Plan { call, fault: Fault::PowerLoss });
            }
            let opened = self.open();
            if self.store.is_some() {
                return;
            }
            if let Err(error) = opened {
                check_error(&error);
                assert!(self.disk.heal(), "a sound disk, and yet: {error}");
            }
            self.disk.cut_power();
        }
    }

    /// Reads everything, and compares it with the model.
    pub(crate) fn look(&mut self) {
        let Some(store) = &self.store else { return };
        let snapshot = store.snapshot().unwrap();
        let found = match dump(&snapshot, &self.known) {
            Ok(found) => found,
            Err(error) => {
                check_error(&error);
                assert!(self.has_failed(), "a sound disk, and yet: {error}");
                return self.shut();
            }
        };
        laws::check(&found).unwrap();
        same_dumps(&self.model.dump(&self.known), &found).unwrap();
        if let Err(error) = queries::check(&snapshot, &found, &mut self.random) {
            check_error(&error);
            assert!(self.has_failed(), "a sound disk, and yet: {error}");
            return self.shut();
        }
        if let Some((snapshot, shown)) = &self.kept {
            let known = Known {
                operations: shown.operations.keys().copied().collect(),
                documents: shown.documents.keys().cloned().collect(),
            };
            if let Ok(again) = dump(snapshot, &known) {
                same_dumps(shown, &again).expect("a snapshot does not change");
            }
        }
        if self.random.one_in(2) {
            self.kept = Some((snapshot, found));
        }
    }

    /// Sends what was answered a second time: it exists, with the answers of the first time.
    pub(crate) fn send_again(&mut self) -> End {
        let Some(index) = self.sent.len().checked_sub(1) else { return End::Answered };
        let index = index - self.random.below(index.min(9) as u64 + 1) as usize;
        let (step, first) = (self.sent[index].clone(), self.answers[index].clone());
        let end = self.step(&step);
        if end == End::Down {
            return end;
        }
        let Step::Batch(operations, _) = &step else { return end };
        let second = self.answers.last().unwrap();
        for chain in chains(operations) {
            let (first, second) = (&first[chain.clone()], &second[chain]);
            let alone = first.len() == 1;
            let done = first.iter().all(Outcome::is_done);
            for (first, second) in first.iter().zip(second) {
                if done {
                    let same = (second.status, second.timestamp, second.amount, second.fee);
                    assert_eq!(same, (Status::EXISTS, first.timestamp, first.amount, first.fee));
                } else if alone && first.status.number() >= 300 {
                    let same = (second.timestamp, second.first_status);
                    assert_eq!(same, (first.timestamp, first.status), "{second:?}");
                }
            }
        }
        end
    }

    /// The journal alone makes the same state.
    pub(crate) fn rebuild(&self) {
        let disk = self.disk.duplicate();
        disk.remove("state.redb").unwrap();
        // On a log of its own, or the store would be fenced.
        let log = self.log.as_ref().map(SecondLog::duplicate);
        let store = self.open_on(disk, log).unwrap();
        let dump = dump(&store.snapshot().unwrap(), &self.known).unwrap();
        same_dumps(&self.model.dump(&self.known), &dump).unwrap();
    }
}

/// Errors are typed, and one line of words.
pub(crate) fn check_error(error: &Error) {
    let text = error.to_string();
    let is_fair =
        matches!(error, Error::Poisoned(_) | Error::Io(_) | Error::Unavailable(_) | Error::Fenced);
    assert!(is_fair, "{error:?}");
    assert!(!text.contains('\n') && text.len() < 400, "{text}");
}
