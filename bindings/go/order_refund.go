package escrowdb

// #include <escrowdb.h>
import "C"

import "unsafe"

// OpenRefunds gives refunds that the host has to carry out, and has neither confirmed nor said to have failed,
// by their numbers: at most limit and at most 1,000, after the number after, zero to begin. Look through all of
// them each time: a new one may stand before those that were seen.
func (o *Orders) OpenRefunds(after ID, limit int) ([]OrderRefund, error) {
	refunds := make([]OrderRefund, min(max(limit, 0), listedMax))
	var count C.size_t
	err := o.call(func(orders *C.escrow_orders, e *C.escrow_error) C.escrow_status {
		return C.escrow_orders_open_refunds(orders, after.c(),
			(*C.escrow_order_refund)(unsafe.Pointer(start(refunds))), C.size_t(len(refunds)), &count, e)
	})
	if err != nil {
		return nil, err
	}
	return refunds[:count], nil
}

// RefundConfirmed says that the host has carried a refund out: it is no longer open. Sent again with the same
// command id, it changes nothing.
//
// Refused: ErrOrderIDMustBeValid, ErrOrderCommandIDIsTaken, ErrOrderNotFound,
// ErrOrderRefundNotFound.
func (o *Orders) RefundConfirmed(order, reversal, command ID) error {
	return o.command(func(
		orders *C.escrow_orders, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_refund_confirmed(orders, order.c(), reversal.c(), command.c(), outcome, e)
	})
}

// RefundFailed says that a refund could not be carried out: the card is closed, say, and its money is with the
// platform again. It goes to the account in which the buyer keeps what comes back, if the terms have one that
// can take it, and else to suspense, until the host has found the buyer. It gives the account that has it now.
// Sent again with the same command id, it changes nothing, and is answered as the first time.
//
// Refused: ErrOrderIDMustBeValid, ErrOrderCommandIDIsTaken, ErrOrderNotFound,
// ErrOrderRefundNotFound; ErrOrderAccountMustFit if that account is none of the order's ledger, is
// external, managed, spend-only or has a limit of what comes in; ErrOrderRefusedByLedger if it is
// closed, say.
func (o *Orders) RefundFailed(order, reversal, suspense, command ID) (account ID, err error) {
	err = o.command(func(
		orders *C.escrow_orders, outcome *C.escrow_order_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_orders_refund_failed(orders, order.c(), reversal.c(), suspense.c(), command.c(),
			(*C.escrow_u128)(unsafe.Pointer(&account)), outcome, e)
	})
	return account, err
}
