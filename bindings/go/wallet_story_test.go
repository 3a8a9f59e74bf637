package escrowdb_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	escrowdb "escrowdb.dev/go"
)

// The header's functions of wallets and orders are all there.
func TestEveryFunctionOfWalletsHasItsMethod(t *testing.T) {
	header := string(must(os.ReadFile("lib/escrowdb.h")))
	_, wallets, found := strings.Cut(header, "/* ---- Wallets ---")
	equal(t, "the part about wallets is found", found, true)
	var source strings.Builder
	for _, name := range must(filepath.Glob("*.go")) {
		if !strings.HasSuffix(name, "_test.go") {
			source.Write(must(os.ReadFile(name)))
		}
	}
	functions := regexp.MustCompile(`(?m)^(?:escrow_status|void) (escrow_\w+)\(`).
		FindAllStringSubmatch(wallets, -1)
	if len(functions) < 90 {
		t.Errorf("only %d functions are found", len(functions))
	}
	for _, function := range functions {
		name := function[1]
		if !strings.Contains(source.String(), name+"(") {
			t.Errorf("%s has no method", name)
		}
	}
}

// Whoever adds a method to wallets or orders calls it in a test.
func TestEveryMethodOfWalletsIsTried(t *testing.T) {
	var tests strings.Builder
	for _, name := range must(filepath.Glob("*_test.go")) {
		tests.Write(must(os.ReadFile(name)))
	}
	for _, house := range []any{(*escrowdb.Wallets)(nil), (*escrowdb.Orders)(nil)} {
		methods := reflect.TypeOf(house)
		for at := 0; at < methods.NumMethod(); at++ {
			if name := methods.Method(at).Name; !strings.Contains(tests.String(), "."+name+"(") {
				t.Errorf("no test calls %s", name)
			}
		}
	}
}

func passport(number uint64) escrowdb.Evidence {
	reference := fmt.Sprintf("scans/%d-passport", number)
	return escrowdb.Evidence{
		Kind: escrowdb.EvidencePassport, Reference: reference, Hash: sha256.Sum256([]byte(reference)),
	}
}

// verify brings a wallet into tier 1.
func (w *world) verify(number uint64) {
	w.t.Helper()
	id := escrowdb.NewID()
	w.do(w.OpenVerification(id, walletOf(number), 1, escrowdb.Customer()))
	w.do(w.SubmitEvidence(id, []escrowdb.Evidence{passport(number)}, escrowdb.Customer()))
	w.do(w.ReviewVerification(id, staff("eve")))
	state, err := w.ApproveVerification(id, 0, staff("eve"))
	w.do(err)
	equal(w.t, "approved", state, escrowdb.VerificationApproved)
}

func TestVerification(t *testing.T) {
	w := newWorld(t)
	w.anna()
	id, wallet := escrowdb.IDOf(500), walletOf(1)
	customer, eve := escrowdb.Customer(), staff("eve")
	w.do(w.OpenVerification(id, wallet, 1, customer))
	w.do(w.OpenVerification(id, wallet, 1, customer)) // sent again, it happens once
	w.refused(w.OpenVerification(escrowdb.IDOf(501), wallet, 1, customer), escrowdb.ErrCaseIsOpen)
	w.refused(w.SubmitEvidence(id, nil, customer), escrowdb.ErrEvidenceMustBeGiven)
	unknown := passport(1)
	unknown.Kind = 99
	w.refused(w.SubmitEvidence(id, []escrowdb.Evidence{unknown}, customer), escrowdb.ErrEvidenceKindMustBeKnown)
	evidence := passport(1)
	evidence.ExpiresAt = w.now() + 1000*day
	w.do(w.SubmitEvidence(id, []escrowdb.Evidence{evidence, {
		Kind: escrowdb.EvidenceSelfie, Reference: "scans/1-selfie", Hash: sha256.Sum256(nil),
	}}, customer))

	of, found, err := w.OpenVerificationOf(wallet)
	w.do(err)
	equal(t, "open", of, id)
	equal(t, "open", found, true)
	cases := must(w.OpenVerifications(escrowdb.ID{}, 10))
	equal(t, "waiting", len(cases), 1)
	equal(t, "waiting", cases[0].ID, id)
	equal(t, "none behind it", len(must(w.OpenVerifications(id, 10))), 0)
	_, err = w.OpenVerifications(escrowdb.IDOf(7), 10)
	equal(t, "behind none", errors.Is(err, escrowdb.ErrInvalidArgument), true)
	w.do(w.RecordDisclosure(wallet, id, eve))
	w.do(w.RecordDisclosure(personOf(1), escrowdb.ID{}, eve))
	equal(t, "evidence", len(cases[0].Evidence), 2)
	equal(t, "evidence", cases[0].Evidence[0], evidence)
	equal(t, "evidence", cases[0].Evidence[1].Reference, "scans/1-selfie")

	w.refused(w.ReviewVerification(id, customer), escrowdb.ErrActorMustBeNamed)
	w.refused(w.ReviewVerification(id, escrowdb.Staff("eve", "")), escrowdb.ErrReasonMustBeGiven)
	w.do(w.ReviewVerification(id, eve))
	_, err = w.ApproveVerification(id, 1, eve)
	w.refused(err, escrowdb.ErrApprovalMustEndLater)
	until := w.now() + 30*day
	state, err := w.ApproveVerification(id, until, eve)
	w.do(err)
	equal(t, "state", state, escrowdb.VerificationApproved)
	one, found, err := w.Verification(id)
	w.do(err)
	equal(t, "found", found, true)
	equal(t, "reviewer", one.Reviewer, "eve")
	equal(t, "reason", one.Reason, 0)
	equal(t, "until", one.Until, until)
	view, _, err := w.Wallet(wallet)
	w.do(err)
	equal(t, "tier", view.Tier, 1)
	equal(t, "tier until", view.TierUntil, until)
	_, found, err = w.OpenVerificationOf(wallet)
	equal(t, "none open", found, false)
	equal(t, "none open", err, nil)

	refused, withdrawn := escrowdb.IDOf(502), escrowdb.IDOf(503)
	w.do(w.OpenVerification(withdrawn, wallet, 1, customer))
	w.do(w.WithdrawVerification(withdrawn, customer))
	w.do(w.OpenVerification(refused, wallet, 1, customer))
	w.do(w.SubmitEvidence(refused, []escrowdb.Evidence{passport(1)}, customer))
	w.do(w.ReviewVerification(refused, eve))
	w.do(w.RefuseVerification(refused, escrowdb.ReasonUnreadable, eve))
	one, _, err = w.Verification(refused)
	w.do(err)
	equal(t, "state", one.State, escrowdb.VerificationRefused)
	equal(t, "reason", one.Reason.String(), "unreadable")
	_, found, err = w.Verification(escrowdb.IDOf(7))
	equal(t, "not found", found, false)
	equal(t, "not found", err, nil)
}

// A scan that two persons have shown takes a second reviewer; a tier is taken back.
func TestScansOfAnotherAndTiersTakenBack(t *testing.T) {
	w := newWorld(t)
	w.anna()
	w.register(2, "bella@example.com")
	first, second, eve := escrowdb.IDOf(510), escrowdb.IDOf(511), staff("eve")
	_, isFound, err := w.SameScans(first)
	w.do(err)
	equal(t, "no such case", isFound, false)
	for number, id := range []escrowdb.ID{first, second} {
		w.do(w.OpenVerification(id, walletOf(uint64(number+1)), 1, escrowdb.Customer()))
		w.do(w.SubmitEvidence(id, []escrowdb.Evidence{passport(1)}, escrowdb.Customer()))
		w.do(w.ReviewVerification(id, eve))
	}
	same, isFound, err := w.SameScans(second)
	w.do(err)
	equal(t, "a case", isFound, true)
	equal(t, "same scans", len(same), 1)
	equal(t, "same scans", same[0], first)
	state, err := w.ApproveVerification(second, 0, eve)
	w.do(err)
	equal(t, "by one", state, escrowdb.VerificationAwaitsSecond)
	state, err = w.ApproveVerification(second, 0, staff("bob"))
	w.do(err)
	equal(t, "by two", state, escrowdb.VerificationApproved)

	wallet := walletOf(2)
	w.refused(w.RevokeTier(wallet, escrowdb.Customer()), escrowdb.ErrActorMustBeNamed)
	w.do(w.RevokeTier(wallet, eve))
	view, _, err := w.Wallet(wallet)
	w.do(err)
	equal(t, "tier", view.Tier, 0)
	w.refused(w.RevokeTier(wallet, eve), escrowdb.ErrTierMustBeReached)
	w.refused(w.RevokeTier(walletOf(9), eve), escrowdb.ErrWalletNotFound)
	trail := must(w.AuditTrail(wallet, escrowdb.ID{}, 100))
	done := 0
	for _, entry := range trail {
		if entry.Command == escrowdb.AuditRevokeTier && entry.Detail == "tier: 1 -> 0" {
			done++
		}
	}
	equal(t, "revoked once", done, 1)

	kinds := map[escrowdb.LetterKind]int{}
	for _, letter := range must(w.TakeLetters(100)) {
		kinds[letter.Kind]++
	}
	equal(t, "told once by each channel", kinds[escrowdb.LetterTierRevoked], 2)
	letters := must(w.WaitingLetters(nil, 100))
	behind := must(w.WaitingLettersBehind(letters[0].Due, letters[0].ID.Letter, 100))
	equal(t, "letters behind the first", len(behind), len(letters)-1)
	equal(t, "the second letter", behind[0], letters[1])
	equal(t, "letters behind nothing", len(must(w.WaitingLettersBehind(0, escrowdb.ID{}, 1))), 1)
	w.do(w.Close())
	_, err = w.WaitingLettersBehind(0, escrowdb.ID{}, 1)
	equal(t, "letters of closed wallets", errors.Is(err, escrowdb.ErrClosed), true)
}

func visa() escrowdb.CardReference {
	return escrowdb.CardReference{
		Token: escrowdb.NewSecret("tok_planted"), Brand: "Visa", LastFour: "1111",
		Fingerprint: "fp_planted", ExpiryYear: 2030, ExpiryMonth: 12,
	}
}

// beginByCard begins the payment of an order by the default card.
func (w *world) beginByCard(order escrowdb.ID, cents uint64) {
	w.t.Helper()
	authorisation, none := escrowdb.NewID(), escrowdb.ID{}
	_, err := w.AuthoriseCard(authorisation, purchase(1, order, cents), none, payText, false)
	w.do(err)
	for i := 0; i < 2; i++ { // sent again, it is the same
		charge, err := w.BeginCardPayment(payment(1, order, authorisation, cents), none)
		w.do(err)
		equal(w.t, "token", charge.Card.Token.Reveal(), "tok_planted")
		equal(w.t, "year", charge.Card.ExpiryYear, 2030)
		equal(w.t, "amount", charge.Amount, escrowdb.Units(cents))
		equal(w.t, "payment", charge.Payment, order)
		equal(w.t, "ledger", charge.Ledger, usd)
	}
}

func chargeOf(order escrowdb.ID, reference string, cents uint64) escrowdb.CardCharge {
	return escrowdb.CardCharge{
		Payment: order, Reference: reference, Amount: escrowdb.Units(cents), External: bank, Suspense: fees,
	}
}

// The order of the article: a card is typed in, pays, and is refunded by its processor.
func TestANewCard(t *testing.T) {
	w := newWorld(t)
	w.anna()
	order := escrowdb.IDOf(11_500)
	like := payment(1, order, escrowdb.ID{}, 900)
	typed := escrowdb.NewCardPayment{
		Wallet: like.Wallet, Order: like.Order, Operation: like.Operation,
		Authentication: escrowdb.CardAuthenticationFailed,
	}
	w.refused(w.BeginNewCardPayment(typed), escrowdb.ErrCardAuthenticationMustSucceed)
	typed.Authentication = escrowdb.CardAuthenticationAuthenticated
	w.do(w.BeginNewCardPayment(typed))
	equal(t, "paid", must(w.CardCharged(chargeOf(order, "ch_new", 900))).String(), "paid")
	hold, _, err := must(w.store.Snapshot()).Hold(order)
	w.do(err)
	equal(t, "payer", hold.Payer, escrowdb.PurchaseAccount(personOf(1), usd))
	refund := escrowdb.Refund(escrowdb.IDOf(12_500), order, escrowdb.Units(900))
	equal(t, "refunded", must(w.RefundCardPayment(order, refund)), escrowdb.RefundedToCard)
	waiting := must(w.OpenCardRefunds(escrowdb.ID{}, 9))
	equal(t, "waiting", len(waiting), 1)
	equal(t, "payment", waiting[0].Payment, order)
	equal(t, "amount", waiting[0].Amount, escrowdb.Units(900))
	w.do(w.CardRefundDone(waiting[0].ID))
	w.refused(w.CardRefundDone(escrowdb.IDOf(7)), escrowdb.ErrCardRefundNotFound)
	equal(t, "none waits", len(must(w.OpenCardRefunds(escrowdb.ID{}, 9))), 0)
}

// A cardholder contests a payment at the bank, which takes a part of it; and a refund that no card takes.
func TestChargebacks(t *testing.T) {
	const loss = 78
	store, path := openShop(t, escrowdb.ManualClock())
	account := escrowdb.Account{ID: escrowdb.IDOf(loss), Ledger: usd, Code: 600}
	must(store.CreateAccounts(account))
	must(store.Advance(365 * day))
	named := escrowdb.LossAccount(usd, account.ID)
	wallets, err := store.Wallets(escrowdb.MasterKeyOf(testKey), policy("article", nil), named)
	w := &world{wallets, t, store, path}
	w.do(err)
	w.anna()
	order, host := escrowdb.IDOf(11_600), escrowdb.System()
	like := payment(1, order, escrowdb.ID{}, 900)
	w.do(w.BeginNewCardPayment(escrowdb.NewCardPayment{
		Wallet: like.Wallet, Order: like.Order, Operation: like.Operation,
		Authentication: escrowdb.CardAuthenticationAuthenticated,
	}))
	notice := escrowdb.ChargebackNotice{
		ID: escrowdb.IDOf(12_600), Payment: order, Reference: "cb_1", Amount: escrowdb.Units(900),
		Reason: "10.4", AnswerBy: 7, External: bank,
	}
	_, err = w.ChargebackNotified(notice, host)
	w.refused(err, escrowdb.ErrChargeMustBeReported)
	must(w.CardCharged(chargeOf(order, "ch_contested", 900)))
	told := must(w.ChargebackNotified(notice, host))
	equal(t, "state", told.State, escrowdb.ChargebackNotified)
	equal(t, "left", told.OfPayment, escrowdb.Units(900))
	equal(t, "again", must(w.ChargebackNotified(notice, host)), told)
	part := escrowdb.Refund(escrowdb.IDOf(12_601), order, escrowdb.Units(100))
	_, err = w.RefundCardPayment(order, part)
	w.refused(err, escrowdb.ErrChargebackIsOpen)
	taken := must(w.ChargebackTaken(notice.ID, host))
	equal(t, "due", taken.Due, escrowdb.Amount{})
	sent := must(w.ChargebackRepresented(notice.ID, "receipts/17", host))
	equal(t, "evidence", sent.Evidence, "receipts/17")
	equal(t, "open", must(w.OpenChargebacks(escrowdb.ID{}, 9))[0], sent)
	equal(t, "none behind it", len(must(w.OpenChargebacks(notice.ID, 9))), 0)
	equal(t, "of the payment", must(w.ChargebacksOf(order))[0], sent)
	decided := must(w.ChargebackDecided(notice.ID, escrowdb.Units(400), host))
	equal(t, "state", decided.State, escrowdb.ChargebackPartly)
	one, found, err := w.Chargeback(notice.ID)
	w.do(err)
	equal(t, "found", found, true)
	equal(t, "decided", one, decided)
	_, found, err = w.Chargeback(escrowdb.IDOf(7))
	w.do(err)
	equal(t, "none", found, false)

	equal(t, "refunded", must(w.RefundCardPayment(order, part)), escrowdb.RefundedToCard)
	refund := must(w.OpenCardRefunds(escrowdb.ID{}, 9))[0].ID
	returned := must(w.CardRefundFailed(refund, bank, fees))
	equal(t, "where", returned.Kind, escrowdb.RefundReturnedInSuspense)
	w.refused(w.CardRefundDone(refund), escrowdb.ErrCardRefundHasFailed)
	item, _, err := w.SuspenseItem(returned.Item)
	w.do(err)
	equal(t, "why", item.Reason, escrowdb.SuspenseRefundFailed)
}

func TestCardsAndSuspense(t *testing.T) {
	w := newWorld(t)
	w.anna()
	wallet, card, eve := walletOf(1), escrowdb.IDOf(600), staff("eve")
	number := visa()
	number.Token = escrowdb.NewSecret("4111111111111111")
	w.refused(w.ProposeCard(wallet, card, number, escrowdb.System()),
		escrowdb.ErrTextMustNotHoldACardNumber)
	w.do(w.ProposeCard(wallet, card, visa(), escrowdb.Actor{}))
	w.do(w.ConfirmCard(wallet, card))
	w.do(w.SuspendCard(wallet, card, eve))
	w.refused(w.SetDefaultCard(wallet, card), escrowdb.ErrCardMustBeActive)
	w.do(w.ResumeCard(wallet, card, eve))
	w.do(w.SetDefaultCard(wallet, card))
	bound := must(w.Cards(wallet))[0]
	equal(t, "card", bound.ID, card)
	equal(t, "state", bound.State, escrowdb.CardActive)
	equal(t, "default", bound.IsDefault, true)
	equal(t, "reference", bound.HasReference, true)
	equal(t, "token", bound.Reference.Token.Reveal(), "tok_planted")
	equal(t, "fingerprint", bound.Reference.Fingerprint, "fp_planted")
	equal(t, "prints", fmt.Sprint(bound.Reference), "{Visa ..1111}")

	order := escrowdb.IDOf(11_000)
	w.beginByCard(order, 2_500)
	state, found, err := w.CardPayment(order)
	w.do(err)
	equal(t, "state", state, escrowdb.CardPaymentCharging)
	equal(t, "state", found, true)
	for i := 0; i < 2; i++ {
		result := must(w.CardCharged(chargeOf(order, "ch_1", 2_500)))
		equal(t, "result", result, escrowdb.ChargeResult{Kind: escrowdb.ChargePaid})
		equal(t, "result", result.String(), "paid")
	}
	refund := escrowdb.Refund(escrowdb.IDOf(12_000), order, escrowdb.Units(500))
	equal(t, "refunded", must(w.RefundCardPayment(order, refund)), escrowdb.RefundedToCard)
	_, err = w.ReturnToCard(order, escrowdb.IDOf(12_001), escrowdb.Units(500))
	w.refused(err, escrowdb.ErrExceedsCardPayment)
	w.do(w.SetConsent(personOf(1), "refunds_to_wallet", "1", true))
	refund = escrowdb.Refund(escrowdb.IDOf(12_002), order, escrowdb.Units(500))
	equal(t, "refunded", must(w.RefundCardPayment(order, refund)), escrowdb.RefundedToWallet)
	back, err := w.ReturnToCard(order, escrowdb.IDOf(12_003), escrowdb.Units(500))
	w.do(err)
	equal(t, "returned", back, escrowdb.RefundedToCard)

	// Three that failed, and whose money comes after all.
	for i := uint64(1); i <= 3; i++ {
		late := escrowdb.IDOf(11_000 + i)
		w.beginByCard(late, 700)
		w.do(w.CardPaymentFailed(late))
		result := must(w.CardCharged(chargeOf(late, fmt.Sprintf("ch_late_%d", i), 700)))
		equal(t, "late", result.String(), "in_suspense (late)")
	}
	items := must(w.OpenSuspense(escrowdb.ID{}, 2))
	equal(t, "waiting", len(items), 2)
	equal(t, "waiting", items[0].Payment, escrowdb.IDOf(11_001))
	equal(t, "amount", items[0].Amount, escrowdb.Units(700))
	equal(t, "reason", items[0].Reason, escrowdb.SuspenseLate)
	items = append(items, must(w.OpenSuspense(items[1].ID, 10))...)
	equal(t, "behind", len(items), 3)
	equal(t, "none are wanted", len(must(w.OpenSuspense(escrowdb.ID{}, -1))), 0)
	resolution := escrowdb.IDOf(12_010)
	w.do(w.SuspenseToWallet(items[0].ID, resolution, eve))
	w.do(w.SuspenseToCard(items[1].ID, escrowdb.IDOf(12_011), eve))
	meant := payment(1, items[2].Payment, escrowdb.ID{}, 700)
	equal(t, "order", items[2].Order, meant.Order)
	equal(t, "payee", items[2].Payee, meant.Operation.CreditAccount)
	equal(t, "expected", items[2].Expected, escrowdb.Units(700))
	paid, found, err := w.SuspenseOrder(items[2].ID, escrowdb.IDOf(12_012))
	w.do(err)
	equal(t, "found", found, true)
	meant.Operation.ID = escrowdb.IDOf(12_012)
	meant.Operation.DebitAccount = escrowdb.PurchaseAccount(personOf(1), usd)
	equal(t, "as it was to", paid, meant.Operation)
	_, found, err = w.SuspenseOrder(escrowdb.IDOf(7), escrowdb.IDOf(12_013))
	w.do(err)
	equal(t, "not found", found, false)
	w.do(w.SuspenseToOrder(items[2].ID, paid, eve))
	w.refused(w.SuspenseToCard(items[0].ID, escrowdb.NewID(), eve), escrowdb.ErrSuspenseItemIsResolved)
	item, found, err := w.SuspenseItem(items[0].ID)
	w.do(err)
	equal(t, "resolved", found, true)
	equal(t, "resolved by", item.ResolvedBy, resolution)
	_, found, err = w.SuspenseItem(escrowdb.IDOf(7))
	equal(t, "not found", found, false)
	equal(t, "not found", err, nil)
	equal(t, "none waits", len(must(w.OpenSuspense(escrowdb.ID{}, 10))), 0)

	w.do(w.RemoveCard(wallet, card, eve))
	bound = must(w.Cards(wallet))[0]
	equal(t, "state", bound.State, escrowdb.CardRemoved)
	equal(t, "forgotten", bound.HasReference, false)
	equal(t, "forgotten", bound.Reference.Token.Reveal(), "")
	balance := must(snapshotOf(t, w.store).TrialBalance(usd))
	equal(t, "balanced", balance.IsBalanced, true)
}

// A cart of two sellers: one password for all of it, one chain, with what the shop writes down. A third
// part comes from her card.
func TestAWholeOrder(t *testing.T) {
	w := newWorld(t)
	w.anna()
	w.topUp(1, 10_000)
	w.do(w.ProposeCard(walletOf(1), escrowdb.IDOf(600), visa(), escrowdb.Actor{}))
	w.do(w.ConfirmCard(walletOf(1), escrowdb.IDOf(600)))
	terms := escrowdb.OrderTerms{
		Order: escrowdb.Order{Wallet: walletOf(1), Order: escrowdb.IDOf(9_000), Ledger: usd},
		Parts: []escrowdb.OrderPart{
			{Payee: bob, Amount: escrowdb.Units(6_000)},
			{Payee: fees, Amount: escrowdb.Units(1_000)},
			{Payee: bob, Amount: escrowdb.Units(500), Card: escrowdb.IDOf(600)},
		},
	}
	equal(t, "needs", must(w.NeedsForOrder(terms)), escrowdb.NeedsPassword)
	authorisation := escrowdb.NewID()
	until, err := w.AuthoriseOrder(authorisation, terms, payText, false)
	w.do(err)
	equal(t, "five minutes", until > w.now(), true)
	operations := []escrowdb.Operation{
		escrowdb.OpenHold(escrowdb.IDOf(9_001), accountOf(1), bob, usd, escrowdb.Units(6_000)),
		escrowdb.Transfer(escrowdb.IDOf(9_002), accountOf(1), fees, usd, escrowdb.Units(1_000)),
	}
	changed := terms
	changed.Parts = append([]escrowdb.OrderPart(nil), terms.Parts...)
	changed.Parts[1].Amount = escrowdb.Units(999)
	equal(t, "another hash", must(changed.Hash()) == must(terms.Hash()), false)
	_, err = w.PayOrder(changed, authorisation, operations, nil)
	w.refused(err, escrowdb.ErrAuthorisationMustMatch)
	written := new(escrowdb.Batch).Put(escrowdb.IDOf(9_003), "orders", []byte("A-1"), []byte("paid"))
	for _, status := range []escrowdb.Status{escrowdb.StatusApplied, escrowdb.StatusExists} {
		paid := must(w.PayOrder(terms, authorisation, operations, written))
		equal(t, "all of it", len(paid), 3)
		for _, outcome := range paid {
			equal(t, "in one chain", outcome.Status, status)
		}
	}
	value, _, err := snapshotOf(t, w.store).Document("orders", []byte("A-1"))
	w.do(err)
	equal(t, "written", string(value), "paid")
	hold := escrowdb.OpenHold(escrowdb.IDOf(9_004), accountOf(1), bob, usd, escrowdb.Units(500))
	_, err = w.BeginOrderCardPayment(terms, authorisation, 1, hold)
	w.refused(err, escrowdb.ErrAuthorisationMustMatch)
	charge := must(w.BeginOrderCardPayment(terms, authorisation, 2, hold))
	equal(t, "charge", charge.Amount, escrowdb.Units(500))
	_, err = w.AuthoriseOrder(authorisation, escrowdb.OrderTerms{Order: terms.Order}, payText, false)
	w.refused(err, escrowdb.ErrOrderMustBeValid)
}

func TestRecovery(t *testing.T) {
	w := newWorld(t)
	w.anna()
	wallet, id := walletOf(1), escrowdb.IDOf(700)
	eve, bob := staff("eve"), staff("bob")
	w.do(w.OpenRecovery(id, wallet, eve))
	w.refused(w.ReviewRecovery(id, bob), escrowdb.ErrEvidenceMustBeGiven)
	w.do(w.AddRecoveryEvidence(id, passport(1), escrowdb.Customer()))
	w.refused(w.ReviewRecovery(id, eve), escrowdb.ErrReviewerMustBeAnother)
	waiting := must(w.OpenRecoveries(escrowdb.ID{}, 10))
	equal(t, "waiting", len(waiting), 1)
	equal(t, "opened by", waiting[0].OpenedBy, "eve")
	equal(t, "evidence", waiting[0].Evidence, 1)
	equal(t, "none behind it", len(must(w.OpenRecoveries(id, 10))), 0)
	one, found, err := w.RecoveryOf(wallet)
	w.do(err)
	equal(t, "of the wallet", one, waiting[0])
	equal(t, "of the wallet", found, true)
	w.do(w.ReviewRecovery(id, bob))
	evidence := must(w.RecoveryEvidence(id))
	equal(t, "reference", evidence[0].Reference, passport(1).Reference)
	equal(t, "hash", evidence[0].Hash, passport(1).Hash)
	if evidence[0].AddedAt == 0 {
		t.Error("the evidence was never added")
	}
	w.do(w.DecideRecovery(id, escrowdb.RecoveryApprove, bob))
	w.do(w.ResetPaymentPassword(w.secret(escrowdb.LetterResetPaymentPassword), "314159"))
	w.refused(w.CheckPaymentPassword(wallet, payText), escrowdb.ErrCredentialsMustMatch)
	w.do(w.CheckPaymentPassword(wallet, "314159"))
	one, found, err = w.RecoveryCase(id)
	w.do(err)
	equal(t, "found", found, true)
	equal(t, "state", one.State, escrowdb.RecoveryDone)
	view, _, err := w.Wallet(wallet)
	w.do(err)
	if view.CooldownUntil <= w.now() {
		t.Error(view.CooldownUntil)
	}
	w.topUp(1, 5_000)
	_, err = w.Needs(purchase(1, escrowdb.NewID(), 5_001))
	equal(t, "until", w.refused(err, escrowdb.ErrExceedsCooldownLimit).Until, view.CooldownUntil)

	second := escrowdb.IDOf(701)
	w.do(w.OpenRecovery(second, wallet, eve))
	w.do(w.AddRecoveryEvidence(second, passport(1), eve))
	w.do(w.ReviewRecovery(second, bob))
	w.do(w.DecideRecovery(second, escrowdb.RecoveryRefuse, bob))
	_, found, err = w.RecoveryCase(escrowdb.IDOf(7))
	equal(t, "not found", found, false)
	equal(t, "not found", err, nil)
	_, err = w.RecoveryEvidence(escrowdb.IDOf(7))
	w.refused(err, escrowdb.ErrCaseNotFound)
}

// A customer who has lost nothing stops what was opened in her name: its link is good no more.
func TestARecoveryThatTheCustomerStops(t *testing.T) {
	w := newWorld(t)
	w.anna()
	wallet, id, eve, bob := walletOf(1), escrowdb.IDOf(710), staff("eve"), staff("bob")
	w.do(w.OpenRecovery(id, wallet, eve))
	w.do(w.AddRecoveryEvidence(id, passport(1), eve))
	w.do(w.ReviewRecovery(id, bob))
	w.do(w.DecideRecovery(id, escrowdb.RecoveryApprove, bob))
	token := w.secret(escrowdb.LetterResetPaymentPassword)
	w.refused(w.StopRecovery(id, escrowdb.Staff("eve", "")), escrowdb.ErrReasonMustBeGiven)
	w.do(w.StopRecovery(id, escrowdb.Customer()))
	w.do(w.StopRecovery(id, escrowdb.Customer())) // sent again, it changes nothing
	one, _, err := w.RecoveryCase(id)
	w.do(err)
	equal(t, "state", one.State, escrowdb.RecoveryStopped)
	w.refused(w.ResetPaymentPassword(token, "314159"), escrowdb.ErrTokenMustBeValid)
	w.do(w.CheckPaymentPassword(wallet, payText))
	w.refused(w.StopRecovery(escrowdb.IDOf(7), eve), escrowdb.ErrCaseNotFound)
}

// Strangers who guess lock strangers out; the customer's own device goes on.
func TestADeviceThatIsKnown(t *testing.T) {
	w := newWorld(t)
	w.anna()
	known, err := w.KnownDevice()
	w.do(err)
	for range [5]int{} {
		_, err := w.LogIn(email, "wrong")
		w.refused(err, escrowdb.ErrCredentialsMustMatch)
	}
	_, err = w.LogIn(email, loginText)
	w.refused(err, escrowdb.ErrCredentialIsLocked)
	person, err := known.LogIn(email, loginText)
	w.do(err)
	equal(t, "person", person, personOf(1))
	_, err = known.LogIn(email, "wrong")
	w.refused(err, escrowdb.ErrCredentialsMustMatch)
	w.do(known.Close())
	_, err = known.KnownDevice()
	equal(t, "closed", errors.Is(err, escrowdb.ErrClosed), true)
	_, err = w.LogIn(email, loginText)
	w.refused(err, escrowdb.ErrCredentialIsLocked)
}

func TestCodesAndSecurityAnswers(t *testing.T) {
	asks := policy("article", func(p map[string]any) {
		at(p, "identity", "credentials", "security_answers")["needed"] = 2
	})
	w := newWorldBy(t, asks)
	w.confirm(1, email)
	w.fillIn(1)
	w.refused(w.SubmitRegistration(personOf(1), newWallet(1)), escrowdb.ErrSecurityAnswersMustBeSet)
	w.do(w.SetSecurityAnswers(personOf(1), []escrowdb.SecurityAnswer{{1, "Rex"}, {2, "Lenina 2"}}))
	w.do(w.SubmitRegistration(personOf(1), newWallet(1)))
	w.refused(w.CheckSecurityAnswer(personOf(1), 1, "rex!", staff("eve")),
		escrowdb.ErrCredentialsMustMatch)
	w.do(w.CheckSecurityAnswer(personOf(1), 1, "Rex", staff("eve")))
	w.refused(w.CheckSecurityAnswer(personOf(1), 1, "Rex", escrowdb.Customer()),
		escrowdb.ErrActorMustBeNamed)

	w.do(w.SendCode(personOf(1), 7, escrowdb.ChannelPhone))
	code := w.secret(escrowdb.LetterCode)
	equal(t, "digits", len(code), 8)
	w.refused(w.CheckCode(personOf(1), 8, code), escrowdb.ErrCodeMustMatch)
	w.do(w.CheckCode(personOf(1), 7, code[:4]+" "+code[4:]))
	w.refused(w.CheckCode(personOf(1), 7, code), escrowdb.ErrCodeMustMatch)
	w.refused(w.SendCode(personOf(9), 7, escrowdb.ChannelEmail), escrowdb.ErrPersonNotFound)
}

func TestClosingAndErasing(t *testing.T) {
	w := newWorld(t)
	w.anna()
	person, wallet, eve := personOf(1), walletOf(1), staff("eve")
	w.refused(w.ErasePerson(person, eve), escrowdb.ErrWalletsMustBeClosed)
	w.do(w.FreezeWallet(wallet, eve))
	w.do(w.CloseWallet(wallet, eve))
	w.refused(w.CloseWallet(wallet, eve), escrowdb.ErrWalletAlreadyClosed)
	w.do(w.SetLegalHold(person, true, eve))
	w.refused(w.ErasePerson(person, eve), escrowdb.ErrLegalHoldForbids)
	w.refused(w.SetLegalHold(person, false, eve), escrowdb.ErrSecondPersonMustAgree)
	w.do(w.SetLegalHold(person, false, staff("bob")))
	refused := w.refused(w.ErasePerson(person, eve), escrowdb.ErrRetentionForbids)
	if refused.Until < w.now()+4*365*day {
		t.Error(refused.Until)
	}
	soon := w.now() + day
	w.refused(w.SetRetention(person, soon, eve), escrowdb.ErrSecondPersonMustAgree)
	w.do(w.SetRetention(person, soon, staff("bob")))
	w.wait(2 * day)
	w.refused(w.ErasePerson(person, eve), escrowdb.ErrSecondPersonMustAgree)
	w.do(w.ErasePerson(person, staff("bob")))
	_, err := w.NotesOn(person)
	w.refused(err, escrowdb.ErrPersonNotFound)
	_, err = w.LogIn(email, loginText)
	w.refused(err, escrowdb.ErrCredentialsMustMatch)

	var commands []string
	var eraser escrowdb.Actor
	var after escrowdb.ID
	for { // page by page
		entries := must(w.AuditTrail(person, after, 3))
		if len(entries) == 0 {
			break
		}
		for _, entry := range entries {
			equal(t, "subject", entry.Subject, person)
			commands = append(commands, entry.Command.String())
			if entry.Command == escrowdb.AuditErasePerson {
				eraser = entry.Actor
			}
		}
		after = entries[len(entries)-1].ID
	}
	// What the first one ordered in vain stands before it.
	equal(t, "by", eraser, staff("bob"))
	trail := strings.Join(commands, " ")
	for _, command := range []string{"begin_registration", "submit_registration", "set_legal_hold", "erase_person", "person_erased"} {
		if !strings.Contains(trail, command) {
			t.Errorf("%s is not in the trail: %s", command, trail)
		}
	}
	w.do(w.BeginRegistration(personOf(2), "bella@example.com", true))
	w.wait(60 * day)
	done := must(w.Wallets.Upkeep())
	equal(t, "registrations", done.Registrations, 1)
}

func TestKeysAreChangedWhileInUse(t *testing.T) {
	w := newWorld(t)
	w.anna()
	system := escrowdb.System()
	equal(t, "wrapped anew", must(w.RotateKeyEncryptionKey(system)), 1)
	w.do(w.BeginIndexRotation(system))
	equal(t, "too early", errors.Is(w.EndIndexRotation(system), escrowdb.ErrInvalidArgument), true)
	last := must(w.Reindex(escrowdb.ID{}, 1, system))
	equal(t, "go on behind", last, personOf(1))
	equal(t, "all", must(w.Reindex(last, 100, system)).IsZero(), true)
	w.do(w.EndIndexRotation(system))
	next := escrowdb.MasterKeyBy(&safe{key: 8})
	w.refused(w.AddMasterKey(next, escrowdb.Customer()), escrowdb.ErrActorMustBeNamed)
	w.do(w.AddMasterKey(next, system))
	broken := errors.New("the line to the safe is down")
	err := w.KeepMasterKey(escrowdb.MasterKeyBy(&safe{key: 8, fail: broken}), system)
	equal(t, "broken", errors.Is(err, broken), true)
	equal(t, "no key", errors.Is(w.AddMasterKey(escrowdb.MasterKey{}, system), escrowdb.ErrInvalidArgument), true)
	w.do(w.KeepMasterKey(next, system))
	if entries := must(w.AuditTrail(escrowdb.ID{}, escrowdb.ID{}, 100)); len(entries) < 5 {
		t.Error(entries)
	}
	w.do(w.Wallets.Close())
	_, err = w.store.Wallets(escrowdb.MasterKeyOf(testKey), policy("article", nil))
	equal(t, "the former key", errors.Is(err, escrowdb.ErrWrongMasterKey), true)
	w.Wallets = must(w.store.Wallets(next, policy("article", nil)))
	equal(t, "the next one", must(w.LogIn(email, loginText)), personOf(1))
}

func TestRedemption(t *testing.T) {
	w := newWorldBy(t, policy("article", func(p map[string]any) {
		p["redemption"] = map[string]any{"allowed": true}
		for _, tier := range p["tiers"].([]any) {
			tier := tier.(map[string]any)
			tier["operations"] = append(tier["operations"].([]any), "redeem")
		}
	}))
	w.anna()
	w.topUp(1, 5_000)
	out := purchase(1, walletOf(1), 2_000) // the wallet itself is the order
	out.Payee = fees
	authorisation := escrowdb.NewID()
	_, err := w.Authorise(authorisation, out, payText, false)
	w.do(err)
	taken, err := w.Redeem(escrowdb.Payment{
		Wallet: walletOf(1), Order: walletOf(1), Authorisation: authorisation,
		Operation: escrowdb.Transfer(escrowdb.NewID(), accountOf(1), fees, usd, escrowdb.Units(2_000)),
	})
	w.do(err)
	equal(t, "left", taken.Debit.Available(), escrowdb.Units(3_000))
}
