//! Whose a file is that root creates in the folder of a store: its owner's, as are the others
//! there. Otherwise a shell of root's that was there first would keep the shop out.

use rustix::fs::{AtFlags, Gid, Uid};
use std::ffi::CStr;
use std::os::fd::AsFd;

/// Who owns the folder, if this process is root's and root is somebody else.
fn owner(folder: impl AsFd) -> Option<(Uid, Gid)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let stat = rustix::fs::fstat(folder).ok()?;
    (stat.st_uid != 0).then(|| (Uid::from_raw(stat.st_uid), Gid::from_raw(stat.st_gid)))
}

/// Gives the owner of the folder a file that was just created in it. Some file systems know no
/// owners: there it stays as it is.
pub(super) fn give_file(folder: impl AsFd, file: impl AsFd) {
    if let Some((user, group)) = owner(folder) {
        let _ = rustix::fs::fchown(file, Some(user), Some(group));
    }
}

/// As [`give_file`], with a folder or a socket of this name.
pub(super) fn give_name(folder: impl AsFd, name: &CStr) {
    if let Some((user, group)) = owner(&folder) {
        let flags = AtFlags::SYMLINK_NOFOLLOW;
        let _ = rustix::fs::chownat(folder, name, Some(user), Some(group), flags);
    }
}
