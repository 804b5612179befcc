//! A closed set of numbers to be protected: unknowns, the sums of them that are published, and the sums that must not be
//! told although nobody publishes them.

use super::simplex::Columns;

/// How a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
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

impl State {
    /// Whether readers do not see it.
    pub const fn is_hidden(self) -> bool {
        matches!(self, Self::Primary | Self::Secondary)
    }
}

/// A sum of unknowns and of earlier rows. That sums are made of sums keeps programs small: an unknown stands in its finest
/// sums alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Unknowns and their coefficients, each unknown once.
    pub members: Vec<(u32, f64)>,
    /// Rows before this one, each once, with coefficient 1.
    pub parts: Vec<u32>,
    /// Its value.
    pub value: u64,
    /// What it costs to hide it, for each student that it must be uncertain by.
    pub weight: f64,
    /// How it stands.
    pub state: State,
    /// The least value that readers know it to have once it is hidden.
    pub least: u64,
}

/// Unknowns, rows and what is sensitive.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Problem {
    /// The true values of the unknowns, whole numbers from zero.
    pub truth: Vec<u64>,
    /// What is published of them, and what holds.
    pub rows: Vec<Row>,
    /// How many of the unknowns, from the first, are numbers of students; those behind only make things hold.
    pub sensitive: usize,
    /// By unknown: the number of its block. Unknowns of neighbouring blocks share most of their sums, so that points are
    /// found in some blocks at a time.
    pub blocks: Vec<u32>,
    /// Sums of unknowns that nobody publishes but that must not be told either.
    pub watched: Vec<Vec<u32>>,
}

/// A part of a problem by column.
#[derive(Debug)]
pub struct Narrowed {
    /// The columns.
    pub columns: Columns,
    /// The unknowns' numbers in the problem.
    pub unknowns: Vec<u32>,
    /// The rows' numbers in the problem.
    pub rows: Vec<u32>,
}

/// What must stay uncertain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A row that is hidden because it is small.
    Row(u32),
    /// An unknown that is small.
    Unknown(u32),
    /// A watched sum that is small.
    Watched(u32),
}

impl Problem {
    /// Whether a count must not be told: 1 … threshold − 1.
    pub const fn is_small(value: u64, threshold: u64) -> bool {
        value > 0 && value < threshold
    }

    /// The value of a watched sum.
    pub fn watched_value(&self, number: usize) -> u64 {
        self.watched[number].iter().map(|unknown| self.truth[*unknown as usize]).sum()
    }

    /// Everything that must stay uncertain.
    pub fn targets(&self, threshold: u64) -> Vec<Target> {
        let small = |value| Self::is_small(value, threshold);
        let rows = self.rows.iter().enumerate().filter(|(_, row)| row.state == State::Primary && small(row.value));
        let unknowns = self.truth[..self.sensitive].iter().enumerate().filter(|(_, value)| small(**value));
        let watched = (0..self.watched.len()).filter(|number| small(self.watched_value(*number)));
        let rows = rows.map(|(number, _)| Target::Row(number as u32));
        let unknowns = unknowns.map(|(number, _)| Target::Unknown(number as u32));
        rows.chain(unknowns).chain(watched.map(|number| Target::Watched(number as u32))).collect()
    }

    /// The true value of a target.
    pub fn value(&self, target: Target) -> u64 {
        match target {
            Target::Row(row) => self.rows[row as usize].value,
            Target::Unknown(unknown) => self.truth[unknown as usize],
            Target::Watched(number) => self.watched_value(number as usize),
        }
    }

    /// The rows by column, of some unknowns and of those rows alone that they are in; the numbers of both.
    pub fn narrowed(&self, takes: impl Fn(usize) -> bool) -> Narrowed {
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
        let columns = Columns::of(unknowns.len(), rows.iter().map(|(m, p)| (m.as_slice(), p.as_slice())));
        Narrowed { columns, unknowns, rows: kept }
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
        const HAIR: f64 = 1e-6;
        let is_count = |(deviation, truth): (&f64, &u64)| *truth as f64 + deviation >= -HAIR;
        let deviations = self.deviations(point);
        let holds = |(row, deviation): (&Row, &f64)| match row.state {
            State::Fixed | State::Shown => deviation.abs() <= HAIR,
            State::Free => true,
            State::Primary | State::Secondary => row.value as f64 + deviation >= row.least as f64 - HAIR,
        };
        (point.iter().zip(&self.truth).all(is_count) && self.rows.iter().zip(&deviations).all(holds))
            .then_some(deviations)
    }
}
