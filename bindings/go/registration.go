package escrowdb

// #include <escrowdb.h>
import "C"

import "unsafe"

// BeginRegistration begins the registration of a person at an e-mail address: a letter with a link
// goes into the outbox. The answer is the same whether or not the address has a wallet already; if so,
// its owner is told by the letter. Sent again with the same id and address, it changes nothing.
// captchaOK says that the host had a captcha solved.
//
// Refused: ErrIDMustBeValid, ErrCaptchaMustBeSolved, ErrAddressMustBeValid, ErrPersonIDExists,
// ErrTooManyToday.
func (w *Wallets) BeginRegistration(person ID, email string, captchaOK bool) error {
	begin, length := chars(email)
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_registration_begin(wallets, person.c(), begin, length, flag(captchaOK), outcome, e)
	})
}

// ResendConfirmation sends the letter again, with a new link that ends the old one: after a minute at
// the earliest, five times a day, unless the policy says otherwise.
//
// Refused: ErrRegistrationNotFound, ErrAddressAlreadyConfirmed, ErrTooSoon and ErrTooManyToday with
// the time until which to wait.
func (w *Wallets) ResendConfirmation(person ID) error {
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_registration_resend(wallets, person.c(), outcome, e)
	})
}

// CorrectAddress corrects the address before it is confirmed, and sends the letter there; within the
// same limits as ResendConfirmation.
//
// Refused: ErrAddressMustBeValid; as ResendConfirmation.
func (w *Wallets) CorrectAddress(person ID, email string) error {
	begin, length := chars(email)
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_registration_correct_address(wallets, person.c(), begin, length, outcome, e)
	})
}

// ConfirmAddress confirms an address by the token of the link, and gives the person whose registration
// goes on.
//
// Refused: ErrTokenMustBeValid, ErrPersonExists.
func (w *Wallets) ConfirmAddress(token string) (person ID, err error) {
	begin, length := chars(token)
	var id C.escrow_u128
	err = w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_registration_confirm(wallets, begin, length, &id, outcome, e)
	})
	return idFrom(id), err
}

// SubmitRegistration submits a registration: the person becomes active and the wallet is opened, in
// tier 0, with its account in the ledger. Sent again, it answers as before.
//
// Refused: ErrRegistrationNotFound, ErrAddressMustBeConfirmed, ErrProfileMustBeSet,
// ErrBirthDateMustBeGiven and ErrPersonIsUnderage by a policy with a minimum age,
// ErrPasswordMustBeSet, ErrSecurityAnswersMustBeSet, ErrConsentMustBeGiven, ErrPersonExists,
// ErrWalletExists, ErrAccountMustFit, ErrRefusedByLedger.
func (w *Wallets) SubmitRegistration(person ID, wallet NewWallet) error {
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_registration_submit(wallets, person.c(),
			(*C.escrow_new_wallet)(unsafe.Pointer(&wallet)), outcome, e)
	})
}

// OpenWallet opens a further wallet for a person who has one, in another ledger. Nothing is
// registered anew. It begins in tier 0, has a payment password and cards of its own, and the lower
// limits that hold in the person's other wallets. Sent again, it answers as before.
//
// Refused: ErrIDMustBeValid, ErrPersonNotFound, ErrPersonMustBeActive, ErrWalletMustBeActive while
// another wallet of the person is frozen, or if all are closed, ErrConsentMustBeGiven,
// ErrWalletExistsInLedger, ErrWalletExists, ErrAccountMustFit, ErrExchangeRateIsMissing if the
// policy counts all wallets of a person and has no rate for the currency of one of them,
// ErrBirthDateMustBeGiven and ErrPersonIsUnderage by a policy with a minimum age,
// ErrRefusedByLedger.
func (w *Wallets) OpenWallet(person ID, wallet NewWallet) error {
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_open_wallet(wallets, person.c(),
			(*C.escrow_new_wallet)(unsafe.Pointer(&wallet)), outcome, e)
	})
}
