//! Archiving: which segments are moved, which questions are still answered, and which error the
//! others get.

use crate::world::*;
use escrowdb::*;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// Small segments, so that there are many.
fn options() -> Options {
    let journal = journal::Options { segment_bytes: 3_000, preallocate_bytes: 1_024 };
    manual().index_user_data(true).journal(journal)
}

/// A store with a history of one operation a second.
struct History {
    world: World,
    /// Everything that was sent, one by one, with the outcomes of the first time.
    sent: Vec<(Operation, Outcome)>,
}

impl History {
    fn new() -> Self {
        let mut history = Self { world: World::new(options(), 3), sent: Vec::new() };
        let store = history.world.store.clone();
        history.go_on(&store, 1..=120, 20);
        history
    }

    /// Goes on in this store, with so much paid in each time.
    fn go_on(&mut self, store: &Store, time: RangeInclusive<u64>, paid: u32) {
        for second in time {
            let world = &self.world;
            store.advance(seconds(second)).unwrap();
            let operation = match second % 4 {
                0 => world.hold(WALLET, WALLET + 1, 3),
                1 => world.transfer(BANK, WALLET, paid),
                2 => Operation::release_rest(world.id(), self.last_hold()),
                // Refused: it exceeds what is there.
                _ => world.transfer(WALLET + 2, WALLET, 7),
            };
            let outcome = store.submit(&[operation]).unwrap()[0];
            self.sent.push((operation, outcome));
        }
    }

    fn last_hold(&self) -> Id {
        let holds = self.sent.iter().rev().find(|(sent, _)| sent.kind == Kind::HOLD);
        holds.map_or(id(999_999), |(hold, _)| hold.id)
    }

    fn archive(&self, before: u64) -> ArchiveReport {
        self.world
            .store
            .archive(self.path("archive"), &ArchiveOptions::before(seconds(before)))
            .unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.world.directory.path().join(name)
    }

    fn reopen(self) -> Self {
        Self { world: self.world.reopen(options()), ..self }
    }

    fn segments(&self, of: &str) -> Vec<String> {
        segment_names(&self.path(of))
    }
}

fn check(path: &Path, options: &VerifyOptions) -> VerifyReport {
    let report = verify_with(path, options, |_, _| ()).unwrap();
    assert_eq!(report.fault, None);
    report
}

/// Sends everything again, and asks for everything: what is archived is said to be, and nothing is
/// applied a second time.
fn judge_again(history: &History, until: Timestamp) {
    let (store, before) = (&history.world.store, history.world.store.head().unwrap());
    let snapshot = store.snapshot().unwrap();
    for (operation, first) in &history.sent {
        let again = store.submit(&[*operation]).unwrap()[0];
        assert_eq!(again.timestamp, first.timestamp);
        let is_archived = first.timestamp <= until;
        let expected = match first.status {
            _ if is_archived => Status::ORIGINAL_IS_ARCHIVED,
            Status::APPLIED => Status::EXISTS,
            _ => Status::ID_ALREADY_FAILED,
        };
        assert_eq!(again.status, expected, "{operation:?}");
        // In a chain with a new one, which must not be applied then.
        let new = history.world.transfer(BANK, WALLET, 1).linked();
        let chain = store.submit(&[new, *operation]).unwrap();
        assert_eq!(chain[0].status, Status::LINKED_EVENT_FAILED, "{chain:?}");
        assert!(chain[1].status.is_repeat(), "{chain:?}");

        let found = snapshot.operation(operation.id);
        match found {
            Err(Error::Archived { until: found, .. }) => assert!(is_archived && found == until),
            found => assert_eq!(found.unwrap().unwrap().status, first.status),
        }
    }
    assert_eq!(store.head().unwrap(), before, "nothing is written");
    let lines = snapshot
        .statement(id(WALLET), &StatementQuery { newest_first: true, ..Default::default() });
    let lines: Vec<_> = lines.unwrap().collect();
    let whole = lines.iter().take_while(|line| line.is_ok()).count();
    assert!(whole > 0 && lines[..whole].iter().flatten().all(|line| line.timestamp > until));
    // From there on, it is as ever.
    let from = StatementQuery { from: until.plus_nanoseconds(1), ..Default::default() };
    let later: Vec<_> =
        snapshot.statement(id(WALLET), &from).unwrap().collect::<Result<_>>().unwrap();
    assert_eq!(later.len(), whole);
    let events: Vec<_> = snapshot.events(until).collect::<Result<_>>().unwrap();
    assert!(events.iter().all(|event| event.timestamp > until));
    assert!(snapshot.events(Timestamp::NONE).next().unwrap().is_err() == (until > Timestamp::NONE));
    // The past is known by its balances for ever.
    let early = snapshot.balances_at(id(WALLET), seconds(2)).unwrap();
    assert_eq!(early.credits_posted, amount(20));
}

#[test]
fn ids_of_archived_operations_are_never_applied_again() {
    let history = History::new();
    let whole = history.world.store.head().unwrap();
    let all = history.segments("store");
    let report = history.archive(61);
    assert!(report.segments > 3 && report.held_back_by.is_none(), "{report:?}");
    assert!(report.archived.timestamp < seconds(61) && report.archived.timestamp > seconds(40));
    let (moved, left) = (history.segments("archive"), history.segments("store"));
    assert_eq!([moved, left].concat(), all);
    let until = report.archived.timestamp;
    judge_again(&history, until);
    // Nothing more is old enough.
    let nothing = history.archive(61);
    assert_eq!((nothing.segments, nothing.archived), (0, report.archived));
    let history = history.reopen();
    assert_eq!(history.world.store.head().unwrap(), whole);
    judge_again(&history, until);
    // And again, to the same place.
    let more = history.archive(101);
    assert!(more.segments > 1 && more.archived.block > report.archived.block);
    let history = history.reopen();
    judge_again(&history, more.archived.timestamp);
}

#[test]
fn what_is_archived_is_verified_with_the_archive_and_put_back() {
    let history = History::new();
    let (store, archive) = (history.path("store"), history.path("archive"));
    let early = history.world.store.head().unwrap();
    let copy = history.path("copy");
    copy_folder(&store, &copy);
    let noted = check(&copy, &VerifyOptions::new()).state_hash;
    let report = history.archive(90);
    let History { world, sent } = history;
    let World { store: open, directory, .. } = world;
    drop(open);

    let partly = check(&store, &VerifyOptions::new());
    assert_eq!((partly.blocks_archived, &partly.state_hash), (report.archived.block, &noted));
    let fully = check(&store, &VerifyOptions::new().archive(&archive).expect(early));
    assert_eq!((fully.blocks_archived, &fully.state_hash), (0, &noted));
    assert!(fully.blocks > partly.blocks);
    check(&store, &VerifyOptions::new().expect(report.archived));
    let within = Head::new(3, [0; 32]);
    let error = verify_with(&store, &VerifyOptions::new().expect(within), |_, _| ()).unwrap_err();
    assert!(error.to_string().contains("give the archive too"), "{error}");
    let report =
        verify_with(&store, &VerifyOptions::new().expect(within).archive(&archive), |_, _| ());
    assert!(report.unwrap().fault.unwrap().contains("block 3 is not the one"));

    // A gap, and then all of it.
    let names = segment_names(&archive);
    for (number, name) in names.iter().enumerate().rev() {
        fs::copy(archive.join("journal").join(name), store.join("journal").join(name)).unwrap();
        if number == 1 {
            break;
        }
    }
    let partly = check(&store, &VerifyOptions::new());
    assert!(partly.blocks_archived > 0);
    let open = Store::open(&store, options()).unwrap();
    let again = open.submit(&[sent[0].0, sent[80].0]).unwrap();
    assert_eq!(again[0].status, Status::ORIGINAL_IS_ARCHIVED);
    assert_eq!(again[1].status, Status::EXISTS);
    drop(open);
    fs::copy(archive.join("journal").join(&names[0]), store.join("journal").join(&names[0]))
        .unwrap();
    assert_eq!(check(&store, &VerifyOptions::new()).blocks_archived, 0);
    let open = Store::open(&store, options()).unwrap();
    for (operation, first) in &sent {
        let again = open.submit(&[*operation]).unwrap()[0];
        assert!(matches!(again.status, Status::EXISTS | Status::ID_ALREADY_FAILED), "{again:?}");
        assert_eq!((again.timestamp, again.amount), (first.timestamp, first.amount));
    }
    // The state is built again, too.
    drop(open);
    fs::remove_file(store.join("state.redb")).unwrap();
    drop(Store::open(&store, options()).unwrap());
    assert_eq!(check(&store, &VerifyOptions::new()).state_hash, noted);
    drop(directory);
}

/// Symptom: `verify` with the archive, and `restore`, found no fault where a segment of it was cut,
/// empty, zeroed, or of a copy of the store that had gone on by itself; put back into the store,
/// such a segment was not found either. Cause: a segment without the right last block was taken for
/// one that is not there.
#[test]
fn a_damaged_archive_is_not_taken_for_a_missing_one() {
    let mut history = History { world: World::new(options(), 3), sent: Vec::new() };
    let store = history.world.store.clone();
    history.go_on(&store, 1..=20, 20);
    let (path, archive, other) =
        (history.path("store"), history.path("archive"), history.path("other"));
    copy_folder(&path, &other);
    history.go_on(&store, 21..=120, 20);
    let common = history.sent.split_off(20);
    let went_on = Store::open(&other, options()).unwrap();
    history.go_on(&went_on, 21..=120, 21);
    history.sent = common;
    drop(went_on);
    history.archive(90);
    drop(store);
    let History { world, .. } = history;
    let World { store: open, directory, .. } = world;
    drop(open);

    let names = segment_names(&archive);
    assert!(names.len() > 5, "{names:?}");
    let check = |path: &Path, archive: Option<&Path>| {
        let mut options = VerifyOptions::new();
        if let Some(archive) = archive {
            options = options.archive(archive);
        }
        // That it cannot be read says so as well.
        match verify_with(path, &options, |_, _| ()) {
            Ok(report) => report.fault,
            Err(error) => Some(error.to_string()),
        }
    };
    assert_eq!(check(&path, Some(&archive)), None);
    for (at, name) in names.iter().enumerate() {
        let file = archive.join("journal").join(name);
        let whole = fs::read(&file).unwrap();
        let zeroed = [&whole[..128], &vec![0; whole.len() - 128][..]].concat();
        let foreign = fs::read(other.join("journal").join(name));
        let mut damaged =
            vec![Vec::new(), whole[..128].to_vec(), whole[..whole.len() / 2].to_vec(), zeroed];
        // The segments of the other copy that are of other blocks have other names here and there.
        damaged.extend(foreign.ok().filter(|foreign| *foreign != whole));
        assert_eq!(damaged.len(), if at == 0 { 4 } else { 5 }, "{name}");
        for bytes in damaged {
            fs::write(&file, &bytes).unwrap();
            let fault = check(&path, Some(&archive));
            let length = bytes.len();
            assert!(fault.is_some(), "{name} of {length} bytes in the archive");
            // As the newest of what is put back, so that there is no gap behind it.
            if at + 1 == names.len() {
                let back = path.join("journal").join(name);
                fs::copy(&file, &back).unwrap();
                let (verified, opened) = (check(&path, None), Store::open(&path, options()));
                assert!(verified.is_some(), "{name} of {length} bytes put back: {opened:?}");
                drop(opened);
                fs::remove_file(back).unwrap();
            }
        }
        // A caller who names an archive wants all of it to be read.
        fs::remove_file(&file).unwrap();
        let fault = check(&path, Some(&archive)).expect("a segment is nowhere");
        assert!(fault.contains("neither in the store nor in the archive"), "{fault}");
        fs::write(&file, whole).unwrap();
    }
    assert_eq!(check(&path, Some(&archive)), None);
    drop(directory);
}

/// What is wanted: the natural full refund names the deal alone. The hold's id stands for all that
/// its payee was paid, by a release and by the deadline together, less what came back already,
/// whether or not the journal of that time is still there.
#[test]
fn a_hold_stands_for_all_that_its_payee_was_paid_archived_or_not() {
    for is_archived in [false, true] {
        let history = History { world: World::new(options(), 3), sent: Vec::new() };
        let (world, store) = (&history.world, &history.world.store);
        store.advance(seconds(1)).unwrap();
        world.pay_in(WALLET, 100);
        let hold = world.hold(WALLET, WALLET + 1, 100).with_deadline(9, AtDeadline::RELEASE);
        let hold = Operation { fee_account: id(FEES), fee_ppm: 100_000, code: 7, ..hold };
        world.applied(&[hold, Operation::release(world.id(), hold.id, amount(30))]);
        for second in 2..=120 {
            store.advance(seconds(second)).unwrap();
            world.pay_in(WALLET + 2, 1);
        }
        world.applied(&[Operation::reverse(world.id(), hold.id, amount(20))]);
        assert_eq!(world.available(WALLET + 1), 72);
        let history = if is_archived {
            assert!(history.archive(100).segments > 2);
            history.reopen()
        } else {
            history
        };
        let world = &history.world;
        let back = world.applied(&[Operation::reverse_rest(world.id(), hold.id)])[0];
        assert_eq!((back.amount, back.fee), (amount(80), amount(8)));
        let left = [WALLET, WALLET + 1, FEES].map(|account| world.available(account));
        assert_eq!(left, [100, 0, 0]);
        let again = Operation::reverse_rest(world.id(), hold.id);
        let refused = world.store.submit(&[again]).unwrap()[0].status;
        assert_eq!(refused, Status::EXCEEDS_REVERSIBLE);
        let snapshot = world.store.snapshot().unwrap();
        let newest = StatementQuery { newest_first: true, limit: 1, ..StatementQuery::default() };
        let line = snapshot.statement(id(WALLET), &newest).unwrap().next().unwrap().unwrap();
        let of = line.operation().unwrap();
        let said = (of.debit_account, of.credit_account, of.ledger, of.code);
        assert_eq!(said, (id(WALLET + 1), id(WALLET), LEDGER, 7));
    }
}

#[test]
fn reversals_know_what_is_archived() {
    let history = History::new();
    let until = history.archive(61).archived.timestamp;
    let (store, world) = (&history.world.store, &history.world);
    let first = |kind: Kind| {
        let mut sent = history.sent.iter();
        let found = sent.find(|(sent, first)| sent.kind == kind && first.status.is_applied());
        found.map(|(operation, first)| {
            assert!(first.timestamp <= until);
            operation.id
        })
    };
    let reverse = |target: Id| {
        let operation = Operation::reverse(world.id(), target, amount(1));
        store.submit(&[operation]).unwrap()[0]
    };
    for kind in [Kind::TRANSFER, Kind::RELEASE] {
        let refused = reverse(first(kind).unwrap());
        assert_eq!(refused.status, Status::OPERATION_IS_ARCHIVED);
        assert!(refused.timestamp > until, "it uses up its id");
    }
    // The hold is known, and says all that is needed.
    let reversed = reverse(first(Kind::HOLD).unwrap());
    assert_eq!(reversed.status, Status::APPLIED);
    // Carried out again after a crash, and from the whole journal.
    let (path, archive) = (history.path("store"), history.path("archive"));
    let copy = history.path("copy");
    copy_folder(&path, &copy);
    let head = store.head().unwrap();
    let open = Store::open(&copy, options()).unwrap();
    assert_eq!(open.head().unwrap(), head);
    drop(open);
    check(&copy, &VerifyOptions::new().archive(&archive).expect(head));
    fs::remove_file(copy.join("state.redb")).unwrap();
    let error = Store::open(&copy, options()).unwrap_err().to_string();
    assert!(error.contains("put the archived segments back, or restore a backup"), "{error}");
}

#[test]
fn consumers_hold_back_what_they_have_not_seen() {
    let history = History::new();
    history.world.store.acknowledge("fast", seconds(118)).unwrap();
    history.world.store.acknowledge("slow", seconds(30)).unwrap();
    let report = history.archive(100);
    assert_eq!(report.held_back_by.as_deref(), Some("slow"));
    assert!(report.archived.timestamp <= seconds(30));
    let seen = history.world.store.snapshot().unwrap().events(seconds(30)).next().unwrap().unwrap();
    assert!(seen.timestamp > seconds(30));
    history.world.store.acknowledge("slow", seconds(110)).unwrap();
    let report = history.archive(100);
    assert_eq!(report.held_back_by, None);
    assert!(report.archived.timestamp > seconds(80));
}

#[test]
fn the_archive_of_another_store_is_left_alone() {
    let (one, other) = (History::new(), History::new());
    one.archive(50);
    let options = ArchiveOptions::before(seconds(50));
    let before = other.segments("store");
    let error = other.world.store.archive(one.path("archive"), &options).unwrap_err();
    assert!(error.to_string().contains("the archive has another journal/"), "{error}");
    assert_eq!(other.segments("store"), before);
    other.world.pay_in(WALLET, 1);
    judge_again(&other, Timestamp::NONE);
}

/// Symptom: a store that was told to archive into its own directory had lost the beginning of its
/// history. Cause: the segments were there already, as those of an earlier attempt may be, and so
/// they were removed from the store, which was also the archive. Now a store is no place for an
/// archive.
#[test]
fn a_store_is_no_archive() {
    let history = History::new();
    let (store, before) = (&history.world.store, history.segments("store"));
    store.backup(history.path("backup")).unwrap();
    std::os::unix::fs::symlink(history.path("store"), history.path("link")).unwrap();
    for name in ["store", "backup", "link"] {
        let options = ArchiveOptions::before(seconds(90));
        let error = store.archive(history.path(name), &options).unwrap_err();
        assert!(matches!(error, Error::InTheWay(_)), "{name}: {error:?}");
        assert!(error.to_string().contains("the destination is a store"), "{name}: {error}");
        assert_eq!(history.segments("store"), before);
    }
    judge_again(&history, Timestamp::NONE);
    assert!(history.archive(90).segments > 3);
}

/// Symptom: with the journal on another disk behind a link, an archive made there removed the only
/// copy of its segments. Cause: a segment that was in the archive already was taken for a copy, and
/// was the store's own. A folder of segments that is the store's by another path is refused before
/// anything is removed.
#[test]
fn the_journal_of_the_store_is_no_archive() {
    let link = |target: &Path, name: &Path| std::os::unix::fs::symlink(target, name).unwrap();
    let before_90 = ArchiveOptions::before(seconds(90));
    for is_store_linked in [true, false] {
        let history = History::new();
        let (store, archive) = (history.path("store"), history.path("archive"));
        fs::create_dir(&archive).unwrap();
        let history = if is_store_linked {
            let History { world, sent } = history;
            let world = world.reopen_after(options(), || {
                fs::rename(store.join("journal"), archive.join("journal")).unwrap();
                link(&archive.join("journal"), &store.join("journal"));
            });
            History { world, sent }
        } else {
            link(&store.join("journal"), &archive.join("journal"));
            history
        };
        let before = history.segments("store");
        let error = history.world.store.archive(&archive, &before_90).unwrap_err();
        assert!(matches!(error, Error::InTheWay(_)), "{error:?}");
        assert!(error.to_string().contains("is the store's own"), "{error}");
        assert_eq!(history.segments("store"), before);
        judge_again(&history, Timestamp::NONE);
        let elsewhere = history.world.store.archive(history.path("elsewhere"), &before_90).unwrap();
        assert!(elsewhere.segments > 3);
        history.world.verify();
    }
}

/// Symptom: a store was verified without a fault against an archive whose name was mistyped. Cause:
/// what is not there has no segments, and was read as if it had been looked at.
#[test]
fn an_archive_that_has_nothing_of_the_store_is_no_archive() {
    let (history, other) = (History::new(), History::new());
    history.archive(61);
    let (store, archive) = (history.path("store"), history.path("archive"));
    let names: Vec<_> = ["mistyped", "/", "store", "empty", "archive"]
        .map(|name| history.path(name))
        .into_iter()
        .chain([other.path("store/journal")])
        .collect();
    fs::create_dir(history.path("empty")).unwrap();
    let History { world: World { store: open, directory, .. }, .. } = history;
    drop(open);
    for name in names {
        let answer = verify_with(&store, &VerifyOptions::new().archive(&name), |_, _| ());
        if name == archive {
            let report = answer.unwrap();
            assert_eq!((report.fault, report.blocks_archived), (None, 0));
            continue;
        }
        let error = answer.unwrap_err();
        let known = matches!(error, Error::Io(_) | Error::InvalidArgument(_));
        let said = error.to_string();
        assert!(known && said.contains(&name.display().to_string()), "{error:?}");
    }
    drop(directory);
}

/// Segments that were moved to the archive by hand, and linked, are there afterwards and not in the
/// store.
#[test]
fn segments_that_are_links_into_the_archive_are_archived() {
    let history = History::new();
    let (store, archive) = (history.path("store/journal"), history.path("archive/journal"));
    fs::create_dir_all(&archive).unwrap();
    let before = history.segments("store");
    for name in &before[..2] {
        fs::rename(store.join(name), archive.join(name)).unwrap();
        std::os::unix::fs::symlink(archive.join(name), store.join(name)).unwrap();
    }
    let report = history.archive(90);
    assert!(report.segments > 3);
    assert_eq!([history.segments("archive"), history.segments("store")].concat(), before);
    let whole = VerifyOptions::new().archive(history.path("archive"));
    let History { world: World { store: open, directory, .. }, .. } = history;
    drop(open);
    assert_eq!(check(&directory.path().join("store"), &whole).blocks_archived, 0);
}

#[test]
fn a_rotten_segment_is_not_archived() {
    let history = History::new();
    let before = history.segments("store");
    let path = history.path("store/journal").join(&before[1]);
    let mut bytes = fs::read(&path).unwrap();
    bytes[1_000] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let options = ArchiveOptions::before(seconds(90));
    let error = history.world.store.archive(history.path("archive"), &options).unwrap_err();
    assert!(matches!(error, Error::Corrupt(_)), "{error}");
    assert_eq!(history.segments("store"), before);
    assert!(history.segments("archive").is_empty());
    bytes[1_000] ^= 1;
    fs::write(&path, &bytes).unwrap();
    assert!(history.archive(90).segments > 3);
}

#[test]
fn an_archived_store_is_backed_up() {
    let history = History::new();
    let archived = history.archive(61).archived;
    let backup = history.path("backup");
    let head = history.world.store.backup(&backup).unwrap().head;
    let report = check(&backup, &VerifyOptions::new().expect(head));
    assert_eq!(report.blocks_archived, archived.block);
    let restored = history.path("restored");
    restore(&backup, &restored, &VerifyOptions::new().archive(history.path("archive")), |_, _| ())
        .unwrap();
    let open = Store::open(&restored, options()).unwrap();
    let again = open.submit(&[history.sent[0].0]).unwrap()[0];
    assert_eq!(again.status, Status::ORIGINAL_IS_ARCHIVED);
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy_folder(&entry.path(), &target);
        } else if kind.is_file() {
            // Not the socket of a store that is open.
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
