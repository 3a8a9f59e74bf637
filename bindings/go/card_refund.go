package escrowdb

// #include <escrowdb.h>
import "C"

import "unsafe"

// cardRefundsMax is how many refunds OpenCardRefunds gives at most.
const cardRefundsMax = 1_000

// RefundCardPayment refunds a payment by card, all or part of it: into the wallet as much as its limits
// have room for, if its owner agrees to that, it is active and its tier allows it, and the rest out to the
// card it came from, in the same chain; OpenCardRefunds tells how much goes to the card. The operation names
// the payment as its target. While the money is in escrow it is a Refund or RefundRest, without further
// flags but OperationArbitrated; what the payee was paid, by releases, a deadline or a transfer, a
// Reverse or ReverseRest takes back. Sent again, it changes nothing. What a deadline refunds is passed on by
// Upkeep.
//
// The money of a payment that an older version began passes through the wallet's account, and goes one of
// the two ways as a whole. While that is frozen or closed, what would go to the card is refused by the
// ledger, with StatusDebitAccountFrozen, as is what the payee gives back: unfreeze the wallet for it. The
// refund goes on counting as paid.
//
// Refused: ErrCardPaymentNotFound, ErrCardPaymentMustBeAtThisStep, ErrPaymentMustBePlain,
// ErrExceedsCardPayment if nothing is left, ErrChargebackIsOpen, ErrTooMany, ErrRefusedByLedger.
func (w *Wallets) RefundCardPayment(payment ID, operation Operation) (Refunded, error) {
	var refunded C.uint32_t
	err := w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_card_payment_refund(wallets, payment.c(), operation.c(), &refunded, outcome, e)
	})
	return Refunded(refunded), err
}

// ReturnToCard takes money of a card payment that its owner has back to the card: what a deadline refunded
// and nobody has passed on yet, and what lies in the wallet, which must still have it. At most what came
// back and is not at the card yet; id is that of the reversal. Sent again, it changes nothing.
//
// Refused: ErrCardPaymentNotFound, ErrCardPaymentMustBeAtThisStep, ErrExceedsCardPayment,
// ErrWalletNotFound if the owner has none any more, ErrChargebackIsOpen, ErrTooMany,
// ErrRefusedByLedger.
func (w *Wallets) ReturnToCard(payment, id ID, amount Amount) (Refunded, error) {
	var refunded C.uint32_t
	err := w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_card_payment_return(wallets, payment.c(), id.c(), amount.c(), &refunded,
			outcome, e)
	})
	return Refunded(refunded), err
}

// OpenCardRefunds gives the refunds to cards that the processor is to carry out, the oldest first, at most
// limit and at most 1,000; behind the refund after, zero to begin. Every refund to a card stands here,
// whoever ordered it, until CardRefundDone.
func (w *Wallets) OpenCardRefunds(after ID, limit int) ([]CardRefund, error) {
	refunds := make([]CardRefund, min(max(limit, 0), cardRefundsMax))
	var count C.size_t
	err := w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_card_refund_waiting(wallets, after.c(),
			(*C.escrow_card_refund)(unsafe.Pointer(start(refunds))), C.size_t(len(refunds)), &count, e)
	})
	if err != nil {
		return nil, err
	}
	return refunds[:count], nil
}

// CardRefundDone says that the processor has refunded a card: the refund is waited for no more. Sent again,
// it changes nothing.
//
// Refused: ErrCardRefundNotFound; ErrCardRefundHasFailed after CardRefundFailed.
func (w *Wallets) CardRefundDone(refund ID) error {
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_card_refund_done(wallets, refund.c(), outcome, e)
	})
}

// CardRefundFailed says that the processor could not refund a card: the money came back from the account
// external. It goes into the wallet as a whole, if its owner agrees to refunds there and there is room for
// it; otherwise it lies in suspense, due to the customer until staff resolve it. There it goes too if the
// payment is or was charged back. The refund is waited for no more, also if it was said to be carried out
// before. Sent again, it changes nothing.
//
// Refused: ErrCardRefundNotFound, ErrExternalAccountMustFit, ErrSuspenseAccountMustFit,
// ErrCardPaymentNotFound, ErrRefusedByLedger.
func (w *Wallets) CardRefundFailed(refund, external, suspense ID) (RefundReturned, error) {
	var returned RefundReturned
	err := w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_card_refund_failed(wallets, refund.c(), external.c(), suspense.c(),
			(*C.escrow_refund_returned)(unsafe.Pointer(&returned)), outcome, e)
	})
	return returned, err
}
