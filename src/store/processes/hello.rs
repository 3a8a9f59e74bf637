//! The first frames: who comes, in which version, and whether what it was told of the store is so.

use super::super::{Durability, Error, Options, Result};
use super::kinds::WIRE_VERSION;
use crate::commit::ClockSource;
use crate::journal::StoreId;
use crate::wire::codec::{Malformed, Reader, Writer};

const MAGIC: [u8; 8] = *b"escrowdb";
/// For people.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What must be one for all processes of a store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Settings {
    pub(super) clock: ClockSource,
    pub(super) durability: Durability,
}

impl Settings {
    pub(super) fn of(options: &Options) -> Self {
        Self { clock: options.clock, durability: options.durability }
    }

    fn write(self, writer: &mut Writer) {
        writer.flag(self.clock == ClockSource::Manual);
        writer.flag(self.durability == Durability::Process);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let clock = if reader.flag()? { ClockSource::Manual } else { ClockSource::System };
        let durability = if reader.flag()? { Durability::Process } else { Durability::Durable };
        Ok(Self { clock, durability })
    }
}

/// What a guest says first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Hello {
    pub(super) process: u32,
    /// `None` if the guest goes by what the host has.
    pub(super) settings: Option<Settings>,
    pub(super) index_user_data: bool,
    pub(super) store_id: Option<StoreId>,
    /// Which directory it is: a copy that shares files with the store by links has its socket, too.
    pub(super) directory: (u64, u64),
}

impl Hello {
    pub(super) fn of(options: &Options, directory: (u64, u64)) -> Self {
        Self {
            directory,
            process: std::process::id(),
            settings: (!options.follows_host).then(|| Settings::of(options)),
            index_user_data: options.index_user_data,
            store_id: options.wanted_id(),
        }
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        version(&mut writer);
        writer.put(&self.process);
        writer.flag(self.settings.is_some());
        if let Some(settings) = self.settings {
            settings.write(&mut writer);
        }
        writer.flag(self.index_user_data);
        writer.option(self.store_id.as_ref());
        writer.put(&self.directory.0);
        writer.put(&self.directory.1);
        writer.into_bytes()
    }

    /// Reads what a guest of the same version says.
    ///
    /// # Errors
    /// [`Error::VersionMismatch`] to be sent to one of another; `Malformed` if it is no guest at
    /// all.
    pub(super) fn read(payload: &[u8]) -> Result<Result<Self>, Malformed> {
        let mut reader = Reader::new(payload);
        let (wire, version) = read_version(&mut reader)?;
        if wire != WIRE_VERSION {
            return Ok(Err(Error::VersionMismatch {
                host: name(WIRE_VERSION, VERSION),
                guest: name(wire, version),
            }));
        }
        let process = reader.take()?;
        let settings = if reader.flag()? { Some(Settings::read(&mut reader)?) } else { None };
        let index_user_data = reader.flag()?;
        let store_id = reader.option()?;
        let directory = (reader.take()?, reader.take()?);
        reader.end()?;
        Ok(Ok(Self { process, settings, index_user_data, store_id, directory }))
    }
}

/// What a host says to a guest that it lets in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Welcome {
    pub(super) process: u32,
    pub(super) settings: Settings,
    pub(super) store_id: StoreId,
}

impl Welcome {
    pub(super) fn write(self) -> Vec<u8> {
        let mut writer = Writer::default();
        version(&mut writer);
        writer.put(&self.process);
        self.settings.write(&mut writer);
        writer.put(&self.store_id);
        writer.into_bytes()
    }

    pub(super) fn read(payload: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(payload);
        read_version(&mut reader)?;
        let process = reader.take()?;
        let settings = Settings::read(&mut reader)?;
        let store_id = reader.take()?;
        reader.end()?;
        Ok(Self { process, settings, store_id })
    }

    /// Holds what a guest was told against what is so.
    pub(super) fn check(
        &self,
        hello: &Hello,
        index_user_data: bool,
        directory: (u64, u64),
    ) -> Result<()> {
        if hello.directory != directory {
            let process = self.process;
            return Err(Error::Locked(format!(
                "the directory shares files with a store that process {process} has open: a copy \
                 of a store must have files of its own"
            )));
        }
        let refused = |option: &str, host: &str, guest: &str| {
            Err(Error::InvalidArgument(format!(
                "option {option} is {host} in process {}, which has the store open, and {guest} \
                 here: it must be one for all",
                self.process
            )))
        };
        if let Some(settings) = hello.settings {
            if settings.clock != self.settings.clock {
                let name = |clock| if clock == ClockSource::Manual { "manual" } else { "system" };
                return refused("clock", name(self.settings.clock), name(settings.clock));
            }
            if settings.durability != self.settings.durability {
                let name = |durability| match durability {
                    Durability::Durable => "durable",
                    Durability::Process => "process",
                };
                let (host, guest) = (self.settings.durability, settings.durability);
                return refused("durability", name(host), name(guest));
            }
        }
        if hello.index_user_data && !index_user_data {
            return refused("index_user_data", "off", "on");
        }
        super::super::files::check_wanted(self.store_id, hello.store_id)
    }
}

/// The beginning of both, which is the same in all versions.
fn version(writer: &mut Writer) {
    writer.put(&MAGIC);
    writer.put(&WIRE_VERSION);
    writer.text(VERSION);
}

fn read_version<'p>(reader: &mut Reader<'p>) -> Result<(u32, &'p str), Malformed> {
    if reader.take::<[u8; 8]>()? != MAGIC {
        return Err(Malformed);
    }
    let wire = reader.take()?;
    let version = reader.text()?;
    // It is shown to people.
    let is_plain = version.len() <= 32 && version.chars().all(|letter| letter.is_ascii_graphic());
    if is_plain { Ok((wire, version)) } else { Err(Malformed) }
}

fn name(wire: u32, version: &str) -> String {
    format!("{version} (wire {wire})")
}
