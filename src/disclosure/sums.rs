//! Released sums: every number of students that tables, pages and pictures may show, by margin.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::OnceLock;

use super::levels;
use crate::link::Link;
use crate::model::{Cell, Level, Method, Policy, Registers, Snapshot, Year, Zeros};
use crate::tables::margins::{Facts, Figure, LinkMargin, Margin, What, Where, Who, margins_of_pair};
use crate::tables::{FlowRow, Inputs, ReleasedMargins, Tables};

/// Whether a sum is shown, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SumStatus {
    /// It is shown.
    Shown,
    /// It is hidden because it is below the threshold.
    Below,
    /// It is hidden to protect others.
    Withheld,
}

/// A sum as readers see it, with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownSum {
    /// The shown value.
    pub cell: Cell,
    /// The reason.
    pub status: SumStatus,
}

impl ShownSum {
    /// A sum that is shown.
    pub const fn of(students: u64) -> Self {
        Self { cell: Cell::Value(students), status: SumStatus::Shown }
    }
}

/// Sums of a snapshot and year.
pub type CensusSums = BTreeMap<Margin, ShownSum>;

/// Sums of a year's link.
pub type LinkSums = BTreeMap<LinkMargin, ShownSum>;

/// The decision of a method: released margins, and the smallest number of possible values of a small count.
#[derive(Debug, Default)]
pub struct Decided {
    /// By snapshot and year.
    pub flows: BTreeMap<(Snapshot, Year), CensusSums>,
    /// By year.
    pub links: BTreeMap<Year, LinkSums>,
    /// The smallest number of possible values.
    pub fewest: Option<u64>,
}

/// The meaning of a sum that is not listed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Unlisted {
    /// Zero: the release hides nothing.
    Zero,
    /// It depends on the policy.
    ByPolicy(Policy),
}

/// All released sums of a run.
#[derive(Debug)]
pub struct ShownSums {
    unlisted: Unlisted,
    flows: BTreeMap<(Snapshot, Year), OnceLock<CensusSums>>,
    links: BTreeMap<Year, OnceLock<LinkSums>>,
    /// By year: the link, from which its sums are computed in a release that hides nothing.
    pairs: BTreeMap<Year, Link>,
    /// By year and municipality of the region: students who went from introduction programmes to national ones, in a
    /// release that hides nothing.
    switched: BTreeMap<Year, Vec<u64>>,
    /// By year: homes and units as margins see them.
    pub facts: BTreeMap<Year, Facts>,
}

impl ShownSums {
    /// Sums of a release that hides nothing; they are computed on demand.
    pub fn whole(inputs: Inputs<'_>, facts: BTreeMap<Year, Facts>) -> Self {
        Self {
            unlisted: Unlisted::Zero,
            flows: inputs.flows.censuses().iter().map(|census| (*census, OnceLock::new())).collect(),
            links: facts.keys().map(|year| (*year, OnceLock::new())).collect(),
            pairs: inputs.links.clone(),
            switched: facts.keys().filter_map(|year| Some((*year, inputs.switched(*year)?))).collect(),
            facts,
        }
    }

    /// A copy without computed sums, for other tables; only for a release that hides nothing.
    pub fn unprepared(&self) -> Self {
        Self {
            unlisted: self.unlisted.clone(),
            flows: self.flows.keys().map(|census| (*census, OnceLock::new())).collect(),
            links: self.links.keys().map(|year| (*year, OnceLock::new())).collect(),
            pairs: self.pairs.clone(),
            switched: self.switched.clone(),
            facts: self.facts.clone(),
        }
    }

    /// Sums as a policy has decided on them.
    pub fn decided(policy: &Policy, decided: Decided, facts: BTreeMap<Year, Facts>) -> Self {
        let Decided { flows, links, .. } = decided;
        Self {
            unlisted: Unlisted::ByPolicy(policy.clone()),
            flows: flows.into_iter().map(|(census, sums)| (census, OnceLock::from(sums))).collect(),
            links: links.into_iter().map(|(year, sums)| (year, OnceLock::from(sums))).collect(),
            pairs: BTreeMap::new(),
            switched: BTreeMap::new(),
            facts,
        }
    }

    /// Listed sums of a snapshot and year.
    pub fn listed(&self, snapshot: Snapshot, year: Year) -> Option<&CensusSums> {
        self.flows.get(&(snapshot, year))?.get()
    }

    /// All listed sums of flows, by snapshot and year.
    pub fn all(&self) -> impl Iterator<Item = ((Snapshot, Year), &CensusSums)> {
        self.flows.iter().filter_map(|(census, sums)| Some((*census, sums.get()?)))
    }

    /// What is shown of a margin of flows.
    pub fn flow(&self, snapshot: Snapshot, year: Year, margin: Margin) -> Cell {
        match self.listed(snapshot, year).and_then(|sums| sums.get(&margin)) {
            Some(sum) => sum.cell,
            None => self.unlisted(margin),
        }
    }

    /// The status of a figure that is shown as `cell`.
    pub fn status(&self, figure: Figure, cell: Cell) -> SumStatus {
        let listed = match figure {
            Figure::Flow(snapshot, year, margin) => self.listed(snapshot, year).and_then(|sums| sums.get(&margin)),
            Figure::Link(year, margin) => self.of_link(year).and_then(|sums| sums.get(&margin)),
            Figure::Zero => return SumStatus::Shown,
            Figure::Never => return SumStatus::Withheld,
        };
        match listed {
            Some(sum) => sum.status,
            None if cell == Cell::Hidden => SumStatus::Below,
            None => SumStatus::Shown,
        }
    }

    /// Whether a sum is shown, or hidden although it is not small. Always true where numbers are exact.
    pub fn is_listed(&self, snapshot: Snapshot, year: Year, margin: Margin) -> bool {
        !self.is_rounded() || self.listed(snapshot, year).is_some_and(|sums| sums.contains_key(&margin))
    }

    fn unlisted(&self, margin: Margin) -> Cell {
        match &self.unlisted {
            Unlisted::Zero => Cell::Value(0),
            Unlisted::ByPolicy(policy) if policy.method == Method::Round || policy.zeros == Zeros::Hidden => {
                Cell::Hidden
            }
            Unlisted::ByPolicy(policy) if is_published(margin, policy) => Cell::Value(0),
            Unlisted::ByPolicy(_) => Cell::Hidden,
        }
    }

    /// Listed sums of a year's link.
    pub fn of_link(&self, year: Year) -> Option<&LinkSums> {
        let (sums, facts) = (self.links.get(&year)?, self.facts.get(&year)?);
        Some(sums.get_or_init(|| {
            let mut out: BTreeMap<LinkMargin, u64> = BTreeMap::new();
            for (from, to, students) in self.pairs.get(&year).into_iter().flat_map(Link::pairs) {
                for sum in margins_of_pair(facts, from, to) {
                    *out.entry(sum).or_insert(0) += students;
                }
            }
            let switched =
                (0..).map(LinkMargin::Switched).zip(self.switched.get(&year).into_iter().flatten().copied());
            out.into_iter().chain(switched).map(|(sum, students)| (sum, ShownSum::of(students))).collect()
        }))
    }

    /// Listed sums of links, by year.
    pub fn of_links(&self) -> impl Iterator<Item = (Year, &LinkSums)> {
        self.links.keys().filter_map(|year| Some((*year, self.of_link(*year)?)))
    }

    /// What is shown of a margin of a link.
    pub fn link(&self, year: Year, sum: LinkMargin) -> Cell {
        match self.of_link(year).and_then(|sums| sums.get(&sum)) {
            Some(sum) => sum.cell,
            None if self.unlisted == Unlisted::Zero => Cell::Value(0),
            None => Cell::Hidden,
        }
    }

    /// Whether homes outside the region are listed individually.
    pub fn lists_away_homes(&self) -> bool {
        self.unlisted == Unlisted::Zero || self.is_rounded()
    }

    /// Whether counts are rounded, so that a sum that is not listed can be small.
    pub fn is_rounded(&self) -> bool {
        matches!(&self.unlisted, Unlisted::ByPolicy(policy) if policy.method == Method::Round)
    }

    /// Whether the sums of a level are published.
    pub fn has(&self, level: Level) -> bool {
        match &self.unlisted {
            Unlisted::Zero => true,
            Unlisted::ByPolicy(policy) => policy.levels.contains(&level),
        }
    }

    /// Computes the sums of a snapshot and year from the table `flows`, once; only for a release that hides nothing.
    pub fn prepare(&self, tables: &Tables, registers: &Registers, snapshot: Snapshot, year: Year) {
        let (Some(sums), Some(facts)) = (self.flows.get(&(snapshot, year)), self.facts.get(&year)) else { return };
        sums.get_or_init(|| {
            let key = |row: &FlowRow| (row.snapshot, row.year);
            let start = tables.flows.partition_point(|row| key(row) < (snapshot, year));
            let end = tables.flows.partition_point(|row| key(row) <= (snapshot, year));
            let mut out: BTreeMap<Margin, Cell> = BTreeMap::new();
            for row in &tables.flows[start..end] {
                let (home, unit) =
                    (registers.municipality_codes().find(&row.home), registers.unit_codes().find(&row.unit));
                let programme = registers.programme_codes().find(&row.programme);
                let (Some(home), Some(unit), Some(programme)) = (home, unit, programme) else { continue };
                for (who, place) in levels::homes_and_places(facts, home, unit) {
                    for what in levels::programme_sums(facts, programme) {
                        *out.entry(Margin { who, place, what }).or_insert(Cell::Value(0)) += row.students;
                    }
                }
            }
            let shown = |(margin, cell)| (margin, ShownSum { cell, status: SumStatus::Shown });
            out.into_iter().map(shown).collect()
        });
    }

    /// Sums by place of these students on these programmes, in the order of places: shown ones and, where numbers are
    /// exact, hidden ones.
    pub fn places(
        &self,
        snapshot: Snapshot,
        year: Year,
        who: Who,
        what: What,
    ) -> impl Iterator<Item = (Where, Cell)> {
        let sums = self.listed(snapshot, year);
        let first = Margin { who, what, place: Where::FIRST };
        let after = sums.into_iter().flat_map(move |sums| sums.range((Bound::Included(first), Bound::Unbounded)));
        let is_rounded = self.is_rounded();
        after
            .take_while(move |(margin, _)| margin.who == who && margin.what == what)
            .filter(move |(_, sum)| !is_rounded || sum.status == SumStatus::Shown)
            .map(|(margin, sum)| (margin.place, sum.cell))
    }
}

impl ReleasedMargins for ShownSums {
    fn flow(&self, snapshot: Snapshot, year: Year, margin: Margin) -> Cell {
        Self::flow(self, snapshot, year, margin)
    }

    fn link(&self, year: Year, margin: LinkMargin) -> Cell {
        Self::link(self, year, margin)
    }

    fn each_flow(&self, visit: &mut dyn FnMut(Snapshot, Year, Margin)) {
        for ((snapshot, year), sums) in self.all() {
            sums.keys().for_each(|margin| visit(snapshot, year, *margin));
        }
    }

    fn each_link(&self, visit: &mut dyn FnMut(Year, LinkMargin)) {
        for (year, sums) in self.of_links() {
            sums.keys().for_each(|margin| visit(year, *margin));
        }
    }

    fn places(&self, snapshot: Snapshot, year: Year, who: Who, what: What) -> Vec<(Where, Cell)> {
        Self::places(self, snapshot, year, who, what).collect()
    }

    fn is_rounded(&self) -> bool {
        Self::is_rounded(self)
    }
}

/// Whether a policy publishes a margin.
pub fn is_published(margin: Margin, policy: &Policy) -> bool {
    let level = match policy.method {
        Method::Round => levels::level(margin),
        Method::Suppress => margin.level(),
    };
    level.is_some_and(|level| policy.levels.contains(&level))
}
