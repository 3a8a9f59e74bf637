//! The queue and the commit order: who leads, who is answered, and in which order.

use super::{explore, run};
use crate::commit::error::Stop;
use crate::commit::lead::CommitOrder;
use crate::commit::queue::{Queue, Submission};
use crate::commit::sync::Builder;
use crate::commit::wait_strategy::{WaitStrategies, WaitStrategy};
use crate::commit::work::{Answer, Work};
use crate::commit::{CommitError, Ticket, lock};
use crate::engine::{Origin, Outcomes};
use crate::model::{Id, Operation, Timestamp};
use shuttle::scheduler::RoundRobinScheduler;
use shuttle::sync::Mutex;
use shuttle::thread::JoinHandle;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What leads takes so many submissions at a time.
const TAKEN: usize = 2;
/// A spinning caller is parked soon.
const YIELDS: u32 = 2;

/// A queue whose leaders do nothing but to number what they take.
struct Desk {
    queue: Queue,
    commit_order: CommitOrder,
    leaders: AtomicUsize,
    /// Numbers in the order in which they were taken, and in which they were answered.
    taken: Mutex<Vec<u64>>,
    answered: Mutex<Vec<u64>>,
}

fn work(number: u64) -> Work {
    Work::Advance(Timestamp::from_nanoseconds(number))
}

fn number(submission: &Submission) -> u64 {
    match submission.work {
        Work::Advance(number) => number.nanoseconds(),
        _ => panic!("nobody asked for that"),
    }
}

impl Desk {
    fn new() -> Arc<Self> {
        Self::with(WaitStrategies::always(WaitStrategy::Park))
    }

    /// A desk whose callers wait like this.
    fn with(wait_strategies: WaitStrategies) -> Arc<Self> {
        Arc::new(Self {
            queue: Queue::with(wait_strategies, YIELDS, usize::MAX),
            commit_order: CommitOrder::new(),
            leaders: AtomicUsize::new(0),
            taken: Mutex::default(),
            answered: Mutex::default(),
        })
    }

    /// As a leader does: take, pass the lead on, wait for the turn, answer.
    fn lead(&self) {
        assert_eq!(self.leaders.fetch_add(1, Ordering::SeqCst), 0, "two lead at once");
        let mut submissions = VecDeque::new();
        self.queue.take((TAKEN, usize::MAX), &mut submissions);
        lock(&self.taken).extend(submissions.iter().map(number));
        let turn = self.commit_order.take();
        assert_eq!(self.leaders.fetch_sub(1, Ordering::SeqCst), 1);
        self.queue.pass_lead();
        self.commit_order.wait_for(turn);
        for submission in submissions {
            let number = number(&submission);
            lock(&self.answered).push(number);
            submission.completion.resolve(Ok(Answer { settled: number, ..Answer::default() }));
        }
        self.commit_order.done(None);
    }

    fn submit(&self, number: u64) -> Result<u64, CommitError> {
        let (ticket, leads) = self.queue.push(work(number), Outcomes::default(), true)?;
        if leads {
            self.lead();
        }
        while ticket.wait_or_lead() {
            self.lead();
        }
        ticket.take().map(|answer| answer.settled)
    }

    fn submit_async(&self, number: u64) -> Result<Ticket, CommitError> {
        self.queue.push(work(number), Outcomes::default(), false).map(|(ticket, _)| ticket)
    }

    fn reserve(self: &Arc<Self>) -> JoinHandle<()> {
        self.spawn(|desk| {
            while desk.queue.wait_in_reserve() {
                desk.lead();
            }
        })
    }

    fn spawn(self: &Arc<Self>, run: impl FnOnce(&Self) + Send + 'static) -> JoinHandle<()> {
        let desk = Arc::clone(self);
        Builder::new().spawn(move || run(&desk)).unwrap()
    }

    /// Everything was answered in the order in which it was taken, and each thread's in the order
    /// in which it was sent.
    fn check(&self, sent: &[&[u64]]) {
        let (taken, answered) = (lock(&self.taken).clone(), lock(&self.answered).clone());
        assert_eq!(taken, answered, "answers keep the order");
        for sent in sent {
            let mine = answered.iter().filter(|number| sent.contains(number));
            assert_eq!(mine.collect::<Vec<_>>(), sent.iter().collect::<Vec<_>>());
        }
        assert_eq!(answered.len(), sent.iter().map(|sent| sent.len()).sum::<usize>());
    }
}

fn wait(tickets: impl IntoIterator<Item = (u64, Ticket)>) {
    for (number, ticket) in tickets {
        assert_eq!(ticket.wait().unwrap().settled, number);
        assert!(ticket.is_done() && ticket.wait().is_err(), "an answer is given once");
    }
}

#[test]
fn callers_lead_each_other() {
    explore("callers", || callers_lead(WaitStrategy::Park));
}

#[test]
fn callers_who_stay_awake_lead_each_other() {
    explore("spinning", || callers_lead(WaitStrategy::Spin));
}

fn callers_lead(wait_strategy: WaitStrategy) {
    let desk = Desk::with(WaitStrategies::always(wait_strategy));
    let caller = |numbers: [u64; 2]| {
        desk.spawn(move |desk| {
            for number in numbers {
                assert_eq!(desk.submit(number).unwrap(), number);
            }
        })
    };
    let threads = [caller([1, 2]), caller([3, 4]), caller([5, 6])];
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    desk.check(&[&[1, 2], &[3, 4], &[5, 6]]);
}

#[test]
fn the_reserve_serves_who_does_not_wait() {
    explore("reserve", || {
        let desk = Desk::new();
        let reserve = [desk.reserve(), desk.reserve()];
        let sender = desk.spawn(|desk| {
            wait([1, 2, 3].map(|number| (number, desk.submit_async(number).unwrap())));
        });
        let caller = desk.spawn(|desk| assert_eq!(desk.submit(4).unwrap(), 4));
        sender.join().unwrap();
        caller.join().unwrap();
        desk.queue.close();
        reserve.into_iter().for_each(|thread| thread.join().unwrap());
        desk.check(&[&[1, 2, 3], &[4]]);
    });
}

/// What the reserve was asked to lead is led by it even when the queue is closed meanwhile, and
/// what is refused is told so.
fn end_early(end: fn(&Queue), is_end: fn(&CommitError) -> bool) {
    let desk = Desk::new();
    let reserve = desk.reserve();
    let sender = desk.spawn(move |desk| {
        let tickets = [1, 2, 3].map(|number| (number, desk.submit_async(number)));
        for (number, ticket) in tickets {
            match ticket.and_then(|ticket| ticket.wait()) {
                Ok(answer) => assert_eq!(answer.settled, number),
                Err(error) => assert!(is_end(&error), "{error}"),
            }
        }
    });
    let caller = desk.spawn(move |desk| match desk.submit(4) {
        Ok(answer) => assert_eq!(answer, 4),
        Err(error) => assert!(is_end(&error), "{error}"),
    });
    end(&desk.queue);
    sender.join().unwrap();
    caller.join().unwrap();
    assert!(is_end(&desk.submit(5).unwrap_err()), "nothing is taken any more");
    desk.queue.close();
    reserve.join().unwrap();
    let (taken, answered) = (lock(&desk.taken).clone(), lock(&desk.answered).clone());
    assert_eq!(taken, answered);
}

#[test]
fn everybody_is_told_when_the_queue_closes() {
    explore("close", || end_early(Queue::close, |error| matches!(error, CommitError::Closed)));
}

#[test]
fn everybody_is_told_when_the_queue_is_poisoned() {
    explore("poison", || {
        end_early(
            |queue| queue.poison(&Stop::Poisoned("a cause".into())),
            |error| matches!(error, CommitError::Poisoned(reason) if **reason == *"a cause"),
        );
    });
}

/// Who works in the background must know whether it is in somebody's way.
#[test]
fn it_is_known_whether_callers_stay_awake() {
    run(RoundRobinScheduler::new(1), || {
        for wait_strategy in [WaitStrategy::Park, WaitStrategy::Spin] {
            let queue = Queue::with(WaitStrategies::always(wait_strategy), YIELDS, usize::MAX);
            let submit = |is_awaited| queue.push(work(1), Outcomes::default(), is_awaited);
            let take = || queue.take((TAKEN, usize::MAX), &mut VecDeque::new());
            submit(true).unwrap();
            take();
            assert_eq!(queue.has_spinning(), wait_strategy == WaitStrategy::Spin);
            submit(false).unwrap();
            take();
            assert!(!queue.has_spinning(), "nobody waits for that");
        }
    });
}

/// Batches within the limits, of many callers, added up to a block above the limit of the journal,
/// and the store was poisoned by it. What is taken together is bounded by bytes, too.
#[test]
fn little_is_taken_together_if_it_is_large() {
    run(RoundRobinScheduler::new(1), || {
        let queue = Queue::with(WaitStrategies::always(WaitStrategy::Park), YIELDS, usize::MAX);
        let data = vec![0; 40];
        let put = Operation { value_length: 1 << 20, ..Operation::put(Id::new(), 1, 1, 0) };
        let batch = |operations: &[Operation]| Work::Operations {
            operations: operations.to_vec(),
            data: data.clone(),
            origin: Origin::Host,
        };
        let bytes = batch(&[put; 3]).block_bytes();
        assert!(bytes > 3 << 20, "what shares the data counts each time");
        for _ in 0..7 {
            queue.push(batch(&[put; 3]), Outcomes::default(), false).unwrap();
        }
        let take = |bytes_max| {
            let mut taken = VecDeque::new();
            queue.take((usize::MAX, bytes_max), &mut taken);
            taken.len()
        };
        assert_eq!(take(1), 1, "one fits however large it is");
        assert_eq!(take(2 * bytes), 2);
        assert_eq!(take(2 * bytes + 1), 3, "it may be exceeded by the last one");
        assert_eq!(take(2 * bytes), 1);
        assert_eq!(take(0), 0);
    });
}

/// A leader that dies with promises in its hands breaks them, and nobody waits for ever.
#[test]
fn a_broken_promise_is_told() {
    explore("broken", || {
        let desk = Desk::new();
        let reserve = desk.spawn(|desk| {
            while desk.queue.wait_in_reserve() {
                desk.queue.take((TAKEN, usize::MAX), &mut VecDeque::new());
                desk.queue.pass_lead();
            }
        });
        let sender = desk.spawn(|desk| {
            for ticket in [1, 2, 3].map(|number| desk.submit_async(number).unwrap()) {
                assert!(matches!(ticket.wait(), Err(CommitError::Poisoned(_))));
            }
        });
        sender.join().unwrap();
        desk.queue.close();
        reserve.join().unwrap();
    });
}

/// A thread that waits for the blocks in flight wakes up for the end of each turn, and for a reason
/// to stop.
#[test]
fn turns_wake_who_waits() {
    explore("turns", || {
        let desk = Desk::new();
        let stopped = Arc::new(AtomicUsize::new(0));
        let taker = |desk: &Desk| {
            let turn = desk.commit_order.take();
            desk.commit_order.wait_for(turn);
            desk.commit_order.done(None);
        };
        let watcher = {
            let stopped = Arc::clone(&stopped);
            desk.spawn(move |desk| {
                desk.commit_order.wait(|| false, |in_flight| in_flight < 2);
                let stop = || stopped.load(Ordering::SeqCst) > 0;
                desk.commit_order.wait(stop, |_| false);
            })
        };
        let threads = [desk.spawn(taker), desk.spawn(taker), watcher];
        stopped.store(1, Ordering::SeqCst);
        desk.commit_order.wake_all();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
}
