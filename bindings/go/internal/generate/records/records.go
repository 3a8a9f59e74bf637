// Package records writes records.go: the records that are handed to the library as they are.
package records

import (
	"bytes"
	"fmt"
	"go/format"
	"strings"

	"escrowdb.dev/go/internal/generate/header"
)

// A record is a struct of the header, and how its type is called and introduced in Go.
type record struct {
	c, name, is string
}

var records = []record{
	{"escrow_ledger", "Ledger", "A Ledger is"},
	{"escrow_balances", "Balances", "Balances are"},
	{"escrow_account", "Account", "An Account is"},
	{"escrow_operation", "Operation", "An Operation is"},
	{"escrow_operation_record", "OperationRecord", "An OperationRecord is"},
	{"escrow_outcome", "Outcome", "An Outcome is"},
	{"escrow_hold", "Hold", "A Hold is"},
	{"escrow_head", "Head", "A Head is"},
	{"escrow_trial_balance_row", "TrialBalanceRow", "A TrialBalanceRow is"},
	{"escrow_statement_line", "StatementLine", "A StatementLine is"},
	{"escrow_document", "documentRecord", "A documentRecord is"},
	{"escrow_event", "eventRecord", "An eventRecord is"},
	{"escrow_new_wallet", "NewWallet", "A NewWallet is"},
	{"escrow_purchase", "Purchase", "A Purchase is"},
	{"escrow_payment", "Payment", "A Payment is"},
	{"escrow_order", "Order", "An Order is"},
	{"escrow_order_part", "OrderPart", "An OrderPart is"},
	{"escrow_charge_result", "ChargeResult", "A ChargeResult is"},
	{"escrow_new_card_payment", "NewCardPayment", "A NewCardPayment is"},
	{"escrow_card_refund", "CardRefund", "A CardRefund is"},
	{"escrow_refund_returned", "RefundReturned", "A RefundReturned is"},
	{"escrow_suspense_item", "SuspenseItem", "A SuspenseItem is"},
	{"escrow_unclaimed_item", "UnclaimedItem", "An UnclaimedItem is"},
	{"escrow_leg", "legRecord", "A legRecord is"},
	{"escrow_leg_line", "legLineRecord", "A legLineRecord is"},
	{"escrow_tender", "Tender", "A Tender is"},
	{"escrow_item", "Item", "An Item is"},
	{"escrow_item_view", "ItemView", "An ItemView is"},
	{"escrow_tender_refund", "TenderRefund", "A TenderRefund is"},
	{"escrow_listed_order", "ListedOrder", "A ListedOrder is"},
	{"escrow_open_part", "OpenPart", "An OpenPart is"},
	{"escrow_order_refund", "OrderRefund", "An OrderRefund is"},
}

// numbers are the types of 128 bits, which have methods and are written by hand.
var numbers = []record{
	{"escrow_u128", "ID", ""}, {"escrow_u128", "Amount", ""}, {"escrow_i128", "Change", ""},
}

// Source gives the source of records.go.
func Source(structs map[string]header.Struct, words header.Words) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("// Code generated from include/escrowdb.h by internal/generate. DO NOT EDIT.\n\n")
	out.WriteString("package escrowdb\n\n// #include <escrowdb.h>\nimport \"C\"\n\nimport \"unsafe\"\n")
	for _, one := range records {
		if err := one.write(&out, structs[one.c], words); err != nil {
			return nil, err
		}
	}
	out.WriteString("\n// This does not compile unless every record has the size, and every field the place, that the\n" +
		"// header says: another index than 0 is out of range.\nvar _ = [...]struct{}{\n")
	for _, one := range append(numbers, records...) {
		fmt.Fprintf(&out, "zero[unsafe.Sizeof(%s{})-C.sizeof_%s],\n", one.name, one.c)
		for _, field := range structs[one.c].Fields {
			fmt.Fprintf(&out, "zero[unsafe.Offsetof(%s{}.%s)-unsafe.Offsetof(C.%s{}.%s)],\n",
				one.name, header.FieldName(field.Name), one.c, cgoName(field.Name))
		}
	}
	out.WriteString("}\n\nvar zero [1]struct{}\n")
	return format.Source(out.Bytes())
}

func (r record) write(out *bytes.Buffer, found header.Struct, words header.Words) error {
	if found.Name == "" {
		return fmt.Errorf("the header has no %s", r.c)
	}
	fmt.Fprintf(out, "\n%stype %s struct {\n", words.IntroducedBy(r.is, found), r.name)
	for _, field := range found.Fields {
		goType, err := typeOf(field)
		if err != nil {
			return err
		}
		if field.Meaning != "reserved" {
			out.WriteString(words.Of(field, r.c))
		}
		fmt.Fprintf(out, "\t%s %s\n", header.FieldName(field.Name), goType)
		if field.Meaning == "flag" {
			out.WriteString("\t_ [3]byte // C has 32 bits for it\n")
		}
	}
	out.WriteString("}\n")
	return nil
}

// typeOf gives the type of a field in Go.
func typeOf(field header.Field) (string, error) {
	switch meaning := strings.TrimSuffix(field.Meaning, "?"); meaning {
	case "id":
		return "ID", nil
	case "amount":
		return "Amount", nil
	case "change":
		return "Change", nil
	case "time":
		return "Timestamp", nil
	case "number":
		// The numbers of many readers of JSON are floats.
		return "uint64 `json:\",string\"`", nil
	case "flag":
		return "bool", nil
	default:
		if strings.HasPrefix(meaning, "ESCROW_") {
			return header.TypeOf(meaning)
		}
	}
	goType := strings.TrimSuffix(field.Type, "_t")
	if goType == "char" || goType == "uint8" {
		goType = "byte"
	}
	for _, one := range records {
		if one.c == field.Type {
			goType = one.name
		}
	}
	if field.Count != "" {
		return "[" + field.Count + "]" + goType, nil
	}
	return goType, nil
}

// cgoName is what cgo calls a field: a keyword of Go has a _ before it.
func cgoName(name string) string {
	if name == "type" || name == "range" || name == "func" {
		return "_" + name
	}
	return name
}
