//! The year's ledger of a municipality's units on its card, with their seats: the units with most students, and in an
//! internal release the remaining units and the sum.

use super::super::scene::{Scene, TextLine};
use super::super::table::{ROW, TablePlace, TextRow, TextTable};
use super::super::{frame, style};
use super::{CardContext, LEFT, RIGHT, heading};
use crate::model::{ALL, Cell, Release};
use crate::tables::{LedgerRow, SeatRow};

/// Width of the unit column, pixels.
const NAMES: f64 = 430.0;
/// Height of title and headers above the rows, pixels.
const ABOVE: f64 = 62.0;

/// A unit, or a sum of several.
struct LedgerLine {
    name: String,
    /// Admitted, moved out, left, moved in, arrived, enrolled.
    counts: [Cell; 6],
    seats: Cell,
    raised: Cell<i64>,
    is_sum: bool,
}

impl LedgerLine {
    fn of(about: &CardContext<'_>, row: &LedgerRow, seats: Option<&SeatRow>) -> Self {
        Self {
            name: about.model.registers.unit_name(&row.unit).to_owned(),
            counts: [row.admitted, row.moved_out, row.left, row.moved_in, row.arrived, row.enrolled],
            seats: seats.map_or(Cell::Missing, |seats| seats.seats_october),
            raised: seats.map_or(Cell::Missing, |seats| seats.seat_delta),
            is_sum: false,
        }
    }

    /// The sum of rows: hidden if any is hidden; units without seats are excluded from the sum of seats.
    fn sum(name: String, lines: &[Self], is_sum: bool) -> Self {
        let seats = || lines.iter().filter(|line| line.seats != Cell::Missing);
        let raised: Cell<i64> =
            seats().fold(Cell::Value(0), |sum, line| sum.zip(line.raised, |sum: i64, raised| sum + raised));
        Self {
            name,
            counts: std::array::from_fn(|i| lines.iter().map(|line| line.counts[i]).sum()),
            seats: if seats().next().is_some() { seats().map(|line| line.seats).sum() } else { Cell::Missing },
            raised: if seats().next().is_some() { raised } else { Cell::Missing },
            is_sum,
        }
    }

    fn row(&self, about: &CardContext<'_>) -> TextRow {
        let lang = about.model.lang;
        let [admitted, .., enrolled] = self.counts;
        let change = enrolled.zip(admitted, |enrolled, admitted| enrolled as i64 - admitted as i64);
        let mut cells: Vec<String> = self.counts.iter().map(|count| about.count(*count)).collect();
        cells.push(change.text(|change| lang.signed(change)));
        cells.push(about.count(self.seats));
        cells.push(self.raised.text(|raised| lang.signed(raised)));
        TextRow { name: self.name.clone(), cells, is_sum: self.is_sum }
    }
}

/// The municipality's units in the ledger, those with most students first, ties by code.
fn lines(about: &CardContext<'_>) -> Vec<LedgerLine> {
    let model = about.model;
    let is_here = |row: &&LedgerRow| {
        model.registers.unit_by_code(&row.unit).is_some_and(|unit| unit.municipality == *about.code)
    };
    let mut rows: Vec<&LedgerRow> = model.ledger().filter(is_here).collect();
    let size = |row: &LedgerRow| row.enrolled.value().or(row.admitted.value()).unwrap_or(0);
    rows.sort_by_key(|row| (std::cmp::Reverse(size(row)), row.unit.clone()));
    let seats = |unit: &str| {
        let rows = model.tables.get().seats.iter();
        rows.into_iter().find(|row| row.year == model.year && *row.unit == *unit && *row.programme == *ALL)
    };
    rows.into_iter().map(|row| LedgerLine::of(about, row, seats(&row.unit))).collect()
}

/// Draws the section from this baseline down to `bottom`; returns its notes.
pub fn draw(scene: &mut Scene, about: &CardContext<'_>, y: f64, bottom: f64) -> Vec<String> {
    let lang = about.model.lang;
    heading(scene, &about.text("card-ledger"), y);
    let mut lines = lines(about);
    if lines.is_empty() {
        let id = match about.model.ledger_total() {
            Some(_) => "card-ledger-none",
            None => "ledger-empty",
        };
        scene.text(&TextLine::new(LEFT, y + 32.0, &about.text(id)).fill(style::MUTED).class("empty"));
        return Vec::new();
    }
    let room = ((bottom - y - ABOVE) / ROW) as usize;
    let all = lines.len();
    let mut notes = vec![lang.text("card-ledger-note")];
    match about.model.release() {
        Release::Internal => {
            let total = LedgerLine::sum(lang.text("card-ledger-sum"), &lines, true);
            let fits = if all < room { all } else { room.saturating_sub(2) };
            let rest = lines.split_off(fits);
            if !rest.is_empty() {
                let count = lang.number(rest.len() as u64);
                let name = lang
                    .say(if rest.len() == 1 { "panel-rest-unit" } else { "panel-rest-units" }, &[("count", &count)]);
                lines.push(LedgerLine::sum(name, &rest, false));
            }
            lines.push(total);
        }
        // A sum of the published numbers would differ from the released one.
        Release::Public => {
            lines.truncate(room);
            notes.extend(frame::rows_shown(lang, "note-rows-units", lines.len(), all));
        }
    }
    let table = TextTable {
        names: lang.text("panel-units"),
        heads: [
            "ledger-admitted",
            "ledger-moved-out",
            "ledger-left",
            "ledger-moved-in",
            "ledger-arrived",
            "ledger-enrolled",
            "panel-change",
            "card-seats",
            "card-seats-change",
        ]
        .map(|id| lang.text(id))
        .to_vec(),
        rows: lines.iter().map(|line| line.row(about)).collect(),
    };
    table.draw(scene, &TablePlace { left: LEFT, right: RIGHT, top: y + 8.0, names: NAMES });
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;

    #[test]
    fn the_account_of_a_municipality_balances() {
        let model = fixture::region();
        for code in &model.region.municipalities {
            let about = CardContext::of(model, code);
            let lines = lines(&about);
            let units = model.registers.units().filter(|unit| unit.municipality == *code).count();
            assert!(lines.len() <= units, "{code}: {} of {units}", lines.len());
            let [admitted, out, left, into, arrived, enrolled] =
                LedgerLine::sum(String::new(), &lines, true).counts.map(|cell| cell.value().unwrap());
            assert_eq!(admitted + into + arrived, enrolled + out + left, "{code}");
        }
    }

    #[test]
    fn a_sum_with_a_hidden_number_is_hidden() {
        let line = |enrolled| LedgerLine {
            name: String::new(),
            counts: [Cell::Value(1), Cell::Value(0), Cell::Value(0), Cell::Value(0), Cell::Value(0), enrolled],
            seats: Cell::Missing,
            raised: Cell::Missing,
            is_sum: false,
        };
        let sum = LedgerLine::sum(String::new(), &[line(Cell::Value(3)), line(Cell::Hidden)], true);
        assert_eq!((sum.counts[0], sum.counts[5]), (Cell::Value(2), Cell::Hidden));
        assert_eq!((sum.seats, sum.raised), (Cell::Missing, Cell::Missing), "no seats are no zero seats");
    }
}
