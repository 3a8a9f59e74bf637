package escrowdb_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	escrowdb "escrowdb.dev/go"
)

func TestSubmitIntoDoesNotAllocate(t *testing.T) {
	store, _ := openShop(t)
	cancellable, cancel := context.WithCancel(background)
	defer cancel()
	for what, ctx := range map[string]context.Context{"direct": background, "queued": cancellable} {
		operations := make([]escrowdb.Operation, 100)
		outcomes := make([]escrowdb.Outcome, len(operations))
		for i := range operations {
			operations[i] = escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1))
		}
		allocations := testing.AllocsPerRun(50, func() {
			if err := store.SubmitInto(ctx, operations, outcomes); err != nil {
				t.Fatal(err)
			}
		})
		most := 0.0
		if strings.HasPrefix(runtime.Version(), "go1.21") {
			most = 4 // its compiler lets closures escape; they are small, and as many for any batch
		}
		// The race detector makes pools forget on purpose.
		if allocations > most && !raceEnabled {
			t.Errorf("%s: %v allocations", what, allocations)
		}
		equal(t, what, outcomes[99].Status, escrowdb.StatusExists)
	}
}

// Both ways into the library give the same outcomes, also of no operations at all.
func TestBothWaysOfSubmittingAgree(t *testing.T) {
	cancellable, cancel := context.WithCancel(background)
	defer cancel()
	for _, ctx := range []context.Context{background, cancellable} {
		store, _ := openShop(t)
		outcomes := must(store.Submit(ctx, []escrowdb.Operation{
			escrowdb.Transfer(escrowdb.IDOf(10), bank, alice, usd, escrowdb.Units(10)),
			escrowdb.Transfer(escrowdb.IDOf(11), alice, bob, usd, escrowdb.Units(11)),
		}))
		equal(t, "first", outcomes[0].Status, escrowdb.StatusApplied)
		equal(t, "balance", outcomes[0].Credit.Available(), escrowdb.Units(10))
		equal(t, "second", outcomes[1].Status, escrowdb.StatusExceedsCredits)
		equal(t, "none", len(must(store.Submit(ctx, nil))), 0)
		tooMany := make([]escrowdb.Operation, escrowdb.BatchOperationsMax+1)
		_, err := store.Submit(ctx, tooMany)
		equal(t, "limit", errors.Is(err, escrowdb.ErrLimitExceeded), true)
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		for _, operations := range [][]escrowdb.Operation{nil, tooMany[:1]} {
			_, err = store.Submit(ctx, operations)
			equal(t, "closed", errors.Is(err, escrowdb.ErrClosed), true)
			equal(t, "known", errors.Is(err, escrowdb.ErrOutcomeUnknown), false)
		}
	}
}

// The rule for contexts: cancelled before, nothing happens; cancelled while waiting, the operations
// may be applied or not, the ids tell which, and sending them again settles it. Either way the
// slices are the caller's again: the race detector watches this.
func TestCancelledContexts(t *testing.T) {
	store, _ := openShop(t)
	batcher := store.NewBatcher()
	defer batcher.Close()
	before, cancel := context.WithCancel(background)
	cancel()
	id := escrowdb.NewID()
	operation := escrowdb.Transfer(id, bank, alice, usd, escrowdb.Units(1))
	_, err := store.Submit(before, []escrowdb.Operation{operation})
	equal(t, "cancelled", errors.Is(err, context.Canceled), true)
	equal(t, "known", errors.Is(err, escrowdb.ErrOutcomeUnknown), false)
	_, err = batcher.Submit(before, operation)
	equal(t, "cancelled", errors.Is(err, context.Canceled), true)
	equal(t, "known", errors.Is(err, escrowdb.ErrOutcomeUnknown), false)
	_, found, _ := snapshotOf(t, store).Operation(id)
	equal(t, "nothing happened", found, false)

	const workers, rounds = 16, 25
	var unknown, answered, money atomic.Int64
	var wait sync.WaitGroup
	for w := 0; w < workers; w++ {
		wait.Add(1)
		go func(w int) {
			defer wait.Done()
			operations := make([]escrowdb.Operation, 50)
			outcomes := make([]escrowdb.Outcome, len(operations))
			for round := 0; round < rounds; round++ {
				for i := range operations {
					operations[i] = escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1))
				}
				sent := append([]escrowdb.Operation(nil), operations...)
				ctx, cancel := context.WithTimeout(background, time.Duration((w*rounds+round)%40)*50*time.Microsecond)
				err := store.SubmitInto(ctx, operations, outcomes)
				cancel()
				switch {
				case err == nil:
					answered.Add(1)
				case errors.Is(err, escrowdb.ErrOutcomeUnknown):
					unknown.Add(1)
					if !errors.Is(err, context.DeadlineExceeded) {
						t.Error(err)
					}
				case !errors.Is(err, context.DeadlineExceeded):
					t.Error(err)
				}
				// Both are the caller's again, whatever came of it.
				for i := range operations {
					operations[i] = escrowdb.Operation{}
					outcomes[i] = escrowdb.Outcome{}
				}
				again := must(store.Submit(background, sent))
				for _, outcome := range again {
					if !outcome.Applied() {
						t.Errorf("again: %v", outcome.Status)
					}
					money.Add(1)
				}
			}
		}(w)
	}
	wait.Wait()
	account, _, err := snapshotOf(t, store).Account(alice)
	equal(t, "error", err, nil)
	equal(t, "exactly once", account.Balances.CreditsPosted, escrowdb.Units(uint64(money.Load())))
	t.Logf("%d answered, %d unknown", answered.Load(), unknown.Load())
}

func TestBatcher(t *testing.T) {
	store, _ := openShop(t)
	batcher := store.NewBatcher()
	const goroutines, each = 500, 20
	var wait sync.WaitGroup
	for g := 0; g < goroutines; g++ {
		wait.Add(1)
		go func(g int) {
			defer wait.Done()
			for i := 0; i < each; i++ {
				// Every tenth is refused, so that mixed-up answers would be found out.
				amount, want := escrowdb.Units(uint64(g)+1), escrowdb.StatusApplied
				if (g+i)%10 == 0 {
					amount, want = escrowdb.Amount{}, escrowdb.StatusAmountMustNotBeZero
				}
				operation := escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, amount)
				outcome, err := batcher.Submit(background, operation)
				if err != nil || outcome.Status != want || outcome.Amount != amount {
					t.Errorf("%v %v %v, not %v %v", outcome.Status, outcome.Amount, err, want, amount)
				}
			}
		}(g)
	}
	wait.Wait()
	stats := must(store.Stats())
	t.Logf("%d operations in %d blocks", goroutines*each, stats.Blocks)
	if stats.Blocks > goroutines*each/4 {
		t.Errorf("%d blocks: the operations were not batched", stats.Blocks)
	}

	_, err := batcher.Submit(background, escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1)).Linked())
	equal(t, "linked", errors.Is(err, escrowdb.ErrInvalidArgument), true)
	_, err = batcher.Submit(background, escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1)).Imported(1))
	equal(t, "imported", errors.Is(err, escrowdb.ErrInvalidArgument), true)
	var none escrowdb.Batch
	equal(t, "none", len(must(batcher.SubmitBatch(background, &none))), 0)
	var large escrowdb.Batch
	large.Add(make([]escrowdb.Operation, escrowdb.BatchOperationsMax+1)...)
	_, err = batcher.SubmitBatch(background, &large)
	equal(t, "large", errors.Is(err, escrowdb.ErrLimitExceeded), true)
	if err := batcher.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = batcher.Submit(background, escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1)))
	equal(t, "closed", errors.Is(err, escrowdb.ErrClosed), true)
	equal(t, "twice", errors.Is(batcher.Close(), escrowdb.ErrClosed), true)
}

// Documents of many callers lie in one buffer: each keeps its own, and none can reach another's.
func TestBatcherKeepsDocumentsApart(t *testing.T) {
	store, _ := openShop(t)
	batcher := store.NewBatcher()
	defer batcher.Close()
	var wait sync.WaitGroup
	for g := 0; g < 200; g++ {
		wait.Add(1)
		go func(g int) {
			defer wait.Done()
			text := []byte(fmt.Sprintf("document %d", g))
			var batch escrowdb.Batch
			batch.Add(escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1))).Link().
				Put(escrowdb.NewID(), "space", text, text)
			outcomes, err := batcher.SubmitBatch(background, &batch)
			if err != nil || len(outcomes) != 2 || !outcomes[0].Applied() || !outcomes[1].Applied() {
				t.Error(outcomes, err)
			}
			batch.Reset()
			batch.Put(escrowdb.NewID(), "space", text, text)
			batch.Operations()[0].ValueLength += 10
			outcomes, err = batcher.SubmitBatch(background, &batch)
			if err != nil || outcomes[0].Status != escrowdb.StatusDataOutOfBounds {
				t.Error(outcomes, err)
			}
		}(g)
	}
	wait.Wait()
	documents := must(must(snapshotOf(t, store).DocumentsWithPrefix("space", nil)).Rest())
	equal(t, "documents", len(documents), 200)
	for _, document := range documents {
		equal(t, "value", string(document.Value), string(document.Key))
	}
}

// A full gathering makes its callers wait for the next one, and a cancelled context ends that wait.
func TestBatcherWithLargeBatches(t *testing.T) {
	store, _ := openShop(t)
	batcher := store.NewBatcher()
	defer batcher.Close()
	var wait sync.WaitGroup
	for g := 0; g < 12; g++ {
		wait.Add(1)
		go func(g int) {
			defer wait.Done()
			var batch escrowdb.Batch
			for i := 0; i < 6000; i++ {
				batch.Add(escrowdb.Transfer(escrowdb.IDOf(uint64(g*6000+i)+100), bank, alice, usd, escrowdb.Units(1)))
			}
			ctx, cancel := context.WithTimeout(background, time.Duration(g)*10*time.Millisecond)
			defer cancel()
			if _, err := batcher.SubmitBatch(ctx, &batch); err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			for _, outcome := range must(batcher.SubmitBatch(background, &batch)) {
				if !outcome.Applied() {
					t.Error(outcome.Status)
				}
			}
		}(g)
	}
	wait.Wait()
	account, _, _ := snapshotOf(t, store).Account(alice)
	equal(t, "exactly once", account.Balances.CreditsPosted, escrowdb.Units(12*6000))
}

// A put that names more bytes than a batch may hold, by lengths that make no sense or by sharing bytes
// of its data, made the library refuse the whole batch, other callers' operations too. Operations are
// weighed as the library does, and a batch that alone is too heavy is refused alone.
func TestBatcherRefusesTheHeavyCallerAlone(t *testing.T) {
	store, _ := openShop(t)
	batcher := store.NewBatcher()
	defer batcher.Close()
	text := make([]byte, escrowdb.DocumentValueBytesMax)
	shared := new(escrowdb.Batch).Put(escrowdb.NewID(), "s", []byte("k"), text)
	operations := make([]escrowdb.Operation, 1030)
	for i := range operations {
		operations[i] = shared.Operations()[0]
		operations[i].ID = escrowdb.NewID()
	}
	data := append([]byte("sk"), text...)
	var senseless escrowdb.Operation
	senseless.Kind, senseless.ID = escrowdb.KindDelete, escrowdb.NewID()
	senseless.ValueLength = 1<<32 - 1
	var wait sync.WaitGroup
	for g := 0; g < 60; g++ {
		wait.Add(1)
		go func(g int) {
			defer wait.Done()
			var err error
			switch g % 3 {
			case 0:
				_, err = batcher.Submit(background, senseless)
			case 1:
				_, err = batcher.SubmitBatch(background, escrowdb.RawBatch(operations, data))
			default:
				transfer := escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1))
				outcome, err := batcher.Submit(background, transfer)
				if err != nil || !outcome.Applied() {
					t.Error(outcome, err)
				}
				// Half of the bytes of a batch each: two of them at most stay together.
				half := escrowdb.RawBatch(append([]escrowdb.Operation(nil), operations[:500]...), data)
				for i := range half.Operations() {
					half.Operations()[i].ID = escrowdb.NewID()
				}
				if g < 12 {
					if _, err := batcher.SubmitBatch(background, half); err != nil {
						t.Error(err)
					}
				}
				return
			}
			if !errors.Is(err, escrowdb.ErrLimitExceeded) {
				t.Error(g%3, err)
			}
		}(g)
	}
	wait.Wait()
}

// Closing under load: everybody gets an answer or ErrClosed, and what was answered is there.
func TestClosingUnderLoad(t *testing.T) {
	for round := 0; round < 5; round++ {
		store, path := openShop(t)
		batcher := store.NewBatcher()
		cancellable, cancel := context.WithCancel(background)
		var done atomic.Int64
		var wait sync.WaitGroup
		for g := 0; g < 30; g++ {
			wait.Add(1)
			go func(g int) {
				defer wait.Done()
				for {
					operation := escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1))
					var err error
					switch g % 4 {
					case 0:
						_, err = store.Submit(background, []escrowdb.Operation{operation})
					case 1:
						_, err = store.Submit(cancellable, []escrowdb.Operation{operation})
					case 2:
						_, err = batcher.Submit(cancellable, operation)
					case 3:
						var snapshot *escrowdb.Snapshot
						if snapshot, err = store.Snapshot(); err == nil {
							var cursor *escrowdb.Cursor[escrowdb.StatementLine]
							if cursor, err = snapshot.Statement(alice, escrowdb.StatementQuery{}); err == nil {
								_, err = cursor.Rest()
							}
							_ = snapshot.Close()
							done.Add(-1)
						}
					}
					if err != nil {
						if !errors.Is(err, escrowdb.ErrClosed) {
							t.Error(err)
						}
						return
					}
					done.Add(1)
				}
			}(g)
		}
		time.Sleep(time.Duration(round) * 10 * time.Millisecond)
		if err := store.Close(); err != nil {
			t.Error(err)
		}
		wait.Wait()
		cancel()
		_ = batcher.Close()
		store = must(escrowdb.Open(path))
		account, _, _ := snapshotOf(t, store).Account(alice)
		if posted, _ := account.Balances.CreditsPosted.Uint64(); int64(posted) < done.Load() {
			t.Errorf("%d answered, %d there", done.Load(), posted)
		}
		_ = store.Close()
	}
}

// Everything answers ErrClosed after Close, and nothing crashes.
func TestUseAfterClose(t *testing.T) {
	store, _ := openShop(t)
	payIn(t, store, 100)
	snapshot := must(store.Snapshot())
	cursor := must(snapshot.Events(0))
	equal(t, "next", cursor.Next(), true)
	closedSnapshot := must(store.Snapshot())
	equal(t, "close", closedSnapshot.Close(), nil)
	equal(t, "twice", errors.Is(closedSnapshot.Close(), escrowdb.ErrClosed), true)
	closedCursor := must(snapshot.Events(0))
	equal(t, "close", closedCursor.Close(), nil)
	equal(t, "twice", closedCursor.Close(), nil)
	equal(t, "next", closedCursor.Next(), false)
	equal(t, "err", errors.Is(closedCursor.Err(), escrowdb.ErrClosed), true)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	var batch escrowdb.Batch
	calls := map[string]func() error{
		"Close":       store.Close,
		"Checkpoint":  store.Checkpoint,
		"Advance":     func() error { _, err := store.Advance(1); return err },
		"Acknowledge": func() error { return store.Acknowledge("mailer", 1) },
		"Stats":       func() error { _, err := store.Stats(); return err },
		"Snapshot":    func() error { _, err := store.Snapshot(); return err },
		"Submit":      func() error { _, err := store.Submit(background, nil); return err },
		"SubmitBatch": func() error { _, err := store.SubmitBatch(background, &batch); return err },
		"Ledgers":     func() error { _, err := store.CreateLedgers(escrowdb.NewLedger(1, "A", 1)); return err },
		"Accounts":    func() error { _, err := store.CreateAccounts(); return err },
	}
	for which, s := range map[string]*escrowdb.Snapshot{"open ": snapshot, "closed ": closedSnapshot} {
		s := s
		calls[which+"Timestamp"] = func() error { _, err := s.Timestamp(); return err }
		calls[which+"Account"] = func() error { _, _, err := s.Account(alice); return err }
		calls[which+"Hold"] = func() error { _, _, err := s.Hold(alice); return err }
		calls[which+"Operation"] = func() error { _, _, err := s.Operation(alice); return err }
		calls[which+"Ledger"] = func() error { _, _, err := s.Ledger(usd); return err }
		calls[which+"Ledgers"] = func() error { _, err := s.Ledgers(); return err }
		calls[which+"BalancesAt"] = func() error { _, err := s.BalancesAt(alice, 1); return err }
		calls[which+"Consumer"] = func() error { _, _, err := s.Consumer("mailer"); return err }
		calls[which+"Consumers"] = func() error { _, err := s.Consumers(); return err }
		calls[which+"TrialBalance"] = func() error { _, err := s.TrialBalance(usd); return err }
		calls[which+"Document"] = func() error { _, _, err := s.Document("space", []byte("k")); return err }
		calls[which+"Documents"] = func() error { _, err := s.Documents("space", nil, nil); return err }
		calls[which+"Events"] = func() error { _, err := s.Events(0); return err }
		calls[which+"OpenHolds"] = func() error { _, err := s.OpenHolds(escrowdb.HoldQuery{}); return err }
		calls[which+"Statement"] = func() error {
			_, err := s.Statement(alice, escrowdb.StatementQuery{})
			return err
		}
	}
	for what, call := range calls {
		if err := call(); !errors.Is(err, escrowdb.ErrClosed) {
			t.Errorf("%s: %v", what, err)
		}
	}
	// What was read before is still handed out; the end then says why.
	for cursor.Next() {
	}
	equal(t, "cursor", errors.Is(cursor.Err(), escrowdb.ErrClosed), true)
}

// What was never opened is closed.
func TestZeroValues(t *testing.T) {
	var store escrowdb.Store
	var snapshot escrowdb.Snapshot
	var cursor escrowdb.Cursor[escrowdb.Hold]
	_, err := store.Submit(background, nil)
	equal(t, "submit", errors.Is(err, escrowdb.ErrClosed), true)
	equal(t, "close", errors.Is(store.Close(), escrowdb.ErrClosed), true)
	_, err = snapshot.Ledgers()
	equal(t, "ledgers", errors.Is(err, escrowdb.ErrClosed), true)
	equal(t, "close", errors.Is(snapshot.Close(), escrowdb.ErrClosed), true)
	equal(t, "next", cursor.Next(), false)
	equal(t, "cursor", errors.Is(cursor.Err(), escrowdb.ErrClosed), true)
	equal(t, "close", cursor.Close(), nil)
}

// A store that was forgotten is unlocked by the garbage collector, with all that came from it.
func TestForgottenStoresAreFreed(t *testing.T) {
	path := t.TempDir() + "/shop.escrow"
	func() {
		store := must(escrowdb.Open(path))
		furnish(t, store)
		ctx, cancel := context.WithCancel(background)
		defer cancel()
		must(store.Submit(ctx, make([]escrowdb.Operation, 1)))
		_ = store.NewBatcher()
		snapshot := must(store.Snapshot())
		must(snapshot.AllAccounts(escrowdb.ID{})).Next()
	}()
	for end := time.Now().Add(20 * time.Second); ; {
		runtime.GC()
		store, err := escrowdb.Open(path, escrowdb.Exclusive())
		if err == nil {
			_ = store.Close()
			return
		}
		if !errors.Is(err, escrowdb.ErrLocked) || time.Now().After(end) {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Many goroutines waiting must not mean many threads.
func TestWaitingGoroutinesNeedFewThreads(t *testing.T) {
	store, _ := openShop(t)
	var wait sync.WaitGroup
	for g := 0; g < 3000; g++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			operation := escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1))
			applied(t, must(store.Submit(background, []escrowdb.Operation{operation}))[0])
		}()
	}
	wait.Wait()
	if threads := threadCount(); threads > 100 {
		t.Errorf("%d threads", threads)
	}
}

// Before a large batch a goroutine gives up the processor, so that it begins a new slice of time, but
// not again and again where another one wants the processor for itself.
func TestSlicesOfTime(t *testing.T) {
	store, _ := openShop(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	// Of several times: Go may let others run of its own accord, or not at all.
	ranBefore := func(operations int) (times int) {
		for i := 0; i < 20; i++ {
			var ran atomic.Bool
			go ran.Store(true)
			store.BeginSlice(operations)
			if ran.Load() {
				times++
			}
		}
		return times
	}
	equal(t, "small batches go on at once", ranBefore(escrowdb.SliceMin-1) < 10, true)
	equal(t, "others run before large ones", ranBefore(escrowdb.SliceMin) > 0, true)

	var ended atomic.Bool
	defer ended.Store(true)
	go func() {
		for !ended.Load() {
		}
	}()
	for i := 0; !store.LeavesProcessors() && i < 100; i++ {
		store.BeginSlice(escrowdb.SliceMin)
	}
	equal(t, "it is noticed that others want the processor", store.LeavesProcessors(), true)
}

// A booking says when it counts, and the lines of a deal say whose money moved.
func TestValueDatesAndPartiesOfLines(t *testing.T) {
	store, _ := openShop(t)
	payIn(t, store, 500)
	hold, past := escrowdb.NewID(), escrowdb.Timestamp(5)
	open := escrowdb.OpenHold(hold, alice, bob, usd, escrowdb.Units(100)).WithCode(7)
	open = open.WithUserData(escrowdb.IDOf(4711))
	release := escrowdb.ReleaseRest(escrowdb.NewID(), hold).Valued(past)
	submit(t, store, open, release)
	again := must(store.Submit(background, []escrowdb.Operation{release.Valued(past + 1)}))
	equal(t, "status", again[0].Status, escrowdb.StatusExistsWithDifferentValueDate)
	snapshot := snapshotOf(t, store)
	lines := must(must(snapshot.Statement(alice, escrowdb.StatementQuery{})).Rest())
	equal(t, "lines", len(lines), 3)
	held, last := lines[1], lines[2]
	equal(t, "value date of the hold", held.ValueDate, held.Timestamp)
	equal(t, "value date of the release", last.ValueDate, past)
	of := last.Operation
	equal(t, "kind", of.Kind, escrowdb.KindRelease)
	equal(t, "value date", of.ValueDate, past)
	equal(t, "payer", of.DebitAccount, alice)
	equal(t, "payee", of.CreditAccount, bob)
	equal(t, "ledger", of.Ledger, usd)
	equal(t, "code", of.Code, 7)
	equal(t, "user data", of.UserData128, escrowdb.IDOf(4711))
}
