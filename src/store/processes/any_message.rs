//! Any bytes as the payload of any message: a target of fuzzing.

use super::super::query::{Page, Query};
use super::super::{Advanced, ArchiveReport, BackupReport, ClockReading, Head, Stats};
use super::answers::{Answer, Taken};
use super::errors;
use super::guest_status::GuestStatus;
use super::hello::{Hello, Welcome};
use crate::model::{Account, Hold, Operation};
use crate::wire::codec::{Malformed, Reader, Writer};

/// Reads the payload as one of the messages. What has a meaning is written again as it was.
pub(crate) fn read_any_message(which: u8, payload: &[u8]) {
    let mut reader = Reader::new(payload);
    let mut writer = Writer::default();
    let whole = |reader: &Reader<'_>| reader.end();
    let read: Result<(), Malformed> = match which % 16 {
        0 => Hello::read(payload).map(drop),
        1 => Welcome::read(payload).map(drop),
        2 => Query::read(&mut reader)
            .and_then(|query| whole(&reader).map(|()| query.write(&mut writer))),
        3 => Page::read(&mut reader)
            .and_then(|page| whole(&reader).map(|()| page.write(&mut writer))),
        4 => errors::read(&mut reader).map(|error| errors::write(&error, &mut Writer::default())),
        5 => Taken::from_bytes(payload).map(|value| value.write(&mut writer)),
        6 => Advanced::from_bytes(payload).map(|value| value.write(&mut writer)),
        7 => Head::from_bytes(payload).map(|value| value.write(&mut writer)),
        8 => Stats::from_bytes(payload).map(|value| value.write(&mut writer)),
        9 => ClockReading::from_bytes(payload).map(|value| value.write(&mut writer)),
        10 => BackupReport::from_bytes(payload).map(|value| value.write(&mut writer)),
        11 => ArchiveReport::from_bytes(payload).map(|value| value.write(&mut writer)),
        12 => GuestStatus::from_bytes(payload).map(|value| value.write(&mut writer)),
        13 => reader.list::<Operation>().map(drop),
        14 => reader.list::<Account>().map(drop),
        _ => reader.list::<Hold>().map(drop),
    };
    let written = writer.into_bytes();
    if read.is_ok() && !written.is_empty() {
        assert_eq!(written, payload, "one value, two forms");
    }
}
