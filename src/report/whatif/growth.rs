//! Students whom new seats draw from other offers.

use std::collections::BTreeMap;

use super::losses::Losses;
use super::{Moved, Setting, sorted};
use crate::diversion::{Alternatives, Amount, Entry, Source, cumulative, place, whole};

/// Drawn students.
pub struct Growth {
    pub moved: Vec<Moved>,
    /// Seats that nobody takes.
    pub empty: u64,
}

impl Setting<'_> {
    /// Fills new seats that displaced students left.
    pub(super) fn growth(&self, losses: &Losses) -> Growth {
        let placed = |choice: u32| losses.placed.get(&choice).copied().unwrap_or(0);
        // The new choice, the offer whose cells it draws from, its seats, and whether that offer loses students too.
        let mut grown: Vec<(u32, u32, u64, bool)> = Vec::new();
        for offer in self.changed() {
            let free = self.market.free_seats(offer).unwrap_or(0);
            let more = u64::try_from(self.seats(offer)).unwrap_or(0);
            grown.push((offer, offer, more.saturating_sub(placed(offer).saturating_sub(free)), false));
        }
        grown.extend(
            self.opened().map(|(choice, _, o)| (choice, o.like, o.seats.saturating_sub(placed(choice)), true)),
        );
        grown.retain(|(_, _, seats, _)| *seats > 0);
        let mut cells: Vec<Alternatives> = Vec::new();
        // By source: its position among the growing choices.
        let mut sources: Vec<(usize, Source)> = Vec::new();
        let choosers = self.market.layers.choosers();
        for (at, (_, like, seats, with_like)) in grown.iter().enumerate() {
            let is_removed = |choice: u32| (choice == *like && !with_like) || self.closed.contains(&choice);
            let found = self.market.layers.displaced(&[*like], is_removed);
            let first = cells.len();
            cells.extend(found.cells);
            let weights = found.students.iter().map(|(at, _)| choosers[*at].students);
            let amounts = cumulative(Amount::of(*seats, 1), weights, self.offer(*like).students.max(1));
            let source = |((_, cell), amount): (&(usize, Option<usize>), Amount)| {
                (at, Source { cell: cell.map(|cell| first + cell), amount })
            };
            sources.extend(found.students.iter().zip(amounts).map(source));
        }
        let room = (0..self.market.offers.len() as u32).map(|offer| {
            let students = self.market.whole_students(self.offer(offer).students);
            (offer, students.saturating_sub(losses.displaced.get(&offer).copied().unwrap_or(0)))
        });
        let all: Vec<Source> = sources.iter().map(|(_, source)| *source).collect();
        let placement = place(&cells, &all, &room.collect(), &|_, _| false);
        // By growing choice: students by the offer that they leave and their position among choosers.
        let mut drawn: BTreeMap<(usize, u32, usize), Amount> = BTreeMap::new();
        for ((of, source), placed) in sources.iter().zip(&placement.placed) {
            let Some(cell) = source.cell.map(|cell| &cells[cell]) else { continue };
            for ((offer, students), amount) in cell.choices.iter().zip(placed) {
                let members: Vec<usize> = self.market.layers.in_cell(cell, *offer).collect();
                let weights = members.iter().map(|at| choosers[*at].students);
                for (at, part) in members.iter().zip(cumulative(*amount, weights, *students)) {
                    *drawn.entry((*of, *offer, *at)).or_default() += part;
                }
            }
        }
        let entry = |((of, offer, _), amount): (&(usize, u32, usize), &Amount)| Entry {
            group: *of as u32,
            row: *of as u32,
            column: Some(*offer),
            amount: *amount,
        };
        let mut entries: Vec<Entry> = drawn.iter().map(entry).collect();
        let totals: BTreeMap<u32, u64> =
            grown.iter().enumerate().map(|(at, (_, _, seats, _))| (at as u32, *seats)).collect();
        // Seats that nobody takes, by growing choice.
        for (at, (_, _, seats, _)) in grown.iter().enumerate() {
            let taken: Amount = entries.iter().filter(|e| e.group == at as u32).map(|e| e.amount).sum();
            entries.push(Entry {
                group: at as u32,
                row: at as u32,
                column: None,
                amount: Amount::of(*seats, 1) - taken,
            });
        }
        let whole = whole(&entries, &totals);
        let empty = whole[drawn.len()..].iter().sum();
        let moved = |((of, offer, at), students): (&(usize, u32, usize), &u64)| Moved {
            home: self.market.home(*at),
            from: self.place(*offer),
            to: self.place(grown[*of].0),
            students: *students,
        };
        Growth { moved: sorted(drawn.keys().zip(&whole).map(moved)), empty }
    }
}
