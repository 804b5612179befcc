//! A basis as factors, and what it becomes from step to step.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A pivot below this is not taken.
pub const PIVOT: f64 = 1e-7;

/// A basis as a lower times an upper triangular matrix, but for the order of rows and columns.
#[derive(Debug, Clone, Default)]
pub struct Factors {
    /// For each pivot, in their order: its row, and what the others are reduced by.
    lower: Etas,
    /// For each pivot: where its column above the diagonal ends, and the diagonal.
    heads: Vec<(u32, f64)>,
    upper: Vec<(u32, f64)>,
    /// By row: the number of its pivot.
    pivots: Vec<Option<u32>>,
    /// A column on its way, the rows in which it is not zero, and whether a row is one of them.
    values: Vec<f64>,
    rows: Vec<u32>,
    is_in: Vec<bool>,
}

impl Factors {
    /// Forgets the basis; the next has so many rows.
    pub fn clear(&mut self, rows: usize) {
        self.lower.clear();
        self.heads.clear();
        self.upper.clear();
        self.pivots.clear();
        self.pivots.resize(rows, None);
        self.values.clear();
        self.values.resize(rows, 0.0);
        self.is_in.clear();
        self.is_in.resize(rows, false);
    }

    /// Rows without a column yet.
    pub fn open_rows(&self) -> Vec<usize> {
        (0..self.pivots.len()).filter(|row| self.pivots[*row].is_none()).collect()
    }

    /// Adds a column, its entries times a factor; gives its row: the wanted one where its value is not too small beside
    /// the largest, else that one's, none where there is nothing left.
    pub fn push(&mut self, column: &[(u32, f64)], factor: f64, wanted: Option<usize>) -> Option<usize> {
        // Pivots that the column meets, the first on top.
        let mut met = BinaryHeap::new();
        let add = |rows: &mut Vec<u32>, is_in: &mut Vec<bool>, met: &mut BinaryHeap<_>, row: u32| {
            if !std::mem::replace(&mut is_in[row as usize], true) {
                rows.push(row);
                met.extend(self.pivots[row as usize].map(Reverse));
            }
        };
        for (row, coefficient) in column {
            add(&mut self.rows, &mut self.is_in, &mut met, *row);
            self.values[*row as usize] += coefficient * factor;
        }
        while let Some(Reverse(number)) = met.pop() {
            let value = self.values[self.lower.heads[number as usize].0 as usize];
            if value != 0.0 {
                for (other, factor) in self.lower.of(number as usize) {
                    add(&mut self.rows, &mut self.is_in, &mut met, *other);
                    self.values[*other as usize] += factor * value;
                }
            }
        }
        let rows = std::mem::take(&mut self.rows);
        let row = self.choose(&rows, wanted);
        if let Some(row) = row {
            self.keep(&rows, row);
        }
        for row in &rows {
            self.values[*row as usize] = 0.0;
            self.is_in[*row as usize] = false;
        }
        self.rows = rows;
        self.rows.clear();
        row
    }

    /// The row of a column that has these rows.
    fn choose(&self, rows: &[u32], wanted: Option<usize>) -> Option<usize> {
        let (mut largest, mut at) = (PIVOT, None);
        for row in rows.iter().map(|row| *row as usize).filter(|row| self.pivots[*row].is_none()) {
            let value = self.values[row].abs();
            if value > largest || value == largest && at.is_some_and(|at| row < at) {
                (largest, at) = (value, Some(row));
            }
        }
        let is_good = |row: &usize| self.pivots[*row].is_none() && self.values[*row].abs() > 0.05 * largest;
        wanted.filter(is_good).or(at)
    }

    /// Keeps a column whose pivot is in a row.
    fn keep(&mut self, rows: &[u32], row: usize) {
        let pivot = self.values[row];
        let (mut above, mut below) = (Vec::new(), Vec::new());
        for other in rows.iter().filter(|other| **other as usize != row) {
            let value = self.values[*other as usize];
            if value.abs() > 1e-12 {
                match self.pivots[*other as usize] {
                    Some(_) => above.push((*other, value)),
                    None => below.push((*other, -value / pivot)),
                }
            }
        }
        self.upper.append(&mut above);
        self.pivots[row] = Some(self.heads.len() as u32);
        self.heads.push((self.upper.len() as u32, pivot));
        self.lower.heads.push((row as u32, self.lower.entries.len() as u32, 1.0));
        self.lower.entries.append(&mut below);
    }

    fn above(&self, number: usize) -> &[(u32, f64)] {
        let start = number.checked_sub(1).map_or(0, |before| self.heads[before].0 as usize);
        &self.upper[start..self.heads[number].0 as usize]
    }

    /// A column in terms of the basis.
    pub fn forward(&self, values: &mut [f64]) {
        self.lower.forward(values);
        for (number, (row, ..)) in self.lower.heads.iter().enumerate().rev() {
            let value = &mut values[*row as usize];
            if *value != 0.0 {
                *value /= self.heads[number].1;
                let value = *value;
                self.above(number).iter().for_each(|(other, factor)| values[*other as usize] -= factor * value);
            }
        }
    }

    /// Prices of rows from those of basic columns.
    pub fn backward(&self, values: &mut [f64]) {
        for (number, (row, ..)) in self.lower.heads.iter().enumerate() {
            let above: f64 = self.above(number).iter().map(|(other, factor)| factor * values[*other as usize]).sum();
            values[*row as usize] = (values[*row as usize] - above) / self.heads[number].1;
        }
        self.lower.backward(values);
    }
}

/// A product of simple matrices, each of which differs from the identity in one column.
#[derive(Debug, Clone, Default)]
pub struct Etas {
    /// Row of the column, where its entries start, and its entry in that row.
    heads: Vec<(u32, u32, f64)>,
    entries: Vec<(u32, f64)>,
}

impl Etas {
    /// Forgets all.
    pub fn clear(&mut self) {
        self.heads.clear();
        self.entries.clear();
    }

    /// Adds the matrix that makes this column the unit column of a row.
    pub fn push(&mut self, row: usize, alpha: &[f64]) {
        let pivot = 1.0 / alpha[row];
        self.heads.push((row as u32, self.entries.len() as u32, pivot));
        let others = alpha.iter().enumerate().filter(|(other, value)| *other != row && value.abs() > 1e-12);
        self.entries.extend(others.map(|(other, value)| (other as u32, -value * pivot)));
    }

    fn of(&self, number: usize) -> &[(u32, f64)] {
        let end = self.heads.get(number + 1).map_or(self.entries.len(), |head| head.1 as usize);
        &self.entries[self.heads[number].1 as usize..end]
    }

    /// A column in terms of the basis.
    pub fn forward(&self, values: &mut [f64]) {
        for (number, (row, _, pivot)) in self.heads.iter().enumerate() {
            let value = values[*row as usize];
            if value != 0.0 {
                values[*row as usize] = value * pivot;
                for (other, factor) in self.of(number) {
                    values[*other as usize] += factor * value;
                }
            }
        }
    }

    /// Prices of rows from those of basic columns.
    pub fn backward(&self, values: &mut [f64]) {
        for (number, (row, _, pivot)) in self.heads.iter().enumerate().rev() {
            let mut sum = values[*row as usize] * pivot;
            for (other, factor) in self.of(number) {
                sum += factor * values[*other as usize];
            }
            values[*row as usize] = sum;
        }
    }
}
