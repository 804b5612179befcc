//! A walk through the tables that readers cannot rule out. It shows how many values a small count can have.
//!
//! Every table that the walker visits agrees with everything shown and is a witness: no reader can rule out the values
//! that its sums have. To reach a table in which a sum has another value, the walker restricts that sum to the value
//! and repairs the sums that then lie outside their windows, one unknown at a time. Of the unknowns of such a sum it
//! changes the cheapest. A sum costs its distance from its window, and a little at the window's ends, so that later
//! steps have some slack. Where no change improves the cost, a sum outside its window gets a greater weight, until
//! others give way (Morris 1993, "The breakout method for escaping from local minima"; Selman and Kautz's weights for
//! satisfiability are the same idea).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::system::{SignedIndex, SumId, System, Unknown};

/// Cost of one student outside a window.
const OUTSIDE: i32 = 10;
/// Cost of a value at the end of a window.
const AT_THE_END: i32 = 1;
/// Increase of a sum's weight each time that it is in the way.
const WEIGHT_STEP: i32 = 2;
/// A search stops when more sums are outside their windows.
const TOO_MANY: usize = 60;
/// Sums with more unknowns are large: their costs are looked up on demand. Costs of smaller sums are kept by unknown.
const LARGE: usize = 400;
/// Maximum number of unknowns of a sum that are considered for a change.
const LOOKED_AT: usize = 1_000;

/// The withheld sums that a witness depends on.
pub type NeededSums = Arc<[SumId]>;

/// Result of a search for a table.
#[derive(Debug)]
pub enum Reached {
    /// A table was found.
    Yes,
    /// No table was found; the sums that would have to be withheld for one, if that helps.
    No(Option<Relaxation>),
}

/// Sums to withhold so that a table is possible.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relaxation {
    /// What readers lose by it.
    pub loss: u64,
    /// The sums.
    pub sums: Vec<SumId>,
}

/// A sum during the walk.
#[derive(Debug, Clone, Copy)]
pub struct SumState {
    /// Present value.
    pub value: i32,
    /// Smallest allowed value.
    pub low: i32,
    /// Largest allowed value.
    pub high: i32,
    /// The values that readers would hold possible if it were shown.
    window: (i32, i32),
    /// Bit n is set if it has had the value n; the last bit represents all larger values.
    pub seen: u32,
    /// The same, for tables in which every withheld sum has a value that it could also have if it were shown.
    pub plain: u32,
    weight: i32,
    /// Whether a change that is being undone affects it.
    is_touched: bool,
}

impl SumState {
    #[inline]
    const fn is_outside(&self) -> bool {
        self.value < self.low || self.value > self.high
    }

    /// The bit of its present value.
    #[inline]
    const fn bit(&self) -> u32 {
        1 << if self.value < 31 { self.value } else { 31 }
    }

    /// Number of values that it has had.
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

    /// Whether a value is impossible if the sum is shown.
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

/// The state of a walk.
#[derive(Debug, Clone)]
pub struct Walker<'a> {
    system: &'a System,
    /// All sums.
    pub sums: Vec<SumState>,
    /// By sum and direction: cost of a change by one.
    costs: Vec<i32>,
    /// By unknown and direction: cost of a change by one in sums that are not large.
    costs_of: Vec<i32>,
    /// By unknown: its large sums.
    large_starts: Vec<u32>,
    large: Vec<SignedIndex>,
    /// By unknown and direction: the step until which this change is forbidden, because it would undo a recent one.
    tabu_until: Vec<u32>,
    steps: u32,
    rng: fastrand::Rng,
    /// Changes of the present search.
    taken: Vec<Change>,
    /// Changes that lead from the truth to the present table.
    from_truth: Vec<Change>,
    /// Sums that are outside their windows.
    outside: Vec<SumId>,
    /// Sums that were in the way, once for each time.
    heavy: Vec<SumId>,
    /// Withheld sums whose present value is impossible if they are shown.
    loose: BTreeSet<SumId>,
    /// By small sum and bit of a value that it has had only while withheld sums were loose: the fewest of those.
    pub needed: BTreeMap<(SumId, u32), NeededSums>,
}

impl<'a> Walker<'a> {
    /// A walker at the truth. `seed` determines the walk.
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

    /// Sets the window of a sum.
    pub fn set_window(&mut self, sum: SumId, low: i32, high: i32) {
        let state = &mut self.sums[sum as usize];
        (state.low, state.high) = (low, high);
        self.price(sum);
    }

    /// Updates the costs of changing a sum.
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

    /// Undoes changes together, so that each affected sum is priced once.
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

    /// The cheapest change that brings a sum nearer to its window, and its cost; ties are broken at random. For sums
    /// with very many unknowns, only a random stretch of them is considered.
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

    /// By how much large sums can make a change cheaper than its small sums suggest.
    fn slack(&self) -> i32 {
        let large = self.outside.iter().filter(|sum| self.system.members(**sum).len() > LARGE);
        large.map(|sum| OUTSIDE * self.sums[*sum as usize].weight).sum::<i32>() + 3 * AT_THE_END
    }

    /// Searches for a table in which a sum has another value, in at most `steps` steps. Afterwards the walker is at
    /// such a table, or back where it started. In the latter case `in_the_way` is called for each sum that could not
    /// give way, once for each time, and the result names the set with the least loss that could be withheld. `losses`
    /// gives by sum what readers lose if it is withheld; 0 if it cannot be withheld.
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

    /// Returns to the truth if a withheld sum has a value that is impossible if it is shown, so that the next
    /// witnesses do not depend on it without need.
    pub fn return_to_truth(&mut self) {
        if !self.loose.is_empty() {
            let from_truth = std::mem::take(&mut self.from_truth);
            self.undo(&from_truth);
            self.loose.clear();
        }
    }

    /// Records the present table as a witness for the sums that a search has changed.
    fn record_witness(&mut self, taken: &[Change]) {
        let system = self.system;
        let touched = || taken.iter().flat_map(|change| system.sums_of(change.unknown)).map(|part| part.number());
        for sum in touched() {
            let state = &self.sums[sum as usize];
            // A sum that is not withheld is in its window.
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
        let violated = self.outside[self.rng.usize(0..self.outside.len())];
        let Some((change, cost)) = self.best(violated, self.slack()) else { return };
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

/// Records the withheld sums that a witness needs, if they are fewer than those recorded.
pub fn note_needed(needed: &mut BTreeMap<(SumId, u32), NeededSums>, of: (SumId, u32), sums: &NeededSums) {
    let less = |old: &NeededSums| (sums.len(), sums) < (old.len(), old);
    if needed.get(&of).is_none_or(less) {
        needed.insert(of, Arc::clone(sums));
    }
}
