//! Tests of plans and ranges: published cases, and small tables compared with all tables that agree with what is
//! shown.

use super::super::problem::{HiddenSum, ProblemRow, Term};
use super::super::simplex::SolveEnd;
use super::local_program::LocalProgram;
use super::*;
use proptest::prelude::*;

/// Smallest and largest value of a target that readers cannot rule out, given the present states of rows. No unknown
/// is allowed to exceed the truth by more than `most`. Only for rows, and for sums of one unknown; `None` if the
/// search ended early.
fn range(problem: &Problem, target: ProtectionTarget, most: f64) -> Option<(f64, f64)> {
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

/// A table whose cells, row sums, column sums and total are published, in that order. Sums cost more than cells.
fn table(cells: &[Vec<u64>], least: u64) -> Problem {
    let (height, width) = (cells.len(), cells[0].len());
    let number = |row: usize, column: usize| (row * width + column) as u32;
    let all = || (0..height).flat_map(|row| (0..width).map(move |column| (row, column)));
    let mut sums: Vec<(Vec<u32>, f64)> = all().map(|(row, column)| (vec![number(row, column)], 1.0)).collect();
    sums.extend((0..height).map(|row| ((0..width).map(|column| number(row, column)).collect(), 8.0)));
    sums.extend((0..width).map(|column| ((0..height).map(|row| number(row, column)).collect(), 8.0)));
    sums.push((all().map(|(row, column)| number(row, column)).collect(), 64.0));
    published(cells.concat(), sums, least)
}

/// A problem with these unknowns and published sums (members and weight).
fn published(truth: Vec<u64>, sums: Vec<(Vec<u32>, f64)>, least: u64) -> Problem {
    let row = |(members, weight): (Vec<u32>, f64)| ProblemRow {
        value: members.iter().map(|unknown| truth[*unknown as usize]).sum(),
        members: members.into_iter().map(|unknown| (unknown, 1.0)).collect(),
        parts: Vec::new(),
        weight,
        state: RowState::Shown,
        least,
        needs: None,
    };
    let rows = sums.into_iter().map(row).collect();
    let sum = |(number, value): (usize, &u64)| HiddenSum { terms: vec![Term::all(number as u32)], value: *value };
    let sums = truth.iter().enumerate().map(sum).collect();
    Problem { sums, blocks: vec![0; truth.len()], rows, truth }
}

/// The attack on a table with all margins from the tests of sdcTable: a hidden cell is revealed exactly until one more
/// is hidden.
#[test]
fn an_attack_finds_revealed_values() {
    let cells = [vec![30, 47, 64, 89], vec![90, 124, 5, 31], vec![92, 100, 59, 85], vec![800, 991, 651, 685]];
    let mut problem = table(&cells, 0);
    for (row, column) in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 1), (2, 3), (3, 1), (3, 3)] {
        problem.rows[row * 4 + column].state = RowState::Secondary;
    }
    let close = |(low, high): (f64, f64), wanted: (f64, f64)| (low - wanted.0).abs() + (high - wanted.1).abs() < 1e-6;
    let found = range(&problem, ProtectionTarget::Sum(1), 1e6).unwrap();
    assert!(close(found, (47.0, 47.0)), "{found:?}");
    problem.rows[7].state = RowState::Secondary;
    let found = range(&problem, ProtectionTarget::Sum(1), 1e6).unwrap();
    assert!(close(found, (0.0, 78.0)), "{found:?}");
}

/// The linked tables from the tests of sdcTable: regions by county and by group. Each table alone needs only its small
/// cells hidden. Together they reveal K, since small − county 1 = K + N.
#[test]
fn linked_tables_are_protected_together() {
    const N: usize = 7;
    let counts = vec![2, 2, 8, 8, 3, 3, 3, 7];
    let mut sums: Vec<(Vec<u32>, f64)> = (0..8).map(|region| (vec![region], 1.0)).collect();
    sums.push((vec![0, 1, 2, 3], 8.0));
    sums.push((vec![4, 5, 6, 7], 8.0));
    let by_county = published(counts.clone(), sums.clone(), 1);
    let mut alone = by_county.clone();
    assert_eq!(plan(&mut alone, 4, Demand::Whole, Deadline::default()).unprotected, []);
    assert!(alone.rows.iter().all(|row| row.state != RowState::Secondary), "one table alone needs nothing more");
    sums.push((vec![5, 6], 8.0));
    sums.push((vec![0, 1, 2, 3, 4, 7], 8.0));
    let mut linked = published(counts, sums, 1);
    assert_eq!(plan(&mut linked, 4, Demand::Whole, Deadline::default()).unprotected, []);
    assert_eq!(linked.rows[N].state, RowState::Secondary);
}

/// The small table from the tests of sdcTable: regions A to D by gender, where A's two women are the only small cell.
/// The plan hides the rectangle with the fewest people, as sdcTable's optimal, hypercube and modular methods do.
#[test]
fn the_cheapest_rectangle_protects_a_cell() {
    let counts: Vec<u64> = vec![18, 2, 14, 19, 12, 10, 11, 14];
    let mut sums: Vec<(Vec<u32>, f64)> = (0..8).map(|cell| (vec![cell], counts[cell as usize] as f64)).collect();
    let margins = (0..4).map(|region| vec![2 * region, 2 * region + 1]);
    let margins = margins.chain((0..2).map(|gender| (0..4).map(|region| 2 * region + gender).collect()));
    sums.extend(margins.chain([(0..8).collect()]).map(|members| (members, 1e3)));
    let mut problem = published(counts, sums, 1);
    assert_eq!(plan(&mut problem, 3, Demand::Whole, Deadline::default()).unprotected, []);
    let hidden: Vec<usize> = (0..problem.rows.len()).filter(|row| problem.rows[*row].state.is_hidden()).collect();
    assert_eq!(hidden, [0, 1, 4, 5]);
}

/// Two homes, two units that readers can distinguish only by their totals, and a third unit. Returns the problem whose
/// unknowns are the homes' students in the pair of units, and the same problem cell by cell. Both publish, in this
/// order: each home, each unit, everything.
fn grouped(cells: &[u64]) -> (Problem, Problem) {
    let weighted = |rows: Vec<Vec<u32>>| rows.into_iter().map(|members| (members, 1.0)).collect::<Vec<_>>();
    // By home: first unit, second unit, third unit.
    let plain = vec![vec![0, 1, 2], vec![3, 4, 5], vec![0, 3], vec![1, 4], vec![2, 5], vec![0, 1, 2, 3, 4, 5]];
    let plain = published(cells.to_vec(), weighted(plain), 0);
    // By home: the pair, the third unit; then all homes at each unit of the pair.
    let truth =
        vec![cells[0] + cells[1], cells[2], cells[3] + cells[4], cells[5], cells[0] + cells[3], cells[1] + cells[4]];
    let shared = vec![vec![0, 1], vec![2, 3], vec![4], vec![5], vec![1, 3], vec![0, 1, 2, 3]];
    let mut shared = published(truth, weighted(shared), 0);
    shared.rows.push(ProblemRow {
        members: vec![(0, 1.0), (2, 1.0), (4, -1.0), (5, -1.0)],
        parts: Vec::new(),
        value: 0,
        weight: 0.0,
        state: RowState::Fixed,
        least: 0,
        needs: None,
    });
    let part = |whole, some, other| Term { whole, some: vec![some], others: vec![other] };
    let terms = [part(0, 4, 5), part(0, 5, 4), Term::all(1), part(2, 4, 5), part(2, 5, 4), Term::all(3)];
    shared.sums =
        terms.into_iter().zip(cells).map(|(term, value)| HiddenSum { terms: vec![term], value: *value }).collect();
    (shared, plain)
}

/// For every cell and value up to `most`: whether some table of whole numbers up to `most` agrees with what is shown.
/// Each value has its own search; where nearly all is hidden, there are too many tables to enumerate.
fn possible(problem: &Problem, most: u64) -> Vec<Vec<bool>> {
    let count = problem.truth.len();
    let is_possible = |cell: usize, value: u64| {
        let mut cells = vec![None; count];
        cells[cell] = Some(value);
        exists(problem, most, &mut cells)
    };
    (0..count).map(|cell| (0..=most).map(|value| is_possible(cell, value)).collect()).collect()
}

/// Whether the unknown cells can be filled in.
fn exists(problem: &Problem, most: u64, cells: &mut [Option<u64>]) -> bool {
    let holds = |row: &ProblemRow| {
        let members = || row.members.iter().map(|(unknown, _)| cells[*unknown as usize]);
        let sum: u64 = members().flatten().sum();
        match (row.state.is_hidden(), members().all(|cell| cell.is_some())) {
            (true, true) => sum >= row.least,
            (true, false) => true,
            (false, true) => sum == row.value,
            (false, false) => sum <= row.value,
        }
    };
    if !problem.rows.iter().all(holds) {
        return false;
    }
    let Some(next) = cells.iter().position(Option::is_none) else { return true };
    let found = (0..=most).any(|value| {
        cells[next] = Some(value);
        exists(problem, most, cells)
    });
    cells[next] = None;
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// A table's matrix is totally unimodular: where fractional points reach both ends, whole numbers reach all values
    /// between.
    #[test]
    fn every_small_value_stays_possible(
        cells in proptest::collection::vec(proptest::collection::vec(1_u64..7, 3), 3),
    ) {
        const THRESHOLD: u64 = 3;
        let mut problem = table(&cells, 1);
        let plan = plan(&mut problem, THRESHOLD, Demand::Whole, Deadline::default());
        prop_assert_eq!(plan.unprotected, []);
        let seen = possible(&problem, 20);
        for (number, value) in problem.truth.iter().enumerate().filter(|(_, value)| **value < THRESHOLD) {
            let ruled_out: Vec<u64> = (1..THRESHOLD).filter(|v| !seen[number][*v as usize]).collect();
            prop_assert!(ruled_out.is_empty(), "{} at {}: {:?} in {:?}", value, number, ruled_out, problem);
        }
    }

    /// A reader who knows that they are alone in a cell determines no other small value.
    #[test]
    fn a_reader_alone_in_a_cell_determines_no_other(
        cells in proptest::collection::vec(proptest::collection::vec(1_u64..4, 3), 3),
    ) {
        const THRESHOLD: u64 = 3;
        let mut problem = table(&cells, 1);
        let plan = plan(&mut problem, THRESHOLD, Demand::Whole, Deadline::default());
        prop_assert_eq!(plan.unprotected, []);
        for alone in (0..problem.truth.len()).filter(|cell| problem.truth[*cell] == 1) {
            let mut known = problem.clone();
            known.rows[alone].state = RowState::Shown;
            let seen = possible(&known, 16);
            for (number, value) in problem.truth.iter().enumerate().filter(|(_, value)| **value < THRESHOLD) {
                let values = seen[number].iter().filter(|seen| **seen).count();
                prop_assert!(
                    number == alone || values > 1,
                    "{} at {} is determined by {} in {:?}",
                    value, number, alone, problem
                );
            }
        }
    }

    /// A proof for a group of units holds for each unit, in all tables that agree with what is shown of both.
    #[test]
    fn small_values_in_groups_stay_possible(cells in proptest::collection::vec(0_u64..6, 6)) {
        const THRESHOLD: u64 = 3;
        let (mut shared, mut plain) = grouped(&cells);
        let plan = plan(&mut shared, THRESHOLD, Demand::Whole, Deadline::default());
        prop_assert_eq!(plan.unprotected, []);
        plain.rows.iter_mut().zip(&shared.rows).for_each(|(plain, shared)| plain.state = shared.state);
        let seen = possible(&plain, 9);
        for (number, value) in cells.iter().enumerate().filter(|(_, value)| (1..THRESHOLD).contains(value)) {
            let ruled_out: Vec<u64> = (1..THRESHOLD).filter(|v| !seen[number][*v as usize]).collect();
            prop_assert!(ruled_out.is_empty(), "{} at {}: {:?} in {:?}", value, number, ruled_out, plain);
        }
    }

    /// Ranges are those of all agreeing tables.
    #[test]
    fn ranges_are_those_of_all_tables(
        cells in proptest::collection::vec(proptest::collection::vec(0_u64..5, 3), 2),
        hidden in proptest::collection::vec(any::<bool>(), 6),
    ) {
        let mut problem = table(&cells, 0);
        for (row, _) in problem.rows.iter_mut().zip(hidden).filter(|(_, is_hidden)| *is_hidden) {
            row.state = RowState::Secondary;
        }
        let seen = possible(&problem, 16);
        for (number, seen) in seen.iter().enumerate() {
            let (low, high) = range(&problem, ProtectionTarget::Sum(number as u32), 1e6).unwrap();
            let lowest = seen.iter().position(|seen| *seen).unwrap() as f64;
            let highest = seen.iter().rposition(|seen| *seen).unwrap() as f64;
            prop_assert!((low - lowest).abs() < 1e-6 && (high - highest).abs() < 1e-6,
                "{number}: {low}-{high}, not {lowest}-{highest} in {problem:?}");
        }
    }
}
