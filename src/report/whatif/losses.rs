//! Displaced students of a scenario, and where they are placed.

use std::collections::BTreeMap;

use super::{Moved, Place, Setting, sorted};
use crate::diversion::{Alternatives, Amount, Displaced, Entry, Source, cumulative, place, whole};
use crate::model::MunicipalityId;

/// Displaced students and their new places.
pub struct Losses {
    pub moved: Vec<Moved>,
    /// Students placed, by choice.
    pub placed: BTreeMap<u32, u64>,
    /// Students displaced, by offer.
    pub displaced: BTreeMap<u32, u64>,
}

/// Displaced students of a home at an offer.
struct Row {
    home: Option<MunicipalityId>,
    offer: u32,
    source: Source,
}

impl Setting<'_> {
    /// Places the students of what closes and what loses seats.
    pub(super) fn losses(&self) -> Losses {
        let mut cells: Vec<Alternatives> = Vec::new();
        let mut rows: Vec<Row> = Vec::new();
        let mut displaced: BTreeMap<u32, u64> = BTreeMap::new();
        let closed: Vec<u32> = self.closed.iter().copied().collect();
        for offer in &closed {
            displaced.insert(*offer, self.market.whole_students(self.offer(*offer).students));
        }
        let of_closed = self.market.layers.displaced(&closed, |choice| self.closed.contains(&choice));
        self.add(of_closed, &displaced, &mut cells, &mut rows);
        for offer in self.changed() {
            let more = self.beyond_seats(offer);
            if more > 0 {
                let is_removed = |choice: u32| choice == offer || self.closed.contains(&choice);
                let of_offer = self.market.layers.displaced(&[offer], is_removed);
                displaced.insert(offer, more);
                self.add(of_offer, &displaced, &mut cells, &mut rows);
            }
        }
        self.add_opened(&mut cells);
        let sources: Vec<Source> = rows.iter().map(|row| row.source).collect();
        let is_first = |source: usize, choice: u32| self.is_first(rows[source].home, choice);
        let placement = place(&cells, &sources, &self.room(), &is_first);
        let mut entries: Vec<Entry> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let (group, at_row) = (row.offer, at as u32);
            let entry = |column, amount| Entry { group, row: at_row, column, amount };
            let choices = row.source.cell.map_or(&[][..], |cell| &cells[cell].choices);
            let placed = choices.iter().zip(&placement.placed[at]).filter(|(_, amount)| **amount > Amount::ZERO);
            entries.extend(placed.map(|((choice, _), amount)| entry(Some(*choice), *amount)));
            entries.push(entry(None, placement.left[at]));
        }
        let whole = whole(&entries, &displaced);
        let mut placed: BTreeMap<u32, u64> = BTreeMap::new();
        for (entry, students) in entries.iter().zip(&whole) {
            if let Some(choice) = entry.column {
                *placed.entry(choice).or_default() += students;
            }
        }
        let moved = |(entry, students): (&Entry, u64)| {
            let row = &rows[entry.row as usize];
            let nowhere = if row.source.cell.is_some() { Place::NoRoom } else { Place::NoAlternative };
            let to = entry.column.map_or(nowhere, |choice| self.place(choice));
            Moved { home: row.home, from: Place::Offer(row.offer), to, students }
        };
        Losses { moved: sorted(entries.iter().zip(whole).map(moved)), placed, displaced }
    }

    /// Adds the displaced students of offers, in proportion to all their students.
    fn add(
        &self,
        found: Displaced,
        displaced: &BTreeMap<u32, u64>,
        cells: &mut Vec<Alternatives>,
        rows: &mut Vec<Row>,
    ) {
        let first = cells.len();
        cells.extend(found.cells);
        let choosers = self.market.layers.choosers();
        for of_offer in found.students.chunk_by(|a, b| choosers[a.0].choice == choosers[b.0].choice) {
            let offer = choosers[of_offer[0].0].choice;
            let amount = Amount::of(displaced.get(&offer).copied().unwrap_or(0), 1);
            let weights = of_offer.iter().map(|(at, _)| choosers[*at].students);
            for ((at, cell), amount) in of_offer.iter().zip(cumulative(amount, weights, self.offer(offer).students)) {
                let source = Source { cell: cell.map(|cell| first + cell), amount };
                rows.push(Row { home: self.market.home(*at), offer, source });
            }
        }
    }

    /// Adds new offers to the cells of their templates, with as many students.
    fn add_opened(&self, cells: &mut [Alternatives]) {
        let choosers = self.market.layers.choosers();
        for (choice, _, offer) in self.opened() {
            for cell in cells.iter_mut() {
                let like = self.market.layers.in_cell(cell, offer.like);
                let students: u64 = like.map(|at| choosers[at].students).sum();
                if students > 0 {
                    cell.choices.push((choice, students));
                    cell.total += students;
                }
            }
        }
    }

    /// Students of an offer beyond its seats after the change; 0 if its seats are unknown.
    fn beyond_seats(&self, offer: u32) -> u64 {
        let students = self.market.whole_students(self.offer(offer).students);
        let change = self.seats(offer);
        let seats = self.offer(offer).seats.filter(|_| change < 0);
        seats.map_or(0, |seats| students.saturating_sub(seats.saturating_add_signed(change)))
    }

    /// Free seats by choice; none for unknown ones.
    fn room(&self) -> BTreeMap<u32, u64> {
        let of = |offer: u32| {
            let at = self.offer(offer);
            let seats = at.seats?.saturating_add_signed(self.seats(offer));
            Some((offer, seats.saturating_sub(self.market.whole_students(at.students))))
        };
        let mut out: BTreeMap<u32, u64> = (0..self.market.offers.len() as u32).filter_map(of).collect();
        out.extend(self.opened().map(|(choice, _, offer)| (choice, offer.seats)));
        out
    }
}
