//go:build linux || darwin

package escrowdb_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	escrowdb "escrowdb.dev/go"
)

// fullPath names the store that a child of TestFullDisk fills until the disk refuses.
const fullPath = "ESCROWDB_TEST_FULL"

// fillUntilRefused may write files of 1 MiB at most, and pays until that fails. Its exit tells.
func fillUntilRefused(path string) error {
	signal.Ignore(syscall.SIGXFSZ)
	store, err := escrowdb.Open(path, escrowdb.OpenExisting(), escrowdb.PreallocateBytes(1<<16))
	if err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 20, Max: 1 << 20}); err != nil {
		return err
	}
	cancellable, cancel := context.WithCancel(background)
	defer cancel()
	operations := make([]escrowdb.Operation, 100)
	number := uint64(1000)
	for round := 0; ; round++ {
		if round == 1000 {
			return errors.New("the disk never refused")
		}
		first := number
		for i := range operations {
			number++
			operations[i] = escrowdb.Transfer(escrowdb.IDOf(number), bank, alice, usd, escrowdb.Units(1))
		}
		ctx := background
		if round%2 == 0 {
			ctx = cancellable
		}
		if _, err = store.Submit(ctx, operations); err != nil {
			fmt.Println(first)
			break
		}
	}
	if !errors.Is(err, escrowdb.ErrOutcomeUnknown) {
		return fmt.Errorf("refused by %w", err)
	}
	for _, ctx := range []context.Context{background, cancellable} {
		if _, err := store.Submit(ctx, operations); !errors.Is(err, escrowdb.ErrPoisoned) {
			return fmt.Errorf("afterwards %w", err)
		}
	}
	batcher := store.NewBatcher()
	if _, err := batcher.Submit(cancellable, operations[0]); !errors.Is(err, escrowdb.ErrPoisoned) {
		return fmt.Errorf("batched %w", err)
	}
	if err := batcher.Close(); err != nil {
		return err
	}
	if err := store.Close(); !errors.Is(err, escrowdb.ErrPoisoned) {
		return fmt.Errorf("closed by %w", err)
	}
	if _, err := store.Submit(background, operations); !errors.Is(err, escrowdb.ErrClosed) {
		return fmt.Errorf("closed: %w", err)
	}
	return nil
}

// A disk that refuses poisons the store: the error says that the outcome is not known, later calls
// say so too, and everything that was answered is there when the store is opened again.
func TestFullDisk(t *testing.T) {
	path := t.TempDir() + "/shop.escrow"
	store := must(escrowdb.Open(path, escrowdb.PreallocateBytes(1<<16)))
	furnish(t, store)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), fullPath+"="+path)
	var complaints strings.Builder
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complaints.String())
	}
	last := must(escrowdb.ParseID(strings.TrimSpace(string(output)))).Lo
	store = must(escrowdb.Open(path, escrowdb.OpenExisting()))
	defer store.Close()
	var ids []escrowdb.ID
	for number := uint64(1001); number <= last; number++ {
		ids = append(ids, escrowdb.IDOf(number))
	}
	if len(ids) == 0 {
		t.Fatal("nothing was answered before the disk refused")
	}
	for i, record := range must(snapshotOf(t, store).Operations(ids...)) {
		if record.Operation.ID != ids[i] || record.Status != escrowdb.StatusApplied {
			t.Fatalf("%v was answered and is lost", ids[i])
		}
	}
	payIn(t, store, 1)
}

func init() { children[fullPath] = fillUntilRefused }
