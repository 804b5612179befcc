//! Flows and codes indexed by number, so that no flow needs a search.

use std::collections::BTreeMap;

use super::inputs::Inputs;
use super::margins::SharePart;
use crate::flow::Flow;
use crate::model::{MunicipalityId, Population, ProgrammeId, ProviderKind, SchoolUnit, Snapshot, Text, Year};

/// Position of a provider in the sorted list of provider codes.
pub type ProviderNumber = u32;

/// A school unit in a year.
#[derive(Debug, Clone, Copy)]
pub struct UnitInYear {
    /// Its provider.
    pub provider: ProviderNumber,
    /// Kind of its provider.
    pub kind: ProviderKind,
    /// The municipality that runs it; `None` for other providers.
    pub own: Option<MunicipalityId>,
    /// The municipality in which it is located.
    pub municipality: MunicipalityId,
}

/// The index that all scopes of a run share.
pub struct RunIndex<'a> {
    /// Inputs of the run.
    pub inputs: Inputs<'a>,
    /// Codes of all providers in any year, sorted.
    pub providers: Vec<&'a Text>,
    /// By the number of a municipality: its position in the region.
    region: Vec<Option<u32>>,
    /// The region's municipalities in the order of their codes.
    pub homes: Vec<MunicipalityId>,
    /// By population and number of a programme: whether the population includes it.
    pub(super) includes: [Vec<bool>; 2],
    pub(super) units: BTreeMap<Year, Vec<Option<UnitInYear>>>,
}

impl<'a> RunIndex<'a> {
    /// The index of these inputs.
    #[must_use]
    pub fn new(inputs: Inputs<'a>) -> Self {
        let registers = inputs.registers;
        let units = || registers.unit_codes().numbers();
        let mut providers: Vec<&Text> =
            units().flat_map(|id| registers.units_of(id)).map(|unit| &unit.provider.code).collect();
        providers.sort_unstable();
        providers.dedup();
        let homes = inputs.region_ids();
        let mut region = vec![None; registers.municipality_codes().len()];
        for (position, home) in homes.iter().enumerate() {
            region[u32::from(*home) as usize] = Some(position as u32);
        }
        let includes = |population: Population| {
            let programmes = registers.programme_codes().numbers();
            programmes.map(|id| population.includes(registers.programme_kind(id))).collect()
        };
        let facts = |unit: &SchoolUnit, municipality| {
            let code = &unit.provider.code;
            let is_municipal = unit.provider.kind == ProviderKind::Municipal;
            UnitInYear {
                provider: providers.partition_point(|provider| *provider < code) as ProviderNumber,
                kind: unit.provider.kind,
                own: is_municipal.then(|| registers.municipality_codes().find(code)).flatten(),
                municipality,
            }
        };
        let in_year = |year: Year| {
            let unit = |id| registers.unit_in(id, year).map(|u| facts(u, registers.unit_municipality_in(id, year)));
            (year, units().map(unit).collect())
        };
        let units = inputs.flows.censuses().iter().map(|(_, year)| in_year(*year)).collect();
        Self { inputs, region, homes, includes: Population::ALL.map(includes), units, providers }
    }

    /// The position of a municipality in the region; `None` outside it.
    pub fn position(&self, home: MunicipalityId) -> Option<usize> {
        self.region[u32::from(home) as usize].map(|position| position as usize)
    }
}

/// One snapshot, year and population.
pub struct Scope<'a> {
    /// Position among all scopes of the run.
    pub(super) position: usize,
    pub snapshot: Snapshot,
    pub year: Year,
    pub population: Population,
    pub(super) flows: &'a [Flow],
    pub(super) includes: &'a [bool],
    pub(super) units: &'a [Option<UnitInYear>],
    pub(super) unknown: MunicipalityId,
}

/// A flow with a known home and a known unit.
#[derive(Debug, Clone, Copy)]
pub struct KnownFlow {
    pub home: MunicipalityId,
    pub programme: ProgrammeId,
    pub unit: UnitInYear,
    pub students: u64,
}

impl KnownFlow {
    /// The part of its home's students that it belongs to.
    pub fn part(&self) -> SharePart {
        SharePart::of(self.unit.kind, self.unit.own == Some(self.home), self.unit.municipality == self.home)
    }
}

impl Scope<'_> {
    /// Flows of the population with a known home and a known unit.
    pub fn flows(&self) -> impl Iterator<Item = KnownFlow> + '_ {
        let included =
            |flow: &&Flow| self.includes[u32::from(flow.key.programme) as usize] && flow.key.home != self.unknown;
        self.flows.iter().filter(included).filter_map(|flow| {
            let unit = self.units[u32::from(flow.key.unit) as usize]?;
            Some(KnownFlow { home: flow.key.home, programme: flow.key.programme, unit, students: flow.students })
        })
    }
}
