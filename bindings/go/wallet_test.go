package escrowdb_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	escrowdb "escrowdb.dev/go"
)

// The way of a customer: registration, letters, passwords, money in, orders paid.
func TestAWalletFromRegistrationToPayment(t *testing.T) {
	w := newWorld(t)
	w.do(w.BeginRegistration(personOf(1), "ana@example.com", true))
	w.refused(w.ResendConfirmation(personOf(1)), escrowdb.ErrTooSoon)
	w.wait(61_000_000_000)
	w.do(w.CorrectAddress(personOf(1), email))
	w.wait(61_000_000_000)
	w.do(w.ResendConfirmation(personOf(1)))
	letters := must(w.TakeLetters(10))
	letter := letters[len(letters)-1]
	equal(t, "kind", letter.Kind, escrowdb.LetterConfirmAddress)
	equal(t, "address", letter.Address, email)
	equal(t, "channel", letter.Channel, escrowdb.ChannelEmail)
	equal(t, "person", letter.ID.Person, personOf(1))
	equal(t, "attempts", letter.Attempts, 1)
	status := must(w.LettersOf(personOf(1)))
	equal(t, "state", status[len(status)-1].State, escrowdb.LetterHandedOver)
	waiting := must(w.WaitingLetters(nil, 10))
	equal(t, "waiting", len(waiting), len(letters))
	equal(t, "none behind the last", len(must(w.WaitingLetters(&waiting[len(waiting)-1], 10))), 0)
	for _, letter := range letters {
		w.do(w.ReportLetter(letter.ID, escrowdb.FateDelivered))
	}
	w.do(w.ReportLetterBy(letter.ID, escrowdb.FateBounced, staff("eve"))) // it came back later
	w.do(w.RetryLetter(letter.ID, staff("eve")))
	w.refused(w.ReportLetter(letter.ID, escrowdb.FateBounced), escrowdb.ErrLetterMustBeHandedOver)
	equal(t, "again", must(w.TakeLetters(10))[0].ID, letter.ID)
	equal(t, "person", must(w.ConfirmAddress(letter.Secret.Reveal())), personOf(1))

	w.fillIn(1)
	w.do(w.SubmitRegistration(personOf(1), newWallet(1)))
	w.do(w.SubmitRegistration(personOf(1), newWallet(1))) // sent again, it happens once
	equal(t, "wallets", must(w.WalletsOf(personOf(1)))[0], walletOf(1))
	w.do(w.LeaveNote(personOf(1), "is a friend of the house", staff("eve")))
	note := must(w.NotesOn(personOf(1)))[0]
	equal(t, "note", note.Text, "is a friend of the house")
	equal(t, "author", note.Author, "eve")

	equal(t, "login", must(w.LogIn(email, loginText)), personOf(1))
	_, err := w.LogIn(email, "something else entirely")
	w.refused(err, escrowdb.ErrCredentialsMustMatch)
	const replaced = "another long login phrase"
	w.do(w.ChangeLoginPassword(personOf(1), loginText, replaced, false))
	w.do(w.SendLoginReset(email, "192.0.2.7"))
	w.do(w.ResetLoginPassword(w.secret(escrowdb.LetterResetLoginPassword), loginText, false))
	_, err = w.LogIn(email, replaced)
	w.refused(err, escrowdb.ErrCredentialsMustMatch)

	w.do(w.CreatePaymentPassword(walletOf(1), "271828"))
	w.do(w.ChangePaymentPassword(walletOf(1), "271828", payText))
	w.refused(w.CheckPaymentPassword(walletOf(1), "271828"), escrowdb.ErrCredentialsMustMatch)
	failures, found, err := w.PaymentPasswordFailures(walletOf(1))
	w.do(err)
	equal(t, "failures", failures, escrowdb.PasswordFailures{Count: 1})
	equal(t, "failures of a password", found, true)
	w.do(w.CheckPaymentPassword(walletOf(1), payText))

	w.topUp(1, 15_000)
	order := escrowdb.NewID()
	equal(t, "needs", must(w.Needs(purchase(1, order, 2_000))), escrowdb.NeedsPassword)
	authorisation := escrowdb.NewID()
	until, err := w.Authorise(authorisation, purchase(1, order, 2_000), payText, false)
	w.do(err)
	if until <= w.now() {
		t.Error(until)
	}
	pay := payment(1, order, authorisation, 2_000)
	equal(t, "purchase", pay.Purchase(), purchase(1, order, 2_000))
	paid := must(w.Pay(pay))
	equal(t, "paid", paid.Status, escrowdb.StatusApplied)
	equal(t, "available", paid.Debit.Available(), escrowdb.Units(13_000))
	equal(t, "sent again", must(w.Pay(pay)).Status, escrowdb.StatusExists)
	submit(t, w.store, escrowdb.ReleaseRest(escrowdb.NewID(), order))

	spending, found, err := w.Spending(walletOf(1))
	w.do(err)
	equal(t, "found", found, true)
	equal(t, "paid today", spending.Day, escrowdb.Units(2_000))
	view, found, err := w.Wallet(walletOf(1))
	w.do(err)
	equal(t, "view", view, escrowdb.WalletView{
		Wallet: walletOf(1), Person: personOf(1), Account: accountOf(1), Ledger: usd,
		State: escrowdb.WalletActive, HasPaymentPassword: true,
	})
	equal(t, "found", found, true)
	_, found, err = w.Wallet(walletOf(9))
	equal(t, "not found", found, false)
	equal(t, "not found", err, nil)

	w.do(w.FreezeWallet(walletOf(1), staff("eve")))
	w.refused(w.FreezeWallet(walletOf(1), staff("eve")), escrowdb.ErrWalletAlreadyFrozen)
	w.do(w.UnfreezeWallet(walletOf(1), staff("eve")))
	w.refused(w.UnfreezeWallet(walletOf(1), staff("eve")), escrowdb.ErrWalletIsNotFrozen)
	w.do(w.FreezeWallet(walletOf(1), staff("eve")))
	w.refused(w.CloseWallet(walletOf(1), staff("eve")), escrowdb.ErrWalletMustBeEmpty)
	if hashes := must(w.PasswordHashes()); hashes < 10 {
		t.Error(hashes)
	}
	if _, err := w.Wallets.Upkeep(); err != nil {
		t.Error(err)
	}
}

// Many goroutines pay at a limit together: as many as fit are paid, and no more.
func TestGoroutinesAtTheLimit(t *testing.T) {
	w := newWorld(t)
	w.anna()
	w.payIn(1, 500_000) // the limit is 1,000.00 a month
	const payments = 12
	var paid, refused atomic.Int64
	var wait sync.WaitGroup
	var all []escrowdb.Payment
	for i := 0; i < payments; i++ {
		order := escrowdb.NewID()
		all = append(all, payment(1, order, w.authorise(1, order, 10_000+uint64(i)), 10_000+uint64(i)))
	}
	for _, pay := range all {
		pay := pay
		wait.Add(1)
		go func() {
			defer wait.Done()
			switch _, err := w.Pay(pay); {
			case err == nil:
				paid.Add(1)
			case errors.Is(err, escrowdb.ErrNeedsTier):
				refused.Add(1)
			default:
				t.Error(err)
			}
		}()
	}
	wait.Wait()
	// The least nine make 900.36, and the least ten more than 1,000.00.
	equal(t, "paid", paid.Load(), 9)
	equal(t, "refused", refused.Load(), payments-9)
	spending, _, err := w.Spending(walletOf(1))
	w.do(err)
	if spending.Month.Compare(escrowdb.Units(100_000)) > 0 {
		t.Error(spending.Month)
	}
}

func TestManyPaymentsEachStandForThemselves(t *testing.T) {
	w := newWorld(t)
	w.anna()
	w.topUp(1, 10_000)
	var payments []escrowdb.Payment
	for _, cents := range []uint64{1_000, 2_000, 9_500, 3_000} {
		order := escrowdb.NewID()
		payments = append(payments, payment(1, order, w.authorise(1, order, cents), cents))
	}
	payments[1].Order = escrowdb.NewID() // it was authorised for another
	results := must(w.PayMany(payments))
	equal(t, "results", len(results), 4)
	for i, status := range []escrowdb.WalletStatus{
		0, escrowdb.ErrAuthorisationMustMatch, escrowdb.ErrRefusedByLedger, 0,
	} {
		err := results[i].Err()
		if status == 0 {
			equal(t, "paid", results[i].Outcome.Status, escrowdb.StatusApplied)
			equal(t, "paid", err, nil)
			continue
		}
		w.refused(err, status)
	}
	// What the ledger said can be looked at as a refusal of the store's.
	ledger := results[2].Err()
	equal(t, "ledger", errors.Is(ledger, &escrowdb.Refusal{Status: escrowdb.StatusExceedsCredits}), true)
	equal(t, "ledger", ledger.Error(), "escrowdb: refused: refused_by_ledger (exceeds_credits)")
	// Sent again, it says what it failed for the first time.
	_, again := w.Pay(payments[2])
	for _, err := range []error{again, must(w.PayMany(payments[2:3]))[0].Err()} {
		equal(t, "again", err.Error(), "escrowdb: refused: refused_by_ledger (id_already_failed) (exceeds_credits)")
		equal(t, "again", errors.Is(err, &escrowdb.Refusal{
			Status: escrowdb.StatusIDAlreadyFailed, First: escrowdb.StatusExceedsCredits,
		}), true)
		var refused *escrowdb.Refused
		equal(t, "again", errors.As(err, &refused) && refused.LedgerFirst == escrowdb.StatusExceedsCredits, true)
	}
	equal(t, "none", len(must(w.PayMany(nil))), 0)
	_, err := w.PayMany(make([]escrowdb.Payment, escrowdb.PaymentsMax+1))
	equal(t, "too many", errors.Is(err, escrowdb.ErrLimitExceeded), true)
}

func TestWhatARefusalSays(t *testing.T) {
	w := newWorld(t)
	w.anna()
	_, err := w.Needs(purchase(1, escrowdb.NewID(), 20_001))
	refused := w.refused(err, escrowdb.ErrNeedsTier)
	equal(t, "tier", refused.Tier, 1)
	equal(t, "text", err.Error(), "escrowdb: refused: needs_tier (tier 1)")
	lost := (&escrowdb.Refused{Status: escrowdb.ErrWalletNotFound}).Error()
	equal(t, "advice", lost, "escrowdb: refused: wallet_not_found: no wallet has this id; "+
		"that of its owner, its account or a case is another one")
	for i := 0; i < 5; i++ {
		w.refused(w.CheckPaymentPassword(walletOf(1), "000001"), escrowdb.ErrCredentialsMustMatch)
	}
	err = w.CheckPaymentPassword(walletOf(1), payText)
	refused = w.refused(err, escrowdb.ErrCredentialIsLocked)
	if refused.Until <= w.now() || !strings.Contains(err.Error(), "(until 1971") {
		t.Error(err)
	}
	equal(t, "not another", errors.Is(err, escrowdb.ErrCredentialsMustMatch), false)
	failures, _, err := w.PaymentPasswordFailures(walletOf(1))
	w.do(err)
	equal(t, "failures", failures, escrowdb.PasswordFailures{Count: 5, LockedUntil: refused.Until})
	equal(t, "name", escrowdb.ErrNeedsTier.Error(), "escrowdb: needs_tier")
	equal(t, "name", string(must(escrowdb.ErrNeedsTier.MarshalText())), "needs_tier")
}

func TestPoliciesOfTheLibraryAndOfTheHost(t *testing.T) {
	store, _ := openShop(t)
	key := escrowdb.MasterKeyOf(testKey)
	for _, name := range []string{"article", "eu_amld5", "cn_pboc", "none"} {
		wallets := must(store.Wallets(key, name))
		equal(t, name, must(wallets.Policy()), must(escrowdb.PolicyJSON(name)))
		_, err := store.Wallets(key, name)
		equal(t, "once at a time", errors.Is(err, escrowdb.ErrInvalidArgument), true)
		if err := wallets.Close(); err != nil {
			t.Error(err)
		}
		_, err = wallets.Policy()
		equal(t, "closed", errors.Is(err, escrowdb.ErrClosed), true)
		equal(t, "closed", errors.Is(wallets.Close(), escrowdb.ErrClosed), true)
	}
	for _, wrong := range []string{
		"", "article2", "{}", policy("article", func(p map[string]any) { p["limts"] = 1 }),
	} {
		_, err := store.Wallets(key, wrong)
		equal(t, wrong, errors.Is(err, escrowdb.ErrInvalidArgument), true)
		equal(t, "checked before", errors.Is(escrowdb.CheckPolicy(wrong), escrowdb.ErrInvalidArgument), true)
	}
	equal(t, "in order", escrowdb.CheckPolicy("article"), nil)
	err := escrowdb.CheckPolicy(policy("article", func(p map[string]any) { p["utc_offset_minutes"] = 9000 }))
	equal(t, "names the field", strings.Contains(fmt.Sprint(err), "utc_offset_minutes"), true)
	var schema struct{ Properties map[string]map[string]any }
	if err := json.Unmarshal([]byte(must(escrowdb.PolicySchema())), &schema); err != nil {
		t.Error(err)
	}
	equal(t, "a unit", schema.Properties["utc_offset_minutes"]["x-unit"], any("minutes"))
	_, err = escrowdb.PolicyJSON("other")
	equal(t, "no such policy", errors.Is(err, escrowdb.ErrInvalidArgument), true)
	for _, none := range []escrowdb.MasterKey{{}, escrowdb.MasterKeyBy(nil)} {
		_, err = store.Wallets(none, "none")
		equal(t, "no key", errors.Is(err, escrowdb.ErrInvalidArgument), true)
	}
	wallets := must(store.Wallets(key, "none"))
	if err := store.Close(); err != nil {
		t.Error(err)
	}
	equal(t, "closed with the store", errors.Is(wallets.Close(), escrowdb.ErrClosed), true)
	none := new(escrowdb.Wallets)
	_, err = none.Policy()
	equal(t, "never opened", errors.Is(err, escrowdb.ErrClosed), true)
	_, err = none.LogIn(email, loginText)
	equal(t, "never opened", errors.Is(err, escrowdb.ErrClosed), true)
	err = none.AddMasterKey(key, escrowdb.System())
	equal(t, "never opened", errors.Is(err, escrowdb.ErrClosed), true)
}

// Thousands of goroutines wait for their turn in Go, and need few threads; those that hash passwords
// keep no others waiting. Closing waits for the calls under way, and the calls after it are told.
func TestThousandsOfGoroutinesAndAnEnd(t *testing.T) {
	w := newWorld(t, escrowdb.HashesInParallel(1))
	w.anna()
	before := threadCount()
	var done, closed, hashed atomic.Int64
	var wait sync.WaitGroup
	start := make(chan struct{})
	try := func(count *atomic.Int64, call func() error) {
		wait.Add(1)
		go func() {
			defer wait.Done()
			<-start
			var refused *escrowdb.Refused
			switch err := call(); {
			case err == nil || errors.As(err, &refused):
				count.Add(1)
			case errors.Is(err, escrowdb.ErrClosed):
				closed.Add(1)
			default:
				t.Error(err)
			}
		}()
	}
	const lookups, logins = 4_000, 400
	for i := 0; i < logins; i++ {
		try(&hashed, func() error { _, err := w.LogIn("nobody@example.com", loginText); return err })
	}
	for i := 0; i < lookups; i++ {
		try(&done, func() error { _, _, err := w.Spending(walletOf(1)); return err })
	}
	close(start)
	for done.Load() < lookups {
		runtime.Gosched()
	}
	w.do(w.Wallets.Close())
	wait.Wait()
	equal(t, "all had an answer", hashed.Load()+closed.Load(), logins)
	if closed.Load() == 0 {
		t.Error("the hashes kept the lookups waiting")
	}
	if threads := threadCount() - before; threads > 200 {
		t.Errorf("%d threads more", threads)
	}
	w.Wallets = must(w.store.Wallets(escrowdb.MasterKeyOf(testKey), policy("article", nil)))
	equal(t, "opened again", must(w.LogIn(email, loginText)), personOf(1))
}
