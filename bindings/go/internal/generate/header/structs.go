package header

import (
	"fmt"
	"regexp"
	"strings"
)

// A Struct is one of the header.
type Struct struct {
	Name, Comment string
	Fields        []Field
}

// A Field is one of a struct: how C declares it, and what it holds, as bindings/c/tests/abi/fields.rs
// says.
type Field struct {
	Name, Type, Comment, Meaning string
	// Count is how many items an array has; 0 for a field that is none.
	Count string
}

// Width is the type of Go for the constants of one name, such as ESCROW_KIND_*: where a record has few
// bits for them, they are no wider elsewhere.
func Width(structs map[string]Struct, constants string) string {
	for _, one := range structs {
		for _, field := range one.Fields {
			if strings.TrimSuffix(field.Meaning, "?") == constants && field.Type == "uint16_t" {
				return "uint16"
			}
		}
	}
	return "uint32"
}

var (
	structBegins = regexp.MustCompile(`^typedef struct (escrow_\w+) \{$`)
	field        = regexp.MustCompile(`^    (?:const )?(\w+ ?\*?)\s*(\w+)(?:\[(\d+)\])?;$`)
)

// Structs gives the structs of the header by their names, with what the description of the fields says.
func Structs(text, fields string) (map[string]Struct, error) {
	meanings := make(map[string]string)
	for _, line := range strings.Split(strings.TrimSpace(fields), "\n") {
		place, meaning, _ := strings.Cut(line, " ")
		meanings[place] = meaning
	}
	found := make(map[string]Struct)
	var current *Struct
	for _, one := range commented(text) {
		if match := structBegins.FindStringSubmatch(one.line); match != nil {
			current = &Struct{Name: match[1], Comment: one.comment}
		} else if match := field.FindStringSubmatch(one.line); match != nil && current != nil {
			meaning, isDescribed := meanings[current.Name+"."+match[2]]
			if !isDescribed {
				return nil, fmt.Errorf("%s.%s is not described", current.Name, match[2])
			}
			current.Fields = append(current.Fields,
				Field{match[2], strings.TrimSpace(match[1]), one.comment, meaning, match[3]})
		} else if strings.HasPrefix(one.line, "} ") && current != nil {
			found[current.Name], current = *current, nil
		}
	}
	return found, nil
}
