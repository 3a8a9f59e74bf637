package escrowdb_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	escrowdb "escrowdb.dev/go"
)

// hostPath names the store that a child hosts until it is killed.
const hostPath = "ESCROWDB_TEST_HOST"

func init() { children[hostPath] = host }

func host(path string) error {
	store, err := escrowdb.Open(path)
	if err != nil {
		return err
	}
	defer store.Close()
	fmt.Println("open")
	time.Sleep(time.Minute)
	return nil
}

// A guest submits and reads as its host does, and goes on in its place when that is killed.
func TestAGuestGoesOnWhenItsHostIsKilled(t *testing.T) {
	path := t.TempDir() + "/shop.escrow"
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), hostPath+"="+path)
	command.Stderr = os.Stderr
	output := must(command.StdoutPipe())
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = command.Process.Kill() }()
	must(bufio.NewReader(output).ReadString('\n'))

	store := must(escrowdb.Open(path, escrowdb.TakeoverWait(20*time.Second)))
	defer store.Close()
	equal(t, "role", must(store.Role()), escrowdb.RoleGuest)
	process, guests, err := store.HostProcess()
	equal(t, "host", fmt.Sprint(process, guests, err), fmt.Sprint(command.Process.Pid, 1, error(nil)))
	furnish(t, store)
	pay := []escrowdb.Operation{escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1))}
	equal(t, "paid", must(store.Submit(background, pay))[0].Status, escrowdb.StatusApplied)
	snapshot := must(store.Snapshot())
	defer snapshot.Close()

	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait()
	equal(t, "paid again", must(store.Submit(background, pay))[0].Status, escrowdb.StatusExists)
	equal(t, "role", must(store.Role()), escrowdb.RoleHost)
	if _, _, err := snapshot.Account(alice); !errors.Is(err, escrowdb.ErrHostEnded) {
		t.Errorf("a snapshot outlives its host: %v", err)
	}
}

func TestWhatASecondOpenIsRefusedFor(t *testing.T) {
	path := t.TempDir() + "/shop.escrow"
	store := must(escrowdb.Open(path, escrowdb.ManualClock(), escrowdb.GuestsMax(1)))
	defer store.Close()
	equal(t, "role", must(store.Role()), escrowdb.RoleHost)
	refused := func(want error, options ...escrowdb.Option) {
		t.Helper()
		if _, err := escrowdb.Open(path, options...); !errors.Is(err, want) {
			t.Errorf("%v instead of %v", err, want)
		}
	}
	refused(escrowdb.ErrLocked, escrowdb.ManualClock(), escrowdb.Exclusive())
	refused(escrowdb.ErrInvalidArgument)
	guest := must(escrowdb.Open(path, escrowdb.FollowHost()))
	defer guest.Close()
	must(guest.Head())
	refused(escrowdb.ErrLimitExceeded, escrowdb.FollowHost())
}
