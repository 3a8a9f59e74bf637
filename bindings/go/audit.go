package escrowdb

// #include <escrowdb.h>
import "C"

// AuditTrail gives what was done with a person or a wallet, oldest first, at most limit entries; behind
// the entry after, zero to begin. What was done with the keys of the store is in the trail of the
// subject zero, and so is each change of the policy that its wallets were opened under
// (AuditChangePolicy), with both hashes.
func (w *Wallets) AuditTrail(subject, after ID, limit int) ([]AuditEntry, error) {
	return query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_audit_trail(wallets, subject.c(), after.c(), limitOf(limit), rows, e)
	}, showAuditEntry)
}

func showAuditEntry(
	rows *C.escrow_rows, at C.size_t, found *AuditEntry, e *C.escrow_error,
) C.escrow_status {
	row := new(C.escrow_audit_entry)
	row.struct_size = C.sizeof_escrow_audit_entry
	status := C.escrow_audit_entry_at(rows, at, row, e)
	*found = auditEntryFrom(row)
	return status
}

// RecordDisclosure writes into the trail of a person or wallet that personal data, of a case or (zero) of
// none, was shown to a member of staff: to be called before it is shown.
//
// Refused: ErrWalletNotFound if there is neither, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) RecordDisclosure(subject, about ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_audit_disclosure(wallets, subject.c(), about.c(), actor, outcome, e)
	})
}
