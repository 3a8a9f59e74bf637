package header

import "strings"

// columns is how long a line of a comment may be.
const columns = 100

// Wrapped gives a paragraph as the lines of a comment.
func Wrapped(indent, paragraph string) []string {
	lines := []string{indent + "//"}
	for _, word := range strings.Fields(paragraph) {
		last := len(lines) - 1
		if len(lines[last])+1+len(word) > columns {
			lines, last = append(lines, indent+"//"), last+1
		}
		lines[last] += " " + word
	}
	return lines
}

// Comment gives a text of several paragraphs as a comment.
func Comment(indent, text string) string {
	var lines []string
	for i, paragraph := range strings.Split(text, "\n\n") {
		if i > 0 {
			lines = append(lines, indent+"//")
		}
		lines = append(lines, Wrapped(indent, paragraph)...)
	}
	return strings.Join(lines, "\n") + "\n"
}
