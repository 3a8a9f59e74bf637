package escrowdb

// #include <escrowdb.h>
import "C"

import "unsafe"

// suspenseMax is how many items OpenSuspense gives at most.
const suspenseMax = 1_000

// SuspenseItem looks up money in suspense, open or resolved.
func (w *Wallets) SuspenseItem(item ID) (one SuspenseItem, isFound bool, err error) {
	isFound, err = found(w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_suspense_find(wallets, item.c(),
			(*C.escrow_suspense_item)(unsafe.Pointer(&one)), e)
	}))
	return one, isFound, err
}

// OpenSuspense gives the money in suspense that waits for staff, the oldest first, at most limit and at
// most 1,000; behind the item after, zero to begin.
func (w *Wallets) OpenSuspense(after ID, limit int) ([]SuspenseItem, error) {
	items := make([]SuspenseItem, min(max(limit, 0), suspenseMax))
	var count C.size_t
	err := w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_suspense_waiting(wallets, after.c(),
			(*C.escrow_suspense_item)(unsafe.Pointer(start(items))), C.size_t(len(items)), &count, e)
	})
	if err != nil {
		return nil, err
	}
	return items[:count], nil
}

// SuspenseToWallet gives money in suspense to the wallet, by a transfer of this id, within the limits of
// its tier: what does not fit goes back to the card. Its owner is told. Sent again with the same id, it
// changes nothing. For a member of staff.
//
// Refused: ErrSuspenseItemNotFound, ErrSuspenseItemIsResolved, ErrChargebackIsOpen,
// ErrRefusedByLedger, ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole,
// ErrReasonMustBeGiven; ErrNeedsTier with the tier that would allow it, ErrExceedsBalanceLimit,
// ErrOperationIsNotAllowed, ErrLedgerHasNoLimits.
func (w *Wallets) SuspenseToWallet(item, id ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_suspense_to_wallet(wallets, item.c(), id.c(), actor, outcome, e)
	})
}

// SuspenseToCard gives money in suspense back to the card, by a reversal of this id: the host has the
// processor refund it. Sent again with the same id, it changes nothing. For a member of staff.
//
// Refused: ErrSuspenseItemNotFound, ErrSuspenseItemIsResolved, ErrChargebackIsOpen,
// ErrRefusedByLedger, ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole,
// ErrReasonMustBeGiven.
func (w *Wallets) SuspenseToCard(item, id ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_suspense_to_card(wallets, item.c(), id.c(), actor, outcome, e)
	})
}

// SuspenseOrder gives the operation of this id by which money in suspense pays its order as the payment
// was to, for SuspenseToOrder: with payee, fee, kind, deadline, code and user data of the payment's, of the
// whole amount.
func (w *Wallets) SuspenseOrder(item, id ID) (operation Operation, isFound bool, err error) {
	isFound, err = found(w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_suspense_order(wallets, item.c(), id.c(),
			(*C.escrow_operation)(unsafe.Pointer(&operation)), e)
	}))
	return operation, isFound, err
}

// SuspenseToOrder gives money in suspense to the order: through the wallet, and on by this OpenHold or
// Transfer from its account, of the whole amount and without flags: see SuspenseOrder. No limit stops it, and it counts.
// Its owner is told. While a card is being charged for the same order, what comes of that lies in
// suspense. The operation's id is that of a card payment then, which can be refunded to its
// card. Sent again with the same operation, it changes nothing. For a member of staff.
//
// Refused: ErrOrderIsPaid if the order is paid, by this payment or another of the wallet, and was
// not given back in full: no number of staff pays it twice; ErrResolutionNeedsASecondPerson if
// anything but id and amount is not as the payment has it, which is remembered for a week: another
// member of staff orders just the same, and then it is done; the same one is answered as before,
// and ErrReviewerMustBeAnother by a name that only looks like another one's;
// ErrPayeeMustNotBeAWallet, ErrCardPaymentExists, ErrSuspenseItemNotFound,
// ErrSuspenseItemIsResolved, ErrChargebackIsOpen, ErrRefusedByLedger, ErrActorMustBeNamed,
// ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole, ErrReasonMustBeGiven,
// ErrAuthorisationMustMatch if the order is paid another amount or from another account,
// ErrPaymentMustBePlain.
func (w *Wallets) SuspenseToOrder(item ID, operation Operation, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_suspense_to_order(wallets, item.c(), operation.c(), actor, outcome, e)
	})
}
