//! A walk through the tables that readers cannot rule out, which shows how many values a small count can have.
//!
//! Each step moves a student or two between unknowns, and is taken where every sum stays in its window. So all tables on
//! the way agree with everything that is shown, and each is a witness: the values that a sum has had are values that
//! no reader can rule out.

use super::layout::{ADMISSION, Kind, Layout, NOWHERE, OCTOBER, OLDER};
use super::system::{SumId, System, Unknown};

/// A sum on the way.
#[derive(Debug, Clone, Copy)]
pub struct State {
    /// Its value now.
    pub value: i32,
    /// The least that it may be.
    pub low: i32,
    /// The most.
    pub high: i32,
    /// Bit n: it has been n; the last bit stands for all larger values.
    pub seen: u32,
}

impl State {
    /// How far the value lies outside its window.
    #[inline]
    pub const fn outside(&self) -> i32 {
        if self.value < self.low {
            self.low - self.value
        } else if self.value > self.high {
            self.value - self.high
        } else {
            0
        }
    }

    #[inline]
    const fn see(&mut self) {
        self.seen |= 1 << if self.value < 31 { self.value } else { 31 };
    }
}

/// A step: unknowns and by how much each changes. An unknown can stand in it twice.
pub type Step = Vec<(Unknown, i32)>;

/// Someone who walks.
#[derive(Debug, Clone)]
pub struct Walker<'a> {
    system: &'a System,
    layout: &'a Layout,
    /// All sums.
    pub sums: Vec<State>,
    /// The values of unknowns.
    pub counts: Vec<i32>,
    chance: fastrand::Rng,
    step: Step,
}

impl<'a> Walker<'a> {
    /// Begins at the truth. `seed` decides on the way.
    pub fn new(system: &'a System, layout: &'a Layout, counts: Vec<i32>, seed: u64) -> Self {
        let bound = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
        let state = |sum: &super::system::Sum| {
            let mut state = State { value: bound(sum.value), low: bound(sum.low), high: bound(sum.high), seen: 0 };
            state.see();
            state
        };
        Self {
            system,
            layout,
            sums: system.sums.iter().map(state).collect(),
            counts,
            chance: fastrand::Rng::with_seed(seed),
            step: Step::new(),
        }
    }

    /// Tries so many steps from any unknown; returns how many were taken.
    pub fn wander(&mut self, tries: u64) -> u64 {
        let unknowns = self.system.unknowns();
        let mut taken = 0;
        for _ in 0..tries {
            let unknown = self.chance.u32(0..unknowns);
            let by = if self.counts[unknown as usize] == 0 || self.chance.bool() { 1 } else { -1 };
            taken += u64::from(self.propose(unknown, by) && self.take());
        }
        taken
    }

    /// Makes a step that changes an unknown by 1 or −1; `false` where none was found.
    fn propose(&mut self, unknown: Unknown, by: i32) -> bool {
        self.step.clear();
        self.step.push((unknown, by));
        match self.layout.kinds[unknown as usize] {
            Kind::Flow { body, home, offer } => self.propose_flow(body, home, offer, by),
            Kind::Pair { from, to } => self.propose_pair(from, to, by),
        }
    }

    fn one_of(&mut self, list: &[Unknown]) -> Option<Unknown> {
        (!list.is_empty()).then(|| list[self.chance.usize(0..list.len())])
    }

    /// Adds an unknown to the step; `false` where it would fall below zero.
    fn add(&mut self, unknown: Option<Unknown>, by: i32) -> bool {
        let Some(unknown) = unknown else { return false };
        self.step.push((unknown, by));
        self.counts[unknown as usize] + by >= 0
    }

    fn propose_flow(&mut self, body: u8, home: u32, offer: u32, by: i32) -> bool {
        let layout = self.layout;
        match self.chance.u32(0..20) {
            // Another offer of the same home, most often at the same unit.
            0..7 => {
                let list = if self.chance.bool() {
                    layout.of_home_at(body, home, layout.unit(offer))
                } else {
                    layout.of_home(body, home)
                };
                let Some(other) = self.one_of(list) else { return false };
                let Kind::Flow { offer: second, .. } = layout.kinds[other as usize] else { return false };
                second != offer && self.add(Some(other), -by) && self.shift(body, offer, second, by)
            }
            // Another home at the same offer.
            7..11 => {
                let Some(other) = self.one_of(layout.of_offer(body, offer)) else { return false };
                other != self.step[0].0 && self.add(Some(other), -by)
            }
            // Two homes exchange two offers.
            11..18 => {
                let list = if self.chance.bool() {
                    layout.of_home_at(body, home, layout.unit(offer))
                } else {
                    layout.of_home(body, home)
                };
                let (Some(across), Some(below)) = (self.one_of(list), self.one_of(layout.of_offer(body, offer))) else {
                    return false;
                };
                let (Kind::Flow { offer: second, .. }, Kind::Flow { home: other, .. }) =
                    (layout.kinds[across as usize], layout.kinds[below as usize])
                else {
                    return false;
                };
                second != offer
                    && other != home
                    && self.add(Some(across), -by)
                    && self.add(Some(below), -by)
                    && self.add(layout.flow(body, other, second), by)
            }
            // A student of the first year for one of a later year.
            18 if body != ADMISSION => {
                let other = if body == OCTOBER { OLDER } else { OCTOBER };
                self.add(layout.flow(other, home, offer), -by)
                    && self.single(OCTOBER, offer, if body == OCTOBER { by } else { -by })
            }
            _ => self.single(body, offer, by),
        }
    }

    /// A body has one student more or fewer at an offer.
    fn single(&mut self, body: u8, offer: u32, by: i32) -> bool {
        let layout = self.layout;
        match body {
            _ if !layout.is_linked => true,
            ADMISSION => self.add(layout.pair(offer, NOWHERE), by),
            OCTOBER => self.add(layout.pair(NOWHERE, offer), by),
            _ => true,
        }
    }

    /// A body has one more at the first offer, and one fewer at the second: a pair goes with it.
    fn shift(&mut self, body: u8, more: u32, fewer: u32, by: i32) -> bool {
        let layout = self.layout;
        if !layout.is_linked || body == OLDER {
            return true;
        }
        let (more, fewer) = if by > 0 { (more, fewer) } else { (fewer, more) };
        let list = if body == ADMISSION { layout.row(fewer) } else { layout.column(fewer) };
        let Some(pair) = self.one_of(list) else { return false };
        let Kind::Pair { from, to } = layout.kinds[pair as usize] else { return false };
        let other = if body == ADMISSION { layout.pair(more, to) } else { layout.pair(from, more) };
        self.add(Some(pair), -1) && self.add(other, 1)
    }

    /// Two pairs exchange their ends.
    fn propose_pair(&mut self, from: u32, to: u32, by: i32) -> bool {
        let layout = self.layout;
        let (Some(across), Some(below)) = (self.one_of(layout.row(from)), self.one_of(layout.column(to))) else {
            return false;
        };
        let (Kind::Pair { to: second, .. }, Kind::Pair { from: other, .. }) =
            (layout.kinds[across as usize], layout.kinds[below as usize])
        else {
            return false;
        };
        let is_nobody = (other, second) == (NOWHERE, NOWHERE);
        second != to
            && other != from
            && self.add(Some(across), -by)
            && self.add(Some(below), -by)
            && (is_nobody || self.add(layout.pair(other, second), by))
    }

    fn change(&mut self, sign: i32) {
        for (unknown, by) in &self.step {
            let by = by * sign;
            self.counts[*unknown as usize] += by;
            for sum in self.system.sums_of(*unknown) {
                self.sums[*sum as usize].value += by;
            }
        }
    }

    fn is_possible(&self) -> bool {
        self.step.iter().all(|(unknown, _)| {
            self.counts[*unknown as usize] >= 0
                && self.system.sums_of(*unknown).iter().all(|sum| self.sums[*sum as usize].outside() == 0)
        })
    }

    /// Takes the step where every sum stays in its window.
    fn take(&mut self) -> bool {
        self.change(1);
        if !self.is_possible() {
            self.change(-1);
            return false;
        }
        self.see();
        true
    }

    /// Notes the values of all sums that the step has changed.
    fn see(&mut self) {
        for (unknown, _) in &self.step {
            for sum in self.system.sums_of(*unknown) {
                self.sums[*sum as usize].see();
            }
        }
    }

    /// Looks for a table in which a sum has another value, among those that can be reached in so many tries: what lies
    /// outside its window is put right student by student. Afterwards the walker stands at such a table, or where it
    /// stood; then `blame` gets the published sums that were in the way.
    pub fn reach(&mut self, sum: SumId, value: i32, tries: u32, blame: &mut dyn FnMut(SumId)) -> bool {
        let State { low, high, .. } = self.sums[sum as usize];
        let state = &mut self.sums[sum as usize];
        (state.low, state.high) = (value, value);
        let (mut taken, mut bad, mut in_the_way) = (Step::new(), vec![sum], Vec::new());
        let mut best = i32::MAX;
        for _ in 0..tries {
            let wrong = bad[self.chance.usize(0..bad.len())];
            if !self.mend(wrong) {
                continue;
            }
            taken.extend_from_slice(&self.step);
            let touched = self.step.iter().flat_map(|(unknown, _)| self.system.sums_of(*unknown));
            bad.extend(touched.filter(|sum| self.sums[**sum as usize].outside() > 0));
            bad.sort_unstable();
            bad.dedup();
            bad.retain(|sum| self.sums[*sum as usize].outside() > 0);
            let outside = bad.iter().map(|sum| self.sums[*sum as usize].outside()).sum();
            if outside < best {
                best = outside;
                in_the_way.clone_from(&bad);
            }
            if bad.is_empty() {
                break;
            }
        }
        let state = &mut self.sums[sum as usize];
        (state.low, state.high) = (low, high);
        std::mem::swap(&mut self.step, &mut taken);
        if bad.is_empty() {
            self.see();
        } else {
            self.change(-1);
            in_the_way.iter().filter(|way| **way != sum).for_each(|sum| blame(*sum));
        }
        bad.is_empty()
    }

    /// Tries a step that brings a sum nearer to its window, and takes it unless others are moved too far from theirs.
    fn mend(&mut self, wrong: SumId) -> bool {
        let members = self.system.members(wrong);
        let by = if self.sums[wrong as usize].value < self.sums[wrong as usize].low { 1 } else { -1 };
        let unknown = members[self.chance.usize(0..members.len())];
        if self.counts[unknown as usize] + by < 0 || !self.propose(unknown, by) {
            return false;
        }
        let worse = self.change_of_outside();
        let is_taken = worse <= 0 || worse <= 3 && self.chance.u32(0..1 << (2 * worse)) == 0;
        if !is_taken {
            self.change(-1);
        }
        is_taken
    }

    /// Makes the step, whatever it breaks; how much further outside of their windows sums are then. A step that would
    /// make a count negative is as bad as can be.
    fn change_of_outside(&mut self) -> i32 {
        let mut worse = 0;
        let mut is_negative = false;
        for (unknown, by) in &self.step {
            self.counts[*unknown as usize] += by;
            is_negative |= self.counts[*unknown as usize] < 0;
            for sum in self.system.sums_of(*unknown) {
                let state = &mut self.sums[*sum as usize];
                let before = state.outside();
                state.value += by;
                worse += state.outside() - before;
            }
        }
        if is_negative { i32::MAX } else { worse }
    }
}
