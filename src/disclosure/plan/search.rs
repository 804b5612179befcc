//! The search for points that prove targets uncertain, and for rows to hide where there are none.

use super::super::deadline::Deadline;
use super::super::problem::{Problem, ProblemRow, ProtectionTarget, RowState, Subproblem, TOLERANCE};
use super::super::simplex::SolveEnd;
use super::local_program::{Goal, LocalProgram};
use super::singletons::Singletons;
use super::{Demand, Direction, Proof, STEPS};

/// Programs with random objectives before rows get their own.
const ROUNDS: usize = 40;
/// Programs with random objectives before sums get their own, each solved to its end.
const LONG_ROUNDS: usize = 16;
/// Programs with random objectives over a few blocks.
const ROUNDS_IN_WINDOW: usize = 60;
/// Steps of each program with random objectives, except the long ones.
const SLICE: usize = 100;
/// Blocks in a window.
const WINDOW: u32 = 4;
/// Attempts for each program with one target.
const TRIES: u64 = 4;

/// A search and the proofs found so far.
pub struct PlanSearch<'p> {
    pub problem: &'p mut Problem,
    /// Distance from the truth that no unknown needs to exceed.
    pub far: f64,
    /// By target: the proven range.
    pub proofs: Vec<Proof>,
    /// What points prove about readers who know one of their own cells.
    pub singletons: Singletons,
    deadline: Deadline,
    rng: u64,
}

impl<'p> PlanSearch<'p> {
    /// A search without proofs except the truth. At the deadline it stops with what it has.
    pub fn new(problem: &'p mut Problem, threshold: u64, demand: Demand, deadline: Deadline) -> Self {
        let proof = |target| {
            let value = problem.value(target);
            let (low, high) = match target {
                ProtectionTarget::Row(_) => (value as f64, value as f64),
                ProtectionTarget::Sum(sum) => problem.sums[sum as usize].range(|u| problem.truth[u as usize] as f64),
            };
            Proof { target, value, needs: problem.needs(target, threshold), low, high }
        };
        let proofs: Vec<Proof> = problem.targets(threshold).into_iter().map(proof).collect();
        let apart =
            |proof: &Proof| proof.needs.1.saturating_sub(proof.value).max(proof.value.saturating_sub(proof.needs.0));
        let farthest = proofs.iter().map(apart).max().unwrap_or(0).max(threshold);
        let singletons = match demand {
            Demand::Whole => Singletons::new(problem, &proofs),
            Demand::Wide => Singletons::default(),
        };
        Self { proofs, singletons, problem, far: 4.0 * farthest as f64, deadline, rng: 1480 }
    }

    /// Whether the deadline has passed.
    pub fn is_over(&self) -> bool {
        self.deadline.is_over()
    }

    /// The program of a part of the problem, at the truth.
    pub fn program<'c>(&self, subproblem: &'c Subproblem) -> LocalProgram<'c> {
        let mut program = LocalProgram::new(self.problem, subproblem, self.far);
        program.simplex.deadline = self.deadline;
        program
    }

    /// Whether a sum has several terms.
    pub fn has_terms(&self, sum: u32) -> bool {
        self.problem.sums[sum as usize].terms.len() > 1
    }

    /// By row: its state.
    pub fn states(&self) -> Vec<RowState> {
        self.problem.rows.iter().map(|row| row.state).collect()
    }

    /// A random number from 0 to 1.
    pub fn draw(&mut self) -> f64 {
        self.rng = self.rng.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.rng >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Records what the point of a program proves. A point that rounding has moved is recomputed first; if it still
    /// does not agree, it proves nothing.
    pub fn record(&mut self, program: &mut LocalProgram<'_>) {
        let mut point = program.point(self.problem.truth.len());
        let mut found = self.problem.agrees(&point);
        if found.is_none() {
            program.simplex.refactor();
            point = program.point(self.problem.truth.len());
            found = self.problem.agrees(&point);
        }
        let Some(deviations) = found else { return };
        let value = |unknown: u32| self.problem.truth[unknown as usize] as f64 + point[unknown as usize];
        let range = |proof: &Proof| match proof.target {
            ProtectionTarget::Row(row) => {
                let value = proof.value as f64 + deviations[row as usize];
                (value, value)
            }
            ProtectionTarget::Sum(sum) => self.problem.sums[sum as usize].range(value),
        };
        let ranges: Vec<(f64, f64)> = self.proofs.iter().map(range).collect();
        for (proof, (low, high)) in self.proofs.iter_mut().zip(&ranges) {
            proof.low = proof.low.min(*low);
            proof.high = proof.high.max(*high);
        }
        let value = |number: usize| self.proofs[number].value as f64;
        self.singletons.record(&deviations, |number| {
            let (low, high) = ranges[number];
            low < value(number) - TOLERANCE || high > value(number) + TOLERANCE
        });
    }

    /// Searches for proofs of all targets.
    pub fn settle(&mut self) {
        self.settle_blocks();
        let subproblem = self.problem.subproblem(|_| true);
        let mut program = self.program(&subproblem);
        self.random_rounds(&mut program, ROUNDS, SLICE);
        self.settle_targets(&subproblem, &mut program, |target| matches!(target, ProtectionTarget::Row(_)));
        self.random_rounds(&mut program, LONG_ROUNDS, STEPS);
        self.settle_targets(&subproblem, &mut program, |_| true);
        self.settle_singletons(&subproblem);
    }

    /// Searches for proofs in a few blocks at a time.
    fn settle_blocks(&mut self) {
        let blocks = self.problem.blocks.iter().max().map_or(0, |most| most + 1);
        for (start, width) in [(0, WINDOW), (WINDOW / 2, WINDOW), (1, WINDOW + 2)] {
            let mut from = 0;
            while from < blocks && blocks > WINDOW && !self.is_over() {
                let to = if from == 0 && start > 0 { start } else { from + width };
                let subproblem =
                    self.problem.subproblem(|unknown| (from..to).contains(&self.problem.blocks[unknown]));
                let mut program = self.program(&subproblem);
                self.random_rounds(&mut program, ROUNDS_IN_WINDOW, SLICE);
                from = to;
            }
        }
    }

    /// Solves programs with random objectives over all unsettled targets, in short slices: targets settled so far
    /// leave the objective.
    fn random_rounds(&mut self, program: &mut LocalProgram<'_>, rounds: usize, steps: usize) {
        for _ in 0..rounds {
            program.limit_all();
            let mut objective = Vec::new();
            for number in 0..self.proofs.len() {
                let proof = self.proofs[number];
                let directions: Vec<Direction> =
                    Direction::ALL.into_iter().filter(|direction| proof.is_short(*direction)).collect();
                if directions.is_empty() {
                    continue;
                }
                let direction = directions[(self.draw() * directions.len() as f64) as usize % directions.len()];
                let factor = 0.5 + self.draw();
                self.add_to_objective(program, &proof, direction, factor, &mut objective);
            }
            if objective.is_empty() {
                return;
            }
            let end = program.simplex.maximise(&objective, f64::MAX, steps);
            self.record(program);
            if end == SolveEnd::Optimal && program.simplex.steps < 2 {
                return;
            }
        }
    }

    /// Adds the columns that move a target in this direction to an objective, times a factor.
    fn add_to_objective(
        &self,
        program: &mut LocalProgram<'_>,
        proof: &Proof,
        direction: Direction,
        factor: f64,
        objective: &mut Vec<(usize, f64)>,
    ) {
        for goal in program.goals(self.problem, proof.target, direction, proof.required(direction)) {
            if let (ProtectionTarget::Sum(_), Direction::Up, [(column, _)]) =
                (proof.target, direction, goal.columns.as_slice())
            {
                // Overshooting one goal would keep others from theirs.
                program.simplex.set_limit(*column, goal.needed);
            }
            objective.extend(goal.columns.into_iter().map(|(column, c)| (column, c * factor)));
        }
    }

    /// Solves a program for each unsettled target: first in `program`, from its last point; if that is not enough,
    /// from the truth with rows that may be hidden.
    fn settle_targets(
        &mut self,
        subproblem: &Subproblem,
        program: &mut LocalProgram<'_>,
        takes: impl Fn(&ProtectionTarget) -> bool,
    ) {
        let mut open = self.program(subproblem);
        self.open_all(&mut open);
        for number in 0..self.proofs.len() {
            let proof = self.proofs[number];
            for direction in Direction::ALL.into_iter().filter(|_| takes(&proof.target)) {
                if !self.proofs[number].is_short(direction) || self.is_over() {
                    continue;
                }
                program.limit_all();
                let mut objective = Vec::new();
                self.add_to_objective(program, &proof, direction, 1.0, &mut objective);
                program.simplex.maximise(&objective, f64::MAX, STEPS);
                self.record(program);
                let goals = open.goals(self.problem, proof.target, direction, proof.required(direction));
                // Another path, in case rounding spoiled the first.
                for rng in 0..TRIES {
                    if !self.proofs[number].is_short(direction) {
                        break;
                    }
                    let mut open = open.clone();
                    open.simplex.draw_from(rng);
                    self.hide(&mut open, &goals);
                    self.open_hidden(program, &open);
                }
            }
        }
    }

    /// Lets every row change that may be hidden.
    pub fn open_all(&self, program: &mut LocalProgram<'_>) {
        for (number, row) in self.problem.rows.iter().enumerate().filter(|(_, row)| can_be_hidden(row)) {
            program.open(number, row);
        }
    }

    /// Hides the cheapest shown rows that let a target move as far as it needs. In `open`, which is at the truth, all
    /// rows may change; those that do are hidden.
    pub fn hide(&mut self, open: &mut LocalProgram<'_>, goals: &[Goal]) {
        let mut costs = Vec::new();
        for (number, row) in self.problem.rows.iter().enumerate().filter(|(_, row)| can_be_hidden(row)) {
            let columns = open.row_columns(number as u32, 1.0);
            costs.extend(columns.into_iter().map(|(column, _)| (column, row.weight)));
        }
        for goal in goals {
            open.pursue(goal, &costs, STEPS);
        }
        for number in 0..self.problem.rows.len() {
            if can_be_hidden(&self.problem.rows[number]) && open.deviation(number).abs() > TOLERANCE {
                self.problem.rows[number].state = RowState::Secondary;
            }
        }
        self.record(open);
    }

    /// Lets the newly hidden rows change in `program` too; they are among those that changed in `open`.
    pub fn open_hidden(&self, program: &mut LocalProgram<'_>, open: &LocalProgram<'_>) {
        for (number, row) in self.problem.rows.iter().enumerate() {
            if row.state == RowState::Secondary && open.deviation(number).abs() > TOLERANCE {
                program.open(number, row);
            }
        }
    }
}

/// Whether a row is shown and may be hidden to protect others.
fn can_be_hidden(row: &ProblemRow) -> bool {
    row.state == RowState::Shown && row.value > row.least
}
