//! The ledger of a year as a problem: what becomes of the admitted and where the enrolled come from, unit by unit.
//!
//! **Unknowns.** Every unit and programme has, for those admitted there: same place; another programme of the unit, national
//! or not; another unit, on a national programme or not; nowhere. And for those enrolled there the same the other
//! way. The pairs of places themselves are no unknowns: with these margins they can be filled in whenever, for each kind
//! of move, as many leave as come and no place needs itself as a partner (a matrix with an empty diagonal has margins
//! r and c where Σr = Σc and rᵢ + cᵢ ≤ Σr for all i), which is what the fixed rows say.
//!
//! **Rows.** For every unit of the region and all units together, per population: stayed, moved out, left, moved in,
//! arrived, the sums out (moved out + left) and in (moved in + arrived); admitted and enrolled as the flows' plan has
//! decided on them. Units and programmes together show admitted and enrolled alone. For the units that raised their seats
//! together: from where those who moved in came, by municipality and kind of provider, and how many arrived.

mod fates;

use std::collections::{BTreeMap, BTreeSet};

use fates::{Cells, Fate, cells};

use super::problem::{Problem, Row, State, Sum, Target, Term};
use super::since::Before;
use super::sums::{Shown, Standing};
use crate::link::{Link, Offer};
use crate::model::{Cell, Policy, Population, ProgrammeId, UnitId, Zeros};
use crate::tables::margins::{Facts, Item, Kinds, LinkMargin, Margin, What, Where, Who};

impl Key {
    /// The same number as a sum of pairs.
    pub const fn sum(self) -> LinkMargin {
        let Self { place, population, item } = self;
        match item {
            Item::ToRaised(kinds) => LinkMargin::ToRaised { population, unit: None, from: place, kinds },
            Item::ArrivedAtRaised => LinkMargin::ArrivedAtRaised { population, unit: None },
            item => LinkMargin::Ledger { population, place, what: What::All, item },
        }
    }
}

impl Item {
    /// The numbers of a unit.
    const OF_UNIT: [Self; 7] =
        [Self::Stayed, Self::MovedOut, Self::Left, Self::MovedIn, Self::Arrived, Self::In, Self::Out];

    /// What it costs readers when it is hidden.
    const fn weight(self) -> f64 {
        match self {
            Self::Stayed => 1.0,
            Self::In | Self::Out => 3.0,
            Self::ToRaised(Kinds::All) | Self::ArrivedAtRaised => 2.0,
            Self::ToRaised(Kinds::Kind(_)) => 1.0,
            Self::MovedOut | Self::Left | Self::MovedIn | Self::Arrived => 0.5,
        }
    }
}

/// A published number of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// A unit, or everywhere; of those who moved to raised units where they had been admitted: a municipality, outside the
    /// region, or everywhere.
    pub place: Where,
    /// Which programmes count, at both times.
    pub population: Population,
    /// Which number.
    pub item: Item,
}

/// What a row of the problem stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A number of the ledger.
    Item(Key),
    /// A margin of the admission, decided on before.
    Admitted(Margin),
    /// A margin of October, decided on before.
    Enrolled(Margin),
    /// Something that holds.
    Holds,
}

/// A problem and what its rows stand for.
#[derive(Debug)]
pub struct LedgerProblem {
    /// The problem.
    pub problem: Problem,
    /// The meaning of every row.
    pub meanings: Vec<Meaning>,
    /// Numbers that are hidden even where they are zero: those within a small one, and all of a silent place.
    pub veiled: BTreeSet<Key>,
    /// All numbers, those without anyone among them.
    pub keys: Vec<Key>,
    /// By unknown: the places whose numbers tell of it; none for what only makes others add up.
    wheres: Vec<Vec<Where>>,
}

impl LedgerProblem {
    /// The places that targets are about.
    pub fn places(&self, targets: &[Target]) -> BTreeSet<Where> {
        let of_unknown = |unknown: u32| self.wheres.get(unknown as usize).into_iter().flatten().copied();
        let mut out = BTreeSet::new();
        for target in targets {
            match target {
                Target::Row(row) => match self.meanings[*row as usize] {
                    Meaning::Item(key) => drop(out.insert(key.place)),
                    Meaning::Admitted(margin) | Meaning::Enrolled(margin) => drop(out.insert(margin.place)),
                    Meaning::Holds => {}
                },
                Target::Sum(sum) => {
                    let terms = &self.problem.sums[*sum as usize].terms;
                    out.extend(terms.iter().flat_map(|term| of_unknown(term.whole)));
                }
            }
        }
        out
    }
}

/// How the flows' plans have decided on a margin: its value and state.
pub type Decided<'a> = &'a BTreeMap<Margin, (u64, State)>;

/// The problem of a year. Of `silent` places nothing is shown, be it zero.
pub fn problem(
    link: &Link,
    facts: &Facts,
    decided: [Decided<'_>; 2],
    policy: &Policy,
    silent: &BTreeSet<Where>,
    before: &dyn Fn(Key, u64) -> Before,
) -> LedgerProblem {
    let cells = cells(link, facts);
    let mut build = Build::new(facts, &cells, before);
    build.close(decided);
    build.veil(decided, policy.threshold);
    build.veil_origins(policy.threshold);
    if policy.zeros == Zeros::Hidden {
        build.veiled.extend(build.keys.iter().copied());
    }
    for place in silent {
        build.closed.extend(Population::ALL.map(|population| (*place, population)));
        build.veiled.extend(build.keys.iter().filter(|key| key.place == *place).copied());
    }
    build.unknowns();
    let places: BTreeSet<Offer> =
        cells.keys().map(|(unit, programme, _)| Offer { unit: *unit, programme: *programme }).collect();
    build.moves(&places);
    build.items();
    for (margins, is_admission) in decided.into_iter().zip([true, false]) {
        for (margin, (value, state)) in margins.iter().filter(|(margin, _)| margin.who == Who::Everyone) {
            build.decided(*margin, *value, *state, is_admission);
        }
    }
    build.watch(&places);
    let mut wheres = vec![Vec::new(); build.problem.truth.len()];
    for ((unit, _, fate), number) in &build.numbers {
        let origin = matches!(fate, Fate::Away(_, true)).then(|| facts.place(*unit));
        wheres[*number as usize] = [Some(Where::Unit(*unit)), origin].into_iter().flatten().collect();
    }
    let Build { problem, meanings, veiled, keys, .. } = build;
    LedgerProblem { problem, meanings, veiled, keys, wheres }
}

/// All numbers: of the units of the region and all units together and, in a year with raised seats, of the places from which
/// students moved there.
fn keys(cells: &Cells, facts: &Facts) -> Vec<Key> {
    let units: BTreeSet<UnitId> = cells.keys().map(|(unit, ..)| *unit).collect();
    let mut items: BTreeSet<(Where, Item)> = BTreeSet::new();
    for unit in &units {
        let places = [facts.is_inside(*unit).then_some(Where::Unit(*unit)), Some(Where::Everywhere)];
        for place in places.into_iter().flatten() {
            items.extend(Item::OF_UNIT.map(|item| (place, item)));
        }
    }
    if units.iter().any(|unit| facts.is_raised(*unit)) {
        items.insert((Where::Everywhere, Item::ArrivedAtRaised));
        for unit in &units {
            let kinds = [Kinds::All, Kinds::Kind(facts.provider_kind(*unit))];
            for place in [facts.place(*unit), Where::Everywhere] {
                items.extend(kinds.map(|kinds| (place, Item::ToRaised(kinds))));
            }
        }
    }
    let of_population =
        |population| items.iter().map(move |(place, item)| Key { place: *place, population, item: *item });
    Population::ALL.into_iter().flat_map(of_population).collect()
}

struct Build<'a> {
    facts: &'a Facts,
    cells: &'a Cells,
    keys: Vec<Key>,
    /// How a number stands to what was told of it.
    before: &'a dyn Fn(Key, u64) -> Before,
    numbers: BTreeMap<(UnitId, ProgrammeId, Fate), u32>,
    problem: Problem,
    meanings: Vec<Meaning>,
    veiled: BTreeSet<Key>,
    /// Places of which a total is hidden, at either time, and of which population.
    closed: BTreeSet<(Where, Population)>,
}

/// Students who are in a number: of a programme of a unit, with a fate.
type Cell3 = (ProgrammeId, Fate);

impl<'a> Build<'a> {
    fn new(facts: &'a Facts, cells: &'a Cells, before: &'a dyn Fn(Key, u64) -> Before) -> Self {
        Self {
            facts,
            cells,
            keys: keys(cells, facts),
            before,
            numbers: BTreeMap::new(),
            problem: Problem { truth: Vec::new(), rows: Vec::new(), blocks: Vec::new(), sums: Vec::new() },
            meanings: Vec::new(),
            veiled: BTreeSet::new(),
            closed: BTreeSet::new(),
        }
    }

    /// Finds the places of which a total is hidden. None of their numbers is shown: otherwise these would tell the total
    /// (stayed + out = admitted), or keep it from being what the flows' plan has proved that it could be.
    fn close(&mut self, decided: [Decided<'_>; 2]) {
        for (margin, (_, state)) in decided.into_iter().flatten() {
            for population in Population::ALL {
                if margin.who == Who::Everyone && margin.what == What::of(population) && state.is_hidden() {
                    self.closed.insert((margin.place, population));
                }
            }
        }
    }

    /// Finds the numbers that are strictly within a small one, be it published here, decided on before, or the number of
    /// those who come to or leave a programme of a unit: were their zeros shown, those that are not would be known to be at
    /// least one, and so the small one to be more than one.
    fn veil(&mut self, decided: [Decided<'_>; 2], threshold: u64) {
        let mut programmes: BTreeMap<UnitId, BTreeSet<ProgrammeId>> = BTreeMap::new();
        for (unit, programme, _) in self.cells.keys().filter(|(unit, ..)| self.facts.is_inside(*unit)) {
            programmes.entry(*unit).or_default().insert(*programme);
        }
        let small = |value| Problem::is_small(value, threshold);
        let of_place = |place| {
            let keys = self.keys.iter().copied();
            keys.filter(move |key| key.place == place && Item::OF_UNIT.contains(&key.item)).collect::<Vec<Key>>()
        };
        let is_all_veiled = of_place(Where::Everywhere).into_iter().any(|key| small(self.value(key)));
        if is_all_veiled {
            self.veiled = self.keys.iter().copied().collect();
            return;
        }
        let mut veiled = BTreeSet::new();
        for (unit, programmes) in programmes {
            let universe: Vec<Cell3> =
                programmes.iter().flat_map(|p| Fate::ALL.into_iter().map(move |fate| (*p, fate))).collect();
            let take = |takes: &dyn Fn(Cell3) -> bool| -> BTreeSet<Cell3> {
                universe.iter().copied().filter(|cell| takes(*cell)).collect()
            };
            let of_key =
                |key: Key| take(&|(p, fate)| self.is_in(p, key.population) && fate.counts(key.item, key.population));
            let value = |cells: &BTreeSet<Cell3>| -> u64 {
                cells.iter().filter_map(|(p, fate)| self.cells.get(&(unit, *p, *fate))).sum()
            };
            let keys = of_place(Where::Unit(unit));
            let mut sums: Vec<BTreeSet<Cell3>> = keys.iter().copied().map(of_key).collect();
            for (margins, is_admission) in decided.into_iter().zip([true, false]) {
                let is_of = |fate: Fate| if is_admission { fate.is_admitted() } else { fate.is_enrolled() };
                for margin in
                    margins.keys().filter(|margin| (margin.who, margin.place) == (Who::Everyone, Where::Unit(unit)))
                {
                    sums.push(take(&|(p, fate)| is_of(fate) && self.takes(margin.what, p)));
                }
                for programme in &programmes {
                    sums.push(take(&|(p, fate)| p == *programme && is_of(fate) && fate != Fate::Same));
                }
            }
            sums.retain(|cells| small(value(cells)));
            let is_veiled = |key: &Key| {
                let cells = of_key(*key);
                sums.iter().any(|sum| cells.len() < sum.len() && cells.is_subset(sum))
            };
            veiled.extend(keys.into_iter().filter(is_veiled));
        }
        self.veiled = veiled;
    }

    /// The same for those who moved to raised units: a small number of a municipality, of a kind of provider or of all holds
    /// those of both, and a population those of the narrower one.
    fn veil_origins(&mut self, threshold: u64) {
        let origins = || self.keys.iter().filter(|key| matches!(key.item, Item::ToRaised(_)));
        let is_within = |part: &Key, whole: &Key| {
            part != whole
                && (part.place == whole.place || whole.place == Where::Everywhere)
                && (part.item == whole.item || whole.item == Item::ToRaised(Kinds::All))
                && (part.population == whole.population || whole.population == Population::All)
        };
        let small: Vec<&Key> = origins().filter(|key| Problem::is_small(self.value(**key), threshold)).collect();
        let veiled: Vec<Key> =
            origins().filter(|part| small.iter().any(|whole| is_within(part, whole))).copied().collect();
        self.veiled.extend(veiled);
    }

    fn takes(&self, what: What, programme: ProgrammeId) -> bool {
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

    /// The value of a number.
    fn value(&self, key: Key) -> u64 {
        let cells = self.cells.iter();
        let counted = cells.filter(|((unit, programme, fate), _)| self.counts(key, *unit, *programme, *fate));
        counted.map(|(_, students)| students).sum()
    }

    /// Whether students of a unit and programme with a fate are in a number.
    fn counts(&self, key: Key, unit: UnitId, programme: ProgrammeId, fate: Fate) -> bool {
        let is_there =
            key.place == Where::Everywhere || key.place == Where::Unit(unit) || key.place == self.facts.place(unit);
        is_there
            && self.is_in(programme, key.population)
            && fate.counts(key.item, key.population)
            && match key.item {
                Item::ToRaised(Kinds::Kind(kind)) => self.facts.provider_kind(unit) == kind,
                Item::ArrivedAtRaised => self.facts.is_raised(unit),
                _ => true,
            }
    }

    /// An unknown for every place and fate, but for those in a number that is published as zero.
    fn unknowns(&mut self) {
        let is_zero = |key: &&Key| {
            let is_told = || (self.before)(**key, 0) == Before::Same;
            self.value(**key) == 0 && (!self.veiled.contains(*key) || is_told())
        };
        let zeros: Vec<Key> = self.keys.iter().filter(is_zero).copied().collect();
        // Units and programmes that nobody was admitted to, or is enrolled at, are told by the table of units.
        let mut some: BTreeMap<(UnitId, ProgrammeId), (bool, bool)> = BTreeMap::new();
        for ((unit, programme, fate), students) in self.cells {
            let (admitted, enrolled) = some.entry((*unit, *programme)).or_default();
            *admitted |= fate.is_admitted() && *students > 0;
            *enrolled |= fate.is_enrolled() && *students > 0;
        }
        for ((unit, programme), (admitted, enrolled)) in some {
            for fate in Fate::ALL {
                let is_none = fate.is_admitted() && !admitted || fate.is_enrolled() && !enrolled;
                let is_zero = is_none || zeros.iter().any(|key| self.counts(*key, unit, programme, fate));
                if !is_zero {
                    self.numbers.insert((unit, programme, fate), self.problem.truth.len() as u32);
                    self.problem.truth.push(self.cells.get(&(unit, programme, fate)).copied().unwrap_or(0));
                }
            }
        }
        let sum = |(number, value): (usize, &u64)| Sum { terms: vec![Term::all(number as u32)], value: *value };
        self.problem.sums = self.problem.truth.iter().enumerate().map(sum).collect();
        self.problem.blocks = vec![0; self.problem.truth.len()];
    }

    fn members(&self, mut takes: impl FnMut(UnitId, ProgrammeId, Fate) -> Option<f64>) -> Vec<(u32, f64)> {
        let numbers = self.numbers.iter();
        numbers.filter_map(|((unit, programme, fate), n)| Some((*n, takes(*unit, *programme, *fate)?))).collect()
    }

    fn push(&mut self, members: Vec<(u32, f64)>, value: u64, weight: f64, state: State, meaning: Meaning) {
        if !members.is_empty() {
            let is_veiled = matches!(meaning, Meaning::Item(key) if self.veiled.contains(&key));
            let is_closed =
                matches!(meaning, Meaning::Item(key) if self.closed.contains(&(key.place, key.population)));
            let before = match meaning {
                Meaning::Item(key) => (self.before)(key, value),
                _ => Before::New,
            };
            let (state, needs) = match before {
                Before::Same => (State::Fixed, None),
                Before::Near(low, high) => (State::Primary, Some((low, high))),
                Before::New if is_veiled && value == 0 || is_closed && value > 0 => (State::Secondary, None),
                Before::New => (state, None),
            };
            let least = if is_veiled { 0 } else { value.min(1) };
            self.problem.rows.push(Row { members, parts: Vec::new(), value, weight, state, least, needs });
            self.meanings.push(meaning);
        }
    }

    /// Σ members = 0, `slack` making up the difference where there is one.
    fn holds(&mut self, mut members: Vec<(u32, f64)>, has_slack: bool) {
        if members.is_empty() {
            return;
        }
        if has_slack {
            let sum: f64 = members.iter().map(|(n, c)| c * self.problem.truth[*n as usize] as f64).sum();
            members.push((self.problem.truth.len() as u32, -1.0));
            self.problem.truth.push(sum.max(0.0) as u64);
        }
        self.push(members, 0, 0.0, State::Fixed, Meaning::Holds);
    }

    /// As many leave as come, and none is its own partner, for every kind of move.
    fn moves(&mut self, places: &BTreeSet<Offer>) {
        let units: BTreeSet<UnitId> = places.iter().map(|place| place.unit).collect();
        for from in [false, true] {
            for to in [false, true] {
                let facts = self.facts;
                let leaves = |programme, fate, of: Fate| facts.is_national(programme) == from && fate == of;
                let comes = |programme, fate, of: Fate| facts.is_national(programme) == to && fate == of;
                for unit in &units {
                    let balance = self.members(|u, p, fate| {
                        let (out, back) =
                            (leaves(p, fate, Fate::WithinTo(to)), comes(p, fate, Fate::WithinFrom(from)));
                        (u == *unit && (out || back)).then_some(if out { 1.0 } else { -1.0 })
                    });
                    self.holds(balance, false);
                    for place in places.iter().filter(|p| p.unit == *unit && from == to) {
                        let others = self.members(|u, p, fate| {
                            let (out, back) =
                                (leaves(p, fate, Fate::WithinTo(to)), comes(p, fate, Fate::WithinFrom(from)));
                            match (out, back) {
                                (true, _) if u == *unit && p != place.programme => Some(1.0),
                                (_, true) if u == *unit && p == place.programme => Some(-1.0),
                                _ => None,
                            }
                        });
                        self.holds(others, true);
                    }
                }
                for raised in [false, true] {
                    let all = self.members(|u, p, fate| {
                        let out = leaves(p, fate, Fate::Away(to, raised));
                        let back = comes(p, fate, Fate::Come(from)) && facts.is_raised(u) == raised;
                        (out || back).then_some(if out { 1.0 } else { -1.0 })
                    });
                    self.holds(all, false);
                    self.partners(&units, from, to, raised);
                }
            }
        }
    }

    /// No unit is its own partner: those who leave it and those who come are no more than all who move.
    fn partners(&mut self, units: &BTreeSet<UnitId>, from: bool, to: bool, raised: bool) {
        let facts = self.facts;
        let leaves = |p, fate| facts.is_national(p) == from && fate == Fate::Away(to, raised);
        let comes =
            |u, p, fate| facts.is_raised(u) == raised && facts.is_national(p) == to && fate == Fate::Come(from);
        let mut total = self.members(|_, p, fate| leaves(p, fate).then_some(1.0));
        if total.is_empty() {
            return;
        }
        let sum = total.iter().map(|(n, _)| self.problem.truth[*n as usize]).sum();
        let number = self.problem.truth.len() as u32;
        self.problem.truth.push(sum);
        total.push((number, -1.0));
        self.holds(total, false);
        for unit in units {
            let mut others =
                self.members(|u, p, fate| (u == *unit && (leaves(p, fate) || comes(u, p, fate))).then_some(-1.0));
            if !others.is_empty() {
                others.push((number, 1.0));
                self.holds(others, true);
            }
        }
    }

    /// The numbers of the ledger.
    fn items(&mut self) {
        for key in self.keys.clone() {
            let members =
                self.members(|unit, programme, fate| self.counts(key, unit, programme, fate).then_some(1.0));
            let scale = if key.place == Where::Everywhere { 32.0 } else { 1.0 };
            self.push(members, self.value(key), key.item.weight() * scale, State::Shown, Meaning::Item(key));
        }
    }

    /// A margin that was decided on before; the ledger can show or hide it no more.
    fn decided(&mut self, margin: Margin, value: u64, state: State, is_admission: bool) {
        let takes_place = |unit| match margin.place {
            Where::Unit(wanted) => unit == wanted,
            Where::Everywhere => true,
            _ => false,
        };
        let members = self.members(|unit, programme, fate| {
            let is_of = if is_admission { fate.is_admitted() } else { fate.is_enrolled() };
            (is_of && takes_place(unit) && self.takes(margin.what, programme)).then_some(1.0)
        });
        let meaning = if is_admission { Meaning::Admitted(margin) } else { Meaning::Enrolled(margin) };
        let state = if state == State::Shown { State::Fixed } else { state };
        self.push(members, value, 0.0, state, meaning);
    }

    /// Those who come and go at a unit and programme.
    fn watch(&mut self, places: &BTreeSet<Offer>) {
        for place in places {
            for is_admission in [true, false] {
                let moving = self.members(|unit, programme, fate| {
                    let is_of = if is_admission { fate.is_admitted() } else { fate.is_enrolled() };
                    let is_here = unit == place.unit && programme == place.programme;
                    (is_of && is_here && fate != Fate::Same).then_some(1.0)
                });
                let value = moving.iter().map(|(number, _)| self.problem.truth[*number as usize]).sum();
                let terms = moving.into_iter().map(|(number, _)| Term::all(number)).collect();
                self.problem.sums.push(Sum { terms, value });
            }
        }
    }
}

/// What readers see of the rows that are numbers of the ledger.
pub fn shown(problem: &LedgerProblem, states: &[State], threshold: u64) -> BTreeMap<Key, Shown> {
    let rows = problem.meanings.iter().zip(&problem.problem.rows).zip(states);
    let hidden = |standing| Shown { cell: Cell::Hidden, standing };
    let mut out: BTreeMap<Key, Shown> = rows
        .filter_map(|((meaning, row), state)| match meaning {
            // Something small can have been told before, under a lower threshold.
            Meaning::Item(key) if Problem::is_small(row.value, threshold) => Some((*key, hidden(Standing::Below))),
            Meaning::Item(key) if state.is_hidden() => Some((*key, hidden(Standing::Withheld))),
            Meaning::Item(key) => Some((*key, Shown { cell: Cell::Value(row.value), standing: Standing::Shown })),
            _ => None,
        })
        .collect();
    // Rows without a member are zero.
    for key in &problem.keys {
        let zero = Shown { cell: Cell::Value(0), standing: Standing::Shown };
        out.entry(*key).or_insert(if problem.veiled.contains(key) { hidden(Standing::Below) } else { zero });
    }
    out
}
