package escrowdb_test

import (
	"context"
	"errors"
	"testing"

	escrowdb "escrowdb.dev/go"
)

// leavingPolicy pays out, and asks after a year.
func leavingPolicy() string {
	return policy("article", func(policy map[string]any) {
		at(policy, "redemption")["allowed"] = true
		inactivity := at(policy, "inactivity")
		inactivity["notice_after_days"], inactivity["wait_days"] = 365, 90
	})
}

// TestWhatIsLeftIsGivenUpOrWaits: an owner gives up a part, and the rest is set aside, claimed, set aside
// again, and paid out by two members of staff.
func TestWhatIsLeftIsGivenUpOrWaits(t *testing.T) {
	w := newWorldBy(t, leavingPolicy(), escrowdb.WaiverAccount(usd, fees))
	w.anna()
	w.payIn(1, 500)
	eve, bob := staff("eve"), staff("bob")
	waiver := escrowdb.Waiver{
		ID: escrowdb.IDOf(501), Wallet: walletOf(1), AmountMax: escrowdb.Units(200), Version: "2026-03",
	}
	_, err := w.Waive(waiver, "000000")
	w.refused(err, escrowdb.ErrCredentialsMustMatch)
	for i := 0; i < 2; i++ {
		waived, err := w.Waive(waiver, payText)
		w.do(err)
		equal(t, "given up", waived, escrowdb.Units(200))
	}

	item := escrowdb.IDOf(502)
	w.refused(w.SetAside(item, walletOf(1), eve), escrowdb.ErrWalletIsNotFrozen)
	w.do(w.FreezeWallet(walletOf(1), eve))
	w.refused(w.CloseWallet(walletOf(1), eve), escrowdb.ErrWalletMustBeEmpty)
	w.do(w.SetAside(item, walletOf(1), eve))
	open := must(w.OpenUnclaimed(escrowdb.ID{}, 9))
	equal(t, "items", len(open), 1)
	equal(t, "set aside", open[0].Amount, escrowdb.Units(300))
	equal(t, "whose", open[0].Person, personOf(1))
	equal(t, "why", open[0].Reason, escrowdb.UnclaimedLeft)
	equal(t, "behind it", len(must(w.OpenUnclaimed(item, 9))), 0)

	w.do(w.UnfreezeWallet(walletOf(1), eve))
	back := escrowdb.IDOf(503)
	w.do(w.ClaimUnclaimed(item, back, walletOf(1), escrowdb.Customer()))
	gone, isFound, err := w.UnclaimedItem(item)
	w.do(err)
	equal(t, "found", isFound, true)
	equal(t, "by", gone.ResolvedBy, back)
	equal(t, "to", gone.ResolvedTo, accountOf(1))
	_, isFound, err = w.UnclaimedItem(escrowdb.IDOf(504))
	w.do(err)
	equal(t, "found", isFound, false)

	w.do(w.FreezeWallet(walletOf(1), eve))
	second := escrowdb.IDOf(505)
	w.do(w.SetAside(second, walletOf(1), eve))
	w.do(w.CloseWallet(walletOf(1), eve))
	first := w.PayOutUnclaimed(second, escrowdb.IDOf(506), fees, eve)
	w.refused(first, escrowdb.ErrSecondPersonMustAgree)
	w.do(w.PayOutUnclaimed(second, escrowdb.IDOf(507), fees, bob))
	other := w.PayOutUnclaimed(second, escrowdb.IDOf(508), fees, bob)
	w.refused(other, escrowdb.ErrUnclaimedMoneyIsResolved)
	equal(t, "items of hers", len(must(w.UnclaimedOf(personOf(1)))), 2)
	taken := escrowdb.Transfer(escrowdb.NewID(), escrowdb.UnclaimedAccount(usd), fees, usd, escrowdb.Units(1))
	outcomes := must(w.store.Submit(context.Background(), []escrowdb.Operation{taken}))
	equal(t, "not by the host", outcomes[0].Status, escrowdb.StatusAccountIsManaged)
}

// TestMoneyThatNobodyUsesIsSetAside: after a year she is told, and three months later it is done.
func TestMoneyThatNobodyUsesIsSetAside(t *testing.T) {
	w := newWorldBy(t, leavingPolicy())
	w.anna()
	w.payIn(1, 500)
	w.wait(366 * day)
	done := must(w.Upkeep())
	equal(t, "told", done.Notices, 1)
	w.wait(91 * day)
	done = must(w.Upkeep())
	equal(t, "set aside", done.SetAside, 1)
	open := must(w.OpenUnclaimed(escrowdb.ID{}, 9))
	equal(t, "why", open[0].Reason, escrowdb.UnclaimedInactive)
}

// TestAWaiverAccountIsTheShopsOwn: one that is external is refused, and the wallets do not open.
func TestAWaiverAccountIsTheShopsOwn(t *testing.T) {
	store, _ := openShop(t, escrowdb.ManualClock())
	_, err := store.Wallets(escrowdb.MasterKeyOf(testKey), policy("article", nil),
		escrowdb.WaiverAccount(usd, bank))
	if !errors.Is(err, escrowdb.ErrInvalidArgument) {
		t.Fatal(err)
	}
}
