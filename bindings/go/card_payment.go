package escrowdb

// #include <escrowdb.h>
import "C"

import (
	"fmt"
	"unsafe"
)

// Format prints the fields, the card as its brand and its last four digits.
func (i ChargeInstruction) Format(f fmt.State, _ rune) {
	type fields ChargeInstruction
	printFields(f, fields(i))
}

// A CardCharge is a processor's report that a card was charged.
type CardCharge struct {
	// Payment is the one that it was charged for.
	Payment ID
	// Reference is the processor's own name for this charge: 1 to 255 bytes. The same twice is one
	// charge.
	Reference string
	// Amount is what was charged.
	Amount Amount
	// External is the external account that card money comes from.
	External ID
	// Suspense is the account for money that cannot be booked: neither external nor a wallet's.
	Suspense ID
}

// String gives what became of it, such as "paid" or "in_suspense (late)".
func (r ChargeResult) String() string {
	if r.Reason == 0 {
		return r.Kind.String()
	}
	return fmt.Sprintf("%s (%s)", r.Kind, r.Reason)
}

// AuthoriseCard is Authorise for a payment with a bound card: see BeginCardPayment. A zero card is the
// default one.
//
// Refused: as Authorise; ErrCardNotFound, ErrCardMustBeActive, ErrCardHasExpired.
func (w *Wallets) AuthoriseCard(
	authorisation ID, purchase Purchase, card ID, password string, secondFactor bool,
) (until Timestamp, err error) {
	begin, length := chars(password)
	var ends C.uint64_t
	err = w.hash(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_card_authorise(wallets, authorisation.c(), purchase.c(), card.c(), begin, length,
			flag(secondFactor), &ends, outcome, e)
	})
	return Timestamp(ends), err
}

// BeginCardPayment begins a payment by bound card: it uses up an authorisation that was made for the card,
// counts the payment, and tells the host what to charge. No money moves until CardCharged. Sent again
// while the card is being charged, it gives the same instruction, if wallet and card may still pay. A
// zero card is the default one. The payee is never a wallet. The operation debits the wallet's account or
// none: in its place stands the owner's PurchaseAccount, through which the money of all cards passes, and
// which the first payment opens.
//
// Refused: as Pay; ErrCardNotFound, ErrCardMustBeActive, ErrCardHasExpired, ErrCardPaymentExists;
// ErrCardPaymentMustBeAtThisStep if it was charged or has failed; ErrOrderIsPaid if money in
// suspense has paid its order since it began.
func (w *Wallets) BeginCardPayment(payment Payment, card ID) (ChargeInstruction, error) {
	instruction, _, err := first(judgedQuery(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_card_payment_begin(wallets, payment.c(), card.c(), rows, outcome, e)
	}, showInstruction))
	return instruction, err
}

func showInstruction(
	rows *C.escrow_rows, at C.size_t, instruction *ChargeInstruction, e *C.escrow_error,
) C.escrow_status {
	row := new(C.escrow_charge_instruction)
	row.struct_size = C.sizeof_escrow_charge_instruction
	status := C.escrow_charge_instruction_at(rows, at, row, e)
	*instruction = chargeInstructionFrom(row)
	return status
}

// CardCharged books the money of a card: it pays the order, or lands in suspense if it came late,
// twice, with another amount, if money in suspense paid the order since the payment began, or if the
// ledger refuses the payment. The same report again is answered alike, and books nothing.
//
// Refused: ErrCardPaymentNotFound, ErrTextMustBeValid, ErrTextMustNotHoldACardNumber,
// ErrAmountMustBeValid, ErrExternalAccountMustFit, ErrSuspenseAccountMustFit;
// ErrChargeIsOfAnotherPayment and ErrChargeHasAnotherAmount if the reference was reported so
// before, which stands in the trail then: a reference belongs to one payment for ever;
// ErrRefusedByLedger if not even the suspense account takes it: report it again.
func (w *Wallets) CardCharged(charge CardCharge) (ChargeResult, error) {
	var pins pins
	defer pins.Unpin()
	lent := &C.escrow_card_charge{
		struct_size: C.sizeof_escrow_card_charge,
		payment:     charge.Payment.c(),
		amount:      charge.Amount.c(),
		external:    charge.External.c(),
		suspense:    charge.Suspense.c(),
		reference:   pins.text(charge.Reference),
	}
	var result ChargeResult
	err := w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_card_payment_charged(wallets, lent,
			(*C.escrow_charge_result)(unsafe.Pointer(&result)), outcome, e)
	})
	return result, err
}

// CardPaymentFailed says that the processor did not charge the card: the payment is over, and no longer
// counts against the limits. If the money comes after all it lands in suspense. Sent again, it changes
// nothing.
//
// Refused: ErrCardPaymentNotFound, ErrCardPaymentMustBeAtThisStep.
func (w *Wallets) CardPaymentFailed(payment ID) error {
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_card_payment_failed(wallets, payment.c(), outcome, e)
	})
}

// CardPayment says where a card payment is.
func (w *Wallets) CardPayment(payment ID) (state CardPaymentState, isFound bool, err error) {
	var number C.uint32_t
	isFound, err = found(w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_card_payment_find(wallets, payment.c(), &number, e)
	}))
	return CardPaymentState(number), isFound, err
}
