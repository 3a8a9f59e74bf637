// Package files gives all files that are generated, whole or in part.
package files

import (
	"os"
	"path/filepath"

	"escrowdb.dev/go/internal/generate/constants"
	"escrowdb.dev/go/internal/generate/records"
	"escrowdb.dev/go/internal/generate/refusals"
)

// Written gives what the files of the package in a folder of the repository are to hold, by their
// paths.
func Written(folder string) (map[string]string, error) {
	root := filepath.Join(folder, "../..")
	text, err := os.ReadFile(filepath.Join(root, "include/escrowdb.h"))
	if err != nil {
		return nil, err
	}
	fields, err := os.ReadFile(filepath.Join(root, "bindings/c/abi/escrowdb.fields"))
	if err != nil {
		return nil, err
	}
	written, err := refusals.Written(folder, string(text))
	if err != nil {
		return nil, err
	}
	constants, err := constants.Source(string(text), string(fields))
	if err != nil {
		return nil, err
	}
	records, err := records.Source(string(text), string(fields))
	if err != nil {
		return nil, err
	}
	written[filepath.Join(folder, "constants.go")] = string(constants)
	written[filepath.Join(folder, "records.go")] = string(records)
	return written, nil
}
