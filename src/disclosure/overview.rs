//! `disclosure`: what disclosure control did to each table.

use std::collections::BTreeMap;

use super::problem::State;
use super::public::{Decisions, is_in_flows};
use crate::model::Cell;
use crate::tables::{
    DisclosureRow, FlowRow, LedgerRow, MoveRow, QualityDetailRow, QualityRow, Row, TableVisitor, Tables, Value,
    sort_by_key,
};

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
    sort_by_key(&mut tally.rows);
    tally.rows
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
        let (mut cells, mut hidden, mut students) = (0, [0_u64; 2], 0);
        for row in rows {
            for column in counts() {
                cells += 1;
                if row.value(column).to_text() == ".." {
                    // Ratios, and sums that the internal tables do not have, are hidden with their terms.
                    let value = self.truth.get(&(R::NAME, key(row), column)).copied();
                    let is_small = value.is_some_and(|value| value > 0 && value < self.decisions.threshold);
                    hidden[usize::from(!is_small)] += 1;
                    students += value.unwrap_or(0);
                }
            }
        }
        if R::NAME == FlowRow::NAME {
            (hidden, students) = flows(self.decisions);
        }
        let narrowest = match R::NAME {
            LedgerRow::NAME => self.decisions.narrowest[1],
            MoveRow::NAME | QualityRow::NAME => None,
            _ => self.decisions.narrowest[0],
        };
        self.rows.push(DisclosureRow {
            table: R::NAME.into(),
            cells: Cell::Value(cells),
            hidden_primary: Cell::Value(hidden[0]),
            hidden_secondary: Cell::Value(hidden[1]),
            // An exact sum would be one more thing to reckon with.
            students_hidden: Cell::Value((students + 50) / 100 * 100),
            narrowest_interval: narrowest.filter(|_| hidden != [0, 0]).into(),
        });
        Ok(())
    }
}

/// Forms of the flow table that are hidden, primary and secondary, and their students.
fn flows(decisions: &Decisions) -> ([u64; 2], u64) {
    let (mut hidden, mut students) = ([0, 0], 0);
    for (form, (value, state)) in decisions.flows.values().flatten() {
        if state.is_hidden() && is_in_flows(*form) {
            hidden[usize::from(*state != State::Primary)] += 1;
            students += value;
        }
    }
    (hidden, students)
}
