package escrowdb_test

import (
	"errors"
	"strings"
	"testing"

	escrowdb "escrowdb.dev/go"
)

// Another policy than before is the host's to choose, and the store's own trail says so.
func TestAnotherPolicyLeavesATrail(t *testing.T) {
	w := newWorld(t)
	again := func(name string, change func(map[string]any)) []escrowdb.AuditEntry {
		w.do(w.Wallets.Close())
		w.Wallets = must(w.store.Wallets(escrowdb.MasterKeyOf(testKey), policy(name, change)))
		var found []escrowdb.AuditEntry
		for _, entry := range must(w.AuditTrail(escrowdb.ID{}, escrowdb.ID{}, 100)) {
			if entry.Command == escrowdb.AuditChangePolicy {
				found = append(found, entry)
			}
		}
		return found
	}
	equal(t, "the same", len(again("article", nil)), 0)
	trail := again("article", func(p map[string]any) { p["name"] = "alone" })
	equal(t, "another", len(trail), 1)
	equal(t, "who", trail[0].Actor, escrowdb.System())
	told := strings.Fields(trail[0].Detail)
	equal(t, "in words", len(told) == 4 && told[0] == "policy:" && told[1] != told[3], true)
	equal(t, "hashes", len(told[1])+len(told[3]), 128)
}

// Without its pepper the shop would count each right password as a wrong one.
func TestAnotherPepperIsNoticed(t *testing.T) {
	right := escrowdb.Pepper([32]byte{3})
	w := newWorld(t, right)
	w.anna()
	w.do(w.Wallets.Close())
	open := func(options ...escrowdb.WalletOption) (*escrowdb.Wallets, error) {
		return w.store.Wallets(escrowdb.MasterKeyOf(testKey), policy("article", nil), options...)
	}
	for _, wrong := range [][]escrowdb.WalletOption{nil, {escrowdb.Pepper([32]byte{4})}} {
		_, err := open(wrong...)
		equal(t, "wrong", errors.Is(err, escrowdb.ErrWrongPepper), true)
	}
	w.Wallets = must(open(right))
	equal(t, "right", must(w.LogIn(email, loginText)), personOf(1))
	w.do(w.Wallets.Close())
	w.Wallets = must(open(escrowdb.ReplacePepper()))
	_, err := w.LogIn(email, loginText)
	w.refused(err, escrowdb.ErrCredentialsMustMatch)
	trail := must(w.AuditTrail(escrowdb.ID{}, escrowdb.ID{}, 100))
	equal(t, "told", trail[len(trail)-1].Command, escrowdb.AuditChangePepper)
}
