// Package header reads the header of the C ABI, and knows what Go calls what it declares.
package header

import (
	"regexp"
	"strings"
)

// A Define is one constant of the header: ESCROW_<Name> = Value.
type Define struct {
	Name, Value, Comment string
}

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

// A commentedLine is a line of the header that is no comment, and the comment before it.
type commentedLine struct {
	line, comment string
}

func commented(text string) []commentedLine {
	var lines []commentedLine
	var comment []string
	inside := false
	for _, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case oneLine.MatchString(trimmed):
			comment = []string{oneLine.FindStringSubmatch(trimmed)[1]}
		case trimmed == "/**":
			comment, inside = nil, true
		case inside && trimmed == "*/":
			inside = false
		case inside:
			comment = append(comment, strings.TrimPrefix(strings.TrimPrefix(trimmed, "*"), " "))
		default:
			lines = append(lines, commentedLine{line, strings.Join(comment, "\n")})
			comment = nil
		}
	}
	return lines
}
