package escrowdb_test

import (
	"strings"
	"testing"

	escrowdb "escrowdb.dev/go"
)

const (
	newPayText = "314159"
	answer     = "Rex"
)

// The shopper of the article: each of its eight chapters, and what is refused in it.
func TestTheShopperOfTheArticle(t *testing.T) {
	w := newWorldBy(t, policy("article", func(policy map[string]any) {
		at(policy, "identity", "credentials", "security_answers")["needed"] = 2
	}))
	w.theLetterDoesNotCome()
	w.sheRegisters()
	payment := w.sheTypesInACard()
	w.theSellerShips(payment)
	w.sheBindsTheCard()
	w.goodsComeBack()
	w.moneyDoesNotLeave()
	w.sheIsVerified()
	w.sheForgetsThePaymentPassword()
	equal(t, "balanced", must(snapshotOf(t, w.store).TrialBalance(usd)).IsBalanced, true)
}

// available is what an account can spend.
func (w *world) available(account escrowdb.ID) escrowdb.Amount {
	w.t.Helper()
	found, _, err := snapshotOf(w.t, w.store).Account(account)
	w.do(err)
	return found.Balances.Available()
}

// told submits an operation, and gives what the ledger says.
func (w *world) told(operation escrowdb.Operation) escrowdb.Status {
	w.t.Helper()
	return must(w.store.Submit(background, []escrowdb.Operation{operation}))[0].Status
}

func (w *world) theLetterDoesNotCome() {
	const wrong = "anna@exmaple.com"
	of := personOf(1)
	w.refused(w.BeginRegistration(of, wrong, false), escrowdb.ErrCaptchaMustBeSolved)
	w.do(w.BeginRegistration(of, wrong, true))
	letter := must(w.TakeLetters(10))[0]
	w.do(w.ReportLetter(letter.ID, escrowdb.FateBounced))
	equal(w.t, "bounced", must(w.LettersOf(of))[0].State, escrowdb.LetterBounced)
	soon := w.refused(w.ResendConfirmation(of), escrowdb.ErrTooSoon)
	w.do(w.LeaveNote(of, "the letter does not come", staff("eve")))
	must(w.store.Advance(soon.Until))
	w.do(w.CorrectAddress(of, email))
	token := w.secret(escrowdb.LetterConfirmAddress)
	// The former link, which went elsewhere, is good no more.
	_, err := w.ConfirmAddress(letter.Secret.Reveal())
	w.refused(err, escrowdb.ErrTokenMustBeValid)
	w.refused(w.SetProfile(of, profileOf(1)), escrowdb.ErrAddressMustBeConfirmed)
	equal(w.t, "who", must(w.ConfirmAddress(token)), of)
	_, err = w.ConfirmAddress(token)
	w.refused(err, escrowdb.ErrTokenMustBeValid)
}

func (w *world) sheRegisters() {
	of, eve := personOf(1), staff("eve")
	submit := func() error { return w.SubmitRegistration(of, newWallet(1)) }
	w.refused(submit(), escrowdb.ErrProfileMustBeSet)
	w.do(w.SetProfile(of, profileOf(1)))
	w.refused(w.SetLoginPassword(of, "short one", false), escrowdb.ErrPasswordTooShort)
	w.refused(submit(), escrowdb.ErrPasswordMustBeSet)
	w.do(w.SetLoginPassword(of, loginText, false))
	w.refused(submit(), escrowdb.ErrSecurityAnswersMustBeSet)
	answers := []escrowdb.SecurityAnswer{{Question: 1, Answer: answer}, {Question: 2, Answer: "Omsk"}}
	w.do(w.SetSecurityAnswers(of, answers))
	w.refused(submit(), escrowdb.ErrConsentMustBeGiven)
	w.do(w.SetConsent(of, "terms", "1", true))
	w.do(w.SetConsent(of, "refunds_to_wallet", "1", true))
	w.do(submit())
	equal(w.t, "who", must(w.LogIn(email, loginText)), of)
	_, err := w.LogIn(email, strings.ToUpper(loginText))
	w.refused(err, escrowdb.ErrCredentialsMustMatch)
	// Upper and lower case differ.
	lower := strings.ToLower(answer)
	w.refused(w.CheckSecurityAnswer(of, 1, lower, eve), escrowdb.ErrCredentialsMustMatch)
	w.do(w.CheckSecurityAnswer(of, 1, answer, eve))
	view, _, err := w.Wallet(walletOf(1))
	w.do(err)
	equal(w.t, "refunds go to the wallet", view.RefundsToWallet, true)
}

// typedIn is the payment of an order by a card of which 3-D Secure said something.
func typedIn(order escrowdb.ID, cents uint64, said escrowdb.CardAuthentication) escrowdb.NewCardPayment {
	like := payment(1, order, escrowdb.ID{}, cents)
	return escrowdb.NewCardPayment{
		Wallet: like.Wallet, Order: like.Order, Operation: like.Operation, Authentication: said,
	}
}

func (w *world) sheTypesInACard() escrowdb.ID {
	const authenticated = escrowdb.CardAuthenticationAuthenticated
	order := escrowdb.IDOf(20_001)
	failed := typedIn(order, 900, escrowdb.CardAuthenticationFailed)
	w.refused(w.BeginNewCardPayment(failed), escrowdb.ErrCardAuthenticationMustSucceed)
	large := w.BeginNewCardPayment(typedIn(order, 20_001, authenticated))
	equal(w.t, "tier", w.refused(large, escrowdb.ErrNeedsTier).Tier, 1)
	w.do(w.BeginNewCardPayment(typedIn(order, 900, authenticated)))
	_, isPaid, err := snapshotOf(w.t, w.store).Hold(order)
	w.do(err)
	equal(w.t, "paid before the card is charged", isPaid, false)
	equal(w.t, "charge", must(w.CardCharged(chargeOf(order, "ch_1", 900))).Kind, escrowdb.ChargePaid)
	return order
}

func (w *world) theSellerShips(order escrowdb.ID) {
	// What the seller sees: it is paid, and it is not his yet.
	seen, _, err := snapshotOf(w.t, w.store).Hold(order)
	w.do(err)
	equal(w.t, "payee", seen.Payee, bob)
	equal(w.t, "held", seen.Held, escrowdb.Units(900))
	equal(w.t, "his", w.available(bob), escrowdb.Amount{})
	all := escrowdb.Units(900)
	applied(w.t, submit(w.t, w.store, escrowdb.Release(escrowdb.NewID(), order, all))[0])
	// He was paid, and is paid once.
	for _, late := range []escrowdb.Operation{
		escrowdb.Refund(escrowdb.NewID(), order, all), escrowdb.Release(escrowdb.NewID(), order, all),
	} {
		equal(w.t, "late", w.told(late), escrowdb.StatusHoldAlreadySettled)
	}
	equal(w.t, "his", w.available(bob), all)
}

func (w *world) sheBindsTheCard() {
	wallet, card := walletOf(1), escrowdb.IDOf(600)
	w.do(w.ProposeCard(wallet, card, visa(), escrowdb.Actor{}))
	w.refused(w.ConfirmCard(wallet, card), escrowdb.ErrPaymentPasswordMustBeSet)
	w.refused(w.CreatePaymentPassword(wallet, "12345"), escrowdb.ErrPasswordTooShort)
	w.refused(w.CreatePaymentPassword(wallet, loginText), escrowdb.ErrPasswordsMustDiffer)
	w.do(w.CreatePaymentPassword(wallet, payText))
	w.do(w.ConfirmCard(wallet, card))
}

func (w *world) goodsComeBack() {
	order, authorisation, none := escrowdb.IDOf(20_002), escrowdb.NewID(), escrowdb.ID{}
	_, err := w.AuthoriseCard(authorisation, purchase(1, order, 3_000), none, loginText, false)
	w.refused(err, escrowdb.ErrCredentialsMustMatch)
	_, err = w.AuthoriseCard(authorisation, purchase(1, order, 3_000), none, payText, false)
	w.do(err)
	_, err = w.BeginCardPayment(payment(1, order, authorisation, 3_001), none)
	w.refused(err, escrowdb.ErrAuthorisationMustMatch)
	charge := must(w.BeginCardPayment(payment(1, order, authorisation, 3_000), none))
	equal(w.t, "card", charge.Card.Token.Reveal(), visa().Token.Reveal())
	equal(w.t, "charge", must(w.CardCharged(chargeOf(order, "ch_2", 3_000))).Kind, escrowdb.ChargePaid)
	// They are not what was ordered. She had ticked that refunds go to her wallet.
	back := must(w.RefundCardPayment(order, escrowdb.Refund(escrowdb.NewID(), order, escrowdb.Units(3_000))))
	equal(w.t, "refunded", back, escrowdb.RefundedToWallet)
	equal(w.t, "hers", w.available(accountOf(1)), escrowdb.Units(3_000))
	equal(w.t, "to the card", len(must(w.OpenCardRefunds(escrowdb.ID{}, 9))), 0)
	_, err = w.RefundCardPayment(order, escrowdb.Refund(escrowdb.NewID(), order, escrowdb.Units(1)))
	w.refused(err, escrowdb.ErrExceedsCardPayment)
}

func (w *world) moneyDoesNotLeave() {
	out := escrowdb.Transfer(escrowdb.NewID(), accountOf(1), bank, usd, escrowdb.Units(3_000))
	equal(w.t, "out", w.told(out), escrowdb.StatusSpendOnlyMoneyMustNotLeave)
	_, err := w.Redeem(escrowdb.Payment{
		Wallet: walletOf(1), Order: walletOf(1), Authorisation: escrowdb.NewID(), Operation: out,
	})
	w.refused(err, escrowdb.ErrRedemptionIsOff)
	order := escrowdb.IDOf(20_003)
	authorisation := w.authorise(1, order, 1_000)
	applied(w.t, must(w.Pay(payment(1, order, authorisation, 1_000))))
	again := payment(1, order, authorisation, 1_000)
	again.Operation = escrowdb.OpenHold(escrowdb.IDOf(20_004), accountOf(1), bob, usd, escrowdb.Units(1_000))
	_, err = w.Pay(again)
	w.refused(err, escrowdb.ErrAuthorisationNotFound)
	equal(w.t, "hers", w.available(accountOf(1)), escrowdb.Units(2_000))
}

func (w *world) sheIsVerified() {
	w.payIn(1, 60_000)
	order, customer, eve := escrowdb.IDOf(20_005), escrowdb.Customer(), staff("eve")
	large := purchase(1, order, 50_000)
	authorise := func() error {
		_, err := w.Authorise(escrowdb.NewID(), large, payText, false)
		return err
	}
	tier := w.refused(authorise(), escrowdb.ErrNeedsTier).Tier
	first, second := escrowdb.IDOf(500), escrowdb.IDOf(501)
	w.do(w.OpenVerification(first, walletOf(1), tier, customer))
	w.refused(w.SubmitEvidence(first, nil, customer), escrowdb.ErrEvidenceMustBeGiven)
	w.do(w.SubmitEvidence(first, []escrowdb.Evidence{passport(1)}, customer))
	w.do(w.ReviewVerification(first, eve))
	w.do(w.RefuseVerification(first, escrowdb.ReasonUnreadable, eve))
	w.refused(authorise(), escrowdb.ErrNeedsTier)
	w.do(w.OpenVerification(second, walletOf(1), tier, customer))
	w.do(w.SubmitEvidence(second, []escrowdb.Evidence{passport(2)}, customer))
	w.do(w.ReviewVerification(second, eve))
	equal(w.t, "approved", must(w.ApproveVerification(second, 0, eve)), escrowdb.VerificationApproved)
	applied(w.t, must(w.Pay(payment(1, order, w.authorise(1, order, 50_000), 50_000))))
}

func (w *world) sheForgetsThePaymentPassword() {
	wallet, id, eve, adam := walletOf(1), escrowdb.IDOf(700), staff("eve"), staff("adam")
	w.refused(w.CheckPaymentPassword(wallet, "000000"), escrowdb.ErrCredentialsMustMatch)
	w.do(w.OpenRecovery(id, wallet, eve))
	w.refused(w.ReviewRecovery(id, adam), escrowdb.ErrEvidenceMustBeGiven)
	w.do(w.AddRecoveryEvidence(id, passport(3), eve))
	w.refused(w.ReviewRecovery(id, eve), escrowdb.ErrReviewerMustBeAnother)
	w.do(w.ReviewRecovery(id, adam))
	w.do(w.DecideRecovery(id, escrowdb.RecoveryApprove, adam))
	token := w.secret(escrowdb.LetterResetPaymentPassword)
	w.do(w.ResetPaymentPassword(token, newPayText))
	w.refused(w.ResetPaymentPassword(token, "271828"), escrowdb.ErrTokenMustBeValid)
	w.refused(w.CheckPaymentPassword(wallet, payText), escrowdb.ErrCredentialsMustMatch)
	// For a day whoever has the new one can pay little.
	order, authorisation := escrowdb.IDOf(20_006), escrowdb.NewID()
	_, err := w.Authorise(authorisation, purchase(1, order, 5_001), newPayText, false)
	until := w.refused(err, escrowdb.ErrExceedsCooldownLimit).Until
	view, _, err := w.Wallet(wallet)
	w.do(err)
	equal(w.t, "until", until, view.CooldownUntil)
	must(w.store.Advance(until))
	_, err = w.Authorise(authorisation, purchase(1, order, 5_001), newPayText, false)
	w.do(err)
	applied(w.t, must(w.Pay(payment(1, order, authorisation, 5_001))))
}
