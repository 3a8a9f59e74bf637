package escrowdb

import (
	"fmt"
	"strconv"
	"strings"
)

func nameOf[T comparable](value T, names map[T]string, library func(T) string) string {
	if known, ok := names[value]; ok {
		return known
	}
	return library(value)
}

func unnamed[T any](T) string { return "unknown" }

// writeName gives a name as text. A number without one is written as the number, so that reading it
// gives it back.
func writeName[T ~uint16 | ~uint32](value T, names map[T]string) []byte {
	if name, ok := names[value]; ok {
		return []byte(name)
	}
	return strconv.AppendUint(nil, uint64(value), 10)
}

// readName reads what writeName wrote.
func readName[T ~uint16 | ~uint32](value *T, text []byte, names map[T]string) error {
	for known, name := range names {
		if name == string(text) {
			*value = known
			return nil
		}
	}
	number, err := strconv.ParseUint(string(text), 10, 32)
	if err != nil || uint64(T(number)) != number {
		return fail(ErrInvalidArgument, "%T has no such name", *value)
	}
	*value = T(number)
	return nil
}

// printed is what fmt prints: of what holds personal data, no more than its Format says.
func printed(value any) []byte { return fmt.Append(nil, value) }

// printFields prints a struct as %v or %+v does, whatever the verb: with one that suits no field, fmt
// would print them without asking their types.
func printFields(f fmt.State, fields any) {
	if f.Flag('+') {
		fmt.Fprintf(f, "%+v", fields)
	} else {
		fmt.Fprint(f, fields)
	}
}

// flagNames relies on the names being in the order of their bits, none left out.
func flagNames(flags uint32, names []string) string {
	if flags == 0 {
		return "none"
	}
	var found []string
	for bit, name := range names {
		if flags&(1<<bit) != 0 {
			found = append(found, name)
		}
	}
	if rest := flags >> len(names) << len(names); rest != 0 {
		found = append(found, "0x"+strconv.FormatUint(uint64(rest), 16))
	}
	return strings.Join(found, "|")
}

// readFlags reads what flagNames wrote.
func readFlags[T ~uint32](flags *T, text []byte, names []string) error {
	var found T
	for _, part := range strings.Split(string(text), "|") {
		bits, ok := flagsOf(part, names)
		if !ok {
			return fail(ErrInvalidArgument, "%T has no such flag", *flags)
		}
		found |= T(bits)
	}
	*flags = found
	return nil
}

func flagsOf(part string, names []string) (uint32, bool) {
	if part == "none" {
		return 0, true
	}
	for bit, name := range names {
		if name == part {
			return 1 << bit, true
		}
	}
	digits, isNumber := strings.CutPrefix(part, "0x")
	bits, err := strconv.ParseUint(digits, 16, 32)
	return uint32(bits), isNumber && err == nil
}
