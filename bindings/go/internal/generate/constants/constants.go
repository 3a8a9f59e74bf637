// Package constants writes constants.go: the limits, and the types that have constants.
package constants

import (
	"bytes"
	"fmt"
	"go/format"
	"strings"

	"escrowdb.dev/go/internal/generate/header"
)

// Source gives the source of constants.go.
func Source(text string, structs map[string]header.Struct) ([]byte, error) {
	members, limits := header.Constants(text)
	var out bytes.Buffer
	out.WriteString("// Code generated from include/escrowdb.h by internal/generate. DO NOT EDIT.\n\n" +
		"package escrowdb\n\n// #include <escrowdb.h>\nimport \"C\"\n\n" +
		"// The limits of the store.\nconst (\n")
	for _, one := range limits {
		fmt.Fprintf(&out, "%s\t%s = %s\n", comment(one.Comment), one.GoName, one.Value)
	}
	out.WriteString(")\n")
	for _, group := range header.Groups {
		constants := members[group.Type]
		if len(constants) == 0 {
			return nil, fmt.Errorf("the header has no constants of %s", group.Type)
		}
		width := header.Width(structs, "ESCROW_"+group.Prefix+"*")
		fmt.Fprintf(&out, "\n%stype %s %s\n\nconst (\n", header.Comment("", group.Doc), group.Type, width)
		for _, one := range constants {
			fmt.Fprintf(&out, "%s\t%s %s = %s\n", comment(one.Comment), one.GoName, group.Type, one.Value)
		}
		out.WriteString(")\n")
		writeNames(&out, group, constants)
		writeMethods(&out, group, constants)
	}
	return format.Source(out.Bytes())
}

// listOf is the name of the list of a group's names.
func listOf(group header.Group) string {
	return strings.ToLower(group.Type[:1]) + group.Type[1:] + "Names"
}

func writeNames(out *bytes.Buffer, group header.Group, constants []header.Constant) {
	if group.Form == header.Flags {
		fmt.Fprintf(out, "\nvar %s = []string{\n", listOf(group))
		for _, one := range constants {
			fmt.Fprintf(out, "%q,\n", strings.ToLower(one.Name))
		}
	} else {
		fmt.Fprintf(out, "\nvar %s = map[%s]string{\n", listOf(group), group.Type)
		for _, one := range constants {
			fmt.Fprintf(out, "%s: %q,\n", one.Value, strings.ToLower(one.Name))
		}
	}
	out.WriteString("}\n")
}

// writeMethods writes what is the same for all types of a form.
func writeMethods(out *bytes.Buffer, group header.Group, constants []header.Constant) {
	method := func(comment, pointer, signature, body string, arguments ...any) {
		receiver := strings.ToLower(group.Type[:1])
		body = strings.NewReplacer("VALUE", receiver, "LIST", listOf(group), "TYPE", group.Type).Replace(body)
		fmt.Fprintf(out, "\n%sfunc (%s %s%s) %s {\n\treturn %s\n}\n",
			header.Comment("", fmt.Sprintf(comment, arguments...)), receiver, pointer, group.Type, signature, body)
	}
	const marshal, unmarshal = "MarshalText() ([]byte, error)", "UnmarshalText(text []byte) error"
	const reads = "UnmarshalText reads what MarshalText writes."
	if group.Form == header.Flags {
		method("String names the flags, joined by \"|\"; \"none\" if there are none.",
			"", "String() string", "flagNames(uint32(VALUE), LIST)")
		method("MarshalText gives String.", "", marshal, "[]byte(VALUE.String()), nil")
		method(reads, "*", unmarshal, "readFlags(VALUE, text, LIST)")
		return
	}
	library := "unnamed[TYPE]"
	if group.Function != "" {
		library = "library" + group.Type
		fmt.Fprintf(out, "\n// %s asks the library, which may be a later one and know more numbers.\n"+
			"func %s(value %s) string {\n\treturn C.GoString(C.%s(C.uint32_t(value)))\n}\n",
			library, library, group.Type, group.Function)
	}
	method("String gives the name, such as %q; \"unknown\" for a number that has none.",
		"", "String() string", "nameOf(VALUE, LIST, "+library+")", strings.ToLower(constants[0].Name))
	if group.Form == header.Text {
		method("MarshalText gives the name; the number where it has none.", "", marshal, "writeName(VALUE, LIST), nil")
		method(reads, "*", unmarshal, "readName(VALUE, text, LIST)")
	}
}

func comment(text string) string {
	if text == "" {
		return ""
	}
	text = strings.ReplaceAll(text, "`", "")
	return "\t// " + strings.ReplaceAll(text, "\n", "\n\t// ") + "\n"
}
