//! Placing students where there is room, round by round.
//!
//! In each round, every source offers the students whom it has left to the choices of its cell that have room, in
//! proportion to the students of these choices. A choice that is offered more than its room takes the same share of every
//! offer, and is full. Rounds end when no choice becomes full. Those who are left are not placed.

use std::collections::{BTreeMap, BTreeSet};

use super::Alternatives;
use super::amount::{Amount, cumulative, scaled};

/// Students to be placed, who choose from the same cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Position of their cell; `None` if they have no alternative.
    pub cell: Option<usize>,
    /// How many they are.
    pub amount: Amount,
}

/// Where the students of sources are placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// By source: students at each choice of its cell, in the order of the cell's choices.
    pub placed: Vec<Vec<Amount>>,
    /// By source: students who are not placed.
    pub left: Vec<Amount>,
}

/// Students whom a source offers to a choice: the source, the position of the choice in its cell, and how many they are.
type Offered = (usize, usize, Amount);

/// Places the students of these sources. `room` has the free seats of choices; a choice that it does not have takes
/// everyone. `is_first` says whether the students of a source (its position) have priority at a choice: where there is too
/// little room, they take it before others.
#[must_use]
pub fn place(
    cells: &[Alternatives],
    sources: &[Source],
    room: &BTreeMap<u32, u64>,
    is_first: &dyn Fn(usize, u32) -> bool,
) -> Placement {
    let of_source = |source: &Source| source.cell.map_or(&[][..], |cell| &cells[cell].choices);
    let mut left: Vec<Amount> = sources.iter().map(|source| source.amount).collect();
    let mut placed: Vec<Vec<Amount>> =
        sources.iter().map(|source| vec![Amount::ZERO; of_source(source).len()]).collect();
    let mut room: BTreeMap<u32, Amount> =
        room.iter().map(|(choice, seats)| (*choice, Amount::of(*seats, 1))).collect();
    let mut full: BTreeSet<u32> = room.iter().filter(|(_, room)| **room == Amount::ZERO).map(|(c, _)| *c).collect();
    loop {
        let mut offered: BTreeMap<u32, [Vec<Offered>; 2]> = BTreeMap::new();
        for (at, source) in sources.iter().enumerate().filter(|(at, _)| left[*at] > Amount::ZERO) {
            let weight = |(choice, students): &(u32, u64)| if full.contains(choice) { 0 } else { *students };
            let choices = of_source(source);
            let total: u64 = choices.iter().map(weight).sum();
            if total == 0 {
                continue;
            }
            for (to, part) in cumulative(left[at], choices.iter().map(weight), total).enumerate() {
                if part > Amount::ZERO {
                    let class = usize::from(!is_first(at, choices[to].0));
                    offered.entry(choices[to].0).or_default()[class].push((at, to, part));
                }
            }
        }
        let mut has_filled = false;
        for (choice, classes) in offered {
            let demand: Amount = classes.iter().flatten().map(|(_, _, part)| *part).sum();
            let is_over = room.get(&choice).is_some_and(|room| demand > *room);
            for offers in classes {
                let demand: Amount = offers.iter().map(|(_, _, part)| *part).sum();
                let limit = room.get(&choice).filter(|room| demand > **room).copied();
                for (at, to, part) in offers {
                    let taken = limit.map_or(part, |room| scaled(part, room.bits(), demand.bits()));
                    placed[at][to] += taken;
                    left[at] -= taken;
                }
                if let Some(room) = room.get_mut(&choice) {
                    *room -= demand;
                }
            }
            if is_over {
                full.insert(choice);
                has_filled = true;
            }
        }
        if !has_filled {
            return Placement { placed, left };
        }
    }
}
