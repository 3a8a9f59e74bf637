//! `demo`: a shop, three buyers, two sellers, and an order for every end that an order can take.
//!
//! It runs on a store of its own, with a clock that the story sets, and checks every step: if one
//! does not go as told, the command fails. `demo --story` tells of one shopper and her wallet, and
//! `demo --market` of orders, from the cart to the last decision.

mod finale;
#[cfg(feature = "orders")]
mod market;
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
    match arguments.tale() {
        Tale::Shop => {
            story::tell(&mut stage)?;
            finale::accounts(&mut stage)?;
        }
        #[cfg(feature = "wallets")]
        Tale::Shopper => shopper::tell(&mut stage)?,
        #[cfg(feature = "orders")]
        Tale::Market => market::tell(&mut stage)?,
    }
    stage.into_store().close()?;
    finale::verified(folder.path(), out)?;
    if let Folder::Kept(path) = &folder {
        let path = path.display();
        writeln!(out, "The store is in {path}: try `escrowdb events {path}`.")?;
    }
    Ok(Ending::Done)
}

/// What is told.
enum Tale {
    Shop,
    #[cfg(feature = "wallets")]
    Shopper,
    #[cfg(feature = "orders")]
    Market,
}

impl Demo {
    fn tale(&self) -> Tale {
        #[cfg(feature = "wallets")]
        if self.story {
            return Tale::Shopper;
        }
        #[cfg(feature = "orders")]
        if self.market {
            return Tale::Market;
        }
        Tale::Shop
    }
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
