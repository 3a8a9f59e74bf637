package escrowdb_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	escrowdb "escrowdb.dev/go"
)

// childPath names the store that a child of TestKilledProcess fills until it is killed.
const childPath = "ESCROWDB_TEST_CHILD"

// children is what this program does instead of testing, by the variable that names a store for it.
var children = map[string]func(path string) error{childPath: child}

func TestMain(m *testing.M) {
	for variable, run := range children {
		path := os.Getenv(variable)
		if path == "" {
			continue
		}
		if err := run(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// child pays one cent after the other, from many goroutines, and says the id of each that was
// answered.
func child(path string) error {
	store, err := escrowdb.Open(path)
	if err != nil {
		return err
	}
	batcher := store.NewBatcher()
	answered := make(chan escrowdb.ID)
	for i := 0; i < 50; i++ {
		go func() {
			for {
				operation := escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1))
				outcome := must(batcher.Submit(context.Background(), operation))
				if err := outcome.Err(); err != nil {
					panic(err)
				}
				answered <- operation.ID
			}
		}()
	}
	for id := range answered {
		fmt.Println(id)
	}
	return nil
}

// What was answered before kill -9 is there afterwards, exactly once, and the store is sound.
func TestKilledProcess(t *testing.T) {
	path := t.TempDir() + "/shop.escrow"
	store := must(escrowdb.Open(path))
	furnish(t, store)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	seen := make(map[escrowdb.ID]bool)
	for round := 0; round < 3; round++ {
		command := exec.Command(os.Args[0])
		command.Env = append(os.Environ(), childPath+"="+path)
		command.Stderr = os.Stderr
		output, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(output)
		wanted := len(seen) + 300 + 200*round
		for lines.Scan() {
			id, err := escrowdb.ParseID(lines.Text())
			if err != nil {
				break // the last line may be cut
			}
			seen[id] = true
			if len(seen) == wanted {
				_ = command.Process.Kill()
			}
		}
		_ = command.Wait()

		// The system unlocks the directory when the process is really gone.
		store, err := escrowdb.Open(path, escrowdb.OpenExisting())
		for end := time.Now().Add(10 * time.Second); err != nil && time.Now().Before(end); {
			time.Sleep(10 * time.Millisecond)
			store, err = escrowdb.Open(path, escrowdb.OpenExisting())
		}
		if err != nil {
			t.Fatal(err)
		}
		ids := make([]escrowdb.ID, 0, len(seen))
		for id := range seen {
			ids = append(ids, id)
		}
		snapshot := snapshotOf(t, store)
		for i, record := range must(snapshot.Operations(ids...)) {
			if record.Operation.ID != ids[i] || record.Status != escrowdb.StatusApplied {
				t.Fatalf("round %d: %v was answered and is lost", round, ids[i])
			}
		}
		account, _, _ := snapshot.Account(alice)
		posted, _ := account.Balances.CreditsPosted.Uint64()
		if posted < uint64(len(seen)) {
			t.Errorf("%d answered, %d there", len(seen), posted)
		}
		equal(t, "balanced", must(snapshot.TrialBalance(usd)).IsBalanced, true)
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		equal(t, "fault", must(escrowdb.Verify(path, nil)).Fault, "")
	}
}
