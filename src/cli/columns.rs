//! A table of which somebody may ask for some columns, in an order of their own.

use super::failure::Failure;
use super::output::{Side, table};
use comfy_table::Table;

/// A table that is being filled.
pub(crate) struct Columns {
    table: Table,
    /// The places of the columns that are shown, in their order.
    places: Vec<usize>,
}

impl Columns {
    /// All of `headings`, or those that are asked for: by their words, with `-` or a space between
    /// them.
    pub(crate) fn of(headings: &[(&str, Side)], asked_for: &[String]) -> Result<Self, Failure> {
        let place = |asked: &String| {
            let found = headings.iter().position(|(heading, _)| name(heading) == name(asked));
            found.ok_or_else(|| {
                let known: Vec<_> = headings.iter().map(|(heading, _)| name(heading)).collect();
                Failure::input(format!("no column {asked:?}: there are {}", known.join(", ")))
            })
        };
        let mut places = (0..headings.len()).collect();
        if !asked_for.is_empty() {
            places = asked_for.iter().map(place).collect::<Result<Vec<_>, _>>()?;
        }
        let headings: Vec<_> =
            places.iter().filter_map(|&place| headings.get(place)).copied().collect();
        Ok(Self { table: table(&headings), places })
    }

    /// Adds a row, with a cell for each heading that there could be.
    pub(crate) fn row(&mut self, cells: &[String]) {
        let shown = self.places.iter().filter_map(|&place| cells.get(place));
        self.table.add_row(shown);
    }

    /// What is to be shown.
    pub(crate) fn into_table(self) -> Table {
        self.table
    }
}

/// A heading as one word: without what stands in parentheses.
fn name(heading: &str) -> String {
    let words = heading.split('(').next().unwrap_or_default().trim();
    words.to_lowercase().replace([' ', '_'], "-")
}
