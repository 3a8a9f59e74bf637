package escrowdb

// #include <escrowdb.h>
import "C"

import (
	"fmt"
	"unsafe"
)

// A Profile is who a customer is. It is sealed before it is stored, and never given back. It prints as
// "escrowdb.Profile".
type Profile struct {
	// Name is the full name.
	Name string
	// Citizenship is the country of which the customer is a citizen: two letters A to Z.
	Citizenship string
	// DocumentKind is what the customer is identified by.
	DocumentKind DocumentKind
	// DocumentCountry is the country that issued the document: two letters A to Z.
	DocumentCountry string
	// DocumentNumber is its number. Spaces, hyphens and case do not count. Refused is what a card
	// network would take for its own: 14 to 19 digits that begin as its cards do, with a right Luhn digit.
	DocumentNumber string
	// PostalAddress has one line or several.
	PostalAddress string
	// Phone is the telephone number.
	Phone string
	// BirthDate is the birth date, as in 1990-02-28; empty if it is not known. A policy with a minimum
	// age asks for it.
	BirthDate string
}

// Format prints the name of the type, and nothing of the customer.
func (Profile) Format(f fmt.State, _ rune) { fmt.Fprint(f, "escrowdb.Profile") }

// MarshalText gives what is printed, so that encoders and loggers reveal no more either.
func (p Profile) MarshalText() ([]byte, error) { return printed(p), nil }

// Format prints when it was left, and by whom.
func (n Note) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "{%s by %s}", n.At, n.Author) }

// MarshalText gives what is printed, so that encoders and loggers reveal no more either.
func (n Note) MarshalText() ([]byte, error) { return printed(n), nil }

// SetProfile fills in who the customer is, once the address is confirmed; again until the registration
// is submitted.
//
// Refused: ErrRegistrationNotFound, ErrAddressMustBeConfirmed, ErrCountryMustBeValid,
// ErrTextMustBeValid, ErrTextMustNotHoldACardNumber, ErrBirthDateMustBeValid,
// ErrBirthDateMustBeGiven by a policy with a minimum age, ErrPersonExists if the document belongs
// to somebody else.
func (w *Wallets) SetProfile(person ID, profile Profile) error {
	var pins pins
	defer pins.Unpin()
	lent := &C.escrow_profile{
		struct_size:      C.sizeof_escrow_profile,
		document_kind:    C.uint32_t(profile.DocumentKind),
		name:             pins.text(profile.Name),
		citizenship:      pins.text(profile.Citizenship),
		document_country: pins.text(profile.DocumentCountry),
		document_number:  pins.text(profile.DocumentNumber),
		postal_address:   pins.text(profile.PostalAddress),
		phone:            pins.text(profile.Phone),
		birth_date:       pins.text(profile.BirthDate),
	}
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_set_profile(wallets, person.c(), lent, outcome, e)
	})
}

// SetConsent remembers what the customer agrees to, or no longer does: kind and version are the host's
// own, such as "terms" and "2026-01": 1 to 64 of A-Z, a-z, 0-9, ".", "_" and "-", for they stand in the
// trail in clear. The kind "refunds_to_wallet" has refunds of card payments credited to the wallet.
//
// Refused: ErrPersonNotFound, ErrRegistrationNotFound, ErrAddressMustBeConfirmed,
// ErrTextMustBeValid, ErrTextMustNotHoldACardNumber, ErrTooMany.
func (w *Wallets) SetConsent(person ID, kind, version string, isGiven bool) error {
	kindBegin, kindLength := chars(kind)
	versionBegin, versionLength := chars(version)
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_set_consent(wallets, person.c(), kindBegin, kindLength,
			versionBegin, versionLength, flag(isGiven), outcome, e)
	})
}

// WalletsOf gives the wallets of a person, in the order in which they were opened: none if there is no
// such person.
func (w *Wallets) WalletsOf(person ID) ([]ID, error) {
	ids := make([]ID, 8)
	for {
		var count C.size_t
		tooSmall := false
		err := w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
			status := C.escrow_person_wallets(wallets, person.c(),
				(*C.escrow_u128)(unsafe.Pointer(start(ids))), C.size_t(len(ids)), &count, e)
			if tooSmall = status == C.ESCROW_BUFFER_TOO_SMALL; tooSmall {
				return C.ESCROW_OK
			}
			return status
		})
		if err != nil {
			return nil, err
		}
		if !tooSmall {
			return ids[:count], nil
		}
		ids = make([]ID, count)
	}
}

// LeaveNote leaves a note of support on a person: sealed, up to 2,000 bytes.
//
// Refused: ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveSupportRole,
// ErrReasonMustBeGiven, ErrTextMustBeValid, ErrTextMustNotHoldACardNumber, ErrPersonNotFound,
// ErrTooMany.
func (w *Wallets) LeaveNote(person ID, text string, actor Actor) error {
	begin, length := chars(text)
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_leave_note(wallets, person.c(), begin, length, actor, outcome, e)
	})
}

// NotesOn gives the notes of support on a person, oldest first.
//
// Refused: ErrPersonNotFound.
func (w *Wallets) NotesOn(person ID) ([]Note, error) {
	return judgedQuery(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_notes(wallets, person.c(), rows, outcome, e)
	}, showNote)
}

func showNote(rows *C.escrow_rows, at C.size_t, note *Note, e *C.escrow_error) C.escrow_status {
	row := new(C.escrow_note)
	row.struct_size = C.sizeof_escrow_note
	status := C.escrow_note_at(rows, at, row, e)
	*note = noteFrom(row)
	return status
}
