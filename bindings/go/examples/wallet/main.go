// Command wallet takes a customer from registration to a paid order.
package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log"
	"os"

	escrowdb "escrowdb.dev/go"
)

var bank, bob = escrowdb.IDOf(1), escrowdb.IDOf(2)

func main() {
	// A new store with a new master key. Yours comes from where you keep keys, apart from the store.
	directory, err := os.MkdirTemp("", "wallet")
	check(err)
	defer os.RemoveAll(directory)
	var key [32]byte
	_, err = rand.Read(key[:])
	check(err)
	store, err := escrowdb.Open(directory + "/shop.escrow")
	check(err)
	defer store.Close()
	openBooks(store)
	wallets, err := store.Wallets(escrowdb.MasterKeyOf(key), "article")
	check(err)

	// Registration. The ids are yours, so that what is sent again happens once.
	person, wallet, account := escrowdb.NewID(), escrowdb.NewID(), escrowdb.NewID()
	check(wallets.BeginRegistration(person, "anna@example.com", true))
	letters, err := wallets.TakeLetters(10) // a worker of yours sends them,
	check(err)
	check(wallets.ReportLetter(letters[0].ID, escrowdb.FateDelivered))
	_, err = wallets.ConfirmAddress(letters[0].Secret.Reveal()) // and the customer follows the link
	check(err)
	check(wallets.SetProfile(person, escrowdb.Profile{
		Name:            "Anna Ivanova",
		Citizenship:     "RU",
		DocumentKind:    escrowdb.DocumentPassport,
		DocumentCountry: "RU",
		DocumentNumber:  "45 09 000001",
		PostalAddress:   "Lenina 1, Moscow",
		Phone:           "+7 900 000 00 00",
	}))
	check(wallets.SetLoginPassword(person, "a rather long login phrase", false))
	check(wallets.SetSecurityAnswers(person, []escrowdb.SecurityAnswer{
		{Question: 1, Answer: "Rex"}, {Question: 2, Answer: "Rostock"},
	}))
	check(wallets.SetConsent(person, "terms", "1", true))
	check(wallets.SubmitRegistration(person, escrowdb.NewWallet{
		Wallet: wallet, Account: account, Ledger: 1, Code: 200,
	}))
	check(wallets.CreatePaymentPassword(wallet, "491827"))

	// The payment password authorises one order. Each attempt to pay for it is a hold with an id of its
	// own, as a refusal uses the id up; the order stands in its user data.
	order, authorisation := escrowdb.NamedID("orders", "A-1001"), escrowdb.NewID()
	attempt := func(amount string) escrowdb.Payment {
		hold := escrowdb.OpenHold(escrowdb.NewID(), account, bob, 1, dollars(amount)).WithUserData(order)
		return escrowdb.Payment{Wallet: wallet, Order: order, Authorisation: authorisation, Operation: hold}
	}
	first := attempt("20.00")
	_, err = wallets.Authorise(authorisation, first.Purchase(), "491828", false)
	fmt.Println(err)
	_, err = wallets.Authorise(authorisation, first.Purchase(), "491827", false)
	check(err)
	_, err = wallets.Pay(first)
	fmt.Println(err)

	// Money comes in, and a second attempt pays the order into escrow.
	_, err = wallets.TopUp(wallet, escrowdb.Transfer(escrowdb.NewID(), bank, account, 1, dollars("150.00")))
	check(err)
	paid, err := wallets.Pay(attempt("20.00"))
	check(err)
	fmt.Println("paid, and left are", paid.Debit.Available().Format(2))

	// What the policy does not allow is refused, and the refusal says what would help.
	dear := attempt("250.00")
	_, err = wallets.Needs(dear.Purchase())
	var refused *escrowdb.Refused
	if errors.Is(err, escrowdb.ErrNeedsTier) && errors.As(err, &refused) {
		fmt.Println("250.00 is for customers of tier", refused.Tier)
	}
}

// openBooks opens a ledger of dollars, the outside world, and a merchant's account.
func openBooks(store *escrowdb.Store) {
	usd, err := escrowdb.ISOLedger(1, "USD")
	check(err)
	_, err = store.CreateLedgers(usd)
	check(err)
	_, err = store.CreateAccounts(
		escrowdb.NewAccount(bank, 1, 100, escrowdb.AccountExternal),
		escrowdb.NewAccount(bob, 1, 300, escrowdb.AccountDebitsMustNotExceedCredits),
	)
	check(err)
}

func dollars(text string) escrowdb.Amount { return escrowdb.MustParseAmount(text, 2) }

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
