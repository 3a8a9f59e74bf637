// Command order takes one order from payment to payout.
package main

import (
	"context"
	"fmt"
	"log"

	escrowdb "escrowdb.dev/go"
)

func main() {
	store, err := escrowdb.Open("shop.escrow")
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()

	// A ledger of dollars, and four accounts: the outside world, a wallet, a merchant, our commission.
	usd, err := escrowdb.ISOLedger(1, "USD")
	if err != nil {
		log.Fatal(err)
	}
	bank, alice, bob, fees := escrowdb.IDOf(1), escrowdb.IDOf(2), escrowdb.IDOf(3), escrowdb.IDOf(4)
	const wallet = escrowdb.AccountDebitsMustNotExceedCredits
	if _, err := store.CreateLedgers(usd); err != nil {
		log.Fatal(err)
	}
	if _, err := store.CreateAccounts(
		escrowdb.NewAccount(bank, 1, 100, escrowdb.AccountExternal),
		escrowdb.NewAccount(alice, 1, 200, wallet),
		escrowdb.NewAccount(bob, 1, 300, wallet),
		escrowdb.NewAccount(fees, 1, 400, 0),
	); err != nil {
		log.Fatal(err)
	}

	// Alice pays 50 dollars in, orders for 20 of them, gets the goods, and Bob gets his money. The id
	// of each operation is its idempotency key: sent again, nothing happens twice. An attempt to pay
	// that is refused uses up its id, so that the order's own number goes into the user data.
	attempt := escrowdb.NewID()
	outcomes, err := store.Submit(context.Background(), []escrowdb.Operation{
		escrowdb.Transfer(escrowdb.NewID(), bank, alice, 1, escrowdb.MustParseAmount("50.00", 2)),
		escrowdb.OpenHold(attempt, alice, bob, 1, escrowdb.MustParseAmount("20.00", 2)).
			WithUserData(escrowdb.NamedID("orders", "A-1001")).
			WithFee(fees, 29_000).                             // 2.9%
			WithDeadline(30*86400, escrowdb.AtDeadlineRefund), // 30 days
		escrowdb.Ship(escrowdb.NewID(), attempt),
		escrowdb.ReleaseRest(escrowdb.NewID(), attempt),
	})
	if err != nil {
		log.Fatal(err)
	}
	for i := range outcomes {
		// A refusal is no error of the call: it names the law that the operation would have broken.
		if err := outcomes[i].Err(); err != nil {
			log.Fatal(err)
		}
	}

	snapshot, err := store.Snapshot()
	if err != nil {
		log.Fatal(err)
	}
	defer snapshot.Close()
	hold, _, err := snapshot.Hold(attempt)
	if err != nil {
		log.Fatal(err)
	}
	accounts, err := snapshot.Accounts(alice, bob, fees)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the order is", hold.Phase)
	for i, name := range []string{"alice", "bob", "fees"} {
		fmt.Println(name, accounts[i].Balances.Available().Format(2))
	}
}
