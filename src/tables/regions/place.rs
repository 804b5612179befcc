//! Where each region lies among all: limits, z-scores and intervals of ranks.

use std::collections::{BTreeMap, BTreeSet};

use super::{RegionIndicator, RegionRow};
use crate::funnel::{Funnel, Limits, Sample, ranks};
use crate::model::{Cell, Decimal, Population, Ratio, Text, Year};
use crate::tables::inputs::ComparedRegion;

/// Regions that are needed for a statement about chance.
const ENOUGH: usize = 5;

/// The positions of regions of which no two have a municipality in common, in order: others before the first, which is
/// the run's own and counts only if none of the others has one of its municipalities.
#[must_use]
pub fn base_of(regions: &[ComparedRegion]) -> Vec<usize> {
    let mut taken: BTreeSet<&Text> = BTreeSet::new();
    let mut out: Vec<usize> = Vec::new();
    for position in (1..regions.len()).chain([0]).filter(|position| *position < regions.len()) {
        let municipalities = &regions[position].municipalities;
        if !municipalities.iter().any(|code| taken.contains(code)) {
            taken.extend(municipalities);
            out.push(position);
        }
    }
    out.sort_unstable();
    out
}

/// Computes the value of every row from its parts, and its place among the regions of its year, population and
/// indicator.
pub fn place(rows: &mut [RegionRow], regions: &[ComparedRegion]) {
    let base = base_of(regions);
    let position = |name: &Text| regions.iter().position(|region| region.name == *name);
    let mut groups: BTreeMap<(Year, Population, Text), Vec<usize>> = BTreeMap::new();
    for (number, row) in rows.iter_mut().enumerate() {
        // What the internal rows say about hidden numbers must not stay in public ones.
        (row.low, row.high, row.z) = (Cell::Missing, Cell::Missing, Cell::Missing);
        (row.rank_low, row.rank_high) = (Cell::Missing, Cell::Missing);
        row.value = value(row);
        groups.entry((row.year, row.population, row.indicator.clone())).or_default().push(number);
    }
    for ((.., indicator), numbers) in groups {
        if !RegionIndicator::parse(&indicator).is_some_and(RegionIndicator::is_proportion) {
            continue;
        }
        let compared: Vec<Compared> = numbers
            .into_iter()
            .filter_map(|number| Compared::of(&rows[number], number, position(&rows[number].region)?))
            .collect();
        let in_base: Vec<(u64, u64)> =
            compared.iter().filter(|of| base.contains(&of.region)).map(|of| of.parts).collect();
        if in_base.len() >= ENOUGH
            && let Some(funnel) = Funnel::of_proportions(&in_base)
        {
            place_group(rows, regions, &compared, &funnel);
        }
    }
}

/// A region with a proportion.
struct Compared {
    row: usize,
    region: usize,
    parts: (u64, u64),
    sample: Sample,
}

impl Compared {
    fn of(row: &RegionRow, number: usize, region: usize) -> Option<Self> {
        let parts = parts(row)?;
        let sample = Sample::proportion(parts.0, parts.1)?;
        Some(Self { row: number, region, parts, sample })
    }
}

fn place_group(rows: &mut [RegionRow], regions: &[ComparedRegion], compared: &[Compared], funnel: &Funnel) {
    let samples: Vec<Sample> = compared.iter().map(|of| of.sample).collect();
    let codes = |of: &Compared| &regions[of.region].municipalities;
    let is_apart = |a: usize, b: usize| {
        let (a, b) = (codes(&compared[a]), codes(&compared[b]));
        !a.iter().any(|code| b.binary_search(code).is_ok())
    };
    for (of, [best, worst]) in compared.iter().zip(ranks(&samples, is_apart)) {
        let row = &mut rows[of.row];
        let [low, high] = funnel.limits(of.parts.1 as f64, Limits::Warning);
        row.low = Cell::Value(Decimal::rounded(low));
        row.high = Cell::Value(Decimal::rounded(high));
        row.z = Cell::Value(Decimal::rounded(funnel.z(of.sample)));
        (row.rank_low, row.rank_high) = (Cell::Value(best), Cell::Value(worst));
    }
}

/// Numerator and denominator of a row that can be compared as a proportion. Counts are released one by one, so that the
/// shown part of a total can exceed it: it is limited to it.
#[must_use]
pub fn parts(row: &RegionRow) -> Option<(u64, u64)> {
    let indicator = RegionIndicator::parse(&row.indicator)?;
    let (part, all) = (u64::try_from(row.numerator.value()?).ok()?, row.denominator.value()?);
    let part = if indicator.is_part() { part.min(all) } else { part };
    (all > 0 && part <= all).then_some((part, all))
}

/// The value of a row; missing if its denominator is zero.
fn value(row: &RegionRow) -> Cell<Decimal> {
    let is_part = RegionIndicator::parse(&row.indicator).is_some_and(RegionIndicator::is_part);
    match row.numerator.zip(row.denominator, |part, all| (part, all)) {
        Cell::Value((part, all)) => {
            let size = if is_part { part.unsigned_abs().min(all) } else { part.unsigned_abs() };
            let size = Decimal::of_ratio(Ratio::new(size, all), 1);
            Cell::from(size.map(|size| if part < 0 { Decimal::of_millionths(-size.millionths()) } else { size }))
        }
        Cell::Hidden => Cell::Hidden,
        Cell::Missing => Cell::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(name: &str, codes: &[&str]) -> ComparedRegion {
        ComparedRegion { name: name.into(), municipalities: codes.iter().map(|code| Text::from(*code)).collect() }
    }

    #[test]
    fn no_municipality_counts_twice_in_the_base() {
        let (own, a, b) = (region("own", &["1", "2"]), region("a", &["2", "3"]), region("b", &["4"]));
        for (regions, wanted) in [
            (vec![own.clone(), b.clone()], vec![0, 1]),
            (vec![own.clone(), a.clone(), b.clone()], vec![1, 2]),
            (vec![own.clone(), a.clone(), region("c", &["3", "5"]), b.clone()], vec![1, 3]),
            (vec![own], vec![0]),
            (vec![], vec![]),
        ] {
            assert_eq!(base_of(&regions), wanted);
        }
    }

    #[test]
    fn values_keep_their_sign_and_need_a_denominator() {
        for (indicator, numerator, denominator, wanted) in [
            (RegionIndicator::LateSeatsNet, Cell::Value(-1), Cell::Value(3), "-0.333333"),
            (RegionIndicator::LateSeatsGross, Cell::Value(4), Cell::Value(2), "2.000000"),
            (RegionIndicator::Left, Cell::Value(2), Cell::Value(3), "0.666667"),
            (RegionIndicator::Left, Cell::Value(15), Cell::Value(10), "1.000000"),
            (RegionIndicator::Left, Cell::Value(0), Cell::Value(0), "."),
            (RegionIndicator::Left, Cell::Hidden, Cell::Value(3), ".."),
            (RegionIndicator::Left, Cell::Missing, Cell::Missing, "."),
        ] {
            let row = row("own", indicator, numerator, denominator);
            assert_eq!(value(&row).text(|value| value.to_string()), wanted);
        }
    }

    fn row(region: &str, indicator: RegionIndicator, numerator: Cell<i64>, denominator: Cell) -> RegionRow {
        let known = Cell::Value(Decimal::of_millionths(1));
        RegionRow {
            year: 2023,
            population: Population::All,
            region: region.into(),
            indicator: Text::new(indicator.as_str()),
            numerator,
            denominator,
            value: known,
            low: known,
            high: known,
            z: known,
            rank_low: Cell::Value(1),
            rank_high: Cell::Value(1),
            coverage: Cell::Missing,
        }
    }

    /// What the internal release says about a number that the public one hides is not in its row.
    #[test]
    fn hidden_numbers_leave_no_place_behind() {
        let regions: Vec<ComparedRegion> = ["1", "2", "3", "4", "5", "6"].map(|code| region(code, &[code])).into();
        for shown in [5, 4] {
            let mut rows: Vec<RegionRow> = (0..6)
                .map(|n| {
                    let part = if n < shown { Cell::Value(10 + n as i64) } else { Cell::Hidden };
                    row(&regions[n].name, RegionIndicator::Left, part, Cell::Value(100))
                })
                .collect();
            place(&mut rows, &regions);
            for (n, row) in rows.iter().enumerate() {
                let has_place = n < shown && shown >= ENOUGH;
                assert_eq!(matches!(row.z, Cell::Value(_)), has_place, "{row:?}");
                let others = [matches!(row.low, Cell::Missing), matches!(row.high, Cell::Missing)];
                assert_eq!(others, [!has_place; 2], "{row:?}");
                assert_eq!([row.rank_low, row.rank_high].map(|rank| rank == Cell::Missing), [!has_place; 2]);
            }
        }
    }
}
