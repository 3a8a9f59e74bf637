//! `demo`: a shop, three buyers, two sellers, and an order for every end that an order can take.
//!
//! It runs on a store of its own, with a clock that the story sets, and checks every step: if one
//! does not go as told, the command fails. `demo --story` tells of one shopper and her wallet.

mod finale;
#[cfg(feature = "wallets")]
mod shopper;
mod stage;
mod story;

use super::arguments::Demo;
use super::failure::{Ending, Failure};
use escrowdb::{ClockSource, OpenMode, Options, Store};
use stage::Stage;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Tells the story.
pub(crate) fn run(arguments: &Demo, out: &mut dyn Write) -> Result<Ending, Failure> {
    let folder = match &arguments.store {
        Some(path) => Folder::Kept(path.clone()),
        None => {
            let name = format!("escrowdb-demo-{}", std::process::id());
            Folder::Temporary(std::env::temp_dir().join(name))
        }
    };
    let options = Options::new().clock(ClockSource::Manual).mode(OpenMode::CreateNew);
    let options = options.file_access(arguments.files.access_beside(folder.path()));
    let store = Store::open(folder.path(), options)?;
    let mut stage = Stage::new(store, out);
    #[cfg(feature = "wallets")]
    let of_shop = !arguments.story;
    #[cfg(not(feature = "wallets"))]
    let of_shop = true;
    if of_shop {
        story::tell(&mut stage)?;
        finale::accounts(&mut stage)?;
    }
    #[cfg(feature = "wallets")]
    if !of_shop {
        shopper::tell(&mut stage)?;
    }
    stage.into_store().close()?;
    finale::verified(folder.path(), out)?;
    if let Folder::Kept(path) = &folder {
        let path = path.display();
        writeln!(out, "The store is in {path}: try `escrowdb events {path}`.")?;
    }
    Ok(Ending::Done)
}

/// Where the store is.
enum Folder {
    Kept(PathBuf),
    /// Removed in the end.
    Temporary(PathBuf),
}

impl Folder {
    fn path(&self) -> &Path {
        match self {
            Self::Kept(path) | Self::Temporary(path) => path,
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Self::Temporary(path) = self {
            // What is left behind is in the folder for what may be left behind.
            let _ = std::fs::remove_dir_all(path);
        }
    }
}
