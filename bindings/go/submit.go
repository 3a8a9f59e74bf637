package escrowdb

// #include <escrowdb.h>
import "C"

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// Submit applies a batch of operations, waits until it is durable, and gives an outcome for each. An
// operation that breaks a law is refused in its outcome, and the others go on; there is no error.
// Batches of several goroutines share a sync. The library reads the operations where they lie. If the
// wait can be cancelled, or another goroutine submits at the same time, it makes one copy of them.
//
// A context that is cancelled ends the wait, not the work. If it was cancelled before the batch was
// handed over, nothing happens and the error is the context's. Afterwards the error is also
// ErrOutcomeUnknown, and the operations may still be applied: look their ids up later, or submit
// them again with the same ids. Either way the slice is the caller's again when Submit returns.
func (s *Store) Submit(ctx context.Context, operations []Operation) ([]Outcome, error) {
	outcomes := make([]Outcome, len(operations))
	if err := s.submit(ctx, operations, nil, outcomes); err != nil {
		return nil, err
	}
	return outcomes, nil
}

// SubmitInto is Submit into outcomes of the caller's, of which there must be as many as operations
// at least. It does not allocate (compiled by an old Go, a few words). After an error they mean
// nothing.
func (s *Store) SubmitInto(ctx context.Context, operations []Operation, outcomes []Outcome) error {
	return s.submit(ctx, operations, nil, outcomes)
}

// SubmitBatch is Submit for operations that write documents.
func (s *Store) SubmitBatch(ctx context.Context, batch *Batch) ([]Outcome, error) {
	if batch == nil {
		return nil, fail(ErrInvalidArgument, "there is no batch")
	}
	outcomes := make([]Outcome, len(batch.operations))
	if err := s.submit(ctx, batch.operations, batch.data, outcomes); err != nil {
		return nil, err
	}
	return outcomes, nil
}

// submit goes one of two ways. A call that cannot be cancelled goes straight into the library, if no
// other does. All others go through the queue: their goroutines wait in Go, so that thousands of them
// do not need thousands of threads, and a wait can end before the work does.
func (s *Store) submit(
	ctx context.Context, operations []Operation, data []byte, outcomes []Outcome,
) error {
	if len(outcomes) < len(operations) {
		return fail(ErrInvalidArgument, "there is room for fewer outcomes than operations")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if s == nil || s.queue == nil {
		return errClosed // it was never opened
	}
	if ctx.Done() == nil || len(operations) == 0 {
		select {
		case s.queue.direct <- struct{}{}:
			err := s.submitDirect(operations, data, outcomes)
			<-s.queue.direct
			return unknown(err)
		default:
		}
	}
	return unknown(s.queue.submit(ctx, operations, data, outcomes))
}

func (s *Store) submitDirect(operations []Operation, data []byte, outcomes []Outcome) error {
	s.queue.beginSlice(len(operations))
	return s.call(func(store *C.escrow_store, e *C.escrow_error) C.escrow_status {
		return C.escrow_store_submit(store,
			(*C.escrow_operation)(unsafe.Pointer(start(operations))), C.size_t(len(operations)),
			unsafe.Pointer(unsafe.SliceData(data)), C.size_t(len(data)),
			(*C.escrow_outcome)(unsafe.Pointer(start(outcomes))), e)
	})
}

const (
	// sliceMin is how many operations make a call of the library long enough for beginSlice.
	sliceMin = 1024
	// yieldMax is how long giving up the processor may take while nobody else wants it.
	yieldMax = time.Millisecond
	// contention is for how long others are then taken to go on wanting it.
	contention = 250 * time.Millisecond
)

// beginSlice begins a new slice of time for the goroutine before it waits in the library for a large
// batch. One that goes from call to call otherwise has the same slice for more than the ten
// milliseconds that Go allows: Go then takes the processor from it in the middle of a call, and its
// monitor wakes every few dozens of microseconds, during the next calls too. Where the library itself
// needs the cores, that costs more than a tenth of what a goroutine can submit.
//
// Where other goroutines want all processors, calls begin new slices by themselves, and to wait for
// one more would cost more than it is worth.
func (q *queue) beginSlice(operations int) {
	before := time.Since(loaded)
	if operations < sliceMin || before < time.Duration(q.contendedUntil.Load()) {
		return
	}
	runtime.Gosched()
	if after := time.Since(loaded); after-before > yieldMax {
		q.contendedUntil.Store(int64(after + contention))
	}
}

// loaded is what times are counted from.
var loaded = time.Now()

// unknown marks the errors after which a batch may have been applied.
func unknown(err error) error {
	if failure, ok := err.(*Error); ok {
		switch failure.Code {
		case ErrPoisoned, ErrPanic, ErrIO:
			failure.outcomeUnknown = true
		}
	}
	return err
}

// directMax is how many submissions may each keep a thread in the library. One alone is answered
// sooner that way; beside others the queue is as fast.
const directMax = 1

// A queue is a completion queue of the library, and the one goroutine that takes from it.
type queue struct {
	store   *handle
	direct  chan struct{}
	slots   chan struct{} // one for each batch that is under way
	wake    chan struct{}
	ended   chan struct{}
	lock    sync.Mutex
	pointer *C.escrow_queue // nil until it is needed
	closed  bool
	running bool
	// In the order in which they were submitted, which is that of completions.
	waiting []*ticket
	first   int
	// Until when beginSlice leaves the processors to others, counted from loaded.
	contendedUntil atomic.Int64
}

// A ticket is one batch under way. Its lock is held while outcomes are being written.
type ticket struct {
	lock      sync.Mutex
	outcomes  []Outcome
	count     int
	abandoned bool
	answered  bool
	done      chan error
}

var tickets = sync.Pool{New: func() any { return &ticket{done: make(chan error, 1)} }}

func newQueue(store *handle) *queue {
	return &queue{
		store:  store,
		direct: make(chan struct{}, directMax),
		slots:  make(chan struct{}, C.ESCROW_QUEUE_BATCHES_MAX-1),
		wake:   make(chan struct{}, 1),
		ended:  make(chan struct{}),
	}
}

func (q *queue) submit(
	ctx context.Context, operations []Operation, data []byte, outcomes []Outcome,
) error {
	select {
	case q.slots <- struct{}{}:
	default:
		select {
		case q.slots <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	ticket := tickets.Get().(*ticket)
	ticket.outcomes, ticket.count = outcomes[:len(operations)], len(operations)
	ticket.abandoned, ticket.answered = false, false
	if err := q.hand(operations, data, ticket); err != nil {
		<-q.slots
		ticket.outcomes = nil
		tickets.Put(ticket)
		return err
	}
	select {
	case err := <-ticket.done:
		tickets.Put(ticket)
		return err
	case <-ctx.Done():
	}
	ticket.lock.Lock()
	ticket.abandoned = !ticket.answered
	ticket.outcomes = nil
	answered := ticket.answered
	ticket.lock.Unlock()
	if answered {
		err := <-ticket.done
		tickets.Put(ticket)
		return err
	}
	return fmt.Errorf("%w: %w", ErrOutcomeUnknown, ctx.Err())
}

// hand gives a batch to the library.
func (q *queue) hand(operations []Operation, data []byte, ticket *ticket) error {
	return q.store.use(func(store unsafe.Pointer) error {
		q.lock.Lock()
		defer q.lock.Unlock()
		if q.closed {
			return errClosed
		}
		if q.pointer == nil {
			err := check(func(e *C.escrow_error) C.escrow_status {
				return C.escrow_queue_new((*C.escrow_store)(store), &q.pointer, e)
			})
			if err != nil {
				return err
			}
			q.running = true
			go q.run()
		}
		err := check(func(e *C.escrow_error) C.escrow_status {
			return C.escrow_store_submit_async((*C.escrow_store)(store),
				(*C.escrow_operation)(unsafe.Pointer(start(operations))), C.size_t(len(operations)),
				unsafe.Pointer(unsafe.SliceData(data)), C.size_t(len(data)), q.pointer, 0, e)
		})
		if err != nil {
			return err
		}
		q.waiting = append(q.waiting, ticket)
		select {
		case q.wake <- struct{}{}:
		default:
		}
		return nil
	})
}

// end waits until every batch under way was answered, and frees the queue.
func (q *queue) end() {
	if q == nil {
		return
	}
	q.lock.Lock()
	if !q.closed {
		q.closed = true
		close(q.wake)
	}
	running := q.running
	q.lock.Unlock()
	if running {
		<-q.ended
	}
}

// oldest gives the batch whose completion is next, if any is under way.
func (q *queue) oldest() *ticket {
	q.lock.Lock()
	defer q.lock.Unlock()
	if q.first == len(q.waiting) {
		q.waiting, q.first = q.waiting[:0], 0
		return nil
	}
	if q.first >= 1024 && 2*q.first >= len(q.waiting) {
		q.waiting, q.first = append(q.waiting[:0], q.waiting[q.first:]...), 0
	}
	next := q.waiting[q.first]
	q.waiting[q.first] = nil
	q.first++
	return next
}

// run takes completions while there are batches under way, and sleeps in Go while there are none.
func (q *queue) run() {
	defer close(q.ended)
	defer C.escrow_queue_free(q.pointer)
	completion := new(C.escrow_completion)
	for {
		if ticket := q.oldest(); ticket != nil {
			q.take(ticket, completion)
			<-q.slots
		} else if _, ok := <-q.wake; !ok {
			return // whatever was handed over had woken this before
		}
	}
}

// take waits for the completion of a batch. It asks twice: first with no room at all, to learn that
// the completion is there, and then with the caller's room, unless the caller has left.
func (q *queue) take(ticket *ticket, completion *C.escrow_completion) {
	q.beginSlice(ticket.count)
	status, err := q.takeInto(completion, nil, C.ESCROW_WAIT_FOREVER)
	ticket.lock.Lock()
	defer ticket.lock.Unlock()
	if status == C.ESCROW_BUFFER_TOO_SMALL {
		room := ticket.outcomes
		if ticket.abandoned {
			room = make([]Outcome, ticket.count)
		}
		_, err = q.takeInto(completion, room, 0)
	}
	if err == nil && completion.status != C.ESCROW_OK {
		err = newError(Code(completion.status), &completion.message)
	}
	ticket.outcomes = nil
	ticket.answered = true
	ticket.done <- err
}

// takeInto makes no error of a buffer that is too small: that is how most of its calls end.
func (q *queue) takeInto(
	completion *C.escrow_completion, room []Outcome, milliseconds C.uint32_t,
) (status C.escrow_status, err error) {
	err = check(func(e *C.escrow_error) C.escrow_status {
		status = C.escrow_queue_take(q.pointer, milliseconds, completion,
			(*C.escrow_outcome)(unsafe.Pointer(start(room))), C.size_t(len(room)), e)
		if status == C.ESCROW_BUFFER_TOO_SMALL {
			return C.ESCROW_OK
		}
		return status
	})
	return status, err
}
