package escrowdb

// #include <escrowdb.h>
import "C"

// CreatePaymentPassword creates the payment password of a wallet that has none: six digits or more, or
// a phrase, unless the policy says otherwise. It must differ from the login password.
//
// Refused: ErrWalletNotFound, ErrWalletMustBeActive, ErrPasswordAlreadySet, ErrPasswordTooShort,
// ErrPasswordTooLong, ErrPasswordTooCommon, ErrPasswordsMustDiffer.
func (w *Wallets) CreatePaymentPassword(wallet ID, password string) error {
	begin, length := chars(password)
	return w.hash(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_wallet_create_payment_password(wallets, wallet.c(), begin, length, outcome, e)
	})
}

// CheckPaymentPassword checks a payment password. Failures are counted before the answer is given; five
// lock it for 15 minutes, each further one for twice as long, twenty until recovery, unless the policy
// says otherwise.
//
// Refused: ErrCredentialsMustMatch, ErrCredentialIsLocked, ErrCredentialIsLockedForGood.
func (w *Wallets) CheckPaymentPassword(wallet ID, password string) error {
	begin, length := chars(password)
	return w.hash(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_wallet_check_payment_password(wallets, wallet.c(), begin, length, outcome, e)
	})
}

// ChangePaymentPassword changes the payment password of a wallet whose present one is known. Failures
// count.
//
// Refused: as CheckPaymentPassword; ErrPasswordTooShort, ErrPasswordTooLong, ErrPasswordTooCommon,
// ErrPasswordsMustDiffer, ErrWalletMustBeActive.
func (w *Wallets) ChangePaymentPassword(wallet ID, present, replacement string) error {
	presentBegin, presentLength := chars(present)
	begin, length := chars(replacement)
	return w.hash(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_wallet_change_payment_password(wallets, wallet.c(), presentBegin, presentLength,
			begin, length, outcome, e)
	})
}

// ResetPaymentPassword sets a new payment password by the token of the link that an approved recovery
// sent. Failures are forgotten and locks end; for a while lower limits apply; every channel of the
// customer is told.
//
// Refused: ErrTokenMustBeValid, ErrPasswordTooShort, ErrPasswordTooLong, ErrPasswordTooCommon,
// ErrPasswordsMustDiffer, ErrDataIsDamaged.
func (w *Wallets) ResetPaymentPassword(token, replacement string) error {
	tokenBegin, tokenLength := chars(token)
	begin, length := chars(replacement)
	return w.hash(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_wallet_reset_payment_password(wallets, tokenBegin, tokenLength, begin, length,
			outcome, e)
	})
}

// PasswordFailures is how a payment password fared; for support.
type PasswordFailures struct {
	// Count is how often it was wrong since it last matched.
	Count uint32
	// LockedUntil is when its lock ends; 0 for no lock.
	LockedUntil Timestamp
	// LockedForGood tells that the lock ends by recovery alone.
	LockedForGood bool
}

// PaymentPasswordFailures gives how often the payment password of a wallet was wrong since it last
// matched, and when its lock ends; for support. Without a password, isFound is false.
func (w *Wallets) PaymentPasswordFailures(wallet ID) (failures PasswordFailures, isFound bool, err error) {
	var count C.uint32_t
	var until C.uint64_t
	isFound, err = found(w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_wallet_payment_password_failures(wallets, wallet.c(), &count, &until, e)
	}))
	failures = PasswordFailures{uint32(count), Timestamp(until), Timestamp(until) == lockedForGood}
	return failures, isFound, err
}
