//! Margins: the names of every sum of students that tables, pages and pictures show.
//!
//! A base cell is a home, a unit and a programme in one snapshot and year. A [`Margin`] names a sum of base cells: some homes,
//! some places, some programmes; a [`LinkMargin`] a sum of those who were admitted at one place and are enrolled at another.
//! [`Facts`] says which margins a base cell is part of, [`MarginCodes`] translates between margins and the codes of tables.

mod codes;
mod facts;
mod link;
mod margin;

pub use codes::{MarginCodes, ProgrammeSelection, SHARES};
pub use facts::{Counts, Facts, UnitFacts};
pub use link::{LedgerItem, LinkMargin, ProviderKinds, margins_of_pair};
pub use margin::{Margin, Runner, SharePart, What, Where, Who};

use crate::model::{Snapshot, Year};

/// What a count of a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// A margin of flows in a snapshot and year.
    Flow(Snapshot, Year, Margin),
    /// A margin of a year's link.
    Link(Year, LinkMargin),
    /// Nobody, whatever the data.
    Zero,
    /// A number that is never published.
    Never,
}
