// Package rows writes rows.go: what is copied out of structs that hold texts of the library, or may
// grow.
package rows

import (
	"bytes"
	"fmt"
	"go/format"
	"strings"

	"escrowdb.dev/go/internal/generate/header"
)

// A row is a struct of the header, and how its type is called and introduced in Go.
type row struct {
	c, name, is string
	// own are fields that are not as in the header.
	own []own
}

// An own field stands in the place of one or several of the header.
type own struct {
	// fields are those of the header.
	fields []string
	// name, goType, comment and value are those of Go; the value is made from *row. Without a comment
	// it has that of the header.
	name, goType, comment, value string
}

// card is what several rows say of a card.
func card(name, comment string) own {
	return own{
		[]string{"token", "brand", "last_four", "fingerprint", "expiry_year", "expiry_month"},
		name, "CardReference", comment,
		"CardReference{\nToken: NewSecret(readText(&row.token)),\nBrand: readText(&row.brand),\n" +
			"LastFour: readText(&row.last_four),\nFingerprint: readText(&row.fingerprint),\n" +
			"ExpiryYear: uint16(row.expiry_year),\nExpiryMonth: uint16(row.expiry_month),\n}",
	}
}

var letterID = own{[]string{"person", "letter"}, "ID", "LetterID", "Names it.",
	"LetterID{idFrom(row.person), idFrom(row.letter)}"}

var rows = []row{
	{"escrow_stats", "Stats", "Stats are", nil},
	{"escrow_verify_report", "VerifyReport", "A VerifyReport is", nil},
	{"escrow_backup_report", "BackupReport", "A BackupReport is", nil},
	{"escrow_archive_report", "ArchiveReport", "An ArchiveReport is", nil},
	{"escrow_clock_reading", "ClockReading", "A ClockReading is", nil},
	{"escrow_upkeep", "Upkeep", "Upkeep is", nil},
	{"escrow_wallet_view", "WalletView", "A WalletView is", nil},
	{"escrow_spending", "Spending", "Spending is", nil},
	{"escrow_note", "Note", "A Note is", nil},
	{"escrow_found_person", "FoundPerson", "A FoundPerson is", nil},
	{"escrow_person_view", "PersonView", "A PersonView is", nil},
	{"escrow_registration_view", "RegistrationView", "A RegistrationView is", nil},
	{"escrow_consent", "MissingConsent", "A MissingConsent is", nil},
	{"escrow_contact_change", "ContactChange", "A ContactChange is", nil},
	{"escrow_letter", "Letter", "A Letter is", []own{letterID,
		{[]string{"secret"}, "Secret", "Secret", "", "NewSecret(readText(&row.secret))"}}},
	{"escrow_letter_status", "LetterStatus", "A LetterStatus is", []own{letterID}},
	{"escrow_card", "BoundCard", "A BoundCard is", []own{card("Reference", "What the host knows of it.")}},
	{"escrow_charge_instruction", "ChargeInstruction", "A ChargeInstruction is",
		[]own{card("Card", "The card, with its token.")}},
	{"escrow_chargeback", "Chargeback", "A Chargeback is", nil},
	{"escrow_evidence", "Evidence", "Evidence is", nil},
	{"escrow_verification", "VerificationCase", "A VerificationCase is", []own{
		{[]string{"evidence"}, "Evidence", "[]Evidence", "What was shown, in the order in which it was submitted.",
			"make([]Evidence, row.evidence)"}}},
	{"escrow_recovery", "RecoveryCase", "A RecoveryCase is", nil},
	{"escrow_correction_case", "CorrectionCase", "A CorrectionCase is", nil},
	{"escrow_audit_entry", "AuditEntry", "An AuditEntry is", []own{
		{[]string{"actor", "name", "reason"}, "Actor", "Actor", "Who did it, and why.",
			"Actor{ActorKind(row.actor), readText(&row.name), readText(&row.reason)}"}}},
	{"escrow_staff_member", "StaffMember", "A StaffMember is", nil},
	{"escrow_order_work", "OrderWork", "OrderWork is", nil},
	{"escrow_acted", "Acted", "Acted is", nil},
	{"escrow_tender_came", "TenderCame", "TenderCame is", nil},
	{"escrow_part_options", "PartOptions", "PartOptions are", []own{
		{[]string{"possible"}, "Possible", "[]Action", "What this party can do.", "actionsOf(uint64(row.possible))"}}},
	{"escrow_order_view", "OrderView", "An OrderView is", []own{
		{[]string{"policy"}, "Policy", "PolicyHash", "", "*(*PolicyHash)(unsafe.Pointer(&row.policy))"},
		{[]string{"tenders"}, "Tenders", "[]TenderView", "In the order of the terms.",
			"make([]TenderView, row.tenders)"},
		{[]string{"parts"}, "Parts", "[]PartView", "By their numbers: those of the legs, and then those that were divided off others; none before it is paid.",
			"make([]PartView, row.parts)"}}},
	{"escrow_tender_view", "TenderView", "A TenderView is", nil},
	{"escrow_part_view", "PartView", "A PartView is", []own{
		{[]string{"items"}, "Items", "[]ItemView",
			"Which items are in it, in the order of the leg's lines; none if its leg has no lines.",
			"make([]ItemView, row.items)"}}},
	{"escrow_order_step", "OrderStep", "An OrderStep is", []own{
		{[]string{"refunds"}, "Refunds", "[]TenderRefund", "What went back to the sources of tenders by it.",
			"make([]TenderRefund, row.refunds)"}}},
}

// Source gives the source of rows.go.
func Source(structs map[string]header.Struct, words header.Words) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("// Code generated from include/escrowdb.h by internal/generate. DO NOT EDIT.\n\n")
	out.WriteString("package escrowdb\n\n// #include <escrowdb.h>\nimport \"C\"\n\nimport \"unsafe\"\n")
	for _, one := range rows {
		if err := one.write(&out, structs[one.c], words); err != nil {
			return nil, err
		}
	}
	return format.Source(out.Bytes())
}

func (r row) write(out *bytes.Buffer, found header.Struct, words header.Words) error {
	if found.Name == "" {
		return fmt.Errorf("the header has no %s", r.c)
	}
	fmt.Fprintf(out, "\n%stype %s struct {\n", words.IntroducedBy(r.is, found), r.name)
	var values strings.Builder
	for _, field := range found.Fields {
		if field.Meaning == "size" || field.Meaning == "reserved" {
			continue
		}
		comment := words.Of(field, r.c)
		name := header.FieldName(field.Name)
		goType, value, err := copied(field)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", r.c, field.Name, err)
		}
		if own := r.ownOf(field.Name); own != nil {
			if own.fields[0] != field.Name {
				continue
			}
			name, goType, value = own.name, own.goType, own.value
			if own.comment != "" {
				comment = header.Comment("\t", own.comment)
			}
		}
		fmt.Fprintf(out, "%s\t%s %s\n", comment, name, goType)
		fmt.Fprintf(&values, "%s: %s,\n", name, value)
	}
	function := strings.ToLower(r.name[:1]) + r.name[1:] + "From"
	fmt.Fprintf(out, "}\n\nfunc %s(row *C.%s) %s {\nreturn %s{\n%s}\n}\n", function, r.c, r.name, r.name,
		values.String())
	return nil
}

func (r row) ownOf(field string) *own {
	for i := range r.own {
		for _, name := range r.own[i].fields {
			if name == field {
				return &r.own[i]
			}
		}
	}
	return nil
}

// copied gives the type of a field in Go, and what copies it out of *row.
func copied(field header.Field) (goType, value string, err error) {
	place := "row." + field.Name
	switch meaning := strings.TrimSuffix(field.Meaning, "?"); meaning {
	case "id":
		return "ID", "idFrom(" + place + ")", nil
	case "amount":
		return "Amount", "amountFrom(" + place + ")", nil
	case "time":
		return "Timestamp", "Timestamp(" + place + ")", nil
	case "flag":
		return "bool", place + " == 1", nil
	case "text", "secret":
		return "string", "readText(&" + place + ")", nil
	case "escrow_head":
		return "Head", "*(*Head)(unsafe.Pointer(&" + place + "))", nil
	case "uint16_t", "uint32_t", "uint64_t":
		goType = strings.TrimSuffix(meaning, "_t")
		return goType, goType + "(" + place + ")", nil
	default:
		if strings.HasPrefix(meaning, "ESCROW_") {
			goType, err = header.TypeOf(meaning)
			return goType, goType + "(" + place + ")", err
		}
	}
	switch field.Type {
	case "char":
		return "string", "textOf(" + place + "[:])", nil
	case "uint8_t":
		goType = "[" + field.Count + "]byte"
		return goType, "*(*" + goType + ")(unsafe.Pointer(&" + place + "))", nil
	}
	return "", "", fmt.Errorf("nothing is known of %s", field.Meaning)
}
