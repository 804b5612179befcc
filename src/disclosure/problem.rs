//! A closed set of numbers to be protected: unknowns, the sums of them that are published, and the sums that must not be
//! told although nobody publishes them.

use super::simplex::Matrix;

/// A change of a row below this is none.
pub const TOLERANCE: f64 = 1e-6;

/// How a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowState {
    /// It is no number of anyone, but holds: both sides of a move, say.
    Fixed,
    /// It is a sum that others are made of, and nobody publishes it.
    Free,
    /// It is published.
    Shown,
    /// It is hidden because it is small.
    Primary,
    /// It is hidden to protect others.
    Secondary,
}

impl RowState {
    /// Whether readers do not see it.
    pub const fn is_hidden(self) -> bool {
        matches!(self, Self::Primary | Self::Secondary)
    }
}

/// A sum of unknowns and of earlier rows. That sums are made of sums keeps programs small: an unknown stands in its finest
/// sums alone.
#[derive(Debug, Clone, PartialEq)]
pub struct ProblemRow {
    /// Unknowns and their coefficients, each unknown once.
    pub members: Vec<(u32, f64)>,
    /// Rows before this one, each once, with coefficient 1.
    pub parts: Vec<u32>,
    /// Its value.
    pub value: u64,
    /// What it costs to hide it, for each student that it must be uncertain by.
    pub weight: f64,
    /// How it stands.
    pub state: RowState,
    /// The least value that readers know it to have once it is hidden.
    pub least: u64,
    /// The values, from and to, that must stay possible for another reason than that it is small.
    pub needs: Option<(u64, u64)>,
}

/// A part of a sum that must not be told: one unknown, or, of an unknown that is a home's students in a group of places
/// and the unknowns that are everyone's in each place of it, the home's students in some of those places. Readers who see
/// nothing but these cannot say more of the home's in some places than that they are no more than either (a table of two
/// margins can be filled in with any number between Fréchet's bounds, and with all other groups' at once).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// The home's students.
    pub whole: u32,
    /// Everyone's in the places that are meant; none where all are.
    pub some: Vec<u32>,
    /// Everyone's in the other places.
    pub others: Vec<u32>,
}

impl Term {
    /// One unknown.
    pub const fn all(whole: u32) -> Self {
        Self { whole, some: Vec::new(), others: Vec::new() }
    }

    /// Whether it is one unknown.
    pub fn is_all(&self) -> bool {
        self.some.is_empty()
    }

    /// The least and the most that it can be where the unknowns have these values.
    fn range(&self, value: &impl Fn(u32) -> f64) -> (f64, f64) {
        let whole = value(self.whole);
        if self.is_all() {
            return (whole, whole);
        }
        let of = |numbers: &[u32]| numbers.iter().map(|number| value(*number)).sum::<f64>();
        ((whole - of(&self.others)).max(0.0), whole.min(of(&self.some)))
    }
}

/// A number of students that nobody publishes but that must not be told either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HiddenSum {
    /// What it is the sum of.
    pub terms: Vec<Term>,
    /// Its value.
    pub value: u64,
}

impl HiddenSum {
    /// The least and the most that it can be where the unknowns have these values.
    pub fn range(&self, value: impl Fn(u32) -> f64) -> (f64, f64) {
        self.terms.iter().map(|term| term.range(&value)).fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }
}

/// Unknowns, rows and what is sensitive.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Problem {
    /// The true values of the unknowns, whole numbers from zero.
    pub truth: Vec<u64>,
    /// What is published of them, and what holds.
    pub rows: Vec<ProblemRow>,
    /// By unknown: the number of its block. Unknowns of neighbouring blocks share most of their sums, so that points are
    /// found in some blocks at a time.
    pub blocks: Vec<u32>,
    /// What must not be told beside the rows.
    pub sums: Vec<HiddenSum>,
}

/// A part of a problem by column.
#[derive(Debug)]
pub struct Subproblem {
    /// The columns.
    pub matrix: Matrix,
    /// The unknowns' numbers in the problem.
    pub unknowns: Vec<u32>,
    /// The rows' numbers in the problem.
    pub rows: Vec<u32>,
}

/// What must stay uncertain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProtectionTarget {
    /// A row that is hidden because it is small.
    Row(u32),
    /// A sum that is small.
    Sum(u32),
}

impl Problem {
    /// Whether a count must not be told: 1 … threshold − 1.
    pub const fn is_small(value: u64, threshold: u64) -> bool {
        value > 0 && value < threshold
    }

    /// Everything that must stay uncertain.
    pub fn targets(&self, threshold: u64) -> Vec<ProtectionTarget> {
        let small = |value| Self::is_small(value, threshold);
        let is_target =
            |row: &ProblemRow| row.state == RowState::Primary && (small(row.value) || row.needs.is_some());
        let rows = self.rows.iter().enumerate().filter(|(_, row)| is_target(row));
        let sums = self.sums.iter().enumerate().filter(|(_, sum)| small(sum.value));
        let rows = rows.map(|(number, _)| ProtectionTarget::Row(number as u32));
        rows.chain(sums.map(|(number, _)| ProtectionTarget::Sum(number as u32))).collect()
    }

    /// The values, from and to, that must stay possible of a target.
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

    /// The rows by column, of some unknowns and of those rows alone that they are in; the numbers of both.
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

    /// How far every row is from the truth at a point (deviations of unknowns).
    pub fn deviations(&self, point: &[f64]) -> Vec<f64> {
        let mut out: Vec<f64> = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let members: f64 = row.members.iter().map(|(unknown, c)| c * point[*unknown as usize]).sum();
            let parts: f64 = row.parts.iter().map(|part| out[*part as usize]).sum();
            out.push(members + parts);
        }
        out
    }

    /// Whether a point (deviations from the truth) agrees with everything that readers see; then how far every row is
    /// from the truth.
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
