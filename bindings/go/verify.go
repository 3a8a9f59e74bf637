package escrowdb

// #include <escrowdb.h>
//
// extern void escrowGoProgress(void *context, uint64_t done, uint64_t blocks);
//
// static escrow_status escrow_go_verify(const char *path, size_t length, uintptr_t progress,
//                                       escrow_verify_report *report, escrow_error *error) {
//     return escrow_store_verify(path, length, progress ? escrowGoProgress : NULL,
//                                (void *)progress, report, error);
// }
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

// A VerifyReport is what a verification has seen.
type VerifyReport struct {
	// IsSound tells whether the store is in order.
	IsSound bool
	// Blocks of the journal, all with their checksums, hashes and links in the chain.
	Blocks uint64
	// Events in them.
	Events uint64
	// Accounts whose balances were added up from their entries and holds.
	Accounts uint64
	// Holds that were looked at.
	Holds uint64
	// ChainHash is what the journal's chain has come to, in hexadecimal digits.
	ChainHash string
	// StateHash is that over all records of the state, in hexadecimal digits.
	StateHash string
	// Fault is the first fault, on one line; empty if the store is in order.
	Fault string
}

// Verify reads a store completely, which must not be open: every checksum, the chain of the journal,
// the state against a replay of the journal from its beginning, and all laws of the ledger. Nothing
// of the store is changed. A fault that is found is in the report, and no error.
//
// The function progress is told how it goes on, by the same goroutine; it may be nil.
func Verify(path string, progress func(done, blocks uint64)) (VerifyReport, error) {
	begin, length := chars(path)
	if length == 0 {
		return VerifyReport{}, fail(ErrInvalidArgument, "the path is empty")
	}
	var told *listener
	var context cgo.Handle
	if progress != nil {
		told = &listener{progress: progress}
		context = cgo.NewHandle(told)
		defer context.Delete()
	}
	var report C.escrow_verify_report
	report.struct_size = C.sizeof_escrow_verify_report
	err := check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_go_verify(begin, length, C.uintptr_t(context), &report, e)
	})
	if told != nil && told.panicked != nil {
		panic(told.panicked)
	}
	if err != nil {
		return VerifyReport{}, err
	}
	return VerifyReport{
		IsSound:   report.is_sound == 1,
		Blocks:    uint64(report.blocks),
		Events:    uint64(report.events),
		Accounts:  uint64(report.accounts),
		Holds:     uint64(report.holds),
		ChainHash: textOf(report.chain_hash[:]),
		StateHash: textOf(report.state_hash[:]),
		Fault:     textOf(report.fault[:]),
	}, nil
}

// A listener keeps a panic until the library has been left.
type listener struct {
	progress func(done, blocks uint64)
	panicked any
}

//export escrowGoProgress
func escrowGoProgress(context unsafe.Pointer, done, blocks C.uint64_t) {
	told := cgo.Handle(uintptr(context)).Value().(*listener)
	if told.panicked != nil {
		return
	}
	defer func() { told.panicked = recover() }()
	told.progress(uint64(done), uint64(blocks))
}
