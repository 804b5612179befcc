//! The factors of a basis, and its changes from step to step.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Smaller pivots are rejected.
pub const PIVOT: f64 = 1e-7;

/// A basis as the product of a lower and an upper triangular matrix, up to the order of rows and columns.
#[derive(Debug, Clone, Default)]
pub struct Factors {
    /// By pivot, in order: its row, and the multipliers of the other rows.
    lower: Etas,
    /// By pivot: the end of its entries above the diagonal, and the diagonal.
    heads: Vec<(u32, f64)>,
    upper: Vec<(u32, f64)>,
    /// By row: the number of its pivot.
    pivots: Vec<Option<u32>>,
    /// Workspace: a column, its nonzero rows, and whether a row is among them.
    values: Vec<f64>,
    rows: Vec<u32>,
    is_in: Vec<bool>,
}

impl Factors {
    /// Clears the basis; the next one has this many rows.
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

    /// Rows without a column.
    pub fn open_rows(&self) -> Vec<usize> {
        (0..self.pivots.len()).filter(|row| self.pivots[*row].is_none()).collect()
    }

    /// Adds a column, its entries times a factor. Returns its row: the wanted one if its value is not too small
    /// relative to the largest, else the row of the largest; `None` if no usable entry is left.
    pub fn push(&mut self, column: &[(u32, f64)], factor: f64, wanted: Option<usize>) -> Option<usize> {
        // Pivots that affect the column, the first on top.
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

    /// Chooses the row of a column with nonzeros in these rows.
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

    /// Stores a column with its pivot in a row.
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

    /// Expresses a column in terms of the basis.
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

    /// Computes prices of rows from those of basic columns.
    pub fn backward(&self, values: &mut [f64]) {
        for (number, (row, ..)) in self.lower.heads.iter().enumerate() {
            let above: f64 = self.above(number).iter().map(|(other, factor)| factor * values[*other as usize]).sum();
            values[*row as usize] = (values[*row as usize] - above) / self.heads[number].1;
        }
        self.lower.backward(values);
    }
}

/// A product of matrices that differ from the identity in one column each.
#[derive(Debug, Clone, Default)]
pub struct Etas {
    /// Row of the column, start of its entries, and its entry in that row.
    heads: Vec<(u32, u32, f64)>,
    entries: Vec<(u32, f64)>,
}

impl Etas {
    /// Clears the product.
    pub fn clear(&mut self) {
        self.heads.clear();
        self.entries.clear();
    }

    /// Adds the matrix that turns this column into the unit column of a row.
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

    /// Expresses a column in terms of the basis.
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

    /// Computes prices of rows from those of basic columns.
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
