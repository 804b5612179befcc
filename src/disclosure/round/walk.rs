//! A walk through the tables that readers cannot rule out, which shows how many values a small count can have.
//!
//! All tables at which the walker stands agree with everything that is shown, and each is a witness: the values that a sum
//! has had are values that no reader can rule out. To reach a table in which a sum has another value, the walker gives
//! that sum the value as its only one, and puts right what then lies outside its window, one unknown at a time: of the
//! unknowns of a sum outside its window it changes the one that costs least. A sum costs what it lies outside its window,
//! and a little at the ends of it, so that room is left for later steps. Where no change makes things better, a sum that
//! is outside gets a greater weight, until others give way (Morris 1993, "The breakout method for escaping from local
//! minima"; Selman and Kautz's weights for satisfiability are the same idea).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::system::{SignedIndex, SumId, System, Unknown};

/// What one student outside a window costs.
const OUTSIDE: i32 = 10;
/// What a value at the end of a window costs.
const AT_THE_END: i32 = 1;
/// How much more a sum costs each time that it is in the way.
const WEIGHT_STEP: i32 = 2;
/// So many sums outside their windows are too many to put right.
const TOO_MANY: usize = 60;
/// Costs of sums with more unknowns are looked up when someone asks; those of smaller ones are kept by unknown.
const LARGE: usize = 400;
/// So many unknowns of a sum are looked at for a change, at most.
const LOOKED_AT: usize = 1_000;

/// Withheld sums that a witness needs to be withheld.
pub type NeededSums = Arc<[SumId]>;

/// Whether a table was found.
#[derive(Debug)]
pub enum Reached {
    /// It was.
    Yes,
    /// It was not; with what would have to be withheld for one, if anything helps.
    No(Option<Relaxation>),
}

/// Sums that are to be withheld for a table.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relaxation {
    /// What readers lose by it.
    pub loss: u64,
    /// The sums.
    pub sums: Vec<SumId>,
}

/// A sum on the way.
#[derive(Debug, Clone, Copy)]
pub struct SumState {
    /// Its value now.
    pub value: i32,
    /// The least that it may be.
    pub low: i32,
    /// The most.
    pub high: i32,
    /// What readers would know of it if it were shown.
    window: (i32, i32),
    /// Bit n: it has been n; the last bit stands for all larger values.
    pub seen: u32,
    /// The same for tables in which no withheld sum has a value that it could not have if it were shown.
    pub plain: u32,
    weight: i32,
    /// Whether changes that are taken back have touched it.
    is_touched: bool,
}

impl SumState {
    #[inline]
    const fn is_outside(&self) -> bool {
        self.value < self.low || self.value > self.high
    }

    /// The bit of its value.
    #[inline]
    const fn bit(&self) -> u32 {
        1 << if self.value < 31 { self.value } else { 31 }
    }

    /// How many values it has had.
    pub const fn values(&self) -> u32 {
        self.seen.count_ones()
    }

    #[inline]
    const fn cost(&self, value: i32) -> i32 {
        let Self { low, high, weight, .. } = *self;
        if value < low {
            (low - value) * OUTSIDE * weight
        } else if value > high {
            (value - high) * OUTSIDE * weight
        } else if high < i32::MAX && high - low >= 2 && (value == low && low > 0 || value == high) {
            AT_THE_END
        } else {
            0
        }
    }

    /// Whether it has a value that it could not have if it were shown.
    #[inline]
    const fn is_loose_at(&self, value: i32) -> bool {
        value < self.window.0 || value > self.window.1
    }
}

/// A change of an unknown by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Change {
    unknown: Unknown,
    is_down: bool,
}

impl Change {
    const fn slot(self) -> usize {
        (self.unknown << 1 | self.is_down as u32) as usize
    }

    const fn inverse(self) -> Self {
        Self { is_down: !self.is_down, ..self }
    }
}

/// Someone who walks.
#[derive(Debug, Clone)]
pub struct Walker<'a> {
    system: &'a System,
    /// All sums.
    pub sums: Vec<SumState>,
    /// By sum and direction: what a change by one costs.
    costs: Vec<i32>,
    /// By unknown and direction: what a change by one costs in sums that are not large.
    costs_of: Vec<i32>,
    /// By unknown: its large sums.
    large_starts: Vec<u32>,
    large: Vec<SignedIndex>,
    /// By unknown and direction: the step until which it is not to be changed so, since it was just changed the other way.
    tabu_until: Vec<u32>,
    steps: u32,
    rng: fastrand::Rng,
    /// The steps of the present way.
    taken: Vec<Change>,
    /// The changes that lead from the truth to where the walker stands.
    from_truth: Vec<Change>,
    /// The sums that are outside their windows.
    outside: Vec<SumId>,
    /// The sums that were in the way, once for each time.
    heavy: Vec<SumId>,
    /// The withheld sums with values that they could not have if they were shown.
    loose: BTreeSet<SumId>,
    /// By small sum and the bit of a value that it has only had while others were loose: the fewest of these.
    pub needed: BTreeMap<(SumId, u32), NeededSums>,
}

impl<'a> Walker<'a> {
    /// Begins at the truth. `seed` decides on the way.
    pub fn new(system: &'a System, seed: u64) -> Self {
        let bound = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
        let state = |sum: &super::system::BoundedSum| {
            let (low, high) = (bound(sum.low), bound(sum.high));
            let mut state = SumState {
                value: bound(sum.value),
                low,
                high,
                window: (low, high),
                seen: 0,
                plain: 0,
                weight: 1,
                is_touched: false,
            };
            (state.seen, state.plain) = (state.bit(), state.bit());
            state
        };
        let unknowns = system.unknowns() as usize;
        let mut walker = Self {
            system,
            sums: system.sums.iter().map(state).collect(),
            costs: vec![0; 2 * system.sums.len()],
            costs_of: vec![0; 2 * unknowns],
            large_starts: vec![0],
            large: Vec::new(),
            tabu_until: vec![0; 2 * unknowns],
            steps: 0,
            rng: fastrand::Rng::with_seed(seed),
            taken: Vec::new(),
            from_truth: Vec::new(),
            outside: Vec::new(),
            heavy: Vec::new(),
            loose: BTreeSet::new(),
            needed: BTreeMap::new(),
        };
        for unknown in 0..system.unknowns() {
            let is_large = |part: &&SignedIndex| system.members(part.number()).len() > LARGE;
            walker.large.extend(system.sums_of(unknown).iter().filter(is_large));
            walker.large_starts.push(walker.large.len() as u32);
        }
        for sum in 0..system.sums.len() as SumId {
            walker.price(sum);
        }
        walker
    }

    /// Gives a sum another window.
    pub fn set_window(&mut self, sum: SumId, low: i32, high: i32) {
        let state = &mut self.sums[sum as usize];
        (state.low, state.high) = (low, high);
        self.price(sum);
    }

    /// Works out what changes of a sum cost.
    fn price(&mut self, sum: SumId) {
        let state = &self.sums[sum as usize];
        let here = state.cost(state.value);
        let (up, down) = (state.cost(state.value + 1) - here, state.cost(state.value - 1) - here);
        let [old_up, old_down] = &mut self.costs[2 * sum as usize..][..2] else { return };
        let (by_up, by_down) = (up - *old_up, down - *old_down);
        (*old_up, *old_down) = (up, down);
        let members = self.system.members(sum);
        if (by_up, by_down) == (0, 0) || members.len() > LARGE {
            return;
        }
        for member in members {
            self.costs_of[member.slot(false)] += by_up;
            self.costs_of[member.slot(true)] += by_down;
        }
    }

    fn apply(&mut self, change: Change) {
        let by = if change.is_down { -1 } else { 1 };
        let system = self.system;
        for part in system.sums_of(change.unknown) {
            self.sums[part.number() as usize].value += by * part.sign();
            self.price(part.number());
        }
    }

    /// Takes changes back, all at once: each sum that they have touched gets its price once.
    fn undo(&mut self, taken: &[Change]) {
        let system = self.system;
        let mut touched: Vec<SumId> = Vec::new();
        for change in taken {
            let by = if change.is_down { 1 } else { -1 };
            for part in system.sums_of(change.unknown) {
                let sum = &mut self.sums[part.number() as usize];
                sum.value += by * part.sign();
                if !std::mem::replace(&mut sum.is_touched, true) {
                    touched.push(part.number());
                }
            }
        }
        for sum in touched {
            self.sums[sum as usize].is_touched = false;
            self.price(sum);
        }
    }

    /// The change that costs least of those that bring a sum nearer to its window, and its cost; of equals any. Of a sum of
    /// very many unknowns, some that follow each other are looked at, from a place that chance gives.
    fn best(&mut self, sum: SumId, slack: i32) -> Option<(Change, i32)> {
        let system = self.system;
        let state = &self.sums[sum as usize];
        let is_too_large = state.value > state.high;
        let (mut best, mut least, mut equals) = (None, i32::MAX, 0);
        let members = system.members(sum);
        let start = if members.len() > LOOKED_AT { self.rng.usize(0..members.len()) } else { 0 };
        for member in members[start..].iter().chain(&members[..start]).take(LOOKED_AT) {
            let slot = member.slot(is_too_large);
            let mut cost = self.costs_of[slot];
            if cost - slack > least || self.tabu_until[slot] > self.steps {
                continue;
            }
            let change = Change { unknown: member.number(), is_down: slot & 1 == 1 };
            let [start, end] = [0, 1].map(|n| self.large_starts[change.unknown as usize + n] as usize);
            cost += self.large[start..end].iter().map(|part| self.costs[part.slot(change.is_down)]).sum::<i32>();
            if cost < least {
                (best, least, equals) = (Some(change), cost, 1);
            } else if cost == least {
                equals += 1;
                if self.rng.u32(0..equals) == 0 {
                    best = Some(change);
                }
            }
        }
        best.map(|change| (change, least))
    }

    /// How much less than by its small sums a change can cost.
    fn slack(&self) -> i32 {
        let large = self.outside.iter().filter(|sum| self.system.members(**sum).len() > LARGE);
        large.map(|sum| OUTSIDE * self.sums[*sum as usize].weight).sum::<i32>() + 3 * AT_THE_END
    }

    /// Looks for a table in which a sum has another value, in so many steps at most. Afterwards the walker stands at such
    /// a table, or where it stood; then `in_the_way` gets the sums that could not give way, as often as they were asked, and
    /// of the tables on the way the one with the least loss tells what could be withheld. `losses` gives by sum what is
    /// lost if it is withheld, 0 for a sum that cannot be.
    pub fn reach(
        &mut self,
        sum: SumId,
        value: i32,
        steps: u32,
        losses: &[u64],
        in_the_way: &mut dyn FnMut(SumId),
    ) -> Reached {
        let SumState { low, high, .. } = self.sums[sum as usize];
        self.set_window(sum, value, value);
        self.outside.clear();
        self.outside.push(sum);
        self.taken.clear();
        let mut least: Option<Relaxation> = None;
        for _ in 0..steps {
            if self.outside.is_empty() || self.outside.len() > TOO_MANY {
                break;
            }
            self.steps += 1;
            self.step();
            let loss = self.outside.iter().try_fold(0_u64, |all, outside| {
                let loss = losses[*outside as usize];
                (*outside != sum && loss > 0).then(|| all.saturating_add(loss))
            });
            if let Some(loss) = loss.filter(|loss| least.as_ref().is_none_or(|least| *loss < least.loss)) {
                least = Some(Relaxation { loss, sums: self.outside.clone() });
            }
        }
        while let Some(heavy) = self.heavy.pop() {
            self.sums[heavy as usize].weight = 1;
            self.price(heavy);
            if !self.outside.is_empty() && heavy != sum {
                in_the_way(heavy);
            }
        }
        self.set_window(sum, low, high);
        let taken = std::mem::take(&mut self.taken);
        if self.outside.is_empty() {
            self.record_witness(&taken);
            self.from_truth.extend(&taken);
        } else {
            self.undo(&taken);
        }
        self.taken = taken;
        if self.outside.is_empty() { Reached::Yes } else { Reached::No(least) }
    }

    /// Goes back to the truth if a withheld sum has a value that it could not have if it were shown: what is found next shall
    /// not need it without a reason.
    pub fn return_to_truth(&mut self) {
        if !self.loose.is_empty() {
            let from_truth = std::mem::take(&mut self.from_truth);
            self.undo(&from_truth);
            self.loose.clear();
        }
    }

    /// Notes what the present table is a witness for, of the sums that a way has touched.
    fn record_witness(&mut self, taken: &[Change]) {
        let system = self.system;
        let touched = || taken.iter().flat_map(|change| system.sums_of(change.unknown)).map(|part| part.number());
        for sum in touched() {
            let state = &self.sums[sum as usize];
            // A sum that is not withheld lies in its window.
            if state.is_loose_at(state.value) {
                self.loose.insert(sum);
            } else {
                self.loose.remove(&sum);
            }
        }
        let sums: Option<NeededSums> = (!self.loose.is_empty()).then(|| self.loose.iter().copied().collect());
        for sum in touched() {
            let state = &mut self.sums[sum as usize];
            let bit = state.bit();
            state.seen |= bit;
            match &sums {
                None => state.plain |= bit,
                Some(sums) if state.plain & bit == 0 => note_needed(&mut self.needed, (sum, bit), sums),
                Some(_) => {}
            }
        }
    }

    fn step(&mut self) {
        let wrong = self.outside[self.rng.usize(0..self.outside.len())];
        let Some((change, cost)) = self.best(wrong, self.slack()) else { return };
        if cost >= 0 {
            let heavier = self.outside[self.rng.usize(0..self.outside.len())];
            self.sums[heavier as usize].weight += WEIGHT_STEP;
            self.heavy.push(heavier);
            self.price(heavier);
        }
        self.apply(change);
        self.taken.push(change);
        self.tabu_until[change.inverse().slot()] = self.steps + 2;
        let system = self.system;
        for part in system.sums_of(change.unknown) {
            let sum = part.number();
            if self.sums[sum as usize].is_outside() && !self.outside.contains(&sum) {
                self.outside.push(sum);
            }
        }
        let sums = &self.sums;
        self.outside.retain(|sum| sums[*sum as usize].is_outside());
    }
}

/// Notes a debt if it is less than what was noted.
pub fn note_needed(needed: &mut BTreeMap<(SumId, u32), NeededSums>, of: (SumId, u32), sums: &NeededSums) {
    let less = |old: &NeededSums| (sums.len(), sums) < (old.len(), old);
    if needed.get(&of).is_none_or(less) {
        needed.insert(of, Arc::clone(sums));
    }
}
