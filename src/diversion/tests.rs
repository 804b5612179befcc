//! The worked cases, and properties against a naive oracle in exact fractions.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use super::*;

/// Choosers of a single layer.
fn cell(key: u64, students: &[(u32, u64)]) -> Vec<Choosers<1>> {
    students
        .iter()
        .map(|(choice, students)| Choosers { keys: [Some(key)], choice: *choice, students: *students })
        .collect()
}

const K: u32 = 0;
const X: u32 = 1;
const Y: u32 = 2;
const Z: u32 = 3;

/// Places everyone of `removed`; returns the students placed by choice, and those left by source.
fn close(layers: &Layers<1>, removed: u32, room: &[(u32, u64)]) -> (BTreeMap<u32, f64>, Vec<f64>) {
    let displaced = layers.displaced(&[removed], |choice| choice == removed);
    let sources: Vec<Source> = displaced
        .students
        .iter()
        .map(|(at, cell)| Source { cell: *cell, amount: Amount::of(layers.choosers()[*at].students, 1) })
        .collect();
    let placement = place(&displaced.cells, &sources, &room.iter().copied().collect(), &|_, _| false);
    let mut to: BTreeMap<u32, f64> = BTreeMap::new();
    for (source, placed) in sources.iter().zip(&placement.placed) {
        for ((choice, _), amount) in displaced.cells[source.cell.unwrap()].choices.iter().zip(placed) {
            *to.entry(*choice).or_default() += amount.to_f64();
        }
    }
    (to, placement.left.iter().map(|left| left.to_f64()).collect())
}

/// Case B1 of the worked cases: two cells, with and without limits.
#[test]
fn worked_case_of_two_cells() {
    let cells = [cell(1, &[(K, 30), (X, 30), (Y, 20), (Z, 10)]), cell(2, &[(K, 20), (Y, 20), (Z, 20)])].concat();
    let layers = Layers::new(cells, 1);
    let near = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-8, "{found} {wanted}");
    let (to, left) = close(&layers, K, &[]);
    for (choice, wanted) in [(X, 15.0), (Y, 20.0), (Z, 15.0)] {
        near(to[&choice], wanted);
    }
    left.iter().for_each(|left| near(*left, 0.0));
    let (to, left) = close(&layers, K, &[(X, 6), (Y, 30), (Z, 12)]);
    for (choice, wanted) in [(X, 6.0), (Y, 30.0), (Z, 12.0)] {
        near(to[&choice], wanted);
    }
    near(left[0], 5.0 / 3.0);
    near(left[1], 1.0 / 3.0);
}

/// Case B2 of the worked cases: whom X draws from.
#[test]
fn worked_case_of_growth() {
    let layers = Layers::new(cell(1, &[(K, 30), (X, 30), (Y, 20), (Z, 10)]), 1);
    let displaced = layers.displaced(&[X], |choice| choice == X);
    let diversion = Diversion::new(&layers, &displaced, 1);
    let shares: Vec<i128> = [K, Y, Z].iter().map(|c| diversion.to(*c)[0].share_of(diversion.all)).collect();
    assert_eq!(shares, [500_000, 333_333, 166_667]);
}

/// A cell with nothing but removed choices uses the next layer, with all students of its key.
#[test]
fn students_without_alternative_use_the_next_layer() {
    let choosers = |key: u64, choice, students| Choosers { keys: [Some(key), Some(9)], choice, students };
    let layers = Layers::new(vec![choosers(1, K, 40), choosers(2, X, 30), choosers(2, Y, 10), choosers(3, Z, 5)], 1);
    assert_eq!(layers.students_by_layer(), ([80, 0], 5));
    let displaced = layers.displaced(&[K], |choice| choice == K);
    let [cell] = &displaced.cells[..] else { panic!("{displaced:?}") };
    assert_eq!((cell.layer, cell.is_whole, &cell.choices[..]), (1, true, &[(X, 30), (Y, 10), (Z, 5)][..]));
    let all = layers.displaced(&[K, X, Y, Z], |_| true);
    assert!(all.cells.is_empty() && all.students.iter().all(|(_, cell)| cell.is_none()));
}

#[test]
fn residents_are_placed_first() {
    let layers = Layers::new([cell(1, &[(K, 30), (X, 30)]), cell(2, &[(K, 20), (X, 20)])].concat(), 1);
    let displaced = layers.displaced(&[K], |choice| choice == K);
    let source = |(at, cell): &(usize, Option<usize>)| Source {
        cell: *cell,
        amount: Amount::of(layers.choosers()[*at].students, 1),
    };
    let sources: Vec<Source> = displaced.students.iter().map(source).collect();
    let placement = place(&displaced.cells, &sources, &BTreeMap::from([(X, 24)]), &|source, _| source == 1);
    assert_eq!(placement.left, [Amount::of(26, 1), Amount::ZERO]);
}

#[test]
fn whole_numbers_keep_rows_groups_and_room() {
    // Five rows of 1.2 at a column with six places, and the rest elsewhere: rounding each row alone would place 5.
    let entries: Vec<Entry> = (0..5)
        .flat_map(|row| {
            let part = |column, fifths| Entry { group: 0, row, column, amount: Amount::of(fifths, 5) };
            [part(Some(1), 6), part(None, 4)]
        })
        .collect();
    let whole = whole(&entries, &BTreeMap::from([(0, 10)]));
    let at = |column| (0..entries.len()).filter(|at| entries[*at].column == column).map(|at| whole[at]).sum::<u64>();
    assert_eq!((at(Some(1)), at(None)), (6, 4));
    assert!((0..5).all(|row| whole[2 * row] + whole[2 * row + 1] == 2), "{whole:?}");
}

/// A small world of two layers: students by fine key, coarse key and choice.
fn worlds() -> impl Strategy<Value = Vec<Choosers<2>>> {
    let choosers = (0_u64..4, 0_u32..6, 1_u64..60).prop_map(|(fine, choice, students)| Choosers {
        keys: [Some(fine), Some(fine / 2)],
        choice,
        students,
    });
    proptest::collection::vec(choosers, 1..24)
}

fn fraction(num: u64, den: u64) -> BigRational {
    BigRational::new(BigInt::from(num), BigInt::from(den))
}

/// The module's formula, student group by student group, in exact fractions; `None`: no alternative.
fn oracle(world: &[Choosers<2>], removed: u32) -> BTreeMap<Option<u32>, BigRational> {
    let size =
        |is_in: &dyn Fn(&Choosers<2>) -> bool| world.iter().filter(|c| is_in(c)).map(|c| c.students).sum::<u64>();
    let is_fine = |key: Option<u64>| size(&|c| c.keys[0] == key) >= MIN_CELL;
    let layer = |c: &Choosers<2>| {
        if is_fine(c.keys[0]) {
            return 0;
        }
        let rest = size(&|other| other.keys[1] == c.keys[1] && !is_fine(other.keys[0]));
        if rest >= MIN_CELL { 1 } else { 2 }
    };
    let mut out: BTreeMap<Option<u32>, BigRational> = BTreeMap::new();
    for c in world.iter().filter(|c| c.choice == removed) {
        let first = layer(c);
        let cell = (first..2).map(|at| {
            let is_in =
                move |other: &&Choosers<2>| other.keys[at] == c.keys[at] && (at > first || layer(other) == at);
            world.iter().filter(is_in).collect::<Vec<_>>()
        });
        let is_enough = |cell: &Vec<&Choosers<2>>| {
            cell.iter().map(|c| c.students).sum::<u64>() >= MIN_CELL && cell.iter().any(|c| c.choice != removed)
        };
        match cell.into_iter().find(is_enough) {
            None => *out.entry(None).or_default() += fraction(c.students, 1),
            Some(cell) => {
                let others: Vec<&&Choosers<2>> = cell.iter().filter(|c| c.choice != removed).collect();
                let total: u64 = others.iter().map(|c| c.students).sum();
                for other in others {
                    *out.entry(Some(other.choice)).or_default() += fraction(c.students * other.students, total);
                }
            }
        }
    }
    out
}

fn exact(amount: Amount) -> BigRational {
    BigRational::new(BigInt::from(amount.bits()), BigInt::from(1_u64 << 32))
}

/// Sources and room of a removed choice.
fn market(world: &[Choosers<2>], removed: u32) -> (Layers<2>, Displaced, Vec<Source>) {
    let layers = Layers::new(world.to_vec(), 1);
    let displaced = layers.displaced(&[removed], |choice| choice == removed);
    let amount = |at: usize| Amount::of(layers.choosers()[at].students, 1);
    let sources = displaced.students.iter().map(|(at, cell)| Source { cell: *cell, amount: amount(*at) }).collect();
    (layers, displaced, sources)
}

/// Unplaced students of cells with these amounts and choices.
fn unplaced(cells: &[(u64, &[(u32, u64)])], room: &BTreeMap<u32, u64>) -> Amount {
    let alternatives = |choices: &[(u32, u64)]| Alternatives {
        layer: 0,
        key: 0,
        is_whole: false,
        choices: choices.to_vec(),
        total: choices.iter().map(|(_, students)| students).sum(),
    };
    let of: Vec<Alternatives> = cells.iter().map(|(_, choices)| alternatives(choices)).collect();
    let source = |(at, (amount, _)): (usize, &(u64, _))| Source { cell: Some(at), amount: Amount::of(*amount, 1) };
    let sources: Vec<Source> = cells.iter().enumerate().map(source).collect();
    place(&of, &sources, room, &|_, _| false).left.into_iter().sum()
}

/// More room can leave more students unplaced, if cells have different choices: those who try for the new seats first
/// offer fewer students to a choice that is full afterwards, and have no other. From 90/7 to 184/13 students.
#[test]
fn more_room_can_leave_more_unplaced_if_cells_have_different_choices() {
    let cells: [(u64, &[(u32, u64)]); 2] = [(20, &[(X, 3), (Z, 1)]), (12, &[(Y, 1), (Z, 2)])];
    let left = |seats| unplaced(&cells, &BTreeMap::from([(X, seats), (Y, 12), (Z, 10)])).to_f64();
    assert!((left(0) - 90.0 / 7.0).abs() < 1e-6 && (left(2) - 184.0 / 13.0).abs() < 1e-6);
}

proptest! {
    /// Cells with the same choices, chosen differently often.
    #[test]
    fn more_room_leaves_no_more_unplaced(
        cells in proptest::collection::vec((1_u64..60, proptest::collection::vec(1_u64..60, 4)), 1..4),
        room in proptest::collection::vec(0_u64..40, 4),
        more in 0_u32..4,
    ) {
        let cells: Vec<(u64, Vec<(u32, u64)>)> =
            cells.into_iter().map(|(amount, weights)| (amount, (0..).zip(weights).collect())).collect();
        let cells: Vec<(u64, &[(u32, u64)])> = cells.iter().map(|(amount, choices)| (*amount, &choices[..])).collect();
        let room: BTreeMap<u32, u64> = (0..).zip(room).collect();
        let mut wider = room.clone();
        wider.entry(more).and_modify(|seats| *seats += 7);
        prop_assert!(unplaced(&cells, &wider).to_f64() <= unplaced(&cells, &room).to_f64() + 1e-6);
    }

    #[test]
    fn diversion_is_that_of_the_formula(world in worlds(), removed in 0_u32..6) {
        let (layers, displaced, _) = market(&world, removed);
        let diversion = Diversion::new(&layers, &displaced, 1);
        let wanted = oracle(&world, removed);
        let tolerance = fraction(1, 1_000_000);
        for choice in 0..6 {
            let found = diversion.to(choice).into_iter().sum();
            let wanted = wanted.get(&Some(choice)).cloned().unwrap_or_default();
            let difference = exact(found) - &wanted;
            prop_assert!(difference <= tolerance && difference >= -tolerance.clone(), "{} {}", exact(found), wanted);
        }
        prop_assert_eq!(exact(diversion.without), wanted.get(&None).cloned().unwrap_or_default());
        // The diversions of a choice sum to 1.
        let to: Amount = diversion.to.iter().flat_map(|(_, parts)| *parts).sum();
        prop_assert_eq!(to + diversion.without, diversion.all);
    }

    #[test]
    fn nobody_is_lost_or_placed_beyond_room(world in worlds(), room in proptest::collection::btree_map(0_u32..6, 0_u64..40, 0..6)) {
        let (_, displaced, sources) = market(&world, 0);
        let placement = place(&displaced.cells, &sources, &room, &|source, _| source % 2 == 0);
        let mut to: BTreeMap<u32, Amount> = BTreeMap::new();
        for (at, source) in sources.iter().enumerate() {
            let all: Amount = placement.placed[at].iter().copied().sum();
            prop_assert_eq!(all + placement.left[at], source.amount);
            for (placed, cell) in placement.placed[at].iter().zip(source.cell.iter().flat_map(|c| &displaced.cells[*c].choices)) {
                *to.entry(cell.0).or_default() += *placed;
            }
            // Who is left has no choice with room.
            if let Some(cell) = source.cell.filter(|_| placement.left[at] > Amount::ZERO) {
                prop_assert!(displaced.cells[cell].choices.iter().all(|(choice, _)| room.contains_key(choice)));
            }
        }
        for (choice, placed) in &to {
            if let Some(room) = room.get(choice) {
                prop_assert!(*placed <= Amount::of(*room, 1));
            }
        }
    }

    #[test]
    fn the_order_of_students_does_not_matter(world in worlds()) {
        let (layers, ..) = market(&world, 0);
        let backwards: Vec<Choosers<2>> = world.iter().rev().copied().collect();
        let other = Layers::new(backwards, 1);
        let of = |layers: &Layers<2>| Diversion::new(layers, &layers.displaced(&[0], |c| c == 0), 1);
        prop_assert_eq!(of(&layers), of(&other));
    }

    #[test]
    fn whole_numbers_add_up(world in worlds(), room in proptest::collection::btree_map(0_u32..6, 0_u64..40, 0..6)) {
        let (_, displaced, sources) = market(&world, 0);
        let placement = place(&displaced.cells, &sources, &room, &|_, _| false);
        let mut entries = Vec::new();
        for (at, source) in sources.iter().enumerate() {
            let row = at as u32;
            let choices = source.cell.map_or(&[][..], |cell| &displaced.cells[cell].choices);
            let placed = choices.iter().zip(&placement.placed[at]);
            entries.extend(placed.map(|((choice, _), amount)| Entry { group: row % 2, row, column: Some(*choice), amount: *amount }));
            entries.push(Entry { group: row % 2, row, column: None, amount: placement.left[at] });
        }
        let mut totals = BTreeMap::from([(0, 0), (1, 0)]);
        for (at, source) in sources.iter().enumerate() {
            *totals.entry(at as u32 % 2).or_default() += source.amount.rounded();
        }
        let whole = whole(&entries, &totals);
        let mut rows: BTreeMap<u32, u64> = BTreeMap::new();
        let mut columns: BTreeMap<u32, u64> = BTreeMap::new();
        for (entry, whole) in entries.iter().zip(&whole) {
            *rows.entry(entry.row).or_default() += whole;
            if let Some(column) = entry.column {
                *columns.entry(column).or_default() += whole;
            }
            prop_assert!(*whole as f64 > entry.amount.to_f64() - 1.0 && (*whole as f64) < entry.amount.to_f64() + 1.0);
        }
        for (at, source) in sources.iter().enumerate() {
            prop_assert_eq!(rows.get(&(at as u32)).copied().unwrap_or(0), source.amount.rounded());
        }
        let placed: u64 = columns.values().sum();
        let exact: f64 = entries.iter().filter(|entry| entry.column.is_some()).map(|entry| entry.amount.to_f64()).sum();
        prop_assert!((placed as f64 - exact).abs() < 1.0);
        for (column, placed) in columns {
            prop_assert!(room.get(&column).is_none_or(|room| placed <= *room));
        }
    }
}
