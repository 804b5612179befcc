//! The flows of one body of students as a problem: base cells as unknowns, published forms as rows.
//!
//! Readers are taken to know which units offer which programmes (they see it in the table of units), and every zero that is
//! published. What they do not know is who goes where: every home may have students at every unit and programme that
//! anyone goes to, unless a published zero says otherwise.

use std::collections::{BTreeMap, BTreeSet};

use super::forms::{Base, Body, Facts, Form, What, Where, Who};
use super::problem::{Problem, Row, State};
use crate::model::{Level, ProgrammeId};

/// A problem and what its rows stand for.
#[derive(Debug)]
pub struct FlowProblem {
    /// The problem.
    pub problem: Problem,
    /// The form of every row.
    pub forms: Vec<Form>,
}

/// Whether a form is published at these levels.
pub fn is_published(form: Form, levels: &[Level]) -> bool {
    form.level().is_some_and(|level| levels.contains(&level))
}

/// The problem of a body whose base cells these are.
pub fn problem(base: &BTreeMap<Base, u64>, facts: &Facts, body: Body, levels: &[Level]) -> FlowProblem {
    let mut values: BTreeMap<Form, u64> = BTreeMap::new();
    let mut offers = BTreeSet::new();
    for (cell, students) in base.iter().filter(|(_, students)| **students > 0) {
        offers.insert((cell.1, cell.2));
        facts.each_form(*cell, |form| *values.entry(form).or_insert(0) += students);
    }
    // Programmes of a kind stand beside each other: a home's students can be anywhere within a kind and a part.
    let mut programmes: Vec<ProgrammeId> = offers.iter().map(|(_, programme)| *programme).collect();
    programmes.sort_by_key(|programme| (facts.kind(*programme), *programme));
    programmes.dedup();
    let blocks: BTreeMap<ProgrammeId, u32> = programmes.into_iter().zip(0..).collect();
    let mut problem = Problem::default();
    let mut members: BTreeMap<Form, Vec<u32>> = BTreeMap::new();
    for who in facts.whos() {
        for (unit, programme) in &offers {
            let cell = (who, *unit, *programme);
            let mut forms = Vec::new();
            let mut is_possible = true;
            facts.each_form(cell, |form| {
                is_possible &= !is_published(form, levels) || values.contains_key(&form);
                forms.push(form);
            });
            if is_possible {
                let unknown = problem.truth.len() as u32;
                problem.truth.push(base.get(&cell).copied().unwrap_or(0));
                problem.blocks.push(blocks[programme]);
                forms.into_iter().for_each(|form| members.entry(form).or_default().push(unknown));
            }
        }
    }
    problem.sensitive = problem.truth.len();
    let mut rows = Rows {
        facts,
        levels,
        least: if body == Body::Older { 0 } else { 1 },
        members,
        values,
        problem,
        numbers: BTreeMap::new(),
        forms: Vec::new(),
    };
    let all: Vec<Form> = rows.members.keys().copied().collect();
    for form in &all {
        if is_published(*form, levels) {
            rows.row(*form);
        }
    }
    let Rows { mut problem, forms, members, values, .. } = rows;
    let mut watched = BTreeSet::new();
    for (form, members) in members {
        let value = values.get(&form).copied().unwrap_or(0);
        if !is_published(form, levels) && value > 0 && members.len() > 1 && is_asked_for(form) {
            watched.insert(members);
        }
    }
    problem.watched = watched.into_iter().collect();
    FlowProblem { problem, forms }
}

/// Makes rows of forms, those that a form is made of before it.
struct Rows<'a> {
    facts: &'a Facts,
    levels: &'a [Level],
    least: u64,
    members: BTreeMap<Form, Vec<u32>>,
    values: BTreeMap<Form, u64>,
    problem: Problem,
    numbers: BTreeMap<Form, u32>,
    forms: Vec<Form>,
}

impl Rows<'_> {
    /// The number of a form's row; none where nothing can be in it.
    fn row(&mut self, form: Form) -> Option<u32> {
        if let Some(number) = self.numbers.get(&form) {
            return Some(*number);
        }
        let members = self.members.get(&form)?;
        let (members, parts) = match form.parts(self.facts) {
            Some(parts) => (Vec::new(), parts.into_iter().filter_map(|part| self.row(part)).collect()),
            None => (members.iter().map(|unknown| (*unknown, 1.0)).collect(), Vec::new()),
        };
        let number = self.problem.rows.len() as u32;
        self.problem.rows.push(Row {
            members,
            parts,
            value: self.values.get(&form).copied().unwrap_or(0),
            weight: form.weight(),
            state: if is_published(form, self.levels) { State::Shown } else { State::Free },
            least: self.least,
        });
        self.numbers.insert(form, number);
        self.forms.push(form);
        Some(number)
    }
}

/// Whether someone could ask for a sum that is not published: a home, all homes or an unknown home by unit, provider,
/// place or part.
fn is_asked_for(form: Form) -> bool {
    let who = matches!(form.who, Who::Home(_) | Who::Outside | Who::Unknown | Who::Everyone);
    let place = matches!(
        form.place,
        Where::Unit(_) | Where::Provider(_) | Where::Place(_) | Where::Part(_) | Where::Everywhere
    );
    who && place && !matches!((form.who, form.what), (Who::Everyone, What::Group(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::CleanRows;
    use crate::compute::Inputs;
    use crate::disclosure::plan::plan;
    use crate::flow::FlowTable;
    use crate::model::{
        Municipality, Programme, ProgrammeKind, Provider, ProviderKind, Registers, SchoolUnit, Text, UnitId, Validity,
    };
    use proptest::prelude::*;

    fn registers() -> Registers {
        let municipality =
            |code: &str| Municipality { code: code.into(), name: code.into(), county: None, point: None };
        let unit = |code: &str, municipality: &str, provider: &str, kind| SchoolUnit {
            code: code.into(),
            name: code.into(),
            municipality: municipality.into(),
            provider: Provider { code: provider.into(), kind },
            point: None,
            validity: Validity::default(),
            successor: None,
        };
        let programme = |code: &str, kind| Programme {
            code: code.into(),
            name: code.into(),
            kind,
            validity: Validity::default(),
            successor: None,
        };
        let units = vec![
            unit("u1", "0001", "0001", ProviderKind::Municipal),
            unit("u2", "0002", "0002", ProviderKind::Municipal),
            unit("u3", "0001", "free", ProviderKind::Independent),
            unit("u4", "0002", "free", ProviderKind::Independent),
            unit("u5", "0003", "0003", ProviderKind::Municipal),
        ];
        let programmes = vec![
            programme("BA", ProgrammeKind::Vocational),
            programme("IMV", ProgrammeKind::Introduction),
            programme("NA", ProgrammeKind::Preparatory),
            programme("VO", ProgrammeKind::Vocational),
        ];
        Registers::new(["0001", "0002", "0003"].map(municipality).into(), units, programmes, Vec::new())
    }

    /// Runs a test with the facts of a region of two municipalities, and cells of these counts.
    fn with(counts: &[u64], test: impl FnOnce(&Facts, &BTreeMap<Base, u64>)) {
        let (registers, rows) = (registers(), CleanRows::default());
        let (flows, links) = (FlowTable::default(), BTreeMap::new());
        let region: Vec<Text> = vec!["0001".into(), "0002".into()];
        let inputs = Inputs { flows: &flows, links: &links, rows: &rows, registers: &registers, region: &region };
        let facts = Facts::new(inputs, 2023);
        let mut counts = counts.iter().copied().cycle();
        let mut base = BTreeMap::new();
        let units: Vec<UnitId> =
            registers.unit_codes().numbers().filter(|id| registers.unit_codes().is_known(*id)).collect();
        for who in facts.whos() {
            for unit in &units {
                for programme in facts.programmes() {
                    base.insert((who, *unit, programme), counts.next().unwrap_or(0));
                }
            }
        }
        test(&facts, &base);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        /// A row is the sum of its members and parts, and no cell is in it twice.
        #[test]
        fn rows_are_the_sums_of_what_they_are_made_of(counts in proptest::collection::vec(0_u64..30, 1..97)) {
            with(&counts, |facts, base| {
                let FlowProblem { problem, forms } = problem(base, facts, Body::October, &Level::ALL);
                let mut members: Vec<Vec<u32>> = Vec::new();
                for (row, form) in problem.rows.iter().zip(&forms) {
                    let own = row.members.iter().map(|(unknown, _)| *unknown);
                    let parts = row.parts.iter().flat_map(|part| members[*part as usize].iter().copied());
                    let mut all: Vec<u32> = own.chain(parts).collect();
                    let value: u64 = all.iter().map(|unknown| problem.truth[*unknown as usize]).sum();
                    assert_eq!(value, row.value, "{form:?}");
                    all.sort_unstable();
                    assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "{form:?} has a cell twice");
                    members.push(all);
                }
            });
        }

        /// Whatever is shown of a region is the truth, and nothing small is shown.
        #[test]
        fn a_plan_shows_nothing_small(counts in proptest::collection::vec(0_u64..30, 31..97)) {
            with(&counts, |facts, base| {
                let mut flows = problem(base, facts, Body::Admission, &Level::DEFAULT);
                plan(&mut flows.problem, 10);
                let small = |row: &&Row| row.state == State::Shown && Problem::is_small(row.value, 10);
                assert_eq!(flows.problem.rows.iter().find(small), None);
            });
        }
    }
}
