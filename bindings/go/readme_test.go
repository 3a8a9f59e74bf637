package escrowdb_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// blocks gives the blocks of code of a language in a text of Markdown.
func blocks(text, language string) []string {
	var found []string
	for _, part := range strings.Split(text, "\n```"+language+"\n")[1:] {
		found = append(found, part[:strings.Index(part, "```")])
	}
	return found
}

// What the README tells a newcomer to do is done here, but for the building of the library: in an
// empty directory, with its programs, and their output is compared.
func TestReadme(t *testing.T) {
	if raceEnabled {
		t.Skip("it runs programs of its own")
	}
	readme := string(must(os.ReadFile("README.md")))
	here := must(filepath.Abs("."))
	shop := t.TempDir()
	programs, outputs, commands := blocks(readme, "go"), blocks(readme, "text"), blocks(readme, "sh")
	equal(t, "the first builds the library", strings.Contains(commands[0], "build.sh"), true)
	commands = commands[1:]
	for i, example := range []string{"order", "wallet"} {
		path := filepath.Join("examples", example, "main.go")
		equal(t, path+" is the README's program", string(must(os.ReadFile(path))), programs[i])
		if err := os.WriteFile(filepath.Join(shop, "main.go"), []byte(programs[i]), 0o644); err != nil {
			t.Fatal(err)
		}
		var output []byte
		for ran := false; !ran; commands = commands[1:] {
			ran = strings.HasPrefix(commands[0], "go run ")
			// The checkout is wherever this package is.
			command := strings.ReplaceAll(commands[0], "$ESCROWDB/bindings/go", here)
			shell := exec.Command("sh", "-ec", command)
			shell.Dir = shop
			shell.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
			var errors strings.Builder
			shell.Stderr = &errors
			var err error
			if output, err = shell.Output(); err != nil {
				t.Fatalf("%s: %v\n%s", command, err, errors.String())
			}
		}
		equal(t, "output", string(output), outputs[i])
	}
}
