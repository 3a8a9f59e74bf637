package escrowdb

// #include <escrowdb.h>
import "C"

import (
	"fmt"
	"unsafe"
)

// Format prints what it is.
func (v Evidence) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "{%s}", v.Kind) }

// MarshalText gives what is printed, so that encoders and loggers reveal no more either.
func (v Evidence) MarshalText() ([]byte, error) { return printed(v), nil }

// put fills in what C is lent.
func (v *Evidence) put(lent *C.escrow_evidence, pins *pins) {
	lent.reference = pins.text(v.Reference)
	lent.expires_at = C.uint64_t(v.ExpiresAt)
	lent.added_at = C.uint64_t(v.AddedAt)
	*(*[32]byte)(unsafe.Pointer(&lent.hash)) = v.Hash
	lent.kind = C.uint32_t(v.Kind)
}

// Format prints the fields, of the evidence its kinds alone.
func (v VerificationCase) Format(f fmt.State, _ rune) {
	type fields VerificationCase
	printFields(f, fields(v))
}

// OpenVerification opens a case: the wallet asks for a tier, which is its own (to renew it) or a higher
// one. A wallet has one open case at a time. Sent again with the same id, it changes nothing.
//
// Refused: ErrCaseExists, ErrWalletNotFound, ErrCaseIsOpen, ErrIDMustBeValid,
// ErrWalletMustBeActive, ErrTierMustExist, ErrTierAlreadyReached, ErrActorMustBeNamed,
// ErrStaffMustBeRegistered, ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) OpenVerification(id, wallet ID, tier uint32, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_verification_open(wallets, id.c(), wallet.c(), C.uint32_t(tier), actor,
			outcome, e)
	})
}

// SubmitEvidence adds evidence to a case that is not reviewed yet. Staff find the case by
// OpenVerifications from now on. One scan, by its hash, counts once for the tier, however often it is shown.
// Evidence of kind EvidenceInPerson is taken from staff alone, who saw the customer.
//
// Refused: ErrCaseNotFound, ErrCaseMustBeAtThisStep, ErrEvidenceMustBeGiven,
// ErrEvidenceKindMustBeKnown, ErrEvidenceHasExpired, ErrPersonNotFound, ErrTextMustBeValid,
// ErrTextMustNotHoldACardNumber, ErrTooMany, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) SubmitEvidence(id ID, evidence []Evidence, actor Actor) error {
	var pins pins
	defer pins.Unpin()
	lent := make([]C.escrow_evidence, len(evidence))
	for i := range evidence {
		evidence[i].put(&lent[i], &pins)
	}
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_verification_submit(wallets, id.c(), start(lent), C.size_t(len(lent)), actor,
			outcome, e)
	})
}

// ReviewVerification takes a submitted case into review. For a member of staff.
//
// Refused: ErrCaseNotFound, ErrCaseMustBeAtThisStep, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveReviewerRole, ErrReasonMustBeGiven.
func (w *Wallets) ReviewVerification(id ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_verification_review(wallets, id.c(), actor, outcome, e)
	})
}

// ApproveVerification approves a case, until a time or for as long as the policy allows (0). The state
// is VerificationApproved, or VerificationAwaitsSecond where the policy wants another member of staff
// to approve too, however often the first one approves. The wallet is in its new tier at once, and its
// owner is told.
//
// Refused: ErrCaseNotFound, ErrCaseMustBeAtThisStep, ErrTierMustExist, ErrEvidenceMustSuffice,
// ErrEvidenceHasExpired, ErrApprovalMustEndLater, ErrReviewerMustBeAnother, ErrActorMustBeNamed,
// ErrStaffMustBeRegistered, ErrStaffMustHaveReviewerRole, ErrStaffMustHaveApproverRole,
// ErrReasonMustBeGiven.
func (w *Wallets) ApproveVerification(id ID, until Timestamp, actor Actor) (VerificationState, error) {
	var state C.uint32_t
	err := w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_verification_approve(wallets, id.c(), C.uint64_t(until), actor, &state,
			outcome, e)
	})
	return VerificationState(state), err
}

// RefuseVerification refuses a case; the customer is told. For a member of staff.
//
// Refused: ErrCaseNotFound, ErrCaseMustBeAtThisStep, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveReviewerRole, ErrReasonMustBeGiven.
func (w *Wallets) RefuseVerification(id ID, reason VerificationReason, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_verification_refuse(wallets, id.c(), C.uint32_t(reason), actor, outcome, e)
	})
}

// WithdrawVerification is the customer's withdrawal of an open case.
//
// Refused: ErrCaseNotFound, ErrCaseMustBeAtThisStep, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveSupportRole, ErrReasonMustBeGiven.
func (w *Wallets) WithdrawVerification(id ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_verification_withdraw(wallets, id.c(), actor, outcome, e)
	})
}

// SameScans gives the cases of other persons that the scans of a case were shown in too, at most 64. To
// be shown to whoever reviews it: to approve it takes two members of staff then, whatever the tier.
func (w *Wallets) SameScans(id ID) (cases []ID, isFound bool, err error) {
	ids := make([]ID, 64)
	var count C.size_t
	isFound, err = found(w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_verification_same_scans(wallets, id.c(),
			(*C.escrow_u128)(unsafe.Pointer(start(ids))), C.size_t(len(ids)), &count, e)
	}))
	if !isFound {
		return nil, false, err
	}
	return ids[:count], true, nil
}

// RevokeTier takes the tier of a wallet back, for a member of staff: the evidence that it stands on
// turned out false, say. The wallet is in tier 0 at once, and its owner is told. Cases of the same person
// that await their second approval are in review again.
//
// Refused: ErrWalletNotFound, ErrTierMustBeReached, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveReviewerRole, ErrReasonMustBeGiven.
func (w *Wallets) RevokeTier(wallet ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_wallet_revoke_tier(wallets, wallet.c(), actor, outcome, e)
	})
}

// Verification looks up a verification case.
func (w *Wallets) Verification(id ID) (one VerificationCase, isFound bool, err error) {
	return first(query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_verification_find(wallets, id.c(), rows, e)
	}, showVerification))
}

// OpenVerifications gives the cases that wait for staff, the one that was opened first before all
// others, at most limit; behind the case after, zero to begin.
func (w *Wallets) OpenVerifications(after ID, limit int) ([]VerificationCase, error) {
	return query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_verification_waiting(wallets, after.c(), limitOf(limit), rows, e)
	}, showVerification)
}

// OpenVerificationOf gives the verification case of a wallet that is open.
func (w *Wallets) OpenVerificationOf(wallet ID) (id ID, isFound bool, err error) {
	var number C.escrow_u128
	isFound, err = found(w.call(func(wallets *C.escrow_wallets, e *C.escrow_error) C.escrow_status {
		return C.escrow_verification_of_wallet(wallets, wallet.c(), &number, e)
	}))
	return idFrom(number), isFound, err
}

func showVerification(
	rows *C.escrow_rows, at C.size_t, found *VerificationCase, e *C.escrow_error,
) C.escrow_status {
	row := new(C.escrow_verification)
	row.struct_size = C.sizeof_escrow_verification
	if status := C.escrow_verification_at(rows, at, row, e); status != C.ESCROW_OK {
		return status
	}
	*found = verificationCaseFrom(row)
	piece := new(C.escrow_evidence)
	for i := range found.Evidence {
		status := C.escrow_verification_evidence_at(rows, at, C.size_t(i), piece, e)
		if status != C.ESCROW_OK {
			return status
		}
		found.Evidence[i] = evidenceFrom(piece)
	}
	return C.ESCROW_OK
}
