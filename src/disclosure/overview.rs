//! `disclosure`: what disclosure control did to each table, and to the sums of each published level.

use std::collections::BTreeMap;

use super::problem::{Problem, State};
use super::public::{Decisions, is_in_flows};
use crate::model::{Cell, Level, Text};
use crate::tables::{
    DisclosureRow, FlowRow, LedgerRow, MoveRow, OriginRow, QualityDetailRow, QualityRow, Row, TableVisitor, Tables,
    Value, sort_by_key,
};

/// What stands before the name of a level among the tables.
pub const LEVELS: &str = "levels/";

/// One line per table; the internal release hides nothing.
pub fn internal(tables: &Tables) -> Vec<DisclosureRow> {
    struct Overview(Vec<DisclosureRow>);
    impl TableVisitor for Overview {
        type Error = std::convert::Infallible;
        fn table<R: Row>(&mut self, rows: &[R]) -> Result<(), Self::Error> {
            if R::NAME != DisclosureRow::NAME {
                let cells = rows.len() * (R::COLUMNS.len() - R::KEYS).max(1);
                self.0.push(DisclosureRow {
                    table: R::NAME.into(),
                    cells: Cell::Value(cells as u64),
                    hidden_primary: Cell::Value(0),
                    hidden_secondary: Cell::Value(0),
                    students_hidden: Cell::Value(0),
                    narrowest_interval: Cell::Missing,
                });
            }
            Ok(())
        }
    }
    let mut overview = Overview(Vec::new());
    let Ok(()) = tables.visit(&mut overview);
    sort_by_key(&mut overview.0);
    overview.0
}

/// One line per table of the public release, `internal` being what it was made from.
pub fn public(internal: &Tables, public: &Tables, decisions: &Decisions) -> Vec<DisclosureRow> {
    let mut tally = Tally { truth: BTreeMap::new(), rows: Vec::new(), decisions, is_truth: true };
    let Ok(()) = internal.visit(&mut tally);
    tally.is_truth = false;
    let Ok(()) = public.visit(&mut tally);
    tally.rows.extend(decisions.policy.levels.iter().map(|level| of_level(*level, decisions)));
    sort_by_key(&mut tally.rows);
    tally.rows
}

/// What the sums of a level cost: those that are not zero, or hidden although they are.
fn of_level(level: Level, decisions: &Decisions) -> DisclosureRow {
    let forms = decisions.flows.values().flatten().filter(|(form, _)| form.level() == Some(level));
    let (mut cells, mut tally) = (0, Hidden::default());
    for (_, (value, state)) in forms {
        cells += 1;
        if state.is_hidden() {
            tally.add(*state == State::Primary, *value);
        }
    }
    tally.row(format!("{LEVELS}{}", level.as_str()), cells, decisions.narrowest[0])
}

/// Hidden cells and their students.
#[derive(Default)]
struct Hidden {
    primary: u64,
    secondary: u64,
    students: u64,
}

impl Hidden {
    const fn add(&mut self, is_primary: bool, students: u64) {
        if is_primary {
            self.primary += 1;
        } else {
            self.secondary += 1;
        }
        self.students += students;
    }

    fn row(&self, table: impl Into<Text>, cells: u64, narrowest: Option<u64>) -> DisclosureRow {
        let is_any = self.primary + self.secondary > 0;
        DisclosureRow {
            table: table.into(),
            cells: Cell::Value(cells),
            hidden_primary: Cell::Value(self.primary),
            hidden_secondary: Cell::Value(self.secondary),
            // An exact sum would be one more thing to reckon with.
            students_hidden: Cell::Value((self.students + 50) / 100 * 100),
            narrowest_interval: narrowest.filter(|_| is_any).into(),
        }
    }
}

/// Walks the internal tables for their counts, then the public ones for what became of them.
struct Tally<'a> {
    /// By table, key and column: the true count.
    truth: BTreeMap<(&'static str, String, usize), u64>,
    rows: Vec<DisclosureRow>,
    decisions: &'a Decisions,
    is_truth: bool,
}

fn key<R: Row>(row: &R) -> String {
    (0..R::KEYS).map(|column| row.value(column).to_text() + "\t").collect()
}

impl TableVisitor for Tally<'_> {
    type Error = std::convert::Infallible;
    fn table<R: Row>(&mut self, rows: &[R]) -> Result<(), Self::Error> {
        if R::NAME == DisclosureRow::NAME || R::NAME == QualityDetailRow::NAME {
            return Ok(());
        }
        let counts = || R::KEYS..R::COLUMNS.len();
        if self.is_truth {
            for row in rows {
                for column in counts() {
                    if let Value::Count(Cell::Value(value)) = row.value(column) {
                        self.truth.insert((R::NAME, key(row), column), value);
                    }
                }
            }
            return Ok(());
        }
        let (mut cells, mut hidden) = (0, Hidden::default());
        for row in rows {
            for column in counts() {
                cells += 1;
                if row.value(column).to_text() == ".." {
                    // Ratios, and sums that the internal tables do not have, are hidden with their terms.
                    let value = self.truth.get(&(R::NAME, key(row), column)).copied();
                    let is_small =
                        value.is_some_and(|value| Problem::is_small(value, self.decisions.policy.threshold));
                    hidden.add(is_small, value.unwrap_or(0));
                }
            }
        }
        if R::NAME == FlowRow::NAME {
            hidden = flows(self.decisions);
        }
        let narrowest = match R::NAME {
            LedgerRow::NAME | OriginRow::NAME => self.decisions.narrowest[1],
            MoveRow::NAME | QualityRow::NAME => None,
            _ => self.decisions.narrowest[0],
        };
        self.rows.push(hidden.row(R::NAME, cells, narrowest));
        Ok(())
    }
}

/// Forms of the flow table that are hidden.
fn flows(decisions: &Decisions) -> Hidden {
    let mut hidden = Hidden::default();
    for (form, (value, state)) in decisions.flows.values().flatten() {
        if state.is_hidden() && is_in_flows(*form) {
            hidden.add(*state == State::Primary, *value);
        }
    }
    hidden
}
