//! Pages of records: accounts and holds, by rising id, each as what sets it apart from the page's
//! *likeness*, a record that stands for what they have in common.
//!
//! ```text
//! page = layout: 1 byte | likeness | record* | place: 2 bytes* | number of places: 2 bytes
//! ```
//!
//! A page of records that have got more fields since is read like any other; what is in it is
//! written anew with the next that changes.
//!
//! The places say where the first record begins, and every sixteenth behind it, so that one of
//! hundreds is found quickly.
//!
//! Guarantees that bytes are a page or are refused, and that a record which does not change is
//! copied without being read: a checkpoint changes few of the many in a page. Knows no deltas.

use super::codec::KeyBytes;
use super::delta::{Accounts, Holds};
use super::page_rows::{PageRows, page_rows};
use super::run_pages::PAGE_BYTES;
use super::sparse::{self, Alike, Words};
use super::table::{Name, Table};
use crate::model::{Account, Amount, Balances, Hold, Id};

/// So many records have one place at the end of the page.
const RECORDS_PER_PLACE: usize = 16;
const PLACE_BYTES: usize = 2;

impl Alike for Account {
    fn likeness(&self) -> Self {
        Self { balances: Balances::default(), open_holds: 0, ..*self }
    }
}

impl Alike for Hold {
    fn likeness(&self) -> Self {
        let zero = Amount::ZERO;
        Self {
            amount: zero,
            held: zero,
            released: zero,
            refunded: zero,
            paid: zero,
            fee: zero,
            reversed: zero,
            claimed: zero,
            fee_base: zero,
            ..*self
        }
    }
}

/// A record that lies in pages.
pub(super) trait Record: Alike {
    const NAME: Name;
    /// The layouts of the pages that there are of it, and the words of the records in each. The
    /// last is the one that is written.
    const LAYOUTS: &'static [(u8, Words)];
    /// The layout that is written.
    const LAYOUT: u8 = Self::LAYOUTS[Self::LAYOUTS.len() - 1].0;

    fn id(&self) -> Id;
}

/// Records on their way into pages.
pub(super) struct Records<R> {
    /// What all of `bytes` are like.
    like: R,
    /// Of a page that was read.
    bytes: Vec<u8>,
    /// Those that were added since.
    added: Vec<R>,
    /// By rising id.
    parts: Vec<Part>,
    /// Those before are in pages.
    next: usize,
}

/// One record.
#[derive(Clone)]
struct Part {
    id: Id,
    source: Source,
    /// Bytes that it takes beside the likeness.
    size: usize,
}

/// Where a record is.
#[derive(Clone, Copy)]
enum Source {
    /// It begins here among the bytes.
    Stored(usize),
    /// At this place among those that were added.
    Added(usize),
}

impl<R: Record> Default for Records<R> {
    fn default() -> Self {
        Self { like: R::zeroed(), bytes: Vec::new(), added: Vec::new(), parts: Vec::new(), next: 0 }
    }
}

impl<R: Record> Records<R> {
    fn rest(&self) -> &[Part] {
        &self.parts[self.next..]
    }

    /// Writes as many of the records, which were all added, as fit into a page whose likeness is
    /// that of the first of them, and says how many.
    fn put_alike(&self, size_max: usize, body: &mut Vec<u8>) -> usize {
        let rows = self.rest().iter().filter_map(|part| match part.source {
            Source::Added(at) => Some(&self.added[at]),
            Source::Stored(_) => None,
        });
        let mut rows = rows.peekable();
        let like = rows.peek().map_or_else(R::zeroed, |row| row.likeness());
        let most = size_max.min(size_beside(&like));
        put_head(&like, body);
        let mut places = Places::default();
        let (mut size, mut count) = (0, 0);
        for row in rows {
            let at = body.len();
            sparse::put(row, &like, body);
            size += body.len() - at + place_bytes(count);
            if size > most && count > 0 {
                body.truncate(at);
                break;
            }
            places.add(at);
            count += 1;
        }
        places.put(body);
        count
    }

    /// Writes a page of the next records, those that are stored as their bytes are.
    fn put_copied(&self, count: usize, body: &mut Vec<u8>) {
        put_head(&self.like, body);
        let mut places = Places::default();
        for Part { source, size, .. } in &self.rest()[..count] {
            places.add(body.len());
            match *source {
                Source::Stored(at) => body.extend_from_slice(&self.bytes[at..at + size]),
                Source::Added(at) => sparse::put(&self.added[at], &self.like, body),
            }
        }
        places.put(body);
    }
}

/// Bytes that are left in a page for records and their places.
fn size_beside<R: Record>(like: &R) -> usize {
    PAGE_BYTES - 1 - sparse::size(like, &R::zeroed()) - PLACE_BYTES
}

/// Where records begin that have a place at the end of the page, while it is written.
#[derive(Default)]
struct Places {
    bytes: Vec<u8>,
    records: usize,
}

impl Places {
    /// The next record begins here.
    fn add(&mut self, at: usize) {
        if self.records.is_multiple_of(RECORDS_PER_PLACE) {
            let at = u16::try_from(at).expect("a page has less than 64 KiB");
            self.bytes.extend_from_slice(&at.to_le_bytes());
        }
        self.records += 1;
    }

    /// Ends a page.
    fn put(mut self, body: &mut Vec<u8>) {
        let count = u16::try_from(self.bytes.len() / PLACE_BYTES).expect("a page is small");
        self.bytes.extend_from_slice(&count.to_le_bytes());
        body.append(&mut self.bytes);
    }
}

/// Bytes that the record at this position takes for its place.
const fn place_bytes(position: usize) -> usize {
    if position.is_multiple_of(RECORDS_PER_PLACE) { PLACE_BYTES } else { 0 }
}

/// Begins a page.
fn put_head<R: Record>(like: &R, body: &mut Vec<u8>) {
    body.push(R::LAYOUT);
    sparse::put(like, &R::zeroed(), body);
}

/// A page to be read.
struct Page<'b, R> {
    like: R,
    /// Of each record.
    words: Words,
    /// Up to the end of the last record.
    body: &'b [u8],
    places: &'b [[u8; PLACE_BYTES]],
    /// Where the first record begins.
    start: usize,
}

impl<'b, R: Record> Page<'b, R> {
    /// Of this body, if it is that of a page.
    fn new(body: &'b [u8]) -> Option<Self> {
        let (rest, count) = body.split_last_chunk()?;
        let places_bytes = PLACE_BYTES * usize::from(u16::from_le_bytes(*count));
        let (body, places) = rest.split_at_checked(rest.len().checked_sub(places_bytes)?)?;
        let (layout, mut rest) = body.split_first()?;
        let (_, words) = *R::LAYOUTS.iter().find(|(known, _)| known == layout)?;
        let like = sparse::take_of(words, &R::zeroed(), &mut rest)?;
        let (places, start) = (places.as_chunks().0, body.len() - rest.len());
        Some(Self { like, words, body, places, start })
    }

    /// Whether its records have all the words that they have today.
    fn is_of_today(&self) -> bool {
        self.words == Words::of::<R>()
    }

    /// The records, in their order.
    fn rows(&self, key: &[u8]) -> Option<Vec<(Id, R)>> {
        let mut rest = self.body.get(self.start..)?;
        let mut take = || sparse::take_of(self.words, &self.like, &mut rest);
        self.parts(key)?.into_iter().map(|part| Some((part.id, take()?))).collect()
    }

    /// The id of the record that begins here, and its bytes.
    fn peek(&self, at: usize) -> Option<(Id, usize)> {
        sparse::peek(self.words, &self.like.id(), self.body.get(at..)?)
    }

    /// The record of this id: `None` if the page is none.
    #[expect(
        clippy::option_option,
        reason = "not a page, a page without the id, and found are three answers"
    )]
    fn find(&self, wanted: Id) -> Option<Option<R>> {
        let place = |at: usize| usize::from(u16::from_le_bytes(self.places[at]));
        // The last place whose record is not behind the one that is wanted.
        let (mut low, mut high) = (0, self.places.len());
        while high - low > 1 {
            let middle = low.midpoint(high);
            let (id, _) = self.peek(place(middle))?;
            if id <= wanted { low = middle } else { high = middle }
        }
        let mut at = if self.places.is_empty() { return None } else { place(low) };
        while at < self.body.len() {
            let (id, length) = self.peek(at)?;
            if id == wanted {
                return sparse::take_of(self.words, &self.like, &mut &self.body[at..]).map(Some);
            }
            if id > wanted {
                break;
            }
            at += length;
        }
        Some(None)
    }

    /// The records, each with where it begins, if the places are where they are.
    fn parts(&self, key: &[u8]) -> Option<Vec<Part>> {
        let mut parts: Vec<Part> = Vec::with_capacity(RECORDS_PER_PLACE * self.places.len());
        let mut places = self.places.iter();
        let mut at = self.start;
        while at < self.body.len() {
            let (id, length) = self.peek(at)?;
            if parts.len().is_multiple_of(RECORDS_PER_PLACE)
                && usize::from(u16::from_le_bytes(*places.next()?)) != at
            {
                return None;
            }
            parts.push(Part { id, source: Source::Stored(at), size: length });
            at += length;
        }
        let is_page = parts.first()?.id == Id::take(key)? && places.next().is_none();
        is_page.then_some(parts)
    }
}

impl<R: Record> PageRows for Records<R> {
    type Row = R;
    const NAME: Name = R::NAME;

    fn id(row: &R) -> Id {
        row.id()
    }

    fn read(key: &[u8], body: &[u8]) -> Option<Self> {
        let page = Page::<R>::new(body)?;
        if !page.is_of_today() {
            let rows: Vec<_> = page.rows(key)?.into_iter().map(|(_, row)| row).collect();
            let mut records = Self::default();
            records.add(&rows);
            return Some(records);
        }
        let parts = page.parts(key)?;
        Some(Self { like: page.like, bytes: page.body.to_vec(), parts, ..Self::default() })
    }

    fn ends(&self) -> Option<(Id, Id)> {
        Some((self.rest().first()?.id, self.rest().last()?.id))
    }

    fn add(&mut self, rows: &[R]) {
        if self.rest().is_empty() {
            self.like = rows.first().map_or_else(R::zeroed, R::likeness);
        }
        let mut all = Vec::with_capacity(self.rest().len() + rows.len());
        let before = std::mem::replace(&mut self.added, Vec::with_capacity(rows.len()));
        // What was added earlier and is in no page yet moves to the front.
        for part in &mut self.parts[self.next..] {
            if let Source::Added(at) = &mut part.source {
                self.added.push(before[*at]);
                *at = self.added.len() - 1;
            }
        }
        let mut old = self.parts.drain(self.next..).peekable();
        for row in rows {
            let id = row.id();
            while let Some(before) = old.next_if(|before| before.id < id) {
                all.push(before);
            }
            old.next_if(|same| same.id == id);
            let size = sparse::size(row, &self.like);
            all.push(Part { id, source: Source::Added(self.added.len()), size });
            self.added.push(*row);
        }
        all.extend(old);
        self.parts = all;
        self.next = 0;
    }

    fn size_max(&self) -> usize {
        size_beside(&self.like)
    }

    fn sizes(&self) -> impl Iterator<Item = usize> {
        let parts = self.rest().iter().enumerate();
        parts.map(|(position, part)| part.size + place_bytes(position))
    }

    fn cut(&mut self, size_max: usize, keeps_last: bool, body: &mut Vec<u8>) -> Option<Id> {
        let first = self.rest().first()?.id;
        let start = body.len();
        let count = if self.rest().iter().all(|part| matches!(part.source, Source::Added(_))) {
            self.put_alike(size_max, body)
        } else {
            let count = page_rows(self.sizes(), size_max);
            self.put_copied(count, body);
            count
        };
        if keeps_last && count == self.rest().len() {
            body.truncate(start);
            return None;
        }
        self.next += count;
        Some(first)
    }
}

/// The tables whose rows lie in pages of records.
macro_rules! records {
    ($($table:ident: $record:ty, $layouts:expr;)*) => {$(
        impl Record for $record {
            const NAME: Name = Name::$table;
            const LAYOUTS: &'static [(u8, Words)] = &$layouts;

            fn id(&self) -> Id {
                self.id
            }
        }

        impl Table for $table {
            const NAME: Name = Name::$table;
            const IS_PACKED: bool = true;

            fn page(key: &[u8], body: &[u8]) -> Option<Vec<(Id, $record)>> {
                Page::<$record>::new(body)?.rows(key)
            }

            fn find(_: &[u8], body: &[u8], wanted: &Id) -> Option<Option<$record>> {
                Page::<$record>::new(body)?.find(*wanted)
            }
        }

        // The id lies in the first words.
        const _: () = assert!(std::mem::offset_of!($record, id) == 0);
    )*};
}
records! {
    Accounts: Account, [(3, Words::of::<Account>())];
    Holds: Hold, [(3, Words::of_bytes(256)), (4, Words::of::<Hold>())];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountFlags, Timestamp};
    use bytemuck::Zeroable as _;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn account(id: u128) -> Account {
        Account::new(Id::from_u128(id), 1, 1, AccountFlags::NONE)
    }

    /// The pages that these rows are cut into.
    fn pages(mut rows: Records<Account>, size_max: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut pages = Vec::new();
        let mut body = Vec::new();
        while let Some(first) = rows.cut(size_max, false, &mut body) {
            pages.push((first.to_vec(), std::mem::take(&mut body)));
        }
        pages
    }

    fn rows(of: &BTreeMap<u16, u64>) -> Vec<Account> {
        let row = |(id, time): (&u16, &u64)| {
            let posted = Amount::new(u128::from(*time) * 7).expect("an amount");
            let balances = Balances { debits_posted: posted, ..Balances::default() };
            let created_at = Timestamp::from_nanoseconds(*time);
            Account { created_at, balances, ..account(u128::from(*id) + 1) }
        };
        of.iter().map(row).collect()
    }

    proptest! {
        #[test]
        fn rows_are_added_to_a_page(
            old in prop::collection::btree_map(any::<u16>(), 0..1_000_u64, 1..100),
            new in prop::collection::btree_map(any::<u16>(), any::<u64>(), 1..400),
            size_max in 200..=2_000_usize,
        ) {
            let mut records = Records::default();
            records.add(&rows(&old));
            let (key, body) = pages(records, PAGE_BYTES).remove(0);
            let mut page = Records::read(&key, &body).expect("a page");
            page.add(&rows(&new));
            let mut all = old;
            all.extend(new);
            let mut found = Vec::new();
            for (key, body) in pages(page, size_max) {
                prop_assert!(body.len() <= PAGE_BYTES);
                let page = Accounts::page(&key, &body).expect("a page");
                found.extend(page.into_iter().map(|(_, row)| row));
            }
            prop_assert_eq!(found, rows(&all));
        }
    }

    /// A hold as format 1 of the file had it.
    #[repr(transparent)]
    #[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
    struct FirstHold([u64; 32]);

    impl Alike for FirstHold {
        fn likeness(&self) -> Self {
            // All but the sums, which stand from word 8 to 21.
            let mut like = *self;
            like.0[8..22].fill(0);
            like
        }
    }

    impl Record for FirstHold {
        const NAME: Name = Name::Holds;
        const LAYOUTS: &'static [(u8, Words)] = &[(3, Words::of_bytes(256))];

        fn id(&self) -> Id {
            bytemuck::cast([self.0[0], self.0[1]])
        }
    }

    /// Symptom, if it were not so: holds of a store that an earlier version wrote cannot be read,
    /// or their page cannot be added to, after records grew. The state of an archived store cannot
    /// be built again, so that would be the end of it. Pages name their layout, and the old one is
    /// read for ever.
    #[test]
    fn pages_of_the_first_format_are_read_and_written_anew() {
        let hold = |id: u64, at: u64| {
            let mut words = [0; 32];
            (words[0], words[8], words[10]) = (id, at * 1_000, at);
            (words[31], words[25]) = (7 << 16, u64::MAX - at);
            FirstHold(words)
        };
        let old: Vec<_> = (1..=50).map(|at| hold(at * 10, at)).collect();
        let widened = |old: &FirstHold| {
            let mut hold = Hold::zeroed();
            bytemuck::bytes_of_mut(&mut hold)[..256].copy_from_slice(bytemuck::bytes_of(old));
            hold
        };
        let mut expected: BTreeMap<_, _> = old.iter().map(|one| (one.id(), widened(one))).collect();
        let mut records = Records::default();
        records.add(&old);
        let mut body = Vec::new();
        let key = records.cut(PAGE_BYTES, false, &mut body).expect("a page").to_vec();
        assert_eq!(body[0], 3);
        let read: BTreeMap<_, _> = Holds::page(&key, &body).expect("a page").into_iter().collect();
        assert_eq!(read, expected);
        for id in 0..510 {
            let id = Id::from_u128(id);
            assert_eq!(Holds::find(&key, &body, &id), Some(expected.get(&id).copied()));
        }
        assert!(Holds::page(&key, &body[..body.len() - 1]).is_none());

        let mut page = Records::<Hold>::read(&key, &body).expect("a page");
        let mut changed = [widened(&old[3]), widened(&hold(41, 7))];
        changed[0].reserved[1] = 9;
        page.add(&changed);
        expected.extend(changed.map(|hold| (hold.id, hold)));
        let mut found = BTreeMap::new();
        body.clear();
        while let Some(first) = page.cut(PAGE_BYTES, false, &mut body) {
            assert_eq!(body[0], 4);
            found.extend(Holds::page(&first.to_vec(), &body).expect("a page"));
            body.clear();
        }
        assert_eq!(found, expected);
    }

    #[test]
    fn records_of_a_page_are_found_and_half_a_page_is_none() {
        let rows: Vec<_> = (1..=9).map(|at| account(at * 10)).collect();
        let mut records = Records::default();
        records.add(&rows);
        let (key, body) = pages(records, PAGE_BYTES).remove(0);
        let read: Vec<_> = Accounts::page(&key, &body).expect("a page");
        assert_eq!(read.iter().map(|(_, row)| *row).collect::<Vec<_>>(), rows);
        let half = &body[..body.len() - 1];
        assert!(
            Accounts::page(&key, half).is_none() && Records::<Account>::read(&key, half).is_none()
        );
        assert!(Accounts::page(&Id::from_u128(11).to_vec(), &body).is_none());
        for id in 0..100 {
            let found = Accounts::find(&key, &body, &Id::from_u128(id));
            let expected = rows.iter().find(|row| row.id.as_u128() == id).copied();
            assert_eq!(found, Some(expected));
        }
        assert_eq!(Accounts::find(&key, half, &rows[8].id), None);
    }
}
