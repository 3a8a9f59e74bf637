//! Folders: copied, packed and unpacked.
//!
//! Most of a state file are zeros: room that the B-tree has made. A packed file has its pieces that
//! are not zero, so that a sample is as small as what is in it.

use std::fs;
use std::path::{Path, PathBuf};

/// Files are packed in pieces of this size.
const PIECE_BYTES: usize = 256;
/// Behind the name of a packed file.
const PACKED: &str = ".packed";

pub(crate) fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compat/samples")
}

/// All files below a folder, relative to it.
pub(crate) fn names(folder: &Path) -> Vec<PathBuf> {
    let mut names = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                names.push(path.strip_prefix(folder).unwrap().to_owned());
            }
        }
    }
    names.sort();
    names
}

fn each(from: &Path, to: &Path, change: impl Fn(&Path, Vec<u8>) -> (PathBuf, Vec<u8>)) {
    for name in names(from) {
        let (name, bytes) = change(&name, fs::read(from.join(&name)).unwrap());
        let path = to.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    // Also if it has no files.
    fs::create_dir_all(to.join("journal")).unwrap();
}

pub(crate) fn copy(from: &Path, to: &Path) {
    each(from, to, |name, bytes| (name.to_owned(), bytes));
}

pub(crate) fn pack(from: &Path, to: &Path) {
    each(from, to, |name, bytes| {
        let mut name = name.as_os_str().to_owned();
        name.push(PACKED);
        (name.into(), packed(&bytes))
    });
}

pub(crate) fn unpack(from: &Path, to: &Path) {
    each(from, to, |name, bytes| {
        let name = name.to_str().unwrap().strip_suffix(PACKED).unwrap();
        (name.into(), unpacked(&bytes))
    });
}

/// The length, and each piece that is not zero with its offset before it.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = (bytes.len() as u64).to_le_bytes().to_vec();
    for (number, piece) in bytes.chunks(PIECE_BYTES).enumerate() {
        if piece.iter().any(|byte| *byte != 0) {
            packed.extend(((number * PIECE_BYTES) as u64).to_le_bytes());
            packed.extend(piece);
        }
    }
    packed
}

fn unpacked(mut packed: &[u8]) -> Vec<u8> {
    let mut number = || {
        let (number, rest) = packed.split_first_chunk()?;
        packed = rest;
        Some(u64::from_le_bytes(*number) as usize)
    };
    let mut bytes = vec![0; number().unwrap()];
    let length = bytes.len();
    while let Some((offset, rest)) = packed.split_first_chunk() {
        let offset = u64::from_le_bytes(*offset) as usize;
        let (piece, rest) = rest.split_at(PIECE_BYTES.min(length - offset));
        bytes[offset..offset + piece.len()].copy_from_slice(piece);
        packed = rest;
    }
    bytes
}

#[test]
fn what_is_packed_comes_back() {
    for length in [0, 1, 255, 256, 257, 5_000] {
        for step in [1, 7, 300, 9_999] {
            let mut bytes = vec![0; length];
            for byte in bytes.iter_mut().step_by(step).skip(1) {
                *byte = 7;
            }
            assert_eq!(unpacked(&packed(&bytes)), bytes);
        }
    }
}
