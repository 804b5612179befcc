//! Which of the published sums are shown: every small one is hidden, and of the others as little as protects them.
//!
//! **What is guaranteed.** For every sensitive value (a small one among the rows, the unknowns and the watched sums) there
//! are two points that agree with everything shown, one at which it is at most 1 and one at which it is at least
//! threshold − 1; since agreeing points form a convex set, every value between is possible too. A point found is kept as proof
//! until the plan is done; hiding more never takes it away.
//!
//! **How.** Points are found by linear programs from the truth. A few with random objectives over everything that is not
//! settled settle most; each target that is left gets a program of its own. Where that cannot reach far enough, shown
//! rows may change at their cost: the program then finds the cheapest set of changes that lets the target move, and the rows
//! it changes are hidden (the heuristic of Kelly, Golden and Assad 1992, improved in Fischetti and Salazar-González
//! 2001: one program for each sensitive cell, in which rows already hidden cost nothing).
//!
//! GaussSuppression (Langsrud 2024) was the other choice: its elimination is fast and finds every value that is told
//! exactly, but intervals need an attack with linear programs after it all the same.

use super::problem::{Narrowed, Problem, Row, State, Target};
use super::simplex::{End, Simplex};

/// Programs with random objectives before targets get their own.
const ROUNDS: usize = 40;
/// The same for some blocks at a time.
const ROUNDS_IN_WINDOW: usize = 60;
/// Steps of each of these programs.
const SLICE: usize = 100;
/// Blocks at a time.
const WINDOW: u32 = 4;
/// Steps of a program with one target.
const STEPS: usize = 30_000;
/// What a unit of the target is worth against the cost of rows, whose weights are at most 128: tried in turn.
const WORTHS: [f64; 10] = [4.0, 8.0, 16.0, 32.0, 48.0, 72.0, 120.0, 300.0, 1000.0, 1e5];
/// A change of a row below this is none.
const HAIR: f64 = 1e-6;

/// A target and the range that points found so far have shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proof {
    /// What must stay uncertain.
    pub target: Target,
    /// Its true value.
    pub value: u64,
    /// The smallest value at a point that agrees.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

impl Proof {
    fn is_settled(&self, threshold: u64) -> bool {
        self.needs(Way::Down, threshold).is_none() && self.needs(Way::Up, threshold).is_none()
    }

    /// Whether it is a sum that nobody publishes and that is not told exactly. Such a sum can be made of several numbers that
    /// are known to be more than zero, so that it is known to be more than one.
    fn is_vague(&self) -> bool {
        matches!(self.target, Target::Watched(_)) && self.high - self.low >= 1.0
    }

    /// How far it must be moved from the truth that way; none where a point has shown it.
    fn needs(&self, way: Way, threshold: u64) -> Option<f64> {
        match way {
            Way::Down => (self.low > 1.0 + HAIR).then_some(self.value as f64 - 1.0),
            Way::Up => {
                let wanted = threshold as f64 - 1.0;
                (self.high < wanted - HAIR).then_some(wanted - self.value as f64)
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Down,
    Up,
}

/// What became of a problem.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How every row stands, in the order of the problem.
    pub states: Vec<State>,
    /// What was shown of every target.
    pub proofs: Vec<Proof>,
    /// The smallest and the largest value of every row at a point that agrees.
    pub seen: Vec<(f64, f64)>,
    /// Targets that are not protected: nothing may be published where there is one.
    pub unprotected: usize,
    /// Programs solved.
    pub programs: usize,
}

impl Plan {
    /// How many values of the hidden row that is told most closely cannot be ruled out, at least, less one; none where no
    /// row is hidden.
    #[must_use]
    pub fn narrowest(&self) -> Option<u64> {
        let hidden = self.states.iter().zip(&self.seen).filter(|(state, _)| state.is_hidden());
        hidden.map(|(_, (low, high))| (high - low + HAIR).max(0.0) as u64).min()
    }
}

/// Protects a problem: gives rows their states. Rows that are small are hidden first.
pub fn plan(problem: &mut Problem, threshold: u64) -> Plan {
    for row in &mut problem.rows {
        if row.state == State::Shown && Problem::is_small(row.value, threshold) {
            row.state = State::Primary;
        }
    }
    let seen = problem.rows.iter().map(|row| (row.value as f64, row.value as f64)).collect();
    let proofs = problem.targets(threshold).into_iter().map(|target| {
        let value = problem.value(target);
        Proof { target, value, low: value as f64, high: value as f64 }
    });
    let proofs = proofs.collect();
    let mut search = Search { proofs, seen, problem, threshold, lot: 1480, programs: 0 };
    search.settle();
    let is_open = |proof: &&Proof| !(proof.is_settled(threshold) || proof.is_vague());
    let unprotected = search.proofs.iter().filter(is_open).count();
    let states = search.problem.rows.iter().map(|row| row.state).collect();
    Plan { states, unprotected, programs: search.programs, seen: search.seen, proofs: search.proofs }
}

/// Unknowns of a problem that move together while all others stay where they are, and their program.
#[derive(Clone)]
struct Area<'c> {
    narrowed: &'c Narrowed,
    /// By unknown and by row of the problem: its number here.
    unknowns: Vec<Option<u32>>,
    rows: Vec<Option<u32>>,
    simplex: Simplex<'c>,
    far: f64,
}

impl<'c> Area<'c> {
    fn new(problem: &Problem, narrowed: &'c Narrowed, far: f64) -> Self {
        let room: Vec<f64> = narrowed.unknowns.iter().map(|n| problem.truth[*n as usize] as f64).collect();
        let numbers = |length: usize, kept: &[u32]| {
            let mut out = vec![None; length];
            kept.iter().enumerate().for_each(|(new, old)| out[*old as usize] = Some(new as u32));
            out
        };
        let mut area = Self {
            unknowns: numbers(problem.truth.len(), &narrowed.unknowns),
            rows: numbers(problem.rows.len(), &narrowed.rows),
            simplex: Simplex::new(&narrowed.columns, &room),
            narrowed,
            far,
        };
        area.limit_all();
        for (number, row) in problem.rows.iter().enumerate() {
            match row.state {
                State::Primary | State::Secondary => area.open(number, row),
                State::Free => area.free(number, row),
                State::Fixed | State::Shown => {}
            }
        }
        area
    }

    /// Farther than this no proof has to go; without a limit programs could end nowhere.
    fn limit_all(&mut self) {
        (0..self.narrowed.unknowns.len()).for_each(|unknown| self.simplex.set_limit(unknown, self.far));
    }

    /// Lets a hidden row change.
    fn open(&mut self, number: usize, row: &Row) {
        let Some(number) = self.rows[number] else { return };
        let (up, down) = (self.simplex.up(number as usize), self.simplex.down(number as usize));
        self.simplex.set_limit(up, self.far * 4.0);
        self.simplex.set_limit(down, row.value.saturating_sub(row.least) as f64);
    }

    /// Keeps a row where it is, which is the truth.
    fn close(&mut self, number: usize) {
        let Some(number) = self.rows[number] else { return };
        self.simplex.set_limit(self.simplex.up(number as usize), 0.0);
        self.simplex.set_limit(self.simplex.down(number as usize), 0.0);
    }

    /// How far a row is from the truth.
    fn deviation(&self, row: usize) -> f64 {
        self.rows[row].map_or(0.0, |row| self.simplex.deviation(row as usize))
    }

    /// Lets a row that nobody publishes change as it likes.
    fn free(&mut self, number: usize, row: &Row) {
        let Some(number) = self.rows[number] else { return };
        self.simplex.set_limit(self.simplex.up(number as usize), self.far * 64.0);
        self.simplex.set_limit(self.simplex.down(number as usize), row.value as f64);
    }

    /// A target's deviation from its truth as a sum of columns, times a factor.
    fn columns(&self, problem: &Problem, target: Target, factor: f64) -> Vec<(usize, f64)> {
        match target {
            Target::Row(row) => self.rows[row as usize].map_or_else(Vec::new, |row| {
                vec![(self.simplex.up(row as usize), factor), (self.simplex.down(row as usize), -factor)]
            }),
            Target::Unknown(unknown) => {
                self.unknowns[unknown as usize].iter().map(|unknown| (*unknown as usize, factor)).collect()
            }
            Target::Watched(number) => problem.watched[number as usize]
                .iter()
                .filter_map(|unknown| self.unknowns[*unknown as usize])
                .map(|unknown| (unknown as usize, factor))
                .collect(),
        }
    }

    /// The point in the whole problem.
    fn point(&self, length: usize) -> Vec<f64> {
        let mut out = vec![0.0; length];
        for (number, value) in self.narrowed.unknowns.iter().zip(self.simplex.point()) {
            out[*number as usize] = *value;
        }
        out
    }
}

struct Search<'p> {
    problem: &'p mut Problem,
    threshold: u64,
    proofs: Vec<Proof>,
    seen: Vec<(f64, f64)>,
    lot: u64,
    programs: usize,
}

impl Search<'_> {
    fn far(&self) -> f64 {
        4.0 * self.threshold as f64
    }

    /// A number from 0 to 1.
    fn draw(&mut self) -> f64 {
        self.lot = self.lot.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.lot >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Takes the point of an area as proof of whatever it shows.
    fn learn(&mut self, area: &Area<'_>) {
        let point = area.point(self.problem.truth.len());
        // A point that rounding has moved proves nothing.
        let Some(deviations) = self.problem.agrees(&point) else { return };
        for (number, row) in self.problem.rows.iter().enumerate().filter(|(_, row)| row.state.is_hidden()) {
            let value = row.value as f64 + deviations[number];
            let (low, high) = &mut self.seen[number];
            (*low, *high) = (low.min(value), high.max(value));
        }
        for proof in &mut self.proofs {
            let deviation: f64 = match proof.target {
                Target::Row(row) => deviations[row as usize],
                Target::Unknown(unknown) => point[unknown as usize],
                Target::Watched(watched) => {
                    self.problem.watched[watched as usize].iter().map(|u| point[*u as usize]).sum()
                }
            };
            let value = proof.value as f64 + deviation;
            proof.low = proof.low.min(value);
            proof.high = proof.high.max(value);
        }
    }

    /// Settles every target.
    fn settle(&mut self) {
        self.windows();
        let narrowed = self.problem.narrowed(|_| true);
        let mut area = Area::new(self.problem, &narrowed, self.far());
        self.rounds(&mut area, ROUNDS);
        let is_row = |target: &Target| matches!(target, Target::Row(_));
        self.each_target(&mut area, is_row);
        self.windows();
        self.singly_in_windows();
        self.each_target(&mut area, |_| true);
    }

    /// Looks for proofs in a few blocks at a time.
    fn windows(&mut self) {
        let blocks = self.problem.blocks.iter().max().map_or(0, |most| most + 1);
        for (start, width) in [(0, WINDOW), (WINDOW / 2, WINDOW), (1, WINDOW + 2)] {
            let mut from = 0;
            while from < blocks && blocks > WINDOW {
                let to = if from == 0 && start > 0 { start } else { from + width };
                self.in_window(from, to);
                from = to;
            }
        }
    }

    /// A program for each unknown that is not settled, in the blocks about its own.
    fn singly_in_windows(&mut self) {
        let blocks = self.problem.blocks.iter().max().map_or(0, |most| most + 1);
        for block in (0..blocks).filter(|_| blocks > WINDOW * 2) {
            let about = block.saturating_sub(WINDOW)..block + WINDOW + 1;
            let narrowed = self.problem.narrowed(|unknown| about.contains(&self.problem.blocks[unknown]));
            let mut area = Area::new(self.problem, &narrowed, self.far());
            for number in 0..self.proofs.len() {
                let Target::Unknown(unknown) = self.proofs[number].target else { continue };
                for (way, factor) in [(Way::Up, 1.0), (Way::Down, -1.0)] {
                    if self.problem.blocks[unknown as usize] == block
                        && let Some(needed) = self.proofs[number].needs(way, self.threshold)
                    {
                        let objective = area.columns(self.problem, self.proofs[number].target, factor);
                        self.programs += 1;
                        area.simplex.maximise(&objective, needed, STEPS);
                        self.learn(&area);
                    }
                }
            }
        }
    }

    /// Looks for proofs in these blocks.
    fn in_window(&mut self, from: u32, to: u32) {
        let narrowed = self.problem.narrowed(|unknown| (from..to).contains(&self.problem.blocks[unknown]));
        let mut area = Area::new(self.problem, &narrowed, self.far());
        self.rounds(&mut area, ROUNDS_IN_WINDOW);
    }

    /// Programs with random objectives over all that is not settled: anew after every few steps, for whatever has been
    /// settled on the way needs no more.
    fn rounds(&mut self, area: &mut Area<'_>, rounds: usize) {
        let wanted = self.threshold as f64 - 1.0;
        for _ in 0..rounds {
            area.limit_all();
            let mut objective = Vec::new();
            for number in 0..self.proofs.len() {
                let proof = self.proofs[number];
                let ways: Vec<Way> = [Way::Up, Way::Down]
                    .into_iter()
                    .filter(|way| proof.needs(*way, self.threshold).is_some())
                    .collect();
                if ways.is_empty() {
                    continue;
                }
                let way = ways[(self.draw() * ways.len() as f64) as usize % ways.len()];
                let factor = (0.5 + self.draw()) * if way == Way::Up { 1.0 } else { -1.0 };
                let columns = area.columns(self.problem, proof.target, factor);
                if let (Target::Unknown(_), Way::Up, Some((column, _))) = (proof.target, way, columns.first()) {
                    // More than enough for one would keep others from theirs.
                    area.simplex.set_limit(*column, wanted - proof.value as f64);
                }
                objective.extend(columns);
            }
            if objective.is_empty() {
                return;
            }
            self.programs += 1;
            let end = area.simplex.maximise(&objective, f64::MAX, SLICE);
            self.learn(area);
            if end == End::Optimal && area.simplex.steps < 2 {
                return;
            }
        }
    }

    /// A program for each target that is not settled, and where it takes that, rows hidden.
    fn each_target(&mut self, area: &mut Area<'_>, takes: impl Fn(&Target) -> bool) {
        area.limit_all();
        let mut truth = Area::new(self.problem, area.narrowed, self.far());
        for number in 0..self.proofs.len() {
            for way in [Way::Up, Way::Down] {
                let Proof { target, .. } = self.proofs[number];
                let factor = if way == Way::Up { 1.0 } else { -1.0 };
                let Some(needed) = self.proofs[number].needs(way, self.threshold).filter(|_| takes(&target)) else {
                    continue;
                };
                let objective = area.columns(self.problem, target, factor);
                self.programs += 1;
                let end = area.simplex.maximise(&objective, needed, STEPS);
                self.learn(area);
                if end != End::Enough {
                    *area = truth.clone();
                    self.hide(area, target, factor, needed);
                    truth = self.opened(truth);
                }
            }
        }
    }

    /// The same area with every row opened that has been hidden since.
    fn opened<'c>(&self, mut area: Area<'c>) -> Area<'c> {
        for (number, row) in self.problem.rows.iter().enumerate().filter(|(_, row)| row.state.is_hidden()) {
            area.open(number, row);
        }
        area
    }

    /// Hides shown rows that let a target move as far as it needs, at the least cost: all rows may change for a while, and
    /// those that do are hidden. What a unit of the target is worth grows until it is enough.
    fn hide(&mut self, area: &mut Area<'_>, target: Target, factor: f64, needed: f64) {
        let takes = |(number, row): (usize, &Row)| {
            (area.rows[number].is_some() && row.state == State::Shown && row.value > row.least).then_some(number)
        };
        let closed: Vec<usize> = self.problem.rows.iter().enumerate().filter_map(takes).collect();
        let mut costs = Vec::with_capacity(closed.len() * 2);
        for number in &closed {
            let row = &self.problem.rows[*number];
            area.open(*number, row);
            let columns = area.columns(self.problem, Target::Row(*number as u32), 1.0);
            costs.extend(columns.iter().map(|(column, _)| (*column, -row.weight)));
        }
        // No farther than needed: what lies beyond would cost rows for nothing.
        let columns = area.columns(self.problem, target, factor);
        let limit = match (target, columns.first()) {
            (Target::Unknown(_) | Target::Row(_), Some((column, _))) if factor > 0.0 => {
                let limit = area.simplex.limit(*column);
                area.simplex.set_limit(*column, needed);
                Some((*column, limit))
            }
            _ => None,
        };
        for worth in WORTHS {
            let mut objective: Vec<(usize, f64)> = columns.iter().map(|(column, f)| (*column, f * worth)).collect();
            objective.extend_from_slice(&costs);
            self.programs += 1;
            area.simplex.maximise(&objective, f64::MAX, STEPS);
            let reached: f64 = columns.iter().map(|(column, f)| area.simplex.value(*column) * f).sum();
            if reached >= needed - HAIR {
                break;
            }
        }
        if let Some((column, limit)) = limit {
            area.simplex.set_limit(column, limit);
        }
        for number in closed {
            if area.deviation(number).abs() > HAIR {
                self.problem.rows[number].state = State::Secondary;
            } else {
                area.close(number);
            }
        }
        self.learn(area);
    }
}

/// The smallest and the largest value of a target that readers cannot rule out, as the problem stands, none of whose sums
/// is taken to be more than `most` above the truth. None where the search ended too early.
pub fn range(problem: &Problem, target: Target, most: f64) -> Option<(f64, f64)> {
    let narrowed = problem.narrowed(|_| true);
    let mut area = Area::new(problem, &narrowed, most);
    let value = problem.value(target) as f64;
    let mut end = |factor: f64| {
        let columns = area.columns(problem, target, factor);
        let ended = area.simplex.maximise(&columns, f64::MAX, STEPS);
        let deviation: f64 = columns.iter().map(|(column, f)| area.simplex.value(*column) * f).sum();
        (ended == End::Optimal).then_some(value + deviation * factor)
    };
    Some((end(-1.0)?, end(1.0)?))
}

#[cfg(test)]
mod tests;
