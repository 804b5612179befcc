//! The counts of a year's regions, in one pass over its flows, links and seats.

use super::indicator::{CountedUnits, RegionIndicator};
use crate::link::Offer;
use crate::model::{MunicipalityId, Population, Ratio, Registers, Round, Snapshot, UnitId, Year};
use crate::tables::inputs::seats;
use crate::tables::margins::{Facts, LinkMargin, RegionItem, SharePart, items_of_regions};
use crate::tables::run::TableRun;

/// Units with data, of the units in the register.
#[derive(Debug, Clone, Copy, Default)]
pub struct Coverage {
    with_data: u64,
    all: u64,
}

impl Coverage {
    /// The share.
    pub const fn ratio(self) -> Ratio {
        Ratio::new(self.with_data, self.all)
    }

    /// The coverage of a region; `has_data` is by number of a unit.
    pub fn of_region(facts: Option<&Facts>, region: u16, has_data: &[bool]) -> Self {
        let mut out = Self::default();
        let Some(facts) = facts else { return out };
        for (unit, has_data) in (0..).map(UnitId::from).zip(has_data) {
            if facts.regions(unit).contains(&region) {
                out.all += 1;
                out.with_data += u64::from(*has_data);
            }
        }
        out
    }
}

/// Seats of a region's units with seats at both times.
#[derive(Debug, Clone, Copy, Default)]
struct SeatTotals {
    units: u64,
    raised: u64,
    at_admission: u64,
    gross: i64,
    net: i64,
}

/// The counts of a region in a year and population.
#[derive(Debug, Clone, Default)]
pub struct RegionCounts {
    /// Residents with a known unit, by part.
    parts: [u64; SharePart::ALL.len()],
    /// Residents who study in the region.
    stay: u64,
    /// Pupils with a known home.
    pupils: u64,
    admitted: u64,
    enrolled: u64,
    /// By item; `None` if the year has no link.
    items: Option<[u64; RegionItem::ALL.len()]>,
    /// `None` if no unit has seats at both times, or the round differs from that of the run's own region.
    seats: Option<SeatTotals>,
    /// By `CountedUnits`.
    coverage: [Coverage; 3],
}

impl RegionCounts {
    /// Numerator and denominator of an indicator; `None` if the data does not have it.
    pub fn of(&self, indicator: RegionIndicator) -> Option<(i64, u64)> {
        let residents: u64 = self.parts.iter().sum();
        let part = |part: SharePart| Some((self.parts[part as usize] as i64, residents));
        // Without students at both times, everyone would have left or arrived.
        let item = |item: RegionItem, all: u64| {
            let items = self.items.filter(|_| self.admitted > 0 && self.enrolled > 0)?;
            Some((items[item as usize] as i64, all))
        };
        match indicator {
            RegionIndicator::CrossProvider => {
                Some(((residents - self.parts[SharePart::Own as usize]) as i64, residents))
            }
            RegionIndicator::OtherMunicipality => part(SharePart::OtherMunicipality),
            RegionIndicator::IndependentHome => part(SharePart::IndependentHome),
            RegionIndicator::IndependentElsewhere => part(SharePart::IndependentElsewhere),
            RegionIndicator::RegionState => part(SharePart::RegionState),
            RegionIndicator::LateSeatsGross => self.seats.map(|seats| (seats.gross, seats.at_admission)),
            RegionIndicator::LateSeatsNet => self.seats.map(|seats| (seats.net, seats.at_admission)),
            RegionIndicator::UnitsRaised => self.seats.map(|seats| (seats.raised as i64, seats.units)),
            RegionIndicator::MovedToRaised => self.seats.and_then(|_| item(RegionItem::ToRaised, self.admitted)),
            RegionIndicator::ArrivedAtRaised => {
                self.seats.and_then(|_| item(RegionItem::ArrivedAtRaised, self.enrolled))
            }
            RegionIndicator::Left => item(RegionItem::Left, self.admitted),
            RegionIndicator::MovedOut => item(RegionItem::MovedOut, self.admitted),
            RegionIndicator::ResidentsStay => Some((self.stay as i64, residents)),
            RegionIndicator::PupilsResident => Some((self.stay as i64, self.pupils)),
        }
    }

    /// The coverage of the region by these units.
    pub const fn coverage(&self, counted: CountedUnits) -> Coverage {
        self.coverage[counted as usize]
    }

    /// The counts of all regions in a year, by population.
    pub fn of_year(run: &TableRun<'_>, year: Year) -> Vec<(Population, Vec<Self>)> {
        let year = YearOfRegions::new(run, year);
        Population::ALL.into_iter().map(|population| (population, year.counts(population))).collect()
    }
}

/// A year as regions see it.
struct YearOfRegions<'a> {
    run: &'a TableRun<'a>,
    facts: Facts,
    year: Year,
    seats: Vec<Option<SeatTotals>>,
    coverage: Vec<[Coverage; 3]>,
}

impl<'a> YearOfRegions<'a> {
    fn new(run: &'a TableRun<'a>, year: Year) -> Self {
        let facts = Facts::new(run.inputs, year);
        let mut out = Self { run, facts, year, seats: Vec::new(), coverage: Vec::new() };
        let with_seats = out.count_seats();
        let attended = out.with_students(run.inputs.flows.main_snapshot(year));
        let [admitting, enrolling] = [Snapshot::Admission, Snapshot::October].map(|of| out.with_students(of));
        let linked: Vec<bool> = admitting.iter().zip(&enrolling).map(|(admits, enrols)| *admits && *enrols).collect();
        let regions = 0..run.inputs.regions.len() as u16;
        let coverage = |region: u16| {
            [&attended, &linked, &with_seats].map(|units| Coverage::of_region(Some(&out.facts), region, units))
        };
        out.coverage = regions.map(coverage).collect();
        out
    }

    fn regions(&self) -> usize {
        self.run.inputs.regions.len()
    }

    /// By number of a unit: whether it has students in a snapshot.
    fn with_students(&self, snapshot: Snapshot) -> Vec<bool> {
        let mut out = vec![false; self.run.inputs.registers.unit_codes().len()];
        let flows = self.run.inputs.flows.of(snapshot, self.year);
        flows.iter().for_each(|flow| out[u32::from(flow.key.unit) as usize] |= flow.students > 0);
        out
    }

    /// Adds up the seats of regions; returns by number of a unit whether it has seats at both times.
    fn count_seats(&mut self) -> Vec<bool> {
        let mut with_seats = vec![false; self.run.inputs.registers.unit_codes().len()];
        let mut totals = vec![SeatTotals::default(); self.regions()];
        for ((year, unit, programme), sides) in seats(self.run.inputs) {
            let ([Some(admission), Some(october)], None) = (sides, programme) else { continue };
            if year != self.year {
                continue;
            }
            with_seats[u32::from(unit) as usize] = true;
            let delta = october as i64 - admission as i64;
            for region in self.facts.regions(unit) {
                let total = &mut totals[usize::from(*region)];
                total.units += 1;
                total.raised += u64::from(delta > 0);
                total.at_admission += admission;
                total.gross += delta.max(0);
                total.net += delta;
            }
        }
        let rounds: Vec<Option<Round>> = (0..self.regions() as u16).map(|region| self.round(region)).collect();
        let is_comparable = |(total, round): (SeatTotals, &Option<Round>)| {
            (total.units > 0 && (round.is_none() || *round == rounds[0])).then_some(total)
        };
        self.seats = totals.into_iter().zip(&rounds).map(is_comparable).collect();
        with_seats
    }

    /// The round in which most units of a region admitted students.
    fn round(&self, region: u16) -> Option<Round> {
        let census = self.run.inputs.rows.admission.get(&self.year)?;
        let units = self.run.inputs.registers.unit_codes().numbers();
        let units: Vec<UnitId> = units.filter(|unit| self.facts.regions(*unit).contains(&region)).collect();
        census.main_round(&units)
    }

    fn counts(&self, population: Population) -> Vec<RegionCounts> {
        let mut out: Vec<RegionCounts> = (self.seats.iter().zip(&self.coverage))
            .map(|(seats, coverage)| RegionCounts { seats: *seats, coverage: *coverage, ..RegionCounts::default() })
            .collect();
        let shown = self.run.inputs.flows.main_snapshot(self.year);
        for snapshot in [Snapshot::Admission, Snapshot::October] {
            self.each_flow(snapshot, population, &mut |home, unit, students| {
                let at = self.facts.regions(unit);
                for region in at {
                    let counts = &mut out[usize::from(*region)];
                    match snapshot {
                        Snapshot::Admission => counts.admitted += students,
                        _ => counts.enrolled += students,
                    }
                }
                if let Some(home) = home.filter(|_| snapshot == shown) {
                    self.add(&mut out, home, unit, students);
                }
            });
        }
        self.add_items(&mut out, population);
        out
    }

    /// Calls `visit` with the home (`None`: unknown), the unit and the students of every flow to a known unit.
    fn each_flow(
        &self,
        snapshot: Snapshot,
        population: Population,
        visit: &mut dyn FnMut(Option<MunicipalityId>, UnitId, u64),
    ) {
        let unknown = Registers::municipality_codes(self.run.inputs.registers).unknown();
        for flow in self.run.inputs.flows.of(snapshot, self.year) {
            let is_in = population == Population::All || self.facts.is_national(flow.key.programme);
            if is_in && self.facts.unit(flow.key.unit).is_some() {
                visit(Some(flow.key.home).filter(|home| *home != unknown), flow.key.unit, flow.students);
            }
        }
    }

    /// Adds students with a known home to the regions of their homes and of their unit.
    fn add(&self, out: &mut [RegionCounts], home: MunicipalityId, unit: UnitId, students: u64) {
        let Some(facts) = self.facts.unit(unit) else { return };
        let at = self.facts.regions(unit);
        at.iter().for_each(|region| out[usize::from(*region)].pupils += students);
        let part = Facts::part(home, facts);
        for region in self.facts.regions_of(home) {
            let counts = &mut out[usize::from(*region)];
            counts.parts[part as usize] += students;
            counts.stay += if at.contains(region) { students } else { 0 };
        }
    }

    fn add_items(&self, out: &mut [RegionCounts], population: Population) {
        let Some(link) = self.run.inputs.links.get(&self.year) else { return };
        out.iter_mut().for_each(|counts| counts.items = Some([0; RegionItem::ALL.len()]));
        let takes = |offer: &Offer| population == Population::All || self.facts.is_national(offer.programme);
        let mut margins = Vec::new();
        for (from, to, students) in link.pairs() {
            margins.clear();
            items_of_regions(&self.facts, population, from.filter(takes), to.filter(takes), &mut margins);
            for margin in &margins {
                if let LinkMargin::OfRegion { region, item, .. } = margin
                    && let Some(items) = &mut out[usize::from(*region)].items
                {
                    items[*item as usize] += students;
                }
            }
        }
    }
}
