//! The documentation site, as far as it can be checked without building it.

use crate::root;
use std::process::Command;

/// Every page is in the contents, every link between pages leads somewhere, and no page shows code
/// that no test runs.
#[test]
fn the_pages_of_the_site_are_in_order() {
    let mut check = Command::new("python3");
    let done = check.arg(root().join(".ci/site")).arg("--check").output();
    let done = done.expect("the site is assembled by Python 3");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
