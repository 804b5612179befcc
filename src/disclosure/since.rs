//! What earlier publications told: their tables, read as sums of this run, so that two publications cannot be subtracted.
//!
//! A sum that was told before and has not changed is known to readers whatever is done now: it holds in the proof, and it
//! costs nothing to show it again. A sum that has changed by less than the threshold would tell a small number of students
//! who came or left by its difference: it is hidden, and every difference below the threshold must stay possible.

use std::collections::{BTreeMap, BTreeSet};

use super::exact::Cohort;
use super::rule::PriorValue;
use crate::model::{Cell, Snapshot, Year};
use crate::tables::margins::{Figure, LinkMargin, Margin, MarginCodes};
use crate::tables::{Table, Tables, TypeVisitor, Value};

/// The counts that earlier publications told.
#[derive(Debug, Clone, Default)]
pub struct PriorReleases {
    flows: BTreeMap<(Year, Cohort), PriorSums<Margin>>,
    ledger: BTreeMap<Year, PriorSums<LinkMargin>>,
}

/// What was told of sums: several values, where several publications differ.
type PriorSums<K> = BTreeMap<K, BTreeSet<u64>>;

/// How a sum stands to what was told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriorComparison {
    /// Nothing was told, or what was told is far from what it is now.
    New,
    /// The same was told.
    Same,
    /// It has changed by a small number: the values, from and to, that must stay possible.
    Near(u64, u64),
}

impl PriorComparison {
    /// How a value stands to those told.
    fn of(shown: Option<&BTreeSet<u64>>, value: u64, threshold: u64) -> Self {
        let Some(shown) = shown else { return Self::New };
        if shown.contains(&value) {
            return Self::Same;
        }
        let Some(nearest) = shown.iter().min_by_key(|shown| shown.abs_diff(value)) else { return Self::New };
        if nearest.abs_diff(value) >= threshold {
            Self::New
        } else if value > *nearest {
            Self::Near(nearest + 1, nearest + threshold - 1)
        } else {
            Self::Near(nearest.saturating_sub(threshold - 1).max(1), nearest - 1)
        }
    }
}

/// A row of a table as it was published: columns and their texts.
pub type TextRow = BTreeMap<String, String>;

/// The tables of a publication by name.
pub type Published = BTreeMap<String, Vec<TextRow>>;

impl PriorReleases {
    /// How a sum of a body stands to what was told.
    pub fn flow(&self, year: Year, cohort: Cohort, margin: Margin, value: u64, threshold: u64) -> PriorComparison {
        PriorComparison::of(self.flows.get(&(year, cohort)).and_then(|sums| sums.get(&margin)), value, threshold)
    }

    /// How a number of the ledger stands to what was told.
    pub fn item(&self, year: Year, sum: LinkMargin, value: u64, threshold: u64) -> PriorComparison {
        PriorComparison::of(self.ledger.get(&year).and_then(|sums| sums.get(&sum)), value, threshold)
    }

    /// Takes in the tables of an earlier publication.
    pub fn learn(&mut self, codes: MarginCodes<'_>, tables: &Published) {
        let mut shown: BTreeMap<(Snapshot, Year), BTreeMap<Margin, u64>> = BTreeMap::new();
        for (total, cell) in read_back(codes, tables) {
            match (total, cell) {
                (Figure::Flow(snapshot, year, margin), Cell::Value(value)) => {
                    shown.entry((snapshot, year)).or_default().insert(margin, value);
                }
                (Figure::Link(year, sum), Cell::Value(value)) => {
                    self.ledger.entry(year).or_default().entry(sum).or_default().insert(value);
                }
                _ => {}
            }
        }
        for ((snapshot, year), sums) in &shown {
            let (cohort, less) = match snapshot {
                Snapshot::Admission => (Cohort::Admission, None),
                Snapshot::October => (Cohort::October, None),
                Snapshot::Enrolled => (Cohort::Older, Some(shown.get(&(Snapshot::October, *year)))),
            };
            let out = self.flows.entry((*year, cohort)).or_default();
            for (margin, value) in sums {
                let value = match less {
                    None => Some(*value),
                    // What is enrolled is October and older years together.
                    Some(october) => october.and_then(|october| value.checked_sub(*october.get(margin)?)),
                };
                if let Some(value) = value {
                    out.entry(*margin).or_default().insert(value);
                }
            }
        }
    }
}

/// What earlier rounded publications showed of sums, the last that told of a sum first.
#[derive(Debug, Clone, Default)]
pub struct PriorRounded {
    shown: BTreeMap<Figure, PriorValue>,
    censuses: BTreeSet<(Snapshot, Year)>,
    links: BTreeSet<Year>,
}

impl PriorRounded {
    /// Takes in the tables of a publication that came after those taken in before.
    pub fn learn(&mut self, codes: MarginCodes<'_>, tables: &Published) {
        for (total, cell) in read_back(codes, tables) {
            match total {
                Figure::Flow(snapshot, year, _) => drop(self.censuses.insert((snapshot, year))),
                Figure::Link(year, _) => drop(self.links.insert(year)),
                Figure::Zero | Figure::Never => continue,
            }
            match cell {
                Cell::Value(shown) => drop(self.shown.insert(total, PriorValue::Value(shown))),
                Cell::Hidden => drop(self.shown.entry(total).or_insert(PriorValue::Hidden)),
                Cell::Missing => {}
            }
        }
    }

    /// What was shown of a published sum; `None` where no publication was about its snapshot and year.
    pub fn of(&self, total: Figure) -> Option<PriorValue> {
        let is_about = match total {
            Figure::Flow(snapshot, year, _) => self.censuses.contains(&(snapshot, year)),
            Figure::Link(year, _) => self.links.contains(&year),
            Figure::Zero | Figure::Never => false,
        };
        is_about.then(|| self.shown.get(&total).copied().unwrap_or(PriorValue::Hidden))
    }
}

/// Everything that the tables of an earlier release show, by what it is, hidden counts included. Rows with codes that this
/// run does not know are left out: they say nothing about its margins.
fn read_back(codes: MarginCodes<'_>, published: &Published) -> BTreeMap<Figure, Cell> {
    struct Reader<'a> {
        codes: MarginCodes<'a>,
        published: &'a Published,
        shown: BTreeMap<Figure, Cell>,
    }
    impl TypeVisitor for Reader<'_> {
        fn table<T: Table>(&mut self) {
            for text in self.published.get(T::NAME).into_iter().flatten() {
                let Some(row) = T::parse(&|column| text.get(column).cloned()) else { continue };
                for (column, figure) in row.figures(self.codes) {
                    if let Value::Count(cell) = row.value(column)
                        && !matches!(figure, Figure::Zero | Figure::Never)
                    {
                        self.shown.insert(figure, cell);
                    }
                }
            }
        }
    }
    let mut reader = Reader { codes, published, shown: BTreeMap::new() };
    Tables::each_type(&mut reader);
    reader.shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_stands_to_what_is() {
        let shown = |values: &[u64]| values.iter().copied().collect::<BTreeSet<_>>();
        for (values, value, wanted) in [
            (&[][..], 30, PriorComparison::New),
            (&[30], 30, PriorComparison::Same),
            (&[30], 33, PriorComparison::Near(31, 39)),
            (&[30], 28, PriorComparison::Near(21, 29)),
            (&[12], 11, PriorComparison::Near(3, 11)),
            (&[4], 2, PriorComparison::Near(1, 3)),
            (&[0], 3, PriorComparison::Near(1, 9)),
            (&[30], 40, PriorComparison::New),
            (&[30, 41], 40, PriorComparison::Near(32, 40)),
            (&[30, 40], 40, PriorComparison::Same),
        ] {
            assert_eq!(
                PriorComparison::of(Some(&shown(values)).filter(|t| !t.is_empty()), value, 10),
                wanted,
                "{values:?} {value}"
            );
        }
    }
}
