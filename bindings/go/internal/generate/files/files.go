// Package files gives all files that are generated, whole or in part.
package files

import (
	"os"
	"path/filepath"

	"escrowdb.dev/go/internal/generate/header"
	"escrowdb.dev/go/internal/generate/refusals"
)

// Written gives what the files of the package in a folder are to hold, by their paths.
func Written(folder, headerPath string) (map[string]string, error) {
	text, err := os.ReadFile(headerPath)
	if err != nil {
		return nil, err
	}
	written, err := refusals.Written(folder, string(text))
	if err != nil {
		return nil, err
	}
	constants, err := header.Constants(string(text))
	if err != nil {
		return nil, err
	}
	written[filepath.Join(folder, "constants.go")] = string(constants)
	return written, nil
}
