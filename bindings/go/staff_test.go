package escrowdb_test

import (
	"errors"
	"testing"

	escrowdb "escrowdb.dev/go"
)

func TestStaffComeAndGo(t *testing.T) {
	w := newWorld(t)
	w.register(1, email)
	ida, olga, otto := staff("Ida"), staff("olga"), staff("otto")
	const support, reviewer = escrowdb.StaffRoleSupport, escrowdb.StaffRoleReviewer

	w.refused(w.FreezeWallet(walletOf(1), ida), escrowdb.ErrStaffMustBeRegistered)
	w.refused(w.RegisterStaff("e.v.e", support, olga), escrowdb.ErrStaffNameIsTaken)
	w.refused(w.RegisterStaff("ida", 0, olga), escrowdb.ErrRolesMustBeGiven)
	w.refused(w.RegisterStaff("ida", support, olga), escrowdb.ErrSecondPersonMustAgree)
	member, found, err := w.StaffMember("ida")
	w.do(err)
	if !found || member.State != escrowdb.StaffStateProposed || member.Roles != 0 ||
		member.ProposedRoles != support || member.ProposedBy != "olga" {
		t.Fatal(member)
	}
	w.do(w.RegisterStaff("ida", support, otto))
	w.do(w.FreezeWallet(walletOf(1), ida))
	w.refused(w.GrantRoles("ida", reviewer, ida), escrowdb.ErrStaffMustHaveOperatorRole)
	w.refused(w.GrantRoles("ida", reviewer, otto), escrowdb.ErrSecondPersonMustAgree)
	w.do(w.GrantRoles("ida", reviewer, olga))
	w.do(w.RevokeRoles("ida", support, olga))
	w.refused(w.UnfreezeWallet(walletOf(1), ida), escrowdb.ErrStaffMustHaveSupportRole)
	w.do(w.DeactivateStaff("ida", olga))
	w.refused(w.UnfreezeWallet(walletOf(1), ida), escrowdb.ErrStaffMustBeRegistered)
	w.refused(w.DeactivateStaff("nobody", olga), escrowdb.ErrStaffNotFound)
	if _, found, err := w.StaffMember("nobody"); found || err != nil {
		t.Fatal(found, err)
	}

	members := must(w.Staff("bob", 2))
	if len(members) != 2 || members[0].Name != "eve" || members[1].Name != "ida" ||
		members[1].State != escrowdb.StaffStateDeactivated || members[1].Roles != 0 {
		t.Fatal(members)
	}
	acts := must(w.StaffActs("Ida", escrowdb.AuditEntry{}, 100))
	latest := must(w.LatestStaffActs("ida", escrowdb.AuditEntry{}, 2))
	before := must(w.LatestStaffActs("ida", latest[1], 100))
	after := must(w.StaffActs("ida", acts[0], 2))
	if len(acts) != 5 || latest[0] != acts[4] || latest[1] != acts[3] ||
		len(before) != 3 || before[0] != acts[2] || before[2] != acts[0] ||
		len(after) != 2 || after[0] != acts[1] {
		t.Fatal(acts, latest, before, after)
	}
	if acts[1].Detail != "wallet: active -> frozen" || acts[1].Subject != walletOf(1) {
		t.Fatal(acts[1])
	}
}

func TestTheLastOperatorStays(t *testing.T) {
	store, _ := openShop(t, escrowdb.ManualClock())
	olga := staff("olga")
	open := func(options ...escrowdb.WalletOption) (*escrowdb.Wallets, error) {
		return store.Wallets(escrowdb.MasterKeyOf(testKey), policy("article", nil), options...)
	}
	w := &world{must(open(escrowdb.FirstOperator("Olga"))), t, store, ""}
	w.refused(w.DeactivateStaff("olga", olga), escrowdb.ErrAnOperatorMustRemain)
	w.do(w.RegisterStaff("otto", escrowdb.StaffRoleOperator, olga))
	w.do(w.DeactivateStaff("otto", olga))
	w.refused(w.RegisterStaff("oleg", escrowdb.StaffRoleOperator, olga), escrowdb.ErrSoleOperatorMustWait)
	w.do(w.Close())
	if _, err := open(escrowdb.FirstOperator("otto")); !errors.Is(err, escrowdb.ErrInvalidArgument) {
		t.Fatal(err)
	}
	w.do(must(open(escrowdb.FirstOperator("olga"))).Close())
}
