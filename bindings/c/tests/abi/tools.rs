//! The tools of a C programmer, and the library as one finds it installed.

use crate::header::here;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The prefix under which the library is installed for the tests.
pub(crate) fn prefix() -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| {
        let prefix = Path::new(env!("CARGO_TARGET_TMPDIR")).join("prefix");
        drop(fs::remove_dir_all(&prefix));
        let mut command = Command::new(here().join("install.sh"));
        command.arg("--prefix").arg(&prefix);
        if let Some(folder) = built() {
            command.arg("--built").arg(folder);
        }
        run(&mut command);
        prefix
    })
}

/// Where the library lies that was built for tests.
fn built() -> Option<OsString> {
    std::env::var_os("ESCROWDB_TEST_BUILT")
}

/// Whether the library is built as users have it, or, as `ESCROWDB_TEST_BUILT` says, for tests.
pub(crate) fn is_as_shipped() -> bool {
    built().is_none()
}

/// A folder of this name for a test, empty.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Whether a tool is there. If it is not, says so, or fails where all tools are required.
pub(crate) fn has(tool: &str) -> bool {
    // Not all tools know `--version`, but all start.
    let found = Command::new(tool).arg("--version").output().is_ok();
    if !found {
        skip(&format!("{tool} is not installed"));
    }
    found
}

/// Skips what cannot be done here.
pub(crate) fn skip(why: &str) {
    let required = ["CI", "ESCROWDB_REQUIRE_TOOLS"].map(std::env::var_os);
    assert!(required.iter().all(Option::is_none), "{why}");
    // Around the capture of the test's output: whoever runs the tests is to see it.
    drop(std::io::Write::write_all(&mut std::io::stderr(), format!("skipped: {why}\n").as_bytes()));
}

/// Runs a command that has to succeed.
pub(crate) fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    output
}

/// What a command that has to succeed says.
pub(crate) fn text_of(command: &mut Command) -> String {
    String::from_utf8(run(command).stdout).unwrap()
}

/// How a program is linked with the library.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Link {
    Shared,
    Static,
}

/// A program to be built: a source file and how.
#[derive(Clone, Copy)]
pub(crate) struct Program<'a> {
    pub(crate) source: &'a Path,
    /// `c99`, `c11`, `c++17`.
    pub(crate) standard: &'a str,
    pub(crate) link: Link,
    pub(crate) extra: &'a [&'a str],
}

impl Program<'_> {
    /// Compiles and links with all warnings as errors.
    pub(crate) fn build(&self, target: &Path) {
        let compiler = if self.standard.contains("++") { "c++" } else { "cc" };
        let prefix = prefix();
        let mut command = Command::new(compiler);
        command.arg(format!("-std={}", self.standard));
        command.args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", "-pthread"]);
        command.args(self.extra);
        command.arg(format!("-I{}", prefix.join("include").display()));
        command.arg(self.source);
        match self.link {
            Link::Shared => {
                let folder = prefix.join("lib");
                command.arg(format!("-L{}", folder.display())).arg("-lescrowdb");
                command.arg(format!("-Wl,-rpath,{}", folder.display()));
            }
            Link::Static => {
                command.arg(prefix.join("lib/libescrowdb.a"));
                command.args(["-lgcc_s", "-lpthread", "-lm", "-ldl"]);
            }
        }
        run(command.arg("-o").arg(target));
    }
}
