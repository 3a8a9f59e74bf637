package escrowdb

// #include <escrowdb.h>
import "C"

import "unsafe"

// OrderTerms are the terms of an order: the authorisation is bound to all of them.
type OrderTerms struct {
	// Order is who buys, what, and in which ledger.
	Order Order
	// Parts say who gets how much from which source: 1 to OrderPartsMax.
	Parts []OrderPart
}

func (o *OrderTerms) c() (*C.escrow_order, *C.escrow_order_part, C.size_t) {
	return (*C.escrow_order)(unsafe.Pointer(&o.Order)),
		(*C.escrow_order_part)(unsafe.Pointer(start(o.Parts))), C.size_t(len(o.Parts))
}

// Hash gives the hash of the terms, by which the trail knows them: BLAKE3 of the buyer, the order, the
// ledger, and each part's payee, amount and source, in their order.
func (o OrderTerms) Hash() (hash [32]byte, err error) {
	err = check(func(e *C.escrow_error) C.escrow_status {
		order, parts, count := o.c()
		return C.escrow_order_terms_hash(order, parts, count, (*C.uint8_t)(&hash[0]), e)
	})
	return hash, err
}

// NeedsForOrder says what paying an order needs beside the customer's order. What comes from the wallet
// is one payment of its sum.
//
// Refused: as Needs; ErrOrderMustBeValid, ErrTooMany, ErrPayeeMustNotBeAWallet.
func (w *Wallets) NeedsForOrder(terms OrderTerms) (Needs, error) {
	var needs C.uint32_t
	err := w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		order, parts, count := terms.c()
		return C.escrow_order_needs(wallets, order, parts, count, &needs, outcome, e)
	})
	return Needs(needs), err
}

// AuthoriseOrder authorises a whole order: the customer showed the payment password for just these
// terms: the buyer, the ledger, each payee and amount, each source and amount. Good for each part once,
// for the time that the policy says (five minutes), and until the password changes; void for any other
// terms; until is when it ends. secondFactor says that the host checked one.
//
// Refused: as Authorise; ErrOrderMustBeValid, ErrTooMany parts, ErrPayeeMustNotBeAWallet; for a
// card ErrCardNotFound, ErrCardMustBeActive, ErrCardHasExpired.
func (w *Wallets) AuthoriseOrder(
	authorisation ID, terms OrderTerms, password string, secondFactor bool,
) (until Timestamp, err error) {
	begin, length := chars(password)
	var ends C.uint64_t
	err = w.hash(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		order, parts, count := terms.c()
		return C.escrow_order_authorise(wallets, authorisation.c(), order, parts, count, begin, length,
			flag(secondFactor), &ends, outcome, e)
	})
	return Timestamp(ends), err
}

// PayOrder pays all parts of an order that come from the wallet, and does what is alongside, in one
// chain: all of it is done, or nothing. The operations are a Hold or a Transfer for each part from the
// wallet, in their order, each as in Payment.Operation; alongside are operations of the host's own, or nil.
// The parts are one payment for the limits, of their sum. Gives an outcome for each operation, those of the
// parts first; sent again with the same operations, each is StatusExists, and nothing is charged or done.
// A zero authorisation is for a small payment, which the policy exempts.
//
// With one part and something alongside, it is how a payment from the wallet stands in one chain with
// the host's own documents and transfers.
//
// Refused: as Pay; ErrAuthorisationMustMatch if the authorisation is for other terms, or the
// operations are not one for each part from the wallet; ErrPaymentMustBePlain if something of the
// host's own is neither a transfer, a hold nor a document; ErrPayeeMustNotBeAWallet, whatever the
// policy says; ErrOrderMustBeValid. What the ledger refuses of the operations alongside is
// ErrRefusedByLedger too, with what it said: StatusVersionMustMatch, say.
func (w *Wallets) PayOrder(
	terms OrderTerms, authorisation ID, operations []Operation, alongside *Batch,
) ([]Outcome, error) {
	all, data := append([]Operation(nil), operations...), []byte(nil)
	if alongside != nil {
		all, data = append(all, alongside.operations...), alongside.data
	}
	paid := make([]Outcome, len(all))
	err := w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		order, parts, count := terms.c()
		return C.escrow_order_pay(wallets, order, parts, count, authorisation.c(),
			(*C.escrow_operation)(unsafe.Pointer(start(all))), C.size_t(len(all)),
			C.size_t(len(operations)), unsafe.Pointer(start(data)), C.size_t(len(data)),
			(*C.escrow_outcome)(unsafe.Pointer(start(paid))), outcome, e)
	})
	if err != nil {
		return nil, err
	}
	return paid, nil
}

// BeginOrderCardPayment begins the payment of one part of an order that comes from a card, by the
// authorisation of the order: as BeginCardPayment. part is its place among the parts, and operation its
// hold or transfer.
//
// Refused: as BeginCardPayment; ErrAuthorisationMustMatch if the authorisation is for other terms,
// or the part does not come from a card.
func (w *Wallets) BeginOrderCardPayment(
	terms OrderTerms, authorisation ID, part int, operation Operation,
) (ChargeInstruction, error) {
	instruction, _, err := first(judgedQuery(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		order, parts, count := terms.c()
		return C.escrow_order_begin_card_payment(wallets, order, parts, count, authorisation.c(),
			C.size_t(part), operation.c(), rows, outcome, e)
	}, showInstruction))
	return instruction, err
}
