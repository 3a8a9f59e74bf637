package escrowdb

// #include <escrowdb.h>
import "C"

// BeginContactChange begins to change the e-mail address or the telephone number of a customer whom the
// host has authenticated: a letter goes to the new one, with a link for ConfirmEmailChange, or a code for
// ConfirmPhoneChange. The answer is the same whether or not the address belongs to another person, who is
// told by the letter then.
//
// Refused: ErrAddressMustBeValid, ErrTextMustBeValid, ErrTextMustNotHoldACardNumber,
// ErrPersonNotFound, ErrPersonMustBeActive, ErrDataIsDamaged, ErrAddressAlreadyConfirmed if it is
// the present one, ErrChangeIsUnderWay while the last one cools down, ErrTooSoon, ErrTooManyToday,
// ErrTooMany.
func (w *Wallets) BeginContactChange(person ID, channel Channel, contact string) error {
	begin, length := chars(contact)
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_contact_begin(wallets, person.c(), C.uint32_t(channel), begin, length, outcome, e)
	})
}

// ConfirmEmailChange confirms a new e-mail address by the token of the link, and gives the person. From
// now on letters go there; links for a new password to nobody before the cool-down is over, and limits are
// lower until then.
//
// Refused: ErrTokenMustBeValid, ErrPersonExists if somebody else has confirmed the address
// meanwhile.
func (w *Wallets) ConfirmEmailChange(token string) (person ID, err error) {
	begin, length := chars(token)
	var id C.escrow_u128
	err = w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_contact_confirm_email(wallets, begin, length, &id, outcome, e)
	})
	return idFrom(id), err
}

// ConfirmPhoneChange confirms a new telephone number by the code that was sent there.
//
// Refused: ErrCodeMustMatch, whatever is wrong with it.
func (w *Wallets) ConfirmPhoneChange(person ID, code string) error {
	begin, length := chars(code)
	return w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_contact_confirm_phone(wallets, person.c(), begin, length, outcome, e)
	})
}

// StopContactChange stops the change of an address or number, for the customer whom the host has
// authenticated or for a member of staff: one that is not confirmed is dropped, and one that cools down is
// taken back.
//
// Refused: ErrPersonNotFound, ErrChangeNotFound if there is none, or it stands already,
// ErrDataIsDamaged, ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveSupportRole,
// ErrReasonMustBeGiven.
func (w *Wallets) StopContactChange(person ID, channel Channel, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_contact_stop(wallets, person.c(), C.uint32_t(channel), actor, outcome, e)
	})
}

// StopContactChangeByLink stops it by the link of the notice, and gives the person, whose sessions the
// host ends.
//
// Refused: ErrTokenMustBeValid.
func (w *Wallets) StopContactChangeByLink(token string) (person ID, err error) {
	begin, length := chars(token)
	var id C.escrow_u128
	err = w.command(func(
		wallets *C.escrow_wallets, outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_contact_stop_by_link(wallets, begin, length, &id, outcome, e)
	})
	return idFrom(id), err
}

// ContactChanges gives the changes of addresses and numbers of a person that wait for their confirmation,
// or can still be stopped.
func (w *Wallets) ContactChanges(person ID) ([]ContactChange, error) {
	return query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_contact_changes(wallets, person.c(), rows, e)
	}, func(rows *C.escrow_rows, at C.size_t, change *ContactChange, e *C.escrow_error) C.escrow_status {
		row := new(C.escrow_contact_change)
		row.struct_size = C.sizeof_escrow_contact_change
		status := C.escrow_contact_change_at(rows, at, row, e)
		*change = contactChangeFrom(row)
		return status
	})
}
