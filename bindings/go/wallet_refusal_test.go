package escrowdb_test

import (
	"strings"
	"testing"

	escrowdb "escrowdb.dev/go"
)

// What is refused, and by which law: one line each, of every band that the header names.
func TestRefusals(t *testing.T) {
	w := newWorld(t)
	w.anna()
	w.register(2, "bella@example.com") // without a payment password
	w.verify(2)
	w.topUp(1, 5_000)
	const none = 9
	id, zero, system, eve := escrowdb.IDOf, escrowdb.ID{}, escrowdb.System(), staff("eve")
	usual := payment(1, id(50), w.authorise(1, id(50), 1_000), 1_000)
	paid := payment(1, id(51), w.authorise(1, id(51), 1_000), 1_000)
	if _, err := w.Pay(paid); err != nil {
		t.Fatal(err)
	}
	w.do(w.ProposeCard(walletOf(1), id(600), visa(), system))
	w.do(w.OpenRecovery(id(700), walletOf(1), eve))
	w.do(w.OpenVerification(id(500), walletOf(1), 1, system))
	w.confirm(3, "carl@example.com")
	letter := escrowdb.LetterID{Person: personOf(1), Letter: id(1)}
	pay := func(change func(*escrowdb.Payment)) func() error {
		return func() error {
			changed := usual
			change(&changed)
			_, err := w.Pay(changed)
			return err
		}
	}
	authorise := func(authorisation escrowdb.ID, purchase escrowdb.Purchase, password string) func() error {
		return func() error {
			_, err := w.Authorise(authorisation, purchase, password, false)
			return err
		}
	}
	charge := func(change func(*escrowdb.CardCharge)) func() error {
		return func() error {
			changed := chargeOf(id(none), "ch_1", 100)
			change(&changed)
			_, err := w.CardCharged(changed)
			return err
		}
	}
	bands := make(map[escrowdb.WalletStatus]bool)
	for _, test := range []struct {
		status escrowdb.WalletStatus
		try    func() error
	}{
		{escrowdb.ErrIDMustBeValid, func() error { return w.BeginRegistration(zero, email, true) }},
		{escrowdb.ErrActorMustBeNamed, func() error { return w.FreezeWallet(walletOf(1), escrowdb.Staff("", "x")) }},
		{escrowdb.ErrActorMustBeNamed, func() error { return w.FreezeWallet(walletOf(1), escrowdb.Actor{}) }},
		{escrowdb.ErrReasonMustBeGiven, func() error { return w.FreezeWallet(walletOf(1), escrowdb.Staff("eve", "")) }},
		{escrowdb.ErrReasonMustBeGiven, func() error {
			return w.FreezeWallet(walletOf(1), escrowdb.Staff("eve", strings.Repeat("x", 201)))
		}},
		{escrowdb.ErrCaptchaMustBeSolved, func() error { return w.BeginRegistration(personOf(4), email, false) }},
		{escrowdb.ErrAddressMustBeValid, func() error { return w.BeginRegistration(personOf(4), "example.com", true) }},
		{escrowdb.ErrAddressMustBeValid, func() error { return w.SendLoginReset("", "192.0.2.7") }},
		{escrowdb.ErrTextMustBeValid, func() error { return w.LeaveNote(personOf(1), "", eve) }},
		{escrowdb.ErrTextMustBeValid, func() error { return w.SetConsent(personOf(1), "", "1", true) }},
		{escrowdb.ErrTextMustBeValid, func() error { return w.SendCode(personOf(1), 1, 9) }},
		{escrowdb.ErrTextMustNotHoldACardNumber, func() error { return w.LeaveNote(personOf(1), "4111 1111 1111 1111", eve) }},
		{escrowdb.ErrCountryMustBeValid, func() error {
			profile := profileOf(3)
			profile.Citizenship = "russia"
			return w.SetProfile(personOf(3), profile)
		}},

		{escrowdb.ErrRegistrationNotFound, func() error { return w.ResendConfirmation(personOf(none)) }},
		{escrowdb.ErrRegistrationNotFound, func() error { return w.SetProfile(personOf(1), profileOf(1)) }},
		{escrowdb.ErrAddressAlreadyConfirmed, func() error { return w.ResendConfirmation(personOf(3)) }},
		{escrowdb.ErrAddressAlreadyConfirmed, func() error { return w.CorrectAddress(personOf(3), email) }},
		{escrowdb.ErrProfileMustBeSet, func() error { return w.SubmitRegistration(personOf(3), newWallet(3)) }},
		{escrowdb.ErrSecurityAnswersAreOff, func() error { return w.SetSecurityAnswers(personOf(3), nil) }},
		{escrowdb.ErrPersonIDExists, func() error { return w.BeginRegistration(personOf(1), "d@example.com", true) }},
		{escrowdb.ErrPersonNotFound, func() error { return w.SetLegalHold(personOf(none), true, eve) }},
		{escrowdb.ErrPersonNotFound, func() error { return w.SetRetention(personOf(none), 1, eve) }},
		{escrowdb.ErrWalletNotFound, func() error { return w.UnfreezeWallet(walletOf(none), eve) }},
		{escrowdb.ErrWalletNotFound, func() error { return w.RecordDisclosure(walletOf(none), zero, eve) }},

		{escrowdb.ErrCredentialsMustMatch, func() error { return w.CheckPaymentPassword(walletOf(none), payText) }},
		{escrowdb.ErrCredentialsMustMatch, func() error { return w.ChangePaymentPassword(walletOf(2), "1", "271828") }},
		{escrowdb.ErrCredentialsMustMatch, func() error { return w.ChangeLoginPassword(personOf(none), "x", loginText, false) }},
		{escrowdb.ErrPasswordTooShort, func() error { return w.SetLoginPassword(personOf(3), "fourteen chars", false) }},
		{escrowdb.ErrPasswordTooLong, func() error { return w.SetLoginPassword(personOf(3), strings.Repeat("xy", 513), true) }},
		{escrowdb.ErrPasswordTooCommon, func() error { return w.CreatePaymentPassword(walletOf(2), "123456") }},
		{escrowdb.ErrPasswordsMustDiffer, func() error { return w.CreatePaymentPassword(walletOf(2), loginText) }},
		{escrowdb.ErrPasswordAlreadySet, func() error { return w.CreatePaymentPassword(walletOf(1), "271828") }},
		{escrowdb.ErrTokenMustBeValid, func() error { _, err := w.ConfirmAddress("no token"); return err }},
		{escrowdb.ErrTokenMustBeValid, func() error { return w.ResetPaymentPassword("", "271828") }},
		{escrowdb.ErrTokenMustBeValid, func() error { return w.ResetLoginPassword("x", loginText, false) }},
		{escrowdb.ErrCodeMustMatch, func() error { return w.CheckCode(personOf(1), 1, "12345678") }},

		{escrowdb.ErrCaseNotFound, func() error { return w.ReviewVerification(id(none), eve) }},
		{escrowdb.ErrCaseNotFound, func() error { return w.DecideRecovery(id(none), escrowdb.RecoveryApprove, eve) }},
		{escrowdb.ErrCaseExists, func() error { return w.OpenVerification(id(500), walletOf(2), 1, system) }},
		{escrowdb.ErrCaseMustBeAtThisStep, func() error { return w.ReviewVerification(id(500), eve) }},
		{escrowdb.ErrCaseMustBeAtThisStep, func() error {
			return w.RefuseVerification(id(500), escrowdb.ReasonMismatch, eve)
		}},
		{escrowdb.ErrCaseIsOpen, func() error { return w.OpenRecovery(id(701), walletOf(1), eve) }},
		{escrowdb.ErrEvidenceMustBeGiven, func() error { return w.SubmitEvidence(id(500), nil, system) }},
		{escrowdb.ErrEvidenceHasExpired, func() error {
			expired := passport(1)
			expired.ExpiresAt = 1
			return w.SubmitEvidence(id(500), []escrowdb.Evidence{expired}, system)
		}},
		{escrowdb.ErrTooMany, func() error {
			var many []escrowdb.Evidence
			for i := uint64(0); i <= escrowdb.EvidenceMax; i++ {
				many = append(many, passport(i))
			}
			return w.SubmitEvidence(id(500), many, system)
		}},
		{escrowdb.ErrEvidenceKindMustBeKnown, func() error {
			return w.AddRecoveryEvidence(id(700), escrowdb.Evidence{Kind: 99, Reference: "x"}, eve)
		}},

		{escrowdb.ErrNeedsTier, authorise(id(60), purchase(1, id(52), 20_001), payText)},
		{escrowdb.ErrTierMustExist, func() error { return w.OpenVerification(id(501), walletOf(2), 9, system) }},
		{escrowdb.ErrWalletHasAnotherLedger, func() error {
			bought := purchase(1, id(52), 1)
			bought.Ledger = 7
			_, err := w.Needs(bought)
			return err
		}},
		{escrowdb.ErrRedemptionIsOff, func() error { _, err := w.Redeem(usual); return err }},

		{escrowdb.ErrAuthorisationNotFound, pay(func(p *escrowdb.Payment) { p.Authorisation = id(none) })},
		{escrowdb.ErrAuthorisationMustMatch, pay(func(p *escrowdb.Payment) { p.Order = id(none) })},
		{escrowdb.ErrAuthorisationExists, authorise(usual.Authorisation, purchase(1, id(none), 1), payText)},
		{escrowdb.ErrPaymentPasswordIsNeeded, pay(func(p *escrowdb.Payment) { p.Authorisation = zero })},
		{escrowdb.ErrPaymentMustBePlain, pay(func(p *escrowdb.Payment) { p.Operation.Kind = escrowdb.KindRefund })},
		{escrowdb.ErrAmountMustBeValid, authorise(id(60), purchase(1, id(52), 0), payText)},

		{escrowdb.ErrCardNotFound, func() error { return w.ConfirmCard(walletOf(1), id(none)) }},
		{escrowdb.ErrCardExists, func() error { return w.ProposeCard(walletOf(1), id(601), visa(), system) }},
		{escrowdb.ErrCardMustBeAtThisState, func() error { return w.ResumeCard(walletOf(1), id(600), eve) }},
		{escrowdb.ErrCardMustBeActive, func() error { return w.SetDefaultCard(walletOf(1), id(600)) }},
		{escrowdb.ErrCardMustBeValid, func() error {
			wrong := visa()
			wrong.ExpiryMonth = 13
			return w.ProposeCard(walletOf(1), id(601), wrong, system)
		}},
		{escrowdb.ErrPaymentPasswordMustBeSet, func() error {
			w.do(w.ProposeCard(walletOf(2), id(602), visa(), system))
			return w.ConfirmCard(walletOf(2), id(602))
		}},
		{escrowdb.ErrCardPaymentNotFound, func() error { return w.CardPaymentFailed(id(none)) }},
		{escrowdb.ErrCardPaymentNotFound, charge(func(*escrowdb.CardCharge) {})},
		{escrowdb.ErrCardPaymentNotFound, func() error {
			_, err := w.RefundCardPayment(id(none), escrowdb.Refund(id(80), id(none), escrowdb.Units(1)))
			return err
		}},
		{escrowdb.ErrTextMustBeValid, charge(func(c *escrowdb.CardCharge) { c.Reference = "" })},
		{escrowdb.ErrSuspenseItemNotFound, func() error { return w.SuspenseToWallet(id(none), id(80), eve) }},

		{escrowdb.ErrLetterNotFound, func() error { return w.ReportLetter(letter, escrowdb.FateFailed) }},
		{escrowdb.ErrLetterNotFound, func() error { return w.RetryLetter(letter, eve) }},

		{escrowdb.ErrWalletIsNotFrozen, func() error { return w.CloseWallet(walletOf(1), eve) }},
		{escrowdb.ErrWalletsMustBeClosed, func() error { return w.ErasePerson(personOf(1), eve) }},
		{escrowdb.ErrRefusedByLedger, func() error {
			pay := payment(2, id(53), zero, 1)
			w.do(w.CreatePaymentPassword(walletOf(2), payText))
			pay.Authorisation = w.authorise(2, id(53), 1) // there is no money
			_, err := w.Pay(pay)
			return err
		}},
	} {
		w.refused(test.try(), test.status)
		bands[test.status/100*100] = true
	}
	for band := escrowdb.WalletStatus(1000); band <= 1900; band += 100 {
		equal(t, "a refusal of the band "+band.String(), bands[band], true)
	}
	equal(t, "refused payments changed nothing", must(w.Pay(usual)).Status, escrowdb.StatusApplied)
}
