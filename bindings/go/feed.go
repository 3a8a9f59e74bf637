package escrowdb

// #include <escrowdb.h>
import "C"

import (
	"unsafe"
)

// A Document is bytes that the host keeps beside its money, written by the same batches.
type Document struct {
	// Key is what it is found by.
	Key []byte
	// Value is what was written.
	Value []byte
	// Version is the timestamp of the operation that wrote it: none ever comes back.
	Version uint64 `json:",string"`
}

// Documents scans the documents of a space whose keys are at or above lower and below upper, by key
// bytes. An empty bound is no bound.
func (s *Snapshot) Documents(space string, lower, upper []byte) (*Cursor[Document], error) {
	begin, length := chars(space)
	return newCursor(s, func(
		snapshot *C.escrow_snapshot, cursor **C.escrow_cursor, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_snapshot_documents(snapshot, begin, length,
			unsafe.Pointer(unsafe.SliceData(lower)), C.size_t(len(lower)),
			unsafe.Pointer(unsafe.SliceData(upper)), C.size_t(len(upper)), cursor, e)
	}, documents())
}

// DocumentsWithPrefix scans the documents of a space whose keys begin with prefix, by key bytes; all
// of them if it is empty.
func (s *Snapshot) DocumentsWithPrefix(space string, prefix []byte) (*Cursor[Document], error) {
	begin, length := chars(space)
	return newCursor(s, func(
		snapshot *C.escrow_snapshot, cursor **C.escrow_cursor, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_snapshot_documents_with_prefix(snapshot, begin, length,
			unsafe.Pointer(unsafe.SliceData(prefix)), C.size_t(len(prefix)), cursor, e)
	}, documents())
}

func documents() func(*C.escrow_cursor, []Document) (int, error) {
	var records []documentRecord
	data := make([]byte, 4096)
	return func(cursor *C.escrow_cursor, room []Document) (int, error) {
		records = fit(records, len(room))
		count, err := withData(&data, func(
			data []byte, count, needed *C.size_t, e *C.escrow_error,
		) C.escrow_status {
			return C.escrow_cursor_documents(cursor,
				(*C.escrow_document)(unsafe.Pointer(start(records))), C.size_t(len(records)),
				unsafe.Pointer(unsafe.SliceData(data)), C.size_t(len(data)), count, needed, e)
		})
		for i, record := range records[:count] {
			// One copy for both, so that the buffer can be used again.
			both := clone(data, record.DataOffset, uint64(record.KeyLength)+uint64(record.ValueLength))
			room[i] = Document{
				Key:     both[:record.KeyLength:record.KeyLength],
				Value:   both[record.KeyLength:],
				Version: record.Version,
			}
		}
		return count, err
	}
}

// An Event is something that happened. What its kind does not concern is zero.
type Event struct {
	// Timestamp is unique and strictly rising: also the event's sequence number.
	Timestamp Timestamp
	// Kind is what it is about.
	Kind EventKind
	// Status is, of an operation, StatusApplied or the refusal that used up its id.
	Status Status
	// Operation is as it was asked for; its Timestamp is the assigned one.
	Operation Operation
	// Amount is what the operation moved.
	Amount Amount
	// Fee is the commission out of Amount.
	Fee Amount
	// Rest is, of a final release, what went back to the payer beside Amount.
	Rest Amount
	// Account is as it was opened.
	Account Account
	// Ledger is as it was registered.
	Ledger Ledger
	// Space is that of a document that was put or deleted.
	Space string
	// Document is what was put, its Version being the event's timestamp; of a deletion the key only.
	Document Document
}

// Events follows everything that happened later than the timestamp after, oldest first, up to the
// snapshot; 0 for all. To go on, take a new snapshot and start after the last event's timestamp:
// Store.Acknowledge and Snapshot.Consumer remember it. An acknowledgement is no event.
func (s *Snapshot) Events(after Timestamp) (*Cursor[Event], error) {
	var records []eventRecord
	data := make([]byte, 4096)
	return newCursor(s, func(
		snapshot *C.escrow_snapshot, cursor **C.escrow_cursor, e *C.escrow_error,
	) C.escrow_status {
		return C.escrow_snapshot_events(snapshot, C.uint64_t(after), cursor, e)
	}, func(cursor *C.escrow_cursor, room []Event) (int, error) {
		records = fit(records, len(room))
		count, err := withData(&data, func(
			data []byte, count, needed *C.size_t, e *C.escrow_error,
		) C.escrow_status {
			return C.escrow_cursor_events(cursor,
				(*C.escrow_event)(unsafe.Pointer(start(records))), C.size_t(len(records)),
				unsafe.Pointer(unsafe.SliceData(data)), C.size_t(len(data)), count, needed, e)
		})
		for i := range records[:count] {
			room[i] = records[i].event(data)
		}
		return count, err
	})
}

func (r *eventRecord) event(data []byte) Event {
	event := Event{
		Timestamp: r.Timestamp, Kind: r.Kind, Status: r.Status, Operation: r.Operation,
		Amount: r.Amount, Fee: r.Fee, Rest: r.Rest, Account: r.Account, Ledger: r.Ledger,
	}
	if r.DataLength == 0 {
		return event
	}
	bytes := clone(data, r.DataOffset, r.DataLength)
	// The offset counted from the beginning of a buffer that the caller does not see.
	event.Operation.DataOffset = 0
	space, key := uint64(r.Operation.SpaceLength), uint64(r.Operation.KeyLength)
	if space+key+uint64(r.Operation.ValueLength) != uint64(len(bytes)) {
		return event // a refused record whose lengths were out of bounds
	}
	event.Space = string(bytes[:space])
	event.Document.Key = bytes[space : space+key : space+key]
	if r.Operation.Kind == KindPut {
		event.Document.Value = bytes[space+key:]
		if r.Status == StatusApplied {
			event.Document.Version = uint64(r.Timestamp)
		}
	}
	return event
}

// withData calls with a buffer for bytes, which grows if not even one row fits.
func withData(
	data *[]byte, f func([]byte, *C.size_t, *C.size_t, *C.escrow_error) C.escrow_status,
) (int, error) {
	for {
		var count, needed C.size_t
		err := check(func(e *C.escrow_error) C.escrow_status {
			return f(*data, &count, &needed, e)
		})
		if isTooSmall(err) && int(needed) > len(*data) {
			*data = make([]byte, 2*int(needed))
			continue
		}
		if err != nil {
			count = 0
		}
		return int(count), err
	}
}

func fit[T any](slice []T, length int) []T {
	if cap(slice) < length {
		return make([]T, length)
	}
	return slice[:length]
}

func clone(data []byte, offset, length uint64) []byte {
	return append(make([]byte, 0, length), data[offset:offset+length]...)
}
