package escrowdb_test

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"
	"unsafe"

	escrowdb "escrowdb.dev/go"
	"escrowdb.dev/go/internal/generate/files"
)

// The compiler compares records with the header that the package is built with; this says the
// sizes for people.
func TestSizesOfRecords(t *testing.T) {
	equal(t, "ID", unsafe.Sizeof(escrowdb.ID{}), 16)
	equal(t, "Amount", unsafe.Sizeof(escrowdb.Amount{}), 16)
	equal(t, "Ledger", unsafe.Sizeof(escrowdb.Ledger{}), 96)
	equal(t, "Account", unsafe.Sizeof(escrowdb.Account{}), 128)
	equal(t, "Operation", unsafe.Sizeof(escrowdb.Operation{}), 208)
	equal(t, "Outcome", unsafe.Sizeof(escrowdb.Outcome{}), 208)
	equal(t, "Hold", unsafe.Sizeof(escrowdb.Hold{}), 320)
}

// The names of constants are the library's.
func TestNamesAreThoseOfTheLibrary(t *testing.T) {
	for number := uint32(0); number < 2000; number++ {
		for what, names := range escrowdb.Names(number) {
			equal(t, fmt.Sprintf("%s %d", what, number), names[0], names[1])
		}
	}
}

// What is generated is what the header says: constants, records, and what calls are refused by. Comments
// had lost refusals, and layouts fields, before this covered them.
func TestGeneratedFilesAreThoseOfTheHeader(t *testing.T) {
	committed, err := os.ReadFile("../../include/escrowdb.h")
	if err != nil {
		t.Skip("the package is not in its repository")
	}
	if !raceEnabled { // once is enough
		equal(t, "lib/escrowdb.h is current (run build.sh)",
			string(must(os.ReadFile("lib/escrowdb.h"))), string(committed))
	}
	for path, written := range must(files.Written(".")) {
		equal(t, path+" is current (run go generate)", string(must(os.ReadFile(path))), written)
	}
}

func TestIDs(t *testing.T) {
	const text = "00112233-4455-6677-8899-aabbccddeeff"
	id := must(escrowdb.ParseID(text))
	equal(t, "halves", id, escrowdb.ID{Lo: 0x8899aabbccddeeff, Hi: 0x0011223344556677})
	equal(t, "text", id.String(), text)
	equal(t, "digits", must(escrowdb.ParseID("00112233445566778899AABBCCDDEEFF")), id)
	equal(t, "bytes", escrowdb.IDFromBytes(id.Bytes()), id)
	equal(t, "most significant first", id.Bytes()[1], 0x11)
	equal(t, "small", escrowdb.IDOf(7).String(), "7")
	equal(t, "small", must(escrowdb.ParseID("7")), escrowdb.IDOf(7))
	equal(t, "zero", escrowdb.ID{}.IsZero(), true)
	for _, wrong := range []string{
		"", "-1", "+1", " 1", "1.0", "0x10", "18446744073709551616", "00112233-4455-6677-8899-aabbccddeef",
		"0011223344556677-8899-aabb-ccddeeff--", "g0112233-4455-6677-8899-aabbccddeeff",
		"00112233-4455-6677-8899-aabbccddeeffa", "{0112233-4455-6677-8899-aabbccddeef}",
		// It was read as hexadecimal, and so as somebody else's.
		"12345678901234567890123456789012",
	} {
		if _, err := escrowdb.ParseID(wrong); !errors.Is(err, escrowdb.ErrInvalidArgument) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	ids := make([]escrowdb.ID, 1000)
	escrowdb.NewIDs(ids)
	for i := 1; i < len(ids); i++ {
		equal(t, "rising", ids[i].Compare(ids[i-1]), 1)
	}
	equal(t, "rising", escrowdb.NewID().Compare(ids[999]), 1)
	equal(t, "version 7", ids[0].String()[14], '7')
	escrowdb.NewIDs(nil)
	keys := map[escrowdb.ID]escrowdb.Amount{id: escrowdb.Units(5)}
	bytes := must(json.Marshal(keys))
	equal(t, "json", string(bytes), `{"`+text+`":"5"}`)
	var back map[escrowdb.ID]escrowdb.Amount
	if err := json.Unmarshal(bytes, &back); err != nil || back[id] != keys[id] {
		t.Error(back, err)
	}
	equal(t, "wrong", json.Unmarshal([]byte(`{"x":"5"}`), &back) != nil, true)
	defer func() { equal(t, "must", recover() != nil, true) }()
	escrowdb.MustParseID("x")
}

func TestAmounts(t *testing.T) {
	for _, test := range []struct {
		text  string
		scale uint32
		want  string
		back  string
	}{
		{"35.61", 2, "3561", "35.61"},
		{"0.05", 2, "5", "0.05"},
		{"35", 2, "3500", "35.00"},
		{"35.6100", 2, "3561", "35.61"},
		{"1", 18, "1000000000000000000", "1.000000000000000000"},
		{"79228162514264337593543950335", 0, "79228162514264337593543950335", "79228162514264337593543950335"},
		{"0", 0, "0", "0"},
	} {
		amount := must(escrowdb.ParseAmount(test.text, test.scale))
		equal(t, test.text, amount.String(), test.want)
		equal(t, test.text, amount.Format(test.scale), test.back)
		equal(t, test.text, must(escrowdb.AmountFromBig(amount.Big())), amount)
	}
	for _, wrong := range []struct {
		text  string
		scale uint32
	}{
		{"", 2}, {"-1", 2}, {"+1", 2}, {" 1", 2}, {"1 ", 2}, {"1e3", 2}, {"1,000", 2}, {"1.234", 2}, {".", 2},
		{"\xff", 2}, {"NaN", 2}, {"79228162514264337593543950336", 0}, {"1", 19}, {"0x1", 0},
	} {
		if amount, err := escrowdb.ParseAmount(wrong.text, wrong.scale); err == nil {
			t.Errorf("%q at %d: %v", wrong.text, wrong.scale, amount)
		}
	}
	for _, wrong := range []*big.Int{nil, big.NewInt(-1), new(big.Int).Lsh(big.NewInt(1), 96)} {
		if _, err := escrowdb.AmountFromBig(wrong); !errors.Is(err, escrowdb.ErrInvalidArgument) {
			t.Error(wrong, err)
		}
	}
	one := escrowdb.Units(1)
	_, ok := escrowdb.MaxAmount.Add(one)
	equal(t, "overflow", ok, false)
	_, ok = escrowdb.Amount{}.Sub(one)
	equal(t, "underflow", ok, false)
	sum, ok := escrowdb.Amount{Lo: 1<<64 - 1}.Add(one)
	equal(t, "carry", sum, escrowdb.Amount{Hi: 1})
	equal(t, "ok", ok, true)
	difference, ok := sum.Sub(one)
	equal(t, "borrow", difference, escrowdb.Amount{Lo: 1<<64 - 1})
	equal(t, "ok", ok, true)
	equal(t, "order", sum.Compare(difference), 1)
	equal(t, "order", difference.Compare(sum), -1)
	equal(t, "order", one.Compare(one), 0)
	number, ok := sum.Uint64()
	equal(t, "too large", ok, false)
	equal(t, "low half", number, 0)

	equal(t, "fee, half to even", must(escrowdb.Units(25).Fee(100_000)), escrowdb.Units(2))
	_, err := escrowdb.Units(1).Fee(1_000_001)
	equal(t, "rate", errors.Is(err, escrowdb.ErrInvalidArgument), true)
	equal(t, "split", fmt.Sprint(must(escrowdb.Units(100).Split(1, 1, 1))), "[34 33 33]")
	_, err = escrowdb.Units(100).Split()
	equal(t, "no weights", errors.Is(err, escrowdb.ErrInvalidArgument), true)
	_, err = escrowdb.Units(100).Split(0, 0)
	equal(t, "zero weights", errors.Is(err, escrowdb.ErrInvalidArgument), true)

	equal(t, "rate", must(escrowdb.ParseRate("2.9%")), 29_000)
	equal(t, "rate", must(escrowdb.ParseRate("0.029")), 29_000)
	equal(t, "rate", escrowdb.FormatRate(29_000), "2.9%")
	for _, wrong := range []string{"", "x", "-1%", "101%", "\xff"} {
		if _, err := escrowdb.ParseRate(wrong); err == nil {
			t.Errorf("rate %q", wrong)
		}
	}
	var amount escrowdb.Amount
	for text, want := range map[string]uint64{`"12"`: 12, `12`: 12} {
		if err := json.Unmarshal([]byte(text), &amount); err != nil || amount != escrowdb.Units(want) {
			t.Error(text, amount, err)
		}
	}
	for _, wrong := range []string{`1.0`, `1e3`, `-1`, `"1.00"`, `""`, `true`, `{}`} {
		if err := json.Unmarshal([]byte(wrong), &amount); err == nil {
			t.Error(wrong, amount)
		}
	}
	equal(t, "null", json.Unmarshal([]byte(`null`), &amount), nil)
	defer func() { equal(t, "must", recover() != nil, true) }()
	escrowdb.MustParseAmount("x", 2)
}

func TestChanges(t *testing.T) {
	minus := escrowdb.Change{Lo: 1<<64 - 5, Hi: -1}
	equal(t, "text", minus.String(), "-5")
	equal(t, "scale", minus.Format(2), "-0.05")
	equal(t, "sign", minus.Sign(), -1)
	equal(t, "zero", escrowdb.Change{}.Sign(), 0)
	equal(t, "plus", escrowdb.Change{Lo: 1234}.Format(2), "12.34")
	equal(t, "sign", escrowdb.Change{Hi: 1}.Sign(), 1)
	equal(t, "json", string(must(json.Marshal(minus))), `"-5"`)
}

func TestNames(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{escrowdb.StatusExceedsCredits.String(), "exceeds_credits"},
		{escrowdb.Status(9999).String(), "unknown"},
		{escrowdb.KindTopUp.String(), "top_up"},
		{escrowdb.Kind(99).String(), "unknown"},
		{escrowdb.PhaseShipped.String(), "shipped"},
		{escrowdb.AtDeadlineRefund.String(), "refund"},
		{escrowdb.SideCredit.String(), "credit"},
		{escrowdb.EventOperation.String(), "operation"},
		{escrowdb.ErrLocked.String(), "locked"},
		{escrowdb.ErrLocked.Error(), "escrowdb: locked"},
		{escrowdb.AccountFlags(0).String(), "none"},
		{(escrowdb.AccountExternal | escrowdb.AccountHistory).String(), "external|history"},
		{escrowdb.AccountFlags(1 << 20).String(), "0x100000"},
		{(escrowdb.OperationLinked | escrowdb.OperationIfVersion).String(), "linked|if_version"},
		{escrowdb.Timestamp(0).String(), "none"},
		{escrowdb.Timestamp(1_500_000_000).String(), "1970-01-01T00:00:01.5Z"},
		{string(must(json.Marshal(escrowdb.StatusApplied))), `"applied"`},
		{string(must(json.Marshal(map[string]any{"k": escrowdb.KindHold, "p": escrowdb.PhaseFunded,
			"f": escrowdb.AccountFrozen, "o": escrowdb.OperationFinal, "a": escrowdb.AtDeadlineNone,
			"s": escrowdb.SideDebit, "e": escrowdb.EventLedger}))),
			`{"a":"none","e":"ledger","f":"frozen","k":"hold","o":"final","p":"funded","s":"debit"}`},
	} {
		equal(t, "name", test.got, test.want)
	}
	for _, phase := range []escrowdb.Phase{1, 2, 3, 4, 5, 6} {
		equal(t, phase.String(), phase.IsOpen(), phase <= escrowdb.PhaseDelivered)
	}
}

// What is written is read back, in JSON and as text, by every enumeration: a status that had been
// stored as JSON could not be loaded again. A number without a name is written as the number.
func TestNamesAreReadBack(t *testing.T) {
	readBack[escrowdb.Status](t)
	readBack[escrowdb.Kind](t)
	readBack[escrowdb.Phase](t)
	readBack[escrowdb.AtDeadline](t)
	readBack[escrowdb.Side](t)
	readBack[escrowdb.EventKind](t)
	readBack[escrowdb.AccountFlags](t)
	readBack[escrowdb.OperationFlags](t)
	readBack[escrowdb.WalletStatus](t)
	readBack[escrowdb.WalletState](t)
	readBack[escrowdb.DocumentKind](t)
	readBack[escrowdb.LetterKind](t)
	readBack[escrowdb.LetterState](t)
	readBack[escrowdb.LetterFate](t)
	readBack[escrowdb.Channel](t)
	readBack[escrowdb.ActorKind](t)
	readBack[escrowdb.CardState](t)
	readBack[escrowdb.CardPaymentState](t)
	readBack[escrowdb.ChargeKind](t)
	readBack[escrowdb.Refunded](t)
	readBack[escrowdb.SuspenseReason](t)
	readBack[escrowdb.EvidenceKind](t)
	readBack[escrowdb.VerificationState](t)
	readBack[escrowdb.VerificationReason](t)
	readBack[escrowdb.RecoveryState](t)
	readBack[escrowdb.RecoveryDecision](t)
	readBack[escrowdb.AuditCommand](t)
	readBack[escrowdb.Needs](t)
	readBack[escrowdb.ClockState](t)

	var outcome, again escrowdb.Outcome
	outcome.Status = escrowdb.StatusExceedsCredits
	equal(t, "outcome", json.Unmarshal(must(json.Marshal(outcome)), &again), nil)
	equal(t, "outcome", again, outcome)
	var account, opened escrowdb.Account
	account = escrowdb.NewAccount(alice, usd, 200, escrowdb.AccountExternal|escrowdb.AccountHistory)
	equal(t, "account", json.Unmarshal(must(json.Marshal(account)), &opened), nil)
	equal(t, "account", opened, account)

	var status escrowdb.Status
	equal(t, "no name", errors.Is(status.UnmarshalText([]byte("exceeds")), escrowdb.ErrInvalidArgument), true)
	var phase escrowdb.Phase
	equal(t, "too large", phase.UnmarshalText([]byte("65536")) == nil, false)
	var flags escrowdb.AccountFlags
	equal(t, "no flag", errors.Is(flags.UnmarshalText([]byte("external|x")), escrowdb.ErrInvalidArgument), true)
	for _, read := range []encoding.TextUnmarshaler{new(escrowdb.Status), new(escrowdb.AccountFlags)} {
		equal(t, "empty", read.UnmarshalText(nil) == nil, false)
	}
}

// readBack holds every number up to the greatest with a name, and some without.
func readBack[T interface {
	~uint16 | ~uint32
	encoding.TextMarshaler
}](t *testing.T) {
	t.Helper()
	for number := T(0); number < 2000; number++ {
		for _, value := range []T{number, ^number} {
			var read T
			text := must(json.Marshal(map[string]T{"value": value}))
			object := map[string]T{}
			if err := json.Unmarshal(text, &object); err != nil || object["value"] != value {
				t.Fatalf("%T: %s is read as %d: %v", value, text, object["value"], err)
			}
			name := must(value.MarshalText())
			if err := any(&read).(encoding.TextUnmarshaler).UnmarshalText(name); err != nil || read != value {
				t.Fatalf("%T: %s is read as %d: %v", value, name, read, err)
			}
		}
	}
}

// A shop kept records as JSON, and another program read the times, which are above 2^53, as floats: the
// deadlines it showed, and the positions it went on from, were others. They are text, as everywhere.
func TestTimesInJSON(t *testing.T) {
	at := escrowdb.Timestamp(1_714_564_800_000_000_001)
	operation := escrowdb.Transfer(escrowdb.IDOf(11), alice, bob, usd, escrowdb.Units(5))
	operation.Timestamp, operation.UserData64, operation.ExpectedVersion = at, 1<<63+1, 1<<60+1
	text := must(json.Marshal(operation))
	for _, part := range []string{
		`"Timestamp":"2024-05-01T12:00:00.000000001Z"`, `"ValueDate":null`,
		`"UserData64":"9223372036854775809"`, `"ExpectedVersion":"1152921504606846977"`,
	} {
		equal(t, part, strings.Contains(string(text), part), true)
	}
	var again escrowdb.Operation
	equal(t, "read", json.Unmarshal(text, &again), nil)
	equal(t, "read", again, operation)
	var read escrowdb.Timestamp
	for given, want := range map[string]escrowdb.Timestamp{
		`"2024-05-01T14:00:00.000000001+02:00"`: at, `1714564800000000001`: at, `null`: 0, `"none"`: 0,
	} {
		equal(t, given, json.Unmarshal([]byte(given), &read), nil)
		equal(t, given, read, want)
	}
	for _, wrong := range []string{`"1969-12-31T23:59:59Z"`, `"2555-01-01T00:00:00Z"`, `"yesterday"`, `1.5`, `-1`, `{}`} {
		err := json.Unmarshal([]byte(wrong), &read)
		equal(t, wrong, errors.Is(err, escrowdb.ErrInvalidArgument), true)
	}
	keys := must(json.Marshal(map[escrowdb.Timestamp]int{at: 1}))
	equal(t, "as a key", string(keys), `{"2024-05-01T12:00:00.000000001Z":1}`)
}

func TestTimes(t *testing.T) {
	now := time.Date(2033, 5, 18, 3, 33, 20, 5, time.UTC)
	equal(t, "there and back", escrowdb.TimestampOf(now).Time(), now)
	equal(t, "none", escrowdb.TimestampOf(time.Time{}), 0)
	equal(t, "none", escrowdb.Timestamp(0).Time(), time.Time{})
	equal(t, "before", escrowdb.TimestampOf(time.Unix(-1, 0)), 0)
	equal(t, "end", escrowdb.Timestamp(1<<64-1).Time().Year(), 2554)
	equal(t, "seconds", escrowdb.Seconds(1500*time.Millisecond), 2)
	equal(t, "seconds", escrowdb.Seconds(-1), 0)
	equal(t, "seconds", escrowdb.Seconds(1<<63-1), 1<<32-1)
}

func TestErrors(t *testing.T) {
	_, err := escrowdb.Open(t.TempDir()+"/none", escrowdb.OpenExisting())
	var failure *escrowdb.Error
	equal(t, "as", errors.As(err, &failure), true)
	equal(t, "code", failure.Code, escrowdb.ErrNotFound)
	equal(t, "says more than the code", failure.Message != "not_found" && failure.Message != "", true)
	equal(t, "is", errors.Is(err, escrowdb.ErrNotFound), true)
	equal(t, "is not", errors.Is(err, escrowdb.ErrLocked), false)
	refused := (&escrowdb.Outcome{Status: escrowdb.StatusIDAlreadyFailed, FirstStatus: escrowdb.StatusExceedsCredits}).Err()
	equal(t, "text", refused.Error(), "escrowdb: refused: id_already_failed (exceeds_credits)")
	equal(t, "is", errors.Is(refused, &escrowdb.Refusal{Status: escrowdb.StatusIDAlreadyFailed}), true)
	equal(t, "is not", errors.Is(refused, &escrowdb.Refusal{Status: escrowdb.StatusExceedsCredits}), false)
}

// Everything that can be wrong in an argument is an error or a refusal, and never a crash.
func TestWrongInput(t *testing.T) {
	store, _ := openShop(t, escrowdb.ManualClock())
	applied(t, must(store.CreateLedgers(escrowdb.NewLedger(2, "POINTS", 0)))[0])
	snapshot := snapshotOf(t, store)
	id := escrowdb.NewID
	max := escrowdb.ID{Lo: 1<<64 - 1, Hi: 1<<64 - 1}
	transfer := escrowdb.Transfer(id(), bank, alice, usd, escrowdb.Units(1))
	changed := func(change func(*escrowdb.Operation)) escrowdb.Operation {
		operation := transfer
		operation.ID = id()
		change(&operation)
		return operation
	}
	for _, test := range []struct {
		want      escrowdb.Status
		operation escrowdb.Operation
	}{
		{escrowdb.StatusKindMustBeKnown, escrowdb.Operation{}},
		{escrowdb.StatusKindMustBeKnown, escrowdb.Operation{ID: id(), Kind: escrowdb.KindExpire}},
		{escrowdb.StatusKindMustBeKnown, escrowdb.Operation{ID: id(), Kind: 999}},
		{escrowdb.StatusIDMustNotBeZero, changed(func(o *escrowdb.Operation) { o.ID = escrowdb.ID{} })},
		{escrowdb.StatusIDMustNotBeMax, changed(func(o *escrowdb.Operation) { o.ID = max })},
		{escrowdb.StatusFlagsMustBeKnown, changed(func(o *escrowdb.Operation) { o.Flags = 1 << 31 })},
		{escrowdb.StatusFlagNotAllowedForKind, changed(func(o *escrowdb.Operation) { o.Flags = escrowdb.OperationFinal })},
		{escrowdb.StatusUnusedFieldMustBeZero, changed(func(o *escrowdb.Operation) { o.TimeoutSeconds = 1 })},
		{escrowdb.StatusTimestampMustBeZero, changed(func(o *escrowdb.Operation) { o.Timestamp = 1 })},
		{escrowdb.StatusAccountsMustBeDifferent, changed(func(o *escrowdb.Operation) { o.CreditAccount = bank })},
		{escrowdb.StatusAmountMustNotExceedMax, changed(func(o *escrowdb.Operation) { o.Amount.Hi = 1 << 40 })},
		{escrowdb.StatusAmountMustNotBeZero, changed(func(o *escrowdb.Operation) { o.Amount = escrowdb.Amount{} })},
		{escrowdb.StatusCodeMustNotBeZero, transfer.WithCode(0)},
		{escrowdb.StatusLedgerMustNotBeZero, changed(func(o *escrowdb.Operation) { o.Ledger = 0 })},
		{escrowdb.StatusOperationMustHaveTheLedgerOfItsAccounts, changed(func(o *escrowdb.Operation) { o.Ledger = 2 })},
		{escrowdb.StatusCreditAccountNotFound, changed(func(o *escrowdb.Operation) { o.CreditAccount = escrowdb.IDOf(99) })},
		{escrowdb.StatusHoldNotFound, escrowdb.Ship(id(), escrowdb.IDOf(99))},
		{escrowdb.StatusTargetMustNotBeZero, escrowdb.Ship(id(), escrowdb.ID{})},
		{escrowdb.StatusTimeoutMustNotBeZero, escrowdb.Extend(id(), escrowdb.IDOf(99), 0)},
		{escrowdb.StatusAmountMustBeZero, escrowdb.Refund(id(), escrowdb.IDOf(99), escrowdb.Units(1)).WithFlags(escrowdb.OperationRest)},
		{escrowdb.StatusAccountNotFound, escrowdb.FreezeAccount(id(), escrowdb.IDOf(99))},
		{escrowdb.StatusOperationNotFound, escrowdb.ReverseRest(id(), escrowdb.IDOf(99))},
		{escrowdb.StatusFeeAccountMustNotBeZero, escrowdb.OpenHold(id(), bank, alice, usd, escrowdb.Units(1)).WithFee(escrowdb.ID{}, 1)},
		{escrowdb.StatusFeeRateMustNotExceedOne, escrowdb.OpenHold(id(), bank, alice, usd, escrowdb.Units(1)).WithFee(fees, 1_000_001)},
		{escrowdb.StatusDeadlineNeedsTimeoutAndDefault, escrowdb.OpenHold(id(), bank, alice, usd, escrowdb.Units(1)).WithDeadline(9, 0)},
		{escrowdb.StatusAtDeadlineMustBeKnown, escrowdb.OpenHold(id(), bank, alice, usd, escrowdb.Units(1)).WithDeadline(9, 7)},
		{escrowdb.StatusExceedsCredits, escrowdb.Transfer(id(), alice, bob, usd, escrowdb.Units(1))},
		{escrowdb.StatusLinkedEventChainOpen, transfer.Linked()},
		{escrowdb.StatusDataOutOfBounds, escrowdb.Operation{ID: id(), Kind: escrowdb.KindPut, SpaceLength: 1, KeyLength: 1, DataOffset: 1 << 31}},
	} {
		outcomes, err := store.Submit(background, []escrowdb.Operation{test.operation})
		if err != nil {
			t.Error(test.want, err)
			continue
		}
		equal(t, "status", outcomes[0].Status, test.want)
		equal(t, "error", outcomes[0].Err() != nil, true)
	}

	invalid := map[string]func() error{
		"room":         func() error { return store.SubmitInto(background, []escrowdb.Operation{transfer}, nil) },
		"acknowledge":  func() error { return store.Acknowledge("", 1) },
		"long name":    func() error { return store.Acknowledge(string(make([]byte, 64)), 1) },
		"statement":    func() error { _, err := snapshot.Statement(escrowdb.IDOf(99), escrowdb.StatementQuery{}); return err },
		"balances":     func() error { _, err := snapshot.BalancesAt(escrowdb.IDOf(99), 1); return err },
		"history":      func() error { _, err := snapshot.BalancesAt(bob, 1); return err },
		"trial":        func() error { _, err := snapshot.TrialBalance(99); return err },
		"no index":     func() error { _, err := snapshot.OperationsByUserData(bob); return err },
		"phase":        func() error { _, err := snapshot.OpenHolds(escrowdb.HoldQuery{Phase: 99}); return err },
		"disputed":     func() error { _, err := snapshot.OpenHolds(escrowdb.HoldQuery{Disputed: 99}); return err },
		"no key":       func() error { _, _, err := snapshot.Document("space", nil); return err },
		"no space":     func() error { _, _, err := snapshot.Document("", []byte("k")); return err },
		"iso":          func() error { _, err := escrowdb.ISOLedger(1, "XXQ"); return err },
		"iso empty":    func() error { _, err := escrowdb.ISOLedger(1, ""); return err },
		"verify empty": func() error { _, err := escrowdb.Verify("", nil); return err },
	}
	for what, call := range invalid {
		if err := call(); !errors.Is(err, escrowdb.ErrInvalidArgument) {
			t.Errorf("%s: %v", what, err)
		}
	}
	text := map[string]func() error{
		"acknowledge": func() error { return store.Acknowledge("\xff", 1) },
		"consumer":    func() error { _, _, err := snapshot.Consumer("\xff"); return err },
		"space":       func() error { _, err := snapshot.Documents("\xff", nil, nil); return err },
		"prefix":      func() error { _, err := snapshot.DocumentsWithPrefix("\xff", nil); return err },
		"document":    func() error { _, _, err := snapshot.Document("\xff", []byte("k")); return err },
	}
	for what, call := range text {
		if err := call(); !errors.Is(err, escrowdb.ErrInvalidText) {
			t.Errorf("%s: %v", what, err)
		}
	}
	nobody := escrowdb.IDOf(99)
	for what, found := range map[string]func() (bool, error){
		"ledger":    func() (bool, error) { _, found, err := snapshot.Ledger(99); return found, err },
		"account":   func() (bool, error) { _, found, err := snapshot.Account(nobody); return found, err },
		"hold":      func() (bool, error) { _, found, err := snapshot.Hold(nobody); return found, err },
		"operation": func() (bool, error) { _, found, err := snapshot.Operation(nobody); return found, err },
		"consumer":  func() (bool, error) { _, found, err := snapshot.Consumer("nobody"); return found, err },
		"document": func() (bool, error) {
			value, version, err := snapshot.Document("space", []byte("k"))
			return value != nil || version != 0, err
		},
	} {
		equal(t, what, must(found()), false)
	}
	for what, ask := range map[string]func() error{
		"balances":   func() error { _, err := snapshot.BalancesAt(nobody, 1); return err },
		"statement":  func() error { _, err := snapshot.Statement(nobody, escrowdb.StatementQuery{}); return err },
		"open holds": func() error { _, err := snapshot.OpenHolds(escrowdb.HoldQuery{Account: nobody}); return err },
		"trial":      func() error { _, err := snapshot.TrialBalance(99); return err },
	} {
		err := ask()
		if !errors.Is(err, escrowdb.ErrInvalidArgument) || !strings.Contains(err.Error(), "there is no ") {
			t.Errorf("%s: %v", what, err)
		}
	}
	equal(t, "no accounts", len(must(snapshot.Accounts())), 0)
	equal(t, "no accounts", len(must(store.CreateAccounts())), 0)
	for want, ledger := range map[escrowdb.Status]escrowdb.Ledger{
		escrowdb.StatusLedgerCodeMustBeValid:    escrowdb.NewLedger(3, "a b", 0),
		escrowdb.StatusScaleMustNotExceedMax:    escrowdb.NewLedger(3, "AB", 19),
		escrowdb.StatusLedgerMustNotBeZero:      escrowdb.NewLedger(0, "AB", 1),
		escrowdb.StatusExistsWithDifferentScale: escrowdb.NewLedger(usd, "USD", 3),
		escrowdb.StatusExists:                   must(escrowdb.ISOLedger(usd, "USD")),
	} {
		equal(t, "ledger", must(store.CreateLedgers(ledger))[0].Status, want)
	}
	for want, account := range map[escrowdb.Status]escrowdb.Account{
		escrowdb.StatusIDMustNotBeZero:   escrowdb.NewAccount(escrowdb.ID{}, usd, 1, 0),
		escrowdb.StatusCodeMustNotBeZero: escrowdb.NewAccount(id(), usd, 0, 0),
		escrowdb.StatusLedgerNotFound:    escrowdb.NewAccount(id(), 99, 1, 0),
		escrowdb.StatusExists:            escrowdb.NewAccount(bank, usd, 100, escrowdb.AccountExternal),
	} {
		equal(t, "account", must(store.CreateAccounts(account))[0].Status, want)
	}
}
