package escrowdb_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	escrowdb "escrowdb.dev/go"
)

// The vectors that all languages play: the same operations, answers, balances and hashes. Their form
// is described in tests/vectors/README.md.

type vector struct {
	StoreID string `json:"store_id"`
	Steps   []step
	Final   struct {
		Ledgers, Accounts, Holds []fields
		Documents                []struct {
			Space, Key, Value runs
			Version           uint64 `json:",string"`
		}
		Head      head
		StateHash string `json:"state_hash"`
	}
}

type step struct {
	Do       string
	Records  []fields
	Data     runs
	Outcomes []fields
	To       uint64 `json:",string"`
	Settled  uint64
	Head     head
}

type head struct {
	Block     uint64 `json:",string"`
	Timestamp uint64 `json:",string"`
	Hash      string
}

// runs are bytes, as hexadecimal digits and how often they stand there.
type runs [][2]any

func (r runs) bytes() []byte {
	var all []byte
	for _, run := range r {
		part := must(hex.DecodeString(run[0].(string)))
		for i := 0; i < int(run[1].(float64)); i++ {
			all = append(all, part...)
		}
	}
	return all
}

// fields are a record in JSON: what is not zero, named as in the header.
type fields map[string]any

// record makes a record of its fields.
func record[T any](t *testing.T, given fields) (made T) {
	fill(t, reflect.ValueOf(&made).Elem(), given)
	return made
}

func records[T any](t *testing.T, given []fields) []T {
	made := make([]T, len(given))
	for i := range given {
		made[i] = record[T](t, given[i])
	}
	return made
}

func fill(t *testing.T, made reflect.Value, given fields) {
	t.Helper()
	for name, value := range given {
		plain := strings.ReplaceAll(name, "_", "")
		field := made.FieldByNameFunc(func(own string) bool { return strings.EqualFold(own, plain) })
		if !field.IsValid() || !field.CanSet() {
			t.Fatalf("%s has no field %s", made.Type(), name)
		}
		set(t, field, value)
	}
}

func set(t *testing.T, field reflect.Value, value any) {
	t.Helper()
	switch value := value.(type) {
	case float64:
		field.SetUint(uint64(value))
	case string:
		switch {
		case field.Kind() == reflect.Array: // the code of a ledger
			reflect.Copy(field, reflect.ValueOf([]byte(value)))
		case field.Kind() == reflect.Struct: // an id or amount
			number, ok := new(big.Int).SetString(value, 10)
			if !ok {
				t.Fatalf("%q is no number", value)
			}
			field.Field(0).SetUint(new(big.Int).And(number, new(big.Int).SetUint64(1<<64-1)).Uint64())
			field.Field(1).SetUint(number.Rsh(number, 64).Uint64())
		case value[0] >= '0' && value[0] <= '9':
			field.SetUint(must(strconv.ParseUint(value, 10, 64)))
		default:
			named(t, field, value)
		}
	case map[string]any:
		fill(t, field, value)
	default:
		t.Fatalf("%v is no value of a field", value)
	}
}

// named sets a kind, status or the like by its name.
func named(t *testing.T, field reflect.Value, name string) {
	t.Helper()
	for number := uint64(0); number < 1000; number++ {
		field.SetUint(number)
		if field.Interface().(fmt.Stringer).String() == name {
			return
		}
	}
	t.Fatalf("no %s is called %s", field.Type(), name)
}

func same[T any](t *testing.T, what string, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: there are %d, not %d", what, len(got), len(want))
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("%s: %d is %+v, not %+v", what, i, got[i], want[i])
		}
	}
}

func checkHead(t *testing.T, what string, store *escrowdb.Store, want head) {
	t.Helper()
	got := must(store.Head())
	found := head{got.Block, uint64(got.Timestamp), hex.EncodeToString(got.Hash[:])}
	if found != want {
		t.Fatalf("%s: the head is %v, not %v", what, found, want)
	}
}

func TestVectors(t *testing.T) {
	files := must(filepath.Glob("../../tests/vectors/*.json"))
	if len(files) < 10 {
		t.Fatalf("there are only %d vectors", len(files))
	}
	for _, file := range files {
		file := file
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			var given vector
			if err := json.Unmarshal(must(os.ReadFile(file)), &given); err != nil {
				t.Fatal(err)
			}
			play(t, given)
		})
	}
}

func play(t *testing.T, given vector) {
	path := filepath.Join(t.TempDir(), "store")
	open := func() *escrowdb.Store {
		id := record[struct{ ID escrowdb.ID }](t, fields{"id": given.StoreID}).ID
		return must(escrowdb.Open(path, escrowdb.ManualClock(), escrowdb.ProcessDurable(),
			escrowdb.StoreID(id)))
	}
	store := open()
	for number, step := range given.Steps {
		what := fmt.Sprintf("step %d, %s", number, step.Do)
		var outcomes []escrowdb.Outcome
		var settled uint64
		switch step.Do {
		case "create_ledgers":
			outcomes = must(store.CreateLedgers(records[escrowdb.Ledger](t, step.Records)...))
		case "create_accounts":
			outcomes = must(store.CreateAccounts(records[escrowdb.Account](t, step.Records)...))
		case "submit":
			operations := records[escrowdb.Operation](t, step.Records)
			outcomes = must(store.SubmitBatch(background, escrowdb.RawBatch(operations, step.Data.bytes())))
		case "advance":
			settled = must(store.Advance(escrowdb.Timestamp(step.To))).Settled
		case "reopen":
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			store = open()
		default:
			t.Fatalf("%s: what is that?", what)
		}
		same(t, what, outcomes, records[escrowdb.Outcome](t, step.Outcomes))
		equal(t, what+": settled", settled, step.Settled)
		checkHead(t, what, store, step.Head)
	}
	checkFinal(t, given, store)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	report := must(escrowdb.Verify(path, nil))
	equal(t, "fault", report.Fault, "")
	equal(t, "state hash", report.StateHash, given.Final.StateHash)
}

func checkFinal(t *testing.T, given vector, store *escrowdb.Store) {
	t.Helper()
	final, snapshot := given.Final, snapshotOf(t, store)
	same(t, "ledgers", must(snapshot.Ledgers()), records[escrowdb.Ledger](t, final.Ledgers))
	accounts := must(must(snapshot.AllAccounts(escrowdb.ID{})).Rest())
	same(t, "accounts", accounts, records[escrowdb.Account](t, final.Accounts))
	holds := must(must(snapshot.AllHolds(escrowdb.ID{})).Rest())
	same(t, "holds", holds, records[escrowdb.Hold](t, final.Holds))
	for _, document := range final.Documents {
		space := string(document.Space.bytes())
		value, version, err := snapshot.Document(space, document.Key.bytes())
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "version in "+space, version, document.Version)
		equal(t, "value in "+space, string(value), string(document.Value.bytes()))
	}
	checkHead(t, "the end", store, final.Head)
}

// The ids of names are the same in all languages.
func TestNamedIDs(t *testing.T) {
	text := string(must(os.ReadFile("../../tests/vectors/named_ids.txt")))
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		fields := strings.Split(line, "\t")
		equal(t, line, escrowdb.NamedID(fields[0], fields[1]), escrowdb.MustParseID(fields[2]))
	}
}

// Ids are printed the same in all languages, and read again.
func TestPrintedIDs(t *testing.T) {
	text := string(must(os.ReadFile("../../tests/vectors/printed_ids.txt")))
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		digits, printed, _ := strings.Cut(line, "\t")
		var b [16]byte
		must(hex.Decode(b[:], []byte(digits)))
		id := escrowdb.IDFromBytes(b)
		equal(t, line, id.String(), printed)
		equal(t, line, must(escrowdb.ParseID(printed)), id)
	}
}
