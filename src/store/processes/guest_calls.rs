//! What a guest asks of its host, a method each, beside submitting.

use super::super::host::Host;
use super::super::{
    Advanced, ArchiveOptions, ArchiveReport, BackupReport, ClockReading, Head, Result, Snapshot,
    Stats,
};
use super::answers::{Answer, Taken, outcomes_of, path_bytes};
use super::guest::Guest;
use super::guest_status::GuestStatus;
use super::hosting::Hosting;
use super::kinds;
use super::remote::Remote;
use crate::journal::StoreId;
use crate::model::{Account, Ledger, Outcome, Timestamp};
use crate::wire::codec::Writer;
use std::path::Path;
use std::sync::Arc;

impl Guest {
    pub(in super::super) fn create_ledgers(&self, ledgers: &[Ledger]) -> Result<Vec<Outcome>> {
        self.create(kinds::LEDGERS, ledgers, |host| host.create_ledgers(ledgers))
    }

    pub(in super::super) fn create_accounts(&self, accounts: &[Account]) -> Result<Vec<Outcome>> {
        self.create(kinds::ACCOUNTS, accounts, |host| host.create_accounts(accounts))
    }

    fn create<T: bytemuck::Pod>(
        &self,
        kind: u16,
        records: &[T],
        on_host: impl Fn(&Arc<Host>) -> Result<Vec<Outcome>>,
    ) -> Result<Vec<Outcome>> {
        let records = bytemuck::cast_slice(records);
        self.call(on_host, |connection| {
            let answer = connection.call(kind, 0, &[records])?;
            Ok(outcomes_of(&answer)?)
        })
    }

    pub(in super::super) fn advance(&self, to: Timestamp) -> Result<Advanced> {
        self.ask(kinds::ADVANCE, &to.to_bytes(), |host| host.advance(to))
    }

    pub(in super::super) fn acknowledge(&self, consumer: &str, position: Timestamp) -> Result<()> {
        let mut writer = Writer::default();
        writer.text(consumer);
        position.write(&mut writer);
        let payload = writer.into_bytes();
        self.ask(kinds::ACKNOWLEDGE, &payload, |host| host.acknowledge(consumer, position))
    }

    pub(in super::super) fn remove_consumer(&self, consumer: &str) -> Result<bool> {
        let payload = consumer.as_bytes();
        self.ask(kinds::REMOVE_CONSUMER, payload, |host| host.remove_consumer(consumer))
    }

    /// What is durable now, and what the store's clock shows.
    pub(in super::super) fn snapshot(
        &self,
        on_host: impl Fn(&Arc<Host>) -> Snapshot,
    ) -> Result<(Snapshot, Timestamp)> {
        self.call(
            |host| Ok((on_host(host), host.committer.now())),
            |connection| {
                let taken = Taken::from_bytes(&connection.call(kinds::SNAPSHOT, 0, &[])?)?;
                connection.tell_generation(taken.keys_generation);
                let remote = Remote::new(Arc::clone(connection), taken);
                Ok((Snapshot::remote(Arc::new(remote)), taken.now))
            },
        )
    }

    /// Which store it is.
    pub(in super::super) fn store_id(&self) -> StoreId {
        self.store_id
    }

    pub(in super::super) fn head(&self) -> Result<Head> {
        self.ask(kinds::HEAD, &[], |host| Ok(host.head()))
    }

    pub(in super::super) fn stats(&self) -> Result<Stats> {
        self.ask(kinds::STATS, &[], |host| Ok(host.stats()))
    }

    pub(in super::super) fn clock(&self) -> Result<ClockReading> {
        self.ask(kinds::CLOCK, &[], |host| Ok(host.clock()))
    }

    pub(in super::super) fn confirm_clock(&self, now: Timestamp) -> Result<Timestamp> {
        self.ask(kinds::CONFIRM_CLOCK, &now.to_bytes(), |host| host.confirm_clock(now))
    }

    pub(in super::super) fn checkpoint(&self) -> Result<()> {
        self.ask(kinds::CHECKPOINT, &[], |host| host.checkpoint())
    }

    pub(in super::super) fn backup(&self, destination: &Path) -> Result<BackupReport> {
        let payload = path_bytes(destination)?;
        self.ask_once(kinds::BACKUP, &payload, |host| host.backup(destination))
    }

    pub(in super::super) fn copy_state(&self, destination: &Path) -> Result<Head> {
        let payload = path_bytes(destination)?;
        self.ask_once(kinds::COPY_STATE, &payload, |host| host.copy_state(destination))
    }

    pub(in super::super) fn archive(
        &self,
        destination: &Path,
        options: &ArchiveOptions,
    ) -> Result<ArchiveReport> {
        let payload = [&options.time().to_bytes()[..], &path_bytes(destination)?[..]].concat();
        self.ask_once(kinds::ARCHIVE, &payload, |host| host.archive(destination, options))
    }

    /// The process that hosts the store, and all its guests.
    pub(in super::super) fn status(&self) -> Result<(u32, Vec<GuestStatus>)> {
        let here = |_: &Arc<Host>| {
            let guests = self.hosting().map(Hosting::guests).unwrap_or_default();
            Ok((self.process, guests))
        };
        self.call(here, |connection| {
            let answer = connection.call(kinds::STATUS, 0, &[])?;
            Ok((connection.welcome.process, Answer::from_bytes(&answer)?))
        })
    }
}
