//! Sorted runs: the entries of some checkpoints in a row, by account and then by time, in pages.
//!
//! A row for each account and checkpoint would cost more than what is in it where there are many
//! accounts, so that a page holds what fits: *groups* of entries, each of one account and opening
//! with its balances, so that it can be read on its own, from either end of a statement.
//!
//! Guarantees that bytes are a page or are refused, and that balances which are read are amounts.
//! Knows neither redb nor which sorted runs there are.

use super::bytes::{put_varint, take_varint, take_varint_64, unzigzag, zigzag};
use super::codec::{KeyBytes, RunNumber};
use super::entries::{ENTRY_BYTES_MAX, Entry, Line, Shown, put_balances, take_balances};
use crate::model::{Balances, Id, Timestamp};
use std::ops::Range;

/// Where a page is cut: with its key and its checksum it fits into one of redb's.
pub(super) const PAGE_BYTES: usize = 3_960;
/// More than the head of a group ever takes.
const HEAD_BYTES_MAX: usize = 19 + 4 * 14 + 10 + 3;

/// The key of a page: the account and the time of its first entry.
pub(super) type PageKey = (RunNumber, (Id, Timestamp));

/// A page on its way into the table: key and body.
pub(super) type Page = (Vec<u8>, Vec<u8>);

/// Cuts the entries of accounts, which come by rising id, into pages.
pub(super) struct PageWriter {
    sorted_run: RunNumber,
    /// The first entry of the page.
    first: Option<(Id, Timestamp)>,
    body: Vec<u8>,
    /// The account of the last group in the body.
    last_account: Id,
    account: Id,
    /// What is shown of the account after what was pushed.
    shown: Shown,
    /// The group that is being written: what was shown before it, and the time of its first entry.
    group: Option<(Balances, Timestamp)>,
    /// The time of its last entry.
    last: Timestamp,
    lines: Vec<u8>,
}

impl PageWriter {
    /// Of the sorted run of this number.
    pub(super) fn new(sorted_run: RunNumber) -> Self {
        Self {
            sorted_run,
            first: None,
            body: Vec::new(),
            last_account: Id::ZERO,
            account: Id::ZERO,
            shown: Shown::default(),
            group: None,
            last: Timestamp::NONE,
            lines: Vec::new(),
        }
    }

    /// What follows is of the next account, of which `opening` was shown before.
    pub(super) fn begin(&mut self, account: Id, opening: Balances) {
        self.end_group();
        self.account = account;
        self.shown = Shown { balances: opening };
    }

    /// What is shown of the account after what was pushed.
    pub(super) const fn balances(&self) -> Balances {
        self.shown.balances
    }

    /// Appends an entry: `None` if the balances after it are no amounts, else the page before it if
    /// that is complete. A page is never cut between lines of one time, for its key says that all
    /// before it is earlier.
    #[expect(clippy::option_option, reason = "no amounts, and no page yet, are two answers")]
    pub(super) fn push(&mut self, entry: &Entry) -> Option<Option<Page>> {
        let bytes = self.body.len() + HEAD_BYTES_MAX + self.lines.len() + ENTRY_BYTES_MAX;
        let same_time = self.group.is_some() && entry.timestamp == self.last;
        let page = if bytes > PAGE_BYTES && !same_time { self.finish() } else { None };
        if self.group.is_none() {
            self.group = Some((self.shown.balances, entry.timestamp));
            self.last = entry.timestamp;
        }
        entry.put(self.last, &mut self.lines);
        self.last = entry.timestamp;
        self.shown.forward(entry)?;
        Some(page)
    }

    fn end_group(&mut self) {
        let Some((opening, first)) = self.group.take() else { return };
        let is_first = self.first.is_none();
        let (page_account, page_first) = *self.first.get_or_insert((self.account, first));
        let last_account = if is_first { page_account } else { self.last_account };
        let step = self.account.as_u128().wrapping_sub(last_account.as_u128());
        put_varint(step, &mut self.body);
        put_balances(&opening, &mut self.body);
        let later = first.nanoseconds().wrapping_sub(page_first.nanoseconds());
        put_varint(u128::from(zigzag(later.cast_signed())), &mut self.body);
        put_varint(self.lines.len() as u128, &mut self.body);
        self.body.extend_from_slice(&self.lines);
        self.lines.clear();
        self.last_account = self.account;
    }

    /// The page that is not yet complete, if any.
    pub(super) fn finish(&mut self) -> Option<Page> {
        self.end_group();
        let first = self.first.take()?;
        // Room for the checksum too.
        let body = std::mem::replace(&mut self.body, Vec::with_capacity(PAGE_BYTES + 8));
        Some(((self.sorted_run, first).to_vec(), body))
    }
}

/// Entries of one account in a page.
pub(super) struct Group<'b> {
    pub(super) account: Id,
    /// What was shown before the first of them.
    pub(super) opening: Balances,
    first: Timestamp,
    lines: &'b [u8],
}

impl Group<'_> {
    /// Appends the entries; `None` if they are none.
    pub(super) fn read(&self, entries: &mut Vec<Entry>) -> Option<()> {
        let (mut last, mut rest) = (self.first, self.lines);
        while !rest.is_empty() {
            let entry = Entry::take(last, &mut rest)?;
            last = entry.timestamp;
            entries.push(entry);
        }
        Some(())
    }

    /// The lines of the statement; `None` if they are none.
    pub(super) fn lines(&self) -> Option<Vec<Line>> {
        let mut entries = Vec::new();
        self.read(&mut entries)?;
        let mut shown = Shown { balances: self.opening };
        entries.iter().map(|entry| shown.forward(entry)).collect()
    }
}

/// The groups of a page. Yields `None` for a group that is none, and then ends.
pub(super) struct Groups<'b> {
    rest: &'b [u8],
    account: u128,
    first: Timestamp,
}

impl<'b> Groups<'b> {
    /// Of the page with this key, if it is one.
    pub(super) fn new(key: &[u8], body: &'b [u8]) -> Option<Self> {
        let (_, (account, first)) = PageKey::take(key)?;
        Some(Self { rest: body, account: account.as_u128(), first })
    }

    fn take(&mut self) -> Option<Group<'b>> {
        self.account = self.account.checked_add(take_varint(&mut self.rest)?)?;
        let opening = take_balances(&mut self.rest)?;
        let later = unzigzag(take_varint_64(&mut self.rest)?);
        // Times lie further apart than half their range, where a history was imported.
        let first = self.first.nanoseconds().wrapping_add_signed(later);
        let length = usize::try_from(take_varint_64(&mut self.rest)?).ok()?;
        let (lines, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(Group {
            account: Id::from_u128(self.account),
            opening,
            first: Timestamp::from_nanoseconds(first),
            lines,
        })
    }
}

impl<'b> Iterator for Groups<'b> {
    type Item = Option<Group<'b>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let group = self.take();
        if group.is_none() {
            self.rest = &[];
        }
        Some(group)
    }
}

/// What a page has of `account` behind the time `after`. `None` if the page is none.
pub(super) fn find(key: &[u8], body: &[u8], account: Id, after: Timestamp) -> Option<Found> {
    let mut found = Found { opening: Balances::default(), lines: Vec::new() };
    for group in Groups::new(key, body)? {
        let group = group?;
        if group.account == account {
            found = Found { opening: group.opening, lines: group.lines()? };
        }
        if group.account >= account {
            break;
        }
    }
    found.drop_until(after);
    Some(found)
}

/// What a page has of one account.
pub(super) struct Found {
    /// What was shown before the first line.
    pub(super) opening: Balances,
    /// By time.
    pub(super) lines: Vec<Line>,
}

impl Found {
    /// What was shown after its last line.
    pub(super) fn closing(&self) -> Balances {
        self.lines.last().map_or(self.opening, |line| line.balances_after)
    }

    fn drop_until(&mut self, time: Timestamp) {
        let count = self.lines.partition_point(|line| line.timestamp <= time);
        if let Some(last) = count.checked_sub(1) {
            self.opening = self.lines[last].balances_after;
            self.lines.drain(..count);
        }
    }
}

/// All groups of one page, to be read one after the other.
#[derive(Default)]
pub(super) struct PageGroups {
    groups: Vec<(Id, Balances, Range<usize>)>,
    entries: Vec<Entry>,
    next: usize,
}

impl PageGroups {
    /// Reads what a page has behind `after`, an account and a time; `None` if it is no page.
    pub(super) fn read(key: &[u8], body: &[u8], after: (Id, Timestamp)) -> Option<Self> {
        let mut page = Self::default();
        for group in Groups::new(key, body)? {
            let group = group?;
            let mut shown = Shown { balances: group.opening };
            let start = page.entries.len();
            group.read(&mut page.entries)?;
            let is_behind = |entry: &Entry| (group.account, entry.timestamp) > after;
            let first = page.entries[start..].partition_point(|entry| !is_behind(entry));
            for entry in &page.entries[start..start + first] {
                shown.forward(entry)?;
            }
            page.entries.drain(start..start + first);
            if page.entries.len() > start {
                page.groups.push((group.account, shown.balances, start..page.entries.len()));
            }
        }
        Some(page)
    }

    /// The account of the next group.
    pub(super) fn account(&self) -> Option<Id> {
        self.groups.get(self.next).map(|group| group.0)
    }

    /// Takes the next group: what was shown before it, and its entries.
    pub(super) fn take(&mut self) -> Option<(Balances, &[Entry])> {
        let (_, opening, range) = self.groups.get(self.next)?;
        self.next += 1;
        Some((*opening, &self.entries[range.clone()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Side;
    use proptest::prelude::*;

    fn entry((later, posted): (u64, i64), time: &mut Timestamp) -> Entry {
        *time = time.plus_nanoseconds(later);
        Entry { timestamp: *time, side: Side::Credit, pending: 0, posted: posted.into() }
    }

    proptest! {
        #[test]
        fn what_is_written_is_found(
            accounts in prop::collection::btree_map(
                any::<u128>(),
                (
                    // Nothing happens at no time.
                    prop_oneof![1..1_000_u64, Just(u64::MAX - 2_000)],
                    prop::collection::vec((0..3_u64, 0..i64::MAX), 1..400)),
                1..20,
            ),
            absent: u128,
        ) {
            let mut writer = PageWriter::new(RunNumber(7));
            let mut pages = Vec::new();
            let mut expected = Vec::new();
            for (id, (start, changes)) in &accounts {
                let mut time = Timestamp::from_nanoseconds(*start);
                let entries: Vec<_> =
                    changes.iter().map(|change| entry(*change, &mut time)).collect();
                writer.begin(Id::from_u128(*id), Balances::default());
                for entry in &entries {
                    pages.extend(writer.push(entry).expect("amounts"));
                }
                expected.push((Id::from_u128(*id), entries));
            }
            pages.extend(writer.finish());
            let keys: Vec<_> = pages.iter().map(|(key, _)| key.clone()).collect();
            prop_assert!(keys.is_sorted_by(|a, b| a < b));
            for (id, entries) in expected {
                let (mut lines, mut balances) = (Vec::<Line>::new(), Balances::default());
                let middle = (id, entries[entries.len() / 2].timestamp);
                let mut behind = 0;
                for (key, body) in &pages {
                    // Lines of one time stay together.
                    prop_assert!(body.len() <= PAGE_BYTES + ENTRY_BYTES_MAX);
                    behind += find(key, body, id, middle.1).expect("a page").lines.len();
                    let found = find(key, body, id, Timestamp::NONE).expect("a page");
                    if !found.lines.is_empty() {
                        prop_assert_eq!(found.opening, balances);
                        balances = found.closing();
                        lines.extend_from_slice(&found.lines);
                    }
                    let none = find(key, body, Id::from_u128(absent), Timestamp::NONE);
                    let none = none.expect("a page").lines.is_empty();
                    prop_assert!(none || accounts.contains_key(&absent));
                    let all = |body, after| PageGroups::read(key, body, after);
                    let start = (Id::ZERO, Timestamp::NONE);
                    let count = |page: Option<PageGroups>| page.map(|page| page.entries.len());
                    for cut in [0, body.len() / 2, body.len() - 1] {
                        prop_assert_ne!(count(all(&body[..cut], start)), count(all(body, start)));
                    }
                    let mut rest = all(body, middle).expect("a page");
                    while let Some(account) = rest.account() {
                        prop_assert!(account >= id);
                        let (opening, _) = rest.take().expect("a group");
                        let whole = account > id || behind == 0 || found.lines.is_empty();
                        let found = find(key, body, id, middle.1).expect("a page");
                        prop_assert!(whole || opening == found.opening);
                    }
                }
                let later = entries.iter().filter(|entry| entry.timestamp > middle.1).count();
                prop_assert_eq!(behind, later);
                let lines: Vec<_> =
                    lines.iter().map(|line| (line.timestamp, line.posted)).collect();
                let entries: Vec<_> =
                    entries.iter().map(|entry| (entry.timestamp, entry.posted)).collect();
                prop_assert_eq!(lines, entries);
            }
        }
    }
}
