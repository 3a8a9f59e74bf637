//! The page of all columns is that of the tables. `ESCROWDB_BLESS=1 cargo test --bin escrowdb
//! page` writes it.

use super::column::{Column, Kind};
use super::{accounts, entries, events, holds, ledgers};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

const BEGINNING: &str = "\
# Columns of the tables

`escrowdb export DIR --format csv --out DIRECTORY` writes these tables, each into a file of its \
own, as `accounts.csv`; `--format jsonl` writes `accounts.jsonl`, with one JSON object a line that \
has all columns in the same order.

| a column of kind | has |
| --- | --- |
| id | an id as the command writes it everywhere: a decimal number below 2^64, and all others \
as a UUID |
| amount | an exact decimal number with as many decimals as the ledger's scale says |
| time | RFC 3339 in UTC, with nine decimals |
| name | the name of a kind, phase, side or status, as the C header calls it |
| text | text, as it is |
| number | a number that names something and counts nothing |
| count | how many: the only kind that is a number in JSON, where all others are text |

What is none is an empty field in CSV, and `null` in JSON. The CSV is that of RFC 4180: UTF-8, \
commas, CRLF, a first line with the names of the columns, and quotes where a field needs them. \
Text is written as it is: a spreadsheet takes a name or a document's key that begins with `=`, \
`+`, `-` or `@` for a formula, unless it imports that column as text.
";

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Id => "id",
        Kind::Text => "text",
        Kind::Amount => "amount",
        Kind::Time => "time",
        Kind::Name => "name",
        Kind::Numeral => "number",
        Kind::Count => "count",
    }
}

fn section<R>(page: &mut String, table: &str, about: &str, columns: &[Column<R>]) {
    let names: BTreeSet<_> = columns.iter().map(|column| column.name).collect();
    assert_eq!(names.len(), columns.len(), "{table} has a name twice");
    write!(page, "\n## {table}\n\n{about}\n\n| column | kind | |\n| --- | --- | --- |\n")
        .expect("a text");
    for column in columns {
        let (name, kind, about) = (column.name, word(column.kind), column.about);
        writeln!(page, "| `{name}` | {kind} | {about} |").expect("a text");
    }
}

#[test]
fn the_page_has_all_columns() {
    let mut page = BEGINNING.to_owned();
    section(&mut page, "ledgers", ledgers::ABOUT, ledgers::COLUMNS);
    section(&mut page, "accounts", accounts::ABOUT, accounts::COLUMNS);
    section(&mut page, "holds", holds::ABOUT, holds::COLUMNS);
    section(&mut page, "entries", entries::ABOUT, entries::COLUMNS);
    section(&mut page, "events", events::ABOUT, events::COLUMNS);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli/export/tables/columns.md");
    if std::env::var_os("ESCROWDB_BLESS").is_some() {
        std::fs::write(&path, &page).expect("the file is written");
    }
    let stored = std::fs::read_to_string(&path).expect("the file is there");
    assert!(stored == page, "stale: ESCROWDB_BLESS=1 cargo test --bin escrowdb page");
}
