//! The sparse matrix of a program, by column and by row.

/// The rows of a program, stored by column and by row. All bounds and values are deviations from the truth.
#[derive(Debug, Clone, Default)]
pub struct Matrix {
    starts: Vec<u32>,
    entries: Vec<(u32, f64)>,
    /// The same entries by row.
    row_starts: Vec<u32>,
    row_entries: Vec<(u32, f64)>,
    unknowns: usize,
    rows: usize,
}

impl Matrix {
    /// Builds the matrix from rows of (unknown, coefficient) and of earlier rows, each at most once in a row. Each row
    /// has a column for the deviation of its sum from the truth; it also has entries in the rows that include the row.
    pub fn of<'r>(unknowns: usize, rows: impl Iterator<Item = (&'r [(u32, f64)], &'r [u32])> + Clone) -> Self {
        let height = rows.clone().count();
        let mut counts = vec![0_u32; unknowns + height + 1];
        for (number, (members, parts)) in rows.clone().enumerate() {
            members.iter().for_each(|(unknown, _)| counts[*unknown as usize + 1] += 1);
            parts.iter().for_each(|part| counts[unknowns + *part as usize + 1] += 1);
            counts[unknowns + number + 1] += 1;
        }
        for at in 1..counts.len() {
            counts[at] += counts[at - 1];
        }
        let starts = counts.clone();
        let mut entries = vec![(0, 0.0); starts[unknowns + height] as usize];
        let mut put = |column: usize, row: usize, coefficient| {
            let at = &mut counts[column];
            entries[*at as usize] = (row as u32, coefficient);
            *at += 1;
        };
        for (number, (members, parts)) in rows.enumerate() {
            members.iter().for_each(|(unknown, coefficient)| put(*unknown as usize, number, *coefficient));
            parts.iter().for_each(|part| put(unknowns + *part as usize, number, 1.0));
            put(unknowns + number, number, -1.0);
        }
        let mut out = Self {
            starts,
            entries,
            row_starts: vec![0; height + 1],
            row_entries: Vec::new(),
            unknowns,
            rows: height,
        };
        out.turn();
        out
    }

    /// Sorts the entries by row.
    fn turn(&mut self) {
        self.entries.iter().for_each(|(row, _)| self.row_starts[*row as usize + 1] += 1);
        for at in 1..self.row_starts.len() {
            self.row_starts[at] += self.row_starts[at - 1];
        }
        let mut next = self.row_starts.clone();
        self.row_entries = vec![(0, 0.0); self.entries.len()];
        for column in 0..self.unknowns + self.rows {
            for (row, coefficient) in &self.entries[self.starts[column] as usize..self.starts[column + 1] as usize] {
                let at = &mut next[*row as usize];
                self.row_entries[*at as usize] = (column as u32, *coefficient);
                *at += 1;
            }
        }
    }

    /// The entries of a row: (column, coefficient), of unknowns and `up` columns.
    pub fn row(&self, row: usize) -> &[(u32, f64)] {
        &self.row_entries[self.row_starts[row] as usize..self.row_starts[row + 1] as usize]
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of unknowns.
    pub fn unknowns(&self) -> usize {
        self.unknowns
    }

    /// The entries of a column: (row, coefficient).
    pub fn entries(&self, column: usize) -> &[(u32, f64)] {
        &self.entries[self.starts[column] as usize..self.starts[column + 1] as usize]
    }
}
