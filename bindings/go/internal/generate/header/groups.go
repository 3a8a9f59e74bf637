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

// codes are the statuses of calls, which have no prefix.
var codes = Group{"", "Err", "Code", Named, "escrow_status_name",
	"A Code says why a call could not be carried out. The constants ErrLocked, ErrNotFound and so on " +
		"are errors themselves: compare with errors.Is."}

// otherwise is what Go says in other words than the list of enumerations.
var otherwise = map[string]Group{
	"Status": {Doc: "A Status is what became of an operation: StatusApplied, or the law that it would have " +
		"broken. More will be added: treat one that you do not know as a refusal."},
	"Kind":           {Doc: "Kind is a kind of operation."},
	"OperationFlags": {Doc: "OperationFlags are flags of operations, combined with |."},
	"AccountFlags":   {Doc: "AccountFlags are flags of accounts, combined with |."},
	"AtDeadline":     {Doc: "AtDeadline is what happens to a hold at its deadline."},
	"Phase":          {Doc: "Phase is how far a hold has come, or how it ended."},
	"EventKind":      {Doc: "EventKind is what an event is about."},
	"Side":           {Doc: "Side is a side of an account: its debits or its credits."},
	"WalletStatus": {goPrefix: "Err", Doc: "A WalletStatus says which law a wallet command would have broken. The constants " +
		"ErrNeedsTier, ErrCredentialsMustMatch and so on are errors themselves: compare with " +
		"errors.Is."},
	"DocumentKind":       {Doc: "A DocumentKind is what a customer is identified by."},
	"LetterFate":         {goPrefix: "Fate"},
	"ActorKind":          {Doc: "An ActorKind is what kind of actor gives a command."},
	"CardState":          {Doc: "A CardState is whether a card can be paid with."},
	"Refunded":           {Doc: "Refunded is where the money of a refund went."},
	"EvidenceKind":       {Doc: "An EvidenceKind is what a piece of evidence is."},
	"VerificationState":  {Doc: "A VerificationState is where a verification case is."},
	"VerificationReason": {goPrefix: "Reason"},
	"RecoveryState":      {Doc: "A RecoveryState is where a recovery case is."},
	"RecoveryDecision":   {Doc: "A RecoveryDecision is how a recovery case is decided."},
	"StaffState":         {goPrefix: "StaffState"},
	"StaffRoles":         {goPrefix: "StaffRole", Doc: "StaffRoles are what a member of staff may do, combined with |."},
	"ClockState":         {Doc: "A ClockState is how far a store's clock is believed."},
	"OrderStatus": {goPrefix: "ErrOrder", Doc: "An OrderStatus says which law an order command would have broken. The constants " +
		"ErrOrderNotFound, ErrOrderNotInThisStage and so on are errors themselves: compare with " +
		"errors.Is."},
	"OrderState":  {goPrefix: "OrderState"},
	"Party":       {Doc: "A Party is who acts in an order."},
	"Action":      {Doc: "An Action is what can be done about a part of an order."},
	"Silence":     {Doc: "Silence is what happens at the end of a window if nobody does anything."},
	"ClaimReason": {goPrefix: "ClaimReason"},
	"Needs":       {Doc: "Needs is what a purchase needs beside the customer's order."},
}

// Options of calls have constants of their own in the package.
var isOption = map[string]bool{"Clock": true, "Mode": true, "FileAccess": true}

// Groups are all types of constants, as ReadGroups has read them.
var Groups []Group

// ReadGroups reads escrowdb.enumerations. A line is a prefix, the name of the type, whether its values
// are flags, the function that names one, and what it is.
func ReadGroups(text string) error {
	Groups = nil
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		words := strings.SplitN(line, " ", 5)
		if len(words) != 5 {
			return fmt.Errorf("no enumeration: %s", line)
		}
		group := Group{Prefix: strings.TrimPrefix(words[0], "ESCROW_"), Type: words[1], Function: words[3]}
		if isOption[group.Type] {
			continue
		}
		if words[2] == "flags" {
			group.Form = Flags
		}
		if group.Function == "-" {
			group.Function = ""
		}
		group.goPrefix = orElse(otherwise[group.Type].goPrefix, shortened(group.Type))
		group.Doc = orElse(otherwise[group.Type].Doc, docOf(group.Type, words[4]))
		Groups = append(Groups, group)
	}
	Groups = append(Groups, codes)
	return nil
}

func orElse(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

// shortened is a type without the word that says what kind of type it is.
func shortened(goType string) string {
	for _, word := range []string{"Flags", "Kind", "State", "Reason", "Decision", "Command"} {
		if short := strings.TrimSuffix(goType, word); short != goType && short != "" {
			return short
		}
	}
	return goType
}

// docOf makes "What a letter says." the comment of a type.
func docOf(goType, about string) string {
	article := "A"
	if strings.ContainsRune("AEIOU", rune(goType[0])) {
		article = "An"
	}
	return fmt.Sprintf("%s %s is %s%s", article, goType, strings.ToLower(about[:1]), about[1:])
}

// What is no status although nothing in its name says so, and has no place in the package or has
// another there (options, queries, the queue, versions).
var elsewhere = regexp.MustCompile(
	`^(OK|VERSION_(MAJOR|MINOR|PATCH|TEXT|NUMBER)|ABI_VERSION|OPEN_.*|DURABLE.*|CLOCK_SYSTEM|CLOCK_MANUAL|FILES_.*|DISPUTED_.*|WAIT_.*|QUEUE_.*|` +
		`.*_INIT|WALLET_DONE|ORDER_DONE|KEY_.*)$`)

// A Constant is one of a group: what is left of its name in the header without the prefix, and its
// name in Go.
type Constant struct {
	Name, GoName, Value, Comment string
}

// Constants gives the constants by the types of Go that they belong to, and the limits, which have no
// type.
func Constants(text string) (members map[string][]Constant, limits []Constant) {
	members = make(map[string][]Constant)
	isCode, isWalletLaw := make(map[string]bool), make(map[string]bool)
	// The codes first: where a call can fail by the name of a refusal of the wallets, that keeps the
	// shorter one.
	defines := Defines(text)
	for _, isForCodes := range []bool{true, false} {
		for _, one := range defines {
			group, isLimit := groupOf(one.Name)
			switch {
			case isForCodes && group != nil && group.Type == "Code":
				isCode[one.Name] = true
			case isForCodes && group != nil && group.Type == "WalletStatus":
				isWalletLaw[strings.TrimPrefix(one.Name, group.Prefix)] = true
			case isForCodes:
			case isLimit:
				limits = append(limits, Constant{one.Name, goName(one.Name), one.Value, one.Comment})
			case group != nil:
				name := strings.TrimPrefix(one.Name, group.Prefix)
				prefix := group.goPrefix
				if group.Type == "WalletStatus" && isCode[name] {
					prefix += "Wallet"
				}
				said := name
				// ErrOrder says it, unless the wallets have a law of this name.
				if group.Type == "OrderStatus" && !isWalletLaw[name] {
					said = strings.TrimPrefix(name, "ORDER_")
				}
				members[group.Type] = append(members[group.Type],
					Constant{name, prefix + goName(said), one.Value, one.Comment})
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
	// The longest prefix that fits: that of the codes, which fits all, is the last resort.
	for i := range Groups {
		fits := strings.HasPrefix(name, Groups[i].Prefix)
		if fits && (group == nil || len(Groups[i].Prefix) > len(group.Prefix)) {
			group = &Groups[i]
		}
	}
	return group, false
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
