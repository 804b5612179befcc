//! What tables ask of flows and codes, laid out by the numbers of codes, so that no flow costs a search.

use std::collections::BTreeMap;

use super::inputs::Inputs;
use crate::flow::Flow;
use crate::model::{MunicipalityId, Population, ProgrammeId, ProviderKind, SchoolUnit, Snapshot, Text, Year};

/// Position of a provider's code among all, which are sorted.
pub type ProviderNumber = u32;

/// A school unit in a year, as tables see it.
#[derive(Debug, Clone, Copy)]
pub struct UnitInYear {
    /// Who runs it.
    pub provider: ProviderNumber,
    /// What kind of provider that is.
    pub kind: ProviderKind,
    /// The municipality that runs it, if one does.
    pub own: Option<MunicipalityId>,
    /// Where it lies.
    pub municipality: MunicipalityId,
}

/// What is the same for all scopes of a run.
pub struct RunIndex<'a> {
    /// What the run has read.
    pub inputs: Inputs<'a>,
    /// Codes of all providers in any year, sorted.
    pub providers: Vec<&'a Text>,
    /// By the number of a municipality: its position in the region.
    region: Vec<Option<u32>>,
    /// The region's municipalities in the order of their codes.
    pub homes: Vec<MunicipalityId>,
    /// By the number of a programme, for each population.
    pub(super) includes: [Vec<bool>; 2],
    pub(super) units: BTreeMap<Year, Vec<Option<UnitInYear>>>,
}

impl<'a> RunIndex<'a> {
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

/// One snapshot, year and population: what a part of a table is about.
pub struct Scope<'a> {
    /// Among all scopes of the run.
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

impl Scope<'_> {
    /// Its flows of known home and unit.
    pub fn flows(&self) -> impl Iterator<Item = KnownFlow> + '_ {
        let included =
            |flow: &&Flow| self.includes[u32::from(flow.key.programme) as usize] && flow.key.home != self.unknown;
        self.flows.iter().filter(included).filter_map(|flow| {
            let unit = self.units[u32::from(flow.key.unit) as usize]?;
            Some(KnownFlow { home: flow.key.home, programme: flow.key.programme, unit, students: flow.students })
        })
    }
}
