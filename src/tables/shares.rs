//! `shares`: a home's students by provider of their unit, per programme, per programme group and in total; a complete
//! grid.

use super::margins::{Figure, Margin, MarginCodes, ProgrammeSelection, SHARES, group_code};
use super::row::row;
use super::run::TableRun;
use super::scope::Scope;
use super::table::{Publication, Publisher, Table, column_index, ensure, of_shown};
use super::{Inputs, Tables};
use crate::error::Result;
use crate::metrics::cross_provider_share;
use crate::model::{ALL, Cell, Population, ProgrammeId, ProgrammeKind, Ratio, Snapshot, Text, Year};

row!(
    /// A home's students by provider of their unit; the five parts add up to `students`.
    ShareRow, "shares", keys 5, {
        /// What is counted.
        snapshot: Snapshot => Text,
        /// Autumn of this year.
        year: Year => Year,
        /// Which programmes count.
        population: Population => Text,
        /// A municipality of the region or `ALL` (the region).
        home: Text => Code(Municipality),
        /// A programme, a group (`ALL-vocational` …) or `ALL`.
        programme: Text => Code(Programme),
        /// Residents of the home with a known unit, wherever it is located.
        students: Cell => Count,
        /// The unit's provider is the home municipality.
        own_provider: Cell => Count,
        /// The unit's provider is another municipality.
        other_municipality: Cell => Count,
        /// Independent provider, unit inside the home municipality.
        independent_home: Cell => Count,
        /// Independent provider, unit elsewhere.
        independent_elsewhere: Cell => Count,
        /// Region, state or federation.
        region_state: Cell => Count,
        /// `students` − `own_provider`.
        cross_provider: Cell => Count,
        /// `cross_provider` / `students`.
        cross_provider_share: Cell<Ratio> => Share,
    }
);

impl Table for ShareRow {
    const PUBLICATION: Publication = Publication::AllRows;

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        let programmes = ProgrammeColumns::of(run.inputs);
        run.rows_of_scopes(|scope| of_scope(run, scope, &programmes))
    }

    fn check(tables: &Tables, _: Inputs<'_>) -> Result<()> {
        for row in &tables.shares {
            let parts = [
                row.own_provider,
                row.other_municipality,
                row.independent_home,
                row.independent_elsewhere,
                row.region_state,
            ];
            let sum: Cell = parts.into_iter().sum();
            ensure(sum == row.students, "shares", || format!("{} {} {}", row.year, row.home, row.programme))?;
        }
        Ok(())
    }

    fn figures(&self, codes: MarginCodes<'_>) -> Vec<(usize, Figure)> {
        let who = codes.resident(&self.home);
        let total = |place| match codes.programmes(self.population, &self.programme) {
            ProgrammeSelection::Sum(what) => Figure::Flow(self.snapshot, self.year, Margin { who, place, what }),
            ProgrammeSelection::Nothing => Figure::Zero,
            ProgrammeSelection::Unknown => Figure::Never,
        };
        SHARES.iter().map(|(column, place)| (column_index::<Self>(column), total(*place))).collect()
    }

    fn derive(&mut self, _: &Publisher<'_>) {
        let share = |cross: u64, all: u64| cross_provider_share(all, all - cross);
        self.cross_provider_share = of_shown(self.cross_provider, self.students, share);
    }
}

/// The five parts of a home's students, in the order of `SharePart::ALL`.
#[derive(Debug, Clone, Copy, Default)]
struct PartCounts([u64; 5]);

/// The programme codes of the grid: programmes that were read, groups, and `ALL`.
pub struct ProgrammeColumns {
    /// Their codes, sorted.
    codes: Vec<Text>,
    /// By number of a programme: the positions of its own code, its group (its own code if it has none) and `ALL`.
    margins: Vec<[usize; 3]>,
}

impl ProgrammeColumns {
    pub fn of(inputs: Inputs<'_>) -> Self {
        let programmes = inputs.registers.programme_codes();
        let mut is_read = vec![false; programmes.len()];
        inputs.flows.flows().iter().for_each(|flow| is_read[u32::from(flow.key.programme) as usize] = true);
        let read = programmes.numbers().filter(|id| is_read[u32::from(*id) as usize]);
        let margins = ProgrammeKind::ALL.into_iter().filter_map(group_code).chain([ALL]);
        let mut codes: Vec<Text> =
            read.map(|id| programmes.text(id).clone()).chain(margins.map(Text::from)).collect();
        codes.sort_unstable();
        codes.dedup();
        let position = |code: &str| codes.partition_point(|known| &**known < code);
        let margins = |id: ProgrammeId| {
            let kind = inputs.registers.programme_kind(id);
            let own = position(programmes.text(id));
            let group = kind.and_then(group_code).map_or(own, position);
            [own, group, position(ALL)]
        };
        let margins = programmes.numbers().map(margins).collect();
        Self { codes, margins }
    }
}

/// The rows of a scope: every home of the region and `ALL`, by every programme that was read, the groups and `ALL`;
/// zeros included.
fn of_scope(run: &TableRun<'_>, scope: &Scope<'_>, programmes: &ProgrammeColumns) -> Vec<ShareRow> {
    let width = programmes.codes.len();
    let all = run.homes.len();
    let mut sums = vec![PartCounts::default(); (all + 1) * width];
    for known in scope.flows() {
        let Some(home) = run.position(known.home) else { continue };
        let part = known.part() as usize;
        let [own, group, every] = programmes.margins[u32::from(known.programme) as usize];
        for home in [home, all] {
            for programme in [Some(own), (group != own).then_some(group), Some(every)].into_iter().flatten() {
                sums[home * width + programme].0[part] += known.students;
            }
        }
    }
    let homes = run.homes.iter().map(|home| run.inputs.code(*home)).chain([Text::word(&ALL)]);
    homes
        .zip(sums.chunks_exact(width))
        .flat_map(|(home, sums)| {
            let cells = programmes.codes.iter().zip(sums);
            cells.map(move |(programme, parts)| row(scope, home.clone(), programme.clone(), *parts))
        })
        .collect()
}

fn row(scope: &Scope<'_>, home: Text, programme: Text, PartCounts(parts): PartCounts) -> ShareRow {
    let students = parts.iter().sum();
    let [own, other_municipality, independent_home, independent_elsewhere, region_state] = parts;
    ShareRow {
        snapshot: scope.snapshot,
        year: scope.year,
        population: scope.population,
        home,
        programme,
        students: Cell::Value(students),
        own_provider: Cell::Value(own),
        other_municipality: Cell::Value(other_municipality),
        independent_home: Cell::Value(independent_home),
        independent_elsewhere: Cell::Value(independent_elsewhere),
        region_state: Cell::Value(region_state),
        cross_provider: Cell::Value(students - own),
        cross_provider_share: Cell::Value(cross_provider_share(students, own)),
    }
}
