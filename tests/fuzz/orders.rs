//! Target: a file of orders, settled by the command. A bad file is an error in one line.

use crate::cli;
use crate::cli::arguments::Arguments;
use clap::Parser;

/// The target.
pub(crate) fn orders(bytes: &[u8]) {
    let Some((&how, file)) = bytes.split_first() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let (path, store) = (folder.path().join("orders.csv"), folder.path().join("store"));
    std::fs::write(&path, file).expect("room");
    let (path, store) = (path.to_string_lossy(), store.to_string_lossy());
    let mut words = vec!["escrowdb", "settle", &path, "--store", &store, "--json"];
    if how & 1 != 0 {
        words.extend(["--on-error", "skip"]);
    }
    let mut outputs = [Vec::new(), Vec::new()];
    // The second time changes nothing.
    for out in outputs.iter_mut().take(1 + usize::from(how & 2 != 0)) {
        let arguments = Arguments::try_parse_from(&words).expect("they make sense");
        if let Err(failure) = cli::carry_out(&arguments.command, out) {
            let line = failure.line().expect("somebody reads");
            assert!(!line.is_empty() && !line.contains('\n'), "{line}");
            return;
        }
        assert!(!out.is_empty(), "a report");
    }
}
