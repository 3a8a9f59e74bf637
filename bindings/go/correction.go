package escrowdb

// #include <escrowdb.h>
import "C"

import "fmt"

// A Correction is what is to be changed of a person; what is zero or empty stays. It prints as
// "escrowdb.Correction".
type Correction struct {
	// Name is the full name.
	Name string
	// Citizenship is the country of which the customer is a citizen: two letters A to Z.
	Citizenship string
	// DocumentKind is what the customer is identified by, if the document changes, with its country and
	// number.
	DocumentKind DocumentKind
	// DocumentCountry is the country that issued the document: two letters A to Z.
	DocumentCountry string
	// DocumentNumber is its number.
	DocumentNumber string
	// PostalAddress has one line or several.
	PostalAddress string
	// Email is a new e-mail address, which is to be confirmed.
	Email string
	// Phone is a new telephone number, which is to be confirmed.
	Phone string
	// BirthDate is the birth date, as in 1990-02-28.
	BirthDate string
}

// Format prints the name of the type, and nothing of the customer.
func (Correction) Format(f fmt.State, _ rune) { fmt.Fprint(f, "escrowdb.Correction") }

// MarshalText gives what is printed, so that encoders and loggers reveal no more either.
func (c Correction) MarshalText() ([]byte, error) { return printed(c), nil }

// OpenCorrection opens the correction of a person's name, document, citizenship, address, e-mail address or
// telephone number, for a member of staff. It takes evidence, and unless it is the postal address alone
// another member of staff who approves it. So who lost her mailbox and her telephone has a way back:
// approved, it has letters go to the new ones, which count once she has confirmed them. Sent again with the
// same id, it answers as before.
//
// Refused: ErrIDMustBeValid, ErrCaseExists, ErrCorrectionMustChangeSomething, ErrPersonNotFound,
// ErrPersonMustBeActive, ErrDataIsDamaged, ErrCountryMustBeValid, ErrTextMustBeValid,
// ErrTextMustNotHoldACardNumber, ErrBirthDateMustBeValid, ErrAddressMustBeValid,
// ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) OpenCorrection(id, person ID, wanted Correction, actor Actor) error {
	var pins pins
	defer pins.Unpin()
	lent := &C.escrow_correction{
		struct_size:      C.sizeof_escrow_correction,
		document_kind:    C.uint32_t(wanted.DocumentKind),
		name:             pins.text(wanted.Name),
		citizenship:      pins.text(wanted.Citizenship),
		document_country: pins.text(wanted.DocumentCountry),
		document_number:  pins.text(wanted.DocumentNumber),
		postal_address:   pins.text(wanted.PostalAddress),
		email:            pins.text(wanted.Email),
		phone:            pins.text(wanted.Phone),
		birth_date:       pins.text(wanted.BirthDate),
	}
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_correction_open(wallets, id.c(), person.c(), lent, actor, outcome, e)
	})
}

// AddCorrectionEvidence adds a piece of evidence to a correction, for a member of staff.
//
// Refused: ErrCaseNotFound, ErrCaseMustBeAtThisStep, ErrEvidenceKindMustBeKnown,
// ErrEvidenceHasExpired, ErrTextMustBeValid, ErrTextMustNotHoldACardNumber, ErrTooMany,
// ErrDataIsDamaged, ErrPersonNotFound, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) AddCorrectionEvidence(id ID, evidence Evidence, actor Actor) error {
	var pins pins
	defer pins.Unpin()
	lent := new(C.escrow_evidence)
	evidence.put(lent, &pins)
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_correction_add_evidence(wallets, id.c(), lent, actor, outcome, e)
	})
}

// ApproveCorrection approves a correction: the profile is changed at once, and the customer told by every
// channel; to a new e-mail address or telephone number a letter goes, as by BeginContactChange. Unless it
// is the postal address alone, by another member of staff than who opened it; also for an address whose
// scans were shown for another person.
//
// Refused: ErrCaseNotFound, ErrCaseMustBeAtThisStep, ErrEvidenceMustBeGiven, ErrEvidenceHasExpired,
// ErrReviewerMustBeAnother, ErrPersonExists if the document is another person's, ErrDataIsDamaged,
// ErrPersonNotFound, and as BeginContactChange; ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveApproverRole, ErrReasonMustBeGiven.
func (w *Wallets) ApproveCorrection(id ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_correction_approve(wallets, id.c(), actor, outcome, e)
	})
}

// RefuseCorrection refuses a correction, or gives it up; for any member of staff.
//
// Refused: ErrCaseNotFound, ErrCaseMustBeAtThisStep, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) RefuseCorrection(id ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_correction_refuse(wallets, id.c(), actor, outcome, e)
	})
}

// ShowCorrection shows what a correction is to change, with its evidence, to a member of staff who decides
// it. The trail remembers it before it is shown.
//
// Refused: ErrCaseNotFound, ErrPersonNotFound, ErrDataIsDamaged, ErrActorMustBeNamed,
// ErrStaffMustBeRegistered, ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) ShowCorrection(id ID, actor Actor) (wanted Correction, evidence []Evidence, err error) {
	_, err = staffedQuery(w, actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor, rows **C.escrow_rows,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_correction_show(wallets, id.c(), actor, rows, outcome, e)
	}, func(rows *C.escrow_rows, at C.size_t, _ *struct{}, e *C.escrow_error) C.escrow_status {
		row := new(C.escrow_correction)
		row.struct_size = C.sizeof_escrow_correction
		if status := C.escrow_correction_at(rows, at, row, e); status != C.ESCROW_OK {
			return status
		}
		wanted, evidence = correctionFrom(row), make([]Evidence, row.evidence)
		piece := new(C.escrow_evidence)
		for i := range evidence {
			status := C.escrow_correction_evidence_at(rows, at, C.size_t(i), piece, e)
			if status != C.ESCROW_OK {
				return status
			}
			evidence[i] = evidenceFrom(piece)
		}
		return C.ESCROW_OK
	})
	return wanted, evidence, err
}

// CorrectionCase looks up a correction: what it changes, not to what.
func (w *Wallets) CorrectionCase(id ID) (one CorrectionCase, isFound bool, err error) {
	return first(query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_correction_find(wallets, id.c(), rows, e)
	}, showCorrectionCase))
}

// OpenCorrections gives the corrections that wait for staff, oldest first, at most limit; behind the case
// after, zero to begin.
func (w *Wallets) OpenCorrections(after ID, limit int) ([]CorrectionCase, error) {
	return query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_correction_waiting(wallets, after.c(), limitOf(limit), rows, e)
	}, showCorrectionCase)
}

func correctionFrom(row *C.escrow_correction) Correction {
	return Correction{
		Name:            readText(&row.name),
		Citizenship:     readText(&row.citizenship),
		DocumentKind:    DocumentKind(row.document_kind),
		DocumentCountry: readText(&row.document_country),
		DocumentNumber:  readText(&row.document_number),
		PostalAddress:   readText(&row.postal_address),
		Email:           readText(&row.email),
		Phone:           readText(&row.phone),
		BirthDate:       readText(&row.birth_date),
	}
}

func showCorrectionCase(
	rows *C.escrow_rows, at C.size_t, found *CorrectionCase, e *C.escrow_error,
) C.escrow_status {
	row := new(C.escrow_correction_case)
	row.struct_size = C.sizeof_escrow_correction_case
	status := C.escrow_correction_case_at(rows, at, row, e)
	*found = correctionCaseFrom(row)
	return status
}
