//! A store on a medium that cannot be written to: read, verified, copied, restored from.

use crate::command::{data, escrowdb, folder, within};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Gives these modes to a directory and its folders, and to all files in them.
fn permit(path: &Path, folder: u32, file: u32) {
    for entry in fs::read_dir(path).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            permit(&path, folder, file);
        } else {
            fs::set_permissions(&path, Permissions::from_mode(file)).expect("the file's mode");
        }
    }
    fs::set_permissions(path, Permissions::from_mode(folder)).expect("the folder's mode");
}

fn contents(path: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(path).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(contents(&path));
        } else {
            all.push((path.clone(), fs::read(&path).expect("the file")));
        }
    }
    all.sort();
    all
}

/// Runs a copy of the command as somebody who may write nowhere but in `writable`: root may
/// everywhere.
fn as_reader(command: &Path, writable: &Path, arguments: &[&str]) -> Output {
    let is_root = fs::metadata("/proc/self")
        .is_ok_and(|process| std::os::unix::fs::MetadataExt::uid(&process) == 0);
    let mut process = match is_root {
        true => {
            let mut process = Command::new("setpriv");
            process.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(command);
            process
        }
        false => Command::new(command),
    };
    process.args(arguments).env("TMPDIR", writable).output().expect("setpriv, of util-linux")
}

#[test]
fn a_store_that_cannot_be_written_to_is_read() {
    let folder = folder();
    let (store, writable) = (within(&folder, "store"), folder.path().join("writable"));
    let settled = escrowdb(&["settle", &data("orders.csv"), "--store", &store]);
    assert_eq!(settled.code, 0, "{settled:?}");
    let head = escrowdb(&["head", &store]).out;
    let command = folder.path().join("escrowdb");
    fs::copy(env!("CARGO_BIN_EXE_escrowdb"), &command).expect("a copy that others may run");
    fs::create_dir(&writable).expect("a folder");
    fs::set_permissions(&writable, Permissions::from_mode(0o777)).expect("its mode");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("its mode");
    let path = Path::new(&store);
    permit(path, 0o555, 0o444);
    let before = contents(path);

    let to = |name: &str| writable.join(name).display().to_string();
    let (backup, restored) = (to("backup"), to("restored"));
    let questions: [&[&str]; 11] = [
        &["head", &store],
        &["stats", &store],
        &["accounts", &store],
        &["holds", &store],
        &["trial-balance", &store],
        &["events", &store],
        &["statement", &store, "platform:commission"],
        &["verify", &store],
        &["backup", &store, &backup],
        &["restore", &store, &restored],
        &["verify", &restored],
    ];
    for arguments in questions {
        let output = as_reader(&command, &writable, arguments);
        let (out, err) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        // The account may have another name: then it is told so, in one line, after the store is
        // read.
        let is_told = arguments[0] == "statement" && err.contains("account");
        assert!(output.status.success() || is_told, "{arguments:?}: {out} {err}");
        assert!(arguments[0] != "head" || out == head, "{out}");
    }
    // What would write says why it does not.
    let refused =
        as_reader(&command, &writable, &["archive", &store, &to("archive"), "--keep-days", "1"]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(before == contents(path), "nothing of the store was changed");
    permit(path, 0o755, 0o644);
}

/// What the recipe "build the state again" says.
#[test]
fn a_missing_state_is_built_by_recover() {
    let folder = folder();
    let store = within(&folder, "store");
    let settled = escrowdb(&["settle", &data("orders.csv"), "--store", &store]);
    assert_eq!(settled.code, 0, "{settled:?}");
    let (head, state) = (escrowdb(&["head", &store]).out, Path::new(&store).join("state.redb"));
    fs::remove_file(&state).expect("it was there");
    // Reading builds it in memory only.
    assert_eq!(escrowdb(&["head", &store]).out, head);
    assert!(!state.exists());
    let recovered = escrowdb(&["recover", &store]);
    assert_eq!((recovered.code, recovered.out), (0, format!("head  {head}")));
    assert!(state.exists());
    assert_eq!(escrowdb(&["verify", &store]).code, 0);
}
