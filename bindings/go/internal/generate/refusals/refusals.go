// Package refusals writes what a call may be refused by, as the header says it, into the comments of
// the package: the paragraph "Refused:" of each method that calls a function which has one.
package refusals

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"escrowdb.dev/go/internal/generate/header"
)

var name = regexp.MustCompile("`([^`]+)`")

// Sources are the files of the package that are written by hand, by their paths.
type Sources map[string]*source

// Read reads the sources in a folder.
func Read(folder string) (Sources, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	sources := make(Sources)
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		if sources[path], err = read(path); err != nil {
			return nil, err
		}
	}
	return sources, nil
}

// Methods gives the methods that call functions of the library, by the names of those.
func (s Sources) Methods() map[string]string {
	methods := make(map[string]string)
	for _, source := range s {
		for _, call := range source.calls {
			methods[call.function] = call.method.Name.Name
		}
	}
	return methods
}

// Written gives the texts of the sources as they are to be, by their paths.
func (s Sources) Written(text string) (map[string]string, error) {
	methods := s.Methods()
	translate := func(function string) func(string) string {
		laws := header.Laws(text, function)
		return func(quoted string) string {
			name := strings.Trim(quoted, "`")
			if method, found := methods[name]; found {
				return method
			} else if law, found := laws[name]; found {
				return law
			}
			return name
		}
	}
	written, refusals := make(map[string]string), header.Refusals(text)
	for path, source := range s {
		for _, call := range source.calls {
			if refused := refusals[call.function]; refused != "" {
				delete(source.unexplained, call.method)
				source.replace(call.method, name.ReplaceAllStringFunc(refused, translate(call.function)))
			}
		}
		for method := range source.unexplained {
			return nil, fmt.Errorf("%s: no function of the header says what it is refused by",
				method.Name.Name)
		}
		written[path] = strings.Join(source.lines, "\n")
	}
	return written, nil
}

// A source is a file of the package.
type source struct {
	files *token.FileSet
	lines []string
	// calls are those of the library, the last one of the file first.
	calls []call
	// unexplained are the methods whose comments say by what they are refused.
	unexplained map[*ast.FuncDecl]bool
}

// A call is one of a function of the library, by an exported method.
type call struct {
	method   *ast.FuncDecl
	function string
}

func read(path string) (*source, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	read := &source{token.NewFileSet(), strings.Split(string(text), "\n"), nil, make(map[*ast.FuncDecl]bool)}
	file, err := parser.ParseFile(read.files, path, text, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	for i := len(file.Decls) - 1; i >= 0; i-- {
		method, isFunction := file.Decls[i].(*ast.FuncDecl)
		if !isFunction || !method.Name.IsExported() || method.Doc == nil {
			continue
		}
		if strings.Contains(method.Doc.Text(), "Refused:") {
			read.unexplained[method] = true
		}
		ast.Inspect(method.Body, func(node ast.Node) bool {
			if selector, is := node.(*ast.SelectorExpr); is {
				library, is := selector.X.(*ast.Ident)
				if is && library.Name == "C" && strings.HasPrefix(selector.Sel.Name, "escrow_") {
					read.calls = append(read.calls, call{method, selector.Sel.Name})
				}
			}
			return true
		})
	}
	return read, nil
}

// replace puts a paragraph in the place of the one that says what a method is refused by, or at the
// end of its comment.
func (s *source) replace(method *ast.FuncDecl, paragraph string) {
	first := s.files.Position(method.Doc.Pos()).Line - 1
	end := s.files.Position(method.Doc.End()).Line
	begin := end
	for i := first; i < end; i++ {
		if strings.HasPrefix(s.lines[i], "// Refused:") {
			begin = i
			break
		}
	}
	lines := header.Wrapped("", paragraph)
	if begin == end {
		lines = append([]string{"//"}, lines...)
	}
	after := begin
	for after < end && s.lines[after] != "//" {
		after++
	}
	s.lines = append(s.lines[:begin:begin], append(lines, s.lines[after:]...)...)
}
