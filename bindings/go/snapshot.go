package escrowdb

// #include <escrowdb.h>
import "C"

import (
	"runtime"
	"unsafe"
)

// A Snapshot is the store as of one moment. It never changes and never waits for writers. Any number
// of goroutines may use it at the same time.
//
// While it lives, the store keeps old versions for it: close it when done. That also closes its
// cursors. The store stays open as long as a snapshot of it can be used.
//
// What does not exist is answered in one way. To look up one thing by its id, number, name or key says
// that it was not found, and of several leaves a record all zero. To ask about an account or a ledger
// that is not there, for its statement, balances in the past, open holds or trial balance, is
// ErrInvalidArgument: a mistyped id must not look like an account without money. What is filtered or
// walked through may be empty.
type Snapshot struct {
	handle *handle
	store  *Store // not to be collected before
}

func (s *Snapshot) self() *handle {
	if s == nil {
		return nil
	}
	return s.handle
}

// Close frees the snapshot and its cursors. A second Close answers ErrClosed.
func (s *Snapshot) Close() error {
	if s == nil {
		return errClosed
	}
	runtime.SetFinalizer(s, nil)
	return s.handle.end()
}

func (s *Snapshot) call(f func(*C.escrow_snapshot, *C.escrow_error) C.escrow_status) error {
	return s.self().use(func(snapshot unsafe.Pointer) error {
		return check(func(e *C.escrow_error) C.escrow_status {
			return f((*C.escrow_snapshot)(snapshot), e)
		})
	})
}

// Timestamp gives that of the last event or acknowledgement that the snapshot includes.
func (s *Snapshot) Timestamp() (Timestamp, error) {
	var timestamp C.uint64_t
	err := s.call(func(snapshot *C.escrow_snapshot, e *C.escrow_error) C.escrow_status {
		return C.escrow_snapshot_timestamp(snapshot, &timestamp, e)
	})
	return Timestamp(timestamp), err
}

// Account looks up one account. Without it, found is false.
func (s *Snapshot) Account(id ID) (account Account, found bool, err error) {
	accounts, err := s.Accounts(id)
	if err != nil {
		return Account{}, false, err
	}
	return accounts[0], !accounts[0].ID.IsZero(), nil
}

// Accounts looks up accounts, in the order of the ids. An id without an account leaves its record
// all zero.
func (s *Snapshot) Accounts(ids ...ID) ([]Account, error) {
	accounts := make([]Account, len(ids))
	err := s.call(func(snapshot *C.escrow_snapshot, e *C.escrow_error) C.escrow_status {
		var found C.size_t
		return C.escrow_snapshot_accounts(snapshot,
			(*C.escrow_u128)(unsafe.Pointer(start(ids))), C.size_t(len(ids)),
			(*C.escrow_account)(unsafe.Pointer(start(accounts))), &found, e)
	})
	return read(accounts, err)
}

// Hold looks up one hold, open or closed. Without it, found is false.
func (s *Snapshot) Hold(id ID) (hold Hold, found bool, err error) {
	holds, err := s.Holds(id)
	if err != nil {
		return Hold{}, false, err
	}
	return holds[0], !holds[0].ID.IsZero(), nil
}

// Holds looks up holds, open or closed, in the order of the ids. An id without a hold leaves its
// record all zero.
func (s *Snapshot) Holds(ids ...ID) ([]Hold, error) {
	holds := make([]Hold, len(ids))
	err := s.call(func(snapshot *C.escrow_snapshot, e *C.escrow_error) C.escrow_status {
		var found C.size_t
		return C.escrow_snapshot_holds(snapshot,
			(*C.escrow_u128)(unsafe.Pointer(start(ids))), C.size_t(len(ids)),
			(*C.escrow_hold)(unsafe.Pointer(start(holds))), &found, e)
	})
	return read(holds, err)
}

// Operation looks up one operation, applied or refused with its id used up. Without it, found is
// false: this is how to learn what became of a submission that was not waited for.
func (s *Snapshot) Operation(id ID) (operation OperationRecord, found bool, err error) {
	operations, err := s.Operations(id)
	if err != nil {
		return OperationRecord{}, false, err
	}
	return operations[0], operations[0].Timestamp != 0, nil
}

// Operations looks up operations, applied or refused with their id used up, in the order of the ids.
// An id without an operation leaves its record all zero.
func (s *Snapshot) Operations(ids ...ID) ([]OperationRecord, error) {
	operations := make([]OperationRecord, len(ids))
	err := s.call(func(snapshot *C.escrow_snapshot, e *C.escrow_error) C.escrow_status {
		var found C.size_t
		return C.escrow_snapshot_operations(snapshot,
			(*C.escrow_u128)(unsafe.Pointer(start(ids))), C.size_t(len(ids)),
			(*C.escrow_operation_record)(unsafe.Pointer(start(operations))), &found, e)
	})
	return read(operations, err)
}

// Ledger looks up one ledger. Without it, found is false.
func (s *Snapshot) Ledger(number uint32) (ledger Ledger, found bool, err error) {
	err = s.call(func(snapshot *C.escrow_snapshot, e *C.escrow_error) C.escrow_status {
		var count C.size_t
		wanted := C.uint32_t(number)
		return C.escrow_snapshot_ledgers(snapshot, &wanted, 1,
			(*C.escrow_ledger)(unsafe.Pointer(&ledger)), &count, e)
	})
	return ledger, ledger.Number != 0, err
}

// Ledgers lists all ledgers by number.
func (s *Snapshot) Ledgers() ([]Ledger, error) {
	return all(s, 16, func(
		snapshot *C.escrow_snapshot, room []Ledger, count *C.size_t, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_snapshot_all_ledgers(snapshot,
			(*C.escrow_ledger)(unsafe.Pointer(start(room))), C.size_t(len(room)), count, e)
	})
}

// BalancesAt gives the balances of an account after everything up to and including the time at; all
// zero before it was opened. The account must have been opened with AccountHistory.
func (s *Snapshot) BalancesAt(account ID, at Timestamp) (balances Balances, err error) {
	err = s.call(func(snapshot *C.escrow_snapshot, e *C.escrow_error) C.escrow_status {
		return C.escrow_snapshot_balances_at(snapshot, account.c(), C.uint64_t(at),
			(*C.escrow_balances)(unsafe.Pointer(&balances)), e)
	})
	return balances, err
}

// Consumer looks up how far a consumer of the event feed has come: what it acknowledged last. Without
// it, found is false.
func (s *Snapshot) Consumer(consumer string) (position Timestamp, found bool, err error) {
	var known C.uint64_t
	var isKnown C.uint32_t
	begin, length := chars(consumer)
	err = s.call(func(snapshot *C.escrow_snapshot, e *C.escrow_error) C.escrow_status {
		return C.escrow_snapshot_consumer(snapshot, begin, length, &known, &isKnown, e)
	})
	return Timestamp(known), isKnown != 0, err
}

// A Consumer of the event feed.
type Consumer struct {
	// Name is its name.
	Name string
	// Position is what it acknowledged last.
	Position Timestamp
}

// Consumers lists all consumers of the event feed by name.
func (s *Snapshot) Consumers() ([]Consumer, error) {
	found, err := all(s, 16, func(
		snapshot *C.escrow_snapshot, room []C.escrow_consumer, count *C.size_t, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_snapshot_consumers(snapshot, start(room), C.size_t(len(room)), count, e)
	})
	consumers := make([]Consumer, len(found))
	for i := range found {
		consumers[i] = Consumer{textOf(found[i].name[:]), Timestamp(found[i].position)}
	}
	return read(consumers, err)
}

// A TrialBalance is the sums over the accounts of one ledger.
type TrialBalance struct {
	// Ledger is which.
	Ledger Ledger
	// Totals are the sums over all its accounts.
	Totals Balances
	// IsBalanced tells whether debits equal credits, posted and pending, and agree with the sums
	// that the ledger itself keeps.
	IsBalanced bool
	// Rows are the sums for each code of the chart of accounts, by code.
	Rows []TrialBalanceRow
}

// TrialBalance draws the trial balance of a ledger: do the books balance? It reads every account.
func (s *Snapshot) TrialBalance(ledger uint32) (TrialBalance, error) {
	var balance C.escrow_trial_balance
	rows, err := all(s, 64, func(
		snapshot *C.escrow_snapshot, room []TrialBalanceRow, count *C.size_t, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_snapshot_trial_balance(snapshot, C.uint32_t(ledger), &balance,
			(*C.escrow_trial_balance_row)(unsafe.Pointer(start(room))), C.size_t(len(room)), count, e)
	})
	if err != nil {
		return TrialBalance{}, err
	}
	return TrialBalance{
		Ledger:     *(*Ledger)(unsafe.Pointer(&balance.ledger)),
		Totals:     *(*Balances)(unsafe.Pointer(&balance.totals)),
		IsBalanced: balance.is_balanced == 1,
		Rows:       rows,
	}, nil
}

// Document reads a document of the host's own. Without it, the version is 0. An empty value is not
// nil.
func (s *Snapshot) Document(space string, key []byte) (value []byte, version uint64, err error) {
	begin, length := chars(space)
	var number C.uint64_t
	value, err = all(s, 1024, func(
		snapshot *C.escrow_snapshot, room []byte, count *C.size_t, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_snapshot_document(snapshot, begin, length,
			unsafe.Pointer(unsafe.SliceData(key)), C.size_t(len(key)),
			unsafe.Pointer(unsafe.SliceData(room)), C.size_t(len(room)), count, &number, e)
	})
	if err != nil || number == 0 {
		return nil, 0, err
	}
	return value, uint64(number), nil
}

// all calls with room for so many rows, and once more with as much as is needed.
func all[T any](
	s *Snapshot,
	rows int,
	f func(*C.escrow_snapshot, []T, *C.size_t, *C.escrow_error) C.escrow_status,
) ([]T, error) {
	for {
		var count C.size_t
		room := make([]T, rows)
		err := s.call(func(snapshot *C.escrow_snapshot, e *C.escrow_error) C.escrow_status {
			return f(snapshot, room, &count, e)
		})
		if isTooSmall(err) && int(count) > rows {
			rows = int(count)
			continue
		}
		if err != nil {
			return nil, err
		}
		return room[:count:count], nil
	}
}

func isTooSmall(err error) bool {
	failure, ok := err.(*Error)
	return ok && failure.Code == ErrBufferTooSmall
}

func read[T any](rows []T, err error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	return rows, nil
}
