package escrowdb_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"sync"
	"time"

	escrowdb "escrowdb.dev/go"
)

// exampleShop opens a store with a bank (1), the wallets of Alice (2) and Bob (3), and 50 dollars in
// Alice's.
func exampleShop(options ...escrowdb.Option) (store *escrowdb.Store, remove func()) {
	directory, err := os.MkdirTemp("", "escrowdb")
	if err != nil {
		log.Fatal(err)
	}
	path := filepath.Join(directory, "shop.escrow")
	store = must(escrowdb.Open(path, append(options, escrowdb.ProcessDurable())...))
	const wallet = escrowdb.AccountDebitsMustNotExceedCredits
	must(store.CreateLedgers(must(escrowdb.ISOLedger(usd, "USD"))))
	must(store.CreateAccounts(
		escrowdb.NewAccount(bank, usd, 100, escrowdb.AccountExternal),
		escrowdb.NewAccount(alice, usd, 200, wallet|escrowdb.AccountHistory),
		escrowdb.NewAccount(bob, usd, 300, wallet),
	))
	must(store.Submit(background, []escrowdb.Operation{
		escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(5000)),
	}))
	return store, func() {
		_ = store.Close()
		_ = os.RemoveAll(directory)
	}
}

func ExampleOpen() {
	directory, err := os.MkdirTemp("", "escrowdb")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(directory)

	store, err := escrowdb.Open(filepath.Join(directory, "shop.escrow"), escrowdb.CacheBytes(64<<20))
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	_, err = escrowdb.Open(filepath.Join(directory, "shop.escrow"), escrowdb.Exclusive())
	fmt.Println(errors.Is(err, escrowdb.ErrLocked))
	_, err = escrowdb.Open(filepath.Join(directory, "other.escrow"), escrowdb.OpenExisting())
	fmt.Println(errors.Is(err, escrowdb.ErrNotFound))
	// Output:
	// true
	// true
}

func ExampleStore_Submit() {
	store, remove := exampleShop()
	defer remove()

	// An attempt to pay for an order has an id of its own.
	attempt, order := escrowdb.NewID(), escrowdb.NamedID("orders", "A-1001")
	outcomes, err := store.Submit(context.Background(), []escrowdb.Operation{
		escrowdb.OpenHold(attempt, alice, bob, usd, escrowdb.MustParseAmount("20.00", 2)).
			WithUserData(order).
			WithDeadline(escrowdb.Seconds(30*24*time.Hour), escrowdb.AtDeadlineRefund),
		escrowdb.Transfer(escrowdb.NewID(), alice, bob, usd, escrowdb.MustParseAmount("30.01", 2)),
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, outcome := range outcomes {
		fmt.Println(outcome.Status, outcome.Debit.Available().Format(2))
	}
	// Output:
	// applied 30.00
	// exceeds_credits 30.00
}

// A context that is cancelled ends the wait. Sending the same operation again settles what became of
// it.
func ExampleStore_Submit_cancelled() {
	store, remove := exampleShop()
	defer remove()

	ctx, cancel := context.WithTimeout(context.Background(), time.Microsecond)
	defer cancel()
	operations := []escrowdb.Operation{
		escrowdb.Transfer(escrowdb.NewID(), alice, bob, usd, escrowdb.Units(1)),
	}
	_, err := store.Submit(ctx, operations)
	if errors.Is(err, escrowdb.ErrOutcomeUnknown) || errors.Is(err, context.DeadlineExceeded) {
		// Later, or after a restart:
		_, err = store.Submit(context.Background(), operations)
	}
	if err != nil {
		log.Fatal(err)
	}
	snapshot, err := store.Snapshot()
	if err != nil {
		log.Fatal(err)
	}
	defer snapshot.Close()
	account, _, err := snapshot.Account(bob)
	fmt.Println(account.Balances.Available(), err)
	// Output: 1 <nil>
}

func ExampleOperation_Linked() {
	store, remove := exampleShop()
	defer remove()

	// Both or none: the second fails, and so the first does.
	outcomes, err := store.Submit(context.Background(), []escrowdb.Operation{
		escrowdb.Transfer(escrowdb.NewID(), alice, bob, usd, escrowdb.Units(100)).Linked(),
		escrowdb.Transfer(escrowdb.NewID(), alice, bob, usd, escrowdb.Units(1_000_000)),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(outcomes[0].Err())
	fmt.Println(errors.Is(outcomes[1].Err(), &escrowdb.Refusal{Status: escrowdb.StatusExceedsCredits}))
	// Output:
	// escrowdb: refused: linked_event_failed
	// true
}

func ExampleStore_SubmitBatch() {
	store, remove := exampleShop()
	defer remove()

	// The order's document and its money are written together or not at all. Each attempt to pay has
	// an id of its own, and only one can succeed: there must be no document yet.
	pay := func(amount escrowdb.Amount) {
		attempt := escrowdb.NewID()
		hold := escrowdb.OpenHold(attempt, alice, bob, usd, amount).
			WithUserData(escrowdb.NamedID("orders", "2024/0001"))
		document := fmt.Sprintf(`{"item":"lamp","amount":"%s"}`, amount.Format(2))
		var batch escrowdb.Batch
		batch.Add(hold).Link().
			PutIf(escrowdb.NewID(), "orders", []byte("2024/0001"), []byte(document), 0)
		outcomes, err := store.SubmitBatch(context.Background(), &batch)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(outcomes[0].Status, outcomes[1].Status)
	}
	pay(escrowdb.MustParseAmount("50.01", 2)) // more than Alice has
	pay(escrowdb.MustParseAmount("20.00", 2))
	pay(escrowdb.MustParseAmount("20.00", 2)) // it is paid for

	snapshot, err := store.Snapshot()
	if err != nil {
		log.Fatal(err)
	}
	defer snapshot.Close()
	cursor, err := snapshot.DocumentsWithPrefix("orders", []byte("2024/"))
	if err != nil {
		log.Fatal(err)
	}
	for cursor.Next() {
		fmt.Printf("%s %s\n", cursor.Value().Key, cursor.Value().Value)
	}
	fmt.Println(cursor.Err())
	// Output:
	// exceeds_credits linked_event_failed
	// applied applied
	// linked_event_failed version_must_match
	// 2024/0001 {"item":"lamp","amount":"20.00"}
	// <nil>
}

func ExampleBatcher() {
	store, remove := exampleShop()
	defer remove()

	batcher := store.NewBatcher()
	var wait sync.WaitGroup
	for i := 0; i < 1000; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			payment := escrowdb.Transfer(escrowdb.NewID(), alice, bob, usd, escrowdb.Units(5))
			outcome, err := batcher.Submit(context.Background(), payment)
			if err == nil {
				err = outcome.Err()
			}
			if err != nil {
				log.Fatal(err)
			}
		}()
	}
	wait.Wait()
	if err := batcher.Close(); err != nil {
		log.Fatal(err)
	}
	snapshot, err := store.Snapshot()
	if err != nil {
		log.Fatal(err)
	}
	defer snapshot.Close()
	account, _, err := snapshot.Account(bob)
	fmt.Println(account.Balances.Available().Format(2), err)
	// Output: 50.00 <nil>
}

func ExampleSnapshot_Statement() {
	store, remove := exampleShop()
	defer remove()
	hold := escrowdb.NewID()
	must(store.Submit(background, []escrowdb.Operation{
		escrowdb.OpenHold(hold, alice, bob, usd, escrowdb.Units(2000)),
		escrowdb.Refund(escrowdb.NewID(), hold, escrowdb.Units(500)),
	}))

	snapshot, err := store.Snapshot()
	if err != nil {
		log.Fatal(err)
	}
	defer snapshot.Close()
	cursor, err := snapshot.Statement(alice, escrowdb.StatementQuery{})
	if err != nil {
		log.Fatal(err)
	}
	for cursor.Next() {
		line := cursor.Value()
		fmt.Println(line.Operation.Kind, line.Side, line.Posted.Format(2), line.Pending.Format(2),
			line.Balances.Available().Format(2))
	}
	if err := cursor.Err(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// transfer credit 50.00 0.00 50.00
	// hold debit 0.00 20.00 30.00
	// refund debit 0.00 -5.00 35.00
}

func ExampleSnapshot_Events() {
	store, remove := exampleShop()
	defer remove()

	// A consumer goes on where it stopped, also after a restart.
	consume := func() error {
		snapshot, err := store.Snapshot()
		if err != nil {
			return err
		}
		defer snapshot.Close()
		position, _, err := snapshot.Consumer("mailer")
		if err != nil {
			return err
		}
		cursor, err := snapshot.Events(position)
		if err != nil {
			return err
		}
		for cursor.Next() {
			event := cursor.Value()
			if event.Kind == escrowdb.EventOperation {
				fmt.Println(event.Operation.Kind, event.Status, event.Amount.Format(2))
			}
			position = event.Timestamp
		}
		if err := cursor.Err(); err != nil {
			return err
		}
		return store.Acknowledge("mailer", position)
	}
	fmt.Println(consume())
	must(store.Submit(background, []escrowdb.Operation{
		escrowdb.Transfer(escrowdb.NewID(), alice, bob, usd, escrowdb.Units(42)),
	}))
	fmt.Println(consume())
	// Output:
	// transfer applied 50.00
	// <nil>
	// transfer applied 0.42
	// <nil>
}

func ExampleStore_Advance() {
	store, remove := exampleShop(escrowdb.ManualClock())
	defer remove()
	must(store.Submit(background, []escrowdb.Operation{
		escrowdb.OpenHold(escrowdb.NewID(), alice, bob, usd, escrowdb.Units(2000)).
			WithDeadline(3600, escrowdb.AtDeadlineRelease),
	}))

	advanced, err := store.Advance(escrowdb.TimestampOf(time.Unix(3601, 0)))
	fmt.Println(advanced.Settled, advanced.Now, err)
	// Output: 1 1970-01-01T01:00:01Z <nil>
}

func ExampleParseAmount() {
	amount, err := escrowdb.ParseAmount("35.61", 2)
	fmt.Println(amount, amount.Format(2), err)
	_, err = escrowdb.ParseAmount("35.615", 2)
	fmt.Println(errors.Is(err, escrowdb.ErrInvalidArgument))
	// Output:
	// 3561 35.61 <nil>
	// true
}

func ExampleAmount_Split() {
	parts, err := escrowdb.Units(100).Split(1, 1, 1)
	fmt.Println(parts, err)
	// Output: [34 33 33] <nil>
}

func ExampleParseID() {
	id, err := escrowdb.ParseID("00112233-4455-6677-8899-aabbccddeeff")
	fmt.Println(id, err)
	fmt.Println(escrowdb.IDOf(7))
	// Output:
	// 00112233-4455-6677-8899-aabbccddeeff <nil>
	// 7
}
