// Command generate writes constants.go from the header of the C ABI, which is the specification:
//
//	go generate escrowdb.dev/go
//
// A test fails when the committed file differs from what this would write.
package main

import (
	"flag"
	"fmt"
	"os"

	"escrowdb.dev/go/internal/generate/header"
)

func main() {
	in := flag.String("header", "../../include/escrowdb.h", "the header")
	out := flag.String("out", "constants.go", "the file to write")
	flag.Parse()
	text, err := os.ReadFile(*in)
	if err == nil {
		var source []byte
		if source, err = header.Constants(string(text)); err == nil {
			err = os.WriteFile(*out, source, 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}
