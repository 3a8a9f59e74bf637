package escrowdb

// #include <escrowdb.h>
import "C"

// A ChargebackNotice is a processor's report that a cardholder contests a payment.
type ChargebackNotice struct {
	// ID is the host's id of it, which makes the report idempotent.
	ID ID
	// Payment is the one that is contested. If its money lies in suspense, or lay there, the item.
	Payment ID
	// Reference is the processor's own name for it: 1 to 255 bytes. The same twice is one chargeback.
	Reference string
	// Amount is what is contested, which may be more than the payment.
	Amount Amount
	// Reason is the reason code of the card network: 1 to 32 letters, digits, '.', '_' and '-'.
	Reason string
	// AnswerBy is until when it must be answered; 0 if the processor does not say.
	AnswerBy Timestamp
	// External is the external account by which the money leaves.
	External ID
}

// ChargebackNotified says that a cardholder contests a payment. From now on none of it is refunded, and its
// hold is disputed: no time releases or refunds it. Sent again, with the same id or the same reference, it
// changes nothing and gives what is known by now. At most what the payment has left counts against it; what
// is contested above that falls on the loss account alone. Nothing of it ever comes out of a wallet.
//
// Refused: ErrCardPaymentNotFound; ErrChargeMustBeReported if the payment is not paid: report the
// charge, and if that lies in suspense, name the item; ErrChargebackExists if the id is that of
// another one; ErrChargebackIsOfAnotherPayment and ErrChargebackHasAnotherAmount if the reference
// was reported so before, which stands in the trail then; ErrExternalAccountMustFit,
// ErrIDMustBeValid, ErrAmountMustBeValid, ErrTextMustBeValid, ErrTextMustNotHoldACardNumber,
// ErrTooMany, ErrChargebackNotFound, ErrRefusedByLedger, ErrActorMustBeNamed,
// ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole, ErrReasonMustBeGiven.
func (w *Wallets) ChargebackNotified(notice ChargebackNotice, actor Actor) (Chargeback, error) {
	var pins pins
	defer pins.Unpin()
	lent := &C.escrow_chargeback_notice{
		struct_size: C.sizeof_escrow_chargeback_notice,
		id:          notice.ID.c(),
		payment:     notice.Payment.c(),
		amount:      notice.Amount.c(),
		external:    notice.External.c(),
		answer_by:   C.uint64_t(notice.AnswerBy),
		reference:   pins.text(notice.Reference),
		reason:      pins.text(notice.Reason),
	}
	by := actor.c(&pins)
	return theChargeback(judgedQuery(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_chargeback_notified(wallets, lent, by, rows, outcome, e)
	}, showChargeback))
}

// ChargebackTaken says that the processor has taken the money of a chargeback: it leaves by the external
// account. The loss account of the ledger (LossAccount) bears it until the chargeback is decided; where there
// is none, or it cannot pay, the money is due, which Upkeep books when one can. Sent again, it changes
// nothing.
//
// Refused: ErrChargebackNotFound, ErrChargebackIsDecided; ErrRefusedByLedger if the external
// account is frozen or closed; ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveOperatorRole, ErrReasonMustBeGiven.
func (w *Wallets) ChargebackTaken(chargeback ID, actor Actor) (Chargeback, error) {
	var pins pins
	defer pins.Unpin()
	by := actor.c(&pins)
	return theChargeback(judgedQuery(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_chargeback_taken(wallets, chargeback.c(), by, rows, outcome, e)
	}, showChargeback))
}

// ChargebackRepresented says that a chargeback was answered with evidence, which the host keeps under this
// name: 1 to 255 bytes. Another name adds to what was sent before; the same one again changes nothing.
//
// Refused: ErrChargebackNotFound, ErrChargebackIsDecided, ErrTextMustBeValid,
// ErrTextMustNotHoldACardNumber, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveOperatorRole, ErrReasonMustBeGiven.
func (w *Wallets) ChargebackRepresented(
	chargeback ID, evidence string, actor Actor,
) (Chargeback, error) {
	var pins pins
	defer pins.Unpin()
	by := actor.c(&pins)
	begin, length := chars(evidence)
	return theChargeback(judgedQuery(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_chargeback_represented(wallets, chargeback.c(), begin, length, by, rows, outcome, e)
	}, showChargeback))
}

// ChargebackDecided says that a chargeback is decided: lost is gone for good, nothing of it if it is won, all
// of it if it is lost. What the processor had taken beyond that comes back to the loss account; what is gone
// comes out of what a deadline refunded and nobody has passed on, then out of escrow, as far as the payment
// bears it; the loss account bears the rest. When none of the payment's chargebacks is open any more, what
// is left in escrow goes on as before. Without a loss account the money leaves the payment by the external
// account at once, and what the payment cannot bear is due. Sent again, it changes nothing.
//
// Refused: ErrChargebackNotFound, ErrExceedsChargeback; ErrChargebackIsDecided if it was decided
// otherwise; ErrRefusedByLedger while an account that is concerned is frozen, or if there is no
// loss account and the charge is archived; ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveOperatorRole, ErrReasonMustBeGiven.
func (w *Wallets) ChargebackDecided(chargeback ID, lost Amount, actor Actor) (Chargeback, error) {
	var pins pins
	defer pins.Unpin()
	by := actor.c(&pins)
	return theChargeback(judgedQuery(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_chargeback_decided(wallets, chargeback.c(), lost.c(), by, rows, outcome, e)
	}, showChargeback))
}

// Chargeback looks up a chargeback, open or decided.
func (w *Wallets) Chargeback(chargeback ID) (one Chargeback, isFound bool, err error) {
	return first(query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_chargeback_find(wallets, chargeback.c(), rows, e)
	}, showChargeback))
}

// OpenChargebacks gives the chargebacks that are open, or whose money is due, at most limit; behind the
// chargeback after, zero to begin. The one that must be answered first comes first.
func (w *Wallets) OpenChargebacks(after ID, limit int) ([]Chargeback, error) {
	return query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_chargeback_waiting(wallets, after.c(), limitOf(limit), rows, e)
	}, showChargeback)
}

// ChargebacksOf gives all chargebacks of a payment, or of an item in suspense, oldest first.
func (w *Wallets) ChargebacksOf(payment ID) ([]Chargeback, error) {
	return query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_chargeback_of_payment(wallets, payment.c(), rows, e)
	}, showChargeback)
}

// theChargeback is the one that a command answers.
func theChargeback(found []Chargeback, err error) (Chargeback, error) {
	one, _, err := first(found, err)
	return one, err
}

func showChargeback(
	rows *C.escrow_rows, at C.size_t, found *Chargeback, e *C.escrow_error,
) C.escrow_status {
	row := new(C.escrow_chargeback)
	row.struct_size = C.sizeof_escrow_chargeback
	status := C.escrow_chargeback_at(rows, at, row, e)
	*found = chargebackFrom(row)
	return status
}
