//! `moves`: students admitted at one unit and programme and enrolled at another.

use super::margins::{Figure, LinkMargin, MarginCodes};
use super::row::row;
use super::run::TableRun;
use super::table::{Publication, Publisher, Table, column_index};
use crate::link::{Link, Offer};
use crate::model::{ALL, Cell, Text, Year};

row!(
    /// Students admitted at one unit and programme and enrolled at another.
    MoveRow, "moves", keys 5, {
        /// Autumn of this year.
        year: Year => Year,
        /// Admitted here …
        from_unit: Text => Code(Unit),
        /// … on this programme.
        from_programme: Text => Code(Programme),
        /// Enrolled here …
        to_unit: Text => Code(Unit),
        /// … on this programme.
        to_programme: Text => Code(Programme),
        /// Students.
        students: Cell => Count,
    }
);

impl Table for MoveRow {
    const PUBLICATION: Publication = Publication::ShownRows;

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        let unit = |p: Offer| run.inputs.registers.unit_codes().text(p.unit).clone();
        let programme = |p: Offer| run.inputs.registers.programme_codes().text(p.programme).clone();
        let of_year = |(year, link): (&Year, &Link)| {
            link.pairs()
                .filter_map(|(from, to, students)| Some((from?, to?, students)))
                .filter(|(from, to, _)| from != to)
                .map(|(from, to, students)| Self {
                    year: *year,
                    from_unit: unit(from),
                    from_programme: programme(from),
                    to_unit: unit(to),
                    to_programme: programme(to),
                    students: Cell::Value(students),
                })
                .collect::<Vec<_>>()
        };
        run.inputs.links.iter().flat_map(of_year).collect()
    }

    fn figures(&self, codes: MarginCodes<'_>) -> Vec<(usize, Figure)> {
        let units = codes.registers().unit_codes();
        let is_by_unit = [&self.from_programme, &self.to_programme].iter().all(|programme| ***programme == *ALL);
        let ends = units.find(&self.from_unit).zip(units.find(&self.to_unit)).filter(|_| is_by_unit);
        let margin = ends.map(|(from, to)| LinkMargin::Moved(from, to));
        vec![(column_index::<Self>("students"), Figure::link(self.year, margin))]
    }

    fn candidates(_: &[Self], publisher: &Publisher<'_>) -> Vec<Self> {
        let code = |unit| publisher.codes.registers().unit_codes().text(unit).clone();
        publisher.rows_of_links(|year, margin| {
            let LinkMargin::Moved(from, to) = margin else { return None };
            Some(Self {
                year,
                from_unit: code(from),
                from_programme: Text::word(&ALL),
                to_unit: code(to),
                to_programme: Text::word(&ALL),
                students: Cell::Hidden,
            })
        })
    }
}
