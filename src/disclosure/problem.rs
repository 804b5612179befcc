//! A closed set of numbers to protect: unknowns, published sums of them, and unpublished sums that must not be
//! revealed either.

use super::simplex::Matrix;

/// Smaller changes of a row count as zero.
pub const TOLERANCE: f64 = 1e-6;

/// The state of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowState {
    /// A constraint that holds but is not published: both sides of a move, for example.
    Fixed,
    /// An unpublished sum that other rows are built from.
    Free,
    /// It is published.
    Shown,
    /// It is hidden because it is small.
    Primary,
    /// It is hidden to protect others.
    Secondary,
}

impl RowState {
    /// Whether readers do not see the value.
    pub const fn is_hidden(self) -> bool {
        matches!(self, Self::Primary | Self::Secondary)
    }
}

/// A sum of unknowns and of earlier rows. Sums of sums keep programs small: an unknown is a member of its finest sums
/// only.
#[derive(Debug, Clone, PartialEq)]
pub struct ProblemRow {
    /// Unknowns and their coefficients; each unknown at most once.
    pub members: Vec<(u32, f64)>,
    /// Earlier rows that it includes, each at most once, with coefficient 1.
    pub parts: Vec<u32>,
    /// True value.
    pub value: u64,
    /// Cost of hiding it, for each student by which it must be uncertain.
    pub weight: f64,
    /// Its state.
    pub state: RowState,
    /// Lower bound that readers know once it is hidden.
    pub least: u64,
    /// Lower and upper value that must stay possible for reasons other than a small value.
    pub needs: Option<(u64, u64)>,
}

/// A term of an unpublished sum. It is one unknown; or, if the unknown is a home's students in a group of places and
/// other unknowns are the totals of each place, it is the home's students in some of those places. From these numbers
/// alone, readers know only Fréchet's bounds for it: a table with two given margins can be filled in with any value
/// between them, in all groups at once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// Unknown: the home's students.
    pub whole: u32,
    /// Unknowns: totals of the selected places; empty if all places are selected.
    pub some: Vec<u32>,
    /// Unknowns: totals of the other places.
    pub others: Vec<u32>,
}

impl Term {
    /// The term of one unknown.
    pub const fn all(whole: u32) -> Self {
        Self { whole, some: Vec::new(), others: Vec::new() }
    }

    /// Whether it is one unknown.
    pub fn is_all(&self) -> bool {
        self.some.is_empty()
    }

    /// Smallest and largest possible value, given values of the unknowns.
    fn range(&self, value: &impl Fn(u32) -> f64) -> (f64, f64) {
        let whole = value(self.whole);
        if self.is_all() {
            return (whole, whole);
        }
        let of = |numbers: &[u32]| numbers.iter().map(|number| value(*number)).sum::<f64>();
        ((whole - of(&self.others)).max(0.0), whole.min(of(&self.some)))
    }
}

/// A number of students that nobody publishes but that must not be revealed either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HiddenSum {
    /// Its terms.
    pub terms: Vec<Term>,
    /// True value.
    pub value: u64,
}

impl HiddenSum {
    /// Smallest and largest possible value, given values of the unknowns.
    pub fn range(&self, value: impl Fn(u32) -> f64) -> (f64, f64) {
        self.terms.iter().map(|term| term.range(&value)).fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }
}

/// Unknowns, published rows and unpublished sums.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Problem {
    /// True values of the unknowns.
    pub truth: Vec<u64>,
    /// Published rows and constraints.
    pub rows: Vec<ProblemRow>,
    /// By unknown: the number of its block. Unknowns of neighbouring blocks share most of their sums, so points are
    /// searched in a few blocks at a time.
    pub blocks: Vec<u32>,
    /// Unpublished sums that must not be revealed.
    pub sums: Vec<HiddenSum>,
}

/// A part of a problem as a matrix.
#[derive(Debug)]
pub struct Subproblem {
    /// Its matrix.
    pub matrix: Matrix,
    /// By unknown of the part: its number in the problem.
    pub unknowns: Vec<u32>,
    /// By row of the part: its number in the problem.
    pub rows: Vec<u32>,
}

/// A value that must stay uncertain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProtectionTarget {
    /// A row that is hidden because it is small.
    Row(u32),
    /// A small unpublished sum.
    Sum(u32),
}

impl Problem {
    /// Whether a count must not be revealed: 1 … threshold − 1.
    pub const fn is_small(value: u64, threshold: u64) -> bool {
        value > 0 && value < threshold
    }

    /// All values that must stay uncertain.
    pub fn targets(&self, threshold: u64) -> Vec<ProtectionTarget> {
        let small = |value| Self::is_small(value, threshold);
        let is_target =
            |row: &ProblemRow| row.state == RowState::Primary && (small(row.value) || row.needs.is_some());
        let rows = self.rows.iter().enumerate().filter(|(_, row)| is_target(row));
        let sums = self.sums.iter().enumerate().filter(|(_, sum)| small(sum.value));
        let rows = rows.map(|(number, _)| ProtectionTarget::Row(number as u32));
        rows.chain(sums.map(|(number, _)| ProtectionTarget::Sum(number as u32))).collect()
    }

    /// Lower and upper value of a target that must stay possible.
    pub fn needs(&self, target: ProtectionTarget, threshold: u64) -> (u64, u64) {
        let small = (1, threshold.saturating_sub(1));
        match target {
            ProtectionTarget::Sum(_) => small,
            ProtectionTarget::Row(row) => match self.rows[row as usize].needs {
                Some((low, high)) if Self::is_small(self.value(target), threshold) => {
                    (low.min(small.0), high.max(small.1))
                }
                Some(needs) => needs,
                None => small,
            },
        }
    }

    /// The true value of a target.
    pub fn value(&self, target: ProtectionTarget) -> u64 {
        match target {
            ProtectionTarget::Row(row) => self.rows[row as usize].value,
            ProtectionTarget::Sum(sum) => self.sums[sum as usize].value,
        }
    }

    /// The part of the problem with the unknowns that `takes` accepts and the rows that contain them.
    pub fn subproblem(&self, takes: impl Fn(usize) -> bool) -> Subproblem {
        let unknowns: Vec<u32> = (0..self.truth.len()).filter(|n| takes(*n)).map(|n| n as u32).collect();
        let mut numbers = vec![None; self.truth.len()];
        unknowns.iter().enumerate().for_each(|(new, old)| numbers[*old as usize] = Some(new as u32));
        let mut row_numbers: Vec<Option<u32>> = Vec::with_capacity(self.rows.len());
        let (mut rows, mut kept) = (Vec::new(), Vec::new());
        for (old, row) in self.rows.iter().enumerate() {
            let of = |(unknown, c): &(u32, f64)| Some((numbers[*unknown as usize]?, *c));
            let members: Vec<(u32, f64)> = row.members.iter().filter_map(of).collect();
            let parts: Vec<u32> = row.parts.iter().filter_map(|part| row_numbers[*part as usize]).collect();
            let is_kept = !(members.is_empty() && parts.is_empty());
            row_numbers.push(is_kept.then_some(rows.len() as u32));
            if is_kept {
                rows.push((members, parts));
                kept.push(old as u32);
            }
        }
        let matrix = Matrix::of(unknowns.len(), rows.iter().map(|(m, p)| (m.as_slice(), p.as_slice())));
        Subproblem { matrix, unknowns, rows: kept }
    }

    /// By row: its distance from the truth at a point (deviations of unknowns).
    pub fn deviations(&self, point: &[f64]) -> Vec<f64> {
        let mut out: Vec<f64> = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let members: f64 = row.members.iter().map(|(unknown, c)| c * point[*unknown as usize]).sum();
            let parts: f64 = row.parts.iter().map(|part| out[*part as usize]).sum();
            out.push(members + parts);
        }
        out
    }

    /// By row: its distance from the truth at a point (deviations of unknowns); `None` if the point contradicts what
    /// readers see.
    pub fn agrees(&self, point: &[f64]) -> Option<Vec<f64>> {
        let is_count = |(deviation, truth): (&f64, &u64)| *truth as f64 + deviation >= -TOLERANCE;
        let deviations = self.deviations(point);
        let holds = |(row, deviation): (&ProblemRow, &f64)| match row.state {
            RowState::Fixed | RowState::Shown => deviation.abs() <= TOLERANCE,
            RowState::Free => true,
            RowState::Primary | RowState::Secondary => row.value as f64 + deviation >= row.least as f64 - TOLERANCE,
        };
        (point.iter().zip(&self.truth).all(is_count) && self.rows.iter().zip(&deviations).all(holds))
            .then_some(deviations)
    }
}
