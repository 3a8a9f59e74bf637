package escrowdb

// #include <escrowdb.h>
import "C"

// A later library may know numbers that this package does not: it is asked for their names.

func libraryStatus(s Status) string { return C.GoString(C.escrow_outcome_name(C.uint32_t(s))) }
func libraryCode(c Code) string     { return C.GoString(C.escrow_status_name(C.uint32_t(c))) }
func libraryKind(k Kind) string     { return C.GoString(C.escrow_kind_name(C.uint32_t(k))) }
func libraryPhase(p Phase) string   { return C.GoString(C.escrow_phase_name(C.uint32_t(p))) }
func libraryAtDeadline(a AtDeadline) string {
	return C.GoString(C.escrow_at_deadline_name(C.uint32_t(a)))
}
func libraryWalletStatus(s WalletStatus) string {
	return C.GoString(C.escrow_wallet_outcome_name(C.uint32_t(s)))
}
func libraryLetterKind(k LetterKind) string {
	return C.GoString(C.escrow_letter_kind_name(C.uint32_t(k)))
}
func libraryAuditCommand(c AuditCommand) string {
	return C.GoString(C.escrow_audit_command_name(C.uint32_t(c)))
}

func nameOf[T comparable](value T, names map[T]string, library func(T) string) string {
	if known, ok := names[value]; ok {
		return known
	}
	return library(value)
}

func unnamed[T any](T) string { return "unknown" }
