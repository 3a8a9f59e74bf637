//! The file of keys, as a guest has it: it asks, and its host reads and exchanges.

use super::super::Result;
use super::super::house::{Exchange, KeyFile};
use super::guest::Guest;
use super::kinds;
use crate::wire::codec::Writer;

impl Guest {
    pub(in super::super) fn keys_len(&self) -> Result<u64> {
        self.ask(kinds::KEYS_LEN, &[], |host| host.key_file()?.len())
    }

    pub(in super::super) fn keys_read(&self, offset: u64, length: usize) -> Result<Vec<u8>> {
        let mut writer = Writer::default();
        writer.put(&offset);
        writer.put(&(length as u64));
        self.ask(kinds::KEYS_READ, &writer.into_bytes(), |host| {
            host.key_file()?.read(offset, length)
        })
    }

    pub(in super::super) fn keys_exchange(&self, changes: &[Exchange]) -> Result<bool> {
        let mut writer = Writer::default();
        writer.put(&(changes.len() as u32));
        for change in changes {
            writer.put(&change.offset);
            writer.bytes(&change.expected);
            writer.bytes(&change.new);
        }
        // If the host ends meanwhile and it was done, it is not as expected any more: the caller
        // looks again.
        self.ask(kinds::KEYS_EXCHANGE, &writer.into_bytes(), |host| {
            host.key_file()?.exchange(changes)
        })
    }

    /// As it was when the last snapshot was taken, or later.
    pub(in super::super) fn keys_generation(&self) -> Result<u64> {
        match self.told_generation() {
            Some(generation) => Ok(generation),
            None => self.ask(kinds::KEYS_GENERATION, &[], |host| host.key_file()?.generation()),
        }
    }

    pub(in super::super) fn keys_unaligned(&self) -> Result<Option<u64>> {
        self.ask(kinds::KEYS_UNALIGNED, &[], |host| host.key_file()?.unaligned())
    }

    pub(in super::super) fn keys_set_aligned(&self) -> Result<()> {
        self.ask(kinds::KEYS_SET_ALIGNED, &[], |host| host.key_file()?.set_aligned())
    }
}
