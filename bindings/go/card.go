package escrowdb

// #include <escrowdb.h>
import "C"

import "fmt"

// A CardReference is what the host knows of a card: a reference, never its number. It prints as its
// brand and its last four digits.
type CardReference struct {
	// Token is the processor's: what the host charges. 1 to 255 bytes.
	Token Secret
	// Brand such as Visa or UnionPay: 1 to 32 bytes.
	Brand string
	// LastFour are the last four digits, for the customer to recognise it.
	LastFour string
	// Fingerprint is the processor's: the same for the same card. 1 to 255 bytes.
	Fingerprint string
	// ExpiryYear is the year to the end of which month it is valid, of four digits.
	ExpiryYear uint16
	// ExpiryMonth is that month, 1 to 12.
	ExpiryMonth uint16
}

// Format prints what the customer recognises the card by.
func (r CardReference) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "{%s ..%s}", r.Brand, r.LastFour) }

// MarshalText gives what is printed, so that encoders and loggers reveal no more either.
func (r CardReference) MarshalText() ([]byte, error) { return printed(r), nil }

// Format prints the fields, the reference as its brand and its last four digits.
func (c BoundCard) Format(f fmt.State, _ rune) {
	type fields BoundCard
	printFields(f, fields(c))
}

// ProposeCard proposes to bind a card, after a payment with it. The customer has it confirmed by
// ConfirmCard. The same card is bound to a wallet once.
//
// Refused: ErrWalletNotFound, ErrWalletMustBeActive, ErrIDMustBeValid, ErrCardMustBeValid,
// ErrCardHasExpired, ErrPersonNotFound, ErrTextMustNotHoldACardNumber, ErrCardExists, ErrTooMany,
// ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) ProposeCard(wallet, card ID, reference CardReference, actor Actor) error {
	var pins pins
	defer pins.Unpin()
	lent := &C.escrow_card_reference{
		struct_size:  C.sizeof_escrow_card_reference,
		expiry_year:  C.uint16_t(reference.ExpiryYear),
		expiry_month: C.uint16_t(reference.ExpiryMonth),
		token:        pins.text(reference.Token.Reveal()),
		brand:        pins.text(reference.Brand),
		last_four:    pins.text(reference.LastFour),
		fingerprint:  pins.text(reference.Fingerprint),
	}
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_card_propose(wallets, wallet.c(), card.c(), lent, actor, outcome, e)
	})
}

// ConfirmCard is the customer's confirmation of a proposed card. Without a payment password it is
// refused: create one, and confirm again.
//
// Refused: ErrWalletNotFound, ErrWalletMustBeActive, ErrPaymentPasswordMustBeSet, ErrCardNotFound,
// ErrCardMustBeAtThisState, ErrCardHasExpired.
func (w *Wallets) ConfirmCard(wallet, card ID) error {
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_card_confirm(wallets, wallet.c(), card.c(), outcome, e)
	})
}

// SuspendCard stops payments with a card for now.
//
// Refused: ErrWalletNotFound, ErrWalletMustBeActive, ErrCardNotFound, ErrCardMustBeAtThisState,
// ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) SuspendCard(wallet, card ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_card_suspend(wallets, wallet.c(), card.c(), actor, outcome, e)
	})
}

// ResumeCard allows payments with a suspended card again.
//
// Refused: ErrWalletNotFound, ErrWalletMustBeActive, ErrCardNotFound, ErrCardMustBeAtThisState,
// ErrCardIsHeldByStaff for others if staff suspended it, ErrActorMustBeNamed,
// ErrStaffMustBeRegistered, ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) ResumeCard(wallet, card ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_card_resume(wallets, wallet.c(), card.c(), actor, outcome, e)
	})
}

// RemoveCard removes a card: its token is forgotten by the present state of the store.
//
// Refused: ErrWalletNotFound, ErrWalletMustBeActive, ErrCardNotFound, ErrCardMustBeAtThisState,
// ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) RemoveCard(wallet, card ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_card_remove(wallets, wallet.c(), card.c(), actor, outcome, e)
	})
}

// SetDefaultCard makes an active card the one that is paid with unless another is named.
//
// Refused: ErrWalletNotFound, ErrWalletMustBeActive, ErrCardNotFound, ErrCardMustBeActive,
// ErrCardHasExpired.
func (w *Wallets) SetDefaultCard(wallet, card ID) error {
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_card_set_default(wallets, wallet.c(), card.c(), outcome, e)
	})
}

// Cards gives the cards of a wallet, in the order in which they were proposed.
func (w *Wallets) Cards(wallet ID) ([]BoundCard, error) {
	return query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_wallet_cards(wallets, wallet.c(), rows, e)
	}, showCard)
}

func showCard(rows *C.escrow_rows, at C.size_t, card *BoundCard, e *C.escrow_error) C.escrow_status {
	row := new(C.escrow_card)
	row.struct_size = C.sizeof_escrow_card
	status := C.escrow_card_at(rows, at, row, e)
	*card = boundCardFrom(row)
	return status
}
