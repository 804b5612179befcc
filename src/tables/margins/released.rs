//! What a release shows of margins.

use super::link::LinkMargin;
use super::margin::{Margin, What, Where, Who};
use crate::model::{Cell, Snapshot, Year};

/// Margins as a release shows them.
pub trait ReleasedMargins: Sync {
    /// What is shown of a margin of flows.
    fn flow(&self, snapshot: Snapshot, year: Year, margin: Margin) -> Cell;
    /// What is shown of a margin of a link.
    fn link(&self, year: Year, margin: LinkMargin) -> Cell;
    /// Calls `visit` with every margin of flows that the release decided on.
    fn each_flow(&self, visit: &mut dyn FnMut(Snapshot, Year, Margin));
    /// Calls `visit` with every margin of links that the release decided on.
    fn each_link(&self, visit: &mut dyn FnMut(Year, LinkMargin));
    /// Places of these students with a shown sum and, where numbers are exact, with a hidden one.
    fn places(&self, snapshot: Snapshot, year: Year, who: Who, what: What) -> Vec<(Where, Cell)>;
    /// Whether counts are rounded, so that a margin that is not listed can be small.
    fn is_rounded(&self) -> bool;
}
