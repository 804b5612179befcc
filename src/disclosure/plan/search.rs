//! The search for points that prove that targets stay uncertain, and for what must be hidden so that there are some.

use super::super::problem::{HAIR, Narrowed, Problem, Row, State, Target};
use super::super::simplex::End;
use super::area::{Area, Goal};
use super::{Proof, STEPS, Way};

/// Programs with random objectives before targets get their own.
const ROUNDS: usize = 40;
/// The same for some blocks at a time.
const ROUNDS_IN_WINDOW: usize = 60;
/// Steps of each of these programs.
const SLICE: usize = 100;
/// Blocks at a time.
const WINDOW: u32 = 4;
/// How often a program with one target is tried.
const TRIES: u64 = 4;

/// Points found so far, as what they prove.
pub struct Search<'p> {
    problem: &'p mut Problem,
    threshold: u64,
    /// By target: what has been shown of it.
    pub proofs: Vec<Proof>,
    lot: u64,
}

impl<'p> Search<'p> {
    /// Nothing is known but the truth.
    pub fn new(problem: &'p mut Problem, threshold: u64) -> Self {
        let proof = |target| {
            let value = problem.value(target);
            let (low, high) = match target {
                Target::Row(_) => (value as f64, value as f64),
                Target::Sum(sum) => problem.sums[sum as usize].range(|u| problem.truth[u as usize] as f64),
            };
            Proof { target, value, low, high }
        };
        let proofs = problem.targets(threshold).into_iter().map(proof).collect();
        Self { proofs, problem, threshold, lot: 1480 }
    }

    /// Whether a sum has several terms.
    pub fn has_terms(&self, sum: u32) -> bool {
        self.problem.sums[sum as usize].terms.len() > 1
    }

    fn far(&self) -> f64 {
        4.0 * self.threshold as f64
    }

    /// How every row stands.
    pub fn states(&self) -> Vec<State> {
        self.problem.rows.iter().map(|row| row.state).collect()
    }

    /// A number from 0 to 1.
    fn draw(&mut self) -> f64 {
        self.lot = self.lot.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.lot >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Takes the point of an area as proof of whatever it shows; a point that rounding has moved is computed anew first,
    /// and proves nothing where that does not help.
    fn learn(&mut self, area: &mut Area<'_>) {
        let mut point = area.point(self.problem.truth.len());
        let mut found = self.problem.agrees(&point);
        if found.is_none() {
            area.simplex.compute_anew();
            point = area.point(self.problem.truth.len());
            found = self.problem.agrees(&point);
        }
        let Some(deviations) = found else { return };
        let value = |unknown: u32| self.problem.truth[unknown as usize] as f64 + point[unknown as usize];
        for proof in &mut self.proofs {
            let (low, high) = match proof.target {
                Target::Row(row) => {
                    let value = proof.value as f64 + deviations[row as usize];
                    (value, value)
                }
                Target::Sum(sum) => self.problem.sums[sum as usize].range(value),
            };
            proof.low = proof.low.min(low);
            proof.high = proof.high.max(high);
        }
    }

    /// Settles every target.
    pub fn settle(&mut self) {
        self.windows();
        let narrowed = self.problem.narrowed(|_| true);
        let mut area = Area::new(self.problem, &narrowed, self.far());
        self.rounds(&mut area, ROUNDS);
        self.each_target(&narrowed, |target| matches!(target, Target::Row(_)));
        self.windows();
        self.singly();
        self.each_target(&narrowed, |_| true);
    }

    /// Looks for proofs in a few blocks at a time.
    fn windows(&mut self) {
        let blocks = self.problem.blocks.iter().max().map_or(0, |most| most + 1);
        for (start, width) in [(0, WINDOW), (WINDOW / 2, WINDOW), (1, WINDOW + 2)] {
            let mut from = 0;
            while from < blocks && blocks > WINDOW {
                let to = if from == 0 && start > 0 { start } else { from + width };
                let narrowed = self.problem.narrowed(|unknown| (from..to).contains(&self.problem.blocks[unknown]));
                let mut area = Area::new(self.problem, &narrowed, self.far());
                self.rounds(&mut area, ROUNDS_IN_WINDOW);
                from = to;
            }
        }
    }

    /// A program for each sum that is not settled, in the blocks about its own.
    fn singly(&mut self) {
        let blocks = self.problem.blocks.iter().max().map_or(0, |most| most + 1);
        let block = |problem: &Problem, target| match target {
            Target::Sum(sum) => problem.blocks[problem.sums[sum as usize].terms[0].whole as usize],
            Target::Row(_) => u32::MAX,
        };
        for at in (0..blocks).filter(|_| blocks > WINDOW * 2) {
            let about = at.saturating_sub(WINDOW)..at + WINDOW + 1;
            let narrowed = self.problem.narrowed(|unknown| about.contains(&self.problem.blocks[unknown]));
            let truth = Area::new(self.problem, &narrowed, self.far());
            for number in 0..self.proofs.len() {
                let target = self.proofs[number].target;
                if block(self.problem, target) != at {
                    continue;
                }
                for way in Way::ALL {
                    if self.proofs[number].needs(way, self.threshold) {
                        let mut area = truth.clone();
                        for goal in area.goals(self.problem, target, way, way.wanted(self.threshold)) {
                            area.pursue(&goal, &[], STEPS);
                            self.learn(&mut area);
                        }
                    }
                }
            }
        }
    }

    /// Programs with random objectives over all that is not settled: anew after every few steps, for whatever has been
    /// settled on the way needs no more.
    fn rounds(&mut self, area: &mut Area<'_>, rounds: usize) {
        for _ in 0..rounds {
            area.limit_all();
            let mut objective = Vec::new();
            for number in 0..self.proofs.len() {
                let proof = self.proofs[number];
                let ways: Vec<Way> = Way::ALL.into_iter().filter(|way| proof.needs(*way, self.threshold)).collect();
                if ways.is_empty() {
                    continue;
                }
                let way = ways[(self.draw() * ways.len() as f64) as usize % ways.len()];
                let factor = 0.5 + self.draw();
                for goal in area.goals(self.problem, proof.target, way, way.wanted(self.threshold)) {
                    if let (Target::Sum(_), Way::Up, [(column, _)]) = (proof.target, way, goal.columns.as_slice()) {
                        // More than enough for one would keep others from theirs.
                        area.simplex.set_limit(*column, goal.needed);
                    }
                    objective.extend(goal.columns.into_iter().map(|(column, c)| (column, c * factor)));
                }
            }
            if objective.is_empty() {
                return;
            }
            let end = area.simplex.maximise(&objective, f64::MAX, SLICE);
            self.learn(area);
            if end == End::Optimal && area.simplex.steps < 2 {
                return;
            }
        }
    }

    /// A program for each target that is not settled, and where it takes that, rows hidden.
    fn each_target(&mut self, narrowed: &Narrowed, takes: impl Fn(&Target) -> bool) {
        let mut open = Area::new(self.problem, narrowed, self.far());
        self.open_all(&mut open);
        for number in 0..self.proofs.len() {
            let target = self.proofs[number].target;
            for way in Way::ALL.into_iter().filter(|_| takes(&target)) {
                if !self.proofs[number].needs(way, self.threshold) {
                    continue;
                }
                let goals = open.goals(self.problem, target, way, way.wanted(self.threshold));
                // Another path to the same end, should rounding have spoiled the first.
                for lot in 0..TRIES {
                    let mut open = open.clone();
                    open.simplex.draw_from(lot);
                    self.hide(open, &goals);
                    if !self.proofs[number].needs(way, self.threshold) {
                        break;
                    }
                }
            }
        }
    }

    /// Lets every row change that can be hidden.
    fn open_all(&self, area: &mut Area<'_>) {
        for (number, row) in self.problem.rows.iter().enumerate().filter(|(_, row)| can_be_hidden(row)) {
            area.open(number, row);
        }
    }

    /// Hides shown rows that let a target move as far as it needs, at the least cost: in `open`, which is at the truth,
    /// all rows may change, and those that do are hidden.
    fn hide(&mut self, mut open: Area<'_>, goals: &[Goal]) {
        let mut costs = Vec::new();
        for (number, row) in self.problem.rows.iter().enumerate().filter(|(_, row)| can_be_hidden(row)) {
            let columns = open.row_columns(number as u32, 1.0);
            costs.extend(columns.into_iter().map(|(column, _)| (column, row.weight)));
        }
        for goal in goals {
            open.pursue(goal, &costs, STEPS);
        }
        for number in 0..self.problem.rows.len() {
            if can_be_hidden(&self.problem.rows[number]) && open.deviation(number).abs() > HAIR {
                self.problem.rows[number].state = State::Secondary;
            }
        }
        self.learn(&mut open);
    }
}

/// Whether a row is shown and may be hidden to protect others.
fn can_be_hidden(row: &Row) -> bool {
    row.state == State::Shown && row.value > row.least
}
