//! `regions`: regions beside each other, by indicator: its parts, its value, and where it lies among the values of all
//! regions.
//!
//! A region is a set of municipalities. Regions can overlap: the run's own region can be a part of a county. The common
//! value and the variance between regions are those of the base set, in which no municipality counts twice
//! ([`base_of`]). With fewer than five regions in it nothing is said about chance. Sources: `crate::funnel`.
//!
//! Numbers of flows are those of the snapshot of pages: 15 October, or the admission if the year has nothing else.
//! Seats are over all programmes, whatever the population, as in `seats`. Indicators of late seats need seats at both
//! times, and an admission of the same round as that of the run's own region.

mod counts;
mod indicator;
mod place;

pub use indicator::RegionIndicator;
pub use place::{base_of, parts};

use std::collections::{BTreeMap, BTreeSet};

use self::counts::{Coverage, RegionCounts};
use self::indicator::CountedUnits;
use super::margins::{Figure, Margin, MarginCodes, What, Where, Who};
use super::row::row;
use super::run::TableRun;
use super::table::{Publication, Publisher, Table, ensure};
use super::{Inputs, Tables};
use crate::error::Result;
use crate::model::{ALL, Cell, Decimal, Population, Ratio, Snapshot, Text, UnitId, Year};

row!(
    /// An indicator of a region.
    RegionRow, "regions", keys 4, {
        /// Autumn of this year.
        year: Year => Year,
        /// Which programmes count; seats are over all.
        population: Population => Text,
        /// The region.
        region: Text => Text,
        /// What is compared.
        indicator: Text => Word,
        /// Students, seats or units; negative if there are fewer seats than at admission.
        numerator: Cell<i64> => Delta,
        /// Students, seats or units that it is a part of.
        denominator: Cell => Count,
        /// `numerator` / `denominator`.
        value: Cell<Decimal> => Decimal,
        /// Lower limit within which 95 % of regions of this size lie.
        low: Cell<Decimal> => Decimal,
        /// Upper limit within which 95 % of regions of this size lie.
        high: Cell<Decimal> => Decimal,
        /// Distance from the common value in standard errors, with the variance between regions.
        z: Cell<Decimal> => Decimal,
        /// The best rank that chance allows; 1 is the largest value.
        rank_low: Cell => Count,
        /// The worst rank that chance allows.
        rank_high: Cell => Count,
        /// Units of the region with data / its units in the register.
        coverage: Cell<Ratio> => Share,
    }
);

impl RegionRow {
    fn new(run: Inputs<'_>, year: Year, population: Population, region: usize, indicator: RegionIndicator) -> Self {
        Self {
            year,
            population,
            region: run.regions[region].name.clone(),
            indicator: Text::new(indicator.as_str()),
            numerator: Cell::Missing,
            denominator: Cell::Missing,
            value: Cell::Missing,
            low: Cell::Missing,
            high: Cell::Missing,
            z: Cell::Missing,
            rank_low: Cell::Missing,
            rank_high: Cell::Missing,
            coverage: Cell::Missing,
        }
    }

    fn of_counts(mut self, counts: Option<(i64, u64)>, coverage: Coverage) -> Self {
        if let Some((numerator, denominator)) = counts {
            self.numerator = Cell::Value(numerator);
            self.denominator = Cell::Value(denominator);
            self.coverage = Cell::Value(coverage.ratio());
        }
        self
    }
}

/// Year, population and indicator of a row of the run's own region.
type OwnKey<'a> = (Year, Population, &'a str);

impl Table for RegionRow {
    const PUBLICATION: Publication = Publication::OwnRule;
    const EXACT: &'static [&'static str] = &["rank_low", "rank_high"];
    const HAS_FIGURES: bool = true;

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        let mut out = Vec::new();
        if run.inputs.regions.is_empty() {
            return out;
        }
        for year in run.units.keys() {
            for (population, counts) in RegionCounts::of_year(run, *year) {
                for (region, counts) in counts.iter().enumerate() {
                    out.extend(RegionIndicator::ALL.into_iter().map(|indicator| {
                        let row = Self::new(run.inputs, *year, population, region, indicator);
                        row.of_counts(counts.of(indicator), counts.coverage(indicator.counted_units()))
                    }));
                }
            }
        }
        place::place(&mut out, run.inputs.regions);
        out
    }

    /// The numbers of the run's own region agree with `shares` and `balance`.
    fn check(tables: &Tables, inputs: Inputs<'_>) -> Result<()> {
        let Some(own) = inputs.regions.first() else { return Ok(()) };
        let mut found: BTreeMap<OwnKey<'_>, Cell<(i64, u64)>> = BTreeMap::new();
        for row in tables.regions.iter().filter(|row| row.region == own.name) {
            let parts = row.numerator.zip(row.denominator, |part, all| (part, all));
            found.insert((row.year, row.population, &row.indicator), parts);
        }
        let agrees = |year: Year, population: Population, indicator: RegionIndicator, part: Cell, all: Cell| {
            let wanted = part.zip(all, |part, all| (part as i64, all));
            let found = found.get(&(year, population, indicator.as_str())).copied();
            ensure(found == Some(wanted), "regions", || format!("{year} {}", indicator.as_str()))
        };
        let is_shown = |of: Snapshot, year: Year| of == inputs.flows.main_snapshot(year);
        for row in tables.shares.iter().filter(|row| *row.home == *ALL && *row.programme == *ALL) {
            if is_shown(row.snapshot, row.year) {
                for (indicator, part) in [
                    (RegionIndicator::CrossProvider, row.cross_provider),
                    (RegionIndicator::OtherMunicipality, row.other_municipality),
                    (RegionIndicator::IndependentHome, row.independent_home),
                    (RegionIndicator::IndependentElsewhere, row.independent_elsewhere),
                    (RegionIndicator::RegionState, row.region_state),
                ] {
                    agrees(row.year, row.population, indicator, part, row.students)?;
                }
            }
        }
        for row in tables.balance.iter().filter(|row| *row.municipality == *ALL) {
            if is_shown(row.snapshot, row.year) {
                agrees(row.year, row.population, RegionIndicator::ResidentsStay, row.stay, row.residents)?;
                agrees(row.year, row.population, RegionIndicator::PupilsResident, row.stay, row.pupils_here)?;
            }
        }
        Ok(())
    }

    fn figures(&self, codes: MarginCodes<'_>) -> Vec<(usize, Figure)> {
        let region = codes.region_of_name(&self.region);
        let indicator = RegionIndicator::parse(&self.indicator);
        let Some((region, indicator)) = region.zip(indicator) else { return Vec::new() };
        let figures =
            indicator.figures(self.year, self.population, region, codes.inputs.flows.main_snapshot(self.year));
        figures.map_or_else(Vec::new, |[numerator, denominator]| vec![(4, numerator), (5, denominator)])
    }

    /// Students are shown as released; seats and units are exact.
    fn publish(whole: &[Self], publisher: &Publisher<'_>) -> Vec<Self> {
        let inputs = publisher.codes.inputs;
        let mut covered = BTreeMap::new();
        let without_seats: BTreeSet<(Year, Text)> = whole
            .iter()
            .filter(|row| {
                *row.indicator == *RegionIndicator::LateSeatsGross.as_str() && row.numerator == Cell::Missing
            })
            .map(|row| (row.year, row.region.clone()))
            .collect();
        let mut out = whole.to_vec();
        for row in &mut out {
            let figures = row.figures(publisher.codes);
            let (Some(indicator), Some(region), [(_, numerator), (_, denominator)]) =
                (RegionIndicator::parse(&row.indicator), publisher.codes.region_of_name(&row.region), &figures[..])
            else {
                continue;
            };
            let is_linked = indicator.counted_units() == CountedUnits::Linked;
            let is_without = indicator.is_of_late_seats() && without_seats.contains(&(row.year, row.region.clone()));
            if is_linked && (is_without || !inputs.links.contains_key(&row.year)) {
                continue;
            }
            row.denominator = publisher.cell(*denominator);
            row.numerator = publisher.cell(*numerator).map(|students| students as i64);
            // Whether a region has no students at one of the times is a number below the threshold.
            if is_linked && !has_both_times(publisher, row, region) {
                row.numerator = Cell::Hidden;
            }
            let units = covered
                .entry((row.year, indicator.counted_units()))
                .or_insert_with(|| shown_units(publisher, row.year, indicator.counted_units()));
            let facts = publisher.codes.facts.get(&row.year);
            row.coverage = Cell::Value(Coverage::of_region(facts, region, units).ratio());
        }
        place::place(&mut out, inputs.regions);
        out
    }
}

/// Whether the students of a region are shown at both times.
fn has_both_times(publisher: &Publisher<'_>, row: &RegionRow, region: u16) -> bool {
    let (who, place, what) = (Who::Everyone, Where::in_region(region), What::of(row.population));
    [Snapshot::Admission, Snapshot::October].into_iter().all(|snapshot| {
        let figure = Figure::Flow(snapshot, row.year, Margin { who, place, what });
        matches!(publisher.cell(figure), Cell::Value(_))
    })
}

/// By number of a unit: whether its students are shown, in every snapshot that counts.
fn shown_units(publisher: &Publisher<'_>, year: Year, counted: CountedUnits) -> Vec<bool> {
    let page = [publisher.codes.inputs.flows.main_snapshot(year)];
    let snapshots =
        if counted == CountedUnits::Linked { &[Snapshot::Admission, Snapshot::October] } else { &page[..] };
    let is_shown = |unit: UnitId| {
        publisher.codes.facts.get(&year).is_some_and(|facts| {
            let margin = indicator::pupils_of(facts.unit_place(unit));
            let shown = |of: &Snapshot| publisher.cell(Figure::Flow(*of, year, margin)).value();
            snapshots.iter().all(|of| shown(of).is_some_and(|students| students > 0))
        })
    };
    publisher.codes.registers().unit_codes().numbers().map(is_shown).collect()
}
