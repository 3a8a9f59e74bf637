package escrowdb

// #include <escrowdb.h>
import "C"

// SetLoginPassword sets the login password of a person who is registering, once the address is
// confirmed; again until the registration is submitted. It may be shorter if the host checks a second
// factor at each login.
//
// Refused: ErrPasswordTooShort, ErrPasswordTooLong, ErrPasswordTooCommon, ErrRegistrationNotFound,
// ErrAddressMustBeConfirmed.
func (w *Wallets) SetLoginPassword(person ID, password string, hasSecondFactor bool) error {
	begin, length := chars(password)
	return w.hash(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_set_login_password(wallets, person.c(), begin, length,
			flag(hasSecondFactor), outcome, e)
	})
}

// LogIn checks a login, and gives the person. The answer does not tell whether the address or the
// password was wrong, and takes the same work. Failures are counted by address, before the answer is
// given.
//
// Refused: ErrCredentialsMustMatch; ErrCredentialIsLocked until the time given;
// ErrCredentialIsLockedForGood, for unknown devices alone, until a new password is set.
func (w *Wallets) LogIn(email, password string) (person ID, err error) {
	emailBegin, emailLength := chars(email)
	begin, length := chars(password)
	var id C.escrow_u128
	err = w.hash(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_log_in(wallets, emailBegin, emailLength, begin, length, &id, outcome, e)
	})
	return idFrom(id), err
}

// ChangeLoginPassword changes the login password of a person who knows the present one. Failures count
// as failed logins.
//
// Refused: ErrCredentialsMustMatch, ErrCredentialIsLocked, ErrPasswordTooShort, ErrPasswordTooLong,
// ErrPasswordTooCommon, ErrPasswordsMustDiffer.
func (w *Wallets) ChangeLoginPassword(
	person ID, present, replacement string, hasSecondFactor bool,
) error {
	presentBegin, presentLength := chars(present)
	begin, length := chars(replacement)
	return w.hash(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_change_login_password(wallets, person.c(), presentBegin, presentLength,
			begin, length, flag(hasSecondFactor), outcome, e)
	})
}

// SendLoginReset asks for a link to set a new login password. Answer and work are the same whether or
// not the address has a wallet; nothing is locked by asking. The letter is written when letters are
// taken the next time, to the address as it is stored. The requester is the host's name for who asks,
// 1 to 255 bytes: the network address, say; only a keyed hash of it is remembered. A requester and an
// address have a few letters a day; those from known devices are counted apart (KnownDevice).
//
// Refused: ErrAddressMustBeValid, ErrTextMustBeValid, ErrTooManyToday.
func (w *Wallets) SendLoginReset(email, requester string) error {
	begin, length := chars(email)
	requesterBegin, requesterLength := chars(requester)
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_send_login_reset(wallets, begin, length,
			requesterBegin, requesterLength, outcome, e)
	})
}

// ResetLoginPassword sets a new login password by the token of a link.
//
// Refused: ErrTokenMustBeValid, ErrPasswordTooShort, ErrPasswordTooLong, ErrPasswordTooCommon,
// ErrPasswordsMustDiffer.
func (w *Wallets) ResetLoginPassword(token, replacement string, hasSecondFactor bool) error {
	tokenBegin, tokenLength := chars(token)
	begin, length := chars(replacement)
	return w.hash(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_reset_login_password(wallets, tokenBegin, tokenLength, begin, length,
			flag(hasSecondFactor), outcome, e)
	})
}
