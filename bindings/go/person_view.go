package escrowdb

// #include <escrowdb.h>
import "C"

import "fmt"

// Format prints who it is, and nothing that is personal.
func (v PersonView) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "{%s}", v.Person) }

// MarshalText gives what is printed, so that encoders and loggers reveal no more either.
func (v PersonView) MarshalText() ([]byte, error) { return printed(v), nil }

// FindPersons looks for persons by an e-mail address, for a member of staff: first whose address it is,
// then registrations under way that were begun with it, oldest first. Their trails say who looked and
// why; that nobody was found stands in the store's own.
//
// Refused: ErrPersonNotFound, ErrAddressMustBeValid, ErrTextMustNotHoldACardNumber,
// ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) FindPersons(email string, actor Actor) ([]FoundPerson, error) {
	begin, length := chars(email)
	return staffedQuery(w, actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor, rows **C.escrow_rows,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_find(wallets, begin, length, actor, rows, outcome, e)
	}, func(rows *C.escrow_rows, at C.size_t, found *FoundPerson, e *C.escrow_error) C.escrow_status {
		row := new(C.escrow_found_person)
		row.struct_size = C.sizeof_escrow_found_person
		status := C.escrow_found_person_at(rows, at, row, e)
		*found = foundPersonFrom(row)
		return status
	})
}

// ShowPerson shows who a person is to a member of staff, beside the evidence of a case of hers, or of
// none, which is zero. The trail remembers it before it is shown.
//
// Refused: ErrPersonNotFound, ErrCaseNotFound if the case is not the person's, ErrDataIsDamaged
// while the person's key is damaged, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) ShowPerson(person, about ID, actor Actor) (PersonView, error) {
	view, _, err := first(staffedQuery(w, actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor, rows **C.escrow_rows,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_show(wallets, person.c(), about.c(), actor, rows, outcome, e)
	}, func(rows *C.escrow_rows, at C.size_t, view *PersonView, e *C.escrow_error) C.escrow_status {
		row := new(C.escrow_person_view)
		row.struct_size = C.sizeof_escrow_person_view
		status := C.escrow_person_view_at(rows, at, row, e)
		*view = personViewFrom(row)
		return status
	}))
	return view, err
}

// ExportPerson gives all that is known of a person as one JSON document, for her right of access. It is
// ordered by the customer, whom the host has authenticated, or by staff; the trail remembers it. Its
// schema is PersonExportSchema. Never in it are passwords, answers, codes, links, tokens of processors or
// hashes of these, and no names of staff.
//
// Refused: ErrPersonNotFound, ErrDataIsDamaged while the person's key is damaged,
// ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) ExportPerson(person ID, actor Actor) (string, error) {
	json, _, err := first(staffedQuery(w, actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor, rows **C.escrow_rows,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_export_all(wallets, person.c(), actor, rows, outcome, e)
	}, func(rows *C.escrow_rows, at C.size_t, json *string, e *C.escrow_error) C.escrow_status {
		row := new(C.escrow_person_export)
		row.struct_size = C.sizeof_escrow_person_export
		status := C.escrow_person_export_at(rows, at, row, e)
		*json = readText(&row.json)
		return status
	}))
	return json, err
}

// PersonExportSchema gives the JSON Schema of what ExportPerson gives, with what each field means.
func PersonExportSchema() (string, error) {
	return longText(func(text *C.char, room C.size_t, needed *C.size_t, e *C.escrow_error) C.escrow_status {
		return C.escrow_person_export_schema(text, room, needed, e)
	})
}

// Registration says how far a registration has come, for the page of it; isFound is false if there is
// none, or it was submitted. It does not tell whether the address or the document belongs to somebody
// already.
func (w *Wallets) Registration(person ID) (view RegistrationView, isFound bool, err error) {
	row := new(C.escrow_registration_view)
	row.struct_size = C.sizeof_escrow_registration_view
	isFound, err = found(w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_registration_find(wallets, person.c(), row, e)
	}))
	if isFound {
		view = registrationViewFrom(row)
	}
	return view, isFound, err
}

// MissingConsents gives the consents that the policy asks for and a registration lacks: none if there is
// no such registration.
func (w *Wallets) MissingConsents(person ID) ([]MissingConsent, error) {
	return query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_registration_missing_consents(wallets, person.c(), rows, e)
	}, func(rows *C.escrow_rows, at C.size_t, consent *MissingConsent, e *C.escrow_error) C.escrow_status {
		row := new(C.escrow_consent)
		row.struct_size = C.sizeof_escrow_consent
		status := C.escrow_consent_at(rows, at, row, e)
		*consent = missingConsentFrom(row)
		return status
	})
}

// staffedQuery gives all rows of a query by a member of staff, which may be refused.
func staffedQuery[T any](
	w *Wallets,
	actor Actor,
	ask func(
		*C.escrow_wallets, *C.escrow_actor, **C.escrow_rows, *C.escrow_wallet_outcome, *C.escrow_error,
	) C.escrow_status,
	show showing[T],
) ([]T, error) {
	rows := new(*C.escrow_rows)
	err := w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return ask(wallets, actor, rows, outcome, e)
	})
	if err != nil {
		return nil, err
	}
	return take(*rows, show)
}
