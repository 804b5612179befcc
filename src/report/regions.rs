//! Look-ups of the comparison of regions, among released rows.

use super::ReportModel;
use crate::funnel::Funnel;
use crate::model::{Cell, Decimal, Ratio, Text};
use crate::tables::{RegionIndicator, RegionRow, base_of, region_parts};

/// An indicator of all regions in the report's year and population.
#[derive(Debug)]
pub struct RegionValues<'a> {
    /// The indicator.
    pub indicator: RegionIndicator,
    /// The rows with a value, the run's own region first, the others by name.
    pub rows: Vec<&'a RegionRow>,
    /// Names of the regions whose value is hidden.
    pub hidden: Vec<&'a Text>,
    /// The parts and the totals of the regions in which no municipality counts twice.
    pub all: Option<(u64, u64)>,
    /// The funnel of these regions; `None` if there are too few.
    pub funnel: Option<Funnel>,
}

impl RegionValues<'_> {
    /// The row of the run's own region.
    #[must_use]
    pub fn own(&self, model: &ReportModel) -> Option<&RegionRow> {
        self.rows.iter().copied().find(|row| model.is_own(&row.region))
    }
}

/// The proportion of a released row.
#[must_use]
pub fn proportion(row: &RegionRow) -> Option<Ratio> {
    region_parts(row).map(|(part, all)| Ratio::new(part, all))
}

/// A number with six decimals as a ratio of its size; its sign is lost.
#[must_use]
pub fn size(number: Decimal) -> Ratio {
    Ratio::wide(number.millionths().unsigned_abs(), 1_000_000)
}

impl ReportModel {
    /// Whether there are other regions to compare with.
    #[must_use]
    pub fn has_other_regions(&self) -> bool {
        self.regions.len() > 1
    }

    /// Whether the region of this name is the run's own.
    #[must_use]
    pub fn is_own(&self, region: &Text) -> bool {
        self.regions.first().is_some_and(|own| own.name == *region)
    }

    /// Names of the regions in which no municipality counts twice, in the order of the run.
    #[must_use]
    pub fn base_regions(&self) -> Vec<&Text> {
        base_of(&self.regions).into_iter().map(|position| &self.regions[position].name).collect()
    }

    /// The rows of all regions in the report's year and population, by indicator.
    #[must_use]
    pub fn region_rows(&self, indicator: RegionIndicator) -> Vec<&RegionRow> {
        let rows = self.tables.get().regions.iter().filter(|row| {
            row.year == self.year && row.population == self.population && *row.indicator == *indicator.as_str()
        });
        let mut rows: Vec<&RegionRow> = rows.collect();
        rows.sort_by_key(|row| (!self.is_own(&row.region), row.region.clone()));
        rows
    }

    /// An indicator of all regions with a value.
    #[must_use]
    pub fn region_values(&self, indicator: RegionIndicator) -> RegionValues<'_> {
        let base = self.base_regions();
        let has_value = |row: &&RegionRow| matches!(row.value, Cell::Value(_));
        let is_hidden = |row: &&RegionRow| matches!(row.value, Cell::Hidden);
        let all_rows = self.region_rows(indicator);
        let hidden = all_rows.iter().copied().filter(is_hidden).map(|row| &row.region).collect();
        let rows: Vec<&RegionRow> = all_rows.into_iter().filter(has_value).collect();
        let pairs: Vec<(u64, u64)> =
            rows.iter().filter(|row| base.contains(&&row.region)).filter_map(|row| region_parts(row)).collect();
        let all =
            (!pairs.is_empty()).then(|| pairs.iter().fold((0, 0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1)));
        let has_limits = rows.iter().any(|row| matches!(row.z, Cell::Value(_)));
        let funnel = if has_limits { Funnel::of_proportions(&pairs) } else { None };
        RegionValues { indicator, rows, hidden, all, funnel }
    }
}
