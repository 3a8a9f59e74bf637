package escrowdb

// #include <escrowdb.h>
import "C"

import "unsafe"

func (p *NewCardPayment) c() *C.escrow_new_card_payment {
	return (*C.escrow_new_card_payment)(unsafe.Pointer(p))
}

// BeginNewCardPayment begins a payment by a card that is not bound, the first one say: it counts the payment
// against the limits of the wallet's tier; after that the host has the processor charge the card, with the
// operation's id as its idempotency key. It takes no payment password. No money moves until CardCharged;
// from there on it is a payment by card like any other, and the card can be bound. Sent again while the card
// is being charged, it changes nothing, if the wallet may still pay.
//
// Refused: ErrWalletNotFound, ErrWalletMustBeActive, ErrWalletHasAnotherLedger;
// ErrCardAuthenticationMustSucceed if 3-D Secure failed; ErrSecondFactorIsNeeded where the policy
// wants one and the cardholder was not authenticated; ErrNeedsTier with the tier that would allow
// it, ErrOperationIsNotAllowed, ErrExceedsLimitPerPayment and the like, ErrExceedsCooldownLimit,
// ErrLedgerHasNoLimits; ErrAmountMustBeValid, ErrPaymentMustBePlain, ErrAuthorisationMustMatch if
// the operation debits another account; ErrCardPaymentExists, ErrCardPaymentMustBeAtThisStep if it
// was charged or has failed, ErrOrderIsPaid if money in suspense has paid its order since it began;
// ErrPayeeMustNotBeAWallet, also of a purchase account; ErrRefusedByLedger.
func (w *Wallets) BeginNewCardPayment(payment NewCardPayment) error {
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_card_payment_begin_new(wallets, payment.c(), outcome, e)
	})
}

// PurchaseAccount gives the account through which the money of all card payments of a buyer, a person,
// passes in a ledger; the first payment opens it. What is available in it is owed to the buyer: leave
// its money to the methods of Wallets, although the ledger does not keep you from it.
func PurchaseAccount(buyer ID, ledger uint32) ID {
	var account ID
	err := check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_purchase_account(buyer.c(), C.uint32_t(ledger),
			(*C.escrow_u128)(unsafe.Pointer(&account)), e)
	})
	if err != nil {
		panic(err)
	}
	return account
}
