//! Facts about homes, units and programmes in a year, as margins need them.

use std::collections::{BTreeMap, BTreeSet};

use super::margin::{Runner, SharePart, Where, Who};
use crate::flow::Flow;
use crate::model::{MunicipalityId, Population, ProgrammeId, ProgrammeKind, ProviderKind, Text, UnitId, Year};
use crate::tables::inputs::{Inputs, raised};

/// Facts about a unit.
#[derive(Debug, Clone, Copy)]
pub struct UnitFacts {
    /// Number of its provider.
    pub provider: u32,
    /// Kind of its provider.
    pub kind: ProviderKind,
    /// The municipality in which it is located.
    pub municipality: MunicipalityId,
    /// Position in the region of the municipality that runs it; `None` for other providers.
    pub run_by: Option<u16>,
    /// Position in the region of the municipality in which it is located; `None` outside the region.
    pub place: Option<u16>,
    /// The municipality that runs it; `None` for other providers.
    pub own: Option<MunicipalityId>,
}

impl UnitFacts {
    /// The group of the region matrix that its provider belongs to; `None` for a municipality of the region.
    pub const fn runner(&self) -> Option<Runner> {
        match (self.kind, self.run_by) {
            (ProviderKind::Municipal, Some(_)) => None,
            (ProviderKind::Municipal, None) => Some(Runner::MunicipalAway),
            (ProviderKind::Independent, _) => Some(Runner::Independent),
            (ProviderKind::Region | ProviderKind::State | ProviderKind::Federation, _) => Some(Runner::PublicOther),
        }
    }
}

/// Facts about homes, units and programmes in a year.
#[derive(Debug, Clone)]
pub struct Facts {
    /// By the number of a municipality: its position in the region.
    region: Vec<Option<u16>>,
    unknown_home: MunicipalityId,
    units: Vec<Option<UnitFacts>>,
    kinds: Vec<Option<ProgrammeKind>>,
    /// Codes of providers, sorted.
    providers: Vec<Text>,
    /// Number of municipalities in the region.
    pub homes: u16,
    /// The units whose seats rose after the admission.
    raised: BTreeSet<UnitId>,
    /// By the number of a municipality: the regions that contain it, by position among all regions of the run.
    regions: Vec<Vec<u16>>,
    compares: bool,
}

/// Students by home, unit and programme.
pub type FlowCounts = BTreeMap<(MunicipalityId, UnitId, ProgrammeId), u64>;

impl Facts {
    /// The facts of a year.
    pub fn new(inputs: Inputs<'_>, year: Year) -> Self {
        let registers = inputs.registers;
        let mut region = vec![None; registers.municipality_codes().len()];
        for (position, code) in inputs.region.iter().enumerate() {
            if let Some(id) = registers.municipality_codes().find(code) {
                region[u32::from(id) as usize] = Some(position as u16);
            }
        }
        let position = |id: MunicipalityId| region[u32::from(id) as usize];
        let in_year = || registers.unit_codes().numbers().map(|id| registers.unit_in(id, year));
        let mut providers: Vec<_> = in_year().flatten().map(|unit| unit.provider.code.clone()).collect();
        providers.sort_unstable();
        providers.dedup();
        let ids = registers.unit_codes().numbers();
        let units = ids.zip(in_year()).map(|(id, unit)| {
            unit.map(|unit| {
                let is_municipal = unit.provider.kind == ProviderKind::Municipal;
                let own = is_municipal.then(|| registers.municipality_codes().find(&unit.provider.code)).flatten();
                UnitFacts {
                    provider: providers.partition_point(|code| *code < unit.provider.code) as u32,
                    kind: unit.provider.kind,
                    municipality: registers.unit_municipality_in(id, year),
                    run_by: own.and_then(position),
                    place: registers.municipality_codes().find(&unit.municipality).and_then(position),
                    own,
                }
            })
        });
        Self {
            units: units.collect(),
            kinds: registers.programme_codes().numbers().map(|id| registers.programme_kind(id)).collect(),
            unknown_home: registers.municipality_codes().unknown(),
            homes: inputs.region.len() as u16,
            region,
            providers,
            raised: raised(inputs, year),
            regions: inputs.regions_of_municipalities(),
            compares: inputs.regions.len() > 1,
        }
    }

    /// Whether the run compares its region with others. Without others, the numbers by which regions are compared are no
    /// published sums: each sum more needs others to be withheld.
    pub const fn compares(&self) -> bool {
        self.compares
    }

    /// The regions that contain a municipality, by position among all regions of the run; the first is the run's own.
    pub fn regions_of(&self, municipality: MunicipalityId) -> &[u16] {
        &self.regions[u32::from(municipality) as usize]
    }

    /// The regions in which a unit is located; none for a unit that is in no register.
    pub fn regions(&self, unit: UnitId) -> &[u16] {
        self.unit(unit).map_or(&[], |unit| self.regions_of(unit.municipality))
    }

    /// The number of a provider, from its code.
    pub fn provider(&self, code: &str) -> Option<u32> {
        self.providers.binary_search_by(|known| (**known).cmp(code)).ok().map(|number| number as u32)
    }

    /// The code of a provider, from its number.
    pub fn provider_code(&self, provider: u32) -> &Text {
        &self.providers[provider as usize]
    }

    /// Students by home, unit and programme, of flows with a known unit.
    pub fn counts<'a>(&self, flows: impl IntoIterator<Item = &'a Flow>) -> FlowCounts {
        let mut out = FlowCounts::new();
        for flow in flows.into_iter().filter(|flow| self.unit(flow.key.unit).is_some()) {
            *out.entry((flow.key.home, flow.key.unit, flow.key.programme)).or_insert(0) += flow.students;
        }
        out
    }

    /// Facts about a unit; `None` if it is in no register.
    pub fn unit(&self, unit: UnitId) -> Option<&UnitFacts> {
        self.units[u32::from(unit) as usize].as_ref()
    }

    /// A unit as a place: of the region, or outside it.
    pub fn unit_place(&self, unit: UnitId) -> Where {
        if self.is_inside(unit) { Where::Unit(unit) } else { Where::AwayUnit(unit) }
    }

    /// A home as margins name it; municipalities outside the region individually.
    pub fn home(&self, home: MunicipalityId) -> Who {
        match self.who(home) {
            Who::Outside => Who::Away(home),
            who => who,
        }
    }

    /// A home as margins name it; municipalities outside the region together.
    pub fn who(&self, home: MunicipalityId) -> Who {
        match self.region[u32::from(home) as usize] {
            Some(position) => Who::Home(position),
            None if home == self.unknown_home => Who::Unknown,
            None => Who::Outside,
        }
    }

    /// Whether a unit is in the region.
    pub fn is_inside(&self, unit: UnitId) -> bool {
        self.units[u32::from(unit) as usize].is_some_and(|unit| unit.place.is_some())
    }

    /// The location of a unit: a municipality of the region, or outside it.
    pub fn place(&self, unit: UnitId) -> Where {
        let place = self.units[u32::from(unit) as usize].and_then(|unit| unit.place);
        place.map_or(Where::Abroad, Where::Place)
    }

    /// The kind of a unit's provider; `None` if the unit is in no register.
    pub fn provider_kind(&self, unit: UnitId) -> Option<ProviderKind> {
        self.units[u32::from(unit) as usize].map(|unit| unit.kind)
    }

    /// Whether a unit's seats rose after the admission.
    pub fn is_raised(&self, unit: UnitId) -> bool {
        self.raised.contains(&unit)
    }

    /// Number of programmes.
    pub const fn programmes(&self) -> usize {
        self.kinds.len()
    }

    /// The kind of a programme; `None` if it is not in the register.
    pub fn kind(&self, programme: ProgrammeId) -> Option<ProgrammeKind> {
        self.kinds[u32::from(programme) as usize]
    }

    /// Whether a programme is a national one.
    pub fn is_national(&self, programme: ProgrammeId) -> bool {
        Population::National.includes(self.kinds[u32::from(programme) as usize])
    }

    /// The part of a home's students that a unit belongs to.
    pub fn part(home: MunicipalityId, unit: &UnitFacts) -> SharePart {
        SharePart::of(unit.kind, unit.own == Some(home), unit.municipality == home)
    }
}
