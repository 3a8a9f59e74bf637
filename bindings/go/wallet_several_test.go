package escrowdb_test

import (
	"encoding/json"
	"testing"

	escrowdb "escrowdb.dev/go"
)

// A customer opens a wallet in another ledger, and the limits of both are those of one person. What
// is refunded counts no longer.
func TestAFurtherWalletAndLimitsOverAll(t *testing.T) {
	const euros, euroBank, euroSeller = 7, 91, 92
	over := policy("article", func(policy map[string]any) {
		dollars := policy["currencies"].([]any)[0].(map[string]any)
		tier := dollars["tiers"].([]any)[0].(map[string]any)
		tier["per_day"] = 30_000
		dollars["small_payments"] = map[string]any{
			"per_payment": 100_000, "in_a_row_sum": 1_000_000, "in_a_row": 100,
		}
		var second map[string]any
		if err := json.Unmarshal(must(json.Marshal(dollars)), &second); err != nil {
			panic(err)
		}
		second["code"] = "EUR"
		policy["currencies"] = []any{dollars, second}
		policy["over_all_wallets"] = map[string]any{
			"rates_of": "2026-12-01",
			"rates": []any{
				map[string]any{"code": "USD", "worth": "1"},
				map[string]any{"code": "EUR", "worth": "1.25"},
			},
		}
		at(policy, "payments")["refunds_give_back"] = true
	})
	w := newWorldBy(t, over)
	w.anna()
	ledger := must(escrowdb.ISOLedger(euros, "EUR"))
	equal(t, "ledger", must(w.store.CreateLedgers(ledger))[0].Status, escrowdb.StatusApplied)
	accounts := []escrowdb.Account{
		{ID: escrowdb.IDOf(euroBank), Ledger: euros, Code: 100, Flags: escrowdb.AccountExternal},
		{ID: escrowdb.IDOf(euroSeller), Ledger: euros, Code: 300},
	}
	for _, outcome := range must(w.store.CreateAccounts(accounts...)) {
		equal(t, "account", outcome.Status, escrowdb.StatusApplied)
	}

	w.refused(w.OpenWallet(personOf(1), newWallet(2)), escrowdb.ErrWalletExistsInLedger)
	opened := newWallet(2)
	opened.Ledger = euros
	w.refused(w.OpenWallet(personOf(9), opened), escrowdb.ErrPersonNotFound)
	w.do(w.OpenWallet(personOf(1), opened))
	w.do(w.OpenWallet(personOf(1), opened)) // sent again, it happens once
	equal(t, "wallets", len(must(w.WalletsOf(personOf(1)))), 2)
	w.do(w.CreatePaymentPassword(walletOf(2), payText))

	hold := escrowdb.OpenHold(escrowdb.NewID(), accountOf(1), bob, usd, escrowdb.Units(20_000))
	w.topUp(1, 50_000)
	must(w.Pay(escrowdb.Payment{Wallet: walletOf(1), Order: escrowdb.NewID(), Operation: hold}))
	wanted := escrowdb.Purchase{
		Wallet: walletOf(2), Order: escrowdb.NewID(), Payee: escrowdb.IDOf(euroSeller),
		Amount: escrowdb.Units(15_000), Ledger: euros,
	}
	_, err := w.Needs(wanted)
	refused := w.refused(err, escrowdb.ErrNeedsTier)
	equal(t, "exceeded", refused.Exceeded, escrowdb.ExceededLimit{
		Limit: escrowdb.ErrExceedsLimitPerDay, Most: escrowdb.Units(30_000),
		Counted: escrowdb.Units(16_000), Elsewhere: escrowdb.Units(16_000),
	})
	submit(t, w.store, escrowdb.Refund(escrowdb.NewID(), hold.ID, escrowdb.Units(20_000)))
	equal(t, "needs", must(w.Needs(wanted)), escrowdb.NeedsNothing)
	spending, _, err := w.Spending(walletOf(1))
	w.do(err)
	equal(t, "day", spending.Day, escrowdb.Amount{})
}
