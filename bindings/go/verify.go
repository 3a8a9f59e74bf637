package escrowdb

// #include <escrowdb.h>
//
// extern void escrowGoProgress(void *context, uint64_t done, uint64_t blocks);
//
// static escrow_status escrow_go_verify(const char *backup, size_t backup_length, const char *path,
//                                       size_t length, const escrow_head *head, const char *archive,
//                                       size_t archive_length, uint32_t access, uintptr_t progress,
//                                       escrow_verify_report *report, escrow_error *error) {
//     escrow_progress told = progress ? escrowGoProgress : NULL;
//     if (archive_length == 0)
//         archive = NULL;
//     if (backup_length > 0)
//         return escrow_store_restore(backup, backup_length, path, length, head, archive,
//                                     archive_length, access, told, (void *)progress, report,
//                                     error);
//     return escrow_store_verify_against(path, length, head, archive, archive_length, told,
//                                        (void *)progress, report, error);
// }
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

// A VerifyOption says what a verification looks at beside the store itself.
type VerifyOption func(*against)

// ExpectHead demands that the store has this head or has gone on from it, which proves that nothing
// up to it was changed and nothing of it lost. A Timestamp of 0 in it is any.
func ExpectHead(head Head) VerifyOption { return func(a *against) { a.head = &head } }

// ReadArchive names the directory into which Store.Archive has moved segments: they are read as if
// they were in the store.
func ReadArchive(path string) VerifyOption { return func(a *against) { a.archive = path } }

// RestoreReadByGroup lets the group of the files read what Restore creates: see FilesReadByGroup. Without
// it they are their owner's alone, whoever may use those of the backup.
func RestoreReadByGroup() VerifyOption {
	return func(a *against) { a.access = C.ESCROW_FILES_READ_BY_GROUP }
}

// RestoreOfGroup lets the group of the files use what Restore creates as their owner does: see FilesOfGroup.
func RestoreOfGroup() VerifyOption { return func(a *against) { a.access = C.ESCROW_FILES_OF_GROUP } }

type against struct {
	head    *Head
	archive string
	access  C.uint32_t
}

// Verify reads a store completely: every checksum, the chain of the journal, the state against a
// replay of the journal from its beginning, and all laws of the ledger. Nothing of the store is
// changed. It may be open: its host copies the state as of one block, and goes on. A fault that is
// found is in the report, and no error.
//
// The function progress is told how it goes on, by the same goroutine; it may be nil.
func Verify(path string, progress func(done, blocks uint64), options ...VerifyOption) (VerifyReport, error) {
	return verified("", path, progress, options)
}

// Restore copies a backup into a directory of its own, verifies the copy completely, and gives it its
// name only if it is in order; else the error is ErrCorrupt with the first fault. The destination
// must not be there, or be an empty directory. The store that was backed up must not be used any
// more: both would be the same store with two histories.
func Restore(backup, destination string, progress func(done, blocks uint64), options ...VerifyOption) (VerifyReport, error) {
	if len(backup) == 0 {
		return VerifyReport{}, fail(ErrInvalidArgument, "the path is empty")
	}
	return verified(backup, destination, progress, options)
}

// verified verifies a path, which is restored from a backup before if there is one.
func verified(backup, path string, progress func(done, blocks uint64), options []VerifyOption) (VerifyReport, error) {
	if len(path) == 0 {
		return VerifyReport{}, fail(ErrInvalidArgument, "the path is empty")
	}
	var what against
	for _, option := range options {
		option(&what)
	}
	var told *listener
	var context cgo.Handle
	if progress != nil {
		told = &listener{progress: progress}
		context = cgo.NewHandle(told)
		defer context.Delete()
	}
	var head *C.escrow_head
	if what.head != nil {
		head = (*C.escrow_head)(unsafe.Pointer(what.head))
	}
	begin, length := chars(path)
	source, sourceLength := chars(backup)
	archive, archiveLength := chars(what.archive)
	var report C.escrow_verify_report
	report.struct_size = C.sizeof_escrow_verify_report
	err := check(func(e *C.escrow_error) C.escrow_status {
		return C.escrow_go_verify(source, sourceLength, begin, length, head, archive, archiveLength,
			what.access, C.uintptr_t(context), &report, e)
	})
	if told != nil && told.panicked != nil {
		panic(told.panicked)
	}
	if err != nil {
		return VerifyReport{}, err
	}
	return verifyReportFrom(&report), nil
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
