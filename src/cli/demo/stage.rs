//! The stage: a store, a clock, and somebody who writes down what happens and whether it should.

use crate::cli::failure::Failure;
use crate::cli::output::Currency;
use escrowdb::{Amount, Id, Operation, Outcome, Snapshot, Status, Store, Timestamp};
use std::io::Write;

/// Friday, 1 March 2024, nine o'clock.
const BEGINNING: Timestamp = Timestamp::from_nanoseconds(1_709_283_600_000_000_000);
const DAY_SECONDS: u32 = 86_400;

/// The seconds of so many days.
pub(super) const fn days(number: u32) -> u32 {
    number * DAY_SECONDS
}

/// The amount of so many cents.
pub(super) fn cents(number: u32) -> Amount {
    Amount::from(number)
}

/// Where the story is told.
pub(super) struct Stage<'out> {
    store: Store,
    out: &'out mut dyn Write,
    now: Timestamp,
    currency: Currency,
    /// What operations and holds are called.
    names: Vec<(Id, &'static str)>,
    chapters: u32,
}

impl<'out> Stage<'out> {
    pub(super) fn new(store: Store, out: &'out mut dyn Write) -> Self {
        let currency = Currency { code: "EUR".to_owned(), scale: 2 };
        Self { store, out, now: BEGINNING, currency, names: Vec::new(), chapters: 0 }
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    pub(super) fn into_store(self) -> Store {
        self.store
    }

    pub(super) fn out(&mut self) -> &mut dyn Write {
        self.out
    }

    pub(super) fn currency(&self) -> &Currency {
        &self.currency
    }

    pub(super) fn snapshot(&self) -> Result<Snapshot, Failure> {
        Ok(self.store.snapshot()?)
    }

    /// Remembers what an operation or hold is called.
    pub(super) fn name(&mut self, id: Id, name: &'static str) {
        self.names.push((id, name));
    }

    /// What it is called.
    pub(super) fn name_of(&self, id: Id) -> String {
        let known = self.names.iter().find(|(known, _)| *known == id);
        known.map_or_else(|| id.to_string(), |(_, name)| (*name).to_owned())
    }

    /// Begins a chapter.
    pub(super) fn chapter(&mut self, title: &str) -> Result<(), Failure> {
        self.chapters += 1;
        Ok(writeln!(self.out, "\n{}. {title}", self.chapters)?)
    }

    /// Tells something without a date.
    pub(super) fn say(&mut self, words: &str) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{words}")?)
    }

    /// Sets the clock on by days and a minute, so that what was due then has come; so many
    /// deadlines are expected to.
    pub(super) fn later(&mut self, number: u32, expected: u64) -> Result<(), Failure> {
        self.now = self.now.plus_seconds(days(number)).plus_seconds(60);
        let settled = self.store.advance(self.now)?.settled;
        if settled != expected {
            return Err(wrong(&format!("{settled} deadlines came instead of {expected}")));
        }
        Ok(())
    }

    /// Tells what happened by itself.
    pub(super) fn tell(&mut self, words: &str) -> Result<(), Failure> {
        self.line(words, "")
    }

    /// Tells what happened, with what was answered.
    pub(super) fn remark(&mut self, words: &str, remark: &str) -> Result<(), Failure> {
        self.line(words, remark)
    }

    /// Does what is told, and checks that it goes well.
    pub(super) fn act(&mut self, words: &str, operation: Operation) -> Result<Outcome, Failure> {
        self.expect(words, operation, Status::APPLIED)
    }

    /// Tries what is told, and checks that the store answers as expected.
    pub(super) fn expect(
        &mut self,
        words: &str,
        operation: Operation,
        expected: Status,
    ) -> Result<Outcome, Failure> {
        let outcomes = self.store.submit(&[operation])?;
        let outcome = outcomes.first().ok_or_else(|| wrong("an operation without an outcome"))?;
        if outcome.status != expected {
            return Err(wrong(&format!("{words}: {} instead of {expected}", outcome.status)));
        }
        let remark = match expected {
            Status::APPLIED => String::new(),
            Status::EXISTS => "answered: exists".to_owned(),
            refused => format!("refused: {refused}"),
        };
        self.line(words, &remark)?;
        Ok(*outcome)
    }

    /// Tells, and checks, what is available to somebody: `words` say whom, up to the amount.
    pub(super) fn has(&mut self, words: &str, account: Id, amount: Amount) -> Result<(), Failure> {
        let found = self.snapshot()?.account(account)?;
        let available = found.map_or(Amount::ZERO, |account| account.balances.available());
        if available != amount {
            let (has, should) = (self.currency.words(available), self.currency.words(amount));
            return Err(wrong(&format!("{words} {has} instead of {should}")));
        }
        Ok(writeln!(self.out, "               {words} {}.", self.currency.words(amount))?)
    }

    /// Checks an amount of an outcome.
    pub(super) fn check(&self, what: &str, found: Amount, should: Amount) -> Result<(), Failure> {
        if found == should {
            return Ok(());
        }
        let (found, should) = (self.currency.words(found), self.currency.words(should));
        Err(wrong(&format!("{what} is {found} instead of {should}")))
    }

    fn line(&mut self, words: &str, remark: &str) -> Result<(), Failure> {
        let nanoseconds = i128::from(self.now.nanoseconds());
        let time = jiff::Timestamp::from_nanosecond(nanoseconds).map_err(Failure::work)?;
        let date = time.strftime("%a %e %b").to_string();
        write!(self.out, "   {date}  {words}")?;
        if !remark.is_empty() {
            write!(self.out, " [{remark}]")?;
        }
        Ok(writeln!(self.out)?)
    }
}

/// The story went another way than it is told.
pub(super) fn wrong(what: &str) -> Failure {
    Failure::work(format!("the story does not go as it is told: {what}"))
}
