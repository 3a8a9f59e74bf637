package escrowdb_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	escrowdb "escrowdb.dev/go"
)

func TestBackupAndRestore(t *testing.T) {
	store, path := openShop(t)
	payIn(t, store, 100)
	folder := t.TempDir()
	backup, restored := filepath.Join(folder, "backup"), filepath.Join(folder, "restored")
	copied := must(store.Backup(backup))
	equal(t, "head", copied.Head, must(store.Head()))
	equal(t, "segments", copied.Segments, uint64(1))
	if _, err := store.Backup(backup); !errors.Is(err, escrowdb.ErrInTheWay) {
		t.Errorf("a backup is written over: %v", err)
	}
	payIn(t, store, 5)
	late := must(store.Head())
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	report := must(escrowdb.Verify(path, nil, escrowdb.ExpectHead(copied.Head)))
	equal(t, "it has gone on from the backup", report.IsSound, true)
	report = must(escrowdb.Verify(backup, nil, escrowdb.ExpectHead(late)))
	equal(t, "the backup has not come as far", report.IsSound, false)
	equal(t, "told", strings.HasPrefix(report.Fault, "the journal ends with block"), true)
	_, err := escrowdb.Restore(backup, restored, nil, escrowdb.ExpectHead(late))
	if !errors.Is(err, escrowdb.ErrCorrupt) {
		t.Errorf("a backup that is behind is restored: %v", err)
	}
	told := 0
	count := func(_, _ uint64) { told++ }
	report = must(escrowdb.Restore(backup, restored, count, escrowdb.ExpectHead(copied.Head)))
	equal(t, "restored", report.IsSound && told > 0, true)
	for _, access := range []struct {
		name   string
		option []escrowdb.VerifyOption
		mode   os.FileMode
	}{
		{"own", nil, 0o700},
		{"read", []escrowdb.VerifyOption{escrowdb.RestoreReadByGroup()}, 0o750},
		{"group", []escrowdb.VerifyOption{escrowdb.RestoreOfGroup()}, 0o770},
	} {
		path := filepath.Join(folder, access.name)
		must(escrowdb.Restore(backup, path, nil, access.option...))
		equal(t, access.name, must(os.Stat(path)).Mode().Perm(), access.mode)
		file := must(os.Stat(filepath.Join(path, "FORMAT"))).Mode().Perm()
		equal(t, access.name, file, access.mode&0o666)
	}
	again := must(escrowdb.Open(restored))
	equal(t, "head", must(again.Head()), copied.Head)
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestArchive(t *testing.T) {
	store, path := openShop(t, escrowdb.SegmentBytes(2_000), escrowdb.PreallocateBytes(512))
	var sent []escrowdb.Operation
	var first []escrowdb.Outcome
	for i := 0; i < 30; i++ {
		operation := escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1))
		sent = append(sent, operation)
		first = append(first, must(store.Submit(background, []escrowdb.Operation{operation}))...)
	}
	head := must(store.Head())
	archive := filepath.Join(t.TempDir(), "old")
	moved := must(store.Archive(archive, first[20].Timestamp))
	equal(t, "moved", moved.Segments > 1 && moved.Bytes > 0 && moved.HeldBackBy == "", true)
	again := must(store.Submit(background, sent[:1]))[0]
	equal(t, "status", again.Status, escrowdb.StatusOriginalIsArchived)
	equal(t, "first time", again.Timestamp, first[0].Timestamp)
	equal(t, "nothing is written", must(store.Head()), head)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	report := must(escrowdb.Verify(path, nil))
	equal(t, "archived", report.BlocksArchived, moved.Archived.Block)
	report = must(escrowdb.Verify(path, nil, escrowdb.ReadArchive(archive), escrowdb.ExpectHead(head)))
	equal(t, "all of it", report.IsSound && report.BlocksArchived == 0, true)
}
