//! `validation`: how well diversion predicted what happened; by year and group of programmes.
//!
//! - `raised`: units that raised their seats after admission. Predicted: those who moved in come from other units as the
//!   unit's own admitted students divert to them. Observed: the units that had admitted them.
//! - `closed`: units that closed before the year. Predicted: the students of the year before divert to other units. Observed:
//!   the units that the next cohort of the same homes and programmes chose.
//!
//! Distributions over units are compared by their total variation distance, half the sum of absolute differences, weighted
//! by students over the units concerned. The baseline predicts by size in the same programme, whatever the home. Skill is
//! 1 − distance / distance of the baseline. Groups with fewer than [`MIN_MOVES`] students are left out.

use std::collections::{BTreeMap, BTreeSet};

use super::inputs::raised;
use super::market::{Market, Markets};
use super::row::row;
use super::run::TableRun;
use super::scope::RunIndex;
use super::table::{Publication, Publisher, Table};
use crate::diversion::{Amount, scaled};
use crate::link::Link;
use crate::model::{
    ALL, Cell, Decimal, MunicipalityId, ProgrammeId, ProgrammeKind, Ratio, Snapshot, Text, UnitId, UnitStatus, Year,
};

row!(
    /// How well diversion predicted what happened.
    ValidationRow, "validation", keys 3, {
        /// Autumn of the year in which it happened.
        year: Year => Year,
        /// `raised` or `closed`.
        kind: Text => Word,
        /// Group of programmes or `ALL`.
        group: Text => Code(Programme),
        /// Units that raised their seats or closed.
        units: Cell => Count,
        /// Students who moved in, or the last cohort of closed units.
        moves: Cell => Count,
        /// Total variation distance of the prediction.
        tvd: Cell<Ratio> => Ratio,
        /// Total variation distance of the baseline.
        tvd_baseline: Cell<Ratio> => Ratio,
        /// 1 − `tvd` / `tvd_baseline`; missing if the baseline is exact.
        skill: Cell<Decimal> => Decimal,
    }
);

/// Groups with fewer students are left out.
pub const MIN_MOVES: u64 = 20;

impl Table for ValidationRow {
    const PUBLICATION: Publication = Publication::OwnRule;
    const EXACT: &'static [&'static str] = &["units"];

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        let mut out = of_closed(run, run.markets());
        for (year, link) in run.inputs.links {
            let units = raised(run.inputs, *year);
            if !units.is_empty() {
                let market = Market::whole(run, (Snapshot::Admission, *year));
                out.extend(Comparison::of_raised(run, &market, link, &units).rows(*year, "raised"));
            }
        }
        out
    }

    /// Closed units, from estimates. Where those who moved to raised units came from is not published in enough detail.
    fn publish(_: &[Self], publisher: &Publisher<'_>) -> Vec<Self> {
        let mut rows = of_closed(&RunIndex::new(publisher.codes.inputs), publisher.markets);
        rows.retain_mut(|row| {
            let moves = row.moves.value().and_then(publisher.rule);
            row.moves = Cell::Value(moves.unwrap_or(0));
            moves.is_some()
        });
        rows
    }
}

fn of_closed(index: &RunIndex<'_>, markets: &Markets) -> Vec<ValidationRow> {
    let years = markets.values().zip(markets.values().skip(1)).filter(|(a, b)| a.snapshot == b.snapshot);
    years.flat_map(|(before, after)| Comparison::of_closed(index, before, after).rows(after.year, "closed")).collect()
}

/// Students by offer.
type Cohort = Vec<(u32, Amount)>;

/// A group of programmes; `None`: programmes without one.
type Group = Option<ProgrammeKind>;

/// Students by unit: predicted, by the baseline, observed.
type Distributions = BTreeMap<UnitId, [Amount; 3]>;

/// Predicted and observed numbers of students, by the unit concerned and group.
#[derive(Debug, Default)]
struct Comparison {
    of: BTreeMap<(Group, UnitId), Distributions>,
    /// Students by unit concerned and group.
    moves: BTreeMap<(Group, UnitId), Amount>,
}

impl Comparison {
    /// Those who moved to raised units of a year; `market` is that of its admission.
    fn of_raised(index: &RunIndex<'_>, market: &Market, link: &Link, raised: &BTreeSet<UnitId>) -> Self {
        let mut moved: BTreeMap<(UnitId, ProgrammeId), BTreeMap<UnitId, u64>> = BTreeMap::new();
        for (from, to, students) in link.pairs() {
            if let (Some(from), Some(to)) = (from, to)
                && from.unit != to.unit
                && raised.contains(&to.unit)
            {
                let origins = moved.entry((to.unit, to.programme)).or_default();
                *origins.entry(from.unit).or_default() += students;
            }
        }
        let mut out = Self::default();
        for ((unit, programme), origins) in moved {
            let own: Vec<u32> = market.offers_of(unit).collect();
            let Some(offer) = market.find(unit, programme) else { continue };
            let (_, diversion) = market.diversion(&[offer], |offer| own.contains(&offer));
            let predicted = diversion.to.iter().map(|(to, parts)| (*to, parts.iter().copied().sum::<Amount>()));
            let predicted = by_unit(market, predicted);
            let baseline = by_unit(market, sizes(market, programme, &|offer| own.contains(&offer)));
            let moves = Amount::of(origins.values().sum(), 1);
            let observed = origins.into_iter().map(|(unit, students)| (unit, Amount::of(students, 1))).collect();
            let key = (index.inputs.registers.programme_kind(programme), unit);
            out.add(key, moves, [predicted, baseline, observed]);
        }
        out
    }

    /// The students of units that closed between two years, against the next cohort.
    fn of_closed(index: &RunIndex<'_>, before: &Market, after: &Market) -> Self {
        let registers = index.inputs.registers;
        let is_closed = |unit: &UnitId| {
            after.offers_of(*unit).is_empty()
                && !matches!(registers.status(*unit, after.year), UnitStatus::Succeeded(_))
        };
        let closed: BTreeSet<UnitId> = before.units().into_iter().filter(is_closed).collect();
        let has_closed = |offer: u32| closed.contains(&before.offers[offer as usize].unit);
        let mut next: BTreeMap<(Option<MunicipalityId>, ProgrammeId), Cohort> = BTreeMap::new();
        for (at, choosers) in after.layers.choosers().iter().enumerate() {
            let programme = after.offers[choosers.choice as usize].programme;
            let students = Amount::of(choosers.students, after.scale);
            next.entry((after.home(at), programme)).or_default().push((choosers.choice, students));
        }
        let mut out = Self::default();
        for offer in (0..before.offers.len() as u32).filter(|offer| has_closed(*offer)) {
            let of = before.offers[offer as usize];
            let (displaced, _) = before.diversion(&[offer], has_closed);
            for (at, cell) in displaced.students {
                let home = before.home(at);
                let programme = registers.programme_in(of.programme, after.year);
                let (Some(cell), Some(observed)) = (cell, next.get(&(home, programme))) else { continue };
                let moves = Amount::of(before.layers.choosers()[at].students, before.scale);
                let choices = displaced.cells[cell].choices.iter();
                let predicted = by_unit(before, choices.map(|(to, n)| (*to, Amount::of(*n, before.scale))));
                let baseline = by_unit(before, sizes(before, of.programme, &has_closed));
                let observed = by_unit(after, observed.iter().copied());
                out.add((registers.programme_kind(of.programme), of.unit), moves, [predicted, baseline, observed]);
            }
        }
        out
    }

    /// Adds students with their distributions, each scaled to their number; nothing if one of them is empty.
    fn add(&mut self, key: (Group, UnitId), moves: Amount, distributions: [BTreeMap<UnitId, Amount>; 3]) {
        let totals = distributions.each_ref().map(|of| of.values().copied().sum::<Amount>());
        if totals.contains(&Amount::ZERO) {
            return;
        }
        let sums = self.of.entry(key).or_default();
        for (at, (distribution, total)) in distributions.into_iter().zip(totals).enumerate() {
            for (unit, part) in distribution {
                sums.entry(unit).or_default()[at] += scaled(moves, part.bits(), total.bits());
            }
        }
        *self.moves.entry(key).or_default() += moves;
    }

    /// The rows of all groups with enough students.
    fn rows(&self, year: Year, kind: &str) -> Vec<ValidationRow> {
        let groups: BTreeSet<Group> = self.moves.keys().filter_map(|(group, _)| group.map(Some)).collect();
        let groups = groups.into_iter().map(Some).chain([None]);
        groups.filter_map(|group| self.row(year, kind, group)).collect()
    }

    /// The row of a group; `None`: all of them.
    fn row(&self, year: Year, kind: &str, group: Option<Group>) -> Option<ValidationRow> {
        let is_in = |of: Group| group.is_none_or(|group| group == of);
        let moves: Amount = self.moves.iter().filter(|((of, _), _)| is_in(*of)).map(|(_, moves)| *moves).sum();
        if moves.rounded() < MIN_MOVES {
            return None;
        }
        let members = || self.of.iter().filter(|((of, _), _)| is_in(*of));
        let units: BTreeSet<UnitId> = members().map(|((_, unit), _)| *unit).collect();
        let distance = |of: usize| -> Amount {
            let units = members().flat_map(|(_, distributions)| distributions.values());
            units.map(|sums| if sums[of] > sums[2] { sums[of] - sums[2] } else { sums[2] - sums[of] }).sum()
        };
        let ratio = |of: usize| Ratio::wide(distance(of).share_of(moves + moves) as u128, 1_000_000);
        let (tvd, baseline) = (ratio(0), ratio(1));
        let skill = (baseline.num() > 0)
            .then(|| Decimal::of_millionths(1_000_000 - (tvd.num() * 1_000_000 / baseline.num()) as i128));
        Some(ValidationRow {
            year,
            kind: kind.into(),
            group: match group {
                None => Text::word(&ALL),
                Some(group) => format!("{ALL}-{}", group?.as_str()).into(),
            },
            units: Cell::Value(units.len() as u64),
            moves: Cell::Value(moves.rounded()),
            tvd: Cell::Value(tvd),
            tvd_baseline: Cell::Value(baseline),
            skill: skill.into(),
        })
    }
}

/// Sums students at offers by unit.
fn by_unit(market: &Market, offers: impl Iterator<Item = (u32, Amount)>) -> BTreeMap<UnitId, Amount> {
    let mut out: BTreeMap<UnitId, Amount> = BTreeMap::new();
    for (offer, students) in offers {
        *out.entry(market.offers[offer as usize].unit).or_default() += students;
    }
    out
}

/// Offers of a programme with their students, without removed ones.
fn sizes<'a>(
    market: &'a Market,
    programme: ProgrammeId,
    is_removed: &'a dyn Fn(u32) -> bool,
) -> impl Iterator<Item = (u32, Amount)> + 'a {
    let is_of =
        move |(at, offer): &(u32, &super::market::MarketOffer)| offer.programme == programme && !is_removed(*at);
    (0..).zip(&market.offers).filter(is_of).map(|(at, offer)| (at, Amount::of(offer.students, market.scale)))
}
