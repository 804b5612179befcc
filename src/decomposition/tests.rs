//! Worked and published cases, and a plain oracle in fractions.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Signed;
use proptest::prelude::*;

use super::*;

fn ratio(num: i64, den: i64) -> BigRational {
    BigRational::new(num.into(), den.into())
}

fn whole(number: u64) -> BigRational {
    BigRational::from_integer(number.into())
}

/// The value of a game for each set of its flags → the Shapley value of each flag.
fn shapley(flags: usize, value: impl Fn(usize) -> BigRational) -> Vec<BigRational> {
    let factorial = |n: usize| (1..=n as u64).map(BigInt::from).product::<BigInt>();
    let effect = |flag: usize| {
        let sets = (0..1_usize << flags).filter(|set| set >> flag & 1 == 0);
        sets.map(|set| {
            let size = set.count_ones() as usize;
            let orders = BigRational::new(factorial(size) * factorial(flags - 1 - size), factorial(flags));
            orders * (value(set | 1 << flag) - value(set))
        })
        .sum()
    };
    (0..flags).map(effect).collect()
}

/// A home's students at an offer.
#[derive(Debug, Clone, Copy)]
struct Line {
    home: usize,
    programme: usize,
    offer: OfferStudents,
}

/// S of a cell for a set of the flags C, O, V, Q, as in the definition.
fn share(offers: &[OfferStudents], [c, o, v, q]: [bool; 4]) -> BigRational {
    let sum = |of: &dyn Fn(&OfferStudents) -> u64| whole(offers.iter().map(of).sum());
    let at = |state, year: usize| sum(&move |offer| if offer.state == state { offer.students[year] } else { 0 });
    let crossing =
        |state, year: usize| sum(&move |offer| if offer.state == state { offer.crossing[year] } else { 0 });
    let students = [0, 1].map(|year| sum(&move |offer| offer.students[year]));
    let zero = whole(0);
    for year in [0, 1] {
        if students[1 - year] == zero {
            return sum(&move |offer| offer.crossing[year]) / &students[year];
        }
    }
    use OfferState::{Closed, Continuing, Opened};
    let kept = [at(Continuing, 0), at(Continuing, 1)];
    let part = |num: BigRational, den: &BigRational| if *den == zero { whole(0) } else { num / den };
    let (a, b) = (at(Closed, 0) / &students[0], at(Opened, 1) / &students[1]);
    let (xc, xo) = (part(crossing(Closed, 0), &at(Closed, 0)), part(crossing(Opened, 1), &at(Opened, 1)));
    if kept == [zero.clone(), zero.clone()] {
        let step = ratio(i64::from(c) + i64::from(o), 2);
        return &step * xo + (whole(1) - &step) * xc;
    }
    let year = usize::from(q);
    let year = if kept[year] == zero { 1 - year } else { year };
    let inside: BigRational = offers
        .iter()
        .filter(|offer| offer.state == Continuing)
        .map(|offer| {
            let (num, den) = offer.share(usize::from(v));
            whole(offer.students[year]) / &kept[year] * ratio(num as i64, den as i64)
        })
        .sum();
    let alpha = if c { whole(0) } else { a };
    let beta = if o { b } else { whole(0) };
    let rest = &alpha * xc + (whole(1) - &alpha) * inside;
    &beta * xo + (whole(1) - beta) * rest
}

#[derive(Debug)]
struct World {
    lines: Vec<Line>,
}

impl World {
    fn homes(&self) -> usize {
        self.lines.iter().map(|line| line.home + 1).max().unwrap_or(0)
    }

    fn programmes(&self) -> usize {
        self.lines.iter().map(|line| line.programme + 1).max().unwrap_or(0)
    }

    fn cell(&self, home: usize, programme: usize) -> Vec<OfferStudents> {
        let lines = self.lines.iter().filter(|line| (line.home, line.programme) == (home, programme));
        lines.map(|line| line.offer).collect()
    }

    fn sizes(&self, of: impl Fn(&Line) -> bool) -> [u64; 2] {
        [0, 1].map(|year| self.lines.iter().filter(|line| of(line)).map(|line| line.offer.students[year]).sum())
    }

    /// What the program computes: effects of each cell, summed.
    fn effects(&self, all: [u64; 2]) -> [Fixed; 6] {
        let mut out = [Effect::ZERO; 6];
        for (terms, home, offers) in self.cells() {
            let (effects, _) = terms.weighed(home).effects(&terms.crossing(&offers));
            out.iter_mut().zip(effects).for_each(|(sum, effect)| *sum += effect);
        }
        out.map(|effect| effect.share(all))
    }

    /// The terms of every cell, the students of its home, and its offers.
    fn cells(&self) -> Vec<(CellTerms, [u64; 2], Vec<OfferStudents>)> {
        let cells = (0..self.homes()).flat_map(|home| (0..self.programmes()).map(move |programme| (home, programme)));
        cells
            .filter_map(|(home, programme)| {
                let offers = self.cell(home, programme);
                Some((CellTerms::new(&offers)?, self.sizes(|line| line.home == home), offers))
            })
            .collect()
    }

    /// The same from the definition: all sets of all flags.
    fn oracle(&self, all: [u64; 2]) -> Vec<BigRational> {
        shapley(6, |set| {
            let [w, m, c, o, v, q] = [0, 1, 2, 3, 4, 5].map(|flag| set >> flag & 1 == 1);
            let mut sum = whole(0);
            for home in 0..self.homes() {
                let students = self.sizes(|line| line.home == home);
                if students == [0, 0] {
                    continue;
                }
                for programme in 0..self.programmes() {
                    let offers = self.cell(home, programme);
                    if offers.iter().all(|offer| offer.students == [0, 0]) {
                        continue;
                    }
                    let cell = self.sizes(|line| (line.home, line.programme) == (home, programme));
                    let year = usize::from(m);
                    let year = if students[year] == 0 { 1 - year } else { year };
                    let mix = whole(cell[year]) / whole(students[year]);
                    let weight = whole(students[usize::from(w)]) / whole(all[usize::from(w)]);
                    sum += weight * mix * share(&offers, [c, o, v, q]);
                }
            }
            sum
        })
    }
}

/// The number with the digits that the program has.
fn exact(value: &BigRational) -> Fixed {
    let size: u128 = ((value.numer().magnitude() << 64_u32) / value.denom().magnitude()).try_into().unwrap();
    Fixed::of_bits(if value.is_negative() { -(size as i128) } else { size as i128 })
}

/// Whether two numbers are the same but for the last digits.
fn is_same(a: Fixed, b: Fixed) -> bool {
    (a - b).to_f64().abs() < 1e-15
}

fn assert_effects(found: &[Fixed], wanted: &[BigRational]) {
    for (i, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        assert!(is_same(*found, exact(wanted)), "{i}: {} {wanted}", found.to_f64());
    }
}

fn line(home: usize, programme: usize, state: OfferState, students: [u64; 2], crosses: [bool; 2]) -> Line {
    let crossing = [0, 1].map(|year| if crosses[year] { students[year] } else { 0 });
    Line { home, programme, offer: OfferStudents { state, students, crossing, is_crossing: crosses } }
}

const OWN: [bool; 2] = [false, false];
const CROSS: [bool; 2] = [true, true];

fn a1() -> World {
    use OfferState::{Closed, Continuing, Opened};
    World {
        lines: vec![
            line(0, 0, Continuing, [60, 44], OWN),
            line(0, 0, Continuing, [20, 36], CROSS),
            line(0, 0, Closed, [20, 0], CROSS),
            line(0, 0, Opened, [0, 20], CROSS),
        ],
    }
}

fn a2() -> World {
    use OfferState::{Closed, Continuing, Opened};
    World {
        lines: vec![
            line(0, 0, Continuing, [60, 44], OWN),
            line(0, 0, Closed, [20, 0], CROSS),
            line(0, 0, Continuing, [20, 36], CROSS),
            line(0, 0, Opened, [0, 20], CROSS),
            line(0, 1, Continuing, [20, 10], OWN),
            line(0, 1, Continuing, [30, 15], [false, true]),
            line(1, 0, Continuing, [30, 50], OWN),
            line(1, 0, Continuing, [20, 25], CROSS),
            line(1, 0, Opened, [0, 25], CROSS),
        ],
    }
}

#[test]
fn worked_case_a1() {
    let world = a1();
    let effects = world.effects(world.sizes(|_| true));
    let wanted = [(0, 1), (0, 1), (-353, 3000), (349, 3000), (0, 1), (121, 750)].map(|(n, d)| ratio(n, d));
    assert_effects(&effects, &wanted);
}

#[test]
fn worked_case_a2() {
    let world = a2();
    let all = world.sizes(|_| true);
    let wanted = [
        (679, 150_000),
        (131_531, 8_100_000),
        (-456_509, 8_100_000),
        (99_659, 900_000),
        (571, 5400),
        (51_209, 900_000),
    ]
    .map(|(n, d)| ratio(n, d));
    assert_effects(&world.effects(all), &wanted);
    let students: Vec<i64> =
        world.effects([1, 1]).iter().map(|effect| (effect.to_f64() * 10_000.0).round() as i64).collect();
    assert_eq!(students, [117_626, 33_426, -118_319, 236_426, 221_667, 119_176]);
    for (home, wanted) in [
        (0, [(0, 1), (527, 22_500), (-107, 1250), (213, 2500), (4, 25), (1331, 11_250)]),
        (1, [(0, 1), (0, 1), (0, 1), (19, 120), (0, 1), (-7, 120)]),
    ] {
        let world = World { lines: world.lines.iter().copied().filter(|line| line.home == home).collect() };
        assert_effects(&world.effects(world.sizes(|_| true)), &wanted.map(|(n, d)| ratio(n, d)));
    }
}

#[test]
fn rounded_effects_sum_to_the_total() {
    let world = a2();
    let effects = world.effects(world.sizes(|_| true));
    let total = effects.iter().copied().sum::<Fixed>().in_steps(1_000_000);
    let rounded = round_to(&effects, 1_000_000, total);
    assert_eq!(rounded, [4527, 16_238, -56_359, 110_732, 105_741, 56_899]);
    assert_eq!((rounded.iter().sum::<i128>(), total), (237_778, 237_778));
    // 0.6 + 0.6 + 0.6 − 0.6 = 1.2: one of the first three gives up its rounding.
    let fifths = [3, 3, 3, -3].map(|fifths| exact(&ratio(fifths, 5)));
    assert_eq!(round_to(&fifths, 1, 1), [0, 1, 1, -1]);
    assert_eq!(round_to(&fifths.map(|effect| -effect), 1, -1), [0, -1, -1, 1]);
    assert_eq!(round_to(&fifths, 1, 9), [3, 3, 2, 1]);
    assert!(round_to(&[], 1, 1).is_empty());
}

/// Ties of effects in students that have few binary digits are rounded away from zero: −630,819/128.
#[test]
fn ties_are_rounded_away_from_zero() {
    let offers = [line(0, 0, OfferState::Continuing, [5085, 77], CROSS).offer];
    let terms = CellTerms::new(&offers).unwrap();
    let ([cohort, ..], _) = terms.weighed([8192, 128]).effects(&terms.crossing(&offers));
    let wanted = [ratio(-630_819, 128), ratio(-630_819, 256)];
    for (student, wanted) in [1, 2].into_iter().zip(wanted) {
        let found = cohort.students(student);
        assert!((found - exact(&wanted)).to_f64().abs() < 1e-14, "{}", found.to_f64());
        let steps = (&wanted * whole(1_000_000)).round().to_integer();
        assert_eq!(BigInt::from(found.in_steps(1_000_000)), steps);
    }
    // Numbers that are close to a tie are none.
    let near = [4_999_998, -4_999_998].map(|num| exact(&ratio(num, 10_000_000_000_000)).in_steps(1_000_000));
    assert_eq!(near, [0, 0]);
    // Many homes of the same kind.
    let sum = (0..61).fold(Effect::ZERO, |sum, _| sum + cohort).students(1);
    let exact = ratio(-630_819, 128) * whole(61) * whole(1_000_000);
    assert_eq!(BigInt::from(sum.in_steps(1_000_000)), exact.round().to_integer());
}

/// The largest numbers of students that extracts can hold.
#[test]
fn large_numbers_do_not_overflow() {
    let many = 1_000_000_000_000_000_000;
    let lines = a2().lines.into_iter().map(|line| {
        let times = |n: u64| n * (many / 100);
        let OfferStudents { state, students, crossing, is_crossing } = line.offer;
        let offer =
            OfferStudents { state, students: students.map(times), crossing: crossing.map(times), is_crossing };
        Line { offer, ..line }
    });
    let one = World { lines: lines.filter(|line| line.home == 1).collect() };
    let effects = one.effects(one.sizes(|_| true));
    let wanted = [(0, 1), (0, 1), (0, 1), (19, 120), (0, 1), (-7, 120)].map(|(n, d)| ratio(n, d));
    assert_effects(&effects, &wanted);
    let sum = one.effects([1, 1]).into_iter().sum::<Fixed>().in_steps(1);
    assert!((sum - 300 * i128::from(many / 1000)).abs() < 10, "{sum}");
}

fn offers() -> impl Strategy<Value = OfferStudents> {
    let state = prop_oneof![Just(OfferState::Closed), Just(OfferState::Opened), Just(OfferState::Continuing)];
    (state, 0_u64..6, 0_u64..6, any::<[bool; 2]>(), 0_u64..6).prop_map(|(state, n0, n1, is_crossing, merged)| {
        let students = match state {
            OfferState::Closed => [n0, 0],
            OfferState::Opened => [0, n1],
            OfferState::Continuing => [n0, n1],
        };
        let all = |year: usize| if is_crossing[year] { students[year] } else { 0 };
        // Sometimes units of different providers have merged.
        let first = if merged == 0 { students[0] / 2 } else { all(0) };
        OfferStudents { state, students, crossing: [first, all(1)], is_crossing }
    })
}

fn worlds() -> impl Strategy<Value = World> {
    let line =
        (0_usize..3, 0_usize..2, offers()).prop_map(|(home, programme, offer)| Line { home, programme, offer });
    proptest::collection::vec(line, 1..14).prop_map(|lines| World { lines })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Effects are those of the definition, in shares and in students, and those of offers sum to those of their cell.
    #[test]
    fn effects_are_the_shapley_values_of_the_definition(world in worlds()) {
        let sizes = world.sizes(|_| true);
        let mut measures = vec![[1, 1]];
        if !sizes.contains(&0) {
            measures.push(sizes);
        }
        for all in measures {
            let wanted = world.oracle(all);
            for (found, wanted) in world.effects(all).iter().zip(&wanted) {
                prop_assert!(is_same(*found, exact(wanted)), "{} {wanted}", found.to_f64());
            }
            for (terms, home, offers) in world.cells() {
                let weighed = terms.weighed(home);
                let (cell, of_offers) = weighed.effects(&terms.crossing(&offers));
                for (factor, of_cell) in cell[2..].iter().enumerate() {
                    let mut sum = Effect::ZERO;
                    for (at, offer) in offers.iter().enumerate() {
                        of_offers.each(at, offer, |of, effect| if of == factor { sum += effect });
                    }
                    let [sum, of_cell] = [sum, *of_cell].map(|effect| effect.share(all));
                    prop_assert!(is_same(sum, of_cell), "{factor} {} {}", sum.to_f64(), of_cell.to_f64());
                }
            }
        }
    }

    /// Effects sum to the change of the share.
    #[test]
    fn effects_sum_to_the_change(world in worlds()) {
        let all = world.sizes(|_| true);
        prop_assume!(!all.contains(&0));
        let share = |year: usize| {
            let crossing = world.lines.iter().map(|line| line.offer.crossing[year]).sum::<u64>();
            whole(crossing) / whole(all[year])
        };
        let sum: Fixed = world.effects(all).into_iter().sum();
        prop_assert!(is_same(sum, exact(&(share(1) - share(0)))));
    }

    /// With the years swapped, all effects are the opposite, those of closed and opened offers exchanged; in cells in
    /// which offers both close and open, if those who attend them cross alike.
    #[test]
    fn swapped_years_have_opposite_effects(world in worlds()) {
        let mut world = world;
        for line in &mut world.lines {
            let offer = &mut line.offer;
            if offer.state != OfferState::Continuing {
                offer.crossing = offer.students;
            }
        }
        let swap = |line: &Line| {
            let OfferStudents { state, students, crossing, is_crossing } = line.offer;
            let state = match state {
                OfferState::Closed => OfferState::Opened,
                OfferState::Opened => OfferState::Closed,
                OfferState::Continuing => OfferState::Continuing,
            };
            let turn = |[a, b]: [u64; 2]| [b, a];
            let is_crossing = [is_crossing[1], is_crossing[0]];
            let offer = OfferStudents { state, students: turn(students), crossing: turn(crossing), is_crossing };
            Line { offer, ..*line }
        };
        let swapped = World { lines: world.lines.iter().map(swap).collect() };
        let all = world.sizes(|_| true);
        prop_assume!(!all.contains(&0));
        let there = world.effects(all);
        let back = swapped.effects([all[1], all[0]]);
        for (factor, other) in [(0, 0), (1, 1), (2, 3), (3, 2), (4, 4), (5, 5)] {
            prop_assert!(is_same(there[factor], -back[other]), "{factor}");
        }
    }

    /// An offer that nobody attended has no effect, whether it closed, opened or stayed.
    #[test]
    fn offers_without_students_change_nothing(world in worlds(), state in offers()) {
        let all = world.sizes(|_| true);
        prop_assume!(!all.contains(&0));
        let empty = OfferStudents { students: [0, 0], crossing: [0, 0], ..state };
        let mut lines = world.lines.clone();
        lines.push(Line { home: 0, programme: 0, offer: empty });
        prop_assert_eq!(World { lines }.effects(all), world.effects(all));
    }

    /// The order and the names of homes, programmes and offers do not matter.
    #[test]
    fn relabelling_changes_nothing(world in worlds()) {
        let all = world.sizes(|_| true);
        prop_assume!(!all.contains(&0));
        let renamed = |line: &Line| Line { home: 2 - line.home, programme: 1 - line.programme, ..*line };
        let other = World { lines: world.lines.iter().rev().map(renamed).collect() };
        prop_assert_eq!(other.effects(all), world.effects(all));
    }

    /// Two homes with the same students have the effects of one with twice as many: merging them changes nothing.
    #[test]
    fn identical_cells_can_be_merged(world in worlds()) {
        let one = World { lines: world.lines.iter().map(|line| Line { home: 0, ..*line }).collect() };
        let two = World { lines: [0, 1].iter().flat_map(|home| one.lines.iter().map(|line| Line { home: *home, ..*line })).collect() };
        let all = two.sizes(|_| true);
        prop_assume!(!all.contains(&0));
        let twice = |line: &Line| {
            let OfferStudents { state, students, crossing, is_crossing } = line.offer;
            let offer = OfferStudents { state, students: students.map(|n| 2 * n), crossing: crossing.map(|n| 2 * n), is_crossing };
            Line { offer, ..*line }
        };
        let merged = World { lines: one.lines.iter().map(twice).collect() };
        for (a, b) in two.effects(all).into_iter().zip(merged.effects(all)) {
            prop_assert!(is_same(a, b));
        }
    }
}

/// Decimals of a published table, as fractions.
fn decimals<const N: usize>(thousandths: [i64; N]) -> [BigRational; N] {
    thousandths.map(|number| ratio(number, 1000))
}

fn assert_published(found: &[BigRational], wanted: &[i64], decimals: u32) {
    let unit = ratio(10_i64.pow(decimals), 1);
    let found: Vec<BigInt> = found.iter().map(|effect| (effect * &unit).round().to_integer()).collect();
    assert_eq!(found, wanted.iter().map(|number| BigInt::from(*number)).collect::<Vec<_>>());
}

/// Das Gupta 1993, table 4.5: crude birth rate of Taiwan, 1960 and 1970; results from the README of the R package
/// DasGuptR. The oracle of the tests above gives them.
#[test]
fn the_oracle_gives_the_published_effects_of_a_sum_of_products() {
    let women = [
        decimals([393_000, 407_000, 369_000, 274_000, 184_000, 90_000, 16_000]),
        decimals([488_000, 452_000, 338_000, 156_000, 63_000, 22_000, 3000]),
    ];
    let married = [decimals([122, 622, 903, 930, 916, 873, 800]), decimals([82, 527, 866, 941, 942, 923, 876])];
    let births = [decimals([43, 41, 36, 32, 26, 20, 18]), decimals([58, 38, 32, 30, 26, 23, 19])];
    let effects = shapley(3, |set| {
        let [a, b, c] = [0, 1, 2].map(|flag| set >> flag & 1);
        (0..7).map(|age| &women[a][age] * &married[b][age] * &births[c][age]).sum()
    });
    assert_published(&effects, &[-7_285_632, -2_720_633, -1_565_181], 6);
}

/// Das Gupta 1993, table 4.4: share of births to unmarried women in the United States, 1963 and 1983; results from the
/// README of the R package DasGuptR.
#[test]
fn the_oracle_gives_the_published_effects_of_a_ratio() {
    let women = [decimals([200, 163, 146, 154, 168, 169]), decimals([169, 195, 190, 174, 150, 122])];
    let unmarried = [decimals([866, 325, 119, 99, 99, 121]), decimals([931, 563, 311, 216, 199, 191])];
    let outside = [decimals([7, 21, 23, 15, 8, 2]), decimals([18, 26, 23, 16, 8, 2])];
    let inside = [decimals([454, 326, 195, 107, 51, 15]), decimals([380, 201, 149, 79, 25, 6])];
    let effects = shapley(4, |set| {
        let [a, b, c, d] = [0, 1, 2, 3].map(|flag| set >> flag & 1);
        let unmarried_births: BigRational =
            (0..6).map(|age| &women[a][age] * &unmarried[b][age] * &outside[c][age]).sum();
        let married = |age: usize| whole(1) - &unmarried[b][age];
        let married_births: BigRational = (0..6).map(|age| &women[a][age] * married(age) * &inside[d][age]).sum();
        &unmarried_births / (&unmarried_births + married_births)
    });
    assert_published(&effects, &[-620_498, 4_866_154, 2_705_922, 2_470_928], 8);
}
