package escrowdb_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	escrowdb "escrowdb.dev/go"
)

func TestReadOnly(t *testing.T) {
	store, path := openShop(t)
	payIn(t, store, 3)
	head := must(store.Head())
	guest := must(escrowdb.Open(path, escrowdb.ReadOnly(), escrowdb.FollowHost()))
	equal(t, "head beside a writer", must(guest.Head()), head)
	if err := guest.Close(); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	reader, second := must(escrowdb.Open(path, escrowdb.ReadOnly())), must(escrowdb.Open(path, escrowdb.ReadOnly()))
	equal(t, "head", must(reader.Head()), head)
	equal(t, "head", must(second.Head()), head)
	if _, err := escrowdb.Open(path); !errors.Is(err, escrowdb.ErrLocked) {
		t.Errorf("written beside readers: %v", err)
	}
	one := []escrowdb.Operation{escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1))}
	if _, err := reader.Submit(background, one); !errors.Is(err, escrowdb.ErrReadOnly) {
		t.Errorf("a reader writes: %v", err)
	}
	if err := reader.Checkpoint(); !errors.Is(err, escrowdb.ErrReadOnly) {
		t.Errorf("a reader writes a checkpoint: %v", err)
	}
	copied := must(reader.Backup(filepath.Join(t.TempDir(), "copy")))
	equal(t, "copied", copied.Head, head)
	for _, each := range []*escrowdb.Store{reader, second} {
		if err := each.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestStateOfAnotherStore(t *testing.T) {
	one, path := openShop(t)
	other, elsewhere := openShop(t)
	if err := errors.Join(one.Close(), other.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := escrowdb.Open(path, escrowdb.IndexUserData()); !errors.Is(err, escrowdb.ErrInvalidArgument) {
		t.Errorf("an index that is not there: %v", err)
	}
	const state = "state.redb"
	if err := os.Rename(filepath.Join(elsewhere, state), filepath.Join(path, state)); err != nil {
		t.Fatal(err)
	}
	if _, err := escrowdb.Open(path); !errors.Is(err, escrowdb.ErrMismatchedState) {
		t.Errorf("another store's state: %v", err)
	}
}
