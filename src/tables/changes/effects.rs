//! The effects of groups of cells, and of single units in them.

use super::ChangeScope;
use super::offers::CellOffers;
use crate::decomposition::{Crossing, Effect, Factor, Fixed, WeighedCell};
use crate::model::{ProgrammeId, UnitId};

const FACTORS: usize = Factor::ALL.len();
const OF_UNITS: usize = Factor::OF_UNITS.len();

/// Cells that are summed.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// What effects are measured against.
    pub scope: ChangeScope,
    /// One home; `None`: all of the region.
    pub home: Option<usize>,
    /// One programme; `None`: all of the population.
    pub programme: Option<ProgrammeId>,
}

/// What effects are measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// The students that the share is a share of; zero in a year without a share.
    pub all: [u64; 2],
    /// The number of students that effects in students are counted in.
    pub student: u64,
}

impl Measure {
    /// Whether there is a share in both years.
    pub fn has_share(&self) -> bool {
        !self.all.contains(&0)
    }

    /// An effect on the share, zero if there is none, and on the number of students.
    pub fn of(&self, effect: Effect) -> [Fixed; 2] {
        let share = if self.has_share() { effect.share(self.all) } else { Fixed::ZERO };
        [share, effect.students(self.student)]
    }

    /// Whether an effect is more than the last digits of a sum.
    fn shows(&self, effect: Effect) -> bool {
        let on_share = || self.has_share() && !effect.share(self.all).is_negligible();
        effect != Effect::ZERO && (!effect.students(self.student).is_negligible() || on_share())
    }
}

/// The effects of a group.
#[derive(Debug, Clone)]
pub struct Effects {
    /// What they are measured against.
    pub measure: Measure,
    /// By factor.
    pub factors: [Effect; FACTORS],
    /// By factor: cells in which it has an effect.
    pub cells: [u64; FACTORS],
    /// All cells.
    pub all_cells: u64,
    /// Cells whose offers are replaced in one step.
    pub joint_cells: u64,
    /// Students by year, times the scale.
    pub students: [u64; 2],
    /// Those of them who cross.
    pub crossing: [u64; 2],
    /// Effects of single units.
    pub units: UnitSums,
}

/// Effects of units, summed over cells.
#[derive(Debug, Clone, Default)]
pub struct UnitSums {
    list: Vec<UnitEffects>,
    /// Positions in the list by unit, if the list is too long to be searched.
    positions: Vec<u32>,
}

/// Maximum length of a list of units that is searched from its start.
const SEARCHED: usize = 16;
/// The position of a unit that is not in the list.
const ABSENT: u32 = u32::MAX;

impl UnitSums {
    /// The effects of a unit, zero at first.
    fn of(&mut self, unit: UnitId) -> &mut UnitEffects {
        let number = u32::from(unit) as usize;
        let found = if self.positions.is_empty() {
            self.list.iter().position(|known| known.unit == unit)
        } else {
            self.positions.get(number).filter(|at| **at != ABSENT).map(|at| *at as usize)
        };
        let at = found.unwrap_or_else(|| {
            if self.list.is_empty() {
                self.list.reserve(SEARCHED);
            }
            self.list.push(UnitEffects::new(unit));
            if self.list.len() > SEARCHED || !self.positions.is_empty() {
                self.note_positions();
            }
            self.list.len() - 1
        });
        &mut self.list[at]
    }

    /// Notes the positions of the last unit of the list, or of all.
    fn note_positions(&mut self) {
        let from = if self.positions.is_empty() { 0 } else { self.list.len() - 1 };
        for (at, known) in self.list.iter().enumerate().skip(from) {
            let number = u32::from(known.unit) as usize;
            if self.positions.len() <= number {
                self.positions.resize((number + 1).next_power_of_two(), ABSENT);
            }
            self.positions[number] = at as u32;
        }
    }

    /// Forgets all units; keeps their space.
    fn clear(&mut self) {
        if !self.positions.is_empty() {
            for known in &self.list {
                self.positions[u32::from(known.unit) as usize] = ABSENT;
            }
        }
        self.list.clear();
    }

    /// All units with effects, sorted.
    pub fn sorted(&self) -> Vec<&UnitEffects> {
        let mut out: Vec<&UnitEffects> = self.list.iter().collect();
        out.sort_unstable_by_key(|unit| unit.unit);
        out
    }
}

/// The effects of a unit in a group.
#[derive(Debug, Clone)]
pub struct UnitEffects {
    /// The unit.
    pub unit: UnitId,
    /// By factor.
    pub effects: [Effect; OF_UNITS],
    /// By factor: cells in which it has an effect.
    pub cells: [u64; OF_UNITS],
    /// Students of the group at the unit by year, times the scale.
    pub students: [u64; 2],
}

impl UnitEffects {
    /// The number of factors that have an effect.
    pub fn factors(&self) -> usize {
        self.cells.iter().filter(|cells| **cells > 0).count()
    }

    const fn new(unit: UnitId) -> Self {
        Self { unit, effects: [Effect::ZERO; OF_UNITS], cells: [0; OF_UNITS], students: [0; 2] }
    }
}

/// A cell with the effects of some of its students who cross.
#[derive(Debug, Default)]
pub struct MeasuredCell {
    is_joint: bool,
    students: [u64; 2],
    crossing: [u64; 2],
    factors: [Effect; FACTORS],
    /// Units with students of the cell, by year.
    units: Vec<(UnitId, [u64; 2])>,
    /// By position of the unit and factor.
    effects: Vec<(usize, usize, Effect)>,
}

impl MeasuredCell {
    /// Begins a cell with these students by year and offers.
    pub fn begin(&mut self, is_joint: bool, students: [u64; 2], cell: &CellOffers) {
        self.is_joint = is_joint;
        self.students = students;
        self.units.clear();
        self.units.extend(cell.units().map(|(unit, _, offer)| (unit, offer.students)));
    }

    /// Sets the effects of those who cross at these offers.
    pub fn set(&mut self, cell: &CellOffers, weighed: &WeighedCell<'_>, crossing: &Crossing) {
        self.crossing = [0, 1].map(|year| cell.offers.iter().map(|offer| offer.crossing[year]).sum());
        let (factors, of_offers) = weighed.effects(crossing);
        self.factors = factors;
        self.effects.clear();
        for (at, (_, position, offer)) in cell.units().enumerate() {
            of_offers.each(position, offer, |factor, effect| {
                if effect != Effect::ZERO {
                    self.effects.push((at, factor, effect));
                }
            });
        }
    }
}

impl Effects {
    /// No effects yet.
    pub fn new(measure: Measure) -> Self {
        Self {
            measure,
            factors: [Effect::ZERO; FACTORS],
            cells: [0; FACTORS],
            all_cells: 0,
            joint_cells: 0,
            students: [0; 2],
            crossing: [0; 2],
            units: UnitSums::default(),
        }
    }

    /// Forgets all effects; keeps their space.
    pub fn clear(&mut self, measure: Measure) {
        let mut units = std::mem::take(&mut self.units);
        units.clear();
        *self = Self { units, ..Self::new(measure) };
    }

    /// The change of the share, zero if there is none, and of the students who cross.
    pub fn change(&self) -> [Fixed; 2] {
        let Measure { all, student } = self.measure;
        let change = |of: [u64; 2]| Fixed::ratio(self.crossing[1], of[1]) - Fixed::ratio(self.crossing[0], of[0]);
        [if self.measure.has_share() { change(all) } else { Fixed::ZERO }, change([student; 2])]
    }

    /// Adds a cell, with the effects of its units or without.
    pub fn add(&mut self, cell: &MeasuredCell, has_units: bool) {
        let measure = self.measure;
        self.all_cells += 1;
        self.joint_cells += u64::from(cell.is_joint);
        for year in [0, 1] {
            self.students[year] += cell.students[year];
            self.crossing[year] += cell.crossing[year];
        }
        for (factor, effect) in cell.factors.into_iter().enumerate() {
            self.factors[factor] += effect;
            self.cells[factor] += u64::from(measure.shows(effect));
        }
        if !has_units {
            return;
        }
        let mut effects = cell.effects.iter().peekable();
        for (at, (unit, students)) in cell.units.iter().enumerate() {
            let of_unit = self.units.of(*unit);
            for year in [0, 1] {
                of_unit.students[year] += students[year];
            }
            while let Some((_, factor, effect)) = effects.next_if(|(position, ..)| *position == at) {
                of_unit.effects[*factor] += *effect;
                of_unit.cells[*factor] += u64::from(measure.shows(*effect));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After it is cleared, a list has what a new one would have, also if the units were too many to be searched.
    #[test]
    fn a_cleared_list_is_like_a_new_one() {
        for before in [0, 3, 20, 200] {
            let mut reused = UnitSums::default();
            (0..before).for_each(|unit| reused.of(UnitId::from(unit * 7)).students[0] += 1);
            reused.clear();
            let mut new = UnitSums::default();
            for sums in [&mut reused, &mut new] {
                for unit in [140, 3, 140, 0].into_iter().chain(300..340) {
                    sums.of(UnitId::from(unit)).students[1] += u64::from(unit) + 1;
                }
            }
            let of = |sums: &UnitSums| -> Vec<_> { sums.sorted().iter().map(|of| (of.unit, of.students)).collect() };
            assert_eq!(of(&reused), of(&new), "{before} units before");
            assert_eq!(of(&new)[2], (UnitId::from(140), [0, 282]));
        }
    }
}
