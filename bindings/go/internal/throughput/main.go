// Command throughput measures durable transfers a second, for bindings/compare.py: batches of 8,192
// from one goroutine, or single operations from many. Everything is made before the clock starts.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"sync"
	"time"

	escrowdb "escrowdb.dev/go"
)

const (
	accountCount = 10_000
	batchSize    = 8_192
	ledger       = 1
)

func main() {
	directory := flag.String("dir", "", "where the store is put")
	operations := flag.Int("operations", 100*batchSize, "how many transfers")
	goroutines := flag.Int("goroutines", 0, "that submit single operations; 0 for batches")
	cancellable := flag.Bool("cancellable", false, "submit batches by a context that can be cancelled")
	flag.Parse()
	path, err := os.MkdirTemp(*directory, "throughput")
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	if *cancellable {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
	}
	err = run(ctx, path+"/bench.escrow", *operations, *goroutines)
	if err = errors.Join(err, os.RemoveAll(path)); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, path string, count, goroutines int) error {
	store, err := escrowdb.Open(path)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := furnish(store); err != nil {
		return err
	}
	operations := transfers(count)
	var took time.Duration
	if goroutines == 0 {
		took, err = batches(ctx, store, operations)
	} else {
		took, err = singles(store, operations, goroutines)
	}
	fmt.Printf("%.0f a second\n", float64(count)/took.Seconds())
	return err
}

func furnish(store *escrowdb.Store) error {
	usd, err := escrowdb.ISOLedger(ledger, "USD")
	if err != nil {
		return err
	}
	if _, err := store.CreateLedgers(usd); err != nil {
		return err
	}
	for first := 1; first <= accountCount; first += batchSize {
		var accounts []escrowdb.Account
		for id := first; id < first+batchSize && id <= accountCount; id++ {
			account := escrowdb.NewAccount(escrowdb.IDOf(uint64(id)), ledger, 1, escrowdb.AccountHistory)
			accounts = append(accounts, account)
		}
		if _, err := store.CreateAccounts(accounts...); err != nil {
			return err
		}
	}
	return store.Checkpoint()
}

// transfers are the same in every run: splitmix64 chooses the accounts.
func transfers(count int) []escrowdb.Operation {
	state := uint64(42)
	below := func(bound uint64) uint64 {
		state += 0x9e3779b97f4a7c15
		z := state
		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
		z = (z ^ (z >> 27)) * 0x94d049bb133111eb
		return (z ^ (z >> 31)) % bound
	}
	operations := make([]escrowdb.Operation, count)
	for i := range operations {
		debit := below(accountCount)
		credit := (debit + 1 + below(accountCount-1)) % accountCount
		operations[i] = escrowdb.Transfer(escrowdb.IDOf(uint64(i)+1), escrowdb.IDOf(debit+1),
			escrowdb.IDOf(credit+1), ledger, escrowdb.Units(1+below(1000)))
	}
	return operations
}

func batches(
	ctx context.Context, store *escrowdb.Store, operations []escrowdb.Operation,
) (time.Duration, error) {
	outcomes := make([]escrowdb.Outcome, batchSize)
	begin := time.Now()
	for len(operations) > 0 {
		size := min(batchSize, len(operations))
		if err := store.SubmitInto(ctx, operations[:size], outcomes); err != nil {
			return 0, err
		}
		for i := range outcomes[:size] {
			if err := outcomes[i].Err(); err != nil {
				return 0, err
			}
		}
		operations = operations[size:]
	}
	return time.Since(begin), nil
}

func singles(
	store *escrowdb.Store, operations []escrowdb.Operation, goroutines int,
) (time.Duration, error) {
	batcher := store.NewBatcher()
	defer batcher.Close()
	failed := make(chan error, goroutines)
	var wait sync.WaitGroup
	begin := time.Now()
	for g := 0; g < goroutines; g++ {
		first := g
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := first; i < len(operations); i += goroutines {
				outcome, err := batcher.Submit(context.Background(), operations[i])
				if err = errors.Join(err, outcome.Err()); err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	wait.Wait()
	took := time.Since(begin)
	close(failed)
	return took, <-failed
}
