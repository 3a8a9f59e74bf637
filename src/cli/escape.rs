//! Keeps what strangers wrote from steering the terminal that shows it.
//!
//! A document's key, a name, a row of a file, a path in an error: any of them can hold sequences
//! that a terminal obeys, to hide lines or to type for its user. Guaranteed: no control character
//! reaches standard output or standard error, but for ends of lines, tabs and the two sequences
//! that headings are set in; nor one that turns the direction of text. They are shown as JSON would
//! write them, so that documents in JSON stay what they are.

use std::io::{self, Write};

/// What headings are set in. Harmless, whoever writes them.
const ALLOWED: [&str; 2] = ["\u{1b}[1m", "\u{1b}[0m"];

/// Escapes what is written to `inner`.
pub(crate) struct Escaping<W: Write> {
    inner: W,
    /// The beginning of a character that is not complete.
    rest: Vec<u8>,
}

impl<W: Write> Escaping<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self { inner, rest: Vec::new() }
    }
}

impl<W: Write> Write for Escaping<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = std::mem::take(&mut self.rest);
        all.extend_from_slice(bytes);
        let mut left = &all[..];
        loop {
            match std::str::from_utf8(left) {
                Ok(text) => {
                    write_escaped(&mut self.inner, text, is_layout)?;
                    break;
                }
                Err(error) => {
                    let (valid, other) = left.split_at(error.valid_up_to());
                    let text = std::str::from_utf8(valid).unwrap_or_default();
                    write_escaped(&mut self.inner, text, is_layout)?;
                    let Some(wrong) = error.error_len() else {
                        self.rest = other.to_vec();
                        break;
                    };
                    self.inner.write_all("\u{fffd}".as_bytes())?;
                    left = &other[wrong..];
                }
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// A text on one line, without anything that a terminal would obey.
pub(crate) fn escaped(text: &str) -> String {
    let mut line = Vec::with_capacity(text.len());
    // Writing to memory does not fail.
    let _ = write_escaped(&mut line, text, |_| false);
    String::from_utf8_lossy(&line).into_owned()
}

fn write_escaped(
    out: &mut dyn Write,
    text: &str,
    may_pass: impl Fn(char) -> bool,
) -> io::Result<()> {
    let mut rest = text;
    while let Some(at) = rest.find(|found: char| is_obeyed(found) && !may_pass(found)) {
        let (before, from) = rest.split_at(at);
        out.write_all(before.as_bytes())?;
        if let Some(allowed) = ALLOWED.into_iter().find(|allowed| from.starts_with(allowed)) {
            out.write_all(allowed.as_bytes())?;
            rest = &from[allowed.len()..];
            continue;
        }
        let mut characters = from.chars();
        if let Some(obeyed) = characters.next() {
            write!(out, "\\u{:04x}", u32::from(obeyed))?;
        }
        rest = characters.as_str();
    }
    out.write_all(rest.as_bytes())
}

/// What stands between texts.
fn is_layout(character: char) -> bool {
    matches!(character, '\n' | '\t')
}

/// Whether a terminal does something else with it than to show it.
fn is_obeyed(character: char) -> bool {
    // Controls; what orders and hides text; ends of lines and paragraphs.
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{feff}')
        || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &[&[u8]]) -> String {
        let mut out = Escaping::new(Vec::new());
        for piece in pieces {
            out.write_all(piece).expect("memory");
        }
        String::from_utf8(out.inner).expect("text")
    }

    #[test]
    fn a_terminal_is_shown_what_it_would_obey() {
        for (written, expected) in [
            ("plain, ä 漢\n\tx", "plain, ä 漢\n\tx"),
            ("\u{1b}]0;title\u{7}", "\\u001b]0;title\\u0007"),
            ("a\rb\u{8}\u{7f}", "a\\u000db\\u0008\\u007f"),
            ("\u{9b}2J", "\\u009b2J"),
            ("\u{202e}txt.exe", "\\u202etxt.exe"),
            ("\u{1b}[1mDAY\u{1b}[0m\u{1b}[8m", "\u{1b}[1mDAY\u{1b}[0m\\u001b[8m"),
        ] {
            assert_eq!(shown(&[written.as_bytes()]), expected);
            let bytes: Vec<_> = written.as_bytes().chunks(1).collect();
            if !written.contains("[1m") {
                assert_eq!(shown(&bytes), expected, "in pieces");
            }
        }
        assert_eq!(shown(&[b"a\x9bb"]), "a\u{fffd}b", "a byte of another encoding");
        assert_eq!(escaped("one\ntwo\t\u{1b}c"), "one\\u000atwo\\u0009\\u001bc");
    }
}
