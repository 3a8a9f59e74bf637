//! The file of keys, as a guest has it: it asks, and its host reads and exchanges.

use super::super::house::{Exchange, KeyFile};
use super::super::{Result, Store};
use super::guest::Guest;
use super::kinds;
use crate::wire::codec::Writer;

/// The file of keys of a handle that is a guest, or began as one.
#[derive(Debug)]
pub(in super::super) struct KeysOfGuest(pub(in super::super) Store);

impl KeysOfGuest {
    fn guest(&self) -> Result<&Guest> {
        self.0.guest()
    }
}

impl KeyFile for KeysOfGuest {
    fn len(&self) -> Result<u64> {
        self.guest()?.ask(kinds::KEYS_LEN, &[], |host| host.key_file()?.len())
    }

    fn read(&self, offset: u64, length: usize) -> Result<Vec<u8>> {
        let mut writer = Writer::default();
        writer.put(&offset);
        writer.put(&(length as u64));
        let payload = writer.into_bytes();
        self.guest()?.ask(kinds::KEYS_READ, &payload, |host| host.key_file()?.read(offset, length))
    }

    fn exchange(&self, changes: &[Exchange]) -> Result<bool> {
        let mut writer = Writer::default();
        writer.put(&(changes.len() as u32));
        for change in changes {
            writer.put(&change.offset);
            writer.bytes(&change.expected);
            writer.bytes(&change.new);
        }
        let payload = writer.into_bytes();
        // If the host ends meanwhile and it was done, it is not as expected any more: the caller
        // looks again.
        self.guest()?.ask(kinds::KEYS_EXCHANGE, &payload, |host| host.key_file()?.exchange(changes))
    }

    fn generation(&self) -> Result<u64> {
        let guest = self.guest()?;
        match guest.told_generation() {
            Some(generation) => Ok(generation),
            None => guest.ask(kinds::KEYS_GENERATION, &[], |host| host.key_file()?.generation()),
        }
    }

    fn unaligned(&self) -> Result<Option<u64>> {
        self.guest()?.ask(kinds::KEYS_UNALIGNED, &[], |host| host.key_file()?.unaligned())
    }

    fn set_aligned(&self) -> Result<()> {
        self.guest()?.ask(kinds::KEYS_SET_ALIGNED, &[], |host| host.key_file()?.set_aligned())
    }
}
