package escrowdb_test

import (
	"encoding/base64"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	escrowdb "escrowdb.dev/go"
)

// A printable is an exported type that can hold texts or bytes.
type printable struct {
	new   func() reflect.Value
	wraps func(reflect.Value) []any // values that hold one
}

// held holds a value where fmt does not ask its type how to print it.
type held[T any] struct{ value T }

func of[T any]() printable {
	return printable{
		func() reflect.Value { return reflect.ValueOf(new(T)).Elem() },
		func(value reflect.Value) []any {
			pointer := value.Addr().Interface().(*T)
			return []any{
				pointer, *pointer, []T{*pointer}, []*T{pointer}, map[string]any{"a": *pointer},
				struct{ Value T }{*pointer}, fmt.Errorf("about %v", *pointer), held[T]{*pointer},
			}
		},
	}
}

// printables are all of them: a new type fails the test until it stands here.
var printables = []printable{
	of[escrowdb.Account](), of[escrowdb.Actor](), of[escrowdb.Advanced](), of[escrowdb.Amount](),
	of[escrowdb.ArchiveReport](),
	of[escrowdb.AuditEntry](), of[escrowdb.BackupReport](), of[escrowdb.Balances](), of[escrowdb.Batch](),
	of[escrowdb.Batcher](), of[escrowdb.BoundCard](), of[escrowdb.CallbackPanic](), of[escrowdb.CardCharge](),
	of[escrowdb.CardReference](), of[escrowdb.CardRefund](), of[escrowdb.Change](), of[escrowdb.ChargeInstruction](),
	of[escrowdb.Chargeback](), of[escrowdb.ChargebackNotice](), of[escrowdb.RefundReturned](),
	of[escrowdb.ContactChange](), of[escrowdb.Correction](), of[escrowdb.CorrectionCase](),
	of[escrowdb.FoundPerson](), of[escrowdb.MissingConsent](),
	of[escrowdb.PersonView](), of[escrowdb.RegistrationView](), of[escrowdb.StaffMember](),
	of[escrowdb.ChargeResult](), of[escrowdb.ClockReading](), of[escrowdb.Consumer](),
	of[escrowdb.Cursor[escrowdb.Document]](), of[escrowdb.Document](), of[escrowdb.Error](),
	of[escrowdb.Event](), of[escrowdb.Evidence](), of[escrowdb.ExceededLimit](), of[escrowdb.Head](), of[escrowdb.Hold](),
	of[escrowdb.HoldQuery](), of[escrowdb.ID](), of[escrowdb.Ledger](), of[escrowdb.Letter](),
	of[escrowdb.LetterID](), of[escrowdb.LetterStatus](), of[escrowdb.MasterKey](),
	of[escrowdb.NewCardPayment](), of[escrowdb.NewWallet](),
	of[escrowdb.Note](), of[escrowdb.Operation](), of[escrowdb.OperationRecord](),
	of[escrowdb.Order](), of[escrowdb.OrderPart](), of[escrowdb.OrderTerms](), of[escrowdb.Outcome](),
	of[escrowdb.PasswordFailures](), of[escrowdb.Payment](), of[escrowdb.PaymentResult](),
	of[escrowdb.Profile](), of[escrowdb.Purchase](), of[escrowdb.RecoveryCase](), of[escrowdb.Refusal](),
	of[escrowdb.Refused](), of[escrowdb.Secret](), of[escrowdb.SecurityAnswer](), of[escrowdb.Snapshot](),
	of[escrowdb.Spending](), of[escrowdb.StatementLine](), of[escrowdb.StatementQuery](), of[escrowdb.Stats](),
	of[escrowdb.Store](), of[escrowdb.SuspenseItem](), of[escrowdb.TrialBalance](),
	of[escrowdb.TrialBalanceRow](), of[escrowdb.UnclaimedItem](), of[escrowdb.Upkeep](),
	of[escrowdb.VerificationCase](), of[escrowdb.VerifyReport](), of[escrowdb.Waiver](),
	of[escrowdb.WalletView](), of[escrowdb.Wallets](),
	of[escrowdb.Acted](), of[escrowdb.Leg](), of[escrowdb.Line](), of[escrowdb.Item](), of[escrowdb.ItemView](),
	of[escrowdb.ListedOrder](), of[escrowdb.OpenPart](), of[escrowdb.OrderRefund](), of[escrowdb.OrderRefused](),
	of[escrowdb.OrderStep](), of[escrowdb.OrderView](), of[escrowdb.OrderWork](), of[escrowdb.Orders](),
	of[escrowdb.PartCommand](), of[escrowdb.PartOptions](), of[escrowdb.PartView](), of[escrowdb.PolicyHash](),
	of[escrowdb.Tender](), of[escrowdb.TenderCame](), of[escrowdb.TenderRefund](), of[escrowdb.TenderView](), of[escrowdb.Terms](),
}

// open are the texts and bytes that may be printed: neither secret nor personal. A new field fails the
// test unless it prints nothing or stands here.
var open = map[string]bool{
	// Names of the host's for its staff, and reasons, which must hold no personal data.
	"Actor.Name": true, "Actor.Reason": true, "Note.Author": true, "RecoveryCase.OpenedBy": true,
	"StaffMember.Name": true, "StaffMember.ProposedBy": true,
	"CorrectionCase.OpenedBy": true, "CorrectionCase.Reviewer": true,
	"RecoveryCase.Reviewer": true, "RecoveryCase.FirstApprover": true,
	"VerificationCase.Reviewer": true, "VerificationCase.FirstApprover": true,
	// Which fields it changes, not to what.
	"CorrectionCase.Changes": true,
	// Amounts, ids and times in words.
	"AuditEntry.Detail": true,
	// What the policy asks everybody to agree to.
	"MissingConsent.Kind": true, "MissingConsent.Version": true, "Waiver.Version": true,
	// What a customer recognises a card by, and the processor's name of a charge.
	"CardReference.Brand": true, "CardReference.LastFour": true, "CardCharge.Reference": true,
	// What the processor and the host call a chargeback and the evidence of it.
	"Chargeback.Reference": true, "Chargeback.Reason": true, "Chargeback.Evidence": true,
	"ChargebackNotice.Reference": true, "ChargebackNotice.Reason": true,
	// The hash of a policy, and the names of staff in the steps of an order.
	"Terms.Policy": true, "OrderView.Policy": true, "": true, // PolicyHash itself
	"OrderStep.Staff": true, "OrderStep.Words": true,
	// What a host keeps beside its money is its own.
	"Batch.data": true, "Document.Key": true, "Document.Value": true, "Event.Space": true,
	// Of the store alone.
	"ArchiveReport.HeldBackBy": true, "CallbackPanic.Function": true, "Consumer.Name": true,
	"Error.Message": true, "Head.Hash": true, "Ledger.Code": true, "Stats.ChainHash": true,
	"VerifyReport.ChainHash": true, "VerifyReport.StateHash": true, "VerifyReport.Fault": true,
}

const planted = "quitepersonal"

// spellings are what the planted text may look like.
var spellings = []string{
	planted, fmt.Sprintf("%x", planted), fmt.Sprintf("% x", planted),
	strings.Trim(fmt.Sprint([]byte(planted)[:4]), "[]"), strings.Trim(fmt.Sprintf("%#v", []byte(planted)[:4]), "[]byte{}"),
	base64.StdEncoding.EncodeToString([]byte(planted))[:16],
}

// plant calls found for each text and each bytes within a value, with it alone planted.
func plant(value reflect.Value, name string, found func(name string)) {
	kind := value.Type()
	isBytes := func() bool { return kind.Elem().Kind() == reflect.Uint8 }
	restore := reflect.New(kind).Elem()
	restore.Set(value)
	switch kind.Kind() {
	case reflect.String:
		value.SetString(planted)
		found(name)
	case reflect.Interface:
		if kind.NumMethod() > 0 {
			return
		}
		value.Set(reflect.ValueOf(planted))
		found(name)
	case reflect.Pointer:
		if kind.Elem().Kind() != reflect.String {
			return
		}
		value.Set(reflect.New(kind.Elem()))
		value.Elem().SetString(planted)
		found(name)
	case reflect.Array:
		if !isBytes() {
			return
		}
		reflect.Copy(value, reflect.ValueOf([]byte(planted)))
		found(name)
	case reflect.Slice:
		if isBytes() {
			value.SetBytes([]byte(planted))
			found(name)
			break
		}
		value.Set(reflect.MakeSlice(kind, 1, 1))
		plant(value.Index(0), name, found)
	case reflect.Struct:
		for i := 0; i < kind.NumField(); i++ {
			field := value.Field(i)
			field = reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem() // unexported ones too
			plant(field, kind.Name()+"."+kind.Field(i).Name, found)
		}
		return
	default:
		return
	}
	value.Set(restore)
}

// Whatever holds personal data or secrets prints none, however it is printed.
func TestNoTypePrintsPersonalData(t *testing.T) {
	seen := make(map[string]bool)
	for _, printable := range printables {
		value := printable.new()
		plant(value, "", func(name string) {
			seen[name] = true
			if open[name] {
				return
			}
			for _, holder := range printable.wraps(value) {
				// No type is asked in there: what is secret must not be text at all.
				isAsked := !strings.Contains(fmt.Sprintf("%T", holder), ".held[")
				if !isAsked && name != "Secret.text" {
					continue
				}
				for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "json", "slog"} {
					text := strings.ToLower(written(verb, holder))
					for _, spelling := range spellings {
						if strings.Contains(text, strings.ToLower(spelling)) {
							t.Errorf("%s of %T by %s: %s", name, holder, verb, text)
						}
					}
				}
			}
		})
	}
	for _, name := range []string{"Profile.Name", "Secret.text", "Letter.Address", "CallbackPanic.Value", "Evidence.Hash"} {
		equal(t, name+" was planted", seen[name], true)
	}
	for name := range open {
		equal(t, name+" is a field", seen[name], true)
	}
}

// Every exported type that can hold a text stands in printables.
func TestAllTypesArePrinted(t *testing.T) {
	known := make(map[string]bool)
	for _, printable := range printables {
		name, _, _ := strings.Cut(printable.new().Type().Name(), "[")
		known[name] = true
	}
	count := 0
	for _, path := range must(filepath.Glob("*.go")) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file := must(parser.ParseFile(token.NewFileSet(), path, nil, 0))
		for _, declaration := range file.Decls {
			general, ok := declaration.(*ast.GenDecl)
			if !ok || general.Tok != token.TYPE {
				continue
			}
			for _, spec := range general.Specs {
				named := spec.(*ast.TypeSpec)
				if named.Name.IsExported() && canHoldText(named.Type) {
					count++
					equal(t, named.Name.Name+" is known", known[named.Name.Name], true)
				}
			}
		}
	}
	equal(t, "types", count, len(printables))
}

// canHoldText is false of functions, of interfaces and of numbers.
func canHoldText(kind ast.Expr) bool {
	switch kind := kind.(type) {
	case *ast.FuncType, *ast.InterfaceType:
		return false
	case *ast.Ident:
		return !strings.HasPrefix(kind.Name, "uint")
	}
	return true
}
