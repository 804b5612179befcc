//! An invented student: home, offer at admission, and offer on 15 October of every year, from random draws only.

use super::chance::{Alias, Chance};
use super::choice::Choices;
use super::programmes::{self, PROGRAMMES, UNKNOWN_PROGRAMME};
use super::world::{Land, Slot};
use crate::model::Year;

/// Frequencies of events, per million students.
mod rates {
    /// Enrolled in the first autumn without having been admitted, per admitted student.
    pub const NEWCOMER: u64 = 132_000;
    /// … of these, on an introduction programme.
    pub const INTRODUCTION: u64 = 720_000;
    /// Admitted, never enrolled.
    pub const NEVER_CAME: u64 = 40_000;
    /// Enrolled at a new choice.
    pub const MOVED: u64 = 32_000;
    /// … of these, on the same programme, if one of the offers looked at has it.
    pub const KEPT_PROGRAMME: u64 = 900_000;
    /// Offers that a student who moves looks at.
    pub const LOOKED_AT: u64 = 100;
    /// … and how many that suit are looked at for a unit that raised its seats.
    pub const RAISED_LOOKED_AT: usize = 2;
    /// Enrolled on another programme of the unit.
    pub const CHANGED_PROGRAMME: u64 = 15_000;
    /// Gone after the first year, and after the second.
    pub const GONE: [u64; 2] = [25_000, 30_000];
    /// On a national programme from the second autumn on, among students of introduction programmes.
    pub const SWITCHED: u64 = 330_000;
    /// Protected identity.
    pub const PROTECTED: u64 = 2_500;
    /// Coded with an unknown programme.
    pub const UNKNOWN_PROGRAMME: u64 = 1_000;
    /// Coded with the retired programme, among students whose programme replaced one.
    pub const RETIRED: u64 = 60_000;
}

/// Numbers of draws; numbers from [`draws::ROWS`] on are used for rows.
pub mod draws {
    pub const HOME: u64 = 0;
    pub const CHOICE: u64 = 1;
    pub const FATE: u64 = 2;
    pub const NEW_CHOICE: u64 = 4;
    pub const GONE: u64 = 5;
    pub const PROTECTED: u64 = 7;
    pub const CODING: u64 = 8;
    pub const PATH: u64 = 9;
    pub const KIND: u64 = 10;
    pub const NEWCOMER: u64 = 11;
    /// … to 15: choices of students whose unit closed.
    pub const AFTER_CLOSING: u64 = 12;
    pub const ROWS: u64 = 16;
    /// A source of its own for students who go from an introduction programme to a national one.
    pub const SWITCH: u64 = 1 << 32;
}

/// The common data of an autumn's students.
pub struct Cohort<'a> {
    /// Their world.
    pub land: &'a Land,
    /// First autumn.
    pub year: Year,
    /// Their choices.
    pub choices: &'a Choices,
    seed: u64,
    chance: Chance,
    homes: &'a Alias,
}

/// One invented student.
#[derive(Debug, Clone, Copy)]
pub struct Student {
    /// Id; distinct within a seed.
    pub id: u64,
    /// The student's own random source.
    pub chance: Chance,
    /// Number of the home.
    pub home: u32,
    /// Whether the identity is protected.
    pub is_protected: bool,
    /// Offer at the admission; `None` for newcomers.
    pub admitted: Option<u32>,
    /// Offer on the first 15 October; `None` for students who never came.
    pub enrolled: Option<u32>,
    /// Whether the student moved to a unit that raised its seats.
    pub is_pulled: bool,
}

impl<'a> Cohort<'a> {
    /// The students of this autumn.
    pub fn new(land: &'a Land, homes: &'a Alias, choices: &'a Choices, seed: u64, year: Year) -> Self {
        Self { land, year, choices, seed, chance: Chance::of(&[seed, u64::from(year)]), homes }
    }

    /// The admitted student with this number.
    pub fn admitted(&self, index: u64) -> Student {
        let mut student = self.student(index * 2);
        let Some(place) = self.choices.national[student.home as usize].pick(student.chance.draw(draws::CHOICE))
        else {
            return student;
        };
        student.admitted = Some(place);
        student.enrolled = self.first_autumn(&mut student, place);
        self.code(&mut student);
        student
    }

    /// The newcomer paired with that student, if there is one.
    pub fn newcomer(&self, admitted: &Student, index: u64) -> Option<Student> {
        if !admitted.chance.hits(draws::NEWCOMER, rates::NEWCOMER) {
            return None;
        }
        let mut student = self.student(index * 2 + 1);
        let is_introduction = student.chance.hits(draws::KIND, rates::INTRODUCTION);
        let choices = if is_introduction { &self.choices.introduction } else { &self.choices.national };
        student.enrolled = choices[student.home as usize].pick(student.chance.draw(draws::CHOICE));
        self.code(&mut student);
        Some(student)
    }

    /// The offer in the `group`th year: a new choice if the unit has closed without a successor, or if the student goes
    /// from an introduction programme to a national one; `None` for students who are gone.
    pub fn place_in(&self, student: &Student, group: u8) -> Option<u32> {
        let gone = |after: u8| student.chance.hits(draws::GONE + u64::from(after), rates::GONE[usize::from(after)]);
        let place = student.enrolled.filter(|_| !(0..group - 1).any(gone))?;
        let year = self.year + Year::from(group - 1);
        let is_open = |place: &u32| !self.land.is_gone(*place, year);
        let again = || {
            let draws = (draws::AFTER_CLOSING..draws::ROWS).map(|draw| student.chance.draw(draw));
            draws.filter_map(|draw| self.choices.national[student.home as usize].pick(draw)).find(is_open)
        };
        let place = self.national(student, place, group).filter(is_open).unwrap_or(place);
        let place = Some(place).filter(is_open).or_else(again)?;
        Some(self.land.in_year(place, year))
    }

    /// The offer of a national programme of a student of an introduction programme who goes on to one after the first
    /// year.
    fn national(&self, student: &Student, place: u32, group: u8) -> Option<u32> {
        let chance = student.chance.and(draws::SWITCH);
        let is_introduction = programmes::is_introduction(self.land.slots[place as usize].programme);
        let switches = group > 1 && is_introduction && chance.hits(0, rates::SWITCHED);
        switches.then(|| self.choices.national[student.home as usize].pick(chance.draw(1))).flatten()
    }

    fn student(&self, number: u64) -> Student {
        let chance = self.chance.and(number);
        let home = self.homes.pick(chance.draw(draws::HOME)).unwrap_or_default();
        let id = super::chance::mix((u64::from(self.year) << 48 | number) ^ super::chance::mix(self.seed));
        Student {
            id,
            chance,
            home,
            is_protected: chance.hits(draws::PROTECTED, rates::PROTECTED),
            admitted: None,
            enrolled: None,
            is_pulled: false,
        }
    }

    /// The offer on the first 15 October of a student admitted to `place`.
    fn first_autumn(&self, student: &mut Student, place: u32) -> Option<u32> {
        let chance = student.chance;
        let fate = chance.below(draws::FATE, 1_000_000);
        if fate < rates::NEVER_CAME {
            return None;
        }
        if fate < rates::NEVER_CAME + rates::MOVED {
            return self.again(student, place);
        }
        if fate < rates::NEVER_CAME + rates::MOVED + rates::CHANGED_PROGRAMME {
            let beside = &self.choices.of_unit[self.unit(place) as usize];
            return Some(beside[chance.below(draws::NEW_CHOICE, beside.len() as u64) as usize]);
        }
        Some(place)
    }

    /// A new choice of a student admitted to `place`: other offers that students of the home choose, most often of the same
    /// programme. Units that raised their seats have places left, so that they are preferred if they are among them.
    fn again(&self, student: &mut Student, place: u32) -> Option<u32> {
        let chance = student.chance.and(draws::NEW_CHOICE);
        let choices = &self.choices.national[student.home as usize];
        let programme = |slot: u32| self.land.slots[slot as usize].programme;
        let keeps = chance.hits(0, rates::KEPT_PROGRAMME);
        let suits = |to: &u32| self.unit(*to) != self.unit(place) && (!keeps || programme(*to) == programme(place));
        let is_raised = |to: &u32| self.choices.raised.binary_search(&self.unit(*to)).is_ok();
        let offers = || (1..=rates::LOOKED_AT).filter_map(|draw| choices.pick(chance.draw(draw))).filter(suits);
        let pulled = offers().take(rates::RAISED_LOOKED_AT).find(is_raised);
        student.is_pulled = pulled.is_some();
        pulled.or_else(|| offers().next()).or_else(|| choices.pick(student.chance.draw(draws::NEW_CHOICE)))
    }

    fn unit(&self, slot: u32) -> u32 {
        self.land.slots[slot as usize].unit
    }

    /// Codes a few students with a retired or an unknown programme, in all years.
    fn code(&self, student: &mut Student) {
        let draw = student.chance.below(draws::CODING, 1_000_000);
        let (successor, retired, from) = programmes::RETIRED;
        let coded = |place: u32| {
            let slot = self.land.slots[place as usize];
            let is_successor = PROGRAMMES[slot.programme as usize].code == successor;
            let programme = if draw < rates::UNKNOWN_PROGRAMME {
                Some(UNKNOWN_PROGRAMME)
            } else if is_successor && self.year >= from && draw < rates::UNKNOWN_PROGRAMME + rates::RETIRED {
                programmes::find(retired)
            } else {
                None
            };
            programme.and_then(|programme| self.land.find_slot(Slot { programme, ..slot })).unwrap_or(place)
        };
        student.admitted = student.admitted.map(coded);
        student.enrolled = student.enrolled.map(coded);
    }
}
