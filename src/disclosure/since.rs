//! What earlier publications showed: their tables, read as sums of this run, so that the difference of two
//! publications reveals nothing.
//!
//! A sum that was published earlier and has not changed is known to readers in any case: it is a constraint of the
//! proof, and showing it again costs nothing. A sum that has changed by less than the threshold would reveal, by the
//! difference, a small number of students who came or left: it is hidden, and every difference below the threshold
//! must stay possible.

use std::collections::{BTreeMap, BTreeSet};

use super::exact::Cohort;
use super::rule::PriorValue;
use crate::model::{Cell, Snapshot, Year};
use crate::tables::margins::{Figure, LinkMargin, Margin, MarginCodes};
use crate::tables::{Table, Tables, TypeVisitor, Value};

/// Counts that earlier publications showed.
#[derive(Debug, Clone, Default)]
pub struct PriorReleases {
    flows: BTreeMap<(Year, Cohort), PriorSums<Margin>>,
    ledger: BTreeMap<Year, PriorSums<LinkMargin>>,
}

/// By sum: the values that publications showed.
type PriorSums<K> = BTreeMap<K, BTreeSet<u64>>;

/// A value compared with what was published of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriorComparison {
    /// Nothing was published, or the published values are far from the present one.
    New,
    /// The same value was published.
    Same,
    /// It has changed by a small number: lower and upper value that must stay possible.
    Near(u64, u64),
}

impl PriorComparison {
    /// Compares a value with the published ones.
    fn of(prior: Option<&BTreeSet<u64>>, value: u64, threshold: u64) -> Self {
        let Some(prior) = prior else { return Self::New };
        if prior.contains(&value) {
            return Self::Same;
        }
        let Some(nearest) = prior.iter().min_by_key(|prior| prior.abs_diff(value)) else { return Self::New };
        if nearest.abs_diff(value) >= threshold {
            Self::New
        } else if value > *nearest {
            Self::Near(nearest + 1, nearest + threshold - 1)
        } else {
            Self::Near(nearest.saturating_sub(threshold - 1).max(1), nearest - 1)
        }
    }
}

/// A row of a table as it was published: text by column.
pub type TextRow = BTreeMap<String, String>;

/// The tables of a publication by name.
pub type Published = BTreeMap<String, Vec<TextRow>>;

impl PriorReleases {
    /// Compares a sum of a cohort with what was published of it.
    pub fn flow(&self, year: Year, cohort: Cohort, margin: Margin, value: u64, threshold: u64) -> PriorComparison {
        PriorComparison::of(self.flows.get(&(year, cohort)).and_then(|sums| sums.get(&margin)), value, threshold)
    }

    /// Compares a number of the ledger with what was published of it.
    pub fn item(&self, year: Year, sum: LinkMargin, value: u64, threshold: u64) -> PriorComparison {
        PriorComparison::of(self.ledger.get(&year).and_then(|sums| sums.get(&sum)), value, threshold)
    }

    /// Adds the tables of an earlier publication.
    pub fn learn(&mut self, codes: MarginCodes<'_>, tables: &Published) {
        let mut values: BTreeMap<(Snapshot, Year), BTreeMap<Margin, u64>> = BTreeMap::new();
        for (total, cell) in read_back(codes, tables) {
            match (total, cell) {
                (Figure::Flow(snapshot, year, margin), Cell::Value(value)) => {
                    values.entry((snapshot, year)).or_default().insert(margin, value);
                }
                (Figure::Link(year, sum), Cell::Value(value)) => {
                    self.ledger.entry(year).or_default().entry(sum).or_default().insert(value);
                }
                _ => {}
            }
        }
        for ((snapshot, year), sums) in &values {
            let (cohort, less) = match snapshot {
                Snapshot::Admission => (Cohort::Admission, None),
                Snapshot::October => (Cohort::October, None),
                Snapshot::Enrolled => (Cohort::Older, Some(values.get(&(Snapshot::October, *year)))),
            };
            let out = self.flows.entry((*year, cohort)).or_default();
            for (margin, value) in sums {
                let value = match less {
                    None => Some(*value),
                    // Enrolled students are those of October and of later years.
                    Some(october) => october.and_then(|october| value.checked_sub(*october.get(margin)?)),
                };
                if let Some(value) = value {
                    out.entry(*margin).or_default().insert(value);
                }
            }
        }
    }
}

/// What earlier rounded publications showed of sums; the latest publication of a sum counts.
#[derive(Debug, Clone, Default)]
pub struct PriorRounded {
    shown: BTreeMap<Figure, PriorValue>,
    censuses: BTreeSet<(Snapshot, Year)>,
    links: BTreeSet<Year>,
}

impl PriorRounded {
    /// Adds the tables of a publication that is later than those added before.
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

    /// What was shown of a published sum; `None` if no publication covers its snapshot and year.
    pub fn of(&self, total: Figure) -> Option<PriorValue> {
        let is_about = match total {
            Figure::Flow(snapshot, year, _) => self.censuses.contains(&(snapshot, year)),
            Figure::Link(year, _) => self.links.contains(&year),
            Figure::Zero | Figure::Never => false,
        };
        is_about.then(|| self.shown.get(&total).copied().unwrap_or(PriorValue::Hidden))
    }
}

/// Every figure that the tables of an earlier release show, hidden counts included. Rows with codes that this run does
/// not know are skipped: they do not concern its margins.
fn read_back(codes: MarginCodes<'_>, published: &Published) -> BTreeMap<Figure, Cell> {
    struct Reader<'a> {
        codes: MarginCodes<'a>,
        published: &'a Published,
        shown: BTreeMap<Figure, Cell>,
    }
    impl TypeVisitor for Reader<'_> {
        fn table<T: Table>(&mut self) {
            for text in self.published.get(T::NAME).into_iter().flatten() {
                // A column that came later than the release was not published: its counts are hidden there.
                let is_key = |name: &str| T::COLUMNS[..T::KEYS].iter().any(|column| column.name == name);
                let later = |name: &str| (!is_key(name)).then(|| "..".to_owned());
                let Some(row) = T::parse(&|name| text.get(name).cloned().or_else(|| later(name))) else { continue };
                for (column, figure) in row.figures(self.codes) {
                    if let Some(cell) = count(row.value(column))
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

/// A count, whatever the column may also hold; `None` if it is none.
fn count(value: Value) -> Option<Cell> {
    match value {
        Value::Count(cell) => Some(cell),
        Value::Delta(Cell::Value(number)) => u64::try_from(number).ok().map(Cell::Value),
        Value::Delta(cell) => Some(cell.map(i64::unsigned_abs)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_with_published_ones() {
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

    #[test]
    fn a_release_without_a_later_column_is_read() {
        use crate::model::{Population, Registers};
        use crate::tables::Inputs;
        use crate::tables::margins::{What, Where, Who};

        let registers = Registers::new(Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (flows, rows, links, facts) = Default::default();
        let region = ["1480".into()];
        let inputs = Inputs::new(&flows, &links, &rows, &registers, &region);
        let row = [
            ("snapshot", "october"),
            ("year", "2023"),
            ("population", "national"),
            ("municipality", "1480"),
            ("residents", "100"),
        ];
        let row: TextRow = row.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let published = Published::from([("balance".to_owned(), vec![row])]);
        let read = read_back(MarginCodes { inputs, facts: &facts }, &published);
        let what = What::of(Population::National);
        let of = |place| Figure::Flow(Snapshot::October, 2023, Margin { who: Who::Home(0), place, what });
        assert_eq!(read.get(&of(Where::Everywhere)), Some(&Cell::Value(100)));
        assert_eq!(read.get(&of(Where::Place(0))), Some(&Cell::Hidden));
    }

    #[test]
    fn numbers_of_regions_are_read() {
        use crate::model::{Population, Registers};
        use crate::tables::margins::RegionItem;
        use crate::tables::{ComparedRegion, Inputs};

        let registers = Registers::new(Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (flows, rows, links, facts) = Default::default();
        let own = ["1480".into()];
        let region = |name: &str| ComparedRegion { name: name.into(), municipalities: vec!["1480".into()] };
        let regions = [region("Own"), region("Other")];
        let inputs = Inputs { regions: &regions, ..Inputs::new(&flows, &links, &rows, &registers, &own) };
        let row = |indicator: &str, numerator: &str| -> TextRow {
            let row = [
                ("year", "2023"),
                ("population", "national"),
                ("region", "Other"),
                ("indicator", indicator),
                ("numerator", numerator),
            ];
            row.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
        };
        let released = vec![row("left", "15"), row("moved_out", ".."), row("late_seats_net", "-3")];
        let read =
            read_back(MarginCodes { inputs, facts: &facts }, &Published::from([("regions".to_owned(), released)]));
        let population = Population::National;
        let of = |item| Figure::Link(2023, LinkMargin::OfRegion { population, region: 1, item });
        assert_eq!(read.get(&of(RegionItem::Left)), Some(&Cell::Value(15)));
        assert_eq!(read.get(&of(RegionItem::MovedOut)), Some(&Cell::Hidden));
        assert_eq!(read.len(), 3, "the admitted are the denominator of both: {read:?}");
    }
}
