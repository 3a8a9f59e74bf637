package escrowdb

// #include <escrowdb.h>
import "C"

// Wallet looks up a wallet.
func (w *Wallets) Wallet(wallet ID) (view WalletView, isFound bool, err error) {
	row := new(C.escrow_wallet_view)
	row.struct_size = C.sizeof_escrow_wallet_view
	isFound, err = found(w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_wallet_find(wallets, wallet.c(), row, e)
	}))
	return walletViewFrom(row), isFound, err
}

// Spending gives what a wallet paid in its ledger, and the tier that holds now.
func (w *Wallets) Spending(wallet ID) (spending Spending, isFound bool, err error) {
	row := new(C.escrow_spending)
	row.struct_size = C.sizeof_escrow_spending
	isFound, err = found(w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_wallet_spending(wallets, wallet.c(), row, e)
	}))
	return spendingFrom(row), isFound, err
}

// FreezeWallet freezes a wallet and its account: no new business; what is in escrow is still settled.
// The customer is told. For a member of staff.
//
// Refused: ErrWalletNotFound, ErrWalletAlreadyFrozen, ErrWalletAlreadyClosed, ErrActorMustBeNamed,
// ErrStaffMustBeRegistered, ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
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
// Refused: ErrWalletNotFound, ErrWalletIsNotFrozen, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
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
// ErrWalletHasOpenOrders until the time given if a payment is authorised, ErrWalletHasOpenPayments,
// ErrWalletHasOpenChargebacks, ErrWalletHasMoneyInSuspense, ErrWalletHasOpenRefunds,
// ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) CloseWallet(wallet ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_wallet_close(wallets, wallet.c(), actor, outcome, e)
	})
}
