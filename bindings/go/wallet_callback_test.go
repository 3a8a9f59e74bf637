package escrowdb_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	escrowdb "escrowdb.dev/go"
)

// A meddler wraps keys by nothing, and does something else meanwhile: in its own goroutine, and in
// another that it waits for.
type meddler struct {
	meddle func() error
	said   []error
}

func (m *meddler) work() {
	there := make(chan error)
	m.said = append(m.said, m.meddle())
	go func() { there <- m.meddle() }()
	m.said = append(m.said, <-there)
}

func (m *meddler) Wrap(key []byte) ([]byte, error) {
	m.work()
	return append([]byte{}, key...), nil
}

func (m *meddler) Unwrap(wrapped []byte) ([]byte, error) {
	m.work()
	return append([]byte{}, wrapped...), nil
}

// expect compares what the meddling was answered, and forgets it.
func (m *meddler) expect(t *testing.T, name string, want ...error) {
	t.Helper()
	if len(m.said) != len(want) {
		t.Fatalf("%s: %v, not %v", name, m.said, want)
	}
	for i, err := range m.said {
		if !errors.Is(err, want[i]) {
			t.Errorf("%s: %v, not %v", name, err, want[i])
		}
	}
	m.said = nil
}

// inTime does not wait for a deadlock.
func inTime(t *testing.T, work func(t *testing.T)) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		work(t)
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		panic("a deadlock") // which shows all goroutines
	}
}

// Symptom: Close, called by a function of the host's or by a goroutine that it waited for, never came
// back. Cause: it waited for all calls on the store, and so for the one that called the function. Such
// a call leaves the lock meanwhile, and Close says that it did not wait for it.
func TestClosingWithinAKeyFunction(t *testing.T) {
	for _, isThere := range []bool{false, true} { // to wrap a new key, and to unwrap one
		inTime(t, func(t *testing.T) {
			store, path := openShop(t)
			m := &meddler{meddle: func() error { return nil }}
			if isThere {
				must(0, must(store.Wallets(escrowdb.MasterKeyBy(m), "none")).Close())
				m.said = nil
			}
			m.meddle = store.Close
			_, err := store.Wallets(escrowdb.MasterKeyBy(m), "none")
			equal(t, "no wallets of a closed store", errors.Is(err, escrowdb.ErrClosed), true)
			closed := []error{escrowdb.ErrWithinCallback, escrowdb.ErrClosed}
			if !isThere { // what was wrapped is unwrapped again
				closed = append(closed, escrowdb.ErrClosed, escrowdb.ErrClosed)
			}
			m.expect(t, "closing", closed...)
			equal(t, "closed", errors.Is(store.Close(), escrowdb.ErrClosed), true)
			store = must(escrowdb.Open(path, escrowdb.OpenExisting()))
			must(0, store.Close())
		})
	}
	inTime(t, func(t *testing.T) {
		w := newWorld(t)
		m := &meddler{meddle: w.Wallets.Close}
		w.do(w.AddMasterKey(escrowdb.MasterKeyBy(m), staff("eve")))
		// To wrap, and to unwrap that again.
		closed := []error{escrowdb.ErrWithinCallback, escrowdb.ErrClosed, escrowdb.ErrClosed, escrowdb.ErrClosed}
		m.expect(t, "closing", closed...)
		wallets := must(w.store.Wallets(escrowdb.MasterKeyOf(testKey), "none"))
		m.meddle = w.store.Close
		// What the trail cannot say any more is not done.
		err := wallets.AddMasterKey(escrowdb.MasterKeyBy(m), staff("eve"))
		equal(t, "a closed store", errors.Is(err, escrowdb.ErrClosed), true)
		m.expect(t, "closing", closed...)
		store := must(escrowdb.Open(w.path, escrowdb.OpenExisting()))
		m.meddle = func() error { return nil }
		must(0, must(store.Wallets(escrowdb.MasterKeyBy(m), "none")).Close())
		must(0, store.Close())
	})
}

func TestClosingWithinABlockList(t *testing.T) {
	for name, of := range map[string]func(*world) func() error{
		"wallets": func(w *world) func() error { return w.Wallets.Close },
		"store":   func(w *world) func() error { return w.store.Close },
	} {
		inTime(t, func(t *testing.T) {
			m := new(meddler)
			w := newWorld(t, escrowdb.BlockList(func(string) bool {
				m.work()
				return false
			}))
			w.confirm(1, email)
			m.meddle = of(w)
			err := w.SetLoginPassword(personOf(1), loginText, false)
			equal(t, name, errors.Is(err, escrowdb.ErrClosed), name == "store")
			m.expect(t, name, escrowdb.ErrWithinCallback, escrowdb.ErrClosed)
			equal(t, name, errors.Is(w.SetLoginPassword(personOf(1), loginText, false), escrowdb.ErrClosed), true)
			_ = w.store.Close()
			must(0, must(escrowdb.Open(w.path, escrowdb.OpenExisting())).Close())
		})
	}
}

// A key function may use the store as anybody, but not open its wallets.
func TestAKeyFunctionUsesTheStore(t *testing.T) {
	var store *escrowdb.Store
	var directory string
	count := 0
	for _, use := range []struct {
		name string
		call func() error
		want error
	}{
		{"wallets", func() error {
			_, err := store.Wallets(escrowdb.MasterKeyOf([32]byte{1}), "none")
			return err
		}, escrowdb.ErrInvalidArgument},
		{"backup", func() error {
			count++
			_, err := store.Backup(filepath.Join(directory, fmt.Sprint("backup", count)))
			return err
		}, nil},
		{"submit", func() error {
			ctx, cancel := context.WithCancel(background) // by the queue
			defer cancel()
			_, err := store.Submit(ctx, []escrowdb.Operation{
				escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1)),
			})
			return err
		}, nil},
		{"snapshot", func() error {
			snapshot, err := store.Snapshot()
			if err == nil {
				err = snapshot.Close()
			}
			return err
		}, nil},
	} {
		inTime(t, func(t *testing.T) {
			store, _ = openShop(t)
			directory = t.TempDir()
			m := &meddler{meddle: use.call}
			// Made, which wraps and unwraps, and then opened.
			for _, wants := range [][]error{{use.want, use.want, use.want, use.want}, {use.want, use.want}} {
				wallets := must(store.Wallets(escrowdb.MasterKeyBy(m), "none"))
				m.expect(t, use.name, wants...)
				must(0, wallets.Close())
			}
			wallets := must(store.Wallets(
				escrowdb.MasterKeyBy(m), "none", escrowdb.FirstOperator("olga")))
			m.said = nil
			must(0, wallets.AddMasterKey(escrowdb.MasterKeyBy(m), staff("olga")))
			m.expect(t, use.name, use.want, use.want, use.want, use.want)
		})
	}
}
