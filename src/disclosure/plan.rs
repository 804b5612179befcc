//! Which of the published sums are shown: every small one is hidden, and of the others as little as protects them.
//!
//! **What is guaranteed.** For every sensitive value (a small one among the rows and the sums that nobody publishes) there
//! are two points that agree with everything shown, one at which it is at most 1 and one at which it is at least
//! threshold − 1; since agreeing points form a convex set, every value between is possible too. A point found is kept as proof
//! until the plan is done; hiding more never takes it away.
//!
//! **How.** Points are found by linear programs from the truth. A few with random objectives over everything that is not
//! settled settle most; each target that is left gets a program of its own, in which shown rows may change at their cost:
//! it finds the cheapest set of changes that lets the target move, and the shown rows it changes, if any, are hidden (the heuristic of Kelly, Golden and Assad 1992, improved in Fischetti and Salazar-González
//! 2001: one program for each sensitive cell, in which rows already hidden cost nothing).
//!
//! GaussSuppression (Langsrud 2024) was the other choice: its elimination is fast and finds every value that is told
//! exactly, but intervals need an attack with linear programs after it all the same.

mod local_program;
mod search;
mod singleton_search;
mod singletons;

use std::collections::BTreeSet;

use super::deadline::Deadline;
use super::problem::{Problem, ProtectionTarget, RowState, TOLERANCE};
use super::simplex::SolveEnd;
use local_program::LocalProgram;
use search::PlanSearch;

/// Steps of a program with one target.
const STEPS: usize = 30_000;

/// A target and the range that points found so far have shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proof {
    /// What must stay uncertain.
    pub target: ProtectionTarget,
    /// Its true value.
    pub value: u64,
    /// The values, from and to, that must stay possible.
    pub needs: (u64, u64),
    /// The smallest value at a point that agrees.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

impl Proof {
    fn is_settled(&self) -> bool {
        Direction::ALL.iter().all(|direction| !self.is_short(*direction))
    }

    /// Whether no point has shown yet that it can be as far that way as it must.
    fn is_short(&self, direction: Direction) -> bool {
        match direction {
            Direction::Down => self.low > self.wanted(direction) + TOLERANCE,
            Direction::Up => self.high < self.wanted(direction) - TOLERANCE,
        }
    }

    /// The end that must be possible.
    const fn wanted(&self, direction: Direction) -> f64 {
        match direction {
            Direction::Down => self.needs.0 as f64,
            Direction::Up => self.needs.1 as f64,
        }
    }
}

/// To which end of the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Down,
    Up,
}

impl Direction {
    const ALL: [Self; 2] = [Self::Up, Self::Down];
}

/// What became of a problem.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How every row stands, in the order of the problem.
    pub states: Vec<RowState>,
    /// What was shown of every target.
    pub proofs: Vec<Proof>,
    /// Targets that are not protected: nothing may be published where there is one.
    pub unprotected: Vec<ProtectionTarget>,
}

impl Plan {
    /// How many values of the small row that is told most closely cannot be ruled out, at least, less one; none where no
    /// row is small.
    #[must_use]
    pub fn narrowest(&self) -> Option<u64> {
        let rows = self.proofs.iter().filter(|proof| matches!(proof.target, ProtectionTarget::Row(_)));
        rows.map(|proof| (proof.high - proof.low + TOLERANCE).max(0.0) as u64).min()
    }
}

/// What is asked of the range of a small value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// It covers 1 … threshold − 1.
    Whole,
    /// It covers that, or is as wide: totals that are shown can rule out the lowest values (those who came to a unit are
    /// no fewer than what it has grown by). A sum of several numbers that nobody publishes must not be told exactly.
    Wide,
}

/// Protects a problem: gives rows their states. Rows that are small are hidden first. What is not protected at the deadline
/// stays open.
pub fn plan(problem: &mut Problem, threshold: u64, demand: Demand, deadline: Deadline) -> Plan {
    for row in &mut problem.rows {
        if matches!(row.state, RowState::Shown | RowState::Secondary) && Problem::is_small(row.value, threshold) {
            row.state = RowState::Primary;
        }
    }
    let mut search = PlanSearch::new(problem, threshold, demand, deadline);
    search.settle();
    let width = |proof: &Proof| match proof.target {
        ProtectionTarget::Sum(sum) if search.has_terms(sum) => 1.0,
        _ => (proof.needs.1 - proof.needs.0) as f64,
    };
    let is_unprotected = |proof: &&Proof| {
        let is_wide = demand == Demand::Wide && proof.high - proof.low >= width(proof) - TOLERANCE;
        !(proof.is_settled() || is_wide)
    };
    let unprotected = search.proofs.iter().filter(is_unprotected).map(|proof| proof.target);
    let told = search.singletons.all_determined().into_iter().map(|number| search.proofs[number].target);
    let unprotected: Vec<ProtectionTarget> = unprotected.chain(told).collect::<BTreeSet<_>>().into_iter().collect();
    Plan { states: search.states(), unprotected, proofs: search.proofs }
}

/// The smallest and the largest value of a target that readers cannot rule out, as the problem stands, none of whose sums
/// is taken to be more than `most` above the truth; for rows and sums of one unknown. None where the search ended too early.
pub fn range(problem: &Problem, target: ProtectionTarget, most: f64) -> Option<(f64, f64)> {
    let subproblem = problem.subproblem(|_| true);
    let mut program = LocalProgram::new(problem, &subproblem, most);
    let value = problem.value(target) as f64;
    let mut end = |direction: Direction| {
        let goals =
            program.goals(problem, target, direction, if direction == Direction::Up { f64::MAX } else { 0.0 });
        let columns = &goals.first()?.columns;
        let ended = program.simplex.maximise(columns, f64::MAX, STEPS);
        let deviation: f64 = columns.iter().map(|(column, f)| program.simplex.value(*column) * f).sum();
        let sign = if direction == Direction::Up { 1.0 } else { -1.0 };
        (ended == SolveEnd::Optimal).then_some(value + deviation * sign)
    };
    Some((end(Direction::Down)?, end(Direction::Up)?))
}

#[cfg(test)]
mod tests;
