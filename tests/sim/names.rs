//! The names on a simulated disk: which file each of them is, and how they change.

use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub(crate) files: BTreeMap<String, usize>,
    pub(crate) folders: BTreeSet<String>,
}

#[derive(Clone, Debug)]
pub(crate) enum NameChange {
    Folder(String),
    File(String, usize),
    Rename(String, String, usize),
    Remove(String),
}

impl Names {
    pub(crate) fn apply(&mut self, change: &NameChange) {
        match change {
            NameChange::Folder(name) => {
                self.folders.insert(name.clone());
            }
            NameChange::File(name, file) => {
                self.files.insert(name.clone(), *file);
            }
            NameChange::Rename(from, to, file) => {
                // What was renamed later, or is not there any more, keeps its name.
                if self.files.get(from) == Some(file) {
                    self.files.remove(from);
                }
                self.files.insert(to.clone(), *file);
            }
            NameChange::Remove(name) => {
                self.files.remove(name);
            }
        }
    }
}

impl Names {
    /// Takes all that is directly in a folder from what is seen.
    pub(crate) fn take_folder(&mut self, folder: &str, seen: &Self) {
        self.files.retain(|name, _| parent(name) != folder);
        self.folders.retain(|name| parent(name) != folder);
        let files = seen.files.iter().filter(|(name, _)| parent(name) == folder);
        self.files.extend(files.map(|(name, file)| (name.clone(), *file)));
        let folders = seen.folders.iter().filter(|name| parent(name) == folder);
        self.folders.extend(folders.cloned());
    }
}

impl NameChange {
    pub(crate) fn folder(&self) -> &str {
        match self {
            Self::Folder(name)
            | Self::File(name, _)
            | Self::Rename(name, ..)
            | Self::Remove(name) => parent(name),
        }
    }
}

/// The folder that a name is in; `""` for the root.
pub(crate) fn parent(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}
