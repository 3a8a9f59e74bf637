package escrowdb_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	escrowdb "escrowdb.dev/go"
)

func TestADealFromFundingToPayout(t *testing.T) {
	store, path := openShop(t, escrowdb.ManualClock())
	id := escrowdb.IDOf
	batch := []escrowdb.Operation{
		escrowdb.Transfer(id(10), bank, alice, usd, escrowdb.Units(5000)),
		escrowdb.OpenHold(id(11), alice, bob, usd, escrowdb.Units(2005)).
			WithFee(fees, 100_000).WithDeadline(60, escrowdb.AtDeadlineRefund),
		escrowdb.Transfer(id(12), alice, bob, usd, escrowdb.Units(2996)),
		escrowdb.ReleaseRest(id(13), id(11)),
		escrowdb.OpenHold(id(14), alice, bob, usd, escrowdb.Units(100)).
			WithDeadline(60, escrowdb.AtDeadlineRefund),
	}
	outcomes := must(store.Submit(background, batch))
	var statuses []string
	for _, outcome := range outcomes {
		statuses = append(statuses, outcome.Status.String())
	}
	equal(t, "statuses", fmt.Sprint(statuses), "[applied applied exceeds_credits applied applied]")
	equal(t, "fee, half to even", outcomes[3].Fee, escrowdb.Units(200))
	equal(t, "settled", must(store.Advance(61_000_000_000)).Settled, 1)

	look := func(store *escrowdb.Store) {
		snapshot := snapshotOf(t, store)
		hold, found, err := snapshot.Hold(id(14))
		if !found || err != nil {
			t.Fatal(found, err)
		}
		equal(t, "phase", hold.Phase, escrowdb.PhaseRefunded)
		var lines []string
		for _, line := range must(must(snapshot.Statement(alice, escrowdb.StatementQuery{})).Rest()) {
			lines = append(lines, line.Operation.Kind.String()+" "+line.Balances.Available().Format(2))
		}
		equal(t, "statement", fmt.Sprint(lines),
			"[transfer 50.00 hold 29.95 release 29.95 hold 28.95 expire 29.95]")
		equal(t, "balanced", must(snapshot.TrialBalance(usd)).IsBalanced, true)
		equal(t, "events", len(must(must(snapshot.Events(0)).Rest())), 5+5+1)
	}
	look(store)
	repeats := must(store.Submit(background, batch))
	equal(t, "repeat", repeats[0].Status, escrowdb.StatusExists)
	equal(t, "repeat", repeats[0].Applied(), true)
	again := must(store.CreateLedgers(must(escrowdb.ISOLedger(usd, "USD"))))[0]
	equal(t, "ledger", again.Status, escrowdb.StatusExists)
	again = must(store.CreateAccounts(escrowdb.NewAccount(bank, usd, 100, escrowdb.AccountExternal)))[0]
	equal(t, "account", again.Status, escrowdb.StatusExists)
	equal(t, "is there", again.Err(), nil)
	equal(t, "failed before", repeats[2].Status, escrowdb.StatusIDAlreadyFailed)
	equal(t, "failed first", repeats[2].FirstStatus, escrowdb.StatusExceedsCredits)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	report := must(escrowdb.Verify(path, nil))
	equal(t, "fault", report.Fault, "")
	equal(t, "verified events", report.Events, 11)

	store = must(escrowdb.Open(path, escrowdb.ManualClock(), escrowdb.OpenExisting()))
	defer store.Close()
	look(store)
	repeats = must(store.Submit(background, batch))
	equal(t, "repeat", repeats[0].Status, escrowdb.StatusExists)
}

// Every kind of operation, each by its constructor, in an order in which all are applied.
func TestEveryKindOfOperation(t *testing.T) {
	store, _ := openShop(t, escrowdb.ManualClock())
	payIn(t, store, 1_000_000)
	id := escrowdb.NewID
	hold := func(cents uint64) (escrowdb.ID, escrowdb.Operation) {
		number := id()
		return number, escrowdb.OpenHold(number, alice, bob, usd, escrowdb.Units(cents)).
			WithDeadline(3600, escrowdb.AtDeadlineRefund).WithUserData(escrowdb.IDOf(77)).WithCode(9)
	}
	first, openFirst := hold(1000)
	second, openSecond := hold(1000)
	third, openThird := hold(1000)
	transfer := escrowdb.Transfer(id(), alice, bob, usd, escrowdb.Units(500))
	other := escrowdb.Transfer(id(), alice, bob, usd, escrowdb.Units(500))
	operations := []escrowdb.Operation{
		openFirst, openSecond, openThird, transfer, other,
		escrowdb.Ship(id(), first),
		escrowdb.Deliver(id(), first).WithDeadline(7200, escrowdb.AtDeadlineRelease),
		escrowdb.Extend(id(), first, 10_000),
		escrowdb.TopUp(id(), first, escrowdb.Units(50)),
		escrowdb.Release(id(), first, escrowdb.Units(400)),
		escrowdb.Release(id(), first, escrowdb.Units(100)).To(fees).NoFee(),
		escrowdb.Refund(id(), first, escrowdb.Units(50)),
		escrowdb.ReleaseRest(id(), first),
		escrowdb.Dispute(id(), second),
		escrowdb.WithdrawDispute(id(), second),
		escrowdb.RefundRest(id(), second),
		escrowdb.Dispute(id(), third),
		escrowdb.RefundRest(id(), third).WithFlags(escrowdb.OperationArbitrated),
		escrowdb.Reverse(id(), transfer.ID, escrowdb.Units(200)),
		escrowdb.ReverseRest(id(), transfer.ID),
		escrowdb.FreezeAccount(id(), fees),
		escrowdb.UnfreezeAccount(id(), fees),
		escrowdb.CloseAccount(id(), fees),
		escrowdb.ReopenAccount(id(), fees),
		escrowdb.Transfer(id(), bank, alice, usd, escrowdb.Units(1)).Linked(),
		escrowdb.Transfer(id(), bank, alice, usd, escrowdb.Units(1)),
	}
	outcomes := submit(t, store, operations...)
	seen := make(map[escrowdb.Kind]bool)
	for _, operation := range operations {
		seen[operation.Kind] = true
	}
	for kind := escrowdb.KindTransfer; kind <= escrowdb.KindReopen; kind++ {
		equal(t, "covered "+kind.String(), seen[kind], true)
	}
	equal(t, "released rest", outcomes[12].Amount, escrowdb.Units(500))

	snapshot := snapshotOf(t, store)
	found := must(snapshot.Holds(first, second, third, escrowdb.IDOf(12345)))
	equal(t, "first", found[0].Phase, escrowdb.PhaseSplit)
	equal(t, "second", found[1].Phase, escrowdb.PhaseRefunded)
	equal(t, "user data", found[0].UserData128, escrowdb.IDOf(77))
	equal(t, "code", found[0].Code, 9)
	equal(t, "missing", found[3], escrowdb.Hold{})
	record, ok, err := snapshot.Operation(transfer.ID)
	equal(t, "found", ok, true)
	equal(t, "error", err, nil)
	equal(t, "reversed", record.Reversed, escrowdb.Units(500))
	_, ok, err = snapshot.Operation(escrowdb.IDOf(12345))
	equal(t, "not found", ok, false)
	equal(t, "error", err, nil)
}

func TestImportedOperations(t *testing.T) {
	store, _ := openShop(t, escrowdb.ManualClock())
	at := must(snapshotOf(t, store).Timestamp()) + 1_000_000_000
	submit(t, store, escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(7)).Imported(at))
	equal(t, "timestamp", must(snapshotOf(t, store).Timestamp()), at)
}

// Documents are written with the money, found by key and prefix, and versioned.
func TestDocuments(t *testing.T) {
	store, _ := openShop(t)
	id := escrowdb.NewID
	var batch escrowdb.Batch
	batch.Add(escrowdb.Transfer(id(), bank, alice, usd, escrowdb.Units(5))).Link().
		Put(id(), "orders", []byte("o/1"), []byte("one")).
		Put(id(), "orders", []byte("o/2"), nil).
		Put(id(), "orders", []byte("p/1"), []byte("three")).
		PutIf(id(), "orders", []byte("o/1"), []byte("again"), 0)
	equal(t, "length", batch.Len(), 5)
	equal(t, "linked", batch.Operations()[0].Flags, escrowdb.OperationLinked)
	outcomes := must(store.SubmitBatch(background, &batch))
	for _, outcome := range outcomes[:4] {
		applied(t, outcome)
	}
	equal(t, "if version", outcomes[4].Status, escrowdb.StatusVersionMustMatch)
	equal(t, "version in the way", outcomes[4].Version, outcomes[1].Version)

	snapshot := snapshotOf(t, store)
	value, version, err := snapshot.Document("orders", []byte("o/1"))
	equal(t, "value", string(value), "one")
	equal(t, "version", version, outcomes[1].Version)
	equal(t, "error", err, nil)
	value, version, err = snapshot.Document("orders", []byte("o/2"))
	equal(t, "empty", value != nil && len(value) == 0, true)
	equal(t, "version", version, outcomes[2].Version)
	equal(t, "error", err, nil)
	value, version, err = snapshot.Document("orders", []byte("o/3"))
	equal(t, "missing", value == nil && version == 0, true)
	equal(t, "error", err, nil)
	keys := func(cursor *escrowdb.Cursor[escrowdb.Document], err error) string {
		var all string
		for _, document := range must(must(cursor, err).Rest()) {
			all += fmt.Sprintf("%s=%s ", document.Key, document.Value)
		}
		return all
	}
	equal(t, "prefix", keys(snapshot.DocumentsWithPrefix("orders", []byte("o/"))), "o/1=one o/2= ")
	equal(t, "all", keys(snapshot.DocumentsWithPrefix("orders", nil)), "o/1=one o/2= p/1=three ")
	equal(t, "range", keys(snapshot.Documents("orders", []byte("o/2"), []byte("p/2"))), "o/2= p/1=three ")
	equal(t, "no bound", keys(snapshot.Documents("orders", nil, nil)), "o/1=one o/2= p/1=three ")

	batch.Reset()
	batch.DeleteIf(id(), "orders", []byte("o/2"), outcomes[2].Version).
		Delete(id(), "orders", []byte("p/1")).
		Delete(id(), "orders", []byte("p/1"))
	outcomes = must(store.SubmitBatch(background, &batch))
	equal(t, "delete", outcomes[0].Status, escrowdb.StatusApplied)
	equal(t, "delete", outcomes[1].Status, escrowdb.StatusApplied)
	equal(t, "twice", outcomes[2].Status, escrowdb.StatusDocumentNotFound)
	equal(t, "left", keys(snapshotOf(t, store).Documents("orders", nil, nil)), "o/1=one ")
}

// Rows and values that do not fit the first buffers.
func TestLongDocumentsAndManyRows(t *testing.T) {
	store, _ := openShop(t)
	var batch escrowdb.Batch
	long := make([]byte, escrowdb.DocumentValueBytesMax)
	const count = 2000
	for i := 0; i < count; i++ {
		value := []byte{byte(i)}
		if i%700 == 0 {
			value = long
		}
		batch.Put(escrowdb.NewID(), "space", []byte(fmt.Sprintf("%06d", i)), value)
	}
	batch.Put(escrowdb.NewID(), "space", []byte("x"), make([]byte, len(long)+1))
	batch.Put(escrowdb.NewID(), "space", make([]byte, 70_000), nil)
	batch.Put(escrowdb.NewID(), string(make([]byte, 70_000)), []byte("x"), nil)
	outcomes := must(store.SubmitBatch(background, &batch))
	for _, outcome := range outcomes[:count] {
		applied(t, outcome)
	}
	equal(t, "value", outcomes[count].Status, escrowdb.StatusValueTooLong)
	equal(t, "key", outcomes[count+1].Status, escrowdb.StatusKeyMustBeValid)
	equal(t, "space", outcomes[count+2].Status, escrowdb.StatusSpaceMustBeValid)
	snapshot := snapshotOf(t, store)
	value, _, err := snapshot.Document("space", []byte("000700"))
	equal(t, "long value", len(value), len(long))
	equal(t, "error", err, nil)
	documents := must(must(snapshot.DocumentsWithPrefix("space", nil)).Rest())
	equal(t, "documents", len(documents), count)
	for i, document := range documents {
		if string(document.Key) != fmt.Sprintf("%06d", i) {
			t.Fatalf("key %d is %q", i, document.Key)
		}
	}
	events := must(must(snapshot.Events(0)).Rest())
	equal(t, "events", len(events), 5+count)
	equal(t, "space", events[5].Space, "space")
	equal(t, "key", string(events[6].Document.Key), "000001")
	equal(t, "value", string(events[6].Document.Value), "\x01")
	equal(t, "version", events[6].Document.Version, outcomes[1].Version)
}

func TestReadingEverything(t *testing.T) {
	store, _ := openShop(t, escrowdb.ManualClock(), escrowdb.IndexUserData())
	payIn(t, store, 10_000)
	var holds []escrowdb.ID
	for i := uint32(1); i <= 40; i++ {
		id := escrowdb.NewID()
		holds = append(holds, id)
		hold := escrowdb.OpenHold(id, alice, bob, usd, escrowdb.Units(10)).
			WithDeadline(i*10, escrowdb.AtDeadlineRelease).WithUserData(escrowdb.IDOf(uint64(i % 4)))
		if i == 40 {
			hold = hold.WithDeadline(0, escrowdb.AtDeadlineNone)
		}
		submit(t, store, hold)
	}
	submit(t, store, escrowdb.Ship(escrowdb.NewID(), holds[0]), escrowdb.Dispute(escrowdb.NewID(), holds[1]))
	snapshot := snapshotOf(t, store)

	count := func(cursor *escrowdb.Cursor[escrowdb.Hold], err error) int {
		return len(must(must(cursor, err).Rest()))
	}
	open := func(query escrowdb.HoldQuery) int { return count(snapshot.OpenHolds(query)) }
	equal(t, "open", open(escrowdb.HoldQuery{}), 40)
	equal(t, "shipped", open(escrowdb.HoldQuery{Phase: escrowdb.PhaseShipped}), 1)
	equal(t, "disputed", open(escrowdb.HoldQuery{Disputed: escrowdb.DisputedOnly}), 1)
	equal(t, "undisputed", open(escrowdb.HoldQuery{Disputed: escrowdb.DisputedNot}), 39)
	equal(t, "account", open(escrowdb.HoldQuery{Account: bob, Limit: 7}), 7)
	equal(t, "nobody's", open(escrowdb.HoldQuery{Account: bank}), 0)
	equal(t, "user data", open(escrowdb.HoldQuery{UserData128: escrowdb.IDOf(3)}), 10)
	equal(t, "user data", open(escrowdb.HoldQuery{UserData64: 3}), 0)
	equal(t, "due", open(escrowdb.HoldQuery{DueFrom: 1, DueTo: 101_000_000_000}), 9)
	equal(t, "all", count(snapshot.AllHolds(escrowdb.ID{})), 40)
	equal(t, "behind", count(snapshot.AllHolds(holds[29])), 10)
	equal(t, "attention", count(snapshot.HoldsNeedingAttention(1)), 1)
	equal(t, "attention", count(snapshot.HoldsNeedingAttention(100_000_000_000)), 2)

	equal(t, "accounts", len(must(must(snapshot.AllAccounts(escrowdb.ID{})).Rest())), 4)
	equal(t, "accounts", len(must(must(snapshot.AllAccounts(bob)).Rest())), 1)
	byKey := must(must(snapshot.OperationsByUserData(escrowdb.IDOf(3))).Rest())
	equal(t, "by user data", len(byKey), 10)
	equal(t, "kind", byKey[0].Operation.Kind, escrowdb.KindHold)

	account, found, err := snapshot.Account(alice)
	equal(t, "found", found, true)
	equal(t, "error", err, nil)
	equal(t, "pending", account.Balances.DebitsPending, escrowdb.Units(400))
	equal(t, "available", account.Balances.Available(), escrowdb.Units(9_600))
	equal(t, "open holds", account.OpenHolds, 40)
	account, _, _ = snapshot.Account(bank)
	equal(t, "net", account.Balances.Net().Format(2), "-100.00")
	equal(t, "debit", account.Balances.AvailableDebit(), escrowdb.Units(10_000))
	_, found, err = snapshot.Account(escrowdb.IDOf(99))
	equal(t, "not found", found, false)
	equal(t, "error", err, nil)
	ledger, found, err := snapshot.Ledger(usd)
	equal(t, "found", found, true)
	equal(t, "error", err, nil)
	equal(t, "code", ledger.Currency(), "USD")
	equal(t, "pending", ledger.Pending, escrowdb.Units(400))
	_, found, err = snapshot.Ledger(9)
	equal(t, "not found", found, false)
	equal(t, "error", err, nil)
	equal(t, "ledgers", len(must(snapshot.Ledgers())), 1)

	lines := must(must(snapshot.Statement(alice, escrowdb.StatementQuery{NewestFirst: true, Limit: 3})).Rest())
	equal(t, "lines", len(lines), 3)
	equal(t, "change", lines[0].Pending.String(), "10")
	equal(t, "side", lines[0].Side, escrowdb.SideDebit)
	opened := lines[0].Timestamp
	equal(t, "from", len(must(must(snapshot.Statement(alice, escrowdb.StatementQuery{From: opened, To: opened})).Rest())), 1)
	before := must(snapshot.BalancesAt(alice, opened-1))
	equal(t, "before", before.DebitsPending, escrowdb.Units(390))
	balance := must(snapshot.TrialBalance(usd))
	equal(t, "balanced", balance.IsBalanced, true)
	equal(t, "rows", len(balance.Rows), 4)
	equal(t, "accounts", balance.Rows[0].Accounts, 1)
	equal(t, "code", balance.Ledger.Currency(), "USD")
	equal(t, "totals", balance.Totals.DebitsPosted, escrowdb.Units(10_000))
}

func TestEventsAndConsumers(t *testing.T) {
	store, _ := openShop(t)
	payIn(t, store, 100)
	snapshot := snapshotOf(t, store)
	_, found, err := snapshot.Consumer("mailer")
	equal(t, "never", found, false)
	equal(t, "never", err, nil)
	events := must(must(snapshot.Events(0)).Rest())
	equal(t, "events", len(events), 6)
	equal(t, "ledger", events[0].Kind, escrowdb.EventLedger)
	equal(t, "code", events[0].Ledger.Currency(), "USD")
	equal(t, "account", events[1].Account.ID, bank)
	equal(t, "operation", events[5].Operation.CreditAccount, alice)
	equal(t, "amount", events[5].Amount, escrowdb.Units(100))
	last := events[5].Timestamp
	if err := store.Acknowledge("mailer", last); err != nil {
		t.Fatal(err)
	}
	if err := store.Acknowledge("auditor", 1); err != nil {
		t.Fatal(err)
	}
	snapshot = snapshotOf(t, store)
	position, found, err := snapshot.Consumer("mailer")
	equal(t, "position", position, last)
	equal(t, "found", found, true)
	equal(t, "found", err, nil)
	consumers := must(snapshot.Consumers())
	if want := []escrowdb.Consumer{{"auditor", 1}, {"mailer", last}}; !reflect.DeepEqual(consumers, want) {
		t.Errorf("consumers: %v", consumers)
	}
	after := must(must(snapshot.Events(last)).Rest())
	equal(t, "acknowledgements are no events", len(after), 0)
	for what, position := range map[string]escrowdb.Timestamp{"back": last - 1, "future": 1 << 63} {
		if err := store.Acknowledge("mailer", position); !errors.Is(err, escrowdb.ErrInvalidPosition) {
			t.Errorf("%s: %v", what, err)
		}
	}
	equal(t, "removed", must(store.RemoveConsumer("auditor")), true)
	equal(t, "removed again", must(store.RemoveConsumer("auditor")), false)
	equal(t, "left", len(must(snapshotOf(t, store).Consumers())), 1)
}

// The documented loop of a consumer ends. Symptom: it never did, and with two consumers the feed grew
// exponentially, for each acknowledgement was an event that the next round acknowledged. They are
// journalled, and told to nobody.
func TestTheFeedEnds(t *testing.T) {
	store, _ := openShop(t)
	payIn(t, store, 100)
	total := 0
	for round := 0; ; round++ {
		if round > 3 {
			t.Fatal("the feed does not end")
		}
		seen := 0
		for _, consumer := range []string{"mailer", "books"} {
			snapshot := snapshotOf(t, store)
			position, _, _ := snapshot.Consumer(consumer)
			cursor := must(snapshot.Events(position))
			for cursor.Next() {
				seen++
				if err := store.Acknowledge(consumer, cursor.Value().Timestamp); err != nil {
					t.Fatal(err)
				}
			}
		}
		if total += seen; seen == 0 {
			break
		}
	}
	equal(t, "events of two consumers", total, 12)
}

func TestOpening(t *testing.T) {
	store, path := openShop(t)
	check := func(what string, want error, options ...escrowdb.Option) {
		t.Helper()
		if _, err := escrowdb.Open(path, options...); !errors.Is(err, want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	check("open elsewhere", escrowdb.ErrLocked, escrowdb.Exclusive())
	// Beside its host, too.
	if report, err := escrowdb.Verify(path, nil); err != nil || report.Fault != "" {
		t.Error(report, err)
	}
	snapshot := must(store.Snapshot())
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := snapshot.Ledgers(); !errors.Is(err, escrowdb.ErrClosed) {
		t.Errorf("a store's end is that of its snapshots: %v", err)
	}
	check("already there", escrowdb.ErrAlreadyExists, escrowdb.CreateNew())
	path = filepath.Join(t.TempDir(), "none")
	check("not there", escrowdb.ErrNotFound, escrowdb.OpenExisting())
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(path, "diary.txt"), []byte("dear"), 0o644); err != nil {
		t.Fatal(err)
	}
	check("something else", escrowdb.ErrNotAStore)
	path = ""
	check("no path", escrowdb.ErrInvalidArgument)
	path = "a\x00b"
	check("zero byte", escrowdb.ErrInvalidArgument)
	path = filepath.Join(t.TempDir(), "all")
	all := must(escrowdb.Open(path, escrowdb.CreateNew(), escrowdb.CacheBytes(16<<20),
		escrowdb.SegmentBytes(1<<20), escrowdb.PreallocateBytes(1<<16), nil))
	defer all.Close()
}

func TestStatsCheckpointAndVerify(t *testing.T) {
	store, path := openShop(t)
	payIn(t, store, 100)
	stats := must(store.Stats())
	equal(t, "events", stats.Events, 6)
	equal(t, "hash", len(stats.ChainHash), 64)
	equal(t, "last", stats.LastTimestamp, must(snapshotOf(t, store).Timestamp()))
	if err := store.Checkpoint(); err != nil {
		t.Fatal(err)
	}
	after := must(store.Stats())
	equal(t, "checkpoint", after.CheckpointBlock, after.LastBlock)
	equal(t, "checkpoints", after.Checkpoints, stats.Checkpoints+1)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	calls := 0
	report := must(escrowdb.Verify(path, func(done, blocks uint64) {
		calls++
		equal(t, "progress", done <= blocks, true)
	}))
	equal(t, "sound", report.IsSound, true)
	equal(t, "accounts", report.Accounts, 4)
	equal(t, "chain", report.ChainHash, after.ChainHash)
	equal(t, "state hash", len(report.StateHash), 64)
	equal(t, "told", calls > 0, true)
	func() {
		defer func() { equal(t, "panic", fmt.Sprint(recover()), "stop") }()
		_, _ = escrowdb.Verify(path, func(_, _ uint64) { panic("stop") })
	}()
	equal(t, "version", escrowdb.Version(), "0.1.0")
}

// A byte that turned in the journal is found by Verify, as a fault and not as an error.
func TestVerifyFindsRot(t *testing.T) {
	store, path := openShop(t)
	payIn(t, store, 4242)
	_ = store.Close()
	turned := false
	err := filepath.Walk(path, func(name string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() || filepath.Ext(name) == ".lock" || turned {
			return err
		}
		bytes, err := os.ReadFile(name)
		if err != nil || len(bytes) < 600 || filepath.Base(filepath.Dir(name)) != "journal" && filepath.Ext(name) != ".journal" {
			return err
		}
		bytes[500] ^= 1
		turned = true
		return os.WriteFile(name, bytes, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	if !turned {
		t.Skip("the journal lies elsewhere")
	}
	report := must(escrowdb.Verify(path, nil))
	equal(t, "sound", report.IsSound, false)
	equal(t, "told", report.Fault != "", true)
}

func TestStoreIDAndHead(t *testing.T) {
	id := escrowdb.IDOf(7)
	one, path := openShop(t, escrowdb.ManualClock(), escrowdb.StoreID(id))
	two, _ := openShop(t, escrowdb.ManualClock(), escrowdb.StoreID(id))
	other, _ := openShop(t, escrowdb.ManualClock())
	head := must(one.Head())
	equal(t, "the same was sent", must(two.Head()), head)
	equal(t, "another store's is the same", must(other.Head()) == head, false)
	equal(t, "hash", hex.EncodeToString(head.Hash[:]), must(one.Stats()).ChainHash)
	if err := one.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := one.Head(); !errors.Is(err, escrowdb.ErrClosed) {
		t.Errorf("a closed store has a head: %v", err)
	}
	_, err := escrowdb.Open(path, escrowdb.StoreID(escrowdb.IDOf(8)))
	if !errors.Is(err, escrowdb.ErrInvalidArgument) {
		t.Errorf("a store has two ids: %v", err)
	}
}

// The clock of a store that is opened long after its last event may be wrong, and deadlines pay for
// good: nothing is written until somebody who knows the time says so.
func TestClock(t *testing.T) {
	store, path := openShop(t, escrowdb.ManualClock())
	must(store.Advance(100_000_000_000))
	reading := must(store.Clock())
	equal(t, "manual", reading.State, escrowdb.ClockManual)
	equal(t, "now", reading.Now, 100_000_000_000)
	equal(t, "never back", must(store.Advance(99_000_000_000)), escrowdb.Advanced{0, 100_000_000_000})
	equal(t, "never back", must(store.Clock()).Now, 100_000_000_000)
	_, err := store.ConfirmClock(100_000_000_000)
	equal(t, "no need", errors.Is(err, escrowdb.ErrInvalidArgument), true)
	equal(t, "close", store.Close(), nil)

	store = must(escrowdb.Open(path, escrowdb.ProcessDurable()))
	t.Cleanup(func() { _ = store.Close() })
	transfer := escrowdb.Transfer(escrowdb.NewID(), bank, alice, usd, escrowdb.Units(1))
	_, err = store.Submit(background, []escrowdb.Operation{transfer})
	equal(t, "unconfirmed", errors.Is(err, escrowdb.ErrClockMustBeConfirmed), true)
	reading = must(store.Clock())
	equal(t, "unconfirmed", reading.State, escrowdb.ClockUnconfirmed)
	now := escrowdb.TimestampOf(time.Now())
	_, err = store.ConfirmClock(now - 2*3_600_000_000_000)
	equal(t, "blindly", errors.Is(err, escrowdb.ErrInvalidArgument), true)
	equal(t, "confirmed", must(store.ConfirmClock(now)) >= now, true)
	applied(t, must(store.Submit(background, []escrowdb.Operation{transfer}))[0])
	equal(t, "trusted", must(store.Clock()).State, escrowdb.ClockTrusted)
	equal(t, "close", store.Close(), nil)

	options := []escrowdb.Option{
		escrowdb.ProcessDurable(), escrowdb.ClockGapMax(0), escrowdb.ClockStepMax(time.Minute),
	}
	store = must(escrowdb.Open(path, options...))
	equal(t, "any gap", must(store.Clock()).State, escrowdb.ClockTrusted)
}
