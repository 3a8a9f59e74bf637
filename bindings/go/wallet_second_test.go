package escrowdb_test

import (
	"testing"

	escrowdb "escrowdb.dev/go"
)

// Who is to come second sees that a recovery waits for them, and who came first.
func TestARecoveryAwaitsItsSecondApproval(t *testing.T) {
	w := newWorld(t)
	w.anna()
	w.register(2, "boris@example.com")
	hers := escrowdb.IDOf(802)
	for number, id := range map[uint64]escrowdb.ID{1: hers, 2: escrowdb.IDOf(801)} {
		w.do(w.OpenRecovery(id, walletOf(number), staff("eve")))
		w.do(w.AddRecoveryEvidence(id, passport(1), staff("eve")))
		w.do(w.ReviewRecovery(id, staff("bob")))
	}
	w.refused(w.DecideRecovery(hers, escrowdb.RecoveryApprove, staff("bob")), escrowdb.ErrSecondPersonMustAgree)
	one, _, err := w.RecoveryCase(hers)
	w.do(err)
	equal(t, "state", one.State, escrowdb.RecoveryAwaitsSecond)
	equal(t, "first", one.FirstApprover, "bob")
	w.do(w.DecideRecovery(hers, escrowdb.RecoveryApprove, staff("adam")))
	one, _, err = w.RecoveryCase(hers)
	w.do(err)
	equal(t, "state", one.State, escrowdb.RecoveryApproved)
}
