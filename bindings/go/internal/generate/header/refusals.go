package header

import (
	"regexp"
	"strings"
)

var (
	declared  = regexp.MustCompile(`^(?:[\w ]+[ *])?(escrow_\w+)\(`)
	paragraph = regexp.MustCompile(`(?s)Refused: .*?(\n\n|$)`)
)

// Refusals gives, of each function that can be refused, the paragraph that says by what.
func Refusals(text string) map[string]string {
	refusals := make(map[string]string)
	for _, block := range strings.Split(text, "/**")[1:] {
		comment, code, _ := strings.Cut(block, "*/")
		match := declared.FindStringSubmatch(strings.TrimSpace(code))
		if match == nil {
			continue
		}
		lines := strings.Split(comment, "\n")
		for i, line := range lines {
			lines[i] = strings.TrimPrefix(strings.TrimPrefix(line, " *"), " ")
		}
		if refused := paragraph.FindString(strings.Join(lines, "\n")); refused != "" {
			refusals[match[1]] = strings.TrimSpace(refused)
		}
	}
	return refusals
}

// Laws gives the constants of Go for the laws that the header's comments name of a function.
func Laws(text, function string) map[string]string {
	laws, house := make(map[string]string), "ESCROW_WALLET_"
	if strings.HasPrefix(function, "escrow_orders_") {
		house = "ESCROW_ORDER_"
	}
	for c, name := range GoNames(text) {
		if house == "ESCROW_ORDER_" && strings.HasPrefix(c, "ESCROW_ORDER_STATE_") {
			continue
		}
		for _, prefix := range []string{house, "ESCROW_OUTCOME_"} {
			if strings.HasPrefix(c, prefix) {
				laws[strings.ToLower(strings.TrimPrefix(c, prefix))] = name
			}
		}
	}
	return laws
}
