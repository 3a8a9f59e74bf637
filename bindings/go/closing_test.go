package escrowdb_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	escrowdb "escrowdb.dev/go"
)

// deposit is a batch of single cents for Alice.
func deposit(count int) []escrowdb.Operation {
	operations := make([]escrowdb.Operation, count)
	for i := range operations {
		operations[i] = escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1))
	}
	return operations
}

func centsOf(t testing.TB, store *escrowdb.Store) uint64 {
	t.Helper()
	account, _, err := snapshotOf(t, store).Account(alice)
	if err != nil {
		t.Fatal(err)
	}
	cents, _ := account.Balances.Available().Uint64()
	return cents
}

// waiting are the ways to wait for an answer that closing must end.
var waiting = map[string]func(store *escrowdb.Store, batcher *escrowdb.Batcher) error{
	"background": func(store *escrowdb.Store, _ *escrowdb.Batcher) error {
		_, err := store.Submit(background, deposit(1))
		return err
	},
	"cancellable": func(store *escrowdb.Store, _ *escrowdb.Batcher) error {
		ctx, cancel := context.WithCancel(background)
		defer cancel()
		_, err := store.Submit(ctx, deposit(1))
		return err
	},
	"deadline": func(store *escrowdb.Store, _ *escrowdb.Batcher) error {
		ctx, cancel := context.WithTimeout(background, time.Hour)
		defer cancel()
		_, err := store.Submit(ctx, deposit(1))
		return err
	},
	"batcher": func(_ *escrowdb.Store, batcher *escrowdb.Batcher) error {
		ctx, cancel := context.WithCancel(background)
		defer cancel()
		_, err := batcher.Submit(ctx, deposit(1)[0])
		return err
	},
}

// Whoever waits while the store closes gets an answer or ErrClosed: what was answered is there, what was
// not was never done, and the directory is free at once.
func TestClosingWakesEverybody(t *testing.T) {
	for round := 0; round < 3; round++ {
		inTime(t, func(t *testing.T) {
			store, path := openShop(t)
			batcher := store.NewBatcher()
			var answered atomic.Uint64
			var wait sync.WaitGroup
			for name, submit := range waiting {
				name, submit := name, submit
				for g := 0; g < 16; g++ {
					wait.Add(1)
					go func() {
						defer wait.Done()
						for {
							err := submit(store, batcher)
							if err != nil {
								if !errors.Is(err, escrowdb.ErrClosed) || errors.Is(err, escrowdb.ErrOutcomeUnknown) {
									t.Errorf("%s: %v", name, err)
								}
								return
							}
							answered.Add(1)
						}
					}()
				}
			}
			for answered.Load() < 500 {
				runtime.Gosched()
			}
			must(0, store.Close())
			again := must(escrowdb.Open(path, escrowdb.OpenExisting())) // it is free
			wait.Wait()
			must(0, batcher.Close())
			equal(t, "what was answered is there", centsOf(t, again), answered.Load())
			must(0, again.Close())
		})
	}
}

// A goroutine whose context ends while the store closes has left: its batch is carried out all the same.
func TestClosingAfterTheWaitHasEnded(t *testing.T) {
	inTime(t, func(t *testing.T) {
		store, path := openShop(t)
		var handed atomic.Uint64
		for i := 0; i < 200; i++ {
			ctx, cancel := context.WithCancel(background)
			left := make(chan error)
			go func() {
				_, err := store.Submit(ctx, deposit(1))
				left <- err
			}()
			if i%2 == 0 {
				runtime.Gosched()
			}
			cancel()
			switch err := <-left; {
			case err == nil, errors.Is(err, escrowdb.ErrOutcomeUnknown):
				handed.Add(1)
			case !errors.Is(err, context.Canceled):
				t.Error(err)
			}
		}
		must(0, store.Close())
		again := must(escrowdb.Open(path, escrowdb.OpenExisting()))
		equal(t, "what was handed over is there", centsOf(t, again), handed.Load())
		must(0, again.Close())
	})
}

// 64 submitters at the bound are refused by name and go on; what was accepted is there, and there is room
// again, also for a batch that is larger than the bound, if it is alone.
func TestSubmissionsAreBoundedByBytes(t *testing.T) {
	const submitters, batches, size, bound = 64, 12, 8, 16 << 10
	inTime(t, func(t *testing.T) {
		store, _ := openShop(t, escrowdb.SubmissionsBytesMax(bound))
		batcher := store.NewBatcher()
		ctx, cancel := context.WithCancel(background)
		defer cancel()
		var refused atomic.Uint64
		var wait sync.WaitGroup
		for g := 0; g < submitters; g++ {
			wait.Add(1)
			go func(g int) {
				defer wait.Done()
				for left := batches; left > 0; {
					operations := deposit(size)
					var outcomes []escrowdb.Outcome
					var err error
					if g%2 == 0 {
						outcomes, err = store.Submit(ctx, operations)
					} else {
						outcomes, err = batcher.SubmitBatch(ctx, new(escrowdb.Batch).Add(operations...))
					}
					if errors.Is(err, escrowdb.ErrLimitExceeded) && strings.Contains(err.Error(), "16384") {
						refused.Add(1)
						runtime.Gosched()
						continue
					}
					if err != nil {
						t.Error(err)
						return
					}
					for _, outcome := range outcomes {
						equal(t, "answered", outcome.Status, escrowdb.StatusApplied)
					}
					left--
				}
			}(g)
		}
		wait.Wait()
		// The batcher alone, which gathers, may keep below it.
		equal(t, "the bound was met", refused.Load() > 0, true)
		equal(t, "what was accepted is there", centsOf(t, store), submitters*batches*size)
		equal(t, "one alone", len(must(store.Submit(ctx, deposit(200)))), 200)
		equal(t, "one alone", len(must(batcher.SubmitBatch(ctx, new(escrowdb.Batch).Add(deposit(200)...)))), 200)
		must(0, batcher.Close())
	})
}
