package escrowdb_test

import (
	"errors"
	"testing"

	escrowdb "escrowdb.dev/go"
)

// An order is paid from a wallet: its owner authorises all of its terms, and what is given back comes back.
func TestAnOrderFromAWallet(t *testing.T) {
	w := newWorld(t)
	w.anna()
	w.topUp(1, 10_000)
	orders := must(w.store.Orders())
	defer orders.Close()
	w.do(orders.RegisterBuyer(anna, usd))
	w.do(orders.RegisterSeller(belle, usd))
	order := escrowdb.IDOf(9_100)
	w.do(orders.Place(order, escrowdb.Terms{
		Buyer: anna, Ledger: usd, Policy: must(orders.KeepPolicy(dealPolicy)),
		Legs: []escrowdb.Leg{{Seller: belle, Amount: escrowdb.Units(6_000)}},
		Tenders: []escrowdb.Tender{
			{Kind: escrowdb.TenderWallet, Source: accountOf(1), Amount: escrowdb.Units(6_000)},
		},
	}))
	_, err := orders.TenderCame(order, 0, escrowdb.IDOf(1))
	equal(t, "not reported", errors.Is(err, escrowdb.ErrOrderTenderKindMustFit), true)
	terms := must(orders.WalletTerms(order, 0))
	equal(t, "wallet", terms.Order.Wallet, walletOf(1))
	equal(t, "amount", terms.Parts[0].Amount, escrowdb.Units(6_000))
	authorisation := escrowdb.NewID()
	_, err = orders.PayFromWallet(w.Wallets, order, 0, authorisation, escrowdb.IDOf(1))
	equal(t, "by the wallet", errors.Is(err, escrowdb.ErrOrderRefusedByWallet), true)
	equal(t, "and why", errors.Is(err, escrowdb.ErrAuthorisationNotFound), true)
	_, err = w.AuthoriseOrder(authorisation, terms, payText, false)
	w.do(err)
	for range []int{1, 2} {
		came := must(orders.PayFromWallet(w.Wallets, order, 0, authorisation, escrowdb.IDOf(1)))
		equal(t, "paid", came.IsTaken && came.HasPaid, true)
	}
	acted := must(orders.Act(order, 0, escrowdb.PartySeller, escrowdb.PartCommand{
		Action: escrowdb.ActionCancel,
	}, escrowdb.IDOf(2)))
	equal(t, "back", acted.Refunded, escrowdb.Units(6_000))
	_, err = orders.PayFromWallet(nil, order, 0, authorisation, escrowdb.IDOf(3))
	equal(t, "no wallets", errors.Is(err, escrowdb.ErrClosed), true)
}
