package escrowdb_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"testing"
	"time"

	escrowdb "escrowdb.dev/go"
)

// collect lets the garbage collector find what is not used any more, and its finalizers end.
func collect() {
	for i := 0; i < 5; i++ {
		runtime.GC()
		time.Sleep(5 * time.Millisecond)
	}
}

// A program kept a cursor alone, and its rows ended at 336 of 3,000: the garbage collector had found
// the store, whose finalizer closed all that came from it. A child keeps its parents from being found.
func TestChildrenKeepTheirParents(t *testing.T) {
	const accounts = 3000
	path := t.TempDir() + "/shop.escrow"
	open := func() *escrowdb.Store { return must(escrowdb.Open(path, escrowdb.ProcessDurable())) }
	func() {
		store := open()
		defer store.Close()
		furnish(t, store)
		for i := uint64(0); i < accounts; i++ {
			must(store.CreateAccounts(escrowdb.NewAccount(escrowdb.IDOf(1000+i), usd, 1, 0)))
		}
	}()

	cursor := must(must(open().Snapshot()).AllAccounts(escrowdb.IDOf(999)))
	rows := 0
	for cursor.Next() {
		if rows++; rows%500 == 0 {
			collect()
		}
	}
	equal(t, "cursor", cursor.Err(), nil)
	equal(t, "rows", rows, accounts)
	runtime.KeepAlive(cursor)

	snapshot := must(reopened(t, path).Snapshot())
	collect()
	_, found, err := snapshot.Account(alice)
	equal(t, "snapshot", fmt.Sprint(found, err), "true <nil>")
	runtime.KeepAlive(snapshot)

	wallets := must(reopened(t, path).Wallets(escrowdb.MasterKeyOf(testKey), "article"))
	collect()
	_, err = wallets.Policy()
	equal(t, "wallets", err, nil)
	equal(t, "close", wallets.Close(), nil)

	batcher := reopened(t, path).NewBatcher()
	collect()
	_, err = batcher.Submit(background, escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1)))
	equal(t, "batcher", err, nil)
	equal(t, "close", batcher.Close(), nil)
}

// reopened opens a store as soon as the garbage collector has closed the last one.
func reopened(t *testing.T, path string) *escrowdb.Store {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; collect() {
		store, err := escrowdb.Open(path, escrowdb.ProcessDurable(), escrowdb.Exclusive())
		if err == nil {
			return store
		}
		if !errors.Is(err, escrowdb.ErrLocked) || time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// `defer snapshot.Close()` after a call that failed ended the process, by an error that cannot be
// recovered from. What is nil is closed: every method of every handle says so, and none panics.
func TestNilHandlesAreClosed(t *testing.T) {
	for _, handle := range []any{
		(*escrowdb.Store)(nil), (*escrowdb.Snapshot)(nil), (*escrowdb.Wallets)(nil),
		(*escrowdb.Batcher)(nil), (*escrowdb.Cursor[escrowdb.Hold])(nil),
	} {
		value := reflect.ValueOf(handle)
		for i := 0; i < value.NumMethod(); i++ {
			name := fmt.Sprintf("%T.%s", handle, value.Type().Method(i).Name)
			if _, ok := only[value.Type().Method(i).Name]; ok {
				continue
			}
			if err := callWithNothing(value.Method(i)); err != nil && !errors.Is(err, escrowdb.ErrClosed) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	equal(t, "next", (*escrowdb.Cursor[escrowdb.Hold])(nil).Next(), false)
	equal(t, "close", errors.Is((*escrowdb.Snapshot)(nil).Close(), escrowdb.ErrClosed), true)
	equal(t, "close", errors.Is((*escrowdb.Store)(nil).Close(), escrowdb.ErrClosed), true)
}

// Methods of this package's own tests.
var only = map[string]struct{}{"BeginSlice": {}, "LeavesProcessors": {}}

// callWithNothing calls a method with zero values, and gives its error.
func callWithNothing(method reflect.Value) error {
	var arguments []reflect.Value
	for i := 0; i < method.Type().NumIn(); i++ {
		if method.Type().IsVariadic() && i == method.Type().NumIn()-1 {
			break
		}
		switch in := method.Type().In(i); in {
		case reflect.TypeOf((*context.Context)(nil)).Elem():
			arguments = append(arguments, reflect.ValueOf(background))
		case reflect.TypeOf(""):
			arguments = append(arguments, reflect.ValueOf("name"))
		case reflect.TypeOf((*escrowdb.Batch)(nil)):
			arguments = append(arguments, reflect.ValueOf(new(escrowdb.Batch)))
		default:
			arguments = append(arguments, reflect.Zero(in))
		}
	}
	for _, result := range method.Call(arguments) {
		if err, ok := result.Interface().(error); ok {
			return err
		}
	}
	return nil
}
