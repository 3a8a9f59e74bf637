package escrowdb

// #include <escrowdb.h>
import "C"

// AddMasterKey lets a new master key open the store beside the present one. Once the host has put the
// new one in place everywhere, KeepMasterKey ends the present one. For a member of staff, or System; it
// stands in the store's own trail before it is carried out. To add one of two again changes nothing.
//
// ErrInvalidArgument if two other keys open the store already: keep one of them first. ErrIO also if
// the host's own wrapping fails, or does not unwrap to the same what it wrapped.
//
// Refused: ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole,
// ErrReasonMustBeGiven.
func (w *Wallets) AddMasterKey(master MasterKey, actor Actor) error {
	return w.withKey(master, actor, func(
		wallets *C.escrow_wallets, key *C.escrow_master_key, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_key_add_master(wallets, key, actor, outcome, e)
	})
}

// KeepMasterKey lets this master key alone open the store from now on. It must open it already: the
// present one, or one that was added. For a member of staff, or System; it stands in the store's own
// trail before it is carried out.
//
// ErrWrongMasterKey if it does not open the store.
//
// Refused: ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole,
// ErrReasonMustBeGiven.
func (w *Wallets) KeepMasterKey(master MasterKey, actor Actor) error {
	return w.withKey(master, actor, func(
		wallets *C.escrow_wallets, key *C.escrow_master_key, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_key_keep_master(wallets, key, actor, outcome, e)
	})
}

func (w *Wallets) withKey(
	master MasterKey, actor Actor,
	f func(
		*C.escrow_wallets, *C.escrow_master_key, *C.escrow_actor,
		*C.escrow_wallet_outcome, *C.escrow_error,
	) C.escrow_status,
) error {
	var pins pins
	defer pins.Unpin()
	lent := new(C.escrow_master_key)
	if w != nil && w.host != nil {
		defer w.host.lendKey(lent, master, &pins)()
	}
	// Room of its own: others that wait for room may be waited for by the host's function.
	room := w.callRoom()
	if room != nil {
		room = make(chan struct{}, 1)
	}
	return w.act(room, actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return f(wallets, lent, actor, outcome, e)
	})
}

// RotateKeyEncryptionKey wraps the keys of all persons by a new key-encryption key, while others use
// them, and tells how many. A rotation that was interrupted goes on. For a member of staff, or System;
// it stands in the store's own trail before it is carried out.
//
// Refused: ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole,
// ErrReasonMustBeGiven.
func (w *Wallets) RotateKeyEncryptionKey(actor Actor) (count uint64, err error) {
	var wrapped C.uint64_t
	err = w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_key_rotate(wallets, actor, &wrapped, outcome, e)
	})
	return uint64(wrapped), err
}

// BeginIndexRotation begins to index addresses and documents by a new key. What was indexed before is
// found as long as EndIndexRotation was not called; Reindex moves it. For a member of staff, or System;
// it stands in the store's own trail before it is carried out.
//
// Refused: ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole,
// ErrReasonMustBeGiven.
func (w *Wallets) BeginIndexRotation(actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_key_begin_index_rotation(wallets, actor, outcome, e)
	})
}

// Reindex moves the next persons behind after, up to limit, to the present key of indexes; zero to
// begin. It gives the one to go on behind; zero when all are done. Who was moved has it in their trail.
//
// Refused: ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole,
// ErrReasonMustBeGiven.
func (w *Wallets) Reindex(after ID, limit int, actor Actor) (last ID, err error) {
	var id C.escrow_u128
	err = w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_key_reindex(wallets, after.c(), limitOf(limit), actor, &id, outcome, e)
	})
	return idFrom(id), err
}

// EndIndexRotation forgets the former key of indexes. Addresses of nobody that it indexed are forgotten
// with it. For a member of staff, or System; it stands in the store's own trail before it is carried
// out. ErrInvalidArgument if somebody is still indexed by it: Reindex first.
//
// Refused: ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole,
// ErrReasonMustBeGiven.
func (w *Wallets) EndIndexRotation(actor Actor) error {
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_key_end_index_rotation(wallets, actor, outcome, e)
	})
}
