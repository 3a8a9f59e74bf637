package escrowdb

// #include <escrowdb.h>
import "C"

// A WalletView is what the host sees of a wallet.
type WalletView struct {
	// Wallet is its id.
	Wallet ID
	// Person is whose it is.
	Person ID
	// Account is its account in the ledger, which is spend-only.
	Account ID
	// Ledger is its currency book.
	Ledger uint32
	// State is what may be done with it.
	State WalletState
	// Tier is how far its owner is verified, as it was written: see TierUntil.
	Tier uint32
	// TierUntil is when the tier ends; 0 for never.
	TierUntil Timestamp
	// CooldownUntil is the time until which lower limits apply after a recovery; 0 for none.
	CooldownUntil Timestamp
	// RefundsToWallet tells whether refunds of card payments are credited to it.
	RefundsToWallet bool
	// HasPaymentPassword tells whether it has a payment password.
	HasPaymentPassword bool
	// KeyIsDamaged tells whether the key of its owner is damaged or gone: until it is mended, what is
	// sealed under it cannot be read. All that stands here needs no key. Not so of an owner who was
	// erased.
	KeyIsDamaged bool
}

// Spending is what a wallet paid so far, and where it stands.
type Spending struct {
	// Tier is the one that holds now.
	Tier uint32
	// Day is what was paid today.
	Day Amount
	// Month is what was paid this month.
	Month Amount
	// Year is what was paid this year.
	Year Amount
	// Lifetime is what was ever paid.
	Lifetime Amount
	// Authorisations that wait to be used.
	Authorisations uint64
}

// Wallet looks up a wallet.
func (w *Wallets) Wallet(wallet ID) (view WalletView, isFound bool, err error) {
	row := new(C.escrow_wallet_view)
	row.struct_size = C.sizeof_escrow_wallet_view
	isFound, err = found(w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_wallet_find(wallets, wallet.c(), row, e)
	}))
	return WalletView{
		Wallet:             idFrom(row.wallet),
		Person:             idFrom(row.person),
		Account:            idFrom(row.account),
		Ledger:             uint32(row.ledger),
		State:              WalletState(row.state),
		Tier:               uint32(row.tier),
		TierUntil:          Timestamp(row.tier_until),
		CooldownUntil:      Timestamp(row.cooldown_until),
		RefundsToWallet:    row.refunds_to_wallet == 1,
		HasPaymentPassword: row.has_payment_password == 1,
		KeyIsDamaged:       row.key_is_damaged == 1,
	}, isFound, err
}

// Spending gives what a wallet paid in its ledger, and the tier that holds now.
func (w *Wallets) Spending(wallet ID) (spending Spending, isFound bool, err error) {
	row := new(C.escrow_spending)
	row.struct_size = C.sizeof_escrow_spending
	isFound, err = found(w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_wallet_spending(wallets, wallet.c(), row, e)
	}))
	return Spending{
		Tier:           uint32(row.tier),
		Day:            amountFrom(row.day),
		Month:          amountFrom(row.month),
		Year:           amountFrom(row.year),
		Lifetime:       amountFrom(row.lifetime),
		Authorisations: uint64(row.authorisations),
	}, isFound, err
}

// FreezeWallet freezes a wallet and its account: no new business; what is in escrow is still settled.
// The customer is told. For a member of staff.
//
// Refused: ErrWalletNotFound, ErrWalletAlreadyFrozen, ErrWalletAlreadyClosed, ErrActorMustBeNamed,
// ErrReasonMustBeGiven.
func (w *Wallets) FreezeWallet(wallet ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_wallet_freeze(wallets, wallet.c(), actor, outcome, e)
	})
}

// UnfreezeWallet makes a frozen wallet and its account usable again. For a member of staff.
//
// Refused: ErrWalletNotFound, ErrWalletIsNotFrozen, ErrActorMustBeNamed, ErrReasonMustBeGiven.
func (w *Wallets) UnfreezeWallet(wallet ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_wallet_unfreeze(wallets, wallet.c(), actor, outcome, e)
	})
}

// CloseWallet closes a frozen, empty wallet and its account for good. Its owner's data is kept for as
// long as the policy says. For a member of staff.
//
// Refused: ErrWalletNotFound, ErrWalletIsNotFrozen, ErrWalletAlreadyClosed, ErrWalletMustBeEmpty,
// ErrWalletHasOpenPayments, ErrActorMustBeNamed, ErrReasonMustBeGiven.
func (w *Wallets) CloseWallet(wallet ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_wallet_close(wallets, wallet.c(), actor, outcome, e)
	})
}
