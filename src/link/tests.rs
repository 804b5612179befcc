//! Links and duplicates compared with plain loops.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::clean::{self, Cleaned, Reason, SourceColumns};
use crate::config::ExtractKind;
use crate::model::{Provider, ProviderKind, Pseudonyms, Round, SchoolUnit, Text, Validity};
use crate::store::{Store, StudentRow};

/// A student of a test: id (0: none), unit (0–2, else unknown), year group.
type TestStudent = (u8, u32, u8);

const UNITS: [&str; 3] = ["A", "B", "C"];

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
    Registers::new(vec![], UNITS.map(unit).to_vec(), vec![], vec![])
}

fn row(line: usize, given: &TestStudent, registers: &Registers) -> StudentRow {
    let pseudonyms = Pseudonyms::keyed(b"a secret of a test");
    StudentRow {
        student: pseudonyms.surrogate(&if given.0 == 0 { String::new() } else { given.0.to_string() }),
        year: 2023,
        year_group: Some(given.2),
        home: registers.municipality_codes().unknown(),
        unit: UNITS
            .get(given.1 as usize)
            .and_then(|code| registers.unit_codes().find(code))
            .unwrap_or_else(|| registers.unit_codes().unknown()),
        programme: registers.programme_codes().unknown(),
        students: 1,
        reason: Reason::Kept,
        line: line as u64,
    }
}

/// Links the rows of both snapshots; the `expected` number of rows decides how many partitions there are.
fn linked(
    admitted: &[TestStudent],
    enrolled: &[TestStudent],
    expected: u64,
    memory: Option<u64>,
) -> (Linked, Registers) {
    let registers = registers();
    let store = Store::new(Packing::new(&registers, 2).unwrap(), expected, memory);
    let file = |number: usize, kind: ExtractKind, rows: &[TestStudent]| {
        let rows: Vec<StudentRow> = rows.iter().enumerate().map(|(i, given)| row(i, given, &registers)).collect();
        let has = SourceColumns { ids: true, year_groups: true };
        Cleaned::of_rows(number, SourceKind { kind, round: Round::Final }, &rows, &store, has)
    };
    let files = vec![file(0, ExtractKind::Admission, admitted), file(1, ExtractKind::October, enrolled)];
    let linked = link(clean::gather(files, store).unwrap(), &registers).unwrap();
    (linked, registers)
}

/// One row of each student: the smallest known unit, else an unknown one; then the smallest year group.
fn kept(rows: &[TestStudent]) -> Vec<TestStudent> {
    let mut sorted = rows.to_vec();
    sorted.sort_by_key(|s| (s.0, s.1.min(3), s.2));
    let mut seen = BTreeSet::new();
    sorted.into_iter().filter(|s| s.0 == 0 || seen.insert(s.0)).collect()
}

/// Plain loops: for every admitted student, search the same id in the other snapshot.
fn naive(admitted: &[TestStudent], enrolled: &[TestStudent]) -> BTreeMap<(String, String), u64> {
    let unit = |s: &TestStudent| UNITS.get(s.1 as usize).map_or(String::new(), |c| (*c).to_owned());
    let enrolled: Vec<&TestStudent> = enrolled.iter().filter(|s| s.2 == 1).collect();
    let mut out = BTreeMap::new();
    for a in admitted.iter().filter(|s| s.2 > 0) {
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

proptest! {
    #[test]
    fn the_link_is_what_plain_loops_find(
        admitted in proptest::collection::vec((0_u8..12, 0_u32..4, Just(1_u8)), 0..40),
        enrolled in proptest::collection::vec((0_u8..12, 0_u32..4, 1_u8..3), 0..40),
        expected in prop_oneof![Just(0_u64), Just(1 << 17), Just(1 << 30)],
    ) {
        let (linked, registers) = linked(&admitted, &enrolled, expected, None);
        let text = |place: Option<Offer>| {
            place.map_or(String::new(), |p| Text::to_string(registers.unit_codes().text(p.unit)))
        };
        let got: BTreeMap<(String, String), u64> = linked
            .links
            .get(&2023)
            .map(|link| link.pairs().map(|(from, to, n)| ((text(from), text(to)), n)).collect())
            .unwrap_or_default();
        let (first, second) = (kept(&admitted), kept(&enrolled));
        let wanted = if admitted.is_empty() || enrolled.is_empty() { BTreeMap::new() } else { naive(&first, &second) };
        prop_assert_eq!(got, wanted);
        prop_assert_eq!(linked.uncounted.repeated.len(), admitted.len() + enrolled.len() - first.len() - second.len());
        let rows: Vec<u64> = linked.rows.quality.iter().map(|q| q.tally.rows()).collect();
        prop_assert_eq!(rows, vec![admitted.len() as u64, enrolled.len() as u64]);
    }
}
