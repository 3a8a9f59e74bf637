// Package files gives all files that are generated, whole or in part.
package files

import (
	"os"
	"path/filepath"

	"escrowdb.dev/go/internal/generate/constants"
	"escrowdb.dev/go/internal/generate/header"
	"escrowdb.dev/go/internal/generate/records"
	"escrowdb.dev/go/internal/generate/refusals"
	"escrowdb.dev/go/internal/generate/rows"
)

// Written gives what the files of the package in a folder of the repository are to hold, by their
// paths.
func Written(folder string) (map[string]string, error) {
	root := filepath.Join(folder, "../..")
	bytes, err := os.ReadFile(filepath.Join(root, "include/escrowdb.h"))
	if err != nil {
		return nil, err
	}
	fields, err := os.ReadFile(filepath.Join(root, "bindings/c/abi/escrowdb.fields"))
	if err != nil {
		return nil, err
	}
	enumerations, err := os.ReadFile(filepath.Join(root, "bindings/c/abi/escrowdb.enumerations"))
	if err != nil {
		return nil, err
	}
	if err := header.ReadGroups(string(enumerations)); err != nil {
		return nil, err
	}
	text := string(bytes)
	structs, err := header.Structs(text, string(fields))
	if err != nil {
		return nil, err
	}
	sources, err := refusals.Read(folder)
	if err != nil {
		return nil, err
	}
	written, err := sources.Written(text)
	if err != nil {
		return nil, err
	}
	words := header.NewWords(text, structs, sources.Methods())
	for name, source := range map[string]func() ([]byte, error){
		"constants.go": func() ([]byte, error) { return constants.Source(text, structs) },
		"records.go":   func() ([]byte, error) { return records.Source(structs, words) },
		"rows.go":      func() ([]byte, error) { return rows.Source(structs, words) },
	} {
		bytes, err := source()
		if err != nil {
			return nil, err
		}
		written[filepath.Join(folder, name)] = string(bytes)
	}
	return written, nil
}
