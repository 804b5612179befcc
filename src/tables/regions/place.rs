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
        row.value = value(row.numerator, row.denominator);
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
        let (numerator, denominator) = (u64::try_from(row.numerator.value()?).ok()?, row.denominator.value()?);
        let sample = Sample::proportion(numerator, denominator)?;
        Some(Self { row: number, region, parts: (numerator, denominator), sample })
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

/// The value of these parts; missing if the denominator is zero.
fn value(numerator: Cell<i64>, denominator: Cell) -> Cell<Decimal> {
    match numerator.zip(denominator, |part, all| (part, all)) {
        Cell::Value((part, all)) => {
            let size = Decimal::of_ratio(Ratio::new(part.unsigned_abs(), all), 1);
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
        for (numerator, denominator, wanted) in [
            (Cell::Value(-1), Cell::Value(3), "-0.333333"),
            (Cell::Value(2), Cell::Value(3), "0.666667"),
            (Cell::Value(0), Cell::Value(0), "."),
            (Cell::Hidden, Cell::Value(3), ".."),
            (Cell::Missing, Cell::Missing, "."),
        ] {
            assert_eq!(value(numerator, denominator).text(|value| value.to_string()), wanted);
        }
    }
}
