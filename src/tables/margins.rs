//! Margins: identifiers of every sum of students that tables, pages and pictures show.
//!
//! A base cell is a home, a unit and a programme in one snapshot and year. A [`Margin`] is a sum of base cells over
//! some homes, places and programmes. A [`LinkMargin`] is a sum of students admitted at one offer and enrolled at
//! another. [`Facts`] knows which margins contain a base cell; [`MarginCodes`] translates between margins and the
//! codes of tables.

mod codes;
mod facts;
mod link;
mod margin;
mod released;

pub use codes::{MarginCodes, ProgrammeSelection, SHARES, group_code};
pub use facts::{Facts, FlowCounts, UnitFacts};
pub use link::{LedgerItem, LinkMargin, ProviderKinds, RegionItem, items_of_regions, margins_of_pair};
pub use margin::{Margin, OfficialGroup, Runner, SharePart, What, Where, Who};
pub use released::ReleasedMargins;

use crate::model::{Snapshot, Year};

/// What a count of a table represents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// A margin of flows in a snapshot and year.
    Flow(Snapshot, Year, Margin),
    /// A margin of a year's link.
    Link(Year, LinkMargin),
    /// Zero, whatever the data.
    Zero,
    /// A number that is never published.
    Never,
}

impl Figure {
    /// The figure of a margin of flows; `Never` for codes that this run does not know.
    #[must_use]
    pub fn flow(snapshot: Snapshot, year: Year, margin: Option<Margin>) -> Self {
        margin.map_or(Self::Never, |margin| Self::Flow(snapshot, year, margin))
    }

    /// The figure of a margin of a year's link; `Never` for codes that this run does not know.
    #[must_use]
    pub fn link(year: Year, margin: Option<LinkMargin>) -> Self {
        margin.map_or(Self::Never, |margin| Self::Link(year, margin))
    }
}
