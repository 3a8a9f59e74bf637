package escrowdb_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	escrowdb "escrowdb.dev/go"
)

// The workload of the library's own benchmark: transfers between random accounts of 10,000, durable.
const benchAccounts = 10_000

type random uint64

func (r *random) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

func (r *random) below(bound uint64) uint64 { return r.next() % bound }

func (r *random) transfer(id escrowdb.ID) escrowdb.Operation {
	debit := r.below(benchAccounts)
	credit := (debit + 1 + r.below(benchAccounts-1)) % benchAccounts
	return escrowdb.Transfer(id, escrowdb.IDOf(debit+1), escrowdb.IDOf(credit+1), usd,
		escrowdb.Units(1+r.below(1000)))
}

func openBench(b *testing.B) *escrowdb.Store {
	store := must(escrowdb.Open(b.TempDir() + "/bench.escrow"))
	b.Cleanup(func() {
		if err := store.Close(); err != nil {
			b.Error(err)
		}
	})
	must(store.CreateLedgers(must(escrowdb.ISOLedger(usd, "USD"))))
	accounts := make([]escrowdb.Account, benchAccounts)
	for i := range accounts {
		accounts[i] = escrowdb.NewAccount(escrowdb.IDOf(uint64(i)+1), usd, 1, escrowdb.AccountHistory)
	}
	must(store.CreateAccounts(accounts...))
	if err := store.Checkpoint(); err != nil {
		b.Fatal(err)
	}
	return store
}

// Batches of 8,192, four under way at a time. One b.N is one batch.
func BenchmarkSubmit8192(b *testing.B) {
	run := func(b *testing.B, ctx context.Context, workers int) {
		store := openBench(b)
		const size = 8192
		var number, left atomic.Int64
		left.Store(int64(b.N))
		var wait sync.WaitGroup
		b.ReportAllocs()
		b.ResetTimer()
		begin := time.Now()
		for w := 0; w < workers; w++ {
			wait.Add(1)
			go func(seed random) {
				defer wait.Done()
				operations := make([]escrowdb.Operation, size)
				outcomes := make([]escrowdb.Outcome, size)
				for left.Add(-1) >= 0 {
					first := uint64(number.Add(size)) - size + 1
					for i := range operations {
						operations[i] = seed.transfer(escrowdb.IDOf(first + uint64(i)))
					}
					if err := store.SubmitInto(ctx, operations, outcomes); err != nil {
						b.Error(err)
						return
					}
				}
			}(random(w + 42))
		}
		wait.Wait()
		b.StopTimer()
		b.ReportMetric(float64(b.N)*size/time.Since(begin).Seconds(), "transfers/s")
	}
	b.Run("direct", func(b *testing.B) { run(b, background, 4) })
	b.Run("cancellable", func(b *testing.B) {
		ctx, cancel := context.WithCancel(background)
		defer cancel()
		run(b, ctx, 4)
	})
	b.Run("one at a time", func(b *testing.B) { run(b, background, 1) })
}

// 1,000 goroutines, each with single operations that it waits for. One b.N is one operation.
func BenchmarkSingle1000Goroutines(b *testing.B) {
	run := func(b *testing.B, submit func(context.Context, *escrowdb.Store, *escrowdb.Batcher, escrowdb.Operation) error) {
		store := openBench(b)
		batcher := store.NewBatcher()
		defer batcher.Close()
		ctx, cancel := context.WithCancel(background)
		defer cancel()
		var number atomic.Uint64
		var wait sync.WaitGroup
		b.ReportAllocs()
		b.ResetTimer()
		begin := time.Now()
		for w := 0; w < 1000; w++ {
			wait.Add(1)
			go func(seed random) {
				defer wait.Done()
				for {
					id := number.Add(1)
					if id > uint64(b.N) {
						return
					}
					if err := submit(ctx, store, batcher, seed.transfer(escrowdb.IDOf(id))); err != nil {
						b.Error(err)
						return
					}
				}
			}(random(w + 42))
		}
		wait.Wait()
		b.StopTimer()
		b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "transfers/s")
	}
	b.Run("batcher", func(b *testing.B) {
		run(b, func(ctx context.Context, _ *escrowdb.Store, batcher *escrowdb.Batcher, operation escrowdb.Operation) error {
			_, err := batcher.Submit(ctx, operation)
			return err
		})
	})
	b.Run("store", func(b *testing.B) {
		run(b, func(ctx context.Context, store *escrowdb.Store, _ *escrowdb.Batcher, operation escrowdb.Operation) error {
			_, err := store.Submit(ctx, []escrowdb.Operation{operation})
			return err
		})
	})
}
