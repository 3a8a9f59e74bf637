// Command worker pays one unit after the other until its input ends, and says what was answered; see
// bindings/together/together.py.
//
//	worker STORE NUMBER
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"

	escrowdb "escrowdb.dev/go"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("Go: ")
	if len(os.Args) != 3 {
		log.Fatal("usage: worker STORE NUMBER")
	}
	number, err := strconv.ParseUint(os.Args[2], 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	ended, end := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		end()
	}()
	if err := work(ended, os.Args[1], number); err != nil {
		log.Fatal(err)
	}
}

func work(ended context.Context, path string, number uint64) error {
	store, err := escrowdb.Open(path)
	if err != nil {
		return err
	}
	fmt.Println("open")
	account := escrowdb.IDOf(1000 + number)
	for count := uint64(1); ended.Err() == nil; count++ {
		pay := escrowdb.Transfer(
			escrowdb.ID{Hi: number, Lo: count}, escrowdb.IDOf(1), account, 1, escrowdb.Units(1))
		outcomes, err := store.Submit(context.Background(), []escrowdb.Operation{pay})
		if err != nil {
			return err
		}
		if err := outcomes[0].Err(); err != nil {
			return err
		}
		if count%16 == 0 {
			if has, err := balance(store, account); err != nil || has != escrowdb.Units(count) {
				return errors.Join(fmt.Errorf("the balance is %v after %d", has, count), err)
			}
		}
		fmt.Println(count, uint64(outcomes[0].Timestamp))
	}
	return store.Close()
}

// balance is what an account has. A host that ends meanwhile is asked no more.
func balance(store *escrowdb.Store, id escrowdb.ID) (escrowdb.Amount, error) {
	for {
		account, err := look(store, id)
		if !errors.Is(err, escrowdb.ErrHostEnded) {
			return account.Balances.CreditsPosted, err
		}
	}
}

func look(store *escrowdb.Store, id escrowdb.ID) (escrowdb.Account, error) {
	snapshot, err := store.Snapshot()
	if err != nil {
		return escrowdb.Account{}, err
	}
	defer snapshot.Close()
	account, _, err := snapshot.Account(id)
	return account, err
}
