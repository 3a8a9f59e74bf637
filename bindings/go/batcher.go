package escrowdb

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
)

// A Batcher turns the single operations of thousands of goroutines into few, large batches. While
// one batch is being made durable, the next one gathers: nobody waits for company, and the more
// callers there are, the larger the batches become. Use it where each request has an operation of
// its own, such as in servers.
//
// Close it when done, before the store.
type Batcher struct {
	inner *batcher
}

const (
	// A batch of more is as fast as two of them.
	gatherMax = 8192
	// One batch is being made durable while another is being judged.
	inFlight = 2
)

type batcher struct {
	store    *Store
	lock     sync.Mutex
	changed  *sync.Cond
	pending  *gathering
	closed   bool
	flushers sync.WaitGroup
}

// A gathering is a batch of many callers. Once done is closed, it only is read.
type gathering struct {
	operations []Operation
	data       []byte
	documents  uint64 // bytes of documents, as the library counts them
	outcomes   []Outcome
	err        error
	taken      chan struct{}
	done       chan struct{}
}

// NewBatcher makes a batcher for the store.
func (s *Store) NewBatcher() *Batcher {
	inner := &batcher{store: s, pending: newGathering(0)}
	inner.changed = sync.NewCond(&inner.lock)
	inner.flushers.Add(inFlight)
	for i := 0; i < inFlight; i++ {
		go inner.flush()
	}
	outer := &Batcher{inner}
	runtime.SetFinalizer(outer, func(b *Batcher) { go b.Close() })
	return outer
}

// answeredGathering is the batch of those who have no operations.
var answeredGathering = func() *gathering {
	group := newGathering(0)
	close(group.done)
	return group
}()

func newGathering(size int) *gathering {
	return &gathering{
		operations: make([]Operation, 0, size),
		taken:      make(chan struct{}),
		done:       make(chan struct{}),
	}
}

// Submit applies one operation and waits until it is durable. That it was refused is in the outcome,
// and no error. An operation that is linked or imported is no single one (ErrInvalidArgument).
//
// A context that is cancelled ends the wait, by the rule of Store.Submit: the error is the context's
// alone if the operation was not handed over; if it is also ErrOutcomeUnknown, the operation may
// still be applied.
func (b *Batcher) Submit(ctx context.Context, operation Operation) (Outcome, error) {
	if b == nil {
		return Outcome{}, errClosed
	}
	group, place, err := b.inner.add(ctx, []Operation{operation}, nil)
	if err == nil {
		err = group.wait(ctx)
	}
	runtime.KeepAlive(b)
	if err != nil {
		return Outcome{}, err
	}
	return group.outcomes[place], nil
}

// SubmitBatch applies the operations of a batch, which stay together and in their order, and may be
// linked with each other and write documents. It waits as Submit does.
func (b *Batcher) SubmitBatch(ctx context.Context, batch *Batch) ([]Outcome, error) {
	if b == nil {
		return nil, errClosed
	}
	if batch == nil {
		return nil, fail(ErrInvalidArgument, "there is no batch")
	}
	group, place, err := b.inner.add(ctx, batch.operations, batch.data)
	if err == nil {
		err = group.wait(ctx)
	}
	runtime.KeepAlive(b)
	if err != nil {
		return nil, err
	}
	return append([]Outcome(nil), group.outcomes[place:place+batch.Len()]...), nil
}

// Close waits until everything that was submitted is answered, and ends the batcher: submitting
// answers ErrClosed, and so does a second Close. The store stays open.
func (b *Batcher) Close() error {
	if b == nil {
		return errClosed
	}
	runtime.SetFinalizer(b, nil)
	b.inner.lock.Lock()
	closed := b.inner.closed
	b.inner.closed = true
	b.inner.changed.Broadcast()
	b.inner.lock.Unlock()
	b.inner.flushers.Wait()
	if closed {
		return errClosed
	}
	return nil
}

// add puts operations into the batch that gathers. If that is full, it waits for the next.
func (b *batcher) add(
	ctx context.Context, operations []Operation, data []byte,
) (*gathering, int, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	if err := mayMix(operations, data); err != nil {
		return nil, 0, err
	}
	if len(operations) == 0 {
		return answeredGathering, 0, nil
	}
	b.lock.Lock()
	for {
		group := b.pending
		if b.closed {
			b.lock.Unlock()
			return nil, 0, errClosed
		}
		if group.hasRoom(operations, data) {
			place := group.add(operations, data)
			b.changed.Signal()
			b.lock.Unlock()
			return group, place, nil
		}
		b.lock.Unlock()
		select {
		case <-group.taken:
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
		b.lock.Lock()
	}
}

// mayMix refuses what would change the meaning of other callers' operations.
func mayMix(operations []Operation, data []byte) error {
	if len(operations) > BatchOperationsMax || len(data) > BatchDataBytesMax ||
		documentBytes(operations) > BatchDataBytesMax {
		return fail(ErrLimitExceeded, "the batch is too large")
	}
	for i := range operations {
		if operations[i].Flags&OperationImported != 0 {
			return fail(ErrInvalidArgument, "an imported operation cannot be mixed with others")
		}
	}
	if n := len(operations); n > 0 && operations[n-1].Flags&OperationLinked != 0 {
		return fail(ErrInvalidArgument, "the last operation is linked, but nothing follows it")
	}
	return nil
}

// documentBytes is what the library holds against BatchDataBytesMax: operations may share bytes of
// their data, and the journal has them each. A length that makes no sense counts as it stands, so that
// it is refused here, to its own caller.
func documentBytes(operations []Operation) uint64 {
	var bytes uint64
	for i := range operations {
		if operation := &operations[i]; isAboutDocument(operation) {
			bytes += uint64(operation.ValueLength) + uint64(operation.KeyLength)
		}
	}
	return bytes
}

func isAboutDocument(operation *Operation) bool {
	return operation.Kind == KindPut || operation.Kind == KindDelete
}

func (g *gathering) hasRoom(operations []Operation, data []byte) bool {
	if len(g.operations) == 0 {
		return true
	}
	return len(g.operations)+len(operations) <= gatherMax &&
		len(g.data)+len(data) <= BatchDataBytesMax &&
		g.documents+documentBytes(operations) <= BatchDataBytesMax
}

// add moves the documents' offsets. One that is out of the caller's own bounds must not reach
// another caller's bytes: it goes where it is out of everybody's.
func (g *gathering) add(operations []Operation, data []byte) int {
	place := len(g.operations)
	g.operations = append(g.operations, operations...)
	for i := range g.operations[place:] {
		operation := &g.operations[place+i]
		if !isAboutDocument(operation) {
			continue
		}
		length := uint64(operation.SpaceLength) + uint64(operation.KeyLength) +
			uint64(operation.ValueLength)
		if uint64(operation.DataOffset)+length > uint64(len(data)) {
			operation.DataOffset = math.MaxUint32
		} else {
			operation.DataOffset += uint32(len(g.data))
		}
	}
	g.data = append(g.data, data...)
	g.documents += documentBytes(operations)
	return place
}

func (g *gathering) wait(ctx context.Context) error {
	select {
	case <-g.done:
		return g.err
	case <-ctx.Done():
	}
	select {
	case <-g.done:
		return g.err
	default:
		return fmt.Errorf("%w: %w", ErrOutcomeUnknown, ctx.Err())
	}
}

// flush submits what has gathered, until the batcher is closed and everything is answered.
func (b *batcher) flush() {
	defer b.flushers.Done()
	for {
		b.lock.Lock()
		for len(b.pending.operations) == 0 && !b.closed {
			b.changed.Wait()
		}
		// Whoever can run now may have an operation too: let them come first.
		b.lock.Unlock()
		runtime.Gosched()
		b.lock.Lock()
		group := b.pending
		if len(group.operations) == 0 {
			closed := b.closed
			b.lock.Unlock()
			if closed {
				return
			}
			continue // the other flusher took it
		}
		b.pending = newGathering(len(group.operations))
		b.lock.Unlock()
		close(group.taken)

		group.outcomes = make([]Outcome, len(group.operations))
		// Callers' contexts end their waits, not the work.
		group.err = b.store.submit(context.Background(), group.operations, group.data, group.outcomes)
		close(group.done)
	}
}
