//! What earlier publications told: their tables, read as sums of this run, so that two publications cannot be subtracted.
//!
//! A sum that was told before and has not changed is known to readers whatever is done now: it holds in the proof, and it
//! costs nothing to show it again. A sum that has changed by less than the threshold would tell a small number of students
//! who came or left by its difference: it is hidden, and every difference below the threshold must stay possible.

use std::collections::{BTreeMap, BTreeSet};

use super::codes::{Asked, BALANCE, Codes, SHARES};
use super::forms::{Body, Form, What, Where, Who};
use super::ledger::{Item, Key};
use crate::model::{ALL, Population, Snapshot, Year};

/// The counts that earlier publications told.
#[derive(Debug, Clone, Default)]
pub struct Told {
    flows: BTreeMap<(Year, Body), Sums<Form>>,
    ledger: BTreeMap<Year, Sums<Key>>,
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

impl Told {
    /// How a sum of a body stands to what was told.
    pub fn flow(&self, year: Year, body: Body, form: Form, value: u64, threshold: u64) -> Before {
        Before::of(self.flows.get(&(year, body)).and_then(|sums| sums.get(&form)), value, threshold)
    }

    /// How a number of the ledger stands to what was told.
    pub fn item(&self, year: Year, key: Key, value: u64, threshold: u64) -> Before {
        Before::of(self.ledger.get(&year).and_then(|sums| sums.get(&key)), value, threshold)
    }

    /// Takes in the tables of an earlier publication; rows of codes that this run does not know tell nothing of its sums.
    pub fn learn(&mut self, codes: Codes<'_>, tables: &Published) {
        let mut told: BTreeMap<(Snapshot, Year), BTreeMap<Form, u64>> = BTreeMap::new();
        for (table, rows) in tables {
            for row in rows {
                let row = Reading { codes, row };
                if table == "ledger" {
                    self.ledger_row(&row);
                } else if table == "origins" {
                    self.origin_row(&row);
                } else if let Some((snapshot, year, cells)) = row.cells(table) {
                    told.entry((snapshot, year)).or_default().extend(cells);
                }
            }
        }
        for ((snapshot, year), sums) in &told {
            let (body, less) = match snapshot {
                Snapshot::Admission => (Body::Admission, None),
                Snapshot::October => (Body::October, None),
                Snapshot::Enrolled => (Body::Older, Some(told.get(&(Snapshot::October, *year)))),
            };
            let out = self.flows.entry((*year, body)).or_default();
            for (form, value) in sums {
                let value = match less {
                    None => Some(*value),
                    // What is enrolled is October and older years together.
                    Some(october) => october.and_then(|october| value.checked_sub(*october.get(form)?)),
                };
                if let Some(value) = value {
                    out.entry(*form).or_default().insert(value);
                }
            }
        }
    }

    fn ledger_row(&mut self, row: &Reading<'_>) {
        let (Some(year), Some(population)) = (row.year(), row.population()) else { return };
        let place = match row.text("unit") {
            ALL => Some(Where::Everywhere),
            unit => row.codes.unit(unit, year).map(Where::Unit),
        };
        let Some(place) = place.filter(|_| row.text("programme") == ALL) else { return };
        for (item, column) in Item::COLUMNS {
            if let Some(value) = row.count(column) {
                self.number(year, Key { place, population, item }, value);
            }
        }
    }

    fn origin_row(&mut self, row: &Reading<'_>) {
        let (Some(year), Some(population), Some(value)) = (row.year(), row.population(), row.count("students"))
        else {
            return;
        };
        if let Some(key) = row.codes.origin_key(population, row.text("municipality"), row.text("provider_kind")) {
            self.number(year, key, value);
        }
    }

    fn number(&mut self, year: Year, key: Key, value: u64) {
        self.ledger.entry(year).or_default().entry(key).or_default().insert(value);
    }
}

/// Sums of a snapshot and year.
type Cells = (Snapshot, Year, Vec<(Form, u64)>);

/// A row and what its codes mean.
struct Reading<'a> {
    codes: Codes<'a>,
    row: &'a TextRow,
}

impl Reading<'_> {
    fn text(&self, column: &str) -> &str {
        self.row.get(column).map_or("", String::as_str)
    }

    fn year(&self) -> Option<Year> {
        let year = self.text("year").parse().ok()?;
        self.codes.facts.contains_key(&year).then_some(year)
    }

    fn population(&self) -> Option<Population> {
        Population::ALL.into_iter().find(|population| population.as_str() == self.text("population"))
    }

    fn count(&self, column: &str) -> Option<u64> {
        self.text(column).parse().ok()
    }

    /// The sums that a row of a table of flows told.
    fn cells(&self, table: &str) -> Option<Cells> {
        let snapshot = Snapshot::ALL.into_iter().find(|snapshot| snapshot.as_str() == self.text("snapshot"))?;
        let year = self.year()?;
        let told = |who, place, what, column: &str| Some((Form { who, place, what }, self.count(column)?));
        let cells: Vec<(Form, u64)> = match table {
            "flows" => {
                let form = self.codes.form(self.text("home"), self.text("unit"), self.text("programme"), year)?;
                vec![(form, self.count("students")?)]
            }
            "shares" => {
                let Asked::Sum(what) = self.codes.what(self.population()?, self.text("programme")) else {
                    return None;
                };
                let who = self.codes.resident(self.text("home"));
                SHARES.iter().filter_map(|(column, place)| told(who, *place, what, column)).collect()
            }
            "balance" => {
                let what = What::of(self.population()?);
                let cells = self.codes.balance(self.text("municipality")).into_iter().zip(BALANCE);
                cells.filter_map(|((who, place), column)| told(who, place, what, column)).collect()
            }
            "dependence" => {
                let who = self.codes.home(self.text("home")).map_or(Who::Outside, Who::Home);
                let provider = Where::Provider(self.codes.facts[&year].provider(self.text("provider"))?);
                told(who, provider, What::of(self.population()?), "students").into_iter().collect()
            }
            _ => return None,
        };
        Some((snapshot, year, cells))
    }
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
