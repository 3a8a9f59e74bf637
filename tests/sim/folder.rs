//! A simulated disk as a folder of the file system, to be verified there.

use crate::disk::SimulatedDisk;
use escrowdb::{Head, VerifyOptions, verify_with};
use std::fs;

/// Verifies what is seen on a disk, in which the head must be found.
pub(crate) fn verify(disk: &SimulatedDisk, head: Head) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("journal")).unwrap();
    for name in disk.names() {
        disk.with_file(&name, |bytes| fs::write(folder.path().join(name.as_str()), bytes)).unwrap();
    }
    let report = verify_with(folder.path(), &VerifyOptions::new().expect(head), |_, _| ()).unwrap();
    assert_eq!(report.fault, None);
    assert_eq!(report.blocks, head.block);
}
