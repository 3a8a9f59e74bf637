//! The tables of the file: their names, and which delta table each of them keeps.
//!
//! Guarantees one home for every name. All keys and values are byte slices: what they mean is this
//! crate's own affair, so that no release of redb can change it.

use super::codec::{KeyBytes, ValueBytes};
use super::delta::{
    Attention, Consumers, Deadlines, DeltaTable, Documents, HoldsByAccount, Ledgers, OpenHolds,
    Places, Reversals, UserData,
};
use super::gaps::{Gaps, GapsOf};
use redb::TableDefinition;

/// How redb sees every table.
pub(super) type Definition = TableDefinition<'static, &'static [u8], &'static [u8]>;
/// Any table, to be read.
pub(super) type Readable = redb::ReadOnlyTable<&'static [u8], &'static [u8]>;
/// Any table, to be written.
pub(super) type Writable<'t> = redb::Table<'t, &'static [u8], &'static [u8]>;

/// The tables of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Name {
    Meta,
    Ledgers,
    Accounts,
    Holds,
    Reversals,
    Documents,
    Consumers,
    Deadlines,
    OpenHolds,
    HoldsByAccount,
    Attention,
    UserData,
    Places,
    Operations,
    Entries,
}

impl Name {
    /// All of them, each at its own index.
    pub(super) const ALL: [Self; 15] = [
        Self::Meta,
        Self::Ledgers,
        Self::Accounts,
        Self::Holds,
        Self::Reversals,
        Self::Documents,
        Self::Consumers,
        Self::Deadlines,
        Self::OpenHolds,
        Self::HoldsByAccount,
        Self::Attention,
        Self::UserData,
        Self::Places,
        Self::Operations,
        Self::Entries,
    ];

    /// The name in the file.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Ledgers => "ledgers",
            Self::Accounts => "accounts",
            Self::Holds => "holds",
            Self::Reversals => "reversals",
            Self::Documents => "documents",
            Self::Consumers => "consumers",
            Self::Deadlines => "deadlines",
            Self::OpenHolds => "open_holds",
            Self::HoldsByAccount => "holds_by_account",
            Self::Attention => "attention",
            Self::UserData => "user_data",
            Self::Places => "places",
            Self::Operations => "operations",
            Self::Entries => "entries",
        }
    }

    /// The table as redb opens it.
    pub(super) const fn definition(self) -> Definition {
        TableDefinition::new(self.text())
    }
}

const _: () = {
    let mut index = 0;
    while index < Name::ALL.len() {
        assert!(Name::ALL[index] as usize == index);
        index += 1;
    }
};

/// A table of the file that deltas change.
pub(super) trait Table: DeltaTable<Key: KeyBytes, Value: ValueBytes> {
    const NAME: Name;
    /// Whether a row of the file is a page with many rows of a delta, by the key of the first.
    const IS_PACKED: bool = false;

    /// What is known of its gaps, if anybody keeps that.
    fn gaps(_: &Gaps) -> Option<&GapsOf<Self>>
    where
        Self: Sized,
    {
        None
    }

    /// The rows of a row of the file, if it is one.
    fn page(key: &[u8], body: &[u8]) -> Option<Vec<(Self::Key, Self::Value)>> {
        Some(vec![(Self::Key::take(key)?, Self::Value::take(body)?)])
    }

    /// The value of `wanted` in the row of the file that covers it: `None` if that is no row.
    #[expect(
        clippy::option_option,
        reason = "not a row, a row without the key, and found are three answers"
    )]
    fn find(key: &[u8], body: &[u8], wanted: &Self::Key) -> Option<Option<Self::Value>> {
        let (key, value) = (Self::Key::take(key)?, Self::Value::take(body)?);
        Some((key == *wanted).then_some(value))
    }
}

/// Tables with a row for each row of a delta, some with the field of their gaps.
macro_rules! row_for_row {
    ($($table:ident $(($gaps:ident))?),*) => {$(
        impl Table for $table {
            const NAME: Name = Name::$table;

            $(fn gaps(gaps: &Gaps) -> Option<&GapsOf<Self>> {
                Some(&gaps.$gaps)
            })?
        }
    )*};
}
row_for_row!(
    Ledgers,
    Reversals,
    Documents(documents),
    Consumers,
    Deadlines(deadlines),
    OpenHolds(open_holds),
    HoldsByAccount(holds_by_account),
    Attention(attention),
    UserData,
    Places
);
