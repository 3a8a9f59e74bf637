package escrowdb

// #include <escrowdb.h>
import "C"

// OpenRecovery opens the recovery of a wallet's payment password, for a member of staff. It locks
// nothing; the customer is told by every channel. Sent again with the same id, it answers as before. While
// the customer's key is damaged, a case can be opened, reviewed, refused and stopped; to add evidence, to
// approve it and to use its link takes the key.
//
// Refused: ErrCaseExists, ErrWalletNotFound, ErrWalletMustBeActive, ErrCaseIsOpen,
// ErrIDMustBeValid, ErrPersonNotFound, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) OpenRecovery(id, wallet ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_recovery_open(wallets, id.c(), wallet.c(), actor, outcome, e)
	})
}

// AddRecoveryEvidence adds a piece of evidence to a case.
//
// Refused: ErrCaseNotFound, ErrCaseMustBeAtThisStep, ErrEvidenceKindMustBeKnown,
// ErrEvidenceHasExpired, ErrTextMustBeValid, ErrTextMustNotHoldACardNumber, ErrTooMany,
// ErrDataIsDamaged, ErrPersonNotFound, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) AddRecoveryEvidence(id ID, evidence Evidence, actor Actor) error {
	var pins pins
	defer pins.Unpin()
	lent := new(C.escrow_evidence)
	evidence.put(lent, &pins)
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_recovery_add_evidence(wallets, id.c(), lent, actor, outcome, e)
	})
}

// ReviewRecovery takes a case into review, by another member of staff than who opened it.
//
// Refused: ErrCaseNotFound, ErrCaseMustBeAtThisStep, ErrReviewerMustBeAnother,
// ErrEvidenceMustBeGiven, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveReviewerRole, ErrReasonMustBeGiven.
func (w *Wallets) ReviewRecovery(id ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_recovery_review(wallets, id.c(), actor, outcome, e)
	})
}

// DecideRecovery decides a case, by the member of staff who reviews it. If it is approved, a link to set
// a new payment password goes to the customer's address; staff never see it. Where scans of it were shown
// for another person too it takes two: the reviewer is refused ErrSecondPersonMustAgree, which is remembered
// (RecoveryAwaitsSecond), however often that one approves, and when a third one approves, who did not open
// it, it is done.
//
// Refused: ErrCaseNotFound, ErrCaseMustBeAtThisStep, ErrReviewerMustBeAnother,
// ErrSecondPersonMustAgree, ErrEvidenceHasExpired, ErrPersonNotFound, ErrDataIsDamaged if it is to
// be approved, ErrChangeIsUnderWay while a new e-mail address cools down, ErrActorMustBeNamed,
// ErrStaffMustBeRegistered, ErrStaffMustHaveReviewerRole, ErrStaffMustHaveApproverRole,
// ErrReasonMustBeGiven.
func (w *Wallets) DecideRecovery(id ID, decision RecoveryDecision, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_recovery_decide(wallets, id.c(), C.uint32_t(decision), actor, outcome, e)
	})
}

// StopRecovery stops a recovery that is under way, for the customer whom the host has authenticated, or
// for a member of staff: the link of an approved one is good no more. The customer is told by every
// channel. Sent again, it changes nothing.
//
// Refused: ErrCaseNotFound, ErrCaseMustBeAtThisStep if it was refused or is done,
// ErrPersonNotFound, ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveSupportRole,
// ErrReasonMustBeGiven.
func (w *Wallets) StopRecovery(id ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_recovery_stop(wallets, id.c(), actor, outcome, e)
	})
}

// RecoveryCase looks up a recovery case.
func (w *Wallets) RecoveryCase(id ID) (one RecoveryCase, isFound bool, err error) {
	return first(query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_recovery_find(wallets, id.c(), rows, e)
	}, showRecovery))
}

// RecoveryOf gives the last recovery case of a wallet, unless it ended in a new password or was stopped.
func (w *Wallets) RecoveryOf(wallet ID) (one RecoveryCase, isFound bool, err error) {
	return first(query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_recovery_of_wallet(wallets, wallet.c(), rows, e)
	}, showRecovery))
}

// OpenRecoveries gives the cases that wait for staff, oldest first, at most limit; behind the case
// after, zero to begin.
func (w *Wallets) OpenRecoveries(after ID, limit int) ([]RecoveryCase, error) {
	return query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_recovery_waiting(wallets, after.c(), limitOf(limit), rows, e)
	}, showRecovery)
}

// RecoveryEvidence gives the evidence of a case, with the host's references, for a member of staff: see
// RecordDisclosure.
//
// Refused: ErrCaseNotFound, ErrPersonNotFound.
func (w *Wallets) RecoveryEvidence(id ID) ([]Evidence, error) {
	return judgedQuery(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_recovery_evidence(wallets, id.c(), rows, outcome, e)
	}, showEvidence)
}

func showEvidence(rows *C.escrow_rows, at C.size_t, found *Evidence, e *C.escrow_error) C.escrow_status {
	row := new(C.escrow_evidence)
	status := C.escrow_evidence_at(rows, at, row, e)
	*found = evidenceFrom(row)
	return status
}

func showRecovery(
	rows *C.escrow_rows, at C.size_t, found *RecoveryCase, e *C.escrow_error,
) C.escrow_status {
	row := new(C.escrow_recovery)
	row.struct_size = C.sizeof_escrow_recovery
	status := C.escrow_recovery_at(rows, at, row, e)
	*found = recoveryCaseFrom(row)
	return status
}
