package escrowdb

// #include <escrowdb.h>
import "C"

// RegisterStaff registers a member of staff under a name, with roles. For an operator; it takes two: the
// first is refused ErrSecondPersonMustAgree, which is remembered for a week, and when another operator
// orders just the same, it is done. Who was deactivated is registered again in the same way, under the same
// name. The only active operator there is registers a second one, with that role alone, without anybody
// else.
//
// Refused: ErrTextMustBeValid and ErrTextMustNotHoldACardNumber for a name that no actor can have,
// or without letter and digit; ErrStaffNameIsTaken if it, or one that looks like it, is registered;
// ErrRolesMustBeGiven; ErrSecondPersonMustAgree to the first of two operators;
// ErrSoleOperatorMustWait to the only operator within a week after another one was deactivated or
// lost the role; ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole,
// ErrReasonMustBeGiven.
func (w *Wallets) RegisterStaff(name string, roles StaffRoles, actor Actor) error {
	begin, length := chars(name)
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_staff_register(wallets, begin, length, C.uint32_t(roles), actor, outcome, e)
	})
}

// GrantRoles grants roles to a member of staff, who keeps those that they have. It takes two operators as
// RegisterStaff does, with the same exception. Who has them already has them.
//
// Refused: ErrStaffNotFound, also for who is deactivated; ErrRolesMustBeGiven,
// ErrSecondPersonMustAgree, ErrSoleOperatorMustWait, ErrActorMustBeNamed, ErrStaffMustBeRegistered,
// ErrStaffMustHaveOperatorRole, ErrReasonMustBeGiven.
func (w *Wallets) GrantRoles(name string, roles StaffRoles, actor Actor) error {
	begin, length := chars(name)
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_staff_grant(wallets, begin, length, C.uint32_t(roles), actor, outcome, e)
	})
}

// RevokeRoles takes roles from a member of staff at once, and what one operator wanted for them. For one
// operator, who may be the same. Who has none of them has none of them.
//
// Refused: ErrAnOperatorMustRemain of the last active operator; ErrStaffNotFound,
// ErrRolesMustBeGiven; ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole,
// ErrReasonMustBeGiven.
func (w *Wallets) RevokeRoles(name string, roles StaffRoles, actor Actor) error {
	begin, length := chars(name)
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_staff_revoke(wallets, begin, length, C.uint32_t(roles), actor, outcome, e)
	})
}

// DeactivateStaff deactivates a member of staff at once: every command of theirs is refused from then on,
// one that is under way either took effect before or is refused. What they did can be listed as before, and
// nobody else gets the name. For one operator. Who is deactivated already stays so.
//
// Refused: ErrAnOperatorMustRemain of the last active operator; ErrStaffNotFound;
// ErrActorMustBeNamed, ErrStaffMustBeRegistered, ErrStaffMustHaveOperatorRole,
// ErrReasonMustBeGiven.
func (w *Wallets) DeactivateStaff(name string, actor Actor) error {
	begin, length := chars(name)
	return w.staffed(actor, func(
		wallets *C.escrow_wallets, actor *C.escrow_actor,
		outcome *C.escrow_wallet_outcome, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_staff_deactivate(wallets, begin, length, actor, outcome, e)
	})
}

// Staff gives the members of staff, also those who were deactivated or are proposed, by the letters and
// digits of their names, at most limit; behind the one of the name after, empty to begin.
func (w *Wallets) Staff(after string, limit int) ([]StaffMember, error) {
	begin, length := chars(after)
	return query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_staff_list(wallets, begin, length, limitOf(limit), rows, e)
	}, showStaffMember)
}

// StaffMember gives the member of staff of a name, and whether anybody is registered or proposed under it.
func (w *Wallets) StaffMember(name string) (member StaffMember, found bool, err error) {
	begin, length := chars(name)
	members, err := query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_staff_find(wallets, begin, length, rows, e)
	}, showStaffMember)
	if err != nil || len(members) == 0 {
		return StaffMember{}, false, err
	}
	return members[0], true, nil
}

// StaffActs gives what a member of staff did, in all trails, oldest first, at most limit entries; behind the
// entry after, the zero entry to begin. Also what they were refused, and what somebody tried who is not
// registered under that name. What an earlier version of the library wrote stands in the trails alone.
func (w *Wallets) StaffActs(name string, after AuditEntry, limit int) ([]AuditEntry, error) {
	return w.staffActs(name, false, after, limit)
}

// LatestStaffActs gives the same, newest first: what came before the entry before.
func (w *Wallets) LatestStaffActs(name string, before AuditEntry, limit int) ([]AuditEntry, error) {
	return w.staffActs(name, true, before, limit)
}

func (w *Wallets) staffActs(name string, newestFirst bool, from AuditEntry, limit int) ([]AuditEntry, error) {
	begin, length := chars(name)
	return query(w, func(
		wallets *C.escrow_wallets, rows **C.escrow_rows, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_staff_acts(wallets, begin, length, flag(newestFirst),
			C.uint64_t(from.At), from.ID.c(), limitOf(limit), rows, e)
	}, showAuditEntry)
}

func showStaffMember(
	rows *C.escrow_rows, at C.size_t, found *StaffMember, e *C.escrow_error,
) C.escrow_status {
	row := new(C.escrow_staff_member)
	row.struct_size = C.sizeof_escrow_staff_member
	status := C.escrow_staff_member_at(rows, at, row, e)
	*found = staffMemberFrom(row)
	return status
}
