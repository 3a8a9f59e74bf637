package header

import (
	"regexp"
	"strings"
)

// Words are what comments name: constants, fields of structs, and functions.
type Words struct {
	constants map[string]string
	// fields are those of any struct, and of each, by its name before a dot.
	fields    map[string]bool
	functions map[string]string
}

// NewWords gives the words of the header, with what Go calls its functions.
func NewWords(text string, structs map[string]Struct, functions map[string]string) Words {
	words := Words{GoNames(text), make(map[string]bool), functions}
	for _, one := range structs {
		for _, field := range one.Fields {
			words.fields[field.Name] = true
			words.fields[one.Name+"."+field.Name] = true
		}
	}
	return words
}

var (
	code = regexp.MustCompile("`[^`]+`")
	word = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*\*?`)
	// What a caller of C does, and Go does for it.
	begin = regexp.MustCompile("\\s*Begin with\\s+`ESCROW_\\w+_INIT`[^.]*\\.")
	size  = regexp.MustCompile(`(\n\n|[ \n])?\d+ bytes(, no padding)?\.`)
)

// Comment turns a comment of the header, on a struct or a field of it, into one of Go.
func (w Words) Comment(indent, text, c string) string {
	text = begin.ReplaceAllString(size.ReplaceAllString(text, ""), "")
	text = code.ReplaceAllStringFunc(text, func(quoted string) string {
		return word.ReplaceAllStringFunc(strings.Trim(quoted, "`"), func(name string) string {
			return w.inGo(name, c)
		})
	})
	return Comment(indent, text)
}

// IntroducedBy gives the comment of a struct as that of a Go type: "A currency book." becomes "A Ledger
// is a currency book.".
func (w Words) IntroducedBy(is string, one Struct) string {
	return w.Comment("", is+" "+strings.ToLower(one.Comment[:1])+one.Comment[1:], one.Name)
}

// Of gives the comment of a field, without what its type says.
func (w Words) Of(field Field, c string) string {
	comment := strings.ReplaceAll(field.Comment, ": `"+strings.TrimSuffix(field.Meaning, "?")+"`", "")
	for _, known := range []string{", and zeros behind it", ", zero-terminated", "zero-terminated, "} {
		comment = strings.ReplaceAll(comment, known, "")
	}
	if field.Meaning == "flag" {
		comment = strings.ReplaceAll(strings.ReplaceAll(comment, "\n", " "), " 0 if not.", "")
		comment = strings.Replace(comment, "1 if ", "Whether ", 1)
	}
	return w.Comment("\t", comment, c)
}

// FieldName turns a name of the header into Go's: fee_ppm into FeePPM.
func FieldName(name string) string {
	switch name {
	case "reserved":
		return name
	case "reserved_more":
		return "reservedMore"
	}
	var out strings.Builder
	for _, word := range strings.Split(name, "_") {
		switch word {
		case "id", "ppm":
			out.WriteString(strings.ToUpper(word))
		default:
			out.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return out.String()
}

// inGo turns what the comment of a struct names into what Go calls it: a constant, a function, a field, a flag of
// an account, a kind of operation, a flag of one or what became of it.
func (w Words) inGo(name, c string) string {
	if strings.HasSuffix(name, "_*") {
		if goType, err := TypeOf(name); err == nil {
			return goType
		}
	}
	if constant, found := w.constants[name]; found {
		return constant
	}
	if method, found := w.functions[name]; found {
		return method
	}
	if w.fields[c+"."+name] {
		return FieldName(name)
	}
	prefixes := []string{"KIND", "OPERATION", "OUTCOME"}
	if c == "escrow_account" {
		prefixes = []string{"ACCOUNT", "KIND"}
	}
	for _, prefix := range prefixes {
		if constant, found := w.constants["ESCROW_"+prefix+"_"+strings.ToUpper(name)]; found {
			return constant
		}
	}
	if w.fields[name] {
		return FieldName(name)
	}
	return name
}
