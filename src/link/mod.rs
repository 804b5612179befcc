//! The link between the two snapshots of a year: every student's place at admission and on 15 October.
//!
//! The students of both snapshots are sorted by key and walked side by side. What comes out is counts by pair of
//! places, far fewer than students, and nothing about any one of them.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::clean::{Census, CleanRows, StudentRow};
use crate::model::{ProgrammeId, Registers, StudentKey, UnitId, Year};

/// Where a student is: a known unit and a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// School unit, known.
    pub unit: UnitId,
    /// Programme, `?` or `-` among them.
    pub programme: ProgrammeId,
}

/// The linked students of a year: how many were admitted at one place and enrolled at another, at the same, or at
/// only one of the times. None stands for a student who is not in that snapshot, or at a unit that no register knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    pairs: BTreeMap<(Option<Place>, Option<Place>), u64>,
}

impl Link {
    /// Students by place at admission and on 15 October (year group 1), sorted.
    pub fn pairs(&self) -> impl Iterator<Item = (Option<Place>, Option<Place>, u64)> + '_ {
        self.pairs.iter().map(|((from, to), students)| (*from, *to, *students))
    }

    fn count(&mut self, from: Option<Place>, to: Option<Place>) {
        if from.is_some() || to.is_some() {
            *self.pairs.entry((from, to)).or_default() += 1;
        }
    }
}

/// The links of all years that have both snapshots with student ids.
#[must_use]
pub fn link(rows: &CleanRows, registers: &Registers) -> BTreeMap<Year, Link> {
    rows.admission
        .par_iter()
        .filter_map(|(year, admission)| {
            let october = rows.october.get(year)?;
            (admission.has_ids && october.has_ids).then(|| (*year, link_year(admission, october, registers)))
        })
        .collect()
}

type Placed = (Option<StudentKey>, Option<Place>);

/// Key and place of the rows that compare with an admission (year group 1, or no year groups), sorted; rows without
/// a key come first.
fn placed(census: &Census, registers: &Registers) -> Vec<Placed> {
    let is_first_year = |row: &&StudentRow| row.year_group.is_none_or(|group| group == 1);
    let mut out: Vec<Placed> = census
        .rows
        .iter()
        .filter(is_first_year)
        .map(|row| {
            let known = registers.unit_codes().is_known(row.unit);
            (row.student, known.then_some(Place { unit: row.unit, programme: row.programme }))
        })
        .collect();
    out.par_sort_unstable();
    out
}

fn link_year(admission: &Census, october: &Census, registers: &Registers) -> Link {
    let (admitted, enrolled) = rayon::join(|| placed(admission, registers), || placed(october, registers));
    let mut link = Link::default();
    let (mut a, mut b) = (admitted.iter().peekable(), enrolled.iter().peekable());
    loop {
        match (a.peek(), b.peek()) {
            (None, None) => return link,
            (Some((Some(key), from)), Some((Some(other), to))) if key == other => {
                link.count(*from, *to);
                a.next();
                b.next();
            }
            // A row without a key is alone; so is the smaller key, for the other side has passed it.
            (Some((key, from)), other) if key.is_none() || other.is_none_or(|(other, _)| key < other) => {
                link.count(*from, None);
                a.next();
            }
            (_, Some((_, to))) => {
                link.count(None, *to);
                b.next();
            }
            (Some((_, from)), None) => {
                link.count(*from, None);
                a.next();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::Reason;
    use crate::model::{
        Boundary, Municipality, Provider, ProviderKind, Pseudonyms, Round, SchoolUnit, Text, Validity,
    };
    use proptest::prelude::*;

    fn registers() -> Registers {
        let unit = |code: &str| SchoolUnit {
            code: code.into(),
            name: code.into(),
            municipality: "1".into(),
            provider: Provider { code: "1".into(), kind: ProviderKind::Municipal },
            point: None,
            validity: Validity::default(),
            successor: None,
        };
        let no_boundaries: Vec<Boundary> = vec![];
        let no_municipalities: Vec<Municipality> = vec![];
        Registers::new(no_municipalities, ["A", "B", "C"].map(unit).to_vec(), vec![], no_boundaries)
    }

    /// A student of a test: id (0: none), unit (0–2, else unknown), year group.
    type Given = (u8, u32, u8);

    fn census(students: &[Given], registers: &Registers) -> Census {
        let pseudonyms = Pseudonyms::keyed(b"a secret of a test");
        let rows = students
            .iter()
            .map(|(id, unit, group)| StudentRow {
                student: pseudonyms.surrogate(&if *id == 0 { String::new() } else { id.to_string() }),
                year: 2023,
                year_group: Some(*group),
                round: Round::Final,
                home: registers.municipality_codes().unknown(),
                unit: ["A", "B", "C"]
                    .get(*unit as usize)
                    .and_then(|code| registers.unit_codes().find(code))
                    .unwrap_or_else(|| registers.unit_codes().unknown()),
                programme: registers.programme_codes().unknown(),
                students: 1,
                reason: Reason::Kept,
                line: 0,
            })
            .collect();
        Census { rows, has_ids: true, has_year_groups: true, round: None }
    }

    /// Plain loops: for every admitted student look for the same id on the other side.
    fn naive(admitted: &[Given], enrolled: &[Given]) -> BTreeMap<(String, String), u64> {
        let unit = |s: &Given| ["A", "B", "C"].get(s.1 as usize).map_or(String::new(), |c| (*c).to_owned());
        let enrolled: Vec<&Given> = enrolled.iter().filter(|s| s.2 == 1).collect();
        let mut out = BTreeMap::new();
        for a in admitted {
            let b = enrolled.iter().find(|b| a.0 != 0 && a.0 == b.0);
            *out.entry((unit(a), b.map_or(String::new(), |b| unit(b)))).or_insert(0) += 1;
        }
        for b in enrolled {
            if b.0 == 0 || !admitted.iter().any(|a| a.0 == b.0) {
                *out.entry((String::new(), unit(b))).or_insert(0) += 1;
            }
        }
        out.remove(&(String::new(), String::new()));
        out
    }

    fn distinct(students: Vec<Given>) -> Vec<Given> {
        let mut seen = std::collections::BTreeSet::new();
        students.into_iter().filter(|s| s.0 == 0 || seen.insert(s.0)).collect()
    }

    proptest! {
        #[test]
        fn the_link_is_what_plain_loops_find(
            admitted in proptest::collection::vec((0_u8..12, 0_u32..4, Just(1_u8)), 0..20),
            enrolled in proptest::collection::vec((0_u8..12, 0_u32..4, 1_u8..3), 0..20),
        ) {
            let registers = registers();
            let (admitted, enrolled) = (distinct(admitted), distinct(enrolled));
            let link = link_year(&census(&admitted, &registers), &census(&enrolled, &registers), &registers);
            let text = |place: Option<Place>| {
                place.map_or(String::new(), |p| Text::to_string(registers.unit_codes().text(p.unit)))
            };
            let got: BTreeMap<(String, String), u64> =
                link.pairs().map(|(from, to, n)| ((text(from), text(to)), n)).collect();
            prop_assert_eq!(got, naive(&admitted, &enrolled));
        }
    }
}
