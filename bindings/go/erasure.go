package escrowdb

// #include <escrowdb.h>
import "C"

// ErasePerson erases a person whose wallets are closed: the key is destroyed, so that profile,
// evidence, letters and password hashes are unreadable, in the journal too. The ledger's history stays:
// it knows ids alone. Backups of the file KEYS that the host keeps are for the host to destroy. For a
// member of staff. Before the term that the policy set when the last wallet was closed, though staff have
// shortened the retention since, it takes two, as SetLegalHold does.
//
// Refused: ErrPersonNotFound, ErrPersonMustBeActive, ErrWalletsMustBeClosed,
// ErrPersonHasUnclaimedMoney, ErrLegalHoldForbids, ErrRetentionForbids until the time given,
// ErrSecondPersonMustAgree and ErrReviewerMustBeAnother where it takes two, ErrActorMustBeNamed,
// ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole, ErrReasonMustBeGiven.
func (w *Wallets) ErasePerson(person ID, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_erase(wallets, person.c(), actor, outcome, e)
	})
}

// SetLegalHold sets or lifts a legal hold: a person under one cannot be erased. For a member of staff. To
// lift one takes two: the first is refused ErrSecondPersonMustAgree, however often, which is remembered for
// a week, and when another one orders it too, it is done: ErrReviewerMustBeAnother by a name that only
// looks like another one's. Whoever sets the hold or the date of retention in between, to
// what it is already too, ends what the first one wanted.
//
// Refused: ErrSecondPersonMustAgree, ErrReviewerMustBeAnother, ErrPersonNotFound,
// ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole,
// ErrReasonMustBeGiven.
func (w *Wallets) SetLegalHold(person ID, isHeld bool, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_set_legal_hold(wallets, person.c(), flag(isHeld), actor, outcome, e)
	})
}

// SetRetention sets until when the data of a person must be kept. For a member of staff. To set an earlier
// time than before takes two, as SetLegalHold does.
//
// Refused: ErrSecondPersonMustAgree, ErrReviewerMustBeAnother, ErrPersonNotFound,
// ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole,
// ErrReasonMustBeGiven.
func (w *Wallets) SetRetention(person ID, until Timestamp, actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_person_set_retention(wallets, person.c(), C.uint64_t(until), actor, outcome, e)
	})
}
