package escrowdb

// #include <escrowdb.h>
import "C"

// Backup copies the store into a directory of its own while it goes on: all that was answered before
// this call, as of one block. The copy is a store, to be opened or given to Restore.
//
// The destination must not be there, or be an empty directory; the error is ErrInTheWay otherwise. It
// is written under its name with ".partial" behind it, and renamed when all of it is durable.
func (s *Store) Backup(destination string) (BackupReport, error) {
	begin, length := chars(destination)
	if length == 0 {
		return BackupReport{}, fail(ErrInvalidArgument, "the path is empty")
	}
	var report C.escrow_backup_report
	report.struct_size = C.sizeof_escrow_backup_report
	err := s.call(func(store *C.escrow_store, e *C.escrow_error) C.escrow_status {
		return C.escrow_store_backup(store, begin, length, &report, e)
	})
	if err != nil {
		return BackupReport{}, err
	}
	return backupReportFrom(&report), nil
}

// Archive moves whole segments of the journal into the directory destination, oldest first: those all
// whose events are before the time before, but for what recovery needs and for what some consumer of
// events has not acknowledged. The store goes on meanwhile.
//
// Balances now and in the past, holds, documents and deadlines remain. What is read out of the journal
// is answered ErrArchived from then on: operations as they were asked for, the lines of statements and
// the events of that time. An id that was used there is answered StatusOriginalIsArchived and never
// applied again; a transfer or release cannot be reversed any more, a hold can. Segments that are
// copied back into the folder journal of the closed store, without a gap, can be read again once it
// is opened.
func (s *Store) Archive(destination string, before Timestamp) (ArchiveReport, error) {
	begin, length := chars(destination)
	if length == 0 {
		return ArchiveReport{}, fail(ErrInvalidArgument, "the path is empty")
	}
	var report C.escrow_archive_report
	report.struct_size = C.sizeof_escrow_archive_report
	err := s.call(func(store *C.escrow_store, e *C.escrow_error) C.escrow_status {
		return C.escrow_store_archive(store, begin, length, C.uint64_t(before), &report, e)
	})
	if err != nil {
		return ArchiveReport{}, err
	}
	return archiveReportFrom(&report), nil
}
