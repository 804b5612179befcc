//! The ledger of a year as a problem: what becomes of the admitted and where the enrolled come from, unit by unit.
//!
//! **Unknowns.** Each offer (unit and programme) splits its admitted students into: same offer; another programme of
//! the unit, national or not; another unit, on a national programme or not; nowhere known. Its enrolled students are
//! split the same way by where they were admitted. The pairs of offers are not unknowns. Given these margins, pairs
//! exist if, for each kind of move, as many students leave as come and no offer needs itself as a partner: a matrix
//! with an empty diagonal has margins r and c if Σr = Σc and rᵢ + cᵢ ≤ Σr for all i. The fixed rows state these
//! conditions.
//!
//! **Rows.** For every unit of the region and for all units together, per population: stayed, moved out, left, moved
//! in, arrived, departures (moved out + left) and arrivals (moved in + arrived), with admitted and enrolled as decided
//! by the plan of flows. Offers show only admitted and enrolled. For all units that raised their seats together: where
//! those who moved in came from, by municipality and kind of provider, and how many arrived.

mod transitions;

use std::collections::{BTreeMap, BTreeSet};

use transitions::{Transition, TransitionCounts, counts};

use super::problem::{HiddenSum, Problem, ProblemRow, ProtectionTarget, RowState, Term};
use super::since::PriorComparison;
use super::sums::{ShownSum, SumStatus};
use crate::link::{Link, Offer};
use crate::model::{Cell, Policy, Population, ProgrammeId, UnitId, Zeros};
use crate::tables::margins::{Facts, LedgerItem, LinkMargin, Margin, ProviderKinds, What, Where, Who};

impl LedgerKey {
    /// The margin of the link with the same value.
    pub const fn sum(self) -> LinkMargin {
        let Self { place, population, item } = self;
        match item {
            LedgerItem::ToRaised(kinds) => LinkMargin::ToRaised { population, unit: None, from: place, kinds },
            LedgerItem::ArrivedAtRaised => LinkMargin::ArrivedAtRaised { population, unit: None },
            item => LinkMargin::Ledger { population, place, what: What::All, item },
        }
    }
}

impl LedgerItem {
    /// The items that are published by unit.
    const OF_UNIT: [Self; 7] =
        [Self::Stayed, Self::MovedOut, Self::Left, Self::MovedIn, Self::Arrived, Self::In, Self::Out];

    /// Cost to readers of hiding it.
    const fn weight(self) -> f64 {
        match self {
            Self::Stayed => 1.0,
            Self::In | Self::Out => 3.0,
            Self::ToRaised(ProviderKinds::All) | Self::ArrivedAtRaised => 2.0,
            Self::ToRaised(ProviderKinds::Kind(_)) => 1.0,
            Self::MovedOut | Self::Left | Self::MovedIn | Self::Arrived => 0.5,
        }
    }
}

/// A published number of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LedgerKey {
    /// A unit, or everywhere. For moves to raised units, the place of admission: a municipality, outside the region,
    /// or everywhere.
    pub place: Where,
    /// Which programmes count, at admission and in October.
    pub population: Population,
    /// Which item.
    pub item: LedgerItem,
}

/// The meaning of a row of the problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A number of the ledger.
    Item(LedgerKey),
    /// A margin of the admission, already decided.
    Admitted(Margin),
    /// A margin of October, already decided.
    Enrolled(Margin),
    /// A constraint.
    Constraint,
}

/// A problem, and the meanings of its rows.
#[derive(Debug)]
pub struct LedgerProblem {
    /// The problem.
    pub problem: Problem,
    /// By row: its meaning.
    pub meanings: Vec<Meaning>,
    /// Numbers that are hidden even if they are zero: those contained in a small one, and all numbers of silent
    /// places.
    pub veiled: BTreeSet<LedgerKey>,
    /// All numbers, including those without students.
    pub keys: Vec<LedgerKey>,
    /// By unknown: the places whose numbers contain it; empty for slack unknowns.
    places_of: Vec<Vec<Where>>,
}

impl LedgerProblem {
    /// The places that these targets belong to.
    pub fn places(&self, targets: &[ProtectionTarget]) -> BTreeSet<Where> {
        let of_unknown = |unknown: u32| self.places_of.get(unknown as usize).into_iter().flatten().copied();
        let mut out = BTreeSet::new();
        for target in targets {
            match target {
                ProtectionTarget::Row(row) => match self.meanings[*row as usize] {
                    Meaning::Item(key) => drop(out.insert(key.place)),
                    Meaning::Admitted(margin) | Meaning::Enrolled(margin) => drop(out.insert(margin.place)),
                    Meaning::Constraint => {}
                },
                ProtectionTarget::Sum(sum) => {
                    let terms = &self.problem.sums[*sum as usize].terms;
                    out.extend(terms.iter().flat_map(|term| of_unknown(term.whole)));
                }
            }
        }
        out
    }
}

/// Margins of flows with the values and states that their plan decided.
pub type FlowStates<'a> = &'a BTreeMap<Margin, (u64, RowState)>;

/// The problem of a year. Nothing is shown of `silent` places, not even zeros.
pub fn problem(
    link: &Link,
    facts: &Facts,
    decided: [FlowStates<'_>; 2],
    policy: &Policy,
    silent: &BTreeSet<Where>,
    prior: &dyn Fn(LedgerKey, u64) -> PriorComparison,
) -> LedgerProblem {
    let cells = counts(link, facts);
    let mut build = LedgerBuilder::new(facts, &cells, prior);
    build.find_closed(decided);
    build.find_veiled(decided, policy.threshold);
    build.find_veiled_origins(policy.threshold);
    if policy.zeros == Zeros::Hidden {
        build.veiled.extend(build.keys.iter().copied());
    }
    for place in silent {
        build.closed.extend(Population::ALL.map(|population| (*place, population)));
        build.veiled.extend(build.keys.iter().filter(|key| key.place == *place).copied());
    }
    build.add_unknowns();
    let offers: BTreeSet<Offer> =
        cells.keys().map(|(unit, programme, _)| Offer { unit: *unit, programme: *programme }).collect();
    build.add_moves(&offers);
    build.add_items();
    for (margins, is_admission) in decided.into_iter().zip([true, false]) {
        for (margin, (value, state)) in margins.iter().filter(|(margin, _)| margin.who == Who::Everyone) {
            build.add_decided(*margin, *value, *state, is_admission);
        }
    }
    build.add_moving_sums(&offers);
    let mut places_of = vec![Vec::new(); build.problem.truth.len()];
    for ((unit, _, transition), number) in &build.numbers {
        let origin = matches!(transition, Transition::Away(_, true)).then(|| facts.place(*unit));
        places_of[*number as usize] = [Some(Where::Unit(*unit)), origin].into_iter().flatten().collect();
    }
    let LedgerBuilder { problem, meanings, veiled, keys, .. } = build;
    LedgerProblem { problem, meanings, veiled, keys, places_of }
}

/// All numbers: of each unit of the region, of all units together and, in a year with raised seats, of the places from
/// which students moved to raised units.
fn keys(cells: &TransitionCounts, facts: &Facts) -> Vec<LedgerKey> {
    let units: BTreeSet<UnitId> = cells.keys().map(|(unit, ..)| *unit).collect();
    let mut items: BTreeSet<(Where, LedgerItem)> = BTreeSet::new();
    for unit in &units {
        let places = [facts.is_inside(*unit).then_some(Where::Unit(*unit)), Some(Where::Everywhere)];
        for place in places.into_iter().flatten() {
            items.extend(LedgerItem::OF_UNIT.map(|item| (place, item)));
        }
    }
    if units.iter().any(|unit| facts.is_raised(*unit)) {
        items.insert((Where::Everywhere, LedgerItem::ArrivedAtRaised));
        for unit in &units {
            let kinds = [ProviderKinds::All, ProviderKinds::Kind(facts.provider_kind(*unit))];
            for place in [facts.place(*unit), Where::Everywhere] {
                items.extend(kinds.map(|kinds| (place, LedgerItem::ToRaised(kinds))));
            }
        }
    }
    let of_population =
        |population| items.iter().map(move |(place, item)| LedgerKey { place: *place, population, item: *item });
    Population::ALL.into_iter().flat_map(of_population).collect()
}

struct LedgerBuilder<'a> {
    facts: &'a Facts,
    cells: &'a TransitionCounts,
    keys: Vec<LedgerKey>,
    /// Compares a number with what was published of it.
    prior: &'a dyn Fn(LedgerKey, u64) -> PriorComparison,
    numbers: BTreeMap<(UnitId, ProgrammeId, Transition), u32>,
    problem: Problem,
    meanings: Vec<Meaning>,
    veiled: BTreeSet<LedgerKey>,
    /// Places and populations of which a total is hidden, at admission or in October.
    closed: BTreeSet<(Where, Population)>,
}

/// A programme of a unit and a transition; the students of a number are a set of these.
type ProgrammeTransition = (ProgrammeId, Transition);

impl<'a> LedgerBuilder<'a> {
    fn new(
        facts: &'a Facts,
        cells: &'a TransitionCounts,
        prior: &'a dyn Fn(LedgerKey, u64) -> PriorComparison,
    ) -> Self {
        Self {
            facts,
            cells,
            keys: keys(cells, facts),
            prior,
            numbers: BTreeMap::new(),
            problem: Problem { truth: Vec::new(), rows: Vec::new(), blocks: Vec::new(), sums: Vec::new() },
            meanings: Vec::new(),
            veiled: BTreeSet::new(),
            closed: BTreeSet::new(),
        }
    }

    /// Finds places with a hidden total. None of their numbers is shown: they would reveal the total (stayed +
    /// departures = admitted), or invalidate the range that the plan of flows has proved for it.
    fn find_closed(&mut self, decided: [FlowStates<'_>; 2]) {
        for (margin, (_, state)) in decided.into_iter().flatten() {
            for population in Population::ALL {
                if margin.who == Who::Everyone && margin.what == What::of(population) && state.is_hidden() {
                    self.closed.insert((margin.place, population));
                }
            }
        }
    }

    /// Finds numbers that are strictly contained in a small one: a small number of the ledger, a small decided margin,
    /// or few arrivals or departures at a programme of a unit. If their zeros were shown, each of the others would be
    /// known to be at least 1, and the small number to be more than 1.
    fn find_veiled(&mut self, decided: [FlowStates<'_>; 2], threshold: u64) {
        let mut programmes: BTreeMap<UnitId, BTreeSet<ProgrammeId>> = BTreeMap::new();
        for (unit, programme, _) in self.cells.keys().filter(|(unit, ..)| self.facts.is_inside(*unit)) {
            programmes.entry(*unit).or_default().insert(*programme);
        }
        let small = |value| Problem::is_small(value, threshold);
        let of_place = |place| {
            let keys = self.keys.iter().copied();
            keys.filter(move |key| key.place == place && LedgerItem::OF_UNIT.contains(&key.item))
                .collect::<Vec<LedgerKey>>()
        };
        let is_all_veiled = of_place(Where::Everywhere).into_iter().any(|key| small(self.value(key)));
        if is_all_veiled {
            self.veiled = self.keys.iter().copied().collect();
            return;
        }
        let mut veiled = BTreeSet::new();
        for (unit, programmes) in programmes {
            let universe: Vec<ProgrammeTransition> = programmes
                .iter()
                .flat_map(|p| Transition::ALL.into_iter().map(move |transition| (*p, transition)))
                .collect();
            let take = |takes: &dyn Fn(ProgrammeTransition) -> bool| -> BTreeSet<ProgrammeTransition> {
                universe.iter().copied().filter(|cell| takes(*cell)).collect()
            };
            let of_key = |key: LedgerKey| {
                take(&|(p, transition)| self.is_in(p, key.population) && transition.counts(key.item, key.population))
            };
            let value = |cells: &BTreeSet<ProgrammeTransition>| -> u64 {
                cells.iter().filter_map(|(p, transition)| self.cells.get(&(unit, *p, *transition))).sum()
            };
            let keys = of_place(Where::Unit(unit));
            let mut sums: Vec<BTreeSet<ProgrammeTransition>> = keys.iter().copied().map(of_key).collect();
            for (margins, is_admission) in decided.into_iter().zip([true, false]) {
                let is_of = |transition: Transition| {
                    if is_admission { transition.is_admitted() } else { transition.is_enrolled() }
                };
                for margin in
                    margins.keys().filter(|margin| (margin.who, margin.place) == (Who::Everyone, Where::Unit(unit)))
                {
                    sums.push(take(&|(p, transition)| is_of(transition) && self.includes(margin.what, p)));
                }
                for programme in &programmes {
                    sums.push(take(&|(p, transition)| {
                        p == *programme && is_of(transition) && transition != Transition::Same
                    }));
                }
            }
            sums.retain(|cells| small(value(cells)));
            let is_veiled = |key: &LedgerKey| {
                let cells = of_key(*key);
                sums.iter().any(|sum| cells.len() < sum.len() && cells.is_subset(sum))
            };
            veiled.extend(keys.into_iter().filter(is_veiled));
        }
        self.veiled = veiled;
    }

    /// Does the same for moves to raised units: the number of a municipality, of a kind of provider or of all contains
    /// those of both together, and a population contains the narrower one.
    fn find_veiled_origins(&mut self, threshold: u64) {
        let origins = || self.keys.iter().filter(|key| matches!(key.item, LedgerItem::ToRaised(_)));
        let is_within = |part: &LedgerKey, whole: &LedgerKey| {
            part != whole
                && (part.place == whole.place || whole.place == Where::Everywhere)
                && (part.item == whole.item || whole.item == LedgerItem::ToRaised(ProviderKinds::All))
                && (part.population == whole.population || whole.population == Population::All)
        };
        let small: Vec<&LedgerKey> =
            origins().filter(|key| Problem::is_small(self.value(**key), threshold)).collect();
        let veiled: Vec<LedgerKey> =
            origins().filter(|part| small.iter().any(|whole| is_within(part, whole))).copied().collect();
        self.veiled.extend(veiled);
    }

    fn includes(&self, what: What, programme: ProgrammeId) -> bool {
        match what {
            What::One(wanted) => programme == wanted,
            What::National => self.facts.is_national(programme),
            What::All => true,
            What::Group(kind) => self.facts.kind(programme) == Some(kind),
            What::Others => !self.facts.is_national(programme),
            What::Uncoded => self.facts.kind(programme).is_none(),
        }
    }

    fn is_in(&self, programme: ProgrammeId, population: Population) -> bool {
        population == Population::All || self.facts.is_national(programme)
    }

    /// The true value of a number.
    fn value(&self, key: LedgerKey) -> u64 {
        let cells = self.cells.iter();
        let counted =
            cells.filter(|((unit, programme, transition), _)| self.counts(key, *unit, *programme, *transition));
        counted.map(|(_, students)| students).sum()
    }

    /// Whether a number includes students of a unit and programme with a transition.
    fn counts(&self, key: LedgerKey, unit: UnitId, programme: ProgrammeId, transition: Transition) -> bool {
        let is_there =
            key.place == Where::Everywhere || key.place == Where::Unit(unit) || key.place == self.facts.place(unit);
        is_there
            && self.is_in(programme, key.population)
            && transition.counts(key.item, key.population)
            && match key.item {
                LedgerItem::ToRaised(ProviderKinds::Kind(kind)) => self.facts.provider_kind(unit) == kind,
                LedgerItem::ArrivedAtRaised => self.facts.is_raised(unit),
                _ => true,
            }
    }

    /// Adds an unknown for each offer and transition, except for those in a number that is published as zero.
    fn add_unknowns(&mut self) {
        let is_zero = |key: &&LedgerKey| {
            let is_prior_zero = || (self.prior)(**key, 0) == PriorComparison::Same;
            self.value(**key) == 0 && (!self.veiled.contains(*key) || is_prior_zero())
        };
        let zeros: Vec<LedgerKey> = self.keys.iter().filter(is_zero).copied().collect();
        // The table of units reveals offers without admitted students and offers without enrolled students.
        let mut some: BTreeMap<(UnitId, ProgrammeId), (bool, bool)> = BTreeMap::new();
        for ((unit, programme, transition), students) in self.cells {
            let (admitted, enrolled) = some.entry((*unit, *programme)).or_default();
            *admitted |= transition.is_admitted() && *students > 0;
            *enrolled |= transition.is_enrolled() && *students > 0;
        }
        for ((unit, programme), (admitted, enrolled)) in some {
            for transition in Transition::ALL {
                let is_none = transition.is_admitted() && !admitted || transition.is_enrolled() && !enrolled;
                let is_zero = is_none || zeros.iter().any(|key| self.counts(*key, unit, programme, transition));
                if !is_zero {
                    self.numbers.insert((unit, programme, transition), self.problem.truth.len() as u32);
                    self.problem.truth.push(self.cells.get(&(unit, programme, transition)).copied().unwrap_or(0));
                }
            }
        }
        let sum = |(number, value): (usize, &u64)| HiddenSum { terms: vec![Term::all(number as u32)], value: *value };
        self.problem.sums = self.problem.truth.iter().enumerate().map(sum).collect();
        self.problem.blocks = vec![0; self.problem.truth.len()];
    }

    fn members(&self, mut takes: impl FnMut(UnitId, ProgrammeId, Transition) -> Option<f64>) -> Vec<(u32, f64)> {
        let numbers = self.numbers.iter();
        numbers
            .filter_map(|((unit, programme, transition), n)| Some((*n, takes(*unit, *programme, *transition)?)))
            .collect()
    }

    fn push(&mut self, members: Vec<(u32, f64)>, value: u64, weight: f64, state: RowState, meaning: Meaning) {
        if !members.is_empty() {
            let is_veiled = matches!(meaning, Meaning::Item(key) if self.veiled.contains(&key));
            let is_closed =
                matches!(meaning, Meaning::Item(key) if self.closed.contains(&(key.place, key.population)));
            let prior = match meaning {
                Meaning::Item(key) => (self.prior)(key, value),
                _ => PriorComparison::New,
            };
            let (state, needs) = match prior {
                PriorComparison::Same => (RowState::Fixed, None),
                PriorComparison::Near(low, high) => (RowState::Primary, Some((low, high))),
                PriorComparison::New if is_veiled && value == 0 || is_closed && value > 0 => {
                    (RowState::Secondary, None)
                }
                PriorComparison::New => (state, None),
            };
            let least = if is_veiled { 0 } else { value.min(1) };
            self.problem.rows.push(ProblemRow { members, parts: Vec::new(), value, weight, state, least, needs });
            self.meanings.push(meaning);
        }
    }

    /// Adds the constraint Σ members = 0, with a slack unknown for the difference if `has_slack`.
    fn add_constraint(&mut self, mut members: Vec<(u32, f64)>, has_slack: bool) {
        if members.is_empty() {
            return;
        }
        if has_slack {
            let sum: f64 = members.iter().map(|(n, c)| c * self.problem.truth[*n as usize] as f64).sum();
            members.push((self.problem.truth.len() as u32, -1.0));
            self.problem.truth.push(sum.max(0.0) as u64);
        }
        self.push(members, 0, 0.0, RowState::Fixed, Meaning::Constraint);
    }

    /// Adds the constraints of each kind of move: as many leave as come, and no offer is its own partner.
    fn add_moves(&mut self, offers: &BTreeSet<Offer>) {
        let units: BTreeSet<UnitId> = offers.iter().map(|offer| offer.unit).collect();
        for from in [false, true] {
            for to in [false, true] {
                let facts = self.facts;
                let leaves =
                    |programme, transition, of: Transition| facts.is_national(programme) == from && transition == of;
                let comes =
                    |programme, transition, of: Transition| facts.is_national(programme) == to && transition == of;
                for unit in &units {
                    let balance = self.members(|u, p, transition| {
                        let (out, back) = (
                            leaves(p, transition, Transition::WithinTo(to)),
                            comes(p, transition, Transition::WithinFrom(from)),
                        );
                        (u == *unit && (out || back)).then_some(if out { 1.0 } else { -1.0 })
                    });
                    self.add_constraint(balance, false);
                    for offer in offers.iter().filter(|p| p.unit == *unit && from == to) {
                        let others = self.members(|u, p, transition| {
                            let (out, back) = (
                                leaves(p, transition, Transition::WithinTo(to)),
                                comes(p, transition, Transition::WithinFrom(from)),
                            );
                            match (out, back) {
                                (true, _) if u == *unit && p != offer.programme => Some(1.0),
                                (_, true) if u == *unit && p == offer.programme => Some(-1.0),
                                _ => None,
                            }
                        });
                        self.add_constraint(others, true);
                    }
                }
                for raised in [false, true] {
                    let all = self.members(|u, p, transition| {
                        let out = leaves(p, transition, Transition::Away(to, raised));
                        let back = comes(p, transition, Transition::Come(from)) && facts.is_raised(u) == raised;
                        (out || back).then_some(if out { 1.0 } else { -1.0 })
                    });
                    self.add_constraint(all, false);
                    self.limit_partners(&units, from, to, raised);
                }
            }
        }
    }

    /// Adds the constraint that no unit is its own partner: departures from it plus arrivals at it are at most all
    /// moves.
    fn limit_partners(&mut self, units: &BTreeSet<UnitId>, from: bool, to: bool, raised: bool) {
        let facts = self.facts;
        let leaves = |p, transition| facts.is_national(p) == from && transition == Transition::Away(to, raised);
        let comes = |u, p, transition| {
            facts.is_raised(u) == raised && facts.is_national(p) == to && transition == Transition::Come(from)
        };
        let mut total = self.members(|_, p, transition| leaves(p, transition).then_some(1.0));
        if total.is_empty() {
            return;
        }
        let sum = total.iter().map(|(n, _)| self.problem.truth[*n as usize]).sum();
        let number = self.problem.truth.len() as u32;
        self.problem.truth.push(sum);
        total.push((number, -1.0));
        self.add_constraint(total, false);
        for unit in units {
            let mut others = self.members(|u, p, transition| {
                (u == *unit && (leaves(p, transition) || comes(u, p, transition))).then_some(-1.0)
            });
            if !others.is_empty() {
                others.push((number, 1.0));
                self.add_constraint(others, true);
            }
        }
    }

    /// Adds the rows of the ledger's numbers.
    fn add_items(&mut self) {
        for key in self.keys.clone() {
            let members = self
                .members(|unit, programme, transition| self.counts(key, unit, programme, transition).then_some(1.0));
            let scale = if key.place == Where::Everywhere { 32.0 } else { 1.0 };
            self.push(members, self.value(key), key.item.weight() * scale, RowState::Shown, Meaning::Item(key));
        }
    }

    /// Adds a margin that is already decided; the ledger can no longer show or hide it.
    fn add_decided(&mut self, margin: Margin, value: u64, state: RowState, is_admission: bool) {
        let takes_place = |unit| match margin.place {
            Where::Unit(wanted) => unit == wanted,
            Where::Everywhere => true,
            _ => false,
        };
        let members = self.members(|unit, programme, transition| {
            let is_of = if is_admission { transition.is_admitted() } else { transition.is_enrolled() };
            (is_of && takes_place(unit) && self.includes(margin.what, programme)).then_some(1.0)
        });
        let meaning = if is_admission { Meaning::Admitted(margin) } else { Meaning::Enrolled(margin) };
        let state = if state == RowState::Shown { RowState::Fixed } else { state };
        self.push(members, value, 0.0, state, meaning);
    }

    /// Adds the arrivals and departures of each offer to the sums that need protection.
    fn add_moving_sums(&mut self, offers: &BTreeSet<Offer>) {
        for offer in offers {
            for is_admission in [true, false] {
                let moving = self.members(|unit, programme, transition| {
                    let is_of = if is_admission { transition.is_admitted() } else { transition.is_enrolled() };
                    let is_here = unit == offer.unit && programme == offer.programme;
                    (is_of && is_here && transition != Transition::Same).then_some(1.0)
                });
                let value = moving.iter().map(|(number, _)| self.problem.truth[*number as usize]).sum();
                let terms = moving.into_iter().map(|(number, _)| Term::all(number)).collect();
                self.problem.sums.push(HiddenSum { terms, value });
            }
        }
    }
}

/// What readers see of each number of the ledger.
pub fn shown(problem: &LedgerProblem, states: &[RowState], threshold: u64) -> BTreeMap<LedgerKey, ShownSum> {
    let rows = problem.meanings.iter().zip(&problem.problem.rows).zip(states);
    let hidden = |status| ShownSum { cell: Cell::Hidden, status };
    let mut out: BTreeMap<LedgerKey, ShownSum> = rows
        .filter_map(|((meaning, row), state)| match meaning {
            // A small value can have been published earlier, under a lower threshold.
            Meaning::Item(key) if Problem::is_small(row.value, threshold) => Some((*key, hidden(SumStatus::Below))),
            Meaning::Item(key) if state.is_hidden() => Some((*key, hidden(SumStatus::Withheld))),
            Meaning::Item(key) => Some((*key, ShownSum { cell: Cell::Value(row.value), status: SumStatus::Shown })),
            _ => None,
        })
        .collect();
    // Numbers without a row are zero.
    for key in &problem.keys {
        let zero = ShownSum { cell: Cell::Value(0), status: SumStatus::Shown };
        out.entry(*key).or_insert(if problem.veiled.contains(key) { hidden(SumStatus::Below) } else { zero });
    }
    out
}
