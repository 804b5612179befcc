//! The tables of the public release: the contract's rows, each number looked up among the released sums.
//!
//! No number is taken over from the tables of the internal release but seats, which are no students. What a table's numbers
//! are is declared once (`declared`).

use rayon::prelude::*;

use super::codes::Codes;
use super::declared::{Declared, Total, Writer};
use super::overview::{self, Tally};
use super::quality;
use super::round::Rule;
use super::sums::{Standing, Sums};
use crate::compute::Inputs;
use crate::model::{Cell, Method, Policy};
use crate::tables::{DisclosureRow, QualityRow, Row, Tables, Value, sort_by_key};

/// Writes tables one by one, and what became of their numbers.
struct Tabler<'a> {
    writer: Writer<'a>,
    method: Method,
    threshold: u64,
    fewest: Option<u64>,
    overview: Vec<DisclosureRow>,
}

/// The public tables of a run whose internal ones are `whole`; `fewest` values remain of a small count.
pub fn tables(whole: &Tables, inputs: Inputs<'_>, sums: &Sums, policy: &Policy, fewest: Option<u64>) -> Tables {
    let writer = Writer { codes: Codes { inputs, facts: &sums.facts }, sums };
    let mut tabler =
        Tabler { writer, method: policy.method, threshold: policy.threshold, fewest, overview: Vec::new() };
    let mut out = Tables {
        flows: tabler.table(&whole.flows),
        sums: tabler.table(&whole.sums),
        shares: tabler.table(&whole.shares),
        dependence: tabler.table(&whole.dependence),
        concentration: tabler.table(&whole.concentration),
        balance: tabler.table(&whole.balance),
        ledger: tabler.table(&whole.ledger),
        turnover: tabler.table(&whole.turnover),
        moves: tabler.table(&whole.moves),
        origins: tabler.table(&whole.origins),
        seats: tabler.table(&whole.seats),
        quality: tabler.quality(&whole.quality, inputs, Rule::of(policy)),
        ..Tables::default()
    };
    tabler.overview.extend(overview::levels(sums, policy, fewest));
    out.disclosure = tabler.overview;
    sort_by_key(&mut out.disclosure);
    out
}

impl Tabler<'_> {
    fn table<R: Declared>(&mut self, whole: &[R]) -> Vec<R> {
        let (writer, method, threshold) = (self.writer, self.method, self.threshold);
        let made = |row: &R| {
            let totals = row.totals(writer.codes);
            let is_told = |(_, total): &(usize, Total)| match writer.cell(*total) {
                // Rounded releases list what is shown. In exact ones a row that is missing stands for zero.
                Cell::Value(students) => method == Method::Round || students > 0,
                Cell::Hidden => method == Method::Suppress && *total != Total::Never,
                Cell::Missing => false,
            };
            let is_listed = !R::ONLY_SHOWN || totals.iter().any(is_told);
            let standing = |(column, total): &(usize, Total)| match (total, row.value(*column)) {
                (Total::Never, Value::Count(Cell::Value(students))) if students < threshold => Standing::Below,
                _ => writer.standing(*total),
            };
            is_listed.then(|| (writer.filled(row), totals.iter().map(standing).collect()))
        };
        let rows: Vec<(R, Vec<Standing>)> = R::rows(whole, &writer).par_iter().filter_map(made).collect();
        let mut tally = Tally::default();
        rows.iter().flat_map(|(_, standings)| standings).for_each(|standing| tally.add(*standing));
        self.overview.push(tally.row(R::NAME, self.fewest));
        let mut out: Vec<R> = rows.into_iter().map(|(row, _)| row).collect();
        sort_by_key(&mut out);
        out
    }

    fn quality(&mut self, whole: &[QualityRow], inputs: Inputs<'_>, rule: Rule) -> Vec<QualityRow> {
        let rows = quality::public(whole, &inputs.rows.quality, rule);
        let mut tally = Tally::default();
        for cell in rows.iter().flat_map(|row| [row.rows, row.students]).filter(|cell| *cell != Cell::Missing) {
            tally.add(if cell == Cell::Hidden { Standing::Below } else { Standing::Shown });
        }
        self.overview.push(tally.row(QualityRow::NAME, None));
        rows
    }
}
