// Package header reads the constants of the C ABI out of its header.
package header

import (
	"bytes"
	"fmt"
	"go/format"
	"regexp"
	"strings"
)

// A Define is one constant of the header: ESCROW_<Name> = Value.
type Define struct {
	Name, Value, Comment string
}

// A group is the constants of one Go type. Prefix is theirs in the header, beside ESCROW_.
type group struct {
	prefix, goPrefix, goType, method, doc string
}

// More than a status is below, so that the groups with a longer prefix come first.
var groups = []group{
	{"OUTCOME_", "Status", "Status", "String", "What became of an operation."},
	{"KIND_", "Kind", "Kind", "String", "The kinds of operations."},
	{"OPERATION_", "Operation", "OperationFlags", "", "The flags of operations."},
	{"ACCOUNT_", "Account", "AccountFlags", "", "The flags of accounts."},
	{"AT_DEADLINE_", "AtDeadline", "AtDeadline", "String", "What happens at a deadline."},
	{"PHASE_", "Phase", "Phase", "String", "How far a deal has come, or how it ended."},
	{"EVENT_", "Event", "EventKind", "String", "The kinds of events."},
	{"SIDE_", "Side", "Side", "String", "The sides of an account."},
	{"WALLET_", "Err", "WalletStatus", "String", "Why a wallet command was refused, for errors.Is."},
	{"STATE_", "Wallet", "WalletState", "String", "What may be done with a wallet."},
	{"DOCUMENT_KIND_", "Document", "DocumentKind", "String", "What customers are identified by."},
	{"LETTER_KIND_", "Letter", "LetterKind", "String", "What letters say."},
	{"LETTER_STATE_", "Letter", "LetterState", "String", "Where letters are."},
	{"LETTER_FATE_", "Fate", "LetterFate", "String", "What became of letters."},
	{"CHANNEL_", "Channel", "Channel", "String", "How letters are sent."},
	{"ACTOR_", "Actor", "ActorKind", "String", "The kinds of actors."},
	{"CARD_STATE_", "Card", "CardState", "String", "What cards are good for."},
	{"CARD_PAYMENT_STATE_", "CardPayment", "CardPaymentState", "String", "Where card payments are."},
	{"CHARGE_", "Charge", "ChargeKind", "String", "What became of the money of cards."},
	{"REFUNDED_", "Refunded", "Refunded", "String", "Where the money of refunds went."},
	{"SUSPENSE_REASON_", "Suspense", "SuspenseReason", "String", "Why money lies in suspense."},
	{"EVIDENCE_KIND_", "Evidence", "EvidenceKind", "String", "The kinds of evidence."},
	{"VERIFICATION_STATE_", "Verification", "VerificationState", "String", "Where verifications are."},
	{"VERIFICATION_REASON_", "Reason", "VerificationReason", "String", "Why verifications are refused."},
	{"RECOVERY_STATE_", "Recovery", "RecoveryState", "String", "Where recoveries are."},
	{"RECOVERY_", "Recovery", "RecoveryDecision", "String", "How recoveries are decided."},
	{"AUDIT_", "Audit", "AuditCommand", "String", "What the audit trail says was done."},
	{"CLOCK_STATE_", "Clock", "ClockState", "String", "How far a store's clock is believed."},
	{"NEEDS_", "Needs", "Needs", "String", "What a purchase needs beside the customer's order."},
	{"", "Err", "Code", "String", "Why a call could not be carried out, for errors.Is."},
}

// What is no status although nothing in its name says so, and has no place in the package or has
// another there (options, queries, the queue, versions).
var elsewhere = regexp.MustCompile(
	`^(OK|VERSION_.*|ABI_VERSION|OPEN_.*|DURABLE.*|CLOCK_SYSTEM|CLOCK_MANUAL|FILES_.*|DISPUTED_.*|WAIT_.*|QUEUE_.*|` +
		`.*_INIT|WALLET_DONE|KEY_.*)$`)

var (
	define  = regexp.MustCompile(`^#define ESCROW_([A-Z0-9_]+) (.+)$`)
	oneLine = regexp.MustCompile(`^/\*\* (.*) \*/$`)
)

// Defines gives all constants of the header, with their comments.
func Defines(text string) []Define {
	var found []Define
	for _, one := range commented(text) {
		if match := define.FindStringSubmatch(one.line); match != nil {
			found = append(found, Define{match[1], match[2], one.comment})
		}
	}
	return found
}

// TypeOf gives the type of Go for the constants that comments call by a name such as
// ESCROW_ACCOUNT_*.
func TypeOf(constants string) (string, error) {
	for _, group := range groups {
		if constants == "ESCROW_"+group.prefix+"*" {
			return group.goType, nil
		}
	}
	return "", fmt.Errorf("there is no type for %s", constants)
}

// GoNames gives the names of Go for the constants of the header, by those of C.
func GoNames(text string) map[string]string {
	names, defines := make(map[string]string), Defines(text)
	isCode := codes(defines)
	members, limits := sorted(defines)
	for _, one := range limits {
		names["ESCROW_"+one.Name] = GoName(one.Name)
	}
	for _, group := range groups {
		for _, one := range members[group.goType] {
			names["ESCROW_"+group.prefix+one.Name] = group.prefixOf(one.Name, isCode) + GoName(one.Name)
		}
	}
	return names
}

// GoName turns a name of the header into Go's: EXCEEDS_CREDITS into ExceedsCredits.
func GoName(name string) string {
	var out strings.Builder
	for _, word := range strings.Split(name, "_") {
		switch word {
		case "ID", "IO":
			out.WriteString(word)
		default:
			out.WriteString(word[:1] + strings.ToLower(word[1:]))
		}
	}
	return out.String()
}

// sorted gives the constants by the types of Go that they belong to, without the prefixes of those,
// and the limits, which have no type.
func sorted(defines []Define) (members map[string][]Define, limits []Define) {
	members = make(map[string][]Define)
	for _, one := range defines {
		if elsewhere.MatchString(one.Name) {
			continue
		}
		if strings.HasSuffix(one.Name, "_MAX") && !strings.HasPrefix(one.Name, "OUTCOME_") {
			limits = append(limits, one)
			continue
		}
		for _, group := range groups {
			if strings.HasPrefix(one.Name, group.prefix) {
				one.Name = strings.TrimPrefix(one.Name, group.prefix)
				members[group.goType] = append(members[group.goType], one)
				break
			}
		}
	}
	return members, limits
}

// codes gives the names of the statuses of calls.
func codes(defines []Define) map[string]bool {
	isCode := make(map[string]bool)
	members, _ := sorted(defines)
	for _, one := range members["Code"] {
		isCode[one.Name] = true
	}
	return isCode
}

// prefixOf is what the name of a constant begins with in Go. Where a call can fail by the name of a
// refusal of the wallets, that keeps the shorter one.
func (g group) prefixOf(name string, isCode map[string]bool) string {
	if g.goType == "WalletStatus" && isCode[name] {
		return g.goPrefix + "Wallet"
	}
	return g.goPrefix
}

// Constants gives the source of constants.go.
func Constants(text string) ([]byte, error) {
	defines := Defines(text)
	members, limits := sorted(defines)
	isCode := codes(defines)
	var out bytes.Buffer
	out.WriteString("// Code generated from include/escrowdb.h by internal/generate. DO NOT EDIT.\n\n")
	out.WriteString("package escrowdb\n\n")
	out.WriteString("// The limits of the store.\nconst (\n")
	for _, one := range limits {
		fmt.Fprintf(&out, "%s\t%s = %s\n", goComment(one.Comment), GoName(one.Name), one.Value)
	}
	out.WriteString(")\n")
	for _, group := range groups {
		if len(members[group.goType]) == 0 {
			return nil, fmt.Errorf("the header has no constants of %s", group.goType)
		}
		fmt.Fprintf(&out, "\n// %s\nconst (\n", group.doc)
		for _, one := range members[group.goType] {
			prefix := group.prefixOf(one.Name, isCode)
			fmt.Fprintf(&out, "%s\t%s%s %s = %s\n", goComment(one.Comment), prefix,
				GoName(one.Name), group.goType, one.Value)
		}
		out.WriteString(")\n")
		writeNames(&out, group, members[group.goType])
	}
	return format.Source(out.Bytes())
}

func writeNames(out *bytes.Buffer, group group, members []Define) {
	lower := strings.ToLower(group.goType[:1]) + group.goType[1:]
	if group.method == "" {
		fmt.Fprintf(out, "\nvar %sNames = []string{\n", lower)
		for _, one := range members {
			fmt.Fprintf(out, "%q,\n", strings.ToLower(one.Name))
		}
		out.WriteString("}\n")
		return
	}
	fmt.Fprintf(out, "\nvar %sNames = map[%s]string{\n", lower, group.goType)
	for _, one := range members {
		fmt.Fprintf(out, "%s: %q,\n", one.Value, strings.ToLower(one.Name))
	}
	out.WriteString("}\n")
}

func goComment(comment string) string {
	if comment == "" {
		return ""
	}
	comment = strings.NewReplacer("`", "").Replace(comment)
	return "\t// " + strings.ReplaceAll(comment, "\n", "\n\t// ") + "\n"
}
