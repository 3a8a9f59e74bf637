package escrowdb_test

import (
	"context"
	"path/filepath"
	"runtime/pprof"
	"testing"

	escrowdb "escrowdb.dev/go"
)

// The shop of most tests: a bank, two customers' wallets, and an account for commissions.
var (
	bank  = escrowdb.IDOf(1)
	alice = escrowdb.IDOf(2)
	bob   = escrowdb.IDOf(3)
	fees  = escrowdb.IDOf(4)
)

const usd = 1

var background = context.Background()

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// openShop opens a new store with the accounts of the shop, nobody having any money.
func openShop(t testing.TB, options ...escrowdb.Option) (*escrowdb.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.escrow")
	store, err := escrowdb.Open(path, append([]escrowdb.Option{escrowdb.ProcessDurable()}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	furnish(t, store)
	return store, path
}

func furnish(t testing.TB, store *escrowdb.Store) {
	t.Helper()
	const wallet = escrowdb.AccountDebitsMustNotExceedCredits
	for _, outcome := range must(store.CreateLedgers(must(escrowdb.ISOLedger(usd, "USD")))) {
		applied(t, outcome)
	}
	for _, outcome := range must(store.CreateAccounts(
		escrowdb.NewAccount(bank, usd, 100, escrowdb.AccountExternal),
		escrowdb.NewAccount(alice, usd, 200, wallet|escrowdb.AccountHistory),
		escrowdb.NewAccount(bob, usd, 300, wallet),
		escrowdb.NewAccount(fees, usd, 400, 0),
	)) {
		applied(t, outcome)
	}
}

func applied(t testing.TB, outcome escrowdb.Outcome) {
	t.Helper()
	if err := outcome.Err(); err != nil {
		t.Fatal(err)
	}
}

// submit submits operations that must all be applied.
func submit(t testing.TB, store *escrowdb.Store, operations ...escrowdb.Operation) []escrowdb.Outcome {
	t.Helper()
	outcomes, err := store.Submit(background, operations)
	if err != nil {
		t.Fatal(err)
	}
	for i := range outcomes {
		if err := outcomes[i].Err(); err != nil {
			t.Fatalf("%s: %v", operations[i].Kind, err)
		}
	}
	return outcomes
}

func payIn(t testing.TB, store *escrowdb.Store, cents uint64) {
	t.Helper()
	submit(t, store, escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(cents)))
}

func snapshotOf(t testing.TB, store *escrowdb.Store) *escrowdb.Snapshot {
	t.Helper()
	snapshot, err := store.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = snapshot.Close() })
	return snapshot
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, not %v", what, got, want)
	}
}

// threadCount counts the threads that were ever made and are not gone.
func threadCount() int {
	return pprof.Lookup("threadcreate").Count()
}
