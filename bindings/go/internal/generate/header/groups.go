package header

import (
	"fmt"
	"regexp"
	"strings"
)

// A Form is what methods a type of constants has.
type Form int

const (
	// Text has a name for each value, and is written and read as that.
	Text Form = iota
	// Named has a name for each value.
	Named
	// Flags are bits, each of which has a name.
	Flags
)

// A Group is the constants of one Go type.
type Group struct {
	// Prefix is what their names begin with in the header, beside ESCROW_; of statuses of calls nothing.
	Prefix string
	// goPrefix is what their names begin with in Go.
	goPrefix string
	// Type is the Go type.
	Type string
	Form Form
	// Function is what the library names a value by, which may know more of them; empty if nothing does.
	Function string
	// Doc is the comment of the type.
	Doc string
}

// Groups are all types of constants. A prefix that another one begins with comes after it.
var Groups = []Group{
	{"OUTCOME_", "Status", "Status", Text, "escrow_outcome_name",
		"A Status is what became of an operation: StatusApplied, or the law that it would have broken. " +
			"More will be added: treat one that you do not know as a refusal."},
	{"KIND_", "Kind", "Kind", Text, "escrow_kind_name", "Kind is a kind of operation."},
	{"OPERATION_", "Operation", "OperationFlags", Flags, "",
		"OperationFlags are flags of operations, combined with |."},
	{"ACCOUNT_", "Account", "AccountFlags", Flags, "",
		"AccountFlags are flags of accounts, combined with |."},
	{"AT_DEADLINE_", "AtDeadline", "AtDeadline", Text, "escrow_at_deadline_name",
		"AtDeadline is what happens to a hold at its deadline."},
	{"PHASE_", "Phase", "Phase", Text, "escrow_phase_name",
		"Phase is how far a hold has come, or how it ended."},
	{"EVENT_", "Event", "EventKind", Text, "", "EventKind is what an event is about."},
	{"SIDE_", "Side", "Side", Text, "", "Side is a side of an account: its debits or its credits."},
	{"WALLET_", "Err", "WalletStatus", Text, "escrow_wallet_outcome_name",
		"A WalletStatus says which law a wallet command would have broken. The constants ErrNeedsTier, " +
			"ErrCredentialsMustMatch and so on are errors themselves: compare with errors.Is."},
	{"STATE_", "Wallet", "WalletState", Text, "",
		"A WalletState is what may be done with a wallet."},
	{"DOCUMENT_KIND_", "Document", "DocumentKind", Text, "",
		"A DocumentKind is what a customer is identified by."},
	{"LETTER_KIND_", "Letter", "LetterKind", Text, "escrow_letter_kind_name",
		"A LetterKind is what a letter says."},
	{"LETTER_STATE_", "Letter", "LetterState", Text, "", "A LetterState is where a letter is."},
	{"LETTER_FATE_", "Fate", "LetterFate", Text, "", "A LetterFate is what became of a letter."},
	{"CHANNEL_", "Channel", "Channel", Text, "", "A Channel is how a letter is sent."},
	{"ACTOR_", "Actor", "ActorKind", Text, "", "An ActorKind is what kind of actor gives a command."},
	{"CARD_STATE_", "Card", "CardState", Text, "", "A CardState is whether a card can be paid with."},
	{"CARD_PAYMENT_STATE_", "CardPayment", "CardPaymentState", Text, "",
		"A CardPaymentState is where a card payment is."},
	{"CHARGE_", "Charge", "ChargeKind", Text, "",
		"A ChargeKind is what became of the money of a card."},
	{"REFUNDED_", "Refunded", "Refunded", Text, "", "Refunded is where the money of a refund went."},
	{"SUSPENSE_REASON_", "Suspense", "SuspenseReason", Text, "",
		"A SuspenseReason is why money lies in suspense."},
	{"EVIDENCE_KIND_", "Evidence", "EvidenceKind", Text, "",
		"An EvidenceKind is what a piece of evidence is."},
	{"VERIFICATION_STATE_", "Verification", "VerificationState", Text, "",
		"A VerificationState is where a verification case is."},
	{"VERIFICATION_REASON_", "Reason", "VerificationReason", Text, "",
		"A VerificationReason is why a verification was refused."},
	{"RECOVERY_STATE_", "Recovery", "RecoveryState", Text, "",
		"A RecoveryState is where a recovery case is."},
	{"RECOVERY_", "Recovery", "RecoveryDecision", Text, "",
		"A RecoveryDecision is how a recovery case is decided."},
	{"AUDIT_", "Audit", "AuditCommand", Text, "escrow_audit_command_name",
		"An AuditCommand is what was done."},
	{"CLOCK_STATE_", "Clock", "ClockState", Text, "",
		"A ClockState is how far a store's clock is believed."},
	{"NEEDS_", "Needs", "Needs", Text, "",
		"Needs is what a purchase needs beside the customer's order."},
	{"", "Err", "Code", Named, "escrow_status_name",
		"A Code says why a call could not be carried out. The constants ErrLocked, ErrNotFound and so on " +
			"are errors themselves: compare with errors.Is."},
}

// What is no status although nothing in its name says so, and has no place in the package or has
// another there (options, queries, the queue, versions).
var elsewhere = regexp.MustCompile(
	`^(OK|VERSION_.*|ABI_VERSION|OPEN_.*|DURABLE.*|CLOCK_SYSTEM|CLOCK_MANUAL|FILES_.*|DISPUTED_.*|WAIT_.*|QUEUE_.*|` +
		`.*_INIT|WALLET_DONE|KEY_.*)$`)

// A Constant is one of a group: what is left of its name in the header without the prefix, and its
// name in Go.
type Constant struct {
	Name, GoName, Value, Comment string
}

// Constants gives the constants by the types of Go that they belong to, and the limits, which have no
// type.
func Constants(text string) (members map[string][]Constant, limits []Constant) {
	members = make(map[string][]Constant)
	isCode := make(map[string]bool)
	// The codes first: where a call can fail by the name of a refusal of the wallets, that keeps the
	// shorter one.
	defines := Defines(text)
	for _, isForCodes := range []bool{true, false} {
		for _, one := range defines {
			group, isLimit := groupOf(one.Name)
			switch {
			case isForCodes && group != nil && group.Type == "Code":
				isCode[one.Name] = true
			case isForCodes:
			case isLimit:
				limits = append(limits, Constant{one.Name, goName(one.Name), one.Value, one.Comment})
			case group != nil:
				name := strings.TrimPrefix(one.Name, group.Prefix)
				prefix := group.goPrefix
				if group.Type == "WalletStatus" && isCode[name] {
					prefix += "Wallet"
				}
				members[group.Type] = append(members[group.Type],
					Constant{name, prefix + goName(name), one.Value, one.Comment})
			}
		}
	}
	return members, limits
}

// groupOf gives the group that a constant belongs to, or whether it is a limit.
func groupOf(name string) (group *Group, isLimit bool) {
	if elsewhere.MatchString(name) {
		return nil, false
	}
	if strings.HasSuffix(name, "_MAX") && !strings.HasPrefix(name, "OUTCOME_") {
		return nil, true
	}
	for i := range Groups {
		if strings.HasPrefix(name, Groups[i].Prefix) {
			return &Groups[i], false
		}
	}
	return nil, false
}

// TypeOf gives the type of Go for the constants that comments call by a name such as
// ESCROW_ACCOUNT_*.
func TypeOf(constants string) (string, error) {
	for _, group := range Groups {
		if constants == "ESCROW_"+group.Prefix+"*" {
			return group.Type, nil
		}
	}
	return "", fmt.Errorf("there is no type for %s", constants)
}

// GoNames gives the names of Go for the constants of the header, by those of C.
func GoNames(text string) map[string]string {
	names := make(map[string]string)
	members, limits := Constants(text)
	for _, one := range limits {
		names["ESCROW_"+one.Name] = one.GoName
	}
	for _, group := range Groups {
		for _, one := range members[group.Type] {
			names["ESCROW_"+group.Prefix+one.Name] = one.GoName
		}
	}
	return names
}

// goName turns a name of the header into Go's: EXCEEDS_CREDITS into ExceedsCredits.
func goName(name string) string {
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
