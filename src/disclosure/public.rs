//! The tables of the public release: the contract's rows, each count looked up among the released margins.
//!
//! No number is taken from the tables of the internal release, except seats, which are not students. Each table
//! declares what its counts are ([`Table::figures`]).

use rayon::prelude::*;

use super::overview::{self, Tally};
use super::rule::Rule;
use super::sums::{ShownSums, SumStatus};
use crate::model::{Cell, Method, Policy, Release};
use crate::tables::margins::{Figure, MarginCodes};
use crate::tables::market::{self, Markets};
use crate::tables::{
    Column, ColumnKind, DisclosureRow, Inputs, Publication, PublishedChanges, Publisher, RunIndex, Table, TableMap,
    Tables, Value, estimates, sort_by_key,
};

/// Builds the public tables one by one and tallies the status of their counts.
struct PublicTables<'a> {
    publisher: Publisher<'a>,
    sums: &'a ShownSums,
    method: Method,
    threshold: u64,
    fewest: Option<u64>,
    overview: Vec<DisclosureRow>,
}

/// The public tables, and the markets of the release. `whole` are the internal ones; `fewest` is the minimum number of possible values of a small
/// count.
pub fn tables(
    whole: &Tables,
    inputs: Inputs<'_>,
    sums: &ShownSums,
    policy: &Policy,
    fewest: Option<u64>,
) -> (Tables, Markets) {
    let rule = Rule::of(policy);
    let shown = |count| rule.shown(count);
    let codes = MarginCodes { inputs, facts: &sums.facts };
    let estimates = estimates(codes, sums);
    let markets = market::published(&RunIndex::new(inputs), &estimates);
    let changes = PublishedChanges::default();
    let publisher =
        Publisher { codes, margins: sums, estimates: &estimates, markets: &markets, changes: &changes, rule: &shown };
    let (method, threshold) = (policy.method, policy.threshold);
    let mut tables = PublicTables { publisher, sums, method, threshold, fewest, overview: Vec::new() };
    let mut out = whole.map(&mut tables);
    tables.overview.extend(overview::levels(sums, policy, fewest));
    out.disclosure = tables.overview;
    sort_by_key(&mut out.disclosure);
    (out, markets)
}

impl TableMap for PublicTables<'_> {
    fn table<T: Table>(&mut self, whole: &[T]) -> Vec<T> {
        match T::PUBLICATION {
            _ if !T::is_in(Release::Public) => Vec::new(),
            Publication::AllRows | Publication::ShownRows => self.of_margins(whole),
            Publication::OwnRule => self.by_own_rule(whole),
            Publication::Overview | Publication::Never => Vec::new(),
        }
    }
}

impl PublicTables<'_> {
    /// The public rows of a table whose counts are margins.
    fn of_margins<T: Table>(&mut self, whole: &[T]) -> Vec<T> {
        let (publisher, sums, method, threshold) = (self.publisher, self.sums, self.method, self.threshold);
        let publish_row = |row: &T| {
            let figures = row.figures(publisher.codes);
            let is_shown = |(_, figure): &(usize, Figure)| match publisher.cell(*figure) {
                // Rounded releases list shown counts only. In exact releases a missing row means zero.
                Cell::Value(students) => method == Method::Round || students > 0,
                Cell::Hidden => method == Method::Suppress && *figure != Figure::Never,
                Cell::Missing => false,
            };
            let is_listed = T::PUBLICATION == Publication::AllRows || figures.iter().any(is_shown);
            let status = |(column, figure): &(usize, Figure)| match (figure, row.value(*column)) {
                (Figure::Never, Value::Count(Cell::Value(students))) if students < threshold => SumStatus::Below,
                _ => sums.status(*figure, publisher.cell(*figure)),
            };
            is_listed.then(|| (publisher.filled(row), figures.iter().map(status).collect()))
        };
        let rows: Vec<(T, Vec<SumStatus>)> =
            T::candidates(whole, &publisher).par_iter().filter_map(publish_row).collect();
        let mut tally = Tally::default();
        rows.iter().flat_map(|(_, statuses)| statuses).for_each(|status| tally.add(*status));
        self.overview.push(tally.row(T::NAME, self.fewest));
        let mut out: Vec<T> = rows.into_iter().map(|(row, _)| row).collect();
        sort_by_key(&mut out);
        out
    }

    /// The public rows of a table with its own rule.
    fn by_own_rule<T: Table>(&mut self, whole: &[T]) -> Vec<T> {
        let mut rows = T::publish(whole, &self.publisher);
        sort_by_key(&mut rows);
        let is_of_students =
            |(_, column): &(usize, &Column)| column.kind == ColumnKind::Count && !T::EXACT.contains(&column.name);
        let counts = T::COLUMNS.iter().enumerate().skip(T::KEYS).filter(is_of_students);
        let mut tally = Tally::default();
        for (row, (column, _)) in rows.iter().flat_map(|row| counts.clone().map(move |column| (row, column))) {
            match row.value(column) {
                Value::Count(Cell::Hidden) => tally.add(SumStatus::Below),
                Value::Count(Cell::Value(_)) => tally.add(SumStatus::Shown),
                _ => {}
            }
        }
        self.overview.push(tally.row(T::NAME, None));
        rows
    }
}
