// Command generate writes what the package has from the header of the C ABI, which is the
// specification: constants.go, records.go, rows.go, and in the comments of methods the paragraph "Refused:".
//
//	go generate escrowdb.dev/go
//
// A test fails when a committed file differs from what this would write.
package main

import (
	"flag"
	"fmt"
	"os"

	"escrowdb.dev/go/internal/generate/files"
)

func main() {
	folder := flag.String("folder", ".", "where the package is")
	flag.Parse()
	written, err := files.Written(*folder)
	for path, text := range written {
		if err == nil {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}
