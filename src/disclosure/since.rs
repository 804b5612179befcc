//! What earlier publications told: their tables, read as sums of this run, so that two publications cannot be subtracted.
//!
//! A sum that was told before and has not changed is known to readers whatever is done now: it holds in the proof, and it
//! costs nothing to show it again. A sum that has changed by less than the threshold would tell a small number of students
//! who came or left by its difference: it is hidden, and every difference below the threshold must stay possible.

use std::collections::{BTreeMap, BTreeSet};

use super::exact::Body;
use super::rule::PriorValue;
use crate::model::{Cell, Snapshot, Year};
use crate::tables::margins::{Figure, LinkMargin, Margin, MarginCodes};
use crate::tables::{Table, Tables, TypeVisitor, Value};

/// The counts that earlier publications told.
#[derive(Debug, Clone, Default)]
pub struct PriorReleases {
    flows: BTreeMap<(Year, Body), Sums<Margin>>,
    ledger: BTreeMap<Year, Sums<LinkMargin>>,
}

/// What was told of sums: several values, where several publications differ.
type Sums<K> = BTreeMap<K, BTreeSet<u64>>;

/// How a sum stands to what was told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// Nothing was told, or what was told is far from what it is now.
    New,
    /// The same was told.
    Same,
    /// It has changed by a small number: the values, from and to, that must stay possible.
    Near(u64, u64),
}

impl Before {
    /// How a value stands to those told.
    fn of(told: Option<&BTreeSet<u64>>, value: u64, threshold: u64) -> Self {
        let Some(told) = told else { return Self::New };
        if told.contains(&value) {
            return Self::Same;
        }
        let Some(nearest) = told.iter().min_by_key(|told| told.abs_diff(value)) else { return Self::New };
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
    pub fn flow(&self, year: Year, body: Body, margin: Margin, value: u64, threshold: u64) -> Before {
        Before::of(self.flows.get(&(year, body)).and_then(|sums| sums.get(&margin)), value, threshold)
    }

    /// How a number of the ledger stands to what was told.
    pub fn item(&self, year: Year, sum: LinkMargin, value: u64, threshold: u64) -> Before {
        Before::of(self.ledger.get(&year).and_then(|sums| sums.get(&sum)), value, threshold)
    }

    /// Takes in the tables of an earlier publication.
    pub fn learn(&mut self, codes: MarginCodes<'_>, tables: &Published) {
        let mut told: BTreeMap<(Snapshot, Year), BTreeMap<Margin, u64>> = BTreeMap::new();
        for (total, cell) in read_back(codes, tables) {
            match (total, cell) {
                (Figure::Flow(snapshot, year, margin), Cell::Value(value)) => {
                    told.entry((snapshot, year)).or_default().insert(margin, value);
                }
                (Figure::Link(year, sum), Cell::Value(value)) => {
                    self.ledger.entry(year).or_default().entry(sum).or_default().insert(value);
                }
                _ => {}
            }
        }
        for ((snapshot, year), sums) in &told {
            let (body, less) = match snapshot {
                Snapshot::Admission => (Body::Admission, None),
                Snapshot::October => (Body::October, None),
                Snapshot::Enrolled => (Body::Older, Some(told.get(&(Snapshot::October, *year)))),
            };
            let out = self.flows.entry((*year, body)).or_default();
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
    told: BTreeMap<Figure, PriorValue>,
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
                Figure::Nobody | Figure::Never => continue,
            }
            match cell {
                Cell::Value(shown) => drop(self.told.insert(total, PriorValue::Value(shown))),
                Cell::Hidden => drop(self.told.entry(total).or_insert(PriorValue::Hidden)),
                Cell::Missing => {}
            }
        }
    }

    /// What was shown of a published sum; `None` where no publication was about its snapshot and year.
    pub fn of(&self, total: Figure) -> Option<PriorValue> {
        let is_about = match total {
            Figure::Flow(snapshot, year, _) => self.censuses.contains(&(snapshot, year)),
            Figure::Link(year, _) => self.links.contains(&year),
            Figure::Nobody | Figure::Never => false,
        };
        is_about.then(|| self.told.get(&total).copied().unwrap_or(PriorValue::Hidden))
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
                        && !matches!(figure, Figure::Nobody | Figure::Never)
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
        let told = |values: &[u64]| values.iter().copied().collect::<BTreeSet<_>>();
        for (values, value, wanted) in [
            (&[][..], 30, Before::New),
            (&[30], 30, Before::Same),
            (&[30], 33, Before::Near(31, 39)),
            (&[30], 28, Before::Near(21, 29)),
            (&[12], 11, Before::Near(3, 11)),
            (&[4], 2, Before::Near(1, 3)),
            (&[0], 3, Before::Near(1, 9)),
            (&[30], 40, Before::New),
            (&[30, 41], 40, Before::Near(32, 40)),
            (&[30, 40], 40, Before::Same),
        ] {
            assert_eq!(
                Before::of(Some(&told(values)).filter(|t| !t.is_empty()), value, 10),
                wanted,
                "{values:?} {value}"
            );
        }
    }
}
