//! What accounts and codes are called: a file that somebody keeps, because the store knows ids.

use super::failure::Failure;
use super::file;
use super::input::parse_account;
use super::output::Books;
use escrowdb::Id;
use std::collections::BTreeMap;
use std::path::Path;

/// What the name of a code is written behind, as in `code:200`.
const CODE: &str = "code:";

/// Names by account, and by code.
#[derive(Default)]
pub(crate) struct Names {
    accounts: BTreeMap<Id, String>,
    codes: BTreeMap<u16, String>,
}

/// A line of the file.
#[derive(serde::Deserialize)]
struct Line {
    account: String,
    name: String,
}

impl Names {
    /// Those of a file, or none without one: CSV with the columns `account`, which holds an id, an
    /// account as `settle` names it, or `code:` and a code, and `name`.
    pub(crate) fn read(path: Option<&Path>, books: &Books) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self::default()) };
        let wrong = |reason: String| Failure::input(format!("{}: {reason}", path.display()));
        let file = file::open(path).map_err(wrong)?;
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file);
        let headers = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
        if headers.iter().collect::<Vec<_>>() != ["account", "name"] {
            return Err(wrong("the first line of a file of names is: account,name".to_owned()));
        }
        let mut names = Self::default();
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|error| wrong(error.to_string()))? {
            let number = record.position().map_or(0, csv::Position::line);
            let line: Result<Line, _> = record.deserialize(Some(&headers));
            let added = line.map_err(|error| error.to_string());
            let added = added.and_then(|line| names.add(&line, books));
            added.map_err(|reason| wrong(format!("line {number}: {reason}")))?;
        }
        Ok(names)
    }

    fn add(&mut self, line: &Line, books: &Books) -> Result<(), String> {
        let name = line.name.clone();
        if name.is_empty() || name.chars().any(char::is_control) {
            return Err("a name has a character, and none that controls a terminal".to_owned());
        }
        let had = match line.account.strip_prefix(CODE) {
            Some(code) => {
                let code: u16 = code.parse().map_err(|_| "a code is a number up to 65535")?;
                self.codes.insert(code, name)
            }
            None => {
                let account = parse_account(&line.account)?.id(books);
                let id = account.map_err(|failure| failure.line().unwrap_or_default())?;
                self.accounts.insert(id, name)
            }
        };
        had.map_or(Ok(()), |_| Err(format!("{} has a name already", line.account)))
    }

    /// What an account is called: its name, or its id.
    pub(crate) fn account(&self, id: Id) -> String {
        self.named(id).map_or_else(|| id.to_string(), str::to_owned)
    }

    /// The name of an account, if it has one.
    pub(crate) fn named(&self, id: Id) -> Option<&str> {
        self.accounts.get(&id).map(String::as_str)
    }

    /// What a code is called, if it has a name.
    pub(crate) fn code(&self, code: u16) -> Option<&str> {
        self.codes.get(&code).map(String::as_str)
    }

    /// All accounts that have one.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = (Id, &str)> {
        self.accounts.iter().map(|(id, name)| (*id, name.as_str()))
    }

    /// All codes that have one.
    pub(crate) fn codes(&self) -> impl Iterator<Item = (u16, &str)> {
        self.codes.iter().map(|(code, name)| (*code, name.as_str()))
    }
}
