//! Linear programs over the tables that a reader of the published numbers cannot rule out.
//!
//! The unknowns are deviations from the truth, so the truth (all zeros) is a feasible point, and no search for one is
//! needed. Every row states that a published sum does not change; a hidden row may change, by its columns `up` and
//! `down`. One program is solved repeatedly with another objective, or with one more hidden row, each time from the
//! last basis. This makes thousands of solves cheap.
//!
//! The method is the bounded primal simplex. The basis is factored into triangular matrices, and later changes are
//! kept in product form (textbook: Chvátal 1983, chapters 7, 8 and 24). Entering columns are chosen by their gain
//! relative to the length of their edge (Devex: Harris 1973). Three things are special. Unknowns that are neither
//! basic nor at a bound (at the start: every count above zero) may move in either direction. The basis is first filled
//! with the columns that can move farthest, since rows whose own logical column is basic would stop every step. And a
//! solve may end as soon as its objective is `enough`: protection only needs to know that a value can be reached.

mod matrix;
mod factors;

use super::deadline::Deadline;
use factors::{Etas, Factors, PIVOT};
pub use matrix::Matrix;

/// No column, or no row.
const NONE: u32 = u32::MAX;
/// Smaller reduced costs and changes count as zero.
const ZERO: f64 = 1e-9;
/// Pivots between two factorisations.
const REFACTOR: usize = 128;
/// Steps without progress before entering columns are chosen at random, to leave cycles.
const PATIENCE: u32 = 64;

/// How a solve ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SolveEnd {
    /// No better value can be reached.
    Optimal,
    /// The objective has reached `enough`.
    Enough,
    /// Too many steps, or the deadline; only the present point is known.
    Steps,
}

/// A program with its point and basis.
///
/// Column numbers: unknowns, then for each row `up`, then `down`, then the logical column, which is fixed at zero.
#[derive(Debug, Clone)]
pub struct Simplex<'p> {
    matrix: &'p Matrix,
    lower: Vec<f64>,
    upper: Vec<f64>,
    value: Vec<f64>,
    /// By row: its basic column.
    basis: Vec<u32>,
    /// By column: the row in which it is basic.
    row_of: Vec<u32>,
    /// Factors of the basis at the last factorisation, and the changes since.
    lu: Factors,
    etas: Etas,
    /// By row: the entry of its logical column.
    logical: Vec<(u32, f64)>,
    since: usize,
    /// Steps of the last solve.
    pub steps: usize,
    rng: u64,
    is_random: bool,
    /// Solves end at this time.
    pub deadline: Deadline,
    work: Work,
}

#[derive(Debug, Clone, Default)]
struct Work {
    /// The objective, and the costs.
    gains: Priced,
    costs: Priced,
    /// A column, and a row, in terms of the basis.
    alpha: Vec<f64>,
    rho: Vec<f64>,
    /// By unknown and row: the entry of its column in a row of the basis.
    across: Vec<f64>,
    /// By column: reference weight of Devex, an estimate of the squared length of its edge in the initial nonbasic
    /// columns.
    lengths: Vec<f64>,
    /// Columns that can move.
    open: Vec<u32>,
}

/// A weighted sum of columns.
#[derive(Debug, Clone, Default)]
struct Priced {
    coefficients: Vec<f64>,
    /// By column: reduced cost, the change of the sum per unit of the column when basic columns follow.
    reduced: Vec<f64>,
}

impl Priced {
    fn set(&mut self, columns: usize, terms: &[(usize, f64)]) {
        self.coefficients.clear();
        self.coefficients.resize(columns, 0.0);
        terms.iter().for_each(|(column, coefficient)| self.coefficients[*column] += coefficient);
    }
}

impl<'p> Simplex<'p> {
    /// The program in which every row is fixed, and every unknown may fall by at most `max_decrease` and rise without
    /// limit.
    pub fn new(matrix: &'p Matrix, max_decrease: &[f64]) -> Self {
        let (n, m) = (matrix.unknowns(), matrix.rows());
        let all = n + 3 * m;
        let mut lower = vec![0.0; all];
        let mut upper = vec![0.0; all];
        for (unknown, max_decrease) in max_decrease.iter().enumerate() {
            lower[unknown] = -max_decrease;
            upper[unknown] = f64::INFINITY;
        }
        let mut out = Self {
            matrix,
            lower,
            upper,
            value: vec![0.0; all],
            basis: (0..m).map(|row| (n + 2 * m + row) as u32).collect(),
            row_of: vec![NONE; all],
            lu: Factors::default(),
            etas: Etas::default(),
            logical: (0..m).map(|row| (row as u32, 1.0)).collect(),
            since: 0,
            steps: 0,
            rng: 0x9E37_79B9_7F4A_7C15,
            is_random: false,
            deadline: Deadline::default(),
            work: Work { alpha: vec![0.0; m], rho: vec![0.0; m], across: vec![0.0; n + m], ..Work::default() },
        };
        for row in 0..m {
            out.row_of[n + 2 * m + row] = row as u32;
        }
        out.fill();
        out
    }

    fn rows(&self) -> usize {
        self.matrix.rows()
    }

    /// The column for how much the sum of a row exceeds the truth.
    pub fn up(&self, row: usize) -> usize {
        self.matrix.unknowns() + row
    }

    /// The column for how much the sum of a row falls short of the truth.
    pub fn down(&self, row: usize) -> usize {
        self.matrix.unknowns() + self.rows() + row
    }

    /// A column's value, as a deviation from the truth.
    pub fn value(&self, column: usize) -> f64 {
        self.value[column]
    }

    /// How far the sum of a row is from the truth.
    pub fn deviation(&self, row: usize) -> f64 {
        self.value[self.up(row)] - self.value[self.down(row)]
    }

    /// The deviations of all unknowns.
    pub fn point(&self) -> &[f64] {
        &self.value[..self.matrix.unknowns()]
    }

    /// Sets the largest value of a column, but not below its present value.
    pub fn set_limit(&mut self, column: usize, upper: f64) {
        self.upper[column] = upper.max(self.value[column]);
    }

    /// Sets the smallest value of a column, but not above its present value.
    pub fn set_floor(&mut self, column: usize, lower: f64) {
        self.lower[column] = lower.min(self.value[column]);
    }

    /// Recomputes factors and values, to remove accumulated rounding errors.
    pub fn refactor(&mut self) {
        self.factor();
    }

    /// Reseeds the random numbers; if `start` is not zero, columns are chosen at random from the first step.
    pub fn draw_from(&mut self, start: u64) {
        self.rng = self.rng.wrapping_add(start.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        self.is_random = start > 0;
    }

    /// The entries of a column, and their common factor.
    #[inline]
    fn entries(&self, column: usize) -> (&[(u32, f64)], f64) {
        let (n, m) = (self.matrix.unknowns(), self.rows());
        match column {
            _ if column < n + m => (self.matrix.entries(column), 1.0),
            _ if column < n + 2 * m => (self.matrix.entries(column - m), -1.0),
            _ => (std::slice::from_ref(&self.logical[column - n - 2 * m]), 1.0),
        }
    }

    /// Fills the basis with the unknowns that can fall farthest.
    fn fill(&mut self) {
        self.factor();
        let first_logical = self.matrix.unknowns() + 2 * self.rows();
        let mut order: Vec<usize> = (0..self.matrix.unknowns()).filter(|c| self.lower[*c] < 0.0).collect();
        order.sort_by(|a, b| self.lower[*a].total_cmp(&self.lower[*b]).then(a.cmp(b)));
        for column in order {
            self.solve_column(column);
            let free = |row: &usize| self.basis[*row] as usize >= first_logical;
            let best = (0..self.rows())
                .filter(free)
                .max_by(|a, b| self.work.alpha[*a].abs().total_cmp(&self.work.alpha[*b].abs()).then(b.cmp(a)));
            if let Some(row) = best.filter(|row| self.work.alpha[*row].abs() > 0.1) {
                self.pivot(column, row);
                if self.since >= REFACTOR {
                    self.factor();
                }
            }
        }
        self.factor();
    }

    /// Computes `alpha`: the column in terms of the basis.
    fn solve_column(&mut self, column: usize) {
        let mut alpha = std::mem::take(&mut self.work.alpha);
        alpha.fill(0.0);
        let (entries, factor) = self.entries(column);
        entries.iter().for_each(|(row, coefficient)| alpha[*row as usize] += coefficient * factor);
        self.lu.forward(&mut alpha);
        self.etas.forward(&mut alpha);
        self.work.alpha = alpha;
    }

    /// Makes a column basic in a row. `alpha` must be that of the column.
    fn pivot(&mut self, column: usize, row: usize) {
        let leaving = self.basis[row] as usize;
        self.etas.push(row, &self.work.alpha);
        self.row_of[leaving] = NONE;
        self.row_of[column] = row as u32;
        self.basis[row] = column as u32;
        self.since += 1;
    }

    /// Refactors the basis and recomputes the values of basic columns.
    fn factor(&mut self) {
        let m = self.rows();
        self.etas.clear();
        self.since = 0;
        let basic: Vec<usize> = self.basis.iter().map(|column| *column as usize).collect();
        self.lu.clear(m);
        for (column, row) in self.order(&basic) {
            let mut lu = std::mem::take(&mut self.lu);
            let (entries, factor) = self.entries(column);
            let row = lu.push(entries, factor, row);
            self.lu = lu;
            match row {
                Some(row) => {
                    self.basis[row] = column as u32;
                    self.row_of[column] = row as u32;
                }
                // Rounding has made it depend on the others: it leaves the basis at its present value.
                None => self.row_of[column] = NONE,
            }
        }
        let first_logical = self.matrix.unknowns() + 2 * m;
        for row in self.lu.open_rows() {
            self.lu.push(&[(row as u32, 1.0)], 1.0, Some(row));
            self.basis[row] = (first_logical + row) as u32;
            self.row_of[first_logical + row] = row as u32;
        }
        self.refresh();
    }

    /// An order of the basic columns, each with its row, that causes little fill-in (Markowitz 1957, with counts that
    /// ignore fill-in): next is always the column with the fewest remaining rows, in its row with the fewest remaining
    /// columns.
    fn order(&self, basic: &[usize]) -> Vec<(usize, Option<usize>)> {
        let m = self.rows();
        let mut columns_of: Vec<Vec<u32>> = vec![Vec::new(); m];
        for (position, column) in basic.iter().enumerate() {
            self.entries(*column).0.iter().for_each(|(row, _)| columns_of[*row as usize].push(position as u32));
        }
        let mut row_counts: Vec<u32> = columns_of.iter().map(|columns| columns.len() as u32).collect();
        let mut counts: Vec<u32> = basic.iter().map(|column| self.entries(*column).0.len() as u32).collect();
        let mut is_taken = vec![false; m];
        let mut queue: std::collections::BTreeSet<(u32, u32)> =
            counts.iter().enumerate().map(|(position, count)| (*count, position as u32)).collect();
        let mut order = Vec::with_capacity(m);
        while let Some((_, position)) = queue.pop_first() {
            let column = basic[position as usize];
            let rows = self.entries(column).0.iter().map(|(row, _)| *row as usize);
            let row = rows.clone().filter(|row| !is_taken[*row]).min_by_key(|row| (row_counts[*row], *row));
            rows.for_each(|row| row_counts[row] -= 1);
            if let Some(row) = row {
                is_taken[row] = true;
                for other in &columns_of[row] {
                    let count = &mut counts[*other as usize];
                    if queue.remove(&(*count, *other)) {
                        *count -= 1;
                        queue.insert((*count, *other));
                    }
                }
            }
            order.push((column, row));
        }
        order
    }

    /// Computes the values of basic columns from all others.
    fn refresh(&mut self) {
        let mut sums = std::mem::take(&mut self.work.alpha);
        sums.fill(0.0);
        for column in 0..self.value.len() {
            let value = self.value[column];
            if self.row_of[column] == NONE && value != 0.0 {
                let (entries, factor) = self.entries(column);
                entries.iter().for_each(|(row, c)| sums[*row as usize] -= c * factor * value);
            }
        }
        self.lu.forward(&mut sums);
        self.etas.forward(&mut sums);
        for (row, column) in self.basis.iter().enumerate() {
            self.value[*column as usize] = sums[row];
        }
        self.work.alpha = sums;
    }

    /// Raises the objective, a sum of (column, coefficient), from where the last solve ended, until it reaches
    /// `enough`.
    pub fn maximise(&mut self, objective: &[(usize, f64)], enough: f64, steps: usize) -> SolveEnd {
        self.maximise_cheaply(objective, &[], enough, steps)
    }

    /// Raises the objective until it is `enough`, at the least cost in every step. If the program starts from a point
    /// of least cost with a dual feasible basis (for example, all costs zero), every point on the path is the cheapest
    /// for the value it reaches (parametric simplex: Chvátal 1983, chapter 10, with the weight of the objective as
    /// parameter). `costs` are (column, cost per unit), none of them negative.
    pub fn maximise_cheaply(
        &mut self,
        objective: &[(usize, f64)],
        costs: &[(usize, f64)],
        enough: f64,
        steps: usize,
    ) -> SolveEnd {
        let columns = self.matrix.unknowns() + 2 * self.rows();
        self.work.open.clear();
        self.work.open.extend((0..columns as u32).filter(|c| self.lower[*c as usize] < self.upper[*c as usize]));
        self.work.lengths.clear();
        self.work.lengths.resize(self.value.len(), 1.0);
        self.work.gains.set(self.value.len(), objective);
        self.work.costs.set(self.value.len(), costs);
        self.price();
        let reached = |value: &[f64]| objective.iter().map(|(column, c)| value[*column] * c).sum::<f64>();
        let mut stalled = 0;
        self.steps = 0;
        for _ in 0..steps {
            self.steps += 1;
            // Without a limit the value of the objective is not needed.
            let now = if enough < f64::MAX { reached(&self.value) } else { 0.0 };
            if now >= enough - ZERO {
                return SolveEnd::Enough;
            }
            if self.since >= REFACTOR {
                if self.deadline.is_over() {
                    return SolveEnd::Steps;
                }
                self.factor();
                self.price();
            }
            let at_random = self.is_random || stalled > PATIENCE;
            let entering = if costs.is_empty() { self.entering(at_random) } else { self.cheapest(at_random) };
            let Some((column, gain)) = entering else { return SolveEnd::Optimal };
            let most = (enough - now).max(0.0) / gain.abs();
            if self.step(column, gain.signum(), most) > ZERO {
                stalled = 0;
            } else {
                stalled += 1;
            }
        }
        SolveEnd::Steps
    }

    /// Recomputes the reduced costs of all columns that can move.
    fn price(&mut self) {
        let mut prices = std::mem::take(&mut self.work.rho);
        let mut both = [std::mem::take(&mut self.work.gains), std::mem::take(&mut self.work.costs)];
        for priced in &mut both {
            for (row, column) in self.basis.iter().enumerate() {
                prices[row] = priced.coefficients[*column as usize];
            }
            self.etas.backward(&mut prices);
            self.lu.backward(&mut prices);
            priced.reduced.clear();
            priced.reduced.resize(self.value.len(), 0.0);
            for column in &self.work.open {
                let (entries, factor) = self.entries(*column as usize);
                let of: f64 = entries.iter().map(|(row, c)| prices[*row as usize] * c).sum();
                priced.reduced[*column as usize] = priced.coefficients[*column as usize] - of * factor;
            }
        }
        let [gains, costs] = both;
        (self.work.gains, self.work.costs) = (gains, costs);
        self.work.rho = prices;
    }

    /// Updates reduced costs and edge lengths for a column that becomes basic in a row; call it before the basis
    /// changes.
    fn reprice(&mut self, column: usize, row: usize) {
        let (n, m) = (self.matrix.unknowns(), self.rows());
        let mut rho = std::mem::take(&mut self.work.rho);
        rho.fill(0.0);
        rho[row] = 1.0;
        self.etas.backward(&mut rho);
        self.lu.backward(&mut rho);
        let Work { across, gains, costs, alpha, lengths, .. } = &mut self.work;
        across.fill(0.0);
        for (row, value) in rho.iter().enumerate().filter(|(_, value)| value.abs() > 1e-12) {
            self.matrix.row(row).iter().for_each(|(column, c)| across[*column as usize] += c * value);
        }
        let leaving = self.basis[row] as usize;
        let by = lengths[column] / (alpha[row] * alpha[row]);
        for (column, across) in across.iter().enumerate().filter(|(_, across)| **across != 0.0) {
            let length = across * across * by;
            if length > lengths[column] {
                lengths[column] = length;
            }
            if column >= n && length > lengths[m + column] {
                lengths[m + column] = length;
            }
        }
        lengths[leaving] = by.max(1.0);
        for priced in [gains, costs] {
            let factor = priced.reduced[column] / alpha[row];
            if factor == 0.0 {
                continue;
            }
            let reduced = &mut priced.reduced;
            for (column, across) in across.iter().enumerate() {
                reduced[column] -= factor * across;
            }
            for (row, across) in across[n..].iter().enumerate() {
                reduced[n + m + row] += factor * across;
            }
            reduced[column] = 0.0;
            reduced[leaving] = -factor;
        }
        self.work.rho = rho;
    }

    /// The column that raises the objective at the least cost, and its gain per unit; on a tie, the one that raises it
    /// most.
    fn cheapest(&mut self, at_random: bool) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64)> = None;
        let mut best_score = (f64::INFINITY, 0.0);
        for column in &self.work.open {
            let column = *column as usize;
            if self.row_of[column] != NONE {
                continue;
            }
            let gain = self.work.gains.reduced[column];
            let value = self.value[column];
            let can = if gain > 0.0 { value < self.upper[column] - ZERO } else { value > self.lower[column] + ZERO };
            if gain.abs() < 1e-7 || !can {
                continue;
            }
            let weight = self.work.costs.reduced[column] * gain.signum();
            let mut score = ((weight / gain.abs()).max(0.0), gain * gain / self.work.lengths[column]);
            if at_random {
                self.rng = self.rng.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                score.1 *= (self.rng >> 40) as f64;
            }
            let is_better =
                if (score.0 - best_score.0).abs() < 1e-9 { score.1 > best_score.1 } else { score.0 < best_score.0 };
            if best.is_none() || is_better {
                best_score = score;
                best = Some((column, gain));
            }
        }
        best
    }

    /// The column with the greatest gain relative to the length of its edge, and its gain per unit.
    fn entering(&mut self, at_random: bool) -> Option<(usize, f64)> {
        let mut best = None;
        let mut best_score = 0.0;
        for column in &self.work.open {
            let column = *column as usize;
            if self.row_of[column] != NONE {
                continue;
            }
            let (low, high, value) = (self.lower[column], self.upper[column], self.value[column]);
            let gain = self.work.gains.reduced[column];
            let can = if gain > 0.0 { value < high - ZERO } else { value > low + ZERO };
            if gain.abs() < 1e-7 || !can {
                continue;
            }
            let mut score = gain * gain / self.work.lengths[column];
            if at_random {
                self.rng = self.rng.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                score *= (self.rng >> 40) as f64;
            }
            if score > best_score {
                best_score = score;
                best = Some((column, gain));
            }
        }
        best
    }

    /// Moves a column in one direction as far as all bounds allow, at most `most`; returns the distance.
    fn step(&mut self, column: usize, sign: f64, most: f64) -> f64 {
        self.solve_column(column);
        let own = if sign > 0.0 {
            self.upper[column] - self.value[column]
        } else {
            self.value[column] - self.lower[column]
        };
        let own = own.min(most);
        // Two passes (Harris 1973): first the distance that every basic column allows within a tolerance, then the
        // largest pivot among those that stop the column there.
        let allowed = |simplex: &Self, row: usize, tolerance: f64| {
            let basic = simplex.basis[row] as usize;
            let alpha = simplex.work.alpha[row] * sign;
            let distance = if alpha > 0.0 {
                simplex.value[basic] - simplex.lower[basic]
            } else {
                simplex.upper[basic] - simplex.value[basic]
            };
            (distance.max(0.0) + tolerance) / alpha.abs()
        };
        let mut shortest = f64::INFINITY;
        for row in 0..self.rows() {
            if self.work.alpha[row].abs() > PIVOT {
                shortest = shortest.min(allowed(self, row, ZERO));
            }
        }
        let mut leaving = None;
        let mut largest = PIVOT;
        if shortest < own {
            for row in 0..self.rows() {
                let size = self.work.alpha[row].abs();
                if size > largest && allowed(self, row, 0.0) <= shortest {
                    largest = size;
                    leaving = Some(row);
                }
            }
        }
        let length = leaving.map_or(own, |row| allowed(self, row, 0.0).min(own));
        if length.is_infinite() {
            return 0.0;
        }
        for row in 0..self.rows() {
            let alpha = self.work.alpha[row];
            if alpha != 0.0 {
                self.value[self.basis[row] as usize] -= sign * length * alpha;
            }
        }
        self.value[column] += sign * length;
        if let Some(row) = leaving {
            let basic = self.basis[row] as usize;
            let alpha = self.work.alpha[row] * sign;
            self.value[basic] = if alpha > 0.0 { self.lower[basic] } else { self.upper[basic] };
            self.reprice(column, row);
            self.pivot(column, row);
        }
        length
    }
}
