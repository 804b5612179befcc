//! The data that tables are computed from: flows, links, cleaned rows, registers and the region.

use std::collections::{BTreeMap, BTreeSet};

use crate::clean::CleanRows;
use crate::flow::FlowTable;
use crate::link::{Link, Switches};
use crate::model::{
    Decimal, MunicipalityId, ProgrammeId, ProviderKind, Registers, SchoolUnit, Snapshot, Text, UnitId, Year,
};

/// The data that tables are computed from.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The flows of the run.
    pub flows: &'a FlowTable,
    /// The linked years.
    pub links: &'a BTreeMap<Year, Link>,
    /// The cleaned rows: seats and quality.
    pub rows: &'a CleanRows,
    /// Names, kinds and places.
    pub registers: &'a Registers,
    /// Codes of the region's municipalities, sorted; all in the register.
    pub region: &'a [Text],
    /// The regions that are compared, the run's own first; empty if none is described.
    pub regions: &'a [ComparedRegion],
    /// Official values of indicators.
    pub official: &'a OfficialValues,
    /// Students who went from introduction programmes to national ones; `None` if the engine cannot tell.
    pub switches: Option<&'a Switches>,
}

/// A region that is compared with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedRegion {
    /// Its name.
    pub name: Text,
    /// Codes of its municipalities, sorted.
    pub municipalities: Vec<Text>,
}

/// Official values by indicator, municipality and year.
pub type OfficialValues = BTreeMap<(Text, Text, Year), Decimal>;

static NO_OFFICIAL_VALUES: OfficialValues = OfficialValues::new();

impl<'a> Inputs<'a> {
    /// Inputs without regions to compare and without official values.
    #[must_use]
    pub const fn new(
        flows: &'a FlowTable,
        links: &'a BTreeMap<Year, Link>,
        rows: &'a CleanRows,
        registers: &'a Registers,
        region: &'a [Text],
    ) -> Self {
        Self { flows, links, rows, registers, region, regions: &[], official: &NO_OFFICIAL_VALUES, switches: None }
    }

    /// Students of each home of the region on introduction programmes on 15 October of a year who are on national
    /// programmes on the next; `None` if the data does not have both with student ids and all year groups, or if ids begin
    /// anew every year.
    #[must_use]
    pub fn switched(&self, year: Year) -> Option<Vec<u64>> {
        let switches = self.switches?;
        let is_traced = |year: Year| self.rows.october.get(&year).is_some_and(|c| c.has_ids && c.has_year_groups);
        let is_known = is_traced(year) && is_traced(year + 1) && switches.is_plausible(year);
        let homes = is_known.then(|| self.region_ids())?;
        Some(homes.into_iter().map(|home| switches.students(year, home)).collect())
    }

    /// By the number of a municipality: the regions that contain it, by position.
    #[must_use]
    pub fn regions_of_municipalities(&self) -> Vec<Vec<u16>> {
        let codes = self.registers.municipality_codes();
        let mut out = vec![Vec::new(); codes.len()];
        for (region, position) in self.regions.iter().zip(0..) {
            let numbers = region.municipalities.iter().filter_map(|code| codes.find(code));
            numbers.for_each(|id| out[u32::from(id) as usize].push(position));
        }
        out
    }

    /// Whether the home is one of the region's municipalities.
    pub fn is_in_region(&self, home: MunicipalityId) -> bool {
        let code = self.registers.municipality_codes().text(home);
        self.region.binary_search(code).is_ok()
    }

    /// The numbers of the region's municipalities, in the order of their codes.
    pub fn region_ids(&self) -> Vec<MunicipalityId> {
        self.region.iter().filter_map(|code| self.registers.municipality_codes().find(code)).collect()
    }

    /// The code of a municipality.
    pub fn code(&self, municipality: MunicipalityId) -> Text {
        self.registers.municipality_codes().text(municipality).clone()
    }
}

/// Whether a unit is run by this municipality.
pub fn is_own(unit: &SchoolUnit, home: &Text) -> bool {
    unit.provider.kind == ProviderKind::Municipal && unit.provider.code == *home
}

/// Year, unit and programme; `None`: all programmes.
pub type SeatKey = (Year, UnitId, Option<ProgrammeId>);

/// Seats at admission and on 15 October, by key.
pub fn seats(inputs: Inputs<'_>) -> BTreeMap<SeatKey, [Option<u64>; 2]> {
    let mut out: BTreeMap<SeatKey, [Option<u64>; 2]> = BTreeMap::new();
    for row in &inputs.rows.seats {
        let side = usize::from(row.time == Snapshot::October);
        for programme in [Some(row.programme), None] {
            let cell = &mut out.entry((row.year, row.unit, programme)).or_default()[side];
            *cell = Some(cell.unwrap_or(0) + row.seats);
        }
    }
    out
}

/// Units whose seats, over all programmes, rose after the admission of a year.
pub fn raised(inputs: Inputs<'_>, year: Year) -> BTreeSet<UnitId> {
    let has_risen = |[admission, october]: [Option<u64>; 2]| admission.zip(october).is_some_and(|(a, o)| o > a);
    let units = seats(inputs).into_iter().filter(|((of, _, programme), _)| *of == year && programme.is_none());
    units.filter(|(_, sides)| has_risen(*sides)).map(|((_, unit, _), _)| unit).collect()
}
