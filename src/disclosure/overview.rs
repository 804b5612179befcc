//! The table `disclosure`: what disclosure control did to each table and to the sums of each published level.

use super::sums::{ShownSums, SumStatus};
use crate::model::{Cell, Level, Method, Policy, Release, Text};
use crate::tables::margins::Margin;
use crate::tables::{DisclosureRow, Row, Table, TableVisitor, Tables, sort_by_key};

/// Prefix of the names of levels in the table.
pub const LEVELS: &str = "levels/";

/// One row per table; the internal release hides nothing.
pub fn internal(tables: &Tables) -> Vec<DisclosureRow> {
    struct Overview(Vec<DisclosureRow>);
    impl TableVisitor for Overview {
        type Error = std::convert::Infallible;
        fn table<R: Table>(&mut self, rows: &[R]) -> Result<(), Self::Error> {
            if R::NAME != DisclosureRow::NAME && R::is_in(Release::Internal) {
                let cells = rows.len() * (R::COLUMNS.len() - R::KEYS).max(1);
                self.0.push(Tally { shown: cells as u64, ..Tally::default() }.row(R::NAME, None));
            }
            Ok(())
        }
    }
    let mut overview = Overview(Vec::new());
    let Ok(()) = tables.visit(&mut overview);
    sort_by_key(&mut overview.0);
    overview.0
}

/// One row for each published level of flows. Where counts are rounded, sums below the threshold are not counted.
pub fn levels(sums: &ShownSums, policy: &Policy, fewest: Option<u64>) -> Vec<DisclosureRow> {
    let level_of = |margin| match policy.method {
        Method::Round => super::levels::level(margin),
        Method::Suppress => Margin::level(margin),
    };
    let row = |level: &Level| {
        let mut tally = Tally::default();
        for (margin, sum) in sums.all().flat_map(|(_, sums)| sums) {
            if level_of(*margin) == Some(*level) {
                tally.add(sum.status);
            }
        }
        let row = tally.row(format!("{LEVELS}{}", level.as_str()), fewest);
        if policy.method == Method::Round { DisclosureRow { below_threshold: Cell::Missing, ..row } } else { row }
    };
    policy.levels.iter().map(row).collect()
}

/// Counts by status.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    shown: u64,
    below: u64,
    withheld: u64,
}

impl Tally {
    /// Counts one more value.
    pub const fn add(&mut self, status: SumStatus) {
        match status {
            SumStatus::Shown => self.shown += 1,
            SumStatus::Below => self.below += 1,
            SumStatus::Withheld => self.withheld += 1,
        }
    }

    /// The row of a table or level.
    pub fn row(self, table: impl Into<Text>, fewest: Option<u64>) -> DisclosureRow {
        let is_any = self.below + self.withheld > 0;
        DisclosureRow {
            table: table.into(),
            cells: Cell::Value(self.shown + self.below + self.withheld),
            shown: Cell::Value(self.shown),
            below_threshold: Cell::Value(self.below),
            withheld: Cell::Value(self.withheld),
            fewest_values: fewest.filter(|_| is_any).into(),
        }
    }
}
